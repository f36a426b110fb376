"""What published norms say about a person who was not measured. Numbers and sources: params/subject.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..parameters import ParameterSet

if TYPE_CHECKING:
    from .person import Subject


def body_fat_percent(person: Subject, parameters: ParameterSet) -> float:
    """Return body fat, linear in body mass index, age and sex (Deurenberg1991)."""
    return 100 * (
        parameters["subject.fat_per_body_mass_index"].to("m^2/kg") * person.body_mass_kg / person.height_m**2
        + parameters["subject.fat_per_age"].to("1/year") * person.age_y
        + parameters["subject.fat_male"].to("1") * (person.sex == "male")
        + parameters["subject.fat_offset"].to("1")
    )


def hr_max_bpm(person: Subject, parameters: ParameterSet) -> float:
    """Return maximal heart rate, linear in age (Zhu2010)."""
    at_birth = parameters["subject.heart_rate_max_at_birth"].to("1/min")
    return at_birth + parameters["subject.heart_rate_max_per_age"].to("1/min/year") * person.age_y


def hr_rest_bpm(person: Subject, parameters: ParameterSet) -> float:
    """Return resting heart rate by training status (Ostchega2011, Wilmore1996, JensenUrstad1997)."""
    return parameters[f"subject.heart_rate_rest.{person.training}"].to("1/min")


NORMS: Mapping[str, Callable[[Subject, ParameterSet], float]] = MappingProxyType(
    {"body_fat_percent": body_fat_percent, "hr_max_bpm": hr_max_bpm, "hr_rest_bpm": hr_rest_bpm}
)


def muscle_kg(person: Subject, parameters: ParameterSet) -> tuple[float, float]:
    """Return lower- and upper-body muscle: Lee2000 for the whole, Handsfield2014 for a young person's legs.

    Legs and upper body are taken to lose the same fraction of their muscle with age.
    """
    young = _young_legs_kg(person, parameters)
    whole = _whole_muscle_kg(person, person.age_y, parameters)
    whole_young = _whole_muscle_kg(person, parameters["subject.leg_volume_age"].to("year"), parameters)
    lower = young * whole / whole_young
    return lower, whole - lower


def _young_legs_kg(person: Subject, parameters: ParameterSet) -> float:
    one_leg = parameters["subject.leg_volume_per_size"].to(
        "L/m/kg"
    ) * person.height_m * person.body_mass_kg + parameters["subject.leg_volume_offset"].to("L")
    return 2 * one_leg * parameters["subject.muscle_density"].to("kg/L")


def _whole_muscle_kg(person: Subject, age_y: float, parameters: ParameterSet) -> float:
    return (
        parameters["subject.muscle_per_mass"].to("kg/kg") * person.body_mass_kg
        + parameters["subject.muscle_per_height"].to("kg/m") * person.height_m
        + parameters["subject.muscle_male"].to("kg") * (person.sex == "male")
        + parameters["subject.muscle_per_age"].to("kg/year") * age_y
        + parameters["subject.muscle_offset"].to("kg")
    )
