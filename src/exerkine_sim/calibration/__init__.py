"""One set of numbers for all trials: parameters fitted to published observations, and what these can tell."""

from .fit import calibrate
from .recipe import Recipe, load_recipe
from .result import HEADINGS, Calibration, Combination, Estimate, judged, load_calibration, told

__all__ = [
    "HEADINGS",
    "Calibration",
    "Combination",
    "Estimate",
    "Recipe",
    "calibrate",
    "judged",
    "load_calibration",
    "load_recipe",
    "told",
]
