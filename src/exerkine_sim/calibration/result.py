"""What a calibration found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from ..errors import InputError
from ..evidence import Summary, validate
from ..files import read_text
from ..parameters import ParameterSet, load_parameters
from ..uncertainty import Scale

Verdict = Literal["identified", "together", "partly", "prior"]
# Identified: the data halve the standard deviation at least. Together: a correlation this strong. Partly: the
# data take away a quarter of the variance.
IDENTIFIED_SHARE, TOGETHER, PARTLY_SHARE = 0.75, 0.9, 0.25
BOUND_GAP_LN = 1e-3
FEW = 40  # estimates that fit a screen


def verdict_of(share: float, correlation: float) -> Verdict:
    """Return what data tell of a parameter, from the share that they know and its strongest correlation."""
    if share >= IDENTIFIED_SHARE:
        return "identified"
    if abs(correlation) >= TOGETHER:
        return "together"
    return "partly" if share >= PARTLY_SHARE else "prior"


def words_of_verdict(verdict: Verdict, partner: str) -> str:
    """Return a verdict in words."""
    words: dict[Verdict, str] = {
        "identified": "identified",
        "together": f"only together with {partner}",
        "partly": "partly the data's",
        "prior": "stays with its prior",
    }
    return words[verdict]


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter before and after.

    Parameters
    ----------
    name, unit : str
    prior, fitted : float
        In `unit`.
    scale : {"log", "linear"}
        What the two that follow are of: the natural logarithm, or the value in `unit`.
    sigma, se : float
        Standard deviation before, and after.
    low, high : float
        Bounds.
    share : float
        Share of the prior variance that the data take away, 0 to 1.
    partner : str
        The parameter whose estimate goes most with this one's; empty when it stands alone.
    correlation : float
        With the partner.
    """

    name: str
    unit: str
    prior: float
    fitted: float
    scale: Scale
    sigma: float
    se: float
    low: float
    high: float
    share: float
    partner: str
    correlation: float

    @property
    def verdict(self) -> Verdict:
        """Whether the data identify it, know it only together with its partner, or leave it to the prior."""
        return verdict_of(self.share, self.correlation)

    @property
    def is_at_bound(self) -> bool:
        """Whether the fit was stopped by a bound, where its standard error means little."""
        edge = 1 + BOUND_GAP_LN
        return self.fitted <= self.low * edge or self.fitted >= self.high / edge

    @property
    def remark(self) -> str:
        """The verdict in words."""
        return words_of_verdict(self.verdict, self.partner) + ", at its bound" * self.is_at_bound


@dataclass(frozen=True, slots=True)
class Witness:
    """One observation of the fit.

    Parameters
    ----------
    study, exerkine, site : str
    time_min : float
    counted_from : {"start", "end"}
    before, after : float
        ln predicted / observed.
    slopes : mapping of str to float
        What its weighted residual moves by, at the fit, when a parameter moves by its prior's standard
        deviation; no entry where that is nothing.
    """

    study: str
    exerkine: str
    site: str
    time_min: float
    counted_from: str
    before: float
    after: float
    slopes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Combination:
    """Parameters that the data know together, better than the priors do.

    Parameters
    ----------
    certainty : float
        The prior's standard deviation over that of the data alone.
    weights : mapping of str to float
        Share of each parameter, in units of its prior's standard deviation; small ones are left out.

    Examples
    --------
    >>> Combination(4.7, {"il6.synthesis": 0.64, "il6.clearance": -0.4}).text
    'x 4.7: +0.64 il6.synthesis -0.40 il6.clearance'
    """

    certainty: float
    weights: Mapping[str, float]

    @property
    def text(self) -> str:
        """Certainty and weights, in words."""
        return f"x {self.certainty:.1f}: " + " ".join(
            f"{by:+.2f} {name}" for name, by in self.weights.items()
        )


@dataclass(frozen=True)
class Calibration:
    """The outcome of a fit.

    Parameters
    ----------
    estimates : tuple of Estimate
    held : mapping of str to str
        What was asked to be free and is not, and why.
    witnesses : tuple of Witness
        The observations that depend on what was free.
    left_out : mapping of str to int
        Reason to number of observations that took no part.
    combinations : tuple of Combination
        What the data know better than the priors do, the best known first.
    cost : float
        Half the sum of squares at the fit; `costs` those of every start, `cost_prior` that of the priors.
    costs : tuple of float
    cost_prior : float
    message : str
        Why the search ended.
    settings, digests : mapping
        What to repeat it with, and what it was made with.
    scores : mapping of str to (Summary, Summary)
        The scoreboard before and after, by use of the Studies: filled by :func:`judged`.
    """

    estimates: tuple[Estimate, ...]
    held: Mapping[str, str]
    witnesses: tuple[Witness, ...]
    left_out: Mapping[str, int]
    combinations: tuple[Combination, ...]
    cost: float
    costs: tuple[float, ...]
    cost_prior: float
    message: str
    settings: Mapping[str, Any]
    digests: Mapping[str, str]
    scores: Mapping[str, tuple[Summary, Summary]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        """Name to fitted value, in the parameter's own unit: for ParameterSet.with_values."""
        return {one.name: one.fitted for one in self.estimates}

    @property
    def shown(self) -> tuple[Estimate, ...]:
        """The estimates that are worth a row: all of a few, of many those that the data tell something of."""
        few = len(self.estimates) <= FEW
        return tuple(one for one in self.estimates if few or one.verdict != "prior")

    @property
    def quiet(self) -> dict[str, tuple[str, ...]]:
        """Module to those of its parameters that are not worth a row: they stay with their priors."""
        names = [one.name for one in self.estimates if one not in self.shown]
        return {
            module: tuple(parameter for _, _, parameter in group)
            for module, group in groupby((name.partition(".") for name in names), key=lambda name: name[0])
        }

    def to_json(self) -> str:
        """Return everything as JSON."""
        return json.dumps(asdict(self), indent=1, allow_nan=False)


def judged(calibration: Calibration, *, parameters: ParameterSet | None = None) -> Calibration:
    """Return a calibration with the scoreboard of all shipped Studies before and after it.

    Parameters
    ----------
    calibration : Calibration
    parameters : ParameterSet, optional
        Those it began with; the shipped ones when left out.
    """
    parameters = load_parameters() if parameters is None else parameters
    before = validate(parameters=parameters).by_use()
    fitted = parameters.with_values(calibration.values, note="calibration")
    after = validate(parameters=fitted).by_use()
    return replace(calibration, scores={use: (before[use], after[use]) for use in before})


def load_calibration(path: str | Path) -> Calibration:
    """Read what :func:`exerkine_sim.calibration.save` wrote.

    Raises
    ------
    InputError
        For anything else.
    """
    try:
        return TypeAdapter(Calibration).validate_json(read_text(path, error=InputError))
    except ValidationError as problem:
        fault = problem.errors(include_url=False)[0]
        field = ".".join(str(step) for step in fault["loc"])
        raise InputError(
            fault["msg"],
            expected="a calibration written by exerkine-sim",
            fix="run it again",
            file=path,
            field=field,
        ) from None
