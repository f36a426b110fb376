"""Moments on the time line, as people write them. Time zero is midnight of day 1."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from ..errors import nearest
from .duration import exact_minutes
from .intensity import number_text
from .lexeme import Lexeme, Reader

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = {name[:length]: index for index, name in enumerate(_WEEKDAYS) for length in (3, len(name))}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_WORDS = (*_WEEKDAY, "day", "at", "name", "repeat")
_DAY = "a day such as 'Mon', 'day 3' or '2026-11-14', or hours from the start such as 'at 36h'"


class Calendar:
    """Counts the days that a plan names from 1.

    The first weekday or date named is day 1; a weekday is the first such day on or after day 1, so lines
    may stand in any order.
    """

    def __init__(self) -> None:
        self._weekday: int | None = None
        self._date: date | None = None

    def moment(self, reader: Reader) -> float:
        """Take a day and a time, or `at` and hours, and return the hours from midnight of day 1."""
        if reader.take_if("at"):
            return float(exact_minutes(reader.word("hours, for example '36h'").text) / 60)
        lexeme = reader.word(_DAY)
        day = self._day(lexeme, reader)
        clock = reader.peek()
        match = _TIME.fullmatch(clock.text)
        if match is None:
            reader.refuse("a time from 00:00 to 23:59, for example '07:00'")
        reader.take()
        return float((day - 1) * 24 + Fraction(int(match[1]) * 60 + int(match[2]), 60))

    def _day(self, lexeme: Lexeme, reader: Reader) -> int:
        word = lexeme.text.lower()
        if word == "day":
            return _number(reader.word("the number of a day"))
        if word in _WEEKDAY:
            first = self._weekday = _WEEKDAY[word] if self._weekday is None else self._weekday
            return 1 + (_WEEKDAY[word] - first) % 7
        if _DATE.fullmatch(word):
            return self._dated(lexeme)
        raise lexeme.fault(f"unknown day '{lexeme.text[:40]}'", expected=_DAY, fix=nearest(word, _WORDS))

    def _dated(self, lexeme: Lexeme) -> int:
        try:
            day = date.fromisoformat(lexeme.text)
        except ValueError:
            raise lexeme.fault(
                f"no such date '{lexeme.text}'", expected="a date such as '2026-11-14'"
            ) from None
        if self._date is None and self._weekday is not None:
            raise lexeme.fault(
                "a date after weekdays",
                expected="a date first",
                fix="name the first day of the plan by its date",
            )
        first = self._date = self._date or day
        self._weekday = first.weekday()
        if day < first:
            raise lexeme.fault(
                f"{day} lies before day 1, {first}",
                expected="no day before the first day named",
                fix="put the earliest day first",
            )
        return 1 + (day - first).days


def _number(lexeme: Lexeme) -> int:
    if not re.fullmatch("[0-9]{1,5}", lexeme.text) or int(lexeme.text) < 1:
        raise lexeme.fault(f"day '{lexeme.text[:40]}'", expected="a whole number from 1")
    return int(lexeme.text)


def clock_text(hour: float) -> str:
    """Return a moment to the second, for messages.

    Examples
    --------
    >>> clock_text(31.5)
    'day 2 07:30'
    """
    seconds = round(hour * 3600)
    day, seconds = divmod(seconds, 86_400)
    minutes, seconds = divmod(seconds, 60)
    rest = f":{seconds:02d}" if seconds else ""
    return f"day {day + 1} {minutes // 60:02d}:{minutes % 60:02d}{rest}"


def moment_text(hour: float) -> str:
    """Return a moment so that it reads back exactly: day and time, or the hour itself.

    Examples
    --------
    >>> moment_text(31.5), moment_text(31.51234)
    ('day 2 07:30', 'at 31.51234h')
    """
    minutes = round(hour * 60)
    exact = float(Fraction(minutes, 60)) == hour
    return clock_text(minutes / 60) if exact else f"at {number_text(hour)}h"
