"""The resting steady state is solved for each member, and failure to find one is said."""

import numpy as np
import pytest
import sympy

from exerkine_sim.engine import System, steady_state

Y, Z, K, G = (sympy.Symbol(name, real=True) for name in "yzkg")


def system(rates, *, guess=(0, 0)):
    states = (Y, Z)[: len(rates)]
    return System(states, (K, G), (), tuple(rates), tuple(sympy.sympify(g) for g in guess[: len(rates)]))


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
