"""A Study carried out on simulated people, again and again: what it could have found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import xarray as xr

from .. import units
from ..errors import ExerkineError
from ..parameters import ParameterSet
from ..physiology import default_model
from ..simulate import simulate
from ..solution import Solution
from ..subject import Population
from ..uncertainty import log_normal, uniform
from .prediction import courses_at, predicted
from .record import records
from .study import Observation, Study

QUANTILES = (0.05, 0.5, 0.95)
PEOPLE, TRIALS, SEED = 40, 40, 0
# People of a trial whose source does not say how many: as many as most of the others have.
USUAL_SIZE = 10
COURSE_POINTS = 97
_SIZE = re.compile(r"(\d+)(?: over (\d+) groups)?")


class Range(NamedTuple):
    """From the 5 to the 95 % quantile, in the observation's unit."""

    low: float
    high: float


class Ranges(NamedTuple):
    """Where simulations lie at one observation.

    Parameters
    ----------
    people : Range
        Single people, the numbers of the equations as they are.
    uncertain : Range
        Single people, each with a draw of the uncertain numbers.
    trials : Range
        Means of as many people as the trial had, who share a draw.
    reports : Range
        Those, each off by the error that a calibration expects of one molecule in one trial.
    """

    people: Range
    uncertain: Range
    trials: Range
    reports: Range


def size_of(study: Study) -> int:
    """Return how many people a trial had: as its records say, else :data:`USUAL_SIZE`.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study
    >>> size_of(find_study("Steensberg2000")), size_of(find_study("RunnersAgeLactate"))
    (6, 17)
    """
    told = (records()[seen.record].n for seen in study.observations if seen.record in records())
    sizes = [int(one[1]) // int(one[2] or 1) for one in map(_SIZE.fullmatch, told) if one is not None]
    return sizes[0] if sizes else USUAL_SIZE


@dataclass(frozen=True)
class Rehearsal:
    """People like those of a Study, and trials of as many people, at its samples and in between.

    Parameters
    ----------
    study : Study
    parameters : ParameterSet
    people, uncertain, trials : Solution
        :data:`PEOPLE` members with the numbers as they are; the same, each with a draw of the uncertain
        numbers; :data:`TRIALS` times `size` members, those of a trial in a row and with the same draw.
    size : int
        People of a trial.
    """

    study: Study
    parameters: ParameterSet
    people: Solution
    uncertain: Solution
    trials: Solution
    size: int

    @classmethod
    def of(cls, study: Study, parameters: ParameterSet) -> Rehearsal | None:
        """Simulate all; None when that cannot be done, or the model has nothing of what was seen."""
        schedule, size = study.schedule(), size_of(study)
        seen = {one.exerkine for one in study.observations} & set(default_model().exerkines)
        if not seen:
            return None
        times = np.unique([study.zero_h, *(study.time_h(one) for one in study.observations)])
        crowds = (
            Population(study.subject, n=PEOPLE, seed=SEED),
            Population(study.subject, n=PEOPLE, seed=SEED, uncertain=True),
            Population(study.subject, n=TRIALS * size, seed=SEED, uncertain=size),
        )
        try:
            people, uncertain, trials = (
                simulate(
                    schedule,
                    crowd,
                    parameters=parameters,
                    exerkines=sorted(seen),
                    times_h=np.union1d(times, np.linspace(times[0], times[-1], COURSE_POINTS)),
                    end_h=max(float(times[-1]), schedule.end_h),
                    clock=study.by_clock,
                )
                for crowd in crowds
            )
        except ExerkineError:
            return None
        return cls(study, parameters, people, uncertain, trials, size)

    def ranges(self, seen: Observation) -> Ranges | None:
        """Return where simulations lie at an observation; None where the model has no such number.

        Raises
        ------
        UnitError
            When its unit has another dimension.
        """
        values = self.values(seen)
        if values is None:
            return None
        *_, means = values
        edges = (_quantiles(one)[[0, -1]] for one in [*values, self._reported(seen, means)])
        return Ranges(*(Range(*one.tolist()) for one in edges))

    def values(self, seen: Observation) -> list[np.ndarray] | None:
        """Return what people, people with uncertain numbers, and trials say at an observation, in its unit.

        None where the model has no such number.
        """
        found = self._courses(seen)
        values = [np.array([predicted(seen, self.study, one) for one in courses]) for courses in found]
        return values if values and all(np.isfinite(one).any() for one in values) else None

    def _reported(self, seen: Observation, means: np.ndarray) -> np.ndarray:
        """Return trials' values off by an error of their own, a factor on values and on changes as folds."""
        draws = uniform(SEED, f"trial {self.study.key} {seen.exerkine}", first=0, n=len(means))
        factors = log_normal(draws, self.parameters["uncertainty.trial_error"].to("1"))
        return factors * (100 + means) - 100 if seen.unit == "percent_change" else factors * means

    def band(
        self, seen: Observation, unit: str, *, of: Literal["people", "trials"] = "trials"
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return hours after time zero and quantiles of trials or people there, (n_times,), (3, n_times).

        Parameters
        ----------
        seen : Observation
            Of which molecule and where.
        unit : str
            In which the band is; ``fold`` of everyone's own baseline.
        of : {"people", "trials"}
            Single people, each with a draw of the uncertain numbers, or means of those of a trial.
        """
        _, people, trials = self._courses(seen)
        courses = people if of == "people" else trials
        zero_h = self.study.zero_h
        if unit == "fold":
            values = (courses / courses.sel(time=zero_h)).values
        else:
            values = courses.values * units.factor(courses.attrs["units"], unit)
        kept = self.trials.times_h >= zero_h
        return self.trials.times_h[kept] - zero_h, _quantiles(values[:, kept])

    def _courses(self, seen: Observation) -> Sequence[xr.DataArray]:
        """Return the courses, (member, time), of people, of people with uncertain numbers, and of trials."""
        found = [
            courses
            for solution in (self.people, self.uncertain, self.trials)
            for courses in [courses_at(seen, self.study, solution, parameters=self.parameters)]
            if courses is not None
        ]
        if found:  # a trial publishes the mean of its people
            found[-1] = found[-1].coarsen(member=self.size).mean(keep_attrs=True)
        return found


def _quantiles(values: np.ndarray) -> np.ndarray:
    """Return the quantiles over the first axis between which another draw of the same kind lies as often."""
    return np.nanquantile(values, QUANTILES, axis=0, method="weibull")
