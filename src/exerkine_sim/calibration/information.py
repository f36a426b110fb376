"""How sure the data make a parameter, and which parameters they only know together.

In units of each prior's standard deviation the prior's Fisher information is the identity, and that of the
data ``J'J`` for the Jacobian `J` of the weighted residuals; their sum is inverted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Information:
    """What the data add to the priors, to first order about the fit.

    Parameters
    ----------
    covariance : ndarray, shape (n, n)
        Posterior, in units of the priors' standard deviations.
    eigenvalues : ndarray, shape (n_directions,)
        Those of the data's information above 1, the largest first: what the data know better than the priors.
    directions : ndarray, shape (n_directions, n)
        Their unit vectors, the largest entry of each positive.

    Examples
    --------
    Data that see only the sum of two parameters leave their difference to the priors.

    >>> told = Information.of(np.array([[30.0, 30.0]]))
    >>> [round(float(one), 2) for one in told.share], len(told.eigenvalues)
    ([0.5, 0.5], 1)
    >>> [round(float(one), 2) for one in told.directions[0]]
    [0.71, 0.71]
    >>> told.partners[0], round(float(told.correlations[0]), 3)
    (1, -0.999)
    """

    covariance: np.ndarray
    eigenvalues: np.ndarray
    directions: np.ndarray

    @classmethod
    def of(cls, jacobian: np.ndarray) -> Information:
        """Weigh the Jacobian of the data's residuals, shape (n_data, n), against priors of width 1."""
        data = jacobian.T @ jacobian
        values, vectors = np.linalg.eigh(data)
        known = np.flatnonzero(values > 1)[::-1]
        directions = vectors[:, known].T
        largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1, keepdims=True), axis=1)
        covariance = np.linalg.inv(data + np.eye(len(data)))
        return cls(covariance, values[known], directions * np.sign(largest))

    @property
    def spread(self) -> np.ndarray:
        """Posterior over prior standard deviation, shape (n,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def share(self) -> np.ndarray:
        """Share of the prior variance that the data take away, 0 to 1, shape (n,)."""
        return np.clip(1 - np.diag(self.covariance), 0.0, 1.0)

    @property
    def partners(self) -> list[int]:
        """The parameter that each is most correlated with; itself where it is the only one."""
        return [int(one) for one in np.argmax(np.abs(self._others), axis=1)]

    @property
    def correlations(self) -> np.ndarray:
        """The correlation with that partner, shape (n,); 0 where there is none."""
        return self._others[np.arange(len(self.covariance)), self.partners]

    @property
    def _others(self) -> np.ndarray:
        scaled = self.covariance / np.outer(self.spread, self.spread)
        return scaled - np.diag(np.diag(scaled))
