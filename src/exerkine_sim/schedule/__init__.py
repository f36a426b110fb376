"""Plans: what a person does, eats and is given, on one time line."""

from . import transform
from .bout import Bout, Session
from .duration import parse_duration
from .intensity import Intensity, parse_intensity
from .load import load_schedule
from .parse import parse_schedule
from .schedule import Infusion, Meal, Schedule

__all__ = [
    "Bout",
    "Infusion",
    "Intensity",
    "Meal",
    "Schedule",
    "Session",
    "load_schedule",
    "parse_duration",
    "parse_intensity",
    "parse_schedule",
    "transform",
]
