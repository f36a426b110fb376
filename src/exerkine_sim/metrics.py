"""Summary numbers of a Solution, under their pharmacokinetic names.

Extremes are taken on the output grid, areas by the trapezoidal rule on it. Every molecule at every site of
every member is one column of an array, so that each window takes one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from .arrays import Arrays
    from .columns import Columns
    from .solution import Solution

WINDOW_H = 24.0
IN_SESSION = ("baseline", "before", "c_max", "t_max_h", "c_min", "t_min_h", "fold", "auc")
FARTHEST = ("baseline", "value", "fold", "at_h")
Window = tuple[str, float, float]  # name of the session, start and end in hours


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
    import pandas as pd

    return pd.DataFrame(session_columns(solution))


def session_columns(solution: Solution) -> Columns:
    """Return what :func:`session_metrics` does, without pandas, which is slow to import."""
    labels, values, baseline = observed(solution.arrays)
    times, tables = solution.times_h, []
    for windows, of in _followed(solution, len(baseline)):
        for name, start, end in windows:
            inside = np.flatnonzero((times >= start) & (times <= end))
            if len(inside) > 1:
                summary = _summary(times[inside] - start, values[np.ix_(inside, of)], baseline[of])
                every = {"session": np.full(len(of), name, dtype=object), "start_h": np.full(len(of), start)}
                tables.append({"row": of, **every, **summary})
    none = np.empty(0, dtype=int)
    found = {
        name: np.concatenate([none, *(table[name] for table in tables)])
        for name in ("row", "session", "start_h", *IN_SESSION)
    }
    order = np.argsort(found["row"], kind="stable")
    row = found.pop("row")[order]
    return {
        **{name: label[row] for name, label in labels.items()},
        **{name: one[order] for name, one in found.items()},
    }


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
    import pandas as pd

    return pd.DataFrame(block_columns(solution))


def block_columns(solution: Solution) -> Columns:
    """Return what :func:`block_metrics` does, without pandas, which is slow to import."""
    labels, values, baseline = observed(solution.arrays)
    summary = _summary(solution.times_h, values, baseline)
    session = np.full(len(baseline), "", dtype=object)
    for windows, of in _followed(solution, len(baseline)):
        session[of] = latest_session(summary["at_h"][of], windows)
    shown = {key: summary[key] for key in FARTHEST}
    return {**labels, **shown, "session": session, "auc": summary["auc"]}


def session_windows(sessions: Sequence[Mapping[str, Any]], last_h: float) -> list[Window]:
    """Return what belongs to each session: until the next one, at most 24 h after its own end.

    Parameters
    ----------
    sessions : sequence of mapping
        ``name``, ``start_h`` and ``end_h`` of each in order, as a manifest has them.
    last_h : float
        Where the simulation ends.

    Examples
    --------
    >>> run = {"name": "run", "start_h": 7, "end_h": 8}
    >>> squat = {"name": "squat", "start_h": 18, "end_h": 19}
    >>> session_windows([run, squat], 72)
    [('run', 7, 18), ('squat', 18, 43.0)]
    """
    ends = [*(one["start_h"] for one in sessions[1:]), last_h][: len(sessions)]
    return [
        (one["name"], one["start_h"], min(end, one["end_h"] + WINDOW_H, last_h))
        for one, end in zip(sessions, ends, strict=True)
    ]


def stretches(sessions: Sequence[Mapping[str, Any]], last_h: float) -> list[Window]:
    """Return all of the time in pieces: each from one session's start to the next, the first without one.

    Examples
    --------
    >>> run = {"name": "run", "start_h": 7, "end_h": 8}
    >>> stretches([run], 72)
    [('', 0.0, 7), ('run', 7, 72)]
    """
    starts = [("", 0.0), *((one["name"], one["start_h"]) for one in sessions)]
    ends = [*(start for _, start in starts[1:]), last_h]
    return [(name, start, end) for (name, start), end in zip(starts, ends, strict=True) if end > start]


# What time is cut into, by the name of it.
WINDOWS: Mapping[str, Callable[[Sequence[Mapping[str, Any]], float], list[Window]]] = MappingProxyType(
    {"session": session_windows, "stretch": stretches}
)


def latest_session(at_h: np.ndarray, windows: Sequence[Window]) -> np.ndarray:
    """Return the session to which each moment belongs, the later of two that meet there; "" for none."""
    session = np.full(len(at_h), "", dtype=object)
    for name, start, end in windows:
        session[(at_h >= start) & (at_h <= end)] = name
    return session


def farthest(
    baseline: np.ndarray, *, high: np.ndarray, high_at: np.ndarray, low: np.ndarray, low_at: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the extreme that is farther from baseline in folds, up or down, as value, time and fold."""
    rises = high * low >= baseline**2  # which one is farther in folds, without dividing by zero
    value = np.where(rises, high, low)
    return {
        "value": value,
        "at_h": np.where(rises, high_at, low_at),
        "fold": np.divide(value, baseline, out=np.full(len(baseline), np.nan), where=baseline > 0),
    }


def _followed(solution: Solution, n_columns: int) -> Iterator[tuple[list[Window], np.ndarray]]:
    """Yield the windows of each plan, and the columns of the members who follow that plan."""
    manifest, last = solution.manifest, float(solution.times_h[-1])
    plans = np.array([member["plan"] for member in manifest["members"]])
    of_column = np.repeat(plans, n_columns // len(plans))
    for plan in sorted({*plans.tolist()}):
        yield session_windows(manifest["sessions"][plan], last), np.flatnonzero(of_column == plan)


def observed(arrays: Arrays) -> tuple[Columns, np.ndarray, np.ndarray]:
    """Return labels (one row a column), values (n_times, n_columns) and baselines (n_columns,).

    A column is a molecule at a site of a member: all sites of a molecule, all molecules of a member.
    """
    places = np.argwhere(arrays["unit"] != "")
    n_members = len(arrays["member"])
    member = np.repeat(np.arange(n_members), len(places))
    exerkine, site = np.tile(places, (n_members, 1)).T
    labels = {
        "member": arrays["member"][member],
        "exerkine": arrays["exerkine"][exerkine],
        "site": arrays["site"][site],
        "unit": arrays["unit"][exerkine, site],
        "grade": arrays["grade"][exerkine],
    }
    values = arrays["concentration"][member, :, exerkine, site]
    return labels, values.T, arrays["rest"][member, exerkine, site]


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
    t_max, t_min = times[highest], times[lowest]
    summary = {
        "before": values[0],
        "c_max": c_max,
        "t_max_h": t_max,
        "c_min": c_min,
        "t_min_h": t_min,
        "auc": np.trapezoid(values - baseline, times, axis=0),
        **farthest(baseline, high=c_max, high_at=t_max, low=c_min, low_at=t_min),
    }
    whole = np.isfinite(values).all(axis=0)
    return {"baseline": baseline} | {key: np.where(whole, one, np.nan) for key, one in summary.items()}
