"""What a fit works on: residuals of any number of guesses at once, and their exact derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Problem(Protocol):
    """Least squares of x = ln(value / centre) / sigma, whose prior is standard normal within the bounds."""

    names: Sequence[str]  # free parameters, n_free
    bounds: tuple[np.ndarray, np.ndarray]  # least and largest x, each (n_free,)

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Return (ln predicted - ln measured) / error, shape (n_rows, n_data), of guesses x (n_rows, n_free).

        A row that cannot be simulated is NaN.
        """
        ...

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """Return d residuals / d x, exact, shape (n_data, n_free), at one x (n_free,)."""
        ...
