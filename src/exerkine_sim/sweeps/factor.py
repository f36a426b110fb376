"""What varies in a sweep, and the values it takes: each a function of one number within (0, 1)."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..errors import InputError
from ..uncertainty import Prior, log_normal, normal

MOST_VALUES, MOST_STEPS = 100_000, 10_000
Value = float | bool | str


class Distribution(Protocol):
    """What turns numbers within (0, 1) into values."""

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return a value for each number, shape (n,); each depends on its own number alone."""
        ...

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        ...


def plain(value: Any) -> Any:
    """Return a number as float, whatever kind it is of; NaN and infinity as None, which nothing can be.

    Examples
    --------
    >>> [plain(value) for value in (1, np.float64(2.5), True, "male", math.inf)]
    [1.0, 2.5, True, 'male', None]
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) if abs(value) <= sys.float_info.max else None


def _numbers(distribution: object, *names: str) -> None:
    """Make fields floats, or refuse what is no finite number."""
    for name in names:
        given = getattr(distribution, name)
        number = plain(given)
        if not isinstance(number, float):
            raise InputError(f"{name} = {str(given)[:40]}", expected="a finite number", field=name)
        object.__setattr__(distribution, name, number)


@dataclass(frozen=True, slots=True)
class Range:
    """Every value from `low` to `high` alike, or every ratio on a ``log`` scale.

    Examples
    --------
    >>> Range(1.0, 100.0, scale="log").at(np.array([0.5])).round(6).tolist()
    [10.0]
    """

    low: float
    high: float
    scale: str = "linear"

    def __post_init__(self) -> None:
        _numbers(self, "low", "high")
        if self.scale not in ("linear", "log"):
            raise InputError(f"scale = {self.scale!r}", expected="linear or log", field="scale")
        if not (self.low < self.high and math.isfinite(self.high - self.low)):
            raise InputError(f"{self.low:g} to {self.high:g}", expected="low below high", field="low")
        if self.scale == "log" and not self.low > 0:
            raise InputError(f"low = {self.low:g} on a log scale", expected="above 0", field="low")

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return the value that lies as far from `low` to `high` as each number says."""
        if self.scale == "linear":
            return self.low + (self.high - self.low) * uniforms
        start, width = math.log(self.low), math.log(self.high / self.low)
        # One at a time: vectorised functions may round by a number's place in the vector.
        return np.array([math.exp(start + width * one) for one in uniforms.tolist()])

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        return {"low": self.low, "high": self.high, "scale": self.scale}


@dataclass(frozen=True, slots=True)
class Values:
    """Some values, each as likely as the others.

    Examples
    --------
    >>> Values((20.0, 40.0, 60.0)).at(np.array([0.1, 0.5, 0.9])).tolist()
    [20.0, 40.0, 60.0]
    """

    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(map(plain, self.values)))
        kinds = {type(one) for one in self.values}
        if not 0 < len(self.values) <= MOST_VALUES or len(kinds) != 1 or not kinds <= {float, bool, str}:
            raise InputError(
                f"values = {str(list(self.values[:9]))[:60]}",
                expected=f"1 to {MOST_VALUES:,} finite numbers, or true and false, or words",
                fix="give values of one kind",
                field="values",
            )

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return the value in whose share of (0, 1) each number lies."""
        last = len(self.values) - 1
        kind = object if isinstance(self.values[0], str) else None
        places = np.minimum((uniforms * len(self.values)).astype(int), last)
        return np.array(self.values, dtype=kind)[places]

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        return {"values": list(self.values)}


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal distribution that ends at three standard deviations."""

    mean: float
    sd: float

    def __post_init__(self) -> None:
        _numbers(self, "mean", "sd")
        if not self.sd > 0:
            raise InputError(f"mean = {self.mean:g}, sd = {self.sd:g}", expected="sd above 0", field="sd")

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return the value below which each number's share of the distribution lies."""
        return self.mean + self.sd * normal(uniforms)

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        return {"mean": self.mean, "sd": self.sd}


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A log-normal distribution that ends at three standard deviations of the logarithm."""

    median: float
    sigma_ln: float

    def __post_init__(self) -> None:
        _numbers(self, "median", "sigma_ln")
        if not (self.median > 0 and 0 < self.sigma_ln <= 3):
            given = f"median = {self.median:g}, sigma_ln = {self.sigma_ln:g}"
            raise InputError(given, expected="median above 0, sigma_ln above 0, at most 3", field="sigma_ln")

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return the value below which each number's share of the distribution lies."""
        return self.median * log_normal(uniforms, self.sigma_ln)

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        return {"median": self.median, "sigma_ln": self.sigma_ln}


@dataclass(frozen=True, slots=True)
class Published:
    """What is believed of a parameter: its value and spread, as ``params/uncertainty.toml`` reads them."""

    prior: Prior

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return the value below which each number's share of the belief lies."""
        low, high = self.prior.ends
        return self.prior.each(normal(uniforms, low=low, high=high))

    def table(self) -> dict[str, Any]:
        """Return it as a design file writes it."""
        return {"spread": "published"}


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that varies.

    Parameters
    ----------
    name : str
        A parameter (``il6.clearance``), a field of the person (``subject.age_y``) or a feature of the plan
        (``plan.duration``).
    distribution : Distribution
    unit : str
        Of the values; empty where there is none.
    """

    name: str
    distribution: Distribution
    unit: str = ""

    def at(self, uniforms: np.ndarray) -> np.ndarray:
        """Return a value for each number within (0, 1), shape (n,)."""
        return self.distribution.at(uniforms)


def spaced(low: float, high: float, *, steps: int, scale: str = "linear") -> Values:
    """Return values at equal distances, or ratios, from `low` to `high`, both included.

    Examples
    --------
    >>> spaced(1.0, 4.0, steps=3, scale="log").values
    (1.0, 2.0, 4.0)
    """
    if isinstance(steps, bool) or not 2 <= steps <= MOST_STEPS:
        raise InputError(f"steps = {steps}", expected=f"2 to {MOST_STEPS:,}", field="steps")
    inner = Range(low, high, scale).at(np.arange(1, steps - 1) / (steps - 1))
    return Values((float(low), *(float(f"{one:.12g}") for one in inner.tolist()), float(high)))
