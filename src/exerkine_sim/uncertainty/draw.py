"""Random numbers that depend on a seed, a name and a member's number, and on nothing else."""

from __future__ import annotations

import math
from hashlib import sha256
from statistics import NormalDist

import numpy as np

BLOCK = 4  # words that the generator makes at a time, and counts as one
FARTHEST = 3.0  # standard deviations at which a draw ends, on either side
CERTAIN = 8.0  # standard deviations beyond which a chance rounds to 1
_NORMAL = NormalDist()


def uniform(seed: int, name: str, *, first: int, n: int) -> np.ndarray:
    """Return numbers within (0, 1), shape (n,), for the members `first`, `first` + 1, ...

    A counter-based generator is entered at the member's own place in the stream of this name, so that
    neither other members nor other names can move it.

    Examples
    --------
    >>> bool(uniform(0, "il6.clearance", first=7, n=1)[0] == uniform(0, "il6.clearance", first=0, n=9)[7])
    True

    References
    ----------
    Salmon and others (2011), Parallel random numbers: as easy as 1, 2, 3 (Philox).
    """
    key = int.from_bytes(sha256(f"{seed} {name}".encode()).digest()[:16], "big")
    skipped = first % BLOCK
    words = np.random.Philox(key=key, counter=first // BLOCK).random_raw(skipped + n)[skipped:]
    return ((words >> np.uint64(12)) + 0.5) * 2.0**-52  # the upper 52 bits, at the middle of their cell


def normal(
    uniforms: np.ndarray, *, low: float = -FARTHEST, high: float | np.ndarray = FARTHEST
) -> np.ndarray:
    """Return standard normal numbers that end at `low` and at `high`.

    Parameters
    ----------
    uniforms : ndarray, shape (n,)
        Within (0, 1).
    low, high : float
        Ends; the upper one may be an array of shape (n,). The median falls where they cut into the
        distribution.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> normal(np.array([0.5])).tolist(), round(float(normal(np.array([0.5]), low=0.0)[0]), 2)
    ([0.0], 0.67)
    """
    start, ends = _NORMAL.cdf(low), map(_NORMAL.cdf, np.ravel(high).tolist())
    within = start + (np.array([*ends]) - start) * uniforms
    # One number at a time: vectorised functions may round by a number's place in the vector.
    return np.array([*map(_NORMAL.inv_cdf, within.tolist())])


def chances(normals: np.ndarray) -> np.ndarray:
    """Return the chance of less than each of some standard normal numbers, shape (n,): what made them.

    Examples
    --------
    >>> chances(np.array([0.0])).tolist()
    [0.5]
    """
    scale = -math.sqrt(0.5)
    return np.array([0.5 * math.erfc(scale * z) for z in np.clip(normals, -CERTAIN, CERTAIN).tolist()])


def sigma_ln(variation: float) -> float:
    """Return the standard deviation of the logarithm that a coefficient of variation stands for.

    Examples
    --------
    >>> round(sigma_ln(0.3), 4)
    0.2936
    """
    return math.sqrt(math.log1p(variation**2))


def log_normal(uniforms: np.ndarray, sigma: float, *, below: float | np.ndarray = math.inf) -> np.ndarray:
    """Return log-normal factors with median 1, ended at three standard deviations and at `below`.

    Parameters
    ----------
    uniforms : ndarray, shape (n,)
        Within (0, 1).
    sigma : float
        Standard deviation of the natural logarithm; 0 gives ones.
    below : float or ndarray, shape (n,)
        A bound that no factor reaches; the median falls where it cuts into the distribution.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> log_normal(np.array([0.5]), 0.3).tolist()
    [1.0]
    """
    if sigma == 0:
        return np.ones(len(uniforms))
    high = np.array([min(FARTHEST, math.log(bound) / sigma) for bound in np.ravel(below).tolist()])
    return np.array([math.exp(sigma * z) for z in normal(uniforms, high=high).tolist()])
