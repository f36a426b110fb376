"""What is believed of a number before any trial speaks: its published value and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..errors import ParameterError
from ..parameters import Parameter, ParameterSet


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
    def of(cls, name: str, parameters: ParameterSet, *, value: float | None = None) -> Prior:
        """Read a parameter's own value and spread as a belief, as ``params/uncertainty.toml`` says.

        Parameters
        ----------
        name : str
        parameters : ParameterSet
        value : float, optional
            The published value in the parameter's unit, where the parameter holds another by now.

        Raises
        ------
        ParameterError
            When it has no spread, or is not positive, so that nothing bounds it.

        Examples
        --------
        >>> from exerkine_sim.parameters import load_parameters
        >>> belief = Prior.of("il6.pool_time", load_parameters())
        >>> belief.low, belief.value, belief.high, round(belief.sigma_ln, 3)
        (55.0, 80.0, 90.0, 0.123)
        """
        parameter = parameters[name]
        middle = parameter.value if value is None else value
        if not middle > 0:
            _refuse(name, f"value = {middle:g}", "a positive value: what is believed is of its logarithm")
        sigma, low, high = _spread(parameter, middle, parameters)
        if not (sigma > 0 and low <= middle <= high):
            _refuse(name, f"{middle:g} within {low:g} to {high:g}", "a spread around the value")
        return cls(name, parameter.unit, middle, sigma, low, high)

    @property
    def ends(self) -> tuple[float, float]:
        """The bounds in standard deviations of the logarithm from the value."""
        low, high = (math.log(edge / self.value) / self.sigma_ln for edge in (self.low, self.high))
        return low, high


def priors_of(
    names: Iterable[str], parameters: ParameterSet, *, published: Mapping[str, float] | None = None
) -> tuple[dict[str, Prior], dict[str, str]]:
    """Return the beliefs about some parameters, and of which there is none and why.

    Parameters
    ----------
    names : iterable of str
    parameters : ParameterSet
    published : mapping of str to float, optional
        Values in the middle, in the parameters' units, where they are not those of `parameters`.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> priors_of(["il6.age_release_switch"], load_parameters())
    ({}, {'il6.age_release_switch': 'no known spread'})
    """
    found, without = {}, {}
    published = {} if published is None else published
    for name in names:
        try:
            found[name] = Prior.of(name, parameters, value=published.get(name))
        except ParameterError as error:
            if error.field != name:
                raise  # not about this number: there is no such one, or no way to read it
            without[name] = error.given
    return found, without


def _spread(parameter: Parameter, middle: float, parameters: ParameterSet) -> tuple[float, float, float]:
    """Return standard deviation of the logarithm, and bounds."""
    reach, range_width = (parameters[f"uncertainty.{name}"].to("1") for name in ("reach", "range_width"))
    spread = dict(parameter.spread)
    kind = spread.pop("kind")
    if kind == "none":
        _refuse(parameter.name, "no known spread", "a spread, from which its bounds follow")
    if kind == "range":
        low, high = float(spread["low"]), float(spread["high"])
        if low > 0:
            return math.log(high / low) / range_width, low, high
        sigma = 2 * math.log(high / middle) / range_width
        return sigma, middle * math.exp(-reach * sigma), high
    (width,) = spread.values()
    relative = width / middle if kind in ("sd", "se") else width
    sigma = width if kind == "sigma_ln" else math.sqrt(math.log1p(relative**2))
    factor = math.exp(reach * sigma)
    return sigma, middle / factor, middle * factor


def _refuse(name: str, given: str, expected: str) -> None:
    raise ParameterError(
        given, expected=expected, fix="leave it out of what is free, or give it a spread", field=name
    )
