"""What an engine is given is refused where it does not fit, and let through where it just does."""

import dataclasses
from contextlib import nullcontext

import numpy as np
import pytest
import sympy

from exerkine_sim.engine import Forcing, System
from exerkine_sim.engine.checks import (
    check_batch,
    check_rows,
    check_times,
    check_tolerance,
    check_wanted,
    check_windows,
)
from exerkine_sim.errors import InputError

Y, K, U, V = sympy.symbols("y k u v")
SYSTEM = System((Y,), (K,), (U, V), (U + V - K * Y,), (sympy.Integer(0),))
EDGES = np.array([0.0, 1.0, 3.0, 4.0])
FORCING = Forcing(EDGES, np.zeros((3, 2)), np.zeros(2))
PATTERNED = dataclasses.replace(FORCING, levels=np.zeros((2, 2)), pattern=np.array([0, 1, 0]))


def changed(forcing=FORCING, **changes):
    return dataclasses.replace(forcing, **changes)


def refused(message):
    """Return a context in which this is said; where it is None, nothing is."""
    return nullcontext() if message is None else pytest.raises(InputError, match=message)


FORCINGS = [
    (FORCING, None),
    (PATTERNED, None),
    (changed(breakpoints=EDGES.astype(int)), None),
    (changed(breakpoints=EDGES.tolist()), None),
    (changed(breakpoints=np.array([7.0]), levels=np.empty((0, 2))), None),
    (
        changed(breakpoints=np.array([])),
        r"breakpoints of shape \(0,\)\n  expected: finite times that increase",
    ),
    (changed(breakpoints=EDGES[None]), r"breakpoints of shape \(1, 4\)"),
    (changed(breakpoints=np.array(1.0)), r"breakpoints of shape \(\)"),
    (changed(breakpoints=np.array([0.0, 1.0, 1.0, 4.0])), "breakpoints of shape"),
    (changed(breakpoints=np.array([0.0, 1.0, 0.5, 4.0])), "breakpoints of shape"),
    (changed(breakpoints=np.array([0.0, 1.0, 3.0, np.inf])), "breakpoints of shape"),
    (changed(breakpoints=np.array([0.0, np.nan, 3.0, 4.0])), "breakpoints of shape"),
    (changed(rest=np.zeros(1)), r"rest of shape \(1,\)\n  expected: shape \(2,\)"),
    (changed(levels=np.zeros((2, 2))), r"levels of shape \(2, 2\)\n  expected: shape \(3, 2\)"),
    (changed(levels=np.zeros((4, 2))), r"levels of shape \(4, 2\)\n  expected: shape \(3, 2\)"),
    (changed(levels=np.zeros((3, 1))), r"levels of shape \(3, 1\)\n  expected: shape \(3, 2\)"),
    (changed(PATTERNED, levels=np.zeros((2, 3))), r"levels of shape \(2, 3\)\n  expected: shape \(2, 2\)"),
    (changed(PATTERNED, pattern=np.array([0, 1])), r"pattern of shape \(2,\)\n  expected: shape \(3,\)"),
    (changed(PATTERNED, pattern=np.array([0, 1, 1], dtype=np.uint8)), None),
    (changed(PATTERNED, pattern=[1, 1, 0]), None),
    (
        changed(PATTERNED, pattern=np.array([0, 1, 2])),
        "pattern of int64 from 0 to 2\n  expected: .* from 0 to 1",
    ),
    (
        changed(PATTERNED, pattern=np.array([0, 1, 3])),
        "pattern of int64 from 0 to 3\n  expected: .* from 0 to 1",
    ),
    (changed(PATTERNED, pattern=np.array([0, -1, 1])), "pattern of int64 from -1 to 1"),
    (changed(PATTERNED, pattern=np.array([0.0, 1.0, 1.0])), "pattern of float64 from 0.0 to 1.0"),
    (changed(PATTERNED, pattern=np.array([True, False, True])), "pattern of bool"),
]


@pytest.mark.parametrize(("forcing", "message"), FORCINGS)
def test_a_forcing_has_a_level_for_each_segment(forcing, message):
    """Also where another that fits stands before it."""
    for forcings in ([forcing], [FORCING, forcing], [forcing] * 3):
        with refused(message):
            check_batch(SYSTEM, np.ones((len(forcings), 1)), forcings)


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (2, 0), (2, 2), (2,), (2, 1, 1)])
def test_every_member_has_its_constants(shape):
    with refused(r"constants of shape .*\n  expected: shape \(2, 1\)"):
        check_batch(SYSTEM, np.ones(shape), [FORCING] * 2)
    check_batch(SYSTEM, np.ones((2, 1)), [FORCING] * 2)


LATER = changed(breakpoints=EDGES + 0.5)
TIMES = [
    ([], [FORCING], None),
    ([0.0, 4.0], [FORCING], None),
    ([2.0], [FORCING], None),
    ([0.5, 4.0], [FORCING, LATER], None),
    ([0.5, 4.0], [LATER, FORCING], None),
    ([-5.0, 99.0], [], None),
    (
        [0.0, 4.0],
        [FORCING, LATER],
        "times from 0 to 4\n  expected: within every member's breakpoints, 0.5 to 4",
    ),
    ([0.5, 4.5], [LATER, FORCING], "times from 0.5 to 4.5"),
    ([np.nextafter(0.0, -1.0), 4.0], [FORCING], "expected: within every member's breakpoints, 0 to 4"),
    ([0.0, np.nextafter(4.0, 5.0)], [FORCING], "expected: within every member's breakpoints, 0 to 4"),
    ([1.0, 1.0], [FORCING], r"times of shape \(2,\)\n  expected: finite times that increase"),
    ([2.0, 1.0], [FORCING], "finite times that increase"),
    ([1.0, np.nan], [FORCING], "finite times that increase"),
    ([1.0, np.inf], [FORCING], "finite times that increase"),
    ([[1.0, 2.0]], [FORCING], r"times of shape \(1, 2\)"),
    (1.0, [FORCING], r"times of shape \(\)"),
]


@pytest.mark.parametrize(("times", "forcings", "message"), TIMES)
def test_times_increase_within_every_members_breakpoints(times, forcings, message):
    with refused(message):
        check_times(np.array(times), forcings)


@pytest.mark.parametrize("tolerance", [0.0, -0.0, -1e-6, np.inf, -np.inf, np.nan])
def test_what_is_no_tolerance_is_refused(tolerance):
    with refused("expected: a number above 0"):
        check_tolerance(tolerance)


@pytest.mark.parametrize("tolerance", [5e-324, 1e-6, 1.0, 1e300])
def test_any_number_above_zero_is_a_tolerance(tolerance):
    check_tolerance(tolerance)


FOLLOW = "a window that is left and entered again"
WINDOWS = [
    ([0, 0, 0], None),
    ([-1, -1, -1], None),
    ([2, 1, 0], None),
    ([0, -1, 1], None),
    ([-1, 0, -1], None),
    ([-1, 2, 2], None),
    ([0, -1, 0], FOLLOW),
    ([0, 1, 0], FOLLOW),
    ([1, -1, 1], FOLLOW),
    ([2, 1, 2], FOLLOW),
    ([2, -1, 2], FOLLOW),
    ([0, 0, 3], "windows of int64 from 0 to 3\n  expected: whole numbers from -1 to 2"),
    ([0, 0, -2], "windows of int64 from -2 to 0"),
    ([0.0, 0.0, 0.0], "windows of float64"),
    ([0, 0], r"windows of shape \(2,\)\n  expected: shape \(3,\)"),
]


@pytest.mark.parametrize(("window", "message"), WINDOWS)
def test_the_segments_of_a_window_follow_each_other(window, message):
    for windows, forcings in (([window], [FORCING]), ([[0, 1, 2], window, window], [FORCING] * 3)):
        with refused(message):
            check_windows([np.array(one) for one in windows], forcings)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_every_member_has_its_windows(n):
    with refused(f"windows of {n} members\n  expected: of 2"):
        check_windows([np.zeros(3, dtype=int)] * n, [FORCING] * 2)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ([], None),
        ([0], None),
        ([2, 0, 1], None),
        ([3], "wanted of int64 from 3 to 3\n  expected: whole numbers from 0 to 2"),
        ([-1], "wanted of int64 from -1"),
        ([0, 1, 0], r"wanted = \[0, 1, 0\]\n  expected: each observable once"),
        ([0.0], "wanted of float64"),
        ([[0]], r"wanted of shape \(1, 1\)"),
    ],
)
def test_each_observable_is_wanted_once(wanted, message):
    with refused(message):
        check_wanted(wanted, 3)


def test_rows_have_the_shape_of_members_or_are_left_out():
    check_rows((2, 3), start=None, scale=None)
    check_rows((2, 3), start=np.ones((2, 3)), scale=None)
    check_rows((2, 3), start=None, scale=[[1, 2, 3], [4, 5, 6]])
    with refused(r"start: start of shape \(3, 2\)"):
        check_rows((2, 3), start=np.ones((3, 2)), scale=None)
    with refused(r"scale of shape \(1, 3\)\n  expected: shape \(2, 3\)\n  fix: give every member its row"):
        check_rows((2, 3), start=np.ones((2, 3)), scale=np.ones((1, 3)))
