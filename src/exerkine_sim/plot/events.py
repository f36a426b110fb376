"""What a plan consists of, as its strip shows it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..manifest import sessions_of
from .heading import shared, shared_sessions

if TYPE_CHECKING:
    from ..schedule import Schedule
    from ..solution import Solution


class Infused(NamedTuple):
    """An infusion as it is drawn."""

    start_h: float
    end_h: float
    text: str


class Events(NamedTuple):
    """Everything that happens, in hours from the plan's first midnight.

    Parameters
    ----------
    sessions : list of dict
        ``name``, ``start_h`` and ``end_h`` of each.
    bouts : tuple of (float, float)
        Start and length of every unbroken stretch of work; a lifting set is one.
    meals : tuple of float
    infusions : tuple of Infused
    """

    sessions: list[dict[str, Any]]
    bouts: tuple[tuple[float, float], ...]
    meals: tuple[float, ...]
    infusions: tuple[Infused, ...]

    def within(self, start_h: float, end_h: float) -> Events:
        """Return what begins between two hours."""
        return Events(
            [one for one in self.sessions if start_h <= one["start_h"] < end_h],
            tuple(one for one in self.bouts if start_h <= one[0] < end_h),
            tuple(one for one in self.meals if start_h <= one < end_h),
            tuple(one for one in self.infusions if start_h <= one.start_h < end_h),
        )


def planned(schedule: Schedule) -> Events:
    """Return the events of a Schedule.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> events = planned(parse_schedule("Mon 18:00 squat 2x5 80% 1RM rest 3m\\nMon 20:00 meal 60g carbs"))
    >>> len(events.sessions), len(events.bouts), events.meals
    (1, 2, (20.0,))
    """
    return _read(sessions_of(schedule), tomllib.loads(schedule.to_toml()))


def followed(solution: Solution) -> Events:
    """Return the events of the one plan that all members follow; none when they follow several."""
    return _read(shared_sessions(solution), shared(solution, "plan") or {})


def _read(sessions: list[dict[str, Any]], plan: Mapping[str, Any]) -> Events:
    bouts = tuple(
        (session["start_h"] + bout["start_min"] / 60, bout["duration_min"] / 60)
        for session in plan.get("session", ())
        for bout in session["bout"]
    )
    infusions = tuple(
        Infused(
            start_h=one["start_h"],
            end_h=one["start_h"] + one["duration_h"],
            text=f"{one['molecule']} {one['rate']:g} {one['unit']}",
        )
        for one in plan.get("infusion", ())
    )
    return Events(sessions, bouts, tuple(one["time_h"] for one in plan.get("meal", ())), infusions)
