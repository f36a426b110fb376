"""Every number of a plan at its bounds, and just beyond them."""

from datetime import datetime
from math import nextafter
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import (
    Bout,
    Infusion,
    Intensity,
    Meal,
    Schedule,
    Session,
    parse_intensity,
)
from exerkine_sim.schedule import schedule as schedule_module
from exerkine_sim.schedule.bout import lifting_min
from exerkine_sim.schedule.intensity import ENDURANCE_BASES, LIFTING_BASES
from exerkine_sim.schedule.limits import bounded, lasting, titled, whole
from exerkine_sim.schedule.modes import Modes, known_modes
from exerkine_sim.schedule.readers import Dated, Wishes

EASY = Intensity(60, "vo2max_percent")
HEAVY = Intensity(80, "one_rm_percent")
MOST_HOURS = 200_000


def run(start_min=0.0, duration_min=60.0):
    return Bout(start_min, duration_min, "run", EASY)


def check(make, about, field, *, fits):
    """Make something, and see a field as it was given, or the error that names it."""
    if fits:
        assert getattr(make(**about), field) == about[field]
    else:
        with pytest.raises(ScheduleError, match=f"{field}: "):
            make(**about)


class TestNumbers:
    def test_a_number_within_bounds_both_ends_included(self):
        for value in (2, 2.5, 3):
            assert bounded(value, "x", low=2, high=3) == value
        for value in (1.9, 3.1, "2.5", True, None, [2], float("nan"), 10**400):
            with pytest.raises(ScheduleError, match=r"(?s)x: .*a number from 2 to 3"):
                bounded(value, "x", low=2, high=3)

    def test_no_number_has_a_negative_zero(self):
        assert str(bounded(-0.0, "x", low=0, high=1)) == "0.0"

    def test_a_whole_number_within_bounds_both_ends_included(self):
        for value in (2, 3):
            assert whole(value, "x", low=2, high=3) == value
        for value in (1, 4, 2.0, "2", True, None):
            with pytest.raises(ScheduleError, match=r"(?s)x: .*a whole number from 2 to 3"):
                whole(value, "x", low=2, high=3)

    @pytest.mark.parametrize(
        ("value", "scale_min", "fits"),
        [
            (1e-3 / 60, 1.0, True),
            (nextafter(1e-3 / 60, 0), 1.0, False),
            (1e-3 / 3600 * 1.0000001, 60.0, True),
            (0.9e-3 / 3600, 60.0, False),
            (MOST_HOURS * 60, 1.0, True),
            (MOST_HOURS * 60 + 1, 1.0, False),
            (MOST_HOURS, 60.0, True),
            (MOST_HOURS + 1, 60.0, False),
            (0, 1.0, False),
            (-1, 1.0, False),
        ],
    )
    def test_a_duration_is_a_millisecond_at_least_and_a_life_of_training_at_most(
        self, value, scale_min, fits
    ):
        if fits:
            assert lasting(value, "x", scale_min=scale_min) == value
        else:
            with pytest.raises(ScheduleError, match="x: "):
                lasting(value, "x", scale_min=scale_min)

    @pytest.mark.parametrize(
        ("name", "fits"), [("", True), ("x" * 200, True), ("x" * 201, False), ("a\tb", False)]
    )
    def test_a_name_has_at_most_200_printable_letters(self, name, fits):
        if fits:
            assert titled(name, "x") == name
        else:
            with pytest.raises(ScheduleError, match=r"(?s)x: .*at most 200 printable"):
                titled(name, "x")


HIGHEST = {
    "vo2max_percent": 400,
    "watt": 4000,
    "watt_per_kg": 40,
    "ftp_percent": 1000,
    "hrr_percent": 150,
    "hrmax_percent": 150,
    "bpm": 260,
    "km_per_h": 130,
    "rpe": 10,
    "zone": 5,
    "one_rm_percent": 200,
    "kg": 1000,
    "rir": 30,
}


class TestIntensity:
    @pytest.mark.parametrize("basis", sorted(LIFTING_BASES | ENDURANCE_BASES))
    def test_each_basis_has_its_highest(self, basis):
        assert Intensity(HIGHEST[basis], basis).value == HIGHEST[basis]
        with pytest.raises(ScheduleError):
            Intensity(HIGHEST[basis] + 1, basis)
        with pytest.raises(ScheduleError):
            Intensity(-0.1, basis)

    @pytest.mark.parametrize("zone", [0, 1.5, 6])
    def test_a_zone_is_one_of_five(self, zone):
        with pytest.raises(ScheduleError, match=f"zone {zone}"):
            Intensity(zone, "zone")
        assert [Intensity(one, "zone").value for one in range(1, 6)] == [1, 2, 3, 4, 5]

    @pytest.mark.parametrize("grade", [-60, 60])
    def test_a_grade_is_bounded_and_belongs_to_a_speed(self, grade):
        assert Intensity(10, "km_per_h", grade).grade_percent == grade
        with pytest.raises(ScheduleError, match="grade_percent: "):
            Intensity(10, "km_per_h", grade * 1.01)
        with pytest.raises(ScheduleError, match="a grade only with a speed"):
            Intensity(10, "watt", grade)

    @pytest.mark.parametrize(("spaces", "fits"), [(80 - 9, True), (81 - 9, False)])
    def test_a_text_has_at_most_80_letters(self, spaces, fits):
        text = f"75{' ' * spaces}%VO2max"
        if fits:
            assert parse_intensity(text) == Intensity(75, "vo2max_percent")
        else:
            with pytest.raises(ScheduleError, match="is no intensity"):
                parse_intensity(text)

    @pytest.mark.parametrize(
        ("speed", "text"),
        [
            (1.0, "1km/h"),
            (3600 / 3599, "59:59min/km"),
            (3600 / 3601, f"{3600 / 3601!r}km/h"),
            (3600 / 59, "0:59min/km"),
            (3600 / 61, "1:01min/km"),
            (11.25, "5:20min/km"),
            (12.5, "12.5km/h"),
            (100.0, "100km/h"),
            (11.251, "11.251km/h"),
            (0.0, "0km/h"),
        ],
    )
    def test_a_speed_is_a_pace_where_that_is_shorter_and_the_same(self, speed, text):
        assert str(Intensity(speed, "km_per_h")) == text


class TestBout:
    @pytest.mark.parametrize(("tempo_s", "fits"), [(0.05, True), (600, True), (0.049, False), (600.1, False)])
    def test_a_tempo_is_bounded(self, tempo_s, fits):
        if fits:
            assert Bout(0, 5 * tempo_s / 60, "squat", HEAVY, reps=5, tempo_s=tempo_s).tempo_s == tempo_s
        else:
            with pytest.raises(ScheduleError, match="tempo_s: "):
                Bout(0, 5 * tempo_s / 60, "squat", HEAVY, reps=5, tempo_s=tempo_s)

    @pytest.mark.parametrize("reps", [1, 1000])
    def test_repetitions_are_bounded(self, reps):
        assert Bout(0, reps / 20, "squat", HEAVY, reps=reps).tempo_s == pytest.approx(3)

    @pytest.mark.parametrize(
        ("off_min", "fits"), [(5.95e-6, True), (-5.95e-6, True), (6.05e-6, False), (-6.05e-6, False)]
    )
    def test_duration_and_tempo_agree_within_rounding_and_the_tempo_counts(self, off_min, fits):
        if fits:
            assert Bout(0, 0.25 + off_min, "squat", HEAVY, reps=5, tempo_s=3).duration_min == 0.25
        else:
            with pytest.raises(ScheduleError, match="duration_min: 5 repetitions of 3 s"):
                Bout(0, 0.25 + off_min, "squat", HEAVY, reps=5, tempo_s=3)

    def test_a_start_is_bounded(self):
        assert run(MOST_HOURS * 60).start_min == MOST_HOURS * 60
        with pytest.raises(ScheduleError, match="start_min"):
            run(MOST_HOURS * 60 + 1)

    def test_a_set_whose_tempo_nobody_wrote_down_takes_three_seconds_a_repetition(self):
        assert (lifting_min(5, None), lifting_min(5, 6.0)) == (0.25, 0.5)

    @pytest.mark.parametrize(("slip_min", "joined"), [(5.95e-6, True), (-5.95e-6, True), (6.05e-6, False)])
    def test_edges_a_third_of_a_millisecond_apart_are_one(self, slip_min, joined):
        first, second = Session(7, [run(0, 10), run(10 + slip_min, 10)]).bouts
        assert (first.end_min == second.start_min) == joined
        before = Session(7, [run(0, 60)])
        after = Session(8 + slip_min / 60, [run(0, 60)])
        one, other = Schedule([before, after]).sessions
        assert (one.end_h == other.start_h) == joined

    def test_bouts_that_touch_do_not_overlap_and_others_do(self):
        assert len(Session(7, [run(10, 10), run(0, 10)]).bouts) == 2
        with pytest.raises(ScheduleError, match="bouts overlap: run 0-10 min and run 9.9-19.9 min"):
            Session(7, [run(9.9, 10), run(0, 10)])

    def test_a_session_ends_with_its_last_bout(self):
        assert Session(7, [run(30, 30), run(0, 15)]).end_h == 8


class TestSession:
    @pytest.mark.parametrize(
        ("field", "value", "fits"),
        [
            ("start_h", 0, True),
            ("start_h", -0.1, False),
            ("start_h", MOST_HOURS, True),
            ("start_h", MOST_HOURS + 1, False),
            ("carbs_g_per_h", 0, True),
            ("carbs_g_per_h", -1, False),
            ("carbs_g_per_h", 500, True),
            ("carbs_g_per_h", 501, False),
        ],
    )
    def test_numbers_are_bounded(self, field, value, fits):
        about = {"start_h": 7, "carbs_g_per_h": 30} | {field: value}
        check(lambda **given: Session(bouts=[run()], **given), about, field, fits=fits)

    def test_a_little_carbohydrate_is_not_fasted(self):
        assert Session(7, [run()], nutrition="fasted", carbs_g_per_h=0).nutrition == "fasted"
        with pytest.raises(ScheduleError, match="fasted with carbs 0.5g/h"):
            Session(7, [run()], nutrition="fasted", carbs_g_per_h=0.5)


class TestMealsAndInfusions:
    @pytest.mark.parametrize(
        ("field", "value", "fits"),
        [
            ("time_h", 0, True),
            ("time_h", -0.1, False),
            ("time_h", MOST_HOURS, True),
            ("time_h", MOST_HOURS + 1, False),
            ("carbs_g", 0, True),
            ("carbs_g", -1, False),
            ("carbs_g", 2000, True),
            ("carbs_g", 2001, False),
        ],
    )
    def test_a_meal(self, field, value, fits):
        about = {"time_h": 12, "carbs_g": 90} | {field: value}
        check(Meal, about, field, fits=fits)

    @pytest.mark.parametrize(
        ("field", "value", "fits"),
        [
            ("start_h", 0, True),
            ("start_h", -0.1, False),
            ("start_h", MOST_HOURS, True),
            ("start_h", MOST_HOURS + 1, False),
            ("duration_h", MOST_HOURS, True),
            ("duration_h", MOST_HOURS + 1, False),
            ("duration_h", 0, False),
            ("rate", 0, True),
            ("rate", -1, False),
            ("rate", 1e9, True),
            ("rate", 1.1e9, False),
            ("molecule", "a" * 40, True),
            ("molecule", "a" * 41, False),
            ("molecule", "IL-6", False),
            ("molecule", 6, False),
            ("unit", "pmol/kg/min", True),
            ("unit", "mg/min", True),
            ("unit", "ug", False),
            ("route", "subcutaneous", True),
            ("route", "oral", False),
        ],
    )
    def test_an_infusion(self, field, value, fits):
        about = {"start_h": 8, "duration_h": 3, "molecule": "il6", "rate": 25, "unit": "ug/h"} | {
            field: value
        }
        check(Infusion, about, field, fits=fits)

    def test_an_injection_takes_a_minute(self):
        given = Infusion.injection(8, "il1ra", 100, unit="mg", route="subcutaneous")
        assert (given.duration_h, given.rate, given.unit, given.route) == (
            1 / 60,
            100,
            "mg/min",
            "subcutaneous",
        )
        assert Schedule(infusions=[given, Infusion(8, 3, "il6", 25, "ug/h")]).injected == {"il1ra"}


class TestSchedule:
    def test_events_come_in_order(self):
        meals, drugs = [Meal(12, 90), Meal(8, 60)], [Infusion(h, 1, "il6", 25, "ug/h") for h in (9, 3)]
        plan = Schedule([Session(31, [run()]), Session(7, [run()])], meals, drugs)
        assert [one.start_h for one in plan.sessions] == [7, 31]
        assert [one.time_h for one in plan.meals] == [8, 12]
        assert [one.start_h for one in plan.infusions] == [3, 9]

    def test_bouts_meals_and_infusions_are_counted_together(self, monkeypatch):
        monkeypatch.setattr(schedule_module, "MAX_EVENTS", 4)
        session, meal, drug = (
            Session(7, [run(0, 10), run(10, 10)]),
            Meal(12, 90),
            Infusion(8, 3, "il6", 25, "ug/h"),
        )
        assert Schedule([session], [meal], [drug]).end_h == 12
        for more in (([session], [meal, meal], [drug]), ([session], [meal], [drug, drug])):
            with pytest.raises(ScheduleError, match=r"(?s)5 bouts, meals and infusions.*at most 4"):
                Schedule(*more)

    def test_which_modes_may_be_named_is_no_part_of_what_happens(self):
        modes = Modes({**known_modes().endurance, "hurdles": ()}, known_modes().lifts)
        assert Schedule([Session(7, [run()])], modes=modes) == Schedule([Session(7, [run()])])

    def test_a_weekday_that_is_none_is_shown_cut(self):
        with pytest.raises(ScheduleError, match=f"first_weekday: '{'x' * 40}'\n"):
            Schedule(first_weekday="x" * 100)

    @pytest.mark.parametrize(
        "made",
        [
            EASY,
            run(),
            Session(7, [run()]),
            Meal(12, 90),
            Infusion(8, 3, "il6", 25, "ug/h"),
            Schedule(),
            known_modes(),
            Wishes(),
            Dated(Session(0, [run()]), datetime(2026, 3, 2), Path("a.fit")),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_nothing_that_was_made_can_be_changed(self, made):
        field = next(iter(made.__dataclass_fields__))
        with pytest.raises(AttributeError, match="cannot assign"):
            setattr(made, field, None)
