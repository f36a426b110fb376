"""A stored Solution made again from what its file says, and held against it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, Field

from .agreement import differences as differences_between
from .agreement import identical, others
from .errors import ExerkineError, InputError
from .files import parse_toml as toml_of
from .files import validated
from .manifest import FORMAT
from .model import Model
from .parameters import Parameter, ParameterSet, load_parameters
from .physiology import default_model
from .recipe import differences
from .schedule import Schedule
from .schedule.load import parse_toml
from .simulate import simulate
from .solution import Solution
from .stored import load_solution
from .subject import Population, Subject
from .subject.population import MAX_MEMBERS

if TYPE_CHECKING:
    import pandas as pd

# How far two platforms may lie apart; docs/reproducibility.md says what was measured.
TIMES_THE_TOLERANCE, LEAST_TOLERANCE = 10.0, 1e-7
SURROUNDINGS = ("exerkine_sim", "python", "libraries", "platform", "model", "varied", "uncertain")


@dataclass(frozen=True)
class Rerun:
    """A Solution, and what was made again from what it says of itself.

    Parameters
    ----------
    before, after : Solution
    changes : tuple of str
        What differs between how the two came about: versions, platform, equations.
    numbers : tuple of str
        Parameters of which this version has other values; those of `before` were used.
    """

    before: Solution
    after: Solution
    changes: tuple[str, ...]
    numbers: tuple[str, ...]

    @cached_property
    def identical(self) -> bool:
        """Whether all numbers are the same, to the last bit."""
        return identical(self.before, self.after)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """How far each molecule lies apart at most: :func:`exerkine_sim.agreement.differences`."""
        return differences_between(self.before, self.after)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Which other arrays differ, on the same platform at all: :func:`exerkine_sim.agreement.others`."""
        return others(self.before, self.after, allowed=self.allowed if self.changes else 0.0)

    @property
    def allowed(self) -> float:
        """By how much numbers may differ where versions or platform do: ten times the tolerance, or 1e-7."""
        return max(TIMES_THE_TOLERANCE * self.before.manifest["settings"]["tolerance"], LEAST_TOLERANCE)

    @property
    def verdict(self) -> Literal["identical", "within tolerance", "differs"]:
        """What became of it; on the same platform, with the same versions, only identical will do."""
        if self.identical:
            return "identical"
        near = not self.others and bool(self.differences["difference"].max() <= self.allowed)
        return "within tolerance" if near and self.changes else "differs"


def rerun(
    solution: str | Path | Solution,
    *,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    progress: Callable[[float], None] | None = None,
) -> Rerun:
    """Simulate a Solution again from what it says of itself, and compare the two.

    Parameters
    ----------
    solution : path or Solution
    parameters : ParameterSet, optional
        Where it was made with numbers that the shipped set has not; values are those of the Solution.
    model : Model, optional
        The equations it was made with, where they are not the shipped ones.
    progress : callable, optional
        Called with the fraction that is done.

    Returns
    -------
    Rerun

    Raises
    ------
    InputError
        When it does not say enough, or cannot be believed.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"), subject)
    >>> xk.rerun(solution).verdict
    'identical'
    """
    file = None if isinstance(solution, Solution) else Path(solution)
    before = solution if isinstance(solution, Solution) else load_solution(solution)
    try:
        recipe = _recipe_of(before)
        shipped = load_parameters() if parameters is None else parameters
        numbers = _numbers(recipe, shipped)
        after = simulate(
            *_members(recipe),
            parameters=shipped | ParameterSet(numbers),
            model=_model(recipe) if model is None else model,
            times_h=before.times_h,
            exerkines=None if "state" in before.arrays else before.exerkines,
            progress=progress,
            **recipe.settings.model_dump(),
        )
    except ExerkineError as error:
        raise error.located(file=file) from None
    made, again = ({name: one.manifest[name] for name in SURROUNDINGS} for one in (before, after))
    told = tuple(_told(name, shipped, one) for name, one in numbers.items())
    return Rerun(before, after, tuple(differences(made, again)), told)


class _Settings(BaseModel, extra="forbid"):
    end_h: float
    tolerance: float
    engine: str


class _People(BaseModel, extra="forbid"):
    n: int
    seed: int
    first: int
    uncertain: int
    vary: dict[str, float] | list[str] | None
    cohort: dict[str, Any] | None = None


class _Shipped(BaseModel, extra="forbid"):
    held: list[str]
    injected: list[str]
    clock: bool


class _Equations(BaseModel):
    digest: str
    recipe: _Shipped | None


class _Numbers(BaseModel):
    values: dict[str, tuple[float, str]]


class _Member(BaseModel, extra="forbid"):
    plan: Annotated[int, Field(ge=0)]
    subject: Annotated[int, Field(ge=0)]


class _Recipe(BaseModel):
    """What of a manifest makes a Solution again."""

    format: int
    settings: _Settings
    population: _People | None
    model: _Equations
    parameters: _Numbers
    plans: Annotated[list[str], Field(min_length=1)]
    subjects: Annotated[list[str], Field(min_length=1)]
    members: Annotated[list[_Member], Field(min_length=1, max_length=MAX_MEMBERS)]


def _recipe_of(solution: Solution) -> _Recipe:
    """Return what a Solution says of itself, or refuse what does not make it again."""
    anew = "run the plan again"
    try:
        manifest = solution.manifest
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict):
        raise InputError("its manifest is no JSON table", fix=anew, field="manifest")
    if "fit" in manifest:
        raise InputError(
            "a prediction of a fit, which follows from the fit and its draws",
            expected="what exerkine-sim run or simulate made",
            fix="fit again with the same samples and seed: exerkine-sim fit",
        )
    if manifest.get("format") != FORMAT:
        raise InputError(
            f"a manifest of format {json.dumps(manifest.get('format'))[:40]}",
            expected=f"format {FORMAT}, as this version writes and reads it",
            fix=f"use the version that made it, or {anew}",
            field="manifest.format",
        )
    recipe = validated(_Recipe, manifest, error=InputError, prefix="manifest")
    if missing := [name for name in SURROUNDINGS if name not in manifest]:
        raise InputError(f"'{missing[0]}' is missing", fix=anew, field="manifest")
    if recipe.population is not None and recipe.population.n != len(recipe.members):
        raise InputError(
            f"a population of n = {recipe.population.n}",
            expected=f"its {len(recipe.members)} member{'s' * (len(recipe.members) != 1)}",
            fix=anew,
            field="manifest.population.n",
        )
    if len(recipe.members) != len(solution.arrays["member"]):
        raise InputError(
            f"{len(solution.arrays['member'])} of {len(recipe.members)} members",
            expected="all that were simulated",
            fix="run the whole file again",
            field="member",
        )
    return recipe


def _members(recipe: _Recipe) -> tuple[Schedule | list[Schedule], Population | list[Subject]]:
    """Return the plans and the people, those that members share once."""
    plans = [parse_toml(text) for text in recipe.plans]
    people = [_person(text) for text in recipe.subjects]
    for member in recipe.members[:1] if recipe.population else recipe.members:
        if member.plan >= len(plans) or member.subject >= len(people):
            raise InputError(
                "a member without plan or person", fix="run the plan again", field="manifest.members"
            )
    if recipe.population is not None:
        return plans[0], Population(people[0], **recipe.population.model_dump(exclude_none=True))
    return [plans[one.plan] for one in recipe.members], [people[one.subject] for one in recipe.members]


def _person(text: str) -> Subject:
    try:
        return Subject.from_table(toml_of(text, error=InputError))
    except InputError as problem:
        raise InputError(f"a person that is none: {problem}"[:300], field="manifest.subjects") from None


def _model(recipe: _Recipe) -> Model:
    if recipe.model.recipe is None:
        raise InputError(
            "it was made with equations of your own",
            expected="the shipped ones, which a file can name",
            fix="in Python: exerkine_sim.rerun(file, model=..., parameters=...) with those it was made with",
            field="manifest.model",
        )
    return default_model(**recipe.model.recipe.model_dump())


def _numbers(recipe: _Recipe, shipped: ParameterSet) -> dict[str, Parameter]:
    """Return the parameters that had other values than they have."""
    moved = {}
    for name, (value, unit) in recipe.parameters.values.items():
        if name not in shipped:
            raise InputError(
                f"a number that this version has not: '{name}' = {value:g} {unit}",
                expected="numbers of params/",
                fix="in Python: exerkine_sim.rerun(file, parameters=...) with those it was made with",
                field="manifest.parameters",
            )
        one = shipped[name]
        if (one.value, one.unit) != (value, unit):
            told = {"basis": "assumed", "spread": {"kind": "none"}, "note": "as the solution has it"}
            moved[name] = replace(one, value=value, unit=unit, **told)
    return moved


def _told(name: str, shipped: ParameterSet, had: Parameter) -> str:
    has = shipped[name]
    return f"{name} was {had.value:g} {had.unit} and is {has.value:g} {has.unit}"
