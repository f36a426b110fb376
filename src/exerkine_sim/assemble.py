"""The numbers of many members in the order and the units that a model's equations ask for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np

from . import units
from .engine import Forcing
from .errors import InputError, ModelError, ParameterError, ScheduleError, nearest
from .identity import Same
from .model import Model
from .parameters import ParameterSet
from .stimulus import Stimulus
from .subject import Subject
from .subject.people import People

GIVEN = ("infusion.", "depot.")  # inputs that a plan may have


def constants_of(
    model: Model,
    parameters: ParameterSet,
    people: Sequence[Subject],
    *,
    factors: Mapping[str, np.ndarray] | None = None,
    values: Mapping[str, np.ndarray] | None = None,
) -> np.ndarray:
    """Return the members' parameter vectors.

    Parameters
    ----------
    model : Model
        Its ``constants`` are the columns.
    parameters : ParameterSet
    people : sequence of Subject, length n_members
    factors : mapping of str to ndarray, shape (n_members,), optional
        What each member's constants are multiplied by: parameters, and quantities of the person
        (``subject.blood_volume``) as the equations see them; the plan's inputs are left as they are.
    values : mapping of str to ndarray, shape (n_members,), optional
        Parameters that each member has a value of its own of, in their own units; factors multiply these.

    Returns
    -------
    ndarray, shape (n_members, n_constants)
        In canonical units.

    Raises
    ------
    ParameterError
        For a factor on, or a value of, what the equations do not use.
    InputError
        When there is not one factor, or value, a member.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.physiology import default_model
    >>> size = {"body_mass_kg": 75, "height_m": 1.8, "vo2max": 50}
    >>> twins = [Subject(sex="male", age_y=30, **size)] * 2
    >>> factors = {"il6.clearance": np.array([1.0, 0.5])}
    >>> constants = constants_of(default_model(), load_parameters(), twins, factors=factors)
    >>> column = constants[:, default_model().constants.index("il6.clearance")]
    >>> float(column[1] / column[0])
    0.5
    """
    quantities = People.of(people).physiology(parameters)
    missing = set(model.subject) - set(quantities)
    if missing:
        raise ModelError(f"no subject quantity '{min(missing)}'", fix=nearest(min(missing), quantities))
    constants = np.empty((len(people), len(model.constants)))
    constants[:, : len(model.parameters)] = _in_units(model, Same(parameters))
    for column, name in enumerate(model.subject, start=len(model.parameters)):
        constants[:, column] = quantities[name]
    column = {name: index for index, name in enumerate(model.constants)}
    for name, value in ({} if values is None else values).items():
        _check("values of", name, value, column, n=len(people))
        constants[:, column[name]] = value * units.factor(parameters[name].unit, model.parameters[name])
    for name, factor in ({} if factors is None else factors).items():
        _check("factors on", name, factor, column, n=len(people))
        constants[:, column[name]] *= factor
    return constants


@lru_cache(maxsize=8)
def _in_units(model: Model, parameters: Same[ParameterSet]) -> np.ndarray:
    """Return the parameters of a model's equations in their order and canonical units; read-only."""
    values = np.array([parameters.one[name].to(unit) for name, unit in model.parameters.items()])
    values.setflags(write=False)
    return values


def _check(what: str, name: str, given: np.ndarray, known: Collection[str], *, n: int) -> None:
    if name not in known:
        raise ParameterError(
            f"{what} '{name}', which no equation uses", fix=nearest(name, known), field="factors"
        )
    if np.shape(given) != (n,):
        raise InputError(
            f"{what} '{name}' of shape {np.shape(given)}",
            expected=f"one a member, shape ({n},)",
            field="factors",
        )


def forcing_of(model: Model, stimulus: Stimulus) -> Forcing:
    """Bring a Stimulus into the order and the units of the model's inputs.

    Raises
    ------
    ScheduleError
        For an infusion of a molecule that the model has no infusion of.
    ModelError
        For an input of the model that no Stimulus has.
    """
    columns, sources, scales = _route(model, tuple(stimulus.units.items()))
    levels = np.zeros((len(stimulus.levels), len(model.inputs)))
    levels[:, columns] = scales * stimulus.levels[:, sources]
    return Forcing(stimulus.breakpoints, levels, levels[0], stimulus.pattern)


@lru_cache(maxsize=32)
def _route(model: Model, offered: tuple[tuple[str, str], ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which of the model's inputs is which of those offered, and the factor between their units."""
    _check_offered(model, [name for name, _ in offered])
    source = {name: (index, unit) for index, (name, unit) in enumerate(offered)}
    columns = [column for column, name in enumerate(model.inputs) if name in source]
    sources = [source[name][0] for name in model.inputs if name in source]
    scales = [
        units.convert(1.0, source[name][1], unit, field=name)
        for name, unit in model.inputs.items()
        if name in source
    ]
    return np.array(columns, dtype=int), np.array(sources, dtype=int), np.array(scales)


def _check_offered(model: Model, names: Sequence[str]) -> None:
    given = [name for name in model.inputs if name.startswith(GIVEN)]
    infusible = [name.removeprefix("infusion.") for name in given if name.startswith("infusion.")]
    for name in names:
        way, _, molecule = name.partition(".")
        if name.startswith(GIVEN) and name not in given:
            how = "infused" if way == "infusion" else "given under the skin"
            raise ScheduleError(
                f"'{molecule}' cannot be {how}", fix=nearest(molecule, infusible), field="infuse"
            )
    for name in model.inputs:
        if name not in names and name not in given:
            raise ModelError(f"the stimulus has no input '{name}'", fix=nearest(name, names))
