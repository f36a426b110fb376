"""The scoreboard: every published observation beside what the simulation says, hits and misses alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ExerkineError, UnitError
from ..parameters import ParameterSet, load_parameters
from ..simulate import simulate
from ..solution import Solution
from .prediction import Batch, courses_at, predicted, ratio
from .study import Observation, Study
from .study import studies as shipped_studies

GOOD_FOLD_ERROR, FAIR_FOLD_ERROR = 1.5, 2.0
NOT_MODELLED, FAILED = "not modelled", "simulation failed"
Outcome = tuple[Solution, int] | ExerkineError  # a simulation and the member, or why there is none


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
    grade : {"high", "medium", "low"}
        Of the Study's evidence.

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
    grade: str = "low"

    @classmethod
    def of(
        cls, study: Study, seen: Observation, *, predicted: float | None = None, reason: str = ""
    ) -> Score:
        """Return the score of an observation of a Study."""
        return cls(study.key, study.use, seen, predicted, reason, study.grade)

    @property
    def fold_error(self) -> float | None:
        """The larger of predicted over observed and its inverse; changes in percent compare as ratios."""
        if self.predicted is None:
            return None
        seen = self.observation
        quotient = ratio(self.predicted, seen.unit) / ratio(seen.value, seen.unit)
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
            "grade": self.grade,
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

    def by_grade(self) -> dict[str, Summary]:
        """Return one summary for each grade of the Studies' evidence."""
        return _split(self.scores, lambda score: score.grade)

    def to_json_dict(self) -> dict[str, Any]:
        """Return the whole board as plain values: observations and summaries."""
        return {
            "observations": [score.to_json_dict() for score in self.scores],
            "summary": self.summary.to_json_dict(),
            "by_exerkine": {name: part.to_json_dict() for name, part in self.by_exerkine().items()},
            "by_use": {name: part.to_json_dict() for name, part in self.by_use().items()},
            "by_grade": {name: part.to_json_dict() for name, part in self.by_grade().items()},
        }


def validate(
    studies: Iterable[Study] | None = None,
    *,
    parameters: ParameterSet | None = None,
    progress: Callable[[int], None] | None = None,
) -> Scoreboard:
    """Simulate the Studies, all together, and set its observations beside the prediction.

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
    chosen = tuple(shipped_studies() if studies is None else studies)
    scores: list[Score] = []
    for index, (study, outcome) in enumerate(zip(chosen, _outcomes(chosen, parameters), strict=True)):
        scores.extend(_scores(study, outcome, parameters))
        if progress is not None:
            progress(index)
    return Scoreboard(tuple(scores))


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
    return tuple(Score.of(study, seen, reason=reason) for seen in study.observations)


def _outcomes(studies: Sequence[Study], parameters: ParameterSet) -> list[Outcome]:
    """Simulate Studies, those of known clock time by the clock."""
    found: dict[int, Outcome] = {}
    for clock in (False, True):
        numbers = [number for number, study in enumerate(studies) if study.by_clock is clock]
        together = _together([studies[number] for number in numbers], parameters, clock=clock)
        found |= zip(numbers, together, strict=True)
    return [found[number] for number in range(len(studies))]


def _together(studies: Sequence[Study], parameters: ParameterSet, *, clock: bool) -> list[Outcome]:
    """Simulate Studies together; where one of them cannot be, each by itself, so that the others can."""
    if not studies:
        return []
    batch = Batch.of(studies)
    try:
        solution = simulate(
            batch.schedules,
            batch.subjects,
            parameters=parameters,
            times_h=batch.times_h,
            end_h=batch.end_h,
            clock=clock,
        )
    except ExerkineError as error:
        if len(studies) == 1:
            return [error]
        return [one for study in studies for one in _together([study], parameters, clock=clock)]
    return [(solution, member) for member in range(len(studies))]


def _scores(study: Study, outcome: Outcome, parameters: ParameterSet) -> tuple[Score, ...]:
    """Score a Study's observations; a failure becomes the reason of every score."""
    if isinstance(outcome, ExerkineError):
        return _unscored(study, f"{FAILED}: {outcome}")
    solution, member = outcome
    if solution.status[member] != "ok":
        return _unscored(study, f"{FAILED}: {solution.status[member]}")
    return tuple(
        _score(study, seen, solution=solution, member=member, parameters=parameters)
        for seen in study.observations
    )


def _score(
    study: Study, seen: Observation, *, solution: Solution, member: int, parameters: ParameterSet
) -> Score:
    courses = courses_at(seen, study, solution, parameters=parameters)
    if courses is None:
        return Score.of(study, seen, reason=NOT_MODELLED)
    try:
        value = predicted(seen, study, courses.isel(member=member))
    except UnitError as error:
        return Score.of(study, seen, reason=f"unit: {error.given}")
    if not math.isfinite(value):
        return Score.of(study, seen, reason="the simulated value is not a number")
    return Score.of(study, seen, predicted=value)
