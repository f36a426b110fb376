"""Exact sensitivities: a System beside its own derivative along a direction in its constants.

With ``s = dy/dp . d`` for a direction ``d`` in the space of constants,

    y' = f(y, p, u)
    s' = (df/dy) s + (df/dp) d

`d` is data, appended to the constants, so that one compiled system serves every parameter: the direction
``p_k`` along constant `k` and 0 along the others makes `s` the derivative with respect to ``ln p_k``. At rest
both together settle at ``s = -(df/dy)^-1 (df/dp) d``, which is how the baseline itself moves.

Inputs are held: a constant acts through the equations alone. Rates are continuous across a kink of Max and
Min, so that `s` is continuous too; at the kink itself the derivative is that of the flat side, 0.

Reference: Maly & Petzold, Appl Numer Math 20 (1996), for solving both together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy

from .expression import derivatives, pairwise
from .system import Array, Deferred, Sizes, System


def variational(system: System) -> System:
    """Return the system of states and sensitivities, for a direction given with the constants.

    Parameters
    ----------
    system : System
        With n states and m constants.

    Returns
    -------
    System
        States ``(y, s)``, 2 n, each sensitivity judged on the scale of its state and in its unit; constants
        ``(p, d)``, 2 m, of which :func:`along` makes a row; the same inputs. Of a System that has a key
        nothing is differentiated until an expression is asked for.

    Raises
    ------
    ModelError
        For a function whose derivative is not known.

    Examples
    --------
    >>> y, k = sympy.symbols("y k", real=True)
    >>> turnover = System((y,), (k,), (), (2 - k * y,), (2 / k,))
    >>> variational(turnover).rates
    (-k*y + 2, -direction.k*y - k*sensitivity.y)
    """
    n, m, n_inputs, _ = system.sizes
    scale_of = (*range(n), *range(n))
    if system.key is None:
        return _made(system, scale_of)
    return Deferred(
        lambda: _made(system, scale_of),
        sizes=Sizes(2 * n, 2 * m, n_inputs, 0),
        key=f"{system.key} and its derivative",
        scale_of=scale_of,
    )


def _made(system: System, scale_of: tuple[int, ...]) -> System:
    direction = directions(system)
    rates = tuple(pairwise(rate, {}) for rate in system.rates)
    slopes = tuple(derivatives(rates, direction, varying=system.states))
    return System(
        states=(*system.states, *(direction[state] for state in system.states)),
        constants=(*system.constants, *(direction[constant] for constant in system.constants)),
        inputs=system.inputs,
        rates=rates + slopes,
        guess=system.guess + (sympy.Integer(0),) * len(system.states),
        scale_of=scale_of,
    )


def directions(system: System) -> dict[sympy.Symbol, sympy.Symbol]:
    """Return the symbol of the derivative of every state and of every constant."""
    states = {one: sympy.Symbol(f"sensitivity.{one.name}", real=True) for one in system.states}
    return states | {one: sympy.Symbol(f"direction.{one.name}", real=True) for one in system.constants}


def along(constants: Array, columns: Sequence[int] | Array) -> Array:
    """Append to each row of constants the direction along the logarithm of one of them.

    Parameters
    ----------
    constants : ndarray, shape (n_rows, n_constants)
    columns : sequence of int, length n_rows
        Position of the constant that each row is differentiated by.

    Returns
    -------
    ndarray, shape (n_rows, 2 n_constants)
        What :func:`variational` takes: ``p``, and ``dp / d ln p_k``.

    Examples
    --------
    >>> along(np.array([[2.0, 7.0], [2.0, 7.0]]), [0, 1]).tolist()
    [[2.0, 7.0, 2.0, 0.0], [2.0, 7.0, 0.0, 7.0]]
    """
    rows = np.arange(len(constants))
    direction = np.zeros_like(constants)
    direction[rows, columns] = constants[rows, columns]
    return np.hstack([constants, direction])
