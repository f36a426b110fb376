"""`exerkine-sim teach`: the page to teach and learn with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def teach(
    port: Annotated[
        int,
        typer.Option("--port", metavar="N", min=0, max=65535, help="Where to listen; 0 for any free port."),
    ] = 5006,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in a browser.")] = True,
    host: Annotated[
        str,
        typer.Option("--host", metavar="H", help="Listen there too: 0.0.0.0 for a whole room, with a token."),
    ] = "127.0.0.1",
    lab: Annotated[
        Path | None,
        typer.Option("--lab", metavar="FILE.toml", help="Lessons of your own, in place of the shipped ones."),
    ] = None,
) -> None:
    """Open a page on which a plan, a person and their curves are moved by hand.

    It runs on this machine and asks nothing of any other; Ctrl-C ends it.

    \b
    Example:
      exerkine-sim teach
      exerkine-sim teach --host 0.0.0.0 --no-browser
    """
    from ..extra import needs

    needs("bokeh", "app")
    needs("panel", "app")
    from ..app.lesson import load_lab
    from ..app.serve import serve

    def told(url: str) -> None:
        typer.echo(f"{url}\nCtrl-C ends it.")

    lessons = None if lab is None else load_lab(lab)
    serve(host=host, port=port, browser=browser, lessons=lessons, told=told)
