"""A plan and a person become inputs: nothing lost, nothing counted twice, nothing guessed."""

from dataclasses import replace

import numpy as np
import pytest

from exerkine_sim.errors import ScheduleError, SubjectError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.stimulus import build_stimuli, build_stimulus
from exerkine_sim.subject import Subject

PARAMETERS = load_parameters()
MAN = Subject(
    sex="male",
    age_y=28,
    body_mass_kg=75,
    height_m=1.75,
    vo2max_ml_kg_min=60,
    ftp_w=280,
    one_rm_kg={"squat": 150},
)


def stimulus(text, subject=MAN, end_h=48.0):
    return build_stimulus(parse_schedule(text), subject, PARAMETERS, end_h=end_h)


def during(one, name, at_h):
    return one.series(name)[np.searchsorted(one.breakpoints, at_h, side="right") - 1]


def integral(one, name):
    return float(np.sum(one.series(name) * np.diff(one.breakpoints)))


def test_rest_lies_around_a_bout_and_its_edges_are_breakpoints():
    one = stimulus("Mon 07:00 run 60m 75% VO2max")
    assert {0.0, 7.0, 8.0, 48.0} == set(one.breakpoints)
    np.testing.assert_array_equal(one.inputs[[0, -1]], [one.rest, one.rest])
    assert one.active_spans() == [(7.0, 8.0)]


def test_running_uses_most_of_the_legs_at_the_stated_intensity():
    one = stimulus("Mon 07:00 run 60m 75% VO2max")
    assert during(one, "demand", 7.5) == pytest.approx(0.75)
    assert during(one, "relative_lower", 7.5) == pytest.approx(0.75)
    mass = during(one, "active_mass_lower", 7.5) + during(one, "active_mass_upper", 7.5)
    assert 13 <= mass <= 16  # physiology: nearly all leg muscle of a 75 kg man
    assert during(one, "tension_lower", 7.5) == 0.0


def test_kicking_with_one_leg_is_given_by_its_own_peak():
    """25 W on 2.5 kg is 10 W/kg and 40 % of the limb's peak (Steensberg2000)."""
    one = stimulus("Mon 07:00 knee extension 5h 25W")
    assert during(one, "active_mass_lower", 8) == pytest.approx(2.5, rel=0.1)
    assert during(one, "power_density_lower", 8) == pytest.approx(10.0, rel=0.15)
    assert during(one, "relative_lower", 8) == pytest.approx(0.40, abs=0.06)
    assert during(one, "active_mass_upper", 8) == during(one, "relative_upper", 8) == 0.0


def test_watts_and_percent_of_ftp_agree():
    in_watts, of_ftp = stimulus("Mon 07:00 cycle 1h 140W"), stimulus("Mon 07:00 cycle 1h 50% FTP")
    np.testing.assert_allclose(in_watts.inputs, of_ftp.inputs, rtol=1e-12)
    expected = (7 * 75 + 10.8 * 140) / (60 * 75)  # the ACSM cycling equation over VO2max
    assert during(in_watts, "demand", 7.5) == pytest.approx(expected, rel=1e-9)


def test_kilograms_and_percent_of_one_rm_agree():
    in_kg, in_percent = (
        stimulus("Mon 07:00 squat 5x5 120kg rest 3m"),
        stimulus("Mon 07:00 squat 5x5 80% 1RM rest 3m"),
    )
    np.testing.assert_allclose(in_kg.inputs, in_percent.inputs, rtol=1e-12)
    assert during(in_kg, "tension_lower", 7.001) == pytest.approx(0.8)


def test_each_set_is_a_segment_and_time_under_load_is_kept():
    one = stimulus("Mon 07:00 squat 5x5 80% 1RM rest 3m")
    assert len(one.active_spans()) == 5
    assert integral(one, "tension_lower") == pytest.approx(0.8 * 5 * 5 * 3 / 3600, rel=1e-9)


def test_isolation_differs_from_compound_through_active_mass_only():
    squat = stimulus("Mon 07:00 squat 3x10 70% 1RM rest 2m")
    extension = stimulus("Mon 07:00 leg extension 3x10 70% 1RM rest 2m")
    for name in ("relative_lower", "power_density_lower", "tension_lower", "strain_lower"):
        np.testing.assert_allclose(squat.series(name), extension.series(name), rtol=1e-12)
    assert integral(squat, "active_mass_lower") > 1.5 * integral(extension, "active_mass_lower")


def test_the_region_that_steadies_bears_in_proportion_to_its_share():
    squat = stimulus("Mon 07:00 squat 5x5 80% 1RM rest 3m")
    share = PARAMETERS["lifts.squat.active_upper"].value / PARAMETERS["lifts.squat.active_lower"].value
    assert during(squat, "tension_lower", 7.001) == pytest.approx(0.8)
    assert during(squat, "tension_upper", 7.001) == pytest.approx(0.8 * share)


@pytest.mark.parametrize("percent", [0, 3])
def test_a_bout_below_resting_uptake_is_rest(percent):
    one = stimulus(f"Mon 07:00 run 60m {percent}% VO2max")
    np.testing.assert_array_equal(one.inputs, np.tile(one.rest, (len(one.inputs), 1)))


def test_a_bench_press_leaves_the_legs_alone():
    one = stimulus("Mon 07:00 bench press 5x5 80% 1RM rest 3m")
    for name in ("relative", "power_density", "active_mass", "tension", "strain"):
        assert not one.series(f"{name}_lower").any()
        assert one.series(f"{name}_upper").any()


def test_carbohydrate_adds_up_to_what_was_eaten():
    one = stimulus("Mon 07:00 run 2h 70% VO2max carbs 60g/h\nMon 12:30 meal 90g carbs")
    assert integral(one, "carbohydrate") == pytest.approx(210.0, rel=1e-12)


def test_fed_means_a_standard_meal_unless_the_plan_has_one():
    assert integral(stimulus("Mon 10:00 fed run 1h 70% VO2max"), "carbohydrate") == pytest.approx(75.0)
    named = "Mon 08:30 meal 90g carbs\nMon 10:00 fed run 1h 70% VO2max"
    assert integral(stimulus(named), "carbohydrate") == pytest.approx(90.0)


def test_an_infusion_is_an_input_of_its_own_in_canonical_units():
    one = stimulus("Mon 08:00 infuse il6 25ug/h 3h")
    assert during(one, "infusion.il6", 9.0) == pytest.approx(25_000.0)
    assert integral(one, "infusion.il6") == pytest.approx(75_000.0)


def test_an_infusion_per_kilogram_is_multiplied_by_body_mass():
    one = stimulus("Mon 08:00 infuse il6 30ng/kg/min 2h")
    assert during(one, "infusion.il6", 9.0) == pytest.approx(30 * 75 * 60)
    molar = stimulus("Mon 08:00 infuse lactate 20umol/kg/min 2h")
    assert during(molar, "infusion.lactate", 9.0) == pytest.approx(0.020 * 75 * 60)


def test_units_of_insulin_count_molecules():
    one = stimulus("Mon 08:00 infuse insulin 2IU/h 1h")
    assert one.units["infusion.insulin"] == "mmol/h"
    assert during(one, "infusion.insulin", 8.5) == pytest.approx(2 * 6000e-9)  # 6000 pmol a unit


def test_a_molecule_infused_by_mass_and_by_amount_is_refused():
    with pytest.raises(ScheduleError, match="'il6' is infused both in ng/h and in mmol/h") as refusal:
        stimulus("Mon 08:00 infuse il6 25ug/h 1h\nMon 10:00 infuse il6 1nmol/h 1h")
    assert "fix: give every rate" in str(refusal.value)


def test_what_overlaps_adds_up():
    """Each of a run, two meals close together and an infusion, alone and all at once."""
    lines = [
        "Mon 07:00 run 2h 70% VO2max",
        "Mon 07:30 meal 60g carbs",
        "Mon 07:40 meal 30g carbs",
        "Mon 06:00 infuse il6 30ng/kg/min 2h",
        "Mon 07:45 infuse il6 25ug/h 2h",
    ]
    together, parts = stimulus("\n".join(lines)), [stimulus(line) for line in lines]
    for name in together.names:
        for at_h in (5.0, 6.5, 7.2, 7.55, 7.7, 7.8, 8.5, 9.2, 10.0):
            rest = together.rest[together.names.index(name)]
            added = sum(during(part, name, at_h) - rest for part in parts if name in part.names)
            assert during(together, name, at_h) == pytest.approx(rest + added, rel=1e-12), (name, at_h)


def test_weeks_of_the_same_sets_are_a_handful_of_levels():
    sets = "squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m"
    one = stimulus("\n".join(f"day {day} 18:00 {sets}" for day in range(1, 15)), end_h=15 * 24)
    assert len(one.inputs) == 14 * 20 + 1
    assert len(one.levels) == 3  # rest, squat, bench press
    np.testing.assert_array_equal(one.levels[0], one.rest)


def test_two_bouts_that_meet_leave_no_sliver():
    one = stimulus("Mon 07:00 run 10m 60% VO2max, 3x(20s 95% / 40s 50%), 10m 55%")
    assert np.diff(one.breakpoints).min() > 19 / 3600


def test_what_goes_on_past_the_end_is_cut_there():
    one = stimulus("Mon 07:00 run 1h 70% VO2max\nMon 11:50 meal 90g carbs", end_h=12.0)
    assert one.breakpoints[-1] == 12.0
    assert integral(one, "carbohydrate") == pytest.approx(45.0, rel=1e-9)
    assert not stimulus("Mon 12:00 meal 90g carbs", end_h=12.0).series("carbohydrate").any()


def test_the_smaller_person_has_less_active_muscle_and_demands_the_same_fraction():
    woman = Subject(sex="female", age_y=28, body_mass_kg=55, height_m=1.62, vo2max_ml_kg_min=45)
    hers, his = stimulus("Mon 07:00 run 1h 70% VO2max", woman), stimulus("Mon 07:00 run 1h 70% VO2max")
    assert during(hers, "demand", 7.5) == pytest.approx(during(his, "demand", 7.5))
    assert during(hers, "active_mass_lower", 7.5) < during(his, "active_mass_lower", 7.5)


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("Mon 07:00 cycle 1h 80% FTP", "'ftp_w' is not known", "add ftp_w to the subject"),
        (
            "Mon 07:00 squat 5x5 100kg rest 3m",
            "one-repetition maximum of 'squat' is not known",
            "add squat =",
        ),
    ],
)
def test_a_basis_without_its_anchor_names_the_missing_field(text, message, fix):
    bare = Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.75, vo2max_ml_kg_min=60)
    with pytest.raises(SubjectError) as refusal:
        stimulus(text, bare)
    assert message in str(refusal.value)
    assert fix in str(refusal.value)


def test_watts_for_a_mode_without_a_watt_equation_are_refused():
    with pytest.raises(ScheduleError, match="run at 250W") as refusal:
        stimulus("Mon 07:00 run 1h 250W")
    assert "% VO2max" in str(refusal.value)


@pytest.mark.parametrize("array", ["inputs", "levels", "rest", "pattern", "breakpoints"])
def test_arrays_cannot_be_written_to(array):
    with pytest.raises(ValueError, match="read-only"):
        getattr(stimulus("Mon 07:00 run 1h 70% VO2max"), array)[..., 0] = 1


def test_people_who_follow_one_plan_share_its_breakpoints_and_pattern():
    """Else months of sets for thousands of people would not fit into memory."""
    plan = parse_schedule("Mon 07:00 squat 5x5 80% 1RM rest 3m")
    one, other = build_stimuli(plan, [MAN, replace(MAN, age_y=60)], PARAMETERS, end_h=24)
    assert one.breakpoints is other.breakpoints
    assert one.pattern is other.pattern
    assert not np.array_equal(one.levels, other.levels)


def test_a_plan_for_nobody_is_no_stimulus():
    assert build_stimuli(parse_schedule("Mon 07:00 run 1h 70% VO2max"), [], PARAMETERS, end_h=24) == []


def test_one_person_without_the_anchor_refuses_the_plan_for_all():
    plan = parse_schedule("Mon 07:00 cycle 1h 80% FTP")
    with pytest.raises(SubjectError, match="'ftp_w' is not known"):
        build_stimuli(plan, [MAN, replace(MAN, ftp_w=None)], PARAMETERS, end_h=24)
