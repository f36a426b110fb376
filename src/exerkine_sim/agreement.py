"""How far two Solutions of the same plan and people lie apart: bit for bit, and molecule by molecule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import Arrays
from .errors import InputError
from .solution import Solution

if TYPE_CHECKING:
    import pandas as pd

# What concentrations are made of, and what only says how a run went: alike to the last bit or not at all.
OWN_WAY = {"state", "baseline", "residual", "evaluations"}
LEAST_SHARE = 1e-9


def identical(one: Solution, other: Solution) -> bool:
    """Return whether all numbers and labels are the same, to the last bit.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("Mon 08:00 run 1h 70% VO2max")
    >>> loose, same, tight = (xk.simulate(plan, subject, tolerance=error) for error in (1e-6, 1e-6, 1e-7))
    >>> identical(loose, same), identical(loose, tight)
    (True, False)
    """
    held, again = one.arrays, other.arrays
    return held.variables.keys() == again.variables.keys() and all(
        _same_bits(held[name], again[name]) for name in held.variables
    )


def others(before: Solution, after: Solution, *, allowed: float) -> tuple[str, ...]:
    """Return the names of arrays beside concentrations that differ: texts at all, numbers by too much.

    Where anything is allowed, states are not looked at, of which concentrations are made, nor what only says
    how a run went; concentrations are what :func:`differences` measures.

    Parameters
    ----------
    before, after : Solution
    allowed : float
        Relative to each number, and 1e-9 of that to the largest of an array; 0 asks for the same numbers.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> run, walk = (xk.parse_schedule(f"Mon 08:00 {mode} 1h 50% VO2max") for mode in ("run", "walk"))
    >>> others(xk.simulate(run, subject), xk.simulate(walk, subject), allowed=1e-5)
    ('input',)
    """
    held, again = before.arrays, after.arrays
    passed = {"concentration", *(OWN_WAY if allowed else ())}
    both = held.variables.keys() & again.variables.keys()
    near = passed | {name for name in both - passed if _near(held[name], again[name], allowed)}
    return tuple(name for name in {**held.variables, **again.variables} if name not in near & both)


def _near(one: np.ndarray, other: np.ndarray, allowed: float) -> bool:
    if one.shape != other.shape or one.dtype.kind != "f":
        return one.shape == other.shape and one.tolist() == other.tolist()
    least = allowed * LEAST_SHARE * float(np.nanmax(np.abs(one), initial=0.0))
    return bool(np.isclose(other, one, rtol=allowed, atol=least, equal_nan=True).all())


def _same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or one.dtype.kind != "f":
        return one.shape == other.shape and one.tolist() == other.tolist()
    left, right = (np.ascontiguousarray(values).view(np.int64) for values in (one, other))
    return bool(((left == right) | (np.isnan(one) & np.isnan(other))).all())


def differences(before: Solution, after: Solution) -> pd.DataFrame:
    """Return the largest difference of each molecule at each site that both hold, the largest first.

    Parameters
    ----------
    before, after : Solution
        Of the same members and times.

    Returns
    -------
    pandas.DataFrame
        ``exerkine``, ``site``, ``unit``, ``difference``, and of it ``member``, ``time_h`` and both values,
        ``before`` and ``after``. A difference is relative to the value or the resting value, whichever is
        larger; to the highest value of what rests at 0. It is infinite where one of the two has no number.

    Raises
    ------
    InputError
        Where they have no molecule in common.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("Mon 08:00 run 1h 70% VO2max")
    >>> loose, tight = (xk.simulate(plan, subject, tolerance=error) for error in (1e-4, 1e-8))
    >>> bool(differences(loose, tight)["difference"].iloc[0] < 1e-3)
    True
    """
    import pandas as pd

    rows = [
        _farthest(before, after, exerkine, site)
        for exerkine in before.exerkines
        for site in before.sites(exerkine)
        if exerkine in after.exerkines and site in after.sites(exerkine)
    ]
    if not rows:
        raise InputError(
            "two results without a molecule in common",
            expected="the same molecules",
            fix="simulate some of those that the other has",
        )
    return pd.DataFrame(rows).sort_values("difference", ascending=False, kind="stable", ignore_index=True)


def _farthest(before: Solution, after: Solution, exerkine: str, site: str) -> dict[str, Any]:
    (one, rest), (other, _) = (_course(each.arrays, exerkine, site) for each in (before, after))
    apart = _relative(one, other, rest)
    member, time = np.unravel_index(int(apart.argmax()), apart.shape)
    places = before.exerkines.index(exerkine), before.arrays["site"].tolist().index(site)
    return {
        "exerkine": exerkine,
        "site": site,
        "unit": str(before.arrays["unit"][places]),
        "difference": float(apart[member, time]),
        "member": int(before.arrays["member"][member]),
        "time_h": float(before.times_h[time]),
        "before": float(one[member, time]),
        "after": float(other[member, time]),
    }


def _course(arrays: Arrays, exerkine: str, site: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the time courses (n_members, n_times) and the resting values (n_members, 1)."""
    place = arrays["exerkine"].tolist().index(exerkine), arrays["site"].tolist().index(site)
    return arrays["concentration"][:, :, *place], arrays["rest"][:, *place][:, None]


def _relative(one: np.ndarray, other: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Return how far values lie apart, shape (n_members, n_times)."""
    lost = np.isnan(one) != np.isnan(other)
    one, other, rest = (np.nan_to_num(values) for values in (one, other, rest))
    least = np.where(rest != 0, np.abs(rest), np.abs(one).max(axis=1, keepdims=True))
    scale = np.maximum(np.abs(one), least)
    apart = np.abs(one - other)
    ratio = np.divide(apart, scale, out=np.where(apart > 0, np.inf, 0.0), where=scale > 0)
    return np.where(lost, np.inf, ratio)
