"""What a step does for each block of states, in the order in which they are solved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..order import solving_order
from ..system import System
from .tape import STAGE, Tape


@dataclass(frozen=True, slots=True)
class Turnover:
    """A state linear in itself, ``y' = gain - decay y``, as nodes of the tape."""

    state: int
    gain: int
    decay: int


@dataclass(frozen=True, slots=True)
class Coupled:
    """A state nonlinear in itself, or states that depend on each other in a circle.

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


@dataclass(frozen=True)
class Plan:
    """A System as nodes: its blocks in solving order, rates, and the guess for the steady state."""

    sizes: tuple[int, int, int]
    tape: Tape
    blocks: tuple[Turnover | Coupled, ...]
    rates: tuple[int, ...]
    guess: tuple[int, ...]
    observables: tuple[int, ...]

    def digest(self) -> str:
        """Return a hash of all that the code is written from."""
        parts = (self.sizes, self.tape.nodes, self.blocks, self.rates, self.guess, self.observables)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @cached_property
    def decays(self) -> tuple[int, ...]:
        """Decay rates of all turnovers, each once; those that no stage changes come first."""
        found = dict.fromkeys(block.decay for block in self.blocks if isinstance(block, Turnover))
        return tuple(sorted(found, key=lambda decay: self.tape.nodes[decay].level == STAGE))

    def steady_decays(self) -> int:
        """Return how many of the decay rates no stage changes."""
        return sum(self.tape.nodes[decay].level < STAGE for decay in self.decays)

    def roots(self) -> Iterator[int]:
        """Yield every node that some function of the kernel asks for."""
        yield from (*self.rates, *self.guess, *self.observables)
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
    return Plan(sizes, tape, blocks, rates, guess, observed)


def _block(tape: Tape, rates: Sequence[int], states: tuple[int, ...]) -> Turnover | Coupled:
    first, own = states[0], sum(1 << state for state in states)
    entries = {
        (row, column): tape.derivative(rates[i], j)
        for row, i in enumerate(states)
        for column, j in enumerate(states)
        if tape.nodes[rates[i]].states >> j & 1
    }
    bent = any(tape.nodes[entry].states & own for entry in entries.values())
    linear = not bent and not _jumps(tape, (rates[state] for state in states), own)
    if linear and len(states) == 1:
        decay = tape.operation("neg", entries.get((0, 0), tape.literal(0.0)))
        return Turnover(first, tape.at_zero(rates[first], first), decay)
    return Coupled(states, tuple(rates[i] for i in states), entries, linear)


def _jumps(tape: Tape, rates: Iterable[int], own: int) -> bool:
    """Return whether a step function of a block's own states stands in its rates: its derivative is 0."""
    ahead, seen = list(rates), set()
    while ahead:
        op, args, _, states = tape.nodes[node := ahead.pop()]
        if node in seen or not states & own or op == "state":
            continue
        if op == "positive":
            return True
        seen.add(node)
        ahead.extend(args)
    return False
