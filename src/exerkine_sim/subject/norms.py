"""What published norms say about people who were not measured. Numbers and sources: params/subject.toml.

Every norm takes people side by side and returns one value a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..errors import SubjectError
from ..parameters import ParameterSet
from .limits import RANGES

if TYPE_CHECKING:
    from .people import People


def body_fat_percent(people: People, parameters: ParameterSet) -> np.ndarray:
    """Return body fat, linear in body mass index, age and sex (Deurenberg1991)."""
    per_index = parameters["subject.fat_per_body_mass_index"].to("m^2/kg")
    return 100 * (
        per_index * people.body_mass_kg / (people.height_m * people.height_m)
        + parameters["subject.fat_per_age"].to("1/year") * people.age_y
        + parameters["subject.fat_male"].to("1") * people.male
        + parameters["subject.fat_offset"].to("1")
    )


def hr_max_bpm(people: People, parameters: ParameterSet) -> np.ndarray:
    """Return maximal heart rate, linear in age (Zhu2010)."""
    at_birth = parameters["subject.heart_rate_max_at_birth"].to("1/min")
    return at_birth + parameters["subject.heart_rate_max_per_age"].to("1/min/year") * people.age_y


def hr_rest_bpm(people: People, parameters: ParameterSet) -> np.ndarray:
    """Return resting heart rate by training status (Ostchega2011, Wilmore1996, JensenUrstad1997)."""
    return people.each(
        lambda training: parameters[f"subject.heart_rate_rest.{training}"].to("1/min"), by="training"
    )


NORMS: Mapping[str, Callable[[People, ParameterSet], np.ndarray]] = MappingProxyType(
    {"body_fat_percent": body_fat_percent, "hr_max_bpm": hr_max_bpm, "hr_rest_bpm": hr_rest_bpm}
)


def estimated(name: str, people: People, parameters: ParameterSet) -> np.ndarray:
    """Return a field of each person, as given or else by its norm; refuse what no person has."""
    given = people.given(name)
    values = np.where(np.isnan(given), NORMS[name](people, parameters), given)
    low, high = RANGES[name]
    impossible = values[~((low <= values) & (values <= high))]
    if impossible.size > 0:
        raise SubjectError(
            f"the norm for this age and size gives {name} = {impossible[0]:g}",
            expected=f"a number from {low:g} to {high:g}",
            fix=f"give {name}, or check age_y, body_mass_kg and height_m",
            field=name,
        )
    return values


def muscle_kg(people: People, parameters: ParameterSet) -> tuple[np.ndarray, np.ndarray]:
    """Return lower- and upper-body muscle: Lee2000 for the whole, Handsfield2014 for a young person's legs.

    Legs and upper body are taken to lose the same fraction of their muscle with age, and to share in the same
    way what a person was measured to have beside the norm.
    """
    young = _young_legs_kg(people, parameters)
    given = people.given("muscle_mass_kg")
    whole = np.where(np.isnan(given), muscle_mass_kg(people, parameters), given)
    whole_young = _whole_muscle_kg(people, parameters["subject.leg_volume_age"].to("year"), parameters)
    lower = young * whole / whole_young
    return lower, whole - lower


def muscle_mass_kg(people: People, parameters: ParameterSet) -> np.ndarray:
    """Return muscle of the whole body, linear in mass, height, age and sex (Lee2000)."""
    return _whole_muscle_kg(people, people.age_y, parameters)


def _young_legs_kg(people: People, parameters: ParameterSet) -> np.ndarray:
    one_leg = parameters["subject.leg_volume_per_size"].to(
        "L/m/kg"
    ) * people.height_m * people.body_mass_kg + parameters["subject.leg_volume_offset"].to("L")
    return 2 * one_leg * parameters["subject.muscle_density"].to("kg/L")


def _whole_muscle_kg(people: People, age_y: np.ndarray | float, parameters: ParameterSet) -> np.ndarray:
    return (
        parameters["subject.muscle_per_mass"].to("kg/kg") * people.body_mass_kg
        + parameters["subject.muscle_per_height"].to("kg/m") * people.height_m
        + parameters["subject.muscle_male"].to("kg") * people.male
        + parameters["subject.muscle_per_age"].to("kg/year") * age_y
        + parameters["subject.muscle_offset"].to("kg")
    )
