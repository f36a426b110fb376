"""From the outputs of a design's points to indices, whatever made the outputs: no simulation is known here.

A base point counts with all of its rows or not at all: its indices compare rows with each other. So one
failed member takes its base point along, and where too many are gone the rest no longer stands for the
distributions that were asked for: what fails lies in the corners, not anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..errors import InputError
from ..sweeps import Sampling
from .morris import morris
from .sobol import sobol

LEAST_COVERAGE = 0.95  # share of base points that are whole, below which no index is given
DIVISIONS = (16, 8, 4, 2, 1)  # of the base points, for how indices settle
FEWEST = 8  # base points that an estimate is made of
BLOCK_BYTES = 32_000_000  # of outputs that are worked on at once
SHOWN_REASONS = 5


@dataclass(frozen=True)
class Estimator:
    """What turns outputs at the points of a sampling into indices.

    Parameters
    ----------
    sampling : Sampling
        ``saltelli`` or ``morris``.
    factors : tuple of str
    resamples : int
        Of the bootstrap, which the sampling's seed keys.
    noise : float
        Relative spread up to which an output counts as constant.

    Examples
    --------
    The first factor counts twice as much as the second, of whose mean square so is four fifths:

    >>> points = Estimator(Sampling("saltelli", n=1024, seed=1), ("a", "b"))
    >>> found = points.estimate(points.cube @ [[2.0], [1.0]], np.full(len(points.cube), True))
    >>> found["S1"][-1, :, 0].round(2).tolist()
    [0.8, 0.2]
    """

    sampling: Sampling
    factors: tuple[str, ...]
    resamples: int = 100
    noise: float = 0.0

    @property
    def n(self) -> int:
        """How many base points, or trajectories, there are."""
        return self.sampling.n or 0

    @property
    def rows(self) -> int:
        """How many points make a base point, or a trajectory."""
        return len(self.factors) + (2 if self.sampling.method == "saltelli" else 1)

    @property
    def stages(self) -> tuple[int, ...]:
        """Numbers of base points, each stage a part of the next, for which indices are made."""
        parts = {self.n // division for division in DIVISIONS}
        return tuple(sorted(one for one in parts if one >= FEWEST or one == self.n))

    @cached_property
    def cube(self) -> np.ndarray:
        """Where the points lie, shape (n_points, n_factors)."""
        k = len(self.factors)
        return self.sampling.cube(self.factors, sizes=[0] * k, first=0, n=self.n * self.rows)

    def whole(self, ok: np.ndarray) -> np.ndarray:
        """Return of which base points all members came to their end, shape (n_base,)."""
        return np.all(ok.reshape(self.n, self.rows), axis=1)

    def coverage(self, ok: np.ndarray, reasons: Mapping[str, int] | None = None) -> float:
        """Return the share of base points that are whole, or refuse to go on with too few.

        Parameters
        ----------
        ok : ndarray of bool, shape (n_points,)
        reasons : mapping of str to int
            How many members failed for which reason.
        """
        share = float(self.whole(ok).mean())
        if share < LEAST_COVERAGE:
            counted = Counter({} if reasons is None else reasons).most_common(SHOWN_REASONS)
            why = "; ".join(f"{many} x {reason}" for reason, many in counted)
            raise InputError(
                f"{share:.1%} of {self.n:,} base points are whole: {int((~ok).sum()):,} of {len(ok):,} "
                f"members failed ({why})",
                expected=f"{LEAST_COVERAGE:.0%}: what fails lies in corners, and indices without them are "
                "those of other distributions",
                fix="narrow the ranges of what makes members fail",
                field="coverage",
            )
        return share

    def estimate(self, values: np.ndarray, ok: np.ndarray) -> dict[str, np.ndarray]:
        """Return indices of outputs.

        Parameters
        ----------
        values : ndarray, shape (n_points, n_outputs)
        ok : ndarray of bool, shape (n_points,)
            Which members came to their end.

        Returns
        -------
        dict of str to ndarray
            The indices under their names, shape (n_stages, n_factors, n_outputs); ``mean`` and ``sd`` of each
            output, shape (n_outputs,), and ``reason``: why its indices are NaN, or nothing.
        """
        whole, parts = self.whole(ok), []
        size = max(1, BLOCK_BYTES // (8 * len(values)))
        for first in range(0, values.shape[1], size):
            columns = np.asarray(values[:, first : first + size], dtype=float)
            parts.append(self._estimated(columns.reshape(self.n, self.rows, -1), whole))
        return {name: np.concatenate([one[name] for one in parts], axis=-1) for name in parts[0]}

    def _estimated(self, values: np.ndarray, whole: np.ndarray) -> dict[str, np.ndarray]:
        kept = values[whole]
        with np.errstate(invalid="ignore"):  # what is no number is named as the reason
            found: dict[str, np.ndarray] = {"mean": kept.mean(axis=(0, 1)), "sd": kept.std(axis=(0, 1))}
            reason = found["reason"] = self._reasons(kept)
        shape = (len(self.stages), len(self.factors), values.shape[2])
        good = np.flatnonzero(reason == "")
        for stage, indices in enumerate(self._by_stage(values[..., good], whole)):
            for name, one in indices.items():
                found.setdefault(name, np.full(shape, np.nan))[stage][:, good] = one
        return found

    def _by_stage(self, values: np.ndarray, whole: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
        how = {"resamples": self.resamples, "seed": self.sampling.seed}
        for n in self.stages:
            part = np.flatnonzero(whole[:n])
            if self.sampling.method == "saltelli":
                yield sobol(values[part], **how)
            else:
                cube = self.cube.reshape(self.n, self.rows, -1)
                yield morris(cube[part], values[part], **how)

    def _reasons(self, kept: np.ndarray) -> np.ndarray:
        """Return why outputs have no indices; nothing for those that have."""
        none = (~np.isfinite(kept)).any(axis=1).sum(axis=0)
        size = np.sqrt(np.mean(kept**2, axis=(0, 1)))
        constant = kept.std(axis=(0, 1)) <= self.noise * size
        return np.array(
            [
                f"no number in {many:,} of {len(kept):,} base points"
                if many > 0
                else "does not vary: none of the factors moves it"
                if still
                else ""
                for many, still in zip(none.tolist(), constant.tolist(), strict=True)
            ],
            dtype=object,
        )
