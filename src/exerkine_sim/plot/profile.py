"""Profile likelihoods beside the parabolas that standard errors stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .style import BLUE, ORANGE, QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..fitting.profile import Profile

SIZE_IN = (6.0, 4.0)
HEADROOM = 2.2  # of the limit
ROOM = 0.06  # of the width
POINTS = 200


def profile(found: Profile, *, ax: Axes | None = None) -> Axes:
    """Draw a profile: the rise of the misfit, the parabola of the standard error, and the interval.

    Parameters
    ----------
    found : Profile
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure (``ax.figure``) when left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    if ax is None:
        with styled():
            figure = new_figure(SIZE_IN)
            profile(found, ax=figure.add_subplot())
            figure.draw_without_rendering()  # ticks take their look when they are first drawn
            return figure.axes[0]
    low, high = _span(found)
    x = np.linspace(low, high, POINTS)
    ax.axvspan(found.low, found.high, color=BLUE, alpha=0.1, linewidth=0, gid="interval")
    ax.axhline(found.limit, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), gid="limit")
    if np.isfinite(found.standard_error):
        ax.plot(x, found.parabola(x), color=ORANGE, linestyle="--", linewidth=1.5, label="parabola")
    finite = np.isfinite(found.rise)
    ax.plot(found.x[finite], found.rise[finite], color=BLUE, marker="o", markersize=4, label="profile")
    ax.set(xlim=(low, high), ylim=(-0.05 * found.limit, HEADROOM * found.limit))
    ax.set(xlabel=f"{found.name}, in prior widths", ylabel="rise of the sum of squares")
    ax.set_title(found.name)
    ax.set_title(_verdict(found), loc="right", fontsize="small", color=QUIET_COLOUR)
    ax.annotate(
        f"{100 * found.level:.3g} %",
        (1.0, found.limit),
        xycoords=ax.get_yaxis_transform(),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
        color=QUIET_COLOUR,
        fontsize="small",
    )
    ax.legend(loc="upper center")
    return ax


def _span(found: Profile) -> tuple[float, float]:
    """Return what is shown: the interval and some room, or up to the bound where it is open."""
    room = ROOM * (found.high - found.low)
    wide = 3 * room
    return (
        found.low - (room if found.is_open_low else wide),
        found.high + (room if found.is_open_high else wide),
    )


def _verdict(found: Profile) -> str:
    sides = [
        name for name, is_open in (("below", found.is_open_low), ("above", found.is_open_high)) if is_open
    ]
    return f"open {' and '.join(sides)}" if sides else f"{found.low:.2g} to {found.high:.2g}"
