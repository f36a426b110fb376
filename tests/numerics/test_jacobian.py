"""The analytic Jacobian against central differences, away from thresholds."""

import numpy as np
import sympy

from exerkine_sim.engine import System
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate, system_of


def central_differences(system, y, p, u):
    columns = []
    for index, value in enumerate(y):
        step = 1e-6 * max(abs(value), 1e-3)
        above, below = list(y), list(y)
        above[index], below[index] = value + step, value - step
        columns.append((np.array(system.rhs(above, p, u)) - system.rhs(below, p, u)) / (2 * step))
    return np.array(columns).T


def test_larger_and_smaller_of_several():
    a, b = sympy.symbols("a b", real=True)
    system = System((a, b), (), (), (sympy.Max(a * b, a, 0.5), sympy.Min(a, b**2)), (sympy.Integer(0),) * 2)
    for y in ([0.7, 0.9], [0.1, 0.2], [2.0, 3.0]):
        np.testing.assert_allclose(
            system.jacobian(y, [], []), central_differences(system, y, [], []), rtol=1e-8, atol=1e-8
        )


def test_of_the_whole_physiology(runner):
    """In the middle of a run after a meal, where every pathway is open."""
    plan = parse_schedule("Mon 06:00 meal 60g carbs\nMon 07:00 run 60m 85% VO2max")
    data = simulate(plan, runner, end_h=9, times_h=[7.5]).dataset.isel(member=0)
    system, y = system_of(default_model()), data["state"].to_numpy()[0] + 1e-3
    p, u = data["constant"].to_numpy().tolist(), data["input"].to_numpy()[0].tolist()
    analytic, numeric = system.jacobian(y.tolist(), p, u), central_differences(system, y.tolist(), p, u)
    scale = np.abs(analytic).max(axis=1, keepdims=True) + 1e-9
    assert np.max(np.abs(analytic - numeric) / scale) < 1e-5  # central differences with a step of 1e-6
    assert np.count_nonzero(analytic) > 150
