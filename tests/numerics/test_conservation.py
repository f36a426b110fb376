"""Every plasma pool keeps its books: amount at the end = start + released - cleared."""

import numpy as np
import sympy

from exerkine_sim.engine import Forcing, System, array_function
from exerkine_sim.engine.reference import integrate
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate, system_of
from exerkine_sim.stimulus import build_stimulus

PLAN = """Mon 08:00 run 90m 80% VO2max carbs 40g/h
Mon 11:00 squat 3x8 75% 1RM rest 2m
Mon 13:00 infuse il6 20ug/h 1h"""
LEAK = 1e-9  # lets the accumulators have a steady state; over a day it takes 2e-8 of their content


def with_accumulators(system, flows):
    """Add, for each pool, what was released and cleared beyond the resting turnover."""
    books = tuple(sympy.Symbol(f"book_{i}", real=True) for i in range(len(flows)))
    turnover = tuple(sympy.Symbol(f"turnover_{i}", real=True) for i in range(len(flows)))
    rates = tuple(flow - rest - LEAK * book for flow, rest, book in zip(flows, turnover, books, strict=True))
    return System(
        (*system.states, *books),
        (*system.constants, *turnover),
        system.inputs,
        (*system.rates, *rates),
        (*system.guess, *(sympy.Integer(0) for _ in books)),
    )


def test_amounts_balance_in_every_pool(runner):
    model, parameters = default_model(), load_parameters()
    plain = simulate(parse_schedule(PLAN), runner, end_h=24, times_h=[0.0, 24.0])
    constants, baseline = plain.dataset["constant"].values[0], plain.dataset["baseline"].values[0]
    stimulus = build_stimulus(parse_schedule(PLAN), runner, parameters, end_h=24.0)
    order = [stimulus.names.index(n) if n in stimulus.names else None for n in model.inputs]
    columns = np.column_stack(
        [stimulus.inputs[:, i] if i is not None else 0 * stimulus.inputs[:, 0] for i in order]
    )
    rest = np.array([stimulus.rest[i] if i is not None else 0.0 for i in order])

    pools = sorted({flux.pool for flux in model.fluxes})
    flows = [
        sum(flux.rate for flux in model.fluxes if (flux.pool, flux.kind) == (pool, kind))
        for pool in pools
        for kind in ("release", "loss")
    ]
    system = system_of(model)
    turnover = array_function([system.states, system.constants, system.inputs], flows)(
        baseline, constants, rest
    )
    p = np.array([[*constants, *turnover]])
    forcing = Forcing(stimulus.breakpoints, columns, rest)
    result = integrate(with_accumulators(system, flows), p, [forcing], times=np.array([6.0, 10.0, 24.0]))
    books = result.states[0][:, len(model.states) :].reshape(3, len(pools), 2)
    assert np.abs(books).max() > 0

    volume_of = array_function([system.constants], [model.volumes[pool] for pool in pools])
    for row, (pool, volume) in enumerate(zip(pools, volume_of(constants), strict=True)):
        at_rest = volume * baseline[model.index(pool)]
        stored = volume * result.states[0][:, model.index(pool)] - at_rest
        gained = books[:, row, 0] - books[:, row, 1]
        scale = max(abs(at_rest), np.abs(books[:, row]).max())
        np.testing.assert_allclose(gained, stored, atol=1e-6 * scale, err_msg=pool)  # 1000 x tolerance
