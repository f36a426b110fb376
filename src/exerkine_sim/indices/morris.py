"""Elementary effects of many outputs at once: how far each factor moves them, from many starting points.

    mu        mean effect of moving the factor through its whole range, the others staying where they are
    mu_star   mean of its size, whichever its sign
    sigma     how much it differs from point to point: through the others, or because it is not straight

These are the estimators of SALib, which takes one output at a time.

References
----------
Morris (1991), doi:10.1080/00401706.1991.10484804.  Campolongo and others (2007),
doi:10.1016/j.envsoft.2006.10.004.
"""

from __future__ import annotations

import numpy as np

from .resample import estimate_of, weights


def effects(cube: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the effect of each factor in each trajectory, shape (n_trajectories, n_factors, n_outputs).

    Parameters
    ----------
    cube : ndarray, shape (n_trajectories, n_factors + 1, n_factors)
        Where the points lie, within (0, 1); each step moves one factor.
    values : ndarray, shape (n_trajectories, n_factors + 1, n_outputs)

    Examples
    --------
    >>> cube = np.array([[[0.0, 0.0], [0.5, 0.0], [0.5, 0.5]]])
    >>> effects(cube, 3 * cube[..., :1] + cube[..., 1:]).ravel().tolist()
    [3.0, 1.0]
    """
    steps = np.diff(cube, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    far = np.take_along_axis(steps, moved[..., None], axis=2)
    found = np.empty_like(values[:, 1:])
    np.put_along_axis(found, moved[..., None], np.diff(values, axis=1) / far, axis=1)
    return found


def morris(cube: np.ndarray, values: np.ndarray, *, resamples: int, seed: int) -> dict[str, np.ndarray]:
    """Return mean, mean size and scatter of the effects with half of their 95 % intervals.

    Parameters
    ----------
    cube, values : ndarray
        As for :func:`effects`.
    resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    dict of str to ndarray, shape (n_factors, n_outputs)
        ``mu``, ``mu_star`` and ``sigma``, in the outputs' units, each with ``_conf``.
    """
    found = effects(cube, values)
    n, flat = len(found), found.reshape(len(found), -1)
    share = weights(n, resamples=resamples, seed=seed)
    middle = flat.mean(axis=0)
    away = share @ (flat - middle)
    scatter = np.sqrt(np.maximum(share @ (flat - middle) ** 2 - away**2, 0.0) * n / (n - 1))
    named = {"mu": middle + away, "mu_star": share @ np.abs(flat), "sigma": scatter}
    shape = values.shape[2]
    return {
        key: one.reshape(-1, shape)
        for name, means in named.items()
        for key, one in zip((name, f"{name}_conf"), estimate_of(means), strict=True)
    }
