"""Weighted least squares of log residuals, each parameter pulled towards its published value.

With x = ln(value / published) / sigma for each free parameter, (value - published) / sigma where its range
begins at 0, the sum of squares of

    ln(predicted / observed) / (error * sqrt(observations of that molecule in that Study))   and of   x

is made least within the bounds: the most probable values under log-normal errors and such priors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from ..evidence import Study
from ..evidence import studies as shipped_studies
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..physiology import default_model
from .information import Information
from .logbook import Logbook
from .problem import MUTE, Problem, free_of
from .recipe import only_for_fitting
from .result import Calibration, Combination, Estimate, Witness
from .target import Targets

# A step is worth taking when it changes more than the solver's noise.
MOST_STEPS, PRECISION = 100, 1e-6
INSIDE = 0.99  # of the way to a bound: where a drawn start may lie
NOTABLE = 0.2  # a smaller share of a combination is not worth naming
IDLE = "no observation depends on it"


def calibrate(
    free: Sequence[str],
    *,
    studies: Sequence[Study] | None = None,
    published: Mapping[str, float] | None = None,
    error_ln: float | None = None,
    starts: int = 1,
    seed: int = 0,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Calibration:
    """Fit parameters to published trials, all with the same numbers.

    Parameters
    ----------
    free : sequence of str
        Parameters of the equations, or patterns such as ``"il6.*"``. What no observation depends on is
        held.
    studies : sequence of Study, optional
        Trials marked for fitting; all shipped ones when left out.
    published : mapping of str to float, optional
        Values to be pulled towards, in the parameters' units; those of `parameters` where nothing is said.
    error_ln : float, optional
        Standard deviation of ln predicted / observed to be expected of one Study's molecule;
        ``uncertainty.trial_error`` of `parameters` when left out.
    starts, seed : int
        Searches, the first from the priors, the others from values drawn from them; seed of the draws.
    parameters, model : ParameterSet, Model, optional
        The shipped ones when left out.
    checkpoint : path, optional
        Where every evaluation is kept; a fit that finds one of itself there goes on with it, to the same
        bits as one that was never interrupted.
    progress : callable, optional
        Called with how far the search is, in words.

    Returns
    -------
    Calibration

    Raises
    ------
    InputError
        For a parameter that is unknown or has no spread, for a Study kept for checking, and when the data
        say nothing about any of the parameters.

    Examples
    --------
    Two trials of carbohydrate during cycling set how strongly it brakes IL-6.

    >>> from exerkine_sim.evidence import find_study
    >>> trials = [find_study(f"Keller2003_{arm}") for arm in ("placebo", "carbohydrate")]
    >>> found = calibrate(["il6.brake"], studies=trials)
    >>> 0.25 < found.values["il6.brake"] < 0.65
    True
    """
    problem, held = problem_of(
        free, studies=studies, published=published, error_ln=error_ln, parameters=parameters, model=model
    )
    settings = {"free": list(free), "error_ln": problem.error_ln, "starts": starts, "seed": seed}
    digests = problem.digests()
    key = hashlib.sha256(json.dumps([settings, digests], sort_keys=True).encode()).hexdigest()
    logbook = Logbook(None if checkpoint is None else Path(checkpoint), key)
    searches = _searches(problem, logbook, starts=starts, seed=seed, progress=progress)
    return _packed(problem, searches, held=held, settings=settings, digests=digests)


def problem_of(
    free: Sequence[str],
    *,
    studies: Sequence[Study] | None = None,
    published: Mapping[str, float] | None = None,
    error_ln: float | None = None,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
) -> tuple[Problem, Mapping[str, str]]:
    """Return what :func:`calibrate` makes least, and what of `free` is held and why."""
    model = default_model() if model is None else model
    parameters = load_parameters() if parameters is None else parameters
    if studies is None:
        studies = [study for study in shipped_studies() if study.use == "fit"]
    published = {} if published is None else published
    error_ln = parameters["uncertainty.trial_error"].to("1") if error_ln is None else error_ln
    priors, held = free_of(free, parameters=parameters, model=model, published=published)
    targets = Targets.of(only_for_fitting(studies), parameters=parameters, model=model)
    problem = Problem(priors, targets, parameters, error_ln).informed()
    return problem, {**held, **{one.name: IDLE for one in priors if one not in problem.priors}}


def _searches(
    problem: Problem,
    logbook: Logbook,
    *,
    starts: int,
    seed: int,
    progress: Callable[[str], None] | None,
) -> list[OptimizeResult]:
    """Search from the priors, then from what is drawn from them."""
    n, (low, high) = len(problem.priors), problem.bounds
    drawn = np.random.default_rng(seed).standard_normal((starts, n))
    points = np.clip(drawn, INSIDE * low, INSIDE * high)
    points[0] = 0.0
    found = []
    for number, point in enumerate(points, start=1):

        def told(words: str, number: int = number) -> None:
            if progress is not None:
                progress(f"search {number} of {starts}, {words}")

        found.append(_search(problem, logbook, point, told))
    return found


def _search(
    problem: Problem, logbook: Logbook, point: np.ndarray, told: Callable[[str], None]
) -> OptimizeResult:
    steps, prior_slopes = count(1), np.eye(len(point))

    def residuals(x: np.ndarray) -> np.ndarray:
        return logbook.recall("residuals", x, lambda: problem.residuals(x))

    def slopes(x: np.ndarray) -> np.ndarray:
        cost = 0.5 * float(np.sum(residuals(x) ** 2))
        told(f"step {next(steps)}: half the sum of squares {cost:.4g}")
        return np.vstack([logbook.recall("data", x, lambda: problem.data(x)), prior_slopes])

    return least(residuals, slopes, point, bounds=problem.bounds)


def least(
    residuals: Callable[[np.ndarray], np.ndarray],
    slopes: Callable[[np.ndarray], np.ndarray],
    point: np.ndarray,
    *,
    bounds: tuple[np.ndarray, np.ndarray],
) -> OptimizeResult:
    """Return where a sum of squares is least within bounds, from `point` on, by exact derivatives."""
    return least_squares(
        residuals,
        point,
        jac=slopes,  # type: ignore[arg-type]
        bounds=bounds,
        # Exact at active bounds, where the default's interior steps may stall the other parameters.
        method="dogbox",
        ftol=PRECISION,
        xtol=PRECISION,
        gtol=PRECISION,
        max_nfev=MOST_STEPS,
    )


def _packed(
    problem: Problem,
    searches: Sequence[OptimizeResult],
    *,
    held: Mapping[str, str],
    settings: Mapping[str, Any],
    digests: Mapping[str, str],
) -> Calibration:
    best, n = min(searches, key=lambda one: one.cost), len(problem.priors)
    slopes, told = best.jac[:-n], Information.of(best.jac[:-n])
    before = problem.misfit(np.zeros(n))
    return Calibration(
        estimates=_estimates(problem, best.x, told),
        held=dict(held),
        witnesses=_witnesses(problem, before, best.fun[:-n] / problem.weights, slopes),
        left_out=problem.targets.left_out,
        combinations=_combinations(problem.names, told),
        cost=float(best.cost),
        costs=tuple(float(one.cost) for one in searches),
        cost_prior=float(0.5 * np.sum((before * problem.weights) ** 2)),
        message=str(best.message),
        settings=settings,
        digests=digests,
    )


def _witnesses(
    problem: Problem, before: np.ndarray, after: np.ndarray, slopes: np.ndarray
) -> tuple[Witness, ...]:
    return tuple(
        Witness(
            item.study,
            item.observation.exerkine,
            item.site,
            item.observation.time_min,
            item.observation.counted_from,
            was,
            now,
            {name: float(f"{by:.4g}") for name, by in zip(problem.names, row, strict=True) if abs(by) > MUTE},
        )
        for item, was, now, row in zip(
            problem.targets.items, before.tolist(), after.tolist(), slopes.tolist(), strict=True
        )
    )


def _combinations(names: Sequence[str], told: Information) -> tuple[Combination, ...]:
    found = []
    for eigenvalue, direction in zip(told.eigenvalues, told.directions, strict=True):
        shares = sorted(zip(direction.tolist(), names, strict=True), key=lambda share: -abs(share[0]))
        weights = {name: share for share, name in shares if abs(share) >= NOTABLE}
        found.append(Combination(float(np.sqrt(eigenvalue)), weights))
    return tuple(found)


def _estimates(problem: Problem, x: np.ndarray, told: Information) -> tuple[Estimate, ...]:
    values, spread = problem.values(x).tolist(), told.spread.tolist()
    return tuple(
        Estimate(
            name=prior.name,
            unit=prior.unit,
            prior=prior.value,
            fitted=values[place],
            scale=prior.scale,
            sigma=prior.sigma,
            se=prior.sigma * spread[place],
            low=prior.low,
            high=prior.high,
            share=float(told.share[place]),
            partner=problem.names[told.partners[place]] if len(values) > 1 else "",
            correlation=float(told.correlations[place]),
        )
        for place, prior in enumerate(problem.priors)
    )
