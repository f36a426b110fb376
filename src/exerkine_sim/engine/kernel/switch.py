"""Kinks: where in a step a rate changes its branch, so that the next attempt can end just before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from . import ir
from .cubic import Cubic
from .layout import Layout
from .lower import Evaluator, together
from .memory import Memory
from .plan import Plan, Switch
from .radau import NODES, WEIGHTS
from .tape import STAGE
from .vector import Code, Value

# At most this share of what a rate turns by in a step, times h, becomes an error of the state. A kink near
# the start counts with half its distance squared, one near the end with its distance and the last weight.
LARGEST_SHARE = 0.024
# What counts, in units of the tolerance; a kink before this share of the step is the one that it began at.
KINK_ERROR, PASSED = 0.3, 0.01
HALVINGS = 16


def write_turns(code: Code, values: Sequence[Any]) -> Any:
    """Write: may a difference with these values at the start and the stages change its sign, in any lane?

    From node to node, or by going towards 0 and coming back.
    """
    points = [Value(code, value) for value in values]
    cubic, before = _course(code, points)
    both, either = code.builder.and_, code.builder.or_
    changes = [code.builder.xor(before > 0.0, point > 0.0) for point in points[1:]]
    first, last = (cubic.slope(theta) * before for theta in (0.0, 1.0))
    return code.any(reduce(either, changes, both(first < 0.0, last > 0.0)))


def write_meet(code: Code, layout: Layout, arguments: Sequence[Any]) -> None:
    """Write: take the place where a sign first changes, where the step would err by it.

    The arguments are memory, the difference at the start and the stages, and how strongly rates answer to it.
    """
    memory = Memory(code, layout, arguments[0])
    *values, effect = (Value(code, argument) for argument in arguments[1:])
    cubic, before = _course(code, values)
    end, farthest = code.number(1.0), code.number(0.0)
    looked = [*zip(map(code.number, NODES), values[1:], strict=True)]
    looked += [(theta, cubic.at(theta)) for theta in cubic.turns()]
    for theta, value in looked:
        beyond = code.builder.xor(before > 0.0, value > 0.0)
        beyond = code.builder.and_(beyond, code.builder.and_(theta > PASSED, theta <= 1.0))
        end = code.select(beyond, code.min(theta, end), end)
        farthest = code.select(beyond, code.max(code.abs(value), farthest), farthest)
    where, _ = cubic.crossing(0.0, between=(code.number(PASSED), end), halvings=HALVINGS)
    size = memory.lane("h") * effect * (code.abs(before) + farthest)
    share = code.min(code.min(where * where * 0.5, (1.0 - where) * WEIGHTS[2]), LARGEST_SHARE)
    turns = code.builder.and_(farthest > 0.0, size * share * memory.lane("inverse_tolerance") > KINK_ERROR)
    first = code.min(where, memory.lane("kink"))
    memory.set("kink", code.select(turns, first, memory.lane("kink")))


def _course(code: Code, values: Sequence[Value]) -> tuple[Cubic, Value]:
    """Return the cubic of a difference, and its value just after the start."""
    cubic = Cubic(code, values)
    return cubic, cubic.at(code.number(PASSED))


class SwitchWriter(Memory):
    """Writes the function that finds the first kink that counts within the step of every lane.

    Parameters
    ----------
    code, plan, layout, memory, uses
        As for a step.
    turns, meet : ir.Function
        What :func:`write_turns` and :func:`write_meet` have written.
    """

    def __init__(
        self,
        code: Code,
        plan: Plan,
        layout: Layout,
        memory: Any,
        *,
        uses: dict[int, int],
        turns: ir.Function,
        meet: ir.Function,
    ) -> None:
        super().__init__(code, layout, memory)
        self.plan, self.uses, self.turns, self.meet = plan, uses, turns, meet

    def write(self) -> None:
        """Write: into ``kink``, the share of the step at which the first switch turns; 1 where none does."""
        code, builder = self.code, self.code.builder
        fixed = self._point()
        points = together([fixed.inside() for _ in range(4)])
        differences = [switch.difference for switch in self.plan.switches]
        for state in self._states_of(differences):
            points[0].states[state] = self._start(state)
            for stage in range(3):
                points[1 + stage].states[state] = self._at(state, stage)
        self.set("kink", 1.0)
        for switch in self.plan.switches:
            values = [point.value(switch.difference) for point in points]
            refs = [value.ref for value in values]
            with builder.if_then(code.any(self._near(values)), likely=False):
                turns = builder.call(self.turns, refs)
                with builder.if_then(turns, likely=False):
                    effect = self._effect(switch).ref
                    builder.call(self.meet, [self.memory, *refs, effect])

    def _near(self, values: Sequence[Value]) -> Any:
        """Return whether values pass 0, or come as near to it as they lie apart."""
        code = self.code
        highest, lowest = reduce(code.max, values), reduce(code.min, values)
        spread = highest - lowest
        return code.builder.and_(highest + spread > 0.0, lowest - spread < 0.0)

    def _effect(self, switch: Switch) -> Value:
        """Return how strongly any state's rate, on its scale, answers to what is taken, before or after."""
        code, effect, fixed = self.code, self.code.number(0.0), self._point()
        here, there = together([fixed.inside(), fixed.inside()])
        for state in self._states_of(switch.effects.values()):
            here.states[state], there.states[state] = self._start(state), self._at(state, 2)
        for state, partial in switch.effects.items():
            floor = code.load(self.memory, self.layout["floor"] + state)
            scale = code.max(code.abs(self._start(state)), floor)
            sizes = [code.abs(point.value(partial)) for point in (here, there)]
            effect = code.max(effect, code.max(*sizes) / scale)
        return effect

    def _point(self) -> Evaluator:
        return Evaluator(
            self.code, self.plan.tape, self.layout, memory=self.memory, level=STAGE, uses=self.uses
        )

    def _states_of(self, nodes: Iterable[int]) -> list[int]:
        mask = reduce(int.__or__, (self.plan.tape.nodes[node].states for node in nodes), 0)
        return [state for state in range(self.layout.n_states) if mask >> state & 1]

    def _start(self, state: int) -> Value:
        return self.code.load(self.memory, self.layout["y"] + state)

    def _at(self, state: int, stage: int) -> Value:
        increment = self.code.load(self.memory, self.layout["z"] + 3 * state + stage)
        return self._start(state) + increment
