"""People simulated again and again, each time with other numbers in the equations: one batch for all rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from .. import units
from ..assemble import constants_of, forcing_of
from ..batch import Members, stimuli_of, system_of
from ..engine import Forcing, engine_named
from ..engine.formula import Formulas, formulas_of, kept_formulas
from ..model import Model, Observable
from ..parameters import ParameterSet

SHORTEST_H = 1.0
# Sharper than results are shown with, so that the noise of the solver never decides which guess is better.
TOLERANCE = 1e-7
MAX_VALUES = 20_000_000  # states that are held at a time


@dataclass(frozen=True)
class Rows:
    """What is simulated for every row of parameter values.

    Parameters
    ----------
    model, parameters : Model, ParameterSet
    members : sequence of (Schedule, Subject)
        All are simulated with the values of each row.
    times : ndarray, shape (n_times,)
        Hours, increasing.
    outputs : tuple of (exerkine, site)
    tolerance : float
    """

    model: Model
    parameters: ParameterSet
    members: Members
    times: np.ndarray
    outputs: tuple[tuple[str, str], ...]
    tolerance: float = TOLERANCE

    def levels(self, factors: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return concentrations in the units shown, shape (n_rows, n_members, n_times, n_outputs).

        Parameters
        ----------
        factors : mapping of str to ndarray, shape (n_rows,)
            What the shipped value of each free parameter is multiplied by. Resting levels are found anew for
            each row. What cannot be simulated is NaN; no row depends on the others.
        """
        n_rows = len(next(iter(factors.values())))
        size = max(1, MAX_VALUES // (len(self.members) * len(self.times) * len(self.model.states)))
        parts = [
            self._solved({name: factor[first : first + size] for name, factor in factors.items()})
            for first in range(0, n_rows, size)
        ]
        return np.concatenate(parts)

    def _solved(self, factors: Mapping[str, np.ndarray]) -> np.ndarray:
        n_rows, n_members = len(next(iter(factors.values()))), len(self.members)
        constants = np.tile(self._constants, (n_rows, 1))
        for name, factor in factors.items():
            constants[:, self.model.constants.index(name)] *= np.repeat(factor, n_members)
        found = engine_named("compiled")(
            system_of(self.model),
            constants,
            self._forcings * n_rows,
            times=self.times,
            tolerance=self.tolerance,
        )
        observed = _observing(self.model, self._observables)
        values = observed(list(np.moveaxis(found.states, 2, 0)), [one[:, None] for one in constants.T])
        shown = [scale * one for scale, one in zip(self._scales, values, strict=True)]
        return np.stack(shown, axis=-1).reshape(n_rows, n_members, len(self.times), len(self.outputs))

    @cached_property
    def _constants(self) -> np.ndarray:
        return constants_of(self.model, self.parameters, [person for _, person in self.members])

    @cached_property
    def _forcings(self) -> list[Forcing]:
        end_h = max(float(self.times[-1]), SHORTEST_H)
        stimuli = stimuli_of(self.members, self.parameters, end_h, rhythms=self.model.rhythms)
        return [forcing_of(self.model, one) for one in stimuli]

    @cached_property
    def _observables(self) -> tuple[Observable, ...]:
        return tuple(self.model.observable(*output) for output in self.outputs)

    @cached_property
    def _scales(self) -> list[float]:
        shown = [unit_shown(self.model, self.parameters, output) for output in self.outputs]
        return [
            units.factor(one.unit, "1" if unit == "fold" else unit)
            for one, unit in zip(self._observables, shown, strict=True)
        ]


def unit_shown(model: Model, parameters: ParameterSet, output: tuple[str, str]) -> str:
    """Return the unit in which simulations show a molecule at a site; ``fold`` of what has none."""
    unit = model.observable(*output).unit
    return "fold" if unit == "1" else str(parameters.about.get(output[0], {}).get("unit", unit))


@lru_cache(maxsize=16)
def _observing(model: Model, observables: Sequence[Observable]) -> Formulas:
    def write() -> Formulas:
        known, system = dict(zip(model.observables, model.observed, strict=True)), system_of(model)
        return formulas_of([system.states, system.constants], [known[one] for one in observables])

    return kept_formulas(write, key=model.key, of=repr(observables))


def logs_of(levels: np.ndarray) -> np.ndarray:
    """Return logarithms, one number at a time, since vectorised ones may round by place; NaN of none."""
    flat = [math.log(one) if one > 0 else math.nan for one in levels.ravel().tolist()]
    return np.array(flat).reshape(levels.shape)
