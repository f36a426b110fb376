"""How much a process and a folder hold, and whether that grows; Linux tells of every process under /proc."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import theilslopes

MB, WARM_UP, MOST_GROWTH, CONFIDENCE = 1e6, 0.1, 0.05, 0.95
MINUTE_S = 60.0


def held(pid: int) -> dict[str, float]:
    """Return what a process holds: memory in MB, open files, threads; nothing once it has ended."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()
        files, threads = len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return {}
    return {"memory_mb": int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / MB, "files": files, "threads": threads}


def size_mb(folder: Path) -> float:
    """Return the size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MB


class Growth(NamedTuple):
    """What a series grew from the end of its warm-up to its end, as a share; and an interval of it."""

    share: float
    low: float
    high: float
    start: float
    end: float


def growth(seconds: Sequence[float], values: Sequence[float]) -> Growth:
    """Return the growth of a series by the line of Theil and Sen through the medians of its minutes.

    The first tenth of the time is warm-up. The interval holds for independent minutes; those of a process
    that keeps what it once took are not, so that it is rather too narrow.

    Parameters
    ----------
    seconds, values : sequence of float, length n_samples

    Examples
    --------
    >>> round(growth([0, 60, 120, 180, 240, 300], [5, 100, 101, 102, 103, 104]).share, 3)
    0.045
    """
    at, level = np.asarray(seconds, dtype=float), np.asarray(values, dtype=float)
    start, end = at[0] + WARM_UP * (at[-1] - at[0]), at[-1]
    minute = (at // min(MINUTE_S, (end - at[0]) / 20)).astype(int)
    rows = [minute == one for one in np.unique(minute[at >= start])]
    x, y = (np.array([np.median(one[row]) for row in rows]) for one in (at, level))
    slope, intercept, low, high = theilslopes(y, x, CONFIDENCE)
    base = intercept + slope * start
    share, *ends = (one * (end - start) / base for one in (slope, low, high))
    return Growth(share, *ends, base, base + slope * (end - start))
