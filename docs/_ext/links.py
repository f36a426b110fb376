"""Links that work on a code host, made to work in the site.

Pages outside `docs` that the site shows are borrowed; other files are offered as they are, and what is a
folder keeps its name without a link.
"""

import os
import re
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent
BORROWED = {
    ROOT / "README.md": DOCS / "project" / "readme.md",
    ROOT / "CONTRIBUTING.md": DOCS / "project" / "contributing.md",
    ROOT / "CHANGELOG.md": DOCS / "project" / "changelog.md",
    ROOT / "benchmarks" / "README.md": DOCS / "project" / "benchmarks.md",
    ROOT / "params" / "calibration" / "all.md": DOCS / "project" / "calibrated.md",
}
LINK = re.compile(
    r"\[(?P<text>(?:!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\((?P<path>(?!\w+:)[^)#\s]+)(?P<anchor>#[^)\s]*)?\)"
)
ANCHOR = re.compile(r'^(#+) <a id="([^"]+)"></a>', re.MULTILINE)


def relinked(text: str, *, original: Path, shown: Path) -> str:
    """Return a page with its links as they must be where the site shows it.

    Parameters
    ----------
    text : str
        Markdown.
    original, shown : Path
        Where the page lies, and where the site has it.
    """

    def link(found: re.Match[str]) -> str:
        target = Path(os.path.normpath(original.parent / found["path"]))
        if target.is_dir():
            return found["text"]
        place = os.path.relpath(_shown(target), shown.parent)
        return f"[{found['text']}]({Path(place).as_posix()}{found['anchor'] or ''})"

    return ANCHOR.sub(r"(\2)=\n\1 ", LINK.sub(link, text))


def _shown(target: Path) -> Path:
    """Return where the site has a file; notebooks lie beside the pages there."""
    if target.parent == ROOT / "notebooks":
        return DOCS / "notebooks" / ("index.md" if target.name == "README.md" else target.name)
    return BORROWED.get(target, target)


def written(page: Path, text: str) -> None:
    """Write a page, or leave it untouched where it has not changed, so that it is not read again."""
    page.parent.mkdir(exist_ok=True)
    if not page.is_file() or page.read_text(encoding="utf-8") != text:
        page.write_text(text, encoding="utf-8")


def _borrow(_app: Sphinx, _config: object) -> None:
    for original, shown in BORROWED.items():
        written(shown, relinked(original.read_text(encoding="utf-8"), original=original, shown=shown))


def _relink(app: Sphinx, docname: str, content: list[str]) -> None:
    page = Path(app.env.doc2path(docname))
    if page.suffix == ".md" and page.parent == DOCS:
        content[0] = relinked(content[0], original=page, shown=page)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", _borrow)
    app.connect("source-read", _relink)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
