"""GDF15 adds up work over time: highest hours after the end, four-fold after a marathon, higher with age."""

from functools import partial

import numpy as np
import pytest

import laboratory
from exerkine_sim.physiology import default_model
from laboratory import DAY_MIN, person, simulated

HOUR = "cycle 60m 67% VO2max"
folds = partial(laboratory.folds, molecule="gdf15", site="plasma")


def test_an_hour_raises_it_and_two_hours_later_it_stands_higher():
    end, later = folds(HOUR, 60, 180)
    # GDF-01, 02: +34 and +64 %; a tenth is about the standard error of seven men
    assert [end, later] == pytest.approx([1.34, 1.64], rel=0.1)
    assert later > end


def test_the_peak_comes_two_to_four_hours_after_an_hour_of_work():
    minutes = np.arange(60, 601, 10)
    course = folds(HOUR, *minutes, site="plasma_corrected")
    assert 120 <= minutes[course.argmax()] - 60 <= 240


def test_a_marathon_quadruples_it_and_two_days_later_it_is_normal():
    runner = person(age_y=42, vo2max=52, training="trained")
    end, two_days = folds("run 220m 72% VO2max", 220, 220 + 2 * DAY_MIN, subject=runner)
    assert 4.2 / 1.5 < end < 4.2 * 1.5  # pace and fitness are not on record
    assert two_days == pytest.approx(1, abs=0.05)


def test_more_than_a_day_of_slow_running_does_as_much_as_a_marathon():
    runner = person(age_y=42, vo2max=55, training="trained")
    assert 4.1 / 1.5 < folds("run 30h 45% VO2max", 1800, subject=runner)[0] < 4.1 * 1.5


def test_it_grows_with_duration():
    rises = [folds(f"cycle {hours}h 60% VO2max", 60 * hours)[0] - 1 for hours in (1, 2, 4, 6)]
    assert np.all(np.diff(rises) > 0)
    assert 3 < rises[-1] + 1 < 6  # GDF-06: four- to five-fold after prolonged work


def test_working_muscle_is_not_its_source():
    tissues = {flux.tissue for flux in default_model().fluxes if flux.pool == "gdf15.plasma"}
    assert not {tissue for tissue in tissues if "muscle" in tissue}  # GDF-03


@pytest.mark.parametrize(
    ("sex", "age_y", "median"),
    [
        *(("male", 25, 537), ("male", 54.5, 931), ("male", 83, 2152)),
        *(("female", 25, 628), ("female", 54.5, 881), ("female", 83, 1847)),
    ],
)
def test_the_level_at_rest_follows_age_and_sex(sex, age_y, median):
    subject = person(sex=sex, age_y=age_y, vo2max=35)
    level = simulated("walk 1m 25% VO2max", -1, subject=subject).concentration("gdf15").values[0, 0]
    assert level == pytest.approx(median, rel=0.1)  # GDF-10 to 15, one parabola a sex


def test_the_fold_does_not_depend_on_age():
    young, older = (folds(HOUR, 180, subject=person(age_y=age))[0] for age in (25, 75))
    assert older == pytest.approx(young, rel=0.01)  # plasma volume aside


def test_infused_gdf15_has_its_half_life_of_three_hours():
    end, later = folds("infuse gdf15 10ug/h 1h", 60, 60 + 180) - 1
    assert end > 1
    assert later / end == pytest.approx(0.5, rel=0.01)  # 0.231 per hour is rounded from ln 2 / 3
