"""The TOML form: what programs write is read strictly, and every fault names its field."""

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import load_schedule, parse_schedule
from exerkine_sim.schedule.load import parse_toml

PLAN = """
name = "Base"

[[session]]
start_h = 7.0
nutrition = "fasted"

[[session.bout]]
start_min = 0
duration_min = 60
mode = "run"
intensity = "70% VO2max"

[[session]]
start_h = 42.0

[[session.bout]]
start_min = 0
mode = "squat"
intensity = "80% 1RM"
reps = 5

[[meal]]
time_h = 12.5
carbs_g = 90

[[infusion]]
start_h = 224.0
duration_h = 3.0
molecule = "il6"
rate = 25.0
unit = "ug/h"
"""
SAME = """
name "Base"
day 1 07:00 fasted run 60m 70% VO2max
day 2 18:00 squat 1x5 80% 1RM
day 1 12:30 meal 90g carbs
day 10 08:00 infuse il6 25ug/h 3h
"""


def test_both_forms_say_the_same():
    assert parse_toml(PLAN) == parse_schedule(SAME)


def test_the_suffix_decides_the_form(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    assert load_schedule(path) == parse_schedule(SAME)


def test_both_forms_know_the_first_weekday():
    plan = parse_toml('first_weekday = "Mon"\n' + PLAN)
    assert plan == parse_schedule("starts Mon" + SAME)
    assert 'first_weekday = "Mon"\n' in plan.to_toml()
    assert "first_weekday" not in parse_toml(PLAN).to_toml()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "duration_min = 60",
            "duraton_min = 60",
            r"session\.0\.bout\.0\.duraton_min: .*did you mean 'duration_min'",
        ),
        ('name = "Base"', 'first_weekday = "Mno"', "first_weekday: 'Mno'.*did you mean 'Mon'"),
        ('name = "Base"', "first_weekday = 1", "first_weekday: .*Mon, Tue, Wed"),
        ("duration_min = 60", "duration_min = -60", r"session\.0\.bout\.0\.duration_min: -60"),
        ("duration_min = 60", 'duration_min = "60"', r"session\.0\.bout\.0\.duration_min: .*valid number"),
        ("duration_min = 60", "", r"session\.0\.bout\.0: neither duration_min nor reps"),
        ("duration_min = 60", "duration_min = inf", r"session\.0\.bout\.0\.duration_min: inf"),
        ('mode = "squat"', 'mode = "squatt"', "unknown mode or lift 'squatt'.*did you mean 'squat'"),
        ('"80% 1RM"', '"80%"', r"session\.1\.bout\.0: '80%' has no known basis"),
        ("reps = 5", "reps = 5.5", r"session\.1\.bout\.0\.reps: "),
        (
            "start_h = 42.0",
            "start_h = 7.5",
            "sessions overlap: run day 1 07:00 to day 1 08:00 and squat day 1 07:30",
        ),
        ("time_h = 12.5", "time_h = 6.5", "fasted, but there is a meal at day 1 06:30"),
        ("carbs_g = 90", "carbs_g = -90", r"meal\.0\.carbs_g: -90"),
        ("rate = 25.0", "", r"infusion\.0\.rate: 'rate' is missing"),
        ("[[meal]]", "[[meel]]", "meel: unknown field 'meel'.*did you mean 'meal'"),
        ("[[meal]]", "[[meal]", "not valid TOML"),
        ("carbs_g = 90", "carbs_g = " + "9" * 5000, "not valid TOML"),
        ("carbs_g = 90", "carbs_g = " + "[" * 5000, "not valid TOML"),
    ],
)
def test_each_fault_names_its_file_and_field(tmp_path, old, new, message):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.replace(old, new, 1))
    with pytest.raises(ScheduleError, match=rf"(?s)plan\.toml.*{message}"):
        load_schedule(path)


def test_a_number_is_written_with_every_digit():
    text = parse_schedule("at 0.1h run 7s 33.333333333333336% VO2max").to_toml()
    assert "start_h = 0.1\n" in text
    assert f"duration_min = {7 / 60!r}\n" in text
    assert 'intensity = "33.333333333333336% VO2max"' in text
