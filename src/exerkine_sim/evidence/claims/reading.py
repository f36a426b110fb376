"""Numbers read from the time courses of an arm, one for each measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...model import Model
from ...solution import Solution
from .claim import ALL, Arm, Measure

if TYPE_CHECKING:
    import xarray as xr

# Output times within a window: fine enough for a peak in a session, coarse enough for weeks.
FINE_H, COARSE_H, FINE_WINDOW_H = 1 / 30, 0.5, 48.0
STAND_INS: Mapping[str, tuple[str, ...]] = MappingProxyType({"plasma": ("plasma", "blood")})
ROUNDING_H = 1e-9
SHARE = "share"


@dataclass(frozen=True, slots=True)
class Reading:
    """A number and its unit: ``fold``, ``h``, ``share``, that of the molecule, or none."""

    value: float
    unit: str


@dataclass(frozen=True)
class Course:
    """A molecule, or a state, in the window of a measure.

    Parameters
    ----------
    times : ndarray, shape (n_times,)
        Hours after the moment from which the measure counts.
    values : ndarray, shape (n_members, n_times)
    rest : ndarray, shape (n_members,)
        The value of rest, on the scale of `values`.
    """

    times: np.ndarray
    values: np.ndarray
    rest: np.ndarray

    def risen(self) -> np.ndarray:
        """Return values above rest, shape (n_members, n_times)."""
        return self.values - self.rest[:, None]

    def peak_time(self) -> np.ndarray:
        """Return when each member's values are highest, shape (n_members,)."""
        return self.times[self.values.argmax(axis=1)]

    def half_time(self) -> np.ndarray:
        """Return hours from the peak until half of the rise is gone; not a number where it stays."""
        risen, highest = self.risen(), self.values.argmax(axis=1)
        after = np.arange(len(self.times)) >= highest[:, None]
        gone = after & (risen <= risen.max(axis=1, keepdims=True) / 2)
        hours = self.times[gone.argmax(axis=1)] - self.times[highest]
        return np.where(gone.any(axis=1), hours, np.nan)

    def farthest(self) -> np.ndarray:
        """Return the largest distance from rest in folds, up or down, as a fold above 1."""
        with np.errstate(divide="ignore", invalid="ignore"):
            folds = self.values / self.rest[:, None]
            return np.maximum(folds, 1 / folds).max(axis=1)

    def mean(self) -> np.ndarray:
        """Return the mean over time, shape (n_members,)."""
        return np.trapezoid(self.values, self.times, axis=1) / (self.times[-1] - self.times[0])


TAKES: Mapping[str, Callable[[Course], np.ndarray]] = MappingProxyType(
    {
        "peak": lambda course: course.values.max(axis=1),
        "low": lambda course: course.values.min(axis=1),
        "mean": Course.mean,
        "area": lambda course: np.trapezoid(course.risen(), course.times, axis=1),
        "value": lambda course: course.values[:, -1],
        "peak_time": Course.peak_time,
        "half_time": Course.half_time,
        "farthest": Course.farthest,
    }
)


def times_of(measure: Measure, arm: Arm) -> np.ndarray:
    """Return the output times that a measure asks for, in hours of the arm's Schedule, shape (n_times,)."""
    first, last = measure.window_h(arm)
    step = FINE_H if last - first <= FINE_WINDOW_H else COARSE_H
    inside = np.linspace(first, last, int(np.ceil((last - first) / step)) + 1)
    return np.append(inside, measure.start_h(arm))


def lacking(measure: Measure, model: Model) -> tuple[str, ...]:
    """Return what the model would have to have for a measure: molecules, sites, or states."""
    return tuple(filter(None, (_lack(measure, name, model) for name in measure.of)))


def needs_states(measure: Measure) -> bool:
    """Return whether concentrations alone are not enough for a measure."""
    return measure.take == "release_share" or any("." in name for name in measure.of)


@dataclass(frozen=True)
class Reader:
    """Reads the measures of one arm.

    Parameters
    ----------
    arm : Arm
    solution : Solution
        Of this arm alone: one member, or its people.
    """

    arm: Arm
    solution: Solution
    _releases: dict[tuple[str, float], list[dict[str, Any]]] = field(default_factory=dict, repr=False)

    def read(self, measure: Measure) -> Reading:
        """Return the number of a measure."""
        names = [name for name in self.solution.exerkines if name not in measure.without]
        names = names if measure.of == (ALL,) else list(measure.of)
        if measure.take == "release_share":
            return Reading(_together(measure, [self._release_share(measure, name) for name in names]), SHARE)
        courses = [self._course(measure, name) for name in names]
        numbers = [_across(measure, TAKES[measure.take](course)) for course, _ in courses]
        return Reading(_together(measure, numbers), _unit(measure, courses[0][1]))

    def _course(self, measure: Measure, name: str) -> tuple[Course, str]:
        """Return what a measure looks at, on its own scale, and the unit that it is in without one."""
        found, rest = self._state(name) if "." in name else self._concentration(name, measure.site)
        start, (first, last) = measure.start_h(self.arm), measure.window_h(self.arm)
        times = self.solution.times_h
        inside = (times >= first - ROUNDING_H) & (times <= last + ROUNDING_H)
        before = found.values[:, np.argmin(np.abs(times - start))]
        course = Course(times[inside] - start, found.values[:, inside], rest)
        return _scaled(course, measure.scale, before=before), str(found.attrs["units"])

    def _state(self, name: str) -> tuple[xr.DataArray, np.ndarray]:
        return self.solution.state(name), self.solution.dataset["baseline"].sel(state_name=name).values

    def _concentration(self, name: str, site: str) -> tuple[xr.DataArray, np.ndarray]:
        sites = self.solution.sites(name)
        # One of all molecules may lack the site, and is then seen where it is measured first.
        site = next((one for one in _candidates(site) if one in sites), sites[0])
        rest = self.solution.dataset["rest"].sel(exerkine=name, site=site).values
        return self.solution.concentration(name, site=site), rest

    def _release_share(self, measure: Measure, name: str) -> float:
        """Return the share of tissues and triggers in all release into the circulation, at one moment."""
        moment = (name, measure.window_h(self.arm)[1])
        if moment not in self._releases:
            terms = self.solution.explain(name, at_h=moment[1]).terms.query("kind == 'release'")
            self._releases[moment] = terms.to_dict(orient="records")
        return sum(
            float(term["share"])
            for term in self._releases[moment]
            if str(term["tissue"]).startswith(measure.tissue)
            and str(term["trigger"]).startswith(measure.trigger)
        )


def _lack(measure: Measure, name: str, model: Model) -> str:
    """Return what a measure of `name` lacks in the model; empty when it lacks nothing."""
    if name == ALL:
        return ""
    if "." in name:
        return "" if name in model.state_names else name
    sites = {one.site for one in model.observables if one.exerkine == name}
    if not sites:
        return name
    found = sites.intersection(_candidates(measure.site)) or measure.take == "release_share"
    return "" if found else f"{name} in {measure.site.replace('_', ' ')}"


def _candidates(site: str) -> tuple[str, ...]:
    return STAND_INS.get(site, (site,))


def _scaled(course: Course, scale: str, *, before: np.ndarray) -> Course:
    if scale == "value":
        return course
    if scale == "rise":
        return replace(course, values=course.risen(), rest=np.zeros_like(course.rest))
    base = course.rest if scale == "fold" else before
    with np.errstate(divide="ignore", invalid="ignore"):
        return replace(course, values=course.values / base[:, None], rest=np.ones_like(course.rest))


def _across(measure: Measure, numbers: np.ndarray) -> float:
    """Return one number for the people of an arm; those who failed are left out."""
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return math.nan
    if measure.across == "median":
        return float(np.median(numbers))
    if measure.across == "share_above":
        return float(np.mean(numbers > measure.above))
    if not (numbers > 0).all():
        return math.nan
    logs = np.log(numbers)
    spread = float(np.std(logs, ddof=1))
    return spread if measure.across == "sigma_ln" else float(np.mean((logs - logs.mean()) ** 3)) / spread**3


def _together(measure: Measure, numbers: Sequence[float]) -> float:
    if measure.together == "count_above":
        return float(sum(number > (measure.above or 0.0) for number in numbers))
    return max(numbers) if measure.together == "largest" else min(numbers)


def _unit(measure: Measure, unit: str) -> str:
    """Return the unit of a number: none for counts and spreads."""
    if measure.across == "share_above":
        return SHARE
    if measure.across != "median" or measure.together == "count_above":
        return ""
    if measure.take in ("peak_time", "half_time"):
        return "h"
    relative = measure.scale in ("fold", "fold_before") or measure.take == "farthest"
    own = "fold" if relative else "" if unit == "1" else unit
    return f"{own} x h" if measure.take == "area" else own
