"""Adiponectin: only haemoconcentration within a session, a little more after weeks of endurance work."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.adiponectin import adiponectin
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from exerkine_sim.physiology.lactate import lactate
from laboratory import DAY_MIN, levels, midnights, person, weeks

UNTRAINED = person(training="sedentary")
PHYSICAL = (drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume)
MODEL = compose([adaptation, *PHYSICAL, glucose, insulin, lactate, adiponectin])
SURGE = load_parameters().with_values({"adiponectin.surge_switch": 1}, note="release in maximal work")
folds = partial(laboratory.folds, molecule="adiponectin", site="plasma_corrected", model=MODEL)


def resting(**about):
    """Return plasma adiponectin (ug/mL) at the start and at the end of a month of rest."""
    subject = person(age_y=40, body_mass_kg=80, **about)
    return levels("", midnights(0, 28), molecule="adiponectin", site="plasma", subject=subject, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("adiponectin")}


def test_rest_is_the_level_of_sex_and_fatness():
    start, end = resting(sex="male", body_fat_percent=25)
    assert start == pytest.approx(6.1, rel=1e-6)
    assert end == pytest.approx(start, rel=1e-6)
    assert resting(sex="male", body_fat_percent=15)[0] > 1.2 * start
    assert 8 < resting(sex="female", body_fat_percent=35)[0] < 14  # median 10.5, quartiles 7.7 and 13.9


@pytest.mark.parametrize("bout", ["run 30m 79% VO2max", "cycle 120m 50% VO2max", "cycle 60m 60% VO2max"])
def test_a_session_only_concentrates_it(bout):
    """ADI-05 to ADI-10: raised as measured, unchanged once corrected, as before after half an hour."""
    assert folds(bout, 0, 30, counted_from="end") == pytest.approx(1, abs=0.02)
    measured, later = folds(bout, 0, 45, site="plasma", counted_from="end")
    assert 1.02 < measured < 1.25
    assert later == pytest.approx(1, abs=0.04)


def test_lifting_leaves_it_alone_the_next_morning():
    """ADI-18: nothing 15 h after resistance exercise."""
    assert folds("squat 5x10 70% 1RM rest 2m", 15 * 60) == pytest.approx(1, abs=0.01)


def test_twelve_weeks_of_running_raise_it_as_trials_did():
    """ADI-15: +0.42 (0.23 to 0.60) ug/mL, of a level of about six."""
    minutes = 7 * DAY_MIN * np.array([4, 11.9, 20])
    plan = weeks("run 45m 65% VO2max", 1, 3, 5, last=12)
    month, end, later = folds(plan, minutes, subject=UNTRAINED) - 1
    assert 0.23 / 6.1 < end < 0.60 / 6.1
    assert 0.6 * end < month < end
    assert later < 0.2 * end


def test_twelve_weeks_of_lifting_raise_it_far_less():
    """ADI-15: aerobic training only."""
    session = "squat 5x10 70% 1RM rest 2m; bench press 5x10 70% 1RM rest 2m"
    lifted, ran = (
        folds(weeks(text, 1, 3, 5, last=12), 83 * DAY_MIN, subject=UNTRAINED)[0] - 1
        for text in (session, "run 45m 65% VO2max")
    )
    assert lifted < 0.3 * ran


def half_a_year(**about):
    """Return by how much half a year of running has raised it in somebody, as a share of rest."""
    plan = weeks("run 60m 70% VO2max", 1, 3, 5, last=26)
    return folds(plan, 180 * DAY_MIN, subject=person(**about))[0] - 1


def test_six_months_towards_a_marathon_raise_it_by_about_a_tenth_and_less_in_the_trained():
    """ADI-24: median of +12 % in untrained men."""
    untrained, trained = (half_a_year(training=one) for one in ("sedentary", "trained"))
    assert untrained == pytest.approx(0.12, abs=0.05)
    assert 0 < trained < 0.5 * untrained


@pytest.mark.xfail(strict=True, reason="9 % in either sex: training_gain is set by trials of twelve weeks")
@pytest.mark.parametrize(
    ("sex", "published"),
    [("male", 7.65 / 5.89 - 1), ("female", 10.56 / 8.48 - 1), ("female", 0.223)],
    ids=["mean of men", "mean of women", "median of women"],
)
def test_six_months_towards_a_marathon_raise_it_by_a_quarter(sex, published):
    """ADI-24, ADI-25: means before and after (ug/mL), median of changes; the margin is the median man's."""
    assert half_a_year(sex=sex, training="sedentary") == pytest.approx(published, abs=0.05)


def test_the_surge_of_rowers_is_a_switch():
    """ADI-23: +20 % half an hour after a maximal race, within a tenth."""
    race, minutes = "row erg 20m 97% VO2max", [20 + 30, 12 * 60]
    assert folds(race, minutes) == pytest.approx(1, abs=0.02)
    soon, later = folds(race, minutes, parameters=SURGE)
    assert soon == pytest.approx(1.2, abs=0.1)
    assert later == pytest.approx(1, abs=0.02)
