"""People like one person, or of a Cohort: how they differ is drawn for each by seed and number."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from operator import index
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import InputError
from ..parameters import Parameter, ParameterSet, load_parameters
from ..uncertainty import drawn, log_normal, uniform
from .cohort import Cohort
from .limits import RANGES
from .person import Subject
from .vary import FIELDS, PREFIX, QUANTITIES, Spread, Vary, check_free, checked_vary, named

MAX_MEMBERS, MAX_SEED = 10_000_000, 2**63 - 1
BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"n": (1, MAX_MEMBERS), "seed": (0, MAX_SEED), "first": (0, MAX_SEED), "uncertain": (0, MAX_MEMBERS)}
)


@dataclass(frozen=True, slots=True)
class Population:
    """People like one person, or drawn from a Cohort, who differ as people do.

    The parameters of the equations (clearances, releases, resting levels), blood volume and lactate
    threshold differ from member to member by independent log-normal factors with median 1; how much is in
    ``params/variability.toml``, each number with its source. Sex, age, size, VO2max and strength are the
    person's own, so that the spread is what is not known about a person of whom these are known. A member
    is a function of `seed` and its number alone: not of `n`, nor of what else varies.

    Parameters
    ----------
    subject : Subject
        The person in the middle.
    n : int
        Members.
    seed : int
        From 0.
    vary : sequence of str, or mapping of str to float, optional
        What differs, in place of the whole file. Names: a module (``"il6"``), a parameter
        (``"il6.clearance"``), ``"subject.blood_volume"``, ``"subject.lactate_threshold"``, and of the
        person ``"subject.body_mass_kg"``, ``"subject.vo2max_ml_kg_min"``, ``"subject.body_fat_percent"``.
        A mapping also says how much: the standard deviation of the natural logarithm.
    first : int
        Number of the first member, so that a part of a population is a population.
    uncertain : bool or int
        Whether the numbers of the equations are drawn too, from what is believed of them once the trials
        have spoken (see :func:`exerkine_sim.uncertainty.drawn`). True draws them for each member anew:
        how wide the answer is for one person. A number makes that many members in a row share a draw, as the
        people of one trial share the truth: their mean then says how wide the answer is for such a group.
    cohort : Cohort, optional
        Of whom members are drawn, each with sex, age, size, VO2max and muscle of their own; `subject` then
        only stands for them. See :meth:`of`.

    Raises
    ------
    InputError
        For numbers that make no population.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> person = Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max=45)
    >>> factors = Population(person, n=100, seed=7).factors(load_parameters())
    >>> alone = Population(person, n=1, seed=7, first=42, vary=["il6.clearance"]).factors(load_parameters())
    >>> bool(factors["il6.clearance"][42] == alone["il6.clearance"][0])
    True
    """

    subject: Subject
    n: int = field(kw_only=True)
    seed: int = field(kw_only=True)
    vary: Vary = field(default=None, kw_only=True, hash=False)
    first: int = field(default=0, kw_only=True)
    uncertain: int = field(default=0, kw_only=True)
    cohort: Cohort | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.subject, Subject):
            drawn_from = isinstance(self.subject, Cohort)
            raise InputError(
                f"a {type(self.subject).__name__} as subject",
                expected="a Subject",
                fix="Population.of(cohort, n=..., seed=...)" if drawn_from else "see load_subject",
                field="subject",
            )
        sharing = int(self.uncertain) if isinstance(self.uncertain, bool) else self.uncertain
        object.__setattr__(self, "uncertain", sharing)
        for name, (low, high) in BOUNDS.items():
            object.__setattr__(self, name, whole_number(name, getattr(self, name), low=low, high=high))
        object.__setattr__(self, "vary", checked_vary(self.vary))
        if isinstance(self.cohort, Mapping):  # as a recipe has it
            object.__setattr__(self, "cohort", Cohort.from_table(self.cohort))
        if self.cohort is not None:
            check_free(self.vary or ())

    @classmethod
    def of(cls, cohort: Cohort, *, parameters: ParameterSet | None = None, **options: Any) -> Population:
        """Return people drawn from a cohort.

        Parameters
        ----------
        cohort : Cohort
        parameters : ParameterSet, optional
            Its norms make the person in the middle; the shipped ones when left out.
        **options
            n, seed, vary, first and uncertain, as for a Population of people like one.

        Examples
        --------
        >>> people = Population.of(Cohort(female=1.0, age_y=(20, 30)), n=3, seed=1)
        >>> [person.sex for person in people.subjects(load_parameters())]
        ['female', 'female', 'female']
        """
        norms = load_parameters() if parameters is None else parameters
        return cls(cohort.middle(norms), cohort=cohort, **options)

    def __reduce__(self) -> tuple[Callable[..., Population], tuple[Subject, dict[str, Any]]]:
        return _built_from, (self.subject, self.recipe())

    def recipe(self) -> dict[str, Any]:
        """Return what, beside the person, builds this population again: plain values, ready for JSON."""
        given = self.vary
        vary = dict(given) if isinstance(given, Mapping) else None if given is None else list(given)
        numbers = {name: getattr(self, name) for name in BOUNDS}
        cohort = {} if self.cohort is None else {"cohort": self.cohort.recipe()}
        return {**numbers, "vary": vary, **cohort}

    def part(self, start: int, n: int) -> Population:
        """Return `n` members from the `start`-th on, fewer at the end."""
        return replace(self, first=self.first + start, n=min(n, self.n - start))

    def spreads(self, parameters: ParameterSet) -> Mapping[str, Spread]:
        """Return what varies and how much.

        Raises
        ------
        InputError
            For a name that `params/variability.toml` has nothing on, with the nearest ones.
        """
        if isinstance(self.vary, Mapping):
            return {name: Spread(sigma, "given") for name, sigma in self.vary.items()}
        known = {
            name.removeprefix(PREFIX): Spread(one.to("1"), one.basis)
            for name, one in parameters.items()
            if name.startswith(PREFIX)
        }
        if self.vary is None or self.cohort is not None:
            known = {name: spread for name, spread in known.items() if name not in FIELDS}
        if self.vary is None:
            return known
        return {name: known[name] for group in self.vary for name in named(group, known)}

    def factors(
        self, parameters: ParameterSet, *, equations: Collection[str] = ()
    ) -> Mapping[str, np.ndarray]:
        """Return what each member's quantities are multiplied by: name to factors, shape (n,).

        Parameters
        ----------
        parameters : ParameterSet
        equations : collection of str
            Parameters of the equations, which are drawn too where the population is uncertain.
        """
        numbers = self._numbers(equations, parameters)
        people = {
            moved: factor
            for name, spread in self.spreads(parameters).items()
            if name not in FIELDS
            for factor in [self._factor(name, spread, below=self._bound(name, parameters, numbers))]
            for moved in QUANTITIES.get(name, (name,))
        }
        return people | {name: people.get(name, 1.0) * factor for name, factor in numbers.items()}

    def _numbers(self, equations: Collection[str], parameters: ParameterSet) -> Mapping[str, np.ndarray]:
        """Return what the members' draws of uncertain numbers multiply these by; nothing where none is."""
        if self.uncertain == 0:
            return {}
        draw = (self.first + np.arange(self.n)) // self.uncertain
        first, last = int(draw[0]), int(draw[-1])
        made = drawn(equations, parameters, seed=self.seed, first=first, n=last - first + 1)
        return {name: factors[draw - first] for name, factors in made.items()}

    def subjects(self, parameters: ParameterSet) -> list[Subject]:
        """Return the members as Subjects: one and the same, unless of a cohort, or fields of the person vary.

        Then what is estimated from norms is estimated once, for the person in the middle; maximal loads
        follow body mass, functional threshold power follows oxygen uptake.
        """
        if self.cohort is not None:
            return self.cohort.subjects(parameters, seed=self.seed, first=self.first, n=self.n)
        spreads = {name: one for name, one in self.spreads(parameters).items() if name in FIELDS}
        if not spreads:
            return [self.subject] * self.n
        middle, ones = self.subject.with_estimates(parameters), np.ones(self.n)
        columns = [self._factor(name, spreads[name]) if name in spreads else ones for name in FIELDS]
        return [_resized(middle, *row) for row in zip(*(one.tolist() for one in columns), strict=True)]

    def _factor(self, name: str, spread: Spread, *, below: float | np.ndarray = math.inf) -> np.ndarray:
        return log_normal(uniform(self.seed, name, first=self.first, n=self.n), spread.sigma_ln, below=below)

    def _bound(
        self, name: str, parameters: ParameterSet, numbers: Mapping[str, np.ndarray]
    ) -> float | np.ndarray:
        """Return what a factor must stay below: fractions remain below 1, drawn ones too."""
        if name == "subject.lactate_threshold":
            return self._highest_threshold(name, parameters)
        known = name in parameters and _is_fraction(parameters[name])
        return 1 / (parameters[name].value * numbers.get(name, 1.0)) if known else math.inf

    def _highest_threshold(self, name: str, parameters: ParameterSet) -> float | np.ndarray:
        """Return what makes each member's threshold, that of their training status, all of VO2max."""
        if self.cohort is None:
            return 1 / parameters[f"{name}.{self.subject.training}"].to("1")
        training = self.cohort.traits(seed=self.seed, first=self.first, n=self.n).training
        return np.array([1 / parameters[f"{name}.{word}"].to("1") for word in training])


def _is_fraction(one: Parameter) -> bool:
    """Return whether a number cannot pass 1: dimensionless, and published at most up to there."""
    return one.unit == "1" and 0 < one.value < 1 and one.spread.get("high", math.inf) <= 1


def _resized(person: Subject, mass: float, vo2max: float, fat: float) -> Subject:
    """Return the person with fields multiplied, none beyond what a field may hold."""
    factors = {"body_mass_kg": mass, "vo2max_ml_kg_min": vo2max, "body_fat_percent": fat}
    factors |= {"ftp_w": mass * vo2max} if person.ftp_w is not None else {}
    fields = {name: _held(name, getattr(person, name) * factor) for name, factor in factors.items()}
    loads = {lift: _held("one_rm_kg", load * mass) for lift, load in person.one_rm_kg.items()}
    return replace(person, **fields, one_rm_kg=loads)


def _held(name: str, value: float) -> float:
    low, high = RANGES[name]
    return min(max(value, low), high)


def whole_number(name: str, value: Any, *, low: int, high: int) -> int:
    """Return a whole number within bounds, or raise InputError naming the field."""
    try:
        number = low - 1 if isinstance(value, bool) else index(value)
    except TypeError:
        number = low - 1
    if not low <= number <= high:
        raise InputError(
            f"{name} = {str(value)[:40]}",
            expected=f"a whole number from {low} to {high}",
            fix=f"give such a number as {name}",
            field=name,
        )
    return number


def _built_from(subject: Subject, recipe: Mapping[str, Any]) -> Population:
    return Population(subject, **recipe)
