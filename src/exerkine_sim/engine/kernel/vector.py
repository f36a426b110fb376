"""Vectors of doubles with operators, and loops, over LLVM's instructions.

Nothing here may change a result with the vector width or with a neighbour: every operation is elementwise,
no flag allows reordering, and multiply-adds are fused where they are written and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from operator import mul
from typing import Any

from . import ir
from .builder import Builder
from .ir import DOUBLE, I64, INTERNAL, POINTER, VOID, Block


class Value:
    """A vector of doubles in the code being written, with arithmetic."""

    __slots__ = ("code", "ref")

    def __init__(self, code: Code, ref: Any) -> None:
        self.code, self.ref = code, ref

    def __add__(self, other: Value | float) -> Value:
        return self._do("fadd", other)

    def __sub__(self, other: Value | float) -> Value:
        return self._do("fsub", other)

    def __mul__(self, other: Value | float) -> Value:
        return self._do("fmul", other)

    def __truediv__(self, other: Value | float) -> Value:
        return self._do("fdiv", other)

    def __radd__(self, other: float) -> Value:
        return self.code.number(other) + self

    def __rsub__(self, other: float) -> Value:
        return self.code.number(other) - self

    def __rmul__(self, other: float) -> Value:
        return self.code.number(other) * self

    def __rtruediv__(self, other: float) -> Value:
        return self.code.number(other) / self

    def __neg__(self) -> Value:
        return self.code.negated(self)

    def __gt__(self, other: Value | float) -> Any:
        return self.code.compare(">", self, other)

    def __lt__(self, other: Value | float) -> Any:
        return self.code.compare("<", self, other)

    def __ge__(self, other: Value | float) -> Any:
        return self.code.compare(">=", self, other)

    def __le__(self, other: Value | float) -> Any:
        return self.code.compare("<=", self, other)

    def _do(self, instruction: str, other: Value | float) -> Value:
        return self.code.arithmetic(instruction, self, self.code.as_value(other))


class Code:
    """Writes one function on vectors of `width` doubles.

    Parameters
    ----------
    builder : Builder
        Positioned where the code goes.
    width : int
        Doubles a vector.
    """

    def __init__(self, builder: Builder, width: int) -> None:
        self.builder, self.width = builder, width
        self.vector, self.whole = ir.vector(DOUBLE, width), ir.vector(I64, width)

    # numbers ------------------------------------------------------------------------------------------
    def number(self, value: float) -> Value:
        """Return a vector with the same number in every lane."""
        return Value(self, ir.constant(self.vector, float(value)))

    def as_value(self, value: Value | float) -> Value:
        """Return a number as a vector, a vector as it is."""
        return value if isinstance(value, Value) else self.number(value)

    def arithmetic(self, instruction: str, a: Value, b: Value) -> Value:
        """Return ``fadd``, ``fsub``, ``fmul`` or ``fdiv`` of two vectors."""
        return Value(self, self.builder.arithmetic(instruction, a.ref, b.ref))

    def negated(self, a: Value) -> Value:
        """Return the number with its sign turned."""
        return Value(self, self.builder.fneg(a.ref))

    def each(self, function: Callable[..., Value], *args: Value) -> Value:
        """Return what a function of code and vectors writes."""
        return function(self, *args)

    def fma(self, a: Value | float, b: Value | float, c: Value | float) -> Value:
        """Return ``a * b + c``, rounded once where the machine can."""
        return self._call("llvm.fmuladd", a, b, c)

    def dot(self, weights: Sequence[Value | float], values: Sequence[Value]) -> Value:
        """Return the sum of products, fused from the first on."""
        total = self.as_value(weights[0]) * values[0]
        for weight, value in zip(weights[1:], values[1:], strict=True):
            total = self.fma(weight, value, total)
        return total

    def reciprocals(self, values: Sequence[Value]) -> list[Value]:
        """Return one over each of two or more values of similar size, by one division and some products."""
        before, behind = (list(accumulate(one, mul)) for one in (values[:-1], values[:0:-1]))
        others = [behind[-1], *(a * b for a, b in zip(before, behind[-2::-1], strict=False)), before[-1]]
        inverse = 1.0 / (others[-1] * values[-1])
        return [inverse * other for other in others]

    def spread(self, value: Value) -> Value:
        """Return a vector, as it is; where lanes are not members, one number in all of them."""
        return value

    def sqrt(self, a: Value) -> Value:
        """Return the square root."""
        return self._call("llvm.sqrt", a)

    def abs(self, a: Value) -> Value:
        """Return the absolute value."""
        return self._call("llvm.fabs", a)

    def floor(self, a: Value) -> Value:
        """Return the largest whole number below."""
        return self._call("llvm.floor", a)

    def max(self, a: Value | float, b: Value | float) -> Value:
        """Return the larger; a lane that is no number stays so when it is `b`."""
        return self.select(self.compare(">", a, b), a, b)

    def min(self, a: Value | float, b: Value | float) -> Value:
        """Return the smaller; a lane that is no number stays so when it is `b`."""
        return self.select(self.compare("<", a, b), a, b)

    def compare(self, relation: str, a: Value | float, b: Value | float) -> Any:
        """Return a mask; false where a side is no number."""
        return self.builder.fcmp(relation, self.as_value(a).ref, self.as_value(b).ref)

    def select(self, mask: Any, a: Value | float, b: Value | float) -> Value:
        """Return `a` where the mask is set, `b` elsewhere."""
        return Value(self, self.builder.select(mask, self.as_value(a).ref, self.as_value(b).ref))

    def any(self, mask: Any) -> Any:
        """Return whether the mask is set in any lane, as one bit."""
        kind = f"i{self.width}"
        return self.builder.icmp("!=", self.builder.cast("bitcast", mask, kind), ir.constant(kind, 0))

    def _call(self, name: str, *args: Value | float) -> Value:
        values = [self.as_value(arg).ref for arg in args]
        return Value(self, self.builder.intrinsic(f"{name}.v{self.width}f64", values))

    # memory -------------------------------------------------------------------------------------------
    def at(self, pointer: Any, index: Any, kind: str = DOUBLE) -> Any:
        """Return the address of an element of an array."""
        index = ir.constant(I64, index) if isinstance(index, int) else index
        return self.builder.gep(pointer, index, kind)

    def load(self, pointer: Any, index: Any) -> Value:
        """Return the vector at a place of an array of vectors."""
        place = self.at(pointer, index, self.vector)
        return Value(self, self.builder.load(place, self.vector, align=8 * self.width))

    def store(self, value: Value | float, pointer: Any, index: Any) -> None:
        """Put a vector at a place of an array of vectors."""
        self.builder.store(
            self.as_value(value).ref, self.at(pointer, index, self.vector), align=8 * self.width
        )

    def get(self, pointer: Any, index: Any, kind: str = DOUBLE) -> Any:
        """Return one element of an array."""
        return self.builder.load(self.at(pointer, index, kind), kind)

    def put(self, value: Any, pointer: Any, index: Any, kind: str = DOUBLE) -> None:
        """Set one element of an array."""
        self.builder.store(value, self.at(pointer, index, kind))

    # flow ---------------------------------------------------------------------------------------------
    @contextmanager
    def loop(self, count: Any, start: Any = 0, carried: Carried | None = None) -> Iterator[Any]:
        """Write the body of ``for i in range(start, count)``; yields i."""
        builder = self.builder
        first = ir.constant(I64, start) if isinstance(start, int) else start
        last = ir.constant(I64, count) if isinstance(count, int) else count
        before = builder.block
        head, body, after = (builder.append_block() for _ in range(3))
        builder.branch(head)
        builder.position_at_end(head)
        index = builder.phi(I64)
        index.add_incoming(first, before)
        if carried is not None:
            carried.into(builder, before)
        builder.cbranch(builder.icmp("<", index, last), body, after)
        builder.position_at_end(body)
        yield index
        index.add_incoming(builder.add(index, ir.constant(I64, 1)), builder.block)
        if carried is not None:
            carried.out_of(builder)
        builder.branch(head)
        builder.position_at_end(after)


class Carried:
    """What each turn of a loop hands to the next, to be set anew in its body; after the loop, the last."""

    def __init__(self, first: Any) -> None:
        self.value, self._held = first, first

    def into(self, builder: Builder, before: Block) -> None:
        """Open a loop that is entered from a block: the value is what the turn before has left."""
        held = builder.phi(self.value.kind)
        held.add_incoming(self.value, before)
        self.value = self._held = held

    def out_of(self, builder: Builder) -> None:
        """Close it."""
        self._held.add_incoming(self.value, builder.block)
        self.value = self._held


def declare(module: ir.Module, name: str, n_arguments: int, marks: str = INTERNAL) -> ir.Function:
    """Return a new function of pointers without result; internal unless told otherwise."""
    return ir.Function(module, name, returns=VOID, kinds=[POINTER] * n_arguments, marks=marks)


def log2(code: Code, x: Value) -> Value:
    """Return the binary logarithm to 0.09, read off the bits: enough to choose a step."""
    bits = code.builder.cast("bitcast", x.ref, code.whole)
    return code.fma(Value(code, code.builder.cast("sitofp", bits, code.vector)), 2.0**-52, -1023.0)


def exp2(code: Code, x: Value) -> Value:
    """Return 2 to the x to 6 %, written into the bits; the argument is held within -1000 to 1000."""
    held = code.max(-1000.0, code.min(1000.0, x))
    bits = code.builder.cast("fptosi", ((held + 1023.0) * 2.0**52).ref, code.whole)
    return Value(code, code.builder.cast("bitcast", bits, code.vector))


def no_ratio(code: Code) -> Any:
    """Return what is below any ratio that :func:`larger_ratio` takes, that of 0 to any number included."""
    return ir.constant(code.whole, -(2**62))


def larger_ratio(code: Code, size: Value, scale: Value, largest: Any) -> Any:
    """Return the larger of a ratio and the largest so far, each as its binary logarithm times 2^52.

    For numbers above 0 the bits, as a whole number, are the logarithm to 0.09; what is no number has larger
    bits than any that is one.
    """
    bits = [code.builder.cast("bitcast", one.ref, code.whole) for one in (code.abs(size), scale)]
    ratio = code.builder.sub(bits[0], bits[1])
    return code.builder.select(code.builder.icmp(">", ratio, largest), ratio, largest)
