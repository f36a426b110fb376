"""Step control: what is accepted, how long the next step is, and when a lane has reached its edge.

References
----------
Hairer & Wanner, Solving ODEs II, IV.8, for the predictive controller (Gustafsson).
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from .layout import Layout
from .lower import Evaluator
from .plan import Plan, Turnover
from .radau import INVERSE, JUMP_STAGES, JUMP_START
from .tape import STAGE
from .vector import I64, Code, Value

SAFETY = 0.9
LARGEST_GROWTH, SMALLEST_SHRINK, AFTER_FAILURE = 8.0, 0.1, 0.25
FIRST_ORDER, LATER_ORDER = 4.0, 5.0
FIRST_STEP_SHARE = 0.01
SUDDEN, KINK_WEIGHT = 3.0, 30.0


class ControlWriter:
    """Writes the functions around a step: slopes at a fresh start, the verdict, and the advance."""

    def __init__(self, code: Code, layout: Layout, memory: Any) -> None:
        self.code, self.layout, self.memory = code, layout, memory

    def lane(self, name: str) -> Value:
        """Return what every lane knows under a name."""
        return self.code.load(self.memory, self.layout[name])

    def set(self, name: str, value: Value | float) -> None:
        """Remember something under a name."""
        self.code.store(value, self.memory, self.layout[name])

    def write_start(self, plan: Plan, uses: dict[int, int]) -> None:
        """Write: slopes and first step of lanes whose inputs are new."""
        code = self.code
        here = Evaluator(code, plan.tape, self.layout, memory=self.memory, level=STAGE, uses=uses)
        fresh = self.lane("fresh") > 0.0
        start = [code.load(self.memory, self.layout["y"] + state) for state in range(self.layout.n_states)]
        here.states.update(enumerate(start))
        sharpest = code.number(0.0)
        for state, speed in _speeds(plan, here):
            rate = here.value(plan.rates[state])
            old = code.load(self.memory, self.layout["slope"] + state)
            code.store(code.select(fresh, rate, old), self.memory, self.layout["slope"] + state)
            scale = code.max(code.load(self.memory, self.layout["floor"] + state), code.abs(start[state]))
            sharpest = code.max(sharpest, code.abs(speed * speed * speed * rate) / scale)
        level = code.max(sharpest * self.lane("inverse_tolerance") * FIRST_STEP_SHARE, 1e-200)
        first = exp2(code, log2(code, level) * -0.25)
        length = self.lane("length")
        self._choose(code.select(fresh, first, self.lane("h")), length, fresh)

    def write_verdict(self) -> None:
        """Write: is the step accepted, and how long is the next one."""
        code, builder = self.code, self.code.builder
        error, failed = self.lane("error"), self.lane("failed") > 0.0
        self.set("lost", code.select(error <= 1e300, 0.0, 1.0))
        error = code.max(code.select(error <= 1e10, error, 1e10), 1e-10)
        error = error * self._suspicion(error)
        busy = self.lane("busy") > 0.0
        good = builder.and_(builder.and_(error <= 1.0, busy), builder.not_(failed))
        fresh = self.lane("fresh") > 0.0
        order = code.select(fresh, 1 / FIRST_ORDER, 1 / LATER_ORDER)
        h, size = self.lane("h"), log2(code, error)
        factor = SAFETY * exp2(code, -(size * order))
        before = log2(code, self.lane("error_before"))
        predicted = SAFETY * (h / self.lane("h_done")) * exp2(code, (before - size * 2.0) * order)
        careful = builder.and_(good, builder.not_(fresh))
        factor = code.select(careful, code.min(factor, predicted), factor)
        factor = code.max(SMALLEST_SHRINK, code.min(LARGEST_GROWTH, factor))
        factor = code.select(good, factor, code.min(factor, SAFETY))
        factor = code.select(failed, AFTER_FAILURE, factor)
        self.set("accepted", code.select(good, 1.0, 0.0))
        self.set("h_tried", h)
        self.set("error_before", code.select(good, code.max(error, 1e-2), self.lane("error_before")))
        self.set("error", factor)

    def _suspicion(self, error: Value) -> Value:
        """How many times more an error weighs that is far above what the last step's says it should be.

        Where a rate has a kink the error falls with a low power of the step, and is underestimated.
        """
        code = self.code
        ratio = self.lane("h") / self.lane("h_done")
        square = ratio * ratio
        expected = self.lane("error_before") * (square * square * ratio)
        sudden = code.builder.and_(error > expected * SUDDEN, self.lane("fresh") <= 0.0)
        return code.select(sudden, KINK_WEIGHT, 1.0)

    def write_advance(self) -> None:
        """Write: move accepted lanes on, and fit the next step to what is left of the segment."""
        code = self.code
        good = self.lane("accepted") > 0.0
        h = self.lane("h")
        self._move_states(good, h)
        tau = code.select(good, self.lane("tau") + h, self.lane("tau"))
        self.set("tau", tau)
        self.set("h_done", code.select(good, h, self.lane("h_done")))
        fresh = code.select(good, 0.0, self.lane("fresh"))
        self.set("fresh", fresh)
        for counter in ("attempts", "attempts_here"):
            self.set(counter, self.lane(counter) + self.lane("busy"))
        edge = code.builder.and_(good, self.lane("last") > 0.0)
        self.set("edge", code.select(edge, 1.0, 0.0))
        going = code.builder.and_(self.lane("busy") > 0.0, code.builder.not_(edge))
        self._choose(h * self.lane("error"), self.lane("length") - tau, going)

    def _move_states(self, good: Any, h: Value) -> None:
        code, layout = self.code, self.layout
        inverse_h = 1.0 / h
        with code.loop(layout.n_states) as state:

            def place(name: str) -> Any:
                return code.builder.add(state, ir.Constant(I64, layout[name]))

            first = code.builder.mul(state, ir.Constant(I64, 3))
            stages = [
                code.load(self.memory, code.builder.add(first, ir.Constant(I64, layout["z"] + stage)))
                for stage in range(3)
            ]
            y, slope, jump = (code.load(self.memory, place(name)) for name in ("y", "slope", "jump"))
            new_jump = code.fma(h * JUMP_START, slope, code.dot(JUMP_STAGES, stages))
            new_slope = code.dot(INVERSE[2], stages) * inverse_h
            for name, new, old in (
                ("y", y + stages[2], y),
                ("slope", new_slope, slope),
                ("jump", new_jump, jump),
            ):
                code.store(code.select(good, new, old), self.memory, place(name))

    def _choose(self, wanted: Value, left: Value, where: Any) -> None:
        """Take the whole rest when the step would nearly reach it, half when it would come close."""
        code = self.code
        whole = wanted >= left * 0.999
        h = code.select(whole, left, code.min(wanted, left * 0.5))
        self.set("h", code.select(where, h, self.lane("h")))
        self.set("last", code.select(where, code.select(whole, 1.0, 0.0), self.lane("last")))


def _speeds(plan: Plan, here: Evaluator) -> list[tuple[int, Value]]:
    """Return each state's own rate of change per unit of itself, per hour."""
    speeds = []
    for block in plan.blocks:
        if isinstance(block, Turnover):
            speeds.append((block.state, here.value(block.decay)))
        else:
            for row, state in enumerate(block.states):
                node = block.jacobian.get((row, row))
                speeds.append((state, here.code.number(0.0) if node is None else here.value(node)))
    return speeds


def log2(code: Code, x: Value) -> Value:
    """Return the binary logarithm to 0.09, read off the bits: enough to choose a step."""
    integers = ir.VectorType(I64, code.width)
    bits = code.builder.bitcast(x.ref, integers)
    return code.fma(Value(code, code.builder.sitofp(bits, code.vector)), 2.0**-52, -1023.0)


def exp2(code: Code, x: Value) -> Value:
    """Return 2 to the x to 6 %, written into the bits; the argument is held within -1000 to 1000."""
    integers = ir.VectorType(I64, code.width)
    held = code.max(-1000.0, code.min(1000.0, x))
    bits = code.builder.fptosi(((held + 1023.0) * 2.0**52).ref, integers)
    return Value(code, code.builder.bitcast(bits, code.vector))
