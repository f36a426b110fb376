"""Equations as nodes: nothing stands twice, what changes rarely is apart, what is nothing is left out."""

import ast

import numpy as np
import pytest
import sympy
from parts import WIDTH, ran

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger, Positive, Smaller
from exerkine_sim.engine.kernel.layout import uses
from exerkine_sim.engine.kernel.lower import Evaluator
from exerkine_sim.engine.kernel.tape import ARITHMETIC, LITERAL, MEMBER, SEGMENT, STAGE, Tape
from exerkine_sim.errors import ModelError

_EIGHTH = "mul(mul(mul(y, y), mul(y, y)), mul(mul(y, y), mul(y, y)))"
SIGNED = sympy.Symbol("x", real=True)
Y, Z, K, M, U, V = sympy.symbols("y z k m u v", positive=True)
GROUPS = ((Y, Z, SIGNED), (K, M), (U, V))
VALUES = {SIGNED: -0.3, Y: 0.7, Z: 1.9, K: 1.3, M: 0.4, U: 2.2, V: 0.9}


@pytest.fixture
def tape():
    return Tape(System(*GROUPS, (-Y, -Z, -SIGNED), (sympy.Integer(0),) * 3))


def value(tape, node):
    """Return what a node comes to."""
    op, args, *_ = tape.nodes[node]
    if op == "literal":
        return args[0]
    if op in ("state", "constant", "input"):
        return VALUES[GROUPS[("state", "constant", "input").index(op)][args[0]]]
    return ARITHMETIC[op](*(value(tape, arg) for arg in args))


def written(tape, node):
    """Return a node as text."""
    op, args, *_ = tape.nodes[node]
    if op == "literal":
        return f"{args[0]:g}"
    if op in ("state", "constant", "input"):
        return GROUPS[("state", "constant", "input").index(op)][args[0]].name
    return f"{op}({', '.join(written(tape, arg) for arg in args)})"


HALF, THIRD = sympy.Rational(1, 2), sympy.Rational(1, 3)
# What changes least comes first, so that it stays together; there is one division, by what changes most.
EXPRESSIONS = [
    (sympy.Integer(3), "3"),
    (sympy.Rational(3, 4), "0.75"),
    (sympy.pi, "3.14159"),
    (Y + K, "add(y, k)"),
    (Y + K - K, "y"),
    (K - Y, "sub(k, y)"),
    (Y - K, "add(y, neg(k))"),
    (Y - Z, "sub(y, z)"),
    (-Y, "neg(y)"),
    (-Y - Z - K, "neg(add(z, add(y, k)))"),
    (-Y - Z + K - U, "sub(sub(sub(k, u), y), z)"),
    (1 - Y - Z, "sub(sub(1, y), z)"),
    (Y + Z - K - M, "add(z, add(y, neg(add(k, m))))"),
    (Y - Z - K + U, "sub(add(y, add(u, neg(k))), z)"),
    (Y + 2 - U, "add(y, sub(2, u))"),
    (Y * K, "mul(k, y)"),
    (Y * K * U * M, "mul(y, mul(u, mul(k, m)))"),
    (-Y * K, "mul(neg(k), y)"),
    (Y / K, "mul(y, div(1, k))"),
    (K / Y, "div(k, y)"),
    (K / M, "div(k, m)"),
    (1 / Y, "div(1, y)"),
    (1 / K, "div(1, k)"),
    (1 / (Y * K), "div(div(1, k), y)"),
    (Y / Z, "div(y, z)"),
    (K * Y / (M * Z), "div(mul(y, div(k, m)), z)"),
    (K / Y**2, "div(k, mul(y, y))"),
    (Y / K**2, "mul(y, div(1, mul(k, k)))"),
    (2 / sympy.sqrt(Y), "div(2, sqrt(y))"),
    (Y * Z**K / M, "mul(pow(z, k), mul(y, div(1, m)))"),
    (Y**2, "mul(y, y)"),
    (Y**3, "mul(y, mul(y, y))"),
    (Y**6, "mul(mul(y, mul(y, y)), mul(y, mul(y, y)))"),
    (Y**-2, "div(1, mul(y, y))"),
    (sympy.sqrt(Y), "sqrt(y)"),
    (Y ** (5 * HALF), "mul(mul(y, y), sqrt(y))"),
    (1 / sympy.sqrt(Y), "div(1, sqrt(y))"),
    (Y**THIRD, "pow(y, 0.333333)"),
    (Y ** (4 * THIRD), "pow(y, 1.33333)"),
    (Y**-THIRD, "div(1, pow(y, 0.333333))"),
    (Y**16, f"mul({_EIGHTH}, {_EIGHTH})"),
    (Y ** (33 * HALF), f"mul(mul({_EIGHTH}, {_EIGHTH}), sqrt(y))"),
    (Y**17, "pow(y, 17)"),
    (Y ** sympy.Float(0.3), "pow(y, 0.3)"),
    (Y**K, "pow(y, k)"),
    (K**Y, "pow(k, y)"),
    (sympy.exp(Y), "exp(y)"),
    (sympy.log(K), "log(k)"),
    (sympy.Abs(SIGNED), "max(x, neg(x))"),
    (Positive(Y), "positive(y)"),
    (Positive(Y - K), "positive(add(y, neg(k)))"),
    (Larger(Y, K), "max(y, k)"),
    (Smaller(Z, U), "min(z, u)"),
    (sympy.Max(Y, Z, K), "max(z, max(y, k))"),
    (sympy.Min(Y, U, K), "min(y, min(u, k))"),
]


def normal(text):
    """Return a text with the arguments of what may be exchanged in one order."""
    tree = ast.parse(text, mode="eval").body

    def sorted_(node):
        if isinstance(node, ast.Call):
            args = [sorted_(one) for one in node.args]
            exchanged = node.func.id in ("add", "mul", "max", "min")
            return f"{node.func.id}({', '.join(sorted(args) if exchanged else args)})"
        return ast.unparse(node)

    return sorted_(tree)


@pytest.mark.parametrize(("expression", "text"), EXPRESSIONS, ids=str)
def test_an_expression_is_written_so_that_what_changes_least_stays_together(tape, expression, text):
    found = tape.add(expression)
    assert normal(written(tape, found)) == normal(text)
    exact = float(plain(expression).subs(VALUES))
    assert value(tape, found) == pytest.approx(exact, rel=1e-13)
    assert tape.add(expression) == found


def plain(expression):
    for ours, theirs in ((Larger, sympy.Max), (Smaller, sympy.Min), (Positive, sympy.Heaviside)):
        expression = expression.replace(ours, theirs)
    return expression


PLAIN = [
    (("add", "y", 0.0), "y"),
    (("add", 0.0, "y"), "y"),
    (("sub", "y", 0.0), "y"),
    (("sub", 0.0, "y"), "neg(y)"),
    (("sub", "y", "y"), "0"),
    (("sub", 1.0, "y"), "sub(1, y)"),
    (("sub", "y", 1.0), "sub(y, 1)"),
    (("add", "y", 1.0), "add(y, 1)"),
    (("mul", "y", 0.0), "0"),
    (("mul", 0.0, "y"), "0"),
    (("mul", "y", 1.0), "y"),
    (("mul", 1.0, "y"), "y"),
    (("mul", "y", -1.0), "neg(y)"),
    (("mul", -1.0, "y"), "neg(y)"),
    (("mul", 2.0, "y"), "mul(2, y)"),
    (("div", "y", 1.0), "y"),
    (("div", "y", -1.0), "div(y, -1)"),
    (("div", 1.0, "y"), "div(1, y)"),
    (("div", 0.0, "y"), "0"),
    (("div", "y", 0.0), "div(y, 0)"),
    (("div", "y", "y"), "div(y, y)"),
    (("add", "y", "y"), "add(y, y)"),
    (("max", "y", 0.0), "max(y, 0)"),
    (("min", 1.0, "y"), "min(1, y)"),
    (("pow", "y", 1.0), "pow(y, 1)"),
    (("pow", 0.0, "y"), "pow(0, y)"),
    (("positive", 0.0), "0"),
    (("positive", 0.5), "1"),
    (("positive", -1.0), "0"),
    (("neg", 2.0), "-2"),
    (("exp", 0.0), "1"),
    (("log", 1.0), "0"),
    (("sqrt", 2.25), "1.5"),
    (("pow", 2.0, 3.0), "8"),
    (("add", 2.0, 3.0), "5"),
    (("sub", 2.0, 3.0), "-1"),
    (("mul", 2.0, 3.0), "6"),
    (("div", 3.0, 2.0), "1.5"),
    (("div", 0.0, 2.0), "0"),
    (("div", 1.0, 0.0), "div(1, 0)"),
    (("div", 0.0, 0.0), "0"),
    (("max", 2.0, 3.0), "3"),
    (("min", 2.0, 3.0), "2"),
]


@pytest.mark.parametrize("state_first", [True, False])
@pytest.mark.parametrize(("operation", "text"), PLAIN, ids=str)
def test_what_an_operation_plainly_comes_to_is_taken_for_it(tape, operation, text, state_first):
    """Whichever is on the tape before the other: what may be exchanged is sorted."""
    if state_first:
        tape.add(Y)
    op, *args = operation
    nodes = [tape.add(Y) if one == "y" else tape.literal(one) for one in args]
    assert normal(written(tape, tape.operation(op, *nodes))) == normal(text)


@pytest.mark.parametrize("op", ["max", "min"])
def test_the_largest_of_several_is_not_compared_with_one_of_them_again(tape, op):
    y, z, zero = tape.add(Y), tape.add(Z), tape.literal(0.0)
    largest = tape.operation(op, zero, y)
    assert tape.operation(op, zero, largest) == tape.operation(op, largest, y) == largest
    assert tape.operation(op, y, y) == y
    other = {"max": "min", "min": "max"}[op]
    assert written(tape, tape.operation(op, largest, z)).count(op) == 2
    assert written(tape, tape.operation(other, zero, largest)).count(op) == 1


def test_a_sign_that_is_turned_twice_is_as_it_was(tape):
    y = tape.add(Y)
    assert tape.operation("neg", tape.operation("neg", y)) == y


def test_what_stands_twice_is_written_once(tape):
    first, second = tape.add((Y + K) * Z), tape.add((K + Y) ** 2)
    before = len(tape.nodes)
    assert (tape.add((Y + K) * Z), tape.add((Y + K) ** 2)) == (first, second)
    assert tape.operation("add", tape.add(K), tape.add(Y)) == tape.operation("add", tape.add(Y), tape.add(K))
    assert len(tape.nodes) == before
    assert tape.needed_by([first]) - tape.needed_by([second]) == {tape.add(Z), first}


@pytest.mark.parametrize(
    ("expression", "level", "states"),
    [
        (sympy.Integer(2) ** HALF, LITERAL, 0),
        (K * M + 1, MEMBER, 0),
        (K * U, SEGMENT, 0),
        (Y + K, STAGE, 0b001),
        (Z * U, STAGE, 0b010),
        (Y * Z + K, STAGE, 0b011),
    ],
)
def test_a_node_changes_as_often_as_what_it_stands_on_and_knows_its_states(tape, expression, level, states):
    found = tape.nodes[tape.add(expression)]
    assert (found.level, found.states) == (level, states)
    assert [tape.number(tape.add(one)) for one in (sympy.Integer(2), K, Y)] == [2.0, None, None]


@pytest.mark.parametrize(
    "expression", [sympy.sin(Y), sympy.gamma(K), Y + sympy.tan(Y), sympy.Symbol("other")]
)
def test_what_no_machine_code_is_known_of_is_refused_by_name(tape, expression):
    with pytest.raises(ModelError, match="no machine code for"):
        tape.add(expression)


# ------------------------------------------------------------------------------------------ as machine code


@pytest.mark.parametrize(
    "expression",
    [
        *(one for one, _ in EXPRESSIONS),
        Y * Z + K * U,
        Y * Z - K,
        K - Y * Z,
        Y * Z - Z * Z,
        (Y * Z + 1) * (Y * Z - 1),
    ],
    ids=str,
)
def test_machine_code_is_what_the_expression_says(tape, expression):
    """Also where products are fused with sums, on either side of a sign."""
    one = tape.add(expression)
    symbols = [symbol for group in GROUPS for symbol in group]

    def write(code, values):
        here = Evaluator(code, tape, None, memory=None, level=LITERAL, uses=uses(tape, [one]))
        here._known |= {tape.add(symbol): found for symbol, found in zip(symbols, values, strict=True)}
        return [here.value(one)]

    given = [[VALUES[symbol] * (1 + lane / 7) for lane in range(WIDTH)] for symbol in symbols]
    found = ran(write, given)
    for lane in range(WIDTH):
        exact = float(plain(expression).subs(dict(zip(symbols, np.array(given)[:, lane], strict=True))))
        assert found[0, lane] == pytest.approx(exact, rel=1e-14)


# ------------------------------------------------------------------------------------------ within a loop


def evaluator(code, tape, root, symbols, values):
    """Return an evaluator that knows these symbols, as constants would be known."""
    here = Evaluator(code, tape, None, memory=None, level=STAGE, uses=uses(tape, [root]))
    here.states = {GROUPS[0].index(one): found for one, found in zip(symbols, values, strict=True)}
    return here


def divisions(code):
    return sum("fdiv" in line for line in code.builder.block.lines)


def test_what_is_known_outside_of_a_loop_is_not_written_in_it_again(tape):
    root = tape.add(sympy.exp(Y) / (Y + Z))

    def write(code, values):
        outside = evaluator(code, tape, root, (Y, Z), values)
        first = outside.value(tape.add(sympy.exp(Y)))
        inside = outside.inside()
        assert inside.value(tape.add(sympy.exp(Y))) is first
        assert inside.state(0) is outside.state(0)
        inside.states[1] = values[0]  # within, z is what y is
        result = inside.value(root)
        assert outside.known(root) is None
        assert outside.state(1) is values[1]
        return [result]

    found = ran(write, [[0.5] * WIDTH, [99.0] * WIDTH])
    np.testing.assert_allclose(found, np.exp(0.5), rtol=1e-14)


@pytest.mark.parametrize(
    ("expression", "within"),
    [
        (Y / Z, 0),
        (Y / (Z + 1) + Y**2 / (Z + 1), 0),
        (Y * sympy.exp(1 / Z), 0),
        (1 / (Y + 1 / Z), 1),
        (1 / Y, 1),
    ],
)
def test_what_does_not_move_in_a_loop_is_divided_by_before_it(tape, expression, within):
    """Where y moves, and z does not."""
    root = tape.add(expression)

    def write(code, values):
        outside = evaluator(code, tape, root, (Y, Z), values)
        outside.prepare(root, without=0b1)
        before = divisions(code)
        inside = outside.inside()
        inside.states[0] = values[0]
        result = inside.value(root)
        assert divisions(code) - before == within
        return [result]

    found = ran(write, [[VALUES[one]] * WIDTH for one in (Y, Z)])
    np.testing.assert_allclose(found, float(expression.subs(VALUES)), rtol=1e-14)


def test_a_state_that_is_not_set_is_read_wherever_it_is_needed(tape):
    """It lies in memory: to hold it would take as much."""
    root, asked = tape.add(Y * Z + Y), []

    def write(code, values):
        def read(state):
            asked.append(state)
            return values[state]

        here = Evaluator(code, tape, None, memory=None, level=STAGE, uses=uses(tape, [root]), read=read)
        here.states[1] = values[1]
        return [here.value(root), here.value(tape.add(Y * 2 + Z))]

    found = ran(write, [[3.0] * WIDTH, [5.0] * WIDTH])
    assert (asked, found[:, 0].tolist()) == ([0] * 3, [18.0, 11.0])


def test_a_product_is_fused_with_the_one_sum_that_takes_it(tape):
    """Where something else takes it as well, it is rounded for both alike."""
    apart, sums = tape.add(Y * Z), [tape.add(one) for one in (Y * Z - SIGNED, Y * Z + SIGNED, SIGNED - Y * Z)]

    def write(code, values, taken):
        here = Evaluator(code, tape, None, memory=None, level=STAGE, uses=uses(tape, taken))
        here.states = dict(enumerate(values))
        results = [here.value(one) for one in taken]
        fused.append(sum("fmuladd" in line for line in code.builder.block.lines))
        return results

    fused = []
    for taken in (*([one] for one in sums), sums, [apart, sums[0]]):
        found = ran(lambda code, values, taken=taken: write(code, values, taken), [[3.0] * WIDTH] * 3)
        assert {*found[:, 0]} <= {6.0, 12.0, -6.0, 9.0}
    assert fused == [1, 1, 1, 0, 0]
