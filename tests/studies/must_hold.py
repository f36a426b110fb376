"""People, plans and time courses of what has to hold whatever the numbers are.

The tests are facts of the evidence, on the shipped model, by record; what a molecule's own tests already hold
is not repeated. What is published and not met is marked as such, with what was seen and what is simulated,
and fails as soon as it is met.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.solution import Solution
from exerkine_sim.subject import Subject
from laboratory import START_H, person, weeks

Plans = dict[str, tuple[str, Subject]]

ACTIVE = person()
TRAINED = person(age_y=26, vo2max=55, training="trained")
MIDDLE_AGED = person(age_y=45, vo2max=33, training="sedentary")
OLD = person(age_y=72, vo2max=28, training="sedentary")
UNTRAINED = person(vo2max=42, training="sedentary")

DAY = "day 2 08:00 "
MINUTES, QUARTERS, HOURS = np.arange(31.5, 38, 1 / 60), np.arange(38, 86, 0.25), np.arange(86, 170, 2.0)
DAY_TIMES_H = np.concatenate([MINUTES, QUARTERS, HOURS])


def lifted(lifts: tuple[str, ...], sets: str, percent: float, rest_s: float) -> str:
    """Return a session of lifts, all of the same sets."""
    return "; ".join(f"{lift} {sets} {percent}% 1RM rest {rest_s}s" for lift in lifts)


CIRCUIT = ("bench press", "leg extension", "overhead press", "leg curl", "row", "curl", "leg press", "squat")
LIFTING: Plans = {
    f"{who} lifts {what}": (DAY + lifted(CIRCUIT, "3x8", percent, 60), subject)
    for who, subject in (("young", ACTIVE), ("middle-aged", MIDDLE_AGED), ("old", OLD))
    for what, percent in (("hard", 70), ("light", 40))
}
AT_154_WATT: Plans = {
    f"154 W {n}": (DAY + "cycle 60m 154W", person(vo2max=vo2max)) for n, vo2max in enumerate((51.5, 43, 39.3))
}
MIDDLE_AGED_RIDE = (DAY + "cycle 33m 65% VO2max", MIDDLE_AGED)
EASY_RIDE = (DAY + "cycle 30m 60% VO2max", ACTIVE)


def before_and_after(test: str, training: str, *, on: int, again: str | None = None) -> str:
    """Return a plan with a test on the first day and the same one, or another, after the training."""
    return f"day 1 08:00 {test}\n{training}\nday {on} 08:00 {again or test}"


ONE_MINUTE = "cycle 10x(1m 100% VO2max / 75s 30%)"
# Percent are those of VO2max at the start, which the runs raise by 18 %.
RUNS, GAIN = weeks("run 40m 75% VO2max", 2, 4, 6, last=12), 1.18
SAME_SHARE = (
    before_and_after("run 30m 70% VO2max", RUNS, on=86, again=f"run 30m {70 * GAIN:.0f}% VO2max"),
    UNTRAINED,
)


def hour_of(day: int, minute: float = -60) -> float:
    """Return the hour that stands so many minutes from eight on a day."""
    return 24.0 * (day - 1) + START_H + minute / 60


BLOCK_TIMES_H = np.unique(
    np.round(
        [hour_of(day) for day in range(1, 90)]
        + [hour_of(1, 150)]
        + [hour_of(day, minute) for day in (1, 16, 86) for minute in range(0, 211, 2)],
        9,
    )
)


@dataclass(frozen=True)
class Courses:
    """Time courses of many people by name; `minutes` are those from the end of the last session."""

    solution: Solution
    end_h: dict[str, float]

    def fold(self, name: str, exerkine: str, *minutes: float, site: str | None = None) -> np.ndarray:
        """Return levels over rest, shape (n_minutes,)."""
        return self._after(name, self.solution.fold(exerkine, site=site), minutes)

    def level(self, name: str, exerkine: str, *minutes: float, site: str | None = None) -> np.ndarray:
        """Return levels in the molecule's own unit, shape (n_minutes,)."""
        return self._after(name, self.solution.concentration(exerkine, site=site), minutes)

    def state(self, name: str, state: str, *minutes: float) -> np.ndarray:
        """Return a state, shape (n_minutes,)."""
        return self._after(name, self.solution.state(state), minutes)

    def at(
        self, name: str, exerkine: str, hours: Sequence[float] | np.ndarray, *, site: str | None = None
    ) -> np.ndarray:
        """Return levels at hours from the first midnight, shape (n_hours,)."""
        return self._at(name, self.solution.concentration(exerkine, site=site), hours)

    def on(self, name: str, exerkine: str, day: int, *minutes: float, site: str | None = None) -> np.ndarray:
        """Return levels on a day, so many minutes from eight; in the morning before, if none is given."""
        return self.at(name, exerkine, [hour_of(day, minute) for minute in minutes or (-60,)], site=site)

    def _after(self, name: str, courses: xr.DataArray, minutes: tuple[float, ...]) -> np.ndarray:
        return self._at(name, courses, self.end_h[name] + np.array(minutes) / 60)

    def _at(self, name: str, courses: xr.DataArray, hours: Sequence[float] | np.ndarray) -> np.ndarray:
        return np.interp(hours, self.solution.times_h, courses.values[list(self.end_h).index(name)])


def followed(plans: Plans, times_h: np.ndarray = DAY_TIMES_H, **options: Any) -> Courses:
    """Return what everybody does who is named, all in one batch."""
    schedules = [parse_schedule(text) for text, _ in plans.values()]
    people = [subject for _, subject in plans.values()]
    solution = simulate(schedules, people, times_h=times_h, end_h=times_h[-1], **options)
    assert set(solution.status) == {"ok"}, solution.status
    return Courses(solution, {name: plan.end_h for name, plan in zip(plans, schedules, strict=True)})
