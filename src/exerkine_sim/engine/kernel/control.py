"""Step control: what is accepted, how long the next step is, and when a lane has reached its edge.

References
----------
Hairer & Wanner, Solving ODEs II, IV.8, for the predictive controller (Gustafsson).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from . import ir
from .across import Across
from .layout import POINTS, STAGES, START
from .lower import Evaluator
from .memory import Memory
from .plan import Plan, Turnover
from .radau import INVERSE, JUMP_STAGES
from .tape import STAGE
from .vector import Value, exp2, log2

SAFETY = 0.9
LARGEST_GROWTH, SMALLEST_SHRINK, AFTER_FAILURE = 8.0, 0.1, 0.25
FIRST_ORDER, LATER_ORDER = 4.0, 5.0
# Binary logarithms of errors in units of the tolerance: what is lost, and what counts at the least.
LOST, SMALLEST_ERROR, WELL_BELOW = 900.0, -33.0, -7.0
FIRST_STEP_SHARE = 0.005
# What follows a first step is judged by a change, and its error is smaller by at least so many doublings.
AFTER_FIRST = 3.0
# A step within which a kink lies is tried again so that it ends just before; the next one ends just before
# a kink that is foreseen.
SHORT_OF_KINK = 0.999


class ControlWriter(Memory):
    """Writes the functions around a step: slopes at a fresh start, the verdict, and the advance."""

    def write_start(self, plan: Plan, uses: dict[int, int]) -> None:
        """Write: slopes and first step of lanes whose inputs are new."""
        code = self.code
        here = Evaluator(
            code, plan.tape, self.layout, memory=self.memory, level=STAGE, uses=uses, read=self.at_start
        )
        new = self.lane("attempts_here") < 1.0  # a first step that was tried in vain has its length already
        for state, speed in _speeds(plan):
            code.store(cube(here.value(speed)), self.memory, self.layout["cubes"] + state)
        for state, node in enumerate(plan.rates):
            rate = here.value(node)
            old = code.load(self.memory, self.layout["slope"] + state)
            code.store(code.select(new, rate, old), self.memory, self.layout["slope"] + state)
        for index, switch in enumerate(plan.switches):
            place = self.layout.points("differences", index) + START
            old = code.load(self.memory, place)
            code.store(code.select(new, here.value(switch.difference), old), self.memory, place)
        level = Value(code, code.builder.cast("sitofp", self._sharpest(), code.vector)) * 2.0**-52
        share = log2(code, self.lane("inverse_tolerance")) + math.log2(FIRST_STEP_SHARE)
        first = exp2(code, (level + share) * (-1 / FIRST_ORDER))
        length = self.lane("length")
        self._choose(code.select(new, first, self.lane("h")), length, new)

    def _sharpest(self) -> Any:
        """Return the largest fourth derivative that its own rate alone would give a state, as a ratio.

        It is on the state's scale; where that is 0, an array is filled up and there is no state.
        """
        across = Across(self.code, self.layout, self.memory)

        def ratio(index: Any) -> tuple[Value, Value, Any]:
            names = ("slope", "cubes", "y", "floor")
            slope, fast, y, floor = (across.take(self.layout[name], index) for name in names)
            scale = across.code.max(across.code.abs(y), floor)
            return fast * slope, scale, across.code.compare("==", scale, 0.0)

        return across.largest_ratio(self.layout.n_states, ratio)

    def write_verdict(self) -> None:
        """Write: is the step accepted, and how long is the next one."""
        code, builder = self.code, self.code.builder
        size, failed = self.lane("error"), self.lane("failed") > 0.0
        is_number = size < LOST
        self.set("lost", code.select(is_number, 0.0, 1.0))
        size = code.max(code.select(is_number, size, LOST), SMALLEST_ERROR)
        busy = self.lane("busy") > 0.0
        kink = self.lane("kink")
        kinked = builder.and_(kink < 1.0, builder.not_(failed))
        good = builder.and_(builder.and_(size <= 0.0, busy), builder.not_(builder.or_(failed, kinked)))
        fresh = self.lane("fresh") > 0.0
        order = code.select(fresh, 1 / FIRST_ORDER, 1 / LATER_ORDER)
        h, before = self.lane("h"), self.lane("error_before")
        begun = code.select(builder.and_(good, fresh), AFTER_FIRST, 0.0)
        factor = SAFETY * exp2(code, (begun - size) * order)
        predicted = SAFETY * (h / self.lane("h_done")) * exp2(code, (before - size * 2.0) * order)
        careful = builder.and_(good, builder.not_(fresh))
        factor = code.select(careful, code.min(factor, predicted), factor)
        factor = code.max(SMALLEST_SHRINK, code.min(LARGEST_GROWTH, factor))
        ahead = self.lane("ahead") * SHORT_OF_KINK
        foreseen = builder.and_(good, ahead < factor)
        factor = code.min(factor, code.select(good, ahead, SAFETY))
        factor = code.select(failed, AFTER_FAILURE, factor)
        factor = code.select(kinked, kink * SHORT_OF_KINK, factor)
        self.set("landed", code.select(good, self.lane("landing"), self.lane("landed")))
        self.set("landing", code.select(builder.or_(kinked, foreseen), 1.0, 0.0))
        self.set("accepted", code.select(good, 1.0, 0.0))
        self.set("h_tried", h)
        self.set("error_before", code.select(good, code.max(size, WELL_BELOW), before))
        self.set("factor", factor)

    def write_advance(self) -> None:
        """Write: move accepted lanes on, and fit the next step to what is left of the segment."""
        code = self.code
        good = self.lane("accepted") > 0.0
        h = self.lane("h")
        self._move_states(good)
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
        self._choose(h * self.lane("factor"), self.lane("length") - tau, going)

    def _move_states(self, good: Any) -> None:
        """Move on; where every lane does, nothing has to be kept apart."""
        builder, code = self.code.builder, self.code
        held_back = code.any(builder.and_(builder.not_(good), self.lane("busy") > 0.0))
        with builder.if_else(held_back, likely=False) as (some, all_):
            with some:
                self._move(good)
            with all_:
                self._move(None)

    def _move(self, good: Any) -> None:
        """Take the end of the step as the next one's start, in the lanes that moved on, all or those told."""
        layout, across = self.layout, Across(self.code, self.layout, self.memory)
        if good is not None and layout.alone:
            return  # the only member stays where it is

        def put(new: Value, row: int, index: Any) -> None:
            kept = new if good is None else self.code.select(good, new, across.take(row, index))
            across.give(kept, row, index)

        with across.walk(layout.n_states) as index:
            stages = across.stages(index)
            put(across.take(layout["y"], index) + stages[2], layout["y"], index)
            before = across.take(layout["slope"], index)
            jump = across.code.fma(across.lane("from_slope"), before, across.code.dot(JUMP_STAGES, stages))
            put(jump, layout["jump"], index)
            put(across.code.dot(INVERSE[2], stages), layout["slope"], index)
        code = self.code
        with code.loop(layout.n_switches) as index:
            first = code.builder.mul(index, ir.constant(ir.I64, POINTS))
            end, start = (
                code.builder.add(first, ir.constant(ir.I64, layout["differences"] + point))
                for point in (STAGES - 1, START)
            )
            new = code.load(self.memory, end)
            kept = new if good is None else code.select(good, new, code.load(self.memory, start))
            code.store(kept, self.memory, start)

    def _choose(self, wanted: Value, left: Value, where: Any) -> None:
        """Take the whole rest when the step would nearly reach it, half when it would come close."""
        code = self.code
        whole = wanted >= left * 0.999
        part = code.select(self.lane("landing") > 0.0, wanted, code.min(wanted, left * 0.5))
        h = code.select(whole, left, part)
        self.set("h", code.select(where, h, self.lane("h")))
        self.set("last", code.select(where, code.select(whole, 1.0, 0.0), self.lane("last")))


def cube(speed: Value) -> Value:
    """Return a state's own rate of change per unit of itself, per hour, to the third power."""
    return speed * speed * speed


def _speeds(plan: Plan) -> Iterator[tuple[int, int]]:
    """Yield each state whose own rate of change a stage may change, and its node; what has none keeps 0."""
    for block in plan.blocks:
        if not isinstance(block, Turnover):
            own = ((state, block.jacobian.get((row, row))) for row, state in enumerate(block.states))
            yield from ((state, speed) for state, speed in own if speed is not None)
