"""The one verb: a Schedule and a Subject in, a Solution out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from .arrays import Remarks
from .assemble import constants_of, forcing_of
from .batch import Batch, Members, Part, Report, stimuli_of, system_of
from .errors import InputError, nearest
from .manifest import manifest_of
from .model import Model
from .parameters import ParameterSet, load_parameters
from .schedule import Schedule
from .solution import Solution
from .subject import Population, Subject
from .subject.population import FIELDS, QUANTITIES, Spread
from .times import checked_times, end_of, output_times, usual_grid

__all__ = ["constants_of", "forcing_of", "simulate", "system_of"]

MIN_TOLERANCE, MAX_TOLERANCE = 1e-13, 1e-2


def simulate(
    schedule: Schedule | Sequence[Schedule],
    subject: Subject | Sequence[Subject] | Population,
    *,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    times_h: Sequence[float] | np.ndarray | None = None,
    exerkines: str | Sequence[str] | None = None,
    tolerance: float = 1e-6,
    clock: bool = False,
    engine: str = "compiled",
    progress: Report | None = None,
) -> Solution:
    """Simulate every exerkine of a person, or of many, who follow a plan.

    Parameters
    ----------
    schedule : Schedule or sequence of Schedule
        What happens; a sequence makes a batch of members.
    subject : Subject, sequence of Subject, or Population
        To whom; a sequence makes a batch, paired with the schedules where both are sequences. A Population
        follows one schedule; if it has more than one member, concentrations alone are kept.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    model : Model, optional
        The shipped physiology when left out; see :func:`exerkine_sim.physiology.default_model`.
    end_h : float, optional
        End of the simulation in hours from the schedule's first midnight; by default a day after the last
        event, rounded up to midnight.
    times_h : array_like, shape (n_times,), optional
        Output times; by default every 10 min, over more than 13 weeks every 30 min, and every 2 min in and
        shortly after sessions; for a Population every 30 and every 6 min.
    exerkines : str or sequence of str, optional
        Molecules whose concentrations are kept; all of them, and every state, when left out.
    tolerance : float
        Error aimed at, relative to a state's value or resting value, whichever is larger.
    clock : bool
        Whether release follows the hour of the day where its rhythm is known, from two days before the plan
        on; resting values are then means of the day. A `model` of your own decides for itself.
    engine : {"compiled", "reference"}
        The reference is SciPy's LSODA, one member at a time: slow, and independent.
    progress : callable, optional
        Called with the fraction of the work that is done, from 0 to 1.

    Returns
    -------
    Solution
        A member that fails carries its reason in ``status`` and NaN in its rows.

    Raises
    ------
    InputError
        When plan, person or times cannot be used, or the result would not fit into memory.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"), subject)
    >>> float(solution.fold("il6").max()) > 1.5
    True
    """
    parameters = load_parameters() if parameters is None else parameters
    check_tolerance(tolerance)
    population = subject if isinstance(subject, Population) else None
    members = paired(schedule, subject.subject if isinstance(subject, Population) else subject)
    model = model_for((plan for plan, _ in members), clock=clock) if model is None else model
    check_clock(model, clock)
    end_h = end_of([plan for plan, _ in members], end_h)
    stimuli = None
    if times_h is None:
        stimuli = stimuli_of(members, parameters, end_h)
        times = output_times(stimuli, end_h, usual_grid(end_h, alone=population is None))
    else:
        times = checked_times(times_h, end_h)
    batch = Batch(
        model,
        parameters,
        times,
        end_h,
        tolerance,
        engine=engine,
        kept=kept_exerkines(model, exerkines, population),
    )
    if population is None:
        part = Part(np.arange(len(members)), members, {})
        arrays = batch.solve(part, stimuli=None if model.rhythms else stimuli, progress=progress)
        varied = {}
    else:
        plan = one_plan(members)
        varied = varied_in(population, model, parameters)
        arrays = batch.draw(plan, population, progress=progress)
    settings = {"end_h": end_h, "tolerance": tolerance, "engine": engine}

    def remarks() -> dict[str, str]:
        """Return the recipe, put together when somebody asks."""
        recipe = manifest_of(
            model, parameters, members, settings=settings, population=population, varied=varied
        )
        return {"manifest": json.dumps(recipe)}

    return Solution(replace(arrays, attrs=Remarks(remarks)), model)


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that no engine can keep, or that is none."""
    if not MIN_TOLERANCE <= tolerance <= MAX_TOLERANCE:
        raise InputError(
            f"tolerance = {tolerance}", expected=f"{MIN_TOLERANCE:g} to {MAX_TOLERANCE:g}", field="tolerance"
        )


def check_clock(model: Model, clock: bool) -> None:
    """Refuse a clock that would drive nothing."""
    if clock and not model.rhythms:
        raise InputError(
            "clock=True with a model that has no rhythm",
            expected="a model made with clock=True",
            fix="exerkine_sim.physiology.default_model(clock=True), or model.compose(..., clock=True)",
            field="clock",
        )


def model_for(plans: Iterable[Schedule], *, held: Iterable[str] = (), clock: bool = False) -> Model:
    """Return the shipped model with a depot for each molecule that some plan gives under the skin."""
    from .physiology import default_model

    injected = {molecule for plan in plans for molecule in plan.injected}
    return default_model(held=held, injected=injected, clock=clock)


def paired(schedule: Schedule | Sequence[Schedule], subject: Subject | Sequence[Subject]) -> Members:
    """Return members: each plan with its person, one of either with all of the other.

    Raises
    ------
    InputError
        For anything else in their place, or for sequences of different lengths.

    Examples
    --------
    >>> size = {"body_mass_kg": 70, "height_m": 1.7, "vo2max_ml_kg_min": 45}
    >>> people = [Subject(sex="male", age_y=age, **size) for age in (30, 60)]
    >>> [person.age_y for _, person in paired(Schedule(()), people)]
    [30.0, 60.0]
    """
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


def one_plan(members: Members) -> Schedule:
    """Return the plan of the one member who stands for a Population.

    Raises
    ------
    InputError
        When there are several members, and so several plans.
    """
    if len(members) > 1:
        raise InputError(
            f"a Population and {len(members)} schedules",
            expected="one schedule",
            fix="simulate them one by one: the same seed draws the same people",
            field="schedule",
        )
    return members[0][0]


def kept_exerkines(
    model: Model, exerkines: str | Sequence[str] | None, population: Population | None
) -> tuple[str, ...] | None:
    """Return the molecules to keep alone; None to keep every state."""
    if exerkines is None:
        return model.exerkines if population is not None and population.n > 1 else None
    names = (exerkines,) if isinstance(exerkines, str) else tuple(exerkines)
    unknown = [name for name in names if name not in model.exerkines]
    if unknown or not names:
        raise InputError(
            f"unknown exerkine '{unknown[0]}'" if unknown else "no exerkine",
            fix=nearest(str(unknown[0]), model.exerkines) if unknown else "name one, or leave exerkines out",
            field="exerkines",
        )
    return tuple(dict.fromkeys(names))


def varied_in(population: Population, model: Model, parameters: ParameterSet) -> dict[str, Spread]:
    """Return what differs between the members, and refuse what was asked for and cannot."""
    spreads, variable = population.spreads(parameters), {*model.parameters, *QUANTITIES, *FIELDS}
    unknown = [name for name in spreads if name not in variable]
    if unknown and population.vary is not None:
        raise InputError(
            f"'{unknown[0]}' cannot vary",
            expected="a parameter of the equations, or a quantity of the person that Population names",
            fix=nearest(unknown[0], variable),
            field="vary",
        )
    return {name: spread for name, spread in spreads.items() if name in variable}
