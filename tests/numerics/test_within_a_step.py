"""What is told of a step between its ends: time courses and measures, where they are polynomials.

States that are cubic in time are solved without an error, in one step a segment however long, and the
polynomial of a step is theirs: every number can be worked out.
"""

import numpy as np
import pytest
import sympy
from numpy.polynomial import Polynomial

from exerkine_sim.engine import Forcing, Status, System, compiled

CLOCK, LAST = sympy.symbols("clock last", real=True)
N_CUBICS = 9  # with the clock and one more, as many states as fill a vector and a part of one
CUBICS = sympy.symbols(f"x:{N_CUBICS}", real=True)
C = sympy.symbols("c:12", real=True)  # of three observables: each four coefficients
SLOPES = [sympy.Rational(place + 1, 4) * CLOCK**2 - CLOCK for place in range(N_CUBICS)]
OBSERVABLES = [sum(C[4 * one + power] * CLOCK**power for power in range(4)) for one in range(3)]
EDGES = np.array([0.0, 1.0, 1.5, 3.5, 4.0, 6.0])


def system(*, restless):
    """Return the clock, cubics and one that is gone after a while; restless, it takes many steps to go."""
    return System(
        (CLOCK, *CUBICS, LAST),
        C,
        (),
        (sympy.Integer(1), *SLOPES, -90 * LAST if restless else sympy.Integer(0)),
        (sympy.Integer(0),) * (N_CUBICS + 2),
        observables=tuple(OBSERVABLES),
    )


SYSTEMS = {"one step a segment": system(restless=False), "many": system(restless=True)}


@pytest.fixture(params=SYSTEMS, ids=SYSTEMS)
def given(request):
    return SYSTEMS[request.param]


def start(one, n):
    found = np.zeros((n, one.sizes.states))
    found[:, -1] = 1.0
    return found


def forcing(edges=EDGES):
    n = len(edges) - 1
    return Forcing(edges, np.empty((1, 0)), np.empty(0), np.zeros(n, dtype=int))


def steps(found):
    return found.evaluations / 3


# ------------------------------------------------------------------------------------------ time courses


@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("times", [[0.0], [6.0], [], [1.5], [0.0, 1.0, 6.0], np.linspace(0, 6, 61)], ids=str)
def test_the_course_of_a_cubic_is_the_cubic(given, n, times):
    times = np.array(times)
    options = {"times": times, "start": start(given, n), "tolerance": 1e-6}
    found = compiled.integrate(given, np.zeros((n, 12)), [forcing()] * n, **options)
    assert found.states.shape == (n, len(times), N_CUBICS + 2)
    exact = [(place + 1) * times**3 / 12 - times**2 / 2 for place in range(N_CUBICS)]
    for states in found.states:
        np.testing.assert_allclose(states[:, 0], times, rtol=1e-12)
        np.testing.assert_allclose(states[:, 1:-1].T, exact, rtol=1e-9, atol=1e-11)
    if given is SYSTEMS["one step a segment"]:
        assert set(steps(found)) == {len(EDGES) - 1}
        assert (found.states[..., -1] == 1.0).all()
    else:
        assert (steps(found) > 3 * len(EDGES)).all()
        np.testing.assert_allclose(found.states[0, :, -1], np.exp(-90 * times), rtol=0, atol=1e-5)


# ------------------------------------------------------------------------------------------ measures


def through(values, begin, end):
    """Return the coefficients of the cubic that has these values at four places of a window, evenly apart."""
    at = np.linspace(begin, end, 4)
    return np.linalg.solve(at[:, None] ** np.arange(4), values)


def exact(coefficients, begin, end, level):
    """Return what is to be gathered of a cubic between two times."""
    one = Polynomial(coefficients)
    places = np.array([begin, end, *real_roots(one.deriv(), begin, end)])
    values = one(places)
    crossings = np.array([begin, *np.sort(real_roots(one - level, begin, end)), end])
    above = one((crossings[1:] + crossings[:-1]) / 2) > level
    whole = one.integ()
    return {
        "before": one(begin),
        "c_max": values.max(),
        "t_max": places[values.argmax()],
        "c_min": values.min(),
        "t_min": places[values.argmin()],
        "area": whole(end) - whole(begin),
        "above": np.sum(np.diff(crossings)[above]),
    }


def real_roots(one, begin, end):
    roots = one.trim(1e-12).roots()
    roots = roots[np.abs(roots.imag) < 1e-9].real
    return roots[(roots > begin) & (roots < end)]


def measured(given, coefficients, levels, windows, *, wanted=(0, 1, 2), edges=EDGES, tolerance=1e-6):
    """Return the measures of members with these coefficients, (n, 12)."""
    n = len(coefficients)
    found = compiled.measure(
        given,
        np.array(coefficients, dtype=float),
        [forcing(edges)] * n,
        wanted=wanted,
        windows=[np.array(windows)] * n,
        levels=levels,
        start=start(given, n),
        tolerance=tolerance,
    )
    assert set(found.status) == {Status.OK}
    return found.values


SHAPES = {
    "flat": (2.0, 2.0, 2.0, 2.0),
    "rising": (0.0, 1.0, 2.0, 3.0),
    "falling": (3.0, 2.0, 1.0, 0.0),
    "a hill": (0.0, 2.0, 2.0, 0.0),
    "a dale": (0.0, -2.0, -2.0, 0.0),
    "a peak late": (0.0, 0.0, 3.0, 0.0),
    "a peak early": (0.0, 3.0, 0.0, 0.0),
    "a trough late": (0.0, 0.0, -3.0, 0.0),
    "a trough early": (0.0, -3.0, 0.0, 0.0),
    "a swing": (0.0, 3.0, -3.0, 0.0),
    "a swing that ends high": (0.0, 3.0, -3.0, 4.0),
    "a swing that begins high": (4.0, -3.0, 3.0, 0.0),
    "before its peak": (-1.96, -1.138, -0.538, -0.16),
    "after its peak": (-0.16, -0.538, -1.138, -1.96),
    "before its trough": (1.96, 1.138, 0.538, 0.16),
    "a rise that bends": (0.0, 0.1, 2.9, 3.0),
}
LEVELS = (-10.0, -2.9, -0.3, 0.05, 1.0, 2.3, 3.2, 10.0)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("steps", SYSTEMS, ids=SYSTEMS)
def test_the_measures_of_a_cubic_are_its_own(shape, steps):
    """Over a window of one segment, alone and with others, above levels that it crosses or does not."""
    begin, end = EDGES[2], EDGES[3]
    rows = [np.concatenate([through(shape, begin, end), np.zeros(8)])] * len(LEVELS)
    levels = np.array(LEVELS)[:, None]
    windows = [-1, -1, 0, -1, -1]
    found = measured(SYSTEMS[steps], rows, levels, windows, wanted=[0])
    alone = measured(SYSTEMS[steps], rows[:1], levels[:1], windows, wanted=[0])
    np.testing.assert_array_equal(alone, found[:1])
    for member, level in enumerate(LEVELS):
        expected = exact(rows[0][:4], begin, end, level)
        told = dict(zip(expected, found[member, 0, 0], strict=True))
        if shape in (SHAPES["flat"], SHAPES["a hill"], SHAPES["a dale"]):
            for name in ("t_max", "t_min"):  # of several that are equal but for rounding
                del expected[name], told[name]
        assert told == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_windows_gather_over_their_segments_and_no_others():
    """The first and the last segment belong to none; windows need not come in the order of their numbers."""
    rng = np.random.default_rng(4)
    rows, levels = rng.normal(size=(6, 12)), rng.normal(size=(6, 3))
    rows[:, [3, 7, 11]] *= 0.05
    spans = {1: (1.0, 3.5), 0: (3.5, 4.0)}
    found = measured(SYSTEMS["one step a segment"], rows, levels, [-1, 1, 1, 0, -1])
    assert found.shape == (6, 2, 3, 7)
    for member, row in enumerate(rows):
        for window, (begin, end) in spans.items():
            for one in range(3):
                expected = exact(row[4 * one : 4 * one + 4], begin, end, levels[member, one])
                told = dict(zip(expected, found[member, window, one], strict=True))
                assert told == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_what_is_wanted_comes_in_the_order_in_which_it_is_wanted():
    rng = np.random.default_rng(5)
    rows, levels = rng.normal(size=(4, 12)), rng.normal(size=(4, 3))
    windows, one = [0, 0, 1, 1, 2], SYSTEMS["many"]
    everything = measured(one, rows, levels, windows)
    for wanted in ([2], [1, 0], [2, 0, 1]):
        some = measured(one, rows, levels[:, wanted], windows, wanted=wanted)
        np.testing.assert_array_equal(some, everything[:, :, wanted])


def test_without_a_level_nothing_is_above_and_a_window_that_is_not_entered_is_nothing():
    rows = np.ones((2, 12))
    found = measured(SYSTEMS["many"], rows, None, [-1, 0, 2, 2, -1])
    np.testing.assert_array_equal(found[:, [0, 2], :, 6], 0.0)
    assert np.isnan(found[:, 1]).all()
    assert np.isfinite(found[:, [0, 2]]).all()


def test_what_stands_at_its_level_is_not_above_it():
    rows = np.zeros((2, 12))
    rows[:, 0] = [1.0, np.nextafter(1.0, 2.0)]
    found = measured(SYSTEMS["one step a segment"], rows, np.ones((2, 1)), [0] * 5, wanted=[0])
    assert found[:, 0, 0, 6].tolist() == [0.0, 6.0]
