"""Each figure looks as its picture in the gallery does, and each has one.

A picture that should have changed is made anew by `make figures`, and looked at.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from gallery import QUICK, Picture, drawn, read, write
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from exerkine_sim import plot

# Root mean square over pixels, of 255. Another version of FreeType or of a font's hinting makes 1 at most; a
# curve that moves by its own width makes 3 and more.
TOLERANCE = 1.5
FAILED = Path(__file__).parents[2] / "build" / "figures"
NO_PICTURE = {"save", "animate_organs"}  # what draws nothing of its own, and what moves
SETUP, PICTURES = read()


class Made(NamedTuple):
    """A picture as it is drawn now, and its figure."""

    file: Path
    figure: Figure


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Every picture as it is drawn now."""
    folder = tmp_path_factory.mktemp("figures")
    found = {}
    for picture, figure in drawn(SETUP, PICTURES):
        found[picture.name] = Made(folder / picture.file.name, figure)
        write(figure, found[picture.name].file, packed=QUICK)
    return found


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_figure_looks_like_its_picture(picture: Picture, made: dict[str, Made]):
    told = compare_images(str(picture.file), str(made[picture.name].file), TOLERANCE)
    if told is not None:
        FAILED.mkdir(parents=True, exist_ok=True)
        for one in made[picture.name].file.parent.glob(f"{picture.name}*.png"):
            shutil.copy(one, FAILED)
    assert told is None, f"{told}\nthe picture and where it differs are in {FAILED}"


def test_another_figure_is_noticed(made: dict[str, Made], tmp_path: Path):
    """The same axes, one line a little thicker."""
    first, changed = made[PICTURES[0].name], tmp_path / "changed.png"
    first.figure.axes[0].lines[0].set_linewidth(5.0)
    write(first.figure, changed, packed=QUICK)
    assert compare_images(str(first.file), str(changed), TOLERANCE) is not None


def test_every_figure_has_a_picture():
    code = "\n".join(picture.code for picture in PICTURES)
    shown = set(re.findall(r"xk\.plot\.(\w+)\(", code))
    assert shown == set(plot.__all__) - NO_PICTURE


def test_every_picture_says_what_it_shows_to_who_cannot_see_it():
    for picture in PICTURES:
        assert 40 <= len(picture.alt) <= 300, picture.name
    assert len({picture.alt for picture in PICTURES}) == len(PICTURES)


def test_no_picture_is_left_over_and_together_they_are_small():
    kept = sorted(PICTURES[0].file.parent.glob("*.png"))
    assert kept == sorted(picture.file for picture in PICTURES)
    assert sum(file.stat().st_size for file in kept) < 1_500_000
