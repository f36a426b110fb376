"""What stays: resting values over months."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from .choice import Exerkine, Trace, traces
from .clock import DAY_H, WEEK_H
from .exposure import folds_of
from .names import row_names
from .strip import time_axis
from .style import REST_COLOUR, new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..schedule import Schedule
    from ..solution import Solution

SIZE_IN = (11.0, 4.2)
MORNING_H = 6.0
MOST_LINES, LEAST_CHANGE = 7, 0.01
LINE_STYLES = ("-", "--")
LABEL_GAP = 0.07  # of the height of the axes, between the names at the ends of two lines


@styled()
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

    Raises
    ------
    InputError
        For an unknown molecule or site, and for less than a day.
    """
    hours = resting_hours(schedule, float(solution.times_h[-1]))
    if not len(hours):
        raise InputError(
            f"{float(solution.times_h[-1]):g} h",
            expected="a day at least, for resting values are seen once a day",
            fix="simulate to a later end_h",
        )
    alone, ax = ax is None, new_axes(SIZE_IN) if ax is None else ax
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
    time_axis(ax, solution)
    _fit(ax, [_weekly_medians(hours, folds[trace])[1] for trace in chosen])
    _name_ends(ax, ends, make_room=alone)
    return ax


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
    folds = folds_of(solution, trace)
    if not len(folds):
        return np.full(len(hours), np.nan)
    return np.median([np.interp(hours, solution.times_h, one) for one in folds], axis=0)


def _weekly_medians(hours: np.ndarray, folds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weeks = np.floor(hours / WEEK_H)
    medians = [float(np.median(folds[weeks == week])) for week in np.unique(weeks)]
    return (np.unique(weeks) + 0.5) * WEEK_H, np.array(medians)


def _most_moved(folds: dict[Trace, np.ndarray], hours: np.ndarray) -> list[Trace]:
    """Return the traces whose weekly medians lie farthest from 1 in folds, the farthest first."""
    reach = {trace: np.abs(np.log(_weekly_medians(hours, one)[1])).max() for trace, one in folds.items()}
    moved = [trace for trace, far in reach.items() if np.isfinite(far) and far > LEAST_CHANGE]
    return sorted(moved, key=lambda trace: -reach[trace])[:MOST_LINES]


def _fit(ax: Axes, medians: Sequence[np.ndarray]) -> None:
    """Let lines fill the height; days that lie far out are cut off."""
    low = min([0.98, *(float(np.min(one)) for one in medians)])
    high = max([1.02, *(float(np.max(one)) for one in medians)])
    ax.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))


def _name_ends(ax: Axes, ends: Sequence[tuple[float, str, Any]], *, make_room: bool) -> None:
    """Write each line's name at its end, moved apart where two would meet."""
    low, high = ax.get_ylim()
    ends = sorted(ends)
    places = apart([(value - low) / (high - low) for value, _, _ in ends], LABEL_GAP)
    for place, (_, name, colour) in zip(places, ends, strict=True):
        text = ax.annotate(
            name, (1.004, place), xycoords="axes fraction", va="center", color=colour, gid="line name"
        )
        text.set_in_layout(make_room)  # on a page the margin has the room


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Return places in order, moved as little as may be so that each lies a gap above the one before.

    Examples
    --------
    >>> apart([0.0, 0.5, 0.5], 0.2)
    [0.0, 0.4, 0.6]
    """
    groups: list[
        tuple[float, int]
    ] = []  # those pushed together: the mean of where they would begin, how many
    for index, place in enumerate(places):
        mean, count = place - index * gap, 1
        while groups and groups[-1][0] > mean:
            before, more = groups.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        groups.append((mean, count))
    starts = [mean for mean, count in groups for _ in range(count)]
    return [start + index * gap for index, start in enumerate(starts)]
