"""IL-10 waits for a large rise of IL-6 or for hard effort, and peaks near the end of work."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology.il10 import il10
from laboratory import IL6_MODULES, person

MODEL = compose([*IL6_MODULES, il10])
RUNNER = person(age_y=28, vo2max=60)
folds = partial(laboratory.folds, molecule="il10", site="plasma_corrected", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not unused_parameters(MODEL)


def test_a_marathon_raises_it_manyfold_and_it_peaks_within_the_hour():
    minutes = np.arange(206, 206 + 240, 10)
    levels = folds("run 206m 75% VO2max", *minutes)
    # published 27-fold at the end; a factor 2 is the aim
    assert 27 / 2 < levels[0] < 27 * 2
    assert minutes[np.argmax(levels)] - 206 <= 70


def test_an_hour_raises_it_at_85_but_not_at_60_percent():
    moderate, hard = (folds(f"run 60m {percent}% VO2max", 60)[0] for percent in (60, 85))
    assert moderate < 1.15
    assert hard > 1.3


def test_short_hard_work_raises_it_and_longer_easy_work_does_not():
    hard = folds("cycle 20m 90% VO2max", 50)
    easy = folds("cycle 27m 60% VO2max", 57)
    assert hard > 1.1
    assert easy < 1.05


def test_carbohydrate_lowers_it():
    water = folds("fasted cycle 130m 70% VO2max", 190)
    drink = folds("cycle 130m 70% VO2max carbs 60g/h", 190)
    assert drink < 0.8 * water


def test_infused_il6_is_enough():
    assert folds("day 1 08:00 infuse il6 13ug/h 3h", 180) > 5


def test_infused_il10_has_its_half_life():
    first, second = folds("day 1 08:00 infuse il10 1mg/h 10m", 60, 60 + 1.94 * 60)
    # half-life 1.94 h, from a bolus that hides the resting level
    assert (second - 1) / (first - 1) == pytest.approx(0.5, rel=0.01)
