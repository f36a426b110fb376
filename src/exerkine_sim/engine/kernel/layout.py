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
    *("attempts", "attempts_here", "opening", "kink", "landing", "landed"),
    *("from_slope", "history", "share", "kink_history", "kink_share", "effect"),
)
# How the stages of a state are solved for its decay rate: ``h (A^-1 + h k)^-1`` in the basis in which it is a
# number and a complex number, and the error filter.
SOLVE = ("real", "even", "odd", "filter")
POINTS = 4  # of a step at which a switch's difference is kept: its start and the stages
TOGETHER = 3  # decay rates whose solves share a division
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
    size : int
        Vectors in all.
    """

    n_states: int
    n_constants: int
    n_inputs: int
    n_switches: int
    slots: dict[int, int] = field(repr=False)
    offsets: dict[str, int] = field(repr=False)
    size: int

    def __getitem__(self, name: str) -> int:
        return self.offsets[name]


def lay_out(plan: Plan) -> Layout:
    """Give every array, and every node that a faster-changing one needs, its place."""
    n_states, n_constants, n_inputs = plan.sizes
    n_observables = len(plan.observables)
    offsets, place = {}, 0
    arrays = {
        "constants": n_constants,
        "inputs": n_inputs,
        "y": n_states,
        "slope": n_states,
        "jump": n_states,
        "jump_now": n_states,
        "floor": n_states,
        "z": 3 * n_states,
        "differences": POINTS * len(plan.switches),
        "decays": TOGETHER * groups(len(plan.decays)),
        "solves": len(SOLVE) * TOGETHER * groups(len(plan.decays)),
        "seen": 4 * n_observables,
        "measures": len(MEASURES) * n_observables,
        "levels": n_observables,
        **dict.fromkeys(LANE, 1),
    }
    for name, size in arrays.items():
        offsets[name] = place
        place += size
    slots = {node: place + index for index, node in enumerate(kept(plan.tape, list(plan.roots())))}
    return Layout(*plan.sizes, len(plan.switches), slots, offsets, place + len(slots))


def groups(n_decays: int) -> int:
    """Return how many groups of decay rates are solved together, the last filled up."""
    return -(-n_decays // TOGETHER)


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
