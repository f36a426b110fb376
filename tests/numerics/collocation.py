"""Three-stage Radau IIA made anew from its nodes, and what the kernel's quick logarithms say."""

from __future__ import annotations

import numpy as np

Array = np.ndarray

NODES = np.sort([*np.roots([10, -8, 1]), 1.0])  # of x -> x^2 (x - 1)^3 differentiated twice
_POWERS = np.arange(1, 4)
A = NODES[:, None] ** _POWERS / _POWERS @ np.linalg.inv(NODES[:, None] ** (_POWERS - 1))
INVERSE = np.linalg.inv(A)
GAMMA = next(float(one.real) for one in np.linalg.eigvals(INVERSE) if abs(one.imag) < 1e-9)
# Weights of h f at the start and the stages in h^4 y''''/6: its third divided difference.
_FOUR = np.array([0.0, *NODES])
FOURTH = 1 / (_FOUR[:, None] - _FOUR + np.eye(4)).prod(axis=1)
MIDDLE = _FOUR.mean()  # where in a step that derivative is


def passed_through(values: Array, theta: Array | float) -> Array:
    """Return the cubic through values at the start and the stages, (4, ...), at shares of the step."""
    powers = np.linalg.solve(_FOUR[:, None] ** np.arange(4), values)
    return np.power.outer(theta, np.arange(4)) @ powers


def power_of_two(x: Array | float) -> Array:
    """Return 2 to the x, straight from one whole power to the next."""
    return 2.0 ** np.floor(x) * (1 + x - np.floor(x))


def binary_logarithm(x: Array | float) -> Array:
    """Return its inverse; that of 0 is -1023, as its bits say."""
    mantissa, exponent = np.frexp(np.abs(x))
    return np.where(x == 0, -1023.0, exponent + 2 * mantissa - 2)
