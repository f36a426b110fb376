"""The dependency order of a system: who must be known before whom, and which states are solved together."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
import sympy

from .expression import Positive
from .system import Array, System

APART = 4  # so many places lie between a block and what needs it, where there is a choice


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
    column: dict[sympy.Basic, int] = {symbol: index for index, symbol in enumerate(system.states)}
    depends = np.zeros((len(column), len(column)), dtype=bool)
    for row, rate in enumerate(system.rates):
        depends[row, [column[symbol] for symbol in _parts(rate) & column.keys()]] = True
    return depends


def ordered_blocks(system: System) -> tuple[Block, ...]:
    """Return the strongly connected blocks such that each depends on earlier ones and itself only.

    The order is unique: among blocks that are ready, the one with the smallest state comes first that needs
    none of the last few; a processor then has something to do while it waits for what others need.

    References
    ----------
    Tarjan, SIAM J Comput 1 (1972), for the components; Kahn, Commun ACM 5 (1962), for the order.

    Examples
    --------
    >>> import sympy
    >>> a, b = sympy.symbols("a b")
    >>> backwards = System((a, b), (), (), (b - a, 1 - b**2), (sympy.Integer(0),) * 2)
    >>> ordered_blocks(backwards)
    (Block(states=(1,), linear=False), Block(states=(0,), linear=True))
    """
    blocks = solving_order(dependencies(system))
    return tuple(Block(states, _is_linear(system, states)) for states in blocks)


def solving_order(depends: Array) -> list[tuple[int, ...]]:
    """Return the states of each block, in order, from which state depends on which (n_states, n_states)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array(depends)
    _, component = connected_components(graph, directed=True, connection="strong")
    _, smallest = np.unique(component, return_index=True)
    block_of = smallest[component]  # a block goes by its smallest state
    awaited: dict[int, set[int]] = {name: set() for name in smallest.tolist()}
    for later, earlier in zip(*(block_of[one].tolist() for one in graph.nonzero()), strict=True):
        awaited[later] |= {earlier} - {later}
    return [tuple(np.flatnonzero(block_of == name).tolist()) for name in _sorted(awaited)]


def _sorted(awaited: Mapping[int, Set[int]]) -> Iterator[int]:
    """Yield each name after all that it awaits, where there is a choice some places after the last of them.

    Of those that are ready, the smallest comes first that awaits none of the last few; where there is none,
    the one whose last came first.
    """
    graph, place = TopologicalSorter(awaited), {}
    rested: list[int] = []
    resting: list[tuple[int, int]] = []
    graph.prepare()
    while graph.is_active():
        for name in graph.get_ready():
            last = max((place[one] for one in awaited[name]), default=-APART)
            heapq.heappush(resting, (last, name))
        while resting and resting[0][0] <= len(place) - APART:
            heapq.heappush(rested, heapq.heappop(resting)[1])
        first = heapq.heappop(rested) if rested else heapq.heappop(resting)[1]
        place[first] = len(place)
        graph.done(first)
        yield first


def _is_linear(system: System, states: tuple[int, ...]) -> bool:
    own = {system.states[index] for index in states}
    suspects = [system.rates[index] for index in states if _degree(system.rates[index], own, {}) > 1]
    # What looks nonlinear may still cancel; differentiation is slow and asked only then.
    return not any(_bends(rate, own) for rate in suspects)


def _bends(rate: sympy.Expr, own: Set[sympy.Basic]) -> bool:
    """Return whether a derivative depends on `own`, or a step function does, whose derivative is 0."""
    slopes = (sympy.diff(rate, symbol) for symbol in own)
    return any(part.free_symbols & own for part in (*slopes, *rate.atoms(Positive)))


def _degree(expression: Any, own: Set[sympy.Symbol], known: dict[Any, int]) -> int:
    """Return 0 for an expression free of `own`, 1 for one that stands linear in them, more for any other."""
    if expression in own:
        return 1
    if expression not in known:
        parts = [_degree(part, own, known) for part in expression.args]
        if expression.is_Mul:
            known[expression] = sum(parts)
        else:
            known[expression] = max(parts, default=0) * (1 if expression.is_Add else 2)
    return known[expression]


def _parts(expression: Any) -> Set[sympy.Basic]:
    """Return all subexpressions; one that stands many times is looked at once."""
    seen, ahead = set(), [expression]
    while ahead:
        part = ahead.pop()
        if part not in seen:
            seen.add(part)
            ahead.extend(part.args)
    return seen
