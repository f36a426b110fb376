"""Lac-Phe follows blood lactate, saturating and slower to fall; a meal raises it a little."""

from functools import partial

import numpy as np
import pytest

import laboratory
from laboratory import levels

HARD = "run 60m 75% VO2max"
TWO_TESTS = (
    "run 3m 50% VO2max, 3m 60%, 3m 70%, 3m 80%, 3m 90%, 3m 100%\n"
    "day 1 08:48 cycle 3m 50% VO2max, 3m 60%, 3m 70%, 3m 80%, 3m 90%, 3m 100%"
)
person = partial(laboratory.person, age_y=17, body_mass_kg=64, height_m=1.75, vo2max=60)
folds = partial(laboratory.folds, molecule="lac_phe", site="blood", subject=person())


def test_exhausting_work_triples_it_and_a_quarter_of_an_hour_later_little_is_lost():
    # LPH-001 to 003: 101 and 89.7 over 31.5 nmol/L, with a spread of four tenths between people
    assert folds(TWO_TESTS, 66, 81) == pytest.approx([3.21, 2.85], rel=0.4)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="simulated lactate peaks minutes late")
def test_it_falls_from_exhaustion_on():
    # LPH-002, LPH-003
    end, later = folds(TWO_TESTS, 66, 81)
    assert later < end


def test_it_rises_less_than_lactate_and_stays_longer():
    lac_phe, lactate = (folds(HARD, 60, 90, molecule=name) - 1 for name in ("lac_phe", "lactate"))
    assert 1 < lac_phe[0] < lactate[0]
    assert lac_phe[1] / lac_phe[0] > 1.3 * lactate[1] / lactate[0]


def test_it_is_near_rest_two_hours_after_work():
    assert folds(HARD, 60 + 120)[0] < 1.25


def test_easy_work_does_not_raise_it():
    assert folds("cycle 60m 40% VO2max", 30, 60).max() <= 1


def test_lactate_alone_is_enough():
    """LPH-006, 009: the level follows the substrate, whether or not muscle works."""
    assert folds("infuse lactate 150mmol/h 1h", 60)[0] > 1.2


def test_a_meal_raises_it_without_exercise():
    before, hour = folds("meal 75g carbs", -1, 60)  # LPH-008
    assert before == pytest.approx(1)
    assert 1.05 < hour < 1.5


def test_women_stand_higher_at_rest_and_in_exercise():
    man, woman = (
        levels(HARD, -1, 60, molecule="lac_phe", subject=person(sex=sex)) for sex in ("male", "female")
    )
    assert np.all(woman > man)
    assert (man[0] + woman[0]) / 2 == pytest.approx(31.5, rel=0.05)  # LPH-001, to the digits of basal


def test_infused_lac_phe_has_a_half_life_of_twenty_minutes_and_leaves_lactate():
    text = "infuse lac_phe 2000nmol/h 1h"
    end, later = folds(text, 60, 80) - 1
    assert end > 1
    assert later / end == pytest.approx(0.5, rel=0.02)  # 2.1 per hour is rounded from ln 2 / 20 min
    assert folds(text, 60, molecule="lactate") == pytest.approx(1, abs=1e-6)
