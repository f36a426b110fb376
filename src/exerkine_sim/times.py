"""When results are wanted: the end of a simulation and its output times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .errors import InputError
from .schedule import Schedule
from .schedule.limits import EDGE_H
from .stimulus import Stimulus

TAIL_H, AFTERMATH_H = 24.0, 1.5
MAX_TIMES, MAX_END_H = 2_000_000, 10 * 365 * 24.0


class Grid(NamedTuple):
    """Hours between output times, at rest and in sessions; the first a multiple of the second."""

    coarse_h: float
    fine_h: float


PERSON_GRID = Grid(1 / 6, 1 / 30)
MONTHS_GRID = Grid(1 / 2, 1 / 30)
POPULATION_GRID = Grid(1 / 2, 1 / 10)  # bands are looked at, not peaks
LONGEST_FINE_H = 13 * 168.0


def usual_grid(end_h: float, *, alone: bool) -> Grid:
    """Return when results are wanted of one person alone, or of many, where nobody says.

    >>> usual_grid(168.0, alone=True) is PERSON_GRID, usual_grid(52 * 168.0, alone=True) is MONTHS_GRID
    (True, True)
    """
    if not alone:
        return POPULATION_GRID
    return PERSON_GRID if end_h <= LONGEST_FINE_H else MONTHS_GRID


def end_of(plans: Sequence[Schedule], end_h: float | None) -> float:
    """Return the end as asked for; by default a day after the last event, rounded up to midnight."""
    last = max(plan.end_h for plan in plans)
    if end_h is None:
        return float(24.0 * np.ceil((last + TAIL_H) / 24.0))
    if not isinstance(end_h, int | float) or not max(last, EDGE_H) <= end_h <= MAX_END_H:
        raise InputError(
            f"end_h = {end_h!r}",
            expected=f"hours after the last event, at {last:g} h, and at most {MAX_END_H:g}",
            fix="give a later end, or none",
            field="end_h",
        )
    return float(end_h)


def output_times(stimuli: Sequence[Stimulus], end_h: float, grid: Grid) -> np.ndarray:
    """Return the coarse grid, the fine one in and after activity, and the breakpoints of the first stimulus.

    Parameters
    ----------
    stimuli : sequence of Stimulus
        Of those that share a plan, the first counts.
    """
    fine = np.arange(int(np.ceil(end_h / grid.fine_h)) + 1) * grid.fine_h
    keep = np.zeros(len(fine), dtype=bool)
    keep[:: round(grid.coarse_h / grid.fine_h)] = True
    for stimulus in {id(one.breakpoints): one for one in reversed(stimuli)}.values():
        spans = np.reshape(stimulus.active_spans(), (-1, 2))
        first = np.searchsorted(fine, spans[:, 0] - grid.fine_h)
        past = np.searchsorted(fine, spans[:, 1] + AFTERMATH_H, side="right")
        for start, end in zip(first, past, strict=True):
            keep[start:end] = True
    # Three sorted runs, which a stable sort merges.
    times = np.sort(np.concatenate([fine[keep], stimuli[0].breakpoints, [end_h]]), kind="stable")
    times = times[(times >= 0.0) & (times <= end_h)]
    return checked_times(times[np.append(True, np.diff(times) > 1e-9)], end_h)


def checked_times(times_h: Sequence[float] | np.ndarray, end_h: float) -> np.ndarray:
    """Return output times as an array, or refuse what cannot be reached."""
    times = np.array(times_h, dtype=float)
    if times.ndim != 1 or not 0 < len(times) <= MAX_TIMES or not np.isfinite(times).all():
        raise InputError(
            f"times_h of shape {times.shape}",
            expected=f"1 to {MAX_TIMES} finite times in one dimension",
            field="times_h",
        )
    if (np.diff(times) <= 0).any() or times[0] < 0 or times[-1] > end_h:
        raise InputError(
            f"times_h from {times[0]:g} to {times[-1]:g}",
            expected=f"increasing, within 0 to {end_h:g} h",
            field="times_h",
        )
    return times
