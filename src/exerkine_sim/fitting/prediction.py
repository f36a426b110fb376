"""What a fit says of a plan: a simulation for each draw of the person's parameters."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Arrays
from ..batch import Batch, Part, share_of, stimuli_of
from ..manifest import manifest_of
from ..schedule import Schedule
from ..simulate import kept_exerkines, model_for
from ..solution import Solution
from ..subject import Population
from ..subject.population import whole_number
from ..times import POPULATION_GRID, checked_times, end_of, output_times
from ..uncertainty import normal, uniform

if TYPE_CHECKING:
    from .result import Fit

MAX_DRAWS, AT_A_TIME, TOLERANCE = 2000, 50, 1e-6


def predicted(
    fit: Fit,
    schedule: Schedule,
    *,
    draws: int,
    seed: int,
    others: bool,
    exerkines: str | Sequence[str] | None,
    end_h: float | None,
    times_h: Sequence[float] | np.ndarray | None,
    progress: Callable[[float], None] | None,
) -> Solution:
    """Simulate a plan with draws of a person's parameters; see :meth:`.Fit.predict`."""
    n = whole_number("draws", draws, low=1, high=MAX_DRAWS)
    problem = fit.problem
    model = problem.model if not schedule.injected else model_for([schedule, problem.schedule])
    measured = list(dict.fromkeys(one.exerkine for one in problem.samples))
    kept = kept_exerkines(model, measured if exerkines is None else exerkines, None)
    end_h = end_of([schedule], end_h)
    x, member = drawn_x(fit, n=n, seed=seed), (schedule, problem.subject)
    factors = problem.factors(x)
    if others:
        people = Population(problem.subject, n=n, seed=seed).factors(problem.parameters)
        factors = {name: one for name, one in people.items() if name in model.constants} | factors
    (stimulus,) = stimuli_of([member], problem.parameters, end_h, rhythms=model.rhythms)
    times = (
        output_times([stimulus], end_h, POPULATION_GRID) if times_h is None else checked_times(times_h, end_h)
    )
    batch = Batch(model, problem.parameters, times, end_h, TOLERANCE, kept=kept)
    solved = []
    for first in range(0, n, AT_A_TIME):
        numbers = np.arange(first, min(first + AT_A_TIME, n))
        part = Part(numbers, [member] * len(numbers), {name: one[numbers] for name, one in factors.items()})
        report = share_of(progress, first / n, len(numbers) / n)
        solved.append(batch.solve(part, stimuli=[stimulus] * len(numbers), progress=report))
    settings = {"end_h": end_h, "tolerance": TOLERANCE, "engine": "compiled", "draws": n, "others": others}
    manifest = manifest_of(model, problem.parameters, [member] * n, settings=settings | {"seed": seed})
    manifest["fit"] = {"free": problem.names, "x": fit.x.tolist(), "covariance": fit.covariance.tolist()}
    arrays = Arrays.joined(solved, "member")
    return Solution(replace(arrays, attrs={"manifest": json.dumps(manifest)}), model)


def drawn_x(fit: Fit, *, n: int, seed: int) -> np.ndarray:
    """Return draws of the free parameters, shape (n, n_free): of the posterior, or to first order about x.

    The latter end at the bounds.
    """
    if fit.draws is not None:
        chosen = (uniform(seed, "posterior draw", first=0, n=n) * len(fit.draws)).astype(int)
        return fit.draws[chosen]
    independent = np.stack(
        [normal(uniform(seed, f"draw {name}", first=0, n=n)) for name in fit.problem.names]
    )
    low, high = fit.problem.bounds
    away, root = np.zeros_like(independent), np.linalg.cholesky(fit.covariance)
    for column, one in zip(root.T, independent, strict=True):
        # Element by element, so that the bits of a draw do not depend on how many there are.
        away += column[:, None] * one
    return np.clip(fit.x + away.T, low, high)
