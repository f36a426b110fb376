"""Where everything lies in a thread's memory: what is kept there, and nothing in the place of another."""

import pytest
import sympy

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger
from exerkine_sim.engine.kernel.layout import (
    ACROSS,
    LANE,
    MEASURES,
    POINTS,
    SOLVE,
    STAGES,
    TOGETHER,
    kept,
    lay_out,
    uses,
)
from exerkine_sim.engine.kernel.plan import plan_of
from exerkine_sim.engine.kernel.tape import Tape

Y, Z, K, M, U = sympy.symbols("y z k m u", positive=True)


@pytest.fixture
def tape():
    return Tape(System((Y, Z), (K, M), (U,), (-Y, -Z), (sympy.Integer(0),) * 2))


def test_a_node_is_used_as_often_as_operations_and_roots_take_it(tape):
    product, total = tape.add(Y * K), tape.add(Y * K + Z)
    twice = tape.operation("mul", product, product)
    found = uses(tape, [total, twice, total])
    y, k, z = (tape.add(one) for one in (Y, K, Z))
    assert found == {total: 2, twice: 1, product: 3, y: 1, k: 1, z: 1}


def test_what_is_kept_is_what_something_quicker_needs(tape):
    """Neither a number nor what is read anyway, nor what only its like needs."""
    of_member, of_segment = tape.add(K * M), tape.add(K * M + U)
    within = tape.add((K * M + U) * Y)
    assert kept(tape, [within]) == [of_member, of_segment]
    assert kept(tape, [of_segment]) == [of_member, of_segment]
    assert kept(tape, [of_member]) == [of_member]
    assert kept(tape, [tape.add(sympy.exp(K * M) * Y)]) == [tape.add(sympy.exp(K * M))]
    assert kept(tape, [tape.add(K * Y + 2 * Z), tape.add(K), tape.add(U)]) == []


@pytest.mark.parametrize("width", [1, 4])
def test_no_two_things_lie_in_the_same_place(width):
    rates = (U - K * Y, Y - M * Z - Larger(Y, Z) * sympy.exp(K))
    plan = plan_of(System((Y, Z), (K, M), (U,), rates, (K, M), observables=(Y / K, Z, Y)))
    layout = lay_out(plan, width)
    vectors = {"constants": 2, "inputs": 1, "z": 2 * POINTS, "differences": POINTS, "seen": 3 * POINTS}
    vectors |= dict.fromkeys(("y", "slope", "jump", "floor", "filters", "cubes"), 2) | dict.fromkeys(LANE, 1)
    vectors |= {"measures": 3 * len(MEASURES), "levels": 3, "by_stage": STAGES * ACROSS if width == 1 else 0}
    vectors |= {"near": 0 if width == 1 else 1}
    vectors |= {"decays": TOGETHER * layout.row, "solves": TOGETHER * layout.row * SOLVE}
    assert vectors.keys() == layout.offsets.keys()
    taken = [layout[name] + place for name, size in vectors.items() for place in range(size)]
    taken += layout.slots.values()
    assert len({*taken}) == len(taken)
    assert (min(taken), max(taken)) == (0, layout.size - 1)
    if width == 1:  # as many neighbours as fill a vector are taken at once
        assert {layout[name] % ACROSS for name in vectors.keys() - {*LANE}} == {0}


@pytest.mark.parametrize(("n_switches", "vectors"), [(0, 0), (1, 1), (32, 1), (33, 2)])
def test_each_switch_has_a_byte(n_switches, vectors):
    kinks = sum((Larger(Y, sympy.Integer(place)) for place in range(1, n_switches + 1)), sympy.S.Zero)
    layout = lay_out(plan_of(System((Y,), (), (), (kinks - Y,), (sympy.Integer(1),))), 4)
    assert layout["decays"] - layout["near"] == vectors


@pytest.mark.parametrize("n_decays", range(1, 8))
def test_decay_rates_are_solved_three_at_a_time(n_decays):
    """Each has a place of its own, a row apart from those that it shares a division with."""
    states, rates = sympy.symbols(f"x:{n_decays}"), sympy.symbols(f"k:{n_decays}")
    flows = tuple(-rate * state for state, rate in zip(states, rates, strict=True))
    layout = lay_out(plan_of(System(states, rates, (), flows, (sympy.Integer(0),) * n_decays)), 4)
    assert layout.row == -(-n_decays // TOGETHER)
    assert sorted(layout.decays.values()) == list(range(n_decays))
    assert layout.solve(next(iter(layout.decays))) == layout["solves"]
