"""Moments on the time line, as people write them. Time zero is midnight of day 1."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from ..errors import ScheduleError, nearest
from .duration import exact_minutes
from .intensity import number_text
from .lexeme import Lexeme, Reader, entries

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = {
    name[:length]: day for name, day in zip(_FULL_NAMES, WEEKDAYS, strict=True) for length in (3, len(name))
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_WORDS = (*_WEEKDAY, "day", "at", "name", "starts", "repeat")
_WEEKDAY_EXPECTED = "a weekday, for example 'Mon'"
_DAY = "a day such as 'Mon', 'day 3' or '2026-11-14', or hours from the start such as 'at 36h'"


class Calendar:
    """Counts the days that a plan names from 1.

    The first weekday or date named is day 1; a weekday is the first such day on or after day 1, so lines
    may stand in any order.

    Parameters
    ----------
    first_weekday : str, optional
        Weekday of day 1, one of :data:`WEEKDAYS`; the attribute is set by the first weekday or date read.

    Attributes
    ----------
    days_before : int
        Whole weeks' days that are full already: days count from there, and dates keep their place.
    """

    def __init__(self, first_weekday: str | None = None) -> None:
        self.first_weekday = first_weekday
        self.days_before = 0
        self._date: date | None = None
        self._is_open = True

    def start(self, reader: Reader) -> None:
        """Take `starts` and the weekday of day 1, which must come before any moment."""
        word, weekday = reader.take(), reader.word(_WEEKDAY_EXPECTED)
        if not self._is_open:
            raise word.fault(
                "'starts' comes too late",
                expected="it once, before the first event",
                fix="move it to the top of the plan",
            )
        if weekday.text.lower() not in _WEEKDAY:
            raise weekday.fault(
                f"unknown weekday '{weekday.text[:40]}'",
                expected=_WEEKDAY_EXPECTED,
                fix=nearest(weekday.text.lower(), _WEEKDAY),
            )
        self.first_weekday, self._is_open = _WEEKDAY[weekday.text.lower()], False

    def moment(self, reader: Reader) -> float:
        """Take a day and a time, or `at` and hours, and return the hours from midnight of day 1."""
        self._is_open = False
        if reader.take_if("at"):
            return float(exact_minutes(reader.word("hours, for example '36h'").text) / 60)
        lexeme = reader.word(_DAY)
        day = self._day(lexeme, reader)
        clock = reader.peek()
        match = _TIME.fullmatch(clock.text)
        if match is None:
            reader.refuse("a time from 00:00 to 23:59, for example '07:00'")
        reader.take()
        seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
        return float((day - 1) * 24 + Fraction(seconds, 3600))

    def _day(self, lexeme: Lexeme, reader: Reader) -> int:
        word = lexeme.text.lower()
        if word == "day":
            return _number(reader.word("the number of a day"))
        if word in _WEEKDAY:
            weekday = _WEEKDAY[word]
            self.first_weekday = self.first_weekday or weekday
            return 1 + (WEEKDAYS.index(weekday) - WEEKDAYS.index(self.first_weekday)) % 7
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
        if self._date is None and (self.first_weekday is not None or self.days_before):
            raise lexeme.fault(
                "a date after weekdays",
                expected="a date first",
                fix="name the first day of the plan by its date",
            )
        first = self._date = self._date or day
        self.first_weekday = WEEKDAYS[first.weekday()]
        if day < first:
            raise lexeme.fault(
                f"{day} lies before day 1, {first}",
                expected="no day before the first day named",
                fix="put the earliest day first",
            )
        number = 1 + (day - first).days - self.days_before
        if number < 1:
            raise lexeme.fault(
                f"{day} lies within the {self.days_before} days that 'repeat' has filled",
                expected="a day after them",
                fix="repeat fewer weeks, or give a later date",
            )
        return number


def _number(lexeme: Lexeme) -> int:
    if not re.fullmatch("[0-9]{1,5}", lexeme.text) or int(lexeme.text) < 1:
        raise lexeme.fault(f"day '{lexeme.text[:40]}'", expected="a whole number from 1")
    return int(lexeme.text)


def day_name(day: int, first_weekday: str | None = None) -> str:
    """Return the name of a day counted from 0: its weekday where that of day 1 is known.

    Examples
    --------
    >>> day_name(2), day_name(2, "Mon")
    ('day 3', 'Wed')
    """
    if first_weekday is None:
        return f"day {day + 1}"
    return WEEKDAYS[(WEEKDAYS.index(first_weekday) + day) % 7]


def clock_text(hour: float, first_weekday: str | None = None) -> str:
    """Return a moment to the second; from the second week on the day is numbered.

    Examples
    --------
    >>> clock_text(31.5), clock_text(31.5, "Mon"), clock_text(200, "Mon")
    ('day 2 07:30', 'Tue 07:30', 'day 9 08:00')
    """
    day, seconds = divmod(round(hour * 3600), 86_400)
    minutes, seconds = divmod(seconds, 60)
    name = day_name(day, first_weekday if day < 7 else None)
    rest = f":{seconds:02d}" if seconds else ""
    return f"{name} {minutes // 60:02d}:{minutes % 60:02d}{rest}"


def moment_text(hour: float, first_weekday: str | None = None) -> str:
    """Return a moment so that it reads back exactly: day and time, or the hour itself.

    Examples
    --------
    >>> moment_text(31.5), moment_text(31.5, "Mon"), moment_text(31.51234)
    ('day 2 07:30', 'Tue 07:30', 'at 31.51234h')
    """
    exact = float(Fraction(round(hour * 3600), 3600)) == hour
    return clock_text(hour, first_weekday) if exact else f"at {number_text(hour)}h"


def moved(hour: float, by_h: float) -> float:
    """Return a moment moved by some hours; ten past seven stays so on every day.

    Examples
    --------
    >>> moment_text(moved(parse_moment("day 1 07:10"), 240))
    'day 11 07:10'
    """
    minutes, by = round(hour * 60), round(by_h * 60)
    whole = minutes / 60 == hour and by / 60 == by_h
    return (minutes + by) / 60 if whole else hour + by_h


def parse_moment(text: str, first_weekday: str | None = None) -> float:
    """Return the hours from midnight of day 1, as :func:`moment_text` writes them.

    Raises
    ------
    ScheduleError
        For anything else, and for a weekday where that of day 1 is unknown.

    Examples
    --------
    >>> parse_moment("Tue 07:30", "Mon"), parse_moment("day 2 07:30")
    (31.5, 31.5)
    """
    lexemes = [lexeme for entry in entries(text.strip()) for lexeme in entry]
    if not lexemes:
        raise ScheduleError("nothing", expected=_DAY)
    calendar, reader = Calendar(first_weekday), Reader(lexemes)
    hour = calendar.moment(reader)
    if reader.peek().kind != "end":
        reader.refuse("nothing after the time")
    if calendar.first_weekday != first_weekday:
        raise lexemes[0].fault(
            "the plan names no weekday",
            expected="a day such as 'day 2'",
            fix="begin the plan with 'starts Mon'",
        )
    return hour
