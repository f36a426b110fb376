"""One person's parameters from measurements, with intervals, and what they say of the next session."""

from .belief import Belief, beliefs_of
from .contract import Problem
from .draws import Draws
from .estimation import fit
from .file import load_fit
from .identify import identify
from .measurements import Measurement, read_measurements
from .person import PersonProblem
from .posterior import log_posterior, sample
from .result import Estimate, Fit
from .search import Found, covariance_of, search

__all__ = [
    "Belief",
    "Draws",
    "Estimate",
    "Fit",
    "Found",
    "Measurement",
    "PersonProblem",
    "Problem",
    "beliefs_of",
    "covariance_of",
    "fit",
    "identify",
    "load_fit",
    "log_posterior",
    "read_measurements",
    "sample",
    "search",
]
