"""What a person's fields may hold: people come from outside, so every word and number is checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from ..errors import SubjectError, nearest
from ..shipped import params_folder, shipped_tables

SEXES = ("female", "male")
TRAINING = ("sedentary", "recreational", "trained", "elite")
RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "age_y": (16, 100),
        "body_mass_kg": (30, 250),
        "height_m": (1.2, 2.3),
        "vo2max_ml_kg_min": (10, 100),
        "body_fat_percent": (3, 60),
        "muscle_mass_kg": (5, 80),
        "ftp_w": (30, 600),
        "hr_max_bpm": (100, 230),
        "hr_rest_bpm": (25, 100),
        "one_rm_kg": (1, 600),
    }
)


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among the allowed ones."""
    if value not in allowed:
        raise SubjectError(
            f"{name} = {str(value)[:40]!r}",
            expected=", ".join(allowed),
            fix=nearest(str(value)[:40].lower(), allowed),
            field=name,
        )


def within_range(name: str, value: Any, *, at: str = "") -> float:
    """Return `value` as a float inside the range of the field `name`, or refuse it."""
    low, high = RANGES[name]
    try:
        number = float("nan") if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not low <= number <= high:
        raise SubjectError(
            f"{at or name} = {str(value)[:40]}",
            expected=f"a number from {low:g} to {high:g}",
            fix=f"give it in the unit of its name: {name}",
            field=at or name,
        )
    return number


def checked_one_rm_kg(loads: Any) -> Mapping[str, float]:
    """Return one-repetition maxima by lift, read-only, or refuse an unknown lift or an impossible load."""
    if not isinstance(loads, Mapping):
        raise SubjectError(
            f"one_rm_kg = {str(loads)[:40]}", expected="a mapping from lift to kg", field="one_rm_kg"
        )
    for lift in loads.keys() - _lifts():
        raise SubjectError(
            f"unknown lift '{str(lift)[:40]}'", fix=nearest(str(lift), _lifts()), field="one_rm_kg"
        )
    return MappingProxyType(
        {lift: within_range("one_rm_kg", load, at=f"one_rm_kg.{lift}") for lift, load in loads.items()}
    )


@cache
def _lifts() -> frozenset[str]:
    return frozenset(shipped_tables()[params_folder() / "lifts.toml"])
