"""What is believed of a parameter before any trial speaks: its published value and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from ..errors import ParameterError, nearest
from ..model import Model
from ..parameters import Parameter, ParameterSet

# A published range is read as two standard deviations to either side; other spreads bound at three.
RANGE_SDS, BOUND_SDS = 4.0, 3.0
WILD = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Prior:
    """A log-normal belief about one parameter, within bounds.

    Parameters
    ----------
    name, unit : str
        Of the parameter; the numbers are in this unit.
    value : float
        The middle.
    sigma_ln : float
        Standard deviation of the natural logarithm.
    low, high : float
        Values that are not left.
    """

    name: str
    unit: str
    value: float
    sigma_ln: float
    low: float
    high: float

    @classmethod
    def of(cls, parameter: Parameter, *, value: float | None = None) -> Prior:
        """Read a parameter's own value and spread as a belief.

        Parameters
        ----------
        parameter : Parameter
        value : float, optional
            The published value in the parameter's unit, where the parameter holds another by now.

        Raises
        ------
        ParameterError
            When it has no spread, or is not positive, so that nothing bounds it.

        Examples
        --------
        >>> from exerkine_sim.parameters import load_parameters
        >>> belief = Prior.of(load_parameters()["il6.pool_time"])
        >>> belief.low, belief.value, belief.high, round(belief.sigma_ln, 3)
        (55.0, 80.0, 90.0, 0.123)
        """
        middle = parameter.value if value is None else value
        if not middle > 0:
            _refuse(parameter.name, f"value = {middle:g}", "a positive value: fits are in its logarithm")
        sigma, low, high = _spread(parameter, middle)
        if not (sigma > 0 and low <= middle <= high):
            _refuse(parameter.name, f"{middle:g} within {low:g} to {high:g}", "a spread around the value")
        return cls(parameter.name, parameter.unit, middle, sigma, low, high)


def priors_of(
    free: Sequence[str], *, parameters: ParameterSet, model: Model, published: Mapping[str, float]
) -> tuple[tuple[Prior, ...], Mapping[str, str]]:
    """Return what is to be fitted, and what of it is held and why.

    Parameters
    ----------
    free : sequence of str
        Names of parameters of the equations, or patterns such as ``"il6.*"``. What a pattern finds and
        cannot be fitted is held; what is named and cannot is refused.
    parameters, model : ParameterSet, Model
    published : mapping of str to float
        Values to be pulled towards, in the parameters' units, where they are not those of `parameters`.

    Raises
    ------
    ParameterError
        For a name or pattern that finds nothing, and for a name that cannot be fitted.
    """
    found: dict[str, Prior] = {}
    held: dict[str, str] = {}
    for pattern in free:
        for name in _matching(pattern, model):
            try:
                found[name] = Prior.of(parameters[name], value=published.get(name))
            except ParameterError as error:
                if not WILD & set(pattern):
                    raise
                held[name] = error.given
    strange = set(published) - set(found)
    if strange:
        raise ParameterError(
            f"a published value of '{min(strange)}', which is not free", fix=nearest(min(strange), found)
        )
    return tuple(found.values()), MappingProxyType(held)


def _matching(pattern: str, model: Model) -> list[str]:
    names = [name for name in model.parameters if fnmatchcase(name, pattern)]
    if not names:
        raise ParameterError(
            f"'{pattern[:60]}' is no parameter of the equations",
            expected="a name such as il6.clearance, or a pattern such as il6.*",
            fix=nearest(pattern, model.parameters),
            field="free",
        )
    return names


def _spread(parameter: Parameter, middle: float) -> tuple[float, float, float]:
    """Return standard deviation of the logarithm, and bounds."""
    spread = dict(parameter.spread)
    kind = spread.pop("kind")
    if kind == "none":
        _refuse(parameter.name, "no known spread", "a spread, from which its bounds follow")
    if kind == "range":
        low, high = float(spread["low"]), float(spread["high"])
        if low > 0:
            return math.log(high / low) / RANGE_SDS, low, high
        sigma = 2 * math.log(high / middle) / RANGE_SDS
        return sigma, middle * math.exp(-BOUND_SDS * sigma), high
    (width,) = spread.values()
    relative = width / middle if kind in ("sd", "se") else width
    sigma = width if kind == "sigma_ln" else math.sqrt(math.log1p(relative**2))
    reach = math.exp(BOUND_SDS * sigma)
    return sigma, middle / reach, middle * reach


def _refuse(name: str, given: str, expected: str) -> None:
    raise ParameterError(
        given, expected=expected, fix="leave it out of what is free, or give it a spread", field=name
    )
