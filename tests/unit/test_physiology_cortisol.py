"""Cortisol answers intensity above a threshold, and interleukin-6 with a lag and a ceiling."""

from functools import partial

import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, module, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.cortisol import cortisol
from laboratory import person

RUNNER = person(vo2max=52)


@module("il6", parameters={"clearance": "L/h"})
def infused_il6(m, p):
    """Stand in for IL-6: the level at which an infusion balances clearance."""
    m.publish("plasma", m.input("infusion.il6", "ng/h") / p.clearance)


MODEL = compose([adaptation, drivers.vo2, drivers.plasma_volume, cortisol, infused_il6])
folds = partial(laboratory.folds, molecule="cortisol", site="plasma", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("cortisol")}


@pytest.mark.parametrize(("percent", "low", "high"), [(40, -5.3, 16.7), (60, 28.1, 51.7), (80, 64.6, 101.6)])
def test_half_an_hour_of_exercise_gives_the_published_rise(percent, low, high):
    # mean +- SD of percent change in twelve moderately trained men
    assert low < 100 * (folds(f"cycle 30m {percent}% VO2max", 30).item() - 1) < high


def test_it_falls_with_its_own_half_life_and_not_with_the_end_of_exercise():
    end, hour_later, next_morning = folds("cycle 60m 80% VO2max", [60, 120, 24 * 60]) - 1
    assert 0.4 < hour_later / end < 0.8
    assert next_morning < 0.01


def test_sets_of_ten_raise_it_more_than_heavy_sets_of_three():
    tens = folds("squat 8x10 70% 1RM rest 75s", 30).item()
    triples = folds("squat 8x3 90% 1RM rest 3m", 42).item()
    assert tens - 1 > 1.5 * (triples - 1) > 0


def test_an_il6_infusion_at_rest_triples_it():
    # 37.5 ug/h for 4 h: +210 % (162 to 258)
    assert 2.62 < folds("infuse il6 37.5ug/h 4h", 240).item() < 3.58


def test_the_il6_arm_saturates():
    modest, tenfold = (folds(f"infuse il6 {rate}ug/h 4h", 240).item() - 1 for rate in (20, 200))
    assert tenfold < 1.5 * modest


def test_resting_and_moderate_il6_leave_it_alone():
    assert folds("infuse il6 0.9ug/h 4h", 240).item() < 1.1


def test_the_il6_arm_comes_with_a_lag():
    early, late = folds("infuse il6 12.6ug/h 4h", [15, 120]) - 1
    assert early < 0.1 * late
