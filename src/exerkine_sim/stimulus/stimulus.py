"""What a Schedule does to a Subject: piecewise-constant inputs and their breakpoints.

Two intensity drivers are kept apart: relative intensity (of the muscle region's own maximum) and power per
kilogram of active muscle. Oxygen demand follows the metabolic equations of each mode (ACSM); a lifting set
counts through load, active mass and time under load, never through a label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from ..errors import ScheduleError
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..subject import Subject
from ..subject.people import People
from .body import REGIONS, Bodies
from .timeline import CARBOHYDRATE, Timeline, dose_of, rhythm_of, timeline_of

REGIONAL = {"relative": "1", "power_density": "W/kg", "active_mass": "kg", "tension": "1", "strain": "1"}
INPUT_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "demand": "1",
        **{f"{name}_{region}": unit for name, unit in REGIONAL.items() for region in REGIONS},
        CARBOHYDRATE.name: CARBOHYDRATE.unit,
    }
)


@dataclass(frozen=True)
class Stimulus:
    """Piecewise-constant inputs of one person following one plan.

    A plan of months has thousands of segments and few levels: every set of five squats is the same level.
    Stimuli of people who follow one plan share breakpoints and pattern, and differ in their levels.

    Parameters
    ----------
    breakpoints : ndarray, shape (n_segments + 1,)
        Hours from the schedule's first midnight; strictly increasing from 0, or from two days before it
        where a rhythm runs.
    pattern : ndarray of int, shape (n_segments,)
        The level in force in ``[breakpoints[i], breakpoints[i + 1])``.
    levels : ndarray, shape (n_levels, n_inputs)
        Value of each input at each level; level 0 is rest.
    units : mapping of str to str
        Name and unit of each input, in order: ``demand`` (oxygen demand over VO2max), per region
        ``relative``, ``power_density`` (W/kg), ``active_mass`` (kg), ``tension``, ``strain``;
        ``carbohydrate`` (g/h); ``infusion.<molecule>`` and ``depot.<molecule>`` (ng/h or mmol/h);
        ``rhythm.<molecule>`` (by how much of its daily mean a release differs from it, 0 at rest).
    """

    breakpoints: np.ndarray
    pattern: np.ndarray
    levels: np.ndarray
    units: Mapping[str, str]

    def __post_init__(self) -> None:
        for array in (self.breakpoints, self.pattern, self.levels):
            array.setflags(write=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the inputs, in order."""
        return tuple(self.units)

    @property
    def rest(self) -> np.ndarray:
        """The inputs of rest, shape (n_inputs,)."""
        return self.levels[0]

    @cached_property
    def inputs(self) -> np.ndarray:
        """Value of each input in each segment, shape (n_segments, n_inputs)."""
        inputs = self.levels[self.pattern]
        inputs.setflags(write=False)
        return inputs

    def active_spans(self) -> list[tuple[float, float]]:
        """Return (start, end) in hours of every stretch in which anything differs from rest."""
        active = np.append((self.levels != self.rest).any(axis=1)[self.pattern], False)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], active]).astype(int)))
        return [(start, end) for start, end in self.breakpoints[edges].reshape(-1, 2).tolist()]

    def series(self, name: str) -> np.ndarray:
        """Return one input, shape (n_segments,)."""
        return self.levels[self.pattern, self.names.index(name)]


def build_stimulus(
    schedule: Schedule, subject: Subject, parameters: ParameterSet, *, end_h: float
) -> Stimulus:
    """Turn a plan and a person into inputs over ``[0, end_h)``: :func:`build_stimuli` for one.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> person = Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> stimulus = build_stimulus(plan, person, load_parameters(), end_h=24)
    >>> stimulus.active_spans()
    [(7.0, 8.0)]
    """
    return build_stimuli(schedule, [subject], parameters, end_h=end_h)[0]


def build_stimuli(
    schedule: Schedule,
    subjects: Sequence[Subject],
    parameters: ParameterSet,
    *,
    end_h: float,
    rhythms: Sequence[str] = (),
) -> list[Stimulus]:
    """Turn a plan and the people who follow it into the inputs of each over ``[0, end_h)``.

    A person's inputs do not depend on who else is among the people.

    Parameters
    ----------
    schedule : Schedule
    subjects : sequence of Subject
    parameters : ParameterSet
        ``modes``, ``lifts``, ``subject`` and ``stimulus`` are used, and ``rhythms`` of those named.
    end_h : float
        Hours; not before the last event's end.
    rhythms : sequence of str
        Molecules whose release follows the hour of the day.

    Returns
    -------
    list of Stimulus
        One a person; breakpoints and pattern are the same arrays for all.

    Raises
    ------
    ScheduleError
        For an intensity basis that the mode cannot be given in, or a molecule infused by mass and by amount.
    SubjectError
        For a basis whose anchor (FTP, 1RM) a Subject lacks, naming the missing field.

    References
    ----------
    ACSM metabolic equations and the sources of `params/modes.toml`, `params/lifts.toml`.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 07:00 squat 5x5 80% 1RM rest 3m")
    >>> size = {"body_mass_kg": 75, "height_m": 1.8, "vo2max": 50}
    >>> people = [Subject(sex="male", age_y=age, **size) for age in (30, 60)]
    >>> young, old = build_stimuli(plan, people, load_parameters(), end_h=24)
    >>> bool(old.series("active_mass_lower").max() < young.series("active_mass_lower").max())
    True
    """
    input_units = _input_units(schedule, rhythms)
    bodies = Bodies.of(People.of(subjects), parameters)
    timeline = timeline_of(schedule, parameters, end_h=end_h, rhythms=rhythms)
    levels = _levels(timeline, bodies, list(input_units))
    return [Stimulus(timeline.breakpoints, timeline.pattern, one, input_units) for one in levels]


def _input_units(schedule: Schedule, rhythms: Sequence[str]) -> Mapping[str, str]:
    input_units = {**INPUT_UNITS, **{dose.name: dose.unit for dose in map(rhythm_of, rhythms)}}
    for infusion in schedule.infusions:
        dose = dose_of(infusion)
        known = input_units.setdefault(dose.name, dose.unit)
        if known != dose.unit:
            raise ScheduleError(
                f"'{infusion.molecule}' is infused both in {known} and in {dose.unit}",
                expected="either mass or amount for one molecule",
                fix="give every rate of this molecule in the same kind of unit",
                field="infuse",
            )
    return MappingProxyType(input_units)


def _levels(timeline: Timeline, bodies: Bodies, names: list[str]) -> np.ndarray:
    """Return everyone's inputs at each level, shape (n_people, n_levels, n_inputs)."""
    body_mass = bodies.quantities["body_mass"]
    levels = np.zeros((len(body_mass), len(timeline.effort), len(names)))
    levels[:, :, names.index("demand")] = bodies.rest
    busy = timeline.effort > 0
    for name, value in bodies.inputs(timeline.efforts).items():
        levels[:, busy, names.index(name)] += value[:, timeline.effort[busy] - 1]
    for dose, rate in zip(timeline.doses, timeline.rates.T, strict=True):
        levels[:, :, names.index(dose.name)] += rate * body_mass if dose.by_mass else rate
    levels.setflags(write=False)
    return levels
