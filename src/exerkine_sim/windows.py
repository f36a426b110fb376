"""Windows of time: a line of segments is cut at their edges, so that each segment lies in one or in none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .metrics import Window
from .stimulus.timeline import SLIVER_H


def cut(
    known: np.ndarray, pattern: np.ndarray, *, windows: Sequence[Window]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut a line of segments at the edges of windows.

    An edge within rounding of a breakpoint is that breakpoint, so that no sliver is left.

    Parameters
    ----------
    known : ndarray, shape (n_segments + 1,)
        Breakpoints in hours, increasing.
    pattern : ndarray of int, shape (n_segments,)
        Which level each segment is at.
    windows : sequence of Window
        In order, within the breakpoints; none overlaps another.

    Returns
    -------
    breakpoints : ndarray, shape (n_cut + 1,)
        The known ones with the edges among them.
    pattern : ndarray of int, shape (n_cut,)
        Which level each segment is at now.
    window : ndarray of int, shape (n_cut,)
        Position of the window that each segment lies in, -1 for none.

    Examples
    --------
    >>> known, pattern = np.array([0.0, 7.0, 8.0, 24.0]), np.array([0, 1, 0])
    >>> for part in cut(known, pattern, windows=[("run", 7.0, 20.0)]):
    ...     print(part.tolist())
    [0.0, 7.0, 8.0, 20.0, 24.0]
    [0, 1, 0, 0]
    [-1, 0, 0, -1]
    """
    edges = np.array([(start, end) for _, start, end in windows]).reshape(-1, 2)
    near = known[np.searchsorted(known, edges - SLIVER_H)]
    breakpoints = np.union1d(known, edges[near > edges + SLIVER_H])
    segment = np.searchsorted(known, breakpoints[:-1], side="right") - 1
    window = np.full(len(segment), -1)
    for number, (first, last) in enumerate(np.searchsorted(breakpoints, edges - SLIVER_H).tolist()):
        window[first:last] = number
    return breakpoints, pattern[segment], window
