"""Expressions as one shared list of elementary operations, each known to change per member, segment or step.

Equal subexpressions are one node, and sums and products are grouped so that whatever depends on constants
only, or on constants and inputs only, becomes a node of its own: it is computed once a member, or once a
segment, and not at every stage of every step.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, NamedTuple

import sympy

from ...errors import ModelError
from ..expression import Larger, Positive, Smaller
from ..system import System

LITERAL, MEMBER, SEGMENT, STAGE = LEVELS = range(4)
LEAVES = {"constant": MEMBER, "input": SEGMENT, "state": STAGE}
UNARY = {sympy.exp: "exp", sympy.log: "log", Positive: "positive"}
PAIRWISE = {sympy.Max: "max", Larger: "max", sympy.Min: "min", Smaller: "min"}
ARITHMETIC: Mapping[str, Any] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "pow": math.pow,
    "positive": lambda x: float(x > 0.0),
}
MAX_EXPONENT = 16


class Node(NamedTuple):
    """One operation.

    Parameters
    ----------
    op : str
        ``literal``, ``constant``, ``input``, ``state``, or an operation on the nodes in `args`.
    args : tuple
        Positions of earlier nodes; for a leaf its value or its place in its vector.
    level : int
        How often it changes: ``LITERAL``, ``MEMBER``, ``SEGMENT`` or ``STAGE``.
    states : int
        The states it depends on, as a bit mask.
    """

    op: str
    args: tuple
    level: int
    states: int


class Tape:
    """Nodes in an order in which each follows its arguments.

    Examples
    --------
    >>> import sympy
    >>> y, k = sympy.symbols("y k")
    >>> tape = Tape(System((y,), (k,), (), (-k * y,), (sympy.Integer(0),)))
    >>> root = tape.add(1 - k**2 * y)
    >>> [node.op for node in tape.nodes]
    ['literal', 'state', 'constant', 'mul', 'mul', 'sub']
    >>> tape.nodes[root].level == STAGE
    True
    """

    def __init__(self, system: System) -> None:
        self.nodes: list[Node] = []
        self._place: dict[tuple, int] = {}
        self._known: dict[Any, int] = {}
        groups = {"state": system.states, "constant": system.constants, "input": system.inputs}
        self._leaves: Mapping[Any, tuple[str, int]] = {
            symbol: (kind, place) for kind, group in groups.items() for place, symbol in enumerate(group)
        }

    def add(self, expression: sympy.Expr) -> int:
        """Append an expression, where it is not there yet, and return its node."""
        found = self._known.get(expression)
        if found is None:
            found = self._known[expression] = self._append(expression)
        return found

    def state(self, place: int) -> int:
        """Return the node of a state."""
        return self._node("state", (place,), STAGE, 1 << place)

    def literal(self, value: float) -> int:
        """Return the node of a number."""
        return self._node("literal", (float(value),), LITERAL, 0)

    def operation(self, op: str, *args: int) -> int:
        """Return the node of an operation on nodes, or what it plainly comes to: x + 0 is x."""
        if op in ("add", "mul", "max", "min"):
            args = tuple(sorted(args))
        plain = self._plain(op, args)
        if plain is not None:
            return plain
        nodes = [self.nodes[arg] for arg in args]
        states = reduce(int.__or__, (node.states for node in nodes))
        return self._node(op, args, max(node.level for node in nodes), states)

    def arguments(self, node: int) -> tuple[int, ...]:
        """Return the nodes that an operation takes; none for a number, a constant, an input or a state."""
        return () if self.nodes[node].op in ("literal", *LEAVES) else self.nodes[node].args

    def needed_by(self, roots: Iterable[int]) -> set[int]:
        """Return the nodes that some roots stand on, themselves included."""
        needed, waiting = set(), list(roots)
        while waiting:
            node = waiting.pop()
            if node not in needed:
                needed.add(node)
                waiting.extend(self.arguments(node))
        return needed

    def number(self, node: int) -> float | None:
        """Return the number that a node is, or None where it is something else."""
        return self.nodes[node].args[0] if self.nodes[node].op == "literal" else None

    def _plain(self, op: str, args: tuple) -> int | None:
        """Return the node that an operation with a 0, a 1 or only literals comes to, if it does."""
        values = [self.number(arg) for arg in args]
        (first, left), (last, right) = (args[0], values[0]), (args[-1], values[-1])
        if None not in values and op in ARITHMETIC and not (op == "div" and right == 0.0):
            return self.literal(ARITHMETIC[op](*values))
        match op, left, right:
            case (("add" | "sub"), _, 0.0):
                return first
            case "sub", 0.0, _:
                return self.operation("neg", last)
            case "add", 0.0, _:
                return last
            case ("mul", 0.0, _) | ("mul", _, 0.0) | ("div", 0.0, _):
                return self.literal(0.0)
            case (("mul" | "div"), _, 1.0):
                return first
            case "mul", 1.0, _:
                return last
            case "mul", _, -1.0:
                return self.operation("neg", first)
            case "mul", -1.0, _:
                return self.operation("neg", last)
            case "neg", _, _ if self.nodes[first].op == "neg":
                (inner,) = self.nodes[first].args
                return inner
            case "sub", _, _ if first == last:
                return self.literal(0.0)
            case (("max" | "min"), _, _):
                return self._absorbed(op, first, last)
        return None

    def _absorbed(self, op: str, first: int, last: int) -> int | None:
        """Return the largest of several, or the smallest, where the other argument is one of them.

        A second switch that turns with the first would hide from it what rates do beyond the kink.
        """
        for one, several in ((first, last), (last, first)):
            if one == several or (self.nodes[several].op == op and one in self.nodes[several].args):
                return several
        return None

    def _node(self, op: str, args: tuple, level: int, states: int) -> int:
        place = self._place.get((op, args))
        if place is None:
            place = self._place[op, args] = len(self.nodes)
            self.nodes.append(Node(op, args, level, states))
        return place

    def _append(self, expression: Any) -> int:
        if expression.is_Number or expression.is_NumberSymbol:
            return self.literal(float(expression))
        if expression in self._leaves:
            kind, place = self._leaves[expression]
            return self.state(place) if kind == "state" else self._node(kind, (place,), LEAVES[kind], 0)
        if expression.is_Add:
            return self._sum(expression.args)
        if expression.is_Mul:
            return self._product(expression.args)
        if expression.is_Pow:
            return self._power(*expression.args)
        if expression.func in PAIRWISE:
            parts = sorted((self.add(one) for one in expression.args), key=self._level)
            return reduce(lambda a, b: self.operation(PAIRWISE[expression.func], a, b), parts)
        if expression.func is sympy.Abs:
            inside = self.add(expression.args[0])
            return self.operation("max", inside, self.operation("neg", inside))
        if expression.func in UNARY:
            return self.operation(UNARY[expression.func], self.add(expression.args[0]))
        raise ModelError(
            f"no machine code for {expression.func} in '{str(expression)[:80]}'",
            expected="sums, products, powers, exp, log, Abs, Max and Min",
            fix="write the rate with these, or use the reference engine",
        )

    def _level(self, node: int) -> int:
        return self.nodes[node].level

    def _folded(self, op: str, parts: Iterable[int]) -> int:
        """Combine nodes, those that change least first, so that what changes least stays together."""
        return reduce(lambda a, b: self.operation(op, a, b), sorted(parts, key=self._level))

    def _sum(self, terms: Iterable[Any]) -> int:
        plus, minus = [], []
        for term in terms:
            coefficient, _ = term.as_coeff_Mul()
            (minus if coefficient.is_negative else plus).append(
                self.add(-term if coefficient.is_negative else term)
            )
        if not plus:
            return self.operation("neg", self._folded("add", minus))
        total = None
        for level in LEVELS:  # level by level, so that each partial sum is hoisted
            for nodes, op in ((plus, "add"), (minus, "sub")):
                of_level = [node for node in nodes if self._level(node) == level]
                if of_level and total is None and op == "sub" and level < STAGE:
                    total = self.operation("neg", self._folded("add", of_level))
                    continue
                for node in of_level:
                    total = node if total is None and op == "add" else self._combined(op, total, node)
        assert total is not None
        return total

    def _combined(self, op: str, total: int | None, node: int) -> int:
        return self.operation("neg", node) if total is None else self.operation(op, total, node)

    def _product(self, factors: Iterable[Any]) -> int:
        above, below = [], []
        for factor in factors:
            if factor.is_Pow and factor.args[1].is_Number and factor.args[1].is_negative:
                below.append(self.add(factor.args[0] ** -factor.args[1]))
            elif factor is sympy.S.NegativeOne:
                above.append(self.literal(-1.0))
            else:
                above.append(self.add(factor))
        return self._quotient(above, below)

    def _quotient(self, above: list[int], below: list[int]) -> int:
        """Divide once, by what changes most; what changes less is one hoisted factor."""
        (fixed, moving), (fixed_below, moving_below) = map(self._parted, (above, below))
        parts = []
        if fixed or fixed_below:
            parts.append(self._ratio(fixed, fixed_below))
        if moving or moving_below:
            top = self._folded("mul", [*parts, *moving]) if parts or moving else self.literal(1.0)
            parts = [self.operation("div", top, self._folded("mul", moving_below)) if moving_below else top]
        return parts[0]

    def _parted(self, nodes: list[int]) -> tuple[list[int], list[int]]:
        """Return those that stay within a step, and those that move."""
        fixed = [node for node in nodes if self._level(node) < STAGE]
        return fixed, [node for node in nodes if node not in fixed]

    def _ratio(self, above: list[int], below: list[int]) -> int:
        top = self._folded("mul", above) if above else self.literal(1.0)
        return self.operation("div", top, self._folded("mul", below)) if below else top

    def _power(self, base: Any, exponent: Any) -> int:
        if exponent.is_Number and exponent.is_negative:
            return self._quotient([], [self.add(base**-exponent)])
        below = self.add(base)
        whole, half = divmod(2 * exponent, 2) if exponent.is_Rational else (None, None)
        if whole is None or half not in (0, 1) or whole > MAX_EXPONENT:
            return self.operation("pow", below, self.add(exponent))
        parts = [self._integer_power(below, int(whole))] if whole else []
        return self._folded("mul", [*parts, self.operation("sqrt", below)] if half else parts)

    def _integer_power(self, base: int, exponent: int) -> int:
        if exponent == 1:
            return base
        half = self._integer_power(base, exponent // 2)
        square = self.operation("mul", half, half)
        return self.operation("mul", square, base) if exponent % 2 else square
