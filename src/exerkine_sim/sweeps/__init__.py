"""Sweeps: what varies is drawn by number, simulated in any order on any machine, and kept as it is made."""

from .design import Design, load_design
from .factor import Factor, LogNormal, Normal, Published, Range, Values, spaced
from .outputs import Outputs
from .result import Sweep, open_sweep
from .run import BATCH, recipe_of, sweep
from .sampling import Sampling

__all__ = [
    "BATCH",
    "Design",
    "Factor",
    "LogNormal",
    "Normal",
    "Outputs",
    "Published",
    "Range",
    "Sampling",
    "Sweep",
    "Values",
    "load_design",
    "open_sweep",
    "recipe_of",
    "spaced",
    "sweep",
]
