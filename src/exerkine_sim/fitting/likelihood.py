"""How likely measurements are: each sample has the error of its assay, samples of a day share the day's.

Of a molecule on one calendar day

    ln measured = ln predicted + day + assay

with both terms normal, `day` one number for all its samples and `assay` one for each. Taken one after the
other, each sample's error given those before it is normal and independent of them: these are the residuals,
and the sum of their squares is that of the whole likelihood (a Kalman filter with one state, Cholesky's
factor of the covariance row by row). Of samples below a detection limit only that is known: their chance
given the others makes one residual more, ``sqrt(-2 ln chance)``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..assay import DAY_H, variation
from ..parameters import ParameterSet
from ..uncertainty import sigma_ln
from .measurements import Measurement

# Nodes and weights of Gauss and Hermite for a mean over the normal error of a day.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(32)
NODES, LOG_WEIGHTS = _NODES, np.log(_WEIGHTS / math.sqrt(2 * math.pi))


@dataclass(frozen=True)
class Day:
    """The samples of a molecule on one day.

    Parameters
    ----------
    seen, hidden : tuple of int
        Places, among all samples, of those with a value and of those below the detection limit.
    spread : float
        Standard deviation of ln level between days.
    """

    seen: tuple[int, ...]
    hidden: tuple[int, ...]
    spread: float


@dataclass(frozen=True)
class Likelihood:
    """Samples, and how far off they may be.

    Parameters
    ----------
    logs : ndarray, shape (n_samples,)
        ln measured, or ln detection limit.
    errors : ndarray, shape (n_samples,)
        Standard deviation of ln measured that the assay makes.
    days : tuple of Day
    """

    logs: np.ndarray
    errors: np.ndarray
    days: tuple[Day, ...]

    @classmethod
    def of(cls, samples: Sequence[Measurement], parameters: ParameterSet) -> Likelihood:
        """Read the errors of samples from ``params/assays.toml``, where a row does not say its own."""
        groups: dict[tuple[str, int], list[int]] = {}
        for place, one in enumerate(samples):
            groups.setdefault((one.exerkine, math.floor(one.time_h / DAY_H)), []).append(place)
        days = tuple(
            Day(
                tuple(place for place in places if not samples[place].below),
                tuple(place for place in places if samples[place].below),
                sigma_ln(variation(parameters, exerkine, "day_to_day").to("1")),
            )
            for (exerkine, _), places in groups.items()
        )
        errors = [
            sigma_ln(variation(parameters, one.exerkine, "analytical").to("1") if one.cv is None else one.cv)
            for one in samples
        ]
        return cls(np.array([math.log(one.value) for one in samples]), np.array(errors), days)

    @property
    def widths(self) -> np.ndarray:
        """Standard deviation of each ln measured about ln predicted, assay and day, shape (n_samples,)."""
        spreads = {place: day.spread for day in self.days for place in (*day.seen, *day.hidden)}
        return np.hypot(self.errors, [spreads[place] for place in range(len(self.errors))])

    def residuals(self, levels: np.ndarray) -> np.ndarray:
        """Return the residuals of rows of ln predicted.

        Parameters
        ----------
        levels : ndarray, shape (n_rows, n_samples)

        Returns
        -------
        ndarray, shape (n_rows, n_data)
            One for each sample with a value, one for each day of a molecule with samples below the limit.
        """
        columns, hidden = [], []
        for day in self.days:
            told = self._told(day, levels - self.logs)
            columns += told.residuals
            if day.hidden:
                pairs = zip(told.mean.tolist(), levels[:, day.hidden], strict=True)
                chances = [self._chance(day, mean, told.variance, row)[0] for mean, row in pairs]
                hidden.append(np.array([math.sqrt(-2 * one) for one in chances]))
        return np.stack([*columns, *hidden], axis=1)

    def slopes(self, levels: np.ndarray, moves: np.ndarray) -> np.ndarray:
        """Return d residuals / dx, shape (n_data, n_free).

        Parameters
        ----------
        levels : ndarray, shape (n_samples,)
            ln predicted.
        moves : ndarray, shape (n_samples, n_free)
            d ln predicted / dx.
        """
        rows, hidden = [], []
        for day in self.days:
            # Residuals are linear in ln predicted: what moves these moves them alike.
            moved = self._told(day, moves.T)
            rows += moved.residuals
            if day.hidden:
                told = self._told(day, (levels - self.logs)[None])
                chance, by_level = self._chance(
                    day, told.mean.item(), told.variance, levels[list(day.hidden)]
                )
                by_x = by_level @ (moves[list(day.hidden)] - moved.mean)
                hidden.append(-by_x / math.sqrt(-2 * chance) if chance < 0 else 0 * by_x)
        return np.stack([*rows, *hidden])

    def _told(self, day: Day, away: np.ndarray) -> _Told:
        """Take the samples of a day one after the other; `away` is ln predicted / measured, by rows."""
        mean, variance, found = np.zeros(len(away)), day.spread**2, []
        for place in day.seen:
            total = variance + float(self.errors[place]) ** 2
            surprise = away[:, place] - mean
            found.append(surprise / math.sqrt(total))
            mean, variance = mean + surprise * (variance / total), variance * (1 - variance / total)
        return _Told(found, mean, variance)

    def _chance(self, day: Day, mean: float, variance: float, levels: np.ndarray) -> tuple[float, np.ndarray]:
        """Return ln of the chance that all hidden samples are below their limits, and d of it / d level.

        `mean` and `variance` are of ln predicted / measured that the day shares, given what was seen.
        """
        from scipy.special import log_ndtr

        if not np.isfinite(levels).all() or not math.isfinite(mean):
            return math.nan, np.full(len(levels), math.nan)
        places = list(day.hidden)
        errors, shifts = self.errors[places], mean + math.sqrt(variance) * NODES[:, None]
        room = (self.logs[places] - levels + shifts) / errors
        each = log_ndtr(room)
        log_chances = LOG_WEIGHTS + each.sum(axis=1)
        largest = float(log_chances.max())
        shares = np.exp(log_chances - largest)
        total = float(shares.sum())
        density = np.exp(-0.5 * room**2 - 0.5 * math.log(2 * math.pi) - each)
        by_level = -(shares / total) @ (density / errors)
        return min(0.0, largest + math.log(total)), by_level


@dataclass(frozen=True)
class _Told:
    """Residuals of a day's samples, and what they tell of the error that these share."""

    residuals: list[np.ndarray]
    mean: np.ndarray
    variance: float
