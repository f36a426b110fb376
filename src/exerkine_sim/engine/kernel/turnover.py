"""States linear in themselves: one function solves any of them, given its rate at the stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import ir
from .ir import DOUBLE, I64, POINTER
from .layout import SOLVE, TOGETHER, Layout, groups
from .lower import reciprocals
from .plan import Plan
from .radau import ALPHA, BASIS, BETA, GAMMA, JUMP_STAGES, TO_BASIS
from .vector import Code, Value, larger_ratio

NAME = "turn_over"
MOST_GROWTH = 1.0  # of a state's logarithm in a step


def declare_turnover(module: ir.Module, width: int) -> ir.Function:
    """Return the function of memory, state, increments, solve, three rates and the largest error so far."""
    vector, whole = ir.vector(DOUBLE, width), ir.vector(I64, width)
    kinds = [*[POINTER] * 4, *[vector] * 3, whole]
    return ir.Function(module, NAME, returns=whole, kinds=kinds, marks=ir.IN_REGISTERS)


def write_turnover(code: Code, layout: Layout, arguments: Sequence[Any]) -> Any:
    """Write its body; returns the largest error, this state's included.

    The rates are ``gain - decay y`` with y at the start of the step: what the increments would be per hour,
    did the state not decay on the way.
    """
    memory, state, increments_at, solve, *rates, worst = arguments

    def lane(name: str) -> Value:
        return code.load(memory, layout[name])

    def own(name: str) -> Value:
        return code.load(state, layout[name] - layout["y"])

    def part(name: str) -> Value:
        return code.load(solve, SOLVE.index(name))

    first, second, third = (code.dot(row, [Value(code, rate) for rate in rates]) for row in TO_BASIS)
    even, odd = part("even"), part("odd")
    parts = [
        part("real") * first,
        code.fma(even, second, -(odd * third)),
        code.fma(odd, second, even * third),
    ]
    increments = [*(code.dot(row, parts) for row in BASIS[:2]), parts[0] + parts[1]]
    for stage, increment in enumerate(increments):
        code.store(increment, increments_at, stage)
    jump = code.fma(lane("from_slope"), own("slope"), code.dot(JUMP_STAGES, increments))
    code.store(jump, state, layout["jump_now"] - layout["y"])
    error = code.max(*error_parts(code, lane, jump, own("jump"))) * part("filter")
    scale = code.max(code.abs(own("y")), own("floor"))
    return larger_ratio(code, error, scale, worst)


def error_parts(code: Code, lane: Any, jump: Value, before: Value) -> tuple[Value, Value]:
    """Return what the change of the fourth derivative since the last step, and itself, say of the error."""
    change = code.abs(code.fma(lane("history"), before, jump)) * lane("share")
    sudden = code.fma(lane("kink_history"), code.abs(before), code.abs(jump) * lane("kink_share"))
    return change, sudden


def write_solves(code: Code, plan: Plan, layout: Layout, memory: Any) -> None:
    """Write: how the stages are solved for each decay rate, some at a time in a loop."""
    h = code.load(memory, layout["h"])
    with code.loop(groups(len(plan.decays))) as group:
        first = code.builder.mul(group, ir.constant(I64, TOGETHER))
        decays_at = code.at(memory, code.builder.add(first, ir.constant(I64, layout["decays"])), code.vector)
        solves = code.builder.mul(first, ir.constant(I64, len(SOLVE)))
        solves_at = code.at(memory, code.builder.add(solves, ir.constant(I64, layout["solves"])), code.vector)
        decays = [h * code.load(decays_at, index) for index in range(TOGETHER)]
        norms = [code.fma(decay + ALPHA, decay + ALPHA, BETA * BETA) for decay in decays]
        overs = reciprocals([(decay + GAMMA) * norm for decay, norm in zip(decays, norms, strict=True)])
        for index, (decay, norm, over) in enumerate(zip(decays, norms, overs, strict=True)):
            real, pair = norm * over, h * (over * (decay + GAMMA))
            # Growth beyond e in a step nears the method's pole: no estimate is small enough to allow it.
            damped = code.select(decay < -MOST_GROWTH, float("inf"), real * GAMMA)
            values = (h * real, pair * (decay + ALPHA), pair * BETA, damped)
            for place, value in enumerate(values, start=len(SOLVE) * index):
                code.store(value, solves_at, place)
