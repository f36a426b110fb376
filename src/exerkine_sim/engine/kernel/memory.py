"""What every lane knows about itself, by name."""

from __future__ import annotations

from typing import Any

from .layout import Layout
from .vector import Code, Value


class Memory:
    """Access to the thread's memory in the code being written.

    Parameters
    ----------
    code, layout : Code, Layout
    memory : pointer
        Arrays of vectors, one member a lane.
    """

    def __init__(self, code: Code, layout: Layout, memory: Any) -> None:
        self.code, self.layout, self.memory = code, layout, memory

    def lane(self, name: str) -> Value:
        """Return what every lane knows under a name."""
        return self.code.load(self.memory, self.layout[name])

    def at_start(self, state: int) -> Value:
        """Return a state at the start of the step."""
        return self.code.load(self.memory, self.layout["y"] + state)

    def at_stage(self, state: int, stage: int) -> Value:
        """Return a state at a stage of the step; the last is its end."""
        increment = self.code.load(self.memory, self.layout.points("z", state) + stage)
        return self.at_start(state) + increment

    def set(self, name: str, value: Value | float) -> None:
        """Remember something of every lane under a name."""
        self.code.store(value, self.memory, self.layout[name])
