"""What the model is judged by: published trials, the scoreboard against them."""

from .record import Record, find_record, records
from .study import Observation, Study, find_study, load_study, studies
from .validation import Score, Scoreboard, Summary, validate

__all__ = [
    "Observation",
    "Record",
    "Score",
    "Scoreboard",
    "Study",
    "Summary",
    "find_record",
    "find_study",
    "load_study",
    "records",
    "studies",
    "validate",
]
