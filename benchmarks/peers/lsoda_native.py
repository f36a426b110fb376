"""SciPy's LSODA through its thin Fortran wrapper, right-hand side and Jacobian compiled by LLVM."""

import numpy as np
from scipy.integrate import odeint

from exerkine_sim.engine import state_scale

from ..case import JUDGED, Case
from ..native import NativeSystem
from . import GRID, Run


class Peer:
    """One member at a time, one call per segment."""

    tolerances = GRID
    notes = "odeint, compiled right-hand side and exact Jacobian"

    def __init__(self, case: Case) -> None:
        self._case, self._native = case, NativeSystem(case.system)

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case = self._case

        def run() -> np.ndarray:
            states = np.empty((JUDGED, len(case.segments), case.start.shape[1]))
            for member, p in enumerate(case.constants[:JUDGED]):
                y = case.start[member]
                options = {"rtol": tolerance, "atol": tolerance * state_scale(y), "mxstep": 10**6}
                for segment, (t0, t1, inputs) in enumerate(case.segments):
                    rhs, jacobian = self._native.bound(p, inputs)
                    y = odeint(rhs, y, [t0, t1], Dfun=jacobian, tfirst=True, **options)[-1]
                    states[member, segment] = y
            return states

        return run
