"""Linear algebra and derivatives as the kernel writes them, run by themselves: a step that converges in spite
of a wrong one takes longer, and no result tells."""

import numpy as np
import pytest
import sympy
from parts import WIDTH, ran

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger, Smaller
from exerkine_sim.engine.kernel.calculus import at_zero, derivative
from exerkine_sim.engine.kernel.points import Apart
from exerkine_sim.engine.kernel.radau import INVERSE
from exerkine_sim.engine.kernel.solve import StageSolver, eliminated
from exerkine_sim.engine.kernel.tape import ARITHMETIC, Tape

STAGES = 3
PATTERNS = {
    "full": np.ones((3, 3)),
    "a chain": np.array([[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]),
    "a ring": np.array([[1, 0, 0, 1], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]),
    "hubs": np.array([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]]),
}
# Nothing stands at a pivot until the next row, or the one after it, is brought up.
EXCHANGED = {
    "next": np.array([[0, 1, 1], [1, 1, 0], [1, 0, 1]]),
    "the one after": np.array([[0, 1, 1], [0, 1, 1], [1, 1, 0]]),
    "twice": np.array([[0, 0, 1], [1, 0, 0], [0, 1, 1]]),
}


@pytest.mark.parametrize("pattern", (PATTERNS | EXCHANGED).values(), ids=PATTERNS | EXCHANGED)
def test_a_system_is_solved_by_elimination(pattern):
    rng, places = np.random.default_rng(1), list(zip(*np.nonzero(pattern), strict=True))
    n, signs = len(pattern), rng.choice([-1, 1], (len(places), 1))
    numbers, right = signs * rng.uniform(0.5, 2.0, (len(places), WIDTH)), rng.normal(size=(n, WIDTH))

    def write(code, values):
        return eliminated(code, dict(zip(places, values, strict=False)), values[len(places) :])

    found = ran(write, np.vstack([numbers, right]))
    for lane in range(WIDTH):
        matrix = np.zeros((n, n))
        matrix[tuple(np.transpose(places))] = numbers[:, lane]
        np.testing.assert_allclose(matrix @ found[:, lane], right[:, lane], rtol=1e-10, atol=1e-12)


def test_a_system_whose_column_is_empty_has_no_solution():
    found = ran(lambda code, values: eliminated(code, {(0, 0): values[0]}, values), np.ones((2, WIDTH)))
    assert np.isnan(found[1]).all()


@pytest.mark.parametrize(
    "pattern", [*PATTERNS.values(), np.array([[0, 1], [1, 0]])], ids=[*PATTERNS, "a turn"]
)
def test_the_stages_of_a_block_are_solved_together(pattern):
    rng, places = np.random.default_rng(2), list(zip(*np.nonzero(pattern), strict=True))
    n, slopes = len(pattern), rng.uniform(-0.4, 0.4, (len(places), STAGES, WIDTH))
    slopes[[row == column for row, column in places]] += 3.0
    right = rng.normal(size=(n, STAGES, WIDTH))

    def write(code, values):
        points = Apart(code)
        joined = [points.joined(values[first : first + STAGES]) for first in range(0, len(values), STAGES)]
        solver = StageSolver(points, dict(zip(places, joined, strict=False)), n)
        return [one for value in solver.solved(joined[len(places) :]) for one in points.apart(value)]

    found, stages = (
        ran(write, np.vstack([slopes.reshape(-1, WIDTH), right.reshape(-1, WIDTH)])),
        np.arange(STAGES),
    )
    for lane in range(WIDTH):
        matrix = np.kron(np.eye(n), np.array(INVERSE))
        for (row, column), slope in zip(places, slopes[:, :, lane], strict=True):
            matrix[row * STAGES + stages, column * STAGES + stages] += slope
        np.testing.assert_allclose(matrix @ found[:, lane], right[:, :, lane].ravel(), rtol=1e-10, atol=1e-11)


Y, K = sympy.symbols("y k", positive=True)
SMOOTH = (
    *(Y + K, Y - K, K - Y, -Y, Y * K, Y * Y * K, K / Y, Y / (K + Y), sympy.sqrt(Y + K), sympy.exp(-K * Y)),
    *(sympy.log(Y + K), Y**3, Y ** sympy.Rational(5, 2), Y**K, K**Y, sympy.exp(Y) / (1 + sympy.exp(Y))),
    *(Larger(Y, K), Larger(K, Y), Smaller(Y, K), Smaller(K, Y), Larger(Y, K) * Smaller(2 * Y, K)),
)


def value(tape, node, at):
    """Return what a node of a tape comes to."""
    op = tape.nodes[node].op
    if op == "literal":
        return tape.number(node)
    return at[op] if op in at else ARITHMETIC[op](*(value(tape, one, at) for one in tape.arguments(node)))


@pytest.mark.parametrize("expression", SMOOTH, ids=str)
@pytest.mark.parametrize("y", [0.3, 1.7])
def test_derivatives_of_a_tape_are_those_of_calculus(expression, y):
    tape = Tape(System((Y,), (K,), (), (-Y,), (sympy.Integer(0),)))
    node, at = tape.add(expression), {"state": y, "constant": 0.8}
    plain = expression.replace(Larger, sympy.Max).replace(Smaller, sympy.Min)
    exact = sympy.diff(plain.subs(K, 0.8), Y).subs(Y, y)
    assert value(tape, derivative(tape, node, tape.add(Y)), at) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize(
    "expression", [Y + K, Y - K, Y * K + 1, sympy.exp(-K * Y), Larger(Y, K), (Y + 2 * K) / (1 + K)]
)
def test_what_is_left_without_a_quantity_is_the_expression_with_it_at_zero(expression):
    tape = Tape(System((Y,), (K,), (), (-Y,), (sympy.Integer(0),)))
    left = at_zero(tape, tape.add(expression), tape.add(K))
    exact = expression.replace(Larger, sympy.Max).subs(K, 0).subs(Y, 0.3)
    assert value(tape, left, {"state": 0.3}) == pytest.approx(float(exact), rel=1e-15)
