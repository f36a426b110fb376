"""Where everything lies in the memory that one thread works in: arrays of vectors, one member a lane."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .plan import Plan
from .tape import MEMBER, SEGMENT, Tape

# One vector each: what a lane knows about itself.
LANE = (
    *("tau", "h", "h_tried", "h_done", "length", "origin", "end", "inverse_tolerance"),
    *("fresh", "last", "accepted", "error", "error_before", "factor", "failed", "busy", "edge", "lost"),
    *("attempts", "attempts_here", "opening", "kink", "ahead", "landing", "landed"),
    *("from_slope", "history", "share", "kink_history", "kink_share", "effect"),
)
STAGES = 3
POINTS, START = STAGES + 1, STAGES  # of a step: the stages, then its start
# Numbers that solve the stages for a decay rate: three columns; the fourth of the first filters the error.
SOLVE, FILTER = STAGES * POINTS, STAGES
TOGETHER = 3  # decay rates whose solves share a division
WORD = 8  # bytes that are looked at together
ACROSS = 8  # neighbours in an array that one vector takes, where a member has a thread to itself
# What is gathered of an observable over a window: value at its start, extremes and when, area, time above.
MEASURES = ("before", "c_max", "t_max", "c_min", "t_min", "area", "above")


@dataclass(frozen=True)
class Layout:
    """Offsets, in vectors, of the arrays in a thread's memory.

    Parameters
    ----------
    n_states, n_constants, n_inputs, n_switches : int
    slots : dict of int to int
        Node of the tape to the offset at which its value is kept.
    offsets : dict of str to int
        Name of an array to its offset.
    decays : dict of int to int
        Node of a decay rate to its place among them.
    row : int
        How far decay rates that are solved together stand apart.
    size : int
        Vectors in all.
    step : int
        How many neighbours in an array one vector takes: where a member is alone, several.
    """

    n_states: int
    n_constants: int
    n_inputs: int
    n_switches: int
    slots: dict[int, int] = field(repr=False)
    offsets: dict[str, int] = field(repr=False)
    decays: dict[int, int] = field(repr=False)
    row: int
    size: int
    step: int

    @property
    def alone(self) -> bool:
        """Whether a member has a thread to itself."""
        return self.step == ACROSS

    def __getitem__(self, name: str) -> int:
        return self.offsets[name]

    def points(self, name: str, element: int) -> int:
        """Return the offset of the first of an element's points."""
        return self.offsets[name] + POINTS * element

    def solve(self, decay: int) -> int:
        """Return the offset of how the stages are solved for a decay rate, given as its node."""
        return self.offsets["solves"] + SOLVE * self.decays[decay]


def lay_out(plan: Plan, width: int) -> Layout:
    """Give every array, and every node that a faster-changing one needs, its place.

    Where a member is alone, arrays begin at whole vectors and are filled up to such.
    """
    step = ACROSS if width == 1 else 1

    def whole(count: int) -> int:
        return step * -(-count // step)

    n_states, n_constants, n_inputs = plan.sizes
    n_observables, n_groups = len(plan.observables), -(-len(plan.decays) // TOGETHER)
    row = whole(n_groups)
    arrays = {
        "constants": n_constants,
        "inputs": n_inputs,
        **dict.fromkeys(("y", "slope", "jump", "floor", "filters", "cubes"), n_states),
        "z": POINTS * whole(n_states),
        "by_stage": STAGES * whole(n_states) if width == 1 else 0,
        "differences": POINTS * whole(len(plan.switches)),
        "near": 0
        if width == 1
        else -(-len(plan.switches) // (WORD * width)),  # a byte a switch, a bit a lane
        "decays": TOGETHER * row,
        "solves": SOLVE * TOGETHER * row,
        "seen": POINTS * n_observables,
        "measures": len(MEASURES) * n_observables,
        "levels": n_observables,
    }
    offsets, place = {}, 0
    for name, size in arrays.items():
        offsets[name] = place
        place += whole(size)
    offsets |= {name: place + index for index, name in enumerate(LANE)}
    place += len(LANE)
    slots = {node: place + index for index, node in enumerate(kept(plan.tape, list(plan.roots())))}
    decays = {node: row * (index // n_groups) + index % n_groups for index, node in enumerate(plan.decays)}
    return Layout(*plan.sizes, len(plan.switches), slots, offsets, decays, row, place + len(slots), step)


def kept(tape: Tape, roots: Iterable[int]) -> list[int]:
    """Return the nodes computed once a member or a segment that something faster needs, in order."""
    wanted = {root for root in roots if tape.nodes[root].level in (MEMBER, SEGMENT)}
    for node in tape.needed_by(roots):
        above = tape.nodes[node].level
        wanted |= {arg for arg in tape.arguments(node) if 0 < tape.nodes[arg].level < above}
    return sorted(node for node in wanted if tape.arguments(node))


def uses(tape: Tape, roots: Iterable[int]) -> dict[int, int]:
    """Return how many operations, and roots, take each node."""
    roots = list(roots)
    count = dict.fromkeys(tape.needed_by(roots), 0)
    for node in list(count):
        for arg in tape.arguments(node):
            count[arg] += 1
    for root in roots:
        count[root] += 1
    return count
