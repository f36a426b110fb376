"""The days of a plan: one square a day, coloured by what was done, as large as the time it took."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from ..schedule.when import day_name
from .clock import DAY_H, label_hours
from .style import new_axes, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..schedule import Schedule, Session

SIZE_IN = (11.0, 3.4)
DAYS = 7
SIDE = 0.86  # of a day's cell, at most
LEAST_SIDE = 0.3
FULL_H = 2.0  # a day of two hours or more fills its cell
KINDS = {
    "on foot": "#0072B2",
    "on wheels": "#009E73",
    "other endurance": "#56B4E9",
    "lifting": "#D55E00",
    "several": "#000000",
}
FEET, WHEELS = ("run", "walk"), ("cycle",)
EMPTY_COLOUR = "#EFEFEF"


class Day(NamedTuple):
    """What a day holds: its kind of training, and hours from the start to the end of each session."""

    kind: str
    hours: float


def days_of(schedule: Schedule) -> dict[int, Day]:
    """Return each day of training by its number, counted from 0; a session counts where it begins.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> days_of(parse_schedule("day 2 07:30 run 1h 70% VO2max\\nday 2 18:00 run 30m 60% VO2max"))
    {1: Day(kind='on foot', hours=1.5)}
    """
    days: dict[int, Day] = {}
    for session in schedule.sessions:
        number, kind = int(session.start_h // DAY_H), _kind(session)
        before = days.get(number, Day(kind, 0.0))
        hours = before.hours + session.end_h - session.start_h
        days[number] = Day(kind if kind == before.kind else "several", hours)
    return days


@styled()
def calendar(schedule: Schedule, *, ax: Axes | None = None) -> Axes:
    """Draw one square a day, a column a week: its colour is what was done, its area the time it took.

    Parameters
    ----------
    schedule : Schedule
    ax : matplotlib.axes.Axes, optional
        Where to draw, with hours on the x axis; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.collections import PatchCollection

    ax = new_axes(SIZE_IN) if ax is None else ax
    days, n_weeks = days_of(schedule), max(1, math.ceil(schedule.end_h / (DAYS * DAY_H)))
    squares = [_square(number, SIDE) for number in range(n_weeks * DAYS)]
    ax.add_collection(PatchCollection(squares, facecolor=EMPTY_COLOUR, linewidth=0, gid="days"))
    for kind, colour in KINDS.items():
        filled = [_square(number, _side(day.hours)) for number, day in days.items() if day.kind == kind]
        ax.add_collection(PatchCollection(filled, facecolor=colour, linewidth=0, gid=kind))
    label_hours(ax, 0.0, n_weeks * DAYS * DAY_H, schedule.first_weekday)
    ax.set_ylim(DAYS, 0)
    ax.set_yticks(
        [row + 0.5 for row in range(DAYS)], [day_name(row, schedule.first_weekday) for row in range(DAYS)]
    )
    ax.tick_params(axis="y", length=0, labelsize="small")
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    ax.set_title(f"Days of training; a full square is {FULL_H:g} h or more")
    _draw_key(ax, {day.kind for day in days.values()})
    return ax


def _kind(session: Session) -> str:
    kinds = {_kind_of(bout.mode, lifting=bout.reps is not None) for bout in session.bouts}
    return kinds.pop() if len(kinds) == 1 else "several"


def _kind_of(mode: str, *, lifting: bool) -> str:
    if lifting:
        return "lifting"
    if mode in FEET:
        return "on foot"
    return "on wheels" if mode in WHEELS else "other endurance"


def _side(hours: float) -> float:
    return max(LEAST_SIDE, SIDE * min(1.0, math.sqrt(hours / FULL_H)))


def _square(number: int, side: float) -> Any:
    from matplotlib.patches import Rectangle

    week, row = divmod(number, DAYS)
    width = DAYS * DAY_H
    corner = ((week + (1 - side) / 2) * width, row + (1 - side) / 2)
    return Rectangle(corner, side * width, side)


def _draw_key(ax: Axes, shown: set[str]) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=colour, label=kind) for kind, colour in KINDS.items() if kind in shown]
    if handles:
        ax.legend(
            handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(handles), frameon=False
        )
