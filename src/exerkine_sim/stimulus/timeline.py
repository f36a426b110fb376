"""What a plan asks of whoever follows it: when inputs change, and which efforts and doses are in force."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from .. import units
from ..parameters import ParameterSet
from ..schedule import Infusion, Intensity, Schedule, Session
from ..schedule.intensity import TO_FAILURE
from .rhythm import DAY_H, LEAD_H, hourly

SLIVER_H = 1e-9
MEAL_COUNTS_FOR_H = 4.0


class Effort(NamedTuple):
    """What a bout asks, whoever does it and for however long.

    Repetitions are known where the intensity counts from failure; else sets differ in how long they last.
    """

    mode: str
    intensity: Intensity
    lifting: bool
    reps: int = 0


class Dose(NamedTuple):
    """The input that something taken in adds to, its unit, and whether it goes by kilogram of body mass."""

    name: str
    unit: str
    by_mass: bool


CARBOHYDRATE = Dose("carbohydrate", "g/h", by_mass=False)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A plan without a person. A level is what is in force together; it may come back in many segments.

    Parameters
    ----------
    breakpoints : ndarray, shape (n_segments + 1,)
        Hours from the schedule's first midnight, strictly increasing from 0, or from `LEAD_H` before it where
        a rhythm runs.
    pattern : ndarray of int, shape (n_segments,)
        Level in force in each segment; level 0 is rest.
    efforts : tuple of Effort
        Each one once.
    doses : tuple of Dose
        Each one once.
    effort : ndarray of int, shape (n_levels,)
        Number of the effort of each level, counted from 1; 0 where there is none.
    rates : ndarray, shape (n_levels, n_doses)
        How much of each dose.
    """

    breakpoints: np.ndarray
    pattern: np.ndarray
    efforts: tuple[Effort, ...]
    doses: tuple[Dose, ...]
    effort: np.ndarray
    rates: np.ndarray


Cause = TypeVar("Cause", Effort, Dose)


class _Event(NamedTuple, Generic[Cause]):
    """A cause in force over [start, end) hours, and how much of it."""

    start: float
    end: float
    cause: Cause
    rate: float = 0.0


def timeline_of(
    schedule: Schedule, parameters: ParameterSet, *, end_h: float, rhythms: Sequence[str] = ()
) -> Timeline:
    """Lay a plan out over ``[0, end_h)``; what goes on past the end is cut there.

    Parameters
    ----------
    schedule : Schedule
    parameters : ParameterSet
        ``stimulus`` says what a meal is, ``rhythms`` how releases follow the hour of the day.
    end_h : float
        Hours; not before the last event's end.
    rhythms : sequence of str
        Molecules whose release does.
    """
    bouts = _until(end_h, _bouts(schedule))
    given = [*_carbohydrate(schedule, parameters), *_infusions(schedule)]
    taken = _until(end_h, [*given, *_rhythms(rhythms, parameters, end_h)])
    breakpoints = _breakpoints([*bouts, *taken], end_h)
    number, column = _numbered(bouts), _numbered(taken)
    # One row a segment: the number of its effort, then the rate of each dose.
    rows = np.zeros((len(breakpoints) - 1, 1 + len(column)))
    for event, segments in _placed(bouts, breakpoints):
        rows[segments, 0] = number[event.cause]
    for event, segments in _placed(taken, breakpoints):
        rows[segments, column[event.cause]] += event.rate
    levels, pattern = _distinct(rows)
    return Timeline(
        breakpoints, pattern, tuple(number), tuple(column), levels[:, 0].astype(int), levels[:, 1:]
    )


def _until(end_h: float, events: Iterable[_Event[Cause]]) -> list[_Event[Cause]]:
    """Return what begins before the end, cut there."""
    return [
        event._replace(end=end_h) if event.end > end_h else event
        for event in events
        if event.start < end_h - SLIVER_H
    ]


def _numbered(events: Iterable[_Event[Cause]]) -> dict[Cause, int]:
    """Number the causes, each once, from 1 in order of appearance."""
    return {cause: number for number, cause in enumerate(dict.fromkeys(e.cause for e in events), start=1)}


def _breakpoints(events: Iterable[_Event[Any]], end_h: float) -> np.ndarray:
    """Return every edge once; edges that meet within rounding become the earlier one."""
    edges = np.sort([0.0, end_h, *(edge for event in events for edge in (event.start, event.end))])
    edges = edges[np.append(True, np.diff(edges) > SLIVER_H)]
    if end_h - edges[-1] < SLIVER_H:
        edges[-1] = end_h
    return edges


def _placed(events: list[_Event[Cause]], breakpoints: np.ndarray) -> Iterator[tuple[_Event[Cause], slice]]:
    """Yield each event with the segments it covers."""
    edges = np.array([(event.start, event.end) for event in events]).reshape(-1, 2)
    places = np.searchsorted(breakpoints, edges - SLIVER_H).tolist()
    for event, (first, last) in zip(events, places, strict=True):
        yield event, slice(first, last)


def _distinct(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each row once, rest first, then in order of appearance, and the place of each segment's own."""
    place = {(0.0,) * rows.shape[1]: 0}
    pattern = [place.setdefault(tuple(row), len(place)) for row in rows.tolist()]
    return np.array(list(place)), np.array(pattern)


def _bouts(schedule: Schedule) -> Iterator[_Event[Effort]]:
    for session in schedule.sessions:
        for bout in session.bouts:
            reps = bout.reps or 0
            counted = reps if bout.intensity.basis in TO_FAILURE else 0
            effort = Effort(bout.mode, bout.intensity, lifting=reps > 0, reps=counted)
            start, end = session.start_h + bout.start_min / 60, session.start_h + bout.end_min / 60
            yield _Event(start, end, effort)


def _carbohydrate(schedule: Schedule, parameters: ParameterSet) -> Iterator[_Event[Dose]]:
    duration = parameters["stimulus.meal_duration"].to("h")
    meals = [(meal.time_h, meal.carbs_g) for meal in schedule.meals]
    meals += [meal for session in schedule.sessions for meal in _implied_meal(session, schedule, parameters)]
    for start, carbs_g in meals:
        yield _Event(start, start + duration, CARBOHYDRATE, carbs_g / duration)
    for session in schedule.sessions:
        if session.carbs_g_per_h > 0:
            yield _Event(session.start_h, session.end_h, CARBOHYDRATE, session.carbs_g_per_h)


def _implied_meal(
    session: Session, schedule: Schedule, parameters: ParameterSet
) -> list[tuple[float, float]]:
    """Return the standard meal of a session called fed, unless the plan has a meal in the hours before."""
    if session.nutrition != "fed":
        return []
    if any(0 <= session.start_h - meal.time_h <= MEAL_COUNTS_FOR_H for meal in schedule.meals):
        return []
    lead = parameters["stimulus.standard_meal_lead"].to("h")
    return [(max(0.0, session.start_h - lead), parameters["stimulus.standard_meal"].to("g"))]


def _infusions(schedule: Schedule) -> Iterator[_Event[Dose]]:
    for infusion in schedule.infusions:
        dose = dose_of(infusion)
        unit = dose.unit.replace("/", "/kg/") if dose.by_mass else dose.unit
        rate = units.convert(infusion.rate, infusion.unit, unit, field="infuse")
        yield _Event(infusion.start_h, infusion.end_h, dose, rate)


def _rhythms(molecules: Iterable[str], parameters: ParameterSet, end_h: float) -> Iterator[_Event[Dose]]:
    for molecule in molecules:
        course, dose = hourly(molecule, parameters), rhythm_of(molecule)
        for hour in range(-LEAD_H, math.ceil(end_h)):
            yield _Event(float(hour), hour + 1.0, dose, course[hour % DAY_H])


def rhythm_of(molecule: str) -> Dose:
    """Return the input by which the hour of the day acts on a molecule."""
    return Dose(f"rhythm.{molecule}", "1", by_mass=False)


def dose_of(infusion: Infusion) -> Dose:
    """Return the dose an infusion is of: mmol/h where its rate counts molecules, ng/h where it weighs."""
    counted = infusion.unit.split("/")[0].endswith(("mol", "IU"))
    way = "infusion" if infusion.route == "intravenous" else "depot"
    name = f"{way}.{infusion.molecule}"
    return Dose(name, "mmol/h" if counted else "ng/h", by_mass="/kg" in infusion.unit)
