"""What a Schedule does to a Subject: piecewise-constant inputs and their breakpoints.

Two intensity drivers are kept apart: relative intensity (of the muscle region's own maximum) and power per
kilogram of active muscle. Oxygen demand follows the metabolic equations of each mode (ACSM); a lifting set
counts through load, active mass and time under load, never through a label.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from .. import units
from ..parameters import ParameterSet
from ..schedule import Infusion, Schedule, Session
from ..subject import Subject
from .body import REGIONS, Body

REGIONAL = {"relative": "1", "power_density": "W/kg", "active_mass": "kg", "tension": "1", "strain": "1"}
INPUT_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "demand": "1",
        **{f"{name}_{region}": unit for name, unit in REGIONAL.items() for region in REGIONS},
        "carbohydrate": "g/h",
    }
)
SLIVER_H = 1e-9
MEAL_COUNTS_FOR_H = 4.0


@dataclass(frozen=True)
class Stimulus:
    """Piecewise-constant inputs of one person following one plan.

    Parameters
    ----------
    breakpoints : ndarray, shape (n_segments + 1,)
        Hours from the schedule's first midnight; strictly increasing from 0.
    inputs : ndarray, shape (n_segments, n_inputs)
        Value of each input in ``[breakpoints[i], breakpoints[i + 1])``.
    units : mapping of str to str
        Name and unit of each input, in order: ``demand`` (oxygen demand over VO2max), per region
        ``relative``, ``power_density`` (W/kg), ``active_mass`` (kg), ``tension``, ``strain``;
        ``carbohydrate`` (g/h); ``infusion.<molecule>`` (ng/h or mmol/h).
    rest : ndarray, shape (n_inputs,)
        The inputs of rest.
    """

    breakpoints: np.ndarray
    inputs: np.ndarray
    units: Mapping[str, str]
    rest: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.breakpoints, self.inputs, self.rest):
            array.setflags(write=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the inputs, in order."""
        return tuple(self.units)

    def active_spans(self) -> list[tuple[float, float]]:
        """Return (start, end) in hours of every stretch in which anything differs from rest."""
        active = np.append((self.inputs != self.rest).any(axis=1), False)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], active]).astype(int)))
        return [(float(self.breakpoints[i]), float(self.breakpoints[j])) for i, j in edges.reshape(-1, 2)]

    def series(self, name: str) -> np.ndarray:
        """Return one input, shape (n_segments,)."""
        return self.inputs[:, self.names.index(name)]


@dataclass(frozen=True, slots=True)
class _Event:
    """Values added to some inputs over [start, end) hours."""

    start: float
    end: float
    values: Mapping[str, float]


def build_stimulus(
    schedule: Schedule, subject: Subject, parameters: ParameterSet, *, end_h: float
) -> Stimulus:
    """Turn a plan and a person into inputs over ``[0, end_h)``.

    Parameters
    ----------
    schedule : Schedule
    subject : Subject
    parameters : ParameterSet
        ``modes``, ``lifts``, ``subject`` and ``stimulus`` are used.
    end_h : float
        Hours; not before the last event's end.

    Raises
    ------
    ScheduleError
        For an intensity basis that the mode cannot be given in.
    SubjectError
        For a basis whose anchor (FTP, 1RM) the Subject lacks, naming the missing field.

    References
    ----------
    ACSM metabolic equations and the sources of `params/modes.toml`, `params/lifts.toml`.
    """
    body = Body(subject, parameters, subject.physiology(parameters))
    planned = [*_bouts(schedule, body), *_carbohydrate(schedule, parameters), *_infusions(schedule, subject)]
    events = [replace(one, end=min(one.end, end_h)) for one in planned if one.start < end_h - SLIVER_H]
    input_units = dict(INPUT_UNITS) | {f"infusion.{i.molecule}": _canonical(i) for i in schedule.infusions}
    names = list(input_units)
    rest = np.zeros(len(names))
    rest[names.index("demand")] = body.quantities["rest_demand"]
    breakpoints = _breakpoints(events, end_h)
    inputs = np.tile(rest, (len(breakpoints) - 1, 1))
    for event in events:
        first, last = np.searchsorted(breakpoints, [event.start - SLIVER_H, event.end - SLIVER_H])
        for name, value in event.values.items():
            inputs[first:last, names.index(name)] += value
    return Stimulus(breakpoints, inputs, MappingProxyType(input_units), rest)


def _breakpoints(events: list[_Event], end_h: float) -> np.ndarray:
    """Return every edge once; edges that meet within rounding become the earlier one."""
    edges = np.unique([0.0, end_h, *(edge for event in events for edge in (event.start, event.end))])
    edges = edges[np.append(True, np.diff(edges) > SLIVER_H)]
    if end_h - edges[-1] < SLIVER_H:
        edges[-1] = end_h
    return edges


def _bouts(schedule: Schedule, body: Body) -> Iterator[_Event]:
    for session in schedule.sessions:
        for bout in session.bouts:
            start = session.start_h + bout.start_min / 60
            yield _Event(
                start,
                session.start_h + bout.end_min / 60,
                body.lift(bout) if bout.reps else body.endure(bout),
            )


def _carbohydrate(schedule: Schedule, parameters: ParameterSet) -> Iterator[_Event]:
    duration = parameters["stimulus.meal_duration"].to("h")
    meals = [(meal.time_h, meal.carbs_g) for meal in schedule.meals]
    meals += [meal for session in schedule.sessions for meal in _implied_meal(session, schedule, parameters)]
    for start, carbs_g in meals:
        yield _Event(start, start + duration, {"carbohydrate": carbs_g / duration})
    for session in schedule.sessions:
        if session.carbs_g_per_h > 0:
            yield _Event(session.start_h, session.end_h, {"carbohydrate": session.carbs_g_per_h})


def _implied_meal(
    session: Session, schedule: Schedule, parameters: ParameterSet
) -> list[tuple[float, float]]:
    """Return the standard meal of a session called fed, unless the plan has a meal in the hours before."""
    lead = parameters["stimulus.standard_meal_lead"].to("h")
    named = any(0 <= session.start_h - meal.time_h <= MEAL_COUNTS_FOR_H for meal in schedule.meals)
    if session.nutrition != "fed" or named:
        return []
    return [(max(0.0, session.start_h - lead), parameters["stimulus.standard_meal"].to("g"))]


def _infusions(schedule: Schedule, subject: Subject) -> Iterator[_Event]:
    for infusion in schedule.infusions:
        unit, mass = _canonical(infusion), 1.0
        if "/kg" in infusion.unit:
            unit, mass = unit.replace("/", "/kg/"), subject.body_mass_kg
        rate = mass * units.convert(infusion.rate, infusion.unit, unit, field="infuse")
        name = f"infusion.{infusion.molecule}"
        yield _Event(infusion.start_h, infusion.start_h + infusion.duration_h, {name: rate})


def _canonical(infusion: Infusion) -> str:
    """Return mmol/h for a rate given in moles, ng/h for one given in grams."""
    return "mmol/h" if infusion.unit.split("/")[0].strip().endswith("mol") else "ng/h"
