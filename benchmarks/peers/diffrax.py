"""diffrax: an explicit Runge-Kutta pair of order 5, compiled by XLA, many members in step with each other.

The members form one system with a common step. Mapped over members with a step each, the solver is slower:
XLA then moves every state in and out of a strided row.
"""

from collections.abc import Callable

import jax
import numpy as np
import sympy
from diffrax import ODETerm, PIDController, SaveAt, Tsit5, diffeqsolve
from jax import numpy as jnp

from exerkine_sim.engine import System
from exerkine_sim.engine.expression import pairwise

from ..case import Case
from . import GRID, Run

LANES = 64
FUNCTIONS = {"Larger": jnp.maximum, "Smaller": jnp.minimum}


class Peer:
    """One compiled call: a scan over the segments, the largest error of any member sets the step."""

    tolerances = GRID[8:]
    notes = f"Tsit5, {LANES} members with a common step, tolerance per state, one compiled scan over segments"

    def __init__(self, case: Case) -> None:
        jax.config.update("jax_enable_x64", True)
        start = case.start[:LANES]
        scale = np.array([case.scale(member) for member in range(len(start))])
        arrays = (start.T, case.constants[:LANES].T, scale.T, np.diff(case.forcing.breakpoints))
        self._arrays = [jnp.asarray(array) for array in (*arrays, case.forcing.inputs)]
        self._run = jax.jit(_integration(case.system)).lower(*self._arrays, 1e-4).compile()

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        return lambda: np.moveaxis(np.asarray(self._run(*self._arrays, tolerance)), 2, 0)


def _integration(system: System) -> Callable[..., jax.Array]:
    """Return a function of arrays, members along the last axis; its states are (segment, state, member)."""
    term = ODETerm(_rates(system))

    def integrate(start, p, scale, durations, inputs, tolerance):
        control = PIDController(rtol=tolerance, atol=tolerance * scale, norm=_worst_member)

        def segment(y, given):
            options = {"args": (p, given[1]), "stepsize_controller": control, "max_steps": None}
            solution = diffeqsolve(term, Tsit5(), 0.0, given[0], None, y, saveat=SaveAt(t1=True), **options)
            return solution.ys[0], solution.ys[0]

        return jax.lax.scan(segment, start, (durations, inputs))[1]

    return integrate


def _worst_member(error: jax.Array) -> jax.Array:
    return jnp.max(jnp.sqrt(jnp.mean(error**2, axis=0)))


def _rates(system: System) -> Callable[..., jax.Array]:
    """Return ``f(t, y, (p, u))`` in JAX."""
    groups = [system.states, system.constants, system.inputs]
    plain = [[sympy.Symbol(f"v{g}_{i}") for i in range(len(group))] for g, group in enumerate(groups)]
    names = {
        old: new
        for group, row in zip(groups, plain, strict=True)
        for old, new in zip(group, row, strict=True)
    }
    rates = [pairwise(rate, names) for rate in system.rates]
    function = sympy.lambdify(plain, rates, modules=[FUNCTIONS, "jax"], cse=True)
    return lambda _t, y, args: jnp.stack(function(list(y), *map(list, args)))
