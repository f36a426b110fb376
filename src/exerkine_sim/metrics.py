"""Summary numbers of a Solution, under their pharmacokinetic names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from .solution import Solution

WINDOW_H = 24.0


def session_metrics(solution: Solution) -> pd.DataFrame:
    """Return one row per member, exerkine, site and session.

    Returns
    -------
    pandas.DataFrame
        ``member, exerkine, site, unit, grade, session, start_h``, then
        ``baseline`` (resting steady state), ``before`` (value at the session's start),
        ``c_max, t_max_h, c_min, t_min_h`` (extremes and their time after the session's start),
        ``fold`` (the extreme farther from baseline, over baseline) and
        ``auc`` (unit x h above baseline, signed).
        The window runs from a session's start to the next session, at most 24 h. Extremes are taken on
        the output grid, AUC by the trapezoidal rule on it.
    """
    rows = [
        row
        for member in range(solution.dataset.sizes["member"])
        for exerkine in solution.exerkines
        for site in solution.sites(exerkine)
        for row in _rows(solution, member, exerkine, site)
    ]
    return pd.DataFrame(rows)


def session_windows(solution: Solution, member: int = 0) -> list[tuple[str, float, float]]:
    """Return (name, start, end of the window) of each session in hours."""
    sessions = solution.manifest["members"][member]["sessions"]
    last = float(solution.times_h[-1])
    ends = [*(one["start_h"] for one in sessions[1:]), last][: len(sessions)]
    return [
        (one["name"], one["start_h"], min(end, one["start_h"] + WINDOW_H, last))
        for one, end in zip(sessions, ends, strict=True)
    ]


def _rows(solution: Solution, member: int, exerkine: str, site: str) -> Iterator[dict[str, Any]]:
    course = solution.concentration(exerkine, site=site)
    values, times = course.values[member], solution.times_h
    baseline = float(solution.dataset["rest"].sel(exerkine=exerkine, site=site).values[member])
    label = {"member": member, "exerkine": exerkine, "site": site}
    label |= {"unit": course.attrs["units"], "grade": course.attrs["grade"]}
    for name, start, end in session_windows(solution, member):
        inside = (times >= start) & (times <= end)
        if inside.sum() > 1:
            yield {**label, "session": name, "start_h": start} | _summary(
                times[inside] - start, values[inside], baseline
            )


def _summary(times: np.ndarray, values: np.ndarray, baseline: float) -> dict[str, float]:
    if not np.isfinite(values).all():
        return dict.fromkeys(
            ("baseline", "before", "c_max", "t_max_h", "c_min", "t_min_h", "fold", "auc"), float("nan")
        ) | {"baseline": baseline}
    highest, lowest = int(np.argmax(values)), int(np.argmin(values))
    rise, fall = values[highest] / baseline, values[lowest] / baseline
    return {
        "baseline": baseline,
        "before": float(values[0]),
        "c_max": float(values[highest]),
        "t_max_h": float(times[highest]),
        "c_min": float(values[lowest]),
        "t_min_h": float(times[lowest]),
        "fold": float(rise if rise * fall >= 1.0 else fall),
        "auc": float(np.trapezoid(values - baseline, times)),
    }
