"""Notebooks as `make notebooks` has executed them; as they are in the repository where it has not."""

import json
from pathlib import Path

from links import relinked, written
from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
SHOWN = ROOT / "docs" / "notebooks"
OPENING = """# Notebooks

They lie in the folder `notebooks`, without outputs, and are executed from a clean kernel before they are
shown here."""


def _fetch(_app: Sphinx, _config: object) -> None:
    executed = ROOT / "build" / "notebooks"
    found = {file.name: file for folder in (ROOT / "notebooks", executed) for file in folder.glob("*.ipynb")}
    for stale in {file.name for file in SHOWN.glob("*.ipynb")} - set(found):
        (SHOWN / stale).unlink()
    for name, file in found.items():
        written(SHOWN / name, _relinked(file))
    listed = "\n".join(sorted(Path(name).stem for name in found))
    written(SHOWN / "index.md", f"{OPENING}\n\n```{{toctree}}\n{listed}\n```\n")


def _relinked(file: Path) -> str:
    """Return a notebook whose words have the links of the site."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    original = ROOT / "notebooks" / file.name
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = relinked("".join(cell["source"]), original=original, shown=SHOWN / file.name)
    return json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _fetch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
