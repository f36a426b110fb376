"""Summary numbers of observables, gathered while a member passes through its windows.

Between the ends of a step an observable is taken as the cubic through its values at the start and at the
three stages, as the collocation polynomial of the states is; areas are Radau quadrature of the same values.
"""

from __future__ import annotations

import itertools
from typing import Any

from . import ir
from .cubic import Cubic
from .ir import I64
from .lanes import Lanes
from .layout import MEASURES, POINTS, STAGES
from .lower import Evaluator
from .plan import Plan
from .points import Apart
from .radau import WEIGHTS
from .tape import STAGE
from .vector import Value

HALVINGS = 48  # of an interval in which a level is crossed: to the last bit of a step


class MeasureWriter:
    """Writes the function that takes an accepted step into the measures of the wanted observables."""

    def __init__(self, lanes: Lanes, plan: Plan, uses: dict[int, int]) -> None:
        self.lanes, self.plan, self.uses = lanes, plan, uses
        self.code, self.layout, self.memory = lanes.code, lanes.layout, lanes.memory

    def write(self) -> None:
        """Write: values of all observables at the start and the stages, then the measures of those wanted."""
        code, builder = self.code, self.code.builder
        n_wanted = self.lanes.field("n_wanted")
        with builder.if_then(builder.icmp(">", n_wanted, ir.constant(I64, 0))):
            self._observe()
            self.good = self.lanes.lane("accepted") > 0.0
            self.opening = self.lanes.lane("opening") > 0.0
            self.h = self.lanes.lane("h")
            self.begin = self.lanes.lane("origin") + self.lanes.lane("tau")
            self.finish = code.select(
                self.lanes.lane("last") > 0.0, self.lanes.lane("end"), self.begin + self.h
            )
            with code.loop(n_wanted) as index:
                self._measure(index)
            still = code.select(self.good, 0.0, self.lanes.lane("opening"))
            self.lanes.set("opening", still)

    def _observe(self) -> None:
        code, layout = self.code, self.layout
        points = Apart(code, POINTS)

        def read(state: int) -> Value:
            stages = [self.lanes.at_stage(state, stage) for stage in range(STAGES)]
            return points.joined([self.lanes.at_start(state), *stages])

        tape, memory = self.plan.tape, self.memory
        here = Evaluator(points, tape, layout, memory=memory, level=STAGE, uses=self.uses, read=read)
        for place, node in enumerate(self.plan.observables):
            points.put(here.value(node), memory, layout.points("seen", place))

    def _measure(self, index: Any) -> None:
        code, builder = self.code, self.code.builder
        observable = code.get(self.lanes.address("wanted"), index, I64)
        first = builder.add(
            builder.mul(observable, ir.constant(I64, POINTS)), ir.constant(I64, self.layout["seen"])
        )
        v = [code.load(self.memory, builder.add(first, ir.constant(I64, point))) for point in range(4)]
        base = builder.mul(index, ir.constant(I64, len(MEASURES)))
        self.places = {
            name: builder.add(base, ir.constant(I64, self.layout["measures"] + place))
            for place, name in enumerate(MEASURES)
        }
        level = code.load(self.memory, builder.add(index, ir.constant(I64, self.layout["levels"])))
        self._open(v[0])
        self._add("area", self.h * code.dot(WEIGHTS, v[1:]))
        self._extreme(v[3], self.finish)
        self._add("above", code.select(v[3] > level, self.h, 0.0))
        highest = code.max(code.max(v[0], v[1]), code.max(v[2], v[3]))
        lowest = code.min(code.min(v[0], v[1]), code.min(v[2], v[3]))
        spread = highest - lowest
        above, below = highest + spread, lowest - spread
        near = builder.or_(above > self._held("c_max"), below < self._held("c_min"))
        crossing = builder.and_(above > level, below < level)
        with builder.if_then(code.any(builder.and_(self.good, builder.or_(near, crossing)))):
            self._look_inside(v, level, crossing)

    def _held(self, name: str) -> Value:
        return self.code.load(self.memory, self.places[name])

    def _keep(self, name: str, value: Value, where: Any) -> None:
        self.code.store(self.code.select(where, value, self._held(name)), self.memory, self.places[name])

    def _add(self, name: str, amount: Value) -> None:
        self._keep(name, self._held(name) + amount, self.good)

    def _open(self, value: Value) -> None:
        """In a window's first step, take its start as the first value and both extremes."""
        where = self.code.builder.and_(self.good, self.opening)
        for name in ("before", "c_max", "c_min"):
            self._keep(name, value, where)
        for name in ("t_max", "t_min"):
            self._keep(name, self.begin, where)
        for name in ("area", "above"):
            self._keep(name, self.code.number(0.0), where)

    def _extreme(self, value: Value, time: Value) -> None:
        builder = self.code.builder
        for best, when, larger in (("c_max", "t_max", True), ("c_min", "t_min", False)):
            held = self._held(best)
            beyond = builder.and_(self.good, value > held if larger else value < held)
            self._keep(best, value, beyond)
            self._keep(when, time, beyond)

    def _look_inside(self, v: list[Value], level: Value, crossing: Any) -> None:
        """Extremes within the step, and how long it is above the level."""
        code, builder = self.code, self.code.builder
        cubic, turns = Cubic(code, v), []
        for theta in cubic.turns():
            inside = builder.and_(theta > 0.0, theta < 1.0)
            theta = code.select(inside, theta, 0.0)
            turns.append(theta)
            self._extreme(cubic.at(theta), code.fma(theta, self.h, self.begin))
        with builder.if_then(code.any(builder.and_(self.good, crossing))):
            edges = [code.number(0.0), code.min(*turns), code.max(*turns), code.number(1.0)]
            above = code.number(0.0)
            for piece in itertools.pairwise(edges):
                above = above + self._above(cubic, level, piece)
            plain = code.select(v[3] > level, 1.0, 0.0)
            exact = code.select(crossing, above, plain)
            self._add("above", (exact - plain) * self.h)

    def _above(self, cubic: Cubic, level: Value, piece: tuple[Value, Value]) -> Value:
        """Return the share of a monotone piece that lies above the level."""
        code, (left, right) = self.code, piece
        first, last = cubic.at(left) > level, cubic.at(right) > level
        _, high = cubic.crossing(level, between=piece, halvings=HALVINGS)
        crossed = code.select(first, high - left, right - high)
        same_ends = code.select(first, right - left, code.number(0.0))
        return code.select(code.builder.xor(first, last), crossed, same_ends)
