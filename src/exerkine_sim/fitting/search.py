"""The most probable parameters: least squares of the residuals of data and priors, from several starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
from scipy.optimize import OptimizeResult

from ..calibration import least
from ..errors import IdentifiabilityError, SolverError
from ..uncertainty import normal, uniform
from .contract import Problem

INSIDE = 0.99  # of the way to a bound: where a drawn start may lie


@dataclass(frozen=True)
class Found:
    """Where a search ended.

    Parameters
    ----------
    x : ndarray, shape (n_free,)
    slopes : ndarray, shape (n_data, n_free)
        Of the data's residuals there.
    cost : float
        Half the sum of squares there; `costs` of all starts.
    costs : tuple of float
    message : str
        Why it ended.
    """

    x: np.ndarray
    slopes: np.ndarray
    cost: float
    costs: tuple[float, ...]
    message: str


def search(
    problem: Problem,
    *,
    prior: bool = True,
    starts: int = 3,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Found:
    """Find the parameters that make the residuals least, with those of the priors or without.

    Parameters
    ----------
    problem : Problem
    prior : bool
        Whether each parameter is pulled towards its prior; without, only the bounds hold it.
    starts, seed : int
        Searches, the first from the priors, the others from what is drawn from them; seed of the draws.
    progress : callable, optional
        Called with how far the search is, in words.

    Raises
    ------
    SolverError
        When it cannot be simulated at any of the starts.
    """
    found: list[OptimizeResult] = []
    for number, point in enumerate(_starts(problem, starts, seed), start=1):
        if not np.isfinite(problem.residuals(point[None])).all():
            continue
        words = f"search {number} of {starts}"
        told = None if progress is None else lambda text, words=words: progress(f"{words}, {text}")
        found.append(_search(problem, point, prior=prior, told=told))
    if not found:
        raise SolverError(
            "the plan cannot be simulated with the priors' parameters",
            fix="check person and plan with exerkine-sim run, or narrow the spreads",
        )
    best, n = min(found, key=lambda one: one.cost), len(problem.names)
    slopes = best.jac[:-n] if prior else best.jac
    return Found(best.x, slopes, float(best.cost), tuple(float(one.cost) for one in found), str(best.message))


def _starts(problem: Problem, n: int, seed: int) -> np.ndarray:
    low, high = problem.bounds
    drawn = [normal(uniform(seed, f"start {name}", first=0, n=n)) for name in problem.names]
    points = np.clip(np.array(drawn).T, INSIDE * low, INSIDE * high)
    points[0] = 0.0
    return points


def _search(
    problem: Problem, point: np.ndarray, *, prior: bool, told: Callable[[str], None] | None
) -> OptimizeResult:
    steps, pulls = count(1), np.eye(len(point)) if prior else np.zeros((0, len(point)))

    def residuals(x: np.ndarray) -> np.ndarray:
        return np.append(problem.residuals(x[None])[0], pulls @ x)

    def slopes(x: np.ndarray) -> np.ndarray:
        if told is not None:
            told(f"step {next(steps)}: half the sum of squares {0.5 * np.sum(residuals(x) ** 2):.4g}")
        return np.vstack([problem.slopes(x), pulls])

    return least(residuals, slopes, point, bounds=problem.bounds)


def covariance_of(slopes: np.ndarray, *, prior: bool) -> np.ndarray:
    """Return the covariance of x to first order about the fit, shape (n_free, n_free).

    Raises
    ------
    IdentifiabilityError
        When nothing but a prior would make it finite, and there is none.

    Examples
    --------
    >>> covariance_of(np.array([[3.0]]), prior=True).tolist()
    [[0.1]]
    """
    precision = slopes.T @ slopes + (np.eye(slopes.shape[1]) if prior else 0.0)
    if np.linalg.matrix_rank(precision) < len(precision):
        raise IdentifiabilityError(
            "the measurements alone do not fix the free parameters",
            expected="at least as many telling samples as free parameters",
            fix="keep the prior, free fewer parameters, or measure more",
        )
    return np.linalg.inv(precision)
