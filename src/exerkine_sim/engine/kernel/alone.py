"""A step of a member that has a thread to itself: what all stages, or all states, share is done at once."""

from __future__ import annotations

from typing import Any

from .layout import FILTER, POINTS, STAGES, Layout
from .plan import Plan, Turnover
from .points import Abreast
from .radau import JUMP_STAGES
from .step import StepWriter
from .turnover import error_parts
from .vector import Code, Value


class AloneStepWriter(StepWriter):
    """Writes the function that tries one step of a thread's only member."""

    def __init__(self, code: Code, plan: Plan, layout: Layout, memory: Any, uses: dict[int, int]) -> None:
        super().__init__(code, plan, layout, memory, uses=uses, points=Abreast(code.builder))

    def _turn_over(self, block: Turnover) -> None:
        points, solve = self.points, self.layout.solve(block.decay)
        columns = [points.take(self.memory, solve + POINTS * column) for column in range(STAGES)]
        increments = points.dot(columns, points.everywhere(self._rate(block)))
        self._know(block.state, increments)
        self._judge_alone(block.state, self.code.load(self.memory, solve + FILTER))

    def _know(self, state: int, increments: Value) -> None:
        """At hand as well: a member by itself leaves registers free."""
        super()._know(state, increments)
        self.stages.states[state] = self._start(state) + increments

    def _judge_alone(self, state: int, damping: Value) -> None:
        """With the rest: what it takes is kept."""
        self.code.store(damping, self.memory, self.layout["filters"] + state)

    def _look(self, index: int, difference: Value) -> None:
        """Later on, neighbours together."""

    def _judge_rest(self) -> None:
        layout, across = self.layout, self.across
        code, builder = across.code, across.code.builder

        def ratio(index: Any) -> tuple[Value, Value, Any]:
            stages = across.part_stages(index)
            slope, before = (across.take(layout[name], index) for name in ("slope", "jump"))
            jump = code.fma(across.lane("from_slope"), slope, code.dot(JUMP_STAGES, stages))
            damping = across.take(layout["filters"], index)
            error = code.max(*error_parts(across.lane, jump, before)) * damping
            scale = code.max(code.abs(across.take(layout["y"], index)), across.take(layout["floor"], index))
            return error, scale, code.compare("==", damping, 0.0)

        largest = across.largest_ratio(layout.n_states, ratio)
        self.worst = builder.select(builder.icmp(">", largest, self.worst), largest, self.worst)
