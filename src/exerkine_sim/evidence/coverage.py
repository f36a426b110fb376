"""How wide the answers are: trials like those published, and whether what they found lies among them.

Four answers for each observation, each a 5 to 95 % range: of single people, with the numbers of the equations
as they are; of single people, with these uncertain too; of the means of as many people as the trial had, who
differ while they share one draw of the uncertain numbers, as the people of a trial share the truth; and of
these off by the error that a calibration expects of a trial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from ..errors import UnitError
from ..parameters import ParameterSet, load_parameters
from ..subject.population import PREFIX
from .prediction import ratio
from .rehearsal import Range, Ranges, Rehearsal
from .study import Observation, Study
from .study import studies as shipped_studies

LEAST_SAMPLES = 3  # with which a course is worth drawing
Of = Literal["people", "uncertain", "trials", "reports"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where simulations lie at one observation.

    Parameters
    ----------
    study : str
        Key of the Study.
    observation : Observation
        What was published.
    ranges : Ranges

    Examples
    --------
    >>> seen = Observation("il6", "plasma", 0, "end", 12.0, "fold")
    >>> narrow, wide = Range(6.0, 11.0), Range(5.0, 15.0)
    >>> ranges = Ranges(people=narrow, uncertain=wide, trials=wide, reports=wide)
    >>> one = Interval("Smith2001", seen, ranges)
    >>> one.holds("people"), one.holds("trials")
    (False, True)
    """

    study: str
    observation: Observation
    ranges: Ranges

    def of(self, what: Of) -> Range:
        """Return one of the ranges."""
        return getattr(self.ranges, what)

    def holds(self, what: Of) -> bool:
        """Return whether the published value lies within."""
        low, high = self.of(what)
        return low <= self.observation.value <= high


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
        The 5, 50 and 95 % quantiles over simulated trials.
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
    >>> wide, narrow = Range(6.0, 15.0), Range(2.0, 3.0)
    >>> first, second = Ranges(narrow, wide, wide, wide), Ranges(narrow, narrow, narrow, narrow)
    >>> Coverage((Interval("A", seen, first), Interval("B", seen, second))).share("trials")
    Share(holding=1, n=2)
    """

    intervals: tuple[Interval, ...]
    courses: tuple[Course, ...] = ()
    varied: frozenset[str] = frozenset()

    def share(self, of: Of, *, exerkine: str | None = None, study: str | None = None) -> Share:
        """Return how many ranges hold, of one molecule or one Study where these are named."""
        chosen = [
            one
            for one in self.intervals
            if exerkine in (None, one.observation.exerkine) and study in (None, one.study)
        ]
        return Share(sum(one.holds(of) for one in chosen), len(chosen))


def cover(
    studies: Iterable[Study] | None = None,
    *,
    parameters: ParameterSet | None = None,
    progress: Callable[[int], None] | None = None,
) -> Coverage:
    """Simulate people like those of each Study, and the whole Study again and again.

    See :class:`~exerkine_sim.evidence.rehearsal.Rehearsal`.

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
    >>> cover([find_study("Steensberg2000")]).share("trials").n
    1
    """
    parameters = load_parameters() if parameters is None else parameters
    intervals: list[Interval] = []
    courses: list[Course] = []
    for index, study in enumerate(shipped_studies() if studies is None else studies):
        rehearsal = Rehearsal.of(study, parameters)
        if rehearsal is not None:
            found = _intervals(rehearsal)
            intervals.extend(found)
            courses.extend(_courses(rehearsal, found))
        if progress is not None:
            progress(index)
    modules = (name.removeprefix(PREFIX) for name in parameters if name.startswith(PREFIX))
    return Coverage(tuple(intervals), tuple(courses), frozenset(name.split(".")[0] for name in modules))


def _intervals(rehearsal: Rehearsal) -> list[Interval]:
    found = []
    for seen in rehearsal.study.observations:
        try:
            ranges = rehearsal.ranges(seen)
        except UnitError:
            continue
        if ranges is not None:
            found.append(Interval(rehearsal.study.key, seen, ranges))
    return found


def _courses(rehearsal: Rehearsal, intervals: Sequence[Interval]) -> list[Course]:
    """Return the courses of what a Study sampled often enough and the simulation can say."""
    grouped: dict[tuple[str, str, str], list[Observation]] = {}
    for seen in (one.observation for one in intervals):
        unit = "fold" if seen.is_relative else seen.unit
        grouped.setdefault((seen.exerkine, seen.site, unit), []).append(seen)
    enough = [group for group in grouped.values() if _samples(rehearsal.study, group) >= LEAST_SAMPLES]
    return [_course(rehearsal, group) for group in enough]


def _samples(study: Study, group: Sequence[Observation]) -> int:
    """Return at how many moments a group was sampled; a change implies a sample at time zero."""
    baseline = {study.zero_h} if group[0].is_relative else set()
    return len({study.time_h(seen) for seen in group} | baseline)


def _course(rehearsal: Rehearsal, group: Sequence[Observation]) -> Course:
    study, unit = rehearsal.study, "fold" if group[0].is_relative else group[0].unit
    hours, band = rehearsal.band(group[0], unit)
    return Course(
        study.key,
        study.use,
        group[0].exerkine,
        unit,
        hours=hours,
        band=band,
        samples=tuple((study.time_h(seen) - study.zero_h, ratio(seen.value, seen.unit)) for seen in group),
        bouts=tuple((one.start_min / 60, one.end_min / 60) for one in study.bouts),
    )
