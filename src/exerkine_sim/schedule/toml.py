"""The TOML form of a Schedule: `[[session]]`, `[[session.bout]]`, `[[meal]]`, `[[infusion]]`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from ..errors import ScheduleError
from ..files import validated
from .bout import Bout, Session, lifting_min
from .intensity import parse_intensity

if TYPE_CHECKING:
    from .schedule import Infusion, Meal, Schedule

Value = str | int | float | None


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _BoutTable(_Table):
    start_min: float
    duration_min: float | None = None
    mode: str
    intensity: str
    reps: int | None = None
    tempo_s: float | None = None


class _SessionTable(_Table):
    start_h: float
    name: str = ""
    nutrition: str | None = None
    carbs_g_per_h: float = 0.0
    bout: list[_BoutTable]


class _MealTable(_Table):
    time_h: float
    carbs_g: float


class _InfusionTable(_Table):
    start_h: float
    duration_h: float
    molecule: str
    rate: float
    unit: str


class ScheduleTable(_Table):
    """A whole plan as it stands in a TOML file."""

    name: str = ""
    session: list[_SessionTable] = []
    meal: list[_MealTable] = []
    infusion: list[_InfusionTable] = []
