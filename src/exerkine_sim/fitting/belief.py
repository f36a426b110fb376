"""What is known of a person's parameter before anything is measured: as much as people differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from ..errors import InputError, ParameterError, nearest
from ..model import Model
from ..parameters import ParameterSet
from ..subject.vary import MAX_SIGMA, PREFIX
from ..uncertainty import FARTHEST, Prior

MAX_FREE = 40
WILD = "*?["
OWN = "own spread"


class Belief(NamedTuple):
    """A prior, and where its width comes from: ``given``, ``people, measured`` (the basis of how much these
    differ in ``params/variability.toml``), or ``own spread`` of the published number."""

    prior: Prior
    basis: str


def beliefs_of(
    free: Sequence[str],
    *,
    parameters: ParameterSet,
    model: Model,
    spreads: Mapping[str, float] | None = None,
) -> tuple[Belief, ...]:
    """Return what is known of each free parameter.

    Parameters
    ----------
    free : sequence of str
        Parameters of the equations; or patterns such as ``il6.*``, which mean those of them that are known
        to differ between people.
    parameters, model : ParameterSet, Model
    spreads : mapping of str to float, optional
        Standard deviation, between people, of the natural logarithm, where it is not that of
        ``params/variability.toml``.

    Raises
    ------
    InputError
        For what is no parameter of the equations, has no spread, or is not free.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.physiology import default_model
    >>> found = beliefs_of(["il6.*", "il6.brake"], parameters=load_parameters(), model=default_model())
    >>> [one.prior.name for one in found], found[-1].basis
    (['il6.other_release', 'il6.synthesis', 'il6.clearance', 'il6.brake'], 'own spread')
    """
    spreads = {} if spreads is None else spreads
    known = [name.removeprefix(PREFIX) for name in parameters if name.startswith(PREFIX)]
    names = list(dict.fromkeys(name for word in free for name in _named(word, known, model)))
    strange = set(spreads) - set(names)
    if strange:
        raise InputError(
            f"a spread of '{min(strange)}', which is not free",
            fix=nearest(min(strange), names),
            field="spreads",
        )
    if not 1 <= len(names) <= MAX_FREE:
        raise InputError(f"{len(names)} free parameters", expected=f"1 to {MAX_FREE}", field="free")
    return tuple(_belief(name, parameters, spreads.get(name)) for name in names)


def _named(word: str, known: Sequence[str], model: Model) -> list[str]:
    found = [name for name in known if name in model.parameters and fnmatchcase(name, word)]
    if any(letter in word for letter in WILD):
        if not found:
            raise InputError(
                f"'{word[:60]}' finds nothing that is known to differ between people",
                expected="a parameter such as il6.clearance, or a pattern such as il6.*",
                fix=nearest(word, known),
                field="free",
            )
        return found
    if word not in model.parameters:
        raise InputError(
            f"'{word[:60]}' is no parameter of the equations",
            fix=nearest(word, model.parameters),
            field="free",
        )
    return [word]


def _belief(name: str, parameters: ParameterSet, given: float | None) -> Belief:
    if given is not None:
        if not 0 < given <= MAX_SIGMA:
            raise InputError(
                f"a spread of {given:g}", expected=f"more than 0, at most {MAX_SIGMA:g}", field=name
            )
        return Belief(_between_people(name, parameters, given), "given")
    if f"{PREFIX}{name}" in parameters:
        between = parameters[f"{PREFIX}{name}"]
        return Belief(_between_people(name, parameters, between.to("1")), f"people, {between.basis}")
    try:
        return Belief(Prior.of(name, parameters), OWN)
    except ParameterError as error:
        raise InputError(
            error.given,
            expected="a parameter that people are known to differ in, or a spread",
            fix=f"say how much people differ: --spread {name}=0.3, or spreads={{'{name}': 0.3}}",
            field=name,
        ) from None


def _between_people(name: str, parameters: ParameterSet, sigma: float) -> Prior:
    """Return the prior that a Population draws from: log-normal, three deviations wide, fractions below 1."""
    one = parameters[name]
    if not one.value > 0:
        raise InputError(f"its value is {one.value:g}", expected="a positive value", field=name)
    reach = math.exp(FARTHEST * sigma)
    is_fraction = one.unit == "1" and one.value < 1 and one.spread.get("high", math.inf) <= 1
    high = min(one.value * reach, 1.0) if is_fraction else one.value * reach
    return Prior(name, one.unit, one.value, sigma, one.value / reach, high, "log")
