"""What the page simulates: a plan and a person, bounded, for they come from outside."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import InputError, ScheduleError, SolverError
from ..schedule import Schedule, parse_schedule
from ..simulate import simulate
from ..solution import Solution
from ..subject import Subject

MAX_PLAN_BYTES = 20_000
MAX_WEEKS, MAX_SESSIONS, MAX_BOUTS = 15, 210, 4000


@dataclass(frozen=True, slots=True)
class Setting:
    """A plan and a person, as somebody set them on the page.

    Parameters
    ----------
    plan : str
        The text of a plan.
    subject : Subject

    Raises
    ------
    InputError
        For a plan that cannot be read, or is too much for a page that answers at once.

    Examples
    --------
    >>> person = Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max=55)
    >>> Setting("Mon 07:00 run 60m 70% VO2max", person).schedule.end_h
    8.0
    """

    plan: str
    subject: Subject
    schedule: Schedule = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        size = len(self.plan.encode(errors="replace"))
        if size > MAX_PLAN_BYTES:
            raise InputError(
                f"a plan of {size} bytes",
                expected=f"at most {MAX_PLAN_BYTES}",
                fix="write repeated weeks once, with 'repeat 4 weeks'; longer plans: exerkine-sim run",
            )
        schedule = parse_schedule(self.plan, most=MAX_BOUTS)
        _check_length(schedule)
        object.__setattr__(self, "schedule", schedule)


def _check_length(schedule: Schedule) -> None:
    bouts = sum(len(session.bouts) for session in schedule.sessions)
    for count, most, noun in (
        (schedule.end_h / 168, MAX_WEEKS, "weeks"),
        (len(schedule.sessions), MAX_SESSIONS, "sessions"),
        (bouts, MAX_BOUTS, "bouts"),
    ):
        if count > most:
            raise ScheduleError(
                f"a plan of {count:.4g} {noun}",
                expected=f"at most {most} {noun} on this page",
                fix="shorten it, or run it from the command line: exerkine-sim run",
            )


def simulated(setting: Setting) -> Solution:
    """Return the time courses of a Setting, states included.

    Raises
    ------
    SolverError
        When the equations could not be solved for this plan and person.
    """
    solution = simulate(setting.schedule, setting.subject)
    if solution.status != ("ok",):
        raise SolverError(solution.status[0], fix="change the plan or the person a little")
    return solution
