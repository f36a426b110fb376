"""Time courses: states at every output time, from the collocation polynomial of the step around it."""

from __future__ import annotations

from typing import Any

from . import ir
from .across import Across
from .ir import DOUBLE
from .lanes import Lanes, whole
from .layout import POINTS, STAGES
from .points import ONE
from .radau import cubic
from .vector import Code, Value


class RecordWriter(Lanes):
    """Writes the function that records what accepted steps have passed."""

    def write(self) -> None:
        """Write: the states at every output time that accepted steps have passed."""
        builder, code = self.code.builder, self.code
        recording = builder.icmp(">", self.field("n_times"), whole(0))
        with builder.if_then(recording), code.loop(code.width) as lane:
            accepted = builder.fcmp(">", self.of("accepted", lane), ir.constant(DOUBLE, 0.0))
            with builder.if_then(accepted):
                self._record_lane(lane)

    def _record_lane(self, lane: Any) -> None:
        builder, code = self.code.builder, self.code
        h = self.of("h", lane)
        begin = builder.arithmetic("fadd", self.of("origin", lane), self.of("tau", lane))
        last = builder.fcmp(">", self.of("last", lane), ir.constant(DOUBLE, 0.0))
        end = builder.select(last, self.of("end", lane), builder.arithmetic("fadd", begin, h))
        times, n_times = self.address("times"), self.field("n_times")
        check, body, after = (builder.append_block() for _ in range(3))
        look = builder.append_block()
        builder.branch(check)
        builder.position_at_end(check)
        index = self.of_lane("next_time", lane)
        builder.cbranch(builder.icmp("<", index, n_times), look, after)
        builder.position_at_end(look)
        time = code.get(times, index)
        builder.cbranch(builder.fcmp("<=", time, end), body, after)
        builder.position_at_end(body)
        with builder.if_else(builder.fcmp("==", time, end)) as (at_end, within):
            with at_end:
                self._record_states(lane, index, {STAGES - 1: None})
            with within:
                theta = builder.arithmetic("fdiv", builder.arithmetic("fsub", time, begin), h)
                self._record_states(lane, index, dict(enumerate(self._weights(theta))))
        self.set_lane("next_time", lane, builder.add(index, whole(1)))
        builder.branch(check)
        builder.position_at_end(after)

    def _weights(self, theta: Any) -> list[Any]:
        """Return the weights of the stages at a share of the step."""
        builder, scalar = self.code.builder, Code(self.code.builder, 1)
        vector = builder.insert_element(ir.constant(scalar.vector, 0.0), theta, whole(0))
        return [builder.extract_element(one.ref, whole(0)) for one in cubic(Value(scalar, vector))]

    def _record_states(self, lane: Any, index: Any, weights: dict[int, Any]) -> None:
        """Write the states down: their start and weighted stages; a stage without a weight counts once."""
        builder, n = self.code.builder, self.layout.n_states
        row = builder.add(builder.mul(self.of_lane("member", lane), self.field("n_times")), index)
        first, target = builder.mul(row, whole(n)), self.address("states")
        if self.layout.alone:
            self._record_alone(self.code.at(target, first), weights)
            return
        with self.code.loop(n) as state:
            total = self.number(builder.add(state, whole(self.layout["y"])), lane)
            base = builder.add(builder.mul(state, whole(POINTS)), whole(self.layout["z"]))
            for stage, weight in weights.items():
                part = self.number(builder.add(base, whole(stage)), lane)
                part = part if weight is None else builder.arithmetic("fmul", weight, part)
                total = builder.arithmetic("fadd", total, part)
            self.code.put(total, target, builder.add(first, state))

    def _record_alone(self, target: Any, weights: dict[int, Any]) -> None:
        """Write the only member's states as many at a time as fill a vector; the last may not fill one."""
        across = Across(self.code, self.layout, self.memory)
        code, builder, n = across.code, self.code.builder, self.layout.n_states
        vectors = {
            stage: weight and code.spread(Value(code, builder.cast("bitcast", weight, ONE)))
            for stage, weight in weights.items()
        }

        def states(group: Any) -> Value:
            total, stages = across.take(self.layout["y"], group), across.stages(group)
            for stage, weight in vectors.items():
                total = total + (stages[stage] if weight is None else weight * stages[stage])
            return total

        full, left = divmod(n, across.step)
        with code.loop(full) as group:
            place = self.code.at(target, builder.mul(group, whole(across.step)))
            builder.store(states(group).ref, place)
        if left:
            place = self.code.at(target, full * across.step)
            builder.store_some(states(full).ref, place, range(left))
