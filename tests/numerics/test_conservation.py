"""Every pool keeps its books: amount at the end = amount at the start + released - cleared."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import simpson

from exerkine_sim.engine import array_function
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate, system_of
from exerkine_sim.stimulus import build_stimulus

PLAN = "Mon 02:00 run 60m 80% VO2max carbs 40g/h\nMon 05:00 infuse il6 20ug/h 1h"
END_H = 8.0
STEP_H = 0.25 / 60  # half the shortest time constant


@pytest.fixture(scope="module")
def segments(runner):
    """Return times, states (n_times, n_states) and inputs (n_inputs,) of each segment, and the constants."""
    schedule, model = parse_schedule(PLAN), default_model()
    edges = build_stimulus(schedule, runner, load_parameters(), end_h=END_H).breakpoints
    grids = [np.linspace(a, b, 2 * int(np.ceil((b - a) / STEP_H)) + 1) for a, b in pairwise(edges)]
    solution = simulate(
        schedule, runner, end_h=END_H, times_h=np.unique(np.concatenate(grids)), tolerance=1e-10
    )
    data, parts = solution.dataset.isel(member=0), []
    for grid in grids:
        at = np.searchsorted(solution.times_h, grid)
        parts.append((grid, data["state"].to_numpy()[at], data["input"].to_numpy()[at[0]]))
    return parts, data["constant"].to_numpy(), model


@pytest.mark.parametrize("pool", sorted(default_model().volumes))
def test_amounts_balance(segments, pool):
    parts, constants, model = segments
    system = system_of(model)
    flows = [
        flux.rate if flux.kind == "release" else -flux.rate for flux in model.fluxes if flux.pool == pool
    ]
    flow = array_function([system.states, system.constants, system.inputs], flows)
    volume = array_function([system.constants], [model.volumes[pool]])(constants)[0]

    gained, turned_over = 0.0, 0.0
    for times, states, inputs in parts:
        rates = [np.broadcast_to(rate, times.shape) for rate in flow(states.T, constants, inputs)]
        gained += simpson(np.sum(rates, axis=0), x=times)
        turned_over += simpson(np.sum(np.abs(rates), axis=0), x=times)
    column = model.index(pool)
    stored = volume * (parts[-1][1][-1, column] - parts[0][1][0, column])
    assert turned_over > 0
    assert gained == pytest.approx(stored, abs=3e-5 * turned_over)  # thresholds cost Simpson its order
