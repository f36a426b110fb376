"""The body as a drawing: where its organs lie, and its outline. Nothing here is physiology."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .resting import apart
from .style import QUIET_COLOUR, REST_COLOUR

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = tuple[float, float]

# In heights of a body that faces the reader: from the middle to the right, from the soles up.
PLACES: dict[str, Place] = {
    "brain": (0.0, 0.95),
    "pituitary": (0.0, 0.895),
    "immune cells": (0.05, 0.745),
    "platelets": (-0.03, 0.745),
    "adrenal": (0.06, 0.665),
    "liver": (-0.05, 0.655),
    "spleen": (0.08, 0.625),
    "pancreas": (0.015, 0.605),
    "muscle upper": (-0.165, 0.69),
    "gut": (-0.01, 0.53),
    "adipose": (0.085, 0.54),
    "infusion": (-0.225, 0.5),
    "muscle": (0.075, 0.33),
    "muscle lower": (-0.08, 0.3),
    "bone": (0.085, 0.14),
    "elsewhere": (-0.2, 0.1),
}
NAMES = {"muscle upper": "upper body muscle", "muscle lower": "lower body muscle", "muscle": "all muscle"}
# Limbs and trunk as lines with a width, all in heights.
OUTLINE: tuple[tuple[Place, Place, float], ...] = (
    ((0.0, 0.905), (0.0, 0.945), 0.115),
    ((0.0, 0.80), (0.0, 0.88), 0.06),
    ((-0.06, 0.76), (0.06, 0.76), 0.13),
    ((-0.035, 0.55), (-0.055, 0.76), 0.15),
    ((0.035, 0.55), (0.055, 0.76), 0.15),
    ((-0.045, 0.50), (0.045, 0.50), 0.16),
    ((-0.135, 0.785), (-0.175, 0.63), 0.075),
    ((0.135, 0.785), (0.175, 0.63), 0.075),
    ((-0.175, 0.63), (-0.235, 0.45), 0.052),
    ((0.175, 0.63), (0.235, 0.45), 0.052),
    ((-0.07, 0.48), (-0.08, 0.27), 0.115),
    ((0.07, 0.48), (0.08, 0.27), 0.115),
    ((-0.08, 0.27), (-0.09, 0.03), 0.072),
    ((0.08, 0.27), (0.09, 0.03), 0.072),
)
LABEL_AWAY, LABEL_GAP = 0.30, 0.042  # from the middle to the names of organs, and between two of them
BODY_ALPHA, ARC = 0.16, np.linspace(-np.pi / 2, np.pi / 2, 16)


class Body:
    """A body on axes, standing at a place, with a height in the units of the axes.

    Parameters
    ----------
    middle, soles, height : float
    side : {-1, 1}
        On which side the names of its organs stand.
    """

    def __init__(self, middle: float, soles: float, height: float, *, side: int) -> None:
        self.middle, self.soles, self.height, self.side = middle, soles, height, side

    def place(self, organ: str) -> Place:
        """Return where an organ lies; what is in no one organ lies in the middle."""
        return self._at(PLACES[organ_of(organ)])

    def draw(self, ax: Axes, organs: Iterable[str]) -> None:
        """Draw the outline, and the organs with their names beside the body."""
        from matplotlib.collections import PolyCollection

        for start, end, width in OUTLINE:
            shape = _capsule(np.array(self._at(start)), np.array(self._at(end)), width * self.height / 2)
            # Opaque, so that limbs join without seams.
            ax.add_collection(
                PolyCollection([shape], facecolor=_pale(ax), linewidth=0, zorder=0.5, gid="body")
            )
        shown = sorted({organ_of(one) for one in organs}, key=lambda one: (PLACES[one][1], one))
        heights = apart([PLACES[one][1] for one in shown], LABEL_GAP)
        for organ, height in zip(shown, heights, strict=True):
            node, beside = self.place(organ), self._at((self.side * LABEL_AWAY, height))
            ax.plot(*zip(node, beside, strict=True), color=REST_COLOUR, linewidth=0.5, alpha=0.6, zorder=0.8)
            ax.plot(*node, marker="o", markersize=6, color=REST_COLOUR, zorder=4, gid="organ")
            look: dict[str, Any] = {
                "ha": "right" if self.side < 0 else "left",
                "va": "center",
                "fontsize": "small",
            }
            gap = 0.06 * self.side
            name = NAMES.get(organ, organ)
            ax.text(beside[0] + gap, beside[1], name, color=QUIET_COLOUR, gid="organ name", **look)

    def _at(self, place: Place) -> Place:
        return self.middle + place[0] * self.height, self.soles + place[1] * self.height


def organ_of(tissue: str) -> str:
    """Return the organ that is drawn for a tissue of the model.

    Examples
    --------
    >>> organ_of("liver"), organ_of("cell surfaces")
    ('liver', 'elsewhere')
    """
    return tissue if tissue in PLACES else "elsewhere"


def _pale(ax: Axes) -> tuple[float, ...]:
    """Return a colour that hardly stands out from the paper, be it white or black."""
    from matplotlib.colors import to_rgb

    paper, ink = np.array(to_rgb(ax.get_facecolor())), np.array(to_rgb(REST_COLOUR))
    return tuple((1 - BODY_ALPHA) * paper + BODY_ALPHA * ink)


def _capsule(start: np.ndarray, end: np.ndarray, radius: float) -> np.ndarray:
    """Return the corners of a line with a width and round ends, shape (n, 2)."""
    along = np.arctan2(*(end - start)[::-1])
    turn = np.concatenate([along + ARC, along + np.pi + ARC])
    centres = np.repeat([end, start], len(ARC), axis=0)
    return centres + radius * np.column_stack([np.cos(turn), np.sin(turn)])
