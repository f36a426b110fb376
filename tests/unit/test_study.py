"""Reading Study files: what is refused, what the trial's clock means, how it becomes a Schedule."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import StudyError
from exerkine_sim.evidence import load_study, validate
from exerkine_sim.evidence.study import find_study

PLAIN = """
key = "Smith2001"
title = "A run"
use = "check"
[subject]
sex = "male"
age_y = 31
body_mass_kg = 75
vo2max_ml_kg_min = 59
training = "trained"
[[bout]]
start_min = 0
duration_min = 60
mode = "run"
intensity = "75% VO2max"
[[observation]]
exerkine = "il6"
site = "plasma"
time_min = 30
from = "end"
value = 5
unit = "fold"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_published_format_loads_without_the_optional_fields(tmp_path):
    study = load_study(written(tmp_path, PLAIN))
    assert study.key == "Smith2001"
    assert study.observations[0].counted_from == "end"
    assert study.observations[0].record == ""


def test_a_missing_height_is_filled_and_owned_up_to(tmp_path):
    study = load_study(written(tmp_path, PLAIN))
    assert study.subject.body_mass_kg / study.subject.height_m**2 == pytest.approx(23, rel=0.01)  # 2 decimals
    assert any("height" in assumption for assumption in study.assumptions)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"il6"', '"il66"', ["observation.0.exerkine", "'il6'"]),
        ('site = "plasma"', 'site = "plasm"', ["observation.0.site", "'plasma'"]),
        ('"fold"', '"pg/mLL"', ["observation.0.unit", "pg/mL"]),
        ('use = "check"', 'use = "chekc"', ["use", "'check'"]),
        ('mode = "run"', 'mode = "rnu"', ["bout.0", "rnu", "'run'"]),
        ("75% VO2max", "75% VO2", ["bout.0", "75% VO2"]),
        ('key = "Smith2001"\n', "", ["'key' is missing"]),
        ("duration_min = 60\n", "", ["bout.0", "duration_min"]),
        ("value = 5", "value = -5", ["observation.0", "more than 0"]),
        ("value = 5", "value = nan", ["observation.0.value"]),
        ('from = "end"', 'from = "finish"', ["'start' or 'end'"]),
        ("value = 5", "value = 5\nlow = 6\nhigh = 4", ["low = 6 above high = 4"]),
        ("value = 5", "valeu = 5", ["unknown field 'valeu'", "'value'"]),
        ('sex = "male"', 'sex = "mail"', ["sex", "male"]),
        ("start_min = 0", 'start_min = 0\nnutrition = "hungry"', ["bout.0.nutrition", "carbs 60g/h"]),
        ("[subject]", "clock = '25:00'\n[subject]", ["clock"]),
        ("[subject]", "record = [", ["TOML"]),
    ],
)
def test_a_faulty_file_is_refused_by_file_and_field_with_the_way_out(tmp_path, before, after, words):
    assert before in PLAIN
    path = written(tmp_path, PLAIN.replace(before, after, 1))
    with pytest.raises(StudyError) as refusal:
        load_study(path)
    assert all(word in str(refusal.value) for word in [str(path), *words])


def test_bouts_close_together_are_one_session_and_distant_ones_two(tmp_path):
    second = PLAIN.split("[[bout]]")[1].split("[[observation]]")[0]
    near = PLAIN + "[[bout]]" + second.replace("start_min = 0", "start_min = 120")
    far = PLAIN + "[[bout]]" + second.replace("start_min = 0", "start_min = 121")
    assert len(load_study(written(tmp_path, near)).schedule().sessions) == 1
    assert len(load_study(written(tmp_path, far)).schedule().sessions) == 2


def test_food_reaches_the_schedule(tmp_path):
    fed = PLAIN.replace("start_min = 0", 'start_min = 0\nnutrition = "carbs 60g/h"')
    study = load_study(written(tmp_path, fed + "[[meal]]\nstart_min = -60\ncarbs_g = 90\n"))
    schedule = study.schedule()
    assert schedule.sessions[0].carbs_g_per_h == 60
    assert [(meal.time_h, meal.carbs_g) for meal in schedule.meals] == [(study.zero_h - 1, 90)]


def test_an_infusion_counts_from_time_zero(tmp_path):
    infused = "[[infusion]]\nstart_min = 30\nduration_min = 180\nmolecule = 'il6'\nrate = 25\nunit = 'ug/h'\n"
    study = load_study(written(tmp_path, PLAIN + infused))
    assert study.schedule().infusions[0].start_h == study.zero_h + 0.5
    assert study.schedule().infusions[0].duration_h == 3


def test_a_lifting_set_lasts_as_long_as_its_repetitions(tmp_path):
    lift = 'mode = "squat"\nreps = 5\ntempo_s = 4\nintensity = "80% 1RM"'
    text = PLAIN.replace('duration_min = 60\nmode = "run"\nintensity = "75% VO2max"', lift)
    bout = load_study(written(tmp_path, text)).schedule().sessions[0].bouts[0]
    assert (bout.reps, bout.duration_min) == (5, pytest.approx(20 / 60))


@given(minutes=st.floats(min_value=-10_000, max_value=0), hour=st.integers(min_value=0, max_value=23))
@settings(max_examples=25, deadline=None)
def test_what_came_before_time_zero_keeps_its_distance_and_the_clock_its_hour(
    tmp_path_factory, minutes, hour
):
    prepared = PLAIN.replace("[subject]", f'clock = "{hour:02d}:00"\n[subject]', 1)
    prepared += f"[[meal]]\nstart_min = {minutes!r}\ncarbs_g = 50\n"
    study = load_study(written(tmp_path_factory.mktemp("trial"), prepared))
    assert study.zero_h % 24 == pytest.approx(hour)
    assert study.schedule().meals[0].time_h >= 0
    assert study.zero_h - study.schedule().meals[0].time_h == pytest.approx(
        -minutes / 60, abs=1e-9
    )  # rounding


def test_only_a_trial_of_known_clock_time_is_simulated_by_the_clock(tmp_path):
    """Leptin falls with the morning, on top of what a run takes off."""
    leptin = PLAIN.replace('"il6"', '"leptin"')
    timed = load_study(written(tmp_path, leptin.replace("[subject]", 'clock = "07:00"\n[subject]', 1)))
    untimed = load_study(written(tmp_path, leptin))
    assert (timed.by_clock, untimed.by_clock) == (True, False)
    first, second, third = (score.predicted for score in validate([timed, untimed, timed]).scores)
    assert first == third < 0.85 * second


def test_observations_count_from_time_zero_or_from_the_end_of_the_last_bout(tmp_path):
    study = load_study(written(tmp_path, PLAIN))
    from_start = load_study(written(tmp_path, PLAIN.replace('from = "end"', 'from = "start"')))
    assert study.time_h(study.observations[0]) == study.zero_h + 1.5
    assert from_start.time_h(from_start.observations[0]) == from_start.zero_h + 0.5


def test_an_unknown_study_offers_the_nearest():
    with pytest.raises(StudyError, match="Steensberg2000"):
        find_study("Steensberg200")
