"""Bouts, Sessions and Schedules keep their promises and refuse what cannot be."""

import math
import pickle

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Bout, Infusion, Intensity, Meal, Schedule, Session, parse_intensity
from exerkine_sim.schedule.intensity import (
    ENDURANCE_BASES,
    INTENSITY_BASES,
    LIFTING_BASES,
    parse_range,
)
from exerkine_sim.schedule.modes import Modes

EASY = Intensity(60, "vo2max_percent")
HEAVY = Intensity(80, "one_rm_percent")


def run(start_min=0.0, duration_min=60.0, mode="run"):
    return Bout(start_min, duration_min, mode, EASY)


class TestIntensity:
    @pytest.mark.parametrize(
        ("text", "intensity"),
        [
            ("75% VO2max", Intensity(75, "vo2max_percent")),
            ("75 %vo2MAX", Intensity(75, "vo2max_percent")),
            ("190W", Intensity(190, "watt")),
            ("3.5 W/kg", Intensity(3.5, "watt_per_kg")),
            ("95% FTP", Intensity(95, "ftp_percent")),
            ("80% 1RM", Intensity(80, "one_rm_percent")),
            ("102.5kg", Intensity(102.5, "kg")),
            ("80% HRmax", Intensity(80, "hrmax_percent")),
            ("70 % HRR", Intensity(70, "hrr_percent")),
            ("150 bpm", Intensity(150, "bpm")),
            ("12km/h", Intensity(12, "km_per_h")),
            ("12 km/h 5% grade", Intensity(12, "km_per_h", 5)),
            ("4:30 min/km", Intensity(3600 / 270, "km_per_h")),
            ("RPE 7", Intensity(7, "rpe")),
            ("Z2", Intensity(2, "zone")),
            ("RIR 2", Intensity(2, "rir")),
        ],
    )
    def test_is_read_from_text_and_written_back(self, text, intensity):
        assert parse_intensity(text) == intensity
        assert parse_intensity(str(intensity)) == intensity

    @pytest.mark.parametrize(
        ("text", "same"),
        [
            ("12 km/h -3% grade", Intensity(12, "km_per_h", -3)),
            ("12km/h 5 % GRADE", Intensity(12, "km_per_h", 5)),
            ("4:30/km", Intensity(3600 / 270, "km_per_h")),
            ("4.5 min/km", Intensity(3600 / 270, "km_per_h")),
            ("7 RPE", Intensity(7, "rpe")),
            ("rir2", Intensity(2, "rir")),
            ("zone 2", Intensity(2, "zone")),
            ("z5", Intensity(5, "zone")),
            ("60-70% FTP", Intensity(65, "ftp_percent")),
            ("60%–70% FTP", Intensity(65, "ftp_percent")),
            ("RPE 6-7", Intensity(6.5, "rpe")),
            ("10-12 km/h 2% grade", Intensity(11, "km_per_h", 2)),
        ],
    )
    def test_other_spellings_mean_the_same(self, text, same):
        assert parse_intensity(text) == same

    def test_both_ends_of_a_range_can_be_asked_for(self):
        ends = parse_range("5:00-4:00 min/km")
        assert ends == (Intensity(12, "km_per_h"), Intensity(15, "km_per_h"))

    @pytest.mark.parametrize(
        ("intensity", "text"),
        [
            (Intensity(3600 / 271, "km_per_h"), "4:31min/km"),
            (Intensity(12, "km_per_h"), "12km/h"),
            (Intensity(13.3, "km_per_h"), "13.3km/h"),
            (Intensity(3600 / 271, "km_per_h", 1.5), "4:31min/km 1.5% grade"),
        ],
    )
    def test_a_speed_is_written_as_a_pace_where_that_is_shorter(self, intensity, text):
        assert str(intensity) == text

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("75% HHR", r"has no known basis.*did you mean '% HRR'"),
            ("RPEE 7", "is no intensity.*did you mean 'RPE'"),
            ("RPE", "is no intensity"),
            ("RPE 11", "a number from 0 to 10"),
            ("Z6", "zone 6.*a whole number from 1 to 5"),
            ("Z1-2", "zone 1.5.*a whole number from 1 to 5"),
            ("4:30 km/h", "has no known basis"),
            ("4:70 min/km", "is no intensity"),
            ("0:00 min/km", "a pace of zero.*minutes for a kilometre"),
            ("1e-999 min/km", "a pace of zero"),
            ("190W 3% grade", "a grade only with a speed"),
            ("12km/h 90% grade", "a number from -60 to 60"),
            ("RPE 7 W", "has no known basis"),
            ("7", "has no known basis.*say of what"),
            ("", "is no intensity"),
        ],
    )
    def test_what_cannot_be_read_is_refused(self, text, message):
        with pytest.raises(ScheduleError, match=rf"(?s){message}"):
            parse_intensity(text)

    def test_every_basis_can_be_written_for_a_lift_or_for_endurance(self):
        assert set(INTENSITY_BASES) == LIFTING_BASES | ENDURANCE_BASES
        assert {"rpe"} == LIFTING_BASES & ENDURANCE_BASES

    def test_a_percentage_of_nothing_is_refused(self):
        with pytest.raises(ScheduleError, match=r"(?s)'75%' has no known basis.*say of what"):
            parse_intensity("75%")

    def test_a_misspelt_basis_offers_the_nearest(self):
        with pytest.raises(ScheduleError, match="did you mean '% VO2max'"):
            parse_intensity("75% VO2mx")

    @pytest.mark.parametrize("value", [-1, math.nan, math.inf, 4000, "60", True, None])
    def test_impossible_values_are_refused(self, value):
        with pytest.raises(ScheduleError, match="a number from 0 to 400"):
            Intensity(value, "vo2max_percent")


class TestBout:
    @pytest.mark.parametrize("duration_min", [0, -5, math.nan, math.inf, 1e-6, 1e9])
    def test_impossible_durations_are_refused(self, duration_min):
        with pytest.raises(ScheduleError, match="duration_min"):
            run(duration_min=duration_min)

    @pytest.mark.parametrize("start_min", [-1, math.nan, math.inf])
    def test_impossible_starts_are_refused(self, start_min):
        with pytest.raises(ScheduleError, match="start_min"):
            run(start_min)

    def test_tempo_follows_from_duration_and_repetitions(self):
        assert Bout(0, 0.5, "squat", HEAVY, reps=10).tempo_s == 3.0

    def test_duration_and_tempo_must_agree(self):
        with pytest.raises(
            ScheduleError, match=r"(?s)10 repetitions of 4 s in 0\.5 min.*reps x tempo_s / 60"
        ):
            Bout(0, 0.5, "squat", HEAVY, reps=10, tempo_s=4)

    @pytest.mark.parametrize("reps", [0, -1, 1001, 2.5, True])
    def test_impossible_repetitions_are_refused(self, reps):
        with pytest.raises(ScheduleError, match="a whole number from 1 to 1000"):
            Bout(0, 0.5, "squat", HEAVY, reps=reps)

    def test_load_and_prescription_must_fit(self):
        with pytest.raises(ScheduleError, match="squat by duration at 80% 1RM"):
            Bout(0, 10, "squat", HEAVY)
        with pytest.raises(ScheduleError, match="run by repetitions at 60% VO2max"):
            Bout(0, 10, "run", EASY, reps=5)
        with pytest.raises(ScheduleError, match="tempo_s without reps"):
            Bout(0, 10, "run", EASY, tempo_s=3)


class TestSession:
    def test_sorts_its_bouts(self):
        session = Session(7, [run(30, 10), run(0, 30)])
        assert [bout.start_min for bout in session.bouts] == [0, 30]

    @pytest.mark.parametrize("slip_min", [1e-9, -1e-9, 3e-6, -3e-6])
    def test_edges_that_meet_within_rounding_meet_exactly(self, slip_min):
        first, second, third = Session(7, [run(0, 10), run(10 + slip_min, 10), run(20, 10)]).bouts
        assert first.end_min == second.start_min
        assert second.end_min == third.start_min

    def test_a_real_rest_stays(self):
        first, second = Session(7, [run(0, 10), run(10.1, 10)]).bouts
        assert (first.end_min, second.start_min) == (10, 10.1)

    def test_overlap_is_refused_by_name_and_time(self):
        with pytest.raises(ScheduleError, match=r"bouts overlap: run 0-20 min and cycle 15-25 min"):
            Session(7, [run(0, 20), run(15, 10, "cycle")])

    def test_needs_a_bout(self):
        with pytest.raises(ScheduleError, match="0 bouts in a session"):
            Session(7, [])

    def test_fasted_with_carbs_contradicts_itself(self):
        with pytest.raises(ScheduleError, match="fasted with carbs 30g/h"):
            Session(7, [run()], nutrition="fasted", carbs_g_per_h=30)

    def test_unknown_nutrition_is_refused(self):
        with pytest.raises(ScheduleError, match="fasted or fed"):
            Session(7, [run()], nutrition="hungry")

    @pytest.mark.parametrize("name", ["two\nlines", "x" * 201, None])
    def test_names_fit_on_a_line(self, name):
        with pytest.raises(ScheduleError, match="printable characters on one line"):
            Session(7, [run()], name=name)


class TestSchedule:
    def test_overlapping_sessions_are_refused_by_name_and_time(self):
        sessions = [Session(31, [run()], name="Dawn"), Session(31.5, [run(mode="cycle")])]
        with pytest.raises(
            ScheduleError, match="'Dawn' day 2 07:00 to day 2 08:00 and cycle day 2 07:30 to day 2 08:30"
        ):
            Schedule(sessions)

    def test_messages_name_weekdays_where_they_are_known(self):
        with pytest.raises(ScheduleError, match="run Tue 07:00 to Tue 08:00 and cycle Tue 07:30"):
            Schedule([Session(31, [run()]), Session(31.5, [run(mode="cycle")])], first_weekday="Mon")
        with pytest.raises(ScheduleError, match="at Sun 07:00 is fasted, but there is a meal at Sat 23:30"):
            Schedule([Session(31, [run()], nutrition="fasted")], [Meal(23.5, 60)], first_weekday="Sat")

    def test_the_first_weekday_is_part_of_what_makes_a_schedule(self):
        assert Schedule(first_weekday="Mon") != Schedule(first_weekday="Tue")
        assert Schedule(first_weekday="Mon") != Schedule()
        assert Schedule(meals=[Meal(12, 90)], first_weekday="Mon").shifted(24).first_weekday == "Mon"

    @pytest.mark.parametrize("first_weekday", ["Monday", "mon", "", 0, ["Mon"]])
    def test_an_unknown_weekday_is_refused(self, first_weekday):
        with pytest.raises(ScheduleError, match=r"(?s)first_weekday: .*Mon, Tue, Wed"):
            Schedule(first_weekday=first_weekday)

    def test_back_to_back_sessions_meet_exactly(self):
        first, second = Schedule([Session(7, [run(0, 50)]), Session(7 + 50 / 60 + 1e-9, [run()])]).sessions
        assert first.end_h == second.start_h

    @pytest.mark.parametrize("meal_h", [1.0, 6.9, 7.0, 7.5])
    def test_a_meal_near_a_fasted_session_is_refused(self, meal_h):
        with pytest.raises(ScheduleError, match=r"(?s)fasted, but there is a meal at day 2.*8 hours before"):
            Schedule([Session(31, [run()], nutrition="fasted")], [Meal(5, 80), Meal(24 + meal_h, 60)])

    @pytest.mark.parametrize("meal_h", [-1.0, 8.0, 12.0])
    def test_a_meal_eight_hours_before_or_after_the_end_is_fine(self, meal_h):
        schedule = Schedule([Session(31, [run()], nutrition="fasted")], [Meal(24 + meal_h, 60)])
        assert schedule.meals[0].time_h == 24 + meal_h

    def test_unknown_modes_offer_the_nearest(self):
        with pytest.raises(ScheduleError, match=r"(?s)unknown mode or lift 'cyclle'.*did you mean 'cycle'"):
            Schedule([Session(7, [run(mode="cyclle")])])

    def test_the_key_is_asked_for_where_only_the_spoken_name_is_given(self):
        with pytest.raises(ScheduleError, match=r"mode 'arm crank'\n  expected: 'arm_crank'"):
            Schedule([Session(7, [run(mode="arm crank")])])

    def test_a_lift_by_duration_is_refused(self):
        with pytest.raises(ScheduleError, match="'squat' is a lift"):
            Schedule([Session(7, [run(mode="squat")])])

    def test_the_caller_may_bring_modes(self):
        modes = Modes({"hurdles": []}, {})
        schedule = Schedule([Session(7, [run(mode="hurdles")])], modes=modes)
        assert schedule.shifted(1).sessions[0].start_h == 8

    def test_end_is_that_of_the_last_event(self):
        infusion = Infusion(8, 3, "il6", 25, "ug/h")
        assert Schedule().end_h == 0
        assert Schedule([Session(7, [run()])]).end_h == 8
        assert Schedule([Session(7, [run()])], [Meal(12, 90)]).end_h == 12
        assert Schedule([Session(7, [run()])], [], [infusion]).end_h == 11

    def test_shifting_there_and_back_changes_nothing(self):
        schedule = Schedule(
            [Session(7, [run()])], [Meal(12, 90)], [Infusion(8, 3, "il6", 25, "ug/h")], name="a"
        )
        assert schedule.shifted(24).shifted(-24) == schedule
        assert schedule.shifted(24).end_h == schedule.end_h + 24

    def test_nothing_happens_before_time_zero(self):
        with pytest.raises(ScheduleError, match="time_h"):
            Schedule(meals=[Meal(12, 90)]).shifted(-13)

    @pytest.mark.parametrize("unit", ["ug", "L/h", "ug/furlong", "ug / h", "ug/h**2", 3])
    def test_an_infusion_needs_a_rate(self, unit):
        with pytest.raises(ScheduleError, match="a rate such as 'ug/h'"):
            Infusion(8, 3, "il6", 25, unit)

    def test_survives_pickling(self):
        schedule = Schedule([Session(7, [run()], name="a")], [Meal(12, 90)])
        assert pickle.loads(pickle.dumps(schedule)) == schedule
