"""Somebody's measurements: a table with one sample a row, as a laboratory or a spreadsheet gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .. import units
from ..errors import InputError, ModelError, ScheduleError, nearest
from ..files import read_text
from ..model import Model
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..schedule.readers.delimited import Row, rows
from ..schedule.readers.field import number
from ..schedule.when import WEEKDAYS, parse_moment
from .rows import unit_shown

if TYPE_CHECKING:
    import pandas as pd

NEEDED = ("exerkine", "value", "unit")
OPTIONAL = ("site", "cv_percent", "below")
TIMES = ("time", "time_h")  # `observed` writes the second
MAX_ROWS, MAX_VALUE, MAX_TIME_H = 5000, 1e12, 10 * 366 * 24.0
YES, NO = ("yes", "true", "1", "x", "below"), ("", "no", "false", "0")
_HOURS = re.compile(r"\d{1,6}(\.\d{1,17})?(e-?\d{1,2})?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}(:\d{2})?")


@dataclass(frozen=True, slots=True)
class Measurement:
    """One sample.

    Parameters
    ----------
    time_h : float
        Hours from the schedule's first midnight.
    exerkine, site : str
    value : float
        In `unit`; the detection limit where the sample was below it.
    unit : str
        That in which simulations show the molecule.
    cv : float, optional
        Coefficient of variation of the assay, where the row gave its own.
    below : bool
        Whether all that is known is that it was less than `value`.
    """

    time_h: float
    exerkine: str
    site: str
    value: float
    unit: str
    cv: float | None = None
    below: bool = False


def read_measurements(
    table: str | Path | pd.DataFrame,
    schedule: Schedule,
    *,
    model: Model,
    parameters: ParameterSet,
    first_day: date | None = None,
) -> tuple[Measurement, ...]:
    """Read measurements from a CSV file, or from a table such as :func:`exerkine_sim.observed` returns.

    Parameters
    ----------
    table : path or pandas.DataFrame
        Columns ``time`` (hours from the first midnight, ``Mon 08:30``, ``day 2 07:00``, or
        ``2026-11-14 08:30`` where the first day is known), ``exerkine``, ``value``, ``unit``, and if wanted
        ``site``, ``cv_percent`` (of the assay) and ``below`` (``yes``: below the detection limit, which is
        the value; ``<0.5`` as value says the same). Commas, semicolons or tabs; others are left alone.
    schedule : Schedule
        What was done; it names the weekday of its first day.
    model, parameters : Model, ParameterSet
        Molecules, sites and units.
    first_day : date, optional
        Of the schedule's first day.

    Returns
    -------
    tuple of Measurement
        In order of time.

    Raises
    ------
    InputError
        Naming file, line and field.
    """
    is_file = isinstance(table, str | Path)
    if not is_file and not hasattr(table, "to_csv"):
        raise InputError(
            f"measurements as a {type(table).__name__}",
            expected="a table (pandas.DataFrame), or the path of a CSV file",
            fix="pandas.DataFrame(...) of what was measured",
            field="measurements",
        )
    text = read_text(table, error=InputError) if is_file else table.to_csv(index=False)
    file = Path(table) if is_file else None
    reading = _Reading(schedule, model, parameters, first_day)
    found = []
    for row in _rows(text, file):
        try:
            found.append(reading.sample(row))
        except (InputError, ModelError) as error:
            fields = {"given": error.given, "expected": error.expected, "fix": error.fix}
            raise InputError(**fields, field=error.field, file=file, line=row.line) from None
    return tuple(sorted(found, key=lambda one: (one.time_h, one.exerkine, one.site)))


def _rows(text: str, file: Path | None) -> list[Row]:
    try:
        found = rows(text, needed=NEEDED, maker="measurements")
    except ScheduleError as error:
        raise InputError(
            "no table of measurements" if error.line == 1 else error.given,
            expected=f"a header with time, {', '.join(NEEDED)} and one sample a row",
            fix="for example: time,exerkine,value,unit on the first line, 08:30 as 'day 1 08:30'",
            file=file,
            line=error.line,
        ) from None
    if not any(name in found[0].columns for name in TIMES):
        raise InputError("no column 'time'", fix="add it to the header", file=file, line=1)
    if len(found) > MAX_ROWS:
        raise InputError(
            f"{len(found)} samples", expected=f"at most {MAX_ROWS}", fix="leave some out", file=file
        )
    return found


@dataclass(frozen=True)
class _Reading:
    """What a row's words mean."""

    schedule: Schedule
    model: Model
    parameters: ParameterSet
    first_day: date | None

    def sample(self, row: Row) -> Measurement:
        """Return the sample of a row."""
        if row["member"] not in ("", "0"):
            raise InputError("a second person", fix="fit one at a time", field="member")
        exerkine, site = self._place(row)
        value, below = self._value(row)
        unit = unit_shown(self.model, self.parameters, (exerkine, site))
        return Measurement(
            time_h=self._time(row),
            exerkine=exerkine,
            site=site,
            value=value * self._factor(row["unit"], unit),
            unit=unit,
            cv=_share(row),
            below=below,
        )

    def _place(self, row: Row) -> tuple[str, str]:
        exerkine, site = row["exerkine"].lower(), row["site"].lower()
        if exerkine not in self.model.exerkines:
            raise InputError(
                f"unknown exerkine '{exerkine[:40]}'",
                fix=nearest(exerkine, self.model.exerkines),
                field="exerkine",
            )
        # Whole blood first, as in a Solution.
        sites = [one.site for one in self.model.observables if one.exerkine == exerkine]
        sites.sort(key=lambda name: name != "blood")
        if site and site not in sites:
            raise InputError(f"{exerkine} has no site '{site[:40]}'", fix=nearest(site, sites), field="site")
        return exerkine, site or sites[0]

    def _value(self, row: Row) -> tuple[float, bool]:
        text, word = row["value"], row["below"].lower()
        if word not in (*YES, *NO):
            raise InputError(f"'{word[:40]}'", expected="yes, or nothing", field="below")
        below = word in YES or text.startswith("<")
        value = _number(text.removeprefix("<"), "value", high=MAX_VALUE)
        if not value > 0:
            raise InputError(
                f"{value:g}",
                expected="more than 0: logarithms are compared",
                fix="of what was not detected, give the detection limit as '<0.5'",
                field="value",
            )
        return value, below

    def _factor(self, given: str, shown: str) -> float:
        if "fold" in (given, shown):
            if given in ("fold", "1") and shown == "fold":
                return 1.0
            raise InputError(f"unit '{given[:40]}'", expected=f"a unit such as {shown}", field="unit")
        return units.convert(1.0, given, shown, field="unit")

    def _time(self, row: Row) -> float:
        text = next(row[name] for name in TIMES if name in row.columns)
        hours = self._hours(text)
        if not 0 <= hours <= MAX_TIME_H:
            raise InputError(f"{hours:g} h", expected=f"0 to {MAX_TIME_H:g} h", field="time")
        return hours

    def _hours(self, text: str) -> float:
        if _HOURS.fullmatch(text):
            return float(text)
        if _ISO.fullmatch(text):
            return self._dated(text)
        try:
            return parse_moment(text, self.schedule.first_weekday)
        except ScheduleError as problem:
            raise InputError(
                f"'{text[:60]}' is no moment of this plan: {problem.given.partition(chr(10))[0]}",
                expected="hours, or day and time, for example 8.5, 'Mon 08:30' or 'day 2 07:00'",
                fix="write 'day 1 08:30'",
                field="time",
            ) from None

    def _dated(self, text: str) -> float:
        if self.first_day is None:
            raise InputError(
                f"'{text}', and the date of the plan's first day is not known",
                fix="give it, --first-day 2026-11-14 or first_day=, or write 'day 1 08:30'",
                field="time",
            )
        weekday = WEEKDAYS[self.first_day.weekday()]
        if self.schedule.first_weekday not in (None, weekday):
            raise InputError(
                f"the first day is {self.first_day}, a {weekday}",
                expected=f"a {self.schedule.first_weekday}, as in the plan",
                field="first_day",
            )
        try:
            away = datetime.fromisoformat(text) - datetime.combine(self.first_day, datetime.min.time())
        except ValueError:
            raise InputError(f"no such moment '{text}'", expected="2026-11-14 08:30", field="time") from None
        return away.total_seconds() / 3600


def _share(row: Row) -> float | None:
    text = row["cv_percent"]
    if not text:
        return None
    percent = _number(text, "cv_percent", high=200.0)
    if not percent > 0:
        raise InputError(f"{percent:g}", expected="more than 0", fix="leave it empty", field="cv_percent")
    return percent / 100


def _number(text: str, field: str, *, high: float) -> float:
    try:
        return number(text, field, low=0.0, high=high)
    except ScheduleError as error:
        raise InputError(error.given, expected=error.expected, field=field) from None
