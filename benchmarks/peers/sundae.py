"""scikit-sundae: CVODE with right-hand side and Jacobian compiled by LLVM."""

from typing import Any

import numpy as np
from sksundae.cvode import CVODE

from ..case import JUDGED, Case
from ..native import NativeSystem
from . import GRID, Run


class Peer:
    """One solver for all: between segments the inputs are set and it is started anew."""

    tolerances = GRID
    notes = "CVODE (BDF), dense, compiled right-hand side and exact Jacobian"

    def __init__(self, case: Case) -> None:
        self._case, self._native = case, NativeSystem(case.system)
        self._data = np.zeros(case.constants.shape[1] + case.forcing.inputs.shape[1])

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case, n_constants = self._case, self._case.constants.shape[1]
        solver = CVODE(
            self._rhs(),
            jacfn=self._jacobian(),
            rtol=tolerance,
            atol=tolerance * case.scale(0),
            max_num_steps=10**6,
        )

        def run() -> np.ndarray:
            states = np.empty((JUDGED, len(case.segments), case.start.shape[1]))
            for member, p in enumerate(case.constants[:JUDGED]):
                self._data[:n_constants], y = p, case.start[member]
                for segment, (t0, t1, inputs) in enumerate(case.segments):
                    self._data[n_constants:] = inputs
                    solver.init_step(t0, y)
                    y = states[member, segment] = solver.step(t1, tstop=t1).y
            return states

        return run

    def _rhs(self) -> Any:
        rates, data = self._native.rates, self._data.ctypes.data

        def rhs(_t: float, y: np.ndarray, out: np.ndarray) -> None:
            rates(_address(y), data, _address(out))

        return rhs

    def _jacobian(self) -> Any:
        slopes, data = self._native.slopes, self._data.ctypes.data

        def jacobian(_t: float, y: np.ndarray, _rates: np.ndarray, out: np.ndarray) -> None:
            slopes(_address(y), data, _address(out))

        return jacobian


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]
