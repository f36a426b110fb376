"""One set of numbers for all trials: parameters fitted to published observations, and what these can tell."""

from .fit import calibrate, least, problem_of
from .information import Information
from .page import HEADINGS, TALLY, page_of, rows_of, save, tally, words_of
from .problem import Problem
from .recipe import Recipe, load_recipe
from .result import (
    Calibration,
    Combination,
    Estimate,
    Verdict,
    judged,
    load_calibration,
    verdict_of,
    words_of_verdict,
)

__all__ = [
    "HEADINGS",
    "TALLY",
    "Calibration",
    "Combination",
    "Estimate",
    "Information",
    "Problem",
    "Recipe",
    "Verdict",
    "calibrate",
    "judged",
    "least",
    "load_calibration",
    "load_recipe",
    "page_of",
    "problem_of",
    "rows_of",
    "save",
    "tally",
    "verdict_of",
    "words_of",
    "words_of_verdict",
]
