"""Who drives a molecule and whom it drives, as a drawing that takes its colours from the page around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from exerkine_sim.parameters import load_parameters

if TYPE_CHECKING:
    import exerkine_sim as xk

ROW, BOX, WIDTH, HIGH = 32, 122, 460, 24
MIDDLE = (WIDTH - BOX) / 2


def neighbours(told: xk.Dossier) -> str:
    """Return an SVG: drivers on the left, the molecule in the middle, what it drives on the right."""
    rows = max(len(told.driven_by), len(told.drives), 1)
    center = rows * ROW / 2
    shapes = [
        *_column(told.driven_by, x=0, rows=rows, ends=(BOX, MIDDLE), center=center),
        *_column(told.drives, x=WIDTH - BOX, rows=rows, ends=(WIDTH - BOX, MIDDLE + BOX), center=center),
        _box(told.label, MIDDLE, center, kind="own"),
    ]
    words = f"{told.label}: driven by {_listed(told.driven_by)}; drives {_listed(told.drives)}"
    return (
        f'<div class="neighbours"><svg viewBox="-1 -1 {WIDTH + 2} {rows * ROW + 2}" role="img" '
        f'aria-label="{escape(words)}">{"".join(shapes)}</svg></div>'
    )


def _column(
    names: Sequence[str], *, x: float, rows: int, ends: tuple[float, float], center: float
) -> Iterator[str]:
    """Yield the boxes of one side, each with its line to the middle."""
    above = (rows - len(names)) * ROW / 2
    outer, inner = ends
    for number, name in enumerate(names):
        y = above + (number + 0.5) * ROW
        halfway = (outer + inner) / 2
        yield f'<path d="M{outer} {y} C{halfway} {y} {halfway} {center} {inner} {center}"/>'
        yield f'<a href="{name}.html">{_box(_label(name), x, y)}</a>'


def _box(text: str, x: float, y: float, *, kind: str = "other") -> str:
    return (
        f'<g class="{kind}"><rect x="{x}" y="{y - HIGH / 2}" width="{BOX}" height="{HIGH}" rx="4"/>'
        f'<text x="{x + BOX / 2}" y="{y + 4.5}">{escape(text)}</text></g>'
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_label, names)) or "nothing else"


def _label(name: str) -> str:
    return load_parameters().about.get(name, {}).get("label", name.replace("_", " "))
