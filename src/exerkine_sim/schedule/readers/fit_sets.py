"""Lifting sets that a watch counted."""

from __future__ import annotations

from collections import Counter
from datetime import timezone
from pathlib import Path

from ..bout import DEFAULT_TEMPO_S, MAX_REPS, Bout, Session, lifting_min
from ..intensity import Intensity
from .dated import Dated, Wishes
from .fit_messages import Message, Messages
from .moment import local
from .sport import lift_of

# A set takes as long as the watch counted, unless nobody lifts so fast or so slowly.
TEMPO_S = (1.0, 15.0)
HEAVIEST_KG = 1000.0


def lifting(
    messages: Messages,
    path: Path,
    wishes: Wishes,
    *,
    span: tuple[float, float],
    zone: timezone | None,
    remarks: list[str],
) -> Dated | None:
    """Return the lifting session of a span of time, or None where there are no sets with a load.

    Parameters
    ----------
    messages : Messages
    path : Path
    wishes : Wishes
        `lifts` names exercises that the shipped table does not know.
    span : (float, float)
        Seconds since 1970.
    zone : timezone, optional
        Of the local clock.
    remarks : list of str
        What has been said already.
    """
    sets = [(start, one) for one in messages.of("set") if (start := _start(one, span)) is not None]
    sets.sort(key=lambda pair: pair[0])
    bouts, left_out, free = list[Bout](), Counter[str](), 0.0
    for start, one in sets:
        category, name = exercise_of(one.text("category"), one.number("category_subtype"))
        bout = _bout(one, lift_of(category, name, wishes), max((start - sets[0][0]) / 60, free))
        if bout is None:
            left_out[name or category or "an unnamed exercise"] += 1
        else:
            bouts.append(bout)
            free = bout.end_min
    if not bouts:
        return None
    said = [
        f"sets of {name} left out, for want of a lift, a load or repetitions: {count}"
        for name, count in left_out.items()
    ]
    return Dated(Session(0.0, tuple(bouts)), local(sets[0][0], zone), path, (*remarks, *said))


def exercise_of(category: str, number: float | None) -> tuple[str, str]:
    """Return category and name of an exercise, empty where the profile has none.

    Examples
    --------
    >>> exercise_of("bench_press", 1)
    ('bench_press', 'barbell_bench_press')
    """
    from garmin_fit_sdk import Profile

    names = Profile["types"].get(f"{category}_exercise_name", {})
    known = "" if category == "unknown" or category.isdigit() else category
    return known, str(names.get(number, ""))


def _start(one: Message, span: tuple[float, float]) -> float | None:
    """Return when a set began, if it is one and lies within the span."""
    start = one.moment("start_time") or one.moment("timestamp")
    within = start is not None and span[0] <= start < span[1]
    return start if within and one.text("set_type") == "active" else None


def _bout(one: Message, lift: str | None, start_min: float) -> Bout | None:
    """Return a set as a Bout; None without a lift, a load or repetitions."""
    reps, weight = int(one.number("repetitions") or 0), one.number("weight") or 0.0
    if lift is None or not 1 <= reps <= MAX_REPS or not 0 < weight <= HEAVIEST_KG:
        return None
    tempo = (one.number("duration") or 0.0) / reps
    tempo = tempo if TEMPO_S[0] <= tempo <= TEMPO_S[1] else DEFAULT_TEMPO_S
    return Bout(start_min, lifting_min(reps, tempo), lift, Intensity(weight, "kg"), reps=reps)
