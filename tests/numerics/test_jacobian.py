"""The analytic Jacobian against central differences, away from thresholds."""

import numpy as np
import pytest
import sympy

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger, Positive, Smaller, derivatives, pairwise
from exerkine_sim.errors import ModelError
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate, system_of


def central_differences(system, y, p, u):
    columns = []
    for index, value in enumerate(y):
        step = 1e-6 * max(abs(value), 1e-3)
        above, below = list(y), list(y)
        above[index], below[index] = value + step, value - step
        columns.append((np.array(system.rhs(above, p, u)) - system.rhs(below, p, u)) / (2 * step))
    return np.array(columns).T


def test_larger_and_smaller_of_several():
    a, b = sympy.symbols("a b", real=True)
    system = System((a, b), (), (), (sympy.Max(a * b, a, 0.5), sympy.Min(a, b**2)), (sympy.Integer(0),) * 2)
    for y in ([0.7, 0.9], [0.1, 0.2], [2.0, 3.0]):
        np.testing.assert_allclose(
            system.jacobian(y, [], []), central_differences(system, y, [], []), rtol=1e-8, atol=1e-8
        )


def test_of_the_whole_physiology(runner):
    """In the middle of a run after a meal, where every pathway is open."""
    plan = parse_schedule("Mon 06:00 meal 60g carbs\nMon 07:00 run 60m 85% VO2max")
    data = simulate(plan, runner, end_h=9, times_h=[7.5]).dataset.isel(member=0)
    system, y = system_of(default_model()), data["state"].to_numpy()[0] + 1e-3
    p, u = data["constant"].to_numpy().tolist(), data["input"].to_numpy()[0].tolist()
    analytic, numeric = system.jacobian(y.tolist(), p, u), central_differences(system, y.tolist(), p, u)
    scale = np.abs(analytic).max(axis=1, keepdims=True) + 1e-9
    assert np.max(np.abs(analytic - numeric) / scale) < 1e-5  # central differences with a step of 1e-6
    assert np.count_nonzero(analytic) > 150


# ------------------------------------------------------------------------------------------ node by node

Y, K, S, D = sympy.symbols("y k s d", positive=True)  # s and d are what y and k change by
X = sympy.Symbol("x", real=True)
AT = {Y: 0.7, K: 1.6, S: 0.3, D: -0.8}
RULES = [
    Y + K,
    Y * K * (Y + 2),
    Y / K,
    Y**3,
    sympy.sqrt(Y * K),
    Y**K,
    K**Y,
    sympy.exp(-Y * K),
    sympy.log(Y + K**2),
    sympy.exp(Y) ** (K / 2),
    Larger(Y, K),
    Larger(K, Y),
    Smaller(Y, K) * K,
    Smaller(K, Y) * Y,
    Larger(Y**2, Y) + Smaller(K, 2),
]


def plain(expression):
    """Return an expression in the functions of sympy, a step being 0 at 0."""
    expression = expression.replace(Larger, sympy.Max).replace(Smaller, sympy.Min)
    return expression.replace(Positive, lambda x: sympy.Heaviside(x, 0))


@pytest.mark.parametrize("varying", [(), (Y,), (K,), (Y, K)], ids=str)
@pytest.mark.parametrize("expression", RULES, ids=str)
def test_a_derivative_along_a_direction_is_that_of_calculus(expression, varying):
    exact = sum(sympy.diff(plain(expression), one) * change for one, change in ((Y, S), (K, D)))
    (found,) = derivatives([expression], {Y: S, K: D}, varying=varying)
    assert float(plain(found).subs(AT)) == pytest.approx(float(exact.subs(AT)), rel=1e-13)


@pytest.mark.parametrize("x", [-2.0, 3.0])
def test_the_derivative_of_a_size_is_a_sign(x):
    (found,) = derivatives([sympy.Abs(X)], {X: S})
    assert float(plain(found).subs({X: x, S: 1})) == np.sign(x)


def test_what_is_held_has_no_derivative():
    assert derivatives([K**2, Positive(Y), sympy.Integer(3), Positive(Y) * K], {Y: S}) == [0, 0, 0, 0]


@pytest.mark.parametrize("exponent", [sympy.Rational(1, 2), sympy.Rational(3, 2), sympy.Integer(2), K])
def test_the_root_of_a_zero_that_stays_put_changes_by_nothing(exponent):
    (found,) = derivatives([X**exponent], {X: S})
    assert float(plain(found).subs({X: 0.0, S: 0.0, K: 0.4})) == 0.0


def test_what_changes_seldom_is_differentiated_as_one():
    """So that an engine computes it once; what changes often stands outside."""
    m, e = sympy.symbols("m e", positive=True)
    (found,) = derivatives([K * m * Y], {K: D, m: e, Y: S}, varying=[Y])
    assert found == sympy.Add(Y * (D * m + K * e), K * m * S)
    (found,) = derivatives([K * (m + Y) * Y], {K: D, m: e, Y: S}, varying=[Y])
    assert found.coeff(D) == Y * (Y + m)
    assert found.coeff(K) == Y * (S + e) + S * (Y + m)


@pytest.mark.parametrize("expression", [sympy.sin(Y), sympy.gamma(Y), 1 + sympy.tan(Y) * K])
def test_what_no_derivative_is_known_of_is_refused(expression):
    with pytest.raises(ModelError, match="no derivative is known of"):
        derivatives([expression], {Y: S})
    assert derivatives([expression.subs(Y, K)], {Y: S}) == [0]


def test_several_are_taken_two_at_a_time_and_renamed():
    found = pairwise(sympy.exp(Y) + sympy.Max(Y, K, D), {Y: X, K: S})
    assert found.free_symbols == {X, S, D}
    assert not found.has(sympy.Max)
    assert len(found.atoms(Larger)) == 2
    assert pairwise(sympy.Min(Y, 3), {}) in (Smaller(Y, 3), Smaller(3, Y))
