"""One step by itself, against the same method written down with dense matrices of NumPy.

Whole courses would hide most of what is wrong here: a step that is wrong is tried again, and shorter.
"""

import numpy as np
import pytest
import sympy
from collocation import FOURTH, GAMMA, INVERSE, MIDDLE, NODES, binary_logarithm, passed_through
from parts import Parts

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger

NAMES = "abcdefgmnopq"
STATES = sympy.symbols(list(NAMES), positive=True)
K, U = sympy.symbols("k u", positive=True)
# Turnovers with five decay rates, one of them 0 and one negative; one that decays at a rate that changes; two
# that are nonlinear in themselves; a pair that is linear, and one that is not.
WIDTHS = {"alone": 1, "together": 4}


def rates(a, b, c, d, e, f, g, m, n, o, p, q):
    return (
        U - K * a,
        a**2 - K * U * b,
        a / (1 + b) - c**2 / (K + c),
        a - d + e / 2,
        d - 3 * e,
        a * b + 0 * f,
        1 + b - c * g,
        p * Larger(a, b) - 2 * m,
        q + n,
        p - o**3 + 2 * o,
        c - p * q + 3 * p,
        p - q**2,
    )


SYSTEM = System(STATES, (K,), (U,), rates(*STATES), (sympy.Integer(1),) * len(STATES))
CONSTANTS, INPUTS, N = [1.3], [0.6], len(STATES)


@pytest.fixture(scope="module", params=WIDTHS.values(), ids=WIDTHS)
def parts(request):
    return Parts(SYSTEM, request.param)


def drawn(seed, **lanes):
    """Return what a lane is given: values and slopes, what the last step left, and how it is to be judged."""
    rng = np.random.default_rng(seed)
    lane = {"h": 0.1, "h_done": 0.08, "h_tried": 0.12, "inverse_tolerance": 1e9, "busy": 1.0}
    arrays = {name: rng.normal(size=N) for name in ("slope", "jump")}
    arrays |= {"y": rng.uniform(0.4, 2.0, N), "floor": rng.uniform(0.1, 4.0, N)}
    return lane | lanes | arrays | {"z": 0.01 * rng.normal(size=(N, 3))}


def stepped(parts, given):
    """Return increments of the stages (n, 3), the error and how often Newton failed, after one step."""
    parts.memory[:] = 0.0
    parts.rows("constants", 1)[:], parts.rows("inputs", 1)[:] = CONSTANTS[0], INPUTS[0]
    for name, value in given.items():
        if name == "z":
            parts.points("z", N)[:, :3] = value[..., None]
        elif np.ndim(value):
            parts.rows(name, N)[:] = value[:, None]
        else:
            parts[name] = value
    parts.call("prelude_member", "prelude_segment", "step")
    assert np.ptp(parts["error"]) == 0  # no lane's is another's
    return parts.points("z", N)[:, :3, 0].copy(), parts["error"][0], parts["failed"][0]


# ------------------------------------------------------------------------------------------ the same, dense

BLOCKS = ("a", "b", "c", "f", "g", "de", "pq", "m", "n", "o")  # none before what it needs
OWN = [[NAMES.index(name) for name in block] for block in BLOCKS]
NEWTON = {"c", "o", "pq"}


def predicted(given):
    """The last attempt's polynomial, less its value where this step begins; 0 where that one failed."""
    if given.get("fresh") or given.get("failed"):
        return np.zeros((N, 3))
    from_end = given.get("accepted", 0.0)
    theta = from_end + given["h"] / given["h_tried"] * NODES
    return (passed_through(np.vstack([np.zeros(N), given["z"].T]), theta) - from_end * given["z"][:, 2]).T


def dense(given):
    """Return increments (n, 3), the Jacobian where Newton began (last stage), and how many blocks failed."""
    z, guess, jacobian, failures = np.zeros((N, 3)), predicted(given), np.zeros((N, N)), 0
    for block, own in zip(BLOCKS, OWN, strict=True):
        z[own] = guess[own] if block in NEWTON else 0.0
        each = [SYSTEM.jacobian(list(given["y"] + z[:, i]), CONSTANTS, INPUTS) for i in range(3)]
        jacobian[own] = each[2][own]
        matrix = np.kron(np.eye(len(own)), INVERSE)
        for i in range(3):
            matrix[i::3, i::3] -= given["h"] * each[i][np.ix_(own, own)]
        failures += not converged(given, z, own, matrix, once=block not in NEWTON)
    return z, jacobian, failures


def converged(given, z, own, matrix, *, once):
    """Correct a block's increments until it counts no more; return whether that was within ten times."""
    scale = np.maximum(np.abs(given["y"]), given["floor"])[own]
    size, at_once = np.nan, max(2e-4, 1e-14 * given["inverse_tolerance"])
    for _ in range(10):
        slopes = np.array([SYSTEM.rhs(list(given["y"] + z[:, i]), CONSTANTS, INPUTS) for i in range(3)]).T
        residual = z[own] @ INVERSE.T - given["h"] * slopes[own]
        correction = np.linalg.solve(matrix, residual.ravel()).reshape(-1, 3)
        z[own] -= correction
        before, size = size, np.max(np.abs(correction[:, 2]) / scale) * given["inverse_tolerance"]
        if once or size <= at_once or (size < before and size * size / before <= 2e-5):
            return True
    return False


def judged(given, z, jacobian):
    """Return the largest error, in units of the tolerance, as a binary logarithm."""
    fresh, ratio = given.get("fresh", 0.0), given["h"] / given["h_done"]
    fourth = FOURTH[0] * ratio * given["slope"] + z @ INVERSE.T @ FOURTH[1:]
    before = np.zeros(N) if fresh else ratio**4 * given["jump"]
    apart = ratio / (ratio * MIDDLE + 1 - MIDDLE)  # steps, from the middle of the last to that of this one
    change = np.abs(fourth - before) * (0.005 if fresh else 0.001 * apart)
    sudden = (0.0 if fresh or given.get("landed") else 0.02) * (np.abs(fourth) - 4 * np.abs(before))
    sudden = np.maximum(sudden, 1.5e-4 * np.abs(fourth))  # what the cubic lacks between the ends
    errors = np.zeros(N)
    for own in OWN:
        matrix = GAMMA * np.eye(len(own)) - given["h"] * jacobian[np.ix_(own, own)]
        diagonal = np.diag(matrix)
        least = GAMMA if len(own) > 1 else 0.0  # what decays faster is sooner right
        by_kink = np.maximum(sudden[own], 0.0) * GAMMA / np.maximum(np.abs(diagonal), least)
        errors[own] = np.maximum(np.abs(GAMMA * np.linalg.solve(matrix, change[own])), by_kink)
        errors[own] = np.where(diagonal < GAMMA - 1, np.inf, errors[own])
    scale = np.maximum(np.abs(given["y"]), given["floor"])
    ratios = np.where(np.isfinite(errors), binary_logarithm(errors), 1024.0) - binary_logarithm(scale)
    return max(ratios) + binary_logarithm(given["inverse_tolerance"])


# ------------------------------------------------------------------------------------------ both

HISTORIES = {
    "first": {"fresh": 1.0},
    "after one that was accepted": {"accepted": 1.0},
    "after one that was not": {"accepted": 0.0},
    "after one that failed": {"accepted": 0.0, "failed": 1.0},
    "after a landing": {"accepted": 1.0, "landed": 1.0},
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("inverse_tolerance", [1e-9, 1e2, 1e4, 1e7, 1e10, 1e13])
def test_the_stages_solve_their_equations_as_well_as_the_tolerance_asks(parts, history, inverse_tolerance):
    """From the last attempt's polynomial on, with the Jacobian there, and no further than need be."""
    for seed in range(6):
        given = drawn(seed, **history, inverse_tolerance=inverse_tolerance)
        z, _, failed = stepped(parts, given)
        expected, _, failures = dense(given)
        np.testing.assert_allclose(z, expected, rtol=1e-9, atol=1e-11)
        assert failed == failures


@pytest.mark.parametrize("lost", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("stage", range(3))
def test_what_was_lost_in_the_last_attempt_is_not_where_newton_begins(parts, lost, stage):
    given = drawn(1, accepted=0.0, inverse_tolerance=1e-9)
    given["z"][:, stage] = lost
    z, _, failed = stepped(parts, given)
    expected, _, _ = dense(given | {"z": np.zeros((N, 3))})
    np.testing.assert_allclose(z, expected, rtol=1e-9, atol=1e-11)
    assert failed == 0


def test_a_block_that_does_not_converge_is_counted_whatever_the_others_do(parts):
    """Ten corrections, each a share of the one before, are not enough for all."""
    found = []
    for seed in range(8):
        given = drawn(seed, accepted=1.0, inverse_tolerance=1e10)
        given["z"] *= 5 * seed
        z, _, failed = stepped(parts, given)
        expected, _, failures = dense(given)
        np.testing.assert_allclose(z, expected, rtol=1e-9, atol=1e-11)
        assert failed == failures
        found.append(failures)
    assert {0, 1} < {*found}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("judge", range(N), ids=NAMES)
def test_the_error_is_that_of_the_worst_state_as_the_method_estimates_it(parts, history, judge):
    for seed in range(4):
        given = drawn(seed, **history)
        given["floor"] = np.where(np.arange(N) == judge, 1e-3, 1e2)
        given["y"][judge] *= 1 if seed % 2 else 1e-2
        _, error, _ = stepped(parts, given)
        assert error == pytest.approx(judged(given, *dense(given)[:2]), abs=1e-5)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 7, 24, 25, 50])
def test_any_number_of_decay_rates_is_solved(n, width):
    states, decays = sympy.symbols(f"y:{n}"), sympy.symbols(f"k:{n}")
    flows = tuple(U - decay * state for state, decay in zip(states, decays, strict=True))
    parts = Parts(System(states, decays, (U,), flows, (sympy.Integer(0),) * n), width)
    parts.memory[:] = 0.0
    rates = np.linspace(0.0, 40.0, n)
    parts.rows("constants", n)[:] = rates[:, None]
    parts.rows("inputs", 1)[:], parts.rows("y", n)[:], parts.rows("floor", n)[:] = 3.0, 0.5, 1.0
    parts["h"] = parts["h_done"] = parts["h_tried"] = 0.1
    parts.call("prelude_member", "prelude_segment", "step")
    slopes = 3.0 - 0.5 * rates
    for rate, slope, z in zip(rates, slopes, parts.points("z", n)[:, :3, 0], strict=True):
        exact = np.linalg.solve(INVERSE + 0.1 * rate * np.eye(3), 0.1 * slope * np.ones(3))
        np.testing.assert_allclose(z, exact, rtol=1e-11, atol=1e-14)


# ------------------------------------------------------------------------------------------ growth

X, Y, V, W = sympy.symbols("x y v w", real=True)
GROWTH = sympy.symbols("grow:3", real=True)
# By themselves, at 0, they grow: linear in itself, nonlinear in itself, and one of a pair.
GROWING = (GROWTH[0] * X, GROWTH[1] * Y - Y**3, GROWTH[2] * V - W**3, V**3 - W)


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_no_error_is_small_enough_where_a_state_grows_beyond_e_in_a_step(width):
    one = System((X, Y, V, W), GROWTH, (), GROWING, (sympy.Integer(0),) * 4)
    parts = Parts(one, width)
    for state in range(3):
        for growth in (-3.0, 1.99, 2.01, 40.0):
            parts.memory[:] = 0.0
            parts.rows("constants", 3)[state] = growth
            parts.rows("floor", 4)[:] = parts["busy"] = parts["fresh"] = parts["inverse_tolerance"] = 1.0
            parts["h"], parts["h_done"], parts["h_tried"] = 0.5, 1.0, 1.0
            parts.call("prelude_member", "prelude_segment", "step")
            np.testing.assert_array_equal(parts["error"] > 900, growth > 2, err_msg=f"{state} {growth}")
