"""What a person lacks for a plan is found without a simulation, and all of it at once."""

from dataclasses import replace

import pytest

from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.stimulus.missing import unresolved

PLAN = """Mon 07:00 cycle 1h 80% FTP
Tue 07:00 cycle 1h 90% FTP
Wed 07:00 squat 5x5 100kg rest 3m; deadlift 5x5 120kg rest 3m
Thu 07:00 swim 30m 200W
Fri 07:00 run 1h 70% VO2max
"""


def test_each_lack_is_named_once(runner):
    bare = replace(runner, ftp_w=None, one_rm_kg={})
    errors = unresolved(parse_schedule(PLAN), bare, load_parameters())
    fields = [error.field for error in errors]
    assert sorted(map(str, fields)) == ["None", "ftp_w", "one_rm_kg.deadlift", "one_rm_kg.squat"]
    assert "swim at 200W" in next(error.given for error in errors if error.field is None)


def test_a_person_who_lacks_nothing_lacks_nothing(runner):
    plan = parse_schedule("Mon 07:00 cycle 1h 80% FTP\nWed 07:00 squat 5x5 100kg rest 3m")
    assert unresolved(plan, runner, load_parameters()) == []


@pytest.mark.parametrize("text", ["", "Mon 12:00 meal 90g carbs"])
def test_without_sessions_nothing_is_asked(runner, text):
    assert unresolved(parse_schedule(text), runner, load_parameters()) == []
