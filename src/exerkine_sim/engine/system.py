"""What the engine integrates: symbols and expressions, and the functions compiled from them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import chain
from typing import Any, cast

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
        plain, rates = _plain([self.states, self.constants, self.inputs], self.rates)
        places, entries = [], []
        for row, rate in enumerate(rates):
            for column, symbol in enumerate(plain[0]):
                if symbol in rate.free_symbols:
                    places.append((row, column))
                    entries.append(sympy.diff(rate, symbol))
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


class Larger(sympy.Function):
    """The larger of two. Unlike sympy's own Max it asks no questions about its arguments, and is quick."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        """Derivative with respect to an argument: 1 where it is the larger."""
        a, b = cast(Any, self.args)
        return Positive(a - b) if argindex == 1 else Positive(b - a)


class Smaller(sympy.Function):
    """The smaller of two."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> Any:
        """Derivative with respect to an argument: 1 where it is the smaller."""
        a, b = cast(Any, self.args)
        return Positive(b - a) if argindex == 1 else Positive(a - b)


class Positive(sympy.Function):
    """1 above zero, else 0; at the kink nothing flows yet."""

    nargs = 1


SCALAR: list[Any] = [{"Larger": max, "Smaller": min, "Positive": lambda x: 1.0 if x > 0.0 else 0.0}, math]
ARRAY: list[Any] = [
    {"Larger": np.maximum, "Smaller": np.minimum, "Positive": lambda x: np.where(x > 0.0, 1.0, 0.0)},
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
    return plain, [_rebuilt(expression, names) for expression in expressions]


def _rebuilt(expression: Any, names: Mapping[sympy.Symbol, sympy.Symbol]) -> Any:
    if not expression.args:
        return names.get(expression, expression)
    parts = [_rebuilt(part, names) for part in expression.args]
    pairwise = {sympy.Max: Larger, sympy.Min: Smaller}.get(expression.func)
    return expression.func(*parts) if pairwise is None else reduce(pairwise, parts)


def _compiled(
    arguments: list[list[sympy.Symbol]], expressions: list[sympy.Expr], modules: list[Any]
) -> Callable[..., list]:
    return sympy.lambdify(arguments, expressions, modules=modules, cse=True)
