"""Lifting sets that a watch counted."""

from __future__ import annotations

from datetime import UTC, datetime, timezone
from pathlib import Path
from typing import Any

from ..bout import DEFAULT_TEMPO_S, MAX_REPS, Bout, Session
from ..intensity import Intensity
from .dated import Dated, Wishes
from .fit_messages import Message, Messages
from .sport import lift_of

EPOCH_S = 631_065_600
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
    sets = [one for one in messages.of("set") if one.get("set_type") == "active" and _within(one, span)]
    origin = min((_start(one) for one in sets), default=0.0)
    bouts, left_out, free = list[Bout](), dict[str, int](), 0.0
    for one in sorted(sets, key=_start):
        category, name = exercise_of(one.get("category"), one.get("category_subtype"))
        lift = lift_of(category, name, wishes)
        if lift is None or not _counted(one):
            called = name or category or "an unnamed exercise"
            left_out[called] = left_out.get(called, 0) + 1
            continue
        tempo = _tempo(one)
        start = max((_start(one) - origin) / 60, free)
        bout = Bout(start, one["repetitions"] * tempo / 60, lift, _load(one), reps=one["repetitions"])
        bouts.append(bout)
        free = bout.end_min
    if not bouts:
        return None
    said = [
        f"sets of {name} left out, for want of a lift, a load or repetitions: {left_out[name]}"
        for name in left_out
    ]
    start = datetime.fromtimestamp(origin, zone or UTC).replace(tzinfo=None)
    return Dated(Session(0.0, tuple(bouts)), start, path, (*remarks, *said))


def exercise_of(category: Any, number: Any) -> tuple[str, str]:
    """Return category and name of an exercise; a watch that is unsure lists several, the likeliest first.

    Examples
    --------
    >>> exercise_of(["bench_press", "row"], [1, 3])
    ('bench_press', 'barbell_bench_press')
    """
    from garmin_fit_sdk import Profile

    category, number = (
        one[0] if isinstance(one, list | tuple) and one else one for one in (category, number)
    )
    if not isinstance(category, str) or category == "unknown":
        return "", ""
    names = Profile["types"].get(f"{category}_exercise_name", {})
    return category, str(names.get(number, "")) if isinstance(number, int) else ""


def _counted(one: Message) -> bool:
    reps, weight = one.get("repetitions"), one.get("weight")
    return (
        isinstance(reps, int)
        and 1 <= reps <= MAX_REPS
        and isinstance(weight, int | float)
        and 0 < weight <= HEAVIEST_KG
    )


def _load(one: Message) -> Intensity:
    return Intensity(one["weight"], "kg")


def _tempo(one: Message) -> float:
    tempo = (one.get("duration") or 0.0) / one["repetitions"]
    return tempo if TEMPO_S[0] <= tempo <= TEMPO_S[1] else DEFAULT_TEMPO_S


def _start(one: Message) -> float:
    return float(one.get("start_time") or one.get("timestamp") or 0) + EPOCH_S


def _within(one: Message, span: tuple[float, float]) -> bool:
    return span[0] <= _start(one) < span[1]
