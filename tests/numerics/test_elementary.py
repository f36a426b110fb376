"""exp, log and powers of the kernel against long arithmetic, over the whole range of doubles."""

import mpmath
import numpy as np
import pytest
import sympy

from exerkine_sim.engine import Forcing, System, compiled

Y, K, E = (sympy.Symbol(name, real=True) for name in ("y", "k", "e"))


def evaluated(expression, constants):
    """Return an expression of constants as the kernel computes it: the resting state of ``y' = f(k) - y``."""
    system = System((Y,), (K, E), (), (expression - Y,), (sympy.Integer(0),))
    forcing = Forcing(np.array([0.0, 1.0]), np.empty((1, 0)), np.empty(0))
    with np.errstate(invalid="ignore"):
        found = compiled.integrate(system, constants, [forcing] * len(constants), times=np.array([0.0]))
    return found.baseline[:, 0]


def ulps(found, exact):
    exact = np.array([float(one) for one in exact])
    return np.abs(found - exact) / np.spacing(np.abs(exact))


def numbers(values, exponents=0.0):
    values = np.asarray(values, dtype=float)
    return np.stack([values, np.broadcast_to(exponents, values.shape)], axis=1)


def test_exp_is_right_to_two_units_in_the_last_place():
    x = np.concatenate([np.random.default_rng(0).uniform(-700, 700, 2000), np.linspace(-1, 1, 501)])
    assert ulps(evaluated(sympy.exp(K), numbers(x)), [mpmath.exp(float(one)) for one in x]).max() <= 2


def test_log_is_right_to_two_units_in_the_last_place():
    rng = np.random.default_rng(1)
    x = np.concatenate([np.exp(rng.uniform(-700, 700, 2000)), 1 + rng.uniform(-0.4, 0.4, 501)])
    exact = [mpmath.log(float(one)) for one in x]
    # Close to 1 the logarithm is small; its error is then counted in units of the larger of it and 1e-3.
    error = np.abs(evaluated(sympy.log(K), numbers(x)) - np.array([float(one) for one in exact]))
    assert np.max(error / np.spacing(np.maximum(np.abs([float(one) for one in exact]), 1e-3))) <= 2


def test_powers_are_right_to_1e13():
    rng = np.random.default_rng(2)
    x, e = np.exp(rng.uniform(-20, 20, 1000)), rng.uniform(-5, 5, 1000)
    found = evaluated(sympy.Pow(K, E), numbers(x, e))
    exact = np.array([float(mpmath.power(float(a), float(b))) for a, b in zip(x, e, strict=True)])
    np.testing.assert_allclose(found, exact, rtol=1e-13)  # the exponent multiplies the logarithm's error


@pytest.mark.parametrize(
    ("exponent", "tolerance"), [(2, 1e-15), (3, 1e-15), (2.5, 1e-15), (0.5, 1e-15), (-1.5, 1e-15)]
)
def test_whole_and_half_powers_take_no_logarithm(exponent, tolerance):
    x = np.exp(np.random.default_rng(3).uniform(-5, 5, 100))
    found = evaluated(K ** sympy.Rational(exponent), numbers(x))
    np.testing.assert_allclose(found, x**exponent, rtol=tolerance)


def test_ends_of_the_range():
    found = evaluated(sympy.exp(K), numbers([0.0, -745.0, 709.0, -0.0]))
    np.testing.assert_array_equal(found[[0, 1, 3]], [1.0, 0.0, 1.0])
    assert found[2] == pytest.approx(np.exp(709.0), rel=1e-15)
    assert evaluated(sympy.Pow(K, E), numbers([0.0], 0.3))[0] == 0.0


def test_numbers_too_small_for_all_their_digits_have_a_logarithm():
    x = np.array([5e-324, 1e-320, 2.2e-308, 2.3e-308])
    np.testing.assert_allclose(
        evaluated(sympy.log(K), numbers(x)), [float(mpmath.log(float(one))) for one in x], rtol=1e-15
    )
