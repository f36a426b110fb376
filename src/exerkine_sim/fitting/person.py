"""One person's measurements as a fit: what the parameters say of each sample, and how it moves with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..model import Model
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..sensitivities import sensitivities
from ..subject import Subject
from .belief import Belief
from .likelihood import Likelihood
from .measurements import Measurement
from .rows import SHORTEST_H, TOLERANCE, Rows, logs_of


@dataclass(frozen=True)
class PersonProblem:
    """Measurements of a person who followed a plan, as a :class:`~exerkine_sim.fitting.contract.Problem`.

    Parameters
    ----------
    beliefs : tuple of Belief
        One for each free parameter.
    samples : tuple of Measurement
    schedule, subject : Schedule, Subject
    parameters, model : ParameterSet, Model
    tolerance : float
        Of the solver.
    """

    beliefs: tuple[Belief, ...]
    samples: tuple[Measurement, ...]
    schedule: Schedule
    subject: Subject
    parameters: ParameterSet
    model: Model
    tolerance: float = TOLERANCE

    @property
    def names(self) -> list[str]:
        """Names of the free parameters, in order."""
        return [one.prior.name for one in self.beliefs]

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest x."""
        low, high = np.array([one.prior.ends for one in self.beliefs]).T
        return low, high

    @cached_property
    def likelihood(self) -> Likelihood:
        """How far off the samples may be."""
        return Likelihood.of(self.samples, self.parameters)

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Return the weighted residuals of the data, (n_rows, n_data), at rows of x, in one batch."""
        return self.likelihood.residuals(self.log_levels(x))

    def log_levels(self, x: np.ndarray) -> np.ndarray:
        """Return ln predicted of every sample, shape (n_rows, n_samples); NaN where there is none."""
        levels = self._rows.levels(self.factors(x))
        return logs_of(levels[:, 0, self._at[0], self._at[1]])

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """Return d residuals / dx at one x, exact, shape (n_data, n_free)."""
        return self.likelihood.slopes(self.log_levels(x[None])[0], self._moves(x))

    def values(self, x: np.ndarray) -> dict[str, float]:
        """Return the free parameters in their own units."""
        pairs = zip(self.beliefs, x.tolist(), strict=True)
        return {one.prior.name: one.prior.at(moved) for one, moved in pairs}

    def factors(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Return what rows of x multiply the shipped values by: name to factors, shape (n_rows,)."""
        return {
            one.prior.name: np.array([one.prior.at(moved) / one.prior.value for moved in column])
            for one, column in zip(self.beliefs, x.T.tolist(), strict=True)
        }

    def _moves(self, x: np.ndarray) -> np.ndarray:
        """Return d ln predicted / dx, shape (n_samples, n_free)."""
        times = self._rows.times
        found = sensitivities(
            self.schedule,
            self.subject,
            of=self._rows.outputs,
            to=self.names,
            times_h=times,
            end_h=max(float(times[-1]), self.schedule.end_h, SHORTEST_H),
            parameters=self.parameters.with_values(self.values(x), note="fitted"),
            model=self.model,
            tolerance=self.tolerance,
        )
        relative = found["relative"].transpose("member", "time", "output", "parameter").to_numpy()
        pairs = zip(self.beliefs, x.tolist(), strict=True)
        return relative[0, self._at[0], self._at[1]] * [one.prior.slope_ln(moved) for one, moved in pairs]

    @cached_property
    def _rows(self) -> Rows:
        times = np.unique([one.time_h for one in self.samples])
        outputs = dict.fromkeys((one.exerkine, one.site) for one in self.samples)
        members = [(self.schedule, self.subject)]
        return Rows(self.model, self.parameters, members, times, tuple(outputs), self.tolerance)

    @cached_property
    def _at(self) -> tuple[np.ndarray, np.ndarray]:
        """Places of the samples among times and outputs."""
        time = np.searchsorted(self._rows.times, [one.time_h for one in self.samples])
        output = [self._rows.outputs.index((one.exerkine, one.site)) for one in self.samples]
        return time, np.array(output)
