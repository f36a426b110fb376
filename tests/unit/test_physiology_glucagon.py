"""Glucagon answers low glucose and hard, lasting work; not easy work, and less after carbohydrate."""

from functools import partial

import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.glucagon import glucagon
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from laboratory import person

RUNNER = person(age_y=28, vo2max=52)
MODEL = compose([adaptation, glucose, insulin, glucagon, drivers.vo2, drivers.plasma_volume])
folds = partial(laboratory.folds, molecule="glucagon", site="plasma", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("glucagon")}


def test_exhausting_running_for_a_quarter_of_an_hour_raises_glucagon_by_two_fifths():
    # published +41 % and +55 %
    assert folds("run 15m 100% VO2max", 15)[0] == pytest.approx(1.45, abs=0.15)


def test_a_quarter_of_an_hour_of_submaximal_work_does_nothing():
    course = folds("cycle 15m 50% VO2max", [5, 15, 45, 75], site="plasma_corrected")
    assert course == pytest.approx(1, abs=0.05)  # far inside what an assay could tell


@pytest.mark.parametrize("minutes", [60, 90, 120])
def test_one_to_two_hours_at_seventy_percent_raise_glucagon_up_to_three_fold(minutes):
    assert 1.5 <= folds(f"run {minutes}m 70% VO2max", minutes)[0] <= 3


def test_the_rise_grows_with_duration_and_carbohydrate_takes_part_of_it_away():
    short, long = folds("run 3h 70% VO2max", [60, 180])
    with_drinks = folds("run 3h 70% VO2max carbs 60g/h", 180)[0]
    assert short < long
    assert with_drinks - 1 < 0.75 * (long - 1)


def test_a_meal_lowers_glucagon():
    assert 0.2 < folds("meal 90g carbs", 45)[0] < 0.7


def test_infused_glucagon_vanishes_with_its_half_life():
    course = folds("infuse glucagon 5000ng/h 1h", [59.9, 64.5, 120])
    excess = course - course[2]
    assert excess[1] / excess[0] == pytest.approx(0.5, abs=0.08)  # half-life 4.0 to 4.8 min
