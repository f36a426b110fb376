"""The resting steady state of one member: damped Newton, and long rest where Newton is lost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np

from .system import Array, System

MAX_STEPS = 60
SETTLED = 1e-10
NEGLIGIBLE = 1e-12
SETTLING_H = 20_000.0
MAX_EVALUATIONS = (
    10_000  # of a rest that comes to an end; from ten times its resting levels a body takes 4,000
)
# How arithmetic on values that no body has ends: overflow, a division by zero, a root of a negative number,
# and where the user makes errors of warnings, the solver's own.
LOST = (ArithmeticError, TypeError, ValueError, UserWarning)


@np.errstate(all="ignore")  # whatever the user has set, for overflow is one of the ways to be lost
def steady_state(system: System, p: Sequence[float], rest: Sequence[float]) -> tuple[Array, float]:
    """Solve ``f(y, p, rest) = 0`` from the model's own guess.

    Returns
    -------
    y : ndarray, shape (n_states,)
    residual : float
        Largest ``|f| * 1 h / scale`` left, with the scale of :func:`state_scale`.

    Examples
    --------
    >>> import sympy
    >>> y, k = sympy.symbols("y k")
    >>> turnover = System((y,), (k,), (), (2 - k * y,), (sympy.Integer(0),))
    >>> steady_state(turnover, [0.5], [])[0].tolist()
    [4.0]
    """
    try:
        start = system.initial_guess(p)
    except LOST:
        return np.full(system.sizes.states, np.nan), np.inf
    y, residual = _newton(system, p, rest, start)
    if not residual <= SETTLED:
        y, residual = _newton(system, p, rest, _rested(system, p, rest, start))
    return y, residual


def state_scale(y: Array, of: Sequence[int] | None = None) -> Array:
    """Return the scale on which a state's error is judged: its resting value, or 1 where it rests at 0.

    Parameters
    ----------
    y : ndarray, shape (..., n_states)
        At rest.
    of : sequence of int, optional
        For each state, the one whose resting value counts; see `System.scale_of`.

    Examples
    --------
    >>> state_scale(np.array([5.0, 0.0, -0.3]), of=[0, 1, 0]).tolist()
    [5.0, 1.0, 5.0]
    """
    size = np.abs(y)
    own = np.where(size > NEGLIGIBLE, size, 1.0)
    return own if of is None else own[..., list(of)]


def _newton(system: System, p: Sequence[float], rest: Sequence[float], y: Array) -> tuple[Array, float]:
    best, smallest, moved = y, np.inf, np.inf
    own = np.equal(np.arange(len(y)), np.arange(len(y)) if system.scale_of is None else system.scale_of)
    for _ in range(MAX_STEPS):
        try:
            rates = np.array(system.rhs(y.tolist(), p, rest), dtype=float)
            scale = state_scale(y, system.scale_of)
            residual = float(np.max(np.abs(rates) / scale, initial=0.0))
            # What hardly moves within an hour may still be far from where it comes to rest.
            if residual < smallest or residual <= SETTLED < moved:
                best, smallest = y, residual
            elif smallest <= SETTLED or not np.isfinite(residual):
                break  # at rounding level no step improves it any more
            step = np.linalg.solve(system.jacobian(y.tolist(), p, rest), rates)
        except (*LOST, np.linalg.LinAlgError):
            break
        y = y - step * _damping(y[own], step[own])  # a derivative is free to change its sign
        moved = float(np.max(np.abs(step) / scale, initial=0.0))
    return best, smallest


def _damping(y: Array, step: Array) -> float:
    """Shorten a step that would take a positive state below a tenth of its value.

    What is left of a state that rests at 0 is rounding; it may not hold up the others.
    """
    falling = (y > NEGLIGIBLE) & (step > 0.9 * y)
    return float(min(1.0, np.min(0.9 * y[falling] / step[falling], initial=1.0)))


def _rested(system: System, p: Sequence[float], rest: Sequence[float], y: Array) -> Array:
    """Return where long rest leads to; the start where it leads nowhere, or takes too much work."""
    from scipy.integrate import solve_ivp  # slow to import, and rarely needed

    evaluations = count()

    def rate(_t: float, y: Array) -> list[float]:
        if next(evaluations) > MAX_EVALUATIONS:
            raise ArithmeticError
        return system.rhs(y.tolist(), p, rest)

    try:
        result = solve_ivp(
            rate,
            (0.0, SETTLING_H),
            y,
            method="LSODA",
            jac=lambda _t, y: system.jacobian(y.tolist(), p, rest),
            rtol=1e-8,
            atol=1e-10,
            t_eval=[SETTLING_H],
        )
    except LOST:
        return y
    return result.y.ravel() if result.success else y  # at the one time that was asked for
