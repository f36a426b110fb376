"""From the numbers of members to what is kept of them: plan, person and parameters made, and simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ..batch import Batch, Part
from ..errors import ExerkineError, InputError
from ..measured import Gauge
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..subject import Subject
from .design import FIELD, FIELDS, PLAN, Design
from .factor import Value
from .feature import FEATURES, applied

OK, REFUSED = "ok", "refused"
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of some members.

    Parameters
    ----------
    values : ndarray, shape (n_members, n_factors)
        What each factor is; objects.
    numbers : mapping of str to ndarray, shape (n_members, n_windows, n_outputs)
    courses : ndarray, shape (n_members, n_times, n_outputs)
    status : list of str, length n_members
        ``ok``, or why a member failed; ``refused: ...`` where it could not even be made.
    """

    values: np.ndarray
    numbers: Mapping[str, np.ndarray]
    courses: np.ndarray
    status: list[str]

    @classmethod
    def nothing(cls, design: Design, values: np.ndarray) -> Kept:
        """Return room for as many members as there are rows of values, filled with NaN."""
        n, outputs = len(values), len(design.kept)
        return cls(
            values,
            {name: np.full((n, len(design.windows), outputs), np.nan) for name in design.outputs.metrics},
            np.full((n, len(design.outputs.times_h), outputs), np.nan),
            [REFUSED] * n,
        )

    def put(self, at: np.ndarray, found: Kept) -> None:
        """Take over what is kept of some of these members."""
        for name, numbers in found.numbers.items():
            self.numbers[name][at] = numbers
        self.courses[at] = found.courses
        for place, status in zip(at.tolist(), found.status, strict=True):
            self.status[place] = status

    def followed_by(self, other: Kept) -> Kept:
        """Return the members of both."""
        return Kept(
            np.concatenate([self.values, other.values]),
            {name: np.concatenate([one, other.numbers[name]]) for name, one in self.numbers.items()},
            np.concatenate([self.courses, other.courses]),
            self.status + other.status,
        )


@dataclass(frozen=True, slots=True)
class Made:
    """What a row of values makes.

    Parameters
    ----------
    plan : Schedule
    fields : mapping of str to value
        Of the person.
    numbers : mapping of str to float
        Parameters of the equations.
    outside : mapping of str to float
        Other parameters: of modes, lifts, norms and what drives the equations.
    """

    plan: Schedule
    fields: Mapping[str, Value] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    outside: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, design: Design, row: Sequence[Value]) -> Made:
        """Make what a row says, or raise the error of what cannot be."""
        given: dict[str, Any] = dict(zip(design.names, row, strict=True))
        plan = applied(design.plans[given.pop(PLAN)] if PLAN in given else design.plan, given)
        if plan.end_h > design.end_h:
            raise InputError(f"the plan lasts until {plan.end_h:g} h, beyond the end at {design.end_h:g} h")
        fields = {name.removeprefix(FIELD): given.pop(name) for name in FIELDS if name in given}
        numbers = {name: float(value) for name, value in given.items() if name not in FEATURES}
        equations = design.model.parameters
        return cls(
            plan,
            fields,
            {name: value for name, value in numbers.items() if name in equations},
            {name: value for name, value in numbers.items() if name not in equations},
        )


def gauge_of(design: Design, parameters: ParameterSet | None = None, *, threads: int | None = None) -> Gauge:
    """Return what measures the members of a design."""
    outputs = design.outputs
    return Gauge(
        design.model,
        design.parameters if parameters is None else parameters,
        design.kept,
        per=outputs.per,
        above_fold=outputs.above_fold,
        end_h=design.end_h,
        tolerance=outputs.tolerance,
        threads=threads,
    )


def simulated(design: Design, first: int, n: int, *, threads: int | None = None) -> Kept:
    """Simulate the members `first`, `first` + 1, ...; what is kept of each depends on its number alone."""
    point, person = np.divmod(np.arange(first, first + n), design.people)
    values, place = design.values(int(point[0]), int(point[-1] - point[0]) + 1), point - point[0]
    kept, drawn = Kept.nothing(design, values[place]), _Drawn.of(design, person)
    alike: dict[tuple, list[tuple[int, _Member]]] = {}
    for at, one in enumerate(_members(design, values, place, drawn.persons)):
        if isinstance(one, str):
            kept.status[at] = one
        else:
            alike.setdefault(tuple(one.made.outside.items()), []).append((at, one))
    for outside, ones in alike.items():
        parameters = design.parameters.with_values(dict(outside), note="sweep") if outside else None
        at = np.array([place for place, _ in ones])
        factors = {name: factor[at] for name, factor in drawn.factors.items()}
        gauge = gauge_of(design, parameters, threads=threads)
        kept.put(at, _solved(design, gauge, [one for _, one in ones], factors))
    return kept


class _Member(NamedTuple):
    """What a point made, and the person that it made of one."""

    made: Made
    person: Subject


def _members(
    design: Design, values: np.ndarray, place: np.ndarray, persons: Sequence[Subject]
) -> Iterator[_Member | str]:
    """Yield members, or why there is none; those of one point and person share theirs."""
    made = [_or_refusal(lambda row=row: Made.of(design, row)) for row in values]
    known: dict[tuple[int, int], Subject | str] = {}
    for at, person in zip(place.tolist(), persons, strict=True):
        one = made[at]
        if isinstance(one, str):
            yield one
            continue
        key = at if one.fields else -1, id(person)
        if key not in known:
            known[key] = _or_refusal(lambda one=one, person=person: replace(person, **one.fields))
        resized = known[key]
        yield resized if isinstance(resized, str) else _Member(one, resized)


def _or_refusal(make: Callable[[], Thing]) -> Thing | str:
    try:
        return make()
    except ExerkineError as error:
        return f"{REFUSED}: {error.given}"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Persons side by side, and what their constants are multiplied by."""

    persons: Sequence[Subject]
    factors: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, design: Design, number: np.ndarray) -> _Drawn:
        if design.population is None:
            return cls([design.subject] * len(number))
        low = int(number.min())
        part = design.population.part(low, int(number.max()) - low + 1)
        factors = part.factors(design.parameters, equations=design.model.parameters)
        persons, at = part.subjects(design.parameters), number - low
        known = {name: one[at] for name, one in factors.items() if name in design.model.constants}
        return cls([persons[place] for place in at.tolist()], known)


def _solved(
    design: Design,
    gauge: Gauge,
    ones: Sequence[_Member],
    factors: Mapping[str, np.ndarray],
) -> Kept:
    """Solve members together; where some cannot be driven, in halves, until these are found."""
    try:
        return _together(design, gauge, ones, factors)
    except ExerkineError as error:
        if len(ones) == 1:
            none = Kept.nothing(design, np.empty((1, 0), dtype=object))
            return replace(none, status=[f"{REFUSED}: {error.given}"])
        half = len(ones) // 2
        return reduce(
            Kept.followed_by,
            (
                _solved(design, gauge, ones[part], {name: one[part] for name, one in factors.items()})
                for part in (slice(half), slice(half, None))
            ),
        )


def _together(
    design: Design,
    gauge: Gauge,
    ones: Sequence[_Member],
    factors: Mapping[str, np.ndarray],
) -> Kept:
    outputs = design.outputs
    names = ones[0].made.numbers
    values = {name: np.array([one.made.numbers[name] for one in ones]) for name in names}
    part = Part(np.arange(len(ones)), [(one.made.plan, one.person) for one in ones], factors, values)
    kept = Kept.nothing(design, np.empty((len(ones), 0), dtype=object))
    if outputs.metrics:
        found = gauge.measure(part)
        numbers = {name: found.numbers[name] for name in outputs.metrics}
        kept = replace(kept, numbers=numbers, status=found.status.tolist())
    if outputs.times_h:
        kept = _with_courses(kept, gauge, part, np.array(outputs.times_h))
    return kept


def _with_courses(kept: Kept, gauge: Gauge, part: Part, times: np.ndarray) -> Kept:
    """Return the same with the concentrations at some times."""
    batch = Batch(gauge.model, gauge.parameters, times, gauge.end_h, gauge.tolerance, threads=gauge.threads)
    arrays = batch.solve(part)
    exerkines, sites = arrays["exerkine"].tolist(), arrays["site"].tolist()
    places = [(exerkines.index(one.exerkine), sites.index(one.site)) for one in gauge.outputs]
    courses = np.stack([arrays["concentration"][:, :, i, j] for i, j in places], axis=-1)
    return replace(kept, courses=courses, status=arrays["status"].tolist())
