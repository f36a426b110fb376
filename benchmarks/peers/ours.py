"""exerkine-sim: the whole batch through the compiled engine, on one thread."""

import numpy as np

from exerkine_sim.engine.compiled import integrate

from ..case import Case
from . import GRID, Run


class Peer:
    """Every member of the case in one call, states at all segment ends."""

    tolerances = GRID
    notes = "compiled engine, one call for the batch, one thread"

    def __init__(self, case: Case) -> None:
        self._case, self._system = case, case.system

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case = self._case
        forcings = [case.forcing] * len(case.constants)
        times = case.forcing.breakpoints[1:]

        def run() -> np.ndarray:
            result = integrate(
                self._system,
                case.constants,
                forcings,
                times=times,
                tolerance=tolerance,
                start=case.start,
                threads=1,
            )
            return result.states

        return run
