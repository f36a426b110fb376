"""AMICI: CVODES with sparse KLU and symbolic Jacobian, the SBML document compiled as C++."""

import os
import sysconfig
from tempfile import TemporaryDirectory

import numpy as np
from amici import SbmlImporter
from amici.sim.sundials import LinearSolver_KLU, RDataReporting_full, run_simulation

from exerkine_sim.exchange import identifier

from ..case import JUDGED, Case
from . import GRID, Run


class Peer:
    """Compiled once; each segment is a simulation from the end of the one before.

    As events inside one simulation the inputs become states, and the slope of the square root of power, at
    rest, is infinite.
    """

    tolerances = GRID
    notes = "CVODES (BDF), KLU, symbolic Jacobian, one absolute tolerance, no sensitivities"

    def __init__(self, case: Case) -> None:
        self._case, self._folder = case, TemporaryDirectory()
        # swig may stand beside the interpreter, as AMICI itself does
        os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
        path = f"{self._folder.name}/model.xml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(case.sbml())
        self._model = SbmlImporter(path).sbml2amici(
            "exerkine_sim_case",
            f"{self._folder.name}/code",
            compute_conservation_laws=False,
            generate_sensitivity_code=False,
            simplify=None,
        )
        system = case.system
        place = {identifier(symbol.name): i for i, symbol in enumerate((*system.constants, *system.inputs))}
        self._order = [place[one] for one in self._model.get_free_parameter_ids()]
        states = [identifier(symbol.name) for symbol in system.states]
        self._to_amici = [states.index(one) for one in self._model.get_state_ids()]
        self._from_amici = np.argsort(self._to_amici)

    def at(self, tolerance: float) -> Run:
        """Return the run at a tolerance."""
        case, model = self._case, self._model
        solver = model.create_solver()
        solver.set_linear_solver(LinearSolver_KLU)
        solver.set_return_data_reporting_mode(RDataReporting_full)
        solver.set_relative_tolerance(tolerance)
        solver.set_absolute_tolerance(tolerance)
        solver.set_max_steps(10**6)

        def run() -> np.ndarray:
            states = np.empty((JUDGED, len(case.segments), case.start.shape[1]))
            for member, p in enumerate(case.constants[:JUDGED]):
                y = case.start[member][self._to_amici]
                for segment, (t0, t1, inputs) in enumerate(case.segments):
                    model.set_free_parameters(np.concatenate([p, inputs])[self._order])
                    model.set_initial_state(y)
                    model.set_timepoints([t1 - t0])
                    result = run_simulation(model, solver)
                    if result.status != 0:
                        raise RuntimeError(f"status {result.status} in segment {segment}")
                    y = result.x[-1]
                    states[member, segment] = y[self._from_amici]
            return states

        return run
