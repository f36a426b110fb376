"""What a fit works on: residuals of any number of guesses at once, and their exact derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class Problem(Protocol):
    """A fit, in x = ln(value / centre) / sigma: standard deviations of the free parameters' priors.

    The prior is standard normal in x, truncated at the bounds; a residual is (ln predicted - ln measured) /
    error.
    """

    @property
    def names(self) -> Sequence[str]:
        """The free parameters, n_free of them."""
        ...

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Least and largest x, each of shape (n_free,)."""
        ...

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Return the weighted residuals of the data, shape (n_rows, n_data), at x of shape (n_rows, n_free).

        A row that cannot be simulated is NaN.
        """
        ...

    def slopes(self, x: np.ndarray) -> np.ndarray:
        """Return d residuals / d x, exact, shape (n_data, n_free), at one x of shape (n_free,)."""
        ...
