"""Lanes and their members: everyone is served, passes through each segment once, and ends as is said."""

import numpy as np
import pytest
import sympy

from exerkine_sim.engine import Forcing, Status, System, compiled

TOTAL, Y, Z, K, U, V = sympy.symbols("total y z k u v", real=True)
# What flows in is counted: a member's total says which segments it passed through, and under which inputs.
COUNTING = System((TOTAL,), (K,), (U, V), (K * (U + 100 * V),), (sympy.Integer(0),), observables=(TOTAL,))
MOST = 20_000  # attempts in a segment


def counted(member):
    """Return a forcing of one to eleven segments at three levels, and what flows in until each edge."""
    rng, n = np.random.default_rng(member), 1 + 7 * member % 11
    edges = member + np.concatenate([[0.0], np.cumsum(rng.uniform(0.1, 2.0, n))])
    levels, pattern = rng.uniform(0, 5, (3, 2)), rng.integers(0, 3, n)
    flows = np.diff(edges) * (levels[pattern] @ [1, 100])
    return Forcing(edges, levels, np.zeros(2), pattern), np.concatenate([[0.0], np.cumsum(flows)])


@pytest.mark.parametrize("n", [1, 2, 3, 8, 9, 40])
@pytest.mark.parametrize("threads", [1, 3])
def test_every_member_passes_through_each_of_its_segments_once(n, threads):
    """However long they are: lanes become free at different times, and take whoever is next."""
    forcings, totals = zip(*map(counted, range(n)), strict=True)
    constants, start = np.linspace(1, 2, n)[:, None], np.arange(float(n))[:, None]
    n_segments = np.array([len(one) - 1 for one in totals])
    found = compiled.measure(
        COUNTING,
        constants,
        forcings,
        wanted=[0],
        windows=[np.arange(one) for one in n_segments],
        start=start,
        threads=threads,
    )
    assert found.status == (Status.OK,) * n
    np.testing.assert_array_equal(found.evaluations, 3 * n_segments)  # one step a segment
    for member, total in enumerate(totals):
        at_edges = start[member] + constants[member] * total
        before, after = found.values[member, : n_segments[member], 0, :2].T
        np.testing.assert_allclose(before, at_edges[:-1], rtol=1e-12)
        np.testing.assert_allclose(after, at_edges[1:], rtol=1e-12)
        assert np.isnan(found.values[member, n_segments[member] :]).all()


@pytest.mark.parametrize("n", [1, 5])
def test_times_at_and_between_edges_are_each_told_once(n):
    forcing, totals = counted(5)
    edges = forcing.breakpoints
    times = np.sort(np.concatenate([edges, (edges[1:] + edges[:-1]) / 2]))
    found = compiled.integrate(COUNTING, np.ones((n, 1)), [forcing] * n, times=times, start=np.zeros((n, 1)))
    np.testing.assert_allclose(found.states[..., 0], [np.interp(times, edges, totals)] * n, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 5])
def test_a_decay_that_follows_an_input_follows_it_from_segment_to_segment(n):
    """Beside one that is constant and one that is a number."""
    rates = (U - K * U * Y, V - K * Z, U - 2 * TOTAL)
    system = System((Y, Z, TOTAL), (K,), (U, V), rates, (sympy.Integer(0),) * 3)
    levels = np.array([[1.0, 2.0], [3.0, 0.5], [0.2, 7.0]])
    forcing = Forcing(np.array([0.0, 0.5, 1.0, 3.0]), levels, np.zeros(2))
    constants, expected = np.linspace(0.5, 2.0, n)[:, None], np.ones((n, 3))
    for (u, v), length in zip(levels, np.diff(forcing.breakpoints), strict=True):
        decays = np.stack([constants[:, 0] * u, constants[:, 0], np.full(n, 2.0)], axis=1)
        rest = np.array([u, v, u]) / decays
        expected = rest + (expected - rest) * np.exp(-decays * length)
    options = {"times": np.array([3.0]), "start": np.ones((n, 3)), "tolerance": 1e-9}
    found = compiled.integrate(system, constants, [forcing] * n, **options)
    np.testing.assert_allclose(found.states[:, 0], expected, rtol=1e-7)


# ------------------------------------------------------------------------------------------ ends

TURNING = System((Y, Z), (K,), (U,), (K * Z, -K * Y), (sympy.Integer(1), sympy.Integer(0)))
BLOWING_UP = System((Y,), (K,), (U,), (U * Y**2 + K * (1 - Y),), (sympy.Integer(1),))
JUMPING = System((Y,), (K,), (U,), (U * sympy.log(K - Y) - Y,), (sympy.Integer(0),))


def ended(system, levels, *, constant, start, edges=(0.0, 1.0, 2.0)):
    """Return how one member and three like it ended, alone and in company, and after how many attempts."""
    forcing = Forcing(np.array(edges), np.array(levels)[:, None], np.zeros(1))
    ends = []
    for n in (1, 4):
        found = compiled.integrate(
            system,
            np.full((n, 1), constant),
            [forcing] * n,
            times=np.array([edges[-1]]),
            start=np.array([start] * n),
            threads=1,
        )
        ends += zip(found.status, found.evaluations // 3, strict=True)
        failed = [one is not Status.OK for one in found.status]
        np.testing.assert_array_equal(np.isnan(found.states).all(axis=(1, 2)), failed)
    (end,) = {*ends}
    return end


def test_a_segment_that_takes_too_many_attempts_is_given_up():
    end = ended(TURNING, [0.0, 0.0], constant=1e7, start=[1.0, 0.0])
    assert end == (Status.STOPPED, MOST + 1)


def test_attempts_are_counted_segment_by_segment():
    """What is too many for one may be what several take."""
    edges = np.linspace(0.0, 1.0, 41)
    status, attempts = ended(TURNING, np.zeros(40), constant=4e4, start=[1.0, 0.0], edges=edges)
    assert status is Status.OK
    assert attempts > MOST


def test_what_blows_up_is_given_up():
    status, attempts = ended(BLOWING_UP, [0.0, 50.0], constant=0.7, start=[1.0])
    assert status is Status.STOPPED
    assert 10 < attempts < 1000


def test_what_becomes_no_number_is_said_to_be_none():
    status, attempts = ended(JUMPING, [0.0, 1.0], constant=-1.0, start=[0.0])
    assert status is Status.NOT_FINITE
    assert attempts < 1000
