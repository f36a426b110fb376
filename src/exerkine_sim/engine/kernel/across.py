"""Loops over the arrays of a thread's memory, where all their elements are treated alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import reduce
from typing import Any

from .lanes import whole
from .layout import POINTS, STAGES, Layout
from .memory import Memory
from .points import Spread
from .vector import Carried, Code, Value, larger_ratio, no_ratio


class Across(Memory):
    """Arrays walked an element at a time; where a member is alone, as many at a time as fill a vector.

    Parameters
    ----------
    code, layout, memory
        As for :class:`Memory`.
    """

    def __init__(self, code: Code, layout: Layout, memory: Any) -> None:
        self.step = layout.step
        super().__init__(Spread(code.builder, self.step) if layout.alone else code, layout, memory)
        self._element = code.vector

    def walk(self, count: int, carried: Carried | None = None) -> AbstractContextManager[Any]:
        """Write the body of a loop over the vectors of an array, as :meth:`Code.loop`."""
        return self.code.loop(-(-count // self.step), carried=carried)

    def take(self, row: int, index: Any) -> Value:
        """Return a vector of the array that begins at an offset."""
        place = self._place(row, index)
        return Value(self.code, self.code.builder.load(place, self.code.vector, align=8 * self.code.width))

    def give(self, value: Value, row: int, index: Any) -> None:
        """Set a vector of the array that begins at an offset."""
        self.code.builder.store(value.ref, self._place(row, index), align=8 * self.code.width)

    def take_points(self, row: int, index: Any) -> list[Value]:
        """Return, point by point, a vector of the array of points that begins at an offset."""
        if not self.layout.alone:
            return [self.take(row + point, self._times(index, POINTS)) for point in range(POINTS)]
        vectors = [self.take(row, self._plus(self._times(index, POINTS), part)) for part in range(POINTS)]
        shuffle, n = self.code.builder.shuffle, self.step // POINTS
        found = []
        for point in range(POINTS):
            lanes = [POINTS * lane + point for lane in range(2 * n)]
            first, last = (shuffle(a.ref, b.ref, lanes) for a, b in (vectors[:2], vectors[2:]))
            found.append(Value(self.code, shuffle(first, last, range(self.step))))
        return found

    def stages(self, index: Any) -> list[Value]:
        """Return, stage by stage, a vector of the states' increments, once a step is through."""
        if not self.layout.alone:
            return self.take_points(self.layout["z"], index)[:STAGES]
        return [self.take(self._stage(stage), index) for stage in range(STAGES)]

    def part_stages(self, index: Any) -> list[Value]:
        """Return the same of the only member's step, which are kept apart by stage from now on."""
        found = self.take_points(self.layout["z"], index)[:STAGES]
        for stage, value in enumerate(found):
            self.give(value, self._stage(stage), index)
        return found

    def _stage(self, stage: int) -> int:
        n = -(-self.layout.n_states // self.step) * self.step
        return self.layout["by_stage"] + n * stage

    def give_points(self, values: Sequence[Value], row: int, index: Any, *, apart: int) -> None:
        """Set up to four neighbours in each element of an array of so many numbers an element."""
        if not self.layout.alone:
            for place, value in enumerate(values):
                self.give(value, row + place, self._times(index, apart))
            return
        none = [self.code.number(0.0)] * (POINTS - len(values))
        for vector, four in enumerate(self._interleaved([*values, *none])):
            element = self._plus(self._times(index, self.step), vector)
            place = self._plus(self._times(element, apart), row)
            self.code.builder.store(four, self.code.at(self.memory, place), align=8 * POINTS)

    def largest_ratio(self, count: int, of: Callable[[Any], tuple[Value, Value, Any]]) -> Any:
        """Return the largest of an array's ratios, as :func:`larger_ratio` does, for each member.

        Parameters
        ----------
        count : int
            Elements.
        of : callable
            Writes size, scale, and where there is no ratio, for a vector of the array.
        """
        worst = Carried(no_ratio(self.code))
        with self.walk(count, worst) as index:
            size, scale, none = of(index)
            larger = larger_ratio(self.code, size, scale, worst.value)
            worst.value = self.code.builder.select(none, worst.value, larger)
        return self._largest(worst.value) if self.layout.alone else worst.value

    def _largest(self, numbers: Any) -> Any:
        """Return the largest of a vector of whole numbers of the only member."""
        shuffle = self.code.builder.shuffle
        return reduce(self._larger, [shuffle(numbers, numbers, [lane]) for lane in range(self.step)])

    def _larger(self, a: Any, b: Any) -> Any:
        return self.code.builder.select(self.code.builder.icmp(">", a, b), a, b)

    def _interleaved(self, four: Sequence[Value]) -> list[Any]:
        """Return, for each lane, a vector of what each of four vectors has there."""
        shuffle, n = self.code.builder.shuffle, self.step
        in_turn = [side * n + lane for lane in range(n) for side in (0, 1)]
        first, last = (shuffle(a.ref, b.ref, in_turn) for a, b in (four[:2], four[2:]))
        return [
            shuffle(first, last, [one, one + 1, 2 * n + one, 2 * n + one + 1]) for one in range(0, 2 * n, 2)
        ]

    def _place(self, row: int, index: Any) -> Any:
        return self.code.at(self.memory, self._plus(self._times(index, self.step), row), self._element)

    def _times(self, index: Any, factor: int) -> Any:
        return self.code.builder.mul(whole(index), whole(factor))

    def _plus(self, index: Any, more: int) -> Any:
        return self.code.builder.add(whole(index), whole(more))
