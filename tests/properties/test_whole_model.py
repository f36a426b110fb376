"""Promises of the whole model on the reference engine, whatever the plan."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from exerkine_sim.engine import state_scale
from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import Bout, Intensity, Schedule, Session, parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Subject

TEN_DAYS_H = 240.0
PERSON = Subject(
    sex="female", age_y=33, body_mass_kg=60, height_m=1.67, vo2max_ml_kg_min=50, training="trained"
)
# Each example integrates some 90 states over days; shrinking a failure would take many minutes.
QUICK = settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def largest_difference(one, other):
    """Largest difference over all times, each state on the scale of its own largest value."""
    scale = np.maximum(np.abs(one).max(axis=-2), 1e-9)
    return float(np.max(np.abs(one - other) / scale[..., None, :]))


def run_at(start_h, minutes, percent):
    return Session(start_h, (Bout(0, minutes, "run", Intensity(percent, "vo2max_percent")),))


def uptake_at_the_end(minutes, percent):
    """Oxygen uptake is one lag of the demand, so its value after a lone bout is known exactly."""
    parameters = load_parameters()
    rest = PERSON.physiology(parameters)["rest_demand"]
    demand, tau = percent / 100, parameters["vo2.time_constant"].to("min")
    return demand - (demand - rest) * np.exp(-minutes / tau)


def check_not_missed(session, minutes, percent):
    times = np.unique([0.0, session.end_h, TEN_DAYS_H])
    solution = simulate(Schedule((session,)), PERSON, end_h=TEN_DAYS_H, times_h=times)
    found = solution.state("vo2.uptake").values[0, 1]
    # what VO2max gains within one session is less
    assert found == pytest.approx(uptake_at_the_end(minutes, percent), rel=1e-4)
    assert solution.concentration("il6").values[0, 1] > 1.05 * solution.concentration("il6").values[0, 0]


@QUICK
@given(
    start_h=st.floats(0, TEN_DAYS_H - 2),
    minutes=st.floats(20, 120),
    percent=st.floats(60, 90),
)
def test_a_session_anywhere_in_ten_days_of_rest_is_never_missed(start_h, minutes, percent):
    check_not_missed(run_at(start_h, minutes, percent), minutes, percent)


@pytest.mark.parametrize("start_h", [0.0, TEN_DAYS_H - 1])
def test_a_session_at_either_end_is_never_missed(start_h):
    check_not_missed(run_at(start_h, 60, 75), 60, 75)


def test_two_sessions_back_to_back_equal_one():
    """And two adjoining bouts equal one."""
    times = np.linspace(0, 72, 145)
    plans = [
        Schedule((run_at(30.0, 90, 70),)),
        Schedule((run_at(30.0, 40, 70), run_at(30 + 40 / 60, 50, 70))),
        parse_schedule("day 2 06:00 run 25m 70% VO2max, 65m 70% VO2max"),
    ]
    whole, sessions, bouts = (
        simulate(p, PERSON, end_h=72, times_h=times).dataset["state"].values for p in plans
    )
    assert largest_difference(whole, sessions) < 1e-6  # 100 x tolerance: other solver histories
    assert largest_difference(whole, bouts) < 1e-6


def test_without_sessions_every_state_stays_where_it_is_for_28_days():
    solution = simulate(Schedule(()), PERSON, end_h=28 * 24)
    states = solution.dataset["state"].values[0]
    assert np.max(np.abs(states - states[0]) / state_scale(states[0])) < 1e-8  # the tolerance asked for
    assert float(solution.dataset["residual"].max()) < 1e-10


@QUICK
@given(shift_h=st.floats(0, 48))
def test_shifting_the_plan_shifts_the_solution(shift_h):
    plan, times = Schedule((run_at(2.0, 60, 75),)), np.linspace(0, 24, 25)
    here = simulate(plan, PERSON, end_h=24, times_h=times)
    there = simulate(plan.shifted(shift_h), PERSON, end_h=24 + shift_h, times_h=times + shift_h)
    one, other = here.dataset["state"].values[0], there.dataset["state"].values[0]
    assert largest_difference(one, other) < 1e-6


@QUICK
@given(
    starts=st.lists(st.integers(0, 20), min_size=1, max_size=4, unique=True),
    percent=st.floats(30, 130),
    minutes=st.floats(1, 59),
    carbs=st.floats(0, 120),
)
def test_no_concentration_is_ever_negative(starts, percent, minutes, carbs):
    bouts = (Bout(0, minutes, "run", Intensity(percent, "vo2max_percent")),)
    plan = Schedule(tuple(Session(2.0 * start, bouts, carbs_g_per_h=carbs) for start in starts))
    solution = simulate(plan, PERSON)
    assert solution.status == ("ok",)
    assert np.nanmin(solution.dataset["concentration"].values) >= 0.0


def test_running_twice_gives_the_same_bits_and_batch_mates_do_not_matter():
    long, short = Schedule((run_at(1.0, 100, 70),)), Schedule((run_at(5.0, 30, 90),))
    times = np.linspace(0, 24, 49)
    both = simulate([long, short], PERSON, end_h=24, times_h=times).dataset["state"].values
    alone = simulate(short, PERSON, end_h=24, times_h=times).dataset["state"].values
    np.testing.assert_array_equal(both[1], alone[0])
    assert (both[0] != both[1]).any()
