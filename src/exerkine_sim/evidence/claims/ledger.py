"""The ledger: every claim simulated with the model, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from ...errors import ExerkineError, SolverError
from ...model import Model
from ...parameters import ParameterSet, load_parameters
from ...physiology import default_model
from ...simulate import model_for, simulate
from ...solution import Solution
from ...subject import Population
from .claim import ALL, Arm, Claim, Expectation, Measure
from .comparison import Quantity
from .load import shipped_claims
from .reading import Reader, Reading, lacking, needs_states, times_of

Verdict = Literal["reproduced", "not reproduced", "cannot be simulated yet"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
SEED = 0
DIGITS = 9  # of an hour: moments closer than that are one


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one expectation.

    Parameters
    ----------
    expectation : Expectation
    holds : bool, optional
        None where something that it compares could not be simulated.
    found : mapping of str to float
        What each side of the comparison came to.
    """

    expectation: Expectation
    holds: bool | None
    found: Mapping[str, float]

    @property
    def told(self) -> str:
        """The numbers, with what they are."""
        return ", ".join(f"{text} = {value:.3g}" for text, value in self.found.items())


@dataclass(frozen=True)
class Ruling:
    """A claim and what the simulation says of it.

    Parameters
    ----------
    claim : Claim
    readings : mapping of Quantity to Reading
        Every number that could be had.
    missing : tuple of str
        What the model lacks for the others, or why the simulation failed.
    proviso : str
        Parameters that some arm sets otherwise than they are shipped; empty where none does.
    """

    claim: Claim
    readings: Mapping[Quantity, Reading]
    missing: tuple[str, ...] = ()
    proviso: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What came of each expectation."""
        return tuple(_finding(one, self.readings) for one in self.claim.expectations)

    @property
    def verdict(self) -> Verdict:
        """``reproduced`` when nothing is missing and every expectation holds."""
        if self.missing:
            return "cannot be simulated yet"
        return "reproduced" if all(one.holds for one in self.findings) else "not reproduced"

    @property
    def told(self) -> str:
        """The verdict, and under what condition it was reproduced."""
        conditional = self.verdict == "reproduced" and self.proviso
        return f"{self.verdict}, but only with {self.proviso}" if conditional else self.verdict

    @property
    def reason(self) -> str:
        """Why it is not reproduced, in words and numbers; empty when it is."""
        if self.missing:
            return f"missing: {', '.join(self.missing)}"
        failed = [one.expectation.that for one in self.findings if not one.holds]
        return f"it is not so that {'; nor that '.join(failed)}" if failed else ""

    def to_json_dict(self) -> dict[str, Any]:
        """Return the ruling as plain values; a number that is none is null."""
        claim = self.claim
        plain = {name: getattr(claim, name) for name in ("id", "source", "statement", "grade", "simulated")}
        return {
            **plain,
            "evidence": claim.evidence,
            "records": list(claim.records),
            "verdict": self.verdict,
            "proviso": self.proviso,
            "reason": self.reason,
            "missing": list(self.missing),
            "readings": [
                {
                    "measure": where.measure,
                    "arm": where.arm,
                    "value": _finite(reading.value),
                    "unit": reading.unit,
                }
                for where, reading in self.readings.items()
            ],
            "expectations": [
                {
                    "that": one.expectation.that,
                    "comparison": one.expectation.comparison.text,
                    "holds": one.holds,
                    "found": {text: _finite(value) for text, value in one.found.items()},
                }
                for one in self.findings
            ],
        }


@dataclass(frozen=True)
class Ledger:
    """The rulings on a set of Claims, in their order."""

    rulings: tuple[Ruling, ...]

    def counts(self) -> dict[str, int]:
        """Return how many claims come to each verdict."""
        return {one: sum(ruling.verdict == one for ruling in self.rulings) for one in VERDICTS}

    def to_json_dict(self) -> dict[str, Any]:
        """Return the whole ledger as plain values: claims, summary."""
        return {"claims": [one.to_json_dict() for one in self.rulings], "summary": self.counts()}


def check_claims(
    claims: Iterable[Claim] | None = None,
    *,
    model: Model | None = None,
    parameters: ParameterSet | None = None,
    progress: Callable[[float], None] | None = None,
) -> Ledger:
    """Simulate each Claim and judge it by what its expectations come to.

    Parameters
    ----------
    claims : iterable of Claim, optional
        The shipped ones when left out.
    model : Model, optional
        The shipped physiology when left out.
    parameters : ParameterSet, optional
        The shipped ones when left out.
    progress : callable, optional
        Called with the fraction that is done, from 0 to 1.

    Returns
    -------
    Ledger
        A Claim that needs what the model lacks keeps the numbers that can be had, and names what is missing.

    Examples
    --------
    >>> from exerkine_sim.evidence.claims import find_claim
    >>> ruling = check_claims([find_claim("fgf21-fasting")]).rulings[0]
    >>> len(ruling.findings) == len(ruling.claim.expectations)
    True
    """
    chosen = shipped_claims() if claims is None else tuple(claims)
    model = default_model() if model is None else model
    parameters = load_parameters() if parameters is None else parameters
    rulings: list[Ruling] = []
    for at, claim in enumerate(chosen):
        rulings.append(_ruling(claim, model, parameters))
        if progress is not None:
            progress((at + 1) / len(chosen))
    return Ledger(tuple(rulings))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _finding(expectation: Expectation, readings: Mapping[Quantity, Reading]) -> Finding:
    comparison = expectation.comparison
    if not readings.keys() >= set(comparison.quantities):
        return Finding(expectation, None, {})
    known = {where: readings[where].value for where in comparison.quantities}
    return Finding(expectation, comparison.holds(known), comparison.found(known))


def _ruling(claim: Claim, model: Model, parameters: ParameterSet) -> Ruling:
    ground = [f"the module '{name}'" for name in claim.needs if name not in model.modules]
    if ground:
        return Ruling(claim, {}, tuple(ground))
    lacks = {one: lacking(one, model) for one in claim.measures}
    missing = [name for names in lacks.values() for name in names]
    able = [measure for measure, names in lacks.items() if not names]
    readings: dict[Quantity, Reading] = {}
    for arms in _groups(claim.arms):
        try:
            readings |= readings_of(arms, able, model=model, parameters=parameters)
        except ExerkineError as error:
            missing.append(f"{arms[0].label} ({'; '.join(filter(None, (error.given, error.fix)))})")
    proviso = _proviso(claim, parameters)
    return Ruling(claim, _in_order(claim, readings), tuple(dict.fromkeys(missing)), proviso)


def _proviso(claim: Claim, parameters: ParameterSet) -> str:
    """Name what some arm sets otherwise than it is shipped, with its value there."""
    pairs = dict.fromkeys(pair for arm in claim.arms for pair in arm.values.items() if pair[0] in parameters)
    return ", ".join(f"{name} = {value:g}" for name, value in pairs if value != parameters[name].value)


def _in_order(claim: Claim, readings: Mapping[Quantity, Reading]) -> dict[Quantity, Reading]:
    places = [Quantity(measure.id, arm.id) for measure in claim.measures for arm in claim.arms]
    return {place: readings[place] for place in places if place in readings}


def _groups(arms: Sequence[Arm]) -> list[list[Arm]]:
    """Return arms that can be simulated together: with the same parameters, one person each."""
    groups: dict[object, list[Arm]] = {}
    for arm in arms:
        alone = arm.id if arm.people is not None else ""
        groups.setdefault((alone, tuple(sorted(arm.values.items()))), []).append(arm)
    return list(groups.values())


def readings_of(
    arms: Sequence[Arm],
    measures: Sequence[Measure],
    *,
    model: Model | None = None,
    parameters: ParameterSet | None = None,
) -> dict[Quantity, Reading]:
    """Simulate arms of the same parameters together and return every number that they have.

    Raises
    ------
    SolverError
        When an arm cannot be simulated to its end.

    Examples
    --------
    >>> claim = shipped_claims()[0]
    >>> readings = readings_of(claim.arms[:1], claim.measures[:1])
    >>> readings[Quantity("transcript", "lifting")].unit
    'fold'
    """
    model = model_for([arm.schedule for arm in arms]) if model is None else model
    parameters = load_parameters() if parameters is None else parameters
    wanted = [(measure, arm) for measure in measures for arm in arms if arm.id in measure.arms]
    if not wanted:
        return {}
    times = np.unique(np.round(np.concatenate([times_of(*one) for one in wanted]), DIGITS))
    solution = _solved(arms, [measure for measure, _ in wanted], times, model=model, parameters=parameters)
    parts = [solution] if arms[0].people else [_member(solution, at) for at in range(len(arms))]
    readers = {arm.id: Reader(arm, part) for arm, part in zip(arms, parts, strict=True)}
    return {Quantity(measure.id, arm.id): readers[arm.id].read(measure) for measure, arm in wanted}


def _solved(
    arms: Sequence[Arm],
    measures: Sequence[Measure],
    times: np.ndarray,
    *,
    model: Model,
    parameters: ParameterSet,
) -> Solution:
    first = arms[0]
    values = dict(first.values)
    solution = simulate(
        [arm.schedule for arm in arms] if first.people is None else first.schedule,
        [arm.subject for arm in arms]
        if first.people is None
        else Population(first.subject, n=first.people, seed=SEED),
        parameters=parameters.with_values(values, note="replaced by a claim") if values else parameters,
        model=model,
        times_h=times,
        end_h=max(float(times[-1]), *(arm.end_h for arm in arms)),
        exerkines=None if any(map(needs_states, measures)) else _molecules(measures, model),
    )
    failed = [status for status in solution.status if status != "ok"]
    if failed:
        raise SolverError(failed[0])
    return solution


def _molecules(measures: Sequence[Measure], model: Model) -> tuple[str, ...]:
    names = dict.fromkeys(name for measure in measures for name in measure.of)
    return model.exerkines if ALL in names else tuple(names)


def _member(solution: Solution, at: int) -> Solution:
    """Return one member of a solution as a solution of its own."""
    return Solution(solution.arrays.at("member", [at]), solution.model)
