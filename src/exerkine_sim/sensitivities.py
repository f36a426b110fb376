"""Exact sensitivities: how far each output moves, hour by hour, when a parameter moves a little.

They are integrated beside the states (see :mod:`exerkine_sim.engine.variational`), so that no step has to be
chosen and no digits are lost to subtraction, and they include how the resting baseline moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from . import units
from .batch import stimuli_of
from .engine import Forcing, Status, System, engine_named
from .engine.expression import derivatives, pairwise
from .engine.formula import Formulas, formulas_of, kept_formulas
from .engine.variational import along, directions, variational
from .errors import InputError, nearest
from .model import Model, Observable
from .parameters import ParameterSet, load_parameters
from .schedule import Schedule
from .simulate import forcing_of, model_for, simulate, system_of
from .solution import Solution
from .subject import Population, Subject

SHORTEST_H = 1.0
MAX_VALUES, CHUNK_VALUES = 100_000_000, 20_000_000


def sensitivities(
    schedule: Schedule | Sequence[Schedule],
    subject: Subject | Sequence[Subject] | Population,
    *,
    of: Sequence[tuple[str, str]],
    to: Sequence[str],
    times_h: Sequence[float] | np.ndarray,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    tolerance: float = 1e-6,
    engine: str = "compiled",
    progress: Callable[[float], None] | None = None,
) -> xr.Dataset:
    """Differentiate what is observed by what it depends on.

    A parameter is moved in the model's equations, in every one that refers to it; the inputs that the plan
    makes of the person (power, oxygen demand, intake) are held. So a subject quantity, ``subject.fat_mass``
    for example, is moved as it enters the equations, while the person goes on doing the same work. At a kink
    (a threshold that rest, or a bout, sits on exactly) the derivative is that of the flat side.

    Parameters
    ----------
    schedule, subject
        As for :func:`exerkine_sim.simulate`.
    of : sequence of (exerkine, site)
        Outputs, for example ``[("il6", "plasma")]``.
    to : sequence of str
        Parameters, and subject quantities of the equations, for example ``["il6.clearance"]``.
    times_h : array_like, shape (n_times,)
        Hours from the schedule's first midnight; at 0 h the sensitivity is that of the baseline.
    parameters, model, end_h, tolerance, engine
        As for :func:`exerkine_sim.simulate`; a sensitivity's error is judged on the resting value of its
        state, or on its own where that is larger.
    progress : callable, optional
        Called with the fraction of the work that is done, from 0 to 1.

    Returns
    -------
    xarray.Dataset
        ``value`` (member, time, output); ``absolute`` (member, parameter, time, output), d output / d ln
        parameter, in the output's unit; ``relative``, d ln output / d ln parameter: the per cent by which the
        output moves for one per cent of the parameter, NaN where the output is 0; ``status`` (member,
        parameter), NaN in the rows of any that is not ``ok``. Coordinates ``exerkine``, ``site``, ``unit``
        and ``grade`` of each output, ``basis`` of each parameter.

    Raises
    ------
    InputError
        For an unknown parameter, with the nearest names, or one that acts outside the equations only; and for
        whatever :func:`exerkine_sim.simulate` refuses.
    ModelError
        For an unknown molecule or site, with the nearest names.

    Examples
    --------
    At rest, plasma IL-6 falls by one per cent when its clearance rises by one.

    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plan = xk.parse_schedule("Mon 00:30 run 30m 70% VO2max")
    >>> found = sensitivities(plan, subject, of=[("il6", "plasma")], to=["il6.clearance"], times_h=[0, 1])
    >>> round(found["relative"].sel(parameter="il6.clearance", time=0).item(), 6)
    -1.0
    """
    plans = [schedule] if isinstance(schedule, Schedule) else schedule
    model = model_for(plans) if model is None else model
    parameters = load_parameters() if parameters is None else parameters
    outputs, columns = _outputs(model, of), _columns(model, parameters, to)
    solution = simulate(
        schedule,
        subject,
        parameters=parameters,
        model=model,
        end_h=end_h,
        times_h=times_h,
        exerkines=[one.exerkine for one in outputs],
        tolerance=tolerance,
        engine=engine,
    )
    constants = solution.dataset["constant"].to_numpy()
    _check_size(len(constants) * len(columns) * len(solution.times_h) * len(outputs))
    people = subject.subjects(parameters) if isinstance(subject, Population) else subject
    members = [*zip(*(_each(given, len(constants)) for given in (schedule, people)), strict=True)]
    end = max(float(solution.times_h[-1]), SHORTEST_H)
    stimuli = stimuli_of(members, parameters, end, rhythms=model.rhythms)
    slopes, status = _differentiated(
        model,
        constants,
        [forcing_of(model, stimulus) for stimulus in stimuli],
        outputs=outputs,
        columns=columns,
        times=solution.times_h,
        tolerance=tolerance,
        engine=engine,
        progress=progress,
    )
    basis = [str(parameters[name].basis) if name in parameters else "person" for name in to]
    dataset = _labelled(solution, outputs, slopes, status)
    return dataset.assign_coords(parameter=list(to), basis=("parameter", basis))


def _outputs(model: Model, of: Sequence[tuple[str, str]]) -> list[Observable]:
    if isinstance(of, str) or not of or any(isinstance(pair, str) or len(pair) != 2 for pair in of):
        raise InputError(
            f"of = {of!r}",
            expected="a sequence of (exerkine, site)",
            fix='for example of=[("il6", "plasma")]',
            field="of",
        )
    return [model.observable(exerkine, site) for exerkine, site in of]


def _columns(model: Model, parameters: ParameterSet, to: Sequence[str]) -> list[int]:
    if isinstance(to, str) or not to:
        raise InputError(
            f"to = {to!r}",
            expected="a sequence of parameter names",
            fix='for example to=["il6.clearance"]',
            field="to",
        )
    for name in to:
        if name in model.constants:
            continue
        if name in parameters:
            raise InputError(
                f"'{name}' acts through the person or the inputs, not in the equations",
                fix="simulate twice, with two values of it (see ParameterSet.with_values)",
                field="to",
            )
        raise InputError(f"unknown parameter '{name}'", fix=nearest(name, model.constants), field="to")
    return [model.constants.index(name) for name in to]


def _check_size(n_values: int) -> None:
    if n_values > MAX_VALUES:
        raise InputError(
            f"{n_values:,} sensitivities (members x parameters x times x outputs)",
            expected=f"at most {MAX_VALUES:,}",
            fix="ask for fewer times, parameters or outputs at once",
        )


def _each(given: Any, n_members: int) -> list[Any]:
    items = list(given) if isinstance(given, Sequence) else [given]
    return items * (n_members // len(items))


@lru_cache(maxsize=8)
def _variational_of(model: Model) -> System:
    return variational(system_of(model))


def _differentiated(
    model: Model,
    constants: np.ndarray,
    forcings: Sequence[Forcing],
    *,
    outputs: Sequence[Observable],
    columns: Sequence[int],
    times: np.ndarray,
    tolerance: float,
    engine: str,
    progress: Callable[[float], None] | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return d output / d ln parameter (n_members, n_parameters, n_times, n_outputs), and each pair's status.

    Each pair of a member and a parameter is integrated by itself; the states of some pairs at a time are
    held in memory.
    """
    system, slope_function = _variational_of(model), _slope_function(model, tuple(outputs))
    member, column = np.repeat(np.arange(len(constants)), len(columns)), np.tile(columns, len(constants))
    n_pairs, status = len(member), []
    slopes = np.full((n_pairs, len(times), len(outputs)), np.nan)
    size = max(1, CHUNK_VALUES // (len(times) * system.sizes.states))
    for first in range(0, n_pairs, size):
        chunk = slice(first, first + size)

        def report(done: float, first: int = first) -> None:
            if progress is not None:
                progress((first + done * min(size, n_pairs - first)) / n_pairs)

        rows = along(constants[member[chunk]], column[chunk])
        own = [forcings[index] for index in member[chunk]]
        found = engine_named(engine)(system, rows, own, times=times, tolerance=tolerance, progress=report)
        states = list(np.moveaxis(found.states, 2, 0))
        for place, slope in enumerate(slope_function(states, [one[:, None] for one in rows.T])):
            slopes[chunk, :, place] = slope
        status += found.status
    slopes[[one is not Status.OK for one in status]] = np.nan
    shape = (len(constants), len(columns))
    return slopes.reshape(*shape, *slopes.shape[1:]), np.array([str(one) for one in status]).reshape(shape)


@lru_cache(maxsize=64)
def _slope_function(model: Model, outputs: tuple[Observable, ...]) -> Formulas:
    def write() -> Formulas:
        """Differentiate them anew."""
        system, observed = _variational_of(model), dict(zip(model.observables, model.observed, strict=True))
        expressions = [pairwise(observed[one], {}) for one in outputs]
        slopes = derivatives(expressions, directions(system_of(model)))
        return formulas_of([system.states, system.constants], slopes)

    return kept_formulas(write, key=model.key, of=f"slopes {outputs}")


def _labelled(
    solution: Solution, outputs: Sequence[Observable], slopes: np.ndarray, status: np.ndarray
) -> xr.Dataset:
    courses = [solution.concentration(one.exerkine, site=one.site) for one in outputs]
    shown = [course.attrs["units"] for course in courses]
    scale = [units.factor(one.unit, unit) for one, unit in zip(outputs, shown, strict=True)]
    value, absolute = np.stack([course.to_numpy() for course in courses], axis=-1), slopes * scale
    level = np.where(value == 0.0, np.nan, value)[:, None]
    dims = ("member", "parameter", "time", "output")
    return xr.Dataset(
        data_vars={
            "value": (("member", "time", "output"), value),
            "absolute": (dims, absolute),
            "relative": (dims, absolute / level),
            "status": (("member", "parameter"), status),
        },
        coords={
            "member": solution.dataset["member"],
            "time": solution.dataset["time"],
            "output": [f"{one.exerkine} {one.site}" for one in outputs],
            "exerkine": ("output", [one.exerkine for one in outputs]),
            "site": ("output", [one.site for one in outputs]),
            "unit": ("output", shown),
            "grade": ("output", [course.attrs["grade"] for course in courses]),
        },
        attrs={"manifest": solution.dataset.attrs["manifest"]},
    )
