"""A `repeat` line acts on the part of the plan above it, and says what is wrong where; so does `[repeat]`."""

import re
import time

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import parse_schedule, transform
from exerkine_sim.schedule.load import parse_toml

WEEK = "Mon 07:00 fasted run 60m 60% VO2max\nTue 18:00 squat 5x5 80% 1RM rest 3m\n"


def starts(text):
    return [session.start_h for session in parse_schedule(text).sessions]


class TestText:
    def test_the_line_of_the_readme(self):
        plan = parse_schedule(WEEK + "repeat 4 weeks +5% duration/week; deload week 4 60%")
        expected = transform.deload(transform.repeat(parse_schedule(WEEK), 4, duration_percent=5), 4, 60)
        assert plan == expected
        assert [one.bouts[0].duration_min for one in plan.sessions[::2]] == [60, 63, 66.15, 41.6745]

    def test_several_changes_and_clauses(self):
        plan = parse_schedule(
            WEEK + "repeat 8 weeks +5% duration/week, +2.5% load/week -1 set/week; deload week 3, 5 60%;\n"
            "    taper 2 weeks to 40%"
        )
        grown = transform.repeat(parse_schedule(WEEK), 8, duration_percent=5, load_percent=2.5, sets=-1)
        assert plan == transform.taper(transform.deload(grown, [3, 5], 60), weeks=2, to_percent=40)

    def test_a_taper_at_a_share_is_a_step(self):
        plan = parse_schedule(WEEK + "repeat 3 weeks; taper 1 week at 50%")
        assert transform.excerpt(plan, 3, 3) == transform.deload(parse_schedule(WEEK), 1, 50)

    def test_each_line_acts_on_what_stands_since_the_one_before(self):
        run = "07:00 run 1h 60%\n"
        text = f"Mon {run}repeat 2 weeks\nWed {run}repeat 2 weeks\nday 1 {run}"
        assert [(hour - 7) / 24 for hour in starts(text)] == [0, 7, 16, 23, 28]

    def test_a_line_below_another_repeats_what_that_one_made(self):
        plan = parse_schedule(WEEK + "repeat 3 weeks +10% duration/week\nrepeat 2 times")
        three = transform.repeat(parse_schedule(WEEK), 3, duration_percent=10)
        assert plan == transform.join(three, three)

    def test_a_week_written_twice_is_repeated_as_two(self):
        text = "Mon 07:00 run 1h 60%\nday 9 07:00 run 1h 60%\nrepeat 4 weeks"
        assert [(hour - 7) / 24 for hour in starts(text)] == [0, 8, 14, 22]

    def test_dates_keep_their_place(self):
        text = "2026-12-21 07:00 run 1h 60%\nrepeat 2 weeks\n2027-01-09 07:00 run 1h 60%"
        assert [(hour - 7) / 24 for hour in starts(text)] == [0, 7, 19]

    def test_name_and_first_weekday_are_those_of_the_plan(self):
        plan = parse_schedule('name "Base"\nstarts Mon\nTue 07:00 run 1h 60%\nrepeat 2 weeks')
        assert (plan.name, plan.first_weekday) == ("Base", "Mon")

    def test_the_text_form_is_written_out(self):
        plan = parse_schedule(WEEK + "repeat 3 weeks +5% duration/week +1% load/week")
        assert "repeat" not in plan.describe()
        assert parse_schedule(plan.describe()) == plan

    @pytest.mark.parametrize(
        ("line", "at", "message"),
        [
            ("repeat 4 weeks; deloaad week 4 60%", "deloaad", "did you mean 'deload'"),
            ("repeat 4 weeks +5% durration/week", "durration/week", "did you mean 'duration/week'"),
            ("repeat 4 weaks", "weaks", "did you mean 'weeks'"),
            ("repeat four weeks", "four", "how often"),
            ("repeat 0 weeks", "0", "from 1 to 1000"),
            ("repeat 4 weeks 5% duration/week", "5%", "a change such as"),
            ("repeat 4 weeks +5% load/week +5% load/week", "+5%", "'load' changes twice"),
            ("repeat 4 weeks +1.5 sets/week", "+1.5", "a change such as"),
            ("repeat 4 weeks; deload week 5 60%", "5", "from 1 to 4"),
            ("repeat 4 weeks; deload week 4 600%", "600%", "from 1 to 100"),
            ("repeat 4 weeks; taper 5 weeks to 20%", "5", "from 1 to 4"),
            ("repeat 4 weeks; taper 2 weeks by 20%", "by", "'to' or 'at'"),
            ("repeat 4 weeks and rest", "and", "the end of the line"),
            ("repeat 900 weeks +5% duration/week", "900", "overlap"),
        ],
    )
    def test_each_fault_has_its_line_and_a_caret(self, line, at, message):
        with pytest.raises(ScheduleError, match=message) as refused:
            parse_schedule(WEEK + line)
        assert refused.value.line == 3
        _, shown, caret = refused.value.given.split("\n")
        assert shown[caret.index("^") : caret.rindex("^") + 1] == at

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("repeat 4 weeks", "nothing to repeat"),
            (
                "2026-12-21 07:00 run 1h 60%\nrepeat 2 weeks\n2027-01-03 07:00 run 1h 60%",
                "14 days that 'repeat'",
            ),
            ("day 1 07:00 run 1h 60%\nrepeat 2 weeks\n2027-01-03 07:00 run 1h 60%", "a date after"),
            (WEEK + "repeat 2 weeks\nstarts Mon", "'starts' comes too late"),
            ("Mon 07:00 run 1h 60%\nday 8 07:00 run 1h 60%\nrepeat 3 weeks", "3 weeks of a plan of 2"),
        ],
    )
    def test_what_cannot_be_repeated_is_refused(self, text, message):
        with pytest.raises(ScheduleError, match=message):
            parse_schedule(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Mon 07:00 1000x(run 1m 60%)\nrepeat 1000 weeks",
            "Mon 07:00 meal 9g carbs\nrepeat 1000 weeks\n" * 1000,
            "Mon 07:00 squat 1x5 80% rest 1m\nrepeat 1000 weeks +20 sets/week",
            "Mon 07:00 meal 9g carbs\nrepeat 1000 weeks" + "; deload week 1 60%" * 10_000,
        ],
    )
    def test_a_small_text_that_asks_for_too_much_is_refused_soon(self, text):
        begin = time.process_time()
        with pytest.raises(ScheduleError):
            parse_schedule(text)
        assert time.process_time() - begin < 20  # takes 1 to 3 s; what it asks for would take hours


PLAN = """
[[session]]
start_h = 7.0
[[session.bout]]
start_min = 0
duration_min = 60
mode = "run"
intensity = "60% VO2max"
"""
REPEAT = """
[repeat]
weeks = 4
duration_percent = 5
deload = [{ week = 2, to_percent = 60 }]
[repeat.taper]
weeks = 1
to_percent = 50
form = "step"
"""


class TestToml:
    def test_the_table_says_what_the_line_says(self):
        line = "repeat 4 weeks +5% duration/week; deload week 2 60%; taper 1 week at 50%"
        text = f"day 1 07:00 run 60m 60% VO2max\n{line}"
        assert parse_toml(PLAN + REPEAT) == parse_schedule(text)

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("weeks = 4", "weeks = 0", "repeat.weeks: 0"),
            ("weeks = 4", 'weeks = "4"', "repeat.weeks: "),
            (
                "duration_percent",
                "duraton_percent",
                "repeat.duraton_percent: .*did you mean 'duration_percent'",
            ),
            ("week = 2", "week = 5", "repeat.deload.0.week: 5"),
            ('"step"', '"stp"', "repeat.taper.form: 'stp'.*did you mean 'step'"),
        ],
    )
    def test_each_fault_names_its_field(self, old, new, message):
        with pytest.raises(ScheduleError, match="(?s)" + re.escape(message).replace(r"\.\*", ".*")):
            parse_toml(PLAN + REPEAT.replace(old, new, 1))
