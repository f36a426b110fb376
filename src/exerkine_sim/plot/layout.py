"""Figures whose parts find their own room, the same to the last digit each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox

from .style import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DIGITS = 9  # of a figure's width and height


class _Repeatable(ConstrainedLayoutEngine):
    """The constrained layout, rounded: its solver goes by addresses in memory, and rounds by chance."""

    def execute(self, fig: Figure) -> dict | None:
        found = super().execute(fig)
        for ax in fig.axes:
            placed = ax.get_in_layout()
            corners = ax.get_position(original=True).get_points()
            ax.set_position(Bbox(np.round(corners, DIGITS)), which="original")
            ax.set_in_layout(placed)  # who is given a position is no longer
        return found


def new_figure(size_in: tuple[float, float]) -> Figure:
    """Return a figure of some inches."""
    with styled():
        return Figure(figsize=size_in, layout=_Repeatable())


def new_axes(size_in: tuple[float, float]) -> Axes:
    """Return axes in a new figure of some inches."""
    with styled():
        return new_figure(size_in).add_subplot()
