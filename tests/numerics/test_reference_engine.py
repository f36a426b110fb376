"""The reference engine against closed forms, and its promise never to step over a session."""

from types import SimpleNamespace

import numpy as np
import pytest
import sympy
from scipy.integrate import LSODA

from exerkine_sim.engine import Forcing, Status, System, reference
from exerkine_sim.engine.reference import _solver, integrate
from exerkine_sim.errors import InputError

Y, Z, K, U = (sympy.Symbol(name, real=True) for name in ("y", "z", "k", "u"))
TURNOVER = System((Y,), (K,), (U,), (K * (1 + U) - K * Y,), (sympy.Integer(1),))


def forcing(*edges_and_levels, end=240.0):
    """Rest but for (start, end, level) spans."""
    breaks, levels = [0.0], []
    for start, stop, level in edges_and_levels:
        if start > breaks[-1]:
            breaks.append(start)
            levels.append(0.0)
        breaks.append(stop)
        levels.append(level)
    if end > breaks[-1]:
        breaks.append(end)
        levels.append(0.0)
    return Forcing(np.array(breaks), np.array(levels)[:, None], np.zeros(1))


def solve(system, forcings, times, p=0.7, **options):
    constants = np.full((len(forcings), len(system.constants)), p)
    return integrate(system, constants, forcings, times=np.asarray(times, dtype=float), **options)


@pytest.mark.parametrize("start", [0.0, 1e-3, 48.0, 119.5, 239.0])
@pytest.mark.parametrize("method", ["LSODA", "Radau", "BDF"])
def test_a_lone_hour_in_ten_days_is_never_missed(start, method):
    """Turnover with ninefold production for one hour: 1 + 8 (1 - exp(-k)) at its end, exactly."""
    result = solve(TURNOVER, [forcing((start, start + 1, 8.0))], [start + 1], method=method)
    # 1e-7: LSODA's global error at a relative tolerance of 1e-9 over one segment
    assert result.states[0, 0, 0] == pytest.approx(1 + 8 * (1 - np.exp(-0.7)), rel=1e-7)


def test_two_adjoining_hours_equal_one_of_two():
    split = solve(TURNOVER, [forcing((5, 6, 8.0), (6, 7, 8.0))], [6.5, 7, 9, 24])
    whole = solve(TURNOVER, [forcing((5, 7, 8.0))], [6.5, 7, 9, 24])
    np.testing.assert_allclose(split.states, whole.states, rtol=1e-7)  # 100 x tolerance: two solver histories


def test_transit_chain_is_a_gamma_response():
    """Three equal lags of total mean time m answer a step with the gamma distribution function."""
    names = sympy.symbols("a b c", real=True)
    rates = [(source - one) * K for source, one in zip((U, *names[:2]), names, strict=True)]
    chain = System(names, (K,), (U,), tuple(rates), (sympy.Integer(0),) * 3)
    x = 0.7 * 5.0
    result = solve(chain, [forcing((2, 10, 1.0))], [7.0])
    expected = 1 - np.exp(-x) * (1 + x + x**2 / 2)
    assert result.states[0, 0, 2] == pytest.approx(expected, rel=1e-7)


def test_values_at_breakpoints_and_at_both_ends_are_given():
    times = [0.0, 5.0, 6.0, 240.0]
    result = solve(TURNOVER, [forcing((5, 6, 8.0))], times)
    assert np.isfinite(result.states).all()
    assert result.states[0, 0, 0] == 1.0
    assert result.states[0, 1, 0] == pytest.approx(1.0, rel=1e-12)


def test_tighter_tolerance_gives_a_smaller_error():
    exact = 1 + 8 * (1 - np.exp(-0.7))
    errors = [
        abs(solve(TURNOVER, [forcing((5, 6, 8.0))], [6], tolerance=tol).states[0, 0, 0] - exact)
        for tol in (1e-4, 1e-7, 1e-10)
    ]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-8


def test_a_failing_member_leaves_the_others_untouched():
    """y' = u y^2 blows up under the session: that member is NaN throughout, the resting ones are whole."""
    explosive = System((Y,), (K,), (U,), (U * Y**2 + K * (1 - Y),), (sympy.Integer(1),))
    calm, wild = forcing((5, 6, 0.0)), forcing((5, 20, 50.0))
    result = solve(explosive, [calm, wild, calm], [1.0, 4.0, 30.0])
    assert result.status[0] is result.status[2] is Status.OK
    assert result.status[1] in (Status.STOPPED, Status.NOT_FINITE)
    assert np.isnan(result.states[1]).all()
    np.testing.assert_array_equal(result.states[0], result.states[2])


def test_running_twice_and_in_another_batch_gives_the_same_bits():
    spans = [forcing((5, 6, 8.0)), forcing((50, 51, 2.0))]
    both = solve(TURNOVER, spans, np.linspace(0, 240, 50)).states
    alone = solve(TURNOVER, spans[1:], np.linspace(0, 240, 50)).states
    np.testing.assert_array_equal(both[1], alone[0])
    assert (both[0] != both[1]).any()


def test_a_given_start_decays_to_rest_as_the_closed_form_says():
    """Without a session y - 1 decays as exp(-k t); two members start on either side of rest."""
    times = np.array([0.0, 1.0, 6.0])
    result = solve(TURNOVER, [forcing(end=6)] * 2, times, start=np.array([[5.0], [0.25]]))
    decay = np.exp(-0.7 * times)
    np.testing.assert_allclose(result.states[0, :, 0], 1 + 4 * decay, rtol=1e-7)  # as for the lone hour
    np.testing.assert_allclose(result.states[1, :, 0], 1 - 0.75 * decay, rtol=1e-7)


def test_a_given_start_is_the_baseline_and_no_rest_is_looked_for():
    """y' = 1 + y^2 never rests; from 0 it is tan(t)."""
    restless = System((Y,), (K,), (U,), (1 + Y**2,), (sympy.Integer(1),))
    result = solve(restless, [forcing(end=1)], [0.0, 1.0], start=np.zeros((1, 1)))
    assert result.status == (Status.OK,)
    assert (result.baseline[0, 0], result.residual[0], result.states[0, 0, 0]) == (0.0, 0.0, 0.0)
    assert result.states[0, 1, 0] == pytest.approx(np.tan(1.0), rel=1e-7)
    assert solve(restless, [forcing(end=1)], [1.0]).status == (Status.NO_STEADY_STATE,)


def test_starting_from_ones_own_rest_changes_no_bit():
    own = solve(TURNOVER, [forcing((5, 6, 8.0))], np.linspace(0, 24, 50))
    given = solve(TURNOVER, [forcing((5, 6, 8.0))], np.linspace(0, 24, 50), start=own.baseline)
    np.testing.assert_array_equal(own.states, given.states)


def test_a_start_that_is_not_a_number_fails_that_member_alone():
    result = solve(TURNOVER, [forcing(end=6)] * 2, [1.0], start=np.array([[np.nan], [1.0]]))
    assert result.status == (Status.NOT_FINITE, Status.OK)
    assert np.isnan(result.states[0]).all()
    assert result.states[1, 0, 0] == pytest.approx(1.0, rel=1e-12)  # at rest


@pytest.mark.parametrize("shape", [(1,), (2, 1), (1, 2)])
def test_a_start_of_the_wrong_shape_is_refused(shape):
    with pytest.raises(InputError, match=r"start of shape .*\n  expected: shape \(1, 1\)"):
        solve(TURNOVER, [forcing(end=6)], [1.0], start=np.ones(shape))


def test_progress_rises_from_segment_to_segment_and_member_to_member():
    told = []
    solve(TURNOVER, [forcing((60.0, 120.0, 8.0))] * 2, [240.0], progress=told.append)
    np.testing.assert_allclose(told, [0.125, 0.25, 0.5, 0.625, 0.75, 1.0])


def test_work_arrays_go_with_the_solver():
    """LSODA of SciPy 1.17 keeps a reference to them at every step."""
    with _solver("LSODA") as kind:
        solver = kind(lambda _, y: -y, 0.0, np.ones(200), 1.0)
        solver.step()
        work = solver._lsoda_solver._integrator.rwork
        assert work.nbytes > 8 * 200**2
    assert work.nbytes == 0


def test_progress_counts_from_the_first_breakpoint():
    told = []
    later = Forcing(np.array([10.0, 20.0, 40.0]), np.zeros((2, 1)), np.zeros(1))
    solve(TURNOVER, [later], [40.0], progress=told.append)
    np.testing.assert_allclose(told, [1 / 3, 1.0])


@pytest.mark.parametrize("method", ["Radau", "BDF", "DOP853", "RK45"])
def test_any_other_method_is_what_was_asked_for(method):
    with _solver(method) as found:
        assert found == method
    with _solver("LSODA") as found:
        assert issubclass(found, LSODA)


@pytest.mark.parametrize("method", ["LSODA", "RK45", "Radau"])
def test_a_segment_that_takes_too_much_work_is_given_up(method, monkeypatch):
    """By the method that was asked for, and then by the last resort, where that is another."""
    monkeypatch.setattr(reference, "MAX_EVALUATIONS_A_SEGMENT", 20)
    turning = System((Y, Z), (K,), (U,), (50 * Z, -50 * Y), (sympy.Integer(1),) * 2)
    found = solve(turning, [forcing(end=240)], [1.0], method=method, start=np.ones((1, 2)))
    assert found.status == (Status.STOPPED,)
    assert np.isnan(found.states).all()
    assert found.evaluations.tolist() == [21 if method == "Radau" else 42]


def test_work_is_counted_segment_by_segment(monkeypatch):
    one = forcing((5, 6, 8.0), (7, 8, 2.0), end=24)
    whole = solve(TURNOVER, [one], [24.0])
    monkeypatch.setattr(reference, "MAX_EVALUATIONS_A_SEGMENT", whole.evaluations[0] - 1)
    again = solve(TURNOVER, [one], [24.0])
    assert again.status == (Status.OK,)
    np.testing.assert_array_equal(again.states, whole.states)


@pytest.mark.parametrize(
    ("success", "rows", "status"),
    [
        (True, [[1.0, 2.0]], Status.OK),
        (False, [[1.0, 2.0]], Status.STOPPED),
        (True, [[1.0]], Status.STOPPED),
        (False, [[1.0]], Status.STOPPED),
        (False, [], Status.STOPPED),
        (True, [[1.0, np.nan]], Status.NOT_FINITE),
        (True, [[np.inf, 2.0]], Status.NOT_FINITE),
    ],
)
def test_what_a_solver_says_and_gives_back_is_believed_together(success, rows, status, monkeypatch):
    """One time is asked for, and the end of the segment."""
    monkeypatch.setattr(reference, "solve_ivp", lambda *_, **__: SimpleNamespace(y=rows, success=success))
    found = solve(TURNOVER, [forcing(end=6)], [3.0], start=np.ones((1, 1)))
    assert found.status == (status,)
    assert found.states[0, 0].tolist() == [1.0] if status is Status.OK else np.isnan(found.states).all()
