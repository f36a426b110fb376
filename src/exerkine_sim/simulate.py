"""The one verb: a Schedule and a Subject in, a Solution out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import sympy

from . import units
from .dataset import labelled
from .engine import Forcing, System
from .engine.reference import integrate
from .errors import InputError, ModelError, ScheduleError, nearest
from .manifest import manifest_of
from .model import Model
from .parameters import ParameterSet, load_parameters
from .schedule import Schedule
from .solution import Solution
from .stimulus import Stimulus, build_stimulus
from .subject import Subject

TAIL_H = 24.0
COARSE_H, FINE_H, AFTERMATH_H = 1 / 6, 1 / 30, 1.5
MAX_TIMES, MAX_END_H = 2_000_000, 10 * 365 * 24.0
MIN_TOLERANCE, MAX_TOLERANCE = 1e-13, 1e-2


def simulate(
    schedule: Schedule | Sequence[Schedule],
    subject: Subject | Sequence[Subject],
    *,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    times_h: Sequence[float] | np.ndarray | None = None,
    tolerance: float = 1e-8,
    progress: Callable[[float], None] | None = None,
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
        Called with the fraction of the work that is done, from 0 to 1.

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
    if not MIN_TOLERANCE <= tolerance <= MAX_TOLERANCE:
        raise InputError(
            f"tolerance = {tolerance}", expected=f"{MIN_TOLERANCE:g} to {MAX_TOLERANCE:g}", field="tolerance"
        )
    members = _paired(schedule, subject)
    end_h = _end(members, end_h)
    stimuli = [build_stimulus(plan, person, parameters, end_h=end_h) for plan, person in members]
    times = _output_times(stimuli, end_h) if times_h is None else _checked_times(times_h, end_h)
    constants = constants_of(model, parameters, [person for _, person in members])
    forcings = [forcing_of(model, stimulus) for stimulus in stimuli]
    trajectories = integrate(
        system_of(model), constants, forcings, times=times, tolerance=tolerance, progress=progress
    )
    dataset = labelled(model, parameters, times, constants, forcings, trajectories)
    manifest = manifest_of(model, parameters, members, {"end_h": end_h, "tolerance": tolerance})
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
    for noun, kind, items in (("schedule", Schedule, plans), ("subject", Subject, people)):
        strange = [item for item in items if not isinstance(item, kind)]
        if strange:
            raise InputError(
                f"a {type(strange[0]).__name__} as {noun}",
                expected=f"a {kind.__name__}, or a sequence of them",
                fix=f"see load_{noun}" + (" and parse_schedule" if kind is Schedule else ""),
                field=noun,
            )
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
    if not isinstance(end_h, int | float) or not max(last, 0.0) <= end_h <= MAX_END_H or end_h == 0:
        raise InputError(
            f"end_h = {end_h!r}",
            expected=f"hours after the last event, at {last:g} h, and at most {MAX_END_H:g}",
            fix="give a later end, or none",
            field="end_h",
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
            f"times_h of shape {times.shape}",
            expected=f"1 to {MAX_TIMES} finite times in one dimension",
            field="times_h",
        )
    if (np.diff(times) <= 0).any() or times[0] < 0 or times[-1] > end_h:
        raise InputError(
            f"times_h from {times[0]:g} to {times[-1]:g}",
            expected=f"increasing, within 0 to {end_h:g} h",
            field="times_h",
        )
    return times


def constants_of(model: Model, parameters: ParameterSet, people: Sequence[Subject]) -> np.ndarray:
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


def forcing_of(model: Model, stimulus: Stimulus) -> Forcing:
    """Bring a Stimulus into the order and the units of the model's inputs."""
    unknown = [n for n in stimulus.names if n.startswith("infusion.") and n not in model.inputs]
    if unknown:
        offered = [name.removeprefix("infusion.") for name in model.inputs if name.startswith("infusion.")]
        molecule = unknown[0].removeprefix("infusion.")
        raise ScheduleError(f"'{molecule}' cannot be infused", fix=nearest(molecule, offered), field="infuse")
    columns = {name: column for column, name in enumerate(stimulus.names)}
    inputs = np.zeros((len(stimulus.inputs), len(model.inputs)))
    rest = np.zeros(len(model.inputs))
    for target, (name, unit) in enumerate(model.inputs.items()):
        if name in columns:
            scale = units.convert(1.0, stimulus.units[name], unit, field=name)
            inputs[:, target] = scale * stimulus.inputs[:, columns[name]]
            rest[target] = scale * stimulus.rest[columns[name]]
        elif not name.startswith("infusion."):
            raise ModelError(f"the stimulus has no input '{name}'", fix=nearest(name, stimulus.names))
    return Forcing(stimulus.breakpoints, inputs, rest)
