"""What is believed of a number before any trial speaks: its published value and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..errors import ParameterError
from ..parameters import Parameter, ParameterSet
from .draw import sigma_ln

Scale = Literal["log", "linear"]
# Of its value: how near to 0 a number comes. Slopes are of relative changes, which nearer still drown in the
# noise of the solver.
NEAREST_ZERO = 1e-3


@dataclass(frozen=True, slots=True)
class Prior:
    """A normal belief about one parameter, or about its logarithm, within bounds.

    What is believed is said in `x`, standard deviations from the value: it is standard normal.

    Parameters
    ----------
    name, unit : str
        Of the parameter; the numbers are in this unit.
    value : float
        The middle.
    sigma : float
        Standard deviation: of the natural logarithm, or on a linear scale in `unit`.
    low, high : float
        Values that are not left.
    scale : {"log", "linear"}
        Linear where the published range begins at 0, which has no logarithm.
    """

    name: str
    unit: str
    value: float
    sigma: float
    low: float
    high: float
    scale: Scale

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
        >>> belief.low, belief.value, belief.high, round(belief.sigma, 3)
        (55.0, 80.0, 90.0, 0.123)
        >>> Prior.of("il6.training_relief", load_parameters()).scale  # from 0 to 0.35
        'linear'
        """
        parameter = parameters[name]
        middle = parameter.value if value is None else value
        if not middle > 0:
            _refuse(name, f"its value is {middle:g}", "a positive value: draws and slopes are relative to it")
        sigma, low, high, scale = _spread(parameter, middle, parameters)
        if not sigma > 0:
            _refuse(name, f"its {parameter.spread['kind']} has no width", "a spread around the value")
        if not low <= middle <= high:
            _refuse(name, f"{middle:g} is outside {low:g} to {high:g}", "a value within its spread")
        return cls(name, parameter.unit, middle, sigma, low, high, scale)

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the largest x."""
        return self.score(self.low), self.score(self.high)

    def score(self, value: float) -> float:
        """Return the x of a positive value."""
        away = math.log(value / self.value) if self.scale == "log" else value - self.value
        return away / self.sigma

    def at(self, x: float) -> float:
        """Return the value at `x`, or the bound that it lies beyond.

        Examples
        --------
        >>> from exerkine_sim.parameters import load_parameters
        >>> belief = Prior.of("il6.training_relief", load_parameters())
        >>> belief.at(0.0), belief.at(-1.0), belief.at(4.0)
        (0.25, 0.1625, 0.35)
        """
        away = x * self.sigma
        value = self.value * math.exp(away) if self.scale == "log" else self.value + away
        return min(max(value, self.low), self.high)

    def each(self, scores: np.ndarray) -> np.ndarray:
        """Return the value at each x, shape (n,): the bits of :meth:`at`, in a third of the time.

        Examples
        --------
        >>> from exerkine_sim.parameters import load_parameters
        >>> belief = Prior.of("il6.pool_time", load_parameters())
        >>> belief.each(np.array([-9.0, 0.0, 9.0])).tolist()
        [55.0, 80.0, 90.0]
        """
        away = scores * self.sigma
        if self.scale == "log":
            # One at a time: vectorised functions may round by a number's place in the vector.
            values = self.value * np.array([*map(math.exp, away.tolist())])
        else:
            values = self.value + away
        return np.clip(values, self.low, self.high)

    def slope_ln(self, x: float) -> float:
        """Return d ln value / dx at `x`."""
        return self.sigma if self.scale == "log" else self.sigma / self.at(x)


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


def _spread(
    parameter: Parameter, middle: float, parameters: ParameterSet
) -> tuple[float, float, float, Scale]:
    """Return standard deviation, bounds, and the scale of the former."""
    reach, range_width = (parameters[f"uncertainty.{name}"].to("1") for name in ("reach", "range_width"))
    spread = dict(parameter.spread)
    kind = spread.pop("kind")
    if kind == "none":
        _refuse(parameter.name, "no known spread", "a spread, from which its bounds follow")
    if kind == "range":
        low, high = float(spread["low"]), float(spread["high"])
        if low > 0:
            return math.log(high / low) / range_width, low, high, "log"
        return (high - low) / range_width, NEAREST_ZERO * middle, high, "linear"
    (width,) = spread.values()
    relative = width / middle if kind in ("sd", "se") else width
    sigma = width if kind == "sigma_ln" else sigma_ln(relative)
    factor = math.exp(reach * sigma)
    return sigma, middle / factor, middle * factor, "log"


def _refuse(name: str, given: str, expected: str) -> None:
    raise ParameterError(
        given, expected=expected, fix="leave it out of what is free, or give it a spread", field=name
    )
