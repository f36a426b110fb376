"""Adrenaline rises steeply with effort, drifts up over hours and is gone within minutes."""

from functools import partial

import laboratory
from exerkine_sim.model import check_dimensions, compose, module, unused_parameters
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.adrenaline import adrenaline
from laboratory import person

RUNNER = person(age_y=26, body_mass_kg=72, height_m=1.78, vo2max=60)


@module("glucose", parameters={"basal": "mmol/L"})
def glucose_clamp(m, p):
    """Hold glucose at its basal level."""
    m.publish("plasma", p.basal)


MODEL = compose([adaptation, drivers.vo2, drivers.plasma_volume, adrenaline, glucose_clamp])
level = partial(laboratory.levels, molecule="adrenaline", site="plasma", subject=RUNNER, model=MODEL)


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not {name for name in unused_parameters(MODEL) if name.startswith("adrenaline")}


def test_four_hours_at_65_percent_raise_it_sevenfold():
    # 352 pg/mL with a standard deviation of 188 between seven trained men, from 48
    assert 165 < level("run 240m 65% VO2max", 240) < 540


def test_it_keeps_climbing_at_constant_intensity():
    early, late = (level("run 240m 65% VO2max", minutes) for minutes in (20, 240))
    assert late > 1.5 * early


def test_light_work_hardly_moves_it():
    assert level("walk 60m 40% VO2max", 60) < 1.2 * level("walk 60m 40% VO2max", -1)


def test_release_is_steep_in_intensity():
    rest = level("cycle 20m 60% VO2max", -1)
    moderate, hard = (level(f"cycle 20m {percent}% VO2max", 20) for percent in (60, 80))
    assert hard - rest > 3 * (moderate - rest)


def test_one_leg_at_work_does_not_call_the_adrenals():
    assert level("knee extension 60m 40% VO2max", 60) < 1.1 * level("knee extension 60m 40% VO2max", -1)


def test_heavy_sets_of_ten_raise_it_more_than_sets_of_three():
    tens = max(level("squat 3x10 70% 1RM rest 2m", minutes) for minutes in (0.5, 3, 5.5))
    triples = max(level("squat 3x3 90% 1RM rest 2m", minutes) for minutes in (0.15, 2.3, 4.45))
    assert tens > triples > level("squat 3x3 90% 1RM rest 2m", -1)


def test_it_is_gone_a_quarter_of_an_hour_after_the_end():
    assert level("run 30m 80% VO2max", 45) < 1.15 * level("run 30m 80% VO2max", -1)


def test_low_glucose_raises_it_at_rest():
    low = load_parameters().with_values({"glucose.basal": 3.0}, note="hypoglycaemic clamp")
    # clamps at 3.0 mmol/L give 200 to 260 pg/mL
    assert 180 < level("walk 10m 40% VO2max", -1, parameters=low) < 290
