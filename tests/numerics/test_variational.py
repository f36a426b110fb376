"""Sensitivities against closed forms, finite differences, complex steps and the implicit function theorem."""

from dataclasses import replace

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.engine import (
    Deferred,
    Forcing,
    Status,
    System,
    array_function,
    compiled,
    state_scale,
    steady,
    steady_state,
)
from exerkine_sim.engine.expression import derivatives, pairwise
from exerkine_sim.engine.reference import integrate
from exerkine_sim.engine.variational import along, directions, variational
from exerkine_sim.errors import ModelError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

Y, Z, K, G, U = (sympy.Symbol(name, real=True) for name in ("y", "z", "k", "g", "u"))
TURNOVER = System((Y,), (G, K), (U,), (G * (1 + U) - K * Y,), (G / K,))
# Nonlinear, smooth for positive values, and at rest only where both rates balance.
PAIR = System(
    (Y, Z),
    (G, K),
    (U,),
    (G * (1 + U) / (1 + Z**2) - K * Y, Y**2 / (K + Y) - G * Z),
    (sympy.Integer(1),) * 2,
)
# 82 % so that demand lies on none of the thresholds, where there is no derivative to compare with.
PLAN = """Mon 01:00 meal 60g carbs
Mon 02:00 run 30m 82% VO2max
Mon 03:00 squat 2x5 80% 1RM rest 2m"""


def hour(level, end=6.0):
    """The input at `level` from 1 h to 2 h, else 0."""
    return Forcing(np.array([0.0, 1.0, 2.0, end]), np.array([[0.0], [level], [0.0]]), np.zeros(1))


def extended(system, p, direction, times, **options):
    """Integrate states and sensitivities; return states (n_times, n), sensitivities (n_times, n)."""
    row = np.array([[*p, *direction]])
    result = integrate(variational(system), row, [hour(3.0)], times=np.asarray(times, dtype=float), **options)
    assert result.status == (Status.OK,)
    n = len(system.states)
    return result.states[0, :, :n], result.states[0, :, n:]


def test_turnover_has_the_closed_forms_sensitivities():
    """Rest at g/k, then production fourfold for an hour: y = g/k (1 + 3 (1 - exp(-k t)))."""
    g, k, t = 2.0, 0.7, np.array([0.0, 0.25, 0.5, 1.0])
    grown, slope = 1 + 3 * (1 - np.exp(-k * t)), 3 * k * t * np.exp(-k * t)
    row = along(np.array([[g, k]] * 2), [0, 1])
    result = integrate(variational(TURNOVER), row, [hour(3.0)] * 2, times=1 + t)
    # 1e-7: global error of the solver at a relative tolerance of 1e-9
    np.testing.assert_allclose(result.states[0, :, 1], g / k * grown, rtol=1e-7)
    np.testing.assert_allclose(result.states[1, :, 1], g / k * (slope - grown), rtol=1e-7)


def test_sensitivities_are_linear_in_the_direction():
    times, one, other = np.linspace(0, 6, 25), np.array([1.0, 0.0]), np.array([0.3, -2.0])
    first, second, both = (
        extended(PAIR, [1.3, 0.7], direction, times)[1] for direction in (one, other, 3 * one - other)
    )
    # 1e-6 of the largest: three runs, each with its own steps at a tolerance of 1e-9
    np.testing.assert_allclose(both, 3 * first - second, atol=1e-6 * np.abs(both).max())


def test_no_direction_gives_no_sensitivity_and_the_states_themselves():
    times = np.linspace(0, 6, 25)
    states, slopes = extended(PAIR, [1.3, 0.7], [0.0, 0.0], times)
    alone = integrate(PAIR, np.array([[1.3, 0.7]]), [hour(3.0)], times=times)
    np.testing.assert_array_equal(slopes, np.zeros_like(slopes))
    np.testing.assert_allclose(states, alone.states[0], rtol=1e-6)  # two step sequences at 1e-9


def test_rates_agree_with_a_complex_step():
    """Im f(y + i h s, p + i h d) / h is (df/dy) s + (df/dp) d without any subtraction."""
    rng = np.random.default_rng(5)
    y, s, p, d = (rng.uniform(0.5, 2, 2) for _ in range(4))
    h = 1e-30
    moved = PAIR.rhs((y + 1j * h * s).tolist(), (p + 1j * h * d).tolist(), [3.0])
    slopes = variational(PAIR).rhs([*y, *s], [*p, *d], [3.0])[2:]
    np.testing.assert_allclose(slopes, np.imag(moved) / h, rtol=1e-13)  # rounding of a dozen operations


SYMBOLS = [Y, Z, K, G]
LEAVES = st.sampled_from([*SYMBOLS, sympy.Integer(2), sympy.Rational(1, 2)])
GROWN = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: two[0] + two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] * two[1]),
        st.tuples(inner, inner).map(lambda two: two[0] / two[1]),
        st.tuples(inner, inner).map(lambda two: sympy.Max(two[0], two[1] - 1)),
        st.tuples(inner, inner).map(lambda two: sympy.Min(*two)),
        st.tuples(inner, st.sampled_from([2, 3, sympy.Rational(1, 2), sympy.Rational(5, 2), K])).map(
            lambda two: two[0] ** two[1]
        ),
        inner.map(lambda one: sympy.sqrt((one - sympy.Float(1.7320508)) ** 2)),
        inner.map(lambda one: sympy.exp(-one)),
        inner.map(lambda one: sympy.log(1 + one)),
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(expression=GROWN, seed=st.integers(0, 2**32 - 1))
def test_any_expression_is_differentiated(expression, seed):
    """Against sympy's own rules, summed over the symbols; the values are positive and on no kink."""
    expression = pairwise(sympy.sympify(expression), {})
    direction = {one: sympy.Symbol(f"d{one.name}", real=True) for one in SYMBOLS}
    rng = np.random.default_rng(seed)
    point = [rng.uniform(0.6, 2.2, len(SYMBOLS)), rng.normal(size=len(SYMBOLS))]
    ours = derivatives([expression], direction, varying=[Y, Z])[0]
    theirs = sum(sympy.diff(expression, one) * along for one, along in direction.items())
    function = array_function([SYMBOLS, list(direction.values())], [ours, theirs])
    mine, other = function(*point)
    assert mine == pytest.approx(other, rel=1e-9, abs=1e-9)  # cancellation among terms of up to 1e6 roundings


@pytest.mark.parametrize(("value", "expected"), [(-1.0, 0.0), (0.0, 0.0), (1.0, 5.0)])
def test_at_a_kink_the_derivative_is_that_of_the_flat_side(value, expected):
    slope = derivatives([pairwise(sympy.Max(0, Y), {})], {Y: Z})
    assert array_function([[Y], [Z]], slope)([value], [5.0])[0] == expected


@pytest.mark.parametrize("power", [sympy.sqrt(U / K), (U / K) ** G, (U / K) ** sympy.Rational(5, 2)])
def test_a_power_of_an_input_that_rests_at_zero_stays_finite(power):
    """d/dk of (u / k)^g at u = 0 is 0, though the power's own slope is infinite there."""
    slope = derivatives([power], {K: sympy.Integer(1), G: sympy.Integer(1)})
    assert array_function([[U, K, G]], slope)([0.0, 2.0, 0.3])[0] == 0.0


def test_an_unknown_function_is_refused_by_name():
    with pytest.raises(ModelError, match=r"no derivative is known of floor") as refusal:
        variational(System((Y,), (K,), (), (sympy.floor(K * Y) - Y,), (sympy.Integer(0),)))
    assert "fix: write the equation with these" in str(refusal.value)


def test_each_sensitivity_is_judged_on_the_scale_of_its_state():
    """Counting y in millionths changes neither the relative error asked for nor, so, the work."""
    assert variational(PAIR).scale_of == (0, 1, 0, 1)
    np.testing.assert_array_equal(state_scale(np.array([5.0, 0.0, -9.0, 9.0]), (0, 1, 0, 1)), [5, 1, 5, 1])
    lag = System((Y,), (G, K), (U,), (K * (G * (1 + U) - Y),), (G,))  # its rest does not depend on k
    rows, times = along(np.array([[2e6, 0.7], [2.0, 0.7]]), [1, 1]), np.linspace(0, 6, 25)
    found = integrate(variational(lag), rows, [hour(3.0)] * 2, times=times)
    assert found.baseline[:, 1].tolist() == [0.0, 0.0]
    assert found.evaluations[0] == pytest.approx(found.evaluations[1], rel=0.02)  # rounding may add a step
    # of the largest: as for the closed form
    np.testing.assert_allclose(found.states[0], 1e6 * found.states[1], atol=1e-7 * found.states[0].max())


@pytest.fixture(scope="module")
def body(runner):
    """The whole physiology: its system, the variational one, constants, forcing."""
    model, parameters = default_model(), load_parameters()
    stimulus = build_stimulus(parse_schedule(PLAN), runner, parameters, end_h=5.0)
    constants = constants_of(model, parameters, [runner])
    system = system_of(model)
    return system, variational(system), constants[0], forcing_of(model, stimulus)


def test_the_whole_derivative_is_a_few_times_the_model(body):
    """A bound on what is compiled: distinct subexpressions, each computed once."""

    def distinct(rates):
        return len({part for rate in rates for part in sympy.preorder_traversal(rate)})

    system, both, *_ = body
    assert distinct(both.rates) < 6 * distinct(system.rates)


def test_its_jacobian_agrees_with_central_differences(body):
    system, both, p, forcing = body
    n, rng = len(system.states), np.random.default_rng(3)
    rest, _ = steady_state(both, [*p, *p], forcing.rest.tolist())
    y = np.append(rest[:n] * 1.1 + 0.01, rng.normal(size=n))
    constants, inputs = [*p, *p], forcing.inputs[3].tolist()
    analytic = both.jacobian(y.tolist(), constants, inputs)
    for column in range(len(y)):
        step = 1e-6 * max(abs(y[column]), 1e-3)
        above, below = y.copy(), y.copy()
        above[column], below[column] = y[column] + step, y[column] - step
        rates = [np.array(both.rhs(one.tolist(), constants, inputs)) for one in (above, below)]
        scale = np.abs(analytic).max(axis=1) + np.abs(rates[0]) + 1e-9
        error = np.abs((rates[0] - rates[1]) / (2 * step) - analytic[:, column]) / scale
        assert error.max() < 1e-5, both.states[column]  # central differences with a step of 1e-6


def test_newton_alone_finds_the_rest_of_states_and_sensitivities(body, monkeypatch):
    """States that rest at 0 hold nothing up: no long integration is asked for."""
    system, both, p, forcing = body
    monkeypatch.setattr(steady, "_rested", lambda *_: pytest.fail("rest was integrated"))
    assert steady_state(system, p.tolist(), forcing.rest.tolist())[1] < 1e-12
    for column in range(0, len(p), 8):
        row = along(p[None], [column])[0].tolist()
        assert steady_state(both, row, forcing.rest.tolist())[1] < 1e-12


def test_the_baseline_moves_as_the_implicit_function_theorem_and_new_baselines_say(body):
    system, both, p, forcing = body
    rest, n = forcing.rest.tolist(), len(system.states)
    baseline = steady_state(system, p.tolist(), rest)[0]
    scale, jacobian = state_scale(baseline), system.jacobian(baseline.tolist(), p.tolist(), rest)
    # At rest the demand of rest lies on the kinks that it sets: there is no derivative.
    columns = [place for place, one in enumerate(system.constants) if one.name != "subject.rest_demand"]
    above, below = (_rest(system, p, columns, forcing, factor) for factor in (1 + 1e-4, 1 - 1e-4))
    for column, difference in zip(columns, (above - below) / 2e-4, strict=True):
        name, row = system.constants[column].name, along(p[None], [column])[0].tolist()
        found = steady_state(both, row, rest)[0][n:]
        pull = both.rhs([*baseline, *np.zeros(n)], row, rest)[n:]
        theorem = -np.linalg.solve(jacobian, pull)
        np.testing.assert_allclose(found / scale, theorem / scale, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(found / scale, difference / scale, atol=1e-6, err_msg=name)


def _rest(system, p, columns, forcing, factor):
    """Return where the system rests when each of the constants is multiplied, (n_columns, n_states)."""
    rows = np.tile(p, (len(columns), 1))
    rows[np.arange(len(columns)), columns] *= factor
    still = replace(forcing, breakpoints=forcing.breakpoints[:1], pattern=np.empty(0, dtype=int))
    return compiled.integrate(system, rows, [still] * len(rows), times=np.empty(0)).baseline


@pytest.mark.parametrize(
    "name", ["il6.clearance", "il6.glycogen_half", "lactate.basal", "glucose.turnover", "subject.body_mass"]
)
def test_the_course_moves_as_two_tight_runs_differ(body, name):
    system, both, p, forcing = body
    column, n = [one.name for one in system.constants].index(name), len(system.states)
    times, h = np.linspace(0, 5, 31), 1e-4
    row = along(p[None], [column])
    found = integrate(both, row, [forcing], times=times, tolerance=1e-9)
    pair = np.array([p * np.where(np.arange(len(p)) == column, factor, 1) for factor in (1 + h, 1 - h)])
    above, below = compiled.integrate(system, pair, [forcing] * 2, times=times, tolerance=1e-12).states
    scale = state_scale(found.baseline, both.scale_of)[0, n:] + np.abs(found.states[0, :, n:]).max(axis=0)
    error = np.abs(found.states[0, :, n:] - (above - below) / (2 * h)) / scale
    assert error.max() < 2e-6  # the solver at 1e-9 over 10 segments; the differences are good to 1e-7


def test_of_a_system_with_a_key_nothing_is_differentiated_before_it_is_asked_for(body):
    system, both, *_ = body
    later = variational(Deferred(lambda: pytest.fail("it was made"), sizes=system.sizes, key="a test"))
    assert later.key not in (None, "a test")
    made = both.made()
    assert (later.sizes, later.scale_of) == (made.sizes, made.scale_of)
    assert (both.sizes, both.scale_of) == (made.sizes, made.scale_of)


def test_directions_name_every_state_and_constant_once():
    names = [one.name for one in directions(PAIR).values()]
    assert names == ["sensitivity.y", "sensitivity.z", "direction.g", "direction.k"]


def test_what_is_real_changes_by_what_is_real():
    """Each has a direction of its own, which sympy may take for any real number."""
    found = directions(PAIR)
    assert found.keys() == {*PAIR.states, *PAIR.constants}
    assert len({*found.values()}) == len(found)
    assert all(one.is_real and one.is_positive is None for one in found.values())
