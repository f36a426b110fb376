"""Plans, people and moments, as a command line names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, ScheduleError

if TYPE_CHECKING:
    from ..schedule import Schedule
    from ..subject import Subject

SubjectFile = Annotated[
    Path | None,
    typer.Option("--subject", metavar="FILE", help="The person; the shipped example when left out."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")]
_HOURS = re.compile(r"\d{1,6}(\.\d{1,6})?")


@dataclass(frozen=True)
class Case:
    """A plan and a person; the weekday on which the plan begins, if it names one."""

    schedule: Schedule
    subject: Subject
    plan_file: Path
    is_example_subject: bool
    first_weekday: int | None


def read_case(plan: Path | None, subject: Path | None) -> Case:
    """Read plan and person; shipped examples stand in for what is left out."""
    from ..parameters import params_folder
    from ..schedule import load_schedule
    from ..subject import load_subject

    examples = params_folder() / "examples"
    plan_file, subject_file = plan or examples / "week.txt", subject or examples / "subject.toml"
    return Case(
        schedule=load_schedule(plan_file),
        subject=load_subject(subject_file),
        plan_file=plan_file,
        is_example_subject=subject is None,
        first_weekday=first_weekday(plan_file),
    )


def first_weekday(plan: Path) -> int | None:
    """Return the weekday of day 1 of a plan in the text form, Monday is 0; None when it names none."""
    from ..plot.clock import WEEKDAYS

    for entry in _entries(plan):
        word = entry[0].text
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word):
            return date.fromisoformat(word).weekday()
        if word.lower() != "name" and word[:3].title() in WEEKDAYS:
            return WEEKDAYS.index(word[:3].title())
    return None


def read_moment(text: str, plan: Path) -> float:
    """Return the hours of a moment: ``8.5``, ``Mon 08:30`` or ``day 2 07:00``, days as in the plan.

    Raises
    ------
    InputError
        For anything else.
    """
    from ..schedule.lexeme import Reader, entries
    from ..schedule.when import Calendar

    if _HOURS.fullmatch(text.strip()):
        return float(text)
    calendar = Calendar()
    try:
        for entry in _entries(plan):
            if entry[0].text.lower() != "name":
                calendar.moment(Reader(entry))
        reader = Reader(next(entries(text.strip())))
        hour = calendar.moment(reader)
        if reader.peek().kind != "end":
            raise InputError("something follows the time")
    except (ScheduleError, InputError, StopIteration):
        raise InputError(
            f"'{text[:60]}' is no moment of this plan",
            expected="hours, or day and time, for example 8.5, 'Mon 08:30' or 'day 2 07:00'",
            fix="write --at 'day 1 08:30'",
            field="--at",
        ) from None
    return hour


def _entries(plan: Path) -> list:
    """Return the entries of a plan in the text form; none for a plan in TOML, which names no weekday."""
    from ..files import read_text
    from ..schedule.lexeme import entries

    return list(entries(read_text(plan, error=ScheduleError))) if plan.suffix.lower() == ".txt" else []
