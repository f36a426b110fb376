"""The resting steady state is solved for each member, and failure to find one is said."""

import warnings

import numpy as np
import pytest
import sympy

from exerkine_sim.engine import System, state_scale, steady, steady_state

Y, Z, K, G = (sympy.Symbol(name, real=True) for name in "yzkg")


def system(rates, *, guess=(0, 0), scale_of=None):
    states = (Y, Z)[: len(rates)]
    guesses = tuple(sympy.sympify(one) for one in guess[: len(rates)])
    return System(states, (K, G), (), tuple(map(sympy.sympify, rates)), guesses, scale_of)


def test_turnover_settles_at_production_over_loss():
    y, residual = steady_state(system([G - K * Y]), [0.25, 3.0], [])
    assert y[0] == pytest.approx(12.0, rel=1e-14)  # linear: one Newton step is exact up to rounding
    assert residual < 1e-13


def test_nonlinear_loop_is_solved_from_a_far_guess():
    """Mutual inhibition: y = g/(1+z), z = k*y has one positive root."""
    y, _ = steady_state(system([G / (1 + Z) - Y, K * Y - Z], guess=(100, 0)), [2.0, 6.0], [])
    root = (-1 + np.sqrt(1 + 4 * 2.0 * 6.0)) / 4
    assert y == pytest.approx([root, 2 * root], rel=1e-9)  # Newton's own stopping rule is 1e-10


def test_an_exact_guess_is_kept_where_the_jacobian_is_singular():
    """y' = -y^2 rests at 0 with a vanishing derivative."""
    y, residual = steady_state(system([-(Y**2)]), [1.0, 1.0], [])
    assert (y[0], residual) == (0.0, 0.0)


def test_a_model_without_a_rest_has_a_large_residual():
    _, residual = steady_state(system([1 + Y**2]), [1.0, 1.0], [])
    assert not residual < 1e-3


# ------------------------------------------------------------------------------------------ the scale


@pytest.mark.parametrize(
    ("value", "scale"), [(5.0, 5.0), (-0.3, 0.3), (0.0, 1.0), (1e-12, 1.0), (-1e-12, 1.0), (1.1e-12, 1.1e-12)]
)
def test_an_error_is_judged_on_the_resting_value_or_on_one(value, scale):
    assert state_scale(np.array([value])).tolist() == [scale]


def test_rows_have_scales_of_their_own():
    rows = np.array([[2.0, 0.0, 7.0], [3.0, 5.0, 0.0]])
    assert state_scale(rows).tolist() == [[2.0, 1.0, 7.0], [3.0, 5.0, 1.0]]
    assert state_scale(rows, of=(0, 2, 0)).tolist() == [[2.0, 7.0, 2.0], [3.0, 1.0, 3.0]]


@pytest.mark.parametrize(
    ("rates", "guess", "scale_of", "left"),
    [
        ([3 + 0 * Y, 0 * Z], (6, 1), None, 0.5),
        ([0 * Y, 3 + 0 * Z], (1, 6), None, 0.5),
        ([-3 + 0 * Y, 0 * Z], (6, 1), None, 0.5),
        ([3 + 0 * Y, 0 * Z], (0, 1), None, 3.0),
        ([0 * Y, 3 + 0 * Z], (6, 1), (0, 0), 0.5),
    ],
)
def test_what_is_left_is_the_largest_rate_on_its_scale(rates, guess, scale_of, left, monkeypatch):
    """Of an accumulator, which no correction moves."""
    monkeypatch.setattr(steady, "_rested", lambda *given: given[-1])
    y, residual = steady_state(system(rates, guess=guess, scale_of=scale_of), [1.0, 1.0], [])
    assert (y.tolist(), residual) == (list(map(float, guess)), pytest.approx(left, rel=1e-14))


# ------------------------------------------------------------------------------------------ corrections


@pytest.mark.parametrize(
    ("y", "step", "share"),
    [
        ([1.0], [0.5], 1.0),
        ([1.0], [0.9], 1.0),
        ([1.0], [1.8], 0.5),
        ([1.0], [-50.0], 1.0),
        ([-1.0], [5.0], 1.0),
        ([0.0], [5.0], 1.0),
        ([1e-12], [5.0], 1.0),
        ([2e-12], [3.6e-12], 0.5),
        ([1.0, 2.0], [1.8, 18.0], 0.1),
        ([1.0, 2.0], [18.0, 1.8], 0.05),
        ([], [], 1.0),
    ],
)
def test_a_correction_takes_no_state_below_a_tenth_of_itself(y, step, share):
    assert steady._damping(np.array(y), np.array(step)) == pytest.approx(share, rel=1e-14)


class Asked:
    """A system that is asked by Newton: ``y' = f(y)``, and what it was asked at."""

    scale_of = None

    def __init__(self, rate, slope):
        self.rate, self.slope, self.at = rate, slope, []

    def rhs(self, y, _p, _rest):
        self.at.append(y[0])
        return [self.rate(y[0])]

    def jacobian(self, y, _p, _rest):
        return np.array([[self.slope(y[0])]])


def newton(rate, slope, start):
    asked = Asked(rate, slope)
    y, residual = steady._newton(asked, [], [], np.array([start]))
    return asked.at, y[0], residual


def test_a_correction_is_newtons_and_shortened_where_it_must_be():
    """Of 1 - 1/y from 5 it would be 20."""
    at, y, residual = newton(lambda y: 1 - 1 / y, lambda y: y**-2, 5.0)
    assert at[:3] == pytest.approx([5.0, 0.5, 0.75], rel=1e-12)  # 0.5 - (1 - 2) / 4
    assert (y, residual) == (1.0, 0.0)
    assert len(at) < 10


def test_what_hardly_moves_within_an_hour_is_followed_to_where_it_rests():
    """From 1 to 2 at 1e-11 an hour: settled by its rate from the first, and still on the move."""
    at, y, residual = newton(lambda y: 1e-11 * (2 - y), lambda _y: -1e-11, 1.0)
    assert at == [1.0, 2.0, 2.0]
    assert (y, residual) == (2.0, 0.0)


def test_among_what_is_settled_the_last_that_moved_counts_whatever_its_rate():
    """The rate is larger at the end than on the way: what is far is no rest, for a slow state above all."""
    rates = {1.0: 5e-11, 2.0: 1e-12, 3.0: 2e-12, 3.0 + 1e-13: 3e-12}
    corrections = {1.0: -1.0, 2.0: -1.0, 3.0: -1e-13, 3.0 + 1e-13: 0.0}
    at, y, residual = newton(rates.get, lambda y: rates[y] / (corrections[y] or 1.0), 1.0)
    assert at == [1.0, 2.0, 3.0, 3.0 + 1e-13]
    assert (y, residual) == (3.0, pytest.approx(2e-12 / 3, rel=1e-12))


def test_the_best_is_kept_where_corrections_lead_away():
    at, y, residual = newton(lambda y: y**2 + 1, lambda y: 2 * y, -0.5)
    assert len(at) == steady.MAX_STEPS
    assert residual == pytest.approx(min((np.array(at) ** 2 + 1) / state_scale(np.array(at))), rel=1e-12)
    assert y in at


@pytest.mark.parametrize("lost", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_ends_the_search(lost):
    at, y, residual = newton(lambda y: 1.0 if y == 1.0 else lost, lambda _y: -1.0, 1.0)
    assert at == [1.0, 2.0]
    assert (y, residual) == (1.0, 1.0)


def test_a_derivative_may_change_its_sign_and_holds_no_one_up():
    """z stands for a derivative of y: from 1 it goes to -3 at once, as an accumulator of y's scale may."""
    one = system([G - K * Y, -3 * Y - Z], guess=(1, 1), scale_of=(0, 0))
    y, residual = steady_state(one, [1.0, 1.0], [])
    assert y.tolist() == [1.0, -3.0]
    assert residual == 0.0


# ----------------------------------------------------------------------- where Newton is lost


def test_long_rest_finds_what_newton_does_not():
    """From 0, where the slope of 1 - y^2 is 0, Newton goes nowhere, and rest to 1."""
    flat = system([1 - Y**2, Y - Z], guess=(0, 7))
    assert steady._newton(flat, [1.0, 1.0], [], np.array([0.0, 7.0]))[1] == 1.0
    y, residual = steady_state(flat, [1.0, 1.0], [])
    np.testing.assert_allclose(y, [1.0, 1.0], rtol=1e-14)
    assert residual < 1e-13


def test_what_newton_settles_is_not_laid_to_rest(monkeypatch):
    monkeypatch.setattr(steady, "_rested", None)
    y, residual = steady_state(system([G - K * Y]), [0.3, 3.0], [])
    assert y[0] == pytest.approx(10.0, rel=1e-14)
    assert residual <= 1e-10


def test_long_rest_is_long():
    """Twenty thousand hours, from which what forgets 1/e in 1,000 has 2e-9 left."""
    slow = system([(1 - Y) / 1000])
    y = steady._rested(slow, [1.0, 1.0], [], np.array([0.0]))
    assert 1 - y[0] == pytest.approx(np.exp(-20), rel=0.2)  # at a tolerance of 1e-10


@pytest.mark.parametrize(
    ("rates", "constants", "guess"),
    [
        ([sympy.log(K) - Y], [-1.0, 1.0], 0),  # no number, whatever the state is
        ([sympy.exp(K * Y) - 1 + 0 * G], [1e6, 1.0], 1),  # overflow
        ([1 / (Y - Y * G)], [1.0, 1.0], 1),  # a division by zero
        ([sympy.sqrt(Y - K)], [1.0, 1.0], 0),  # of a negative number
    ],
    ids=str,
)
def test_what_cannot_be_computed_has_no_rest(rates, constants, guess):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y, residual = steady_state(system(rates, guess=(guess,)), constants, [])
    assert y.shape == (1,)
    assert not residual <= 1e-3


def test_a_guess_that_cannot_be_computed_has_no_rest():
    y, residual = steady_state(system([G - Y, K - Z], guess=(1, sympy.log(K))), [-1.0, 1.0], [])
    assert np.isnan(y).tolist() == [True, True]
    assert residual == np.inf


def test_what_the_user_makes_of_overflow_makes_no_difference():
    """Corrections of 1/sqrt(y) lead to three times as much, and soon beyond all numbers."""
    fleeing = system([1 / sympy.sqrt(Y)], guess=(8e307,))
    with np.errstate(all="raise"):
        assert steady_state(fleeing, [1.0, 1.0], [])[0].shape == (1,)


def test_a_rest_that_takes_too_much_work_is_given_up(monkeypatch):
    """Turning without an end: rest is broken off, and is the start."""
    turning = system([Z, -Y], guess=(1, 0))
    monkeypatch.setattr(steady, "MAX_EVALUATIONS", 100)
    np.testing.assert_array_equal(steady._rested(turning, [1.0, 1.0], [], np.array([1.0, 0.0])), [1.0, 0.0])


def test_without_states_there_is_nothing_to_settle():
    y, residual = steady_state(System((), (K, G), (), (), ()), [1.0, 1.0], [])
    assert (y.shape, residual) == ((0,), 0.0)
