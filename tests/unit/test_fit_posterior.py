"""Posteriors by ensembles: right where the answer is known, the same bits always, silent when too short."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from exerkine_sim.errors import ConvergenceError, InputError
from exerkine_sim.fitting import log_posterior, posterior, sample

pytest.importorskip("emcee")
pytest.importorskip("arviz")

MOVES = np.array([[2.0, 0.5], [0.3, -1.0], [1.0, 1.0]])
SEEN = np.array([1.5, -0.4, 0.2])
PRECISION = MOVES.T @ MOVES + np.eye(2)
COVARIANCE = np.linalg.inv(PRECISION)
MEAN = COVARIANCE @ MOVES.T @ SEEN


class Straight:
    """A problem that is linear, so that its posterior is normal; it counts the rows it is asked for."""

    names = ("a", "b")

    def __init__(self, *, ends=8.0):
        self.bounds = np.full(2, -ends), np.full(2, ends)
        self.batches = []

    def residuals(self, x):
        """Return residuals row by row: sums of products in one order, whatever the number of rows."""
        self.batches.append(len(x))
        return np.stack([np.sum(x * move, axis=1) for move in MOVES], axis=1) - SEEN

    def slopes(self, _):
        """Return the same anywhere."""
        return MOVES


START = {"about": MEAN, "covariance": COVARIANCE}


@pytest.fixture(scope="module")
def draws():
    return sample(Straight(), **START, seed=1)


def test_the_posterior_of_a_linear_problem_is_the_normal_one(draws):
    """Within five standard errors of what so many independent draws would know."""
    assert draws.converged
    worth = draws.diagnostics["ess_bulk"].min()
    sigma = np.sqrt(np.diag(COVARIANCE))
    assert np.abs((draws.kept.mean(axis=0) - MEAN) / sigma).max() < 5 / np.sqrt(worth)
    found = np.cov(draws.kept.T)
    assert np.abs((found - COVARIANCE) / np.outer(sigma, sigma)).max() < 5 * np.sqrt(2 / worth)
    away = (draws.intervals() - MEAN[:, None]) / sigma[:, None]
    assert away == pytest.approx(np.tile([-1.96, 1.96], (2, 1)), abs=10 / np.sqrt(worth))


def test_without_a_prior_the_data_speak_alone():
    found = sample(Straight(), **START, prior=False, seed=1)
    covariance = np.linalg.inv(MOVES.T @ MOVES)
    worth, sigma = found.diagnostics["ess_bulk"].min(), np.sqrt(np.diag(covariance))
    expected = covariance @ MOVES.T @ SEEN
    assert np.abs((found.kept.mean(axis=0) - expected) / sigma).max() < 5 / np.sqrt(worth)


def test_half_an_ensemble_is_one_batch():
    problem = Straight()
    sample(problem, **START, seed=1, most_steps=1)
    walkers = posterior.LEAST_WALKERS
    assert max(problem.batches) == walkers
    assert len(problem.batches) <= posterior.ENSEMBLES * (1 + 2 * posterior.ROUND)


def test_no_draw_lies_beyond_the_bounds_and_none_is_simulated_there():
    problem = Straight(ends=0.3)
    found = sample(problem, about=np.zeros(2), covariance=COVARIANCE, seed=1, most_steps=100)
    assert np.abs(found.chain).max() <= 0.3
    assert log_posterior(problem, np.array([[0.4, 0.0]])).tolist() == [-np.inf]


def test_what_cannot_be_simulated_is_never_drawn():
    problem = Straight()
    whole = problem.residuals
    problem.residuals = lambda x: np.where(x[:, :1] > MEAN[0], np.nan, whole(x))
    found = sample(problem, **START, seed=1, most_steps=200)
    assert found.chain[:, -1, :, 0].max() <= MEAN[0]


def test_draws_follow_from_the_seed(draws):
    again, other = (sample(Straight(), **START, seed=seed, most_steps=100) for seed in (1, 0))
    assert np.array_equal(again.chain, draws.chain[:, :100])
    assert not np.array_equal(other.chain, again.chain)


def test_an_interrupted_posterior_goes_on_to_the_same_bits(draws, tmp_path):
    kept = tmp_path / "kept"
    for steps in (100, 200, 10_000):
        found = sample(Straight(), **START, seed=1, most_steps=steps, checkpoint=kept, key="a fit")
    assert np.array_equal(found.chain, draws.chain)
    assert np.array_equal(found.log_chain, draws.log_chain)


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from exerkine_sim.fitting import sample
from test_fit_posterior import START, Straight
def progress(words):
    if words.startswith("200"):
        os.kill(os.getpid(), signal.SIGKILL)
sample(Straight(), **START, seed=1, checkpoint=sys.argv[2], key="a fit", progress=progress)
"""


def test_a_killed_posterior_goes_on_to_the_same_bits(draws, tmp_path):
    kept = tmp_path / "kept"
    command = [sys.executable, "-c", KILLED, os.path.dirname(__file__), str(kept)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    found = sample(Straight(), **START, seed=1, checkpoint=kept, key="a fit")
    assert np.array_equal(found.chain, draws.chain)


def test_a_checkpoint_of_something_else_is_refused(tmp_path):
    kept = tmp_path / "kept"
    sample(Straight(), **START, seed=1, most_steps=100, checkpoint=kept, key="a fit")
    for options in ({"key": "another"}, {"key": "a fit", "prior": False}):
        with pytest.raises(InputError, match="another fit"):
            sample(Straight(), **START, seed=1, most_steps=100, checkpoint=kept, **options)
    whole = kept.read_bytes()
    for content in (b"", b"PK\x03\x04", whole[: len(whole) // 2], b"{}"):
        kept.write_bytes(content)
        with pytest.raises(InputError, match="not what a posterior leaves"):
            sample(Straight(), **START, seed=1, most_steps=100, checkpoint=kept, key="a fit")


def test_too_short_a_posterior_gives_no_interval():
    found = sample(Straight(), **START, seed=1, most_steps=100)
    assert not found.converged
    assert found.more_steps() >= 100
    with pytest.raises(ConvergenceError, match=f"about {found.more_steps()} more steps"):
        found.intervals()


def test_ensembles_that_have_not_met_are_told():
    """Two hills, with nothing between that a walker would cross: each ensemble stays where it began."""
    problem = Straight()
    problem.residuals = lambda x: np.where(x[:, :1] > 0, (x - 6) / 0.1, (x + 6) / 0.1)
    begun, narrow, starts = posterior._begun, 0.01 * np.eye(2), iter([6.0, -6.0])

    def apart(problem, number, **options):
        return begun(problem, number, **options | {"about": np.full(2, next(starts)), "covariance": narrow})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(posterior, "_begun", apart)
        found = sample(problem, **START, prior=False, seed=1, most_steps=400)
    assert any("R-hat" in words for words in found.lacking)


def test_arviz_gets_the_draws(draws):
    data = draws.inference_data()
    assert set(data.posterior.data_vars) == {"a", "b"}
    kept = draws.kept[:, 0]
    assert float(data.posterior["a"].mean()) == pytest.approx(float(kept.mean()), rel=1e-12)
    assert data.sample_stats["lp"].shape == data.posterior["a"].shape
