"""A lifting log, whoever wrote it, as Sessions: which load each set has, and how long the rests were.

A set is left out, with a remark, where the log does not say how hard it was: body-weight and assisted lifts
without RPE (a share of body mass is no load that a 1RM is known for), planks, exercises no lift stands for.
Its time still passes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from ...errors import ScheduleError
from ...parameters import load_parameters
from ..bout import Bout, Session, lifting_min
from ..intensity import Intensity, number_text
from ..limits import MAX_BOUTS
from ..modes import spoken
from .dated import Dated, Wishes
from .exercises import Exercise, identified
from .field import MILE_KM, located, one_line

POUND_KG = 0.45359237
WEIGHT_UNITS = {"kg": 1.0, "kgs": 1.0, "lb": POUND_KG, "lbs": POUND_KG}
DISTANCE_KM = {"km": 1.0, "m": 0.001, "meters": 0.001, "mi": MILE_KM, "miles": MILE_KM}
# Lifts that move the body: the logged weight hangs on it, or is taken off it.
BODY_LIFTS = frozenset({"pull_up", "push_up", "dip"})
MAX_REMARKS = 20
_PACED = frozenset({"run", "walk"})


@dataclass(frozen=True, slots=True)
class LoggedSet:
    """One line of a log.

    Parameters
    ----------
    exercise : str
        As the log names it.
    line : int
        Where it stands.
    kind : {"normal", "warmup", "drop", "failure"}
    weight_kg, seconds, distance_km, rpe : float, optional
    reps : int, optional
    superset : str
        Sets of different exercises with the same mark are done in turn, without rest; empty for none.
    rest_s : float, optional
        Rest after it, where the log has that.
    """

    exercise: str
    line: int
    kind: str = "normal"
    weight_kg: float | None = None
    reps: int | None = None
    seconds: float | None = None
    distance_km: float | None = None
    rpe: float | None = None
    superset: str = ""
    rest_s: float | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """What was logged of one session, its sets in the order of the file; `minutes` from start to end."""

    title: str
    start: datetime
    minutes: float | None
    sets: tuple[LoggedSet, ...]


class Turn(NamedTuple):
    """A set with what it asks for; without an intensity its time passes and nothing else."""

    logged: LoggedSet
    exercise: Exercise
    minutes: float
    intensity: Intensity | None


def sessions(logs: Sequence[Log], wishes: Wishes, *, file: Path) -> list[Dated]:
    """Return the Sessions of logs, in their order.

    Parameters
    ----------
    logs : sequence of Log
    wishes : Wishes
    file : Path

    Raises
    ------
    ScheduleError
        For exercises that are not known, all at once; for sets that cannot be; and when no set of the
        whole file says how hard it was.
    """
    exercises = identified((one.exercise for log in logs for one in log.sets), wishes)
    read: list[Dated] = []
    silent: list[str] = []
    for log in logs:
        dated = _session(log, exercises, file)
        if isinstance(dated, Dated):
            read.append(dated)
        else:
            silent.append(f"'{one_line(log.title)}' of {log.start:%Y-%m-%d %H:%M} is left out: {dated}")
    if not read:
        raise ScheduleError(
            f"no set that says how hard it was; {'; '.join(silent[:3])}"[:600],
            expected="sets with repetitions and a weight, or with RPE",
            fix="log RPE for body-weight exercises",
        )
    more = [f"and {len(silent) - MAX_REMARKS} more are left out"] if len(silent) > MAX_REMARKS else []
    first = read[0]
    read[0] = Dated(first.session, first.start, file, (*first.remarks, *silent[:MAX_REMARKS], *more))
    return read


def _session(log: Log, exercises: dict[str, Exercise], file: Path) -> Dated | str:
    """Return a log's Session, or why it has none."""
    if len(log.sets) > MAX_BOUTS:
        raise ScheduleError(f"{len(log.sets)} sets in one session", expected=f"at most {MAX_BOUTS}")
    left_out: Counter[str] = Counter()
    turns = [_turn(one, exercises[one.exercise], left_out) for one in _in_turn(log.sets)]
    missing = [f"{count} set(s) of {reason}" for reason, count in left_out.items()]
    if all(turn.intensity is None for turn in turns):
        return "; ".join(missing) or "it has no sets"
    rests, remark = _rests(turns, log.minutes)
    session = Session(0.0, tuple(_bouts(turns, rests)), name=one_line(log.title))
    counted = [f"left out: {text}" for text in missing]
    return Dated(session, log.start, file, (*remark, *_doubled(turns), *counted))


def _in_turn(sets: Iterable[LoggedSet]) -> Iterator[LoggedSet]:
    """Yield sets as they were done: those of a superset in turn, though logs list them by exercise."""
    rounds: dict[str, dict[str, list[LoggedSet]]] = {}
    order: list[LoggedSet | str] = []
    for one in sets:
        if not one.superset:
            order.append(one)
            continue
        if one.superset not in rounds:
            order.append(one.superset)
        rounds.setdefault(one.superset, {}).setdefault(one.exercise, []).append(one)
    for item in order:
        if isinstance(item, LoggedSet):
            yield item
        else:
            lists = list(rounds[item].values())
            for index in range(max(map(len, lists))):
                yield from (one[index] for one in lists if index < len(one))


def _turn(one: LoggedSet, exercise: Exercise, left_out: Counter[str]) -> Turn:
    with located(line=one.line):
        intensity = _load(one, exercise) if exercise.lifting else _pace(one, exercise)
    by_reps = lifting_min(one.reps, None) if one.reps else 0.0
    minutes = one.seconds / 60 if one.seconds and not (exercise.lifting and one.reps) else by_reps
    if isinstance(intensity, str):
        left_out[f"{one_line(one.exercise)} ({intensity})"] += 1
        return Turn(one, exercise, minutes, None)
    return Turn(one, exercise, minutes, intensity)


def _load(one: LoggedSet, exercise: Exercise) -> Intensity | str:
    """Return how hard a lifting set was, or why that is not known."""
    if exercise.key is None:
        return "no lift stands for it"
    if not one.reps:
        return "no repetitions"
    if one.weight_kg is not None and one.weight_kg > 0 and exercise.key not in BODY_LIFTS:
        return Intensity(one.weight_kg * exercise.sides, "kg")
    if one.rpe is not None:
        return Intensity(one.rpe, "rpe")
    if one.kind == "failure":
        return Intensity(0.0, "rir")
    return "body weight, and no RPE"


def _pace(one: LoggedSet, exercise: Exercise) -> Intensity | str:
    """Return how hard an endurance exercise was, or why that is not known."""
    if not one.seconds:
        return "no duration"
    if one.distance_km and exercise.key in _PACED:
        return Intensity(one.distance_km / one.seconds * 3600, "km_per_h")
    return "neither speed nor RPE" if one.rpe is None else Intensity(one.rpe, "rpe")


def _rests(turns: Sequence[Turn], minutes: float | None) -> tuple[list[Fraction], list[str]]:
    """Return the rest after each turn but the last, in minutes, and how it was found.

    The length of the session less its sets and the rests that are known is shared equally among the others.
    """
    known = [_known_rest(here.logged, there.logged) for here, there in pairwise(turns)]
    unknown = sum(rest is None for rest in known)
    if unknown == 0:
        return [rest for rest in known if rest is not None], []
    spent = sum(turn.minutes for turn in turns) + float(sum(rest for rest in known if rest is not None))
    shared, remark = _shared_rest(None if minutes is None else (minutes - spent) / unknown)
    return [shared if rest is None else rest for rest in known], [remark]


def _known_rest(here: LoggedSet, there: LoggedSet) -> Fraction | None:
    if here.rest_s is not None:
        return Fraction(here.rest_s) / 60
    in_turn = here.superset != "" and here.superset == there.superset and here.exercise != there.exercise
    same_round = in_turn and there.line > here.line
    return Fraction(0) if same_round or there.kind == "drop" else None


def _shared_rest(mean: float | None) -> tuple[Fraction, str]:
    """Return a rest to whole seconds, and how it was found from the mean that the log's length allows."""
    parameters = load_parameters()
    assumed, shortest, longest = (
        parameters[f"reading.rest_{name}"].to("min") for name in ("assumed", "shortest", "longest")
    )
    if mean is None or mean <= 0:
        why = "the log has no length" if mean is None else "the log is shorter than its sets"
        return Fraction(
            assumed
        ), f"{why}: rest between sets taken as {number_text(assumed)} min, an assumption"
    seconds = round(min(max(mean, shortest), longest) * 60)
    bounded = "" if shortest <= mean <= longest else f" (bounded; the log says {mean:.1f} min)"
    return Fraction(
        seconds, 60
    ), f"rest between sets {seconds} s: the length less the sets, shared equally{bounded}"


def _bouts(turns: Sequence[Turn], rests: Sequence[Fraction]) -> Iterator[Bout]:
    end, gap = 0.0, Fraction(0)
    for turn, rest in zip(turns, [*rests, Fraction(0)], strict=True):
        if turn.intensity is None or turn.exercise.key is None:
            gap += Fraction(turn.minutes) + rest
            continue
        start = float(Fraction(end) + gap) if gap else end
        reps = turn.logged.reps if turn.exercise.lifting else None
        with located(line=turn.logged.line):
            bout = Bout(start, turn.minutes, turn.exercise.key, turn.intensity, reps=reps)
        yield bout
        end, gap = bout.end_min, rest


def _doubled(turns: Iterable[Turn]) -> Iterator[str]:
    """Say of which exercises the logged weight was taken for one of two."""
    names = dict.fromkeys(
        (one_line(turn.logged.exercise), turn.exercise.key or "")
        for turn in turns
        if turn.exercise.sides == 2 and turn.intensity is not None and turn.intensity.basis == "kg"
    )
    for name, key in names:
        yield f"{name} counts as {spoken(key)} with twice the logged weight, that of one hand or side"
