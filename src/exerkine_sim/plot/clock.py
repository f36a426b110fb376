"""Hours of the Schedule as days and clock times along an axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..schedule.when import day_name
from .heading import shared

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

DAY_H, WEEK_H = 24.0, 168.0
EVEN_H = 1 / 12
LEAST_H = 1.0  # of an axis, where all that is known is a moment
# Longest span in hours, and the hours between two labels on it.
CLOCK_STEPS = ((6.0, 1), (12.0, 2), (26.0, 3), (52.0, 6))
MAX_DAYS, MAX_WEEK_LABELS = 14, 8
LONGEST_H = 13 * WEEK_H  # on a longer axis the spikes of sessions run into each other


def label_time(ax: Axes, solution: Solution) -> None:
    """Label the x axis of a Solution: clock times, days or weeks, as the span asks.

    Days bear the names of weekdays where the one plan of all members has them. Days and weeks are named in
    their middle, between the ticks that bound them.
    """
    first_weekday = (shared(solution, "plan") or {}).get("first_weekday")
    label_hours(ax, 0.0, float(solution.times_h[-1]), first_weekday)


def label_hours(ax: Axes, start_h: float, end_h: float, first_weekday: str | None) -> None:
    """Label the x axis between two hours of a plan, as :func:`label_time` does a Solution's."""
    end_h = max(end_h, start_h + LEAST_H)
    ax.set_xlim(start_h, end_h)
    step = next((step for span, step in CLOCK_STEPS if end_h - start_h <= span), None)
    if step is not None:
        ticks = range(math.ceil(start_h / step) * step, math.floor(end_h) + 1, step)
        ax.set_xticks(ticks, [_hour_name(hour, first_weekday) for hour in ticks])
    elif end_h <= MAX_DAYS * DAY_H:
        names = [day_name(day, first_weekday) for day in range(math.ceil(end_h / DAY_H))]
        _label_spans(ax, DAY_H, names, end_h)
    else:
        weeks = math.ceil(end_h / WEEK_H)
        every = math.ceil(weeks / MAX_WEEK_LABELS)
        _label_spans(ax, WEEK_H, [f"week {week + 1}" for week in range(weeks)], end_h, every=every)


def is_long(times: np.ndarray) -> bool:
    """Return whether weeks, not hours, are to be seen on a time axis."""
    return bool(times[-1] - times[0] > LONGEST_H)


def by_week(times: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle of each week, and the lowest, the median and the highest value of it.

    All three are taken on an even grid, for sessions are sampled more densely than rest. Of a week at either
    end what is there is taken, where it is half a week at least.

    Parameters
    ----------
    times, values : ndarray, shape (n_times,)

    Returns
    -------
    middle : ndarray, shape (n_weeks,)
    values : ndarray, shape (3, n_weeks)

    Examples
    --------
    >>> middle, low_median_high = by_week(np.array([0.0, 7 * 24.0]), np.array([1.0, 3.0]))
    >>> middle.tolist(), low_median_high.round(1).tolist()
    ([84.0], [[1.0], [2.0], [3.0]])
    """
    starts = np.arange(times[0] // WEEK_H, times[-1] / WEEK_H) * WEEK_H
    spans = [(max(one, times[0]), min(one + WEEK_H, times[-1])) for one in starts]
    spans = [span for span in spans if np.ptp(span) >= WEEK_H / 2]
    even = (np.interp(np.arange(*span, EVEN_H), times, values) for span in spans)
    found = [np.quantile(one, (0.0, 0.5, 1.0)) for one in even]
    return np.mean(spans, axis=1), np.transpose(found)


def _hour_name(hour: int, first_weekday: str | None) -> str:
    day, clock = divmod(hour, 24)
    return f"{clock:02d}:00" if clock else day_name(day, first_weekday)


def _label_spans(ax: Axes, width: float, names: list[str], end_h: float, *, every: int = 1) -> None:
    named = range(0, len(names), every)
    edges = [index * width for index in range(0, len(names) + 1, every) if index * width <= end_h]
    middles = [(index * width + min((index + 1) * width, end_h)) / 2 for index in named]
    ax.set_xticks(edges, [""] * len(edges))
    ax.set_xticks(middles, names[::every], minor=True)
    ax.tick_params(axis="x", which="minor", length=0)
