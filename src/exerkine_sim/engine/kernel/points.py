"""Several points of a step at once: each in a vector of its own, or side by side in one.

Where many members are taken together, a member is a lane and a point has a vector. Where a member has a
thread to itself, the lanes of a vector are the stages of its step. The operations on a number are the same
and in the same order, so that a member's bits do not depend on its company.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import ir
from .builder import Builder
from .ir import BIT, DOUBLE
from .layout import POINTS, STAGES
from .vector import Code, Value

ONE = ir.vector(DOUBLE, 1)


class Apart(Code):
    """Writes on several points, each in a vector of its own; a value holds one operand a point.

    Parameters
    ----------
    code : Code
        For one point.
    count : int
        Points.
    """

    def __init__(self, code: Code, count: int = STAGES) -> None:
        super().__init__(code.builder, code.width)
        self.code, self.count = code, count

    def apart(self, value: Value) -> list[Value]:
        """Return each point's vector."""
        return [Value(self.code, ref) for ref in value.ref]

    def joined(self, values: Sequence[Value]) -> Value:
        """Return what is one vector at each point."""
        return Value(self, tuple(value.ref for value in values))

    def spread(self, value: Value) -> Value:
        """Return what is the same vector at every point."""
        return self.joined([value] * self.count)

    def everywhere(self, value: Value) -> list[Value]:
        """Return, for each point, what it has, at every point."""
        return [self.spread(one) for one in self.apart(value)]

    def each_its_own(self, numbers: Sequence[float]) -> Value:
        """Return a number at each point."""
        return self.joined([self.code.number(number) for number in numbers])

    def picked(self, a: Value, b: Value, points: Sequence[int]) -> Value:
        """Return what one value or another, counted on from ``POINTS``, has at some points."""
        parts = dict(enumerate(a.ref)) | dict(enumerate(b.ref, start=POINTS))
        return Value(self, tuple(parts[point] for point in points))

    def transposed(self, columns: Sequence[Value]) -> list[Value]:
        """Return the rows of a matrix, given its columns."""
        return [Value(self, row) for row in zip(*(column.ref for column in columns), strict=True)]

    def where(self, mask: Any) -> Any:
        """Return a mask at every point."""
        return (mask,) * self.count

    def number(self, value: float) -> Value:
        """Return the same number everywhere."""
        return self.spread(self.code.number(value))

    def load(self, pointer: Any, index: Any) -> Value:
        """Return the vector at a place of an array, at every point."""
        return self.spread(self.code.load(pointer, index))

    def take(self, pointer: Any, index: int) -> Value:
        """Return each point's vector from a place of an array on."""
        return self.joined([self.code.load(pointer, index + point) for point in range(self.count)])

    def put(self, value: Value, pointer: Any, index: int) -> None:
        """Store each point's vector from a place of an array on."""
        for point, one in enumerate(self.apart(value)):
            self.code.store(one, pointer, index + point)

    put_stages = put

    def arithmetic(self, instruction: str, a: Value, b: Value) -> Value:
        """Return ``fadd``, ``fsub``, ``fmul`` or ``fdiv`` point by point."""
        return self._each(lambda one, other: self.code.arithmetic(instruction, one, other), a, b)

    def negated(self, a: Value) -> Value:
        """Return the number with its sign turned."""
        return self._each(self.code.negated, a)

    def each(self, function: Callable[..., Value], *args: Value) -> Value:
        """Return what a function of code and vectors writes for each point."""
        return self._each(lambda *parts: function(self.code, *parts), *args)

    def compare(self, relation: str, a: Value | float, b: Value | float) -> Any:
        """Return a mask for each point."""
        parts = zip(self.apart(self.as_value(a)), self.apart(self.as_value(b)), strict=True)
        return tuple(self.code.compare(relation, *pair) for pair in parts)

    def select(self, mask: Any, a: Value | float, b: Value | float) -> Value:
        """Return `a` where the mask is set, `b` elsewhere."""
        parts = zip(mask, self.apart(self.as_value(a)), self.apart(self.as_value(b)), strict=True)
        return self.joined([self.code.select(*part) for part in parts])

    def _each(self, function: Callable[..., Value], *args: Value) -> Value:
        return self.joined([function(*parts) for parts in zip(*map(self.apart, args), strict=True)])

    def _call(self, name: str, *args: Value | float) -> Value:
        values = [self.as_value(arg) for arg in args]
        return self._each(lambda *parts: self.code._call(name, *parts), *values)


class Spread(Code):
    """Writes on vectors of one member: what is read from its memory stands in every lane."""

    def load(self, pointer: Any, index: Any) -> Value:
        """Return the number at a place of an array, in every lane."""
        return self.spread(Value(self, self.builder.load(self.at(pointer, index), ONE)))

    def spread(self, value: Value) -> Value:
        """Return a number in every lane."""
        return Value(self, self.builder.shuffle(value.ref, value.ref, [0] * self.width))


class Abreast(Spread):
    """Writes on the stages of one member's step, side by side in a vector whose last lane nobody reads.

    What methods do is said in :class:`Apart`.
    """

    def __init__(self, builder: Builder) -> None:
        super().__init__(builder, POINTS)
        self.code = Code(builder, 1)

    def apart(self, value: Value) -> list[Value]:
        """Return each stage's number."""
        return [Value(self.code, self._chosen(value, [stage])) for stage in range(STAGES)]

    def everywhere(self, value: Value) -> list[Value]:
        """Return, for each stage, what it has, in all lanes."""
        return [Value(self, self._chosen(value, [stage] * POINTS)) for stage in range(STAGES)]

    def each_its_own(self, numbers: Sequence[float]) -> Value:
        """Return a number at each stage."""
        return Value(self, ir.constants([*numbers, 0.0]))

    def picked(self, a: Value, b: Value, points: Sequence[int]) -> Value:
        """Return what one value or another, counted on from ``POINTS``, has at some stages."""
        return Value(self, self.builder.shuffle(a.ref, b.ref, [*points, 2 * POINTS - 1]))

    def transposed(self, columns: Sequence[Value]) -> list[Value]:
        """Return the rows of a matrix, given its columns."""
        first, second, third = columns
        none, rows = self.number(0.0), []
        for row in range(STAGES):
            two = Value(self, self.builder.shuffle(first.ref, second.ref, [row, POINTS + row, row, row]))
            last = Value(self, self.builder.shuffle(third.ref, none.ref, [row, row, row, POINTS]))
            rows.append(self.picked(two, last, [0, 1, POINTS + 2]))
        return rows

    def where(self, mask: Any) -> Any:
        """Return a mask in all lanes."""
        assert mask.kind == ir.vector(BIT, 1)
        return self.builder.shuffle(mask, mask, [0] * POINTS)

    def take(self, pointer: Any, index: int) -> Value:
        """Return the vector from a place of an array of numbers on."""
        return Value(self, self.builder.load(self.at(pointer, index), self.vector, align=8 * POINTS))

    def put(self, value: Value, pointer: Any, index: int) -> None:
        """Store the vector from a place of an array of numbers on."""
        self.builder.store(value.ref, self.at(pointer, index), align=8 * POINTS)

    def put_stages(self, value: Value, pointer: Any, index: int) -> None:
        """Store what the stages have, and leave what stands there for the start."""
        self.builder.store_some(value.ref, self.at(pointer, index), range(STAGES), align=8 * POINTS)

    def _chosen(self, value: Value, lanes: Sequence[int]) -> Any:
        return self.builder.shuffle(value.ref, value.ref, lanes)
