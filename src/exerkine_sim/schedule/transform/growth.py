"""More from week to week, and less where rest is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from fractions import Fraction

from ...errors import ScheduleError, nearest
from ..bout import Session
from ..limits import MAX_DECIMALS, MAX_EVENTS, MAX_WEEKS, bounded, whole
from ..schedule import Schedule, size_of
from .selection import WEEK_H, together, weeks_of
from .session import Change, as_written, changed, volume

TAPERS = ("exponential", "step")
MOST_SETS = 20


def repeat(
    schedule: Schedule,
    weeks: int,
    *,
    duration_percent: float = 0.0,
    intensity_percent: float = 0.0,
    load_percent: float = 0.0,
    sets: int = 0,
) -> Schedule:
    """Return a Schedule done again and again, until so many weeks are full.

    Parameters
    ----------
    schedule : Schedule
        Of one week, or of several: then what grows each week grows as much from one copy to the next as
        in so many weeks.
    weeks : int
        In all; a multiple of the Schedule's own. Its own weeks stay as they are.
    duration_percent, intensity_percent, load_percent : float
        Change each week of these; over the week before, so that 5 % makes 100, 105, 110.25.
    sets : int
        Change each week of the sets of every lift; one always remains.

    Raises
    ------
    ScheduleError
        When nothing happens in it, the weeks do not come out even, or the plan grows beyond what can be.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> week = parse_schedule("Mon 07:00 run 1h 60% VO2max")
    >>> print(repeat(week, 3, duration_percent=5).describe())
    Mon 07:00 run 1h 60% VO2max
    day 8 07:00 run 63m 60% VO2max
    day 15 07:00 run 66m9s 60% VO2max
    """
    copies = _copies(schedule, weeks)
    factors = [
        1 + _exact(percent, field, low=-50.0, high=100.0) / 100
        for percent, field in (
            (duration_percent, "duration_percent"),
            (intensity_percent, "intensity_percent"),
            (load_percent, "load_percent"),
        )
    ]
    more = whole(sets, "sets", low=-MOST_SETS, high=MOST_SETS)
    afters = range(0, weeks, weeks // copies)
    if sum(_size(schedule, more=more * after) for after in afters) > MAX_EVENTS:
        raise _too_many()
    return together(
        [
            _grown(schedule, [one**after for one in factors], sets=more * after).shifted(WEEK_H * after)
            for after in afters
        ]
    )


def _size(schedule: Schedule, *, more: int) -> int:
    """Return what a Schedule will hold with so many more sets of each lift, without making it."""
    size = size_of(schedule)
    for session in schedule.sessions if more else ():
        lifts = Counter(bout.mode for bout in session.bouts if bout.reps is not None)
        size += sum(max(1, sets + more) - sets for sets in lifts.values())
    return size


def _copies(schedule: Schedule, weeks: int) -> int:
    span = weeks_of(schedule)
    if not span:
        raise ScheduleError("nothing to repeat", expected="a session, a meal or an infusion")
    copies, left = divmod(whole(weeks, "weeks", low=1, high=MAX_WEEKS), span)
    if left:
        raise ScheduleError(
            f"{weeks} weeks of a plan of {span}",
            expected=f"a multiple of {span} weeks",
            fix=f"repeat it for {max(span, weeks - left)} weeks",
        )
    return copies


def deload(schedule: Schedule, weeks: int | Collection[int], to_percent: float) -> Schedule:
    """Return a Schedule with one week, or several, at a share of the volume.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 18:00 squat 5x5 80% 1RM rest 3m; run 30m 60%")
    >>> print(deload(plan, 1, 60).describe())
    Mon 18:00 squat 3x5 80% 1RM rest 3m; run 18m 60% VO2max
    """
    last = weeks_of(schedule)
    chosen = {
        whole(week, "week", low=1, high=last)
        for week in (weeks if isinstance(weeks, Collection) else [weeks])
    }
    share = volume(_exact(to_percent, "to_percent", low=1.0, high=100.0) / 100)
    return _each(schedule, lambda session: share if int(session.start_h // WEEK_H) + 1 in chosen else None)


def taper(schedule: Schedule, *, weeks: int = 2, to_percent: float, form: str = "exponential") -> Schedule:
    """Return a Schedule whose last weeks are a taper: less volume at the same intensity, as often.

    Parameters
    ----------
    schedule : Schedule
    weeks : int
        The last so many.
    to_percent : float
        Share of volume: of the last day when it falls exponentially, of all days when it falls in a step.
        Falling to 20 %, two weeks hold about half of their volume, which is what trials found best.
    form : {"exponential", "step"}
        Each day's share is rounded to a whole percent.

    References
    ----------
    Bosquet2007: two weeks, 41 to 60 % less, intensity and frequency kept. Banister1999: exponential (time
    constant 4 to 8 days) before a step.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 07:00 run 100m 60%\\nSun 07:00 run 100m 60%")
    >>> print(taper(plan, weeks=1, to_percent=40).describe())
    Mon 07:00 run 88m 60% VO2max
    Sun 07:00 run 40m 60% VO2max
    """
    if form not in TAPERS:
        raise ScheduleError(
            f"{str(form)[:40]!r}", expected=" or ".join(TAPERS), fix=nearest(str(form), TAPERS), field="form"
        )
    last = weeks_of(schedule)
    if not last:
        raise ScheduleError("nothing to taper", expected="a session, a meal or an infusion")
    first_day = 7 * (last - whole(weeks, "weeks", low=1, high=last))
    share = float(_exact(to_percent, "to_percent", low=1.0, high=100.0) / 100)

    def change(session: Session) -> Change | None:
        days = int(session.start_h // 24) - first_day + 1
        if days < 1:
            return None
        falls = share if form == "step" else share ** (days / (7 * weeks))
        return volume(Fraction(round(100 * falls), 100))

    return _each(schedule, change)


def scale(
    schedule: Schedule,
    *,
    duration: float = 1.0,
    intensity: float = 1.0,
    load: float = 1.0,
    sets: float = 1.0,
    rest: float = 1.0,
) -> Schedule:
    """Return a Schedule with sessions longer, harder, heavier, of more sets or with longer rests, by factors.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> print(scale(parse_schedule("Mon 07:00 run 40m 60%"), duration=1.5, intensity=1.1).describe())
    Mon 07:00 run 1h 66% VO2max
    """
    given = {"duration": duration, "intensity": intensity, "load": load, "sets": sets, "rest": rest}
    exact = {name: _exact(factor, name, low=0.01, high=100.0) for name, factor in given.items()}
    by_sets = volume(exact.pop("sets")).sets
    return _each(schedule, lambda _: Change(**exact, sets=by_sets))


def _grown(schedule: Schedule, factors: list[Fraction], *, sets: int) -> Schedule:
    duration, intensity, load = factors
    more = (lambda given: max(1, given + sets)) if sets else None
    change = Change(duration, intensity, load, sets=more)
    return schedule if change == Change() else _each(schedule, lambda _: change)


def _each(schedule: Schedule, change: Callable[[Session], Change | None]) -> Schedule:
    """Return a Schedule with what `change` says done to each session; nothing where it says None."""
    sessions = list[Session]()
    n_bouts = 0
    for session in schedule.sessions:
        what = change(session)
        sessions.append(session if what is None else changed(session, what))
        n_bouts += len(sessions[-1].bouts)
        if n_bouts > MAX_EVENTS:
            raise _too_many()
    return replace(schedule, sessions=tuple(sessions))


def _exact(value: float, field: str, *, low: float, high: float) -> Fraction:
    exact = as_written(bounded(value, field, low=low, high=high))
    if exact.denominator > 10**MAX_DECIMALS:  # a thousand weeks of it have a thousand times as many digits
        raise ScheduleError(str(value)[:40], expected=f"at most {MAX_DECIMALS} decimals", field=field)
    return exact


def _too_many() -> ScheduleError:
    expected = f"at most {MAX_EVENTS} in a plan"
    return ScheduleError("too many bouts", expected=expected, fix="repeat less often")
