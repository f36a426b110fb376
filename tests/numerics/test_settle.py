"""The resting state as machine code finds it, block by block, and what it says of what is left.

Where it finds none, a slower search is asked, which would hide what is wrong here.
"""

import numpy as np
import pytest
import sympy
from parts import Parts

from exerkine_sim.engine import Forcing, Status, System, compiled
from exerkine_sim.engine.kernel import settle

WIDTHS = {"alone": 1, "together": 4}
A, B, C, D, E, G, K, U = sympy.symbols("a b c d e g k u", real=True)


def settled(rates, guess, *, width=4, constant=2.0, level=3.0, scale_of=None):
    """Return the states and the largest rate that is left, of a system of a constant and an input."""
    states = (A, B, C, D, E, G)[: len(rates)]
    parts = Parts(System(states, (K,), (U,), tuple(rates), tuple(map(sympy.sympify, guess)), scale_of), width)
    parts.rows("constants", 1)[:], parts.rows("inputs", 1)[:] = constant, level
    parts.call("prelude_member", "prelude_segment", "settle")
    return parts.rows("y", len(states))[:, 0], parts["error"][0]


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_each_block_rests_on_those_before_it(width):
    """Turnovers at release over loss, an accumulator at its guess, one that is not linear, and a loop."""
    rates = (U - K * A, A * B - B * U + 5, A + 0 * C, D - K * E - 1, 4 + A - D - E, A**2 - G**2)
    y, error = settled(rates, (0, 0, K + 5, 0, 0, 1), width=width)
    a = 3.0 / 2.0
    # d = 1 + 2 e, and 5.5 = d + e
    exact = [a, 5 / (3.0 - a), 7.0, 4.0, 1.5, a]
    np.testing.assert_allclose(y, exact, rtol=1e-12)
    assert error == pytest.approx(a / 7.0, rel=1e-12)  # what the accumulator gathers, on its own scale


@pytest.mark.parametrize(
    ("rates", "guess", "left"),
    [
        ((U - K * A,), (0,), 0.0),
        ((U + 0 * A,), (6,), 3.0 / 6.0),
        ((U + 0 * A,), (-6,), 3.0 / 6.0),
        ((-U + 0 * A,), (6,), 3.0 / 6.0),
        ((U + 0 * A,), (0,), 3.0),  # what rests at 0 is judged on 1
        ((U + 0 * A,), (1e-13,), 3.0),
        ((U + 0 * A,), (1e-11,), 3.0e11),
        ((U + 0 * A, K + 0 * B), (6, 1), 2.0),
        ((K + 0 * A, U + 0 * B), (1, 6), 2.0),
        ((sympy.log(-U) + 0 * A, K + 0 * B), (1, 1), np.inf),  # no number
        ((K + 0 * A, sympy.log(-U) + 0 * B), (1, 1), np.inf),
    ],
    ids=str,
)
def test_what_is_left_is_the_largest_rate_on_the_scale_of_its_state(rates, guess, left):
    assert settled(rates, guess)[1] == pytest.approx(left, rel=1e-12, abs=1e-15)


def test_a_derivative_is_judged_on_the_scale_of_its_state():
    assert settled((K - A, U + 0 * B), (1, 5), scale_of=(0, 0))[1] == pytest.approx(3.0 / 2.0, rel=1e-12)


def corrected(rates, guess):
    """Return one damped correction of a block of two."""
    states = (A, B)
    numbers = dict(zip(states, guess, strict=True))
    jacobian = sympy.Matrix(rates).jacobian(states).subs(numbers)
    value = sympy.Matrix(rates).subs(numbers)
    return np.array(guess), np.array(jacobian.LUsolve(value), dtype=float).ravel()


PAIRS = {
    "both": ((1 - 1 / A + B / 50, A / 10 - B), (5.0, 3.0)),
    "the first": ((A * B - 1 - A, 3 - A - B), (0.5, 3.0)),
    "neither": ((3 - A * B, 1 + A - B), (2.0, 2.0)),
    "the second": ((3 - A - B, A * B - 1 - B), (3.0, 0.5)),
    "what is next to nothing": ((-A - A * B - B / 9, 1 + A - B), (1e-13, 3.0)),
}


@pytest.mark.parametrize(("rates", "guess"), PAIRS.values(), ids=PAIRS)
def test_a_correction_takes_no_state_below_a_tenth_of_itself(rates, guess, monkeypatch):
    """It is shortened for all of a block; what is next to nothing holds none up."""
    monkeypatch.setattr(settle, "MAX_ITERATIONS", 1)
    before, step = corrected(rates, guess)
    shares = [0.9 * y / s for y, s in zip(before, step, strict=True) if y > 1e-12 and s > 0.9 * y]
    found, _ = settled(rates, guess)
    np.testing.assert_allclose(found, before - min([1.0, *shares]) * step, rtol=1e-12)


@pytest.mark.parametrize(
    ("rate", "guess", "after"),
    [
        (4 - A**2, 0.1, 0.1 + 3.99 / 0.2),
        (4 - A**2, 3.0, 3.0 - 5 / 6),
        (4 - A**2, -3.0, -3.0 + 5 / 6),
        (1 - 1 / A, 5.0, 0.5),  # not 5 - 20
        (1 - 1 / A, 1.89, 1.89 - 0.89 * 1.89),
        (1 - 1 / A, 1.91, 0.191),
    ],
    ids=str,
)
def test_one_correction_of_a_state_that_is_alone(rate, guess, after, monkeypatch):
    monkeypatch.setattr(settle, "MAX_ITERATIONS", 1)
    assert settled((rate,), (guess,))[0] == pytest.approx([after], rel=1e-12)


def test_corrections_end_where_none_is_more_than_rounding_and_after_sixty():
    """A double root is approached by halves: 0.5^60 of the way is left."""
    y, _ = settled(((A - 3) ** 2,), (4.0,))
    assert y[0] - 3.0 == pytest.approx(0.0, abs=1e-7)
    wandering, error = settled((1 + A**2,), (0.3,))
    assert np.isfinite(wandering).all()
    assert error > 1e-3


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 9, 16, 17])
def test_every_member_of_any_batch_is_brought_to_its_own_rest(n, monkeypatch):
    """By machine code, whose last vector may not be full."""
    monkeypatch.setattr(compiled, "steady_state", None)
    states = (A, B)
    system = System(states, (K, C), (U,), (U - K * A, A - B**2 * C), (sympy.Integer(0), sympy.Integer(1)))
    constants = np.linspace(0.5, 2.0, 2 * n).reshape(n, 2)
    levels = np.linspace(1.0, 3.0, n)
    forcings = [Forcing(np.array([0.0, 1.0]), np.array([[9.0]]), np.array([level])) for level in levels]
    found = compiled.integrate(system, constants, forcings, times=np.array([0.0]))
    exact = np.stack([levels / constants[:, 0], np.sqrt(levels / constants.prod(axis=1))], axis=1)
    np.testing.assert_allclose(found.baseline, exact, rtol=1e-12)
    np.testing.assert_array_equal(found.states[:, 0], found.baseline)
    assert found.status == (Status.OK,) * n
    assert (found.residual < 1e-13).all()
