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
    inputs : ndarray, shape (n_segments, n_inputs)
        Constant within a segment.
    rest : ndarray, shape (n_inputs,)
        The inputs of rest, under which the baseline is the steady state.
    """

    breakpoints: Array
    inputs: Array
    rest: Array


@dataclass(frozen=True)
class Trajectories:
    """States of every member at the requested times.

    Parameters
    ----------
    states : ndarray, shape (n_members, n_times, n_states)
        NaN throughout for a member that failed.
    baseline : ndarray, shape (n_members, n_states)
        Resting steady state, which is also the state at the first breakpoint.
    residual : ndarray, shape (n_members,)
        Largest scaled rate of change left at the baseline, per hour.
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
