"""Sobol' indices of many outputs at once: which share of the variance is whose.

    S1   what would go if the factor were known: Saltelli and others (2010), table 2, (b)
    ST   what would stay if all the others were known: Jansen (1999)

These are the estimators of SALib, which takes one output at a time; here means over base points and over all
resamples of them are matrix products.

References
----------
Saltelli and others (2010), doi:10.1016/j.cpc.2009.09.018.  Jansen (1999), doi:10.1016/S0010-4655(98)00154-4.
"""

from __future__ import annotations

import numpy as np

from .resample import estimate_of, weights


def sobol(values: np.ndarray, *, resamples: int, seed: int) -> dict[str, np.ndarray]:
    """Return first and total indices with half of their 95 % intervals.

    Parameters
    ----------
    values : ndarray, shape (n_base, n_factors + 2, n_outputs)
        Outputs at A, at A with each column of B in turn, and at B. None of the outputs is constant.
    resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    dict of str to ndarray, shape (n_factors, n_outputs)
        ``S1``, ``S1_conf``, ``ST``, ``ST_conf``.

    Examples
    --------
    An output that is the first of two factors:

    >>> from exerkine_sim.sweeps import Sampling
    >>> cube = Sampling("saltelli", n=256, seed=1).cube("ab", sizes=[0, 0], first=0, n=4 * 256)
    >>> found = sobol(cube[:, :1].reshape(256, 4, 1), resamples=50, seed=1)
    >>> found["ST"].round(2).ravel().tolist()
    [1.0, 0.0]
    """
    # Estimates of a product are the better, the nearer the mean is to 0.
    scaled = (values - values.mean(axis=(0, 1))) / values.std(axis=(0, 1))
    a, b = scaled[:, 0], scaled[:, -1]
    share = weights(len(values), resamples=resamples, seed=seed)
    mean = share @ (a + b) / 2
    with np.errstate(divide="ignore", invalid="ignore"):  # a part of a sequence may not vary
        variance = share @ (a**2 + b**2) / 2 - mean**2
        first, total = [], []
        for moved in np.moveaxis(scaled[:, 1:-1], 1, 0):
            first.append(estimate_of(share @ (b * (moved - a)) / variance))
            total.append(estimate_of(0.5 * (share @ (a - moved) ** 2) / variance))
    return {
        **dict(zip(("S1", "S1_conf"), map(np.stack, zip(*first, strict=True)), strict=True)),
        **dict(zip(("ST", "ST_conf"), map(np.stack, zip(*total, strict=True)), strict=True)),
    }
