"""What every engine takes and gives back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

Array = np.ndarray


class Status(StrEnum):
    """How the integration of one member ended; each text says what to do."""

    OK = "ok"
    NO_STEADY_STATE = "no resting steady state was found: check the parameter values of this member"
    NOT_FINITE = "a state became non-finite: check the parameter values of this member"
    STOPPED = "the solver gave up before the end: loosen the tolerance or check the parameter values"


@dataclass(frozen=True)
class Forcing:
    """Piecewise-constant inputs of one member.

    Parameters
    ----------
    breakpoints : ndarray, shape (n_segments + 1,)
        Hours, strictly increasing; segment ``i`` is ``[breakpoints[i], breakpoints[i + 1])``.
    levels : ndarray, shape (n_levels, n_inputs)
        The values that inputs take.
    rest : ndarray, shape (n_inputs,)
        The inputs of rest, under which the baseline is the steady state.
    pattern : ndarray of int, shape (n_segments,), optional
        Which level each segment is at; one after the other when left out.

    Examples
    --------
    >>> sets = Forcing(np.arange(5.0), np.array([[0.0], [1.0]]), np.zeros(1), np.array([0, 1, 0, 1]))
    >>> sets.inputs[:, 0].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """

    breakpoints: Array
    levels: Array
    rest: Array
    pattern: Array | None = None

    @property
    def inputs(self) -> Array:
        """Inputs of each segment, shape (n_segments, n_inputs)."""
        return self.levels if self.pattern is None else self.levels.take(self.pattern, axis=0)


@dataclass(frozen=True)
class Trajectories:
    """States of every member at the requested times.

    Parameters
    ----------
    states : ndarray, shape (n_members, n_times, n_states)
        NaN throughout for a member that failed.
    baseline : ndarray, shape (n_members, n_states)
        State at the first breakpoint: the resting steady state, or what was given as `start`.
    residual : ndarray, shape (n_members,)
        Largest scaled rate of change left at the baseline, per hour; 0 where `start` was given.
    status : tuple of Status
        One a member.
    evaluations : ndarray, shape (n_members,)
        Right-hand-side evaluations spent.
    """

    states: Array
    baseline: Array
    residual: Array
    status: tuple[Status, ...]
    evaluations: Array


@dataclass(frozen=True)
class Measures:
    """Summary numbers of observables over windows of time, gathered during the integration.

    Parameters
    ----------
    values : ndarray, shape (n_members, n_windows, n_wanted, 7)
        ``before`` (value at the window's start), ``c_max``, ``t_max``, ``c_min``, ``t_min`` (h), ``area``
        (value x h) and ``above`` (hours above the level); NaN for a member that failed or has no such window.
    baseline, residual, status, evaluations
        As in :class:`Trajectories`.
    """

    values: Array
    baseline: Array
    residual: Array
    status: tuple[Status, ...]
    evaluations: Array
