"""Months at one glance: the days of training, what each week exposed to, and what stays at rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .calendar import calendar
from .choice import Exerkine, Panel, Trace, traces
from .clock import DAY_H, WEEK_H, label_time
from .heading import heading, people_text
from .names import row_names
from .style import QUIET_COLOUR, REST_COLOUR, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..schedule import Schedule
    from ..solution import Solution

WIDTH_IN, CALENDAR_IN, ROW_IN, RESTING_IN, FRAME_IN = 16.0, 1.7, 0.2, 2.8, 1.6
MORNING_H = 6.0
# Below an hour at twice the resting value a week is rest; the axis of colours is linear there.
FAINT_FOLD_H, LEAST_LIMIT_FOLD_H = 1.0, 10.0
COLOURS = "PuOr_r"  # both its ends, and its middle, differ for colour-blind readers too
MOST_LINES, LEAST_CHANGE = 7, 0.01
LINE_STYLES = ("-", "--")
LABEL_GAP = 0.07  # of the height of the axes, between the names at the ends of two lines


def months(schedule: Schedule, solution: Solution, exerkines: Sequence[Exerkine] | None = None) -> Figure:
    """Draw a plan of months: its calendar, the exposure of each week, and resting levels, on one time axis.

    Parameters
    ----------
    schedule : Schedule
    solution : Solution
        Of that plan.
    exerkines : sequence of str or (str, str), optional
        Molecules shown, in this order; all by default.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes are those of :func:`calendar`, :func:`exposure`, :func:`resting`, and the scale of colours.

    Raises
    ------
    InputError
        For an unknown molecule or site.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("starts Mon\\nMon 08:00 run 1h 70% VO2max\\nday 9 08:00 run 1h 70% VO2max")
    >>> figure = xk.plot.months(plan, xk.simulate(plan, subject), ["il6", "lactate"])
    >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
    ['IL-6', 'lactate']
    """
    from matplotlib.figure import Figure

    rows = traces(solution, solution.exerkines if exerkines is None else exerkines)
    heights = [CALENDAR_IN, max(1.0, ROW_IN * len(rows)), RESTING_IN]
    with styled():
        figure = Figure(figsize=(WIDTH_IN, sum(heights) + FRAME_IN), layout="constrained")
        grid = figure.add_gridspec(3, 2, height_ratios=heights, width_ratios=[1.0, 0.012])
        top, middle, bottom = (figure.add_subplot(grid[row, 0]) for row in range(3))
        calendar(schedule, ax=top)
        mesh = exposure(solution, exerkines, ax=middle).collections[0]
        resting(schedule, solution, exerkines, ax=bottom)
        for ax in (top, middle, bottom):
            label_time(ax, solution)
        _draw_scale(figure.add_subplot(grid[1, 1]), mesh)
        figure.suptitle(heading(solution), x=0.01, ha="left", fontsize=17, fontweight="bold")
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
        figure.set_layout_engine("none")
    return figure


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
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.colors import SymLogNorm

    ax = _axes(ax)
    rows = traces(solution, solution.exerkines if exerkines is None else exerkines)
    edges, areas = weekly_areas(solution, rows)
    limit = max(LEAST_LIMIT_FOLD_H, float(np.nanmax(np.abs(areas), initial=0.0)))
    norm = SymLogNorm(linthresh=FAINT_FOLD_H, vmin=-limit, vmax=limit)
    ax.pcolormesh(edges, np.arange(len(rows) + 1), areas, cmap=COLOURS, norm=norm, edgecolors="white", lw=0.4)
    ax.set_yticks(np.arange(len(rows)) + 0.5, row_names(solution, rows))
    ax.tick_params(axis="y", length=0, labelsize="small")
    ax.set_ylim(len(rows), 0)
    ax.grid(False)
    ax.set_title("Exposure: area above rest of each week" + _whose(solution))
    label_time(ax, solution)
    return ax


def resting(
    schedule: Schedule,
    solution: Solution,
    exerkines: Sequence[Exerkine] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the resting values of those molecules that moved most: dots of days, lines through weeks.

    A day's resting value is taken before its first session, at 06:00 where there is none, as fold of the
    resting value before the plan.

    Parameters
    ----------
    schedule : Schedule
    solution : Solution
        Of that plan.
    exerkines : sequence of str or (str, str), optional
        What to draw; by default the seven whose weekly medians lie farthest from 1, and 1 % at least.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = _axes(ax)
    hours = resting_hours(schedule, float(solution.times_h[-1]))
    rows = traces(solution, solution.exerkines if exerkines is None else exerkines)
    names = dict(zip(rows, row_names(solution, rows), strict=True))
    folds = {trace: resting_folds(solution, trace, hours) for trace in rows}
    chosen = rows if exerkines is not None else _most_moved(folds, hours)
    ends = []
    for index, trace in enumerate(chosen):
        style = LINE_STYLES[index // MOST_LINES % len(LINE_STYLES)]
        middles, medians = _weekly_medians(hours, folds[trace])
        (line,) = ax.plot(middles, medians, linestyle=style, label=names[trace], zorder=3)
        ax.plot(hours, folds[trace], ".", color=line.get_color(), alpha=0.3, markersize=2.5)
        ends.append((float(medians[-1]), names[trace], line.get_color()))
    ax.axhline(1.0, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1.5, gid="rest")
    ax.set_ylabel("fold of rest before")
    ax.set_title("Resting values, before the first session of a day or at 06:00: lines are medians of weeks")
    label_time(ax, solution)
    _fit(ax, [_weekly_medians(hours, folds[trace])[1] for trace in chosen])
    _name_ends(ax, ends)
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
        folds = _folds(solution, trace)
        if len(folds):
            steps = (folds[:, 1:] + folds[:, :-1] - 2) / 2 * np.diff(times)
            areas = np.hstack([np.zeros((len(folds), 1)), np.cumsum(steps, axis=1)])
            weeks = [np.diff(np.interp(edges, times, area)) for area in areas]
            found[row] = np.median(weeks, axis=0)
    return edges, found


def resting_hours(schedule: Schedule, end_h: float) -> np.ndarray:
    """Return for each day when it is at rest: just before its first session, at 06:00 without one.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> resting_hours(parse_schedule("day 2 07:30 run 1h 70% VO2max"), 72.0).tolist()
    [6.0, 31.5, 54.0]
    """
    hours = np.arange(int(end_h // DAY_H)) * DAY_H + MORNING_H
    for session in reversed(schedule.sessions):
        day = int(session.start_h // DAY_H)
        if day < len(hours):
            hours[day] = session.start_h
    return hours


def resting_folds(solution: Solution, trace: Trace, hours: np.ndarray) -> np.ndarray:
    """Return the median over members of a trace at some hours, as fold of rest, shape (n_hours,)."""
    folds = _folds(solution, trace)
    if not len(folds):
        return np.full(len(hours), np.nan)
    return np.median([np.interp(hours, solution.times_h, one) for one in folds], axis=0)


def _folds(solution: Solution, trace: Trace) -> np.ndarray:
    """Return the folds of members that reached the end, shape (n_members, n_times)."""
    folds = solution.fold(trace.exerkine, site=trace.site).values
    return folds[np.isfinite(folds).all(axis=1)]


def _weekly_medians(hours: np.ndarray, folds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weeks = np.floor(hours / WEEK_H)
    medians = [float(np.median(folds[weeks == week])) for week in np.unique(weeks)]
    return (np.unique(weeks) + 0.5) * WEEK_H, np.array(medians)


def _most_moved(folds: dict[Trace, np.ndarray], hours: np.ndarray) -> list[Trace]:
    """Return the traces whose weekly medians lie farthest from 1 in folds, the farthest first."""
    reach = {trace: np.abs(np.log(_weekly_medians(hours, one)[1])).max() for trace, one in folds.items()}
    moved = [trace for trace, far in reach.items() if np.isfinite(far) and far > LEAST_CHANGE]
    return sorted(moved, key=lambda trace: -reach[trace])[:MOST_LINES]


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    with styled():
        return Figure(figsize=(WIDTH_IN, 2 * RESTING_IN), layout="constrained").add_subplot()


def _whose(solution: Solution) -> str:
    return "" if len(solution.status) == 1 else f", {people_text(solution)}"


def _draw_scale(ax: Axes, mesh: Any) -> None:
    """Draw the axis of colours, in decades about rest."""
    limit = float(mesh.norm.vmax)
    decades = [10.0**power for power in range(0, int(np.log10(limit)) + 1)]
    ticks = [*(-one for one in reversed(decades)), 0.0, *decades]
    bar = ax.figure.colorbar(mesh, cax=ax, ticks=ticks)
    bar.ax.set_yticklabels([f"{tick:+.0f}" if tick else "rest" for tick in ticks])
    bar.ax.minorticks_off()
    bar.outline.set_visible(False)
    bar.set_label("fold of rest × h in a week", color=QUIET_COLOUR)


def _fit(ax: Axes, medians: Sequence[np.ndarray]) -> None:
    """Let lines fill the height; days that lie far out are cut off."""
    low = min([0.98, *(float(np.min(one)) for one in medians)])
    high = max([1.02, *(float(np.max(one)) for one in medians)])
    ax.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))


def _name_ends(ax: Axes, ends: Sequence[tuple[float, str, Any]]) -> None:
    """Write each line's name at its end, moved apart where two would meet."""
    low, high = ax.get_ylim()
    place = -np.inf
    for value, name, colour in sorted(ends):
        place = max((value - low) / (high - low), place + LABEL_GAP)
        ax.annotate(
            name,
            (1.004, place),
            xycoords="axes fraction",
            va="center",
            color=colour,
            annotation_clip=False,
            gid="line name",
        )
