"""The reference engine: SciPy, one member at a time, restarted at every breakpoint. The oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from scipy.integrate import LSODA, solve_ivp

from .checks import check_rows
from .contract import Forcing, Status, Trajectories
from .steady import LOST, SETTLED, state_scale, steady_state
from .system import Array, System

MAX_EVALUATIONS_A_SEGMENT = 200_000
IMPLICIT, LAST_RESORT = {"LSODA", "Radau", "BDF"}, "Radau"


class _TooMuchWork(Exception):
    pass


@contextmanager
def _solver(method: str) -> Iterator[Any]:
    """Offer a method of SciPy's, and free its work arrays: LSODA of 1.17 loses them, 8 n^2 bytes a call."""
    work: list[Array] = []

    class Freed(LSODA):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            own: Any = self._lsoda_solver  # type: ignore[attr-defined]
            work.extend((own._integrator.rwork, own._integrator.iwork))

    try:
        yield Freed if method == "LSODA" else method
    finally:
        for array in work:
            array.resize(0, refcheck=False)


def integrate(
    system: System,
    constants: Array,
    forcings: Sequence[Forcing],
    *,
    times: Array,
    tolerance: float = 1e-9,
    start: Array | None = None,
    method: str = "LSODA",
    progress: Callable[[float], None] | None = None,
) -> Trajectories:
    """Integrate every member from its own resting steady state, or from given states.

    No solver call ever spans a breakpoint, so that a session cannot be stepped over.

    Parameters
    ----------
    system, constants, forcings, times, start
        As for :func:`exerkine_sim.engine.compiled.integrate`.
    tolerance : float
        Relative; absolute tolerance is this times the state's resting value (or 1 where that is 0).
    method : str
        A method of `scipy.integrate.solve_ivp`. A segment that it gives up is tried once more, by Radau: over
        thirteen decades of time LSODA gives up at some tolerances, and not at the tighter ones beside them.
    progress : callable, optional
        Called with the fraction of all members' time that is done, from 0 to 1.

    Returns
    -------
    Trajectories

    Raises
    ------
    InputError
        When `start` is not one row of states a member.

    References
    ----------
    Hindmarsh, ODEPACK (1983), for LSODA; Hairer & Wanner, Solving ODEs II, for Radau IIA.
    """
    n_members, n_states = len(constants), len(system.states)
    check_rows((n_members, n_states), start=start)
    starts = [None] * n_members if start is None else np.array(start, dtype=float)
    states = np.full((n_members, len(times), n_states), np.nan)
    baseline = np.full((n_members, n_states), np.nan)
    residual, evaluations, status = np.full(n_members, np.nan), np.zeros(n_members, dtype=int), []
    for index, (p, forcing, begin) in enumerate(zip(constants.tolist(), forcings, starts, strict=True)):
        member = _Member(system, p, tolerance, method)

        def report(done: float, index: int = index) -> None:
            if progress is not None:
                progress((index + done) / n_members)

        with np.errstate(all="ignore"):
            outcome = member.run(forcing, times, states[index], start=begin, report=report)
        baseline[index], residual[index], member_status = outcome
        evaluations[index] = member.evaluations
        status.append(member_status)
    return Trajectories(states, baseline, residual, tuple(status), evaluations)


class _Member:
    """One member: its constants, its solver settings, and the work it has taken."""

    def __init__(self, system: System, p: list[float], tolerance: float, method: str) -> None:
        self._system, self._p = system, p
        self._tolerance, self._method = tolerance, method
        self.evaluations = 0

    def run(
        self,
        forcing: Forcing,
        times: Array,
        out: Array,
        *,
        start: Array | None,
        report: Callable[[float], None],
    ) -> tuple[Array, float, Status]:
        """Fill `out` (n_times, n_states), segment by segment; return baseline, residual and status."""
        residual = 0.0
        if start is None:
            start, residual = steady_state(self._system, self._p, forcing.rest.tolist())
        if not residual <= SETTLED:
            return start, residual, Status.NO_STEADY_STATE
        if not np.isfinite(start).all():
            return start, residual, Status.NOT_FINITE
        absolute = self._tolerance * state_scale(start, self._system.scale_of)
        y, end = start, forcing.breakpoints[-1]
        for t0, t1, inputs in zip(
            forcing.breakpoints[:-1], forcing.breakpoints[1:], forcing.inputs, strict=True
        ):
            first = np.searchsorted(times, t0, side="left")
            last = np.searchsorted(times, t1, side="right" if t1 == end else "left")
            status, values = self._segment(inputs.tolist(), (t0, t1), y, times[first:last], absolute)
            if status is not Status.OK:
                out[:] = np.nan
                return start, residual, status
            out[first:last], y = values[:-1], values[-1]
            report((t1 - forcing.breakpoints[0]) / (end - forcing.breakpoints[0]))
        return start, residual, Status.OK

    def _segment(
        self, inputs: list[float], span: tuple[float, float], y: Array, times: Array, absolute: Array
    ) -> tuple[Status, Array]:
        """Integrate one segment; return the states at `times` and, in the last row, at its end."""
        for method in dict.fromkeys((self._method, LAST_RESORT)):
            status, values = self._solved(method, inputs, span, y, times, absolute)
            if status is not Status.STOPPED:
                break
        return status, values

    def _solved(
        self,
        method: str,
        inputs: list[float],
        span: tuple[float, float],
        y: Array,
        times: Array,
        absolute: Array,
    ) -> tuple[Status, Array]:
        wanted = times if len(times) > 0 and times[-1] == span[1] else np.append(times, span[1])
        allowed = self.evaluations + MAX_EVALUATIONS_A_SEGMENT

        def rate(_t: float, y: Array) -> list[float]:
            self.evaluations += 1
            if self.evaluations > allowed:
                raise _TooMuchWork
            return self._system.rhs(y.tolist(), self._p, inputs)

        def jacobian(_t: float, y: Array) -> Array:
            return self._system.jacobian(y.tolist(), self._p, inputs)

        options: dict[str, Any] = {"rtol": self._tolerance, "atol": absolute}
        options |= {"jac": jacobian} if method in IMPLICIT else {}
        try:
            with _solver(method) as solver:
                result = solve_ivp(rate, span, y, method=solver, t_eval=wanted, **options)
        except (_TooMuchWork, *LOST):
            return Status.STOPPED, y
        values = np.transpose(result.y)  # of what failed at once SciPy makes a list
        if not result.success or len(values) != len(wanted):
            return Status.STOPPED, values
        if not np.isfinite(values).all():
            return Status.NOT_FINITE, values
        return Status.OK, values if len(wanted) > len(times) else np.vstack([values, values[-1]])
