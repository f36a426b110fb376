"""Lifting logs of Hevy: a table with one row a set, its own start and end times, and supersets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ...errors import ScheduleError
from ...files import read_text
from ..bout import MAX_REPS
from ..limits import MAX_HOURS
from .dated import Dated, Wishes
from .delimited import Row, rows
from .field import located, number
from .lifting import MILE_KM, POUND_KG, Log, LoggedSet, sessions
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
        return sessions(_logs(rows(read_text(path, error=ScheduleError))), wishes, file=path)


def _logs(table: Iterable[Row]) -> list[Log]:
    by_session: dict[tuple[str, str], list[Row]] = {}
    for row in table:
        if any(column not in row.cells for column in NEEDED):
            raise ScheduleError(
                "no Hevy table", expected=f"columns {', '.join(NEEDED)}", fix="export it again", line=1
            )
        by_session.setdefault((row["title"], row["start_time"]), []).append(row)
    if not by_session:
        raise ScheduleError("no rows", expected="one row a set under the header", fix="export it again")
    return [_log(group) for group in by_session.values()]


def _log(group: list[Row]) -> Log:
    first = group[0]
    with located(line=first.line):
        start = moment(first["start_time"])
        end = moment(first["end_time"]) if first["end_time"] else None
    minutes = None if end is None else (end - start).total_seconds() / 60
    return Log(first["title"], start, minutes, tuple(_set(row) for row in group))


def _set(row: Row) -> LoggedSet:
    with located(line=row.line):
        reps = _cell(row, "reps", high=MAX_REPS)
        return LoggedSet(
            exercise=row["exercise_title"],
            line=row.line,
            kind=_KINDS.get(row["set_type"].lower(), "normal"),
            weight_kg=_first(
                _cell(row, "weight_kg", low=-1000), _cell(row, "weight_lbs", low=-2200), POUND_KG
            ),
            reps=None if reps is None else int(reps),
            seconds=_cell(row, "duration_seconds", high=MAX_HOURS * 3600),
            distance_km=_first(_cell(row, "distance_km"), _cell(row, "distance_miles"), MILE_KM),
            rpe=_cell(row, "rpe", high=10),
            superset=row["superset_id"],
        )


def _first(metric: float | None, other: float | None, factor: float) -> float | None:
    """Return what stands in the metric column, or else in the other one, converted."""
    return metric if metric is not None or other is None else other * factor


def _cell(row: Row, column: str, *, low: float = 0.0, high: float = 3000.0) -> float | None:
    return number(row[column], column, low=low, high=high) if row[column] else None
