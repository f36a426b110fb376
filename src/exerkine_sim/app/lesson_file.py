"""What a file of lessons may hold: its tables and their bounds."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ..evidence.claims import MeasureTable
from .setting import MAX_PLAN_BYTES

MOST_LESSONS, MOST_AGAIN, MOST_CURVES = 60, 8, 12

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Few = Field(min_length=1, max_length=MOST_CURVES)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SideTable(_Table):
    """[lesson.a] or [lesson.b]: who does what."""

    label: Words
    person: Name
    plan: Annotated[str, Field(max_length=MAX_PLAN_BYTES)] = ""


class ChangeTable(_Table):
    """What another run has otherwise on one side."""

    label: Words | None = None
    person: Name | None = None
    plan: Annotated[str, Field(max_length=MAX_PLAN_BYTES)] | None = None


class AgainTable(_Table):
    """One [[lesson.again]]."""

    label: Words
    a: ChangeTable = ChangeTable()
    b: ChangeTable = ChangeTable()


class ChoiceTable(_Table):
    """One [[lesson.choice]]."""

    says: Words
    holds: Words


class LessonTable(_Table):
    """One [[lesson]]."""

    id: Key
    title: Words
    question: Words
    exerkines: Annotated[tuple[Name, ...], Few]
    look: Words
    answer: Words
    why: Words
    limits: Words
    evidence: Words | None = None
    claim: Key | None = None
    records: Annotated[tuple[Words, ...], Field(max_length=20)] = ()
    a: SideTable
    b: SideTable | None = None
    measure: Annotated[tuple[MeasureTable, ...], Few]
    choice: Annotated[tuple[ChoiceTable, ...], Field(min_length=2, max_length=6)]
    again: Annotated[tuple[AgainTable, ...], Field(max_length=MOST_AGAIN)] = ()


class LabTable(_Table):
    """A whole file of lessons."""

    person: Annotated[dict[Name, dict[str, Any]], Field(min_length=1, max_length=60)]
    lesson: Annotated[tuple[LessonTable, ...], Field(min_length=1, max_length=MOST_LESSONS)]
