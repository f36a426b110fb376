"""Solving members: all at once, or a Population part by part, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from .arrays import Arrays
from .assemble import constants_of, forcing_of
from .dataset import labelled
from .engine import Deferred, Sizes, System, engine_named
from .errors import InputError
from .files import sources_digest
from .model import Model
from .parameters import ParameterSet
from .schedule import Schedule
from .stimulus import Stimulus, build_stimuli
from .subject import Population, Subject

MAX_RESULT_BYTES, MAX_PART_BYTES = 1_000_000_000, 256_000_000
Members = Sequence[tuple[Schedule, Subject]]
Report = Callable[[float], None]


class Part(NamedTuple):
    """Members who are solved together.

    Parameters
    ----------
    numbers : ndarray of int, shape (n_members,)
        What each is known by.
    members : sequence of (Schedule, Subject)
    factors : mapping of str to ndarray, shape (n_members,)
        What each member's constants are multiplied by.
    values : mapping of str to ndarray, shape (n_members,)
        Parameters of the equations that each member has a value of its own of, in their own units.
    """

    numbers: np.ndarray
    members: Members
    factors: Mapping[str, np.ndarray]
    values: Mapping[str, np.ndarray] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Batch:
    """What members that are solved together have in common.

    Parameters
    ----------
    model, parameters : Model, ParameterSet
    times : ndarray, shape (n_times,)
        Output times in hours.
    end_h, tolerance : float
    engine : {"compiled", "reference"}
    kept : tuple of str, optional
        Molecules of which the concentrations are kept, and nothing else; None keeps everything.
    threads : int, optional
        Of the compiled engine; as many as there are processors when left out.
    """

    model: Model
    parameters: ParameterSet
    times: np.ndarray
    end_h: float
    tolerance: float
    engine: str = "compiled"
    kept: tuple[str, ...] | None = None
    threads: int | None = None

    def solve(
        self, part: Part, *, stimuli: Sequence[Stimulus] | None = None, progress: Report | None = None
    ) -> Arrays:
        """Return the labelled time courses of the members.

        Parameters
        ----------
        part : Part
        stimuli : sequence of Stimulus, length n_members, optional
            What drives each; made of plans and people when left out.
        progress : callable, optional
            Called with the fraction that is done.
        """
        people = [person for _, person in part.members]
        constants = constants_of(
            self.model, self.parameters, people, factors=part.factors, values=part.values
        )
        if stimuli is None:
            stimuli = stimuli_of(part.members, self.parameters, self.end_h, rhythms=self.model.rhythms)
        made = {id(stimulus): forcing_of(self.model, stimulus) for stimulus in stimuli}
        forcings = [made[id(stimulus)] for stimulus in stimuli]
        threads = {} if self.threads is None else {"threads": self.threads}
        trajectories = engine_named(self.engine)(
            system_of(self.model),
            constants,
            forcings,
            times=self.times,
            tolerance=self.tolerance,
            progress=progress,
            **threads,
        )
        arrays = labelled(
            self.model,
            self.parameters,
            trajectories,
            times=self.times,
            numbers=part.numbers,
            constants=constants,
            forcings=forcings,
        )
        return arrays if self.kept is None else _concentrations(arrays, self.kept)

    def draw(self, plan: Schedule, population: Population, *, progress: Report | None = None) -> Arrays:
        """Return the labelled time courses of a Population that follows a plan.

        Raises
        ------
        InputError
            When there is no room for so many.
        """
        self._check_room(population.n)
        size = self._members_at_a_time()
        solved: list[Arrays] = []
        for start in range(0, population.n, size):
            part = drawn(plan, population.part(start, size), model=self.model, parameters=self.parameters)
            report = share_of(progress, start / population.n, len(part.members) / population.n)
            solved.append(self.solve(part, progress=report))
        return Arrays.joined(solved, "member")

    def _check_room(self, n: int) -> None:
        room = MAX_RESULT_BYTES // self._cube_bytes(self.kept or self.model.exerkines)
        if n > room:
            raise InputError(
                f"{n} members at {len(self.times)} times",
                expected=f"at most {room} members, whose concentrations fill {MAX_RESULT_BYTES / 1e9:g} GB",
                fix="take fewer people or a shorter plan, or keep fewer exerkines=... or times_h=...",
                field="n",
            )

    def _members_at_a_time(self) -> int:
        states = 8 * len(self.times) * len(self.model.states)
        return max(1, MAX_PART_BYTES // (states + 2 * self._cube_bytes(self.model.exerkines)))

    def _cube_bytes(self, exerkines: Sequence[str]) -> int:
        """Return what the concentrations of one member take."""
        sites = {one.site for one in self.model.observables if one.exerkine in exerkines}
        return 8 * len(self.times) * len(exerkines) * len(sites)


def drawn(plan: Schedule, people: Population, *, model: Model, parameters: ParameterSet) -> Part:
    """Return the people of a Population, who all follow a plan, as members.

    A factor that multiplies none of the model's constants has done its work when the person was drawn.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> people = xk.Population(subject, n=2, seed=1, first=5, vary=["il6.clearance"])
    >>> plan = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> part = drawn(plan, people, model=xk.physiology.default_model(), parameters=xk.load_parameters())
    >>> part.numbers.tolist(), list(part.factors)
    ([5, 6], ['il6.clearance'])
    """
    factors = people.factors(parameters, equations=model.parameters)
    return Part(
        people.first + np.arange(people.n),
        [(plan, person) for person in people.subjects(parameters)],
        {name: factor for name, factor in factors.items() if name in model.constants},
    )


@lru_cache(maxsize=8)
def system_of(model: Model) -> System:
    """Return the engine's view of a model, made when it is needed where the model has a key."""
    if model.key is None:
        return _system(model)
    sizes = Sizes(*map(len, (model.states, model.constants, model.inputs, model.observables)))
    key = f"{model.key} {sources_digest(Path(__file__))}"
    return Deferred(lambda: _system(model), sizes=sizes, key=key)


def _system(model: Model) -> System:
    import sympy

    def symbols(names: Sequence[str]) -> tuple[sympy.Symbol, ...]:
        return tuple(sympy.Symbol(name, real=True) for name in names)

    return System(
        states=symbols(model.state_names),
        constants=symbols(model.constants),
        inputs=symbols([f"input.{name}" for name in model.inputs]),
        rates=model.rates,
        guess=model.equations.guesses,
        observables=model.observed,
    )


def stimuli_of(
    members: Members, parameters: ParameterSet, end_h: float, *, rhythms: Sequence[str] = ()
) -> list[Stimulus]:
    """Return the members' stimuli; those who share plan and person share one."""
    followers: dict[int, tuple[Schedule, dict[int, Subject]]] = {}
    for plan, person in members:
        followers.setdefault(id(plan), (plan, {}))[1][id(person)] = person
    made: dict[tuple[int, int], Stimulus] = {}
    for key, (plan, people) in followers.items():
        stimuli = build_stimuli(plan, list(people.values()), parameters, end_h=end_h, rhythms=rhythms)
        made |= {(key, one): its for one, its in zip(people, stimuli, strict=True)}
    return [made[id(plan), id(person)] for plan, person in members]


def _concentrations(arrays: Arrays, exerkines: Sequence[str]) -> Arrays:
    """Return arrays without the time courses of states and inputs, and with these molecules alone."""
    places = [arrays["exerkine"].tolist().index(name) for name in exerkines]
    slim = arrays.without("state", "input").at("exerkine", places)
    return slim.at("site", np.flatnonzero((slim["unit"] != "").any(axis=0)))


def share_of(progress: Report | None, done: float, share: float) -> Report | None:
    """Return what takes the progress of a part as progress of the whole."""
    return None if progress is None else lambda fraction: progress(done + share * fraction)
