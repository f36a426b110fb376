"""Step control by itself: what is accepted, how long the next step is, and what a lane takes along."""

import numpy as np
import pytest
import sympy
from collocation import FOURTH, INVERSE, binary_logarithm, power_of_two
from parts import Parts

from exerkine_sim.engine import Forcing, System, compiled
from exerkine_sim.engine.expression import Larger
from exerkine_sim.engine.kernel.layout import ACROSS, STAGES

WIDTHS = {"alone": 1, "together": 4}
Y, Z, K, U = sympy.symbols("y z k u", real=True)
# A turnover, and a state that is nonlinear in itself and has a kink.
SYSTEM = System((Y, Z), (K,), (U,), (U - K * Y, Y - Z**2 - Larger(Z, Y)), (sympy.Integer(1),) * 2)


@pytest.fixture(scope="module", params=WIDTHS.values(), ids=WIDTHS)
def parts(request):
    return Parts(SYSTEM, request.param)


@pytest.fixture(scope="module")
def alone():
    return Parts(SYSTEM, 1)


def given(parts, **lanes):
    parts.memory[:] = 0.0
    for name, value in lanes.items():
        parts[name] = value


# ------------------------------------------------------------------------------------------ the verdict

# Errors are binary logarithms, in units of the tolerance. That of a segment's first step goes with h^4,
# of later ones with h^5; 0.9 is for safety.
TRIED = {"error": -5.0, "busy": 1.0, "kink": 1.0, "ahead": np.inf, "h": 2.0, "h_done": 2.0}
VERDICTS = {
    "five halvings": ({}, {"accepted": 1, "factor": 1.8, "error_before": -5, "h_tried": 2, "lost": 0}),
    "all that is allowed": ({"error": 0.0}, {"accepted": 1, "factor": 0.9, "error_before": 0}),
    "hardly more": ({"error": 1e-9, "error_before": -3}, {"accepted": 0, "factor": 0.9, "error_before": -3}),
    "much more": ({"error": 5.0, "error_before": -9.0}, {"accepted": 0, "factor": 0.45, "error_before": -9}),
    "growing since the last": ({"error_before": -10.0}, {"accepted": 1, "factor": 0.9, "error_before": -5}),
    "in a shorter step": ({"error_before": -5.0, "h_done": 4.0}, {"accepted": 1, "factor": 0.9}),
    # What follows a first step errs by three halvings less.
    "a first step": ({"fresh": 1.0, "error": -5.0, "error_before": -99.0}, {"accepted": 1, "factor": 3.6}),
    "a first in vain": ({"fresh": 1.0, "error": 4.0}, {"accepted": 0, "factor": 0.45}),
    "next to nothing": ({"error": -30.0}, {"accepted": 1, "factor": 8.0, "error_before": -7}),
    "nothing at all": (
        {"error": -1000.0, "error_before": -60.0},  # counts as -33: 0.9 * 2^((66 - 60) / 5)
        {"accepted": 1, "factor": 0.9 * 2 * 1.2, "error_before": -7},
    ),
    "far too much": ({"error": 30.0}, {"accepted": 0, "factor": 0.1, "lost": 0}),
    "a large number": ({"error": 899.0}, {"accepted": 0, "factor": 0.1, "lost": 0}),
    "no number any more": ({"error": 900.0}, {"accepted": 0, "factor": 0.1, "lost": 1}),
    "not a number": ({"error": np.nan}, {"accepted": 0, "factor": 0.1, "lost": 1}),
    "Newton failed": ({"failed": 1.0}, {"accepted": 0, "factor": 0.25, "error_before": 0, "landing": 0}),
    "a kink halfway": ({"kink": 0.5}, {"accepted": 0, "factor": 0.4995, "error_before": 0, "landing": 1}),
    "a kink, and Newton failed": ({"kink": 0.5, "failed": 1.0}, {"factor": 0.25, "landing": 0}),
    "a kink foreseen": ({"ahead": 1.5}, {"accepted": 1, "factor": 1.4985, "error_before": -5, "landing": 1}),
    "one farther off": ({"ahead": 2.0}, {"accepted": 1, "factor": 1.8, "landing": 0}),
    "foreseen in vain": ({"ahead": 0.5, "error": 5.0}, {"accepted": 0, "factor": 0.45, "landing": 0}),
    "foreseen behind a kink": ({"ahead": 0.1, "kink": 0.5}, {"factor": 0.4995, "landing": 1}),
    "nobody there": ({"busy": 0.0}, {"accepted": 0, "factor": 0.9}),
    "a landing": ({"landing": 1.0}, {"accepted": 1, "landing": 0, "landed": 1}),
    "after a landing": ({"landed": 1.0}, {"accepted": 1, "landing": 0, "landed": 0}),
    "a landing in vain": ({"landing": 1.0, "error": 5.0}, {"accepted": 0, "landing": 0, "landed": 0}),
    "in vain after a landing": ({"landed": 1.0, "error": 5.0}, {"accepted": 0, "landing": 0, "landed": 1}),
}


@pytest.mark.parametrize(("changes", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_a_step_is_accepted_when_its_error_is_within_the_tolerance(alone, changes, expected):
    given(alone, **{**TRIED, **changes})
    alone.call("verdict")
    found = {name: alone[name][0] for name in expected}
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)  # the error is in the bits of an exponent


# ------------------------------------------------------------------------------------------ the advance


@pytest.mark.parametrize("accepted", [[1, 1, 1, 1], [1, 0, 1, 0], [0, 0, 0, 0]], ids=str)
def test_who_is_accepted_moves_on_and_who_is_not_stays(parts, accepted):
    """The end is the next start; of the slope there, and of the fourth derivative, all is known."""
    rng, good = np.random.default_rng(3), np.array(accepted[: parts.width])
    given(parts, busy=1.0, accepted=good, h=0.5, tau=2.0, length=100.0, factor=1.0, fresh=1.0, h_done=7.0)
    parts["attempts"], parts["attempts_here"], parts["from_slope"] = 10.0, 3.0, -0.7
    arrays = {name: rng.normal(size=(2, parts.width)) for name in ("y", "slope", "jump")}
    for name, values in arrays.items():
        parts.rows(name, 2)[:] = values
    increments, differences = rng.normal(size=(2, 2, 4, parts.width))
    parts.points("z", 2)[:], parts.points("differences", 2)[:] = increments, differences
    if parts.layout.alone:  # a step has parted them
        parts.rows("by_stage", STAGES * ACROSS).reshape(STAGES, ACROSS)[:, :2] = increments[:, :STAGES, 0].T
    parts.call("advance")

    def moved(new, old):
        return np.where(good, new, old)

    slopes = np.einsum("ij,njw->niw", INVERSE, increments[:, :3])  # h f at the stages
    ends = {
        "y": arrays["y"] + increments[:, 2],
        "slope": slopes[:, 2],
        "jump": -0.7 * arrays["slope"] + np.einsum("i,niw->nw", FOURTH[1:], slopes),
    }
    for name, new in ends.items():
        np.testing.assert_allclose(parts.rows(name, 2), moved(new, arrays[name]), rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(parts.points("differences", 1)[0, 3], moved(*differences[0, 2:]))
    expected = {"tau": moved(2.5, 2.0), "h_done": moved(0.5, 7.0), "fresh": moved(0.0, 1.0)}
    expected |= {"attempts": 11.0, "attempts_here": 4.0, "edge": 0.0, "h": 0.5, "last": 0.0}
    for name, value in expected.items():
        np.testing.assert_array_equal(parts[name], np.broadcast_to(value, parts.width), err_msg=name)


LENGTHS = {
    "it fits": ({}, {"h": 4.0, "last": 0}),
    "it would come close": ({"factor": 3.0}, {"h": 5.0, "last": 0}),
    "it would nearly reach the end": ({"factor": 4.99}, {"h": 5.0, "last": 0}),
    "it reaches the end all but a thousandth": ({"factor": 4.996}, {"h": 10.0, "last": 1}),
    "it passes the end": ({"factor": 8.0}, {"h": 10.0, "last": 1}),
    "it is to end before a kink": ({"factor": 4.99, "landing": 1.0}, {"h": 9.98, "last": 0}),
    "it is to end before a kink at the end": ({"factor": 4.996, "landing": 1.0}, {"h": 10.0, "last": 1}),
    "the last was the last": ({"last": 1.0}, {"h": 2.0, "last": 1, "edge": 1, "tau": 7.0}),
    "the last was tried in vain": (
        {"last": 1.0, "accepted": 0.0},
        {"h": 4.0, "last": 0, "edge": 0, "tau": 5.0},
    ),
    "nobody there": ({"busy": 0.0, "accepted": 0.0, "last": 1.0}, {"h": 2.0, "last": 1, "attempts": 0}),
}


@pytest.mark.parametrize(("changes", "expected"), LENGTHS.values(), ids=LENGTHS)
def test_the_next_step_fits_what_is_left_of_the_segment(parts, changes, expected):
    """Ten hours are left after this one of two, or were when it began in vain."""
    told = {"busy": 1.0, "accepted": 1.0, "h": 2.0, "tau": 5.0, "factor": 2.0, **changes}
    given(parts, **told)
    parts["length"] = 15.0 + 2.0 * told["accepted"]
    parts.call("advance")
    for name, value in expected.items():
        np.testing.assert_allclose(parts[name], value, rtol=1e-12, err_msg=name)


# ------------------------------------------------------------------------------------------ the first step


@pytest.mark.parametrize(
    ("y", "z", "floor"),
    [
        (0.1, 0.5, (1.0, 1.0)),
        (7.0, 0.5, (1.0, 1.0)),
        (0.1, -2.0, (1.0, 1.0)),
        (0.1, 0.5, (1e-3, 1.0)),
        (0.49, 0.5, (1.0, 1.0)),
        (0.49, 0.5, (1.0, 1e-3)),
    ],
)
@pytest.mark.parametrize("new", [1.0, 0.0])
def test_a_first_step_is_as_long_as_the_quickest_state_allows(parts, y, z, floor, new):
    """0.005 of the fourth derivative times h^4, taken as decay^3 times rate, within the tolerance."""
    k, u, inverse_tolerance = 3.0, 1.5, 1e6
    given(parts, attempts_here=1.0 - new, h=0.125, length=1000.0, inverse_tolerance=inverse_tolerance)
    parts.rows("constants", 1)[:], parts.rows("inputs", 1)[:] = k, u
    parts.rows("y", 2)[:], parts.rows("floor", 2)[:] = np.array([[y], [z]]), np.array(floor)[:, None]
    parts.call("prelude_member", "prelude_segment", "start")
    rates = np.array([u - k * y, y - z**2 - max(z, y)])
    speeds = np.array([k, 2 * z + (z > y)])
    scale = np.maximum(np.abs([y, z]), floor)
    worst = np.max(binary_logarithm(np.abs(speeds**3 * rates)) - binary_logarithm(scale))
    first = power_of_two(-(worst + binary_logarithm(inverse_tolerance) + np.log2(0.005)) / 4)
    np.testing.assert_allclose(parts["h"], first if new else 0.125, rtol=1e-9)
    np.testing.assert_allclose(parts.rows("slope", 2)[:, 0], new * rates, rtol=1e-14)
    assert abs(parts.points("differences", 1)[0, 3]) == pytest.approx(new * abs(z - y), rel=1e-14)


def test_a_first_step_is_no_longer_than_its_segment(alone):
    given(alone, length=0.01, inverse_tolerance=1.0, h=5.0)
    alone.rows("floor", 2)[:] = 1.0
    alone.call("start")
    assert (alone["h"][0], alone["last"][0]) == (0.01, 1.0)


def test_without_a_speed_of_its_own_a_state_takes_any_step():
    """Two that turn round each other: neither is cleared by itself."""
    turning = Parts(System((Y, Z), (), (), (Z, -Y), (sympy.Integer(1),) * 2), 1)
    given(turning, length=1e9, inverse_tolerance=1e9)
    turning.rows("y", 2)[:] = turning.rows("floor", 2)[:] = 1.0
    turning.call("start")
    assert (turning["h"][0], turning["last"][0]) == (1e9, 1.0)
    np.testing.assert_array_equal(turning.rows("slope", 2)[:, 0], [1.0, -1.0])


@pytest.mark.parametrize("n", [1, 4])
def test_what_stands_still_takes_one_step_at_any_tolerance(n):
    """Its error is 0, whose logarithm is below all others."""
    empty = System((Y,), (), (U,), (U - Y,), (sympy.Integer(0),))
    forcing = Forcing(np.array([0.0, 8.0]), np.zeros((1, 1)), np.zeros(1))
    options = {"times": np.array([8.0]), "start": np.zeros((n, 1)), "tolerance": 1e-156}
    found = compiled.integrate(empty, np.empty((n, 0)), [forcing] * n, **options)
    np.testing.assert_array_equal(found.states, np.zeros((n, 1, 1)))
    assert found.evaluations.tolist() == [3] * n
