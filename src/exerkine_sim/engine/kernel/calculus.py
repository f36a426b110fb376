"""Derivatives of nodes, and what is left of a node when another is 0, as nodes of the same tape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .tape import Tape

SMALLEST_ROOT = 1e-30


def derivative(tape: Tape, node: int, by: int) -> int:
    """Return the node of the derivative by another node; 0 at a kink's flat side and on it.

    Examples
    --------
    >>> import sympy
    >>> from ..system import System
    >>> y, k = sympy.symbols("y k")
    >>> tape = Tape(System((y,), (k,), (), (-k * y,), (sympy.Integer(0),)))
    >>> slope = derivative(tape, tape.add(-k * y), tape.add(y))
    >>> tape.nodes[slope].op, slope == tape.add(-k)
    ('neg', True)
    """
    return derivatives(tape, [node], by)[0]


def derivatives(tape: Tape, nodes: Iterable[int], by: int) -> list[int]:
    """Return the nodes of the derivatives of several nodes by another one."""
    known = {by: tape.literal(1.0)}
    return [_derivative(tape, node, by, known) for node in nodes]


def at_zero(tape: Tape, node: int, of: int) -> int:
    """Return the node of the same expression with another node set to 0."""
    return _replaced(tape, node, of, {of: tape.literal(0.0)})


def _derivative(tape: Tape, node: int, by: int, known: dict[int, int]) -> int:
    if node not in known:
        args = tape.arguments(node) if _may_need(tape, node, by) else ()
        inner = [_derivative(tape, arg, by, known) for arg in args]
        flat = all(tape.number(one) == 0.0 for one in inner)
        known[node] = tape.literal(0.0) if flat else _chain_rule(tape, node, args, inner)
    return known[node]


def _may_need(tape: Tape, node: int, other: int) -> bool:
    """Return False where a node lacks a state that the other needs: there is nothing to be looked for."""
    return not tape.nodes[other].states & ~tape.nodes[node].states


def _chain_rule(tape: Tape, node: int, args: tuple[int, ...], inner: Sequence[int]) -> int:
    op, do = tape.nodes[node].op, tape.operation
    match op, args, inner:
        case (("add" | "sub" | "neg"), _, _):
            return do(op, *inner)
        case "mul", (a, b), (da, db):
            return do("add", do("mul", da, b), do("mul", a, db))
        case "div", (_, b), (da, db):
            return do("div", do("sub", da, do("mul", node, db)), b)
        case ("max", (first, second), (da, db)) | ("min", (second, first), (da, db)):
            here, there = (do("positive", do("sub", *pair)) for pair in ((first, second), (second, first)))
            return do("add", do("mul", here, da), do("mul", there, db))
        case "sqrt", _, (da,):
            # The floor keeps y sqrt(y) differentiable at 0, where its slope is 0.
            return do("div", do("mul", tape.literal(0.5), da), do("max", node, tape.literal(SMALLEST_ROOT)))
        case "exp", _, (da,):
            return do("mul", node, da)
        case "log", (a,), (da,):
            return do("div", da, a)
        case "pow", (a, b), (da, db):
            own = do("mul", do("mul", b, do("pow", a, do("sub", b, tape.literal(1.0)))), da)
            bent = do("mul", do("mul", node, do("log", a)), db)
            return do("add", own, bent)
    return tape.literal(0.0)  # positive is flat on both sides


def _replaced(tape: Tape, node: int, of: int, known: dict[int, int]) -> int:
    if node not in known:
        args = tape.arguments(node) if _may_need(tape, node, of) else ()
        new = tuple(_replaced(tape, arg, of, known) for arg in args)
        known[node] = node if new == args else tape.operation(tape.nodes[node].op, *new)
    return known[node]
