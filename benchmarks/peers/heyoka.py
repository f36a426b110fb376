"""heyoka: explicit Taylor series of adaptive step and order, compiled by LLVM, one member a vector lane.

It is given what such a method needs here. What holds no state is computed once per segment and handed over as
a number. States are divided by the largest value they take, because the error is controlled on the largest of
them. A series does not see a kink (Max, Min) ahead, so the kinks that rest away from their edge are terminal
events, just beyond the edge on the side the state is heading for, and each segment begins with a tiny step
that takes the others off their edge.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any

import heyoka as hy
import numpy as np
import sympy

from exerkine_sim.engine import System, array_function
from exerkine_sim.engine.expression import Larger, Smaller, pairwise

from ..case import Case
from . import Run

OFF_EDGE = 1e-9


class Peer:
    """One batch; the integrator is compiled anew for each tolerance, which sets its order."""

    tolerances = (1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9)
    notes = "one member a lane, states scaled, state-free terms computed once a segment, kinks as events"

    def __init__(self, case: Case) -> None:
        self._case, self._lanes = case, hy.recommended_simd_size()
        self._scale = np.maximum(np.abs(case.exact[0]).max(axis=0), np.abs(case.start[0]))
        self._scale[self._scale < 1e-12] = 1.0
        self._equations = _Equations(case, self._scale)
        lanes = case.constants[: self._lanes]
        levels, self._pattern = np.unique(case.forcing.inputs, axis=0, return_inverse=True)
        self._numbers = [self._equations.numbers(lanes, level) for level in levels]

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case, scale, lanes = self._case, self._scale[:, None], self._lanes
        start = case.start[:lanes].T / scale
        solver = hy.taylor_adaptive_batch(
            self._equations.rates,
            start,
            pars=self._numbers[0],
            tol=tolerance,
            t_events=list(self._equations.events()),
        )
        states = np.empty((len(case.segments), *start.shape))

        def run() -> np.ndarray:
            solver.set_time(case.forcing.breakpoints[0])
            solver.state[:] = start
            solver.reset_cooldowns()
            for segment, (_, t1, _) in enumerate(case.segments):
                solver.pars[:] = self._numbers[self._pattern[segment]]
                solver.step([OFF_EDGE] * lanes)
                solver.propagate_until([t1] * lanes)
                states[segment] = solver.state * scale
            return np.moveaxis(states, 2, 0)

        return run


class _Equations:
    """The equations in heyoka's expressions; what holds no state becomes a numbered parameter."""

    def __init__(self, case: Case, scale: np.ndarray) -> None:
        system = case.system
        self._states = set(system.states)
        self._hoisted: dict[Any, int] = {}
        variables = hy.make_vars(*[f"x{index}" for index in range(len(scale))])
        self._values: dict[Any, Any] = {
            state: float(unit) * one for state, unit, one in zip(system.states, scale, variables, strict=True)
        }
        rates = [pairwise(rate, {}) for rate in system.rates]
        self.rates = [
            (one, self._value(rate) * (1.0 / float(unit)))
            for one, rate, unit in zip(variables, rates, scale, strict=True)
        ]
        self._edges = [self._value(edge) for edge in _edges_away_from_rest(system, rates, case)]
        self._compute = array_function([system.constants, system.inputs], list(self._hoisted))

    def numbers(self, constants: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Return the parameters, shape (n_numbers, n_members)."""
        values = self._compute(list(constants.T), list(inputs))
        return np.array([np.broadcast_to(value, len(constants)) for value in values], dtype=float)

    def events(self) -> Iterator[Any]:
        """Yield a terminal event just beyond each edge, for either direction; integration then goes on."""
        for edge in self._edges:
            for direction, side in (("positive", OFF_EDGE), ("negative", -OFF_EDGE)):
                yield hy.t_event_batch(
                    edge - side, callback=_go_on, direction=getattr(hy.event_direction, direction)
                )

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
        if expression.is_Pow and expression.base.is_Mul:  # so that an input of 0 is no base of a series
            factors = (self._value(part**expression.exp) for part in expression.base.args)
            return reduce(lambda a, b: a * b, factors)
        if expression.is_Pow:
            return _power(self._value(expression.base), expression.exp)
        if expression.is_Add or expression.is_Mul:
            parts = [self._value(part) for part in self._gathered(expression)]
            return reduce(lambda a, b: a + b if expression.is_Add else a * b, parts)
        parts = [self._value(part) for part in expression.args]
        if expression.func is Larger:
            return parts[1] + hy.relu(parts[0] - parts[1])
        if expression.func is Smaller:
            return parts[1] - hy.relu(parts[1] - parts[0])
        return {sympy.log: hy.log, sympy.exp: hy.exp}[expression.func](*parts)

    def _gathered(self, expression: Any) -> list[Any]:
        """Return the terms or factors, those without states as one."""
        free = [part for part in expression.args if not (part.free_symbols & self._states)]
        rest = [part for part in expression.args if part not in free]
        return [expression.func(*free), *rest] if free else rest


def _power(base: Any, exponent: Any) -> Any:
    """Return a power; a whole one as products, because the series of a power divides by its base."""
    if exponent.is_Integer and abs(exponent) <= 4:
        product = reduce(lambda a, b: a * b, [base] * abs(int(exponent)))
        return 1.0 / product if exponent < 0 else product
    return base ** float(exponent)


def _edges_away_from_rest(system: System, rates: list[Any], case: Case) -> list[Any]:
    """Return the differences whose sign decides a Max or Min, of those that are not zero at rest."""
    found = dict.fromkeys(
        part.args[0] - part.args[1] for rate in rates for part in rate.atoms(Larger, Smaller) if part.args
    )
    edges = [edge for edge in found if edge.free_symbols & set(system.states)]
    function = array_function([system.states, system.constants, system.inputs], edges)
    at_rest = function(*(list(values) for values in (case.start[0], case.constants[0], case.forcing.rest)))
    return [edge for edge, value in zip(edges, at_rest, strict=True) if abs(value) > OFF_EDGE]


def _go_on(_solver: Any, _sign: int, _lane: int) -> bool:
    return True
