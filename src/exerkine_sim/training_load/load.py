"""The scores of a plan: of every session, and of every day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..parameters import ParameterSet, load_parameters
from ..schedule import Schedule
from ..stimulus.body import Bodies
from ..subject import Subject
from ..subject.people import People
from .score import COLUMNS, HIGHEST_RATING, Scorer

if TYPE_CHECKING:
    import pandas as pd

SCORES: Mapping[str, str] = {
    "tss": "TSS",
    "trimp": "TRIMP",
    "session_rpe": "session RPE",
    "volume_kg": "volume load, kg",
    "volume_relative": "volume load, 1RM",
    "ctl": "CTL at the end",
}
DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class TrainingLoad:
    """The scores of a plan.

    Parameters
    ----------
    sessions : pandas.DataFrame
        A row for each session: ``session, start_h, duration_h, normalised_power_w, intensity_factor, tss,
        trimp, rating, rating_basis`` (``given`` or ``estimated``), ``session_rpe, volume_kg``
        (repetitions x kg), ``volume_relative`` (repetitions x share of 1RM), ``undefined`` (which scores the
        session has not, and why).
    daily : pandas.DataFrame
        A row for each day: ``day`` from 1, ``tss``, ``uncounted`` (sessions of the day without one),
        ``ctl, atl`` at the day's end and ``tsb`` in its morning. They begin at 0, and are NaN throughout
        where no session has a TSS.
    """

    sessions: pd.DataFrame
    daily: pd.DataFrame

    def totals(self) -> dict[str, float]:
        """Return each score summed over the sessions that have it, NaN where none does; CTL at the end."""
        counted = self.counted()
        sums = {name: float(np.nansum(self._scores(name))) for name in SCORES if name in self.sessions}
        found = sums | {"ctl": float(self.daily["ctl"].to_numpy()[-1])}
        return {name: found[name] if counted[name] else math.nan for name in SCORES}

    def counted(self) -> dict[str, int]:
        """Return how many sessions have each score; those with a TSS make CTL."""
        return {name: int(np.isfinite(self._scores(name)).sum()) for name in SCORES}

    def _scores(self, name: str) -> np.ndarray:
        return self.sessions["tss" if name == "ctl" else name].to_numpy(dtype=float)


def training_scores(
    schedule: Schedule,
    subject: Subject,
    *,
    ratings: Sequence[float | None] | None = None,
    parameters: ParameterSet | None = None,
) -> TrainingLoad:
    """Score every session of a plan, and every day.

    Parameters
    ----------
    schedule : Schedule
    subject : Subject
        TSS needs ``ftp_w``, the volume load in kg of a set in % 1RM needs ``one_rm_kg``.
    ratings : sequence of float or None, length n_sessions, optional
        Session RPE from 0 to 10 as people gave it; None is estimated.
    parameters : ParameterSet, optional
        The shipped ones when left out.

    Returns
    -------
    TrainingLoad

    Raises
    ------
    InputError
        For ratings of another number or beyond the scale, and for a plan that this person cannot follow.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> size = {"body_mass_kg": 75, "height_m": 1.8, "vo2max_ml_kg_min": 55}
    >>> rider = xk.Subject(sex="male", age_y=28, ftp_w=250, **size)
    >>> load = training_scores(xk.parse_schedule("Mon 08:00 cycle 1h 100% FTP"), rider)
    >>> load.sessions[["intensity_factor", "tss"]].round(6).values.tolist()
    [[1.0, 100.0]]
    """
    import pandas as pd

    parameters = load_parameters() if parameters is None else parameters
    given = _checked(ratings, len(schedule.sessions))
    scorer = Scorer(subject, parameters, Bodies.of(People.of([subject]), parameters))
    rows = [scorer.session(one, rating) for one, rating in zip(schedule.sessions, given, strict=True)]
    sessions = pd.DataFrame(rows, columns=list(COLUMNS))
    return TrainingLoad(sessions, _daily(sessions, schedule.end_h, parameters))


def _daily(sessions: pd.DataFrame, end_h: float, parameters: ParameterSet) -> pd.DataFrame:
    """Return the scores of each day up to the last session's."""
    import pandas as pd

    days = max(1, math.ceil(end_h / DAY_H))
    day = (sessions["start_h"].to_numpy(dtype=float) // DAY_H).astype(int)
    scores = sessions["tss"].to_numpy(dtype=float)
    told = np.isfinite(scores)
    tss = np.bincount(day, np.where(told, scores, 0.0), minlength=days)
    if not told.any():
        tss = np.full(days, math.nan)
    ctl, atl = (
        _averaged(tss, parameters[f"training_load.{name}"].to("day"))
        for name in ("fitness_time", "fatigue_time")
    )
    return pd.DataFrame(
        {
            "day": np.arange(1, days + 1),
            "tss": tss,
            "uncounted": np.bincount(day, ~told, minlength=days).astype(int),
            "ctl": ctl,
            "atl": atl,
            "tsb": np.concatenate([0 * tss[:1], (ctl - atl)[:-1]]),
        }
    )


def _averaged(tss: np.ndarray, days: float) -> np.ndarray:
    """Return the exponential average at the end of each day, from 0."""
    level, levels = 0.0, []
    for score in tss.tolist():
        level += (score - level) / days
        levels.append(level)
    return np.array(levels)


def _checked(ratings: Sequence[float | None] | None, n: int) -> list[float | None]:
    """Return a rating, or none, for each session."""
    given: list[float | None] = [None] * n if ratings is None else list(ratings)
    known = [one for one in given if one is not None]
    scale = f"from 0 to {HIGHEST_RATING:g}"
    if len(given) != n:
        raise InputError(
            f"{len(given)} ratings of {n} sessions", expected="one each, or None", field="ratings"
        )
    for one in known:
        if isinstance(one, bool) or not isinstance(one, int | float) or not 0 <= one <= HIGHEST_RATING:
            raise InputError(f"a rating of {str(one)[:40]}", expected=f"a number {scale}", field="ratings")
    return given
