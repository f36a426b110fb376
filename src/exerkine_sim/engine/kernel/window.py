"""Windows of time: where one ends, what was gathered of it is written down."""

from __future__ import annotations

from typing import Any

from .ir import POINTER
from .lanes import Lanes, whole
from .layout import MEASURES


class WindowWriter(Lanes):
    """Writes what happens when a lane passes from one window into another."""

    def measuring(self) -> Any:
        """Return whether summary numbers are wanted."""
        return self.code.builder.icmp(">", self.field("n_wanted"), whole(0))

    def take_levels(self, lane: Any, member: Any) -> None:
        """Set the levels above which a member's time is counted."""
        builder, n_wanted = self.code.builder, self.field("n_wanted")
        first = builder.mul(member, n_wanted)
        with self.code.loop(n_wanted) as index:
            value = self.code.get(self.address("levels_above"), builder.add(first, index))
            self.set_number(builder.add(index, whole(self.layout["levels"])), lane, value)

    def enter_window(self, lane: Any, window: Any) -> None:
        """Where the window is another one, write down the measures of the old one and begin anew."""
        builder = self.code.builder
        old = self.of_lane("window", lane)
        with builder.if_then(builder.icmp("!=", old, window)):
            with builder.if_then(builder.icmp(">=", old, whole(0))):
                self._write_measures(lane, old)
            self.set_lane("window", lane, window)
            self.set_of("opening", lane, 1.0)

    def _write_measures(self, lane: Any, window: Any) -> None:
        builder, code = self.code.builder, self.code
        table = code.get(self.address("tables"), self.of_lane("member", lane), POINTER)
        size = builder.mul(self.field("n_wanted"), whole(len(MEASURES)))
        first = builder.mul(window, size)
        with code.loop(size) as index:
            value = self.number(builder.add(index, whole(self.layout["measures"])), lane)
            code.put(value, table, builder.add(first, index))
