"""COPASI: LSODA."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .cases import TOLERANCE, Case
from .row import Row


def events(case: Case) -> Iterator[Row]:
    """Yield the difference where the events of the document change the inputs."""
    import COPASI

    data = COPASI.CRootContainer.addDatamodel()
    data.importSBMLFromString(case.document)
    task = data.getTask("Time-Course")
    task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
    problem, method = task.getProblem(), task.getMethod()
    problem.setUseValues(True)
    problem.setValues(" ".join(repr(end) for _, end, _ in case.segments))
    problem.setTimeSeriesRequested(True)
    for name in ("Relative Tolerance", "Absolute Tolerance"):
        method.getParameter(name).setDblValue(TOLERANCE)
    method.getParameter("Max Internal Steps").setIntValue(10**6)
    task.initializeRaw(COPASI.CCopasiTask.OUTPUT_UI)
    if not task.process(True):
        raise RuntimeError(task.getProcessError()[-200:])
    yield Row("COPASI, events", case.name, case.difference(_ends(task.getTimeSeries(), case)))


def _ends(series: Any, case: Case) -> np.ndarray:
    """Return the states of a time series at segment ends: at each, what was last written for that time."""
    titles = [series.getTitle(column) for column in range(series.getNumVariables())]
    columns = [titles.index(f"Values[{name}]") for name in case.member.model.state_names]
    times = np.array([series.getData(row, 0) for row in range(series.getRecordedSteps())])
    rows = [int(np.argmin(np.abs(times - end))) for _, end, _ in case.segments]
    return np.array([[series.getData(row, column) for column in columns] for row in rows])
