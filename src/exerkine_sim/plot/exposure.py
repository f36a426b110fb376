"""What each week exposed a body to: a heat map of molecules and weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .choice import Exerkine, Panel, Trace, traces, worst_grade
from .clock import WEEK_H
from .heading import people_text
from .names import row_names
from .panel import grade_dots
from .strip import time_axis
from .style import QUIET_COLOUR, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

WIDTH_IN, ROW_IN, FRAME_IN = 11.0, 0.24, 1.1
LEAST_ROWS = 9  # of height, which the words along the scale need
# Below an hour at twice the resting value a week is rest; the axis of colours is linear there.
FAINT_FOLD_H, LEAST_LIMIT_FOLD_H = 1.0, 10.0
COLOURS = "PuOr_r"  # both its ends, and its middle, differ for colour-blind readers too


@styled()
def exposure(
    solution: Solution, exerkines: Sequence[Exerkine] | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw how much above or below rest each week was, one row a molecule: a heat map.

    A cell is the area above the resting value over the week, divided by that value: 168 h is a week at twice
    the resting value. Of many members it is their median.

    Parameters
    ----------
    solution : Solution
    exerkines : sequence of str or (str, str), optional
        Rows from the top; all molecules by default.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure, with the scale of colours, when left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.colors import SymLogNorm

    rows = traces(solution, solution.exerkines if exerkines is None else exerkines)
    alone = ax is None
    ax = new_axes((WIDTH_IN, FRAME_IN + ROW_IN * max(LEAST_ROWS, len(rows)))) if ax is None else ax
    edges, areas = weekly_areas(solution, rows)
    limit = max(LEAST_LIMIT_FOLD_H, float(np.nanmax(np.abs(areas), initial=0.0)))
    norm = SymLogNorm(linthresh=FAINT_FOLD_H, vmin=-limit, vmax=limit)
    mesh = ax.pcolormesh(
        edges, np.arange(len(rows) + 1), areas, cmap=COLOURS, norm=norm, edgecolors="white", lw=0.4
    )
    ax.set_yticks(np.arange(len(rows)) + 0.5, row_names(solution, rows))
    grades = ax.secondary_yaxis("right")
    dots = [grade_dots(worst_grade(solution, (trace,))) for trace in rows]
    grades.set_yticks(np.arange(len(rows)) + 0.5, dots)
    for side in (ax, grades):
        side.tick_params(axis="y", length=0, labelsize="small")
    ax.set_ylim(len(rows), 0)
    ax.grid(False)
    ax.set_title(
        f"Exposure: area above rest of each week{_whose(solution)}; dots are the grade of the evidence"
    )
    time_axis(ax, solution)
    if alone:  # on a page all share one scale
        draw_scale(ax.inset_axes((1.055, 0.0, 0.012, 1.0)), mesh)
    return ax


def weekly_areas(solution: Solution, rows: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of weeks, and the area above rest of each trace in each of them, over its rest.

    Returns
    -------
    edges : ndarray, shape (n_weeks + 1,)
        Hours.
    areas : ndarray, shape (n_traces, n_weeks)
        In hours, the median over members; NaN where there is nothing at rest, or no member.
    """
    times = solution.times_h
    edges = np.append(np.arange(times[0], times[-1], WEEK_H), times[-1])
    found = np.full((len(rows), len(edges) - 1), np.nan)
    for row, trace in enumerate(rows):
        folds = folds_of(solution, trace)
        if len(folds):
            steps = (folds[:, 1:] + folds[:, :-1] - 2) / 2 * np.diff(times)
            areas = np.hstack([np.zeros((len(folds), 1)), np.cumsum(steps, axis=1)])
            weeks = [np.diff(np.interp(edges, times, area)) for area in areas]
            found[row] = np.median(weeks, axis=0)
    return edges, found


def folds_of(solution: Solution, trace: Trace) -> np.ndarray:
    """Return the folds of members that reached the end, shape (n_members, n_times)."""
    folds = solution.fold(trace.exerkine, site=trace.site).values
    return folds[np.isfinite(folds).all(axis=1)]


def draw_scale(ax: Axes, mesh: Any) -> None:
    """Draw the axis of colours, in decades about rest."""
    limit = float(mesh.norm.vmax)
    decades = [10.0**power for power in range(0, int(np.log10(limit)) + 1)]
    ticks = [*(-one for one in reversed(decades)), 0.0, *decades]
    bar = ax.figure.colorbar(mesh, cax=ax, ticks=ticks)
    bar.ax.set_yticklabels([f"{tick:+.0f}" if tick else "rest" for tick in ticks])
    bar.ax.minorticks_off()
    bar.outline.set_visible(False)
    bar.set_label("fold of rest × h in a week", color=QUIET_COLOUR)


def _whose(solution: Solution) -> str:
    return "" if len(solution.status) == 1 else f", {people_text(solution)}"
