"""What a laboratory would report: the true course at the times of sampling, and what day and assay add to it.

    reported = true x day x assay

Both factors are log-normal with median 1, and end at three standard deviations. `day` is one number for a
molecule of a person on one calendar day, `assay` one for each sample. Their coefficients of variation are in
``params/assays.toml``; that they are the same in exercise as at rest is assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .errors import InputError
from .parameters import Parameter, ParameterSet, load_parameters
from .subject.population import MAX_SEED, whole_number
from .uncertainty import log_normal, uniform

if TYPE_CHECKING:
    from .solution import Solution

DAY_H = 24.0
MAX_SAMPLES = 10_000_000


def observed(
    solution: Solution,
    *,
    times_h: float | Sequence[float] | np.ndarray,
    exerkines: str | Sequence[str] | None = None,
    site: str | None = None,
    seed: int,
    parameters: ParameterSet | None = None,
) -> pd.DataFrame:
    """Return what a laboratory would report of samples taken at some times.

    A value depends on seed, member, molecule, site and time, and on nothing else that is asked for.

    Parameters
    ----------
    solution : Solution
        The truth; between its output times it is taken to be straight.
    times_h : float or array_like, shape (n_times,)
        Times of sampling in hours from the schedule's first midnight, within the solution.
    exerkines : str or sequence of str, optional
        Molecules to be measured; all of them when left out.
    site : str, optional
        Where all of them are measured; each molecule's first site when left out.
    seed : int
        From 0.
    parameters : ParameterSet, optional
        The shipped ones when left out.

    Returns
    -------
    pandas.DataFrame
        A row for each molecule, member and time: ``member``, ``exerkine``, ``site``, ``time_h``, ``value``
        in ``unit``, and ``basis`` of what was added: ``assumed`` if either coefficient of variation is. A
        member that failed has NaN for values.

    Raises
    ------
    InputError
        For an unknown molecule or site, times outside the solution, or no seed.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> table = xk.observed(solution, times_h=[7.5, 9.0], exerkines=["il6", "cortisol"], seed=0)
    >>> table[["exerkine", "time_h", "unit"]].values.tolist()[:2]
    [['il6', 7.5, 'pg/mL'], ['il6', 9.0, 'pg/mL']]
    >>> alone = xk.observed(solution, times_h=9.0, exerkines="cortisol", seed=0)
    >>> bool(alone["value"].item() == table["value"].iloc[-1])
    True
    """
    parameters = load_parameters() if parameters is None else parameters
    times = _checked_times(times_h, solution.times_h)
    seed = whole_number("seed", seed, low=0, high=MAX_SEED)
    chosen = solution.exerkines if exerkines is None else exerkines
    names = [chosen] if isinstance(chosen, str) else list(chosen)
    _check_size(len(names) * solution.dataset.sizes["member"] * len(times))
    tables = [_samples(solution, name, times, site=site, seed=seed, parameters=parameters) for name in names]
    return pd.concat(tables, ignore_index=True)


def _samples(
    solution: Solution,
    exerkine: str,
    times: np.ndarray,
    *,
    site: str | None,
    seed: int,
    parameters: ParameterSet,
) -> pd.DataFrame:
    """Return the rows of one molecule, member by member."""
    courses = solution.concentration(exerkine, site=site)
    place, members = str(courses["site"].item()), courses["member"].values
    true = np.array([np.interp(times, solution.times_h, course) for course in courses.values])
    day, assay = (variation(parameters, exerkine, kind) for kind in ("day_to_day", "analytical"))
    # Adding 0 makes one key of 0.0 and -0.0.
    days = [f"{exerkine} day {math.floor(time / DAY_H)}" for time in times.tolist()]
    samples = [f"{exerkine} {place} {time + 0.0!r}" for time in times.tolist()]
    noise = _factors(seed, days, members, day) * _factors(seed, samples, members, assay)
    return pd.DataFrame(
        {
            "member": np.repeat(members, len(times)),
            "exerkine": exerkine,
            "site": place,
            "time_h": np.tile(times, len(members)),
            "value": (true * noise).ravel(),
            "unit": courses.attrs["units"],
            "basis": "assumed" if "assumed" in (day.basis, assay.basis) else day.basis,
        }
    )


def variation(parameters: ParameterSet, exerkine: str, kind: str) -> Parameter:
    """Return how much ``day_to_day`` or ``analytical`` adds, as a coefficient of variation."""
    own = f"assays.{exerkine}.{kind}"
    return parameters[own if own in parameters else f"assays.other.{kind}"]


def _factors(seed: int, keys: Sequence[str], members: np.ndarray, spread: Parameter) -> np.ndarray:
    """Return a factor for each member and key, shape (n_members, n_keys)."""
    sigma = math.sqrt(math.log1p(spread.to("1") ** 2))
    first, span = int(members.min()), int(np.ptp(members)) + 1
    drawn = {
        key: log_normal(uniform(seed, f"assay {key}", first=first, n=span), sigma)[members - first]
        for key in dict.fromkeys(keys)
    }
    return np.stack([drawn[key] for key in keys], axis=1)


def _checked_times(times_h: float | Sequence[float] | np.ndarray, within: np.ndarray) -> np.ndarray:
    try:
        times = np.atleast_1d(np.asarray(times_h, dtype=float))
    except (TypeError, ValueError):
        times = np.array([np.nan])
    inside = (times >= within[0]) & (times <= within[-1])
    if times.ndim != 1 or times.size == 0 or not inside.all():
        wrong = times[~inside] if times.ndim == 1 and times.size else []
        raise InputError(
            f"sampling at {wrong[0]:g} h" if len(wrong) else f"times of shape {times.shape}",
            expected=f"hours from {within[0]:g} to {within[-1]:g}, in one row",
            fix="sample within the solution, or simulate to a later end_h",
            field="times_h",
        )
    return times


def _check_size(n_rows: int) -> None:
    if not 1 <= n_rows <= MAX_SAMPLES:
        raise InputError(
            f"{n_rows} samples",
            expected=f"1 to {MAX_SAMPLES}",
            fix="name the molecules that matter, or take fewer samples",
            field="exerkines",
        )
