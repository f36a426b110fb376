"""What a `repeat` line may say, how much it may make, and the file forms that say the same."""

import logging

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import find_block, load_schedule, parse_schedule, transform
from exerkine_sim.schedule.load import is_plan, parse_toml


def minutes(plan):
    return [bout.duration_min for one in plan.sessions for bout in one.bouts]


LINE = "Mon 07:00 run 1h 60%\n"


class TestRepeatLines:
    @pytest.mark.parametrize(
        ("line", "at_least"),
        [
            # Four weeks; each clause makes all four anew.
            ("repeat 4 weeks", 4),
            ("repeat 4 weeks; deload week 4 60%", 4),
            ("repeat 4 weeks; deload week 3 60%; deload week 4 60%", 8),
            ("repeat 4 weeks; deload week 2 60%; deload week 3 60%; taper 1 week to 50%", 12),
            ("repeat 4 weeks\nrepeat 2 times", 12),
            ("repeat 4 weeks\nrepeat 2 times\nrepeat 2 times", 28),
            ("repeat 4 weeks\nMon 07:00 run 1h 60%\nrepeat 4 weeks", 8),
        ],
    )
    def test_what_is_made_is_counted_clause_by_clause_and_line_by_line(self, line, at_least):
        assert parse_schedule(LINE + line, most=at_least).sessions
        with pytest.raises(ScheduleError, match="too much is (changed|repeated)|too many bouts"):
            parse_schedule(LINE + line, most=at_least - 1)

    @pytest.mark.parametrize(("clauses", "fits"), [(20, True), (21, False)])
    def test_a_line_has_twenty_clauses_at_most(self, clauses, fits):
        line = LINE + "repeat 2 weeks" + "; deload week 1 100%" * clauses
        if fits:
            assert len(parse_schedule(line).sessions) == 2
        else:
            with pytest.raises(ScheduleError, match="the end of the line"):
                parse_schedule(line)

    @pytest.mark.parametrize(("parts", "fits"), [(100, True), (101, False)])
    def test_a_plan_has_a_hundred_parts_at_most(self, parts, fits):
        text = (LINE + "repeat 1 week\n") * parts
        if fits:
            assert len(parse_schedule(text).sessions) == 100
        else:
            with pytest.raises(ScheduleError, match=r"(?s)too much is repeated.*at most 100 parts"):
                parse_schedule(text)

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("repeat 3 times", [60, 60, 60]),
            ("repeat +2 weeks", [60, 60]),
            ("repeat 2 week", [60, 60]),
            ("repeat 3 weeks +10% duration/week, -1 sets/week", [60, 66, 72.6]),
            ("repeat 3 weeks -10% duration/week", [60, 54, 48.6]),
            ("repeat 3 weeks +10% intensity/week", [60, 60, 60]),
            ("repeat 3 weeks; deload weeks 1,3 50%", [30, 60, 30]),
            ("repeat 2 weeks; taper 1 week at 50%; deload week 1 50%", [30, 30]),
            ("repeat 2 weeks; taper 1 weeks to 50%", [60, 54.6]),
        ],
    )
    def test_what_a_line_says(self, line, expected):
        assert minutes(parse_schedule(LINE + line)) == expected

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("repeat 10000 weeks", "how often"),
            ("repeat 2 weeks +5% duration/week +6% duration/week", "'duration' changes twice"),
            ("repeat 2 weeks +1 sets/week -1 set/week", "'sets' changes twice"),
            ("repeat 2 weeks +1 reps/week", "'sets/week' or 'set/week'"),
            ("repeat 2 weeks; deload week", "the number of a week"),
            ("repeat 2 weeks; deload week 0 50%", "from 1 to 2"),
            ("repeat 2 weeks; deload week 1 half", "a share such as '60%'"),
            ("repeat 2 weeks; taper two weeks to 50%", "how long"),
            ("repeat 2 weeks;", "'deload' or 'taper'"),
        ],
    )
    def test_what_cannot_be(self, line, message):
        with pytest.raises(ScheduleError, match=rf"(?s)line 2: .*{message}"):
            parse_schedule(LINE + line)

    def test_clauses_of_a_table_are_counted_too(self, monkeypatch):
        table = "[[meal]]\ntime_h = 12.0\ncarbs_g = 9.0\n[repeat]\nweeks = 4\n"
        table += "deload = [{ week = 1, to_percent = 60.0 }, { week = 2, to_percent = 60.0 }]"
        monkeypatch.setattr("exerkine_sim.schedule.load.MAX_EVENTS", 8)
        assert len(parse_toml(table).meals) == 4
        monkeypatch.setattr("exerkine_sim.schedule.load.MAX_EVENTS", 7)
        with pytest.raises(ScheduleError, match=r"(?s)repeat.deload: too much is changed.*at most 7"):
            parse_toml(table)


class TestToml:
    def test_every_field_is_written_where_it_says_something(self):
        text = parse_schedule(
            'name "Base"\nMon 07:00 "Easy" fed run 10m 60% rest 1m; squat 1x5 80% tempo 4s carbs 30g/h\n'
            "Tue 07:00 run 1m 60%\nMon 12:00 meal 90g carbs\nMon 08:00 infuse il6 25ug/h 3h\n"
            "Tue 08:00 inject il1ra 100mg subcutaneous"
        ).to_toml()
        assert (
            text
            == """name = "Base"
first_weekday = "Mon"

[[session]]
start_h = 7.0
name = "Easy"
nutrition = "fed"
carbs_g_per_h = 30.0

[[session.bout]]
start_min = 0.0
duration_min = 10.0
mode = "run"
intensity = "60% VO2max"

[[session.bout]]
start_min = 11.0
duration_min = 0.3333333333333333
mode = "squat"
intensity = "80% 1RM"
reps = 5
tempo_s = 4.0

[[session]]
start_h = 31.0

[[session.bout]]
start_min = 0.0
duration_min = 1.0
mode = "run"
intensity = "60% VO2max"

[[meal]]
time_h = 12.0
carbs_g = 90.0

[[infusion]]
start_h = 8.0
duration_h = 3.0
molecule = "il6"
rate = 25.0
unit = "ug/h"

[[infusion]]
start_h = 32.0
duration_h = 0.016666666666666666
molecule = "il1ra"
rate = 100.0
unit = "mg/min"
route = "subcutaneous"
"""
        )

    def test_letters_are_written_as_they_are(self):
        assert parse_schedule('name "Z\u00fcge"').to_toml() == 'name = "Z\u00fcge"\n'

    def test_what_is_left_out_has_its_default(self):
        bout = 'start_min = 0.0\nmode = "squat"\nintensity = "80% 1RM"\nreps = 5\n'
        plan = parse_toml("[[session]]\nstart_h = 7.0\n[[session.bout]]\n" + bout)
        assert plan == parse_schedule("day 1 07:00 squat 1x5 80%")
        slow = parse_toml("[[session]]\nstart_h = 7.0\n[[session.bout]]\ntempo_s = 4.0\n" + bout)
        assert slow == parse_schedule("day 1 07:00 squat 1x5 80% tempo 4s")
        assert parse_toml("") == parse_schedule("")
        assert parse_toml("[[meal]]\ntime_h = 1.0\ncarbs_g = 9.0\n[repeat]\nweeks = 3").meals[2].time_h == 337

    def test_weeks_that_are_only_repeated_stay_as_they_are(self):
        week = parse_schedule("day 1 07:00 squat 3x5 80% rest 3m; run 10m 60%")
        assert parse_toml(week.to_toml() + "[repeat]\nweeks = 3\n") == transform.repeat(week, 3)
        assert transform.excerpt(transform.repeat(week, 3), 3, 3) == week

    @pytest.mark.parametrize(("form", "falls"), [("", [60, 35, 20]), ('form = "step"', [20, 20, 20])])
    def test_a_taper_falls_unless_it_is_a_step(self, form, falls):
        days = "".join(
            f"[[session]]\nstart_h = {24 * day + 7}.0\n[[session.bout]]\nstart_min = 0.0\n"
            'duration_min = 100.0\nmode = "run"\nintensity = "60% VO2max"\n'
            for day in (1, 4, 6)
        )
        table = f"[repeat]\nweeks = 1\n[repeat.taper]\nweeks = 1\nto_percent = 20.0\n{form}"
        assert minutes(parse_toml(days + table)) == pytest.approx(falls, abs=4)


class TestFiles:
    COURSE = "[COURSE DATA]\n0 100\n5 100\n"

    def test_what_was_decided_and_what_was_not_read_is_logged(self, tmp_path, caplog):
        (tmp_path / "a.erg").write_text(self.COURSE)
        (tmp_path / "b.erg").write_text("")
        with caplog.at_level(logging.INFO, logger="exerkine_sim"):
            plan = load_schedule(tmp_path)
        assert len(plan.sessions) == 1
        told = [(record.levelname, record.getMessage()) for record in caplog.records]
        assert told[0] == ("INFO", f"{tmp_path / 'a.erg'}: says no day: put on day 1, at 07:00")
        assert [level for level, _ in told] == ["INFO", "WARNING"]
        assert told[1][1].startswith(f"{tmp_path / 'b.erg'}: no course")

    @pytest.mark.parametrize(
        ("names", "plan"),
        [
            (["plan.txt"], True),
            (["plan.toml"], True),
            (["words.txt"], True),
            (["polarised"], True),
            (["ride.erg"], False),
            (["steps.txt"], False),
            (["folder.txt"], False),
            (["plan.txt", "ride.erg"], False),
            (["polarised", "plan.txt"], False),
            ([], False),
        ],
    )
    def test_what_is_a_plan(self, tmp_path, monkeypatch, names, plan):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "folder.txt").mkdir()
        for name, text in (
            ("plan.txt", "Mon 07:00 run 1h 60%"),
            ("plan.toml", ""),
            ("words.txt", "nothing that is known"),
            ("ride.erg", self.COURSE),
            ("steps.txt", "- 10m 60%\n"),
        ):
            (tmp_path / name).write_text(text)
        assert is_plan([tmp_path.__class__(name) for name in names]) == plan

    def test_a_block_says_how_long_it_lasts_and_how_often_it_asks(self):
        block = find_block("couch-to-5k")
        assert (block.weeks, block.sessions_per_week, len(block.schedule.sessions)) == (9, 3, 27)
        with pytest.raises(AttributeError, match="cannot assign"):
            block.name = "another"
        with pytest.raises(ScheduleError, match="unknown block 'polarized'.*\n.*did you mean 'polarised'"):
            find_block("polarized")

    def test_a_block_is_loaded_by_its_name_unless_there_is_such_a_file(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert len(load_schedule("couch-to-5k").sessions) == 27
        (tmp_path / "couch-to-5k").write_text("Mon 07:00 run 1h 60%")
        with pytest.raises(ScheduleError, match="couch-to-5k: a plan in a '' file"):
            load_schedule("couch-to-5k")
