"""Neighbours in a series become one, the most alike first."""

from __future__ import annotations

import heapq

import numpy as np


def joined(
    values: np.ndarray, lasts: np.ndarray, *, shortest: float, worth: float, level: float
) -> np.ndarray:
    """Return where to cut a series so that each piece is about constant.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Not negative.
    lasts : ndarray, shape (n,)
        For how long each holds; positive.
    shortest : float
        No piece lasts less, unless the whole series does.
    worth : float
        A difference between neighbours is kept when joining them would add more than this to the squared
        deviation from the means, in relative terms and units of `lasts`.
    level : float
        What differences are relative to, or the mean of the two neighbours where that is higher.

    Returns
    -------
    ndarray of int
        The first place of each piece but the first.

    Notes
    -----
    Ward's criterion with neighbours only, on a heap: of order n log n.

    Examples
    --------
    >>> watts = np.repeat([120.0, 300.0, 120.0], 60)
    >>> joined(watts, np.ones(180), shortest=5, worth=0.3, level=180).tolist()
    [60, 120]
    """
    pieces = _Pieces(values, lasts, shortest, level)
    heap = [pieces.pair(place, place + 1) for place in range(len(values) - 1)]
    heapq.heapify(heap)
    while heap:
        long_enough, cost, first, second, *age = heapq.heappop(heap)
        if age != [pieces.age[first], pieces.age[second]]:
            continue  # one of the two has been joined with another since
        if long_enough and cost > worth:
            break
        for pair in pieces.join(first, second):
            heapq.heappush(heap, pair)
    return np.array([place for place in range(1, len(values)) if pieces.age[place] >= 0], dtype=int)


_GONE = -1
_Pair = tuple[bool, float, int, int, int, int]


class _Pieces:
    """The pieces there are, each under the place at which it begins."""

    def __init__(self, values: np.ndarray, lasts: np.ndarray, shortest: float, level: float) -> None:
        self.mean, self.lasts = values.tolist(), lasts.tolist()
        self.shortest, self.level = shortest, level
        self.before = list(range(-1, len(values) - 1))
        self.after = list(range(1, len(values) + 1))
        self.age = [0] * len(values)

    def pair(self, first: int, second: int) -> _Pair:
        """Return two neighbours as the heap orders them: the too short first, then the most alike."""
        a, b = self.lasts[first], self.lasts[second]
        mean = (a * self.mean[first] + b * self.mean[second]) / (a + b)
        difference = (self.mean[first] - self.mean[second]) / max(self.level, mean) if mean else 0.0
        long_enough = min(a, b) >= self.shortest
        cost = a * b / (a + b) * difference**2
        return long_enough, cost, first, second, self.age[first], self.age[second]

    def join(self, first: int, second: int) -> list[_Pair]:
        """Join two neighbours and return the pairs that this makes new."""
        a, b = self.lasts[first], self.lasts[second]
        self.mean[first] = (a * self.mean[first] + b * self.mean[second]) / (a + b)
        self.lasts[first] = a + b
        self.age[first], self.age[second] = self.age[first] + 1, _GONE
        self.after[first] = after = self.after[second]
        before, pairs = self.before[first], []
        if after < len(self.mean):
            self.before[after] = first
            pairs.append(self.pair(first, after))
        if before >= 0:
            pairs.append(self.pair(before, first))
        return pairs
