"""What a plan does to a molecule in a person: the one way in which tests ask.

A plan is text; a first line without a clock time is a session at eight. `minutes` are numbers or arrays of
them, in ascending order.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.glucagon import glucagon
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.il6 import il6
from exerkine_sim.physiology.insulin import insulin
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.solution import Solution
from exerkine_sim.subject import Subject

START_H = 8.0
DAY_MIN = 1440
# IL-6 with all that it answers to.
IL6_MODULES = (
    *(drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume, drivers.damage),
    *(adaptation, glucose, insulin, glucagon, il6),
)


def person(**about: Any) -> Subject:
    """Return an active young man of the usual size, or who else is told `about`, by fields of Subject."""
    usual = {"sex": "male", "age_y": 25, "body_mass_kg": 75, "height_m": 1.8, "vo2max": 50}
    return Subject(**usual | about)


MAN = person()


def weeks(session: str, *weekdays: int, last: int, first: int = 1, clock: str = "08:00") -> str:
    """Return a plan: a session on the same weekdays, 1 to 7, of the weeks from `first` to `last`."""
    days = [7 * (week - 1) + weekday for week in range(first, last + 1) for weekday in weekdays]
    return "\n".join(f"day {day} {clock} {session}" for day in days)


def midnights(*days: float) -> np.ndarray:
    """Return when so many days are over, in minutes from eight on the first, shape (n_days,)."""
    return DAY_MIN * np.hstack(days) - 60 * START_H


def simulated(
    text: str,
    *minutes: ArrayLike,
    subject: Subject | Sequence[Subject] = MAN,
    day: int = 1,
    counted_from: Literal["start", "end"] = "start",
    **options: Any,
) -> Solution:
    """Return a plan's solution at minutes from eight on a day, or from the end of the last event.

    `day` is also that of a first line without a clock time; `options` are those of `simulate`.
    """
    first_line = text.strip().partition("\n")[0]
    plan = parse_schedule(text if not first_line or ":" in first_line else f"day {day} 08:00 {text}")
    zero_h = plan.end_h if counted_from == "end" else 24 * (day - 1) + START_H
    times_h = zero_h + np.hstack(minutes) / 60
    solution = simulate(plan, subject, times_h=times_h, end_h=max(plan.end_h, times_h[-1]), **options)
    assert set(solution.status) == {"ok"}, solution.status
    return solution


def levels(text: str, *minutes: ArrayLike, molecule: str, site: str | None = None, **how: Any) -> np.ndarray:
    """Return concentrations in the molecule's own unit, shape (n_times,); `how` goes to `simulated`."""
    return simulated(text, *minutes, **how).concentration(molecule, site=site).values[0]


def folds(text: str, *minutes: ArrayLike, molecule: str, site: str | None = None, **how: Any) -> np.ndarray:
    """Return concentrations over that of rest, shape (n_times,); `how` goes to `simulated`."""
    return simulated(text, *minutes, **how).fold(molecule, site=site).values[0]
