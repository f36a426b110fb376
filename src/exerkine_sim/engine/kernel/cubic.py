"""The cubic through a quantity's values at the start and at the stages of a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from . import ir
from .ir import I64
from .radau import NODES
from .vector import Code, Value

# From increments at the nodes to the coefficients of theta, theta^2, theta^3.
_POWERS = np.linalg.inv(np.array([[node, node**2, node**3] for node in NODES]))
POWERS = tuple(tuple(float(entry) for entry in row) for row in _POWERS)


class Cubic:
    """What a quantity is within a step, as the collocation polynomial of the states is.

    Parameters
    ----------
    code : Code
    values : sequence of Value, length 4
        At the start and at the three stages.
    """

    def __init__(self, code: Code, values: Sequence[Value]) -> None:
        increments = [value - values[0] for value in values[1:]]
        self.code, self.start = code, values[0]
        self.powers = [code.dot(row, increments) for row in POWERS]

    def at(self, theta: Value) -> Value:
        """Return the value at a share of the step."""
        fma, (a, b, c) = self.code.fma, self.powers
        return fma(theta, fma(theta, fma(theta, c, b), a), self.start)

    def slope(self, theta: float) -> Value:
        """Return the slope at a share of the step."""
        return self.code.dot([1.0, 2.0 * theta, 3.0 * theta * theta], self.powers)

    def turns(self) -> tuple[Value, Value]:
        """Return where it is level; outside 0 to 1, or no number, where it is so nowhere in the step."""
        code, (a, b, c) = self.code, self.powers
        root = code.sqrt(code.fma(b, b, -(3.0 * a * c)))
        q = -(b + code.select(b < 0.0, -root, root))
        return q / (3.0 * c), a / q

    def crossing(
        self, level: Value | float, *, between: tuple[Value, Value], halvings: int
    ) -> tuple[Value, Value]:
        """Return an interval in which a level is crossed, halved until it is short.

        Where the ends lie on one side of the level, it shrinks to the right end.
        """
        code, builder = self.code, self.code.builder
        left, right = between
        first = self.at(left) > level
        before = builder.block
        body, after = builder.append_block(), builder.append_block()
        builder.branch(body)
        builder.position_at_end(body)
        count, low, high = builder.phi(I64), builder.phi(code.vector), builder.phi(code.vector)
        for phi, value in ((count, ir.constant(I64, 0)), (low, left.ref), (high, right.ref)):
            phi.add_incoming(value, before)
        middle = (Value(code, low) + Value(code, high)) * 0.5
        same = builder.icmp("==", self.at(middle) > level, first)
        low_next = code.select(same, middle, Value(code, low))
        high_next = code.select(same, Value(code, high), middle)
        count_next = builder.add(count, ir.constant(I64, 1))
        for phi, value in ((count, count_next), (low, low_next.ref), (high, high_next.ref)):
            phi.add_incoming(value, body)
        builder.cbranch(builder.icmp("<", count_next, ir.constant(I64, halvings)), body, after)
        builder.position_at_end(after)
        return low_next, high_next
