"""The compiled engine: every member a lane of a vector, every lane with its own time, step and segment."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .checks import check_batch, check_rows, check_times, check_tolerance, check_wanted, check_windows
from .contract import Forcing, Measures, Status, Trajectories
from .kernel.machine import Kernel, kernel_of, lanes_of_host
from .steady import SETTLED, state_scale, steady_state
from .system import Array, System

if TYPE_CHECKING:
    from .kernel.plan import Plan

# Below this many members a vector is too empty to pay: they are taken one at a time.
FEW = 3
# What a user asks for is the error of the result; errors of single steps add up and are amplified.
STEP_SHARE = 0.1
# Below this tolerance errors fall more slowly than what a step is judged by: it takes a smaller share.
FINE, ROUNDING = 1e-7, 1e-16
ENDS = (Status.OK, Status.NOT_FINITE, Status.STOPPED)
UNDER_WAY = -1
STAGES = 3
LOOK_EVERY_S = 0.05


def integrate(
    system: System,
    constants: Array,
    forcings: Sequence[Forcing],
    *,
    times: Array,
    tolerance: float = 1e-6,
    start: Array | None = None,
    scale: Array | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Trajectories:
    """Integrate every member from its own resting steady state, or from `start`.

    Three-stage Radau IIA (order 5, stiffly accurate), block by block along the dependency order. No step
    spans a breakpoint. A member's numbers do not depend on the other members, their order or the threads.

    Parameters
    ----------
    system : System
    constants : ndarray, shape (n_members, n_constants)
    forcings : sequence of Forcing, length n_members
    times : ndarray, shape (n_times,)
        Hours, increasing, within every member's breakpoints.
    tolerance : float
        Error aimed at, relative to the larger of a state's value and its resting value (1 where that is 0).
    start : ndarray, shape (n_members, n_states), optional
        States at the first breakpoint instead of the resting steady state.
    scale : ndarray, shape (n_members, n_states), optional
        Resting values on which errors are judged, where the start is not at rest: from a breakpoint on, with
        the states there and the scale of the beginning, the bits are those of never having stopped.
    threads : int, optional
        As many as there are processors when left out.
    progress : callable, optional
        Called with the fraction of members that are done, from 0 to 1.

    Returns
    -------
    Trajectories

    References
    ----------
    Hairer & Wanner, Solving ODEs II (1996), IV.5 and IV.8.
    """
    times = np.ascontiguousarray(times, dtype=float)
    check_times(times, forcings)
    states = np.empty((len(constants), len(times), system.sizes.states))
    outcome = _Batch(system, constants, forcings).solve(
        {"states": states, "times": times, "n_times": len(times)},
        start=start,
        scale=scale,
        tolerance=tolerance,
        threads=threads,
        progress=progress,
    )
    states[outcome.failed] = np.nan
    return Trajectories(states, outcome.baseline, outcome.residual, outcome.status, outcome.evaluations)


def measure(
    system: System,
    constants: Array,
    forcings: Sequence[Forcing],
    *,
    wanted: Sequence[int],
    windows: Sequence[Array],
    levels: Array | None = None,
    tolerance: float = 1e-6,
    start: Array | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Measures:
    """Integrate as :func:`integrate` does and return summary numbers in place of time courses.

    Parameters
    ----------
    system : System
        With observables.
    constants, forcings, tolerance, start, threads, progress
        As in :func:`integrate`.
    wanted : sequence of int, length n_wanted
        Positions of the observables to be measured.
    windows : sequence of ndarray of int, length n_members, each of shape (n_segments,)
        Which window each segment belongs to, or -1; the segments of a window follow each other.
    levels : ndarray, shape (n_members, n_wanted), optional
        Levels above which time is counted; none when left out.

    Returns
    -------
    Measures
    """
    n, n_wanted = len(constants), len(wanted)
    check_wanted(wanted, system.sizes.observables)
    check_windows(windows, forcings)
    check_rows((n, n_wanted), levels=levels)
    n_windows = 1 + max((int(one.max()) for one in windows if len(one)), default=-1)
    batch = _Batch(system, constants, forcings)
    tables = np.full((n, n_windows, n_wanted, batch.kernel.measures), np.nan)
    none = np.full((n, n_wanted), np.inf)
    outcome = batch.solve(
        {
            "n_wanted": n_wanted,
            "wanted": np.array(wanted, dtype=np.int64),
            "levels_above": none if levels is None else np.ascontiguousarray(levels, dtype=float),
            "windows": batch.pointers(windows, dtype=np.int64),
            "tables": batch.pointers(list(tables)),
        },
        start=start,
        tolerance=tolerance,
        threads=threads,
        progress=progress,
    )
    tables[outcome.failed] = np.nan
    return Measures(tables, outcome.baseline, outcome.residual, outcome.status, outcome.evaluations)


@lru_cache(maxsize=16)
def _plan(system: System) -> Plan:
    from .kernel.plan import plan_of

    return plan_of(system)


@lru_cache(maxsize=32)
def kernel(system: System, width: int) -> Kernel:
    """Return the compiled integrator of a System for vectors of some width."""
    key = _plan(system).digest() if system.key is None else system.key
    return kernel_of(key, width, plan=lambda: _plan(system))


@dataclass(frozen=True)
class _Outcome:
    """How the members of a batch ended."""

    baseline: Array
    residual: Array
    status: tuple[Status, ...]
    evaluations: Array

    @property
    def failed(self) -> Array:
        """Whether each member failed, shape (n_members,)."""
        return np.array([status is not Status.OK for status in self.status], dtype=bool)


class _Batch:
    """Members as the kernel sees them: addresses of arrays, which this object keeps alive."""

    def __init__(self, system: System, constants: Array, forcings: Sequence[Forcing]) -> None:
        self.constants = np.ascontiguousarray(constants, dtype=float)
        self.system, self.forcings, self.n = system, forcings, len(self.constants)
        check_batch(system, self.constants, forcings)
        self.kernel = kernel(system, lanes_of_host() if self.n >= FEW else 1)
        self._kept: list[Array] = []

    def solve(
        self,
        outputs: dict[str, Any],
        *,
        start: Array | None,
        scale: Array | None = None,
        tolerance: float,
        threads: int | None,
        progress: Callable[[float], None] | None,
    ) -> _Outcome:
        """Bring every member to rest, or to its start, and integrate it into `outputs`."""
        check_tolerance(tolerance)
        check_rows((self.n, self.system.sizes.states), start=start, scale=scale)
        if start is None:
            baseline, residual = self._rest()
        else:
            baseline, residual = np.array(start, dtype=float), np.zeros(self.n)
        settled = residual <= SETTLED
        job = {**self._job(baseline, baseline if scale is None else scale, tolerance), **outputs}
        job["n_segments"][~settled] = 0
        if self.n:
            self._run(job, threads=threads, progress=progress)
        ends = [ENDS[end] for end in job["status"].tolist()]
        status = [end if well else Status.NO_STEADY_STATE for end, well in zip(ends, settled, strict=True)]
        for member in np.flatnonzero(settled & ~np.isfinite(baseline).all(axis=1)):
            status[member] = Status.NOT_FINITE
        return _Outcome(baseline, residual, tuple(status), STAGES * job["attempts"])

    def _rest(self) -> tuple[Array, Array]:
        """Return each member's resting steady state (n, n_states) and what is left of its rates (n,)."""
        found, residual = np.zeros((self.n, self.system.sizes.states)), np.zeros(self.n)
        rest = np.array([forcing.rest for forcing in self.forcings], dtype=float)
        job = self._addresses(
            {"constants": self.constants, "rest": rest, "start": found, "residual": residual}
        )
        self.kernel.call("rest", job)
        for member in np.flatnonzero(~(residual <= SETTLED)):
            constants = self.constants[member].tolist()
            found[member], residual[member] = steady_state(self.system, constants, rest[member].tolist())
        return found, residual

    def _job(self, start: Array, scale: Array, tolerance: float) -> dict[str, Any]:
        """Return what the kernel is to do, by field."""
        floors = state_scale(scale, self.system.scale_of)
        n_segments = np.array([len(forcing.breakpoints) - 1 for forcing in self.forcings], dtype=np.int64)
        plain = np.arange(n_segments.max(initial=0))
        patterns = [plain if one.pattern is None else one.pattern for one in self.forcings]
        return {
            "queue": np.zeros(1, dtype=np.int64),
            "stop": np.zeros(1, dtype=np.int64),
            "tolerance": np.array([1.0 / _of_a_step(tolerance)]),
            "constants": self.constants,
            "start": np.ascontiguousarray(start),
            "floors": np.ascontiguousarray(floors),
            "breakpoints": self.pointers([one.breakpoints for one in self.forcings]),
            "levels": self.pointers([one.levels for one in self.forcings]),
            "pattern": self.pointers(patterns, dtype=np.int64),
            "n_segments": n_segments,
            "status": np.full(self.n, UNDER_WAY, dtype=np.int64),
            "attempts": np.zeros(self.n, dtype=np.int64),
        }

    def _run(
        self, job: dict[str, Any], *, threads: int | None, progress: Callable[[float], None] | None
    ) -> None:
        """Let every thread take members from one queue until it is empty."""
        fields = self._addresses(job)
        if self.n == 1 and progress is None:
            # It is soon done; to wake a thread and to wait for it would be a part of its time.
            self.kernel.call("integrate", fields)
            return
        workers = min(-(-self.n // self.kernel.width), _processors() if threads is None else threads)
        with ThreadPoolExecutor(workers) as pool:
            waiting = {pool.submit(self.kernel.call, "integrate", fields) for _ in range(workers)}
            try:
                while waiting:
                    done, waiting = wait(waiting, timeout=None if progress is None else LOOK_EVERY_S)
                    if progress is not None:
                        progress(float(np.mean(job["status"] != UNDER_WAY)) if waiting else 1.0)
                    for one in done:
                        one.result()
            finally:
                job["stop"][0] = 1  # whatever interrupts us, threads end at the next edge of a segment

    def _addresses(self, job: dict[str, Any]) -> Array:
        """Return the job as the kernel reads it: numbers as they are, arrays as their addresses."""
        self._kept += [value for value in job.values() if isinstance(value, np.ndarray)]
        values = {"n_members": self.n, **job}
        told = [values.get(name, 0) for name in self.kernel.job]
        words = [one.ctypes.data if isinstance(one, np.ndarray) else one for one in told]
        return np.array(words, dtype=np.int64)

    def pointers(self, arrays: Sequence[Array], *, dtype: type = float) -> Array:
        """Return the addresses of arrays, which are kept as long as the batch; members may share one."""
        own = {id(one): np.ascontiguousarray(one, dtype=dtype) for one in arrays}
        self._kept += own.values()
        place = {key: one.ctypes.data for key, one in own.items()}
        return np.array([place[id(one)] for one in arrays], dtype=np.int64)


def _of_a_step(tolerance: float) -> float:
    """Return the tolerance of a step."""
    return STEP_SHARE * tolerance * max(ROUNDING, min(1.0, tolerance / FINE)) ** 0.25


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
