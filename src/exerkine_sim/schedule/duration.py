"""Durations as people write them: `45s 10m 2h 1h30 2m30s`.

Text is read as exact fractions and rounded once, so that twenty seconds three times are one minute.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction

from ..errors import ScheduleError
from .limits import MAX_HOURS

# An exponent of more than three digits could ask for a number that fills the memory.
NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
MAX_WORD = 80
_MINUTES = {"h": Fraction(60), "min": Fraction(1), "m": Fraction(1), "s": Fraction(1, 60)}
_PART = re.compile(rf"({NUMBER})(h|min|m|s)")
_DURATION = re.compile(rf"(?:{_PART.pattern})+|[0-9]+h[0-5]?[0-9]")


def parse_duration(text: str) -> float:
    """Return the minutes that a duration stands for; `m` is minutes.

    Raises
    ------
    ScheduleError
        For text that is no duration, or a negative one.

    Examples
    --------
    >>> [parse_duration(text) for text in ("45s", "10m", "2h", "1h30", "1h30m", "2m30s")]
    [0.75, 10.0, 120.0, 90.0, 90.0, 2.5]
    """
    return float(exact_minutes(text))


def exact_minutes(text: str) -> Fraction:
    """Return a duration as an exact number of minutes; see :func:`parse_duration`."""
    written = text.strip()
    if written.startswith("-"):
        raise ScheduleError(
            f"negative duration '{written[:MAX_WORD]}'",
            expected="a duration above zero",
            fix="leave out the minus",
        )
    if len(written) > MAX_WORD or not _DURATION.fullmatch(written):
        raise ScheduleError(
            f"'{written[:MAX_WORD]}' is no duration", expected="a duration such as 45s, 10m, 2h, 1h30"
        )
    if written[-1].isdigit():
        written += "m"  # 1h30
    minutes = sum((Fraction(number) * _MINUTES[unit] for number, unit in _PART.findall(written)), Fraction(0))
    if minutes > MAX_HOURS * 60:
        raise ScheduleError(f"'{written}' is too long", expected="a duration below 20 years")
    return minutes


def duration_text(target: Fraction, accept: Callable[[Fraction], bool]) -> str:
    """Return the shortest text for about `target` minutes whose exact value `accept` takes.

    Examples
    --------
    >>> duration_text(Fraction(1 / 3), lambda minutes: float(minutes) == 1 / 3)
    '20s'
    >>> duration_text(Fraction(1.23), lambda minutes: float(minutes) == 1.23)
    '1.23m'
    """
    seconds = round(target * 60)
    if seconds > 0 and accept(Fraction(seconds, 60)):
        return _whole_text(seconds)
    digits = (
        Context(prec=n).divide(Decimal(target.numerator), Decimal(target.denominator)) for n in range(1, 800)
    )
    return next(f"{number}m".lower() for number in digits if accept(Fraction(number)))


def _whole_text(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    if rest and minutes:
        return f"{seconds}s" if seconds < 120 else f"{minutes}m{rest}s"
    if rest:
        return f"{rest}s"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
