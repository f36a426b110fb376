"""What the claims file may hold: its tables, their bounds, and the words they may use."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...schedule.limits import MAX_TEXT

MAX_WEEKS, MAX_PEOPLE, MAX_HOUR = 104, 10_000, 104 * 168.0

Take = Literal["peak", "low", "mean", "area", "value", "peak_time", "half_time", "farthest", "release_share"]
Scale = Literal["fold", "fold_before", "value", "rise"]
Across = Literal["median", "sigma_ln", "skew_ln", "share_above"]
Together = Literal["largest", "smallest", "count_above"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,59}$")]
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Hour = Annotated[float, Field(strict=True, ge=-MAX_HOUR, le=MAX_HOUR, allow_inf_nan=False)]
Few = Field(min_length=1, max_length=60)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ArmTable(_Table):
    """One [[claim.arm]]."""

    id: Id
    label: Words
    person: Id
    plan: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    weeks: Annotated[int, Field(strict=True, ge=1, le=MAX_WEEKS)] = 1
    then: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    people: Annotated[int, Field(strict=True, ge=2, le=MAX_PEOPLE)] | None = None
    set: Annotated[dict[Name, Finite], Field(max_length=100)] = {}


class MeasureTable(_Table):
    """One [[claim.measure]]."""

    id: Id
    label: Words
    of: Name | Annotated[tuple[Name, ...], Few]
    without: Annotated[tuple[Name, ...], Field(max_length=60)] = ()
    site: Id = "plasma"
    take: Take
    scale: Annotated[Scale, Field(alias="as")] = "fold"
    session: Annotated[int, Field(strict=True, ge=-5000, le=5000)] | None = None
    counted_from: Annotated[Literal["start", "end"], Field(alias="from")] = "start"
    hours: tuple[Hour, Hour] | None = None
    hour: Hour | None = None
    arms: Annotated[tuple[Id, ...], Few] | None = None
    tissue: Annotated[str, Field(max_length=80)] = ""
    trigger: Annotated[str, Field(max_length=80)] = ""
    above: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)] | None = None
    across: Across = "median"
    together: Together = "largest"


class ExpectTable(_Table):
    """One [[claim.expect]]."""

    that: Words
    holds: Words


class ClaimTable(_Table):
    """One [[claim]]."""

    id: Key
    source: Words
    statement: Words
    simulated: Words
    evidence: Words
    grade: Literal["human", "mixed", "animal", "none", "index"]
    records: Annotated[tuple[Words, ...], Field(max_length=60)] = ()
    needs: Annotated[tuple[Name, ...], Field(max_length=60)] = ()
    arm: Annotated[tuple[ArmTable, ...], Few]
    measure: Annotated[tuple[MeasureTable, ...], Few]
    expect: Annotated[tuple[ExpectTable, ...], Few]


class ClaimsTable(_Table):
    """A whole claims file."""

    person: Annotated[dict[Id, dict[str, Any]], Few]
    claim: Annotated[tuple[ClaimTable, ...], Field(min_length=1, max_length=500)]
