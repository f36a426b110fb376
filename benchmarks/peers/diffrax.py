"""diffrax: an explicit Runge-Kutta pair of order 5, compiled by XLA, many members mapped over one program."""

import jax
import numpy as np
import sympy
from diffrax import ODETerm, PIDController, SaveAt, Tsit5, diffeqsolve
from jax import numpy as jnp

from exerkine_sim.engine import System
from exerkine_sim.engine.system import pairwise

from ..case import Case
from . import GRID, Run

LANES = 256
FUNCTIONS = {"Larger": jnp.maximum, "Smaller": jnp.minimum}


class Peer:
    """A scan over the segments inside one compiled call; an implicit pair was slower by far."""

    tolerances = GRID[2:]
    notes = f"Tsit5, {LANES} members mapped, tolerance per state, one compiled scan over segments"

    def __init__(self, case: Case) -> None:
        jax.config.update("jax_enable_x64", True)
        edges = case.forcing.breakpoints
        self._arrays = [
            jnp.asarray(array)
            for array in (
                case.start[:LANES],
                case.constants[:LANES],
                np.array([case.scale(member) for member in range(len(case.start[:LANES]))]),
                np.diff(edges),
                case.forcing.inputs,
            )
        ]
        every_member = jax.vmap(_member(case.system), in_axes=(0, 0, 0, None, None, None))
        self._run = jax.jit(every_member).lower(*self._arrays, 1e-4).compile()

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        return lambda: np.asarray(self._run(*self._arrays, tolerance))


def _member(system: System):
    """Return the integration of one member: start, constants, scale, durations, inputs, tolerance -> states."""
    term = ODETerm(_rates(system))

    def member(start, p, scale, durations, inputs, tolerance):
        control = PIDController(rtol=tolerance, atol=tolerance * scale)

        def segment(y, given):
            duration, u = given
            solution = diffeqsolve(
                term,
                Tsit5(),
                0.0,
                duration,
                None,
                y,
                args=(p, u),
                stepsize_controller=control,
                saveat=SaveAt(t1=True),
                max_steps=None,
            )
            return solution.ys[0], solution.ys[0]

        return jax.lax.scan(segment, start, (durations, inputs))[1]

    return member


def _rates(system: System):
    """Return ``f(t, y, (p, u))`` in JAX."""
    groups = [system.states, system.constants, system.inputs]
    plain = [[sympy.Symbol(f"v{g}_{i}") for i in range(len(group))] for g, group in enumerate(groups)]
    names = {
        old: new
        for group, fresh in zip(groups, plain, strict=True)
        for old, new in zip(group, fresh, strict=True)
    }
    rates = [pairwise(rate, names) for rate in system.rates]
    function = sympy.lambdify(plain, rates, modules=[FUNCTIONS, "jax"], cse=True)
    return lambda _t, y, args: jnp.stack(function(y, *args))
