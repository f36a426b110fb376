"""Lessons as data: a question, two people to compare, what to measure, and answers that the simulation picks.

No lesson says what comes out. Its choices are comparisons, its answer a text with gaps, and both are filled
from the numbers of the moment: in a model with other equations other choices hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import InputError, nearest
from ..evidence.claims import (
    Amount,
    Arm,
    Claim,
    Comparison,
    Measure,
    Quantity,
    Reading,
    amount_of,
    check_different,
    comparison_of,
    find_claim,
    measure_of,
    placed,
    readings_of,
    written,
)
from ..evidence.record import Record, find_record
from ..files import read_toml, validated
from ..parameters import params_folder
from ..physiology import default_model
from ..subject import Subject
from .lesson_file import LabTable, LessonTable, SideTable
from .setting import Setting

SIDES, AFTER_H = ("a", "b"), 24.0
_GAP = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two who are compared: what to call it, and what the page is set to."""

    label: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class Run:
    """One doing of the experiment.

    Parameters
    ----------
    label : str
        What is done otherwise than at first; empty for the first.
    sides : tuple of Side
        A, and B where there is one.
    arms : tuple of Arm
        The same for those who read numbers.
    """

    label: str
    sides: tuple[Side, ...]
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A prediction to choose, and the comparison that tells whether it comes true."""

    says: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Lesson:
    """A guided experiment.

    Parameters
    ----------
    id, title, question : str
    exerkines : tuple of str
        Molecules to show.
    runs : tuple of Run
        The experiment, and what it may be changed to.
    measures : tuple of Measure
    choices : tuple of Choice
    answer : tuple of str or Amount
        Text, and the numbers in its gaps.
    look, why, limits, evidence : str
        What to look at, how the model comes to it, what it cannot say, what trials say beyond the claim.
    claim : Claim, optional
        The statement of the literature that this is about.
    records : tuple of Record
        Published numbers to hold beside the simulated ones.
    """

    id: str
    title: str
    question: str
    exerkines: tuple[str, ...]
    runs: tuple[Run, ...]
    measures: tuple[Measure, ...]
    choices: tuple[Choice, ...]
    answer: tuple[str | Amount, ...]
    look: str
    why: str
    limits: str
    evidence: str
    claim: Claim | None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a Run.

    Parameters
    ----------
    lesson : Lesson
    run : Run
    readings : mapping of Quantity to Reading
    """

    lesson: Lesson
    run: Run
    readings: Mapping[Quantity, Reading]

    @property
    def true(self) -> tuple[bool, ...]:
        """Whether each choice of the Lesson came true."""
        numbers = {where: reading.value for where, reading in self.readings.items()}
        return tuple(choice.comparison.holds(numbers) for choice in self.lesson.choices)

    @property
    def answer(self) -> str:
        """The answer with its numbers."""
        return "".join(one if isinstance(one, str) else self._told(one) for one in self.lesson.answer)

    def _told(self, amount: Amount) -> str:
        if amount.text == f"{amount.quantities[0].measure}({amount.quantities[0].arm})":
            return written(self.readings[amount.quantities[0]])
        numbers = {where: reading.value for where, reading in self.readings.items()}
        return written(Reading(amount.value(numbers), ""))

    def rows(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield what was measured, and the number of each side; empty where it was not measured."""
        for measure in self.lesson.measures:
            cells = (self.readings.get(Quantity(measure.id, arm.id)) for arm in self.run.arms)
            yield measure.label, tuple("" if one is None else written(one) for one in cells)


def outcome(lesson: Lesson, run: Run) -> Outcome:
    """Simulate a Run of a Lesson and read its numbers.

    Raises
    ------
    SolverError
        When a side cannot be simulated to its end.

    Examples
    --------
    >>> lesson = load_lab()[0]
    >>> len(outcome(lesson, lesson.runs[0]).true) == len(lesson.choices)
    True
    """
    return Outcome(lesson, run, readings_of(run.arms, lesson.measures))


def load_lab(path: str | Path | None = None) -> tuple[Lesson, ...]:
    """Read a file of lessons; the shipped one when none is named.

    Raises
    ------
    InputError
        Naming file, lesson and field, for anything missing, misspelt or impossible.

    Examples
    --------
    >>> load_lab()[0].title
    'The same work, harder or easier'
    """
    return _shipped() if path is None else _read(path)


@cache
def _shipped() -> tuple[Lesson, ...]:
    """Return the shipped Lessons, read once for all who visit."""
    return _read(params_folder() / "lab.toml")


def _read(path: str | Path) -> tuple[Lesson, ...]:
    table = validated(LabTable, read_toml(path, error=InputError), error=InputError, file=path)
    people: dict[str, Subject] = {}
    for name, content in table.person.items():
        with placed(path, f"person.{name}"):
            people[name] = Subject.from_table(content)
    with placed(path, "lesson"):
        check_different(table.lesson)
    lessons: list[Lesson] = []
    for one in table.lesson:
        with placed(path, f"lesson '{one.id}'"):
            lessons.append(_lesson(one, people))
    return tuple(lessons)


def _lesson(table: LessonTable, people: Mapping[str, Subject]) -> Lesson:
    _check_exerkines(table.exerkines)
    check_different(table.measure)
    runs = tuple(_runs(table, people))
    for run in runs:  # a session that one run lacks is found here, not in front of a class
        measures = tuple(_measures(table, run))
    choices: list[Choice] = []
    for number, one in enumerate(table.choice, 1):
        with placed(None, f"choice {number}"):
            choices.append(Choice(one.says, comparison_of(one.holds, measures)))
    with placed(None, "answer"):
        answer = tuple(_gaps(table.answer, measures))
    if table.claim is None and table.evidence is None:
        raise InputError(
            "no evidence", expected="'claim', the id of one, or 'evidence' in words", fix="add it"
        )
    kept = table.model_dump(include={"id", "title", "question", "exerkines", "look", "why", "limits"})
    return Lesson(
        **kept,
        runs=runs,
        measures=tuple(_measures(table, runs[0])),
        choices=tuple(choices),
        answer=answer,
        evidence=table.evidence or "",
        claim=None if table.claim is None else find_claim(table.claim),
        records=tuple(find_record(name) for name in table.records),
    )


def _check_exerkines(names: Sequence[str]) -> None:
    known = default_model().exerkines
    for name in names:
        if name not in known:
            raise InputError(f"unknown molecule '{name}'", fix=nearest(name, known), field="exerkines")


def _runs(table: LessonTable, people: Mapping[str, Subject]) -> Iterator[Run]:
    """Yield the experiment, then what it may be changed to."""
    first = {name: side for name in SIDES if (side := getattr(table, name)) is not None}
    yield _run("", first, people)
    for number, again in enumerate(table.again, 1):
        with placed(None, f"again {number}"):
            changes = {name: getattr(again, name).model_dump(exclude_none=True) for name in SIDES}
            if changes["b"] and "b" not in first:
                raise InputError("a change of b", expected="a lesson with a side b", fix="add [lesson.b]")
            changed = {name: side.model_copy(update=changes[name]) for name, side in first.items()}
            yield _run(again.label, changed, people)


def _run(label: str, tables: Mapping[str, SideTable], people: Mapping[str, Subject]) -> Run:
    sides, arms = [], []
    for name, table in tables.items():
        with placed(None, f"side {name}"):
            if table.person not in people:
                raise InputError(f"unknown person '{table.person}'", fix=nearest(table.person, people))
            setting = Setting(table.plan, people[table.person])
        end_h = setting.schedule.end_h + AFTER_H
        arms.append(Arm(name, table.label, setting.schedule, setting.subject, end_h=end_h))
        sides.append(Side(table.label, setting))
    return Run(label, tuple(sides), tuple(arms))


def _measures(table: LessonTable, run: Run) -> Iterator[Measure]:
    for one in table.measure:
        with placed(None, f"measure '{one.id}'"):
            yield measure_of(one, run.arms)


def _gaps(text: str, measures: Sequence[Measure]) -> Iterator[str | Amount]:
    """Yield a text in pieces, what stands in braces as a number to compute."""
    for at, piece in enumerate(_GAP.split(text)):
        if at % 2:
            yield _counted(piece, measures)
        elif piece:
            yield piece


def _counted(text: str, measures: Sequence[Measure]) -> Amount:
    amount = amount_of(text, measures)
    if not amount.quantities:
        raise InputError(
            f"'{{{text}}}' without a measure",
            expected="a number that is computed, such as {peak(b) / peak(a)}",
            fix="write numbers of the literature as records or in 'evidence'",
        )
    return amount
