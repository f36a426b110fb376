"""When a sample could be taken: a grid over the plan, without the hours of sleep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import InputError
from ..schedule import Schedule
from ..times import MAX_END_H

DAY_H = 24.0
NIGHT_H = (23.0, 6.0)
BEFORE_H, AFTER_H = 1.0, 24.0  # of the first event, of the end of the plan
EVERY_H, MOST_USUAL, MOST_CANDIDATES = 0.25, 500, 5000


def candidates(
    schedule: Schedule, given: Sequence[float] | np.ndarray | None, *, night_h: tuple[float, float] | None
) -> np.ndarray:
    """Return when samples could be taken, in hours from the plan's first midnight, ascending.

    Parameters
    ----------
    schedule : Schedule
    given : array_like, shape (n,), optional
        Times to choose from; by default every quarter of an hour from an hour before the plan to a day after
        it, in long plans less often.
    night_h : (float, float), optional
        Clock hours between which nobody is woken; None samples at any hour.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> times = candidates(parse_schedule("Mon 07:00 run 60m 70% VO2max"), None, night_h=(22.0, 6.5))
    >>> times[[0, 1, -1]].tolist(), bool(np.isin([22.25, 30.25], times).any())
    ([6.5, 6.75, 32.0], False)
    """
    times = _usual(schedule) if given is None else checked_times(given, "candidates_h")
    awake = times[~_asleep(times, night_h)]
    if len(awake) == 0:
        raise InputError(
            "no time to take a sample at",
            expected="candidates outside the hours of sleep",
            fix="give other candidates_h, or night_h=None",
            field="candidates_h",
        )
    return awake


def _usual(schedule: Schedule) -> np.ndarray:
    starts = [one.start_h for one in (*schedule.sessions, *schedule.infusions)]
    starts += [one.time_h for one in schedule.meals]
    low = max(0.0, min(starts, default=0.0) - BEFORE_H)
    first = np.ceil(low / EVERY_H)
    steps = np.floor((max(schedule.end_h, 0.0) + AFTER_H) / EVERY_H) - first
    return EVERY_H * (first + np.arange(0, steps + 1, np.ceil(steps / MOST_USUAL)))


def checked_times(given: Sequence[float] | np.ndarray, field: str) -> np.ndarray:
    """Return distinct times in ascending order, or refuse what are none."""
    try:
        times = np.unique(np.atleast_1d(np.asarray(given, dtype=float)))
    except (TypeError, ValueError):
        times = np.array([np.nan])
    if times.ndim != 1 or times.size > MOST_CANDIDATES or not ((times >= 0) & (times <= MAX_END_H)).all():
        raise InputError(
            f"{field} = {str(given)[:40]}",
            expected=f"at most {MOST_CANDIDATES} times from 0 to {MAX_END_H:g} h",
            fix="give hours from the plan's first midnight",
            field=field,
        )
    return times


def _asleep(times: np.ndarray, night_h: tuple[float, float] | None) -> np.ndarray:
    """Return which times lie within the night, its ends not included."""
    if night_h is None:
        return np.zeros(len(times), dtype=bool)
    start, end = night_h
    if not (0 <= start <= DAY_H and 0 <= end <= DAY_H):
        raise InputError(
            f"a night from {start:g} to {end:g}", expected="clock hours, 0 to 24, or None", field="night_h"
        )
    since, length = (times - start) % DAY_H, (end - start) % DAY_H
    return (since > 0) & (since < length)
