"""libRoadRunner: CVODE with a Jacobian of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from exerkine_sim.exchange import identifier

from .cases import TOLERANCE, Case
from .row import Row


def inputs_set(case: Case) -> Iterator[Row]:
    """Yield the difference where inputs are set from outside at every breakpoint."""
    loaded = _loaded(case.bare, case)
    states, inputs = (
        _places(loaded, case.member.model.state_names),
        _places(loaded, [f"input.{name}" for name in case.member.model.inputs]),
    )
    ends = []
    for start, end, levels in case.segments:
        loaded.model.setGlobalParameterValues(inputs, levels)
        loaded.oneStep(start, end - start, True)
        ends.append(loaded.model.getGlobalParameterValues(states))
    yield Row("libRoadRunner, inputs set", case.name, case.difference(np.array(ends)))


def events(case: Case) -> Iterator[Row]:
    """Yield the difference where the events of the document change the inputs."""
    loaded = _loaded(case.document, case)
    loaded.selections = ["time", *map(identifier, case.member.model.state_names)]
    found = loaded.simulate(times=[0.0, *(end for _, end, _ in case.segments)])
    yield Row("libRoadRunner, events", case.name, case.difference(np.array(found)[1:, 1:]))


def _loaded(document: str, case: Case) -> Any:
    # Where an input jumps, CVODE remarks on the smallness of its first step, in the midst of the table.
    os.environ.setdefault("SUNLOGGER_WARNING_FILENAME", os.devnull)
    import roadrunner

    # Ready in a thirtieth of the time that its other compiler takes for this model.
    roadrunner.Config.setValue(roadrunner.Config.LLVM_BACKEND, roadrunner.Config.LLJIT)
    loaded = roadrunner.RoadRunner(document)
    loaded.setIntegrator("cvode")
    loaded.integrator.setValue("relative_tolerance", TOLERANCE)
    loaded.integrator.setValue("maximum_num_steps", 10**6)
    for name, scale in zip(case.member.model.state_names, case.scale, strict=True):
        loaded.integrator.setIndividualTolerance(identifier(name), TOLERANCE * float(scale))
    return loaded


def _places(loaded: Any, names: Sequence[str]) -> list[int]:
    known = loaded.model.getGlobalParameterIds()
    return [known.index(identifier(name)) for name in names]
