"""Kinks: where a rate changes its branch, in a step or soon after, so that a step can end just before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import reduce
from typing import Any

from . import ir
from .across import Across
from .cubic import Cubic
from .layout import STAGES, START, WORD, Layout
from .lower import Evaluator
from .memory import Memory
from .plan import Effects, Plan
from .points import Apart
from .radau import NODES, WEIGHTS, cubic
from .tape import STAGE
from .vector import Code, Value

# At most this share of what a rate turns by in a step, times h, becomes an error of the state. A kink near
# the start counts with half its distance squared, one near the end with its distance and the last weight.
LARGEST_SHARE = 0.024
# What counts, in units of the tolerance; a kink before this share of the step is the one that it began at.
KINK_ERROR, PASSED = 0.03, 0.001
HALVINGS = 10
# How far beyond its step a cubic is trusted to foresee a kink, as a share of the step; its weights there.
AHEAD = 1.0
_THERE = cubic(1.0 + AHEAD)
THERE = (1.0 - sum(_THERE), *_THERE)
Looks = Mapping[str, ir.Function]
Weigh = Mapping[Effects, ir.Function]


def write_turns(across: Across) -> Any:
    """Write: which differences change their sign in the step, and which soon after? A bit each, for any lane.

    It is one difference, or where a member is alone as many neighbours as fill a vector; in the lower half of
    the bits stand those that turn in the step, in the upper half those that soon will.
    """
    code, builder, n = across.code, across.code.builder, across.step
    kind = f"i{2 * n}"
    *stages, start = across.take_points(0, 0)
    values = [start, *stages]
    close = code.any(near(code, values))
    with builder.if_then(builder.not_(close), likely=True):
        builder.ret(ir.constant(kind, 0))
    looked, (soon, _) = _looked(code, Cubic(code, values), values), _soon(code, values)
    turned = reduce(builder.or_, (beyond for _, _, beyond in looked))
    halves = [
        builder.cast(
            "zext", builder.cast("bitcast", one, f"i{n}") if across.layout.alone else code.any(one), kind
        )
        for one in (turned, soon)
    ]
    return builder.or_(halves[0], builder.mul(halves[1], ir.constant(kind, 2**n)))


def write_meet(code: Code, layout: Layout, arguments: Sequence[Any]) -> None:
    """Write: take the place in the step where a sign first changes, where the step would err by it.

    The arguments are memory and where the difference lies; how strongly rates answer to it is known.
    """
    memory, values = Memory(code, layout, arguments[0]), _values(code, arguments[1])
    cubic, end, farthest = Cubic(code, values), code.number(1.0), code.number(0.0)
    for theta, value, beyond in _looked(code, cubic, values):
        end = code.select(beyond, code.min(theta, end), end)
        farthest = code.select(beyond, code.max(code.abs(value), farthest), farthest)
    size = _turned_by(memory, code.abs(_before(code, cubic)) + farthest)
    with code.builder.if_then(_may_count(code, size)):  # wherever it lies
        where = _zero(cubic, code.number(PASSED), end)
        share = code.min(code.min(where * where * 0.5, (1.0 - where) * WEIGHTS[2]), LARGEST_SHARE)
        counts = code.builder.and_(farthest > 0.0, size * share > KINK_ERROR)
        _take_first(memory, "kink", where, counts)


def write_foresee(code: Code, layout: Layout, arguments: Sequence[Any]) -> None:
    """Write: take the place soon after the step where a sign changes, where a step as long would err by it.

    The arguments are those of :func:`write_meet`.
    """
    memory, values = Memory(code, layout, arguments[0]), _values(code, arguments[1])
    soon, value = _soon(code, values)
    size = code.select(soon, _turned_by(memory, code.abs(values[-1]) + code.abs(value)), 0.0)
    with code.builder.if_then(_may_count(code, size)):
        ahead = _zero(Cubic(code, values), code.number(1.0), code.number(1.0 + AHEAD)) - 1.0
        share = code.min(ahead * ahead * 0.5, LARGEST_SHARE)
        _take_first(memory, "ahead", ahead, size * share > KINK_ERROR)


def _turned_by(memory: Memory, apart: Value) -> Value:
    """Return how much a rate turns in a step, times h, where a difference has moved so far across 0."""
    return memory.lane("h") * memory.lane("effect") * apart * memory.lane("inverse_tolerance")


def _may_count(code: Code, size: Value) -> Any:
    """Return whether a kink of some size would make an error that counts, did it lie where it errs most."""
    return code.any(size * LARGEST_SHARE > KINK_ERROR)


def _take_first(memory: Memory, name: str, where: Value, counts: Any) -> None:
    """Remember the first of the places that count."""
    known = memory.lane(name)
    memory.set(name, memory.code.select(counts, memory.code.min(where, known), known))


def _soon(code: Code, values: Sequence[Value]) -> tuple[Any, Value]:
    """Return where a difference will soon have another sign, if the cubic goes on, and its value then."""
    value = code.dot(THERE, values)
    differs = code.builder.xor(values[-1] > 0.0, value > 0.0)
    return code.builder.and_(near(code, values), differs), value


def _zero(cubic: Cubic, left: Value, right: Value) -> Value:
    """Return where a cubic passes 0: some halvings, then a straight line."""
    low, high = cubic.crossing(0.0, between=(left, right), halvings=HALVINGS)
    below, above = cubic.at(low), cubic.at(high)
    return low + (high - low) * (below / (below - above))


def _values(code: Code, place: Any) -> list[Value]:
    """Return a difference at the start and the stages."""
    return [code.load(place, point) for point in (START, *range(STAGES))]


def near(code: Code, values: Sequence[Value]) -> Any:
    """Return where a difference passes 0, or comes as near to it as its values lie apart; most never do."""
    highest, lowest = reduce(code.max, values), reduce(code.min, values)
    spread = highest - lowest
    return code.builder.and_(highest + spread > 0.0, lowest - spread < 0.0)


def _before(code: Code, cubic: Cubic) -> Value:
    """Return a difference just after the start, where it may be 0."""
    return cubic.at(code.number(PASSED))


def _looked(code: Code, cubic: Cubic, values: Sequence[Value]) -> list[tuple[Value, Value, Any]]:
    """Return stages and turns of a difference: where, its value, and whether its sign is another there.

    It is for no lane where this one's own values stay away from 0, whatever a neighbour's do.
    """
    both, before, close = code.builder.and_, _before(code, cubic), near(code, values)
    places = [*zip(map(code.number, NODES), values[1:], strict=True)]
    places += [(theta, cubic.at(theta)) for theta in cubic.turns()]
    looked = []
    for theta, value in places:
        beyond = both(close, code.builder.xor(before > 0.0, value > 0.0))
        looked.append((theta, value, both(beyond, both(theta > PASSED, theta <= 1.0))))
    return looked


class SwitchWriter(Memory):
    """Writes the functions that find the first kink that counts within the step of every lane.

    Parameters
    ----------
    code, plan, layout, memory, uses
        As for a step.
    """

    def __init__(self, code: Code, plan: Plan, layout: Layout, memory: Any, uses: dict[int, int]) -> None:
        super().__init__(code, layout, memory)
        self.plan, self.uses = plan, uses

    def write(self, looks: Looks, weigh: Weigh) -> None:
        """Write: where the first switch turns, as a share of the step.

        In the step into ``kink``, or 1; soon after its end, counted from there, into ``ahead``, or infinite.

        Parameters
        ----------
        looks : mapping of str to ir.Function
            What :func:`write_turns`, :func:`write_meet` and :func:`write_foresee` have written.
        weigh : mapping of tuple to ir.Function
            What :meth:`write_weigh` has written, by a switch's effects.
        """
        self.set("kink", 1.0)
        self.set("ahead", float("inf"))
        n, step = len(self.plan.switches), self.layout.step
        if self.layout.alone:
            for first in range(0, n, step):
                self._look(range(first, min(first + step, n)), looks, weigh)
            return
        noted = self.code.at(self.memory, self.layout["near"], self.code.vector)
        for first in range(0, n, WORD):
            with self._if_any(self.code.get(noted, first // WORD, ir.I64), -1):
                for index in range(first, min(first + WORD, n)):
                    with self._if_any(self.code.get(noted, index, ir.BYTE), -1):
                        self._look([index], looks, weigh)

    def _look(self, group: Sequence[int], looks: Looks, weigh: Weigh) -> None:
        """Write: which of some switches, one or neighbours, turn, and where."""
        builder, step = self.code.builder, self.layout.step
        turned = builder.call(looks["turns"], [self._differences(group[0])])
        with self._if_any(turned, -1):
            for bit, index in enumerate(group):
                now, soon = 1 << bit, 1 << (bit + step)
                with self._if_any(turned, now + soon):
                    builder.call(weigh[self.plan.switches[index].effects], [self.memory])
                    for name, which in (("meet", now), ("foresee", soon)):
                        with self._if_any(turned, which):
                            builder.call(looks[name], [self.memory, self._differences(index)])

    def _if_any(self, bits: Any, which: int) -> AbstractContextManager[None]:
        """Write what is done where any of some bits is set."""
        builder, none = self.code.builder, ir.constant(bits.kind, 0)
        found = builder.and_(bits, ir.constant(bits.kind, which))
        return builder.if_then(builder.icmp("!=", found, none), likely=False)

    def _differences(self, index: int) -> Any:
        """Return where a switch's difference lies, at the stages and at the start."""
        return self.code.at(self.memory, self.layout.points("differences", index), self.code.vector)

    def write_weigh(self, effects: Effects) -> None:
        """Write: how strongly any state's rate, on its scale, answers to what is taken, before or after."""
        code, effect = self.code, self.code.number(0.0)
        points = Apart(code, 2)
        here = Evaluator(
            points,
            self.plan.tape,
            self.layout,
            memory=self.memory,
            level=STAGE,
            uses=self.uses,
            read=lambda state: points.joined([self.at_start(state), self.at_stage(state, 2)]),
        )
        for state, slope in effects:
            floor = code.load(self.memory, self.layout["floor"] + state)
            scale = code.max(code.abs(self.at_start(state)), floor)
            sizes = points.apart(points.abs(here.value(slope)))
            effect = code.max(effect, code.max(*sizes) / scale)
        self.set("effect", effect)
