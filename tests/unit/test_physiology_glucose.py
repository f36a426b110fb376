"""Glucose rises and returns after a meal, falls in long work, and the gut gives back what was eaten."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from laboratory import person

RUNNER = person(age_y=28, vo2max=52)
MODEL = compose([adaptation, glucose, insulin, drivers.vo2, drivers.plasma_volume])
simulated = partial(laboratory.simulated, subject=RUNNER, model=MODEL)
level = partial(laboratory.levels, molecule="glucose", site="plasma", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("glucose")}


def test_a_large_meal_raises_glucose_for_two_to_three_hours():
    minutes = np.arange(0, 241, 2)
    course = level("meal 90g carbs", minutes)
    assert 7.0 <= course.max() <= 8.0
    assert 30 <= minutes[course.argmax()] <= 60
    assert np.interp(180, minutes, course) < 5.5


def test_the_gut_gives_what_was_eaten_and_keeps_nothing():
    minutes = np.arange(0, 12 * 60 + 1, 2.0)
    solution = simulated("meal 90g carbs", minutes)
    content = solution.state("glucose.intestine").values[0]
    numbers = load_parameters()
    most = numbers["glucose.absorption_max"].to("g/h")
    absorbed = most * content / (numbers["glucose.absorption_half"].to("g") + content)
    # the trapezium rule on 2 min steps is good to far better than a gram
    assert np.trapezoid(absorbed, minutes / 60) == pytest.approx(90, abs=1)
    assert content[-1] < 0.1


def test_long_work_lowers_glucose_modestly_and_drinks_prevent_it():
    fasted, *drinks = (
        level(f"run 3h 70% VO2max {carbohydrate}", 180)[0]
        for carbohydrate in ("", "carbs 30g/h", "carbs 60g/h")
    )
    assert 3.5 < fasted < 4.8
    assert fasted < drinks[0] < drinks[1] < 6.5
    assert drinks[0] > 4.8


def test_liver_glycogen_falls_with_duration_and_is_back_in_two_days():
    solution = simulated("run 3h 70% VO2max", [0, 60, 120, 180, 48 * 60])
    glycogen = solution.state("glucose.liver_glycogen").values[0]
    assert np.all(np.diff(glycogen[:4]) < -0.1)
    assert glycogen[3] > 0.2
    assert glycogen[4] == pytest.approx(1, abs=0.05)  # four refill times later


def test_a_maximal_five_kilometre_run_raises_glucose_as_measured():
    # 5.01 to 6.36 mmol/L; between people the published spread is about 1 mmol/L
    assert level("run 22m 95% VO2max", 22)[0] == pytest.approx(6.36, abs=0.7)


def test_glucose_keeps_its_level_without_sessions_and_meals():
    assert level("meal 0g carbs", [0, 24 * 60]) == pytest.approx(5.0, rel=1e-9)
