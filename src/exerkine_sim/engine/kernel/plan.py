"""What a step does for each block of states, in the order in which they are solved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from ..order import solving_order
from ..system import System
from .calculus import at_zero, derivative, derivatives
from .tape import STAGE, Tape


@dataclass(frozen=True, slots=True)
class Turnover:
    """A state linear in itself, ``y' = gain - decay y`` with a decay that no stage changes, as nodes."""

    state: int
    gain: int
    decay: int


@dataclass(frozen=True, slots=True)
class Coupled:
    """A state nonlinear in itself or of changing decay, or states that depend on each other in a circle.

    Parameters
    ----------
    states : tuple of int
    rates : tuple of int
        Node of each state's rate.
    jacobian : dict of (int, int) to int
        Node of each entry that is not 0, by position within the block.
    linear : bool
        One solve is exact.
    """

    states: tuple[int, ...]
    rates: tuple[int, ...]
    jacobian: dict[tuple[int, int], int]
    linear: bool


Effects = tuple[tuple[int, int], ...]  # a state, and a derivative of its rate, as a node


@dataclass(frozen=True, slots=True)
class Switch:
    """Where a rate has a kink: it takes the larger or the smaller of two things.

    Parameters
    ----------
    difference : int
        Node of the one less the other; the kink is where it passes 0.
    effects : tuple of (int, int)
        A state, and the node of the derivative of its rate by what is taken.
    """

    difference: int
    effects: Effects


@dataclass(frozen=True)
class Plan:
    """A System as nodes: its blocks in solving order, its kinks, and the guess for the steady state."""

    sizes: tuple[int, int, int]
    tape: Tape
    blocks: tuple[Turnover | Coupled, ...]
    rates: tuple[int, ...]
    guess: tuple[int, ...]
    observables: tuple[int, ...]
    scale_of: tuple[int, ...]
    switches: tuple[Switch, ...]

    def digest(self) -> str:
        """Return a hash of all that the code is written from."""
        parts = {**vars(self), "tape": self.tape.nodes}
        parts = {one.name: parts[one.name] for one in fields(self)}
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @cached_property
    def turnovers(self) -> tuple[Turnover, ...]:
        """The states linear in themselves, in solving order."""
        return tuple(block for block in self.blocks if isinstance(block, Turnover))

    @cached_property
    def decays(self) -> tuple[int, ...]:
        """Decay rates of all turnovers, each once."""
        return tuple(dict.fromkeys(block.decay for block in self.turnovers))

    def roots(self) -> Iterator[int]:
        """Yield every node that some function of the kernel asks for."""
        yield from (*self.rates, *self.guess, *self.observables)
        for switch in self.switches:
            yield from (switch.difference, *(slope for _, slope in switch.effects))
        for block in self.blocks:
            if isinstance(block, Turnover):
                yield from (block.gain, block.decay)
            else:
                yield from block.jacobian.values()


def plan_of(system: System) -> Plan:
    """Bring a System onto a tape, block by block."""
    tape = Tape(system)
    rates = tuple(tape.add(rate) for rate in system.rates)
    needs = [tape.nodes[rate].states for rate in rates]
    depends = np.array(
        [[bool(need >> state & 1) for state in range(len(rates))] for need in needs], dtype=bool
    )
    blocks = tuple(_block(tape, rates, states) for states in solving_order(depends))
    guess = tuple(tape.add(one) for one in system.guess)
    observed = tuple(tape.add(one) for one in system.observables)
    sizes = (len(system.states), len(system.constants), len(system.inputs))
    scale_of = tuple(range(len(rates))) if system.scale_of is None else tuple(system.scale_of)
    return Plan(sizes, tape, blocks, rates, guess, observed, scale_of, _switches(tape, rates))


def _switches(tape: Tape, rates: Sequence[int]) -> tuple[Switch, ...]:
    """Return what takes the larger or smaller of two things that change within a step."""
    found = []
    for node in sorted(tape.needed_by(rates)):
        op, args, level, _ = tape.nodes[node]
        if op in ("max", "min") and level == STAGE:
            partials, none = derivatives(tape, rates, node), tape.literal(0.0)
            effects = tuple((state, partial) for state, partial in enumerate(partials) if partial != none)
            found.append(Switch(tape.operation("sub", *args), effects))
    return tuple(found)


def _block(tape: Tape, rates: Sequence[int], states: tuple[int, ...]) -> Turnover | Coupled:
    first, own = states[0], sum(1 << state for state in states)
    entries = {
        (row, column): derivative(tape, rates[i], tape.state(j))
        for row, i in enumerate(states)
        for column, j in enumerate(states)
        if tape.nodes[rates[i]].states >> j & 1
    }
    bent = any(tape.nodes[entry].states & own for entry in entries.values())
    linear = not bent and not _jumps(tape, (rates[state] for state in states), own)
    decay = tape.operation("neg", entries.get((0, 0), tape.literal(0.0)))
    if linear and len(states) == 1 and tape.nodes[decay].level < STAGE:
        return Turnover(first, at_zero(tape, rates[first], tape.state(first)), decay)
    return Coupled(states, tuple(rates[i] for i in states), entries, linear)


def _jumps(tape: Tape, rates: Iterable[int], own: int) -> bool:
    """Return whether a step function of a block's own states stands in its rates: its derivative is 0."""
    nodes = (tape.nodes[node] for node in tape.needed_by(rates))
    return any(node.op == "positive" and node.states & own for node in nodes)
