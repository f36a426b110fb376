"""The loop around the steps: lanes take members from a queue, members pass through their segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llvmlite import ir

from .layout import MEASURES, Layout
from .radau import cubic
from .vector import DOUBLE, I64, POINTER, Code, Value

STEPPING, NEXT_SEGMENT, NEXT_MEMBER, IDLE = range(4)
DONE, NOT_FINITE, STOPPED = range(3)
MAX_ATTEMPTS_A_SEGMENT = 200_000

# The job: addresses and sizes, in this order, 8 bytes each.
JOB = (
    *("queue", "stop", "n_members", "n_times", "tolerance"),
    *("constants", "floors", "start", "breakpoints", "levels", "pattern", "n_segments"),
    *("times", "states", "final", "status", "attempts", "rest", "residual"),
    *("n_wanted", "wanted", "levels_above", "windows", "tables"),
)
# What a thread knows about its lanes in whole numbers: arrays of one a lane, then single ones.
PER_LANE = ("phase", "member", "segment", "next_time", "window")
SINGLE = ("new_member", "new_segment", "n_busy")


class DriveWriter:
    """Writes the functions that no lane can do without the others: serving, recording, and the loop itself."""

    def __init__(
        self, code: Code, layout: Layout, memory: Any, *, lanes: Any, job: Any, lane: Any = None
    ) -> None:
        self.code, self.layout = code, layout
        self.memory, self.lanes, self.job, self.lane = memory, lanes, job, lane

    # small accesses --------------------------------------------------------------------------------------
    def field(self, name: str) -> Any:
        """Return a whole number of the job."""
        return self.code.get(self.job, JOB.index(name), I64)

    def address(self, name: str) -> Any:
        """Return an address of the job."""
        return self.code.get(self.job, JOB.index(name), POINTER)

    def _whole_at(self, name: str, lane: Any) -> Any:
        first = PER_LANE.index(name) * self.code.width
        return self.code.builder.add(lane, ir.Constant(I64, first))

    def whole(self, name: str, lane: Any) -> Any:
        """Return a whole number of a lane."""
        return self.code.get(self.lanes, self._whole_at(name, lane), I64)

    def set_whole(self, name: str, lane: Any, value: Any) -> None:
        """Set a whole number of a lane."""
        self.code.put(_whole(value), self.lanes, self._whole_at(name, lane), I64)

    def _single_at(self, name: str) -> int:
        return len(PER_LANE) * self.code.width + SINGLE.index(name)

    def single(self, name: str) -> Any:
        """Return a whole number of the thread."""
        return self.code.get(self.lanes, self._single_at(name), I64)

    def set_single(self, name: str, value: Any) -> None:
        """Set a whole number of the thread."""
        self.code.put(_whole(value), self.lanes, self._single_at(name), I64)

    def _number_at(self, place: Any, lane: Any) -> Any:
        builder = self.code.builder
        place = ir.Constant(I64, place) if isinstance(place, int) else place
        return builder.add(builder.mul(place, ir.Constant(I64, self.code.width)), lane)

    def number(self, place: Any, lane: Any) -> Any:
        """Return a lane's number at a place of the thread's memory."""
        return self.code.get(self.memory, self._number_at(place, lane))

    def set_number(self, place: Any, lane: Any, value: Any) -> None:
        """Set a lane's number at a place of the thread's memory."""
        value = ir.Constant(DOUBLE, value) if isinstance(value, float) else value
        self.code.put(value, self.memory, self._number_at(place, lane))

    def of(self, name: str, lane: Any) -> Any:
        """Return what a lane knows under a name."""
        return self.number(self.layout[name], lane)

    def set_of(self, name: str, lane: Any, value: Any) -> None:
        """Set what a lane knows under a name."""
        self.set_number(self.layout[name], lane, value)

    # the loop ---------------------------------------------------------------------------------------------
    def write_loop(self, functions: Mapping[str, ir.Function]) -> None:
        """Write: serve the lanes, step, until no lane is busy."""
        builder, code = self.code.builder, self.code
        self.set_single("n_busy", code.width)
        with code.loop(code.width) as lane:
            self.set_whole("phase", lane, NEXT_MEMBER)
        top, step, end = (builder.append_basic_block(name) for name in ("top", "step", "end"))
        builder.branch(top)
        builder.position_at_end(top)
        self.set_single("new_member", 0)
        self.set_single("new_segment", 0)
        with code.loop(code.width) as lane:
            phase = self.whole("phase", lane)
            waiting = builder.or_(_is(builder, phase, NEXT_SEGMENT), _is(builder, phase, NEXT_MEMBER))
            with builder.if_then(waiting, likely=False):
                builder.call(
                    functions["serve"], [self.memory, self.lanes, self.job, builder.inttoptr(lane, POINTER)]
                )
        for flag, names in (
            ("new_member", ["prelude_member"]),
            ("new_segment", ["prelude_segment", "start"]),
        ):
            with builder.if_then(builder.icmp_signed("!=", self.single(flag), _whole(0))):
                for name in names:
                    builder.call(functions[name], [self.memory])
        builder.cbranch(builder.icmp_signed(">", self.single("n_busy"), _whole(0)), step, end)
        builder.position_at_end(step)
        builder.call(functions["step"], [self.memory])
        builder.call(functions["verdict"], [self.memory])
        for name in ("record", "measure"):
            builder.call(functions[name], [self.memory, self.lanes, self.job])
        builder.call(functions["advance"], [self.memory])
        self._find_edges()
        builder.branch(top)
        builder.position_at_end(end)

    def _find_edges(self) -> None:
        """Mark lanes that reached the end of their segment, and those that cannot go on."""
        code, builder = self.code, self.code.builder
        busy = self._vector("busy") > 0.0
        edge = self._vector("edge") > 0.0
        left = self._vector("length") - self._vector("tau")
        stuck = builder.or_(
            self._vector("h") <= code.max(left, self._vector("tau")) * 1e-20,
            self._vector("attempts_here") > float(MAX_ATTEMPTS_A_SEGMENT),
        )
        stuck = builder.and_(stuck, builder.not_(edge))
        with builder.if_then(code.any(builder.and_(busy, builder.or_(edge, stuck))), likely=False):
            with code.loop(code.width) as lane:
                with builder.if_then(_is(builder, self.whole("phase", lane), STEPPING)):
                    self._mark(
                        lane, builder.extract_element(edge, lane), builder.extract_element(stuck, lane)
                    )

    def _mark(self, lane: Any, edge: Any, stuck: Any) -> None:
        builder = self.code.builder
        with builder.if_then(edge):
            self.set_whole("phase", lane, NEXT_SEGMENT)
        with builder.if_then(stuck, likely=False):
            lost = builder.fcmp_ordered(">", self.of("lost", lane), ir.Constant(DOUBLE, 0.0))
            self._leave(lane, builder.select(lost, _whole(NOT_FINITE), _whole(STOPPED)))

    def _leave(self, lane: Any, status: Any) -> None:
        """Write the member's end down and let the lane take another."""
        member = self.whole("member", lane)
        self.code.put(_whole(status), self.address("status"), member, I64)
        attempts = self.code.builder.fptosi(self.of("attempts", lane), I64)
        self.code.put(attempts, self.address("attempts"), member, I64)
        self._copy_out(self.address("final"), member, lane)
        self._enter_window(lane, _whole(-1))
        self.set_whole("phase", lane, NEXT_MEMBER)

    def _vector(self, name: str) -> Value:
        return self.code.load(self.memory, self.layout[name])

    # rows in and out ----------------------------------------------------------------------------------------
    def _copy_in(self, source: Any, row: Any, *, lane: Any, place: int, size: int) -> None:
        builder = self.code.builder
        first = builder.mul(row, _whole(size))
        with self.code.loop(size) as index:
            value = self.code.get(source, builder.add(first, index))
            self.set_number(builder.add(index, _whole(place)), lane, value)

    def _copy_out(self, target: Any, row: Any, lane: Any) -> None:
        builder, size = self.code.builder, self.layout.n_states
        first = builder.mul(row, _whole(size))
        with self.code.loop(size) as index:
            value = self.number(builder.add(index, _whole(self.layout["y"])), lane)
            self.code.put(value, target, builder.add(first, index))

    # serving a lane -----------------------------------------------------------------------------------------
    def write_serve(self) -> None:
        """Write: give a waiting lane its next segment; where there is none, another member and its first."""
        builder, lane = self.code.builder, self.lane
        again, served = builder.append_basic_block("again"), builder.append_basic_block("served")
        builder.branch(again)
        builder.position_at_end(again)
        with builder.if_then(_is(builder, self.whole("phase", lane), NEXT_SEGMENT)):
            segment = builder.add(self.whole("segment", lane), _whole(1))
            self.set_whole("segment", lane, segment)
            n_segments = self.code.get(self.address("n_segments"), self.whole("member", lane), I64)
            with builder.if_else(builder.icmp_signed("<", segment, n_segments)) as (more, none):
                with more:
                    self._take_segment(lane)
                with none:
                    self._leave(lane, DONE)
        with builder.if_then(_is(builder, self.whole("phase", lane), NEXT_MEMBER)):
            self._take_member(lane)
        waiting = _is(builder, self.whole("phase", lane), NEXT_SEGMENT)
        builder.cbranch(waiting, again, served)
        builder.position_at_end(served)

    def _take_member(self, lane: Any) -> None:
        builder, layout = self.code.builder, self.layout
        member = builder.atomic_rmw("add", self.address("queue"), _whole(1), "monotonic")
        stopped = builder.icmp_signed("!=", self.code.get(self.address("stop"), 0, I64), _whole(0))
        none = builder.or_(stopped, builder.icmp_signed(">=", member, self.field("n_members")))
        with builder.if_else(none) as (idle, found):
            with idle:
                self.set_whole("phase", lane, IDLE)
                self.set_of("busy", lane, 0.0)
                self.set_single("n_busy", builder.sub(self.single("n_busy"), _whole(1)))
            with found:
                self.set_whole("member", lane, member)
                for name, size in (
                    ("constants", layout.n_constants),
                    ("floor", layout.n_states),
                    ("y", layout.n_states),
                ):
                    source = {"constants": "constants", "floor": "floors", "y": "start"}[name]
                    self._copy_in(self.address(source), member, lane=lane, place=layout[name], size=size)
                for name, first in (
                    ("segment", -1),
                    ("next_time", 0),
                    ("window", -1),
                    ("phase", NEXT_SEGMENT),
                ):
                    self.set_whole(name, lane, first)
                self._take_levels(lane, member)
                self.set_of("attempts", lane, 0.0)
                self.set_of("inverse_tolerance", lane, self.code.get(self.address("tolerance"), 0))
                self.set_of("busy", lane, 1.0)
                self.set_single("new_member", 1)

    def _take_segment(self, lane: Any) -> None:
        builder, code = self.code.builder, self.code
        member, segment = self.whole("member", lane), self.whole("segment", lane)
        breakpoints = code.get(self.address("breakpoints"), member, POINTER)
        begin, end = code.get(breakpoints, segment), code.get(breakpoints, builder.add(segment, _whole(1)))
        row = code.get(code.get(self.address("pattern"), member, POINTER), segment, I64)
        source = code.get(self.address("levels"), member, POINTER)
        self._copy_in(source, row, lane=lane, place=self.layout["inputs"], size=self.layout.n_inputs)
        for name, value in (("origin", begin), ("end", end), ("length", builder.fsub(end, begin))):
            self.set_of(name, lane, value)
        for name, value in (
            ("tau", 0.0),
            ("fresh", 1.0),
            ("accepted", 0.0),
            ("last", 0.0),
            ("attempts_here", 0.0),
        ):
            self.set_of(name, lane, value)
        for name, value in (("h_done", 1.0), ("h_tried", 1.0), ("error_before", 0.0)):
            self.set_of(name, lane, value)
        self.set_whole("phase", lane, STEPPING)
        self.set_single("new_segment", 1)
        with builder.if_then(self._measuring()):
            self._enter_window(
                lane, code.get(code.get(self.address("windows"), member, POINTER), segment, I64)
            )

    # windows ------------------------------------------------------------------------------------------------
    def _measuring(self) -> Any:
        return self.code.builder.icmp_signed(">", self.field("n_wanted"), _whole(0))

    def _take_levels(self, lane: Any, member: Any) -> None:
        """Set the levels above which a member's time is counted."""
        builder, n_wanted = self.code.builder, self.field("n_wanted")
        first = builder.mul(member, n_wanted)
        with self.code.loop(n_wanted) as index:
            value = self.code.get(self.address("levels_above"), builder.add(first, index))
            self.set_number(builder.add(index, _whole(self.layout["levels"])), lane, value)

    def _enter_window(self, lane: Any, window: Any) -> None:
        """Where the window is another one, write down the measures of the old one and begin anew."""
        builder = self.code.builder
        old = self.whole("window", lane)
        with builder.if_then(builder.icmp_signed("!=", old, window)):
            with builder.if_then(builder.icmp_signed(">=", old, _whole(0))):
                self._write_measures(lane, old)
            self.set_whole("window", lane, window)
            self.set_of("opening", lane, 1.0)

    def _write_measures(self, lane: Any, window: Any) -> None:
        builder, code = self.code.builder, self.code
        table = code.get(self.address("tables"), self.whole("member", lane), POINTER)
        size = builder.mul(self.field("n_wanted"), _whole(len(MEASURES)))
        first = builder.mul(window, size)
        with code.loop(size) as index:
            value = self.number(builder.add(index, _whole(self.layout["measures"])), lane)
            code.put(value, table, builder.add(first, index))

    # recording ------------------------------------------------------------------------------------------------
    def write_record(self) -> None:
        """Write: the states at every output time that accepted steps have passed."""
        builder, code = self.code.builder, self.code
        with builder.if_then(builder.icmp_signed(">", self.field("n_times"), _whole(0))):
            with code.loop(code.width) as lane:
                accepted = builder.fcmp_ordered(">", self.of("accepted", lane), ir.Constant(DOUBLE, 0.0))
                with builder.if_then(accepted):
                    self._record_lane(lane)

    def _record_lane(self, lane: Any) -> None:
        builder, code = self.code.builder, self.code
        h = self.of("h", lane)
        begin = builder.fadd(self.of("origin", lane), self.of("tau", lane))
        last = builder.fcmp_ordered(">", self.of("last", lane), ir.Constant(DOUBLE, 0.0))
        end = builder.select(last, self.of("end", lane), builder.fadd(begin, h))
        times, n_times = self.address("times"), self.field("n_times")
        check, body, after = (builder.append_basic_block(name) for name in ("check", "inside", "passed"))
        look = builder.append_basic_block("look")
        builder.branch(check)
        builder.position_at_end(check)
        index = self.whole("next_time", lane)
        builder.cbranch(builder.icmp_signed("<", index, n_times), look, after)
        builder.position_at_end(look)
        time = code.get(times, index)
        builder.cbranch(builder.fcmp_ordered("<=", time, end), body, after)
        builder.position_at_end(body)
        scalar = Code(builder, 1)
        theta = builder.fdiv(builder.fsub(time, begin), h)
        vector = builder.insert_element(ir.Constant(scalar.vector, ir.Undefined), theta, _whole(0))
        weights = [builder.extract_element(one.ref, _whole(0)) for one in cubic(Value(scalar, vector))]
        at_end = builder.fcmp_ordered("==", time, end)
        exact = [ir.Constant(DOUBLE, one) for one in (0.0, 0.0, 1.0)]
        weights = [builder.select(at_end, one, other) for one, other in zip(exact, weights, strict=True)]
        self._record_states(lane, index, weights)
        self.set_whole("next_time", lane, builder.add(index, _whole(1)))
        builder.branch(check)
        builder.position_at_end(after)

    def _record_states(self, lane: Any, index: Any, weights: list[Any]) -> None:
        builder, code, n = self.code.builder, self.code, self.layout.n_states
        row = builder.add(builder.mul(self.whole("member", lane), self.field("n_times")), index)
        first, target = builder.mul(row, _whole(n)), self.address("states")
        with code.loop(n) as state:
            total = self.number(builder.add(state, _whole(self.layout["y"])), lane)
            base = builder.add(builder.mul(state, _whole(3)), _whole(self.layout["z"]))
            for stage, weight in enumerate(weights):
                stage_value = self.number(builder.add(base, _whole(stage)), lane)
                total = builder.fadd(total, builder.fmul(weight, stage_value))
            code.put(total, target, builder.add(first, state))

    # the resting state ------------------------------------------------------------------------------------------
    def write_rest(self, functions: Mapping[str, ir.Function]) -> None:
        """Write: the steady state of every member, a vector of members at a time."""
        builder, code, layout = self.code.builder, self.code, self.layout
        n = self.field("n_members")
        batches = builder.sdiv(builder.add(n, _whole(code.width - 1)), _whole(code.width))
        with code.loop(batches) as batch:
            first = builder.mul(batch, _whole(code.width))
            with code.loop(code.width) as lane:
                member = self._at_most(builder.add(first, lane), n)
                for name, place, size in (
                    ("constants", layout["constants"], layout.n_constants),
                    ("rest", layout["inputs"], layout.n_inputs),
                ):
                    self._copy_in(self.address(name), member, lane=lane, place=place, size=size)
            for name in ("prelude_member", "prelude_segment", "settle"):
                builder.call(functions[name], [self.memory])
            with code.loop(code.width) as lane:
                member = self._at_most(builder.add(first, lane), n)
                self._copy_out(self.address("start"), member, lane)
                code.put(self.of("error", lane), self.address("residual"), member)

    def _at_most(self, member: Any, n: Any) -> Any:
        builder = self.code.builder
        last = builder.sub(n, _whole(1))
        return builder.select(builder.icmp_signed("<", member, last), member, last)


def _whole(value: Any) -> Any:
    return ir.Constant(I64, value) if isinstance(value, int) else value


def _is(builder: ir.IRBuilder, value: Any, phase: int) -> Any:
    return builder.icmp_signed("==", value, ir.Constant(I64, phase))
