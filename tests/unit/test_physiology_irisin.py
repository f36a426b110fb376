"""Irisin: a quick small rise that empties its store, a later after lifting, a late one after hard work."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.irisin import irisin
from laboratory import DAY_MIN

MODEL = compose([adaptation, irisin, drivers.plasma_volume])
MAXIMAL_TEST = "cycle 3m 50% VO2max, 3m 60%, 3m 70%, 3m 80%, 3m 90%, 3m 100%"
LIFTING = "squat 5x5 85% 1RM rest 3m; bench press 5x5 85% rest 3m; row 5x5 85% rest 3m"
person = partial(laboratory.person, age_y=24, body_mass_kg=72, height_m=1.76, vo2max=46)
simulated = partial(laboratory.simulated, subject=person(), model=MODEL)
folds = partial(laboratory.folds, molecule="irisin", site="plasma", subject=person(), model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("irisin")}


def test_a_maximal_test_raises_irisin_by_a_third_and_the_rise_is_gone_in_an_hour():
    soon, quarter, hour = folds(MAXIMAL_TEST, [21, 33, 78])
    assert soon == pytest.approx(1.34, abs=0.08)
    assert quarter == pytest.approx(1.13, abs=0.08)
    assert hour < 1.05


def test_long_moderate_work_empties_the_store():
    early, late = folds("run 90m 60% VO2max", [30, 90], site="plasma_corrected")
    measured = folds("run 90m 60% VO2max", [30, 54])
    assert (measured > 1.15).all()
    assert late - 1 < 0.55 * (early - 1)


def test_only_hard_work_gives_the_late_rise_at_equal_energy_cost():
    runner = person(vo2max=42, training="sedentary", body_mass_kg=70, height_m=1.72)
    hard = folds("run 20m 80% VO2max", [20, 380, 1160], subject=runner)
    easy = folds("run 40m 40% VO2max", [40, 400, 1180], subject=runner)
    assert hard[0] > easy[0]
    assert hard[1:] == pytest.approx([1.18, 1.23], abs=0.05)
    assert easy[1:] == pytest.approx([1.0, 1.0], abs=0.01)


def test_the_late_rise_can_be_switched_off():
    off = load_parameters().with_values({"irisin.late_content": 0.0}, note="no late synthesis")
    with_it, without = (
        folds("run 20m 80% VO2max", [21, DAY_MIN], parameters=p) for p in (load_parameters(), off)
    )
    assert without[1] == pytest.approx(1.0, abs=0.01)
    assert with_it[1] > 1.05
    assert without[0] == pytest.approx(with_it[0], abs=0.01)


def test_lifting_peaks_an_hour_later_and_higher_than_endurance_work():
    minutes = np.arange(0, 181, 5.0)
    lifting, cycling = (
        folds(text, minutes, counted_from="end") for text in (LIFTING, "cycle 60m 75% VO2max")
    )
    assert 45 <= minutes[lifting.argmax()] <= 100
    assert cycling.argmax() == 0
    assert lifting.max() > cycling.max()


def test_sets_add_up():
    """Cutting a bout in two changes nothing, and rest between short sets does not lose their sum."""
    whole, cut = folds("cycle 2m 100% VO2max", 3), folds("cycle 1m 100% VO2max, 1m 100%", 3)
    assert cut == pytest.approx(whole, rel=1e-6)  # tolerance of the integration
    twelve, six = (folds(f"leg press {n}x8 75% 1RM rest 60s", 60, counted_from="end")[0] - 1 for n in (12, 6))
    assert 1.6 <= twelve / six <= 2.2


def test_arms_leave_the_store_of_the_legs_alone():
    solution = simulated("curl 5x10 70% 1RM rest 60s", 10)
    assert solution.state("irisin.surface_lower").values[0, 0] == pytest.approx(1.0, rel=1e-9)
    assert solution.state("irisin.surface_upper").values[0, 0] < 0.99


def test_age_shifts_the_level_and_not_the_fold():
    young, older = (person(age_y=age, vo2max=40) for age in (24.6, 54.6))
    levels = [
        simulated(MAXIMAL_TEST, 0, subject=one).concentration("irisin").values[0, 0] for one in (young, older)
    ]
    assert levels[1] / levels[0] == pytest.approx(0.78, abs=0.01)
    rises = [folds(MAXIMAL_TEST, 21, subject=one)[0] for one in (young, older)]
    assert rises[1] == pytest.approx(rises[0], abs=0.05)  # muscle and plasma volume change a little with age


def test_infused_irisin_is_lost_with_its_half_life():
    at_end, later = folds("infuse irisin 100ug/h 2h", [120, 140]) - 1
    assert at_end > 1
    assert later / at_end == pytest.approx(0.5, abs=0.005)  # 20 min
