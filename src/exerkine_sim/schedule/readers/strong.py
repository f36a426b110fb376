"""Lifting logs of Strong: its tables, in either dialect, and the text it shares of one session.

::

    Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;...
    Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
    Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;Distance (meters);...

    Push day                               the text: title, date, then an exercise and its sets
    Wednesday 13 August 2025 at 07:32

    Bench Press (Barbell)
    W1: 20 kg x 10 [Warm-up]
    Set 1: 60 kg x 8 @ 8

In a table `Set Order` is a number, or W (warm-up), D (drop set), F (to failure), Rest Timer or Note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ...errors import ScheduleError
from ...files import read_text
from ..bout import MAX_REPS
from ..duration import exact_minutes
from ..limits import MAX_HOURS
from .content import MAX_FILE_BYTES
from .dated import Dated, Wishes
from .delimited import Row, alike, first_line, rows
from .field import located, number
from .lifting import DISTANCE_KM, WEIGHT_UNITS, Log, LoggedSet, sessions
from .moment import moment
from .strong_text import KINDS, logs_of_text

NEEDED = ("date", "exercise name", "set order", "reps")
_UNIT = re.compile(r"\((\w+)\)")


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the sessions of a Strong table or shared text, in its order.

    Raises
    ------
    ScheduleError
        Naming file, line and column; and for a table that does not say whether weights are kg or lb, when
        the wishes do not either.
    """
    with located(file=path):
        text = read_text(path, error=ScheduleError, most=MAX_FILE_BYTES)
        head = first_line(text).lower()
        is_table = "exercise name" in head and any(mark in head for mark in ",;\t")
        logs = _logs(rows(text, needed=NEEDED, maker="Strong"), wishes) if is_table else logs_of_text(text)
        return sessions(logs, wishes, file=path)


def _logs(table: Sequence[Row], wishes: Wishes) -> list[Log]:
    units = _Units(table[0].columns, wishes)
    return [_log(group, units) for group in alike(table, "date", "workout name")]


def _log(group: Sequence[Row], units: _Units) -> Log:
    first = group[0]
    with located(line=first.line):
        start, minutes = moment(first["date"]), _minutes(first)
    return Log(first["workout name"], start, minutes, tuple(_sets(group, units)))


def _minutes(row: Row) -> float | None:
    """Return the length of a session, written as seconds or as "1h 5m"."""
    given = row["duration (sec)"] or row["duration"]
    if not given:
        return None
    if given.isdecimal():
        return number(given, "duration", low=0, high=MAX_HOURS * 3600) / 60
    return float(exact_minutes(given.replace(" ", "")))


def _sets(group: Iterable[Row], units: _Units) -> list[LoggedSet]:
    sets: list[LoggedSet] = []
    for row in group:
        order = row["set order"].lower()
        with located(line=row.line):
            if order == "rest timer" and sets:
                sets[-1] = replace(sets[-1], rest_s=row.number("seconds", high=MAX_HOURS * 3600))
            elif order not in ("rest timer", "note"):
                sets.append(_set(row, order, units))
    return sets


def _set(row: Row, order: str, units: _Units) -> LoggedSet:
    reps = row.count("reps", high=MAX_REPS)
    return LoggedSet(
        exercise=row["exercise name"],
        line=row.line,
        kind=KINDS.get(order[:1], "normal"),
        weight_kg=units.weight_kg(row),
        reps=reps,
        seconds=row.number("seconds", high=MAX_HOURS * 3600),
        distance_km=units.distance_km(row),
        rpe=row.number("rpe", high=10) or None,  # the table writes 0 where none was given
    )


class _Units:
    """Which columns hold weight and distance, and in which unit where the rows do not say."""

    def __init__(self, columns: Iterable[str], wishes: Wishes) -> None:
        self._weight = _column(columns, "weight")
        self._distance = _column(columns, "distance")
        self._wished = wishes.weight_unit

    def weight_kg(self, row: Row) -> float | None:
        """Return a weight in kg; a minus is assistance."""
        weight = row.number(self._weight, low=-3000, high=3000)
        if not weight:
            return weight
        unit = (row["weight unit"] or _unit(self._weight) or self._wished or "").lower()
        if unit not in WEIGHT_UNITS:
            raise ScheduleError(
                f"weights in '{unit[:20]}'" if unit else "weights without a unit",
                expected="kg or lb",
                fix="say which: --weight-unit kg, or lb",
                field=self._weight,
            )
        return weight * WEIGHT_UNITS[unit]

    def distance_km(self, row: Row) -> float | None:
        """Return a distance in km; without a unit it says nothing."""
        unit = (row["distance unit"] or _unit(self._distance)).lower()
        distance = row.number(self._distance)
        return None if distance is None or unit not in DISTANCE_KM else distance * DISTANCE_KM[unit]


def _column(columns: Iterable[str], name: str) -> str:
    return next((one for one in columns if one == name or one.startswith(f"{name} (")), name)


def _unit(column: str) -> str:
    match = _UNIT.search(column)
    return match[1] if match else ""
