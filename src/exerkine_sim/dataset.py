"""From bare trajectories to a labelled dataset: observables at their sites, in the units people use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr
from xarray.indexes import PandasIndex

from . import units
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
    times: np.ndarray,
    constants: np.ndarray,
    forcings: Sequence[Forcing],
    trajectories: Trajectories,
) -> xr.Dataset:
    """Pack arrays into the dataset that :class:`exerkine_sim.solution.Solution` describes.

    Parameters
    ----------
    model, parameters : Model, ParameterSet
        Names, units, labels and grades.
    times : ndarray, shape (n_times,)
    constants : ndarray, shape (n_members, n_constants)
    forcings : sequence of Forcing, length n_members
    trajectories : Trajectories
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
    return xr.Dataset(
        data_vars={
            "concentration": (
                ("member", "time", "exerkine", "site"),
                np.moveaxis(concentration, (2, 3), (0, 1)),
            ),
            "rest": (("member", "exerkine", "site"), np.moveaxis(rest, 2, 0)),
            "state": (("member", "time", "state_name"), trajectories.states),
            "baseline": (("member", "state_name"), trajectories.baseline),
            "constant": (("member", "constant_name"), constants),
            "input": (
                ("member", "time", "input_name"),
                np.stack([_input_course(f, times) for f in forcings]),
            ),
            "rest_input": (("member", "input_name"), np.stack([forcing.rest for forcing in forcings])),
            "residual": (("member",), trajectories.residual),
            "evaluations": (("member",), trajectories.evaluations),
            "status": (("member",), np.array([str(status) for status in trajectories.status])),
        },
        coords={
            "member": _axis("member", range(len(constants))),
            "time": _axis("time", times, TIME),
            "exerkine": _axis("exerkine", exerkines),
            "site": _axis("site", sites),
            "unit": (("exerkine", "site"), unit.astype(str)),
            "grade": ("exerkine", np.array([str(one.get("grade", "low")) for one in about])),
            "label": (
                "exerkine",
                np.array([str(one.get("label", n)) for one, n in zip(about, exerkines, strict=True)]),
            ),
            "state_name": _axis("state_name", model.state_names),
            "state_unit": ("state_name", np.array([state.unit for state in model.states])),
            "constant_name": _axis("constant_name", model.constants),
            "input_name": _axis("input_name", list(model.inputs)),
        },
    )


def _axis(
    dimension: str, labels: Sequence[Any] | np.ndarray, about: Mapping[str, str] | None = None
) -> xr.Variable:
    """Return the labels of a dimension, as the index that xarray makes of them.

    Left to itself it would import pint, which is slow, to see whether they are quantities.
    """
    values = np.array(labels)
    index = PandasIndex(pd.Index(values), dimension, coord_dtype=values.dtype)
    return index.create_variables({dimension: xr.Variable(dimension, values, about)})[dimension]


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
