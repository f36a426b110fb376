"""Functions of floats or arrays, compiled from expressions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, cast

import numpy as np
import sympy

from .expression import derivatives, pairwise
from .formula import FORMS


def array_function(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> Callable:
    """Compile expressions to a function of lists of NumPy arrays; every symbol may be an array."""
    return _compiled(*plain(arguments, expressions), ARRAY)


def scalar_function(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> Callable:
    """Compile expressions to a function of lists of floats."""
    return _compiled(*plain(arguments, expressions), SCALAR)


def jacobian_function(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> tuple[np.ndarray, np.ndarray, Callable[..., list[float]]]:
    """Return rows, columns and a function of the derivatives by the first arguments that may not be 0."""
    renamed, expressions = plain(arguments, expressions)
    symbols, places, entries = [expression.free_symbols for expression in expressions], [], []
    for column, symbol in enumerate(renamed[0]):
        dependent = [row for row, found in enumerate(symbols) if symbol in found]
        places += [(row, column) for row in dependent]
        entries += derivatives([expressions[row] for row in dependent], {symbol: sympy.Integer(1)})
    rows, columns = np.array(places, dtype=int).reshape(-1, 2).T
    return rows, columns, _compiled(renamed, entries, SCALAR)


SCALAR: list[Any] = [{"Larger": max, "Smaller": min, "Positive": lambda x: 1.0 if x > 0.0 else 0.0}, math]
ARRAY: list[Any] = [dict(FORMS), "numpy"]


def plain(
    arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]
) -> tuple[list[list[sympy.Symbol]], list[sympy.Expr]]:
    """Return arguments as plain identifiers and the expressions in terms of them.

    lambdify would rename dotted symbols itself, one at a time through every expression, and each pass would
    rebuild every Max; that is three quarters of its time.
    """
    renamed = [[sympy.Symbol(f"v{g}_{i}") for i in range(len(group))] for g, group in enumerate(arguments)]
    names = dict(zip(chain(*arguments), chain(*renamed), strict=True))
    return renamed, [pairwise(expression, names) for expression in expressions]


def shared(expressions: Sequence[sympy.Expr]) -> tuple[list[tuple[sympy.Symbol, Any]], list[Any]]:
    """Name what stands in several places, whole as it stands there: in a fraction of the time of sympy's own.

    Parameters
    ----------
    expressions : sequence of sympy.Expr
        Without symbols named ``x0``, ``x1`` ...

    Returns
    -------
    named : list of (sympy.Symbol, sympy.Expr)
        Each in terms of those before it.
    results : list of sympy.Expr
        The expressions in terms of the names.

    Examples
    --------
    >>> a, b = sympy.symbols("a b")
    >>> shared([(a + b) ** 2, sympy.exp(a + b) + a])
    ([(x0, a + b)], [x0**2, a + exp(x0)])
    """
    uses: Counter[Any] = Counter()

    def count(expression: Any) -> None:
        uses[expression] += 1
        if uses[expression] == 1:
            for part in expression.args:
                count(part)

    for expression in expressions:
        count(expression)
    named: list[tuple[sympy.Symbol, Any]] = []
    known: dict[Any, Any] = {}

    def told(expression: Any) -> Any:
        if not expression.args:
            return expression
        if expression not in known:
            found = expression.func(*map(told, expression.args), evaluate=False)
            if uses[expression] > 1:
                named.append((sympy.Symbol(f"x{len(named)}", real=True), found))
                found = named[-1][0]
            known[expression] = found
        return known[expression]

    return named, [told(expression) for expression in expressions]


def _compiled(
    arguments: list[list[sympy.Symbol]], expressions: list[sympy.Expr], modules: list[Any]
) -> Callable[..., list]:
    # Its annotation, unlike its documentation, knows no functions here.
    return sympy.lambdify(arguments, expressions, modules=modules, cse=cast(Any, shared))
