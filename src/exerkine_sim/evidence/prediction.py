"""What a simulation says of published observations: Studies as one batch, each read where it was sampled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from .. import units
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..solution import Solution
from ..stimulus import build_stimulus
from ..subject import Subject
from .study import Observation, Study
from .study_file import CORRECTED

MUSCLE_SITES = ("muscle_mrna", "muscle_interstitium")
REGIONS = ("lower", "upper")


class Batch(NamedTuple):
    """Studies as the members of one simulation.

    Parameters
    ----------
    schedules, subjects : list
        One a Study.
    times_h : ndarray, shape (n_times,)
        Every moment at which one of them was sampled, and the time zero of each.
    end_h : float
        When the last of them is over.
    """

    schedules: list[Schedule]
    subjects: list[Subject]
    times_h: np.ndarray
    end_h: float

    @classmethod
    def of(cls, studies: Sequence[Study]) -> Batch:
        """Lay Studies side by side, each on its own clock.

        Examples
        --------
        >>> from exerkine_sim.evidence import find_study
        >>> Batch.of([find_study("Steensberg2000"), find_study("Keller2003_placebo")]).times_h
        array([ 8., 11., 13.])
        """
        schedules = [study.schedule() for study in studies]
        sampled = [study.time_h(seen) for study in studies for seen in study.observations]
        times = np.unique([*sampled, *(study.zero_h for study in studies)])
        end_h = max(float(times[-1]), *(schedule.end_h for schedule in schedules))
        return cls(schedules, [study.subject for study in studies], times, end_h)


def model_site(
    seen: Observation, study: Study, sites: Sequence[str], *, parameters: ParameterSet
) -> str | None:
    """Return the model's site for an observation: its own, the worked muscle's, or plasma.

    Parameters
    ----------
    seen : Observation
    study : Study
        To which the observation belongs.
    sites : sequence of str
        Where the model has the molecule; none when it lacks it.
    parameters : ParameterSet
    """
    base, corrected = seen.site.removesuffix(CORRECTED), CORRECTED * seen.site.endswith(CORRECTED)
    if base in MUSCLE_SITES and sites:
        candidates = [f"{base}_{worked_region(study, parameters)}"]
    else:
        candidates = [f"{name}{corrected}" for name in (base, "plasma", "blood")]
    return next((site for site in candidates if site in sites), None)


def worked_region(study: Study, parameters: ParameterSet) -> str:
    """Return the region, lower or upper, whose muscle the trial worked more: mass x intensity x time."""
    schedule = study.schedule()
    stimulus = build_stimulus(schedule, study.subject, parameters, end_h=schedule.end_h)
    hours = np.diff(stimulus.breakpoints)[: len(stimulus.inputs)]
    work = {}
    for region in REGIONS:
        mass, relative = (
            stimulus.inputs[: len(hours), stimulus.names.index(f"{name}_{region}")]
            for name in ("active_mass", "relative")
        )
        work[region] = float(np.sum(hours * mass * relative))
    return max(work, key=lambda region: work[region])


def predicted(seen: Observation, study: Study, course: xr.DataArray) -> float:
    """Return a simulated value in the unit of an observation; NaN where there is no such number.

    Parameters
    ----------
    seen : Observation
    study : Study
        To which the observation belongs.
    course : xarray.DataArray, dims (time,)
        Its molecule at its site, with the attribute ``units``.

    Raises
    ------
    UnitError
        When the unit has another dimension.
    """
    value, baseline = (float(course.sel(time=time)) for time in (study.time_h(seen), study.zero_h))
    if not seen.is_relative:
        return units.convert(value, course.attrs["units"], seen.unit)
    fold = value / baseline if baseline > 0 else math.nan
    return fold if seen.unit == "fold" else 100 * (fold - 1)


def courses_at(
    seen: Observation, study: Study, solution: Solution, *, parameters: ParameterSet
) -> xr.DataArray | None:
    """Return the simulated courses, dims (member, time), of what an observation measured where it did.

    None when the model has no such molecule, or not at such a site.
    """
    sites = solution.sites(seen.exerkine) if seen.exerkine in solution.exerkines else ()
    site = model_site(seen, study, sites, parameters=parameters)
    return None if site is None else solution.concentration(seen.exerkine, site=site)


def ratio(value: float, unit: str) -> float:
    """Return a change in percent as a multiple of the baseline, and anything else as it is.

    Examples
    --------
    >>> ratio(-25.0, "percent_change"), ratio(12.0, "pg/mL")
    (0.75, 12.0)
    """
    return 1 + value / 100 if unit == "percent_change" else value
