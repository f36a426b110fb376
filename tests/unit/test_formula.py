"""Formulas say in text what compiled functions compute, to the bit, and run nothing else."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.batch import system_of
from exerkine_sim.engine import array_function
from exerkine_sim.engine.expression import Larger, Smaller, derivatives
from exerkine_sim.engine.formula import Formulas, formulas_of, kept_formulas
from exerkine_sim.engine.function import shared
from exerkine_sim.errors import ModelError
from exerkine_sim.physiology import default_model

X, Y, K = sympy.symbols("x y.z k", real=True)
SHAPES = (
    X / (1 - Y),
    K * X**2 + X / K,
    sympy.sqrt(X + K) - sympy.exp(-Y) * sympy.log(K + X),
    sympy.Max(X, Y, K) * sympy.Min(X, 2),
    sympy.Abs(X - Y) ** sympy.Rational(3, 2) / 3,
    sympy.Integer(4),
)


def assert_same_bits(arguments, expressions, values):
    ours, theirs = formulas_of(arguments, expressions), array_function(arguments, expressions)
    for one, other in zip(ours(*values), theirs(*values), strict=True):
        np.testing.assert_array_equal(one, other)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0.1, 10.0)] * 3), min_size=1, max_size=5))
def test_formulas_and_functions_agree_to_the_bit(rows):
    x, y, k = np.array(rows).T
    assert_same_bits([[X, Y], [K]], SHAPES, ([x, y + 2.0], [k]))


def test_the_observables_of_the_shipped_model_agree_to_the_bit():
    system, rng = system_of(default_model()), np.random.default_rng(0)
    groups = [system.states, system.constants]
    values = [list(rng.uniform(0.1, 0.9, (len(group), 7))) for group in groups]
    assert_same_bits(groups, system.observables, values)


def test_what_stands_in_several_places_is_computed_once():
    a, b, x0 = (sympy.Symbol(name, real=True) for name in ("a", "b", "x0"))
    named, results = shared([sympy.exp(a + 1), b * sympy.exp(a + 1) + a])
    assert named == [(x0, sympy.exp(a + 1))]
    assert results == [x0, b * x0 + a]


def test_the_slope_is_that_by_the_first_where_nobody_says():
    assert Larger(X, K).fdiff() == Larger(X, K).fdiff(1) != Larger(X, K).fdiff(2)


def test_slopes_of_the_larger_and_the_smaller_are_steps():
    x = np.array([-1.0, 0.0, 1.0])
    slopes = derivatives([Larger(X, K), Smaller(X, K)], {X: sympy.Integer(1)})
    assert [one.tolist() for one in formulas_of([[X], [K]], slopes)([x], [0.0])] == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("v0_0 + v1_0", [1.0, 3.0, 5.0]),
        ("v0_0 - v1_0", [-5.0, -3.0, -1.0]),
        ("v0_0*v1_0", [-6.0, 0.0, 6.0]),
        ("v1_0/2", [1.5, 1.5, 1.5]),
        ("v1_0**2", [9.0, 9.0, 9.0]),
        ("2**v0_0", [0.25, 1.0, 4.0]),
        ("-v0_0", [2.0, 0.0, -2.0]),
        ("abs(v0_0)", [2.0, 0.0, 2.0]),
        ("sqrt(v0_0 + 2)", [0.0, np.sqrt(2), 2.0]),
        ("exp(v0_0)", np.exp([-2.0, 0.0, 2.0])),
        ("log(v0_0 + 3)", np.log([1.0, 3.0, 5.0])),
        ("Larger(v0_0, 1)", [1.0, 1.0, 2.0]),
        ("Smaller(v0_0, 1)", [-2.0, 0.0, 1.0]),
        ("Positive(v0_0)", [0.0, 0.0, 1.0]),
        ("x0*x1", [-4.0, 0.0, -4.0]),
    ],
)
def test_a_line_is_the_arithmetic_that_it_says(line, expected):
    found = Formulas(["v0_0 + 0", "-x0"], [line])([np.array([-2.0, 0.0, 2.0])], [3.0])
    assert np.broadcast_to(found[0], 3) == pytest.approx(np.array(expected, dtype=float), rel=1e-15)


@pytest.mark.parametrize("line", ["1/0", "2**10**9", "9.0**9**9", "-" * 20_000 + "1", "1 +", "\0"])
def test_what_cannot_be_computed_is_refused(line):
    with pytest.raises(ModelError, match="is no formula"):
        Formulas([], [line])([1.0])


def test_what_is_kept_of_a_model_is_written_once(tmp_path, monkeypatch):
    monkeypatch.setenv("EXERKINE_SIM_CACHE", str(tmp_path))
    written = []

    def write():
        written.append(1)
        return Formulas(["v0_0 + 1"], ["x0*2"])

    for key, of, times in (
        ("a", "one", 1),
        ("a", "one", 1),
        ("a", "two", 2),
        ("b", "one", 3),
        (None, "one", 4),
    ):
        assert kept_formulas(write, key=key, of=of)([2.0]) == [6.0]
        assert len(written) == times
    kept_formulas(write, key=None, of="one")
    assert len(written) == 5


@pytest.mark.parametrize(
    "line",
    ["open('x')", "v0_0.real", "v0_1", "__import__('os')", "v0_0[0]", "'text'", "sqrt(x=v0_0)", "lambda: 1"],
)
def test_what_is_not_arithmetic_of_its_arguments_is_refused(line):
    with pytest.raises(ModelError, match="is no formula"):
        Formulas([], [line])([1.0])
