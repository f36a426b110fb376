"""Coefficients of the three-stage Radau IIA method, in the forms in which a step uses them.

With stage increments ``Z_i = Y_i - y`` a step of length h solves ``A^-1 Z = h f(y + Z)``; the last stage is
the new value, and the cubic through ``(0, 0), (c_i, Z_i)`` is the collocation polynomial.

References
----------
Hairer & Wanner, Solving Ordinary Differential Equations II, 2nd ed. (1996), IV.5, IV.8.
"""

from __future__ import annotations

from math import prod, sqrt

import numpy as np

S6 = sqrt(6.0)
NODES = ((4 - S6) / 10, (4 + S6) / 10, 1.0)
A = np.array(
    [
        [(88 - 7 * S6) / 360, (296 - 169 * S6) / 1800, (-2 + 3 * S6) / 225],
        [(296 + 169 * S6) / 1800, (88 + 7 * S6) / 360, (-2 - 3 * S6) / 225],
        [(16 - S6) / 36, (16 + S6) / 36, 1 / 9],
    ]
)
WEIGHTS = tuple(float(weight) for weight in A[2])
INVERSE = tuple(tuple(float(entry) for entry in row) for row in np.linalg.inv(A))

# Real eigenvalue of A^-1 (Hairer & Wanner IV.8): the error estimate is filtered by 1 / (GAMMA - h f').
GAMMA = 30.0 / (6.0 + 81.0 ** (1 / 3) - 9.0 ** (1 / 3))


# The complex pair of its eigenvalues is ALPHA +- i BETA.
_PAIR = max(np.linalg.eigvals(np.linalg.inv(A)), key=np.imag)
ALPHA, BETA = float(_PAIR.real), float(_PAIR.imag)


def divided_difference(nodes: tuple[float, ...]) -> tuple[float, ...]:
    """Return the weights of the divided difference of the highest order on some nodes.

    Examples
    --------
    >>> divided_difference((0.0, 1.0))
    (-1.0, 1.0)
    """
    return tuple(1.0 / prod(one - other for other in nodes if other is not one) for one in nodes)


# h^4 y''''/6 of a step: from the slope at its start, and from the stage increments (h f = A^-1 Z).
_AT_START, *_AT_STAGES = divided_difference((0.0, *NODES))
JUMP_START = _AT_START
JUMP_STAGES = tuple(float(one) for one in np.array(_AT_STAGES) @ np.array(INVERSE))
# Where in a step that fourth derivative is taken, as a fraction of it: the mean of the four nodes.
JUMP_AT = sum(NODES) / 4


def cubic(theta: object) -> tuple:
    """Return the weights of ``Z_1, Z_2, Z_3`` in the collocation polynomial at a fraction of the step.

    `theta` may be anything that adds and multiplies, so that the same formula serves numbers and code.
    """
    weights = []
    for one in NODES:
        first, second = (other for other in NODES if other is not one)
        scale = 1.0 / (one * (one - first) * (one - second))
        weights.append(theta * (theta - first) * (theta - second) * scale)  # type: ignore[operator]
    return tuple(weights)
