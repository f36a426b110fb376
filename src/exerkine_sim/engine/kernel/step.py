"""One step of every lane: the stages block by block, and how wrong they may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import ir
from .ir import I32
from .layout import POINTS, SOLVE, Layout
from .lower import Evaluator, together
from .memory import Memory
from .plan import Coupled, Plan, Turnover
from .radau import GAMMA, INVERSE, JUMP_AT, JUMP_STAGES, JUMP_START, NODES, cubic
from .solve import StageSolver, eliminated
from .tape import STAGE
from .turnover import MOST_GROWTH, error_parts, write_solves
from .vector import Code, Value, larger_ratio, log2

MAX_ITERATIONS = 10
# Newton's last correction, in units of the tolerance, times its rate of convergence must fall below the
# share, or itself below what ends it at once; never below rounding.
NEWTON_SHARE, NEWTON_AT_ONCE, ROUNDING = 1e-4, 1e-3, 1e-14
LARGEST = 1e300
# The estimate of a first step rests on the fourth derivative, that of the following ones on its change. Where
# it is far above what the last step's says, a rate has a kink, and it counts itself.
FIRST_SHARE, LATER_SHARE = 0.005, 0.002
KINK_SHARE, KINK_RATIO = 0.02, 4.0
STAGES = range(3)
Increments = list[list[Value]]  # by state and stage
Slopes = dict[tuple[int, int], list[Value]]  # by row and column of a block, at each stage


class StepWriter(Memory):
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
    turn_over : ir.Function
        What solves a state linear in itself.
    """

    def __init__(
        self,
        code: Code,
        plan: Plan,
        layout: Layout,
        memory: Any,
        *,
        uses: dict[int, int],
        turn_over: ir.Function,
    ) -> None:
        super().__init__(code, layout, memory)
        self.plan = plan
        fixed = Evaluator(code, plan.tape, layout, memory=memory, level=STAGE, uses=uses)
        self.stages, self.turn_over = together([fixed.inside() for _ in STAGES]), turn_over
        self.h = self.lane("h")
        self.failed = code.number(0.0)
        self.worst = ir.constant(code.whole, -(2**62))

    def write(self) -> None:
        """Write the whole step; leaves the increments, the error and the failure mark in memory."""
        self._weigh_history()
        write_solves(self.code, self.plan, self.layout, self.memory)
        if any(isinstance(block, Coupled) for block in self.plan.blocks):
            self._weigh_prediction()
        waiting = list(range(len(self.plan.switches)))
        for block in self.plan.blocks:
            if isinstance(block, Turnover):
                self._turn_over(block)
            else:
                self._couple(block)
            waiting = self._compared(waiting)
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
        """Weights of the last attempt's polynomial at this step's stages; 0 where there is none."""
        code = self.code
        accepted = self.lane("accepted") > 0.0
        ratio = self.h / self.lane("h_tried")
        from_end = code.select(accepted, 1.0, 0.0)
        none = self.lane("fresh") > 0.0
        self.predict = []
        for node in NODES:
            weights = cubic(code.fma(ratio, node, from_end))
            weights = (weights[0], weights[1], weights[2] - from_end)
            self.predict.append([code.select(none, 0.0, weight) for weight in weights])

    def _place(self, state: int, stage: int) -> int:
        return self.layout["z"] + 3 * state + stage

    def _old(self, state: int) -> list[Value]:
        return [self.code.load(self.memory, self._place(state, stage)) for stage in STAGES]

    def _keep(self, state: int, increments: Sequence[Value]) -> None:
        for stage, increment in zip(STAGES, increments, strict=True):
            self.code.store(increment, self.memory, self._place(state, stage))

    def _compared(self, waiting: list[int]) -> list[int]:
        """Keep the differences that switches turn on, once all they need is known; return those that wait."""
        known, later = sum(1 << state for state in self.stages[0].states), []
        for index in waiting:
            node = self.plan.switches[index].difference
            if self.plan.tape.nodes[node].states & ~known:
                later.append(index)
                continue
            first = self.layout["differences"] + POINTS * index + 1
            for place, stage in enumerate(self.stages, start=first):
                self.code.store(stage.value(node), self.memory, place)
        return later

    # states linear in themselves ------------------------------------------------------------------------
    def _turn_over(self, block: Turnover) -> None:
        code, start = self.code, self.at_start(block.state)
        rates = [
            code.fma(-stage.value(block.decay), start, stage.value(block.gain)).ref for stage in self.stages
        ]
        places = [code.at(self.memory, self.layout["y"] + block.state, code.vector)]
        places += [code.at(self.memory, self._place(block.state, 0), code.vector), self._solve(block)]
        arguments = [self.memory, *places, *rates, self.worst]
        self.worst = code.builder.call(self.turn_over, arguments)
        for stage, increment in zip(self.stages, self._old(block.state), strict=True):
            stage.states[block.state] = start + increment

    def _solve(self, block: Turnover) -> Any:
        place = self.layout["solves"] + len(SOLVE) * self.plan.decays.index(block.decay)
        return self.code.at(self.memory, place, self.code.vector)

    # blocks that need Newton ----------------------------------------------------------------------------
    def _couple(self, block: Coupled) -> None:
        code = self.code
        increments, slopes = self._solved(block)
        for state, own in zip(block.states, increments, strict=True):
            self._keep(state, own)
            for stage, increment in zip(self.stages, own, strict=True):
                stage.states[state] = self.at_start(state) + increment
        matrix = {(i, i): code.number(GAMMA) for i in range(len(block.states))}
        for place, (*_, slope) in slopes.items():
            matrix[place] = slope + matrix[place] if place in matrix else slope
        found = [self._unfiltered(state, own) for state, own in zip(block.states, increments, strict=True)]
        for row, (state, (_, sudden)) in enumerate(zip(block.states, found, strict=True)):
            error = code.max(sudden, 0.0) * GAMMA / code.max(code.abs(matrix[row, row]), GAMMA)
            grows = matrix[row, row] < GAMMA - MOST_GROWTH
            self._judge(state, code.select(grows, float("inf"), error))
        filtered = eliminated(code, matrix, [change for change, _ in found])
        for state, error in zip(block.states, filtered, strict=True):
            self._judge(state, error * GAMMA)

    def _prepare(self, block: Coupled) -> None:
        own = sum(1 << state for state in block.states)
        for stage in self.stages:
            for node in (*block.rates, *block.jacobian.values()):
                stage.prepare(node, own)

    def _predicted(self, state: int) -> list[Value]:
        """Return the last attempt's polynomial at the stages; 0 where it, or its member, was lost."""
        code, old = self.code, self._old(state)
        values = [code.dot(weights, old) for weights in self.predict]
        return [code.select(code.abs(value) <= LARGEST, value, 0.0) for value in values]

    def _solved(self, block: Coupled) -> tuple[Increments, Slopes]:
        """Return a block's increments, and ``-h J`` at each stage where Newton began.

        Newton keeps the Jacobian of the prediction, and so its only divisions; so what the error filter takes
        from here cannot depend on how long the neighbours go on either.
        """
        code, self.start = self.code, [self.at_start(state) for state in block.states]
        self._prepare(block)
        guess = [self._predicted(state) for state in block.states]
        inside = self._inside(block, guess)
        slopes = {
            place: [-(self.h * point.value(node)) for point in inside]
            for place, node in block.jacobian.items()
        }
        solver = StageSolver(code, slopes, len(block.states))
        corrections = solver.solved(self._residuals(block, guess, inside))
        increments = _less(guess, corrections)
        if not block.linear:
            increments = self._iterate(block, solver, increments, self._size(block, corrections))
        return increments, slopes

    def _iterate(self, block: Coupled, solver: StageSolver, first: Increments, size: Value) -> Increments:
        """Newton with a convergence test of its own for every lane; a lane that is done stands still."""
        code, builder = self.code, self.code.builder
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
        moves = Value(code, active) > 0.0
        for state, own, new in zip(block.states, old, _less(old, corrections), strict=True):
            self._keep(state, [code.select(moves, *pair) for pair in zip(new, own, strict=True)])
        size = self._size(block, corrections)
        rate = size / Value(code, size_before)
        settled = builder.or_(
            size <= at_once,
            builder.and_(rate < 1.0, size * rate <= NEWTON_SHARE),
        )
        still = code.select(settled, 0.0, Value(code, active))
        count_next = builder.add(count, ir.constant(I32, 1))
        more = builder.and_(
            code.any(still > 0.0), builder.icmp("<=", count_next, ir.constant(I32, MAX_ITERATIONS))
        )
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

    def _inside(self, block: Coupled, increments: Increments) -> list[Evaluator]:
        """Return the stages with a block's states set."""
        inside = together([stage.inside() for stage in self.stages])
        for state, first, own in zip(block.states, self.start, increments, strict=True):
            for point, increment in zip(inside, own, strict=True):
                point.states[state] = first + increment
        return inside

    def _residuals(self, block: Coupled, increments: Increments, inside: list[Evaluator]) -> Increments:
        """Return ``A^-1 Z - h f``, the stages of each state."""
        code = self.code
        return [
            [
                code.fma(-self.h, point.value(rate), code.dot(row, own))
                for point, row in zip(inside, INVERSE, strict=True)
            ]
            for rate, own in zip(block.rates, increments, strict=True)
        ]

    def _size(self, block: Coupled, corrections: Increments) -> Value:
        """Return the largest correction in units of the tolerance; the last stage is the new state."""
        code, size = self.code, self.code.number(0.0)
        for state, start, correction in zip(block.states, self.start, corrections, strict=True):
            size = code.max(size, code.abs(correction[2]) / self._scale(state, start))
        return size * self.lane("inverse_tolerance")

    # errors ---------------------------------------------------------------------------------------------
    def _unfiltered(self, state: int, increments: Sequence[Value]) -> tuple[Value, Value]:
        code = self.code
        slope = code.load(self.memory, self.layout["slope"] + state)
        jump = code.fma(self.lane("from_slope"), slope, code.dot(JUMP_STAGES, increments))
        code.store(jump, self.memory, self.layout["jump_now"] + state)
        return error_parts(code, self.lane, jump, code.load(self.memory, self.layout["jump"] + state))

    def _scale(self, state: int, start: Value) -> Value:
        # In this order a start that is no number leaves the floor, and its error stands out.
        return self.code.max(self.code.abs(start), self.code.load(self.memory, self.layout["floor"] + state))

    def _judge(self, state: int, error: Value) -> None:
        self.worst = larger_ratio(self.code, error, self._scale(state, self.at_start(state)), self.worst)


def _less(values: Increments, corrections: Increments) -> Increments:
    return [
        [value - correction for value, correction in zip(*pair, strict=True)]
        for pair in zip(values, corrections, strict=True)
    ]
