"""One line a molecule over the whole Solution: how far from rest, when, and how much in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..metrics import session_windows
from ..plot.choice import default_sites

if TYPE_CHECKING:
    from ..solution import Solution


@dataclass(frozen=True, slots=True)
class Extreme:
    """A molecule at a site, at the moment it is farthest from rest.

    Parameters
    ----------
    exerkine, label, site, unit, grade : str
    rest, value : float
        At rest and at the moment, in `unit`.
    fold : float
        `value` over `rest`.
    at_h : float
        Hours from midnight of day 1.
    session : str
        The session in whose window (to the next one, at most 24 h) the moment lies; empty when in none.
    auc : float
        Area above rest over the whole Solution, signed, in `unit` x h.
    """

    exerkine: str
    label: str
    site: str
    unit: str
    grade: str
    rest: float
    value: float
    fold: float
    at_h: float
    session: str
    auc: float


def extremes(solution: Solution, *, member: int = 0) -> list[Extreme]:
    """Return the farthest excursion of every molecule, at the sites shown by default."""
    return [
        _extreme(solution, member, exerkine, site)
        for exerkine in solution.exerkines
        for site in default_sites(solution, exerkine)
    ]


def _extreme(solution: Solution, member: int, exerkine: str, site: str) -> Extreme:
    course = solution.concentration(exerkine, site=site)
    values, times = course.values[member], solution.times_h
    rest = float(solution.dataset["rest"].sel(exerkine=exerkine, site=site).values[member])
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.log(values / rest)) if rest > 0 else np.abs(values - rest)
    at = int(np.argmax(distance)) if np.isfinite(values).all() else 0
    return Extreme(
        exerkine=exerkine,
        label=str(course["label"].item()),
        site=site,
        unit=course.attrs["units"],
        grade=course.attrs["grade"],
        rest=rest,
        value=float(values[at]),
        fold=float(values[at]) / rest if rest > 0 else np.nan,
        at_h=float(times[at]),
        session=_session(solution, member, float(times[at])),
        auc=float(np.trapezoid(values - rest, times)),
    )


def _session(solution: Solution, member: int, hour: float) -> str:
    within = [name for name, start, end in session_windows(solution, member) if start <= hour <= end]
    return within[-1] if within else ""
