"""Oxygen uptake, contraction, glycogen, plasma volume and damage behave as measured in people."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, module, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from laboratory import person

ATHLETE = person(age_y=26, vo2max=55)
RESTING_GLYCOGEN = 450.0  # mmol/kg dry mass, to compare with contents printed after exercise
VIGOROUS = [
    ("run 60m 75% VO2max", 60),
    ("cycle 20m 90% VO2max", 20),
    ("cycle 6x(30s 200% VO2max / 4m 20% VO2max)", 24),
    ("squat 8x10 70% 1RM rest 75s", 12),
]


@module("glucose", parameters={})
def gut(m, _):
    """Stand in for the gut: what is eaten is absorbed at once."""
    m.publish("absorption", m.input("carbohydrate", "g/h"))


PHYSICAL = (drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume, drivers.damage)
MODEL = compose([adaptation, *PHYSICAL, gut])
simulated = partial(laboratory.simulated, subject=ATHLETE, model=MODEL)


def after(text, minutes, *states, hours=0.0):
    """Return states the given minutes after eight in the morning, when `text` begins."""
    solution = simulated(text, minutes + 60 * hours)
    return tuple(solution.state(name).item() for name in states)


def glycogen(text, minutes, region="lower", **later):
    return after(text, minutes, f"glycogen.{region}", **later)[0]


def apparent_rise(text, minutes):
    """Return by how much a molecule that nothing releases seems to rise."""
    (loss,) = after(text, minutes, "plasma_volume.loss")
    return 1 / (1 - loss) - 1


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not [name for name in unused_parameters(MODEL) if not name.startswith("adaptation.")]


def test_oxygen_uptake_has_covered_63_percent_of_a_step_after_30_seconds():
    (rest,), (uptake,) = (after("cycle 10m 70% VO2max", minutes, "vo2.uptake") for minutes in (-1, 0.5))
    # give or take the 8 s by which the time constant differs between people
    assert (uptake - rest) / (0.7 - rest) == pytest.approx(1 - np.exp(-1), abs=0.1)


def test_a_sprint_takes_oxygen_uptake_towards_its_maximum_and_never_beyond():
    (uptake,) = after("cycle 30s 200% VO2max", 0.5, "vo2.uptake")
    assert 0.8 < uptake < 1


def test_contraction_is_there_within_minutes_and_gone_within_minutes():
    (working,) = after("cycle 30m 70% VO2max", 5, "contraction.lower")
    (rested,) = after("cycle 30m 70% VO2max", 40, "contraction.lower")
    assert working > 0.9 * 0.7
    assert rested < 0.01 * 0.7


@pytest.mark.parametrize(("session", "minutes"), VIGOROUS)
def test_a_molecule_that_is_not_released_seems_to_rise_7_to_25_percent(session, minutes):
    assert 0.07 < apparent_rise(session, minutes) < 0.25


@pytest.mark.parametrize(("session", "minutes"), VIGOROUS)
def test_the_apparent_rise_is_gone_within_45_minutes(session, minutes):
    assert apparent_rise(session, minutes + 45) < 0.01


def test_easy_work_concentrates_plasma_less_than_vigorous_work():
    assert apparent_rise("walk 60m 40% VO2max", 60) < 0.5 * apparent_rise("run 60m 75% VO2max", 60)


def test_plasma_volume_after_an_hour_at_70_percent_of_heart_rate_reserve():
    assert after("cycle 60m 73% VO2max", 60, "plasma_volume.loss")[0] == pytest.approx(0.11, abs=0.03)


def test_glycogen_after_90_minutes_at_65_percent():
    assert 163 < RESTING_GLYCOGEN * glycogen("cycle 90m 65% VO2max", 90) < 210 * 1.1


def test_glycogen_falls_by_two_thirds_in_150_minutes_of_cycling():
    assert 1 - glycogen("cycle 150m 65% VO2max", 150) == pytest.approx(0.68, abs=0.07)


def test_a_lifting_session_takes_a_quarter_to_two_fifths_of_glycogen():
    session = "squat 6x10 70% 1RM rest 2m; leg press 6x10 70% rest 2m"
    assert 0.24 < 1 - glycogen(session, 35) < 0.42


def test_hard_minutes_cost_more_glycogen_than_easy_minutes_of_the_same_oxygen():
    even = glycogen("cycle 40m 60% VO2max", 40)
    uneven = glycogen("cycle 10x(2m 90% VO2max / 2m 30% VO2max)", 40)
    assert uneven < even - 0.03


def test_bench_press_leaves_the_glycogen_of_the_legs_alone():
    lower, upper = after("bench press 5x10 70% 1RM rest 2m", 20, "glycogen.lower", "glycogen.upper")
    assert lower == pytest.approx(1.0, abs=1e-6)
    assert upper < 0.9


def test_glycogen_is_at_60_percent_the_morning_after_depleting_exercise():
    depleting = "cycle 100m 75% VO2max, 4x(1m 120% VO2max / 2m 30% VO2max)"
    assert glycogen(depleting, 112, hours=11) == pytest.approx(0.6, abs=0.07)


def test_glycogen_is_nearly_full_a_day_after_ordinary_training():
    assert glycogen("run 60m 70% VO2max", 60, hours=24) > 0.9


def test_carbohydrate_in_exercise_does_not_spare_muscle_glycogen():
    with_drink = glycogen("cycle 150m 65% VO2max carbs 60g/h", 150)
    assert with_drink - glycogen("cycle 150m 65% VO2max", 150) < 0.02


def test_carbohydrate_after_exercise_refills_sooner_and_never_beyond_full():
    meals = "\n".join(f"day 1 {hour}:00 meal 80g carbs" for hour in range(10, 18))
    ride = "cycle 120m 70% VO2max"
    fed, fasted = (glycogen(text, 120, hours=4) for text in (f"{ride}\n{meals}", ride))
    assert fed - fasted > 0.1
    assert glycogen(f"{ride}\n{meals}", 120, hours=40) < 1.0


def test_damage_comes_hours_after_the_session_and_goes_within_two_days():
    hours = np.linspace(1, 49, 97)
    damage = simulated("run 60m 70% VO2max", 60 * hours).state("damage.lower").values[0]
    assert 4 <= hours[damage.argmax()] - 1 <= 6
    assert damage[hours == 25] < 0.3 * damage.max()
    assert damage[-1] < 0.05 * damage.max()
