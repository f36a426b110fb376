"""The points of a profile: where they are, and where the next ones are wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .contract import Problem
from .descent import descended

SHARES = (0.25, 0.5, 0.75, 1.0, 1.3)  # of the way at which a parabola would reach the limit
WIDEN = 2.0
NEAR = 0.02  # of the limit: how near to it a point is beside which the end is read
LEAST_STEP = 1e-3  # prior widths
DROPPED = 1e-3  # of a sum of squares: a point that much lower than the best fit is a better one
RANK, ROUNDING = 1e-9, 1e-9


class Side(NamedTuple):
    """Points from the best fit outwards, the best first.

    Parameters
    ----------
    x, rise : ndarray, shape (n_points,)
    bound : float
    """

    x: np.ndarray
    rise: np.ndarray
    bound: float

    def crossing(self, limit: float) -> int | None:
        """Return the first point whose rise passes the limit; None where none does."""
        past = np.flatnonzero(self.rise >= limit)
        return int(past[0]) if len(past) else None

    def end(self, limit: float) -> float:
        """Return where the rise passes the limit, the root of the rise taken as straight; or the bound."""
        past = self.crossing(limit)
        if past is None:
            return float(self.bound)
        inner, outer = np.sqrt(self.rise[past - 1]), np.sqrt(self.rise[past])
        # Beyond the last point that can be simulated the way is halved.
        share = (np.sqrt(limit) - inner) / (outer - inner) if np.isfinite(outer) else 0.5
        return float(self.x[past - 1] + share * (self.x[past] - self.x[past - 1]))

    def next(self, limit: float) -> float | None:
        """Return where to look next, None where the end is known."""
        past = self.crossing(limit)
        if past is None:
            farther = self.x[0] + WIDEN * (self.x[-1] - self.x[0])
            outside = abs(farther - self.x[0]) > abs(self.bound - self.x[0])
            return (
                None if abs(self.x[-1] - self.bound) < ROUNDING else float(self.bound if outside else farther)
            )
        near = np.abs(self.rise[past - 1 : past + 1] - limit).min() <= NEAR * limit
        return None if near or abs(self.x[past] - self.x[past - 1]) < LEAST_STEP else self.end(limit)


@dataclass(frozen=True)
class Path:
    """Points of a profile as far as they are known, in order of the parameter that is moved.

    Parameters
    ----------
    problem : Problem
    place : int
        Of that parameter.
    prior : bool
    limit : float
        Rise at which the interval ends.
    others : ndarray, shape (n_points, n_free)
        All parameters; the only point at first is the best fit.
    cost : ndarray, shape (n_points,)
        Sum of squares.
    centre : ndarray, shape (n_free,), optional
        The best fit, of the first point when left out.
    """

    problem: Problem
    place: int
    prior: bool
    limit: float
    others: np.ndarray
    cost: np.ndarray
    centre: np.ndarray | None = None

    @property
    def x(self) -> np.ndarray:
        """Where the parameter is."""
        return self.others[:, self.place]

    @property
    def rise(self) -> np.ndarray:
        """Sum of squares above the least, infinite where nothing can be simulated."""
        return self.cost - self.cost.min()

    @property
    def best(self) -> float:
        """Where the fit is best: where it was, unless the path has found a better one."""
        return float(self.x[self._best])

    @property
    def _best(self) -> int:
        first = 0 if self.centre is None else int(np.argmin(np.abs(self.x - self.centre[self.place])))
        return first if self.rise[first] <= DROPPED else int(np.argmin(self.cost))

    @property
    def standard_error(self) -> float:
        """By the curvature at the best fit, all others giving way; infinite where there is none."""
        slopes = self.problem.slopes(self.others[self._best])
        hill = slopes.T @ slopes + self.prior * np.eye(slopes.shape[1])
        rest = np.arange(len(hill)) != self.place
        across, own = hill[rest, self.place], hill[self.place, self.place]
        left = own - across @ np.linalg.pinv(hill[np.ix_(rest, rest)], rcond=RANK, hermitian=True) @ across
        return float(1 / np.sqrt(left)) if left > RANK * max(1.0, own) else np.inf

    def side(self, sign: int) -> Side:
        """Return the points below (-1) or above (1) the best fit."""
        low, high = self.problem.bounds
        chosen = np.arange(self._best, len(self.x)) if sign > 0 else np.arange(self._best, -1, -1)
        return Side(self.x[chosen], self.rise[chosen], float((high if sign > 0 else low)[self.place]))

    def wanted(self) -> np.ndarray:
        """Return where to look next: nowhere once both ends are known."""
        if len(self.x) > 1:
            ends = [self.side(sign).next(self.limit) for sign in (-1, 1)]
            return np.array([one for one in ends if one is not None])
        reach, shares = self.standard_error * np.sqrt(self.limit), np.array(SHARES)
        rooms = [abs(self.side(sign).bound - self.best) for sign in (-1, 1)]
        steps = [
            sign * np.minimum(min(reach, room) * shares, room)
            for sign, room in zip((-1, 1), rooms, strict=True)
        ]
        found = np.unique(self.best + np.concatenate(steps))
        return found[np.abs(found - self.best) > 0]

    def joined(self, wanted: np.ndarray) -> Path:
        """Return the path with points added, fitted from the nearest that is known."""
        centre = self.others[0] if self.centre is None else self.centre
        known = np.flatnonzero(np.isfinite(self.cost))
        nearest = known[np.abs(self.x[known] - wanted[:, None]).argmin(axis=1)]
        begun = self.others[nearest].copy()
        begun[:, self.place] = wanted
        found = descended(self.problem, begun, prior=self.prior, held=self.place)
        others, cost = np.vstack([self.others, found.x]), np.append(self.cost, found.cost)
        order = np.argsort(others[:, self.place], kind="stable")
        return replace(self, others=others[order], cost=cost[order], centre=centre)
