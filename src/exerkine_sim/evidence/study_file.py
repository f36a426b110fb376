"""What a Study file may hold: its tables, their bounds, and the names they may use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .. import units
from ..errors import StudyError, UnitError, nearest
from ..files import validated

# fmt: off
EXERKINES = (
    "il6", "il1ra", "il10", "stnfr1", "stnfr2", "crp", "cortisol", "irisin", "bdnf", "myostatin",
    "igf1", "igf1_free", "fgf21", "lactate", "apelin", "il15", "sparc", "adiponectin", "follistatin",
    "gdf15", "lac_phe", "igfbp1", "leptin", "angptl4", "sclerostin", "gh", "insulin", "glucagon",
    "adrenaline",
)
# fmt: on
SITES = ("plasma", "serum", "blood", "muscle_mrna", "muscle_interstitium")
CORRECTED = "_corrected"
CONCENTRATIONS = ("ng/L", "mmol/L")
RELATIVE_UNITS = ("fold", "percent_change")
MONTH_MIN = 31 * 24 * 60.0

_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_RECORD = r"[A-Za-z0-9]+([_-][A-Za-z0-9.-]+)+"
_CARBS = re.compile(r"carbs\s+(\d{1,3}(?:\.\d{1,3})?)\s*g/h")

Minute = Annotated[float, Field(strict=True, ge=-MONTH_MIN, le=MONTH_MIN, allow_inf_nan=False)]
Duration = Annotated[float, Field(strict=True, gt=0, le=MONTH_MIN, allow_inf_nan=False)]
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, Field(max_length=2000)]
Word = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Nutrition:
    """How a Session is fed: its state at the start, and carbohydrate taken throughout."""

    state: Literal["fasted", "fed"] | None = None
    carbs_g_per_h: float = 0.0


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BoutTable(_Table):
    """One [[bout]]: a stretch by duration, or a lifting set by repetitions."""

    start_min: Minute
    duration_min: Duration | None = None
    mode: Word
    intensity: Word
    reps: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    tempo_s: Annotated[float, Field(strict=True, gt=0, le=600)] | None = None
    nutrition: Word | None = None


class MealTable(_Table):
    """One [[meal]]."""

    start_min: Minute
    carbs_g: Annotated[float, Field(strict=True, ge=0, le=2000)]


class InfusionTable(_Table):
    """One [[infusion]], from time zero on."""

    start_min: Annotated[float, Field(strict=True, ge=0, le=MONTH_MIN)]
    duration_min: Duration
    molecule: Word
    rate: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
    unit: Word


class ObservationTable(_Table):
    """One [[observation]]."""

    exerkine: Word
    site: Word
    time_min: Minute
    counted_from: Annotated[Literal["start", "end"], Field(alias="from")]
    value: Finite
    low: Finite | None = None
    high: Finite | None = None
    unit: Word
    record: Annotated[str, Field(pattern=f"^({_RECORD})?$", max_length=80)] = ""
    note: Text = ""


class StudyTable(_Table):
    """A whole Study file."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=80)]
    title: Word
    doi: Annotated[str, Field(max_length=200)] = ""
    source: Annotated[str, Field(max_length=80)] = ""
    use: Literal["fit", "check"]
    why_use: Text = ""
    grade: Literal["high", "medium", "low"] = "low"
    clock: Annotated[str, Field(pattern=f"^{_CLOCK}$")] | None = None
    assumptions: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    subject: dict[str, Any]
    bout: Annotated[tuple[BoutTable, ...], Field(max_length=2000)] = ()
    meal: Annotated[tuple[MealTable, ...], Field(max_length=500)] = ()
    infusion: Annotated[tuple[InfusionTable, ...], Field(max_length=500)] = ()
    observation: Annotated[tuple[ObservationTable, ...], Field(min_length=1, max_length=2000)]

    @property
    def clock_h(self) -> float | None:
        """Clock time of time zero in hours, None where the source does not say."""
        if self.clock is None:
            return None
        hours, minutes = map(int, self.clock.split(":"))
        return hours + minutes / 60


def read_study_table(content: Mapping[str, Any], *, file: str | Path | None = None) -> StudyTable:
    """Return a Study file's content, every field checked.

    Raises
    ------
    StudyError
        About the first field that is missing, misspelt or impossible.
    """
    table = validated(StudyTable, content, error=StudyError, file=file)
    try:
        _check_bouts(table.bout)
        for number, observation in enumerate(table.observation):
            _check_observation(observation, f"observation.{number}")
    except StudyError as error:
        raise error.located(file=file) from None
    return table


def parse_nutrition(text: str | None, *, field: str | None = None) -> Nutrition:
    """Read what a bout says about food.

    Examples
    --------
    >>> parse_nutrition("carbs 60g/h")
    Nutrition(state=None, carbs_g_per_h=60.0)
    >>> parse_nutrition("fed").state
    'fed'
    """
    if text is None:
        return Nutrition()
    if text == "fasted" or text == "fed":
        return Nutrition(state=text)
    match = _CARBS.fullmatch(text)
    if match is None:
        raise StudyError(
            f"nutrition = '{text[:40]}'",
            expected="'fasted', 'fed' or 'carbs 60g/h'",
            fix="choose one",
            field=field,
        )
    return Nutrition(carbs_g_per_h=float(match[1]))


def _check_bouts(bouts: Iterable[BoutTable]) -> None:
    for number, bout in enumerate(bouts):
        if bout.duration_min is None and bout.reps is None:
            raise StudyError(
                f"{bout.mode} without an end",
                expected="duration_min, or reps for a lifting set",
                fix="add 'duration_min = ...'",
                field=f"bout.{number}",
            )
        parse_nutrition(bout.nutrition, field=f"bout.{number}.nutrition")


def _check_observation(observation: ObservationTable, field: str) -> None:
    _check_name(observation.exerkine, EXERKINES, field=f"{field}.exerkine")
    _check_name(observation.site, (*SITES, *(site + CORRECTED for site in SITES)), field=f"{field}.site")
    _check_value(observation, field)
    low, high = observation.low, observation.high
    if low is not None and high is not None and low > high:
        raise StudyError(
            f"low = {low:g} above high = {high:g}", expected="low <= high", fix="swap them", field=field
        )


def _check_name(word: str, known: Iterable[str], *, field: str) -> None:
    known = tuple(known)
    if word not in known:
        name = field.rpartition(".")[2]
        raise StudyError(
            f"unknown {name} '{word}'", expected=f"a known {name}", fix=nearest(word, known), field=field
        )


def _check_value(observation: ObservationTable, field: str) -> None:
    """A ratio needs numbers above zero, and a change cannot take more than everything away."""
    unit, lowest = observation.unit, -100.0 if observation.unit == "percent_change" else 0.0
    if observation.value <= lowest:
        raise StudyError(
            f"value = {observation.value:g} {unit}",
            expected=f"more than {lowest:g}",
            fix="mend it",
            field=field,
        )
    if unit in RELATIVE_UNITS:
        return
    try:
        units.factor_to_any(unit, CONCENTRATIONS)
    except UnitError as error:
        raise StudyError(
            error.given,
            expected="an absolute unit such as 'pg/mL', or 'fold' or 'percent_change'",
            fix=nearest(
                unit, ("pg/mL", "ng/mL", "ug/mL", "nmol/L", "mmol/L", "ng/dL", "mg/L", *RELATIVE_UNITS)
            ),
            field=f"{field}.unit",
        ) from None
