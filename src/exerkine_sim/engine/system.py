"""What the engine integrates: symbols and expressions, and the functions compiled from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import sympy

from .expression import Larger, Positive, Smaller, derivatives, pairwise

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class System:
    """An autonomous initial value problem ``y' = f(y, p, u)`` with piecewise-constant ``u``.

    Parameters
    ----------
    states, constants, inputs : tuple of sympy.Symbol
        The vectors ``y`` (n_states,), ``p`` (n_constants,) and ``u`` (n_inputs,), in order.
    rates : tuple of sympy.Expr
        ``f``, per hour.
    guess : tuple of sympy.Expr
        Start of the steady-state search, in terms of the constants.
    scale_of : tuple of int, optional
        For each state, the one on whose resting value its error is judged; itself when left out. A state
        that is judged on another's is a derivative: it may take either sign.
    observables : tuple of sympy.Expr
        What can be measured on the way, in terms of states and constants.
    """

    states: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Symbol, ...]
    inputs: tuple[sympy.Symbol, ...]
    rates: tuple[sympy.Expr, ...]
    guess: tuple[sympy.Expr, ...]
    scale_of: tuple[int, ...] | None = None
    observables: tuple[sympy.Expr, ...] = ()

    @cached_property
    def rhs(self) -> Callable[[Sequence[float], Sequence[float], Sequence[float]], list[float]]:
        """Right-hand side ``f(y, p, u)``, sequences of floats in, list of floats out."""
        return _scalar_function([self.states, self.constants, self.inputs], list(self.rates))

    @cached_property
    def _jacobian_entries(self) -> tuple[Array, Array, Callable[..., list[float]]]:
        plain, rates = _plain([self.states, self.constants, self.inputs], self.rates)
        symbols, places, entries = [rate.free_symbols for rate in rates], [], []
        for column, symbol in enumerate(plain[0]):
            dependent = [row for row, found in enumerate(symbols) if symbol in found]
            places += [(row, column) for row in dependent]
            entries += derivatives([rates[row] for row in dependent], {symbol: sympy.Integer(1)})
        rows, columns = np.array(places, dtype=int).reshape(-1, 2).T
        return rows, columns, _compiled(plain, entries, SCALAR)

    def jacobian(self, y: Sequence[float], p: Sequence[float], u: Sequence[float]) -> Array:
        """Return ``df/dy``, shape (n_states, n_states)."""
        rows, columns, function = self._jacobian_entries
        matrix = np.zeros((len(self.states), len(self.states)))
        matrix[rows, columns] = function(y, p, u)
        return matrix

    def initial_guess(self, p: Sequence[float]) -> Array:
        """Return the start of the steady-state search, shape (n_states,)."""
        return np.array(self._guess(p), dtype=float)

    @cached_property
    def _guess(self) -> Callable[..., list[float]]:
        return _scalar_function([self.constants], list(self.guess))


def array_function(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> Callable:
    """Compile expressions to a function of lists of NumPy arrays; every symbol may be an array."""
    return _compiled(*_plain(arguments, expressions), ARRAY)


def _scalar_function(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> Callable:
    return _compiled(*_plain(arguments, expressions), SCALAR)


FORMS = (Larger.__name__, Smaller.__name__, Positive.__name__)
SCALAR: list[Any] = [dict(zip(FORMS, (max, min, lambda x: 1.0 if x > 0.0 else 0.0), strict=True)), math]
ARRAY: list[Any] = [
    dict(zip(FORMS, (np.maximum, np.minimum, lambda x: np.where(x > 0.0, 1.0, 0.0)), strict=True)),
    "numpy",
]


def _plain(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> tuple[list[list[sympy.Symbol]], list[sympy.Expr]]:
    """Return arguments as plain identifiers and the expressions in terms of them.

    lambdify would rename dotted symbols itself, one at a time through every expression, and each pass would
    rebuild every Max; that is three quarters of its time.
    """
    plain = [[sympy.Symbol(f"v{g}_{i}") for i in range(len(group))] for g, group in enumerate(arguments)]
    names = dict(zip(chain(*arguments), chain(*plain), strict=True))
    return plain, [pairwise(expression, names) for expression in expressions]


def _compiled(
    arguments: list[list[sympy.Symbol]], expressions: list[sympy.Expr], modules: list[Any]
) -> Callable[..., list]:
    return sympy.lambdify(arguments, expressions, modules=modules, cse=True)
