"""The page of commands, from their own help."""

import os
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path

from links import written
from sphinx.application import Sphinx

from exerkine_sim.cli import COMMANDS, NAME, main

PAGE = Path(__file__).parents[1] / "reference" / "command-line.md"
WIDTH = 90


def _help(*words: str) -> str:
    shown = StringIO()
    with redirect_stdout(shown), suppress(SystemExit):
        main([*words, "--help"])
    return f"````text\n{shown.getvalue().strip()}\n````"


def _page(_app: Sphinx, _config: object) -> None:
    os.environ["COLUMNS"] = str(WIDTH)
    sections = [f"## {NAME} {command}\n\n{_help(command)}" for command in COMMANDS]
    opening = "What each command says of itself with `--help`."
    text = "\n\n".join(["# Command line", opening, _help(), *sections, ""])
    written(PAGE, text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
