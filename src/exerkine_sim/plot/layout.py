"""The layout of figures, the same to the last digit each time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.transforms import Bbox

DIGITS = 9  # of a figure's width and height


class Repeatable(ConstrainedLayoutEngine):
    """The constrained layout, rounded: its solver goes by addresses in memory, and rounds by chance."""

    def execute(self, fig: Figure) -> dict | None:
        """Find room for all parts, and put every axes on round numbers."""
        found = super().execute(fig)
        for ax in fig.axes:
            placed = ax.get_in_layout()
            corners = ax.get_position(original=True).get_points()
            ax.set_position(Bbox(np.round(corners, DIGITS)), which="original")
            ax.set_in_layout(placed)  # who is given a position is no longer
        return found
