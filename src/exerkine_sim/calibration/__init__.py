"""One set of numbers for all trials: parameters fitted to published observations, and what these can tell."""

from .fit import calibrate
from .page import HEADINGS, TALLY, page_of, rows_of, save, tally, words_of
from .recipe import Recipe, load_recipe
from .result import Calibration, Combination, Estimate, judged, load_calibration

__all__ = [
    "HEADINGS",
    "TALLY",
    "Calibration",
    "Combination",
    "Estimate",
    "Recipe",
    "calibrate",
    "judged",
    "load_calibration",
    "load_recipe",
    "page_of",
    "rows_of",
    "save",
    "tally",
    "words_of",
]
