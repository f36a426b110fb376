"""From bare trajectories to labelled arrays: observables at their sites, in the units people use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from . import units
from .arrays import Arrays, Variable
from .engine import Forcing, Trajectories
from .engine.formula import Formulas, formulas_of, kept_formulas
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
    exerkines = model.exerkines
    # Whole blood first: where a molecule is given there too, that is its reference.
    sites = sorted(dict.fromkeys(o.site for o in model.observables), key=lambda site: site != "blood")
    # A course lies together in memory, as it is written here and read everywhere.
    places = (len(exerkines), len(sites))
    concentration = np.full((*places, len(constants), len(times)), np.nan)
    rest, unit = np.full((*places, len(constants)), np.nan), np.full(places, "", dtype=object)
    values, resting = _observed(model, constants, trajectories)
    for observable, course, level in zip(model.observables, values, resting, strict=True):
        at = (exerkines.index(observable.exerkine), sites.index(observable.site))
        unit[at], scale = _display(observable.unit, parameters.about.get(observable.exerkine, {}))
        np.multiply(course, scale, out=concentration[at])
        rest[at] = level * scale
    about = [parameters.about.get(name, {}) for name in exerkines]
    named = zip(about, exerkines, strict=True)
    labels = {
        "member": Variable(("member",), numbers),
        "time": Variable(("time",), times, TIME),
        "exerkine": _texts("exerkine", exerkines),
        "site": _texts("site", sites),
        "unit": Variable(("exerkine", "site"), unit.astype(str)),
        "grade": _texts("exerkine", [one.get("grade", "low") for one in about]),
        "label": _texts("exerkine", [one.get("label", name) for one, name in named]),
        "state_name": _texts("state_name", model.state_names),
        "state_unit": _texts("state_name", [state.unit for state in model.states]),
        "constant_name": _texts("constant_name", model.constants),
        "input_name": _texts("input_name", model.inputs),
    }
    data = {
        "concentration": Variable(
            ("member", "time", "exerkine", "site"), np.moveaxis(concentration, (2, 3), (0, 1))
        ),
        "rest": Variable(("member", "exerkine", "site"), np.moveaxis(rest, 2, 0)),
        "state": Variable(("member", "time", "state_name"), trajectories.states),
        "baseline": Variable(("member", "state_name"), trajectories.baseline),
        "constant": Variable(("member", "constant_name"), constants),
        "input": Variable(
            ("member", "time", "input_name"), np.stack([_input_course(one, times) for one in forcings])
        ),
        "rest_input": Variable(("member", "input_name"), np.stack([one.rest for one in forcings])),
        "residual": Variable(("member",), trajectories.residual),
        "evaluations": Variable(("member",), trajectories.evaluations),
        "status": _texts("member", trajectories.status),
    }
    return Arrays({**data, **labels}, labels.keys())


def _texts(dimension: str, texts: Iterable[object]) -> Variable:
    return Variable((dimension,), np.array([str(one) for one in texts]))


def _observed(
    model: Model, constants: np.ndarray, trajectories: Trajectories
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return each observable's course (n_members, n_times) and resting value (n_members,)."""
    function = _observable_function(model)
    n_members, n_times, _ = trajectories.states.shape
    columns = [column[:, None] for column in constants.T]
    courses = function(list(np.moveaxis(trajectories.states, 2, 0)), columns)
    resting = function(list(trajectories.baseline.T), list(constants.T))
    shape = (n_members, n_times)
    return [np.broadcast_to(c, shape) for c in courses], [np.broadcast_to(r, (n_members,)) for r in resting]


@lru_cache(maxsize=8)
def _observable_function(model: Model) -> Callable[..., list[np.ndarray]]:
    def write() -> Formulas:
        """Write them anew."""
        return formulas_of(_symbols(model), model.observed)

    return write() if model.key is None else kept_formulas(model.key, write)


def _symbols(model: Model) -> list[list[sympy.Symbol]]:
    import sympy

    groups = (model.state_names, model.constants)
    return [[sympy.Symbol(name, real=True) for name in names] for names in groups]


def _display(unit: str, about: Mapping[str, Any]) -> tuple[str, float]:
    """Return the unit shown to users and the factor from the canonical one."""
    if unit == "1":
        return "fold", 1.0
    shown = str(about.get("unit", unit))
    return shown, units.factor(unit, shown)


def _input_course(forcing: Forcing, times: np.ndarray) -> np.ndarray:
    """Return the inputs in force from each output time on, shape (n_times, n_inputs)."""
    segment = np.searchsorted(forcing.breakpoints, times, side="right") - 1
    return forcing.inputs[np.clip(segment, 0, len(forcing.breakpoints) - 2)]
