"""Lactate: steady below the threshold, not above it, and cleared the faster the more oxygen is used."""

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
from exerkine_sim.physiology.lactate import lactate
from laboratory import START_H

DRIVERS = (adaptation, drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume)
MODEL = compose([lactate, glucose, insulin, *DRIVERS])
MOLAR_MASS_MG = 90.08  # of lactic acid, per mmol
MAXIMAL_TEST = "run 3m 50% VO2max, 3m 60%, 3m 70%, 3m 80%, 3m 90%, 3m 100%"
person = partial(laboratory.person, height_m=1.78, training="trained")
SETTING = {"subject": person(vo2max=52), "model": MODEL}
simulated = partial(laboratory.simulated, **SETTING)
level = partial(laboratory.levels, molecule="lactate", site="blood", **SETTING)


def half_time(text, end_min):
    """Return minutes from the peak to half of its rise, and the peak."""
    minutes = np.arange(end_min, end_min + 90, 0.5)
    course = level(text, minutes)
    peak = course.argmax()
    half = peak + np.argmax(course[peak:] < 1 + (course[peak] - 1) / 2)
    return minutes[half] - minutes[peak], course[peak]


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("lactate")}


def test_the_level_holds_at_the_maximal_steady_state_and_climbs_above_it():
    steady = level("cycle 30m 75% VO2max", [20, 30])
    assert 3.5 <= steady[1] <= 6.3  # 4.9 with the published SD of 1.4
    assert abs(steady[1] - steady[0]) < 1.0  # the usual criterion: 1 mmol/L over the last 20 min
    hard = level("cycle 30m 95% VO2max", [5, 20])
    assert hard[1] - hard[0] > 2.0


def test_work_well_below_the_threshold_stays_at_one_to_two():
    assert 0.7 <= level("cycle 60m 50% VO2max", 60)[0] <= 2.0


def test_the_level_at_the_threshold_does_not_depend_on_fitness():
    unfit, fit = (level("cycle 40m 74% VO2max", 40, subject=person(vo2max=vo2max))[0] for vo2max in (38, 68))
    # rest counts for more in the unfit: the published level is likewise independent only within its spread
    assert fit == pytest.approx(unfit, rel=0.1)


@pytest.mark.parametrize(
    ("vo2max", "training", "percent", "published"),
    [(45, "recreational", 67, 14.6), (58, "trained", 74, 24.1)],
)
def test_turnover_at_the_threshold(vo2max, training, percent, published):
    subject = person(vo2max=vo2max, training=training)
    solution = simulated(f"cycle 60m {percent}% VO2max", 0, 60, subject=subject)
    terms = solution.explain("lactate", at_h=START_H + 59 / 60).terms
    returned = terms.query("kind == 'loss' and trigger == 'exchange'")["rate"].sum()
    appearance = terms.query("kind == 'release'")["rate"].sum() - returned
    # a quarter: VO2max of the people studied is an assumption
    assert appearance * MOLAR_MASS_MG / 75 / 60 == pytest.approx(published, rel=0.25)


def test_maximal_work_peaks_three_to_five_minutes_after_its_end():
    minutes = np.arange(18, 40, 0.25)
    subject = person(vo2max=55, training="recreational", body_mass_kg=70, age_y=23)
    course = level(MAXIMAL_TEST, minutes, subject=subject)
    assert 8.2 <= course.max() <= 13.4  # 10.8, published spread
    assert 3.0 <= minutes[course.argmax()] - 18 <= 5.0


def test_the_fall_takes_ten_to_thirty_minutes_and_longer_from_a_higher_peak():
    short, low = half_time("run 5m 90% VO2max", 5)
    long, high = half_time("run 12m 95% VO2max", 12)
    assert low < high
    assert 10 <= short < long <= 30


def test_easy_running_clears_lactate_faster_than_sitting():
    passive = level("run 5m 90% VO2max", 25)[0]
    active = level("run 5m 90% VO2max, 20m 50%", 25)[0]
    assert active < 0.8 * passive


def test_full_body_lifting_reaches_the_published_level():
    text = "; ".join(
        f"{lift} 4x10 75% 1RM rest 60s" for lift in ("bench press", "leg press", "row", "leg extension")
    )
    peak = level(text, np.arange(20, 40)).max()
    assert 3.5 <= peak <= 14.0  # 7 published, within a factor of two: the load lifted fell from set to set


def test_clearance_at_rest_falls_with_the_level():
    """Infusing twice as much raises the level more than twice, as the published half-lives ask for."""
    small, large = (level(f"infuse lactate {rate}mmol/h 4h", 240)[0] - 1 for rate in (120, 240))
    assert large > 2.2 * small
    minutes = np.arange(240, 330, 1.0)
    course = level("infuse lactate 120mmol/h 4h", minutes) - 1
    half_life = np.argmax(course < course[0] / 2)
    assert 9 <= half_life <= 23  # from 1 to 8 mmol/L


def test_an_empty_muscle_makes_less():
    depleted = "run 150m 72% VO2max, 5m 90%"
    unbraked = load_parameters().with_values({"lactate.glycogen_floor": 1.0}, note="glycogen effect off")
    with_effect, without = level(depleted, 156)[0], level(depleted, 156, parameters=unbraked)[0]
    assert with_effect < 0.9 * without


def test_plasma_holds_more_than_blood():
    at_rest = [level("walk 5m 20% VO2max", 0, site=site)[0] for site in ("blood", "plasma")]
    assert at_rest[0] == pytest.approx(1.0, rel=1e-6)
    assert 1.2 < at_rest[1] / at_rest[0] < 1.35  # haematocrit 0.40 to 0.48, half the level in red cells
