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
    """

    states: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Symbol, ...]
    inputs: tuple[sympy.Symbol, ...]
    rates: tuple[sympy.Expr, ...]
    guess: tuple[sympy.Expr, ...]

    @cached_property
    def rhs(self) -> Callable[[Sequence[float], Sequence[float], Sequence[float]], list[float]]:
        """Right-hand side ``f(y, p, u)``, sequences of floats in, list of floats out."""
        return _scalar_function([self.states, self.constants, self.inputs], list(self.rates))

    @cached_property
    def _jacobian_entries(self) -> tuple[Array, Array, Callable[..., list[float]]]:
        position = {symbol: column for column, symbol in enumerate(self.states)}
        places, entries = [], []
        for row, rate in enumerate(self.rates):
            for column in sorted(position[symbol] for symbol in self.states if symbol in rate.free_symbols):
                places.append((row, column))
                entries.append(sympy.diff(rate, self.states[column]))
        rows, columns = np.array(places, dtype=int).reshape(-1, 2).T
        return rows, columns, _scalar_function([self.states, self.constants, self.inputs], entries)

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
    return _compiled(arguments, expressions, "numpy")


def _scalar_function(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> Callable:
    return _compiled(arguments, expressions, [{"Heaviside": _step}, math])


def _compiled(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr], modules: Any
) -> Callable[..., list]:
    """Compile after renaming every symbol to a plain identifier.

    lambdify would do so itself for dotted names, one symbol at a time through every expression: that is
    three quarters of its time.
    """
    plain = [[sympy.Symbol(f"v{g}_{i}") for i in range(len(group))] for g, group in enumerate(arguments)]
    names = dict(zip(chain(*arguments), chain(*plain), strict=True))
    renamed = [expression.xreplace(names) for expression in expressions]
    return sympy.lambdify(plain, renamed, modules=modules, cse=True)


def _step(x: float, _at_zero: float = 0.0) -> float:
    """Derivative of ``max(x, 0)``; 0 at the kink, where nothing flows yet."""
    return 1.0 if x > 0.0 else 0.0
