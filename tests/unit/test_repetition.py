"""Repetitions in reserve and the effort of lifting come to the loads at which so many end in failure."""

import numpy as np
import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.stimulus import build_stimulus
from exerkine_sim.stimulus.body import Bodies
from exerkine_sim.subject import Subject
from exerkine_sim.subject.people import People

PARAMETERS = load_parameters()
MAN = Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.75, vo2max=50)


def load(lift, values, basis, reps):
    bodies = Bodies.of(People.of([MAN]), PARAMETERS)
    return bodies.load(lift, np.array(values, dtype=float), basis=basis, reps=np.array(reps))


def test_one_repetition_to_failure_is_the_maximum():
    for lift in ("squat", "bench_press", "leg_press"):
        assert load(lift, [0], "rir", [1]).item() == 1.0


@pytest.mark.parametrize(("lift", "reps"), [("squat", 9.75), ("bench_press", 8.82), ("leg_press", 13.05)])
def test_loads_are_the_published_ones(lift, reps):
    """Nuzzo2024: so many repetitions at 80 % 1RM; the reserve may be a fraction, repetitions may not."""
    assert load(lift, [reps - 5], "rir", [5]).item() == pytest.approx(0.80, rel=1e-12)


def test_effort_is_ten_less_the_reserve():
    in_reserve, in_effort = (
        load("squat", values, basis, [5, 5, 5])
        for values, basis in (([0, 2, 3.5], "rir"), ([10, 8, 6.5], "rpe"))
    )
    np.testing.assert_array_equal(in_reserve, in_effort)


@pytest.mark.parametrize("lift", ["squat", "bench_press", "leg_press"])
def test_more_reserve_and_more_repetitions_are_less_load(lift):
    assert (np.diff(load(lift, range(26), "rir", [4] * 26)) < 0).all()
    assert (np.diff(load(lift, [2] * 28, "rir", range(1, 29))) < 0).all()
    assert load(lift, [0], "rir", [30]).item() > 0.3


def test_a_leg_press_allows_more_repetitions_than_a_bench_press():
    assert (
        load("leg_press", [2], "rir", [8])
        > load("squat", [2], "rir", [8])
        > load("bench_press", [2], "rir", [8])
    )


def test_more_repetitions_than_loads_are_known_for_are_refused():
    with pytest.raises(
        ScheduleError, match=r"(?s)leg press at RIR 12: 32 repetitions.*at most 30.*% 1RM or kg"
    ):
        load("leg_press", [2, 12], "rir", [20, 20])


def test_sets_of_one_effort_and_other_repetitions_bear_other_loads():
    text = "Mon 07:00 squat 2x5 RPE 8 rest 3m, 2x10 RPE 8 rest 3m, 1x5 80%, 1x10 80%"
    one = build_stimulus(parse_schedule(text), MAN, PARAMETERS, end_h=24)
    tension = one.levels[:, one.names.index("tension_lower")].tolist()
    assert tension == [0.0, *load("squat", [8, 8], "rpe", [5, 10]), 0.8]
