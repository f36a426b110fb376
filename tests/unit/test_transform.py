"""Schedules made from Schedules: what each percentage acts on, and what it leaves alone."""

import math

import numpy as np
import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Intensity, Schedule, parse_schedule, transform
from exerkine_sim.simulate import simulate
from laboratory import MAN

WEEK = parse_schedule("""
Mon 07:10  run 10m 60% VO2max, 4x(1m 95% / 1m 50%) rest 2m, 5m 55%
Tue 18:00  squat 5x5 80% 1RM rest 3m; 3x(leg extension 1x12 65% / curl 1x12 60%) rest 90s
Wed 12:30  meal 90g carbs
Sat 09:00  cycle 90m 190W  carbs 60g/h
Sun 08:00  infuse il6 25ug/h 3h
""")


def of_week(plan, week):
    return transform.excerpt(plan, week, week)


def written(plan):
    """The sessions of a plan, without their days."""
    return [line.split(" ", 2)[2] for line in plan.describe().splitlines()]


class TestRepeat:
    def test_weeks_are_copies_of_the_first(self):
        plan = transform.repeat(WEEK, 4)
        assert [of_week(plan, week) for week in range(1, 5)] == [WEEK] * 4

    def test_what_is_not_a_session_is_repeated_unchanged(self):
        plan = transform.repeat(WEEK, 3, duration_percent=10, load_percent=5, sets=1)
        assert [of_week(plan, 3).meals, of_week(plan, 3).infusions] == [WEEK.meals, WEEK.infusions]
        assert of_week(plan, 3).sessions[-1].carbs_g_per_h == 60

    def test_percentages_compound(self):
        run = parse_schedule("Mon 07:00 run 40m 60% VO2max; squat 2x5 80% 1RM rest 3m")
        third = of_week(
            transform.repeat(run, 3, duration_percent=5, intensity_percent=-2, load_percent=2.5), 3
        )
        assert third == parse_schedule("Mon 07:00 run 44.1m 57.624% VO2max; squat 2x5 84.05% 1RM rest 3m")

    def test_a_block_of_two_weeks_grows_by_two_weeks_at_a_time(self):
        two = parse_schedule("Mon 07:00 run 40m 60%\nday 8 07:00 run 80m 60%")
        plan = transform.repeat(two, 4, duration_percent=10)
        assert [session.bouts[0].duration_min for session in plan.sessions] == [40, 80, 48.4, 96.8]

    def test_rests_are_kept(self):
        longer = of_week(transform.repeat(WEEK, 2, duration_percent=50), 2).sessions[0].bouts
        assert longer[-1].start_min - longer[-2].end_min == pytest.approx(2, abs=1e-12)  # rounding of a sum
        assert longer[-2].start_min == longer[-3].end_min

    def test_sets_are_added_after_the_same_rest(self):
        assert written(
            transform.repeat(parse_schedule("Mon 18:00 squat 3x5 80% 1RM rest 3m"), 2, sets=2)
        ) == [
            "squat 3x5 80% 1RM rest 3m",
            "18:00 squat 5x5 80% 1RM rest 3m",
        ]

    def test_lifts_that_take_turns_get_another_round(self):
        plan = of_week(transform.repeat(WEEK, 2, sets=1), 2)
        assert "4x(leg extension 1x12 65% / curl 1x12 60%" in plan.describe()

    def test_one_set_of_each_lift_remains(self):
        last = of_week(transform.repeat(WEEK, 9, sets=-1), 9).sessions[1]
        assert [bout.mode for bout in last.bouts] == ["squat", "leg_extension", "curl"]

    def test_a_lone_set_is_repeated_after_the_rest_that_follows_it(self):
        plan = parse_schedule("Mon 18:00 squat 1x5 80% 1RM rest 3m; run 5m 60%")
        assert transform.scale(plan, sets=2) == parse_schedule(
            "Mon 18:00 squat 2x5 80% 1RM rest 3m; run 5m 60%"
        )

    def test_a_late_evening_in_the_last_night_does_not_make_a_week_longer(self):
        night = parse_schedule("Mon 07:00 run 1h 60%\nSun 23:30 run 1h 60%")
        assert transform.weeks_of(night) == 1
        assert len(transform.repeat(night, 3).sessions) == 6

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: transform.repeat(Schedule(), 4), "nothing to repeat"),
            (lambda: transform.repeat(WEEK, 0), "weeks: 0.*from 1 to 1000"),
            (lambda: transform.repeat(WEEK, 2.5), "weeks: 2.5"),
            (lambda: transform.repeat(transform.repeat(WEEK, 2), 5), "5 weeks of a plan of 2.*for 4 weeks"),
            (lambda: transform.repeat(WEEK, 4, duration_percent=math.nan), "duration_percent: nan"),
            (lambda: transform.repeat(WEEK, 4, sets=1000), "sets: 1000"),
            (lambda: transform.repeat(WEEK, 40, load_percent=5), "a number from 0 to 200"),
            (lambda: transform.repeat(WEEK, 200, duration_percent=10), "sessions overlap"),
            (lambda: transform.repeat(transform.scale(WEEK, sets=100), 1000), "too many bouts"),
        ],
    )
    def test_what_cannot_be_is_refused(self, make, message):
        with pytest.raises(ScheduleError, match=rf"(?s){message}"):
            make()

    def test_ratings_have_no_share(self, monkeypatch):
        monkeypatch.setattr("exerkine_sim.schedule.transform.session.RATINGS", {"watt"})
        with pytest.raises(ScheduleError, match=r"(?s)105% of 190W.*is a quantity"):
            transform.scale(WEEK, intensity=1.05)

    def test_repeated_weeks_drive_the_body_like_weeks_written_out(self):
        week = "Tue 18:00 run 20m 70% VO2max\nThu 18:10 squat 2x5 80% 1RM rest 3m"
        by_hand = week + "\nday 8 18:00 run 20m 70% VO2max\nday 10 18:10 squat 2x5 80% 1RM rest 3m"
        plans = [transform.repeat(parse_schedule(week), 2), parse_schedule(by_hand)]
        one, other = (
            simulate(plan, MAN, exerkines="il6", end_h=14 * 24).fold("il6").values for plan in plans
        )
        np.testing.assert_array_equal(one, other)


class TestLess:
    def test_a_deload_is_a_share_of_minutes_and_sets(self):
        light = transform.deload(WEEK, 1, 60)
        assert light.sessions[0].bouts[0].duration_min == 6
        assert [bout.mode for bout in light.sessions[1].bouts].count("squat") == 3
        assert light.sessions[2].bouts[0].intensity == Intensity(190, "watt")

    def test_other_weeks_stay(self):
        plan = transform.deload(transform.repeat(WEEK, 4), [2, 4], 60)
        assert [of_week(plan, week) == WEEK for week in (1, 2, 3, 4)] == [True, False, True, False]

    def test_an_exponential_taper_falls_to_its_share_on_the_last_day(self):
        daily = transform.repeat(
            parse_schedule("\n".join(f"day {day} 07:00 run 100m 60%" for day in range(1, 8))), 3
        )
        minutes = [
            one.bouts[0].duration_min for one in transform.taper(daily, weeks=2, to_percent=20).sessions
        ]
        assert minutes[:7] == [100] * 7
        assert minutes[-1] == 20
        assert np.all(np.diff(minutes[6:]) < 0)
        assert 0.4 < np.mean(minutes[7:]) / 100 < 0.59  # 41 to 60 % less, as the docstring says

    def test_a_step_holds_its_share(self):
        plan = transform.taper(transform.repeat(WEEK, 3), weeks=2, to_percent=50, form="step")
        assert of_week(plan, 2) == of_week(plan, 3) == transform.deload(WEEK, 1, 50)

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: transform.deload(WEEK, 2, 60), "week: 2.*from 1 to 1"),
            (lambda: transform.deload(WEEK, 1, 0), "to_percent: 0"),
            (lambda: transform.taper(WEEK, weeks=2, to_percent=50), "weeks: 2"),
            (lambda: transform.taper(WEEK, weeks=1, to_percent=50, form="stepp"), "did you mean 'step'"),
        ],
    )
    def test_what_cannot_be_is_refused(self, make, message):
        with pytest.raises(ScheduleError, match=rf"(?s){message}"):
            make()


class TestSelection:
    def test_plans_follow_each_other_and_keep_their_weekdays(self):
        plans = [parse_schedule(f"{day} 07:00 run 1h 60%") for day in ("Wed", "Mon", "Mon")]
        joined = transform.join(*plans)
        assert joined.first_weekday == "Wed"
        assert [session.start_h for session in joined.sessions] == [7, 5 * 24 + 7, 12 * 24 + 7]

    def test_the_first_known_weekday_holds_for_all(self):
        joined = transform.join(
            parse_schedule("day 1 07:00 run 1h 60%"), parse_schedule("Thu 07:00 run 1h 60%")
        )
        assert (joined.first_weekday, joined.sessions[1].start_h) == ("Thu", 7 * 24 + 7)

    def test_sessions_are_dropped_by_number_and_by_day(self):
        assert transform.drop(WEEK, sessions=[1, 3]).sessions == WEEK.sessions[1:2]
        assert transform.drop(WEEK, days=[2]).sessions == (WEEK.sessions[0], WEEK.sessions[2])
        assert transform.drop(WEEK, days=[3]) == WEEK

    def test_none_and_all_are_missed_at_the_ends(self):
        plan = transform.repeat(WEEK, 20)
        assert transform.miss(plan, 0, seed=0) == plan
        assert transform.miss(plan, 1, seed=0).sessions == ()

    def test_seeds_differ(self):
        plan = transform.repeat(WEEK, 20)
        assert transform.miss(plan, 0.5, seed=0) != transform.miss(plan, 0.5, seed=1)

    def test_about_the_share_is_missed(self):
        plan = transform.repeat(WEEK, 300)
        missed = 1 - len(transform.miss(plan, 0.3, seed=7).sessions) / len(plan.sessions)
        assert missed == pytest.approx(0.3, abs=0.06)  # four standard errors of 900 draws

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: transform.join(), "nothing to join"),
            (lambda: transform.excerpt(WEEK, 2, 2), "first_week: 2"),
            (lambda: transform.drop(WEEK, sessions=[4]), "sessions: 4.*from 1 to 3"),
            (lambda: transform.drop(WEEK, days=[8]), "days: 8"),
            (lambda: transform.miss(WEEK, 1.5, seed=0), "share: 1.5"),
            (lambda: transform.miss(WEEK, 0.5, seed=-1), "seed: -1"),
        ],
    )
    def test_what_cannot_be_is_refused(self, make, message):
        with pytest.raises(ScheduleError, match=rf"(?s){message}"):
            make()


def test_a_shift_keeps_whole_minutes():
    """07:10 is no number that a float holds; a year later it must still read as 07:10."""
    assert WEEK.shifted(24 * 365).describe().splitlines()[1].startswith("day 366 07:10 ")
