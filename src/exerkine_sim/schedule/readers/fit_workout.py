"""Planned workouts of FIT files: steps, repeats and targets to Bouts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ...errors import ScheduleError
from ..bout import MAX_REPS, Bout, Session, lifting_min
from ..intensity import Intensity
from .dated import Dated, Wishes
from .field import one_line
from .fit_messages import Message, Messages
from .fit_sets import exercise_of
from .sport import lift_of, mode_of

MAX_STEPS = 10_000
# The profile adds these to absolute targets; what is not above is a percentage.
WATTS_FROM, BPM_FROM = 1000, 100
POWER = ("power", "power_3s", "power_10s", "power_30s", "power_lap")
HEART_RATE = ("heart_rate", "heart_rate_lap")
SPEED = ("speed", "speed_lap")


class _Step(NamedTuple):
    """What a step makes: a Bout from minute 0, a rest, or nothing where nobody can know."""

    bout: Bout | None
    minutes: float
    remark: str = ""


def planned(messages: Messages, path: Path, wishes: Wishes) -> Dated:
    """Return a planned workout.

    Parameters
    ----------
    messages : Messages
        Steps in order; a repeat step goes back to an earlier one and may hold other repeats.
    path : Path
    wishes : Wishes

    Raises
    ------
    ScheduleError
        For repeats that go nowhere or without end, and a workout of which no step says how hard it is.
    """
    workout = messages.first("workout")
    sports = [workout.text("sub_sport"), workout.text("sport")]
    remarks, bouts, minute = list(messages.remarks), [], 0.0
    for step in _unrolled(messages.of("workout_step"), path):
        made = _made(step, sports, path, wishes)
        if made.remark and made.remark not in remarks:
            remarks.append(made.remark)
        if made.bout is not None:
            at = {"reps": made.bout.reps, "tempo_s": made.bout.tempo_s}
            bouts.append(Bout(minute, made.minutes, made.bout.mode, made.bout.intensity, **at))
        minute += made.minutes
    if not bouts:
        raise ScheduleError(
            f"a workout without a step that says how long and how hard ({'; '.join(remarks)})"[:400],
            expected="targets by power, heart rate or speed",
            fix="give the steps targets",
            file=path,
        )
    name = one_line(workout.text("wkt_name"))
    return Dated(Session(0.0, tuple(bouts), name=name), None, path, tuple(remarks))


def _unrolled(steps: list[Message], path: Path) -> list[Message]:
    """Write repeats out; inner ones come first in the file and are written out when an outer one repeats."""
    done: list[Message] = []
    begins: dict[float, int] = {}
    for place, step in enumerate(steps):
        number = step.number("message_index")
        begins[place if number is None else number] = len(done)
        if not step.text("duration_type").startswith("repeat_until"):
            done.append(step)
            continue
        block, times = done[_begin(step, begins, path) :], int(step.number("target_value") or 0)
        if len(done) + (times - 1) * len(block) > MAX_STEPS:
            raise ScheduleError(
                f"{times} repeats of {len(block)} steps", expected=f"at most {MAX_STEPS} steps", file=path
            )
        done += block * (times - 1)
    return done


def _begin(step: Message, begins: Mapping[float, int], path: Path) -> int:
    """Return where the steps begin that a repeat step goes back to, or refuse it."""
    kind, first = step.text("duration_type"), step.number("duration_value")
    counted = kind == "repeat_until_steps_cmplt" and (step.number("target_value") or 0) >= 1
    if not counted or first is None or first not in begins:
        raise ScheduleError(
            f"a step that says '{kind.replace('_', ' ')}' from step {first}",
            expected="a number of repeats, from an earlier step",
            fix="repeat a number of times",
            file=path,
        )
    return begins[first]


def _made(step: Message, sports: list[str], path: Path, wishes: Wishes) -> _Step:
    if step.text("duration_type") == "reps":
        return _lifted(step, wishes)
    intensity = _target(step)
    minutes = _minutes(step, intensity)
    named = f"a step of type {step.text('intensity') or 'active'}"
    if minutes is None:
        until = step.text("duration_type").replace("_", " ") or "open"
        return _Step(None, 0.0, f"{named} left out: how long it lasts ({until}) is not known beforehand")
    if intensity is None:
        rests = step.text("intensity") == "rest"
        return _Step(None, minutes, "" if rests else f"{named} without a usable target counts as rest")
    return _Step(Bout(0.0, minutes, mode_of(sports, wishes, file=path), intensity), minutes)


def _lifted(step: Message, wishes: Wishes) -> _Step:
    category, name = exercise_of(step.text("exercise_category"), step.number("exercise_name"))
    lift, weight = lift_of(category, name, wishes), step.number("exercise_weight")
    reps = int(step.number("duration_reps") or 0)
    if lift is None or not weight or not 1 <= reps <= MAX_REPS:
        called = name or category or "an unnamed exercise"
        return _Step(None, 0.0, f"sets of {called} left out: no lift or load")
    minutes = lifting_min(reps, None)
    return _Step(Bout(0.0, minutes, lift, Intensity(weight, "kg"), reps=reps), minutes)


def _minutes(step: Message, intensity: Intensity | None) -> float | None:
    """Return how long a step lasts, where it says so or it follows from distance and speed."""
    if seconds := step.number("duration_time"):
        return seconds / 60
    metres = step.number("duration_distance")
    if metres and intensity is not None and intensity.basis == "km_per_h":
        return metres / 1000 / intensity.value * 60
    return None


def _target(step: Message) -> Intensity | None:
    """Return the middle of what a step asks for; zones are the device's own and are not in the file."""
    ends = [step.number(f"custom_target_value_{end}") for end in ("low", "high")]
    kind, numbers = step.text("target_type"), [end for end in ends if end is not None and end > 0]
    if not numbers or kind not in (*POWER, *HEART_RATE, *SPEED):
        return None
    middle = sum(numbers) / len(numbers)
    if kind in SPEED:
        return Intensity(middle / 1000 * 3.6, "km_per_h")
    offset, absolute, relative = (
        (WATTS_FROM, "watt", "ftp_percent") if kind in POWER else (BPM_FROM, "bpm", "hrmax_percent")
    )
    if min(numbers) > offset:
        return Intensity(middle - offset, absolute)
    return Intensity(middle, relative) if max(numbers) <= offset else None
