"""The one verb: a Schedule and a Subject in, a Solution out."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numpy as np
import sympy
import xarray as xr

from . import __version__, units
from .engine import Forcing, System, Trajectories, array_function
from .engine.reference import integrate
from .errors import InputError, ModelError, ScheduleError, nearest
from .model import Model
from .parameters import ParameterSet, load_parameters
from .schedule import Schedule
from .solution import FORMAT, Solution
from .stimulus import Stimulus, build_stimulus
from .subject import Subject

TAIL_H = 24.0
COARSE_H, FINE_H, AFTERMATH_H = 1 / 6, 1 / 30, 1.5
MAX_TIMES = 2_000_000


def simulate(
    schedule: Schedule | Sequence[Schedule],
    subject: Subject | Sequence[Subject],
    *,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    times_h: Sequence[float] | np.ndarray | None = None,
    tolerance: float = 1e-8,
    progress: Callable[[int], None] | None = None,
) -> Solution:
    """Simulate every exerkine of a person who follows a plan.

    Parameters
    ----------
    schedule : Schedule or sequence of Schedule
        What happens; a sequence makes a batch of members.
    subject : Subject or sequence of Subject
        To whom; a sequence makes a batch, paired with the schedules where both are sequences.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    model : Model, optional
        The shipped physiology when left out; see :func:`exerkine_sim.physiology.default_model`.
    end_h : float, optional
        End of the simulation in hours from the schedule's first midnight; by default a day after the last
        event, rounded up to midnight.
    times_h : array_like, shape (n_times,), optional
        Output times; by default every 10 min, every 2 min in and shortly after sessions.
    tolerance : float
        Relative tolerance of the integration.
    progress : callable, optional
        Called with the index of each member that is done.

    Returns
    -------
    Solution
        A member that fails carries its reason in ``status`` and NaN in its rows.

    Raises
    ------
    InputError
        When plan, person or times cannot be used.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"), subject)
    >>> float(solution.fold("il6").max()) > 1.5
    True
    """
    model = _default_model() if model is None else model
    parameters = load_parameters() if parameters is None else parameters
    members = _paired(schedule, subject)
    end_h = _end(members, end_h)
    stimuli = [build_stimulus(plan, person, parameters, end_h=end_h) for plan, person in members]
    times = _output_times(stimuli, end_h) if times_h is None else _checked_times(times_h, end_h)
    constants = _constants(model, parameters, [person for _, person in members])
    forcings = [_forcing(model, stimulus) for stimulus in stimuli]
    trajectories = integrate(
        system_of(model), constants, forcings, times=times, tolerance=tolerance, progress=progress
    )
    dataset = _labelled(model, parameters, times, constants, forcings, trajectories)
    manifest = _manifest(model, parameters, members, {"end_h": end_h, "tolerance": tolerance})
    return Solution(dataset.assign_attrs(manifest=json.dumps(manifest)), model)


@lru_cache(maxsize=8)
def system_of(model: Model) -> System:
    """Return the engine's view of a model."""

    def symbols(names: Sequence[str]) -> tuple[sympy.Symbol, ...]:
        return tuple(sympy.Symbol(name, real=True) for name in names)

    return System(
        states=symbols(model.state_names),
        constants=symbols(model.constants),
        inputs=symbols([f"input.{name}" for name in model.inputs]),
        rates=model.rates,
        guess=tuple(state.guess for state in model.states),
    )


def _default_model() -> Model:
    from .physiology import default_model

    return default_model()


def _paired(
    schedule: Schedule | Sequence[Schedule], subject: Subject | Sequence[Subject]
) -> list[tuple[Schedule, Subject]]:
    plans = [schedule] if isinstance(schedule, Schedule) else list(schedule)
    people = [subject] if isinstance(subject, Subject) else list(subject)
    n = max(len(plans), len(people))
    if not plans or not people or {len(plans), len(people)} - {1, n}:
        raise InputError(
            f"{len(plans)} schedules and {len(people)} subjects",
            expected="as many of the one as of the other, or one of them alone",
        )
    return list(zip(plans * (n // len(plans)), people * (n // len(people)), strict=True))


def _end(members: Sequence[tuple[Schedule, Subject]], end_h: float | None) -> float:
    last = max(plan.end_h for plan, _ in members)
    if end_h is None:
        return float(24.0 * np.ceil((last + TAIL_H) / 24.0))
    if not np.isfinite(end_h) or end_h < last or end_h <= 0:
        raise InputError(
            f"end_h = {end_h}", expected=f"a time after the last event, at {last:g} h", field="end_h"
        )
    return float(end_h)


def _output_times(stimuli: Sequence[Stimulus], end_h: float) -> np.ndarray:
    """Every 10 min, every 2 min in and after activity, and every breakpoint of the first member."""
    fine = np.arange(int(np.ceil(end_h / FINE_H)) + 1) * FINE_H
    keep = np.zeros(len(fine), dtype=bool)
    keep[:: round(COARSE_H / FINE_H)] = True
    for stimulus in stimuli[:1] if len({id(one) for one in stimuli}) == 1 else stimuli:
        for start, end in stimulus.active_spans():
            keep |= (fine >= start - FINE_H) & (fine <= end + AFTERMATH_H)
    edges = np.concatenate([stimulus.breakpoints for stimulus in stimuli[:1]])
    times = np.unique(np.concatenate([fine[keep], edges, [0.0, end_h]]))
    times = times[(times >= 0.0) & (times <= end_h)]
    return _checked_times(times[np.append(True, np.diff(times) > 1e-9)], end_h)


def _checked_times(times_h: Sequence[float] | np.ndarray, end_h: float) -> np.ndarray:
    times = np.array(times_h, dtype=float)
    if times.ndim != 1 or not 0 < len(times) <= MAX_TIMES or not np.isfinite(times).all():
        raise InputError(
            f"times_h of shape {times.shape}", expected=f"1 to {MAX_TIMES} finite times in one dimension", field="times_h"
        )
    if (np.diff(times) <= 0).any() or times[0] < 0 or times[-1] > end_h:
        raise InputError(
            f"times_h from {times[0]:g} to {times[-1]:g}", expected=f"increasing, within 0 to {end_h:g} h", field="times_h"
        )
    return times


def _constants(model: Model, parameters: ParameterSet, people: Sequence[Subject]) -> np.ndarray:
    """Return the members' parameter vectors, shape (n_members, n_constants), in canonical units."""
    shared = [parameters[name].to(unit) for name, unit in model.parameters.items()]
    rows = []
    for person in people:
        quantities = person.physiology(parameters)
        missing = set(model.subject) - set(quantities)
        if missing:
            raise ModelError(f"no subject quantity '{min(missing)}'", fix=nearest(min(missing), quantities))
        rows.append([*shared, *(quantities[name] for name in model.subject)])
    return np.array(rows, dtype=float)


def _forcing(model: Model, stimulus: Stimulus) -> Forcing:
    """Bring a Stimulus into the order of the model's inputs."""
    unknown = [n for n in stimulus.names if n.startswith("infusion.") and n not in model.inputs]
    if unknown:
        offered = [name.removeprefix("infusion.") for name in model.inputs if name.startswith("infusion.")]
        molecule = unknown[0].removeprefix("infusion.")
        raise ScheduleError(f"'{molecule}' cannot be infused", fix=nearest(molecule, offered), field="infuse")
    columns = {name: column for column, name in enumerate(stimulus.names)}
    inputs = np.zeros((len(stimulus.inputs), len(model.inputs)))
    rest = np.zeros(len(model.inputs))
    for target, name in enumerate(model.inputs):
        if name in columns:
            inputs[:, target] = stimulus.inputs[:, columns[name]]
            rest[target] = stimulus.rest[columns[name]]
        elif not name.startswith("infusion."):
            raise ModelError(f"the stimulus has no input '{name}'", fix=nearest(name, stimulus.names))
    return Forcing(stimulus.breakpoints, inputs, rest)


def _labelled(
    model: Model,
    parameters: ParameterSet,
    times: np.ndarray,
    constants: np.ndarray,
    forcings: Sequence[Forcing],
    trajectories: Trajectories,
) -> xr.Dataset:
    """Pack arrays into the Solution's dataset, observables in their display units."""
    exerkines = model.exerkines
    sites = tuple(dict.fromkeys(o.site for o in model.observables))
    shape = (len(constants), len(times), len(exerkines), len(sites))
    concentration, rest = np.full(shape, np.nan), np.full((len(constants), *shape[2:]), np.nan)
    unit = np.full(shape[2:], "", dtype=object)
    values, resting = _observed(model, constants, trajectories)
    for observable, course, level in zip(model.observables, values, resting, strict=True):
        at = (exerkines.index(observable.exerkine), sites.index(observable.site))
        unit[at], scale = _display(observable.unit, parameters.about.get(observable.exerkine, {}))
        concentration[:, :, at[0], at[1]], rest[:, at[0], at[1]] = course * scale, level * scale
    about = [parameters.about.get(name, {}) for name in exerkines]
    return xr.Dataset(
        data_vars={
            "concentration": (("member", "time", "exerkine", "site"), concentration),
            "rest": (("member", "exerkine", "site"), rest),
            "state": (("member", "time", "state_name"), trajectories.states),
            "baseline": (("member", "state_name"), trajectories.baseline),
            "constant": (("member", "constant_name"), constants),
            "input": (("member", "time", "input_name"), np.stack([_input_course(f, times) for f in forcings])),
            "rest_input": (("member", "input_name"), np.stack([forcing.rest for forcing in forcings])),
            "residual": (("member",), trajectories.residual),
            "evaluations": (("member",), trajectories.evaluations),
            "status": (("member",), np.array([str(status) for status in trajectories.status])),
        },
        coords={
            "member": np.arange(len(constants)),
            "time": ("time", times, {"units": "h", "long_name": "time from the schedule's first midnight"}),
            "exerkine": np.array(exerkines),
            "site": np.array(sites),
            "unit": (("exerkine", "site"), unit.astype(str)),
            "grade": ("exerkine", np.array([str(one.get("grade", "low")) for one in about])),
            "label": ("exerkine", np.array([str(one.get("label", n)) for one, n in zip(about, exerkines, strict=True)])),
            "state_name": np.array(model.state_names),
            "state_unit": ("state_name", np.array([state.unit for state in model.states])),
            "constant_name": np.array(model.constants),
            "input_name": np.array(list(model.inputs)),
        },
    )


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
    system = system_of(model)
    return array_function([system.states, system.constants], [o.expression for o in model.observables])


def _display(unit: str, about: Mapping[str, Any]) -> tuple[str, float]:
    """Return the unit shown to users and the factor from the canonical one."""
    if unit == "1":
        return "fold", 1.0
    shown = str(about.get("unit", unit))
    return shown, units.factor(unit, shown)


def _input_course(forcing: Forcing, times: np.ndarray) -> np.ndarray:
    """Return the inputs in force from each output time on, shape (n_times, n_inputs)."""
    segment = np.searchsorted(forcing.breakpoints, times, side="right") - 1
    return forcing.inputs[np.clip(segment, 0, len(forcing.inputs) - 1)]


def _manifest(
    model: Model,
    parameters: ParameterSet,
    members: Sequence[tuple[Schedule, Subject]],
    settings: dict[str, float],
) -> dict[str, Any]:
    plans = list({id(plan): plan for plan, _ in members}.values())
    people = list({id(person): person for _, person in members}.values())
    place = {id(one): i for group in (plans, people) for i, one in enumerate(group)}
    return {
        "format": FORMAT,
        "exerkine_sim": __version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("numpy", "scipy", "sympy", "xarray")},
        "engine": "reference",
        "settings": settings,
        "seed": None,
        "model": {"digest": model.digest(), "modules": list(model.modules)},
        "parameters": {"digest": parameters.digest(), "sources": _sources(model, parameters)},
        "plans": [plan.to_toml() for plan in plans],
        "subjects": [person.to_toml() for person in people],
        "members": [
            {"plan": place[id(plan)], "subject": place[id(person)], "sessions": _sessions(plan)}
            for plan, person in members
        ],
        "estimated": [list(person.estimated) for person in people],
    }


def _sessions(plan: Schedule) -> list[dict[str, Any]]:
    return [
        {"name": session.name or session.summary, "start_h": session.start_h, "end_h": session.end_h}
        for session in plan.sessions
    ]


def _sources(model: Model, parameters: ParameterSet) -> dict[str, list[str]]:
    """Return what each bibliography key backs: key to parameter names."""
    backed: dict[str, list[str]] = {}
    for name in model.parameters:
        backed.setdefault(parameters[name].source.key, []).append(name)
    return dict(sorted(backed.items()))
