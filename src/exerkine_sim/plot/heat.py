"""All molecules at one glance: a heat map of folds over rest, molecules down, time across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .choice import Exerkine, Panel, Trace, traces, worst_grade
from .clock import DAY_H, MAX_DAYS, WEEK_H, is_long
from .exposure import COLOURS, folds_of
from .heading import people_text
from .names import fold_text, row_names
from .panel import grade_dots
from .strip import time_axis
from .style import QUIET_COLOUR, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

WIDTH_IN, ROW_IN, FRAME_IN = 12.0, 0.19, 1.1
CELLS, SAMPLES = 600, 12  # across the figure, where days are not cells; looked at in each cell
FULL, LEAST_FULL = 3.0, 0.5  # log2 of the folds at which colours end, at most and at least
STILL = 1.05  # a molecule that never leaves rest by more goes below the others


@styled()
def heat(solution: Solution, exerkines: Sequence[Exerkine] | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw how far each molecule is from rest, hour by hour: a row a molecule, a colour a fold.

    On more than two weeks a cell is a day, on more than a quarter of a year a week; it shows the value of
    that time which lies farthest from rest. Of many members the median is shown.

    Parameters
    ----------
    solution : Solution
    exerkines : sequence of str or (str, str), optional
        Rows from the top; when left out all molecules, in the order in which they are farthest from rest.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
        The mesh is its first collection, in log2 of folds; on the right stand the fold farthest from rest
        and the grade of the evidence.

    Raises
    ------
    InputError
        For an unknown molecule or site.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> ax = xk.plot.heat(solution, ["lactate", "il6"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['lactate', 'IL-6']
    """
    rows = traces(solution, solution.exerkines if exerkines is None else exerkines)
    ax = new_axes((WIDTH_IN, FRAME_IN + ROW_IN * len(rows))) if ax is None else ax
    edges = _edges(solution.times_h)
    folds = np.array([_farthest(solution, trace, edges) for trace in rows])
    if exerkines is None:
        order = _by_peak(folds)
        rows, folds = tuple(rows[place] for place in order), folds[order]
    limit = float(np.clip(np.nanmax(np.abs(folds), initial=0.0), LEAST_FULL, FULL))
    lines = np.arange(len(rows) + 1)
    mesh = ax.pcolormesh(edges, lines, folds, cmap=COLOURS, vmin=-limit, vmax=limit, rasterized=True)
    ax.set_yticks(lines[:-1] + 0.5, row_names(solution, rows))
    _note_rows(ax, solution, rows, folds)
    ax.set_ylim(len(rows), 0)
    ax.grid(False)
    ax.set_title(
        f"Fold of rest, {_cell_text(edges)}{people_text(solution)}; right: evidence, and the farthest fold"
    )
    time_axis(ax, solution)
    _draw_scale(ax, mesh, limit)
    return ax


def _edges(times: np.ndarray) -> np.ndarray:
    """Return the edges of the cells in hours: weeks, days, or as many as can be seen."""
    start, end = float(times[0]), float(times[-1])
    if end - start <= MAX_DAYS * DAY_H:
        return np.linspace(start, end, CELLS + 1)
    width = WEEK_H if is_long(times) else DAY_H
    return np.append(np.arange(start, end, width), end)


def _farthest(solution: Solution, trace: Trace, edges: np.ndarray) -> np.ndarray:
    """Return log2 of the fold farthest from rest in each cell, (n_cells,); NaN where no member has any."""
    folds = folds_of(solution, trace)
    if not len(folds) or not (folds > 0).all():
        return np.full(len(edges) - 1, np.nan)
    # Days are looked at more often than an hour's cell, so that no session falls between.
    samples = max(SAMPLES, round(float(np.diff(edges)[0]) * SAMPLES))
    hours = edges[:-1, None] + np.diff(edges)[:, None] * np.linspace(0, 1, samples)
    away = np.interp(hours, solution.times_h, np.median(np.log2(folds), axis=0))
    return np.take_along_axis(away, np.abs(away).argmax(axis=1)[:, None], axis=1)[:, 0]


def _by_peak(folds: np.ndarray) -> list[int]:
    """Return rows in the order in which they are farthest from rest; those that hardly move last."""
    away = np.nan_to_num(np.abs(folds))
    still = away.max(axis=1) < np.log2(STILL)
    return sorted(range(len(folds)), key=lambda row: (still[row], away[row].argmax()))


def _note_rows(ax: Axes, solution: Solution, rows: Panel, folds: np.ndarray) -> None:
    """Write the farthest fold and the grade of each row on the right."""
    right = ax.secondary_yaxis("right")
    notes = []
    for trace, row in zip(rows, folds, strict=True):
        dots = grade_dots(worst_grade(solution, (trace,)))
        known = np.isfinite(row).any()
        notes.append(f"{dots}  {fold_text(2 ** row[np.nanargmax(np.abs(row))])}" if known else dots)
    right.set_yticks(np.arange(len(rows)) + 0.5, notes)
    ax.hlines(np.arange(1, len(rows)), *ax.get_xlim(), color=ax.get_facecolor(), linewidth=0.8)
    for side in (ax, right):
        side.tick_params(axis="y", length=0, labelsize="small")


def _cell_text(edges: np.ndarray) -> str:
    width = float(np.diff(edges)[0])
    return {DAY_H: "farthest of each day, ", WEEK_H: "farthest of each week, "}.get(width, "")


def _draw_scale(ax: Axes, mesh: Any, limit: float) -> None:
    ticks = np.arange(-np.floor(limit), np.floor(limit) + 1)
    bar = ax.figure.colorbar(mesh, ax=ax, ticks=ticks, extend="both", pad=0.01, fraction=0.02, aspect=30)
    names = {tick: f"{2**tick:g}×" if tick > 0 else f"1/{2**-tick:g}" for tick in ticks}
    bar.ax.set_yticklabels([names[tick] if tick else "rest" for tick in ticks])
    bar.ax.tick_params(length=0, labelsize="small", labelcolor=QUIET_COLOUR)
    bar.outline.set_visible(False)
