"""heyoka: explicit Taylor series of adaptive step and order, compiled by LLVM, four members in the lanes of a vector.

Everything that holds no state is computed once per segment and handed over as a number, and every state is
divided by the largest value it takes, because the error is controlled on the largest state alone.
"""

from functools import reduce
from typing import Any

import heyoka as hy
import numpy as np
import sympy

from exerkine_sim.engine import System, array_function
from exerkine_sim.engine.system import Larger, Smaller, pairwise

from ..case import JUDGED, Case
from . import Run


class Peer:
    """One batch; the integrator is compiled anew for each tolerance, which sets its order."""

    notes = "batch of 4 lanes, states scaled to 1, subexpressions without states computed once a segment"

    def __init__(self, case: Case) -> None:
        self._case = case
        self._scale = np.maximum(np.abs(case.exact[0]).max(axis=0), np.abs(case.start[0]))
        self._scale[self._scale < 1e-12] = 1.0
        self._equations = _Equations(case.system, self._scale)
        self._numbers = [self._equations.numbers(case.constants[:JUDGED], u) for u in case.forcing.inputs]
        self.at(1e-4)

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case, scale = self._case, self._scale[:, None]
        start = case.start[:JUDGED].T / scale
        solver = hy.taylor_adaptive_batch(
            self._equations.rates, start, pars=self._numbers[0], tol=tolerance, compact_mode=True
        )
        states = np.empty((len(case.segments), *start.shape))

        def run() -> np.ndarray:
            solver.set_time(case.forcing.breakpoints[0])
            solver.state[:] = start
            for segment, (_, t1, _) in enumerate(case.segments):
                solver.pars[:] = self._numbers[segment]
                solver.propagate_until([t1] * JUDGED)
                if any(one[0] != hy.taylor_outcome.time_limit for one in solver.propagate_res):
                    raise RuntimeError(f"stopped before the end of segment {segment}")
                states[segment] = solver.state * scale
            return np.moveaxis(states, 2, 0)

        return run


class _Equations:
    """The equations in heyoka's expressions; what holds no state becomes a numbered parameter."""

    def __init__(self, system: System, scale: np.ndarray) -> None:
        self._system, self._hoisted = system, {}
        self._states = set(system.states)
        names = [f"x{index}" for index in range(len(scale))]
        variables = hy.make_vars(*names)
        self._values: dict[Any, Any] = {
            state: float(unit) * one for state, unit, one in zip(system.states, scale, variables, strict=True)
        }
        rates = [pairwise(rate, {}) for rate in system.rates]
        self.rates = [
            (one, self._value(rate) * (1.0 / float(unit)))
            for one, rate, unit in zip(variables, rates, scale, strict=True)
        ]
        self._compute = array_function([system.constants, system.inputs], list(self._hoisted))

    def numbers(self, constants: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return the parameters, shape (n_numbers, n_members)."""
        values = self._compute(list(constants.T), list(inputs))
        return np.array([np.broadcast_to(value, len(constants)) for value in values], dtype=float)

    def _value(self, expression: Any) -> Any:
        if expression not in self._values:
            free = not (expression.free_symbols & self._states)
            self._values[expression] = self._number(expression) if free else self._computed(expression)
        return self._values[expression]

    def _number(self, expression: Any) -> Any:
        if expression.is_Number:
            return float(expression)
        return hy.par[self._hoisted.setdefault(expression, len(self._hoisted))]

    def _computed(self, expression: Any) -> Any:
        if expression.is_Pow:
            return self._power(self._value(expression.base), expression.exp)
        free = [part for part in expression.args if not (part.free_symbols & self._states)]
        if len(free) > 1 and (expression.is_Add or expression.is_Mul):
            rest = [part for part in expression.args if part not in free]
            parts = [self._value(expression.func(*free)), *map(self._value, rest)]
        else:
            parts = [self._value(part) for part in expression.args]
        if expression.is_Add:
            return reduce(lambda a, b: a + b, parts)
        if expression.is_Mul:
            return reduce(lambda a, b: a * b, parts)
        if expression.func is Larger:
            return parts[1] + hy.relu(parts[0] - parts[1])
        if expression.func is Smaller:
            return parts[1] - hy.relu(parts[1] - parts[0])
        return {sympy.log: hy.log, sympy.exp: hy.exp}[expression.func](*parts)

    def _power(self, base: Any, exponent: Any) -> Any:
        """Return a power; a whole one as products, because the series of a power divides by its base."""
        if exponent.is_Integer and abs(exponent) <= 4:
            product = reduce(lambda a, b: a * b, [base] * abs(int(exponent)))
            return 1.0 / product if exponent < 0 else product
        return base ** float(exponent)
