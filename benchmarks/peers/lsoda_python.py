"""SciPy's LSODA with a right-hand side and Jacobian in plain Python: what most scripts in the field do."""

from collections.abc import Callable

import numpy as np
from scipy.integrate import solve_ivp

from exerkine_sim.engine import state_scale

from ..case import JUDGED, Case
from . import GRID, Run


class Peer:
    """One member at a time, one call per segment."""

    tolerances = GRID
    notes = "solve_ivp, lists of Python floats in and out, exact Jacobian"

    def __init__(self, case: Case) -> None:
        self._case, self._system = case, case.system
        self._members = 1 if len(case.segments) > 200 else JUDGED
        for function in (self._system.rhs, self._system.jacobian):
            function(case.start[0].tolist(), case.constants[0].tolist(), case.forcing.rest.tolist())

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case = self._case

        def run() -> np.ndarray:
            states = np.empty((self._members, len(case.segments), case.start.shape[1]))
            for member in range(self._members):
                y, p = case.start[member], case.constants[member].tolist()
                options = {"method": "LSODA", "rtol": tolerance, "atol": tolerance * state_scale(y)}
                for segment, (t0, t1, inputs) in enumerate(case.segments):
                    rhs, jacobian = self._bound(p, inputs.tolist())
                    result = solve_ivp(rhs, (t0, t1), y, t_eval=[t1], jac=jacobian, **options)
                    y = states[member, segment] = result.y[:, -1]
            return states

        return run

    def _bound(self, p: list[float], u: list[float]) -> tuple[Callable, Callable]:
        system = self._system
        return lambda _t, y: system.rhs(y.tolist(), p, u), lambda _t, y: system.jacobian(y.tolist(), p, u)
