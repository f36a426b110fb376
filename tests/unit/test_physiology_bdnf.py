"""BDNF: hardness counts and length hardly; lactate helps in exercise only; serum shows the platelets."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.bdnf import bdnf
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from exerkine_sim.physiology.lactate import lactate
from laboratory import person

DRIVERS = (adaptation, drivers.vo2, drivers.contraction, drivers.glycogen, drivers.plasma_volume)
MODEL = compose([bdnf, lactate, glucose, insulin, *DRIVERS])
CYCLIST = person(body_mass_kg=74, height_m=1.77, vo2max=46)
MAXIMAL_TEST = "cycle 3m 50% VO2max, 3m 60%, 3m 70%, 3m 80%, 3m 90%, 3m 100%"
SIX_EFFORTS = "cycle 5x(40s 100% VO2max, rest 20s), 40s 100%"
EASY = "cycle 90m 25% VO2max"
simulated = partial(laboratory.simulated, subject=CYCLIST, model=MODEL)
folds = partial(laboratory.folds, molecule="bdnf", site="serum", subject=CYCLIST, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("bdnf")}


def test_serum_rises_with_intensity_and_hardly_below_the_threshold():
    easy, below, above, maximal = (
        folds(text, minutes)[0]
        for text, minutes in (
            ("cycle 30m 40% VO2max", 30),
            ("cycle 30m 52% VO2max", 30),
            ("cycle 30m 72% VO2max", 30),
            (MAXIMAL_TEST, 18),
        )
    )
    assert easy < below < above < maximal
    assert below < 1.12  # not found significant
    assert 1.1 <= maximal <= 1.6  # published 1.10 to 1.38


def test_the_peak_is_at_the_end_and_serum_is_back_within_the_hour():
    minutes = np.arange(0, 79)
    course = folds(MAXIMAL_TEST, minutes)
    assert abs(minutes[course.argmax()] - 18) <= 2
    assert course[48] < 1.15
    assert course[78] < 1.04


def test_plasma_rises_more_than_serum_and_comes_back_later():
    serum, plasma = (folds(MAXIMAL_TEST, [18, 48], site=site) for site in ("serum", "plasma"))
    assert plasma[0] > serum[0]
    assert plasma[1] > serum[1]


def test_six_short_efforts_beat_ninety_easy_minutes():
    hard = folds(SIX_EFFORTS, 340 / 60, site="plasma")[0]
    easy = folds(EASY, 90, site="plasma")[0]
    assert hard == pytest.approx(2.95, rel=0.15)
    assert 1.0 < easy <= 1.16
    assert hard - 1 > 4 * (easy - 1)


def test_easy_work_moves_serum_by_the_platelet_count_alone():
    solution = simulated(EASY, 90)
    count = solution.state("bdnf.platelet_count").values[0, 0]
    assert count == pytest.approx(1.07, abs=0.03)
    assert solution.fold("bdnf", site="serum").values[0, 0] == pytest.approx(count, abs=0.02)


def test_lactate_at_rest_leaves_mature_bdnf_alone_and_in_exercise_adds_to_it():
    infusion = "day 1 08:00 infuse lactate 400mmol/h 1h"
    at_rest = simulated(infusion, 60)
    assert at_rest.concentration("lactate", site="blood").values[0, 0] > 4
    for site in ("plasma", "serum"):
        assert at_rest.fold("bdnf", site=site).values[0, 0] == pytest.approx(1, abs=1e-6)
    ride = "day 1 08:00 cycle 60m 60% VO2max"
    alone, together = (folds(text, 60, site="plasma")[0] for text in (ride, f"{ride}\n{infusion}"))
    assert together - 1 > 1.5 * (alone - 1)


def test_infused_bdnf_reaches_plasma_and_leaves_lactate_alone():
    solution = simulated("infuse bdnf 20ug/h 1h", 60)
    assert solution.fold("bdnf", site="plasma").values[0, 0] > 2
    assert solution.fold("lactate", site="blood").values[0, 0] == pytest.approx(1, rel=1e-6)
