"""IL-1ra answers IL-6 with a lag: highest an hour or two after hard work, and infused IL-6 is enough."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology.il1ra import il1ra
from laboratory import IL6_MODULES, person

MODEL = compose([*IL6_MODULES, il1ra])
RUNNER = person(age_y=28, vo2max=60)
course = partial(laboratory.levels, molecule="il1ra", site="plasma", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not unused_parameters(MODEL)


def test_a_long_run_is_answered_after_it():
    rest, end, later = course("run 150m 75% VO2max", -1, 150, 150 + 120)
    # published 18-fold two hours after the run; a factor 2 is the aim
    assert 9 < later / rest < 36
    assert later > 2 * end  # published: no rise yet at the end (il6_047)


def test_the_peak_comes_one_to_three_hours_after_the_end():
    minutes = np.arange(150, 600, 15)
    levels = course("run 150m 75% VO2max", *minutes)
    assert 60 <= minutes[np.argmax(levels)] - 150 <= 180


def test_a_marathon_takes_it_into_the_thousands():
    rest, end, later = course("run 206m 75% VO2max", -1, 206, 206 + 120)
    assert rest == pytest.approx(120, rel=1e-3)
    # published 2795 and 4119 pg/mL
    assert 2795 / 2 < end < 2 * 2795
    assert 4119 / 2 < later < 2 * 4119


def test_an_hour_answers_in_the_order_of_intensity():
    easy, hard = (course(f"run 60m {percent}% VO2max", 60 + 90)[0] for percent in (55, 75))
    assert hard > 1.3 * easy


def test_a_second_bout_of_the_day_is_answered_far_more():
    bout = "cycle 75m 75% VO2max"
    first, second = course(f"day 1 08:00 {bout}\nday 1 12:15 {bout}", 75 + 60, 255 + 75 + 60)
    assert second > 2.5 * first


def test_infused_il6_is_enough():
    rest, after = course("day 1 08:00 infuse il6 13ug/h 3h", -1, 180)
    assert after > 5 * rest


def test_infused_il1ra_has_its_half_life():
    rest, first, second = course("day 1 08:00 infuse il1ra 10mg/h 10m", -1, 60, 60 + 132)
    # half-life 2.2 h = 132 min, from a bolus that hides the resting level
    assert (second - rest) / (first - rest) == pytest.approx(0.5, rel=0.01)
