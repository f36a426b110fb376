"""Plans made of plans: exact numbers, first and last weeks and days, and how much there may be."""

from dataclasses import replace
from itertools import pairwise

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Intensity, Meal, Schedule, parse_schedule, transform
from exerkine_sim.schedule.transform import growth, session

RUN = parse_schedule("Mon 07:00 run 100m 60% VO2max")
SQUAT = parse_schedule("Mon 18:00 squat 3x5 80% 1RM rest 3m")
DAILY = parse_schedule("\n".join(f"day {day} 07:00 run 100m 60%" for day in range(1, 22)))


def minutes(plan):
    return [bout.duration_min for one in plan.sessions for bout in one.bouts]


def days(plan):
    return [int(one.start_h // 24) + 1 for one in plan.sessions]


def lifts(plan):
    return [[bout.mode for bout in one.bouts] for one in plan.sessions]


class TestRepeat:
    @pytest.mark.parametrize("name", ["duration_percent", "intensity_percent", "load_percent"])
    @pytest.mark.parametrize(("percent", "fits"), [(-50, True), (100, True), (-50.5, False), (100.5, False)])
    def test_a_change_is_at_most_a_doubling_or_halving(self, name, percent, fits):
        if fits:
            assert len(transform.repeat(RUN, 2, **{name: percent}).sessions) == 2
        else:
            with pytest.raises(ScheduleError, match=rf"(?s){name}: .*from -50 to 100"):
                transform.repeat(RUN, 2, **{name: percent})

    def test_each_percentage_acts_on_its_own(self):
        both = parse_schedule("Mon 07:00 run 100m 60%; squat 1x5 80%")
        for name, expected in (
            ("duration_percent", (110, 60, 80)),
            ("intensity_percent", (100, 66, 80)),
            ("load_percent", (100, 60, 88)),
        ):
            run, squat = transform.repeat(both, 2, **{name: 10}).sessions[1].bouts
            assert (run.duration_min, run.intensity.value, squat.intensity.value) == expected

    @pytest.mark.parametrize(("sets", "fits"), [(20, True), (-20, True), (21, False), (-21, False)])
    def test_sets_change_by_twenty_at_most(self, sets, fits):
        if fits:
            assert len(lifts(transform.repeat(SQUAT, 2, sets=sets))[1]) == max(1, 3 + sets)
        else:
            with pytest.raises(ScheduleError, match="sets: "):
                transform.repeat(SQUAT, 2, sets=sets)

    def test_a_change_has_twenty_decimals_at_most(self):
        assert minutes(transform.repeat(RUN, 2, duration_percent=1e-20)) == [100, 100]
        with pytest.raises(ScheduleError, match="at most 20 decimals"):
            transform.repeat(RUN, 2, duration_percent=1e-21)

    @pytest.mark.parametrize(("weeks", "fits"), [(1, True), (1000, True), (0, False), (1001, False)])
    def test_weeks_are_bounded(self, weeks, fits):
        if fits:
            assert transform.weeks_of(transform.repeat(RUN, weeks)) == weeks
        else:
            with pytest.raises(ScheduleError, match=r"(?s)weeks: .*from 1 to 1000"):
                transform.repeat(RUN, weeks)

    @pytest.mark.parametrize(
        ("text", "options", "size"),
        [
            (
                "Mon 07:00 run 2x1m 60% rest 1m\nTue 12:00 meal 9g carbs\nWed 08:00 infuse il6 25ug/h 3h",
                {},
                16,
            ),
            ("Mon 18:00 squat 3x5 80% rest 1m", {"sets": -1}, 3 + 2 + 1 + 1),
            ("Mon 18:00 squat 3x5 80% rest 1m", {"sets": 2}, 3 + 5 + 7 + 9),
            ("Mon 18:00 squat 3x5 80% rest 1m; row 1x5 80%; run 1m 60%", {"sets": -1}, 5 + 4 + 3 + 3),
        ],
    )
    def test_what_it_will_hold_is_counted_before_it_is_made(self, monkeypatch, text, options, size):
        monkeypatch.setattr(growth, "MAX_EVENTS", size)
        plan = transform.repeat(parse_schedule(text), 4, **options)
        assert sum(map(len, lifts(plan))) + len(plan.meals) + len(plan.infusions) == size
        monkeypatch.setattr(growth, "MAX_EVENTS", size - 1)
        monkeypatch.setattr(growth, "_grown", None)  # nothing is made
        with pytest.raises(ScheduleError, match=f"at most {size - 1} in a plan"):
            transform.repeat(parse_schedule(text), 4, **options)

    @pytest.mark.parametrize(("weeks", "instead"), [(3, 2), (5, 4), (1, 2)])
    def test_weeks_that_do_not_come_out_even_name_what_would(self, weeks, instead):
        with pytest.raises(ScheduleError, match=rf"(?s){weeks} weeks of a plan of 2.*for {instead} weeks"):
            transform.repeat(transform.repeat(RUN, 2), weeks)


class TestLess:
    @pytest.mark.parametrize(("percent", "fits"), [(1, True), (100, True), (0.9, False), (101, False)])
    def test_a_share_is_bounded(self, percent, fits):
        if fits:
            assert minutes(transform.deload(RUN, 1, percent)) == [percent]
            assert minutes(transform.taper(RUN, weeks=1, to_percent=percent, form="step")) == [percent]
        else:
            for less in (
                lambda: transform.deload(RUN, 1, percent),
                lambda: transform.taper(RUN, weeks=1, to_percent=percent),
            ):
                with pytest.raises(ScheduleError, match=r"(?s)to_percent: .*from 1 to 100"):
                    less()

    def test_a_week_is_from_its_first_midnight_to_its_last(self):
        edges = parse_schedule(
            "\n".join(f"day {when} run 100m 60%" for when in ("7 23:59", "8 03:00", "14 23:59", "15 03:00"))
        )
        assert minutes(transform.deload(edges, 2, 50)) == [100, 50, 50, 100]
        assert minutes(transform.deload(edges, [1, 3], 50)) == [50, 100, 100, 50]

    def test_a_taper_falls_day_by_day_to_whole_percents(self):
        """0.4 to the power of a seventh is 0.877, of two sevenths 0.770, and so on."""
        tapered = minutes(transform.taper(DAILY, weeks=1, to_percent=40))
        assert tapered == [100] * 14 + [88, 77, 68, 59, 52, 46, 40]

    def test_two_weeks_fall_as_far_half_as_fast(self):
        tapered = minutes(transform.taper(DAILY, to_percent=40))
        assert tapered[:7] == [100] * 7
        assert tapered[8::2] == [88, 77, 68, 59, 52, 46, 40]

    def test_a_step_is_the_same_on_all_days(self):
        assert minutes(transform.taper(DAILY, weeks=1, to_percent=40, form="step")) == [100] * 14 + [40] * 7
        assert minutes(transform.taper(DAILY, weeks=3, to_percent=40, form="step")) == [40] * 21

    @pytest.mark.parametrize("weeks", [0, 4])
    def test_a_taper_lies_within_the_plan(self, weeks):
        with pytest.raises(ScheduleError, match=r"(?s)weeks: .*from 1 to 3"):
            transform.taper(DAILY, weeks=weeks, to_percent=40)
        with pytest.raises(ScheduleError, match="nothing to taper"):
            transform.taper(Schedule(), to_percent=40)

    @pytest.mark.parametrize(
        ("sets", "percent", "left"), [(5, 50, 3), (3, 50, 2), (5, 49, 2), (1, 1, 1), (4, 37, 1), (4, 38, 2)]
    )
    def test_sets_are_rounded_a_half_up_and_one_remains(self, sets, percent, left):
        plan = parse_schedule(f"Mon 18:00 squat {sets}x5 80% rest 3m")
        assert len(transform.deload(plan, 1, percent).sessions[0].bouts) == left


class TestScale:
    @pytest.mark.parametrize("name", ["duration", "intensity", "load", "sets", "rest"])
    @pytest.mark.parametrize(("factor", "fits"), [(0.01, True), (0.0099, False), (100.1, False)])
    def test_factors_are_bounded(self, name, factor, fits):
        if fits:
            assert len(transform.scale(RUN, **{name: factor}).sessions) == 1
        else:
            with pytest.raises(ScheduleError, match=rf"(?s){name}: .*from 0.01 to 100"):
                transform.scale(RUN, **{name: factor})

    def test_the_largest_factor(self):
        assert minutes(transform.scale(RUN, duration=100)) == [10_000]

    @pytest.mark.parametrize(
        ("factor", "line"),
        [
            ({"duration": 2}, "run 20s 60% VO2max rest 1m; squat 2x5 80% 1RM rest 3m; cycle 10m 100W"),
            ({"intensity": 2}, "run 10s 120% VO2max rest 1m; squat 2x5 80% 1RM rest 3m; cycle 5m 200W"),
            ({"load": 2}, "run 10s 60% VO2max rest 1m; squat 2x5 160% 1RM rest 3m; cycle 5m 100W"),
            ({"rest": 2}, "run 10s 60% VO2max rest 2m; squat 2x5 80% 1RM rest 6m; cycle 5m 100W"),
            ({"sets": 2}, "run 10s 60% VO2max rest 1m; squat 4x5 80% 1RM rest 3m; cycle 5m 100W"),
            ({"sets": 0.1}, "run 10s 60% VO2max rest 1m; squat 1x5 80% 1RM rest 3m; cycle 5m 100W"),
            ({}, "run 10s 60% VO2max rest 1m; squat 2x5 80% 1RM rest 3m; cycle 5m 100W"),
        ],
    )
    def test_each_factor_acts_on_its_own(self, factor, line):
        plan = parse_schedule("Mon 07:00 run 10s 60% rest 1m; squat 2x5 80% 1RM rest 3m; cycle 5m 100W")
        assert transform.scale(plan, **factor).describe() == f"Mon 07:00 {line}"

    def test_thirds_of_minutes_and_rests_before_all_stay_whole_seconds(self):
        plan = parse_schedule("Mon 07:00 rest 20s, run 20s 60% rest 20s, 20s 60% rest 0.001s, 20s 60%")
        twice = transform.scale(plan, duration=3).sessions[0].bouts
        assert [(one.start_min, one.duration_min) for one in twice[:2]] == [
            (1 / 3, 1),
            (pytest.approx(5 / 3, rel=1e-15), 1),
        ]
        assert minutes(transform.scale(parse_schedule("Mon 07:00 run 50s 60%"), duration=60)) == [50]
        assert twice[2].start_min - twice[1].end_min == pytest.approx(0.001 / 60, rel=1e-9)

    @pytest.mark.parametrize("effort", ["Z2", "RPE 5"])
    def test_of_a_rating_there_is_no_share_but_all_of_it(self, effort):
        plan = parse_schedule(f"Mon 07:00 run 10m {effort}")
        assert transform.scale(plan, intensity=1.0, duration=2) == parse_schedule(
            f"Mon 07:00 run 20m {effort}"
        )
        with pytest.raises(ScheduleError, match=f"110% of {effort}"):
            transform.scale(plan, intensity=1.1)
        with pytest.raises(ScheduleError, match="90% of RIR 2"):
            transform.scale(parse_schedule("Mon 07:00 squat 1x5 RIR 2"), load=0.9)

    def test_a_grade_stays(self):
        plan = parse_schedule("Mon 07:00 run 10m 10km/h 5% grade")
        assert transform.scale(plan, intensity=1.2).sessions[0].bouts[0].intensity == Intensity(
            12, "km_per_h", 5
        )

    def test_bouts_are_bounded_in_a_session_and_in_all(self, monkeypatch):
        two = transform.repeat(SQUAT, 2)
        monkeypatch.setattr(growth, "MAX_EVENTS", 12)
        assert sum(map(len, lifts(transform.scale(two, sets=2)))) == 12
        monkeypatch.setattr(growth, "MAX_EVENTS", 11)
        with pytest.raises(ScheduleError, match="at most 11 in a plan"):
            transform.scale(two, sets=2)
        mixed = parse_schedule("Mon 18:00 squat 3x5 80% rest 3m; run 1m 60%")
        monkeypatch.setattr(session, "MAX_BOUTS", 7)
        assert len(transform.scale(mixed, sets=2).sessions[0].bouts) == 7
        monkeypatch.setattr(session, "MAX_BOUTS", 6)
        with pytest.raises(ScheduleError, match=r"(?s)too many sets.*at most 6 bouts"):
            transform.scale(mixed, sets=2)


class TestSets:
    @pytest.mark.parametrize(
        ("given", "sets", "made"),
        [
            ("squat 2x5 80% rest 3m", 1.5, "squat 3x5 80% rest 3m"),
            ("squat 1x5 80%", 2, "squat 2x5 80% rest 0s"),
            ("squat 1x5 80% rest 3m; row 1x5 80%", 2, "squat 2x5 80% rest 3m; row 2x5 80% rest 3m"),
            ("squat 2x5 80% rest 3m; row 2x5 80% rest 1m", 1.5, "squat 3x5 80% rest 3m; row 3x5 80% rest 1m"),
            ("squat 2x5 80% rest 3m; run 5m 50%", 0.5, "squat 1x5 80% rest 3m; run 5m 50%"),
            ("run 5m 50%; squat 3x5 80% rest 3m", 0.5, "run 5m 50%; squat 2x5 80% rest 3m"),
            ("2x(squat 1x5 80% / row 1x5 80% rest 1m)", 1.5, "3x(squat 1x5 80% / row 1x5 80% rest 1m)"),
            ("2x(squat 1x5 80% / row 1x5 80% rest 1m)", 2, "4x(squat 1x5 80% / row 1x5 80% rest 1m)"),
            ("2x(squat 1x5 80% / row 1x5 80% rest 1m)", 0.5, "squat 1x5 80%; row 1x5 80%"),
        ],
    )
    def test_sets_are_dropped_or_done_again_where_the_lift_ends(self, given, sets, made):
        plan, expected = (parse_schedule(f"Mon 18:00 {text}") for text in (given, made))
        assert transform.scale(plan, sets=sets) == expected


class TestSelection:
    @pytest.mark.parametrize(
        ("text", "weeks"),
        [
            ("", 0),
            ("day 1 00:00 run 1m 60%", 1),
            ("day 7 23:59 run 1h 60%", 1),
            ("day 8 00:00 run 1m 60%", 2),
            ("day 1 07:00 run 1m 60%\nday 15 12:00 meal 9g carbs", 3),
            ("day 22 08:00 infuse il6 25ug/h 3h\nday 1 07:00 run 1m 60%", 4),
        ],
    )
    def test_weeks_are_those_in_which_something_begins(self, text, weeks):
        assert transform.weeks_of(parse_schedule(text)) == weeks

    @pytest.mark.parametrize(
        ("texts", "on", "first_weekday"),
        [
            (["day 1", "day 1", "day 3"], [1, 8, 17], None),
            (["day 9", "day 1"], [9, 15], None),
            (["Mon", "Mon"], [1, 8], "Mon"),
            (["Mon", "Tue"], [1, 2], "Mon"),
            (["Sun", "Mon"], [1, 2], "Sun"),
            (["Wed", "Mon", "Sun"], [1, 6, 12], "Wed"),
            (["day 1", "Thu", "day 1", "Thu"], [1, 8, 15, 22], "Thu"),
        ],
    )
    def test_plans_are_joined_on_the_first_day_that_fits(self, texts, on, first_weekday):
        plans = [parse_schedule(f'name "{n}"\n{when} 07:00 run 1h 60%') for n, when in enumerate(texts)]
        joined = transform.join(*plans)
        assert (days(joined), joined.first_weekday, joined.name) == (on, first_weekday, "0")

    def test_meals_and_infusions_are_joined_too(self):
        one = parse_schedule("day 1 12:00 meal 9g carbs\nday 3 08:00 infuse il6 25ug/h 3h")
        joined = transform.join(one, one)
        assert [meal.time_h for meal in joined.meals] == [12, 7 * 24 + 12]
        assert [item.start_h for item in joined.infusions] == [56, 9 * 24 + 8]

    def test_an_excerpt_is_what_begins_in_its_weeks(self):
        text = "\n".join(
            f"day {day} 00:00 {what}"
            for day in (1, 7, 8, 14, 15, 21)
            for what in ("run 1m 60%", "infuse il6 25ug/h 3h")
        )
        meals = [Meal(24 * day, 9) for day in (0, 6, 7, 13, 14, 20)]
        plan = replace(parse_schedule(text), meals=meals)
        found = transform.excerpt(plan, 2, 2)
        assert days(found) == [1, 7]
        assert [item.start_h for item in found.infusions] == [0, 144]
        assert [meal.time_h for meal in found.meals] == [0, 144]
        assert transform.excerpt(plan, 1, 3) == plan
        assert days(transform.excerpt(plan, 2, 3)) == [1, 7, 8, 14]

    @pytest.mark.parametrize(
        ("first", "last", "field"), [(0, 1, "first"), (4, 4, "first"), (2, 1, "last"), (1, 4, "last")]
    )
    def test_an_excerpt_lies_within_the_plan(self, first, last, field):
        with pytest.raises(ScheduleError, match=f"{field}_week: "):
            transform.excerpt(DAILY, first, last)

    @pytest.mark.parametrize(
        ("given", "left"),
        [
            ({"sessions": [1]}, [2, 3, *range(4, 22)]),
            ({"sessions": [21]}, list(range(1, 21))),
            ({"days": [21]}, list(range(1, 21))),
            ({"days": [1, 20], "sessions": [2]}, [*range(3, 20), 21]),
            ({}, list(range(1, 22))),
        ],
    )
    def test_sessions_are_dropped_by_number_or_day(self, given, left):
        assert days(transform.drop(DAILY, **given)) == left

    @pytest.mark.parametrize("given", [{"sessions": [0]}, {"sessions": [22]}, {"days": [0]}, {"days": [22]}])
    def test_what_is_not_there_cannot_be_dropped(self, given):
        with pytest.raises(ScheduleError, match=f"{next(iter(given))}: "):
            transform.drop(DAILY, **given)

    def test_what_is_missed_at_a_small_share_is_missed_at_every_larger_one(self):
        plan = transform.repeat(DAILY, 63)
        left = [set(days(transform.miss(plan, share / 10, seed=3))) for share in range(11)]
        assert all(more >= fewer for more, fewer in pairwise(left))
        assert (len(left[0]), len(left[10])) == (441, 0)
        assert len(left[5]) == pytest.approx(220, abs=45)  # four standard errors of 441 draws

    def test_whether_a_session_is_missed_follows_from_no_other(self):
        all_of_them = set(days(transform.miss(DAILY, 0.5, seed=3)))
        some = transform.drop(DAILY, days=[2, 3, 5, 8, 13, 21])
        assert set(days(transform.miss(some, 0.5, seed=3))) == all_of_them & set(days(some))

    @pytest.mark.parametrize(("seed", "fits"), [(0, True), (2**63, True), (-1, False), (2**63 + 1, False)])
    def test_a_seed_is_bounded(self, seed, fits):
        if fits:
            assert len(transform.miss(DAILY, 0.0, seed=seed).sessions) == 21
        else:
            with pytest.raises(ScheduleError, match="seed: "):
                transform.miss(DAILY, 0.5, seed=seed)
