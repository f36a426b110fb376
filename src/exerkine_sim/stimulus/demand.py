"""What an effort of endurance asks in oxygen, from the basis people give it in.

Each relation is a published one; its numbers are in `params/intensity.toml` and `params/modes.toml`:
power and speed by the metabolic equations (Bushman2020), heart rate by its reserve (Swain1997), effort by the
heart rate at which it is rated so (LeeChung2016), zones by the heart rate at their middle (Haugen2022).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from .. import units
from ..errors import ScheduleError, SubjectError
from ..schedule import Intensity
from ..schedule.intensity import INTENSITY_BASES
from ..subject.norms import estimated

if TYPE_CHECKING:
    from .body import Bodies


def oxygen_demand(
    bodies: Bodies, mode: str, values: np.ndarray, *, basis: str, grade_percent: np.ndarray | float = 0.0
) -> np.ndarray:
    """Return oxygen demand over VO2max, shape (n_people, n_intensities).

    Parameters
    ----------
    bodies : Bodies
    mode : str
        Key of an endurance mode.
    values : ndarray, shape (n_intensities,)
        In the unit of the basis.
    basis : str
        Any but % VO2max.
    grade_percent : ndarray, shape (n_intensities,)
        Of a speed.

    Raises
    ------
    ScheduleError
        For a basis the mode cannot take, naming those it can.
    SubjectError
        For a person who lacks the field that the basis refers to.
    """
    if basis not in _taken(bodies, mode):
        raise _refused(bodies, mode, Intensity(float(values[0]), basis))
    if basis == "km_per_h":
        speed, grade = values * units.factor("km/h", "m/min"), np.asarray(grade_percent) / 100
        oxygen = _on_foot(bodies, mode, speed, grade)
    elif basis in _POWER:
        oxygen = _on_ergometer(bodies, mode, _POWER[basis](bodies, values))
    else:
        return _from_heart_rate(bodies, _HEART_RATE[basis](bodies, values))
    return oxygen * units.factor("mL/min", "L/h") / bodies.quantities["vo2max"]


def _of_mode(bodies: Bodies, mode: str, key: str, unit: str) -> float:
    return bodies.parameters[f"modes.{mode}.{key}"].to(unit)


def _on_ergometer(bodies: Bodies, mode: str, watts: np.ndarray) -> np.ndarray:
    """Return oxygen uptake in mL/min at a power: the metabolic equation of the ergometer."""
    at_zero = _of_mode(bodies, mode, "oxygen_rest", "mL/kg/min") * bodies.quantities["body_mass"]
    return at_zero + _of_mode(bodies, mode, "oxygen_per_watt", "mL/min/W") * watts


_POWER: Mapping[str, Callable[[Bodies, np.ndarray], np.ndarray]] = MappingProxyType(
    {
        "watt": lambda bodies, values: values,
        "watt_per_kg": lambda bodies, values: values * bodies.quantities["body_mass"],
        "ftp_percent": lambda bodies, values: (
            values / 100 * bodies.asked(lambda person: person.anchor("ftp_w"))
        ),
    }
)


def _on_foot(bodies: Bodies, mode: str, speed: np.ndarray, grade: np.ndarray) -> np.ndarray:
    """Return oxygen uptake in mL/min at a speed in m/min: by the equation of the gait people have at it.

    A run slower than anyone runs is walked, a walk faster than the equation of walking holds is run.
    """
    limits = {"run": "slowest_run", "walk": "fastest_walk"}
    own = _gait(bodies, mode, speed, grade)
    if mode not in limits:
        return own
    limit = bodies.parameters[f"intensity.{limits[mode]}"].to("m/min")
    other = _gait(bodies, "walk" if mode == "run" else "run", speed, grade)
    return np.where((speed < limit) == (mode == "walk"), own, other)


def _gait(bodies: Bodies, mode: str, speed: np.ndarray, grade: np.ndarray) -> np.ndarray:
    """Return oxygen uptake in mL/min: a gait's metabolic equation, downhill a share of its level cost."""
    places = [f"downhill_{place}" for place in ("cheapest", "steepest")]
    grades = [0.0, *(_of_mode(bodies, mode, f"{place}_grade", "1") for place in places)]
    shares = [1.0, *(_of_mode(bodies, mode, f"{place}_share", "1") for place in places)]
    level = _of_mode(bodies, mode, "oxygen_per_speed", "mL/kg/m") * np.interp(-grade, grades, shares)
    climb = _of_mode(bodies, mode, "oxygen_per_climb", "mL/kg/m") * np.maximum(grade, 0.0)
    per_kg = _of_mode(bodies, mode, "oxygen_rest", "mL/kg/min") + (level + climb) * speed
    return per_kg * bodies.quantities["body_mass"]


def _from_heart_rate(bodies: Bodies, bpm: np.ndarray) -> np.ndarray:
    """Return oxygen demand at a heart rate: the same share of both reserves (Swain1997).

    A heart rate beyond the person's maximum says that the maximum is higher, not that oxygen uptake is.
    """
    rest, reserve = _heart(bodies)
    slope = bodies.parameters["intensity.heart_rate_per_oxygen"].to("1")
    share = np.clip((bpm - rest) / reserve / slope, 0.0, 1.0)
    return bodies.rest + share * (1 - bodies.rest)


def _heart(bodies: Bodies) -> tuple[np.ndarray, np.ndarray]:
    """Return resting heart rate and heart rate reserve, as columns."""
    highest, rest = (
        estimated(name, bodies.people, bodies.parameters)[:, None] for name in ("hr_max_bpm", "hr_rest_bpm")
    )
    if np.any(highest <= rest):
        raise SubjectError(
            "the heart beats at rest as fast as at its maximum",
            expected="hr_max_bpm above hr_rest_bpm",
            fix="mend one of the two",
            field="hr_max_bpm",
        )
    return rest, highest - rest


def _of_reserve(bodies: Bodies, percent: np.ndarray) -> np.ndarray:
    rest, reserve = _heart(bodies)
    return rest + percent / 100 * reserve


def _of_maximum(bodies: Bodies, percent: np.ndarray) -> np.ndarray:
    rest, reserve = _heart(bodies)
    return percent / 100 * (rest + reserve)


def _of_effort(bodies: Bodies, rated: np.ndarray) -> np.ndarray:
    """Return the heart rate at which people of one's sex rate their effort so: quadratic in the rating."""

    def term(name: str) -> np.ndarray:
        numbers = bodies.parameters
        return bodies.people.each(
            lambda sex: numbers[f"intensity.effort_{sex}.{name}"].to("percent"), by="sex"
        )

    constant, linear, quadratic = (term(name)[:, None] for name in ("constant", "linear", "quadratic"))
    return _of_maximum(bodies, constant + linear * rated + quadratic * rated * rated)


def _of_zone(bodies: Bodies, zones: np.ndarray) -> np.ndarray:
    middle = [bodies.parameters[f"intensity.zone_{zone:g}"].to("percent") for zone in zones.tolist()]
    return _of_maximum(bodies, np.array(middle))


_HEART_RATE: Mapping[str, Callable[[Bodies, np.ndarray], np.ndarray]] = MappingProxyType(
    {
        "bpm": lambda bodies, values: values,
        "hrr_percent": _of_reserve,
        "hrmax_percent": _of_maximum,
        "rpe": _of_effort,
        "zone": _of_zone,
    }
)


def _taken(bodies: Bodies, mode: str) -> Iterator[str]:
    """Yield the bases that a mode can be given in."""
    yield "vo2max_percent"
    if f"modes.{mode}.oxygen_per_watt" in bodies.parameters:
        yield from _POWER
    if f"modes.{mode}.oxygen_per_speed" in bodies.parameters:
        yield "km_per_h"
    # The relations of heart rate and effort were found in work of large muscles, not of one limb or the arms.
    if not any(f"modes.{mode}.peak_{kind}" in bodies.parameters for kind in ("power", "oxygen")):
        yield from _HEART_RATE


def _refused(bodies: Bodies, mode: str, intensity: Intensity) -> ScheduleError:
    taken = [INTENSITY_BASES[basis] for basis in _taken(bodies, mode)]
    why = "a speed says how hard it is on foot only: " if intensity.basis == "km_per_h" else ""
    return ScheduleError(
        f"{mode.replace('_', ' ')} at {intensity}",
        expected=f"{', '.join(taken)} for this mode",
        fix=f"{why}give the intensity in {' or '.join(taken[:2])}",
    )
