"""One step of every lane: the stages block by block, and how wrong they may be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from . import ir
from .across import Across
from .ir import I32
from .layout import STAGES, Layout
from .lower import Evaluator
from .memory import Memory
from .plan import Coupled, Plan, Turnover
from .points import Abreast, Apart
from .radau import GAMMA, INVERSE, JUMP_AT, JUMP_STAGES, JUMP_START, NODES, cubic
from .solve import StageSolver, eliminated
from .tape import STAGE
from .turnover import MOST_GROWTH, error_parts, write_solves
from .vector import Code, Value, larger_ratio, log2, no_ratio

MAX_ITERATIONS = 10
# Newton's last correction, in units of the tolerance, times its rate of convergence must fall below the
# share, or itself below what ends it at once; never below rounding.
NEWTON_SHARE, NEWTON_AT_ONCE, ROUNDING = 2e-5, 2e-4, 1e-14
# The estimate of a first step rests on the fourth derivative, that of the following ones on its change. Where
# it is far above what the last step's says, a rate has a kink, and it counts itself.
FIRST_SHARE, LATER_SHARE = 0.005, 0.001
KINK_SHARE, KINK_RATIO = 0.02, 4.0
Increments = list[Value]  # by state, at each stage
Slopes = Matrix = dict[tuple[int, int], Value]  # by row and column of a block; at each stage, or at the last


class StepWriter(Memory, ABC):
    """Writes the function that tries one step.

    Parameters
    ----------
    code : Code
        Positioned in the function's first block.
    plan, layout : Plan, Layout
    memory : pointer
        The thread's memory.
    uses : dict of int to int
        How many operations take each node.
    points : Apart or Abreast
        Writes on all stages at once.
    """

    def __init__(
        self,
        code: Code,
        plan: Plan,
        layout: Layout,
        memory: Any,
        *,
        uses: dict[int, int],
        points: Apart | Abreast,
    ) -> None:
        super().__init__(code, layout, memory)
        self.plan, self.across = plan, Across(code, layout, memory)
        self.points = points
        at = {"memory": memory, "level": STAGE, "uses": uses, "read": self._at_stages}
        self.stages = Evaluator(points, plan.tape, layout, **at)
        self.solved = 0  # a bit a state
        self.h = self.lane("h")
        self.h_at_stages = points.spread(self.h)
        self.failed = code.number(0.0)
        self.worst = no_ratio(code)

    def write(self) -> None:
        """Write the whole step; leaves the increments, the error and the failure mark in memory."""
        self._weigh_history()
        write_solves(self.across, len(self.plan.decays))
        self._weigh_prediction()
        waiting = list(range(len(self.plan.switches)))
        for block in self.plan.blocks:
            if isinstance(block, Turnover):
                self._turn_over(block)
            else:
                self._couple(block)
            waiting = self._compared(waiting)
        self._judge_rest()
        builder, code = self.code.builder, self.code
        logarithm = Value(code, builder.cast("sitofp", self.worst, code.vector)) * 2.0**-52
        self.set("error", logarithm + log2(code, self.lane("inverse_tolerance")))
        self.set("failed", self.failed)

    # the parts of a step that all blocks share ---------------------------------------------------------
    def _weigh_history(self) -> None:
        """How the last step's fourth derivative enters this step's error; not at all in a first step."""
        code, fresh = self.code, self.lane("fresh") > 0.0
        ratio = self.h / self.lane("h_done")
        square = ratio * ratio
        apart = ratio / code.fma(ratio, JUMP_AT, 1.0 - JUMP_AT)  # step over the distance of the two
        history = code.select(fresh, 0.0, -(square * square))
        kink_share = code.select(fresh, 0.0, code.select(self.lane("landed") > 0.0, 0.0, KINK_SHARE))
        weights = {
            "from_slope": ratio * JUMP_START,
            "history": history,
            "share": code.select(fresh, FIRST_SHARE, LATER_SHARE * apart),
            "kink_share": kink_share,
            "kink_history": history * kink_share * KINK_RATIO,
        }
        for name, weight in weights.items():
            self.set(name, weight)

    def _weigh_prediction(self) -> None:
        """Weights of the last attempt's polynomial at this step's stages; 0 where there is none of use."""
        code, points = self.code, self.points
        accepted = self.lane("accepted") > 0.0
        ratio = points.spread(self.h / self.lane("h_tried"))
        from_end = points.spread(code.select(accepted, 1.0, 0.0))
        weights = cubic(points.fma(ratio, points.each_its_own(NODES), from_end))
        none = points.where(self.lane("fresh") + self.lane("failed") > 0.0)
        self.predict = [points.select(none, 0.0, weight) for weight in (*weights[:2], weights[2] - from_end)]

    def _old(self, state: int) -> Value:
        return self.points.take(self.memory, self.layout.points("z", state))

    def _keep(self, state: int, increments: Value) -> None:
        self.points.put(increments, self.memory, self.layout.points("z", state))

    def _start(self, state: int) -> Value:
        """Return a state at the start of the step, at every point."""
        return self.points.load(self.memory, self.layout["y"] + state)

    def _know(self, state: int, increments: Value) -> None:
        """Keep what a state is solved to, for whoever needs it from now on."""
        self._keep(state, increments)
        self.solved |= 1 << state

    def _at_stages(self, state: int) -> Value:
        """Return a state at the stages, from memory, once it is solved."""
        assert self.solved >> state & 1, "a state is needed before its turn"
        return self._start(state) + self._old(state)

    def _compared(self, waiting: list[int]) -> list[int]:
        """Keep the differences that switches turn on, once all they need is known; return those that wait."""
        later = []
        for index in waiting:
            node = self.plan.switches[index].difference
            if self.plan.tape.nodes[node].states & ~self.solved:
                later.append(index)
                continue
            place = self.layout.points("differences", index)
            difference = self.stages.value(node)
            self.points.put_stages(difference, self.memory, place)
            self._look(index, difference)
        return later

    # what members a lane each and a member alone do in ways of their own ---------------------------------
    @abstractmethod
    def _turn_over(self, block: Turnover) -> None:
        """Solve a state linear in itself; it is judged here or with the rest."""

    @abstractmethod
    def _judge_alone(self, state: int, damping: Value) -> None:
        """Take the error of a state that does not depend on others in turn, here or with the rest."""

    @abstractmethod
    def _look(self, index: int, difference: Value) -> None:
        """Note in which lanes a switch may turn, unless that is looked at later on."""

    @abstractmethod
    def _judge_rest(self) -> None:
        """Take the errors that are left."""

    def _rate(self, block: Turnover) -> Value:
        """Return ``gain - decay y`` with y at the start of the step.

        It is what the increments would be per hour, did the state not decay on the way.
        """
        gain, decay = (self.stages.value(node) for node in (block.gain, block.decay))
        return self.points.fma(-decay, self._start(block.state), gain)

    # blocks that need Newton ----------------------------------------------------------------------------
    def _couple(self, block: Coupled) -> None:
        code, points = self.code, self.points
        increments, slopes = self._solved(block)
        for state, own in zip(block.states, increments, strict=True):
            self._know(state, own)
        matrix = {(i, i): code.number(GAMMA) for i in range(len(block.states))}
        for place, slope in slopes.items():
            last = points.apart(slope)[-1]
            matrix[place] = last + matrix[place] if place in matrix else last
        if len(block.states) == 1:
            grows = matrix[0, 0] < GAMMA - MOST_GROWTH
            damping = code.select(grows, float("inf"), GAMMA / matrix[0, 0])
            self._judge_alone(block.states[0], damping)
        else:
            self._judge_coupled(block, matrix, increments)

    def _predicted(self, state: int) -> Value:
        """Return the last attempt's polynomial at the stages; 0 where it, or its member, was lost."""
        points, first = self.points, self.layout.points("z", state)
        old = [points.load(self.memory, first + stage) for stage in range(STAGES)]
        value = points.dot(self.predict, old)
        return points.select(points.abs(value) < float("inf"), value, 0.0)

    def _solved(self, block: Coupled) -> tuple[Increments, Slopes]:
        """Return a block's increments, and ``-h J`` at each stage where Newton began.

        Newton keeps the Jacobian of the prediction, and so its only divisions; so what the error filter takes
        from here cannot depend on how long the neighbours go on either.
        """
        self.start = [self._start(state) for state in block.states]
        own = sum(1 << state for state in block.states)
        for node in (*block.rates, *block.jacobian.values()):
            self.stages.prepare(node, own)
        guess = [] if block.linear else [self._predicted(state) for state in block.states]
        inside = self._inside(block, guess)
        slopes = {place: -(self.h_at_stages * inside.value(node)) for place, node in block.jacobian.items()}
        solver = StageSolver(self.points, slopes, len(block.states))
        if block.linear:  # whatever it begins with
            return solver.solved([self.h_at_stages * inside.value(rate) for rate in block.rates]), slopes
        corrections = solver.solved(self._residuals(block, guess, inside))
        return self._iterate(block, solver, _less(guess, corrections), self._size(block, corrections)), slopes

    def _iterate(self, block: Coupled, solver: StageSolver, first: Increments, size: Value) -> Increments:
        """Newton with a convergence test of its own for every lane; a lane that is done stands still."""
        code, builder, points = self.code, self.code.builder, self.points
        for state, increments in zip(block.states, first, strict=True):
            self._keep(state, increments)
        at_once = code.max(NEWTON_AT_ONCE, ROUNDING * self.lane("inverse_tolerance"))
        going = code.select(size <= at_once, 0.0, self.lane("busy"))
        before = builder.block
        body, after = builder.append_block(), builder.append_block()
        builder.cbranch(code.any(going > 0.0), body, after)
        builder.position_at_end(body)
        count, active, size_before = builder.phi(I32), builder.phi(code.vector), builder.phi(code.vector)
        for phi, value in ((count, ir.constant(I32, 2)), (active, going.ref), (size_before, size.ref)):
            phi.add_incoming(value, before)
        old = [self._old(state) for state in block.states]
        corrections = solver.solved(self._residuals(block, old, self._inside(block, old)))
        moves = points.where(Value(code, active) > 0.0)
        for state, own, new in zip(block.states, old, _less(old, corrections), strict=True):
            self._keep(state, points.select(moves, new, own))
        size = self._size(block, corrections)
        rate = size / Value(code, size_before)
        converges = builder.and_(rate < 1.0, size * rate <= NEWTON_SHARE)
        settled = builder.or_(size <= at_once, converges)
        still = code.select(settled, 0.0, Value(code, active))
        count_next = builder.add(count, ir.constant(I32, 1))
        few = builder.icmp("<=", count_next, ir.constant(I32, MAX_ITERATIONS))
        more = builder.and_(code.any(still > 0.0), few)
        last = builder.block
        for phi, value in ((count, count_next), (active, still.ref), (size_before, size.ref)):
            phi.add_incoming(value, last)
        builder.cbranch(more, body, after)
        builder.position_at_end(after)
        left = builder.phi(code.vector)
        left.add_incoming(going.ref, before)
        left.add_incoming(still.ref, last)
        self.failed = self.failed + Value(code, left)
        return [self._old(state) for state in block.states]

    def _inside(self, block: Coupled, increments: Increments) -> Evaluator:
        """Return the stages with a block's states set, to the start where there are no increments."""
        inside, values = self.stages.inside(), self.start
        if increments:
            values = [first + own for first, own in zip(self.start, increments, strict=True)]
        inside.states.update(zip(block.states, values, strict=True))
        return inside

    def _residuals(self, block: Coupled, increments: Increments, inside: Evaluator) -> Increments:
        """Return ``A^-1 Z - h f``, the stages of each state."""
        points = self.points
        columns = [points.each_its_own(column) for column in zip(*INVERSE, strict=True)]
        return [
            points.fma(-self.h_at_stages, inside.value(rate), points.dot(columns, points.everywhere(own)))
            for rate, own in zip(block.rates, increments, strict=True)
        ]

    def _size(self, block: Coupled, corrections: Increments) -> Value:
        """Return the largest correction in units of the tolerance; the last stage is the new state."""
        code, size = self.code, self.code.number(0.0)
        for state, correction in zip(block.states, corrections, strict=True):
            last = self.points.apart(correction)[-1]
            size = code.max(size, code.abs(last) / self._scale(state))
        return size * self.lane("inverse_tolerance")

    # errors ---------------------------------------------------------------------------------------------
    def _judge_coupled(self, block: Coupled, matrix: Matrix, increments: Increments) -> None:
        """Take the errors of states that depend on each other."""
        code = self.code
        found = [self._unfiltered(state, own) for state, own in zip(block.states, increments, strict=True)]
        for row, (state, (_, sudden)) in enumerate(zip(block.states, found, strict=True)):
            error = code.max(sudden, 0.0) * GAMMA / code.max(code.abs(matrix[row, row]), GAMMA)
            grows = matrix[row, row] < GAMMA - MOST_GROWTH
            self._judge(state, code.select(grows, float("inf"), error))
        filtered = eliminated(code, matrix, [change for change, _ in found])
        for state, error in zip(block.states, filtered, strict=True):
            self._judge(state, error * GAMMA)

    def _unfiltered(self, state: int, increments: Value) -> tuple[Value, Value]:
        code = self.code
        slope = code.load(self.memory, self.layout["slope"] + state)
        stages = code.dot(JUMP_STAGES, self.points.apart(increments))
        jump = code.fma(self.lane("from_slope"), slope, stages)
        return error_parts(self.lane, jump, code.load(self.memory, self.layout["jump"] + state))

    def _scale(self, state: int) -> Value:
        # In this order a start that is no number leaves the floor, and its error stands out.
        floor = self.code.load(self.memory, self.layout["floor"] + state)
        return self.code.max(self.code.abs(self.at_start(state)), floor)

    def _judge(self, state: int, error: Value) -> None:
        self.worst = larger_ratio(self.code, error, self._scale(state), self.worst)


def _less(values: Increments, corrections: Increments) -> Increments:
    return [value - correction for value, correction in zip(values, corrections, strict=True)]
