"""The dependency order of a system: who must be known before whom, and which states are solved together."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import sympy
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from .system import Array, System


@dataclass(frozen=True, slots=True)
class Block:
    """States that depend on each other in a circle, or a single state.

    Parameters
    ----------
    states : tuple of int
        Positions in the state vector, ascending.
    linear : bool
        The rates are linear in the block's own states, whatever the others do: one linear solve is exact.
    """

    states: tuple[int, ...]
    linear: bool


def dependencies(system: System) -> Array:
    """Return a boolean matrix, shape (n_states, n_states): row depends on column.

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> chain = System((a, b), (), (), (-a, a - b), (sympy.Integer(0),) * 2)
    >>> dependencies(chain).astype(int).tolist()
    [[1, 0], [1, 1]]
    """
    return np.array([[state in rate.free_symbols for state in system.states] for rate in system.rates])


def ordered_blocks(system: System) -> tuple[Block, ...]:
    """Return the strongly connected blocks such that each depends on earlier ones and itself only.

    The order is unique: among blocks that are ready, the one with the smallest state comes first.

    References
    ----------
    Tarjan, SIAM J Comput 1 (1972), for the components; Kahn, Commun ACM 5 (1962), for the order.
    """
    depends = dependencies(system)
    n_blocks, of = connected_components(csr_array(depends), directed=True, connection="strong")
    members = [tuple(int(i) for i in np.flatnonzero(of == block)) for block in range(n_blocks)]
    waits_for = [
        {int(of[column]) for row in members[block] for column in np.flatnonzero(depends[row])} - {block}
        for block in range(n_blocks)
    ]
    ready = [(members[block][0], block) for block in range(n_blocks) if not waits_for[block]]
    heapq.heapify(ready)
    order: list[Block] = []
    while ready:
        _, done = heapq.heappop(ready)
        order.append(Block(members[done], _is_linear(system, members[done])))
        for block in range(n_blocks):
            if done in waits_for[block]:
                waits_for[block].discard(done)
                if not waits_for[block]:
                    heapq.heappush(ready, (members[block][0], block))
    return tuple(order)


def _is_linear(system: System, states: tuple[int, ...]) -> bool:
    own = [system.states[index] for index in states]
    rates = [system.rates[index] for index in states]
    slopes = [sympy.diff(rate, symbol) for rate in rates for symbol in own if symbol in rate.free_symbols]
    return not any(slope.free_symbols & set(own) for slope in slopes)
