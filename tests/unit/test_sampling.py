"""Which samples tell most: information in closed form, exchange against every design, limits kept, refusals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.sampling.exchange import Choice
from exerkine_sim.sampling.information import Telling


def random_telling(seed: int, *, n: int = 11, outputs: int = 2, parameters: int = 3, wanted: int = 2) -> Telling:
    """Smooth slopes, as those of a time course are, on two days."""
    rng = np.random.default_rng(seed)
    time = np.linspace(0, 1, n)[:, None, None]
    waves = rng.normal(size=(3, outputs, parameters))
    slopes = 4 * (waves[0] + waves[1] * np.sin(6 * time) + waves[2] * np.cos(9 * time))
    measured = np.ones((n, outputs), dtype=bool)
    return Telling(slopes, measured, (np.arange(n) > n // 2).astype(int), rng.uniform(0, 9, outputs), wanted)


def whole_information(told: Telling, chosen: list[int]) -> np.ndarray:
    """J' C^-1 J with the covariance of all samples written out, and the priors."""
    slopes = told.slopes[chosen]
    n, outputs, parameters = slopes.shape
    found = np.eye(parameters)
    for output in range(outputs):
        same_day = told.day[chosen][:, None] == told.day[chosen]
        covariance = np.eye(n) + told.day_ratio[output] * same_day
        found += slopes[:, output].T @ np.linalg.solve(covariance, slopes[:, output])
    return found


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10), max_size=5, unique=True))
@settings(max_examples=50, deadline=None)
def test_the_information_is_that_of_the_written_out_covariance(seed, chosen):
    """To rounding: sums of a few dozen products."""
    told = random_telling(seed)
    np.testing.assert_allclose(told.of(chosen), whole_information(told, chosen), rtol=1e-9, atol=1e-9)
    others = np.array([one for one in range(11) if one not in chosen])
    each = told.with_each(chosen, others)
    whole = [whole_information(told, [*chosen, other]) for other in others.tolist()]
    np.testing.assert_allclose(each, whole, rtol=1e-9, atol=1e-9)


def test_nuisance_counts_as_what_is_left_of_the_wanted_parameters_covariance():
    told = random_telling(3)
    matrix = told.of([0, 4, 9])
    covariance = np.linalg.inv(matrix)[:2, :2]
    bits = -0.5 * np.log2(np.linalg.det(covariance))
    assert told.gain(matrix) == pytest.approx(bits, rel=1e-10)  # rounding of two inversions


def every_design(choice: Choice, n: int) -> float:
    """The most that any allowed design of n samples tells."""
    free = [one for one in range(len(choice.times_h)) if one not in choice.held and choice.free[one]]
    best = -np.inf
    for chosen in itertools.combinations(free, n):
        times = np.sort(choice.times_h[[*choice.held, *chosen]])
        if len(times) < 2 or np.diff(times).min() >= choice.gap_h - 1e-9:
            best = max(best, choice.gain([*choice.held, *chosen]))
    return best


@given(
    st.integers(0, 10**6),
    st.integers(1, 4),
    st.sampled_from([1.0, 2.0]),
    st.sampled_from([(), (5,), (1, 9)]),
    st.integers(1, 3),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_exchange_finds_the_best_of_all_designs(seed, n, gap, held, wanted):
    """Of 11 candidates; 1e-9 bits are what an exchange is not made for."""
    told = random_telling(seed, wanted=wanted)
    choice = Choice(told, np.arange(11.0), np.ones(11), np.ones(11, dtype=bool), held, n, gap)
    found = choice.best()
    best = every_design(choice, len(found) - len(held))
    assert choice.gain(found) == pytest.approx(best, abs=1e-8)
