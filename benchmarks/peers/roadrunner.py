"""libRoadRunner: CVODE on the SBML document, compiled by its own LLVM; the loaded model is kept."""

import numpy as np
from roadrunner import Config, RoadRunner

from exerkine_sim.exchange import identifier

from ..case import JUDGED, Case
from . import GRID, Run


class Peer:
    """Between segments only the inputs that change are set; between members, constants and states."""

    tolerances = GRID
    notes = "CVODE (BDF), own Jacobian, code optimised, tolerance per state, inputs set between segments"

    def __init__(self, case: Case) -> None:
        _optimise()
        self._case, self._rr = case, RoadRunner(case.sbml())
        self._rr.setIntegrator("cvode")
        self._rr.selections = []
        self._model = self._rr.model
        system = case.system
        place = {name: index for index, name in enumerate(self._model.getGlobalParameterIds())}
        self._constants, self._inputs, self._states = (
            [place[identifier(symbol.name)] for symbol in symbols]
            for symbols in (system.constants, system.inputs, system.states)
        )

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case, rr, model = self._case, self._rr, self._model
        integrator = rr.integrator
        integrator.setValue("relative_tolerance", tolerance)
        integrator.setValue("maximum_num_steps", 10**6)
        for symbol, scale in zip(case.system.states, case.scale(0), strict=True):
            integrator.setIndividualTolerance(identifier(symbol.name), tolerance * float(scale))
        states = np.empty((JUDGED, len(case.segments), case.start.shape[1]))

        def run() -> np.ndarray:
            for member, (p, start) in enumerate(zip(case.constants[:JUDGED], case.start, strict=False)):
                model.setGlobalParameterValues(self._constants, p)
                model.setGlobalParameterValues(self._states, start)
                for segment, (t0, t1, inputs) in enumerate(case.segments):
                    model.setGlobalParameterValues(self._inputs, inputs)
                    rr.oneStep(t0, t1 - t0, True)
                    states[member, segment] = model.getGlobalParameterValues(self._states)
            return states

        return run


def _optimise() -> None:
    """Ask for the fastest code it can make; little of this is on by default."""
    Config.setValue(Config.LLVM_BACKEND, Config.LLJIT)
    Config.setValue(Config.LLJIT_OPTIMIZATION_LEVEL, Config.AGGRESSIVE)
    for name in (name for name in dir(Config) if name.startswith("LOADSBMLOPTIONS_OPTIMIZE_")):
        Config.setValue(getattr(Config, name), True)
