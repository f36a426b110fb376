"""Least squares of many guesses at once: Levenberg and Marquardt's steps, each row with its own damping.

Residuals are asked for all rows together, slopes of one row at a time. One parameter may be held, and none
leaves its bounds: a step is cut there, and what rests on a bound and is pushed outwards is left alone.

References
----------
Nocedal and Wright (2006), Numerical optimization, section 10.3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .contract import Problem

FIRST_DAMPING, SHRINK, GROW, LEAST_DAMPING, MOST_DAMPING = 1e-3, 0.1, 5.0, 1e-12, 1e8
PRECISION, MOST_STEPS = 1e-5, 60  # of a sum of squares, of which 3.84 decide


class Descent(NamedTuple):
    """Guesses (n_rows, n_free) and their sums of squares (n_rows,), infinite where none can be had."""

    x: np.ndarray
    cost: np.ndarray


def descended(problem: Problem, x: np.ndarray, *, prior: bool, held: int | None = None) -> Descent:
    """Make the sum of squares of each row least.

    Parameters
    ----------
    problem : Problem
    x : ndarray, shape (n_rows, n_free)
        Where each row begins.
    prior : bool
        Whether the squares of x count beside those of the residuals.
    held : int, optional
        A parameter that stays where it is.
    """
    x = np.clip(x, *problem.bounds)
    residuals, cost = _costs(problem, x, prior=prior)
    damping, open_to = np.full(len(x), FIRST_DAMPING), np.isfinite(cost)
    hills = [_curvature(problem, *pair, prior=prior) for pair in zip(x, residuals, strict=True)]
    for _ in range(MOST_STEPS):
        rows = np.flatnonzero(open_to)
        if len(rows) == 0:
            break
        steps, hoped = zip(
            *(_step(problem, x[row], *hills[row], damping[row], held) for row in rows), strict=True
        )
        trial = np.clip(x[rows] + np.array(steps), *problem.bounds)
        tried, found = _costs(problem, trial, prior=prior)
        for place, row in enumerate(rows.tolist()):
            gain = cost[row] - found[place]
            if gain > 0:
                x[row], cost[row] = trial[place], found[place]
                hills[row] = _curvature(problem, x[row], tried[place], prior=prior)
            damping[row] = np.clip(damping[row] * (SHRINK if gain > 0 else GROW), LEAST_DAMPING, MOST_DAMPING)
            open_to[row] = hoped[place] > PRECISION and damping[row] < MOST_DAMPING
    return Descent(x, cost)


def _costs(problem: Problem, x: np.ndarray, *, prior: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the residuals and sums of squares of each row."""
    residuals = problem.residuals(x)
    squares = (residuals**2).sum(axis=1) + (x**2).sum(axis=1) * prior
    return residuals, np.where(np.isfinite(squares), squares, np.inf)


def _curvature(
    problem: Problem, x: np.ndarray, residuals: np.ndarray, *, prior: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return half the second derivatives (n_free, n_free), after Gauss and Newton, and half the first."""
    if not np.isfinite(residuals).all():
        return np.eye(len(x)), np.zeros(len(x))
    slopes = problem.slopes(x)
    return slopes.T @ slopes + prior * np.eye(len(x)), slopes.T @ residuals + prior * x


def _step(
    problem: Problem, x: np.ndarray, hill: np.ndarray, slope: np.ndarray, damping: float, held: int | None
) -> tuple[np.ndarray, float]:
    """Return a step, and the fall of the sum of squares that it hopes for."""
    low, high = problem.bounds
    free = ~((x <= low) & (slope > 0)) & ~((x >= high) & (slope < 0))
    if held is not None:
        free[held] = False
    step, inner = np.zeros(len(x)), hill[np.ix_(free, free)]
    # The one added to the diagonal bounds a step that no residual feels to about a prior width.
    step[free] = np.linalg.solve(inner + damping * np.diag(1 + np.diag(inner)), -slope[free])
    return step, float(-2 * slope @ step - step @ hill @ step)
