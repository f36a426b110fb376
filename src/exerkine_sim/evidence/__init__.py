"""What the model is judged by: published trials, the scoreboard against them."""

from .study import Observation, Study, find_study, load_study, studies
from .validation import Score, Scoreboard, Summary, validate

__all__ = [
    "Observation",
    "Score",
    "Scoreboard",
    "Study",
    "Summary",
    "find_study",
    "load_study",
    "studies",
    "validate",
]
