"""The whole model by two unrelated methods: LSODA (multistep) and Radau IIA (collocation) must agree."""

import numpy as np

from exerkine_sim.engine import state_scale
from exerkine_sim.engine.reference import integrate
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

PLAN = """Mon 01:00 meal 60g carbs
Mon 03:00 run 20m 65% VO2max, 2x(1m 95% / 1m 50%)
Mon 05:00 squat 2x5 80% 1RM rest 2m"""


def test_lsoda_and_radau_agree_on_every_state(runner):
    model, parameters, schedule = default_model(), load_parameters(), parse_schedule(PLAN)
    forcing = forcing_of(model, build_stimulus(schedule, runner, parameters, end_h=12.0))
    constants = constants_of(model, parameters, [runner])
    times = np.linspace(0, 12, 73)
    lsoda, radau = (
        integrate(system_of(model), constants, [forcing], times=times, tolerance=1e-8, method=method)
        for method in ("LSODA", "Radau")
    )
    difference = np.abs(lsoda.states - radau.states) / state_scale(lsoda.baseline)
    assert difference.max() < 1e-5  # two error controls at 1e-8 each, over 20 segments
    assert (lsoda.states != radau.states).any()
