"""Which samples to take: the exchange algorithm.

Samples are added one by one, the most telling first; then, as long as something is gained, the one exchange
of a chosen sample for another that gains most is made. That ends in a design that no exchange betters, which
need not be the best of all; so it is done from several beginnings.

References
----------
Fedorov (1972), Theory of optimal experiments. Atkinson, Donev and Tobias (2007), Optimum experimental
designs, with SAS, chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .information import Telling

LEAST_GAIN = 1e-9  # bits: less is rounding
BEGINNINGS = 8
ROUNDING_H = 1e-9


@dataclass(frozen=True)
class Choice:
    """What there is to choose from, and what a choice may not do.

    Parameters
    ----------
    telling : Telling
    times_h : ndarray, shape (n_candidates,)
    price : ndarray, shape (n_candidates,)
    free : ndarray of bool, shape (n_candidates,)
        Which may be chosen.
    held : tuple of int
        Those that are planned already: neither paid for nor exchanged.
    budget, gap_h : float
        What all may cost; hours between two draws. Samples of one moment are one draw.
    """

    telling: Telling
    times_h: np.ndarray
    price: np.ndarray
    free: np.ndarray
    held: tuple[int, ...]
    budget: float
    gap_h: float

    def best(self, *, beginnings: int = BEGINNINGS) -> list[int]:
        """Return the best design that was found: what is held, then what was chosen.

        It is looked for from the most telling sample on, and from some others, evenly over all there are.
        """
        first = np.flatnonzero(self.allowed(list(self.held)))
        begun: list[list[int]] = [[]]
        if len(first) > 0:
            places = np.linspace(0, len(first) - 1, beginnings).round().astype(int)
            begun += [[int(first[place])] for place in dict.fromkeys(places.tolist())]
        found = [self._exchanged(self.filled([*self.held, *one])) for one in begun]
        return max(found, key=self.gain)

    def gain(self, chosen: Sequence[int]) -> float:
        """Return what a design tells, in bits."""
        return float(self.telling.gain(self.telling.of(chosen)))

    def allowed(self, chosen: Sequence[int]) -> np.ndarray:
        """Return which samples may join a design, shape (n_candidates,)."""
        left = self.budget - self.price[list(chosen)[len(self.held) :]].sum()
        apart = np.abs(self.times_h[:, None] - self.times_h[list(chosen)])
        apart = np.where(apart < ROUNDING_H, np.inf, apart)  # the same draw
        room = (apart >= self.gap_h - ROUNDING_H).all(axis=1)
        found = self.free & room & (self.price <= left * (1 + 1e-12))
        found[list(chosen)] = False
        return found

    def filled(self, chosen: Sequence[int]) -> list[int]:
        """Return a design with what tells most for its price added, as long as there is room."""
        design = list(chosen)
        while (open_to := np.flatnonzero(self.allowed(design))).size:
            gains = self.telling.gain(self.telling.with_each(design, open_to)) - self.gain(design)
            design.append(int(open_to[np.argmax(gains / self.price[open_to])]))
        return design

    def _exchanged(self, design: list[int]) -> list[int]:
        now = self.gain(design)
        while True:
            better = max(self._exchanges(design), key=self.gain, default=design)
            if self.gain(better) <= now + LEAST_GAIN:
                return design
            design, now = better, self.gain(better)

    def _exchanges(self, design: list[int]) -> list[list[int]]:
        """Return for each sample that is not held the best design with another in its place."""
        found = []
        for place in range(len(self.held), len(design)):
            rest = design[:place] + design[place + 1 :]
            open_to = np.flatnonzero(self.allowed(rest))
            gains = self.telling.gain(self.telling.with_each(rest, open_to))
            found.append(self.filled([*rest, int(open_to[np.argmax(gains)])]))
        return found
