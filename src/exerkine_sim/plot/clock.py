"""Hours of the Schedule as days and clock times along an axis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..schedule.when import day_name
from .heading import shared

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

DAY_H, WEEK_H = 24.0, 168.0
# Longest span in hours, and the hours between two labels on it.
CLOCK_STEPS = ((6.0, 1), (12.0, 2), (26.0, 3), (52.0, 6))
MAX_DAYS, MAX_WEEK_LABELS = 14, 12


def label_time(ax: Axes, solution: Solution) -> None:
    """Label the x axis of a Solution: clock times, days or weeks, as the span asks.

    Days bear the names of weekdays where the one plan of all members has them. Days and weeks are named in
    their middle, between the ticks that bound them.
    """
    end_h = float(solution.times_h[-1])
    first_weekday = (shared(solution, "plan") or {}).get("first_weekday")
    ax.set_xlim(0.0, end_h)
    step = next((step for span, step in CLOCK_STEPS if end_h <= span), None)
    if step is not None:
        ticks = range(0, math.floor(end_h) + 1, step)
        ax.set_xticks(ticks, [_hour_name(hour, first_weekday) for hour in ticks])
    elif end_h <= MAX_DAYS * DAY_H:
        names = [day_name(day, first_weekday) for day in range(math.ceil(end_h / DAY_H))]
        _label_spans(ax, DAY_H, names, end_h)
    else:
        weeks = math.ceil(end_h / WEEK_H)
        every = math.ceil(weeks / MAX_WEEK_LABELS)
        names = [f"week {week + 1}" if week % every == 0 else "" for week in range(weeks)]
        _label_spans(ax, WEEK_H, names, end_h)


def _hour_name(hour: int, first_weekday: str | None) -> str:
    day, clock = divmod(hour, 24)
    return f"{clock:02d}:00" if clock else day_name(day, first_weekday)


def _label_spans(ax: Axes, width: float, names: list[str], end_h: float) -> None:
    edges = [index * width for index in range(len(names) + 1) if index * width <= end_h]
    middles = [(index * width + min((index + 1) * width, end_h)) / 2 for index in range(len(names))]
    ax.set_xticks(edges, [""] * len(edges))
    ax.set_xticks(middles, names, minor=True)
    ax.tick_params(axis="x", which="minor", length=0)
