"""exerkine-sim: the whole batch through the compiled engine, on one thread."""

from functools import partial

import numpy as np

from exerkine_sim.engine.compiled import integrate

from ..case import Case
from . import GRID, Run

# Numbers in the answer, 160 MB: the batch of a long plan is cut to fit.
MAX_ANSWER = 20_000_000


class Peer:
    """Every member of the case in one call, states at all segment ends."""

    tolerances = GRID
    notes = "compiled engine, one call for the batch, one thread"

    def __init__(self, case: Case) -> None:
        self._case, self._system = case, case.system
        n_segments, n_states = case.exact.shape[1:]
        self._members = min(len(case.constants), max(len(case.exact), MAX_ANSWER // (n_segments * n_states)))
        self._run(1e-2, len(case.exact))  # compiles the kernel, which belongs to the start-up

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        return partial(self._run, tolerance, self._members)

    def _run(self, tolerance: float, members: int) -> np.ndarray:
        case = self._case
        return integrate(
            self._system,
            case.constants[:members],
            [case.forcing] * members,
            times=case.forcing.breakpoints[1:],
            tolerance=tolerance,
            start=case.start[:members],
            threads=1,
        ).states
