"""Features of a plan that a sweep may vary: each a Schedule in, a Schedule out.

plan.duration        factor on the minutes of every endurance bout
plan.intensity       factor on the intensity of every endurance bout
plan.load            factor on the load of every lifting set
plan.sets            factor on the sets of every lift
plan.rest            factor on the rests within sessions
plan.sessions_a_week how many sessions of each week are done, spread over those there are
plan.fasted          whether sessions are done fasted, without carbohydrate and meals of the hours before
plan.shift_h         hours by which everything begins later
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..errors import ScheduleError
from ..schedule import Schedule
from ..schedule.transform import drop, scale
from .factor import Value

FASTED_H = 10.0  # an overnight fast: meals as late as this before a session are left out
WEEK_H = 168.0


def thinned(plan: Schedule, sessions: float) -> Schedule:
    """Return a plan of whose sessions in each week so many are done, spread over those there are.

    Raises
    ------
    ScheduleError
        When a week has fewer, or a part of a session is asked for.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> week = parse_schedule("\\n".join(f"{day} 07:00 run 1h 60%" for day in ("Mon", "Wed", "Fri")))
    >>> [one.start_h for one in thinned(week, 2).sessions]
    [7.0, 103.0]
    """
    weeks: dict[int, list[int]] = {}
    for number, session in enumerate(plan.sessions, start=1):
        weeks.setdefault(int(session.start_h // WEEK_H), []).append(number)
    least = min(map(len, weeks.values()), default=0)
    if sessions != int(sessions) or not 0 <= sessions <= least:
        raise ScheduleError(
            f"{sessions:g} sessions a week",
            expected=f"a whole number up to {least}, the fewest of any week of the plan",
            fix="write the plan with all sessions that may be done",
            field="plan.sessions_a_week",
        )
    kept = {
        numbers[int((turn + 0.5) * len(numbers) / sessions)]
        for numbers in weeks.values()
        for turn in range(int(sessions))
    }
    return drop(plan, sessions=[n for n in range(1, len(plan.sessions) + 1) if n not in kept])


def fasted(plan: Schedule, yes: bool) -> Schedule:
    """Return a plan whose sessions are all begun fasted, without carbohydrate in them, or all fed.

    Meals of the hours before a fasted session are left out.
    """
    if not yes:
        return replace(plan, sessions=tuple(replace(one, nutrition="fed") for one in plan.sessions))
    starts = [one.start_h for one in plan.sessions]
    return replace(
        plan,
        sessions=tuple(replace(one, nutrition="fasted", carbs_g_per_h=0.0) for one in plan.sessions),
        meals=tuple(
            one for one in plan.meals if not any(0 <= start - one.time_h < FASTED_H for start in starts)
        ),
    )


FEATURES: Mapping[str, Callable[[Schedule, Any], Schedule]] = MappingProxyType(
    {
        "plan.duration": lambda plan, factor: scale(plan, duration=factor),
        "plan.intensity": lambda plan, factor: scale(plan, intensity=factor),
        "plan.load": lambda plan, factor: scale(plan, load=factor),
        "plan.sets": lambda plan, factor: scale(plan, sets=factor),
        "plan.rest": lambda plan, factor: scale(plan, rest=factor),
        "plan.sessions_a_week": thinned,
        "plan.fasted": fasted,
        "plan.shift_h": lambda plan, hours: plan.shifted(hours),
    }
)


def applied(plan: Schedule, values: Mapping[str, Value]) -> Schedule:
    """Return a plan with features as `values` say; the plan itself where they say nothing."""
    for name, change in FEATURES.items():
        if name in values:
            plan = change(plan, values[name])
    return plan
