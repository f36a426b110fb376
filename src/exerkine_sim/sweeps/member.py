"""From the numbers of members to what is kept of them: plan, person and parameters made, and simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

import numpy as np

from ..batch import Batch, Part
from ..errors import ExerkineError, InputError
from ..measured import Gauge
from ..schedule import Schedule
from ..subject import Subject
from .check import FIELD, FIELDS, PLAN
from .design import Design
from .factor import Value
from .feature import FEATURES, applied

OK, REFUSED = "ok", "refused"
Thing = TypeVar("Thing")
Outside = tuple[tuple[str, float], ...]  # parameters that are not of the equations, and what they are
Member = tuple[Schedule, Subject]


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

    @classmethod
    def joined(cls, parts: Sequence[Kept]) -> Kept:
        """Return the members of all parts, in their order."""
        return cls(
            np.concatenate([one.values for one in parts]),
            {name: np.concatenate([one.numbers[name] for one in parts]) for name in parts[0].numbers},
            np.concatenate([one.courses for one in parts]),
            [status for one in parts for status in one.status],
        )


def simulated(design: Design, first: int, n: int, *, threads: int | None = None) -> Kept:
    """Simulate the members `first`, `first` + 1, ...; what is kept of each depends on its number alone."""
    point, person = np.divmod(np.arange(first, first + n), design.people)
    values = design.values(int(point[0]), int(point[-1] - point[0]) + 1)[point - point[0]]
    kept, drawn = Kept.nothing(design, values), _Drawn.of(design, person)
    own, groups = _of_equations(design, values), dict[Outside, dict[int, Member]]()
    below = _below_zero(design, own)
    for at, (made, outside) in enumerate(_members(design, values, drawn.persons)):
        if isinstance(made, str) or at in below:
            kept.status[at] = made if isinstance(made, str) else below[at]
        else:
            groups.setdefault(outside, {})[at] = made
    for outside, members in groups.items():
        at = np.array([*members])
        part = Part(at, [*members.values()], _at(at, drawn.factors), _at(at, own))
        kept.put(at, _solved(design, _gauge(design, outside, threads), part))
    return kept


def _members(
    design: Design, values: np.ndarray, persons: Sequence[Subject]
) -> Iterator[tuple[Member | str, Outside]]:
    """Yield plan and person of each member, or why there is none, and its parameters outside the equations.

    Members with the same features share a plan, and those with the same fields a person, so that what
    follows from these is found once.
    """
    features = [name for name in design.names if name == PLAN or name in FEATURES]
    fields = [name for name in design.names if name in FIELDS]
    own = {*features, *fields, *design.model.parameters}
    others = [name for name in design.names if name not in own]
    known = {id(one): one for one in persons}

    @cache
    def plan_of(row: tuple[Value, ...]) -> Schedule | str:
        return _or_refusal(lambda: _plan(design, dict(zip(features, row, strict=True))))

    @cache
    def person_of(row: tuple[Value, ...], key: int) -> Subject | str:
        given = {name.removeprefix(FIELD): value for name, value in zip(fields, row, strict=True)}
        return _or_refusal(lambda: replace(known[key], **given) if given else known[key])

    rows = (_rows(design, values, names) for names in (features, fields, others))
    for feature, about, outside, one in zip(*rows, persons, strict=True):
        plan, person = plan_of(feature), person_of(about, id(one))
        if isinstance(plan, str) or isinstance(person, str):
            yield plan if isinstance(plan, str) else str(person), ()
        else:
            yield (plan, person), tuple(zip(others, outside, strict=True))


def _rows(design: Design, values: np.ndarray, names: Sequence[str]) -> list[tuple[Value, ...]]:
    """Return the values of some factors, a tuple for each member."""
    columns = [design.names.index(name) for name in names]
    return [*map(tuple, values[:, columns].tolist())]


def _of_equations(design: Design, values: np.ndarray) -> dict[str, np.ndarray]:
    equations = design.model.parameters
    return {
        name: values[:, column].astype(float) for column, name in enumerate(design.names) if name in equations
    }


def _below_zero(design: Design, own: Mapping[str, np.ndarray]) -> dict[int, str]:
    """Return why members are refused that have less than nothing of what is never less."""
    return {
        at: f"{REFUSED}: {name} = {own[name][at]:g} (expected: 0 or more)"
        for name in own
        if design.parameters[name].value >= 0
        for at in np.flatnonzero(own[name] < 0).tolist()
    }


def _plan(design: Design, given: Mapping[str, Value]) -> Schedule:
    """Return the plan that features make, or raise the error of what cannot be."""
    plan = applied(design.plans[str(given[PLAN])] if PLAN in given else design.plan, given)
    if plan.end_h > design.end_h:
        raise InputError(f"the plan lasts until {plan.end_h:g} h, beyond the end at {design.end_h:g} h")
    if len(design.windows_of(plan)) != len(design.windows):
        raise InputError("the plan has another number of sessions than that of the design")
    return plan


def _or_refusal(make: Callable[[], Thing]) -> Thing | str:
    try:
        return make()
    except ExerkineError as error:
        return _refusal(error)


def _refusal(error: Exception) -> str:
    if not isinstance(error, ExerkineError):
        return f"{REFUSED}: numbers beyond all reckoning ({error})"
    return f"{REFUSED}: {error.given}" + (f" (expected: {error.expected})" if error.expected else "")


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


def _gauge(design: Design, outside: Outside, threads: int | None) -> Gauge:
    """Return what measures members who share their parameters outside the equations."""
    outputs, parameters = design.outputs, design.parameters
    return Gauge(
        design.model,
        parameters.with_values(dict(outside), note="sweep") if outside else parameters,
        design.kept,
        per=outputs.per,
        above_fold=outputs.above_fold,
        end_h=design.end_h,
        tolerance=outputs.tolerance,
        threads=threads,
    )


def _solved(design: Design, gauge: Gauge, part: Part) -> Kept:
    """Solve members together; where some cannot be driven or reckoned, in halves, until these are found."""
    try:
        with np.errstate(all="ignore"):  # what numbers beyond all physiology make is the status's to tell
            return _together(design, gauge, part)
    except (ExerkineError, ArithmeticError, ValueError) as error:
        n = len(part.members)
        if n == 1:
            none = Kept.nothing(design, np.empty((1, 0), dtype=object))
            return replace(none, status=[_refusal(error)])
        halves = np.split(np.arange(n), [n // 2])
        return Kept.joined([_solved(design, gauge, _some(part, at)) for at in halves])


def _some(part: Part, at: np.ndarray) -> Part:
    members = [part.members[place] for place in at.tolist()]
    return Part(part.numbers[at], members, _at(at, part.factors), _at(at, part.values))


def _at(at: np.ndarray, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: one[at] for name, one in columns.items()}


def _together(design: Design, gauge: Gauge, part: Part) -> Kept:
    outputs = design.outputs
    kept = Kept.nothing(design, np.empty((len(part.members), 0), dtype=object))
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
