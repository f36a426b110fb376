"""Each way of saying how hard comes to the oxygen that the published relation behind it says."""

from dataclasses import replace

import numpy as np
import pytest

from exerkine_sim.errors import ScheduleError, SubjectError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.stimulus import build_stimulus
from exerkine_sim.stimulus.body import Bodies
from exerkine_sim.subject import Subject
from exerkine_sim.subject.people import People

PARAMETERS = load_parameters()
MAN = Subject(
    sex="male", age_y=28, body_mass_kg=75, height_m=1.75, vo2max=60, ftp_w=280, hr_max_bpm=190, hr_rest_bpm=50
)
WOMAN = Subject(sex="female", age_y=40, body_mass_kg=60, height_m=1.65, vo2max=38)
WHOLE_BODY = ["run", "walk", "cycle", "row_erg", "swim", "ski"]


def demand(mode, values, basis, *, people=(MAN,), grade_percent=0.0):
    bodies = Bodies.of(People.of(people), PARAMETERS)
    return bodies.demand(mode, np.array(values, dtype=float), basis=basis, grade_percent=grade_percent)


def oxygen(mode, km_per_h, grade_percent=0.0):
    """Return oxygen uptake in mL/kg/min at a speed."""
    return 60 * demand(mode, [km_per_h], "km_per_h", grade_percent=grade_percent).item()


class TestHeartRate:
    @pytest.mark.parametrize("mode", WHOLE_BODY)
    def test_the_same_share_of_both_reserves(self, mode):
        """Swain1997: 50 % of heart rate reserve is 50 % of the reserve of oxygen uptake."""
        expected = (3.5 + 0.5 * (60 - 3.5)) / 60
        assert demand(mode, [50], "hrr_percent").item() == pytest.approx(expected, rel=1e-12)

    def test_beats_and_percentages_of_maximum_and_reserve_agree(self):
        in_bpm = demand("run", [120, 152, 190], "bpm")
        np.testing.assert_allclose(in_bpm, demand("run", [50, 102 / 1.4, 100], "hrr_percent"), rtol=1e-12)
        np.testing.assert_allclose(in_bpm, demand("run", [120 / 1.9, 80, 100], "hrmax_percent"), rtol=1e-12)

    def test_what_the_person_does_not_say_is_estimated(self):
        """208 - 0.7 x 40 = 180 and 69 at rest, of a recreational person of 40 years."""
        half_way = demand("run", [(180 + 69) / 2], "bpm", people=[WOMAN]).item()
        assert half_way == pytest.approx(demand("run", [50], "hrr_percent", people=[WOMAN]).item(), rel=1e-12)

    def test_beyond_the_maximum_it_is_the_maximum_and_below_rest_it_is_rest(self):
        low, high = demand("run", [40, 200], "bpm")[0]
        assert (low, high) == (3.5 / 60, 1.0)

    def test_a_heart_without_reserve_is_refused(self):
        still = replace(MAN, hr_max_bpm=100, hr_rest_bpm=100)
        with pytest.raises(SubjectError, match=r"(?s)hr_max_bpm.*expected: hr_max_bpm above hr_rest_bpm"):
            demand("run", [70], "hrr_percent", people=[still])


class TestSpeed:
    def test_running_by_its_metabolic_equation(self):
        """10 km/h is 166.7 m/min: 3.5 + 0.2 x 166.7 = 36.8 mL/kg/min, at 5 % grade + 0.9 x 166.7 x 0.05."""
        assert oxygen("run", 10) == pytest.approx(3.5 + 0.2 * 10_000 / 60, rel=1e-9)
        assert oxygen("run", 10, 5) == pytest.approx(3.5 + (0.2 + 0.9 * 0.05) * 10_000 / 60, rel=1e-9)

    def test_walking_by_its_metabolic_equation(self):
        """4.8 km/h is 80 m/min: 3.5 + 0.1 x 80 = 11.5 mL/kg/min, at 10 % grade + 1.8 x 80 x 0.1 = 25.9."""
        assert oxygen("walk", 4.8) == pytest.approx(11.5, rel=1e-9)
        assert oxygen("walk", 4.8, 10) == pytest.approx(25.9, rel=1e-9)

    def test_a_crawling_run_is_walked_and_a_racing_walk_is_run(self):
        assert oxygen("run", 4) == oxygen("walk", 4)
        assert oxygen("walk", 9) == oxygen("run", 9)
        assert oxygen("walk", 7) < oxygen("run", 7)

    @pytest.mark.parametrize(
        ("mode", "speed", "cheapest", "least"), [("run", 12, 20, 1.73 / 3.40), ("walk", 4, 10, 0.81 / 1.64)]
    )
    def test_downhill_costs_least_where_it_was_found_to(self, mode, speed, cheapest, least):
        level, down = oxygen(mode, speed) - 3.5, oxygen(mode, speed, -cheapest) - 3.5
        assert down / level == pytest.approx(least, abs=0.001)  # the share is kept to three digits
        assert oxygen(mode, speed, -cheapest / 2) > oxygen(mode, speed, -cheapest)
        assert oxygen(mode, speed, -2 * cheapest) > oxygen(mode, speed, -cheapest)

    def test_heavier_people_run_at_the_same_oxygen_by_kilogram(self):
        heavy = replace(MAN, body_mass_kg=95)
        one, other = demand("run", [12], "km_per_h", people=[MAN, heavy])
        assert one == pytest.approx(other, rel=1e-12)


class TestEffortAndZones:
    def test_effort_is_the_heart_rate_at_which_it_is_rated(self):
        """LeeChung2016 at 5: men 50.251 + 41.755 - 7.925 = 84.081, women 55.838 + 39.475 - 8.3 = 87.013."""
        rated = demand("cycle", [5], "rpe", people=[MAN, WOMAN])
        of_maximum = demand("cycle", [84.081, 87.013], "hrmax_percent", people=[MAN, WOMAN])
        np.testing.assert_allclose(rated[:, 0], np.diag(of_maximum), rtol=1e-12)

    def test_zones_are_the_middle_of_their_heart_rates(self):
        middle = [66, 77.5, 85, 90, 96.5]
        in_zones = demand("ski", [1, 2, 3, 4, 5], "zone")
        np.testing.assert_allclose(in_zones, demand("ski", middle, "hrmax_percent"), rtol=1e-12)


@pytest.mark.parametrize(
    ("mode", "basis", "values"),
    [
        ("run", "vo2max_percent", range(0, 150, 5)),
        ("cycle", "watt", range(0, 500, 20)),
        ("cycle", "watt_per_kg", range(7)),
        ("cycle", "ftp_percent", range(0, 150, 5)),
        ("run", "hrr_percent", range(0, 101, 5)),
        ("run", "hrmax_percent", range(30, 101, 5)),
        ("run", "bpm", range(50, 190, 5)),
        ("run", "km_per_h", range(25)),
        ("walk", "km_per_h", range(14)),
        ("swim", "rpe", range(10)),
        ("ski", "zone", range(1, 6)),
    ],
)
def test_harder_is_more_oxygen(mode, basis, values):
    assert (np.diff(demand(mode, list(values), basis).ravel()) > 0).all()


def test_people_side_by_side_answer_as_they_do_alone():
    for basis, values in {"rpe": [3, 7], "zone": [1, 4], "bpm": [120, 160], "km_per_h": [6, 12]}.items():
        together = demand("run", values, basis, people=[MAN, WOMAN])
        alone = [demand("run", values, basis, people=[one])[0] for one in (MAN, WOMAN)]
        np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize(
    "same",
    [
        f"{50 + 140 * (0.6 - 3.5 / 60) / (1 - 3.5 / 60)!r}bpm",
        f"{100 * (0.6 - 3.5 / 60) / (1 - 3.5 / 60)!r}% HRR",
        f"{(0.6 * 60 - 3.5) / 0.2 * 60 / 1000!r}km/h",
    ],
)
def test_the_same_bout_written_otherwise_is_the_same_stimulus(same):
    """60 % of 60 mL/kg/min is 36 mL/kg/min of running, and (36 - 3.5) / (60 - 3.5) of the reserve."""
    as_oxygen, otherwise = (
        build_stimulus(parse_schedule(f"Mon 07:00 run 1h {text}"), MAN, PARAMETERS, end_h=24)
        for text in ("60% VO2max", same)
    )
    # Numbers in other units differ by rounding only.
    np.testing.assert_allclose(as_oxygen.inputs, otherwise.inputs, rtol=1e-12)


@pytest.mark.parametrize(
    ("mode", "basis", "message"),
    [
        ("cycle", "km_per_h", "cycle at 5km/h.*W, W/kg.*a speed says how hard it is on foot only.*or W"),
        ("swim", "watt", "swim at 5W.*expected: % VO2max, bpm"),
        ("run", "watt", "run at 5W.*expected: % VO2max, km/h"),
        ("arm_crank", "bpm", "arm crank at 5bpm.*expected: % VO2max, W, W/kg, % FTP for this mode"),
        ("knee_extension", "rpe", "knee extension at RPE 5.*expected: % VO2max, W"),
        ("one_leg_cycle", "zone", "one leg cycle at Z5"),
    ],
)
def test_a_basis_that_a_mode_cannot_take_names_those_it_can(mode, basis, message):
    with pytest.raises(ScheduleError, match=rf"(?s){message}"):
        demand(mode, [5], basis)


def test_a_session_in_every_basis_becomes_a_stimulus():
    text = "run 5m Z2, 5m RPE 4, 5m 150bpm, 5m 70% HRR, 5m 80% HRmax, 5m 12km/h 2% grade, 5m 12km/h"
    plan = parse_schedule(f"Mon 07:00 {text}; cycle 5m 90% FTP")
    one = build_stimulus(plan, MAN, PARAMETERS, end_h=24)
    assert len(one.levels) == 9  # rest and eight intensities
    assert (one.levels[1:, one.names.index("demand")] > one.levels[0, one.names.index("demand")]).all()
