"""The `repeat` line of a plan, which acts on the part above it.

::

    repeat  = "repeat" N ("weeks" | "times") {[","] change} {";" (deload | taper)}
    change  = (±P"%" ("duration" | "intensity" | "load") | ±N "sets") "/week"
    deload  = "deload" "week" K {"," K} P"%"
    taper   = "taper" N "weeks" ("to" | "at") P"%"

`4 weeks` are four in all, the written one with them. A taper falls `to` a share exponentially, or is `at` one
from its first day. Weeks count within the part.
"""

from __future__ import annotations

import re
from typing import TypedDict

from .duration import NUMBER
from .lexeme import Lexeme, Reader
from .limits import MAX_EVENTS, whole
from .schedule import Schedule, size_of
from .transform import deload, repeat, taper, weeks_of

_PERCENT = re.compile(rf"([+-]?{NUMBER})%")
_COUNT = re.compile(r"([+-]?[0-9]{1,4})")
_GROWING = {
    "duration/week": "duration_percent",
    "intensity/week": "intensity_percent",
    "load/week": "load_percent",
}
_SETS = ("sets/week", "set/week")
_MOST_CLAUSES = 20
_CHANGE = "a change such as '+5% duration/week' or '+1 sets/week'"


class _Growth(TypedDict, total=False):
    """What changes each week, by the names of :func:`.repeat`."""

    duration_percent: float
    intensity_percent: float
    load_percent: float
    sets: int


def repeated(reader: Reader, part: Schedule, *, most: int = MAX_EVENTS) -> Schedule:
    """Take a `repeat` line and return what it makes of a part of the plan.

    Parameters
    ----------
    reader : Reader
    part : Schedule
    most : int
        Bouts, meals and infusions that its clauses may make anew, all together.

    Raises
    ------
    ScheduleError
        With line and caret, the nearest known word, or why the part cannot be repeated so.
    """
    reader.expect("repeat")
    count, number = reader.peek(), _count(reader, "how often, for example 'repeat 4 weeks'")
    unit = reader.expect("weeks", "week", "times")
    growth = _growth(reader)
    with count.blamed():
        weeks = number * weeks_of(part) if unit.text.lower() == "times" else number
        plan = repeat(part, weeks, **growth)
    clauses = {"deload": _deloaded, "taper": _tapered}
    for clause in range(_MOST_CLAUSES):
        follows = reader.take_if(";")
        if follows is None:
            break
        if (clause + 1) * size_of(plan) > most:
            raise follows.fault(
                "too much is changed", expected=f"at most {most} bouts", fix="repeat less often"
            )
        plan = clauses[reader.expect(*clauses).text.lower()](reader, plan)
    if reader.peek().kind != "end":
        reader.refuse(
            f"{_CHANGE}, then '; deload week 4 60%', '; taper 2 weeks to 20%' or the end of the line"
        )
    return plan


def _growth(reader: Reader) -> _Growth:
    growth = _Growth()
    while reader.peek().kind == "word" and reader.peek().text[0] in "+-":
        amount = reader.peek()
        if amount.text.endswith("%"):
            percent = _percent(reader)
            field = _GROWING[reader.expect(*_GROWING).text.lower()]
            _put(growth, field, percent, at=amount)
        else:
            sets = _count(reader, _CHANGE)
            reader.expect(*_SETS)
            _put(growth, "sets", sets, at=amount)
        reader.take_if(",")
    return growth


def _put(growth: _Growth, field: str, value: float, *, at: Lexeme) -> None:
    if field in growth:
        raise at.fault(
            f"'{field.removesuffix('_percent')}' changes twice", expected="it once", fix="leave one out"
        )
    growth[field] = value


def _deloaded(reader: Reader, plan: Schedule) -> Schedule:
    reader.expect("week", "weeks")
    expected, last = "the number of a week, for example 'deload week 4 60%'", weeks_of(plan)
    weeks: list[int] = []
    while not weeks or reader.take_if(","):
        with reader.peek().blamed():
            weeks.append(whole(_count(reader, expected), "week", low=1, high=last))
    percent = reader.peek()
    with percent.blamed():
        return deload(plan, weeks, _percent(reader))


def _tapered(reader: Reader, plan: Schedule) -> Schedule:
    place, weeks = reader.peek(), _count(reader, "how long, for example 'taper 2 weeks to 20%'")
    reader.expect("weeks", "week")
    form = "exponential" if reader.expect("to", "at").text.lower() == "to" else "step"
    percent = _percent(reader)
    with place.blamed():
        return taper(plan, weeks=weeks, to_percent=percent, form=form)


def _count(reader: Reader, expected: str) -> int:
    match = _COUNT.fullmatch(reader.peek().text)
    if match is None:
        reader.refuse(expected)
    reader.take()
    return int(match[1])


def _percent(reader: Reader) -> float:
    match = _PERCENT.fullmatch(reader.peek().text)
    if match is None:
        reader.refuse("a share such as '60%'")
    reader.take()
    return float(match[1])
