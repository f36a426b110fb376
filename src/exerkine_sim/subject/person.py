"""The person: sex, age, size, fitness and strength, and what follows from them by published norms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from ..errors import SubjectError
from ..files import read_toml, validated
from ..parameters import ParameterSet
from .limits import RANGES, SEXES, TRAINING, checked_one_rm_kg, one_of, within_range
from .norms import NORMS, estimated
from .people import People
from .text import described, toml_text

NUMBERS = tuple(name for name in RANGES if name != "one_rm_kg")
OPTIONAL = (*NORMS, "muscle_mass_kg", "ftp_w")
SHORT_NAMES: Mapping[str, str] = MappingProxyType({"vo2max": "vo2max_ml_kg_min"})
Person = TypeVar("Person")


def _taking_short_names(person: type[Person]) -> type[Person]:
    """Let a class be built with the short names of its fields."""
    build = person.__init__

    @wraps(build)
    def with_long_names(self: Person, **given: Any) -> None:
        build(self, **_long_names(given))

    person.__init__ = with_long_names
    return person


def _long_names(given: Mapping[str, Any]) -> dict[str, Any]:
    for short, name in SHORT_NAMES.items():
        if short in given and name in given:
            raise SubjectError(f"both '{short}' and '{name}'", expected="one of them", field=name)
    return {SHORT_NAMES.get(name, name): value for name, value in given.items()}


@_taking_short_names
@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The person who trains.

    Parameters
    ----------
    sex : {"female", "male"}
        For blood, muscle and fat.
    age_y : float
        Years, 16 to 100.
    body_mass_kg, height_m : float
        Size.
    vo2max_ml_kg_min : float
        Maximal oxygen uptake; `vo2max` is accepted too.
    training : {"sedentary", "recreational", "trained", "elite"}
        Endurance training status.
    body_fat_percent, hr_max_bpm, hr_rest_bpm : float, optional
        Estimated from norms when left out.
    muscle_mass_kg : float, optional
        Skeletal muscle of the whole body; when left out it follows from size, age and sex.
    ftp_w : float, optional
        Functional threshold power. Never estimated.
    one_rm_kg : mapping of str to float
        One-repetition maximum by lift. Never estimated.

    Raises
    ------
    SubjectError
        For a value no person has, or an unknown lift.

    Examples
    --------
    >>> person = Subject(sex="female", age_y=34, body_mass_kg=62, height_m=1.68, vo2max=48)
    >>> person.estimated
    ('body_fat_percent', 'hr_max_bpm', 'hr_rest_bpm')
    """

    sex: str
    age_y: float
    body_mass_kg: float
    height_m: float
    vo2max_ml_kg_min: float
    training: str = "recreational"
    body_fat_percent: float | None = None
    muscle_mass_kg: float | None = None
    ftp_w: float | None = None
    hr_max_bpm: float | None = None
    hr_rest_bpm: float | None = None
    one_rm_kg: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        one_of("sex", self.sex, SEXES)
        one_of("training", self.training, TRAINING)
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None or name not in OPTIONAL:
                object.__setattr__(self, name, within_range(name, value))
        object.__setattr__(self, "one_rm_kg", checked_one_rm_kg(self.one_rm_kg))

    def __reduce__(self) -> tuple[Callable[..., Subject], tuple[dict[str, Any]]]:
        return _built_from, (self._given(),)  # a read-only mapping does not travel between processes as it is

    @classmethod
    def from_table(
        cls, content: Mapping[str, Any], *, file: str | Path | None = None, prefix: str = ""
    ) -> Subject:
        """Build a person from the content of a TOML table.

        Parameters
        ----------
        content : mapping
            Fields as in a subject file.
        file : path, optional
            Named in error messages.
        prefix : str
            Dotted path of the table within the file, put before the field in error messages.

        Raises
        ------
        SubjectError
            Naming file and field, for anything missing, misspelt or impossible.

        Examples
        --------
        >>> table = {"sex": "male", "age_y": 31, "body_mass_kg": 75, "height_m": 1.8, "vo2max_ml_kg_min": 59}
        >>> Subject.from_table(table).training
        'recreational'
        """
        try:
            entry = validated(_SubjectTable, _long_names(content), error=SubjectError)
            return cls(**entry.model_dump(exclude_none=True))
        except SubjectError as error:
            place = ".".join(part for part in (prefix, error.field) if part)
            raise SubjectError(
                error.given, expected=error.expected, fix=error.fix, file=file, field=place
            ) from None

    @property
    def estimated(self) -> tuple[str, ...]:
        """Names of the fields that were left out and are estimated from norms."""
        return tuple(name for name in NORMS if getattr(self, name) is None)

    def with_estimates(self, parameters: ParameterSet) -> Subject:
        """Return the same person with the fields of `estimated` filled in from norms.

        Raises
        ------
        SubjectError
            When a norm yields what no person has, and the field must be given.
        """
        people = People.of([self])
        return replace(
            self, **{name: float(estimated(name, people, parameters)[0]) for name in self.estimated}
        )

    def anchor(self, name: str) -> float:
        """Return a field that an intensity refers to, and refuse when it was not given.

        Examples
        --------
        >>> Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50, ftp_w=240).anchor("ftp_w")
        240.0
        """
        value = getattr(self, name)
        if value is None:
            raise SubjectError(
                f"'{name}' is not known, and the plan refers to it",
                expected=f"a measured {name}",
                fix=f"add {name} to the subject, or give the intensity in % VO2max or W",
                field=name,
            )
        return value

    def one_rm(self, lift: str) -> float:
        """Return the one-repetition maximum of a lift in kg, and refuse when it was not given."""
        if lift not in self.one_rm_kg:
            raise SubjectError(
                f"the one-repetition maximum of '{lift}' is not known, and the plan refers to it in kg",
                expected=f"a measured {lift} under one_rm_kg",
                fix=f"add {lift} = ... under [one_rm_kg], or give the load in % 1RM",
                field=f"one_rm_kg.{lift}",
            )
        return self.one_rm_kg[lift]

    def physiology(self, parameters: ParameterSet) -> Mapping[str, float]:
        """Return the quantities of this person that the model's equations refer to.

        Parameters
        ----------
        parameters : ParameterSet
            Holds the norms, ``subject.*``.

        Returns
        -------
        mapping of str to float
            body_mass, fat_mass, lean_mass, muscle_lower (both legs), muscle_upper (kg); height (m); age
            (years); female (0 or 1); vo2max (L/h); rest_demand and lactate_threshold (fractions of VO2max);
            blood_volume and plasma_volume (L).

        Raises
        ------
        SubjectError
            When body fat must be estimated and the norm yields what no person has.
        """
        quantities = People.of([self]).physiology(parameters)
        return MappingProxyType({name: float(value[0]) for name, value in quantities.items()})

    def to_toml(self) -> str:
        """Return the text of a subject file that loads as this person.

        Examples
        --------
        >>> print(Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50).to_toml())
        sex = "male"
        age_y = 30
        body_mass_kg = 75
        height_m = 1.8
        vo2max_ml_kg_min = 50
        training = "recreational"
        <BLANKLINE>
        """
        return toml_text(self._given())

    def describe(self) -> str:
        """Say in one line who this is and what of it is estimated.

        Examples
        --------
        >>> person = Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
        >>> person.describe().partition("; ")[0]
        'male, 30 y, 75 kg, 1.8 m, VO2max 50 mL/kg/min, recreational'
        """
        return described(self._given(), self.estimated)

    def _given(self) -> dict[str, Any]:
        """Return the fields that were given, ready to build the person again."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "one_rm_kg"}
        given = {name: value for name, value in values.items() if value is not None}
        return given | ({"one_rm_kg": dict(self.one_rm_kg)} if self.one_rm_kg else {})


def load_subject(path: str | Path) -> Subject:
    """Read a subject file.

    Parameters
    ----------
    path : path
        TOML with the fields of :class:`Subject`; lifts stand in a table ``[one_rm_kg]``.

    Raises
    ------
    SubjectError
        Naming file and field, for anything missing, misspelt or impossible.

    Examples
    --------
    >>> from exerkine_sim.parameters import params_folder
    >>> load_subject(params_folder() / "examples" / "subject.toml").training
    'trained'
    """
    return Subject.from_table(read_toml(path, error=SubjectError), file=path)


class _SubjectTable(BaseModel):
    """A subject file: the types of its fields; what they may be is for :class:`Subject` to say."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    sex: str
    age_y: float
    body_mass_kg: float
    height_m: float
    vo2max_ml_kg_min: float
    training: str | None = None
    body_fat_percent: float | None = None
    muscle_mass_kg: float | None = None
    ftp_w: float | None = None
    hr_max_bpm: float | None = None
    hr_rest_bpm: float | None = None
    one_rm_kg: dict[str, float] | None = None


def _built_from(given: Mapping[str, Any]) -> Subject:
    return Subject(**given)
