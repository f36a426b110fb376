"""COPASI: LSODA on the SBML document; the task is set up once and no output is written."""

from typing import Any

import COPASI
import numpy as np

from ..case import JUDGED, Case
from . import GRID, Run

# The tolerance of a state follows its initial value: a decayed state would ask for absurd accuracy.
NEGLIGIBLE = 1e-12


class Peer:
    """Between segments only the inputs are set; between members, constants and states."""

    tolerances = GRID
    notes = "LSODA, absolute tolerance by COPASI's rule from initial values, no time series"

    def __init__(self, case: Case) -> None:
        self._case = case
        data = COPASI.CRootContainer.addDatamodel()
        data.importSBMLFromString(case.sbml())
        self._model, self._task = data.getModel(), data.getTask("Time-Course")
        self._task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        self._problem = self._task.getProblem()
        self._task.setUpdateModel(True)
        self._problem.setTimeSeriesRequested(False)
        self._problem.setStepNumber(1)
        values = [self._model.getModelValue(index) for index in range(self._model.getNumModelValues())]
        by_name = {value.getObjectName(): value for value in values}
        system = case.system
        self._states, self._constants, self._inputs = (
            [by_name[symbol.name] for symbol in symbols]
            for symbols in (system.states, system.constants, system.inputs)
        )

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case, method = self._case, self._task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(tolerance)
        method.getParameter("Absolute Tolerance").setDblValue(tolerance)
        method.getParameter("Max Internal Steps").setIntValue(10**6)
        self._task.initializeRaw(COPASI.CCopasiTask.NO_OUTPUT)

        def run() -> np.ndarray:
            states = np.empty((JUDGED, len(case.segments), case.start.shape[1]))
            for member, p in enumerate(case.constants[:JUDGED]):
                _set(self._constants, p)
                _set(self._states, case.start[member])
                for segment, (t0, t1, inputs) in enumerate(case.segments):
                    _set(self._inputs, inputs)
                    states[member, segment] = self._segment(t1 - t0)
            return states

        return run

    def _segment(self, duration: float) -> np.ndarray:
        """Integrate; the end becomes the initial values of the next segment."""
        self._problem.setDuration(duration)
        self._model.applyInitialValues()
        if not self._task.processRaw(True):
            raise RuntimeError(self._task.getProcessError()[-200:] or "processRaw failed")
        end = np.array([state.getValue() for state in self._states])
        for place in np.flatnonzero((np.abs(end) < NEGLIGIBLE) & (end != 0)):
            self._states[place].setInitialValue(0.0)
        return end


def _set(targets: list[Any], values: np.ndarray) -> None:
    for target, value in zip(targets, values.tolist(), strict=True):
        target.setInitialValue(value)
