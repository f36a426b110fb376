"""The order of the blocks: complete, unique, and never ahead of what a block depends on."""

import itertools

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from exerkine_sim.engine import System
from exerkine_sim.engine.order import Block, dependencies, ordered_blocks
from exerkine_sim.physiology import default_model
from exerkine_sim.simulate import system_of


def system(*rates, n):
    states = sympy.symbols(f"y:{n}")
    return System(states, (), (), tuple(rate(states) for rate in rates), (sympy.Integer(0),) * n)


def check_order(one, blocks):
    depends, known = dependencies(one), set()
    for block in blocks:
        known |= set(block.states)
        for row in block.states:
            assert {column for column in range(len(depends)) if depends[row, column]} <= known
    assert sorted(itertools.chain(*(block.states for block in blocks))) == list(range(len(depends)))


def test_a_chain_written_backwards_is_turned_round():
    one = system(lambda y: y[1] - y[0], lambda y: y[2] - y[1], lambda y: 1 - y[2], n=3)
    assert ordered_blocks(one) == (Block((2,), True), Block((1,), True), Block((0,), True))


def test_a_loop_is_one_block_and_its_linearity_is_its_own():
    one = system(lambda y: y[1] - y[0], lambda y: y[2] ** 2 * y[0] - y[1], lambda y: -(y[2] ** 2), n=3)
    assert ordered_blocks(one) == (Block((2,), False), Block((0, 1), True))


@given(edges=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_any_graph_is_ordered(edges):
    rates = [
        lambda y, row=row: -y[row] + sum(y[column] for r, column in edges if r == row) for row in range(8)
    ]
    one = system(*rates, n=8)
    blocks = ordered_blocks(one)
    check_order(one, blocks)
    assert blocks == ordered_blocks(one)


def test_the_physiology_is_a_cascade_with_few_small_loops():
    one = system_of(default_model())
    blocks = ordered_blocks(one)
    check_order(one, blocks)
    loops = [block for block in blocks if len(block.states) > 1]
    assert len(loops) <= 4
    assert max(len(block.states) for block in loops) <= 8
    assert sum(block.linear for block in blocks) > 0.85 * len(blocks)


@pytest.mark.parametrize("n", [1, 2])
def test_states_that_stand_alone_keep_their_order(n):
    one = system(*[lambda y, i=i: -y[i] for i in range(n)], n=n)
    assert [block.states for block in ordered_blocks(one)] == [(i,) for i in range(n)]
