"""Kinks: where in a step a rate changes its branch, so that the next attempt can end just before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from . import ir
from .across import Across
from .cubic import Cubic
from .layout import STAGES, START, Layout
from .lower import Evaluator
from .memory import Memory
from .plan import Effects, Plan
from .points import Apart
from .radau import NODES, WEIGHTS
from .tape import STAGE
from .vector import Code, Value

# At most this share of what a rate turns by in a step, times h, becomes an error of the state. A kink near
# the start counts with half its distance squared, one near the end with its distance and the last weight.
LARGEST_SHARE = 0.024
# What counts, in units of the tolerance; a kink before this share of the step is the one that it began at.
KINK_ERROR, PASSED = 0.06, 0.01
HALVINGS = 16


def write_turns(across: Across) -> Any:
    """Write: which differences change their sign, at a stage or between them? A bit each, for any lane.

    It is one difference, or where a member is alone as many neighbours as fill a vector.
    """
    code, builder, bits = across.code, across.code.builder, f"i{across.step}"
    *stages, start = across.take_points(0, 0)
    near = code.any(_near(code, [start, *stages]))
    with builder.if_then(builder.not_(near), likely=True):
        builder.ret(ir.constant(bits, 0))
    looked = _looked(code, Cubic(code, [start, *stages]), [start, *stages])
    turned = reduce(builder.or_, (beyond for _, _, beyond in looked))
    return builder.cast("bitcast", turned, bits) if across.layout.alone else code.any(turned)


def write_meet(code: Code, layout: Layout, arguments: Sequence[Any]) -> None:
    """Write: take the place where a sign first changes, where the step would err by it.

    The arguments are memory and where the difference lies; how strongly rates answer to it is known.
    """
    memory, values = Memory(code, layout, arguments[0]), _values(code, arguments[1])
    cubic, end, farthest = Cubic(code, values), code.number(1.0), code.number(0.0)
    for theta, value, beyond in _looked(code, cubic, values):
        end = code.select(beyond, code.min(theta, end), end)
        farthest = code.select(beyond, code.max(code.abs(value), farthest), farthest)
    size = memory.lane("h") * memory.lane("effect") * (code.abs(_before(code, cubic)) + farthest)
    size = size * memory.lane("inverse_tolerance")
    with code.builder.if_then(code.any(size * LARGEST_SHARE > KINK_ERROR)):  # wherever it lies
        where, _ = cubic.crossing(0.0, between=(code.number(PASSED), end), halvings=HALVINGS)
        share = code.min(code.min(where * where * 0.5, (1.0 - where) * WEIGHTS[2]), LARGEST_SHARE)
        counts = code.builder.and_(farthest > 0.0, size * share > KINK_ERROR)
        first = code.min(where, memory.lane("kink"))
        memory.set("kink", code.select(counts, first, memory.lane("kink")))


def _values(code: Code, place: Any) -> list[Value]:
    """Return a difference at the start and the stages."""
    return [code.load(place, point) for point in (START, *range(STAGES))]


def _near(code: Code, values: Sequence[Value]) -> Any:
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
    both, before, near = code.builder.and_, _before(code, cubic), _near(code, values)
    places = [*zip(map(code.number, NODES), values[1:], strict=True)]
    places += [(theta, cubic.at(theta)) for theta in cubic.turns()]
    looked = []
    for theta, value in places:
        beyond = both(near, code.builder.xor(before > 0.0, value > 0.0))
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

    def write(self, turns: ir.Function, meet: ir.Function, weigh: Mapping[Effects, ir.Function]) -> None:
        """Write: into ``kink``, the share of the step at which the first switch turns; 1 where none does.

        Parameters
        ----------
        turns, meet : ir.Function
            What :func:`write_turns` and :func:`write_meet` have written.
        weigh : mapping of tuple to ir.Function
            What :meth:`write_weigh` has written, by a switch's effects.
        """
        builder, across = self.code.builder, Across(self.code, self.layout, self.memory)
        self.set("kink", 1.0)
        switches = list(enumerate(self.plan.switches))
        for first in range(0, len(switches), across.step):
            turned = builder.call(turns, [self._differences(first)])
            none = ir.constant(turned.kind, 0)
            with builder.if_then(builder.icmp("!=", turned, none), likely=False):
                for bit, (index, switch) in enumerate(switches[first : first + across.step]):
                    own = builder.and_(turned, ir.constant(turned.kind, 1 << bit))
                    with builder.if_then(builder.icmp("!=", own, none), likely=False):
                        builder.call(weigh[switch.effects], [self.memory])
                        builder.call(meet, [self.memory, self._differences(index)])

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
