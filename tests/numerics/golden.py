"""Solutions to many digits, for problems without a closed form: Radau IIA of order 23 in long arithmetic.

``python tests/numerics/golden.py`` writes ``golden.json`` in a few minutes.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import mpmath
import numpy as np
import problems
import sympy
from mpmath import mpf

Array = np.ndarray  # holds mpf, unless it says otherwise
STAGES, DIGITS = 12, 40
NEWTON_STEPS, CONVERGED = 30, mpf(10) ** -36
NEGLIGIBLE = mpf(10) ** -14  # an error is relative to the state, or to this where the state is smaller
NOTHING = 1e-24  # below it, too few digits are right to be shown


def golden(problem: problems.Problem, *, tolerance: float = 1e-24) -> Array:
    """Return the states at the times of a problem, shape (n_times, n_states), rounded to floats.

    Parameters
    ----------
    problem : Problem
    tolerance : float
        Allowed relative difference between one step and two of half its length, which are kept.
    """
    found, y = [], _long(problem.start)
    with mpmath.workdps(DIGITS):
        for edges, inputs in zip(pairwise(problem.forcing.breakpoints), problem.forcing.inputs, strict=True):
            flow = _Flow(problem.system, problem.constants, inputs)
            inside = problem.times[(problem.times > edges[0]) & (problem.times <= edges[1])]
            for begin, end in pairwise(np.union1d(edges, inside).tolist()):
                y = _advanced(flow, y, mpf(end) - mpf(begin), mpf(tolerance))
                found += [y.astype(float)] if end in inside else []
    return np.where(np.abs(found) < NOTHING, 0.0, found)


class _Flow:
    """Rates in long arithmetic, their Jacobian in floats, under constant inputs."""

    def __init__(self, system: problems.System, constants: Array, inputs: Array) -> None:
        arguments = [system.states, system.constants, system.inputs]
        self._rates = sympy.lambdify(arguments, system.rates, modules="mpmath", cse=True)
        self._long = _long(constants), _long(inputs)
        self._system, self._short = system, (constants.tolist(), inputs.tolist())

    def rates(self, stages: Array) -> Array:
        """Return the rates at each stage, shape (n_stages, n_states) as given."""
        return np.array([self._rates(y, *self._long) for y in stages], dtype=object)

    def jacobians(self, stages: Array) -> Array:
        """Return floats, shape (n_stages, n_states, n_states)."""
        return np.array([self._system.jacobian(y.tolist(), *self._short) for y in stages.astype(float)])


def _advanced(flow: _Flow, y: Array, remaining: mpf, tolerance: mpf) -> Array:
    """Go on for a time; a step that two halves of it contradict is tried again, shorter."""
    ahead = remaining / 1000
    while remaining > 0:
        ahead = min(ahead, remaining)
        try:
            whole, finer = _step(flow, y, ahead), _step(flow, _step(flow, y, ahead / 2), ahead / 2)
        except ArithmeticError:
            ahead /= 8
            continue
        error = max(abs(whole - finer) / (abs(finer) + NEGLIGIBLE)) / tolerance
        if error <= 1:
            y, remaining = finer, remaining - ahead
        ahead *= min(8, max(0.1, 0.9 * (error + mpf(10) ** -30) ** (-1 / mpf(2 * STAGES))))
    return y


def _step(flow: _Flow, y: Array, ahead: mpf) -> Array:
    """Return the states one step ahead: the last stage. Newton in floats on residuals in long arithmetic."""
    nodes, weights = _collocation()
    stages = y + ahead * nodes[:, None] * flow.rates(y[None])
    shape, identity = stages.shape, np.eye(stages.size)
    for _ in range(NEWTON_STEPS):
        residual = stages - y - ahead * weights.dot(flow.rates(stages))
        coupling = np.einsum("ij,jab->iajb", (ahead * weights).astype(float), flow.jacobians(stages))
        size = max(abs(residual).max(), mpf(10) ** -DIGITS)  # scaled, for floats end at 1e-308
        change = np.linalg.solve(identity - coupling.reshape(identity.shape), _floats(residual / size))
        stages = stages - size * change.reshape(shape)
        if size * np.abs(change).max() < CONVERGED * max(1, abs(y).max()):
            return stages[-1]
    raise ArithmeticError("Newton does not converge")


@cache
def _collocation() -> tuple[Array, Array]:
    """Return the nodes (n_stages,) and weights (n_stages, n_stages) of Radau IIA."""
    x = sympy.Symbol("x")
    ends = sympy.legendre_poly(STAGES, 2 * x - 1) - sympy.legendre_poly(STAGES - 1, 2 * x - 1)
    nodes = np.array(sorted(mpf(str(root)) for root in sympy.Poly(ends, x).nroots(n=DIGITS + 20)))
    powers = mpmath.matrix([[node**j for j in range(STAGES)] for node in nodes])
    integrals = mpmath.matrix([[node ** (j + 1) / (j + 1) for j in range(STAGES)] for node in nodes])
    return nodes, np.array((integrals * powers**-1).tolist(), dtype=object).reshape(STAGES, STAGES)


def _long(values: Array) -> Array:
    return np.array([mpf(value) for value in values.tolist()], dtype=object)


def _floats(residual: Array) -> Array:
    return residual.astype(float).ravel()


if __name__ == "__main__":
    found = {problem.__name__: golden(problem()).tolist() for problem in problems.STIFF}
    Path(__file__).with_name("golden.json").write_text(json.dumps(found, indent=1) + "\n")
