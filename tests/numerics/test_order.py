"""The order of the blocks: complete, unique, and never ahead of what a block depends on."""

import itertools
import time

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger, Positive, Smaller
from exerkine_sim.engine.kernel.plan import Turnover, plan_of
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


def test_a_block_stands_some_places_after_what_it_needs_where_there_is_a_choice():
    """State 1 needs 0; of the others, which need nothing, so many come between as a processor can do with."""
    one = system(lambda y: -y[0], lambda y: y[0] - y[1], *[lambda y, i=i: -y[i] for i in range(2, 7)], n=7)
    assert [block.states for block in ordered_blocks(one)] == [(0,), (2,), (3,), (4,), (1,), (5,), (6,)]


def test_a_loop_is_one_block_and_its_linearity_is_its_own():
    one = system(lambda y: y[1] - y[0], lambda y: y[2] ** 2 * y[0] - y[1], lambda y: -(y[2] ** 2), n=3)
    assert ordered_blocks(one) == (Block((2,), False), Block((0, 1), True))


@settings(max_examples=60, deadline=None)
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


def test_an_accumulator_depends_on_its_pool_and_not_on_itself():
    one = system(lambda y: y[1] ** 2, lambda y: -(y[1] ** 2), n=2)
    assert dependencies(one).tolist() == [[False, True], [False, True]]
    assert ordered_blocks(one) == (Block((1,), False), Block((0,), True))


def test_nothing_depends_on_a_constant_rate():
    one = system(lambda _y: sympy.Integer(3), n=1)
    assert not dependencies(one).any()
    assert ordered_blocks(one) == (Block((0,), True),)


@pytest.mark.parametrize(
    ("rate", "linear"),
    [
        (lambda y, x: x**2 * sympy.exp(x) * y / (1 + x) + sympy.Max(0, x), True),
        (lambda y, x: (x + y) * (1 - x), True),
        (lambda y, x: (y + x) ** 2 - y**2, True),  # the squares cancel
        (lambda y, x: sympy.Max(0, y) - x, False),
        (lambda y, x: x / (1 + y), False),
        (lambda y, x: y * sympy.exp(y), False),
        (lambda y, x: sympy.sqrt(y) * x, False),
        (lambda y, x: x + Positive(y - x), False),  # its derivative is 0, and it jumps
        (lambda y, x: y * Positive(x), True),
    ],
)
def test_a_state_is_linear_in_itself_whatever_the_others_do(rate, linear):
    one = system(lambda y: -y[0], lambda y: rate(y[1], y[0]), n=2)
    assert ordered_blocks(one)[1] == Block((1,), linear)


def test_a_loop_is_linear_in_all_its_states_together():
    turning = system(lambda y: -y[1] + y[0], lambda y: y[0], n=2)
    feeding = system(lambda y: -y[0] * y[1], lambda y: y[0], n=2)
    assert [block.linear for one in (turning, feeding) for block in ordered_blocks(one)] == [True, False]


@settings(max_examples=60, deadline=None)
@given(powers=st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 3)), max_size=5), shift=st.integers(0, 2))
def test_what_is_called_linear_is_linear(powers, shift):
    """Sums of powers of shifted states, some of which cancel."""
    one = system(lambda y: sum((c * (y[0] + shift) ** k for c, k in powers), sympy.S.Zero), n=1)
    if any(block.linear for blocks in (ordered_blocks(one), planned_blocks(one)) for block in blocks):
        assert sympy.Poly(one.rates[0], one.states[0]).degree() <= 1


# ------------------------------------------------------------------------------------------ two answers


def planned_blocks(one):
    """Return the blocks as machine code is written for them."""
    return tuple(
        Block((block.state,), True) if isinstance(block, Turnover) else Block(block.states, block.linear)
        for block in plan_of(one).blocks
    )


def test_what_is_shown_of_the_physiology_is_what_is_solved():
    one = system_of(default_model())
    assert planned_blocks(one) == ordered_blocks(one)


@pytest.mark.parametrize(
    ("rate", "linear"),
    [
        (lambda y, x: x, True),
        (lambda y, x: x - 2 * y, True),
        (lambda y, x: x**2 * sympy.exp(x) * y / (1 + x), True),
        (lambda y, x: (x + y) * (1 - x), True),
        (lambda y, x: y * Positive(x - 1), True),
        (lambda y, x: sympy.Max(x, 0) - y * sympy.Min(x, 1), True),
        (lambda y, x: x + Positive(y - sympy.Rational(1, 2)), False),
        (lambda y, x: x - y * Positive(y - x), False),
        (lambda y, x: x - sympy.Max(0, y - 1), False),
        (lambda y, x: x - sympy.Min(y, x), False),
        (lambda y, x: x - Larger(y, x) + Smaller(y, 2), False),
        (lambda y, x: x - sympy.Abs(y), False),
        (lambda y, x: x - y**2, False),
        (lambda y, x: x / (1 + y), False),
        (lambda y, x: y * sympy.exp(-y), False),
    ],
)
def test_a_state_is_solved_as_it_is_shown(rate, linear):
    states = sympy.symbols("x y", real=True)
    one = System(states, (), (), (-states[0], rate(states[1], states[0])), (sympy.Integer(0),) * 2)
    assert ordered_blocks(one)[1] == planned_blocks(one)[1] == Block((1,), linear)


@pytest.mark.parametrize(
    ("rates", "linear"),
    [
        ((lambda a, b: b - a, lambda a, b: -a), True),
        ((lambda a, b: b - a, lambda a, b: a - b**2), False),
        ((lambda a, b: 1 - a * b, lambda a, b: a - b), False),
        ((lambda a, b: b, lambda a, b: a * Positive(b)), False),
        ((lambda a, b: b - sympy.Max(a, b), lambda a, b: a - b), False),
    ],
)
def test_a_loop_is_solved_as_it_is_shown(rates, linear):
    states = sympy.symbols("a b", real=True)
    one = System(states, (), (), tuple(rate(*states) for rate in rates), (sympy.Integer(0),) * 2)
    assert ordered_blocks(one) == planned_blocks(one) == (Block((0, 1), linear),)


def test_thousands_of_states_are_ordered_in_a_moment():
    """A binary tree of 2,000 states, each fed by its two children, which stand behind it."""
    n = 2000
    states = sympy.symbols(f"y:{n}")
    rates = [sum(states[2 * i + 1 : 2 * i + 3], -states[i]) for i in range(n)]
    one = System(states, (), (), tuple(rates), (sympy.Integer(0),) * n)
    begin = time.perf_counter()
    blocks = ordered_blocks(one)
    spent = time.perf_counter() - begin
    assert spent < 3.0  # ten times what it takes on one slow core
    assert [block.states for block in blocks[:2]] == [(n // 2,), (n // 2 + 1,)]
    assert np.argmax([block.states[0] == 0 for block in blocks]) == n - 1
