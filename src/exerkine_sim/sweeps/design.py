"""What varies, between which members, and what is kept of each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..manifest import sessions_of
from ..measured import Output, outputs_of
from ..metrics import WINDOWS
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule
from ..simulate import model_for, varied_in
from ..subject import Population, Subject
from ..times import checked_times, end_of
from .check import check_factors, check_points
from .factor import Factor, Value, Values, plain
from .outputs import Outputs, one_word
from .sampling import MOST_POINTS, Sampling

# What a chunk may take of memory, and of hours simulated: little is lost when a sweep is killed.
CHUNK_BYTES, CHUNK_HOURS, FEWEST, MOST = 4_000_000, 131_072.0, 16, 4096
BLOOD = ("blood", "plasma", "serum")


@dataclass(frozen=True)
class Design:
    """Members that differ as a list of factors says, and what is kept of each.

    Members are numbered from 0. With a Population, each point of the factors is lived through by all of its
    people: the number of a member is that of its point times the people, plus that of the person.

    Parameters
    ----------
    plan : Schedule
        What happens.
    subject : Subject
    factors : sequence of Factor
    sampling : Sampling
    rows : sequence of sequence of value, shape (n_points, n_factors)
        The points of a ``list``.
    outputs : Outputs
    population : Population, optional
        People around `subject`, every point with the same ones.
    plans : mapping of str to Schedule
        Those that a factor ``plan`` chooses among.
    title : str
    parameters : ParameterSet, optional
        The shipped ones when left out.
    own_model : Model, optional
        Equations in place of the shipped physiology, whose numbers `parameters` has.

    Raises
    ------
    InputError
        For what cannot vary, with the nearest names, and for what cannot be kept.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.sweeps import Factor, Range, Sampling
    >>> person = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> plan = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> longer = Factor("plan.duration", Range(0.5, 2.0))
    >>> design = Design(plan, person, factors=[longer], sampling=Sampling("sobol", n=64, seed=1))
    >>> len(design), design.values(0, 2).shape
    (64, (2, 1))
    """

    plan: Schedule
    subject: Subject
    factors: tuple[Factor, ...] = field(kw_only=True)
    sampling: Sampling = field(kw_only=True)
    rows: tuple[tuple[Value, ...], ...] = field(default=(), kw_only=True)
    outputs: Outputs = field(default=Outputs(), kw_only=True)
    population: Population | None = field(default=None, kw_only=True)
    plans: Mapping[str, Schedule] = field(default_factory=dict, kw_only=True)
    title: str = field(default="", kw_only=True)
    parameters: ParameterSet = field(default_factory=load_parameters, kw_only=True, repr=False)
    own_model: Model | None = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "factors", tuple(self.factors))
        object.__setattr__(self, "rows", tuple(tuple(map(plain, row)) for row in self.rows))
        check_factors(self)
        check_points(self)
        if not 0 < len(self) <= MOST_POINTS:
            raise InputError(
                f"{len(self):,} members", expected=f"1 to {MOST_POINTS:,}", fix="take fewer", field="sample"
            )
        if self.population is not None:
            self._check_people(self.population)
        if self.outputs.times_h:
            checked_times(self.outputs.times_h, self.end_h)
        _ = self.end_h, self.windows, self.kept  # refuse what cannot be kept, before the work

    def __len__(self) -> int:
        """How many members there are."""
        return self.points * self.people

    @property
    def people(self) -> int:
        """How many live through each point."""
        return 1 if self.population is None else self.population.n

    @cached_property
    def points(self) -> int:
        """How many points the factors make."""
        return len(self.rows) if self.sampling.method == "list" else self.sampling.size(self.sizes)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the factors."""
        return tuple(one.name for one in self.factors)

    @property
    def every_plan(self) -> tuple[Schedule, ...]:
        """The plan, and those that a factor chooses among."""
        return (self.plan, *self.plans.values())

    @cached_property
    def model(self) -> Model:
        """The equations that all members share."""
        if self.own_model is not None:
            return self.own_model
        return model_for(self.every_plan, clock=self.outputs.clock)

    @cached_property
    def end_h(self) -> float:
        """Where every simulation ends, in hours from the first midnight.

        A plan that a factor makes longer than this is refused, member by member.
        """
        return end_of(self.every_plan, self.outputs.end_h)

    @cached_property
    def kept(self) -> tuple[Output, ...]:
        """The molecules at their sites of which something is kept."""
        for name in self.outputs.exerkines:
            one_word("outputs.exerkines", name, self.model.exerkines)
        every = outputs_of(self.model, self.parameters, self.outputs.exerkines or self.model.exerkines)
        if self.outputs.sites == "all":
            return every
        first: dict[str, Output] = {}
        for one in every:
            if one.site in BLOOD:
                first.setdefault(one.exerkine, one)
        return tuple(first.values())

    @cached_property
    def windows(self) -> tuple[str, ...]:
        """The sessions that numbers are kept of; one without a name where they are of the whole time."""
        found = {self.windows_of(plan) for plan in self.every_plan}
        if len(found) > 1 or (self.outputs.per != "block" and "plan.sessions_a_week" in self.names):
            raise InputError(
                f"per = {self.outputs.per!r} with plans of different sessions",
                expected="the same sessions in every plan",
                fix="per = 'block'",
                field="outputs.per",
            )
        if found == {()}:
            raise InputError("a plan without sessions", fix="per = 'block'", field="outputs.per")
        return found.pop()

    def windows_of(self, plan: Schedule) -> tuple[str, ...]:
        """Return the sessions of a plan that numbers would be kept of."""
        if self.outputs.per == "block":
            return ("",)
        return tuple(name for name, *_ in WINDOWS[self.outputs.per](sessions_of(plan), self.end_h))

    @cached_property
    def chunk(self) -> int:
        """How many members are kept together: a power of two that follows from what is kept."""
        numbers = len(self.outputs.metrics) * len(self.windows) + len(self.outputs.times_h)
        most = min(CHUNK_BYTES / (8 * max(1, numbers * len(self.kept))), CHUNK_HOURS / self.end_h)
        return max(FEWEST, min(MOST, 2 ** int(math.log2(max(1.0, most)))))

    def values(self, first: int, n: int) -> np.ndarray:
        """Return what each factor is in the points `first`, `first` + 1, ..., shape (n, n_factors), objects.

        Each is a function of the design and the number of the point alone.
        """
        found = np.empty((n, len(self.factors)), dtype=object)
        if self.sampling.method == "list":
            found[:] = self.rows[first : first + n]
            return found
        cube = self.sampling.cube(self.names, sizes=self.sizes, first=first, n=n)
        for column, factor in enumerate(self.factors):
            found[:, column] = factor.at(cube[:, column])
        return found

    def sampled(self, sampling: Sampling) -> Design:
        """Return the same design with its points chosen otherwise."""
        return replace(self, sampling=sampling, rows=())

    def recipe(self) -> dict[str, Any]:
        """Return everything that the members follow from, ready for JSON; parameters by name alone."""
        return {
            "title": self.title,
            "plan": self.plan.to_toml(),
            "plans": {name: plan.to_toml() for name, plan in self.plans.items()},
            "subject": self.subject.to_toml(),
            "sample": self.sampling.table(),
            "vary": {one.name: {**one.distribution.table(), "unit": one.unit} for one in self.factors},
            "rows": [list(row) for row in self.rows],
            "outputs": {name: getattr(self.outputs, name) for name in Outputs.__slots__},
            "population": None if self.population is None else self.population.recipe(),
        }

    @classmethod
    def from_recipe(cls, recipe: Mapping[str, Any], *, parameters: ParameterSet | None = None) -> Design:
        """Return the design that a recipe is of.

        Parameters
        ----------
        recipe : mapping
            As :meth:`recipe` returns it, and a store keeps it under ``design``.
        parameters : ParameterSet, optional
            The shipped ones when left out.

        Raises
        ------
        InputError
            For anything else, naming the field.
        """
        from .design_file import design_of

        return design_of(recipe, parameters=load_parameters() if parameters is None else parameters)

    def _check_people(self, population: Population) -> None:
        if population.subject != self.subject:
            raise InputError(
                "a population around another person",
                expected="the subject of the design in its middle",
                fix="Population(subject, ...) with the same subject",
                field="population",
            )
        varied_in(population, self.model, self.parameters)

    @cached_property
    def sizes(self) -> list[int]:
        """How many values each factor has; 0 where there is no end of them."""
        distributions = [one.distribution for one in self.factors]
        return [len(one.values) if isinstance(one, Values) else 0 for one in distributions]


def load_design(path: str | Path, *, sampling: Sampling | None = None) -> Design:
    """Read a design file; see :mod:`exerkine_sim.sweeps.design_file` for its form.

    Parameters
    ----------
    path : path
    sampling : Sampling, optional
        In the place of the file's own.

    Raises
    ------
    InputError
        For the first fault, naming file and field.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... plan = "Mon 07:00 run 60m 70% VO2max"
    ... [vary]
    ... "plan.duration" = { values = [0.5, 1.0] }
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "design.toml")
    ...     _ = file.write_text(text)
    ...     len(load_design(file))
    2
    """
    from .design_file import read_design

    return read_design(Path(path), sampling=sampling)
