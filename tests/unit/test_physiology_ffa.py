"""Free fatty acids dip, climb for hours, jump when work ends; insulin holds them down."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.adrenaline import adrenaline
from exerkine_sim.physiology.ffa import ffa
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from laboratory import midnights, person

MAN = person(age_y=28, vo2max=55)
MODEL = compose([adaptation, drivers.vo2, drivers.plasma_volume, adrenaline, glucose, insulin, ffa])
course = partial(laboratory.levels, molecule="ffa", site="plasma", subject=MAN, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("ffa")}


def test_rest_is_the_level_of_a_night_without_food():
    assert course("", midnights(0, 7, 28)) == pytest.approx(0.44, rel=1e-6)


def test_plasma_dips_then_climbs_then_jumps_when_work_ends():
    rest, early, late, after = course("cycle 80m 73% VO2max", -1, 5, 80, 86)
    assert early < 0.8 * rest
    assert late > 1.5 * rest
    assert after > 1.2 * late


def test_published_levels_of_long_work_are_met_within_a_factor_of_two():
    assert 0.74 / 2 < course("cycle 109m 70% VO2max", 109)[0] < 0.74 * 2
    assert 2.44 / 2 < course("run 625m 60% VO2max", 624)[0] < 2.44 * 2


def test_six_hours_after_exhausting_work_they_are_still_raised_and_normal_a_day_later():
    rest, six_hours, day = course("cycle 80m 73% VO2max", -1, 80 + 360, 80 + 24 * 60)
    assert six_hours > 1.15 * rest  # published as raised, without a size
    assert day < 1.1 * rest


def test_glucose_before_exercise_halves_what_is_freed():
    fasting = course("cycle 60m 44% VO2max", 25)[0]
    fed = course("day 1 07:00 meal 60g carbs\nday 1 08:00 cycle 60m 44% VO2max", 25)[0]
    # published 3.2 over 6.9 umol/kg/min; a quarter to either side for size and for the lag of lipolysis
    assert fed / fasting == pytest.approx(3.2 / 6.9, rel=0.25)


def test_drinks_during_a_long_run_keep_them_down():
    with_water = course("run 150m 70% VO2max", 150)[0]
    assert course("run 150m 70% VO2max carbs 60g/h", 150)[0] < 0.7 * with_water


def test_a_meal_takes_most_of_them_away_for_an_hour_or_two():
    rest, *later = course("meal 75g carbs", -1, 60, 90, 120, 360)
    assert 0.28 / 2 < min(later) / rest < 0.28 * 2  # published 139 of 491 umol/L
    assert later[-1] > 0.8 * rest


def test_infused_adrenaline_frees_more_of_them_the_more_there_is():
    rates = (19, 46, 89)  # ug/h: 1.0, 1.9 and 3.4 nmol/L of plasma adrenaline
    bout = "day 1 08:00 cycle 60m 25% VO2max"
    levels = [course(bout, 59)[0]] + [
        course(f"{bout}\nday 1 08:15 infuse adrenaline {rate}ug/h 45m", 59)[0] for rate in rates
    ]
    assert np.all(np.diff(levels) > 0)


def test_infused_fatty_acids_are_gone_in_minutes():
    rest, during, later = course("infuse ffa 30mmol/h 1h", -1, 59, 60 + 15)
    assert during > 2 * rest
    assert later - rest < 0.05 * (during - rest)  # five half-lives
