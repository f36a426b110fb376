"""States linear in themselves: one function solves any of them, given its rate at the stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir

from .layout import SOLVE, Layout
from .plan import Plan
from .radau import GAMMA, JUMP_STAGES, QUADRATIC
from .solve import stage_cofactors
from .vector import I64, POINTER, Code, Value, larger_ratio

NAME = "turn_over"
MOST_GROWTH = 1.0  # of a state's logarithm in a step
STAGES = range(3)


def declare_turnover(module: ir.Module, width: int) -> ir.Function:
    """Return the function of memory, state, increments, solve, three rates and the largest error so far."""
    vector, whole = ir.VectorType(ir.DoubleType(), width), ir.VectorType(I64, width)
    kind = ir.FunctionType(whole, [*[POINTER] * 4, *[vector] * 3, whole])
    function = ir.Function(module, kind, NAME)
    function.linkage, function.calling_convention = "internal", "fastcc"
    return function


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

    h_over = part("h_over")
    scaled = [Value(code, rate) * h_over for rate in rates]
    increments = [code.dot([part(f"adjugate_{row}{column}") for column in STAGES], scaled) for row in STAGES]
    for stage, increment in zip(STAGES, increments, strict=True):
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
    """Write: the stage solve of every decay rate that no stage changes, in a loop."""
    h = code.load(memory, layout["h"])
    with code.loop(plan.steady_decays()) as index:
        decay = h * code.load(memory, code.builder.add(index, ir.Constant(I64, layout["decays"])))
        first = code.builder.mul(index, ir.Constant(I64, len(SOLVE)))
        first = code.builder.add(first, ir.Constant(I64, layout["solves"]))
        write_solve(code, h, [decay] * 3, code.at(memory, first, code.vector))


def write_solve(code: Code, h: Value, decays: Sequence[Value], place: Any) -> None:
    """Write one stage solve to its place, from ``h k`` at each stage."""
    adjugate, determinant = stage_cofactors(code, decays)
    over, last = 1.0 / determinant, decays[2]
    quadratic = code.fma(code.fma(last, GAMMA, QUADRATIC[0] * GAMMA), last, QUADRATIC[1] * GAMMA)
    # Growth beyond e in a step nears the method's pole: no estimate is small enough to allow it.
    quadratic = code.select(last < -MOST_GROWTH, float("inf"), quadratic)
    values = (*(entry for row in adjugate for entry in row), h * over, quadratic * over)
    for index, value in enumerate(values):
        code.store(value, place, index)
