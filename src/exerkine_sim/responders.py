"""Who responds, and who seems to: changes of simulated people, as they are and as a trial would measure them.

Changes are natural logarithms of the value after over the value before, in which day and assay add the same
whatever the level. Beside the people who train, the trial measures as many others who rest: their changes are
noise alone, and what the changes of the trained vary beyond that is individual response:

    individual^2 = trained^2 - resting^2        typical error = resting / sqrt(2)

References: AtkinsonBatterham2015, Hopkins2015 (the standard deviation of individual responses and its
limits), Swinton2018 (typical error, smallest worthwhile change, share of responders).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .assay import Noise, checked_samples, sampled
from .errors import InputError
from .parameters import ParameterSet, load_parameters

if TYPE_CHECKING:
    from .solution import Solution

WORTHWHILE = 0.2  # of the standard deviation between people before the plan
LEAST_CHANGE = math.log(1.01)  # where people hardly differ before, or a rounding would be a response
LIMITS_Z = 1.96  # limits of 95 %
LEAST_PEOPLE, MAX_FOLD = 3, 1e3
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Changes:
    """Changes of one molecule, as natural logarithms of after over before.

    Parameters
    ----------
    true, measured : ndarray, shape (n_people,)
        Of those who follow the plan: as they are, and with what day and assay add.
    resting : ndarray, shape (n_people,)
        Measured in as many others, who rest and do not change.
    smallest : float
        The smallest change that counts, above 0.
    """

    true: np.ndarray
    measured: np.ndarray
    resting: np.ndarray
    smallest: float

    @property
    def direction(self) -> int:
        """1 where most people rise, -1 where most fall: a response is a change that way."""
        return -1 if np.median(self.true) < 0 else 1

    @property
    def responds(self) -> np.ndarray:
        """Who changes by more than the smallest that counts, shape (n_people,)."""
        return self.direction * self.true > self.smallest

    @property
    def seems_to(self) -> np.ndarray:
        """Who is measured to, shape (n_people,)."""
        return self.direction * self.measured > self.smallest

    def summary(self) -> dict[str, float]:
        """Return the numbers of one row of :attr:`Responders.table`."""
        trained, resting = (float(one.std(ddof=1)) for one in (self.measured, self.resting))
        individual = individual_sd(self.measured, self.resting)
        return {
            "change": math.exp(float(np.median(self.true))),
            "smallest": math.exp(self.direction * self.smallest),
            "responders": float(self.responds.mean()),
            "seeming": float(self.seems_to.mean()),
            "corrected": self._corrected(individual["sd"]),
            "misclassified": float((self.responds != self.seems_to).mean()),
            "typical_error": resting / math.sqrt(2),
            "sd_measured": trained,
            "sd_corrected": individual["sd"],
            "sd_low": individual["low"],
            "sd_high": individual["high"],
            "sd_true": float(self.true.std(ddof=1)),
        }

    def _corrected(self, sd: float) -> float:
        """Return the share of responders that mean and corrected standard deviation of the changes imply."""
        beyond = self.direction * float(self.measured.mean()) - self.smallest
        return _NORMAL.cdf(beyond / sd) if sd > 0 else float(beyond > 0)


@dataclass(frozen=True)
class Responders:
    """A trial's responders, molecule by molecule.

    Parameters
    ----------
    table : pandas.DataFrame
        A row for each molecule: ``exerkine``, ``site``, ``n`` people; ``change`` in the median and
        ``smallest`` that counts, as folds of the value before; shares of people: ``responders`` in truth,
        ``seeming`` by measurement, ``corrected`` for noise, ``misclassified``; as standard deviations of
        natural logarithms: ``typical_error`` of one measurement, ``sd_measured`` of changes, ``sd_corrected``
        for noise (negative where those at rest varied more) with 95 % limits ``sd_low`` and ``sd_high``,
        ``sd_true``; and ``basis`` of the noise.
    changes : mapping of str to Changes
        By molecule.
    before_h, after_h : float
        When was measured.
    failed : int
        People left out because their simulation failed.
    """

    table: pd.DataFrame
    changes: Mapping[str, Changes]
    before_h: float
    after_h: float
    failed: int

    def to_json_dict(self) -> dict[str, Any]:
        """Return everything but the single people, ready for JSON."""
        told = {"before_h": self.before_h, "after_h": self.after_h, "failed": self.failed}
        return told | {"molecules": self.table.to_dict(orient="records")}


def responders(
    solution: Solution,
    *,
    before_h: float,
    after_h: float,
    exerkines: str | Sequence[str] | None = None,
    smallest_fold: float | None = None,
    seed: int,
    lasts: str = "day",
    parameters: ParameterSet | None = None,
) -> Responders:
    """Return who responds to a plan, who seems to, and what a trial could have told.

    Parameters
    ----------
    solution : Solution
        Of a Population, who are the people of the trial.
    before_h, after_h : float
        When each is measured, in hours from the schedule's first midnight.
    exerkines : str or sequence of str, optional
        Molecules; all of them when left out.
    smallest_fold : float, optional
        The smallest change that counts, as a fold above 1, up or down; when left out a fifth of the standard
        deviation between people before, and a hundredth at least.
    seed : int
        Of day and assay, from 0.
    lasts : {"day", "stretch"}
        How long a person's own day lasts; see :func:`exerkine_sim.observed`.
    parameters : ParameterSet, optional
        The shipped ones when left out.

    Returns
    -------
    Responders

    Raises
    ------
    InputError
        For fewer than three people, times outside the solution, or a change that is none.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> person = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> people = xk.Population(person, n=20, seed=1)
    >>> plan = xk.parse_schedule("Mon 08:00 run 1h 70% VO2max")
    >>> solution = xk.simulate(plan, people, exerkines=["il6", "cortisol"])
    >>> found = xk.responders(solution, before_h=8.0, after_h=9.0, seed=1)
    >>> found.table["exerkine"].tolist(), bool((found.table["responders"] > 0.5).all())
    (['il6', 'cortisol'], True)
    """
    parameters = load_parameters() if parameters is None else parameters
    times = checked_samples([before_h, after_h], solution.times_h)
    _check(solution, smallest_fold)
    noise = Noise.around(solution, seed=seed, lasts=lasts, parameters=parameters)
    chosen = solution.exerkines if exerkines is None else exerkines
    names = dict.fromkeys([chosen] if isinstance(chosen, str) else chosen)
    changes = {name: _changes(solution, name, times, noise, smallest_fold) for name in names}
    rows = [
        {"exerkine": name, "site": solution.sites(name)[0], "n": len(one.true)}
        | one.summary()
        | {"basis": noise.basis(name)}
        for name, one in changes.items()
    ]
    failed = sum(status != "ok" for status in solution.status)
    return Responders(pd.DataFrame(rows), changes, float(times[0]), float(times[1]), failed)


def individual_sd(trained: np.ndarray, resting: np.ndarray) -> dict[str, float]:
    """Return the standard deviation of individual responses, ``sd``, with 95 % limits ``low`` and ``high``.

    What the changes of the trained vary beyond those of people at rest; a negative variance is given as a
    negative standard deviation.

    Parameters
    ----------
    trained, resting : ndarray, shapes (n_trained,), (n_resting,)
        Measured changes of both.

    References
    ----------
    Hopkins2015.

    Examples
    --------
    >>> found = individual_sd(np.array([-5.0, 0.0, 5.0]), np.array([-3.0, 0.0, 3.0]))
    >>> found["sd"], found["low"] < 0 < found["high"]
    (4.0, True)
    """
    squares = [float(one.var(ddof=1)) for one in (trained, resting)]
    difference = squares[0] - squares[1]
    pairs = zip(squares, (trained, resting), strict=True)
    error = math.sqrt(2 * sum(square * square / (len(one) - 1) for square, one in pairs))
    ends = {"sd": difference, "low": difference - LIMITS_Z * error, "high": difference + LIMITS_Z * error}
    return {name: math.copysign(math.sqrt(abs(square)), square) for name, square in ends.items()}


def _changes(
    solution: Solution, exerkine: str, times: np.ndarray, noise: Noise, smallest_fold: float | None
) -> Changes:
    """Return the changes of one molecule from the first time to the second."""
    courses = solution.concentration(exerkine)
    site, members = str(courses["site"].item()), courses["member"].values
    whole = np.array([status == "ok" for status in solution.status])
    levels = sampled(courses, times)[whole]
    if not (levels > 0).all():
        raise InputError(
            f"no {exerkine} in some people",
            expected="a level before and after",
            fix="choose other times, or other molecules",
            field="exerkines",
        )
    others = members + np.ptp(members) + 1  # the next numbers
    added, resting = (noise.factors(exerkine, site, times, people) for people in (members, others))
    true = _log_ratio(levels)
    usual = WORTHWHILE * float(np.log(levels[:, 0]).std(ddof=1))
    return Changes(
        true,
        measured=true + _log_ratio(added)[whole],
        resting=_log_ratio(resting),
        smallest=max(usual, LEAST_CHANGE) if smallest_fold is None else math.log(smallest_fold),
    )


def _log_ratio(pairs: np.ndarray) -> np.ndarray:
    """Return the natural logarithm of the second column over the first."""
    return np.log(pairs[:, 1] / pairs[:, 0])


def _check(solution: Solution, smallest_fold: float | None) -> None:
    n = solution.status.count("ok")
    if n < LEAST_PEOPLE:
        raise InputError(
            f"{n} people",
            expected=f"a trial of at least {LEAST_PEOPLE}",
            fix="simulate a Population",
            field="solution",
        )
    if smallest_fold is not None and not 1 < smallest_fold <= MAX_FOLD:
        raise InputError(
            f"smallest_fold = {smallest_fold!r}",
            expected=f"a fold above 1, at most {MAX_FOLD:g}",
            fix="1.2 is a change by a fifth up, or from 1.2 down to 1",
            field="smallest_fold",
        )
