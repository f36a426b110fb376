"""What is read of a plan in each of the people who follow it: molecule by molecule, and of several together.

    exposure         area above rest over the whole time
    peak             highest value over rest
    resting trend    the value before the last session over that before the first

    myostatin brake off          hours in which the transcript is below a share of rest
    anti-inflammatory balance    geometric mean of the mean folds of IL-10, IL-1ra, both soluble TNF receptors
                                 and cortisol, over that of the resting trends of IL-6 and CRP
    overreaching                 highest index of load beyond what is borne (physiology/adaptation.py)

The balance follows Petersen2005: what IL-6 calls up in exercise answers inflammation, while it is at rest
that IL-6 and CRP tell of it; so the IL-6 of a session does not count as inflammation. No trial has measured
this balance, nor the index of overreaching.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from ..assay import variation
from ..parameters import ParameterSet
from ..uncertainty import sigma_ln
from .course import Course, courses_of

if TYPE_CHECKING:
    from ..batch import Report
    from ..model import Builder, Model, Parameters
    from ..schedule import Schedule
    from ..subject import Population

ANSWERS = ("il10", "il1ra", "stnfr1", "stnfr2", "cortisol")
INFLAMED = ("il6", "crp")
BRAKE = ("muscle_mrna_lower", "muscle_mrna_upper")
SEVERAL = "several"
# What training does to resting levels, and the load that is borne, are the least sure parts of the model.
LOW = "low"
KINDS: Mapping[str, str] = {
    "exposure": "area above rest over the whole time",
    "exposure_per_week": "area above rest for each of the plan's own weeks",
    "peak": "highest value over rest",
    "resting_trend": "value before the last session over that before the first",
    "brake_off": "hours with the myostatin transcript held down",
    "brake_off_per_week": "the same for each of the plan's own weeks",
    "balance": "what answers inflammation, over the whole time, against what tells of it at rest",
    "overreaching": "highest index, 0 to 1, of load beyond what is borne",
}
TOGETHER = ("brake_off", "brake_off_per_week", "balance", "overreaching")


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of each person who follows a plan.

    Parameters
    ----------
    kind : str
        A key of :data:`KINDS`.
    exerkine, site : str
        The molecule and where; ``several`` where several make one reading.
    unit : str
    grade : {"high", "medium", "low"}
        Of the evidence for the molecule; low wherever training or several molecules come in.
    smallest_ratio : float
        What two plans must differ by to be worth naming.
    values : ndarray, shape (n_members,)
        NaN for a member that failed.
    least : ndarray, shape (n_members,)
        What a smaller number counts as in a ratio.
    farthest : ndarray, shape (n_members,)
        How far from rest the molecule comes, as a fold; infinite where that does not matter.
    """

    kind: str
    exerkine: str
    site: str
    unit: str
    grade: str
    smallest_ratio: float
    values: np.ndarray
    least: np.ndarray
    farthest: np.ndarray

    def per_week(self, weeks: float) -> Reading:
        """Return the same for each of so many weeks."""
        return replace(
            self,
            kind=f"{self.kind}_per_week",
            unit=f"{self.unit} per week",
            values=self.values / weeks,
            least=self.least / weeks,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads plans that the same people follow up to the same hour.

    Parameters
    ----------
    people : Population
    model : Model
    parameters : ParameterSet
    end_h : float
    """

    people: Population
    model: Model
    parameters: ParameterSet
    end_h: float

    def read(
        self, plan: Schedule, *, weeks: float | None = None, progress: Report | None = None
    ) -> tuple[list[Reading], tuple[str, ...]]:
        """Return the readings of a plan, and the status of each member.

        Parameters
        ----------
        plan : Schedule
        weeks : float, optional
            How long the plan itself is; what adds up over time is then given for each of them too.
        progress : callable, optional
            Called with the fraction that is done.
        """
        courses = self._courses(plan, self.model, progress)
        readings = [one for course in courses for one in self._molecule(course)]
        readings += [self._brake(one) for one in courses if one.exerkine == "myostatin" and one.site in BRAKE]
        if weeks is not None:
            readings += [one.per_week(weeks) for one in readings if f"{one.kind}_per_week" in KINDS]
        first_sites = {one.exerkine: one for one in reversed(courses)}
        return [*readings, self._balance(first_sites), self._overreaching(plan)], courses[0].status

    def _courses(self, plan: Schedule, model: Model, progress: Report | None = None) -> list[Course]:
        return courses_of(
            plan,
            self.people,
            model=model,
            parameters=self.parameters | _ABOUT,
            above_fold=self._number("myostatin_share", "1"),
            end_h=self.end_h,
            progress=progress,
        )

    def _molecule(self, course: Course) -> list[Reading]:
        """Return what is read of a molecule at a site; nothing where there is none of it at rest."""
        if not (course.baseline > 0).any():
            return []
        told = self._told(course.exerkine)
        peak, trend = course.highest / course.baseline, course.trend
        least = course.baseline * (told - 1) * self._number("least_time", "h")
        exposure = _reading("exposure", course, told, course.area, unit=f"{course.unit} h", least=least)
        return [
            replace(exposure, farthest=course.farthest()),
            _reading("peak", course, told, peak, unit="fold"),
            replace(_reading("resting_trend", course, told, trend, unit="fold"), grade=LOW),
        ]

    def _brake(self, course: Course) -> Reading:
        hours = np.maximum(0.0, self.end_h - course.above_h)
        least = np.full(len(hours), self._number("least_time", "h"))
        return _reading("brake_off", course, self._told(course.exerkine), hours, unit="h", least=least)

    def _balance(self, courses: Mapping[str, Course]) -> Reading:
        """Return the balance; each molecule counts where it is measured first."""
        answers = [np.log(courses[name].mean_fold(self.end_h)) for name in ANSWERS]
        inflamed = [np.log(courses[name].trend) for name in INFLAMED]
        noise = [self._noise(name) / len(group) for group in (ANSWERS, INFLAMED) for name in group]
        values = np.exp(np.mean(answers, axis=0) - np.mean(inflamed, axis=0))
        told = self._critical(math.hypot(*noise))
        return _together("balance", told, values, site="plasma", least=0.0)

    def _overreaching(self, plan: Schedule) -> Reading:
        """Return the index, from the part of the model that it rests on, with the same draws."""
        borne = replace(plan, infusions=())  # no load, and that part of the model has nowhere to put them
        (course,) = self._courses(borne, _bearing())
        least = self._number("least_index", "1")
        return _together("overreaching", self._told("other"), course.highest, site="whole body", least=least)

    def _told(self, exerkine: str) -> float:
        """Return the ratio of two samples of a molecule that its assay can tell."""
        return self._critical(self._noise(exerkine))

    def _critical(self, sigma: float) -> float:
        """Return the critical ratio of two numbers, each with this standard deviation of its logarithm."""
        z = NormalDist().inv_cdf((1 + self._number("band", "1")) / 2)
        return math.exp(z * math.sqrt(2) * sigma)

    def _noise(self, exerkine: str) -> float:
        """Return what an assay adds to a molecule, as standard deviation of the natural logarithm."""
        return sigma_ln(variation(self.parameters, exerkine, "analytical").to("1"))

    def _number(self, name: str, unit: str) -> float:
        return self.parameters[f"comparison.{name}"].to(unit)


def _reading(
    kind: str, course: Course, told: float, values: np.ndarray, *, unit: str, least: np.ndarray | None = None
) -> Reading:
    n = len(values)
    floor = np.zeros(n) if least is None else least
    about = (kind, course.exerkine, course.site, unit, course.grade)
    return Reading(*about, smallest_ratio=told, values=values, least=floor, farthest=np.full(n, np.inf))


def _together(kind: str, told: float, values: np.ndarray, *, site: str, least: float) -> Reading:
    n = len(values)
    floor, far = np.full(n, least), np.full(n, np.inf)
    return Reading(kind, SEVERAL, site, "1", LOW, told, values, least=floor, farthest=far)


_ABOUT = ParameterSet({}, {"bearing": {"unit": "1", "grade": LOW}})


@cache
def _bearing() -> Model:
    """Return the part of the model that says how load is borne, so that its index can be measured."""
    from ..model import compose, module
    from ..physiology.adaptation import adaptation

    @module("bearing", parameters={})
    def bearing(m: Builder, _: Parameters) -> None:
        m.observe("whole_body", m.signal("adaptation.overreaching"), "1")

    return compose([adaptation, bearing])
