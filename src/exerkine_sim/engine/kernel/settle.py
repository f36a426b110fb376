"""The resting steady state of every member, block by block along the same order."""

from __future__ import annotations

from typing import Any

from ..steady import NEGLIGIBLE
from . import ir
from .ir import I32
from .layout import Layout
from .lower import Evaluator
from .memory import Memory
from .plan import Coupled, Plan, Turnover
from .solve import eliminated
from .tape import STAGE
from .vector import Code, Value

MAX_ITERATIONS = 60
SETTLED = 1e-14  # relative to the state: a correction this small is rounding


class SettleWriter(Memory):
    """Writes the function that brings every lane to rest under the inputs it has."""

    def __init__(self, code: Code, plan: Plan, layout: Layout, memory: Any, uses: dict[int, int]) -> None:
        super().__init__(code, layout, memory)
        self.plan = plan
        self.here = Evaluator(code, plan.tape, layout, memory=memory, level=STAGE, uses=uses)

    def write(self) -> None:
        """Write: states into ``y``, the largest scaled rate that is left into ``error``."""
        code = self.code
        for block in self.plan.blocks:
            if isinstance(block, Turnover):
                self._set(block.state, self._balanced(block))
            else:
                self._couple(block)
        worst = code.number(0.0)
        for rate, state in zip(self.plan.rates, self.plan.scale_of, strict=True):
            size = code.abs(self.here.states[state])
            left = code.abs(self.here.value(rate)) / code.select(size > NEGLIGIBLE, size, 1.0)
            # What is no number must not be lost among the maxima.
            worst = code.max(worst, code.min(left, float("inf")))
        self.set("error", worst)

    def _set(self, state: int, value: Value) -> None:
        self.here.states[state] = value
        self.code.store(value, self.memory, self.layout["y"] + state)

    def _balanced(self, block: Turnover) -> Value:
        decay = self.plan.tape.nodes[block.decay]
        if decay.op == "literal" and decay.args[0] == 0.0:
            return self.here.value(self.plan.guess[block.state])
        return self.here.value(block.gain) / self.here.value(block.decay)

    def _couple(self, block: Coupled) -> None:
        code, builder = self.code, self.code.builder
        own = sum(1 << state for state in block.states)
        for node in (*block.rates, *block.jacobian.values()):
            self.here.prepare(node, own)
        guess = [self.here.value(self.plan.guess[state]) for state in block.states]
        before = builder.block
        body, after = builder.append_block(), builder.append_block()
        builder.branch(body)
        builder.position_at_end(body)
        count = builder.phi(I32)
        count.add_incoming(ir.constant(I32, 0), before)
        held = [builder.phi(code.vector) for _ in block.states]
        for phi, first in zip(held, guess, strict=True):
            phi.add_incoming(first.ref, before)
        values, moving = self._improved(block, [Value(code, phi) for phi in held])
        count_next = builder.add(count, ir.constant(I32, 1))
        count.add_incoming(count_next, builder.block)
        for phi, value in zip(held, values, strict=True):
            phi.add_incoming(value.ref, builder.block)
        more = builder.and_(code.any(moving), builder.icmp("<", count_next, ir.constant(I32, MAX_ITERATIONS)))
        builder.cbranch(more, body, after)
        builder.position_at_end(after)
        for state, value in zip(block.states, values, strict=True):
            self._set(state, value)

    def _improved(self, block: Coupled, values: list[Value]) -> tuple[list[Value], Any]:
        """Return the next iterate and which lanes still move; a lane that stands still keeps its value."""
        code = self.code
        inside = self.here.inside()
        inside.states.update(zip(block.states, values, strict=True))
        rates = [inside.value(rate) for rate in block.rates]
        entries = {place: inside.value(node) for place, node in block.jacobian.items()}
        steps = eliminated(code, entries, rates)
        damping = code.number(1.0)
        for value, step in zip(values, steps, strict=True):
            # What is left of a state that rests at 0 is rounding; it may not hold up the others.
            falling = code.builder.and_(value > NEGLIGIBLE, step > value * 0.9)
            damping = code.select(falling, code.min(value * 0.9 / step, damping), damping)
        moving, improved = None, []
        for value, step in zip(values, steps, strict=True):
            moves = code.abs(step) > code.max(code.abs(value), NEGLIGIBLE) * SETTLED
            moving = moves if moving is None else code.builder.or_(moving, moves)
            improved.append(code.fma(-damping, step, value))
        return [code.select(moving, new, old) for new, old in zip(improved, values, strict=True)], moving
