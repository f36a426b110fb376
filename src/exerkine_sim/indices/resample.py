"""Which base points a bootstrap takes how often, and how wide the intervals are that follow."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

CONFIDENCE = 0.95
# Half of an interval that is so likely, in standard deviations.
HALF_WIDTH = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


def weights(n: int, *, resamples: int, seed: int) -> np.ndarray:
    """Return the share of each of `n` points in a mean, shape (1 + resamples, n).

    The first row is the mean itself, each other one that of `n` points drawn with replacement. So a mean of
    many quantities over all resamples is one matrix product.

    Examples
    --------
    >>> weights(4, resamples=2, seed=0).sum(axis=1).tolist()
    [1.0, 1.0, 1.0]
    """
    drawn = np.random.default_rng(seed).integers(n, size=(n, resamples))
    counts = [np.bincount(one, minlength=n) for one in drawn.T]
    return np.stack([np.ones(n), *counts]) / n


def estimate_of(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return an estimate and half of its interval, from its values under each row of weights."""
    return means[0], HALF_WIDTH * means[1:].std(axis=0, ddof=1)
