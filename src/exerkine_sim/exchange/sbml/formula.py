"""MathML as expressions: a short list of operations, each built as it stands, nothing evaluated as text.

Numbers and powers are bounded, because sympy multiplies out what consists of numbers alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Sequence
from typing import Any
from xml.etree.ElementTree import Element

import sympy

from ...errors import InputError
from .names import MATHML, original

MAX_ELEMENTS = 5000  # nine times what the longest of the shipped model has
MAX_DIGITS = 15
MAX_BITS = 256  # of a number that a power makes
MAX_EXPONENT = 64
MAX_FLOAT_BITS = 1000
TAG = "{" + MATHML + "}"
_WHOLE = re.compile(rf"[+-]?\d{{1,{MAX_DIGITS}}}")
_MANTISSA = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})")
_REAL = re.compile(rf"{_MANTISSA.pattern}([eE][+-]?\d{{1,3}})?")
_INFINITE = (sympy.zoo, sympy.oo, -sympy.oo, sympy.nan)


def expression_of(formula: Element, known: Container[str]) -> Any:
    """Return the expression that a formula is.

    Parameters
    ----------
    formula : Element
        A ``math`` element.
    known : container of str
        Dotted names that may stand in it.

    Raises
    ------
    InputError
        For anything but arithmetic of known names and numbers of a reasonable size.
    """
    if formula.tag != f"{TAG}math" or len(formula) != 1:
        raise _refused("no single formula")
    if sum(1 for _ in formula.iter()) > MAX_ELEMENTS:
        raise _refused(f"more than {MAX_ELEMENTS} elements")
    return _Reader(known).read(formula[0])


def number_of(element: Element) -> Any:
    """Return the number in a ``cn`` element: whole, rational, or a float with every digit that stands there.

    Examples
    --------
    >>> from .mathml import number
    >>> number_of(number(0.1 + 0.2)) == sympy.Float(0.1 + 0.2)
    True
    """
    first = (element.text or "").strip()
    second = (element[0].tail or "").strip() if len(element) == 1 and element[0].tag == f"{TAG}sep" else None
    match element.get("type", "real"), second:
        case "integer", None if _WHOLE.fullmatch(first):
            return sympy.Integer(first)
        case "rational", str() if _WHOLE.fullmatch(first) and _WHOLE.fullmatch(second) and int(second):
            return sympy.Rational(int(first), int(second))
        case "real", None if _REAL.fullmatch(first):
            return _float(first)
        case "e-notation", str() if _MANTISSA.fullmatch(first) and _WHOLE.fullmatch(second):
            return _float(f"{first}e{second}")
    raise _refused(f"the number '{first[:40]}'")


class _Reader:
    def __init__(self, known: Container[str]) -> None:
        self._known = known

    def read(self, element: Element) -> Any:
        found = sympy.Mul(*self._factors(element))
        if found.is_number and (found in _INFINITE or found.has(sympy.I) or _is_beyond(found)):
            raise _refused("a number that is none, or beyond all others")
        return found

    def _factors(self, element: Element) -> list[Any]:
        """Return the factors of a product, so that it is put together at once and never multiplied out."""
        operator, parts = _operation(element)
        match operator, len(parts):
            case "times", _:
                return [factor for part in parts for factor in self._factors(part)]
            case "divide", 2:
                below = self._factors(parts[1])
                return [*self._factors(parts[0]), *(_power(one, sympy.S.NegativeOne) for one in below)]
            case "minus", 1:
                return [sympy.S.NegativeOne, *self._factors(parts[0])]
        return [self._whole(element, operator, parts)]

    def _whole(self, element: Element, operator: str, parts: Sequence[Element]) -> Any:
        if element.tag == f"{TAG}cn":
            return number_of(element)
        if element.tag == f"{TAG}ci":
            name = original((element.text or "").strip())
            if name not in self._known:
                raise _refused(f"the unknown name '{name[:60]}'")
            return sympy.Symbol(name, real=True)
        if operator == "root" and len(parts) == 2 and parts[0].tag == f"{TAG}degree":
            if len(parts[0]) != 1 or number_of(parts[0][0]) != 2:
                raise _refused("a root that is no square root")
            parts = parts[1:]
        if (operator, len(parts)) not in FIXED and operator not in FREE:
            raise _refused(f"'{operator or element.tag.rpartition('}')[2]}' of {len(parts)}"[:80])
        build = FIXED.get((operator, len(parts))) or FREE[operator]
        return build(*map(self.read, parts))


def _operation(element: Element) -> tuple[str, list[Element]]:
    if element.tag != f"{TAG}apply" or len(element) < 2:
        return "", []
    return element[0].tag.removeprefix(TAG), list(element[1:])


def _power(base: Any, exponent: Any) -> Any:
    if exponent.is_number:
        if not _is_small(exponent) or (exponent.is_Rational and exponent.q > MAX_EXPONENT):
            raise _refused(f"the exponent {exponent}"[:80])
        if base.is_number and (base.is_zero or (base.is_negative and not exponent.is_Integer)):
            raise _refused("a power that is no number")
        if _bits(base.as_coeff_Mul()[0]) * abs(exponent) > MAX_BITS:
            raise _refused("a power of a large number")
    return sympy.Pow(base, exponent)


def _exp(argument: Any) -> Any:
    logarithms = [
        one
        for term in sympy.Add.make_args(argument)
        for one in sympy.Mul.make_args(term)
        if isinstance(one, sympy.log)
    ]
    if logarithms or (argument.is_number and not _is_small(argument)):
        raise _refused("an exponential that is a power, or of a large number")
    return sympy.exp(argument)


def _log(argument: Any) -> Any:
    if argument.is_number and not (_is_small(argument) and argument.is_positive):
        raise _refused("the logarithm of a number that is none, or large")
    return sympy.log(argument)


def _is_small(number: Any) -> bool:
    return bool((number.is_Rational or number.is_Float) and abs(number) <= MAX_EXPONENT)


def _bits(number: Any) -> float:
    """Return how many binary digits a number has before or behind its point."""
    if number.is_Rational:
        return max(abs(number.p).bit_length() - 1, number.q.bit_length() - 1)
    return abs(math.log2(abs(number))) if number else 0.0


def _is_beyond(number: Any) -> bool:
    return (number.is_Float or number.is_Rational) and number != 0 and _bits(number) > MAX_FLOAT_BITS


def _float(text: str) -> Any:
    value = float(text)
    if value in (float("inf"), -float("inf")):
        raise _refused(f"the number '{text[:40]}'")
    return sympy.Float(value)


def _refused(what: str) -> InputError:
    listed = sorted({*FREE, *(operator for operator, _ in FIXED), "times", "divide"})
    return InputError(
        f"{what} in a formula",
        expected=f"names of the model, numbers and {', '.join(listed)}",
        fix="export the model again",
    )


# As they were written: sympy would search Max and Min for an order.
FREE: dict[str, Callable[..., Any]] = {
    "plus": sympy.Add,
    "max": lambda *parts: sympy.Max(*parts, evaluate=False),
    "min": lambda *parts: sympy.Min(*parts, evaluate=False),
}
FIXED: dict[tuple[str, int], Callable[..., Any]] = {
    ("minus", 2): lambda a, b: sympy.Add(a, sympy.Mul(sympy.S.NegativeOne, b)),
    ("power", 2): _power,
    ("root", 1): lambda a: _power(a, sympy.Rational(1, 2)),
    ("ln", 1): _log,
    ("exp", 1): _exp,
    ("abs", 1): sympy.Abs,
}
