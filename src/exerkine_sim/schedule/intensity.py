"""How hard: a number and the basis it is relative to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import ScheduleError, nearest
from .duration import MAX_WORD, NUMBER
from .limits import bounded

INTENSITY_BASES: Mapping[str, str] = MappingProxyType(
    {
        "vo2max_percent": "% VO2max",
        "watt": "W",
        "watt_per_kg": "W/kg",
        "ftp_percent": "% FTP",
        "hrr_percent": "% HRR",
        "hrmax_percent": "% HRmax",
        "bpm": "bpm",
        "km_per_h": "km/h",
        "one_rm_percent": "% 1RM",
        "kg": "kg",
    }
)
LIFTING_BASES = frozenset({"one_rm_percent", "kg"})

# Beyond what any person has done; they catch a slipped digit or a wrong unit, not a hard day.
_HIGHEST = MappingProxyType(
    {
        "vo2max_percent": 400.0,
        "watt": 4000.0,
        "watt_per_kg": 40.0,
        "ftp_percent": 1000.0,
        "hrr_percent": 150.0,
        "hrmax_percent": 150.0,
        "bpm": 260.0,
        "km_per_h": 130.0,
        "one_rm_percent": 200.0,
        "kg": 1000.0,
    }
)
_BASIS_OF = {suffix.replace(" ", "").lower(): basis for basis, suffix in INTENSITY_BASES.items()}
_LATER = re.compile(r"rpe|rir|z[1-5]|min/km")
_INTENSITY = re.compile(rf"({NUMBER})\s*([^\s0-9.].*)")


@dataclass(frozen=True, slots=True)
class Intensity:
    """A number and its basis.

    Parameters
    ----------
    value : float
        In the unit of `basis`: 75 for 75 %.
    basis : str
        A key of :data:`INTENSITY_BASES`.
    grade_percent : float
        Slope of the ground, for a speed.

    Examples
    --------
    >>> print(Intensity(75, "vo2max_percent"))
    75% VO2max
    """

    value: float
    basis: str
    grade_percent: float = 0.0

    def __post_init__(self) -> None:
        if self.basis not in INTENSITY_BASES:
            raise ScheduleError(
                f"unknown basis {str(self.basis)[:40]!r}",
                expected="a basis of intensity",
                fix=nearest(str(self.basis), INTENSITY_BASES),
            )
        suffix = INTENSITY_BASES[self.basis]
        value = bounded(self.value, f"intensity in {suffix}", low=0.0, high=_HIGHEST[self.basis])
        object.__setattr__(self, "value", value)
        grade = bounded(self.grade_percent, "grade_percent", low=-60.0, high=60.0)
        if grade and self.basis != "km_per_h":
            raise ScheduleError(
                f"a grade of {grade:g}% with {suffix}",
                expected="a grade only with a speed",
                fix="leave it out",
            )
        object.__setattr__(self, "grade_percent", grade)

    def __str__(self) -> str:
        return f"{number_text(self.value)}{INTENSITY_BASES[self.basis]}"

    @property
    def is_percent(self) -> bool:
        """Whether the text form is a percentage, whose basis may go without saying."""
        return INTENSITY_BASES[self.basis].startswith("%")


def parse_intensity(text: str, *, bare_percent: str | None = None) -> Intensity:
    """Read an intensity such as "75% VO2max", "190W", "3.5 W/kg", "95% FTP", "80% 1RM" or "100kg".

    Parameters
    ----------
    text : str
        A number and its basis; case and spaces do not matter.
    bare_percent : str, optional
        The basis of a percentage that names none; without it such a percentage is refused.

    Raises
    ------
    ScheduleError
        When the number or its basis cannot be read, or lies outside what a person can do.

    Examples
    --------
    >>> parse_intensity("75% VO2max")
    Intensity(value=75.0, basis='vo2max_percent')
    """
    given, expected = text.strip(), f"a number with {', '.join(INTENSITY_BASES.values())}"
    if _LATER.search(given.lower()):
        raise ScheduleError(
            f"intensity '{given[:MAX_WORD]}' is not supported yet in this version",
            expected=expected,
            fix="translate it, for example to % VO2max",
        )
    match = _INTENSITY.fullmatch(given) if len(given) <= MAX_WORD else None
    if match is None:
        raise ScheduleError(f"'{given[:MAX_WORD]}' is no intensity", expected=expected)
    number, suffix = match.groups()
    basis = bare_percent if suffix == "%" else _BASIS_OF.get(suffix.replace(" ", "").lower())
    if basis is None:
        fix = (
            "say of what, for example % VO2max"
            if suffix == "%"
            else nearest(suffix, INTENSITY_BASES.values())
        )
        raise ScheduleError(f"'{given}' has no known basis", expected=expected, fix=fix)
    return Intensity(float(number), basis)


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(60.0), number_text(0.1)
    ('60', '0.1')
    """
    return repr(value).removesuffix(".0")
