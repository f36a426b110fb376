"""One member in numbers: what documents of other programs are made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..assemble import constants_of, forcing_of
from ..batch import stimuli_of, system_of
from ..engine import Forcing, Status, engine_named
from ..errors import SolverError
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule
from ..simulate import model_for
from ..subject import Subject
from ..times import end_of

NOISE = 1e-12


@dataclass(frozen=True)
class Member:
    """A person who follows a plan, as the equations see both.

    Parameters
    ----------
    model : Model
    constants : ndarray, shape (n_constants,)
        In the order of ``model.constants`` and in canonical units.
    start : ndarray, shape (n_states,)
        The resting steady state.
    forcing : Forcing
    parameters : ParameterSet, optional
        Where the numbers come from; None where only a document told them.
    """

    model: Model
    constants: np.ndarray
    start: np.ndarray
    forcing: Forcing
    parameters: ParameterSet | None = None


def member_of(
    schedule: Schedule,
    subject: Subject,
    *,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    held: Iterable[str] = (),
    clock: bool = False,
) -> Member:
    """Return a person who follows a plan, with all numbers that a simulation of them has.

    Parameters
    ----------
    schedule : Schedule
    subject : Subject
    parameters : ParameterSet, optional
        The shipped ones when left out.
    model : Model, optional
        The shipped physiology when left out, with `held` and `clock` as there.
    end_h : float, optional
        End in hours from the schedule's first midnight, as in :func:`exerkine_sim.simulate`.
    held : iterable of str
        Molecules that stay at rest.
    clock : bool
        Whether release follows the hour of the day.

    Raises
    ------
    InputError
        When plan, person or end cannot be used.
    SolverError
        When the person has no resting steady state.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max=45)
    >>> member = member_of(xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"), subject)
    >>> member.start.shape == (len(member.model.states),)
    True
    """
    parameters = load_parameters() if parameters is None else parameters
    model = model_for([schedule], held=held, clock=clock) if model is None else model
    end_h = end_of([schedule], end_h)
    stimulus = stimuli_of([(schedule, subject)], parameters, end_h, rhythms=model.rhythms)[0]
    forcing = forcing_of(model, stimulus)
    constants = constants_of(model, parameters, [subject])
    return Member(model, constants[0], _rest(model, constants, forcing), forcing, parameters)


def _rest(model: Model, constants: np.ndarray, forcing: Forcing) -> np.ndarray:
    integrate = engine_named("compiled")
    found = integrate(system_of(model), constants, [forcing], times=forcing.breakpoints[:1])
    if found.status[0] is not Status.OK:
        raise SolverError(str(found.status[0]))
    # Some programs derive a state's tolerance from its first value: noise in place of 0 would stop them.
    return np.where(np.abs(found.baseline[0]) > NOISE, found.baseline[0], 0.0)
