"""How hard: a number and the basis it is relative to, or the two ends of a range.

::

    intensity = figure ["-" figure] unit [grade "% grade"]      60-70% VO2max, 190W, 12 km/h 5% grade
              | word figure ["-" figure]                        RPE 7, RIR 2, Z2
    figure    = number | minutes ":" seconds                    the latter before "min/km"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
        "rpe": "RPE",
        "zone": "Z",
        "one_rm_percent": "% 1RM",
        "kg": "kg",
        "rir": "RIR",
    }
)
LIFTING_BASES = frozenset({"one_rm_percent", "kg", "rir", "rpe"})
ENDURANCE_BASES = frozenset(INTENSITY_BASES) - LIFTING_BASES | {"rpe"}
TO_FAILURE = frozenset({"rir", "rpe"})  # say of a set how far from failure it ends

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
        "rpe": 10.0,
        "zone": 99.0,  # what is no zone is refused in words of its own
        "one_rm_percent": 200.0,
        "kg": 1000.0,
        "rir": 30.0,
    }
)
_PACE = "min/km"
_WORDS = {"rpe": "RPE {}", "rir": "RIR {}", "zone": "Z{}"}  # what is written before its number
LEADING_WORDS = ("rpe", "rir", "zone", "z")
_KNOWN = (*INTENSITY_BASES.values(), _PACE)
_BASIS_OF = {suffix.replace(" ", "").lower(): basis for basis, suffix in INTENSITY_BASES.items()}
_BASIS_OF |= {"zone": "zone", "min/km": "km_per_h", "/km": "km_per_h"}
_AFTER = ", ".join(name for basis, name in INTENSITY_BASES.items() if basis not in _WORDS)
_EXPECTED = f"a number with {_AFTER} or {_PACE}, or RPE 7, RIR 2, Z2"

_FIGURE = rf"(?:[0-9]{{1,3}}:[0-5][0-9]|{NUMBER})"
FIGURES = re.compile(rf"({_FIGURE})(?:%?[-–]({_FIGURE}))?")
GRADE = rf"[+-]?{NUMBER}"
_INTENSITY = re.compile(
    rf"(?P<word>{'|'.join(LEADING_WORDS)})?\s*{FIGURES.pattern}\s*(?P<unit>[^\s0-9.:–-].*?)?"
    rf"(?:\s+(?P<grade>{GRADE})\s*%\s*grade)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Intensity:
    """A number and its basis.

    Parameters
    ----------
    value : float
        In the unit of `basis`: 75 for 75 %. RPE is Borg's CR10 scale, 0 to 10; for a lifting set 10 less
        the repetitions in reserve. Zones are whole numbers from 1 to 5.
    basis : str
        A key of :data:`INTENSITY_BASES`.
    grade_percent : float
        Slope of the ground, for a speed; downhill is negative.

    Examples
    --------
    >>> print(Intensity(75, "vo2max_percent"), Intensity(12, "km_per_h", 5), Intensity(2, "zone"), sep=", ")
    75% VO2max, 12km/h 5% grade, Z2
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
        if self.basis == "zone" and value not in range(1, 6):
            raise ScheduleError(
                f"zone {value:g}", expected="a whole number from 1 to 5", fix="write Z1 to Z5"
            )
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
        number = number_text(self.value)
        if self.basis in _WORDS:
            return _WORDS[self.basis].format(number)
        if self.basis != "km_per_h":
            return f"{number}{INTENSITY_BASES[self.basis]}"
        grade = f" {number_text(self.grade_percent)}% grade" if self.grade_percent else ""
        return (_pace_text(self.value) or f"{number}km/h") + grade

    @property
    def is_percent(self) -> bool:
        """Whether the text form is a percentage, whose basis may go without saying."""
        return INTENSITY_BASES[self.basis].startswith("%")

    def fits(self, *, lifting: bool) -> bool:
        """Return whether a lifting set, or else a bout of endurance, can be given so."""
        return self.basis in (LIFTING_BASES if lifting else ENDURANCE_BASES)


def parse_intensity(text: str, *, bare_percent: str | None = None) -> Intensity:
    """Read an intensity such as "75% VO2max", "190W", "80% 1RM", "4:30 min/km", "RPE 7" or "Z2".

    Parameters
    ----------
    text : str
        A number and its basis; case and spaces do not matter. Of a range the middle counts.
    bare_percent : str, optional
        The basis of a percentage that names none; without it such a percentage is refused.

    Raises
    ------
    ScheduleError
        When the number or its basis cannot be read, or lies outside what a person can do.

    Examples
    --------
    >>> parse_intensity("75% VO2max")
    Intensity(value=75.0, basis='vo2max_percent', grade_percent=0.0)
    >>> print(parse_intensity("60-70% FTP"), parse_intensity("5:00 min/km 2% grade"), sep=", ")
    65% FTP, 12km/h 2% grade
    """
    first, last = parse_range(text, bare_percent=bare_percent)
    return replace(first, value=(first.value + last.value) / 2)


def parse_range(text: str, *, bare_percent: str | None = None) -> tuple[Intensity, Intensity]:
    """Read both ends of a range of intensities, such as "60-80% VO2max"; one number is both.

    Parameters and errors are those of :func:`parse_intensity`.

    Examples
    --------
    >>> [str(end) for end in parse_range("60-80% VO2max")]
    ['60% VO2max', '80% VO2max']
    """
    given = text.strip()
    match = _INTENSITY.fullmatch(given) if len(given) <= MAX_WORD else None
    if match is None:
        word = given[:MAX_WORD].split()[:1]
        fix = nearest(word[0], _KNOWN) if word and word[0].isalpha() else None
        raise ScheduleError(f"'{given[:MAX_WORD]}' is no intensity", expected=_EXPECTED, fix=fix)
    unit = " ".join(filter(None, [match["word"], match["unit"]]))
    unit = "zone" if unit.lower() == "z" else unit
    basis = bare_percent if unit == "%" else _BASIS_OF.get(unit.replace(" ", "").lower())
    paced = unit.lower().endswith("/km")
    if basis is None or (":" in given) > paced:
        fix = "say of what, for example % VO2max" if unit in ("", "%") else nearest(unit, _KNOWN)
        raise ScheduleError(f"'{given}' has no known basis", expected=_EXPECTED, fix=fix)
    figures = (match[2], match[3] or match[2])
    values = [_km_per_h(_seconds(one)) if paced else float(one) for one in figures]
    first, last = (Intensity(value, basis, float(match["grade"] or 0)) for value in values)
    return first, last


def _seconds(pace: str) -> float:
    minutes, _, seconds = pace.rpartition(":")
    return 60 * int(minutes) + int(seconds) if minutes else 60 * float(pace)


def _km_per_h(seconds: float) -> float:
    """Return a pace, in seconds per kilometre, as a speed."""
    if not seconds:
        raise ScheduleError("a pace of zero", expected="minutes for a kilometre", fix="write 4:30 min/km")
    return 3600 / seconds


def _pace_text(km_per_h: float) -> str | None:
    """Return a speed as a pace where that is the shorter way to say exactly the same."""
    seconds = round(3600 / km_per_h) if km_per_h > 1 else 0
    if seconds == 0 or _km_per_h(seconds) != km_per_h or len(number_text(km_per_h)) <= len("12.5"):
        return None
    return f"{seconds // 60}:{seconds % 60:02d}{_PACE}"


def number_text(value: float) -> str:
    """Return the shortest text that reads back as the same number.

    Examples
    --------
    >>> number_text(60.0), number_text(0.1)
    ('60', '0.1')
    """
    return repr(value).removesuffix(".0")
