"""Expressions as lines of arithmetic: text, which can be kept, and which is parsed and never run."""

from __future__ import annotations

import ast
import hashlib
import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ModelError
from ..files import kept, sources_digest

if TYPE_CHECKING:
    import sympy

OPERATIONS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    # Whole numbers have no end in Python, and a tower of powers would fill the memory.
    ast.Pow: lambda base, exponent: (float(base) if isinstance(base, int) else base) ** exponent,
    ast.USub: operator.neg,
}
SETTINGS = {"fully_qualified_modules": False, "allow_unknown_functions": True}
FORMS: Mapping[str, Callable[..., Any]] = {
    "Larger": np.maximum,
    "Smaller": np.minimum,
    "Positive": lambda x: np.where(x > 0.0, 1.0, 0.0),
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **FORMS,
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "abs")},
}


@dataclass(frozen=True)
class Formulas:
    """Several formulas of the same arguments.

    Parameters
    ----------
    shared : sequence of str
        What several of them need, named ``x0``, ``x1`` ...; each may need those before it.
    results : sequence of str
        One a formula. Argument ``i`` of group ``g`` goes by ``v<g>_<i>``.

    Examples
    --------
    >>> ratios = Formulas(["v0_0 + v1_0"], ["v0_0/x0", "sqrt(x0)"])
    >>> ratios([np.array([1.0, 4.0])], [3.0])
    [array([0.25      , 0.57142857]), array([2.        , 2.64575131])]
    """

    shared: Sequence[str]
    results: Sequence[str]

    def __call__(self, *groups: Sequence[Any]) -> list[Any]:
        """Return the values; arguments are numbers or arrays, in as many groups as were written."""
        values = {f"v{g}_{i}": one for g, group in enumerate(groups) for i, one in enumerate(group)}
        shared, results = self._parsed
        try:
            for place, tree in enumerate(shared):
                values[f"x{place}"] = _value(tree, values)
            return [_value(tree, values) for tree in results]
        except (ArithmeticError, TypeError, ValueError, RecursionError) as problem:
            raise ModelError(f"what cannot be computed is no formula: {problem}"[:200]) from None

    @cached_property
    def _parsed(self) -> tuple[list[ast.expr], list[ast.expr]]:
        shared, results = ([_tree(line) for line in lines] for lines in (self.shared, self.results))
        return shared, results


def formulas_of(arguments: Sequence[Sequence[sympy.Symbol]], expressions: Sequence[sympy.Expr]) -> Formulas:
    """Write expressions as formulas, with what they share written once."""
    from sympy.printing.numpy import NumPyPrinter

    from .function import plain, shared

    named, results = shared(plain(arguments, expressions)[1])

    def text(expression: Any) -> str:
        return str(NumPyPrinter(SETTINGS).doprint(expression))

    return Formulas([text(expression) for _, expression in named], [text(one) for one in results])


def kept_formulas(write: Callable[[], Formulas], *, key: str | None, of: str) -> Formulas:
    """Return formulas from the cache, where they lie under the hash of all that they follow from.

    Parameters
    ----------
    write : callable
        Writes them, where they are not kept yet.
    key : str or None
        Hash of what is written about; None where it is not known: then nothing is kept.
    of : str
        Which formulas of it.
    """
    if key is None:
        return write()
    parts = repr((key, of, sources_digest(Path(__file__).parent)))
    name = hashlib.sha256(parts.encode()).hexdigest()
    return Formulas(**json.loads(kept(f"formulas/{name}.json", lambda: _text(write()))))


def _text(formulas: Formulas) -> bytes:
    return json.dumps(asdict(formulas)).encode()


def _tree(line: str) -> ast.expr:
    try:
        return ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        raise ModelError(f"'{line[:80]}' is no formula: {problem}"[:200]) from None


def _value(tree: ast.expr, values: Mapping[str, Any]) -> Any:
    match tree:
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.Constant(value=number) if type(number) in (int, float):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            return OPERATIONS[type(op)](_value(left, values), _value(right, values))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATIONS:
            return OPERATIONS[type(op)](_value(operand, values))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(one, values) for one in args))
    raise ModelError(f"'{ast.dump(tree)[:80]}' is no formula", expected="arithmetic of known names")
