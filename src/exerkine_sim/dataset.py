"""From bare trajectories to labelled arrays: observables at their sites, in the units people use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from . import units
from .arrays import Arrays, Later, Variable
from .engine import Forcing, Trajectories
from .engine.formula import Formulas, formulas_of, kept_formulas
from .identity import Same
from .model import Model
from .parameters import ParameterSet

if TYPE_CHECKING:
    import sympy

TIME = {"units": "h", "long_name": "time from the schedule's first midnight"}


def labelled(
    model: Model,
    parameters: ParameterSet,
    trajectories: Trajectories,
    *,
    times: np.ndarray,
    numbers: np.ndarray,
    constants: np.ndarray,
    forcings: Sequence[Forcing],
) -> Arrays:
    """Give arrays the names and labels that :class:`exerkine_sim.solution.Solution` describes.

    Parameters
    ----------
    model, parameters : Model, ParameterSet
        Names, units, labels and grades.
    trajectories : Trajectories
    times : ndarray, shape (n_times,)
    numbers : ndarray of int, shape (n_members,)
        What each member is known by.
    constants : ndarray, shape (n_members, n_constants)
    forcings : sequence of Forcing, length n_members
    """
    cube, texts = _labels(model, Same(parameters))

    def courses() -> np.ndarray:
        """Return concentrations; a course lies together in memory, as it is written and read."""
        found = cube.filled(np.moveaxis(trajectories.states, 2, 0), constants.T[..., None])
        return np.moveaxis(found, (2, 3), (0, 1))

    def inputs() -> np.ndarray:
        """Return the inputs of each member at each time."""
        return np.stack([_input_course(one, times) for one in forcings])

    def rest() -> np.ndarray:
        """Return concentrations at rest."""
        return np.moveaxis(cube.filled(trajectories.baseline.T, constants.T), 2, 0)

    shape = (len(constants), len(times), *cube.units.shape)
    labels = {
        "member": Variable(("member",), numbers),
        "time": Variable(("time",), times, TIME),
        **texts,
    }
    data = {
        "concentration": Later(("member", "time", "exerkine", "site"), shape, courses),
        "rest": Later(("member", "exerkine", "site"), (shape[0], *shape[2:]), rest),
        "state": Variable(("member", "time", "state_name"), trajectories.states),
        "baseline": Variable(("member", "state_name"), trajectories.baseline),
        "constant": Variable(("member", "constant_name"), constants),
        "input": Later(("member", "time", "input_name"), (*shape[:2], len(model.inputs)), inputs),
        "rest_input": Variable(("member", "input_name"), np.stack([one.rest for one in forcings])),
        "residual": Variable(("member",), trajectories.residual),
        "evaluations": Variable(("member",), trajectories.evaluations),
        "status": _texts("member", trajectories.status),
    }
    return Arrays({**data, **labels}, labels.keys())


@lru_cache(maxsize=8)
def _labels(model: Model, parameters: Same[ParameterSet]) -> tuple[_Cube, Mapping[str, Variable]]:
    """Return where observables stand, and the labels that are the same in every simulation."""
    exerkines = model.exerkines
    # Whole blood first: where a molecule is given there too, that is its reference.
    sites = sorted(dict.fromkeys(o.site for o in model.observables), key=lambda site: site != "blood")
    cube = _Cube.of(model, parameters.one, sites)
    about = [parameters.one.about.get(name, {}) for name in exerkines]
    named = zip(about, exerkines, strict=True)
    labels = {
        "exerkine": _texts("exerkine", exerkines),
        "site": _texts("site", sites),
        "unit": Variable(("exerkine", "site"), cube.units),
        "grade": _texts("exerkine", [one.get("grade", "low") for one in about]),
        "label": _texts("exerkine", [one.get("label", name) for one, name in named]),
        "state_name": _texts("state_name", model.state_names),
        "state_unit": _texts("state_name", [state.unit for state in model.states]),
        "constant_name": _texts("constant_name", model.constants),
        "input_name": _texts("input_name", model.inputs),
    }
    for label in labels.values():
        label.values.setflags(write=False)
    return cube, MappingProxyType(labels)


def _texts(dimension: str, texts: Iterable[object]) -> Variable:
    return Variable((dimension,), np.array([str(one) for one in texts]))


@dataclass(frozen=True)
class _Cube:
    """Where observables stand among molecules and sites, and the factors to the units shown.

    Parameters
    ----------
    model : Model
    units : ndarray of str, shape (n_exerkines, n_sites)
        Empty where a molecule is not seen.
    places : sequence of (int, int)
        Molecule and site of each observable.
    scales : sequence of float
    """

    model: Model
    units: np.ndarray
    places: Sequence[tuple[int, int]]
    scales: Sequence[float]

    @classmethod
    def of(cls, model: Model, parameters: ParameterSet, sites: Sequence[str]) -> _Cube:
        """Return those of a model's observables."""
        names = np.full((len(model.exerkines), len(sites)), "", dtype=object)
        places, scales = [], []
        for observable in model.observables:
            place = (model.exerkines.index(observable.exerkine), sites.index(observable.site))
            names[place] = shown_unit(observable.unit, parameters.about.get(observable.exerkine, {}))
            places.append(place)
            scales.append(1.0 if observable.unit == "1" else units.factor(observable.unit, names[place]))
        return cls(model, names.astype(str), places, scales)

    def filled(self, states: np.ndarray, constants: np.ndarray) -> np.ndarray:
        """Return values by molecule and site, then as the states have them; NaN where none is seen."""
        cube = np.full((*self.units.shape, *states.shape[1:]), np.nan)
        values = observable_function(self.model)(list(states), list(constants))
        for place, scale, value in zip(self.places, self.scales, values, strict=True):
            np.multiply(value, scale, out=cube[place])
        return cube


@lru_cache(maxsize=8)
def observable_function(model: Model) -> Callable[..., list[np.ndarray]]:
    """Return what makes the model's observables of lists of states and constants, numbers or arrays."""

    def write() -> Formulas:
        """Write them anew."""
        return formulas_of(_symbols(model), model.observed)

    return kept_formulas(write, key=model.key, of="observables")


def _symbols(model: Model) -> list[list[sympy.Symbol]]:
    import sympy

    groups = (model.state_names, model.constants)
    return [[sympy.Symbol(name, real=True) for name in names] for names in groups]


def shown_unit(unit: str, about: Mapping[str, Any]) -> str:
    """Return the unit in which users see a molecule, of which the canonical unit and the notes are given."""
    return "fold" if unit == "1" else str(about.get("unit", unit))


def _input_course(forcing: Forcing, times: np.ndarray) -> np.ndarray:
    """Return the inputs in force from each output time on, shape (n_times, n_inputs)."""
    segment = np.searchsorted(forcing.breakpoints, times, side="right") - 1
    return forcing.inputs[np.clip(segment, 0, len(forcing.breakpoints) - 2)]
