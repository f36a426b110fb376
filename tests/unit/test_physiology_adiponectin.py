"""Adiponectin: only haemoconcentration within a session, a little more after weeks of endurance work."""

from dataclasses import replace

import numpy as np
import pytest

from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.adiponectin import adiponectin
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from exerkine_sim.physiology.lactate import lactate
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Subject

SIZE = {"height_m": 1.8, "vo2max": 50}
MAN = Subject(sex="male", age_y=25, body_mass_kg=75, **SIZE)
UNTRAINED = replace(MAN, training="sedentary")
START_H = 8.0
PHYSICAL = (drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume)
MODEL = compose([adaptation, *PHYSICAL, glucose, insulin, lactate, adiponectin])
SURGE = load_parameters().with_values({"adiponectin.surge_switch": 1}, note="release in maximal work")


def folds(text, hours, *, site="plasma_corrected", parameters=None, subject=MAN):
    """Return plasma adiponectin over rest, the given hours after eight of the first morning."""
    schedule = parse_schedule(text if text.startswith("day") else f"day 1 08:00 {text}")
    times = START_H + np.atleast_1d(np.asarray(hours, dtype=float))
    end_h = max(schedule.end_h, times[-1])
    solution = simulate(schedule, subject, model=MODEL, parameters=parameters, times_h=times, end_h=end_h)
    assert solution.status == ("ok",)
    return solution.fold("adiponectin", site=site).values[0]


def level(**person):
    """Return plasma adiponectin (ug/mL) at the start and at the end of a month of rest."""
    subject = Subject(age_y=40, **(SIZE | {"body_mass_kg": 80} | person))
    solution = simulate(Schedule(()), subject, model=MODEL, times_h=[0.0, 28 * 24], end_h=28 * 24)
    return solution.concentration("adiponectin", site="plasma").values[0]


def weeks(session, n):
    """Return the text of `n` weeks with the session on three days of each."""
    return "\n".join(f"day {7 * week + day} 08:00 {session}" for week in range(n) for day in (1, 3, 5))


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("adiponectin")}


def test_rest_is_the_level_of_sex_and_fatness():
    start, end = level(sex="male", body_fat_percent=25)
    assert start == pytest.approx(6.1, rel=1e-6)
    assert end == pytest.approx(start, rel=1e-6)
    assert level(sex="male", body_fat_percent=15)[0] > 1.2 * start
    assert 8 < level(sex="female", body_fat_percent=35)[0] < 14  # median 10.5, quartiles 7.7 and 13.9


@pytest.mark.parametrize("bout", ["run 30m 79% VO2max", "cycle 120m 50% VO2max", "cycle 60m 60% VO2max"])
def test_a_session_only_concentrates_it(bout):
    """ADI-05 to ADI-10: raised as measured, unchanged once corrected, as before after half an hour."""
    end = parse_schedule(f"day 1 08:00 {bout}").end_h - START_H
    assert folds(bout, [end, end + 0.5]) == pytest.approx(1, abs=0.02)
    measured, later = folds(bout, [end, end + 0.75], site="plasma")
    assert 1.02 < measured < 1.25
    assert later == pytest.approx(1, abs=0.04)


def test_lifting_leaves_it_alone_the_next_morning():
    """ADI-18: nothing 15 h after resistance exercise."""
    assert folds("squat 5x10 70% 1RM rest 2m", 15) == pytest.approx(1, abs=0.01)


def test_twelve_weeks_of_running_raise_it_as_trials_did():
    """ADI-15: +0.42 (0.23 to 0.60) ug/mL, of a level of about six."""
    hours = 24 * 7 * np.array([4, 11.9, 20])
    month, end, later = folds(weeks("run 45m 65% VO2max", 12), hours, subject=UNTRAINED) - 1
    assert 0.23 / 6.1 < end < 0.60 / 6.1
    assert 0.6 * end < month < end
    assert later < 0.2 * end


def test_twelve_weeks_of_lifting_raise_it_far_less():
    """ADI-15: aerobic training only."""
    session = "squat 5x10 70% 1RM rest 2m; bench press 5x10 70% 1RM rest 2m"
    lifted, ran = (
        folds(weeks(text, 12), 24 * 83, subject=UNTRAINED)[0] - 1 for text in (session, "run 45m 65% VO2max")
    )
    assert lifted < 0.3 * ran


def half_a_year(subject):
    """Return by how much half a year of running has raised it, as a share of rest."""
    return folds(weeks("run 60m 70% VO2max", 26), 24 * 180, subject=subject)[0] - 1


def test_six_months_towards_a_marathon_raise_it_by_about_a_tenth_and_less_in_the_trained():
    """ADI-24: median of +12 % in untrained men."""
    untrained, trained = (half_a_year(replace(MAN, training=one)) for one in ("sedentary", "trained"))
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
    assert half_a_year(replace(UNTRAINED, sex=sex)) == pytest.approx(published, abs=0.05)


def test_the_surge_of_rowers_is_a_switch():
    """ADI-23: +20 % half an hour after a maximal race, within a tenth."""
    race, hours = "row erg 20m 97% VO2max", [20 / 60 + 0.5, 12]
    assert folds(race, hours) == pytest.approx(1, abs=0.02)
    soon, later = folds(race, hours, parameters=SURGE)
    assert soon == pytest.approx(1.2, abs=0.1)
    assert later == pytest.approx(1, abs=0.02)
