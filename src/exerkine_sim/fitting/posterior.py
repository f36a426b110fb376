"""The posterior of any Problem, by ensembles of walkers: each half of an ensemble is one batch.

Independent ensembles go their way in turns, some steps each; every draw follows from seed, ensemble and step.
They are taken to have met where, of the later three quarters of the steps,

* the ensembles, and each one's earlier and later half, agree: rank-normalised R-hat at most 1.01,
* bulk and tail are known as if from 400 independent draws at least (arviz, each walker a chain), and
* the steps are 50 autocorrelation times at least, so that these are themselves known.

Otherwise no interval is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, SolverError
from ..extra import needs
from .checkpoint import Checkpoint, Walk
from .contract import Problem
from .draws import Draws

ENSEMBLES, ROUND = 2, 100
# So many walkers at least: an ensemble proposes along their differences.
LEAST_WALKERS, PER_PARAMETER = 16, 4
MOST_STEPS, MAX_STEPS = 10_000, 1_000_000
# Wider than what is looked for, so that ensembles which have not met yet are seen to differ.
WIDER, INSIDE = 1.5, 0.99
STRETCHED = 0.2  # share of moves towards another walker; the rest go along differences of two


def sample(
    problem: Problem,
    *,
    about: np.ndarray,
    covariance: np.ndarray,
    prior: bool = True,
    seed: int = 0,
    most_steps: int = MOST_STEPS,
    checkpoint: str | Path | None = None,
    key: str = "",
    progress: Callable[[str], None] | None = None,
) -> Draws:
    """Draw from the posterior until the ensembles agree, or for so many steps.

    Parameters
    ----------
    problem : Problem
    about : ndarray, shape (n_free,)
        Where to begin: the most probable x.
    covariance : ndarray, shape (n_free, n_free)
        How widely, to first order.
    prior : bool
        Whether the prior counts; without, x is even between the bounds.
    seed : int
    most_steps : int
        Of each walker; rounded up to hundreds.
    checkpoint : path, optional
        Where every hundred steps are kept; what an interrupted run left there is gone on with, to the same
        bits as one that was never interrupted.
    key : str
        Hash of what the problem follows from: a checkpoint of another is refused.
    progress : callable, optional
        Called with how far the ensembles are, in words.

    Returns
    -------
    Draws

    Raises
    ------
    InputError
        When the checkpoint is of another problem, or the library is not installed.

    Examples
    --------
    A Problem of one number that was measured as 0.8 with error 1, where the prior expects 0 with width 1:

    >>> class Number:
    ...     names, bounds = ["a"], (np.array([-5.0]), np.array([5.0]))
    ...     def residuals(self, x):
    ...         return x - 0.8
    ...     def slopes(self, x):
    ...         return np.ones((1, 1))
    >>> draws = sample(Number(), about=np.array([0.4]), covariance=np.array([[0.5]]), seed=1)
    >>> round(float(draws.kept.mean()), 1), round(float(draws.kept.std()), 1)
    (0.4, 0.7)
    """
    if not 1 <= most_steps <= MAX_STEPS:
        raise InputError(f"most_steps = {most_steps}", expected=f"1 to {MAX_STEPS}", field="most_steps")
    settings: dict[str, Any] = {"seed": seed, "prior": prior, "names": list(problem.names)}
    kept = Checkpoint(None if checkpoint is None else Path(checkpoint), key, settings)
    walks = kept.left() or [
        _begun(problem, number, about=about, covariance=covariance, settings=settings)
        for number in range(ENSEMBLES)
    ]
    draws = Draws.of(walks, settings)
    while draws.steps < most_steps and not (draws.steps and draws.converged):
        walks = [_walked(problem, walk, prior=prior) for walk in walks]
        kept.keep(walks)
        draws = Draws.of(walks, settings)
        if progress is not None:
            progress(draws.told)
    return draws


def log_posterior(problem: Problem, x: np.ndarray, *, prior: bool = True) -> np.ndarray:
    """Return ln posterior up to a constant, shape (n_rows,); minus infinity where there is none.

    Rows beyond the bounds are not simulated.
    """
    low, high = problem.bounds
    inside, found = ((x >= low) & (x <= high)).all(axis=1), np.full(len(x), -math.inf)
    if inside.any():
        rows = x[inside]
        squares = np.sum(problem.residuals(rows) ** 2, axis=1) + (np.sum(rows**2, axis=1) if prior else 0.0)
        found[inside] = np.where(np.isfinite(squares), -0.5 * squares, -math.inf)
    return found


def _begun(
    problem: Problem, number: int, *, about: np.ndarray, covariance: np.ndarray, settings: dict[str, Any]
) -> Walk:
    """Return an ensemble that has not moved yet, about the most probable x."""
    (low, high), n = problem.bounds, len(problem.names)
    word = sha256(f"{settings['seed']} posterior ensemble {number}".encode()).digest()
    random = np.random.RandomState(np.frombuffer(word, dtype="<u4"))
    walkers = max(LEAST_WALKERS, PER_PARAMETER * n)
    away = random.standard_normal((walkers, n)) @ np.linalg.cholesky(covariance).T
    x = np.clip(about + WIDER * away, INSIDE * low, INSIDE * high)
    logs = log_posterior(problem, x, prior=settings["prior"])
    able = np.flatnonzero(np.isfinite(logs))
    if len(able) == 0:
        raise SolverError("none of the first draws can be simulated", fix="narrow the spreads")
    # Who would begin where nothing can be simulated begins where another does.
    begin = np.where(np.isfinite(logs), np.arange(walkers), np.resize(able, walkers))
    x, logs = x[begin], logs[begin]
    return Walk(np.empty((0, walkers, n)), np.empty((0, walkers)), x, logs, random.get_state())


def _walked(problem: Problem, walk: Walk, *, prior: bool) -> Walk:
    """Return an ensemble a round later."""
    emcee = needs("emcee", "analysis")
    walkers, n = walk.x.shape
    sampler = emcee.EnsembleSampler(
        walkers,
        n,
        lambda x: log_posterior(problem, x, prior=prior),
        moves=[(emcee.moves.DEMove(), 1 - STRETCHED), (emcee.moves.StretchMove(), STRETCHED)],
        vectorize=True,
    )
    begin = emcee.State(walk.x, log_prob=walk.logs, random_state=walk.random)
    end = sampler.run_mcmc(begin, ROUND, skip_initial_state_check=True)
    return Walk(
        np.concatenate([walk.chain, sampler.get_chain()]),
        np.concatenate([walk.log_chain, sampler.get_log_prob()]),
        end.coords,
        end.log_prob,
        sampler.random_state,
    )
