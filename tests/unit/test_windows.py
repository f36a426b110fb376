"""A line cut at the edges of windows is the same line, and each segment lies in one window or in none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.stimulus.timeline import SLIVER_H
from exerkine_sim.windows import cut

EDGES = st.lists(st.integers(1, 400), min_size=0, max_size=8, unique=True).map(sorted)


@settings(max_examples=100, deadline=None)
@given(inner=EDGES, edges=EDGES)
def test_the_line_is_the_same_and_windows_are_filled(inner, edges):
    """Times are quarters of an hour, which a float holds exactly."""
    known = np.array([0, *inner, 401]) / 4
    pattern = np.arange(len(known) - 1) % 3
    windows = [("", start / 4, end / 4) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    breakpoints, levels, window = cut(known, pattern, windows=windows)
    middles = (breakpoints[:-1] + breakpoints[1:]) / 2
    assert set(known) <= set(breakpoints)
    np.testing.assert_array_equal(levels, pattern[np.searchsorted(known, middles) - 1])
    expected = [
        next((number for number, (_, start, end) in enumerate(windows) if start < middle < end), -1)
        for middle in middles
    ]
    assert window.tolist() == expected


@pytest.mark.parametrize("apart_h", [-SLIVER_H / 2, 0.0, SLIVER_H / 2])
def test_an_edge_within_rounding_of_a_breakpoint_is_that_breakpoint(apart_h):
    known = np.array([0.0, 7.0, 8.0, 24.0])
    breakpoints, pattern, window = cut(
        known, np.array([0, 1, 0]), windows=[("run", 7.0 + apart_h, 8.0 - apart_h)]
    )
    np.testing.assert_array_equal(breakpoints, known)
    assert (pattern.tolist(), window.tolist()) == ([0, 1, 0], [-1, 0, -1])


def test_windows_that_adjoin_share_their_edge():
    breakpoints, _, window = cut(
        np.array([0.0, 24.0]), np.zeros(1, dtype=int), windows=[("a", 0, 9), ("b", 9, 24)]
    )
    assert (breakpoints.tolist(), window.tolist()) == ([0.0, 9.0, 24.0], [0, 1])
