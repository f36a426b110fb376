"""The visual predictive check: published means of one molecule among simulated trials and people.

Each observation stands at a percentile of simulated trials. Where the model is right, these percentiles are
spread evenly from 0 to 100. Divided by the median of the simulated trials, observations of all doses can be
looked at together: the prediction-corrected check (Bergstrand2011).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..errors import InputError, UnitError, nearest
from ..parameters import ParameterSet, load_parameters
from ..physiology import default_model
from .prediction import ratio
from .rehearsal import Range, Rehearsal, size_of
from .study import Observation, Study
from .study import studies as shipped_studies


class Sample(NamedTuple):
    """A published mean: hours after time zero, value, and the spread as printed, NaN where there is none."""

    hour: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """What one trial measured of a molecule in one unit, and where simulations lie meanwhile.

    Parameters
    ----------
    study, use, site, unit : str
        The unit is ``fold`` where the trial printed changes against its own baseline.
    size : int
        People of the trial.
    hours : ndarray, shape (n_times,)
        After the trial's time zero.
    people, trials : ndarray, shape (3, n_times)
        The 5, 50 and 95 % quantiles over single people, each with a draw of the uncertain numbers, and over
        means of as many people as the trial had, who share one.
    samples : tuple of Sample
    bouts : tuple of (float, float)
        Start and end, in hours.
    """

    study: str
    use: str
    site: str
    unit: str
    size: int
    hours: np.ndarray
    people: np.ndarray
    trials: np.ndarray
    samples: tuple[Sample, ...]
    bouts: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One observation among simulated trials.

    Parameters
    ----------
    study, use : str
    observation : Observation
    hour : float
        After the trial's time zero.
    percentile : float
        Of simulated trials, below which the observation lies, 0 to 100.
    inside : bool
        Whether it lies between the 5 and 95 % quantiles.
    corrected : float
        Observation over the median of simulated trials; NaN where one of them is not positive.
    band : Range
        The 5 and 95 % quantiles of simulated trials over that median.
    """

    study: str
    use: str
    observation: Observation
    hour: float
    percentile: float
    inside: bool
    corrected: float
    band: Range


@dataclass(frozen=True)
class PredictiveCheck:
    """All trials of a molecule.

    Parameters
    ----------
    exerkine : str
    panels : tuple of Panel
    points : tuple of Point
    """

    exerkine: str
    panels: tuple[Panel, ...]
    points: tuple[Point, ...]

    def summary(self) -> dict[str, float | int | None]:
        """Return how many observations there are, the share inside, and the prediction-corrected middle.

        ``corrected`` is the geometric mean of observations over the medians of simulated trials: above 1 the
        model is too low; ``percentile`` the median of their percentiles, 50 where it is right.
        """
        ratios = [point.corrected for point in self.points if math.isfinite(point.corrected)]
        return {
            "n": len(self.points),
            "inside": float(np.mean([point.inside for point in self.points])) if self.points else None,
            "percentile": float(np.median([one.percentile for one in self.points])) if self.points else None,
            "corrected": math.exp(float(np.mean(np.log(ratios)))) if ratios else None,
        }

    def to_json_dict(self) -> dict[str, Any]:
        """Return summary and points, ready for JSON."""
        points = [
            {
                "study": one.study,
                "use": one.use,
                "site": one.observation.site,
                "hour": one.hour,
                "observed": one.observation.value,
                "unit": one.observation.unit,
                "percentile": one.percentile,
                "inside": one.inside,
                "corrected": one.corrected,
                "band": list(one.band),
            }
            for one in self.points
        ]
        return {"exerkine": self.exerkine, "summary": self.summary(), "points": points}


def predictive_check(
    exerkine: str,
    studies: Iterable[Study] | None = None,
    *,
    parameters: ParameterSet | None = None,
    progress: Callable[[float], None] | None = None,
) -> PredictiveCheck:
    """Simulate the trials of a molecule again and again, and see where their published means lie.

    See :class:`~exerkine_sim.evidence.rehearsal.Rehearsal`, whose trials these are.

    Parameters
    ----------
    exerkine : str
        Molecule id.
    studies : iterable of Study, optional
        The shipped ones when left out.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    progress : callable, optional
        Called with the fraction that is done.

    Returns
    -------
    PredictiveCheck
        Without Studies that cannot be simulated, and without what the model lacks.

    Raises
    ------
    InputError
        For a molecule that the model has not, or that none of the Studies measured.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study
    >>> found = predictive_check("il6", [find_study("Steensberg2000")])
    >>> found.summary()["n"], len(found.panels)
    (1, 1)
    """
    parameters = load_parameters() if parameters is None else parameters
    known = default_model().exerkines
    if exerkine not in known:
        raise InputError(
            f"unknown exerkine '{exerkine[:40]}'", fix=nearest(exerkine, known), field="exerkine"
        )
    every = shipped_studies() if studies is None else studies
    chosen = [one for one in every if exerkine in {seen.exerkine for seen in one.observations}]
    if not chosen:
        raise InputError(
            f"no trial that measured {exerkine}", expected="one", fix="choose another", field="exerkine"
        )
    panels: list[Panel] = []
    points: list[Point] = []
    for index, study in enumerate(chosen):
        rehearsal = Rehearsal.of(study, parameters)
        if rehearsal is not None:
            seen = [one for one in study.observations if one.exerkine == exerkine]
            found = {one: point for one in seen for point in [_point(rehearsal, one)] if point is not None}
            points.extend(found.values())
            panels.extend(_panels(rehearsal, list(found)))
        if progress is not None:
            progress((index + 1) / len(chosen))
    return PredictiveCheck(exerkine, tuple(panels), tuple(points))


def _point(rehearsal: Rehearsal, seen: Observation) -> Point | None:
    """Return an observation among the trials; None where the model has no such number."""
    try:
        values, ranges = rehearsal.values(seen), rehearsal.ranges(seen)
    except UnitError:
        return None
    if values is None or ranges is None:
        return None
    means = values[-1][np.isfinite(values[-1])]
    # A share of as many as lie below, ties by half: even where observation and trials are of one kind.
    below = float(np.mean(means < seen.value) + np.mean(means == seen.value) / 2)
    low, high = (ratio(end, seen.unit) for end in ranges.trials)
    median, value = ratio(float(np.median(means)), seen.unit), ratio(seen.value, seen.unit)
    comparable = median > 0 and value > 0
    study = rehearsal.study
    return Point(
        study.key,
        study.use,
        seen,
        hour=study.time_h(seen) - study.zero_h,
        percentile=100 * below,
        inside=low <= value <= high,
        corrected=value / median if comparable else math.nan,
        band=Range(low / median, high / median) if comparable else Range(math.nan, math.nan),
    )


def _panels(rehearsal: Rehearsal, observations: Sequence[Observation]) -> list[Panel]:
    """Return a panel for each site and unit in which a trial measured."""
    grouped: dict[tuple[str, str], list[Observation]] = {}
    for seen in observations:
        grouped.setdefault((seen.site, "fold" if seen.is_relative else seen.unit), []).append(seen)
    study = rehearsal.study
    found = []
    for (site, unit), group in grouped.items():
        hours, people = rehearsal.band(group[0], unit, of="people")
        _, trials = rehearsal.band(group[0], unit)
        samples = tuple(_sample(study, seen) for seen in group)
        bouts = tuple((one.start_min / 60, one.end_min / 60) for one in study.bouts)
        about = (study.key, study.use, site, unit, size_of(study))
        found.append(Panel(*about, hours=hours, people=people, trials=trials, samples=samples, bouts=bouts))
    return found


def _sample(study: Study, seen: Observation) -> Sample:
    spread = (math.nan if end is None else ratio(end, seen.unit) for end in (seen.low, seen.high))
    return Sample(study.time_h(seen) - study.zero_h, ratio(seen.value, seen.unit), *spread)
