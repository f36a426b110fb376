"""Speed and memory of the compiled engine over the history of the project."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from exerkine_sim.engine.compiled import integrate
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

from .subject import PERSON

MEMBERS, SPREAD, SEED = 256, 0.2, 0
RUN = "07:00 run 60m 70% VO2max"
LIFT = "18:00 squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m; row 4x10 65% rest 90s"
PLANS = {
    "run": f"day 1 {RUN}",
    "lift": f"day 1 {LIFT}",
    "block": "\n".join(
        f"day {7 * week + day} {text}" for week in range(8) for day, text in ((1, LIFT), (3, RUN))
    ),
}
FOLDER = Path(__file__).parent
COLD = f"from {FOLDER.name}.{Path(__file__).stem} import Engine; Engine().setup('run')"


class Engine:
    """A batch of members with spread parameters through one plan, one thread, states once a day."""

    params = (tuple(PLANS),)
    param_names = ("plan",)

    def setup(self, plan: str) -> None:
        """Build the plan and compile the kernel."""
        model, parameters, schedule = default_model(), load_parameters(), parse_schedule(PLANS[plan])
        end_h = 24.0 * np.ceil(schedule.end_h / 24.0 + 1)
        forcing = forcing_of(model, build_stimulus(schedule, PERSON, parameters, end_h=end_h))
        shipped = constants_of(model, parameters, [PERSON])
        normal = np.random.default_rng(SEED).standard_normal((MEMBERS, shipped.shape[1]))
        dimensioned = [unit != "1" for unit in model.parameters.values()] + [False] * len(model.subject)
        self.system, self.forcings = system_of(model), [forcing] * MEMBERS
        self.constants = shipped * np.exp(SPREAD * normal * np.array(dimensioned))
        self.times = np.arange(0.0, end_h + 1, 24.0)
        self._run()

    def time_plan(self, _plan: str) -> None:
        """Time of the batch at the tolerance of everyday use."""
        self._run()

    def peakmem_plan(self, _plan: str) -> None:
        """Peak memory of the same."""
        self._run()

    def _run(self) -> None:
        integrate(self.system, self.constants, self.forcings, times=self.times, tolerance=1e-5, threads=1)


class ColdKernel:
    """From nothing to the first answer: a fresh process with an empty cache."""

    timeout = 120
    number, repeat = 1, 3

    def time_cold_kernel(self) -> None:
        """Import, compose, compile, integrate."""
        with tempfile.TemporaryDirectory() as cache:
            environment = {**os.environ, "EXERKINE_SIM_CACHE": cache, "PYTHONPATH": str(FOLDER.parent)}
            subprocess.run([sys.executable, "-c", COLD], env=environment, check=True)
