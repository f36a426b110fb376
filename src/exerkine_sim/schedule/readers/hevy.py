"""Lifting logs of Hevy: a table with one row a set, its own start and end times, and supersets."""

from __future__ import annotations

from pathlib import Path

from ...errors import ScheduleError
from ...files import read_text
from ..bout import MAX_REPS
from ..limits import MAX_HOURS
from .content import MAX_FILE_BYTES
from .dated import Dated, Wishes
from .delimited import Row, alike, rows
from .field import MILE_KM, located
from .lifting import POUND_KG, Log, LoggedSet, sessions
from .moment import moment

NEEDED = ("start_time", "exercise_title", "reps")
_KINDS = {"warmup": "warmup", "dropset": "drop", "drop": "drop", "failure": "failure"}


def read(path: Path, wishes: Wishes) -> list[Dated]:
    """Return the sessions of a Hevy table, in its order.

    Raises
    ------
    ScheduleError
        Naming file, line and column.
    """
    with located(file=path):
        text = read_text(path, error=ScheduleError, most=MAX_FILE_BYTES)
        groups = alike(rows(text, needed=NEEDED, maker="Hevy"), "title", "start_time")
        return sessions([_log(group) for group in groups], wishes, file=path)


def _log(group: list[Row]) -> Log:
    first = group[0]
    with located(line=first.line):
        start = moment(first["start_time"])
        end = moment(first["end_time"]) if first["end_time"] else None
    minutes = None if end is None else (end - start).total_seconds() / 60
    return Log(first["title"], start, minutes, tuple(_set(row) for row in group))


def _set(row: Row) -> LoggedSet:
    with located(line=row.line):
        reps = row.count("reps", high=MAX_REPS)
        return LoggedSet(
            exercise=row["exercise_title"],
            line=row.line,
            kind=_KINDS.get(row["set_type"].lower(), "normal"),
            weight_kg=_first(
                row.number("weight_kg", low=-1000, high=3000),
                row.number("weight_lbs", low=-2200, high=3000),
                POUND_KG,
            ),
            reps=reps,
            seconds=row.number("duration_seconds", high=MAX_HOURS * 3600),
            distance_km=_first(row.number("distance_km"), row.number("distance_miles"), MILE_KM),
            rpe=row.number("rpe", high=10),
            superset=row["superset_id"],
        )


def _first(metric: float | None, other: float | None, factor: float) -> float | None:
    """Return what stands in the metric column, or else in the other one, converted."""
    return metric if metric is not None or other is None else other * factor
