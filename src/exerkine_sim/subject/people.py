"""Subjects side by side: what one person answers with a number, people answer with an array."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..parameters import ParameterSet
from .norms import estimated, muscle_kg

if TYPE_CHECKING:
    from .person import Subject


@dataclass(frozen=True, slots=True)
class People:
    """Subjects with their fields side by side, so that each norm is written once, for one and for many.

    Parameters
    ----------
    subjects : tuple of Subject
        The rows.
    age_y, body_mass_kg, height_m, vo2max_ml_kg_min, male : ndarray, shape (n_people,)
        The fields that every Subject has; `male` is 1 or 0.

    Examples
    --------
    >>> from exerkine_sim.subject import Subject
    >>> size = {"body_mass_kg": 75, "height_m": 1.8, "vo2max": 50}
    >>> people = People.of([Subject(sex="male", age_y=age, **size) for age in (30, 60)])
    >>> people.age_y
    array([30., 60.])
    """

    subjects: tuple[Subject, ...]
    age_y: np.ndarray
    body_mass_kg: np.ndarray
    height_m: np.ndarray
    vo2max_ml_kg_min: np.ndarray
    male: np.ndarray

    @classmethod
    def of(cls, subjects: Iterable[Subject]) -> People:
        """Put Subjects side by side."""
        rows = tuple(subjects)
        return cls(
            rows,
            age_y=_column([one.age_y for one in rows]),
            body_mass_kg=_column([one.body_mass_kg for one in rows]),
            height_m=_column([one.height_m for one in rows]),
            vo2max_ml_kg_min=_column([one.vo2max_ml_kg_min for one in rows]),
            male=_column([one.sex == "male" for one in rows]),
        )

    def given(self, name: str) -> np.ndarray:
        """Return a field, shape (n_people,), NaN where it was left out."""
        return _column([getattr(one, name) for one in self.subjects])

    def each(self, value: Callable[[str], float], *, by: str) -> np.ndarray:
        """Return what `value` says of each person's word in the field `by`, shape (n_people,)."""
        words = [getattr(one, by) for one in self.subjects]
        values = {word: value(word) for word in set(words)}
        return _column([values[word] for word in words])

    def physiology(self, parameters: ParameterSet) -> Mapping[str, np.ndarray]:
        """Return the quantities that the model's equations refer to, each of shape (n_people,).

        Their names and units are those of :meth:`Subject.physiology`.

        Raises
        ------
        SubjectError
            When body fat must be estimated and the norm yields what no person has.
        """
        fat_mass = self.body_mass_kg * estimated("body_fat_percent", self, parameters) / 100
        lean_mass = self.body_mass_kg - fat_mass
        blood_volume = lean_mass * self.each(
            lambda sex: parameters[f"subject.blood_volume_{sex}"].to("L/kg"), by="sex"
        )
        haematocrit = self.each(lambda sex: parameters[f"subject.haematocrit_{sex}"].to("1"), by="sex")
        muscle_lower, muscle_upper = muscle_kg(self, parameters)
        return MappingProxyType(
            {
                "body_mass": self.body_mass_kg,
                "height": self.height_m,
                "age": self.age_y,
                "female": 1.0 - self.male,
                "vo2max": self.vo2max_ml_kg_min * self.body_mass_kg * 60 / 1000,
                "rest_demand": parameters["subject.resting_oxygen"].to("mL/kg/min") / self.vo2max_ml_kg_min,
                "lactate_threshold": self.each(
                    lambda training: parameters[f"subject.lactate_threshold.{training}"].to("1"),
                    by="training",
                ),
                "blood_volume": blood_volume,
                "plasma_volume": blood_volume * (1 - haematocrit),
                "lean_mass": lean_mass,
                "fat_mass": fat_mass,
                "muscle_lower": muscle_lower,
                "muscle_upper": muscle_upper,
            }
        )


def _column(values: Sequence[float | None]) -> np.ndarray:
    """Return values as a read-only array, None as NaN."""
    column = np.array(values, dtype=float)
    column.setflags(write=False)
    return column
