"""Whole people drawn from norms: who they are. What bodies they then have is for ``bodies.py`` to say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import SubjectError, nearest
from ..files import read_toml
from ..parameters import ParameterSet
from ..uncertainty import normal, uniform
from .bodies import SCORED, TRAINING, Traits, bodies
from .person import Subject

AGES = (20.0, 80.0)  # of the people whom the norms describe
WHOLE = 1e-6  # by which shares may miss 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Adults as they are, of whom a population is drawn.

    Height, body mass, body fat, muscle and VO2max are drawn together: the taller are heavier, the fatter have
    less VO2max per kilogram and less muscle, the older less of both. The norms are of healthy people who came
    to a fitness test; see ``params/cohort.toml``.

    Parameters
    ----------
    female : float
        Share of women.
    age_y : (float, float)
        Youngest and oldest, within 20 to 80; every age in between is as likely.
    training : {"sedentary", "recreational", "trained"} or mapping of str to float
        Training status; a mapping gives shares, which sum to 1. There is no norm for the elite.

    Raises
    ------
    SubjectError
        For anything that describes no people.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> cohort = xk.Cohort(female=0.5, age_y=(20, 40), training={"recreational": 0.7, "trained": 0.3})
    >>> people = xk.Population.of(cohort, n=200, seed=1).subjects(xk.load_parameters())
    >>> heights = {sex: [one.height_m for one in people if one.sex == sex] for sex in ("female", "male")}
    >>> [round(sum(some) / len(some), 1) for some in heights.values()]
    [1.7, 1.8]
    """

    female: float = 0.5
    age_y: tuple[float, float] = (20.0, 60.0)
    training: str | Mapping[str, float] = "recreational"

    def __post_init__(self) -> None:
        object.__setattr__(self, "female", _share("female", self.female))
        object.__setattr__(self, "age_y", _ages(self.age_y))
        object.__setattr__(self, "training", _training(self.training))

    def __hash__(self) -> int:
        return hash((self.female, self.age_y, tuple(self.shares.items())))

    def __reduce__(self) -> tuple[Callable[..., Cohort], tuple[dict[str, Any]]]:
        return Cohort.from_table, (self.recipe(),)

    @classmethod
    def from_table(cls, content: Mapping[str, Any], *, file: str | Path | None = None) -> Cohort:
        """Build a cohort from the content of a TOML table; fields left out have their usual values.

        Raises
        ------
        SubjectError
            Naming file and field, for anything misspelt or impossible.
        """
        try:
            for name in content.keys() - set(cls.__slots__):
                raise SubjectError(
                    f"unknown field '{name[:40]}'", fix=nearest(name, cls.__slots__), field=name
                )
            return cls(**content)
        except SubjectError as error:
            raise SubjectError(
                error.given, expected=error.expected, fix=error.fix, file=file, field=error.field
            ) from None

    @property
    def shares(self) -> Mapping[str, float]:
        """Share of people of each training status that there is."""
        return {self.training: 1.0} if isinstance(self.training, str) else self.training

    def recipe(self) -> dict[str, Any]:
        """Return what builds this cohort again: plain values, ready for JSON and TOML."""
        training = self.training if isinstance(self.training, str) else dict(self.training)
        return {"female": self.female, "age_y": list(self.age_y), "training": training}

    def describe(self) -> str:
        """Say in a few words who is drawn.

        Examples
        --------
        >>> Cohort(female=0.25, training={"sedentary": 0.5, "trained": 0.5}).describe()
        '25 % women, 20 to 60 y, 50 % sedentary, 50 % trained'
        """
        shares = [name if share == 1 else f"{100 * share:g} % {name}" for name, share in self.shares.items()]
        low, high = self.age_y
        return ", ".join([f"{100 * self.female:g} % women", f"{low:g} to {high:g} y", *shares])

    def traits(self, *, seed: int, first: int, n: int) -> Traits:
        """Return sex, age and training status of the people `first`, `first` + 1, ..."""
        sex, age, training = (
            uniform(seed, f"cohort {name}", first=first, n=n) for name in ("sex", "age", "training")
        )
        low, high = self.age_y
        edges = [*accumulate(self.shares.values())][:-1]
        places = np.searchsorted(edges, training, side="right")
        names = list(self.shares)
        return Traits(sex >= self.female, low + (high - low) * age, [names[place] for place in places])

    def subjects(self, parameters: ParameterSet, *, seed: int, first: int, n: int) -> list[Subject]:
        """Return the people `first`, `first` + 1, ...: each a function of seed and number alone.

        Parameters
        ----------
        parameters : ParameterSet
            Holds the norms, ``cohort.*`` and ``subject.*``.
        seed, first, n : int
        """
        scores = {name: normal(uniform(seed, f"cohort {name}", first=first, n=n)) for name in SCORED}
        return bodies(self.traits(seed=seed, first=first, n=n), scores, parameters)

    def middle(self, parameters: ParameterSet) -> Subject:
        """Return the person in the middle: of the likeliest sex and training, at the mean of every norm."""
        shares = self.shares
        likeliest = max(shares, key=lambda name: shares[name])
        traits = Traits(np.array([self.female < 0.5]), np.array([sum(self.age_y) / 2]), [likeliest])
        (person,) = bodies(traits, dict.fromkeys(SCORED, np.zeros(1)), parameters)
        return person


def load_cohort(path: str | Path) -> Cohort:
    """Read a cohort file: TOML with the fields of :class:`Cohort`.

    Raises
    ------
    SubjectError
        Naming file and field, for anything misspelt or impossible.

    Examples
    --------
    >>> from exerkine_sim.parameters import params_folder
    >>> load_cohort(params_folder() / "examples" / "cohort.toml").age_y
    (20.0, 45.0)
    """
    return Cohort.from_table(read_toml(path, error=SubjectError), file=path)


def _share(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SubjectError(
            f"{name} = {str(value)[:40]}",
            expected="a share from 0 to 1",
            fix="half is 0.5",
            field=name,
        )
    return float(value)


def _ages(value: Any) -> tuple[float, float]:
    pair = list(value) if isinstance(value, list | tuple) else [value]
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in pair) or len(pair) != 2:
        pair = [math.nan, math.nan]
    low, high = pair
    if not AGES[0] <= low <= high <= AGES[1]:
        raise SubjectError(
            f"age_y = {str(value)[:40]}",
            expected=f"youngest and oldest, within {AGES[0]:g} to {AGES[1]:g} years",
            fix="for example [20, 60]; give Subjects of your own where the norms end",
            field="age_y",
        )
    return float(low), float(high)


def _training(value: Any) -> str | Mapping[str, float]:
    given = {value: 1.0} if isinstance(value, str) else value
    if not isinstance(given, Mapping) or not given:
        raise SubjectError(
            f"training = {str(value)[:40]}",
            expected="a training status, or shares of some",
            fix='for example "recreational", or { sedentary = 0.5, trained = 0.5 }',
            field="training",
        )
    for name in given:
        if name not in TRAINING:
            raise SubjectError(
                f"training = {str(name)[:40]!r}",
                expected=f"{', '.join(TRAINING)}: there is no norm for others",
                fix="give Subjects of your own" if name == "elite" else nearest(str(name)[:40], TRAINING),
                field="training",
            )
    shares = {name: _share(f"training.{name}", share) for name, share in given.items()}
    if abs(sum(shares.values()) - 1) > WHOLE:
        raise SubjectError(
            f"shares of training that sum to {sum(shares.values()):g}",
            expected="shares that sum to 1",
            fix="give every status that occurs its share",
            field="training",
        )
    return value if isinstance(value, str) else MappingProxyType(shares)
