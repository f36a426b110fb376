"""Weighted least squares of log residuals, each parameter pulled towards its published value.

With x = ln(value / published) / sigma for each free parameter, the sum of squares of

    ln(predicted / observed) / (error * sqrt(observations of that molecule in that Study))   and of   x

is made least within the bounds: the most probable values under log-normal errors and priors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from ..errors import InputError, SolverError
from ..evidence import Study
from ..evidence import studies as shipped_studies
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..physiology import default_model
from .information import Information
from .logbook import Logbook
from .prior import Prior, priors_of
from .recipe import ERROR_LN, only_for_fitting
from .result import Calibration, Combination, Estimate, Witness
from .target import Targets

# A step is worth taking when it changes more than the solver's noise.
MOST_STEPS, PRECISION = 100, 1e-6
INSIDE = 0.99  # of the way to a bound: where a drawn start may lie
NOTABLE = 0.2  # a smaller share of a combination is not worth naming
IDLE, DEAF = "no observation depends on it", "do not depend on what is free"


def calibrate(
    free: Sequence[str],
    *,
    studies: Sequence[Study] | None = None,
    published: Mapping[str, float] | None = None,
    error_ln: float = ERROR_LN,
    starts: int = 1,
    seed: int = 0,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[float], None] | None = None,
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
    error_ln : float
        Standard deviation of ln predicted / observed to be expected of one Study's molecule.
    starts, seed : int
        Searches, the first from the priors, the others from values drawn from them; seed of the draws.
    parameters, model : ParameterSet, Model, optional
        The shipped ones when left out.
    checkpoint : path, optional
        Where every evaluation is kept; a fit that finds one of itself there goes on with it, to the same
        bits as one that was never interrupted.
    progress : callable, optional
        Called with the fraction of searches that are done.

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
    model = default_model() if model is None else model
    parameters = load_parameters() if parameters is None else parameters
    if studies is None:
        studies = [study for study in shipped_studies() if study.use == "fit"]
    published = {} if published is None else published
    priors, held = priors_of(free, parameters=parameters, model=model, published=published)
    targets = Targets.of(only_for_fitting(studies), parameters=parameters, model=model)
    settings = {"free": list(free), "error_ln": error_ln, "starts": starts, "seed": seed}
    problem = _informed(_Problem(priors, targets, parameters, error_ln))
    digests = problem.digests()
    key = hashlib.sha256(json.dumps([settings, digests], sort_keys=True).encode()).hexdigest()
    logbook = Logbook(None if checkpoint is None else Path(checkpoint), key)
    searches = _searches(problem, logbook, starts=starts, seed=seed, progress=progress)
    idle = {one.name: IDLE for one in priors if one not in problem.priors}
    return _packed(problem, searches, held={**held, **idle}, settings=settings, digests=digests)


@dataclass(frozen=True)
class _Problem:
    """What is sought, as least squares of x, the parameters in units of their priors' widths."""

    priors: tuple[Prior, ...]
    targets: Targets
    parameters: ParameterSet
    error_ln: float

    @property
    def names(self) -> list[str]:
        """Names of the free parameters, in order."""
        return [one.name for one in self.priors]

    @property
    def sigmas(self) -> np.ndarray:
        """Widths of the priors, of natural logarithms."""
        return np.array([one.sigma_ln for one in self.priors])

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest x."""
        low, high = (
            np.log([getattr(one, edge) / one.value for one in self.priors]) for edge in ("low", "high")
        )
        return low / self.sigmas, high / self.sigmas

    def values(self, x: np.ndarray) -> np.ndarray:
        """Return the parameters in their own units."""
        middle, low, high = (
            np.array([getattr(one, name) for one in self.priors]) for name in ("value", "low", "high")
        )
        return np.clip(middle * np.exp(x * self.sigmas), low, high)

    def at(self, x: np.ndarray) -> ParameterSet:
        """Return all parameters with the free ones at `x`."""
        values = dict(zip(self.names, self.values(x).tolist(), strict=True))
        return self.parameters.with_values(values, note="calibration")

    def misfit(self, x: np.ndarray) -> np.ndarray:
        """Return ln predicted / observed, shape (n_targets,)."""
        return self.targets.residuals(self.at(x))

    def data(self, x: np.ndarray) -> np.ndarray:
        """Return the Jacobian of the data's weighted residuals, shape (n_targets, n_free)."""
        slopes = self.targets.slopes(self.at(x), self.names)
        return slopes * self.sigmas * (self.targets.weights / self.error_ln)[:, None]

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Return the residuals of data and priors, shape (n_targets + n_free,)."""
        misfit = self.misfit(x)
        if not np.isfinite(misfit).all():
            values = dict(zip(self.names, self.values(x).tolist(), strict=True))
            raise SolverError(f"some trial cannot be simulated with {values}", fix="narrow their bounds")
        return np.append(misfit * self.targets.weights / self.error_ln, x)

    def digests(self) -> dict[str, str]:
        """Return hashes of all that a fit follows from."""
        told = {"priors": self.priors, "studies": self.targets.studies}
        return {
            "parameters": self.parameters.digest(),
            "model": self.targets.model.digest(),
            **{name: hashlib.sha256(repr(one).encode()).hexdigest() for name, one in told.items()},
            **{name: version(name) for name in ("numpy", "scipy")},
        }


def _informed(problem: _Problem) -> _Problem:
    """Return the problem without parameters and observations that know nothing of each other."""
    here = np.zeros(len(problem.priors))
    told = problem.data(here) if problem.priors and problem.targets.items else np.zeros((0, 0))
    told = np.where(np.isfinite(told), told, 0.0) != 0.0
    if not told.any():
        raise InputError(
            "no observation depends on any of the free parameters",
            expected="parameters that the studies can tell something about",
            fix="free others, or add studies",
            field="free",
        )
    heard = told.any(axis=1) & np.isfinite(problem.misfit(here))
    targets = problem.targets.keep(heard, parameters=problem.parameters, why=DEAF)
    speaking = told.any(axis=0)
    priors = tuple(one for one, speaks in zip(problem.priors, speaking, strict=True) if speaks)
    return _Problem(priors, targets, problem.parameters, problem.error_ln)


def _searches(
    problem: _Problem,
    logbook: Logbook,
    *,
    starts: int,
    seed: int,
    progress: Callable[[float], None] | None,
) -> list[OptimizeResult]:
    """Search from the priors, then from what is drawn from them."""
    n, (low, high) = len(problem.priors), problem.bounds
    drawn = np.random.default_rng(seed).standard_normal((starts, n))
    points = np.clip(drawn, INSIDE * low, INSIDE * high)
    points[0] = 0.0
    prior_slopes = np.eye(n)
    found = []
    for done, point in enumerate(points, start=1):
        search = least_squares(
            lambda x: logbook.recall("residuals", x, lambda: problem.residuals(x)),
            point,
            jac=lambda x: np.vstack([logbook.recall("data", x, lambda: problem.data(x)), prior_slopes]),  # type: ignore[arg-type]
            bounds=(low, high),
            # Exact at active bounds, where the default's interior steps may stall the other parameters.
            method="dogbox",
            ftol=PRECISION,
            xtol=PRECISION,
            gtol=PRECISION,
            max_nfev=MOST_STEPS,
        )
        found.append(search)
        if progress is not None:
            progress(done / starts)
    return found


def _packed(
    problem: _Problem,
    searches: Sequence[OptimizeResult],
    *,
    held: Mapping[str, str],
    settings: Mapping[str, Any],
    digests: Mapping[str, str],
) -> Calibration:
    best, n = min(searches, key=lambda one: one.cost), len(problem.priors)
    here, weights = np.zeros(n), problem.targets.weights / problem.error_ln
    told = Information.of(best.jac[:-n])
    before, after = problem.misfit(here), best.fun[:-n] / weights
    return Calibration(
        estimates=_estimates(problem, best.x, told),
        held=dict(held),
        witnesses=tuple(
            Witness(
                item.study,
                item.observation.exerkine,
                item.site,
                item.observation.time_min,
                item.observation.counted_from,
                was,
                now,
            )
            for item, was, now in zip(problem.targets.items, before.tolist(), after.tolist(), strict=True)
        ),
        left_out=problem.targets.left_out,
        combinations=_combinations(problem.names, told),
        cost=float(best.cost),
        costs=tuple(float(one.cost) for one in searches),
        cost_prior=float(0.5 * np.sum((before * weights) ** 2)),
        message=str(best.message),
        settings=settings,
        digests=digests,
    )


def _combinations(names: Sequence[str], told: Information) -> tuple[Combination, ...]:
    found = []
    for eigenvalue, direction in zip(told.eigenvalues, told.directions, strict=True):
        shares = sorted(zip(direction.tolist(), names, strict=True), key=lambda share: -abs(share[0]))
        weights = {name: share for share, name in shares if abs(share) >= NOTABLE}
        found.append(Combination(float(np.sqrt(eigenvalue)), weights))
    return tuple(found)


def _estimates(problem: _Problem, x: np.ndarray, told: Information) -> tuple[Estimate, ...]:
    values, spread = problem.values(x).tolist(), told.spread.tolist()
    return tuple(
        Estimate(
            name=prior.name,
            unit=prior.unit,
            prior=prior.value,
            fitted=values[place],
            sigma_ln=prior.sigma_ln,
            se_ln=prior.sigma_ln * spread[place],
            low=prior.low,
            high=prior.high,
            share=float(told.share[place]),
            partner=problem.names[told.partners[place]] if len(values) > 1 else "",
            correlation=float(told.correlations[place]),
        )
        for place, prior in enumerate(problem.priors)
    )
