"""Which sessions there are, and when: Schedules joined, cut, and with sessions missed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from ...errors import ScheduleError
from ..bout import Session
from ..limits import bounded, whole
from ..schedule import Schedule
from ..when import WEEKDAYS

WEEK_H = 168.0


def weeks_of(schedule: Schedule) -> int:
    """Return the weeks a Schedule reaches into, counted from day 1; 0 when nothing happens.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> weeks_of(parse_schedule("Mon 07:00 run 1h 60% VO2max"))
    1
    """
    return -(-_days(schedule) // 7)


def _days(schedule: Schedule) -> int:
    """Return the number of the day on which the last event begins."""
    starts = [event.start_h for event in (*schedule.sessions, *schedule.infusions)]
    starts += [meal.time_h for meal in schedule.meals]
    return int(max(starts) // 24) + 1 if starts else 0


def join(*schedules: Schedule) -> Schedule:
    """Return Schedules one after the other, weekdays kept.

    Each begins on the first day of its own first weekday after the last event of the one before; where a
    weekday is not known, when the weeks of the one before are over. The name is that of the first.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> week = parse_schedule("Mon 07:00 run 1h 60%\\nFri 07:00 run 1h 60%")
    >>> print(join(week, parse_schedule("Mon 07:00 cycle 1h 60%")).describe())
    Mon 07:00 run 1h 60% VO2max
    Fri 07:00 run 1h 60% VO2max
    day 8 07:00 cycle 1h 60% VO2max
    """
    if not schedules:
        raise ScheduleError("nothing to join", expected="one Schedule at least")
    first_weekday = next((one.first_weekday for one in schedules if one.first_weekday is not None), None)
    parts, begin, free = list[Schedule](), 0, 0
    for schedule in schedules:
        if first_weekday is not None and schedule.first_weekday is not None:
            weekdays = (WEEKDAYS.index(one) for one in (schedule.first_weekday, first_weekday))
            begin = free + (next(weekdays) - next(weekdays) - free) % 7
        parts.append(schedule.shifted(24.0 * begin))
        free = begin + _days(schedule)
        begin += 7 * weeks_of(schedule)
    return replace(together(parts), first_weekday=first_weekday)


def excerpt(schedule: Schedule, first_week: int, last_week: int) -> Schedule:
    """Return what begins in some weeks, the first of which becomes week 1.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 07:00 run 1h 60%\\nday 9 07:00 run 2h 60%")
    >>> print(excerpt(plan, 2, 2).describe())
    starts Mon
    Tue 07:00 run 2h 60% VO2max
    """
    end = weeks_of(schedule)
    whole(first_week, "first_week", low=1, high=end)
    whole(last_week, "last_week", low=first_week, high=end)
    begin_h, end_h = WEEK_H * (first_week - 1), WEEK_H * last_week
    return replace(
        schedule,
        sessions=tuple(one for one in schedule.sessions if begin_h <= one.start_h < end_h),
        meals=tuple(one for one in schedule.meals if begin_h <= one.time_h < end_h),
        infusions=tuple(one for one in schedule.infusions if begin_h <= one.start_h < end_h),
    ).shifted(-begin_h)


def drop(schedule: Schedule, *, sessions: Collection[int] = (), days: Collection[int] = ()) -> Schedule:
    """Return a Schedule without some sessions, named by their numbers, or by days; both count from 1.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 07:00 run 1h 60%\\nTue 07:00 cycle 1h 60%\\nWed 07:00 run 2h 60%")
    >>> print(drop(plan, sessions=[1], days=[3]).describe())
    starts Mon
    Tue 07:00 cycle 1h 60% VO2max
    """
    for number in sessions:
        whole(number, "sessions", low=1, high=len(schedule.sessions))
    for day in days:
        whole(day, "days", low=1, high=7 * weeks_of(schedule))
    kept = (
        session
        for number, session in enumerate(schedule.sessions, start=1)
        if number not in sessions and int(session.start_h // 24) + 1 not in days
    )
    return replace(schedule, sessions=tuple(kept))


def miss(schedule: Schedule, share: float, *, seed: int) -> Schedule:
    """Return a Schedule of which about a share of the sessions is missed, each by its own chance.

    Parameters
    ----------
    schedule : Schedule
    share : float
        From 0 to 1. What is missed at a small share is missed at every larger one too.
    seed : int
        The same seed misses the same; whether a session is missed follows from the seed and from when it
        begins, and from no other session.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> year = parse_schedule("Mon 07:00 run 1h 60%\\nThu 07:00 run 1h 60%\\nrepeat 52 weeks")
    >>> len(miss(year, 0.2, seed=1).sessions)
    89
    """
    bounded(share, "share", low=0.0, high=1.0)
    whole(seed, "seed", low=0, high=2**63)
    kept = tuple(one for one in schedule.sessions if _chance(seed, one) >= share)
    return replace(schedule, sessions=kept)


def _chance(seed: int, session: Session) -> float:
    """Return the number from 0 to 1 below which a share misses the session."""
    digest = hashlib.sha256(f"{seed} {session.start_h!r}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def together(schedules: Sequence[Schedule]) -> Schedule:
    """Return all that happens in some Schedules, which else is as the first of them."""
    return replace(
        schedules[0],
        sessions=tuple(one for schedule in schedules for one in schedule.sessions),
        meals=tuple(one for schedule in schedules for one in schedule.meals),
        infusions=tuple(one for schedule in schedules for one in schedule.infusions),
    )
