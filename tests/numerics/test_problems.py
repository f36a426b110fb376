"""Every engine reproduces every problem whose answer is known; and the answers are right."""

import dataclasses

import numpy as np
import pytest
from closed_forms import CLOSED_FORM, SMOOTH, books, cascade, kaps, michaelis_menten, turnover
from golden import golden
from problems import STIFF, e5, hires, robertson, van_der_pol

from exerkine_sim.engine import Status, compiled, reference

ENGINES = {"reference": reference.integrate, "compiled": compiled.integrate}
# The global error of a good solver is a small multiple of what it allows itself in a step.
TOLERANCE, ALLOWED = 1e-10, 1e-8


@pytest.fixture(params=ENGINES.values(), ids=ENGINES)
def integrate(request):
    return request.param


@pytest.mark.parametrize("problem", [*CLOSED_FORM, *STIFF])
def test_a_known_answer_is_found(integrate, problem):
    one = problem()
    result = one.solved(integrate, tolerance=TOLERANCE)
    assert result.status == (Status.OK,)
    assert one.error(result.states[0]) < ALLOWED


@pytest.mark.parametrize("problem", [cascade, kaps, robertson, hires, van_der_pol])
def test_the_error_follows_the_tolerance(integrate, problem):
    one = problem()
    errors = [one.error(one.solved(integrate, tolerance=tol).states[0]) for tol in (1e-5, 1e-7, 1e-9)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-2 * errors[0]  # of the four decades between the tolerances, two at the least


@pytest.mark.parametrize("problem", [books, michaelis_menten])
def test_what_is_there_is_what_was_there_and_came_and_did_not_go(integrate, problem):
    one = problem()
    states = one.solved(integrate, tolerance=TOLERANCE).states[0]
    came, gone = (states[:, 1], states[:, 2]) if problem is books else (0.0, states[:, 1])
    np.testing.assert_allclose(states[:, 0], one.start[0] + came - gone, rtol=0, atol=ALLOWED * one.start[0])


def test_each_member_has_its_own_start(integrate):
    """From any start (c^2, c) the pair goes to (c^2 exp(-2 t), c exp(-t))."""
    one = dataclasses.replace(kaps(), times=np.array([2.0]))
    starts = np.array([[1.0, 1.0], [0.25, 0.5]])
    result = integrate(
        one.system, np.empty((2, 0)), [one.forcing] * 2, times=one.times, tolerance=TOLERANCE, start=starts
    )
    np.testing.assert_array_equal(result.baseline, starts)
    np.testing.assert_allclose(result.states[:, 0], starts * np.exp([-4, -2]), rtol=ALLOWED)


def test_without_a_start_a_member_starts_at_rest(integrate):
    one = turnover()
    result = one.solved(integrate, tolerance=TOLERANCE, start=None)
    assert one.error(result.states[0]) < ALLOWED


# ------------------------------------------------------------------ the answers themselves

# End values as Mazzia & Magherini (2008) print them; the second of Robertson in the problem's unit.
PUBLISHED = {
    robertson: [0.2083340149701255e-07, 0.8333360770334713e-08, 0.9999999791665050],
    van_der_pol: [0.1706167732170469e01, -0.8928097010248125],
    hires: [
        *(0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2),
        *(0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2),
    ],
}


@pytest.mark.parametrize("problem", PUBLISHED)
def test_published_end_values_are_met(problem):
    values = problem().values[0 if problem is hires else -1]
    # 2e-13: constants as floats have them, in HIRES; the others agree within 2e-14.
    np.testing.assert_allclose(values, PUBLISHED[problem], rtol=2e-13)


def test_published_e5_is_met_as_far_as_it_is_right():
    """Its two products must be equal in the end (y2 = y3 + y4): printed, they differ in the third digit.

    The difference, 1.3e-25, is rounding that piled up at 1e-10, where they come from; their mean is right.
    """
    printed = np.array([0.8867655517642120e-12, 0.8854814626268838e-12])
    values = e5().values
    np.testing.assert_allclose(values[:, 1], values[:, 2] + values[:, 3], rtol=1e-15)
    np.testing.assert_allclose(
        values[-1, 1:3], printed.mean(), rtol=2e-7
    )  # a twelfth of the difference squared


def test_long_arithmetic_meets_a_closed_form_to_the_last_digit():
    one = kaps()
    short = dataclasses.replace(one, times=one.times[:1], values=one.values[:1])
    assert short.error(golden(short, tolerance=1e-18)) < 1e-15


def fourth_order(one, steps):
    """Return the error at the first time after so many equal steps of the classical Runge-Kutta method."""
    p, y, h = one.constants.tolist(), one.start, one.times[0] / steps

    def rate(y):
        return np.array(one.system.rhs(y.tolist(), p, []))

    for _ in range(steps):
        k1 = rate(y)
        k2 = rate(y + h / 2 * k1)
        k3 = rate(y + h / 2 * k2)
        k4 = rate(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.max(np.abs(y - one.values[0]))


@pytest.mark.parametrize("problem", SMOOTH)
def test_smooth_problems_show_the_order_of_a_method(problem):
    steps, one = np.array([32, 64, 128]), problem()
    errors = [fourth_order(one, n) for n in steps]
    slope = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(4, abs=0.2)  # three refinements well above rounding
