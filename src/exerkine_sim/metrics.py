"""Summary numbers of a Solution, under their pharmacokinetic names.

Extremes are taken on the output grid, areas by the trapezoidal rule on it. Every molecule at every site of
every member is one column of an array, so that each window takes one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from .solution import Solution

WINDOW_H = 24.0
IN_SESSION = ("baseline", "before", "c_max", "t_max_h", "c_min", "t_min_h", "fold", "auc")


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
        The window runs from a session's start to the next session, at most to 24 h after its end.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> il6 = session_metrics(solution).query("exerkine == 'il6' and site == 'plasma'")
    >>> bool(il6["fold"].item() > 1)
    True
    """
    labels, values, baseline = _columns(solution)
    times, tables = solution.times_h, []
    for name, start, end, of in _windows(solution, labels["member"].to_numpy()):
        inside = np.flatnonzero((times >= start) & (times <= end))
        if len(inside) > 1:
            summary = _summary(times[inside] - start, values[np.ix_(inside, of)], baseline[of])
            shown = {key: summary[key] for key in IN_SESSION}
            tables.append(labels.iloc[of].assign(session=name, start_h=start, **shown))
    if not tables:
        return labels.iloc[:0].reindex(columns=[*labels, "session", "start_h", *IN_SESSION])
    return pd.concat(tables).sort_index(kind="stable", ignore_index=True)


def block_metrics(solution: Solution) -> pd.DataFrame:
    """Return one row per member, exerkine and site: how far from rest over the whole Solution, and when.

    Returns
    -------
    pandas.DataFrame
        ``member, exerkine, site, unit, grade``, then
        ``baseline`` (resting steady state), ``value`` (the one farthest from baseline in folds, up or
        down), ``fold`` (value over baseline), ``at_h`` (its time, in hours from midnight of day 1),
        ``session`` (the latest one, up to 24 h after its end; empty when there is none) and ``auc``
        (unit x h above baseline over the whole Solution, signed).

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> il6 = block_metrics(solution).query("exerkine == 'il6' and site == 'plasma'")
    >>> il6["session"].item()
    'run'
    """
    labels, values, baseline = _columns(solution)
    summary = _summary(solution.times_h, values, baseline)
    at_h, session = summary["at_h"], np.full(len(labels), "", dtype=object)
    for name, start, end, of in _windows(solution, labels["member"].to_numpy()):
        session[of[(at_h[of] >= start) & (at_h[of] <= end)]] = name
    shown = {key: summary[key] for key in ("baseline", "value", "fold", "at_h")}
    return labels.assign(**shown, session=session, auc=summary["auc"])


def session_windows(solution: Solution, member: int = 0) -> list[tuple[str, float, float]]:
    """Return (name, start, end of the window) of each session in hours."""
    sessions = solution.manifest["sessions"][solution.manifest["members"][member]["plan"]]
    last = float(solution.times_h[-1])
    ends = [*(one["start_h"] for one in sessions[1:]), last][: len(sessions)]
    return [
        (one["name"], one["start_h"], min(end, one["end_h"] + WINDOW_H, last))
        for one, end in zip(sessions, ends, strict=True)
    ]


def _windows(solution: Solution, members: np.ndarray) -> Iterator[tuple[str, float, float, np.ndarray]]:
    """Yield name, start and end of each session of each plan, and which `members` follow that plan."""
    plans = np.array([member["plan"] for member in solution.manifest["members"]])
    for plan in np.unique(plans):
        of = np.flatnonzero(plans[members] == plan)
        for window in session_windows(solution, int(np.argmax(plans == plan))):
            yield *window, of


def _columns(solution: Solution) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return labels (one row a column), values (n_times, n_columns) and baselines (n_columns,).

    A column is a molecule at a site of a member.
    """
    dataset = solution.dataset
    observed = np.argwhere(dataset["unit"].values != "")
    n_members = dataset.sizes["member"]
    member = np.repeat(np.arange(n_members), len(observed))
    exerkine, site = np.tile(observed, (n_members, 1)).T
    labels = {
        "member": member,
        "exerkine": dataset["exerkine"].values[exerkine],
        "site": dataset["site"].values[site],
        "unit": dataset["unit"].values[exerkine, site],
        "grade": dataset["grade"].values[exerkine],
    }
    values = dataset["concentration"].values[member, :, exerkine, site]
    return pd.DataFrame(labels), values.T, dataset["rest"].values[member, exerkine, site]


def _summary(times: np.ndarray, values: np.ndarray, baseline: np.ndarray) -> dict[str, np.ndarray]:
    """Return extremes, their times and the area of every column, each of shape (n_columns,).

    Parameters
    ----------
    times : ndarray, shape (n_times,)
    values : ndarray, shape (n_times, n_columns)
        A column with a value that is no number has no summary.
    baseline : ndarray, shape (n_columns,)
    """
    columns = np.arange(len(baseline))
    highest, lowest = values.argmax(axis=0), values.argmin(axis=0)
    c_max, c_min = values[highest, columns], values[lowest, columns]
    rises = c_max * c_min >= baseline**2  # which one is farther in folds, without dividing by zero
    value = np.where(rises, c_max, c_min)
    summary = {
        "before": values[0],
        "c_max": c_max,
        "t_max_h": times[highest],
        "c_min": c_min,
        "t_min_h": times[lowest],
        "value": value,
        "at_h": times[np.where(rises, highest, lowest)],
        "fold": np.divide(value, baseline, out=np.full(len(baseline), np.nan), where=baseline > 0),
        "auc": np.trapezoid(values - baseline, times, axis=0),
    }
    whole = np.isfinite(values).all(axis=0)
    return {"baseline": baseline} | {key: np.where(whole, one, np.nan) for key, one in summary.items()}
