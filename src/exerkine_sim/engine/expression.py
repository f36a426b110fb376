"""Expressions as the engine takes them: Max and Min of two at a time, derivatives taken node by node.

Reference: Griewank & Walther, Evaluating Derivatives (2008), ch. 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, cast

import sympy

from ..errors import ModelError

ZERO = sympy.S.Zero
SMALLEST = sympy.Float(1e-300)


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

    def fdiff(self, argindex: int = 1) -> Any:  # noqa: ARG002
        """Derivative with respect to the argument: 0, on both sides of the step."""
        return ZERO


DIFFERENTIABLE = (sympy.exp, sympy.log, Larger, Smaller, Positive)


def pairwise(expression: Any, names: Mapping[sympy.Symbol, sympy.Symbol]) -> Any:
    """Return an expression with its symbols renamed, and every Max and Min taken two at a time.

    Examples
    --------
    >>> a, b, c = sympy.symbols("a b c", real=True)
    >>> pairwise(sympy.Min(a, c), {c: b})
    Smaller(a, b)
    """
    if not expression.args:
        return names.get(expression, expression)
    parts = [pairwise(part, names) for part in expression.args]
    of_two = {sympy.Max: Larger, sympy.Min: Smaller}.get(expression.func)
    return expression.func(*parts) if of_two is None else reduce(of_two, parts)


def derivatives(
    expressions: Iterable[sympy.Expr],
    direction: Mapping[sympy.Symbol, sympy.Expr],
    *,
    varying: Iterable[sympy.Symbol] = (),
) -> list[sympy.Expr]:
    """Return the derivative of each expression along a direction.

    What expressions share is differentiated once, and nothing is expanded or simplified: a derivative is a
    few times the size of its expression, however many symbols move.

    Parameters
    ----------
    expressions : iterable of sympy.Expr
        Max and Min in their pairwise forms; at a kink the derivative is that of the flat side.
    direction : mapping of sympy.Symbol to sympy.Expr
        What each symbol's derivative is; symbols that are not named are held.
    varying : iterable of sympy.Symbol, optional
        Symbols that change most often. Factors free of them are differentiated as one, so that an engine
        can compute that derivative once.

    Raises
    ------
    ModelError
        For a function whose derivative is not known.

    Examples
    --------
    >>> y, k, s = sympy.symbols("y k s", real=True)
    >>> derivatives([k * y**2, Larger(y, k)], {y: s})
    [2*k*s*y, s*Positive(-k + y)]
    """
    rule = _Derivative(direction, varying)
    return [rule(expression) for expression in expressions]


class _Derivative:
    def __init__(self, direction: Mapping[sympy.Symbol, sympy.Expr], varying: Iterable[sympy.Symbol]) -> None:
        self._known: dict[Any, Any] = dict(direction)
        self._varying: dict[Any, bool] = dict.fromkeys(varying, True)

    def __call__(self, expression: Any) -> Any:
        found = self._known.get(expression)
        if found is None:
            found = self._known[expression] = self._derived(expression)
        return found

    def _derived(self, expression: Any) -> Any:
        slopes = [self(argument) for argument in expression.args]
        if all(slope is ZERO for slope in slopes):
            return ZERO
        if expression.is_Add:
            return sympy.Add(*slopes)
        if expression.is_Mul:
            return self._product(expression.args, slopes)
        if expression.is_Pow:
            return self._power(*expression.args)
        if isinstance(expression, sympy.Abs):  # what sympy makes of the root of a square
            return self(Larger(expression.args[0], -expression.args[0]))
        if not isinstance(expression, DIFFERENTIABLE):
            raise ModelError(
                f"no derivative is known of {expression.func}",
                expected="sums, products, powers, exp, log, Max and Min",
                fix="write the equation with these, so that nothing in it jumps",
            )
        return sympy.Add(*(expression.fdiff(place) * slope for place, slope in enumerate(slopes, start=1)))

    def _product(self, factors: Sequence[Any], slopes: Sequence[Any]) -> Any:
        pairs = list(zip(factors, slopes, strict=True))
        often = [pair for pair in pairs if self._varies(pair[0])]
        seldom = [pair for pair in pairs if not self._varies(pair[0])]
        return _leibniz(seldom) * _factors(often) + _factors(seldom) * _leibniz(often)

    def _power(self, base: Any, exponent: Any) -> Any:
        # Where a base of 0 stays put, as an input of rest does, a root's slope is 0 and not 0 times infinity.
        tame = exponent.is_Integer or (exponent.is_Number and exponent >= 1)
        above_zero = base if tame else Larger(base, SMALLEST)
        slope = exponent * above_zero ** (exponent - 1) * self(base)
        if self(exponent) is ZERO:
            return slope
        return slope + base**exponent * sympy.log(above_zero) * self(exponent)

    def _varies(self, expression: Any) -> bool:
        found = self._varying.get(expression)
        if found is None:
            found = self._varying[expression] = any(self._varies(part) for part in expression.args)
        return found


def _leibniz(pairs: Sequence[tuple[Any, Any]]) -> Any:
    """Return the derivative of a product, given each factor with its own derivative."""
    terms = [(*pairs[:place], (slope, ZERO), *pairs[place + 1 :]) for place, (_, slope) in enumerate(pairs)]
    return sympy.Add(*(_factors(term) for term in terms))


def _factors(pairs: Sequence[tuple[Any, Any]]) -> Any:
    return sympy.Mul(*(factor for factor, _ in pairs))
