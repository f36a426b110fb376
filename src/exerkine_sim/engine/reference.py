"""The reference engine: SciPy, one member at a time, restarted at every breakpoint. The oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.integrate import solve_ivp

from .contract import Forcing, Status, Trajectories
from .steady import SETTLED, state_scale, steady_state
from .system import Array, System

MAX_EVALUATIONS_A_SEGMENT = 200_000


class _TooMuchWork(Exception):
    pass


def integrate(
    system: System,
    constants: Array,
    forcings: Sequence[Forcing],
    *,
    times: Array,
    tolerance: float = 1e-9,
    method: str = "LSODA",
    progress: Callable[[int], None] | None = None,
) -> Trajectories:
    """Integrate every member from its own resting steady state.

    No solver call ever spans a breakpoint, so that a session cannot be stepped over.

    Parameters
    ----------
    system : System
    constants : ndarray, shape (n_members, n_constants)
    forcings : sequence of Forcing, length n_members
    times : ndarray, shape (n_times,)
        Hours, increasing, within every member's breakpoints.
    tolerance : float
        Relative; absolute tolerance is this times the state's resting value (or 1 where that is 0).
    method : str
        A method of `scipy.integrate.solve_ivp`.
    progress : callable, optional
        Called with the member's index as it ends.

    Returns
    -------
    Trajectories

    References
    ----------
    Hindmarsh, ODEPACK (1983), for LSODA; Hairer & Wanner, Solving ODEs II, for Radau IIA.
    """
    n_members, n_states = len(constants), len(system.states)
    states = np.full((n_members, len(times), n_states), np.nan)
    baseline = np.full((n_members, n_states), np.nan)
    residual, evaluations, status = np.full(n_members, np.nan), np.zeros(n_members, dtype=int), []
    for member, (p, forcing) in enumerate(zip(constants.tolist(), forcings, strict=True)):
        with np.errstate(all="ignore"):
            outcome = _member(system, p, forcing, times, tolerance, method, states[member])
        baseline[member], residual[member], member_status, evaluations[member] = outcome
        status.append(member_status)
        if progress is not None:
            progress(member)
    return Trajectories(states, baseline, residual, tuple(status), evaluations)


def _member(
    system: System, p: list[float], forcing: Forcing, times: Array, tolerance: float, method: str, out: Array
) -> tuple[Array, float, Status, int]:
    """Fill `out` (n_times, n_states) and return baseline, residual, status and work."""
    start, residual = steady_state(system, p, forcing.rest.tolist())
    if not residual <= SETTLED:
        return start, residual, Status.NO_STEADY_STATE, 0
    y, work = start, 0
    absolute = tolerance * state_scale(start)
    starts, ends = forcing.breakpoints[:-1], forcing.breakpoints[1:]
    for t0, t1, inputs in zip(starts, ends, forcing.inputs.tolist(), strict=True):
        first, last = np.searchsorted(times, [t0, t1], side="left")
        last = last + 1 if t1 == forcing.breakpoints[-1] and last < len(times) else last
        status, values, calls = _segment(
            system, p, inputs, (t0, t1), y, times[first:last], tolerance, absolute, method
        )
        work += calls
        if status is not Status.OK:
            return start, residual, status, work
        out[first:last], y = values[:-1], values[-1]
    return start, residual, Status.OK, work


def _segment(
    system: System,
    p: list[float],
    inputs: list[float],
    span: tuple[float, float],
    y: Array,
    times: Array,
    tolerance: float,
    absolute: Array,
    method: str,
) -> tuple[Status, Array, int]:
    """Integrate one segment; values at `times` and, in the last row, at its end."""
    calls = 0

    def rate(_t: float, y: Array) -> list[float]:
        nonlocal calls
        calls += 1
        if calls > MAX_EVALUATIONS_A_SEGMENT:
            raise _TooMuchWork
        return system.rhs(y.tolist(), p, inputs)

    def jacobian(_t: float, y: Array) -> Array:
        return system.jacobian(y.tolist(), p, inputs)

    ends = len(times) > 0 and times[-1] == span[1]
    wanted = times if ends else np.append(times, span[1])
    try:
        result = solve_ivp(
            rate, span, y, method=method, t_eval=wanted, rtol=tolerance, atol=absolute, jac=jacobian
        )
    except (_TooMuchWork, ArithmeticError, ValueError, TypeError):
        return Status.STOPPED, np.empty((0, len(y))), calls
    values = result.y.T
    if not result.success or len(values) != len(wanted):
        return Status.STOPPED, values, calls
    if not np.isfinite(values).all():
        return Status.NOT_FINITE, values, calls
    return Status.OK, np.vstack([values, values[-1]]) if ends else values, calls
