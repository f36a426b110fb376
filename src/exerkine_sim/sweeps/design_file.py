"""A design as a file: what varies between which members, and what is kept of them, in TOML.

    title = "What an hour's run makes of IL-6"
    plan = "run.txt"                  # a file beside this one; or the text of a plan itself
    subject = "subject.toml"          # or a table; the shipped example when left out

    [sample]
    method = "sobol"                  # grid, list, random, latin, sobol, saltelli, morris
    n = 1024
    seed = 1

    [vary]
    "il6.clearance" = { low = 0.6, high = 1.5, scale = "log" }       # in its own unit
    "il6.basal" = "published"                                        # its own spread
    "subject.age_y" = { mean = 40, sd = 10 }
    "plan.duration" = { low = 0.5, high = 2.0, steps = 4 }           # steps for a grid
    "plan.fasted" = { values = [true, false] }

    [outputs]
    exerkines = ["il6"]
    metrics = ["c_max", "auc"]

    [population]
    n = 100
    seed = 3
    cohort = "adults.toml"            # drawn from norms; around the subject when left out

A list has ``[[rows]]`` in place of ``[vary]``, each with a value of everything that varies.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field

from ..errors import ExerkineError, InputError
from ..files import parse_toml as read
from ..files import read_toml, validated
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule, load_schedule, parse_schedule
from ..schedule.load import parse_toml
from ..shipped import params_folder
from ..subject import Cohort, Population, Subject, load_cohort, load_subject
from .design import Design
from .factor import MOST_VALUES, Value
from .form import Form, Given, Name, Number, Whole, factor_of, listed
from .outputs import USUAL_METRICS, Outputs
from .sampling import Sampling

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
MOST_FACTORS, MOST_ROWS = 500, MOST_VALUES
MOST_PLANS = 100


class _Sample(BaseModel, extra="forbid", frozen=True):
    method: str = "sobol"
    n: Whole | None = None
    seed: Whole = 0


class _Outputs(BaseModel, extra="forbid", frozen=True):
    exerkines: tuple[Name, ...] = ()
    sites: str = "blood"
    metrics: tuple[Name, ...] = USUAL_METRICS
    per: str = "block"
    above_fold: Number | None = None
    times_h: Annotated[tuple[Number, ...], Field(max_length=100_000)] = ()
    end_h: Number | None = None
    tolerance: Number = 1e-6
    clock: Annotated[bool, Field(strict=True)] = False


class _Population(BaseModel, extra="forbid", frozen=True):
    n: Whole
    seed: Whole = 0
    vary: tuple[Name, ...] | dict[Name, Number] | None = None
    uncertain: bool | int = False
    cohort: Name | dict[str, Any] | None = None


class _People(_Population, frozen=True):
    first: Whole


class _Design(BaseModel, extra="forbid", frozen=True):
    """What a file and a recipe have in common."""

    title: Annotated[str, Field(max_length=200)] = ""
    sample: _Sample = _Sample(method="grid")
    outputs: _Outputs = _Outputs()


class _File(_Design, BaseModel, frozen=True):
    plan: Text | None = None
    plans: Annotated[dict[Name, Text], Field(max_length=MOST_PLANS)] = {}
    subject: Name | dict[str, Any] | None = None
    vary: Annotated[dict[Name, Form | Name], Field(max_length=MOST_FACTORS)] = {}
    rows: Annotated[tuple[dict[Name, Given], ...], Field(max_length=MOST_ROWS)] = ()
    population: _Population | None = None


class _Recipe(_Design, frozen=True):
    """The same, every plan, person and number written out; plans and person as the TOML of their files."""

    plan: str
    plans: Annotated[dict[Name, str], Field(max_length=MOST_PLANS)]
    subject: str
    vary: Annotated[dict[Name, Form], Field(max_length=MOST_FACTORS)]
    rows: Annotated[tuple[tuple[Given, ...], ...], Field(max_length=MOST_ROWS)]
    population: _People | None


def read_design(path: Path, *, sampling: Sampling | None = None) -> Design:
    """Read a design file, or raise the error of the first fault, naming file and field."""
    table = validated(_File, read_toml(path, error=InputError), error=InputError, file=path)
    try:
        return _design(table, path.parent, sampling)
    except ExerkineError as error:
        raise error.located(file=path) from None


def _design(table: _File, folder: Path, sampling: Sampling | None) -> Design:
    parameters = load_parameters()
    plans = {name: _plan(text, folder) for name, text in table.plans.items()}
    if table.plan is None and not plans:
        raise InputError("'plan' is missing", expected="a plan", fix='plan = "run.txt"', field="plan")
    if table.rows and table.vary:
        raise InputError("rows and vary", expected="one of them", fix="rows name what varies", field="vary")
    names = tuple(table.rows[0] if table.rows else ())
    factors = [factor_of(name, form, parameters) for name, form in table.vary.items()]
    subject, population = _people(table, folder)
    return Design(
        next(iter(plans.values())) if table.plan is None else _plan(table.plan, folder),
        subject,
        factors=(*factors, *(listed(name, table.rows, parameters) for name in names)),
        sampling=Sampling(**table.sample.model_dump()) if sampling is None else sampling,
        rows=tuple(_row(row, names, place) for place, row in enumerate(table.rows, start=1)),
        outputs=Outputs(**table.outputs.model_dump()),
        population=population,
        plans=plans,
        title=table.title,
        parameters=parameters,
    )


def design_of(recipe: Mapping[str, Any], *, parameters: ParameterSet) -> Design:
    """Return the design that a recipe is of; see :meth:`exerkine_sim.sweeps.Design.from_recipe`."""
    table = validated(_Recipe, recipe, error=InputError)
    subject, many = _person_of(table.subject), table.population
    return Design(
        parse_toml(table.plan),
        subject,
        factors=tuple(factor_of(name, form, parameters, unit=form.unit) for name, form in table.vary.items()),
        sampling=Sampling(**table.sample.model_dump()),
        rows=table.rows,
        outputs=Outputs(**table.outputs.model_dump()),
        population=None if many is None else Population(subject, **many.model_dump()),
        plans={name: parse_toml(text) for name, text in table.plans.items()},
        title=table.title,
        parameters=parameters,
    )


def _person_of(text: str) -> Subject:
    return Subject.from_table(read(text, error=InputError), prefix="subject")


def _plan(text: str, folder: Path) -> Schedule:
    """Return the plan of a file, or of the text itself where it is no name of a file."""
    is_file = "\n" not in text and text.endswith((".txt", ".toml"))
    return load_schedule(folder / text) if is_file else parse_schedule(text)


def _people(table: _File, folder: Path) -> tuple[Subject, Population | None]:
    """Return the person, and the population around this one or of a cohort."""
    many = table.population
    if many is None or many.cohort is None:
        subject = _subject(table.subject, folder)
        return subject, None if many is None else Population(subject, **many.model_dump())
    if table.subject is not None:
        raise InputError("a subject and a cohort", expected="one of them", fix="leave the subject out")
    given = many.model_dump()
    cohort = given.pop("cohort")
    drawn_from = Cohort.from_table(cohort) if isinstance(cohort, Mapping) else load_cohort(folder / cohort)
    population = Population.of(drawn_from, **given)
    return population.subject, population


def _subject(given: str | Mapping[str, Any] | None, folder: Path) -> Subject:
    if isinstance(given, Mapping):
        return Subject.from_table(given, prefix="subject")
    return load_subject(params_folder() / "examples" / "subject.toml" if given is None else folder / given)


def _row(row: Mapping[str, Value], names: tuple[str, ...], number: int) -> tuple[Value, ...]:
    if set(row) != set(names):
        raise InputError(
            f"row {number} gives {', '.join(row)}", expected=f"{', '.join(names)} in every row", field="rows"
        )
    return tuple(row[name] for name in names)
