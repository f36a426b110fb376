"""Insulin falls in exercise, shows raised glucose when the effort ends, and lives for minutes."""

from functools import partial

import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from laboratory import person

RUNNER = person(age_y=28, vo2max=52)
MODEL = compose([adaptation, glucose, insulin, drivers.vo2, drivers.plasma_volume])
folds = partial(laboratory.folds, molecule="insulin", site="plasma", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("insulin")}


@pytest.mark.parametrize("minutes", [60, 105])
def test_an_hour_or_two_at_seventy_percent_lowers_insulin_as_published(minutes):
    # 35 to 46 % lower after 800 or 1500 kcal; a twentieth of rest for body size and pace
    fold = folds(f"run {minutes}m 70% VO2max", minutes)[0]
    assert 0.54 - 0.05 <= fold <= 0.65 + 0.05


def test_a_day_later_insulin_is_normal():
    assert folds("run 105m 70% VO2max", 105 + 24 * 60)[0] == pytest.approx(1, abs=0.05)


def test_after_a_maximal_run_insulin_rises_with_glucose():
    course = folds("run 22m 95% VO2max", [10, *range(22, 40)])
    assert course[0] < 1
    # 42 to 90 pmol/L; half of that rise is left to the spread between people
    assert course.max() == pytest.approx(90 / 42, rel=0.25)


def test_a_meal_raises_insulin_several_fold_for_two_hours():
    course = folds("meal 90g carbs", [45, 240])
    assert 4 < course[0] < 12
    assert course[1] == pytest.approx(1, abs=0.5)


def test_infused_insulin_lowers_glucose_and_vanishes_in_minutes():
    text = "infuse insulin 3000pmol/h 3h"
    insulin_course = folds(text, [179.9, 184, 210])
    excess = insulin_course - insulin_course[2]
    assert 0.3 < excess[1] / excess[0] < 0.6  # 4 min are 0.8 to 1.7 half-lives of 2.4 to 5 min
    assert folds(text, 180, molecule="glucose")[0] < 0.9
