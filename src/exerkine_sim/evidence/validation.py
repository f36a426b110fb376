"""The scoreboard: every published observation beside what the simulation says, hits and misses alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import units
from ..errors import ExerkineError, UnitError
from ..parameters import ParameterSet, load_parameters
from ..simulate import simulate
from ..solution import Solution
from ..stimulus import build_stimulus
from .study import Observation, Study
from .study import studies as shipped_studies
from .study_file import CORRECTED

GOOD_FOLD_ERROR, FAIR_FOLD_ERROR = 1.5, 2.0
NOT_MODELLED, FAILED = "not modelled", "simulation failed"
MUSCLE_SITES = ("muscle_mrna", "muscle_interstitium")


@dataclass(frozen=True, slots=True)
class Score:
    """One observation and its prediction.

    Parameters
    ----------
    study : str
        Key of the Study.
    use : {"fit", "check"}
        Whether parameters may have been fitted to it.
    observation : Observation
        What was published.
    predicted : float, optional
        What the simulation says, in the observation's unit; None when it cannot say.
    reason : str
        Why there is no prediction.

    Examples
    --------
    >>> seen = Observation("il6", "plasma", 0, "end", 12.0, "fold")
    >>> score = Score("Smith2001", "check", seen, predicted=8.0)
    >>> score.fold_error, score.label
    (1.5, 'good')
    """

    study: str
    use: str
    observation: Observation
    predicted: float | None
    reason: str = ""

    @property
    def fold_error(self) -> float | None:
        """The larger of predicted over observed and its inverse; changes in percent compare as ratios."""
        if self.predicted is None:
            return None
        quotient = _ratio(self.predicted, self.observation.unit) / _ratio(
            self.observation.value, self.observation.unit
        )
        return max(quotient, 1 / quotient) if quotient > 0 else math.inf

    @property
    def label(self) -> str:
        """``good`` within 1.5-fold, ``fair`` within 2-fold, else ``miss``; empty without a prediction."""
        error = self.fold_error
        if error is None:
            return ""
        return "good" if error <= GOOD_FOLD_ERROR else "fair" if error <= FAIR_FOLD_ERROR else "miss"

    def to_json_dict(self) -> dict[str, Any]:
        """Return the score as plain values; what cannot be a finite number is null."""
        seen, error = self.observation, self.fold_error
        return {
            "study": self.study,
            "exerkine": seen.exerkine,
            "site": seen.site,
            "time_min": seen.time_min,
            "from": seen.counted_from,
            "observed": seen.value,
            "predicted": self.predicted,
            "unit": seen.unit,
            "fold_error": error if error is not None and math.isfinite(error) else None,
            "use": self.use,
            "label": self.label,
            "reason": self.reason,
            "record": seen.record,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """How a set of scores does.

    Parameters
    ----------
    n : int
        Observations with a prediction.
    within_2fold : float, optional
        Fraction of them within a factor 2; None without any.
    gmfe : float, optional
        Geometric mean fold error.
    not_scored : int
        Observations without a prediction.
    """

    n: int
    within_2fold: float | None
    gmfe: float | None
    not_scored: int

    def to_json_dict(self) -> dict[str, Any]:
        """Return the summary as plain values."""
        gmfe = self.gmfe if self.gmfe is not None and math.isfinite(self.gmfe) else None
        return {"n": self.n, "within_2fold": self.within_2fold, "gmfe": gmfe, "not_scored": self.not_scored}


@dataclass(frozen=True)
class Scoreboard:
    """Every observation of a set of Studies with its prediction.

    Examples
    --------
    >>> seen = Observation("il6", "plasma", 0, "end", 10.0, "fold")
    >>> board = Scoreboard((Score("A", "fit", seen, 20.0), Score("B", "check", seen, 5.0)))
    >>> board.summary.n, board.summary.within_2fold
    (2, 1.0)
    """

    scores: tuple[Score, ...]

    @property
    def summary(self) -> Summary:
        """All scores together."""
        return summarise(self.scores)

    def failed_studies(self) -> tuple[str, ...]:
        """Return the Studies that could not be simulated."""
        return tuple(dict.fromkeys(score.study for score in self.scores if score.reason.startswith(FAILED)))

    def by_exerkine(self) -> dict[str, Summary]:
        """Return one summary a molecule, sorted by its id."""
        return _split(self.scores, lambda score: score.observation.exerkine)

    def by_use(self) -> dict[str, Summary]:
        """Return one summary for the Studies used for fitting and one for the others."""
        return _split(self.scores, lambda score: score.use)

    def to_json_dict(self) -> dict[str, Any]:
        """Return the whole board as plain values: observations, summary, by_exerkine, by_use."""
        return {
            "observations": [score.to_json_dict() for score in self.scores],
            "summary": self.summary.to_json_dict(),
            "by_exerkine": {name: part.to_json_dict() for name, part in self.by_exerkine().items()},
            "by_use": {name: part.to_json_dict() for name, part in self.by_use().items()},
        }


def validate(
    studies: Iterable[Study] | None = None,
    *,
    parameters: ParameterSet | None = None,
    progress: Callable[[int], None] | None = None,
) -> Scoreboard:
    """Simulate each Study once and set its observations beside the prediction.

    Parameters
    ----------
    studies : iterable of Study, optional
        The shipped ones when left out.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    progress : callable, optional
        Called with the index of each Study that is done.

    Returns
    -------
    Scoreboard
        A Study that cannot be simulated keeps its observations, without prediction and with the reason.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study
    >>> board = validate([find_study("Steensberg2000")])
    >>> board.summary.n
    1
    """
    parameters = load_parameters() if parameters is None else parameters
    scores: list[Score] = []
    for index, study in enumerate(shipped_studies() if studies is None else studies):
        scores.extend(score_study(study, parameters=parameters))
        if progress is not None:
            progress(index)
    return Scoreboard(tuple(scores))


def score_study(study: Study, *, parameters: ParameterSet) -> tuple[Score, ...]:
    """Simulate one Study and score its observations; a failure becomes the reason of every score."""
    try:
        solution = _run(study, parameters)
        region = _worked_region(study, parameters)
    except ExerkineError as error:
        return _unscored(study, f"{FAILED}: {error}")
    if solution.status[0] != "ok":
        return _unscored(study, f"{FAILED}: {solution.status[0]}")
    return tuple(_score(study, observation, solution, region=region) for observation in study.observations)


def summarise(scores: Iterable[Score]) -> Summary:
    """Return count, share within 2-fold and geometric mean fold error of `scores`."""
    errors = [score.fold_error for score in scores]
    known = [error for error in errors if error is not None]
    if not known:
        return Summary(n=0, within_2fold=None, gmfe=None, not_scored=len(errors))
    return Summary(
        n=len(known),
        within_2fold=sum(error <= FAIR_FOLD_ERROR for error in known) / len(known),
        gmfe=math.exp(sum(math.log(error) for error in known) / len(known)),
        not_scored=len(errors) - len(known),
    )


def _split(scores: Sequence[Score], key: Callable[[Score], str]) -> dict[str, Summary]:
    names = sorted({key(score) for score in scores})
    return {name: summarise(score for score in scores if key(score) == name) for name in names}


def _unscored(study: Study, reason: str) -> tuple[Score, ...]:
    return tuple(Score(study.key, study.use, seen, None, reason) for seen in study.observations)


def _run(study: Study, parameters: ParameterSet) -> Solution:
    schedule = study.schedule()
    times = np.unique([study.zero_h, *(study.time_h(seen) for seen in study.observations)])
    end_h = max(schedule.end_h, float(times[-1]))
    return simulate(schedule, study.subject, parameters=parameters, times_h=times, end_h=end_h)


def _worked_region(study: Study, parameters: ParameterSet) -> str:
    """Return the region, lower or upper, whose muscle the trial worked more: mass x intensity x time."""
    schedule = study.schedule()
    stimulus = build_stimulus(schedule, study.subject, parameters, end_h=schedule.end_h)
    hours = np.diff(stimulus.breakpoints)[: len(stimulus.inputs)]
    work = {}
    for region in ("lower", "upper"):
        mass, relative = (
            stimulus.inputs[: len(hours), stimulus.names.index(f"{name}_{region}")]
            for name in ("active_mass", "relative")
        )
        work[region] = float(np.sum(hours * mass * relative))
    return max(work, key=lambda region: work[region])


def _score(study: Study, seen: Observation, solution: Solution, *, region: str) -> Score:
    site = _model_site(solution, seen, region)
    if site is None:
        return Score(study.key, study.use, seen, None, NOT_MODELLED)
    course = solution.concentration(seen.exerkine, site=site).isel(member=0)
    value, baseline = (float(course.sel(time=time)) for time in (study.time_h(seen), study.zero_h))
    try:
        predicted = _in_unit(value, baseline, seen.unit, course.attrs["units"])
    except UnitError as error:
        return Score(study.key, study.use, seen, None, f"unit: {error.given}")
    if not math.isfinite(predicted):
        return Score(study.key, study.use, seen, None, "the simulated value is not a number")
    return Score(study.key, study.use, seen, predicted)


def _model_site(solution: Solution, seen: Observation, region: str) -> str | None:
    """Return the model's site for an observation: its own, the worked muscle's, or plasma."""
    if seen.exerkine not in solution.exerkines:
        return None
    base, corrected = seen.site.removesuffix(CORRECTED), CORRECTED * seen.site.endswith(CORRECTED)
    if base in MUSCLE_SITES:
        candidates = [f"{base}_{region}"]
    else:
        candidates = [f"{name}{corrected}" for name in (base, "plasma", "blood")]
    sites = solution.sites(seen.exerkine)
    return next((site for site in candidates if site in sites), None)


def _in_unit(value: float, baseline: float, unit: str, model_unit: str) -> float:
    """Return a simulated value in the unit of an observation."""
    if unit == "fold":
        return value / baseline if baseline > 0 else math.nan
    if unit == "percent_change":
        return 100 * (value / baseline - 1) if baseline > 0 else math.nan
    return units.convert(value, model_unit, unit)


def _ratio(value: float, unit: str) -> float:
    return 1 + value / 100 if unit == "percent_change" else value
