"""Sclerostin rises by half with hard work, run or cycled, and is normal an hour later."""

from functools import partial

import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.sclerostin import sclerostin
from laboratory import midnights, person

MAN = person(age_y=22)
WOMAN = person(sex="female", age_y=22, body_mass_kg=62, height_m=1.67, vo2max=42)
MODEL = compose([adaptation, drivers.vo2, drivers.plasma_volume, sclerostin])
INTERVALS = "8x(1m 100% VO2max, 1m 10% VO2max)"
END_MIN = 15.0  # of the last hard minute
levels = partial(laboratory.levels, molecule="sclerostin", site="plasma", subject=MAN, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("sclerostin")}


def test_nothing_moves_in_a_month_of_rest():
    assert levels("", midnights(0, 28)) == pytest.approx(111, rel=1e-9)


@pytest.mark.parametrize("mode", ["run", "cycle"])
def test_intervals_raise_it_by_half_and_an_hour_later_it_is_normal(mode):
    """SCL-01, SCL-02: +47 % at 5 min, baseline within 1 h; a tenth of the level for pace and size."""
    rest, soon, later = levels(f"{mode} {INTERVALS}", -1, END_MIN + 5, END_MIN + 60)
    assert soon / rest == pytest.approx(1.47, abs=0.1)
    assert later / rest == pytest.approx(1, abs=0.05)


def test_impact_does_not_matter():
    """SCL-03, SCL-04: 62 pg/mL more after running, 63 after cycling."""
    ran, cycled = (levels(f"{mode} {INTERVALS}", END_MIN + 5)[0] - 111 for mode in ("run", "cycle"))
    assert ran == pytest.approx(cycled, rel=0.15)


def test_women_gain_about_half():
    """SCL-09: 32 against 62 pg/mL; haemoconcentration, alike in both, brings the ratio nearer to one."""
    rises = [levels(f"run {INTERVALS}", END_MIN + 5, subject=p)[0] - 111 for p in (WOMAN, MAN)]
    assert 0.4 < rises[0] / rises[1] < 0.7


def test_a_marathon_raises_it_about_as_much_as_intervals():
    # published 42.4 to 62.9 pmol/L; half of that rise to either side for the unknown pace
    fold = levels("run 225m 72% VO2max", 225)[0] / 111
    assert 1.24 < fold < 1.72


@pytest.mark.parametrize(
    "bout", ["run 60m 55% VO2max", "walk 60m 45% VO2max", "knee extension 60m 40% VO2max"]
)
def test_easy_work_only_concentrates_it(bout):
    assert levels(bout, 30, 60, site="plasma_corrected") == pytest.approx(111, rel=1e-6)


def test_lifting_raises_it_a_little():
    """SCL-08: raised 2 min after; how far is not in the abstract."""
    assert 1.05 < levels("squat 5x10 70% 1RM rest 2m", 2, counted_from="end")[0] / 111 < 1.5
