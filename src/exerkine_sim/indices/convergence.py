"""Whether there were points enough: intervals narrow, and the order of the factors that count settled.

An output has converged when half of the widest interval of its leading index is below the limit of the
method, and no two factors above 0.05 change places from half of the points to all of them by more than their
intervals allow. Effects of Morris's method are judged as shares of the largest one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

# The index that is judged, and the half width that its intervals must fall below.
LEADING: Mapping[str, str] = MappingProxyType({"sobol": "ST", "morris": "mu_star"})
LIMITS: Mapping[str, float] = MappingProxyType({"sobol": 0.05, "morris": 0.1})
COUNTS = 0.05  # what a factor must reach for its place to matter


def judged(index: np.ndarray, half_width: np.ndarray, *, method: str) -> dict[str, np.ndarray]:
    """Return of each output whether it has converged, and its widest interval.

    Parameters
    ----------
    index, half_width : ndarray, shape (n_stages, n_factors, ...)
        At growing numbers of points; the axes behind are outputs.
    method : {"sobol", "morris"}

    Returns
    -------
    dict of str to ndarray
        ``converged`` and ``width``, the shape of the outputs; NaN widths have not converged.
    """
    if method == "morris":
        largest = index[-1].max(axis=0)
        scale = np.where(largest > 0, largest, np.nan)
        index, half_width = index / scale, half_width / scale
    width = half_width[-1].max(axis=0)
    with np.errstate(invalid="ignore"):
        narrow = width < LIMITS[method]
    settled = _settled(index, half_width[-1]) if len(index) > 1 else np.zeros_like(narrow)
    return {"converged": narrow & settled, "width": width}


def enough(n: int, width: float, *, method: str) -> int:
    """Return how many points would do: intervals narrow with their root; a power of two.

    Examples
    --------
    >>> enough(1024, 0.1, method="sobol"), enough(1024, 0.04, method="sobol")
    (4096, 2048)
    """
    factor = max(2.0, (width / LIMITS[method]) ** 2)
    return 2 ** math.ceil(math.log2(n * factor))


def _settled(index: np.ndarray, half_width: np.ndarray) -> np.ndarray:
    """Return whether factors that count keep their order from the last stage but one to the last."""
    before, after = index[-2], index[-1]
    fell = before[:, None] > before[None, :]  # the first of two was ahead
    passed = after[None, :] - after[:, None] > half_width[:, None] + half_width[None, :]
    matter = np.maximum(after[:, None], after[None, :]) >= COUNTS
    return ~(fell & passed & matter).any(axis=(0, 1))
