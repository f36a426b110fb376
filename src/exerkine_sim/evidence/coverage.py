"""How wide the answers are: people like those of a trial, and whether what was published lies among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import units
from ..errors import ExerkineError, UnitError
from ..parameters import ParameterSet, load_parameters
from ..simulate import simulate
from ..solution import Solution
from ..subject import Population
from ..subject.population import PREFIX
from .prediction import courses_at, predicted, ratio
from .study import Observation, Study
from .study import studies as shipped_studies

QUANTILES = (0.05, 0.5, 0.95)
PEOPLE, SEED = 40, 0
# A course is worth drawing with this many samples, on this many points.
LEAST_SAMPLES, COURSE_POINTS = 3, 97


@dataclass(frozen=True, slots=True)
class Interval:
    """Where 5 to 95 % of simulated people lie at one observation.

    Parameters
    ----------
    study : str
        Key of the Study.
    observation : Observation
        What was published.
    low, high : float
        Quantiles over people, in the observation's unit.

    Examples
    --------
    >>> Interval("Smith2001", Observation("il6", "plasma", 0, "end", 12.0, "fold"), 6.0, 15.0).holds
    True
    """

    study: str
    observation: Observation
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the published value lies within."""
        return self.low <= self.observation.value <= self.high


@dataclass(frozen=True, slots=True)
class Course:
    """A molecule over a trial that sampled it several times, its baseline counted.

    Parameters
    ----------
    study, use, exerkine, unit : str
        The unit is ``fold`` where the trial printed changes against its own baseline.
    hours : ndarray, shape (n_times,)
        After the trial's time zero.
    band : ndarray, shape (3, n_times)
        The 5, 50 and 95 % quantiles over people.
    samples : tuple of (float, float)
        Hour and published value.
    bouts : tuple of (float, float)
        Start and end, in hours.
    """

    study: str
    use: str
    exerkine: str
    unit: str
    hours: np.ndarray
    band: np.ndarray
    samples: tuple[tuple[float, float], ...]
    bouts: tuple[tuple[float, float], ...]


class Share(NamedTuple):
    """How many of some intervals hold what was published."""

    holding: int
    n: int


@dataclass(frozen=True)
class Coverage:
    """The intervals and courses of a set of Studies.

    Parameters
    ----------
    intervals : tuple of Interval
    courses : tuple of Course
    varied : frozenset of str
        Molecules in whose own equations people differ; around the others only the rest of the body does.

    Examples
    --------
    >>> seen = Observation("il6", "plasma", 0, "end", 12.0, "fold")
    >>> Coverage((Interval("A", seen, 6.0, 15.0), Interval("B", seen, 2.0, 3.0))).share()
    Share(holding=1, n=2)
    """

    intervals: tuple[Interval, ...]
    courses: tuple[Course, ...] = ()
    varied: frozenset[str] = frozenset()

    def share(self, *, exerkine: str | None = None, study: str | None = None) -> Share:
        """Return how many intervals hold, of one molecule or one Study where these are named."""
        chosen = [
            one
            for one in self.intervals
            if exerkine in (None, one.observation.exerkine) and study in (None, one.study)
        ]
        return Share(sum(one.holds for one in chosen), len(chosen))


def cover(
    studies: Iterable[Study] | None = None,
    *,
    parameters: ParameterSet | None = None,
    progress: Callable[[int], None] | None = None,
) -> Coverage:
    """Simulate :data:`PEOPLE` people like those of each Study and see where they lie.

    Parameters
    ----------
    studies : iterable of Study, optional
        The shipped ones when left out.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    progress : callable, optional
        Called with the index of each Study that is done.

    Returns
    -------
    Coverage
        Without Studies that cannot be simulated, and without what the model lacks.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study
    >>> cover([find_study("Steensberg2000")]).share().n
    1
    """
    parameters = load_parameters() if parameters is None else parameters
    intervals: list[Interval] = []
    courses: list[Course] = []
    for index, study in enumerate(shipped_studies() if studies is None else studies):
        solution = _people(study, parameters)
        if solution is not None:
            found = _intervals(study, solution, parameters)
            intervals.extend(found)
            courses.extend(_courses(study, found, solution=solution, parameters=parameters))
        if progress is not None:
            progress(index)
    modules = (name.removeprefix(PREFIX) for name in parameters if name.startswith(PREFIX))
    return Coverage(tuple(intervals), tuple(courses), frozenset(name.split(".")[0] for name in modules))


def _people(study: Study, parameters: ParameterSet) -> Solution | None:
    """Simulate people like those of a Study at its samples and in between; None when it cannot be done."""
    schedule = study.schedule()
    times = np.unique([study.zero_h, *(study.time_h(seen) for seen in study.observations)])
    try:
        return simulate(
            schedule,
            Population(study.subject, n=PEOPLE, seed=SEED),
            parameters=parameters,
            times_h=np.union1d(times, np.linspace(times[0], times[-1], COURSE_POINTS)),
            end_h=max(float(times[-1]), schedule.end_h),
            clock=study.by_clock,
        )
    except ExerkineError:
        return None


def _intervals(study: Study, solution: Solution, parameters: ParameterSet) -> list[Interval]:
    found = []
    for seen in study.observations:
        courses = courses_at(seen, study, solution, parameters=parameters)
        if courses is None:
            continue
        try:
            values = np.array([predicted(seen, study, one) for one in courses])
        except UnitError:
            continue
        if np.isfinite(values).any():
            low, _, high = np.nanquantile(values, QUANTILES)
            found.append(Interval(study.key, seen, float(low), float(high)))
    return found


def _courses(
    study: Study, intervals: Sequence[Interval], *, solution: Solution, parameters: ParameterSet
) -> list[Course]:
    """Return the courses of what a Study sampled often enough and the simulation can say."""
    grouped: dict[tuple[str, str, str], list[Observation]] = {}
    for seen in (one.observation for one in intervals):
        unit = "fold" if seen.is_relative else seen.unit
        grouped.setdefault((seen.exerkine, seen.site, unit), []).append(seen)
    enough = [group for group in grouped.values() if _samples(study, group) >= LEAST_SAMPLES]
    found = (_course(study, group, solution=solution, parameters=parameters) for group in enough)
    return [course for course in found if course is not None]


def _samples(study: Study, group: Sequence[Observation]) -> int:
    """Return at how many moments a group was sampled; a change implies a sample at time zero."""
    baseline = {study.zero_h} if group[0].is_relative else set()
    return len({study.time_h(seen) for seen in group} | baseline)


def _course(
    study: Study, group: Sequence[Observation], *, solution: Solution, parameters: ParameterSet
) -> Course | None:
    courses = courses_at(group[0], study, solution, parameters=parameters)
    if courses is None:
        return None
    unit = "fold" if group[0].is_relative else group[0].unit
    if unit == "fold":
        values = (courses / courses.sel(time=study.zero_h)).values
    else:
        values = courses.values * units.factor(courses.attrs["units"], unit)
    kept = solution.times_h >= study.zero_h
    return Course(
        study.key,
        study.use,
        group[0].exerkine,
        unit,
        hours=solution.times_h[kept] - study.zero_h,
        band=np.nanquantile(values[:, kept], QUANTILES, axis=0),
        samples=tuple((study.time_h(seen) - study.zero_h, ratio(seen.value, seen.unit)) for seen in group),
        bouts=tuple((one.start_min / 60, one.end_min / 60) for one in study.bouts),
    )
