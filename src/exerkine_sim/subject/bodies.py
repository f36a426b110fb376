"""Bodies that fit sex, age and training: size, fat, muscle and VO2max by norms, and what people differ by.

Numbers and sources: params/cohort.toml, and the regressions of params/subject.toml.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..parameters import ParameterSet
from .limits import RANGES
from .norms import body_fat_percent, muscle_mass_kg
from .people import People
from .person import Subject

# No norm here is of athletes of the first rank.
TRAINING = ("sedentary", "recreational", "trained")
SCORED = ("height", "body_mass_index", "body_fat", "muscle", "vo2max")


class Traits(NamedTuple):
    """What people are before they have a body: each of length n_people."""

    male: np.ndarray
    age_y: np.ndarray
    training: Sequence[str]


def bodies(traits: Traits, scores: Mapping[str, np.ndarray], parameters: ParameterSet) -> list[Subject]:
    """Return people with the bodies that their scores give them.

    Arrays meet in sums, products, quotients and square roots alone, which round alike wherever a number
    stands; the exponential, which does not, is taken number by number.

    Parameters
    ----------
    traits : Traits
    scores : mapping of str to ndarray, shape (n_people,)
        A standard normal number for each of :data:`SCORED`.
    parameters : ParameterSet
    """
    norms = _Norms(parameters, traits)
    height = norms.height() + norms.of_sex("height_spread", "m") * scores["height"]
    usual, spread = norms.body_mass_index(), norms.of_sex("body_mass_index_spread", "1")
    index = usual * np.array([math.exp(one) for one in (spread * scores["body_mass_index"]).tolist()])
    fat_spread = norms("fat_spread", "percent")
    beyond = fat_spread * scores["body_fat"]
    # Against people of the same sex, age and training, in standard deviations.
    fatness = (norms.fat_slope * (index - usual) + beyond) / _hypotenuse(
        norms.fat_slope * usual * spread, fat_spread
    )
    fitness = _together(fatness, scores["vo2max"], norms("vo2max_fat_correlation", "1"))
    brawn = _together(scores["body_fat"], scores["muscle"], norms("muscle_fat_correlation", "1"))
    people = People(
        (),
        age_y=traits.age_y,
        body_mass_kg=index * height * height,
        height_m=height,
        vo2max_ml_kg_min=norms.vo2max() * (1 + norms("vo2max_spread", "1") * fitness),
        male=traits.male,
    )
    fat = body_fat_percent(people, parameters) + beyond
    muscle = muscle_mass_kg(people, parameters) * (1 + norms("muscle_spread", "1") * brawn)
    return _subjects(people, traits, body_fat_percent=fat, muscle_mass_kg=muscle)


def _subjects(people: People, traits: Traits, **more: np.ndarray) -> list[Subject]:
    """Return people one by one, none beyond what a field may hold."""
    names = ("age_y", "body_mass_kg", "height_m", "vo2max_ml_kg_min")
    columns = {name: getattr(people, name) for name in names} | more
    rows = zip(*(np.clip(column, *RANGES[name]).tolist() for name, column in columns.items()), strict=True)
    return [
        Subject(sex="male" if male else "female", training=word, **dict(zip(columns, row, strict=True)))
        for male, word, row in zip(traits.male.tolist(), traits.training, rows, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Norms:
    """The numbers of ``params/cohort.toml`` for people of some sex, age and training."""

    parameters: ParameterSet
    traits: Traits

    def __call__(self, name: str, unit: str) -> float:
        return self.parameters[f"cohort.{name}"].to(unit)

    @property
    def years(self) -> np.ndarray:
        """Age after the one at which the norms hold."""
        return self.traits.age_y - self("age", "year")

    @property
    def fat_slope(self) -> float:
        """Body fat for each unit of body mass index."""
        return self.parameters["subject.fat_per_body_mass_index"].to("percent*m^2/kg")

    def of_sex(self, name: str, unit: str) -> np.ndarray:
        return np.where(self.traits.male, self(f"{name}.male", unit), self(f"{name}.female", unit))

    def of_training(self, name: str) -> np.ndarray:
        shares = {word: self(f"{name}.{word}", "1") for word in TRAINING}
        return np.array([shares[word] for word in self.traits.training])

    def height(self) -> np.ndarray:
        return self.of_sex("height", "m") + self("height_per_age", "m/year") * self.years

    def body_mass_index(self) -> np.ndarray:
        """Return that of the middle: it rises with age up to a plateau."""
        missing = self("body_mass_index_per_age", "1/year") * np.maximum(0.0, -self.years)
        plateau = self.of_sex("body_mass_index", "kg/m^2") * self.of_training("body_mass_index_share")
        return plateau * (1 - missing)

    def vo2max(self) -> np.ndarray:
        change = self("vo2max_per_age", "1/year") * self.years
        return self.of_sex("vo2max", "mL/kg/min") * self.of_training("vo2max_share") * (1 + change)


def _together(known: np.ndarray, own: np.ndarray, correlation: float) -> np.ndarray:
    """Return scores that correlate with known ones, the rest being their own."""
    return correlation * known + math.sqrt(1 - correlation * correlation) * own


def _hypotenuse(one: np.ndarray, other: float) -> np.ndarray:
    return np.sqrt(one * one + other * other)
