"""What a thread knows about its lanes and its job, and how code reads and sets it one lane at a time."""

from __future__ import annotations

from typing import Any

from . import ir
from .ir import DOUBLE, I64, POINTER
from .layout import Layout
from .memory import Memory
from .vector import Code

STEPPING, NEXT_SEGMENT, NEXT_MEMBER, IDLE = range(4)
DONE, NOT_FINITE, STOPPED = range(3)

# The job: addresses and sizes, in this order, 8 bytes each.
JOB = (
    *("queue", "stop", "n_members", "n_times", "tolerance"),
    *("constants", "floors", "start", "breakpoints", "levels", "pattern", "n_segments"),
    *("times", "states", "status", "attempts", "rest", "residual"),
    *("n_wanted", "wanted", "levels_above", "windows", "tables"),
)
# What a thread knows about its lanes in whole numbers: arrays of one a lane, then single ones.
PER_LANE = ("phase", "member", "segment", "next_time", "window")
SINGLE = ("new_member", "new_segment", "n_busy")


class Lanes(Memory):
    """Access to the memory, the lanes and the job of a thread in the code being written.

    Parameters
    ----------
    code, layout : Code, Layout
    memory, lanes, job : pointer
        Arrays of vectors; whole numbers by lane; addresses and sizes.
    """

    def __init__(self, code: Code, layout: Layout, memory: Any, *, lanes: Any, job: Any) -> None:
        super().__init__(code, layout, memory)
        self.lanes, self.job = lanes, job

    def field(self, name: str) -> Any:
        """Return a whole number of the job."""
        return self.code.get(self.job, JOB.index(name), I64)

    def address(self, name: str) -> Any:
        """Return an address of the job."""
        return self.code.get(self.job, JOB.index(name), POINTER)

    def _whole_at(self, name: str, lane: Any) -> Any:
        first = PER_LANE.index(name) * self.code.width
        return self.code.builder.add(lane, whole(first))

    def of_lane(self, name: str, lane: Any) -> Any:
        """Return a whole number of a lane."""
        return self.code.get(self.lanes, self._whole_at(name, lane), I64)

    def set_lane(self, name: str, lane: Any, value: Any) -> None:
        """Set a whole number of a lane."""
        self.code.put(whole(value), self.lanes, self._whole_at(name, lane), I64)

    def _single_at(self, name: str) -> int:
        return len(PER_LANE) * self.code.width + SINGLE.index(name)

    def single(self, name: str) -> Any:
        """Return a whole number of the thread."""
        return self.code.get(self.lanes, self._single_at(name), I64)

    def set_single(self, name: str, value: Any) -> None:
        """Set a whole number of the thread."""
        self.code.put(whole(value), self.lanes, self._single_at(name), I64)

    def _number_at(self, place: Any, lane: Any) -> Any:
        builder = self.code.builder
        return builder.add(builder.mul(whole(place), whole(self.code.width)), lane)

    def number(self, place: Any, lane: Any) -> Any:
        """Return a lane's number at a place of the thread's memory."""
        return self.code.get(self.memory, self._number_at(place, lane))

    def set_number(self, place: Any, lane: Any, value: Any) -> None:
        """Set a lane's number at a place of the thread's memory."""
        value = ir.constant(DOUBLE, value) if isinstance(value, float) else value
        self.code.put(value, self.memory, self._number_at(place, lane))

    def of(self, name: str, lane: Any) -> Any:
        """Return what a lane knows under a name."""
        return self.number(self.layout[name], lane)

    def set_of(self, name: str, lane: Any, value: Any) -> None:
        """Set what a lane knows under a name."""
        self.set_number(self.layout[name], lane, value)

    def copy_in(self, source: Any, row: Any, *, lane: Any, place: int, size: int) -> None:
        """Copy a row of a table into a lane's numbers from a place on."""
        builder = self.code.builder
        first = builder.mul(row, whole(size))
        with self.code.loop(size) as index:
            value = self.code.get(source, builder.add(first, index))
            self.set_number(builder.add(index, whole(place)), lane, value)

    def copy_out(self, target: Any, row: Any, lane: Any) -> None:
        """Copy a lane's states into a row of a table."""
        builder, size = self.code.builder, self.layout.n_states
        first = builder.mul(row, whole(size))
        with self.code.loop(size) as index:
            value = self.number(builder.add(index, whole(self.layout["y"])), lane)
            self.code.put(value, target, builder.add(first, index))

    def is_at(self, phase: Any, which: int) -> Any:
        """Return whether a phase is this one."""
        return self.code.builder.icmp("==", phase, whole(which))


def whole(value: Any) -> Any:
    """Return a whole number as a constant of the code; what is in the code already, as it is."""
    return ir.constant(I64, value) if isinstance(value, int) else value
