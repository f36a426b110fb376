"""The loop around the steps: lanes take members from a queue, members pass through their segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import ir
from .ir import DOUBLE, I64, POINTER
from .lanes import DONE, IDLE, NEXT_MEMBER, NEXT_SEGMENT, NOT_FINITE, STEPPING, STOPPED, whole
from .window import WindowWriter

MAX_ATTEMPTS_A_SEGMENT = 20_000  # a segment of the shipped physiology takes some dozens


class DriveWriter(WindowWriter):
    """Writes the functions that see all lanes: serving them, the loop itself, and the resting states."""

    # the loop ---------------------------------------------------------------------------------------------
    def write_loop(self, functions: Mapping[str, ir.Function]) -> None:
        """Write: serve the lanes, step, until no lane is busy."""
        builder, code = self.code.builder, self.code
        self.set_single("n_busy", code.width)
        with code.loop(code.width) as lane:
            self.set_lane("phase", lane, NEXT_MEMBER)
        top, step, end = (builder.append_block() for _ in range(3))
        builder.branch(top)
        builder.position_at_end(top)
        self.set_single("new_member", 0)
        self.set_single("new_segment", 0)
        with code.loop(code.width) as lane:
            phase = self.of_lane("phase", lane)
            waiting = builder.or_(self.is_at(phase, NEXT_SEGMENT), self.is_at(phase, NEXT_MEMBER))
            with builder.if_then(waiting, likely=False):
                number = builder.cast("inttoptr", lane, POINTER)
                builder.call(functions["serve"], [self.memory, self.lanes, self.job, number])
        for flag, names in (
            ("new_member", ["prelude_member"]),
            ("new_segment", ["prelude_segment", "start"]),
        ):
            with builder.if_then(builder.icmp("!=", self.single(flag), whole(0))):
                for name in names:
                    builder.call(functions[name], [self.memory])
        builder.cbranch(builder.icmp(">", self.single("n_busy"), whole(0)), step, end)
        builder.position_at_end(step)
        builder.call(functions["step"], [self.memory])
        for name in ("locate", "verdict"):
            builder.call(functions[name], [self.memory])
        for name in ("record", "measure"):
            builder.call(functions[name], [self.memory, self.lanes, self.job])
        builder.call(functions["advance"], [self.memory])
        self._find_edges()
        builder.branch(top)
        builder.position_at_end(end)

    def _find_edges(self) -> None:
        """Mark lanes that reached the end of their segment, and those that cannot go on."""
        code, builder = self.code, self.code.builder
        busy = self.lane("busy") > 0.0
        edge = self.lane("edge") > 0.0
        left = self.lane("length") - self.lane("tau")
        stuck = builder.or_(
            self.lane("h") <= code.max(left, self.lane("tau")) * 1e-20,
            self.lane("attempts_here") > float(MAX_ATTEMPTS_A_SEGMENT),
        )
        stuck = builder.and_(stuck, builder.not_(edge))
        found = code.any(builder.and_(busy, builder.or_(edge, stuck)))
        with (
            builder.if_then(found, likely=False),
            code.loop(code.width) as lane,
            builder.if_then(self.is_at(self.of_lane("phase", lane), STEPPING)),
        ):
            self._mark(lane, builder.extract_element(edge, lane), builder.extract_element(stuck, lane))

    def _mark(self, lane: Any, edge: Any, stuck: Any) -> None:
        builder = self.code.builder
        with builder.if_then(edge):
            self.set_lane("phase", lane, NEXT_SEGMENT)
        with builder.if_then(stuck, likely=False):
            lost = builder.fcmp(">", self.of("lost", lane), ir.constant(DOUBLE, 0.0))
            self._leave(lane, builder.select(lost, whole(NOT_FINITE), whole(STOPPED)))

    def _leave(self, lane: Any, status: Any) -> None:
        """Write the member's end down and let the lane take another."""
        member = self.of_lane("member", lane)
        self.code.put(whole(status), self.address("status"), member, I64)
        attempts = self.code.builder.cast("fptosi", self.of("attempts", lane), I64)
        self.code.put(attempts, self.address("attempts"), member, I64)
        self.enter_window(lane, whole(-1))
        self.set_lane("phase", lane, NEXT_MEMBER)

    # serving a lane -----------------------------------------------------------------------------------------
    def write_serve(self, lane: Any) -> None:
        """Write: give a waiting lane its next segment; where there is none, another member and its first."""
        builder = self.code.builder
        again, served = builder.append_block(), builder.append_block()
        builder.branch(again)
        builder.position_at_end(again)
        with builder.if_then(self.is_at(self.of_lane("phase", lane), NEXT_SEGMENT)):
            with builder.if_then(self._stopped(), likely=False):
                self.set_lane("segment", lane, self._last_segment(lane))
            segment = builder.add(self.of_lane("segment", lane), whole(1))
            self.set_lane("segment", lane, segment)
            with builder.if_else(builder.icmp("<", segment, self._last_segment(lane))) as (more, none):
                with more:
                    self._take_segment(lane)
                with none:
                    self._leave(lane, DONE)
        with builder.if_then(self.is_at(self.of_lane("phase", lane), NEXT_MEMBER)):
            self._take_member(lane)
        waiting = self.is_at(self.of_lane("phase", lane), NEXT_SEGMENT)
        builder.cbranch(waiting, again, served)
        builder.position_at_end(served)

    def _stopped(self) -> Any:
        return self.code.builder.icmp("!=", self.code.get(self.address("stop"), 0, I64), whole(0))

    def _last_segment(self, lane: Any) -> Any:
        return self.code.get(self.address("n_segments"), self.of_lane("member", lane), I64)

    def _take_member(self, lane: Any) -> None:
        builder, layout = self.code.builder, self.layout
        member = builder.take_number(self.address("queue"), by=whole(1))
        none = builder.or_(self._stopped(), builder.icmp(">=", member, self.field("n_members")))
        with builder.if_else(none) as (idle, found):
            with idle:
                self.set_lane("phase", lane, IDLE)
                self.set_of("busy", lane, 0.0)
                self.set_single("n_busy", builder.sub(self.single("n_busy"), whole(1)))
            with found:
                self.set_lane("member", lane, member)
                for name, size in (
                    ("constants", layout.n_constants),
                    ("floor", layout.n_states),
                    ("y", layout.n_states),
                ):
                    source = {"constants": "constants", "floor": "floors", "y": "start"}[name]
                    self.copy_in(self.address(source), member, lane=lane, place=layout[name], size=size)
                for name, first in (
                    ("segment", -1),
                    ("next_time", 0),
                    ("window", -1),
                    ("phase", NEXT_SEGMENT),
                ):
                    self.set_lane(name, lane, first)
                self.take_levels(lane, member)
                self.set_of("attempts", lane, 0.0)
                self.set_of("inverse_tolerance", lane, self.code.get(self.address("tolerance"), 0))
                self.set_of("busy", lane, 1.0)
                self.set_single("new_member", 1)

    def _take_segment(self, lane: Any) -> None:
        builder, code = self.code.builder, self.code
        member, segment = self.of_lane("member", lane), self.of_lane("segment", lane)
        breakpoints = code.get(self.address("breakpoints"), member, POINTER)
        begin, end = code.get(breakpoints, segment), code.get(breakpoints, builder.add(segment, whole(1)))
        row = code.get(code.get(self.address("pattern"), member, POINTER), segment, I64)
        source = code.get(self.address("levels"), member, POINTER)
        self.copy_in(source, row, lane=lane, place=self.layout["inputs"], size=self.layout.n_inputs)
        length = builder.arithmetic("fsub", end, begin)
        for name, value in (("origin", begin), ("end", end), ("length", length)):
            self.set_of(name, lane, value)
        # What a first step does not look at may stay as it is.
        for name in ("tau", "attempts_here", "landing"):
            self.set_of(name, lane, 0.0)
        for name in ("fresh", "h_done"):
            self.set_of(name, lane, 1.0)
        self.set_lane("phase", lane, STEPPING)
        self.set_single("new_segment", 1)
        with builder.if_then(self.measuring()):
            self.enter_window(
                lane, code.get(code.get(self.address("windows"), member, POINTER), segment, I64)
            )

    # the resting state ----------------------------------------------------------------------
    def write_rest(self, functions: Mapping[str, ir.Function]) -> None:
        """Write: the steady state of every member, a vector of members at a time."""
        builder, code, layout = self.code.builder, self.code, self.layout
        n = self.field("n_members")
        batches = builder.arithmetic("sdiv", builder.add(n, whole(code.width - 1)), whole(code.width))
        with code.loop(batches) as batch:
            first = builder.mul(batch, whole(code.width))
            with code.loop(code.width) as lane:
                member = self._at_most(builder.add(first, lane), n)
                for name, place, size in (
                    ("constants", layout["constants"], layout.n_constants),
                    ("rest", layout["inputs"], layout.n_inputs),
                ):
                    self.copy_in(self.address(name), member, lane=lane, place=place, size=size)
            for name in ("prelude_member", "prelude_segment", "settle"):
                builder.call(functions[name], [self.memory])
            with code.loop(code.width) as lane:
                member = self._at_most(builder.add(first, lane), n)
                self.copy_out(self.address("start"), member, lane)
                code.put(self.of("error", lane), self.address("residual"), member)

    def _at_most(self, member: Any, n: Any) -> Any:
        builder = self.code.builder
        last = builder.sub(n, whole(1))
        return builder.select(builder.icmp("<", member, last), member, last)
