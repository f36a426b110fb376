"""The text of a plan: numbers at their bounds, places of faults, and how what was read is written."""

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.schedule.duration import exact_minutes, parse_duration
from exerkine_sim.schedule.load import parse_toml
from exerkine_sim.schedule.when import clock_text, day_name, moment_text, moved, parse_moment


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [
            ("0s", 0),
            ("1h5", 65),
            ("1h59", 119),
            ("12h30", 750),
            (".5m", 0.5),
            ("1e2m", 100),
            ("1h2m3s", 62.05),
            (" 5m ", 5),
            ("0" * 79 + "m", 0),
            ("200000h", 12_000_000),
        ],
    )
    def test_what_is_one(self, text, minutes):
        assert parse_duration(text) == minutes

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("1h60", "is no duration"),
            ("0" * 80 + "m", "is no duration"),
            ("200000h1s", "is too long"),
            ("-5m", "negative duration"),
            ("5", "is no duration"),
            ("5m6", "is no duration"),
        ],
    )
    def test_what_is_none(self, text, message):
        with pytest.raises(ScheduleError, match=message):
            exact_minutes(text)


class TestText:
    @pytest.mark.parametrize(
        ("exercises", "count"),
        [
            ("run 10x1m 50%", 10),
            ("run 11x1m 50%", None),
            ("run 5x1m 50%, 5x1m 60%", 10),
            ("run 5x1m 50%, 6x1m 60%", None),
            ("run 10x1m 50% rest 1s", 10),
            ("run 5x(1m 50% / 1m 60%)", 10),
            # Each may bring a rest; what brings more is not written out.
            ("run 6x(rest 1s, 1m 50% rest 1s)", 6),
            ("run 7x(rest 1s, 1m 50% rest 1s)", None),
            ("run 1m 50%" + ", rest 1s" * 19, 1),
            ("run 1m 50%" + ", rest 1s" * 20, None),
            ("run 12x(rest 1s, rest 1s), 1m 50%", None),
        ],
    )
    def test_bouts_are_counted_before_they_are_made(self, exercises, count):
        text = f"Mon 07:00 {exercises}"
        if count is None:
            with pytest.raises(ScheduleError, match=r"(?s)line 1: too many bouts.*at most 10 in a session"):
                parse_schedule(text, most=10)
        else:
            assert len(parse_schedule(text, most=10).sessions[0].bouts) == count

    @pytest.mark.parametrize(
        ("exercises", "at"),
        [
            ("run 7x(rest 1s, 1m 50% rest 1s)", "7x"),
            ("run 1m 50%, 3x(7x(rest 1s, rest 1s, rest 1s))", "7x"),
            ("run 1m 50%, 3x(4x(rest 1s, 1m 50%))", "3x"),
            ("run 1m 50%" + ", rest 1s" * 19 + ", cycle 1m 60%", "cycle"),
            ("run 6x1m 50%, 6x1m 60%", "run"),
        ],
    )
    def test_what_is_too_many_has_the_caret(self, exercises, at):
        with pytest.raises(ScheduleError, match="too many bouts") as refused:
            parse_schedule(f"Mon 07:00 {exercises}", most=10)
        _, shown, caret = refused.value.given.split("\n")
        assert shown[caret.index("^") : caret.rindex("^") + 1] == at

    def test_the_bouts_of_many_lines_are_counted_together(self):
        lines = "Mon 07:00 run 4x1m 50%\nMon 12:00 meal 9g carbs\nTue 07:00 run 4x1m 50%\n"
        full = lines + "Wed 08:00 infuse il6 25ug/h 3h\n"
        assert len(parse_schedule(full, most=10).sessions) == 2
        with pytest.raises(ScheduleError, match=r"(?s)line 5: too many bouts.*at most 10 in a plan"):
            parse_schedule(full + "Thu 12:00 meal 9g carbs", most=10)

    @pytest.mark.parametrize(
        ("exercises", "message"),
        [
            ("run 0x1m 50%", "0 times"),
            ("run 100001x1m 50%", "100001 times"),
            ("squat 1x0 80%", "0 repetitions"),
            ("squat 1x1001 80%", "1001 repetitions"),
            ("squat 1x00001 80%", "00001 repetitions"),
            ("squat 1x5 80% tempo 0s", "a duration above zero"),
        ],
    )
    def test_numbers_that_cannot_be(self, exercises, message):
        with pytest.raises(ScheduleError, match=message):
            parse_schedule(f"Mon 07:00 {exercises}")

    @pytest.mark.parametrize(("depth", "fits"), [(20, True), (21, False)])
    def test_repeats_nest_twenty_deep(self, depth, fits):
        text = "Mon 07:00 run " + "1x(" * depth + "1m 50%" + ")" * depth
        if fits:
            assert len(parse_schedule(text).sessions[0].bouts) == 1
        else:
            with pytest.raises(ScheduleError, match="nested more than 20 deep"):
                parse_schedule(text)

    def test_sets_and_repetitions_there_can_be(self):
        plan = parse_schedule("Mon 07:00 squat 1x1000 80%; 1x1 80%; bench press 2x0005 80% rest 0s")
        assert [bout.reps for bout in plan.sessions[0].bouts] == [1000, 1, 5, 5]

    @pytest.mark.parametrize(("day", "fits"), [("1", True), ("8333", True), ("100000", False), ("0", False)])
    def test_days_are_numbered_from_one(self, day, fits):
        text = f"day {day} 07:00 meal 9g carbs"
        if fits:
            assert parse_schedule(text).meals[0].time_h == 24 * (int(day) - 1) + 7
        else:
            with pytest.raises(ScheduleError, match="a whole number from 1"):
                parse_schedule(text)

    def test_lines_and_marks_are_counted_before_they_are_read(self):
        assert parse_schedule("\n" * 200_000) == Schedule()
        with pytest.raises(ScheduleError, match=r"(?s)200001 lines.*at most 200000"):
            parse_schedule("\n" * 200_001)
        assert parse_schedule("#" + " " * 2_000_000) == Schedule()
        with pytest.raises(ScheduleError, match=r"(?s)2000001 spaces and marks.*at most 2000000"):
            parse_schedule("#" + " " * 2_000_001)

    def test_a_toml_text_is_bounded(self):
        with pytest.raises(ScheduleError, match=r"(?s)24000001 characters.*at most 24000000"):
            parse_toml("#" * 24_000_001)


class TestPlaces:
    """Of a fault: its line, and what of the line is shown."""

    def refused(self, text, **options):
        with pytest.raises(ScheduleError) as caught:
            parse_schedule(text, **options)
        return caught.value

    @pytest.mark.parametrize(("before", "after"), [(0, 0), (10, 0), (30, 5), (31, 6), (200, 200)])
    def test_a_long_line_is_shown_around_the_fault(self, before, after):
        line = 'Mon 07:00 "' + "x" * before + '" squatt' + " 5x5 80%" + " " * after + "# end"
        found = self.refused(line)
        _, shown, caret = found.given.split("\n")
        at = caret.index("^") - 4
        assert shown[4:][at : at + 6] == "squatt"
        assert caret.count("^") == 6
        column = line.index("squatt")
        assert shown[4:] == line[max(0, column - 60) : column + 60]

    def test_a_long_word_has_a_short_caret(self):
        found = self.refused("Mon 07:00 run " + "9" * 100 + "m 50%")
        assert found.given.count("^") == 60
        assert self.refused("Mon 07:00 run").given.endswith("\n                 ^")

    def test_tabs_are_one_wide(self):
        _, shown, caret = self.refused("Mon\t07:00\tsquatt 5x5 80%").given.split("\n")
        assert shown[caret.index("^") : caret.rindex("^") + 1] == "squatt"

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("Mon 07:00 run 1m 50%\n\n  60% 1m", 3),
            ("# a\nMon 07:00 run 1m 50%,\n  1m\n\nTue 07:00 run 1m 50%", 3),
            ("  Mon 07:00 run 1m 50%", 1),
            ("Mon 07:00 run 1m 50%\nTue 07:00", 2),
            ("Mon 07:00 run 1m 50% 07:00", 1),
        ],
    )
    def test_the_line_is_that_of_the_fault(self, text, line):
        assert self.refused(text).line == line


class TestMoments:
    @pytest.mark.parametrize(
        ("hour", "weekday", "text"),
        [
            (0, None, "day 1 00:00"),
            (23.5, None, "day 1 23:30"),
            (24, None, "day 2 00:00"),
            (24, "Sun", "Mon 00:00"),
            (7 * 24 - 1 / 60, "Tue", "Mon 23:59"),
            (7 * 24, "Tue", "day 8 00:00"),
            (1 + 1 / 3600, None, "day 1 01:00:01"),
            (59 / 3600, "Wed", "Wed 00:00:59"),
        ],
    )
    def test_a_moment_is_a_day_and_a_clock(self, hour, weekday, text):
        assert clock_text(hour, weekday) == moment_text(hour, weekday) == text
        assert parse_moment(text, weekday) == hour

    def test_a_clock_is_rounded_to_the_second_and_a_moment_is_exact(self):
        assert clock_text(24 - 0.4 / 3600) == "day 2 00:00"
        assert moment_text(24 - 0.4 / 3600) == f"at {24 - 0.4 / 3600!r}h"

    @pytest.mark.parametrize("weekday", ["Mon", "Wed", "Sun"])
    def test_days_follow_each_other(self, weekday):
        names = [day_name(day, weekday) for day in range(7)]
        assert names[0] == weekday
        assert sorted(names) == sorted(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
        assert [parse_moment(f"{name} 00:00", weekday) for name in names] == [24 * day for day in range(7)]

    @pytest.mark.parametrize(
        ("hour", "by_h", "there"),
        [
            (7 + 1 / 6, 24 * 365, 24 * 365 + 7 + 1 / 6),
            (430 / 60, 0.5, 460 / 60),
            (0.1234567, 1.0, 1.1234567),
            (7.0, 0.1234567, 7.1234567),
            (31.0, -24.0, 7.0),
        ],
    )
    def test_a_moment_is_moved_by_whole_minutes_or_by_all_of_it(self, hour, by_h, there):
        assert moved(hour, by_h) == there

    def test_ten_past_seven_stays_so_a_year_later(self):
        for day in range(0, 4000, 7):
            assert moment_text(moved(430 / 60, 24 * day)) == f"day {day + 1} 07:10"

    @pytest.mark.parametrize(
        ("text", "hour"),
        [
            ("0:00", 0),
            ("9:05", 9 + 5 / 60),
            ("09:05:30", 9 + 5 / 60 + 30 / 3600),
            ("23:59:59", 24 - 1 / 3600),
        ],
    )
    def test_clocks(self, text, hour):
        assert parse_moment(f"day 1 {text}") == pytest.approx(hour, rel=1e-15)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "nothing"),
            ("Mon 07:00", "the plan names no weekday"),
            ("day 1 07:00 run", "nothing after the time"),
            ("day 1 24:00", "a time from 00:00 to 23:59"),
            ("day 1 7:60", "a time from 00:00 to 23:59"),
            ("day 1 07:00:60", "a time from 00:00 to 23:59"),
        ],
    )
    def test_what_is_no_moment(self, text, message):
        with pytest.raises(ScheduleError, match=message):
            parse_moment(text)


class TestWritten:
    @pytest.mark.parametrize(
        ("seconds", "text"),
        [
            (1, "1s"),
            (59, "59s"),
            (60, "1m"),
            (61, "61s"),
            (119, "119s"),
            (120, "2m"),
            (121, "2m1s"),
            (3540, "59m"),
            (3600, "1h"),
            (3601, "60m1s"),
            (5400, "90m"),
            (7200, "2h"),
        ],
    )
    def test_a_duration_in_whole_seconds(self, seconds, text):
        line = f"day 1 07:00 run {text} 50% VO2max"
        assert parse_schedule(f"day 1 07:00 run {seconds}s 50%").describe() == line

    @pytest.mark.parametrize(
        "exercises",
        [
            "run 2x1m 90% VO2max",
            "run 2x1m 90% VO2max rest 30s, 1m 50%",
            "run 3x1m 90% VO2max rest 30s",
            "run 1m 90% VO2max rest 30s, 1m 90%, 1m 50%",
            "2x(run 1m 90% VO2max / 1m 50%)",
            "run 5m 60% VO2max, 2x(1m 90% / 1m 50%), 5m 40%",
            "2x(run 2x1m 90% VO2max / 1m 50%)",
            "3x(2x(run 1m 90% VO2max / 30s 50%) / 3m 40%)",
            "2x(" + " / ".join(["run 1m 90% VO2max", *(f"1m {n}%" for n in range(50, 57))]) + ")",
            "run 1m 90% VO2max; cycle 1m 90%",
            "2x(run 1m 90% VO2max / cycle 1m 90%)",
            "rest 5m, run 1m 90% VO2max",
            "squat 1x5 80% 1RM",
            "squat 2x5 80% 1RM rest 0s",
            "squat 2x5 80% 1RM tempo 4s rest 1m",
            "squat 1x5 80% 1RM rest 1m, 1x6 80%",
            "2x(squat 1x5 80% 1RM rest 1m / row 1x5 80%)",
            "squat 3x5 80% 1RM rest 1m; run 1m 80% VO2max; squat 3x5 85% rest 1m; run 1m 85%",
            "cycle 1m 90% FTP, 1m 80%, 1m 200W, 1m 70%, 1m 70% VO2max",
            "fed run 1m 90% VO2max carbs 60.5g/h",
        ],
    )
    def test_alike_neighbours_are_folded(self, exercises):
        line = f"day 1 07:00 {exercises}"
        assert parse_schedule(line).describe() == line

    def test_nine_in_turn_are_written_out(self):
        plan = parse_schedule(f"day 1 07:00 run 2x({' / '.join(f'1m {n}%' for n in range(50, 59))})")
        assert "x(" not in plan.describe()
        assert parse_schedule(plan.describe()) == plan

    @pytest.mark.parametrize(("letters", "lines"), [(100, 1), (101, 3)])
    def test_a_line_of_more_than_100_letters_is_broken(self, letters, lines):
        rest = 'day 1 07:00 "" run 1m 90% VO2max; cycle 1m 90%'
        name = "x" * (letters - len(rest))
        text = rest.replace('""', f'"{name}"')
        found = parse_schedule(text).describe()
        assert len(found.splitlines()) == lines
        if lines == 3:
            assert found == f'day 1 07:00 "{name}"\n    run 1m 90% VO2max;\n    cycle 1m 90%'

    def test_events_are_written_in_the_order_in_which_they_begin(self):
        lines = [
            "day 1 06:00 infuse il6 25ug/h 3h",
            "day 1 07:00 run 1m 90% VO2max",
            "day 1 12:30 meal 90g carbs",
            "day 2 06:00 infuse il1ra 100mg/min 1m subcutaneous",
        ]
        assert parse_schedule("\n".join(reversed(lines))).describe() == "\n".join(lines)

    @pytest.mark.parametrize(
        "text",
        [
            "starts Mon",
            'name "A"\nstarts Mon\nTue 07:00 meal 9g carbs',
            'name "A"\nMon 07:00 meal 9g carbs',
            "Mon 07:00 meal 9g carbs",
            "day 1 07:00 meal 9g carbs",
        ],
    )
    def test_the_head_says_what_the_lines_do_not(self, text):
        assert parse_schedule(text).describe() == text
