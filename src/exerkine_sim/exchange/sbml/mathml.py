"""Expressions as MathML, every number as exact as it is.

Whole and half powers of up to 4 are products and roots, which many programs evaluate much faster than powers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import sympy

from ...errors import ModelError
from .names import CORE, MATHML, identifier

MAX_FACTORS = 4
TIME = "http://www.sbml.org/sbml/symbols/time"
FUNCTIONS = {sympy.Max: "max", sympy.Min: "min", sympy.log: "ln", sympy.exp: "exp", sympy.Abs: "abs"}
HALF = sympy.Rational(1, 2)


def unitless(_: Any) -> None:
    """Return None: no number has a unit."""


@dataclass(frozen=True)
class Notation:
    """How expressions are written.

    Parameters
    ----------
    unit : str, optional
        Unit definition that numbers in expressions refer to; they have no unit when left out.
    zero : callable
        Returns that of a zero, from the expression that it is compared with.
    """

    unit: str | None = None
    zero: Callable[[Any], str | None] = unitless

    def math(self, expression: Any) -> Element:
        """Return the ``math`` element of an expression.

        Raises
        ------
        ModelError
            For a function that SBML lacks, or a name without identifier.
        """
        return math(self._node(expression), with_units=self.unit is not None)

    def _node(self, expression: Any) -> Element:
        if expression.is_Symbol:
            return _leaf("ci", identifier(expression.name))
        if expression.is_Number:
            return number(expression, unit=self.unit)
        if expression.is_Pow:
            return self._power(expression.base, expression.exp)
        if expression.is_Mul:
            return self._quotient(expression.args)
        if expression.is_Add:
            return _apply("plus", map(self._node, expression.args))
        if expression.func not in FUNCTIONS:
            raise ModelError(
                f"the function '{expression.func}' cannot be written as SBML",
                expected="arithmetic, " + ", ".join(FUNCTIONS.values()),
            )
        return _apply(FUNCTIONS[expression.func], self._compared(expression.args))

    def _compared(self, parts: Sequence[Any]) -> list[Element]:
        """Return the arguments of a function; a zero has the unit of what it stands beside."""
        beside = next((part for part in parts if part != 0), None)
        return [number(part, unit=self.zero(beside)) if part == 0 else self._node(part) for part in parts]

    def _power(self, base: Any, exponent: Any) -> Element:
        if exponent.is_negative:
            return _apply("divide", [self._one(), self._node(base**-exponent)])
        if exponent == HALF:
            return _apply("root", [self._node(base)])
        whole = int(exponent) if exponent.is_number else MAX_FACTORS + 1
        # A root of a product would not come back as the power that it was.
        apart = base.is_Mul and exponent != whole
        if whole > MAX_FACTORS or exponent - whole not in (0, HALF) or apart:
            return _apply("power", [self._node(base), self._node(exponent)])
        roots = [_apply("root", [self._node(base)])] * (exponent != whole)
        return _apply("times", [*(self._node(base) for _ in range(whole)), *roots])

    def _quotient(self, factors: Sequence[Any]) -> Element:
        """Return a product with everything of negative exponent below one fraction bar."""
        below = [self._node(1 / one) for one in factors if _is_below(one)]
        above = [one for one in factors if not _is_below(one)]
        minus = above[:1] == [sympy.S.NegativeOne]
        parts = [self._node(one) for one in (above[1:] if minus else above)]
        product = _product(parts or [self._one()])
        quotient = _apply("divide", [product, _product(below)]) if below else product
        return _apply("minus", [quotient]) if minus else quotient

    def _one(self) -> Element:
        return number(sympy.S.One, unit=self.unit)


def math(content: Element, *, with_units: bool) -> Element:
    """Return the ``math`` element around what it holds."""
    element = Element("math", {"xmlns": MATHML} | ({"xmlns:sbml": CORE} if with_units else {}))
    element.append(content)
    return element


def reached(time: float, *, unit: str | None) -> Element:
    """Return the condition that a time is reached."""
    clock = _leaf("csymbol", "time", {"encoding": "text", "definitionURL": TIME})
    return _apply("geq", [clock, number(time, unit=unit)])


def number(value: Any, *, unit: str | None = None) -> Element:
    """Return a number, a sympy one or a float, with every digit it has.

    Examples
    --------
    >>> [one.text for one in (number(0.1 + 0.2), number(sympy.Integer(2)), number(1e-12))]
    ['0.30000000000000004', '2', '1']
    """
    attributes = {} if unit is None else {"sbml:units": unit}
    if isinstance(value, sympy.Integer):
        return _leaf("cn", str(value), attributes | {"type": "integer"})
    if isinstance(value, sympy.Rational):
        return _pair(str(value.p), str(value.q), attributes | {"type": "rational"})
    mantissa, sign, exponent = repr(float(value)).partition("e")
    if not sign:
        return _leaf("cn", mantissa, attributes)
    return _pair(mantissa, str(int(exponent)), attributes | {"type": "e-notation"})


def _is_below(factor: Any) -> bool:
    return factor.is_Pow and bool(factor.exp.is_negative)


def _product(parts: Sequence[Element]) -> Element:
    return parts[0] if len(parts) == 1 else _apply("times", parts)


def _apply(operator: str, parts: Iterable[Element]) -> Element:
    element = Element("apply")
    SubElement(element, operator)
    element.extend(parts)
    return element


def _leaf(tag: str, text: str, attributes: dict[str, str] | None = None) -> Element:
    element = Element(tag, attributes or {})
    element.text = text
    return element


def _pair(first: str, second: str, attributes: dict[str, str]) -> Element:
    element = _leaf("cn", first, attributes)
    SubElement(element, "sep").tail = second
    return element
