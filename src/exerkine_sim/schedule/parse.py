"""The text form of a plan: one line a session, a meal or an infusion.

::

    Mon 07:00 fasted  run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 55%
    Tue 18:00  squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m
    Mon 12:30  meal 90g carbs
    day 10 08:00  infuse il6 25ug/h 3h
    day 11 08:00  inject il1ra 100mg subcutaneous
    repeat 4 weeks +5% duration/week; deload week 4 60%

The first weekday named is day 1, unless a line such as `starts Mon` comes before. A `repeat` line acts on the
part of the plan above it: on what stands between it and the `repeat` line before, or where nothing does, on
the part that one has made. The next part begins in the week after, and its days count from there: `day 1` is
its first day, a weekday the first such day in it. Dates keep their place. See :mod:`.repeat`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypedDict

from ..errors import ScheduleError
from .bout import NUTRITION, Session
from .duration import NUMBER, exact_minutes
from .exercise import SESSION_WORDS, ExerciseParser
from .lexeme import Reader, entries
from .limits import MAX_BOUTS, MAX_EVENTS, titled
from .modes import Modes, known_modes
from .repeat import repeated
from .schedule import ROUTES, Infusion, Meal, Schedule, size_of
from .transform import join, weeks_of
from .when import Calendar

MAX_PARTS = 100  # a `repeat` line ends a part of the plan
_AMOUNT = re.compile(rf"({NUMBER})(.*)")


def parse_schedule(text: str, *, modes: Modes | None = None, most: int = MAX_EVENTS) -> Schedule:
    """Read a plan in the text form.

    Parameters
    ----------
    text : str
        One entry a line; indented lines continue an entry, `#` begins a comment.
    modes : Modes, optional
        The modes and lifts that may be named; those of `params/` by default.
    most : int
        Bouts, meals and infusions that it may come to; one that asks for more is refused before it is made.

    Returns
    -------
    Schedule

    Raises
    ------
    ScheduleError
        With line and caret, what was expected and the nearest known word.

    Examples
    --------
    >>> plan = parse_schedule('''
    ... Tue 18:00  squat 5x5 80% 1RM rest 3m
    ... Wed 12:30  meal 90g carbs
    ... ''')
    >>> len(plan.sessions[0].bouts), plan.meals
    (5, (Meal(time_h=36.5, carbs_g=90.0),))
    """
    if not isinstance(text, str):
        raise ScheduleError(
            f"a {type(text).__name__}", expected="the text of a plan", fix="see load_schedule"
        )
    return _PlanParser(known_modes() if modes is None else modes, most).schedule(text)


class _Nutrition(TypedDict, total=False):
    nutrition: str
    carbs_g_per_h: float


class _PlanParser:
    """Reads the entries of one plan, which share a calendar."""

    def __init__(self, modes: Modes, most: int) -> None:
        self._modes, self._most = modes, most
        self._calendar = Calendar()
        self._name = ""
        self._parts: list[Schedule] = []
        self._repeated = 0
        self._begin_part()

    def _begin_part(self) -> None:
        self._sessions: list[Session] = []
        self._meals: list[Meal] = []
        self._infusions: list[Infusion] = []
        self._n_events = 0
        self._calendar.days_before = 7 * sum(weeks_of(part) for part in self._parts)

    def schedule(self, text: str) -> Schedule:
        """Return the plan that a text writes down."""
        for lexemes in entries(text):
            with lexemes[0].blamed():
                self._entry(Reader(lexemes))
        return replace(join(*self._parts, self._part()), name=self._name)

    def _part(self) -> Schedule:
        return Schedule(
            tuple(self._sessions),
            tuple(self._meals),
            tuple(self._infusions),
            first_weekday=self._calendar.first_weekday,
            modes=self._modes,
        )

    def _repeat(self, reader: Reader) -> None:
        part = self._part()
        if not weeks_of(part) and self._parts:
            part = self._parts.pop()
        self._parts.append(repeated(reader, part, most=self._most))
        # What one line has made, the next may make anew, over and over.
        self._repeated += size_of(self._parts[-1])
        if len(self._parts) > MAX_PARTS or self._repeated > self._most:
            raise ScheduleError(
                "too much is repeated",
                expected=f"at most {MAX_PARTS} parts and {self._most} bouts",
                fix="repeat less often",
            )
        self._begin_part()

    def _entry(self, reader: Reader) -> None:
        if reader.at("repeat"):
            self._repeat(reader)
            return
        if reader.take_if("name"):
            self._name = _quoted(reader)
        elif reader.at("starts"):
            self._calendar.start(reader)
        else:
            self._event(reader, start_h=self._calendar.moment(reader))
        if reader.peek().kind != "end":
            reader.refuse(
                "',' or ';' and another bout, or the end of the line", ["rest", "tempo", *SESSION_WORDS]
            )

    def _event(self, reader: Reader, *, start_h: float) -> None:
        first = reader.peek()
        if reader.take_if("meal"):
            carbs_g = _amount(reader, "g")
            reader.expect("carbs")
            self._meals.append(Meal(start_h, carbs_g))
        elif reader.take_if("infuse"):
            self._infusions.append(_infusion(reader, start_h))
        elif reader.take_if("inject"):
            self._infusions.append(_injection(reader, start_h))
        else:
            self._sessions.append(self._session(reader, start_h))
            self._n_events += len(self._sessions[-1].bouts) - 1
        self._n_events += 1
        if self._n_events > self._most:
            raise first.fault("too many bouts", expected=f"at most {self._most} in a plan")

    def _session(self, reader: Reader, start_h: float) -> Session:
        name = reader.take().name() if reader.peek().kind == "name" else ""
        nutrition = _Nutrition()
        _read_nutrition(reader, nutrition)
        bouts = ExerciseParser(reader, self._modes, most=min(self._most, MAX_BOUTS)).bouts()
        _read_nutrition(reader, nutrition)
        return Session(start_h, bouts, name=name, **nutrition)


def _quoted(reader: Reader) -> str:
    if reader.peek().kind != "name":
        reader.refuse('a name in quotation marks, for example "Base week"')
    return titled(reader.take().name(), "name")


def _infusion(reader: Reader, start_h: float) -> Infusion:
    molecule = reader.word("the id of a molecule, for example 'il6'")
    rate, unit = _quantity(reader, "a rate, for example '25ug/h'")
    duration = reader.word("how long, for example '3h'")
    with duration.blamed():
        duration_h = float(exact_minutes(duration.text) / 60)
    with molecule.blamed():
        return Infusion(start_h, duration_h, molecule.text, rate, unit, _route(reader))


def _injection(reader: Reader, start_h: float) -> Infusion:
    molecule = reader.word("the id of a molecule, for example 'il1ra'")
    amount, unit = _quantity(reader, "an amount, for example '100mg'")
    with molecule.blamed():
        return Infusion.injection(start_h, molecule.text, amount, unit=unit, route=_route(reader))


def _route(reader: Reader) -> str:
    return next((route for route in ROUTES if reader.take_if(route)), ROUTES[0])


def _read_nutrition(reader: Reader, found: _Nutrition) -> None:
    """Take the words about food, wherever they stand, each at most once."""
    while reader.at(*SESSION_WORDS):
        lexeme = reader.take()
        key = "nutrition" if lexeme.text.lower() in NUTRITION else "carbs_g_per_h"
        if key in found:
            raise lexeme.fault(
                f"'{lexeme.text}' after {key} was given", expected="it once", fix="leave one out"
            )
        if key == "nutrition":
            found["nutrition"] = lexeme.text.lower()
        else:
            found["carbs_g_per_h"] = _amount(reader, "g/h")
        reader.take_if(",")


def _amount(reader: Reader, unit: str) -> float:
    lexeme, expected = reader.peek(), f"an amount in {unit}, for example '60{unit}'"
    number, given = _quantity(reader, expected)
    if given != unit:
        raise lexeme.fault(f"unit '{given[:20]}'", expected=expected, fix=f"write it in {unit}")
    return number


def _quantity(reader: Reader, expected: str) -> tuple[float, str]:
    """Take a number and its unit, which may stand apart."""
    lexeme = reader.word(expected)
    match = _AMOUNT.fullmatch(lexeme.text)
    if match is None:
        raise lexeme.fault(f"'{lexeme.text[:40]}' is no amount", expected=expected)
    number, unit = match.groups()
    return float(number), unit or reader.word(expected).text
