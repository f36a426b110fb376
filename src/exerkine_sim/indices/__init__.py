"""Which factors an output depends on: exact slopes, Morris's screening, Sobol' indices, set side by side."""

from .estimate import LEAST_COVERAGE, Estimator
from .result import Sensitivity
from .study import sensitivity

__all__ = ["LEAST_COVERAGE", "Estimator", "Sensitivity", "sensitivity"]
