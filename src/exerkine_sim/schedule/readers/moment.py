"""Dates and times: as programs for people write them, and as devices count them, to local clock time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timezone

from ...errors import ScheduleError

CLOCK_IS_UTC = "the file does not say its time zone: its clock is UTC"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONGEST = 80
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2}) (?P<name>[a-z]{3})[a-z]*\.? (?P<year>\d{4})")
_MONTH_FIRST = re.compile(r"(?P<name>[a-z]{3})[a-z]*\.? (?P<day>\d{1,2}) (?P<year>\d{4})")
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?: ?(?P<half>[ap])\.?m\b)?"
)


def moment(text: str) -> datetime:
    """Return the moment that a text names; a zone is left aside, the clock counts as it is written.

    The month may be a number after the year, or an English word. Two numbers that could both be the month
    are refused.

    Raises
    ------
    ScheduleError
        For anything else.

    Examples
    --------
    >>> moment("2026-11-14 6:05:00\\u202fPM"), moment("14 Nov 2026, 18:05") == moment("Nov 14, 2026, 6:05 PM")
    (datetime.datetime(2026, 11, 14, 18, 5), True)
    """
    plain = " ".join(text[: _LONGEST + 1].lower().replace(",", " ").split())
    date = next(filter(None, (form.search(plain) for form in (_ISO, _DAY_FIRST, _MONTH_FIRST))), None)
    if len(text) > _LONGEST or date is None:
        raise _unreadable(text)
    clock = _CLOCK.search(plain, date.end())
    said = date.groupdict()
    try:
        month = int(said["month"]) if "month" in said else _MONTHS.index(said["name"]) + 1
        return datetime(int(said["year"]), month, int(said["day"]), *_hms(clock))
    except ValueError:
        raise _unreadable(text) from None


def instant(text: str) -> tuple[float, timezone | None] | None:
    """Return seconds since 1970 and the zone of a time in XML, or None for what is no time.

    A time without a zone is counted as if it were UTC, so that differences hold.

    Examples
    --------
    >>> instant("2026-05-03T06:00:00+02:00")[0] == instant("2026-05-03T04:00:00Z")[0]
    True
    >>> instant("yesterday") is None
    True
    """
    try:
        given = datetime.fromisoformat(text[:40])
        offset = given.utcoffset()
        counted = given if offset is not None else given.replace(tzinfo=UTC)
        return counted.timestamp(), None if offset is None else timezone(offset)
    except (ValueError, OverflowError):
        return None


def local(instant_s: float, zone: timezone | None) -> datetime:
    """Return clock time without zone from seconds since 1970; without a zone the clock is UTC.

    Examples
    --------
    >>> local(7200, None)
    datetime.datetime(1970, 1, 1, 2, 0)
    """
    return datetime.fromtimestamp(instant_s, zone or UTC).replace(tzinfo=None)


def _hms(clock: re.Match[str] | None) -> tuple[int, int, int]:
    """Return hour, minute and second; a day without a clock begins at midnight."""
    if clock is None:
        return 0, 0, 0
    hour, half = int(clock["hour"]), clock["half"]
    if half is not None:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(clock["minute"]), int(clock["second"] or 0)


def _unreadable(text: str) -> ScheduleError:
    return ScheduleError(
        f"'{text[:40]}' is no date",
        expected="a date and time such as 2026-11-14 18:00:00 or 14 Nov 2026, 18:00",
        fix="export it with the program's language set to English",
    )
