"""Profile likelihood: how much worse the data are met when one parameter is moved and all others give way.

Its rise above the best fit is compared with the chi-square distribution of one degree of freedom. Where it
does not rise enough within the bounds, on one side or on both, the data leave the parameter open there, which
no standard error would show.

References
----------
Venzon and Moolgavkar (1988), A method for computing profile-likelihood-based confidence intervals. Raue and
others (2009), Structural and practical identifiability analysis of partially observed dynamical models by
exploiting the profile likelihood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ..errors import InputError, SolverError, nearest
from .contract import Problem
from .descent import descended
from .path import Path

MOST_ROUNDS = 12


@dataclass(frozen=True)
class Profile:
    """The profile of one parameter.

    Parameters
    ----------
    name : str
    x : ndarray, shape (n_points,)
        Where, in prior widths from the centre, ascending.
    rise : ndarray, shape (n_points,)
        Sum of squares above that of the best fit.
    others : ndarray, shape (n_points, n_free)
        All parameters there.
    best : float
        Where the fit is best.
    standard_error : float
        By the curvature there; infinite where there is none.
    level, limit : float
        Confidence, and the rise that belongs to it.
    low, high : float
        Ends of the interval; the bound where it is open.
    is_open_low, is_open_high : bool
        Whether the rise stays below the limit down to the bound, or up to it.
    """

    name: str
    x: np.ndarray
    rise: np.ndarray
    others: np.ndarray
    best: float
    standard_error: float
    level: float
    limit: float
    low: float
    high: float
    is_open_low: bool
    is_open_high: bool

    @property
    def is_open(self) -> bool:
        """Whether the data leave the parameter open on either side."""
        return self.is_open_low or self.is_open_high

    def parabola(self, x: np.ndarray) -> np.ndarray:
        """Return the rise that the curvature at the best fit foretells."""
        return ((x - self.best) / self.standard_error) ** 2

    @property
    def text(self) -> str:
        """The interval in words, in prior widths."""
        low = "open below" if self.is_open_low else f"from {self.low:.2f}"
        high = "open above" if self.is_open_high else f"to {self.high:.2f}"
        return f"{self.name}: {self.best:.2f}, {100 * self.level:.3g} % interval {low}, {high} prior widths"


def profile(
    problem: Problem,
    x_best: np.ndarray,
    name: str,
    *,
    level: float = 0.95,
    prior: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Profile:
    """Follow the best fit while one parameter is moved to either side.

    All points of a round are one batch: the others are fitted anew at each. Points are set where a parabola
    would need them, farther out as long as the rise is below the limit, and then towards where it crosses it.

    Parameters
    ----------
    problem : Problem
    x_best : ndarray, shape (n_free,)
        The fit, or near it; it is mended first.
    name : str
        A free parameter.
    level : float
        Confidence, above 0 and below 1.
    prior : bool
        Whether the priors count as data do. Without, an interval says what the data alone know.
    progress : callable, optional
        Called with how far it is, in words.

    Returns
    -------
    Profile

    Raises
    ------
    InputError
        For a name that is not free or a level that cannot be.
    SolverError
        When the best fit cannot be simulated.
    """
    names = list(problem.names)
    if name not in names:
        raise InputError(f"'{name}' is not free", fix=nearest(name, names), field="name")
    if not 0 < level < 1:
        raise InputError(f"level = {level}", expected="above 0, below 1, for example 0.95", field="level")
    best = descended(problem, np.array(x_best, dtype=float)[None], prior=prior)
    if not np.isfinite(best.cost[0]):
        raise SolverError("the best fit cannot be simulated", fix="begin from other values")
    path = Path(problem, names.index(name), prior, NormalDist().inv_cdf((1 + level) / 2) ** 2, *best)
    for number in range(1, MOST_ROUNDS + 1):
        wanted = path.wanted()
        if len(wanted) == 0:
            break
        if progress is not None:
            progress(f"{name}: round {number}, {len(path.cost)} points")
        path = path.joined(wanted)
    sides = [path.side(-1), path.side(1)]
    return Profile(
        name=name,
        x=path.x,
        rise=path.rise,
        others=path.others,
        best=path.best,
        standard_error=path.standard_error,
        level=level,
        limit=path.limit,
        low=sides[0].end(path.limit),
        high=sides[1].end(path.limit),
        is_open_low=sides[0].crossing(path.limit) is None,
        is_open_high=sides[1].crossing(path.limit) is None,
    )
