"""What a person lacks for a plan: asked before a simulation, and for all of it at once."""

from __future__ import annotations

from ..errors import InputError
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..subject import Subject
from ..subject.people import People
from .body import Bodies
from .timeline import Effort, timeline_of


def unresolved(schedule: Schedule, subject: Subject, parameters: ParameterSet) -> list[InputError]:
    """Return why intensities of a plan say nothing for this person, each reason once.

    Parameters
    ----------
    schedule : Schedule
    subject : Subject
    parameters : ParameterSet
        ``modes``, ``lifts``, ``subject`` and ``stimulus`` are used.

    Returns
    -------
    list of InputError
        Empty when every bout can be simulated.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.schedule import parse_schedule
    >>> plan = parse_schedule("Mon 07:00 cycle 1h 80% FTP")
    >>> person = Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> [error.field for error in unresolved(plan, person, load_parameters())]
    ['ftp_w']
    """
    bodies = Bodies.of(People.of([subject]), parameters)
    alike: dict[tuple[str, str, bool], list[Effort]] = {}
    for effort in timeline_of(schedule, parameters, end_h=schedule.end_h).efforts:
        alike.setdefault((effort.mode, effort.intensity.basis, effort.lifting), []).append(effort)
    reasons: dict[str, InputError] = {}
    for efforts in alike.values():
        try:
            bodies.inputs(efforts)
        except InputError as error:
            reasons.setdefault(str(error), error)
    return list(reasons.values())
