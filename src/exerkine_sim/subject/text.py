"""A person in words and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "sex": "{}",
        "age_y": "{} y",
        "body_mass_kg": "{} kg",
        "height_m": "{} m",
        "vo2max_ml_kg_min": "VO2max {} mL/kg/min",
        "training": "{}",
        "body_fat_percent": "{} % fat",
        "muscle_mass_kg": "{} kg muscle",
        "ftp_w": "FTP {} W",
        "hr_max_bpm": "maximal heart rate {} bpm",
        "hr_rest_bpm": "resting heart rate {} bpm",
    }
)


def toml_text(given: Mapping[str, Any]) -> str:
    """Return the fields that were given as the text of a subject file."""
    lines = [f"{name} = {_toml_value(value)}" for name, value in given.items() if name != "one_rm_kg"]
    lifts = given.get("one_rm_kg", {})
    if lifts:
        lines += ["", "[one_rm_kg]", *(f"{lift} = {_toml_value(load)}" for lift, load in lifts.items())]
    return "\n".join(lines) + "\n"


def described(given: Mapping[str, Any], estimated: Sequence[str]) -> str:
    """Return the fields that were given as one line, and the names of those that are estimated."""
    parts = [form.format(_short(given[name])) for name, form in _FORMS.items() if name in given]
    lifts = given.get("one_rm_kg", {})
    parts += [f"1RM {lift.replace('_', ' ')} {_short(load)} kg" for lift, load in lifts.items()]
    return ", ".join(parts) + (f"; estimated: {', '.join(estimated)}" if estimated else "")


def _toml_value(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else _short(value)


def _short(value: str | float) -> str:
    """Return a word as it is, a number as the shortest text that reads back the same."""
    return value if isinstance(value, str) else repr(value).removesuffix(".0")
