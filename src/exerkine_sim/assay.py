"""What a laboratory would report: the true course at the times of sampling, and what day and assay add to it.

    reported = true x day x assay

Both factors are log-normal with median 1, and end at three standard deviations. `day` is one number for a
molecule of a person on one calendar day, or from one session to the next; `assay` one for each sample. Their
coefficients of variation are in ``params/assays.toml``; that they are the same in exercise as at rest is
assumed, and was found so for IL-6 in three identical runs (Walshe2010).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .errors import InputError
from .parameters import Parameter, ParameterSet, load_parameters
from .subject.population import MAX_SEED, whole_number
from .uncertainty import log_normal, sigma_ln, uniform

if TYPE_CHECKING:
    import xarray as xr

    from .solution import Solution

DAY_H = 24.0
LASTS = ("day", "stretch")
MAX_SAMPLES = 10_000_000


def observed(
    solution: Solution,
    *,
    times_h: float | Sequence[float] | np.ndarray,
    exerkines: str | Sequence[str] | None = None,
    site: str | None = None,
    seed: int,
    lasts: str = "day",
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
    lasts : {"day", "stretch"}
        How long a person's `day` lasts: a calendar day, so that it cancels between samples before and after a
        session; or a stretch from one session's start to the next on one calendar day, so that how high a
        session takes a person varies by itself. Either fits what is known of repeated sessions.
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
    times = checked_samples(times_h, solution.times_h)
    chosen = solution.exerkines if exerkines is None else exerkines
    names = [chosen] if isinstance(chosen, str) else list(chosen)
    _check_size(len(names) * solution.dataset.sizes["member"] * len(times))
    noise = Noise.around(solution, seed=seed, lasts=lasts, parameters=parameters)
    return pd.concat([_samples(solution, name, times, site, noise) for name in names], ignore_index=True)


@dataclass(frozen=True)
class Noise:
    """What day and assay add to samples.

    Parameters
    ----------
    seed : int
    parameters : ParameterSet
    starts : tuple of float
        Hours at which a person's `day` begins anew, beside midnight.
    """

    seed: int
    parameters: ParameterSet
    starts: tuple[float, ...] = ()

    @classmethod
    def around(cls, solution: Solution, *, seed: int, lasts: str, parameters: ParameterSet) -> Noise:
        """Return the noise of samples taken in the course of a solution; see :func:`observed`."""
        return cls(whole_number("seed", seed, low=0, high=MAX_SEED), parameters, _starts(solution, lasts))

    def factors(self, exerkine: str, site: str, times: np.ndarray, members: np.ndarray) -> np.ndarray:
        """Return what each sample is multiplied by, shape (n_members, n_times)."""
        day, assay = (variation(self.parameters, exerkine, kind) for kind in ("day_to_day", "analytical"))
        days = [f"{exerkine} day {self._day(time)}" for time in times.tolist()]
        # Adding 0 makes one key of 0.0 and -0.0.
        samples = [f"{exerkine} {site} {time + 0.0!r}" for time in times.tolist()]
        return _factors(self.seed, days, members, day) * _factors(self.seed, samples, members, assay)

    def basis(self, exerkine: str) -> str:
        """Return ``assumed`` if either coefficient of variation is, else the basis of that between days."""
        bases = [variation(self.parameters, exerkine, kind).basis for kind in ("day_to_day", "analytical")]
        return "assumed" if "assumed" in bases else bases[0]

    def _day(self, time: float) -> str:
        """Name the day of a sample, and after which session; one taken as a session starts is before it."""
        begun = bisect_left(self.starts, time)
        return f"{math.floor(time / DAY_H)}" + (f" after session {begun}" if begun else "")


def _starts(solution: Solution, lasts: str) -> tuple[float, ...]:
    """Return when a person's `day` begins anew beside midnight: never, or with each session of the plan."""
    if lasts not in LASTS:
        raise InputError(
            f"lasts = {str(lasts)[:40]!r}", expected=" or ".join(LASTS), fix="see observed", field="lasts"
        )
    if lasts == "day":
        return ()
    sessions = solution.manifest["sessions"]
    if len(sessions) > 1:
        raise InputError(
            f"stretches of {len(sessions)} plans",
            expected="one plan",
            fix='simulate the plans one by one, or let lasts = "day"',
            field="lasts",
        )
    return tuple(session["start_h"] for session in sessions[0])


def _samples(
    solution: Solution, exerkine: str, times: np.ndarray, site: str | None, noise: Noise
) -> pd.DataFrame:
    """Return the rows of one molecule, member by member."""
    courses = solution.concentration(exerkine, site=site)
    place, members = str(courses["site"].item()), courses["member"].values
    values = sampled(courses, times) * noise.factors(exerkine, place, times, members)
    return pd.DataFrame(
        {
            "member": np.repeat(members, len(times)),
            "exerkine": exerkine,
            "site": place,
            "time_h": np.tile(times, len(members)),
            "value": values.ravel(),
            "unit": courses.attrs["units"],
            "basis": noise.basis(exerkine),
        }
    )


def variation(parameters: ParameterSet, exerkine: str, kind: str) -> Parameter:
    """Return how much ``day_to_day`` or ``analytical`` adds, as a coefficient of variation."""
    own = f"assays.{exerkine}.{kind}"
    return parameters[own if own in parameters else f"assays.other.{kind}"]


def sampled(courses: xr.DataArray, times: np.ndarray) -> np.ndarray:
    """Return courses, dims (member, time), at some times, straight in between: shape (n_members, n_times)."""
    return np.array([np.interp(times, courses["time"].values, course) for course in courses.values])


def _factors(seed: int, keys: Sequence[str], members: np.ndarray, spread: Parameter) -> np.ndarray:
    """Return a factor for each member and key, shape (n_members, n_keys)."""
    sigma = sigma_ln(spread.to("1"))
    first, span = int(members.min()), int(np.ptp(members)) + 1
    drawn = {
        key: log_normal(uniform(seed, f"assay {key}", first=first, n=span), sigma)[members - first]
        for key in dict.fromkeys(keys)
    }
    return np.stack([drawn[key] for key in keys], axis=1)


def checked_samples(times_h: float | Sequence[float] | np.ndarray, within: np.ndarray) -> np.ndarray:
    """Return times of sampling, or refuse what lies outside."""
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
