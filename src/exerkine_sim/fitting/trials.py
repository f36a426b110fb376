"""The calibration to published trials as a fit like any other, so that its posterior can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ..calibration import Calibration
from ..calibration import Problem as Calibrated
from ..errors import InputError
from .draws import Draws
from .posterior import MOST_STEPS, sample
from .rows import TOLERANCE, Rows, logs_of

MOST_FREE = 20  # walkers lose their way among more


@dataclass(frozen=True)
class TrialsProblem:
    """What a calibration makes least, as a :class:`~exerkine_sim.fitting.contract.Problem`.

    Parameters
    ----------
    calibrated : exerkine_sim.calibration.Problem
    tolerance : float
        Of the solver.
    """

    calibrated: Calibrated
    tolerance: float = TOLERANCE

    @property
    def names(self) -> list[str]:
        """Names of the free parameters, in order."""
        return self.calibrated.names

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest x."""
        return self.calibrated.bounds

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Return the weighted residuals of the data, (n_rows, n_data); all rows and trials are one batch."""
        items, factors = self.calibrated.targets.items, {}
        for prior, column in zip(self.calibrated.priors, x.T.tolist(), strict=True):
            factors[prior.name] = np.array([prior.at(moved) / prior.value for moved in column])
        levels = self._rows.levels(factors)
        seen, rest = (logs_of(levels[:, self._member, time, self._output]) for time in self._times)
        relative = np.array([item.observation.is_relative for item in items])
        observed = np.array([item.log_observed for item in items])
        return (np.where(relative, seen - rest, seen) - observed) * self.calibrated.weights

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """Return d residuals / dx at one x, exact, shape (n_data, n_free)."""
        return self.calibrated.data(x)

    @cached_property
    def _rows(self) -> Rows:
        # Priors pull towards published values, which those in use may differ from.
        targets = self.calibrated.targets
        values = {one.name: one.value for one in self.calibrated.priors}
        parameters = self.calibrated.parameters.with_values(values, note="published")
        members = list(zip(targets.batch.schedules, targets.batch.subjects, strict=True))
        outputs = tuple(targets.outputs)
        return Rows(targets.model, parameters, members, targets.batch.times_h, outputs, self.tolerance)

    @cached_property
    def _member(self) -> np.ndarray:
        return np.array([item.member for item in self.calibrated.targets.items])

    @cached_property
    def _output(self) -> np.ndarray:
        targets = self.calibrated.targets
        return np.array([targets.outputs.index(item.output) for item in targets.items])

    @cached_property
    def _times(self) -> tuple[np.ndarray, np.ndarray]:
        """Places in time of each observation, and of the time zero that it may be relative to."""
        items = self.calibrated.targets.items
        return np.array([item.time for item in items]), np.array([item.zero for item in items])


def posterior_of(
    problem: Calibrated,
    found: Calibration,
    *,
    most_steps: int = MOST_STEPS,
    checkpoint: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Draws:
    """Draw from the posterior of a calibration, beginning at its fit.

    Parameters
    ----------
    problem : exerkine_sim.calibration.Problem
    found : Calibration
        Its outcome.
    most_steps, checkpoint, progress
        As for :func:`exerkine_sim.fitting.sample`.

    Raises
    ------
    InputError
        When too many parameters are free.
    """
    check_few(len(problem.names))
    x = np.array([prior.score(found.values[prior.name]) for prior in problem.priors])
    slopes = problem.data(x)
    return sample(
        TrialsProblem(problem, tolerance=10 * TOLERANCE),
        about=x,
        covariance=np.linalg.inv(slopes.T @ slopes + np.eye(len(x))),
        seed=int(found.settings["seed"]),
        most_steps=most_steps,
        checkpoint=checkpoint,
        key=repr(sorted(found.digests.items())),
        progress=progress,
    )


def check_few(n: int) -> None:
    """Refuse more free parameters than ensembles of walkers find their way among."""
    if n > MOST_FREE:
        raise InputError(
            f"the posterior of {n} parameters",
            expected=f"at most {MOST_FREE}",
            fix="free fewer, or leave out --posterior: first-order intervals know no such limit",
            field="free",
        )


def intervals_of(problem: Calibrated, draws: Draws) -> list[dict[str, float | str]]:
    """Return for each parameter its 95 % interval, in its own unit, and how well the draws know it.

    Raises
    ------
    ConvergenceError
        When they do not.
    """
    told = draws.diagnostics.to_dict(orient="index")
    rows = []
    for prior, (low, high) in zip(problem.priors, draws.intervals().tolist(), strict=True):
        ends = {"low": prior.at(low), "high": prior.at(high)}
        rows.append({"name": prior.name, "unit": prior.unit, **ends, **told[prior.name]})
    return rows
