"""The gallery's pictures: what docs/gallery.md says is run, drawn and written; `make figures` calls this.

The code between a picture and the next leaves its `ax` or `figure`. What stands before the first picture is
shared by all; names of one can be used by those after it.
"""

from __future__ import annotations

import argparse
import doctest
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from exerkine_sim import plot
from exerkine_sim.plot.style import styled

PAGE = Path(__file__).parents[2] / "docs" / "gallery.md"
# How a picture is packed: into few bytes to be kept, or in a tenth of the time.
SMALL, QUICK = {"optimize": True}, {"compress_level": 1}
DPI = 60  # of a picture on the page: text that can be read, and a file that is small
_PICTURE = re.compile(r"^!\[([^\]]*)\]\(([^)]+)\)$", re.MULTILINE)


class Picture(NamedTuple):
    """A picture on the page: its file, what it shows for who cannot see it, and the code that draws it."""

    file: Path
    alt: str
    code: str

    @property
    def name(self) -> str:
        """What the file is called, without suffix."""
        return self.file.stem


def read(page: Path = PAGE) -> tuple[str, list[Picture]]:
    """Return the code that all pictures share, and the pictures in their order."""
    head, *parts = _PICTURE.split(page.read_text(encoding="utf-8"))
    pictures = [
        Picture(page.parent / place, alt, _code(text))
        for alt, place, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
    return _code(head), pictures


def drawn(setup: str, pictures: list[Picture]) -> Iterator[tuple[Picture, Figure]]:
    """Yield each picture with the figure that its code makes."""
    names: dict[str, Any] = {}
    exec(setup, names)
    for picture in pictures:
        names.pop("ax", None)
        names.pop("figure", None)
        exec(picture.code, names)
        yield picture, names.get("figure") or names["ax"].figure


def write(figure: Figure, file: Path, *, packed: dict[str, Any]) -> None:
    """Write a figure as pictures on the page are."""
    with styled():
        figure.savefig(file, dpi=DPI, pil_kwargs=packed)


def _code(text: str) -> str:
    return "".join(one.source for one in doctest.DocTestParser().get_examples(text))


def main() -> None:
    """Make the pictures of the page anew, or write all elsewhere: SVG and full PNG, light and dark."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--to", type=Path, metavar="FOLDER", help="write SVG and full PNG there instead")
    options.add_argument("--only", metavar="NAME", action="append", help="write this one; may be repeated")
    chosen = options.parse_args()
    for picture, figure in drawn(*read()):
        if chosen.only and picture.name not in chosen.only:
            continue
        if chosen.to is None:
            picture.file.parent.mkdir(parents=True, exist_ok=True)
            write(figure, picture.file, packed=SMALL)
        else:
            write_large(figure, chosen.to / picture.name)
        print(picture.name)


def write_large(figure: Figure, place: Path) -> None:
    """Write a figure of full size in each format, last for a dark page, which it stays made for."""
    place.parent.mkdir(parents=True, exist_ok=True)
    for dark, suffix in product((False, True), (".svg", ".png")):
        plot.save(figure, place.with_name(f"{place.name}{'-on-dark' * dark}{suffix}"), dark=dark)


if __name__ == "__main__":
    main()
