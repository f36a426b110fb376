"""How large a plan may be: plans come from outside, so every size and number is bounded."""

from __future__ import annotations

import math
from typing import SupportsFloat, SupportsIndex

from ..errors import ScheduleError

MAX_BOUTS = 100_000
# Three years of recorded training, 1,000 sessions of a hundred bouts, are 11 MB of TOML.
MAX_EVENTS = 200_000
MAX_TEXT = 24_000_000
# Text is counted before it is read: an event takes a line at most, and a bout five words and marks.
MAX_LINES, MAX_MARKS = MAX_EVENTS, 10 * MAX_EVENTS
MAX_DECIMALS = 20
MAX_NESTING = 20
MAX_NAME = 200
MAX_HOURS = 200_000.0
MAX_WEEKS = 1000
SHORTEST_MIN = 1e-3 / 60

# Two edges closer than this (a third of a millisecond) are one edge: far more than rounding ever moves
# an edge, far less than a person can rest, and a sliver left between them would cost the solver a step.
EDGE_H = 1e-7


def bounded(value: SupportsFloat, field: str, *, low: float, high: float) -> float:
    """Return `value` as a float within `low` and `high`, or refuse it.

    Examples
    --------
    >>> bounded(90, "carbs_g", low=0, high=2000)
    90.0
    >>> bounded(float("nan"), "carbs_g", low=0, high=2000)
    Traceback (most recent call last):
        ...
    exerkine_sim.errors.ScheduleError: carbs_g: nan
      expected: a number from 0 to 2000
    """
    expected = f"a number from {low:g} to {high:g}"
    try:
        number = math.nan if isinstance(value, str | bool) else float(value) + 0.0  # turns -0.0 into 0.0
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not low <= number <= high:
        raise ScheduleError(str(value)[:40], expected=expected, field=field)
    return number


def whole(value: object, field: str, *, low: int, high: int) -> int:
    """Return `value` as an int if it is a whole number within `low` and `high`, or refuse it.

    Examples
    --------
    >>> whole(4, "weeks", low=1, high=52)
    4
    """
    number = value.__index__() if isinstance(value, SupportsIndex) and not isinstance(value, bool) else None
    if number is None or not low <= number <= high:
        raise ScheduleError(str(value)[:40], expected=f"a whole number from {low} to {high}", field=field)
    return number


def lasting(value: SupportsFloat, field: str, *, scale_min: float = 1.0) -> float:
    """Return a duration as a float, or refuse one that is negative, zero or without end.

    `scale_min` is the length of its unit in minutes.
    """
    number = bounded(value, field, low=-math.inf, high=math.inf)
    if not SHORTEST_MIN <= number * scale_min <= MAX_HOURS * 60:
        raise ScheduleError(
            f"{number:g}",
            expected="a duration above zero (1 ms at least) and below 20 years",
            fix="give how long it lasts, as a positive number",
            field=field,
        )
    return number


def titled(name: str, field: str) -> str:
    """Return a name that fits on one line, or refuse it."""
    if not isinstance(name, str) or len(name) > MAX_NAME or not name.isprintable():
        raise ScheduleError(
            f"{str(name)[:40]!r}",
            expected=f"at most {MAX_NAME} printable characters on one line",
            fix="shorten it, without line breaks or tabs",
            field=field,
        )
    return name
