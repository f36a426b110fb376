"""A step of members that are a lane each: one function turns over any state linear in itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import ir
from .ir import BYTE, DOUBLE, I64, POINTER
from .layout import FILTER, POINTS, STAGES, START, Layout
from .plan import Plan, Turnover
from .points import Apart
from .radau import JUMP_STAGES
from .step import StepWriter
from .switch import near
from .turnover import error_parts
from .vector import Code, Value, larger_ratio


class ManyStepWriter(StepWriter):
    """Writes the function that tries one step of every lane.

    Parameters
    ----------
    turn_over : ir.Function
        What :func:`write_turnover` has written.
    """

    def __init__(
        self,
        code: Code,
        plan: Plan,
        layout: Layout,
        memory: Any,
        *,
        uses: dict[int, int],
        turn_over: ir.Function,
    ) -> None:
        super().__init__(code, plan, layout, memory, uses=uses, points=Apart(code))
        self.turn_over = turn_over

    def _turn_over(self, block: Turnover) -> None:
        code, points, layout = self.code, self.points, self.layout
        offsets = (layout["y"] + block.state, layout.points("z", block.state), layout.solve(block.decay))
        places = [code.at(self.memory, offset, code.vector) for offset in offsets]
        rates = [rate.ref for rate in points.apart(self._rate(block))]
        self.worst = code.builder.call(self.turn_over, [self.memory, *places, *rates, self.worst])
        self.solved |= 1 << block.state

    def _judge_alone(self, state: int, damping: Value) -> None:
        self._judge(state, self.code.max(*self._unfiltered(state, self._old(state))) * damping)

    def _look(self, index: int, difference: Value) -> None:
        """Now that it is at hand: a byte a switch, a bit a lane."""
        code, builder, layout = self.code, self.code.builder, self.layout
        start = code.load(self.memory, layout.points("differences", index) + START)
        lanes = near(code, [start, *self.points.apart(difference)])
        bits = builder.cast("zext", builder.cast("bitcast", lanes, f"i{code.width}"), I64)
        byte = builder.cast("trunc", bits, BYTE)
        code.put(byte, code.at(self.memory, layout["near"], code.vector), index, BYTE)

    def _judge_rest(self) -> None:
        """None are left."""


def declare_turnover(module: ir.Module, width: int) -> ir.Function:
    """Return the function of memory, state, increments, solve, three rates and the largest error so far."""
    vector, whole = ir.vector(DOUBLE, width), ir.vector(I64, width)
    kinds = [*[POINTER] * 4, *[vector] * 3, whole]
    return ir.Function(module, "turn_over", returns=whole, kinds=kinds, marks=ir.IN_REGISTERS)


def write_turnover(code: Code, layout: Layout, arguments: Sequence[Any]) -> Any:
    """Write its body; returns the largest error, this state's included."""
    memory, state, increments_at, solve, *rates, worst = arguments

    def lane(name: str) -> Value:
        return code.load(memory, layout[name])

    def own(name: str) -> Value:
        return code.load(state, layout[name] - layout["y"])

    points = Apart(code)
    columns = [points.take(solve, POINTS * column) for column in range(STAGES)]
    increments = points.dot(columns, [points.spread(Value(code, rate)) for rate in rates])
    points.put(increments, increments_at, 0)
    jump = code.fma(lane("from_slope"), own("slope"), code.dot(JUMP_STAGES, points.apart(increments)))
    error = code.max(*error_parts(lane, jump, own("jump"))) * code.load(solve, FILTER)
    scale = code.max(code.abs(own("y")), own("floor"))
    return larger_ratio(code, error, scale, worst)
