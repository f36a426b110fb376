"""Where a rate changes its branch, in a step or soon after: found in a cubic, where it counts."""

import numpy as np
import pytest
import sympy
from collocation import NODES, A
from parts import Parts

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import Larger

WIDTHS = {"alone": 1, "together": 4}
CLOCK, Y, Z, K = sympy.symbols("clock y z k", real=True)
# Ten switches, more than a vector takes at once. The first moves y, and z by as much as y is; others y alone.
SUMMED = sum(Larger(CLOCK, sympy.Integer(place)) for place in range(2, 11))
SYSTEM = System(
    (CLOCK, Y, Z),
    (K,),
    (),
    (
        sympy.Integer(1),
        K * Larger(CLOCK, sympy.Integer(1)) + SUMMED - Y,
        Y * Larger(CLOCK, sympy.Integer(1)) - Z,
    ),
    (sympy.Integer(0),) * 3,
)
N_SWITCHES, SHARP = 10, 1e12
# What a kink makes of what its rate turns by: half the distance squared, or what is left by the last weight.
ERROR, MOST = 0.03, 0.024


@pytest.fixture(scope="module", params=WIDTHS.values(), ids=WIDTHS)
def parts(request):
    return Parts(SYSTEM, request.param)


def located(parts, differences, *, inverse_tolerance=SHARP, y=(0.0, 0.0), floor=1.0, k=0.0, h=1.0):
    """Return the share of a step at which the first switch turns, of functions of the share, by switch."""
    parts.memory[:] = 0.0
    parts["h"], parts["inverse_tolerance"], parts["busy"] = h, inverse_tolerance, 1.0
    parts.rows("constants", 1)[:], parts.rows("floor", 3)[:] = k, floor
    parts.rows("y", 2)[1], parts.points("z", 2)[1, 2] = y[0], y[1] - y[0]
    parts.points("differences", N_SWITCHES)[:] = 1.0
    for switch, difference in differences.items():
        at = np.array([*NODES, 0.0])
        parts.points("differences", N_SWITCHES)[switch] = np.broadcast_to(difference(at), (4,))[:, None]
    noted(parts)[:] = 255
    parts.call("prelude_member", "locate")
    assert np.ptp(parts["kink"]) == 0
    return parts["kink"][0]


def noted(parts):
    """Return the byte of each switch in which a step notes, a bit a lane, where a second look is needed."""
    return parts.rows("near", int(parts.width > 1)).view(np.uint8).ravel()


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("switch", range(1, N_SWITCHES))
def test_each_switch_is_looked_at(parts, switch, sign):
    assert located(parts, {switch: lambda s: sign * (s - 0.37)}) == pytest.approx(0.37, abs=2e-5)


@pytest.mark.parametrize("place", [0.011, 0.02, 0.1, 0.155, 0.3, 0.5, 0.645, 0.8, 0.99, 0.9999])
def test_the_place_is_where_the_difference_passes_zero(parts, place):
    """Ten halvings of the step, and a line."""
    for difference in (lambda s: s - place, lambda s: place**3 - s**3, lambda s: (s - place) * (2 - s)):
        assert located(parts, {1: difference}) == pytest.approx(place, abs=1.6e-5)


def test_of_a_straight_difference_the_place_is_exact(parts):
    assert located(parts, {1: lambda s: s - 0.3}) == pytest.approx(0.3, rel=1e-13)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("first", "last"), [(0.2, 0.5), (0.02, 0.1), (0.7, 0.95), (0.3, 0.31)])
def test_a_visit_between_the_stages_is_seen(parts, first, last, sign):
    """Above 0 at every stage, and below it for a while, or the other way round: where it begins."""
    found = located(parts, {1: lambda s: sign * (s - first) * (s - last)})
    assert found == pytest.approx(first, abs=2e-5)


def test_of_three_crossings_the_first_counts(parts):
    found = located(parts, {1: lambda s: (s - 0.12) * (s - 0.4) * (s - 0.9)})
    assert found == pytest.approx(0.12, abs=2e-5)


@pytest.mark.parametrize(
    "difference",
    [
        lambda s: s + 0.1,  # it is never 0
        lambda s: s - 1.001,
        lambda s: (s - 0.5) ** 2 + 1e-3,
        lambda s: s - 0.0005,  # a step begins at a kink, or close behind it
        lambda s: 0.0005 - s,
        lambda s: s,
        lambda s: (s + 0.3) * (s + 0.1) * (1.2 - s),  # outside of the step
        lambda s: (s - 1.1) * (s - 2.2),  # and it turns out there, on the other side
        lambda s: (s - 1.1) * (s - 1.3) * (s - 1.9),
        lambda s: 0 * s,
    ],
)
def test_without_a_crossing_there_is_no_kink(parts, difference):
    assert located(parts, {1: difference}) == 1.0


def test_the_first_of_several_is_taken(parts):
    found = located(parts, {2: lambda s: s - 0.6, 5: lambda s: 0.2 - s, 9: lambda s: s - 0.4})
    assert found == pytest.approx(0.2, abs=2e-5)


# A difference that changes by 2 over the step turns the rate by 1.998 from the step's first thousandth on.
SHARES = {0.1: 0.1**2 / 2, 0.15: 0.15**2 / 2, 0.4: MOST, 0.7: MOST, 0.9: 0.1 * A[2, 2], 0.98: 0.02 * A[2, 2]}


@pytest.mark.parametrize(("place", "share"), SHARES.items())
@pytest.mark.parametrize(("h", "floor"), [(1.0, 1.0), (0.5, 1.0), (1.0, 4.0)])
def test_a_kink_counts_by_how_much_the_rate_turns_and_where(parts, place, share, h, floor):
    least = ERROR / (share * 1.998 * h / floor)
    for factor, expected in ((1.01, place), (0.99, 1.0)):
        found = located(
            parts, {1: lambda s: 2 * (s - place)}, inverse_tolerance=factor * least, h=h, floor=floor
        )
        assert found == pytest.approx(expected, abs=2e-5)


# The first switch moves y by k, and z by y, before or after the step; each on its scale.
EFFECTS = {
    "the constant": ({"k": 3.0}, 3.0),
    "its size": ({"k": -3.0}, 3.0),
    "the state at the start": ({"k": 1.0, "y": (-5.0, 2.0), "floor": 9.0}, 5.0 / 9.0),
    "the state at the end": ({"k": 1.0, "y": (1.0, 4.0), "floor": 2.0}, 4.0 / 2.0),
    "on the scale of what is moved": (
        {"k": 9.0, "y": (6.0, 1.0), "floor": np.array([[1], [2], [8]])},
        9.0 / 6.0,
    ),
}


@pytest.mark.parametrize(("given", "effect"), EFFECTS.values(), ids=EFFECTS)
def test_the_state_that_answers_most_decides(parts, given, effect):
    least = ERROR / (MOST * 1.998 * effect)
    for factor, expected in ((1.01, 0.4), (0.99, 1.0)):
        found = located(parts, {0: lambda s: 2 * (s - 0.4)}, inverse_tolerance=factor * least, **given)
        assert found == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("place", [1.01, 1.2, 1.4, 1.99])
def test_a_kink_soon_after_the_step_is_foreseen(parts, place, sign):
    """While the difference is no farther from 0 than it has changed in the step."""
    bent = [lambda s: place**3 - s**3, lambda s: (s - place) * (3 - s)]
    for difference in (lambda s: s - place, *(bent if place < 1.3 else [])):
        assert located(parts, {1: lambda s, of=difference: sign * of(s)}) == 1.0
        assert parts["ahead"] == pytest.approx(place - 1, abs=1.6e-5)


@pytest.mark.parametrize(
    "difference",
    [
        lambda s: s + 0.1,  # it is never 0
        lambda s: s - 2.01,  # too far away to tell
        lambda s: (s - 1.2) * (s - 1.6),  # and back: the step that comes there sees it
        lambda s: s - 0.3,  # it lies behind
        lambda s: s - 1.0,
        lambda s: 0 * s,
    ],
)
def test_without_a_crossing_to_come_nothing_is_foreseen(parts, difference):
    located(parts, {1: difference})
    assert (parts["ahead"] == np.inf).all()


def test_the_first_of_several_is_foreseen(parts):
    assert located(parts, {2: lambda s: s - 1.6, 5: lambda s: 1.2 - s, 9: lambda s: s - 1.4}) == 1.0
    assert parts["ahead"] == pytest.approx(0.2, abs=2e-5)


@pytest.mark.parametrize(("place", "share"), {1.1: 0.1**2 / 2, 1.2: 0.2**2 / 2, 1.6: MOST, 1.9: MOST}.items())
@pytest.mark.parametrize(("h", "floor"), [(1.0, 1.0), (0.5, 1.0), (1.0, 4.0)])
def test_a_kink_is_foreseen_when_it_would_count_in_a_step_as_long(parts, place, share, h, floor):
    least = ERROR / (share * 2.0 * h / floor)
    for factor, expected in ((1.01, place - 1), (0.99, np.inf)):
        located(parts, {1: lambda s: 2 * (s - place)}, inverse_tolerance=factor * least, h=h, floor=floor)
        assert parts["ahead"] == pytest.approx(expected, abs=2e-5)


def test_neighbours_have_kinks_of_their_own():
    parts = Parts(SYSTEM, 4)
    located(parts, {})
    places, at = np.array([0.3, 5.0, 0.7, 1.6]), np.array([*NODES, 0.0])
    parts.points("differences", N_SWITCHES)[1] = at[:, None] - places
    parts.call("locate")
    np.testing.assert_allclose(parts["kink"], np.minimum(places, 1), atol=2e-5)
    np.testing.assert_allclose(parts["ahead"], [np.inf, np.inf, np.inf, 0.6], atol=2e-5)


def test_a_step_notes_which_differences_pass_zero_or_come_near():
    """Near: no farther than the difference changes in the step. The clock's differences change by h."""
    parts = Parts(SYSTEM, 4)
    parts["busy"], parts["inverse_tolerance"] = 1.0, 1e4
    parts.rows("floor", 3)[:] = 1.0
    clock, h = np.array([1.2, 3.5, 6.5, 40.0]), np.array([0.1, 1.0, 0.7, 0.3])
    for name in ("h_tried", "h_done", "length", "fresh"):
        parts[name] = 1.0
    parts.rows("y", 1)[:] = clock
    parts.call("prelude_member", "prelude_segment", "start")
    parts["h"] = h
    parts.call("step")
    differences = parts.points("differences", N_SWITCHES)
    lowest, highest = differences.min(axis=1), differences.max(axis=1)
    np.testing.assert_allclose(highest - lowest, np.tile(h, (N_SWITCHES, 1)), rtol=1e-9)
    expected = (highest + h > 0) & (lowest - h < 0)
    np.testing.assert_array_equal(noted(parts)[:N_SWITCHES, None] >> np.arange(4) & 1, expected)
    assert 0 < expected.sum() < expected.size


def test_what_is_not_noted_is_not_looked_at():
    parts = Parts(SYSTEM, 4)
    assert located(parts, {1: lambda s: s - 0.6, 9: lambda s: s - 0.2}) == pytest.approx(0.2, abs=2e-5)
    noted(parts)[9] = 0
    parts.call("locate")
    assert parts["kink"] == pytest.approx(0.6, abs=2e-5)
