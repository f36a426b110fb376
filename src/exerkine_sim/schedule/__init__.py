"""Plans: what a person does, eats and is given, on one time line."""

from . import transform
from .block import Block, block_names, find_block, load_block
from .bout import Bout, Session
from .duration import parse_duration
from .intensity import Intensity, parse_intensity
from .load import load_schedule
from .parse import parse_schedule
from .schedule import Infusion, Meal, Schedule

__all__ = [
    "Block",
    "Bout",
    "Infusion",
    "Intensity",
    "Meal",
    "Schedule",
    "Session",
    "block_names",
    "find_block",
    "load_block",
    "load_schedule",
    "parse_duration",
    "parse_intensity",
    "parse_schedule",
    "transform",
]
