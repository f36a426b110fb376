"""Notebooks as `make notebooks` has executed them; as they are in the repository where it has not."""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
SHOWN = ROOT / "docs" / "notebooks"
OPENING = """# Notebooks

They lie in the folder `notebooks`, without outputs, and are executed from a clean kernel before they are
shown here."""


def _fetch(_app: Sphinx, _config: object) -> None:
    executed = ROOT / "build" / "notebooks"
    found = {file.name: file for folder in (ROOT / "notebooks", executed) for file in folder.glob("*.ipynb")}
    SHOWN.mkdir(exist_ok=True)
    for stale in {file.name for file in SHOWN.glob("*.ipynb")} - set(found):
        (SHOWN / stale).unlink()
    for name, file in found.items():
        shutil.copy2(file, SHOWN / name)
    listed = "\n".join(sorted(Path(name).stem for name in found))
    (SHOWN / "index.md").write_text(f"{OPENING}\n\n```{{toctree}}\n{listed}\n```\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _fetch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
