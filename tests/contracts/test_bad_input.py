"""Bad input from the outside: one clear message, exit code 1, no traceback, nothing written."""

import subprocess
import sys

import pytest

from saying import in_words

PERSON = """sex = "male"
age_y = 30
body_mass_kg = 75
height_m = 1.8
vo2max_ml_kg_min = 50
"""
TOML_PLAN = """[[session]]
start_h = 8
[[session.bout]]
start_min = 0
duration_min = 60
mode = "run"
intensity = "70% VO2max"
"""


def refuse(folder, *, plan="Mon 08:00 run 1h 70% VO2max", suffix="txt", person=PERSON):
    """Run the command on these files and return its complaint."""
    (folder / f"plan.{suffix}").write_text(plan)
    (folder / "me.toml").write_text(person)
    command = [
        sys.executable,
        "-m",
        "exerkine_sim",
        "run",
        f"plan.{suffix}",
        "--subject",
        "me.toml",
        "--out",
        "out",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    in_words(done.stderr)
    assert not list((folder / "out").glob("*")) if (folder / "out").exists() else True
    return done.stderr


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        (
            {"plan": "Mon 08:00 squatt 5x5 80% 1RM rest 3m"},
            ["plan.txt", "line 1", "unknown", "squatt", "did you mean 'squat'"],
        ),
        (
            {"plan": "Mon 08:00 run 2h 70% VO2max\nMon 09:00 cycle 1h 60% VO2max"},
            ["plan.txt", "overlap", "08:00", "09:00"],
        ),
        ({"plan": "Mon 08:00 cycle 1h 80% FTP"}, ["ftp_w", "add ftp_w to the subject"]),
        (
            {"person": PERSON + "body_fat_pct = 15\n"},
            ["me.toml", "body_fat_pct", "did you mean 'body_fat_percent'"],
        ),
        (
            {"plan": TOML_PLAN.replace("mode", "moed"), "suffix": "toml"},
            ["plan.toml", "moed", "did you mean 'mode'"],
        ),
        ({"plan": TOML_PLAN.replace("60", "-60"), "suffix": "toml"}, ["plan.toml", "-60", "duration_min"]),
        ({"plan": "Mon 08:00 run -30m 70% VO2max"}, ["plan.txt", "line 1", "-30m"]),
        ({"plan": "Mon 08:00 infuse il6 25kg/m 3h"}, ["plan.txt", "25kg/m"]),
        ({"person": PERSON.replace("= 75", "= 7500")}, ["me.toml", "body_mass_kg = 7500", "30 to 250"]),
    ],
)
def test_a_faulty_plan_or_person_is_refused_in_words(tmp_path, given, messages):
    complaint = refuse(tmp_path, **given)
    for message in messages:
        assert message in complaint
