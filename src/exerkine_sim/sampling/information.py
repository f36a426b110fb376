"""What samples tell of parameters: their Fisher information beside that of the priors.

Everything is in prior widths, so that the priors' own information is the identity. A sample of a molecule is

    ln reported = ln true + day + assay

where `day` is the same for all samples of one calendar day. Summed over days and molecules, with the slopes
`g` of `k` samples over the assay's standard deviation and `r`, the day's variance over the assay's, that is

    sum(g g') - r / (1 + k r) sum(g) sum(g)'

(Sherman and Morrison): a second sample of a day tells less of what moves both alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Tally(NamedTuple):
    """Sums over the samples of a design.

    Parameters
    ----------
    matrix : ndarray, shape (n, n)
        Information of priors and samples.
    slopes : ndarray, shape (n_days, n_outputs, n)
        Their sums by day and molecule.
    number : ndarray, shape (n_days, n_outputs)
        Of samples.
    """

    matrix: np.ndarray
    slopes: np.ndarray
    number: np.ndarray


@dataclass(frozen=True)
class Telling:
    """What each sample that could be taken would tell.

    Parameters
    ----------
    slopes : ndarray, shape (n_candidates, n_outputs, n)
        d ln output / d x, over the assay's standard deviation; 0 for a molecule that is not measured in it.
    measured : ndarray of bool, shape (n_candidates, n_outputs)
        Which molecules are.
    day : ndarray of int, shape (n_candidates,)
        Its calendar day, counted from 0.
    day_ratio : ndarray, shape (n_outputs,)
        Variance of a molecule between days over that of its assay.
    n_wanted : int
        Parameters of interest; they come first, the others are nuisance.

    Examples
    --------
    Two samples of one day tell less of a resting level than two of different days.

    >>> ones, true = np.ones((3, 1, 1)), np.ones((3, 1), dtype=bool)
    >>> told = Telling(ones, true, np.array([0, 0, 1]), np.array([4.0]), 1)
    >>> [round(float(told.of(pair)[0, 0]), 2) for pair in ([0, 1], [0, 2])]
    [1.22, 1.4]
    """

    slopes: np.ndarray
    measured: np.ndarray
    day: np.ndarray
    day_ratio: np.ndarray
    n_wanted: int

    def tally(self, chosen: Sequence[int]) -> Tally:
        """Return the sums over some samples."""
        index, n = np.asarray(chosen, dtype=int), self.slopes.shape[2]
        shape = (int(self.day.max(initial=0)) + 1, self.slopes.shape[1])
        sums, number = np.zeros((*shape, n)), np.zeros(shape)
        np.add.at(sums, self.day[index], self.slopes[index])
        np.add.at(number, self.day[index], self.measured[index])
        own = self.slopes[index]
        matrix = np.eye(n) + _squares(own).sum(axis=0) - _squares(sums, self._shared(number)).sum(axis=0)
        return Tally(matrix, sums, number)

    def of(self, chosen: Sequence[int]) -> np.ndarray:
        """Return the information of priors and some samples, shape (n, n)."""
        return self.tally(chosen).matrix

    def with_each(self, chosen: Sequence[int], others: np.ndarray) -> np.ndarray:
        """Return the information of some samples and one of the others at a time, shape (n_others, n, n)."""
        base, own = self.tally(chosen), self.slopes[others]
        sums, number = base.slopes[self.day[others]], base.number[self.day[others]]
        more = number + self.measured[others]
        return (
            base.matrix
            + _squares(own)
            + _squares(sums, self._shared(number))
            - _squares(sums + own, self._shared(more))
        )

    def gain(self, matrix: np.ndarray) -> np.ndarray:
        """Return what is learnt of the parameters of interest, in bits, shape (...) of matrix (..., n, n).

        Half the logarithm of the determinant of their information, the nuisance integrated out: D_s-optimal
        designs make it largest, D-optimal ones where nothing is nuisance.
        """
        rest = matrix[..., self.n_wanted :, self.n_wanted :]
        return (np.linalg.slogdet(matrix)[1] - np.linalg.slogdet(rest)[1]) / (2 * np.log(2.0))

    def spread(self, matrix: np.ndarray) -> np.ndarray:
        """Return the standard errors of all parameters in prior widths, shape (..., n)."""
        return np.sqrt(np.diagonal(np.linalg.inv(matrix), axis1=-2, axis2=-1))

    def _shared(self, number: np.ndarray) -> np.ndarray:
        """Return what the day that samples share takes from them, by how many they are."""
        return self.day_ratio / (1 + number * self.day_ratio)


def _squares(rows: np.ndarray, weights: np.ndarray | float = 1.0) -> np.ndarray:
    """Return the weighted outer products of rows (m, n_outputs, n), summed over outputs."""
    return np.einsum("mo,moi,moj->mij", np.broadcast_to(weights, rows.shape[:2]), rows, rows)
