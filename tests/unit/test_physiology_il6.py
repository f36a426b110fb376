"""Working muscle releases IL-6, more with time and with less glycogen, and plasma forgets it in minutes."""

from functools import partial

import pytest

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.parameters import load_parameters
from laboratory import IL6_MODULES, person, simulated

MODEL = compose(IL6_MODULES)
RUNNER = person(vo2max=55)
POOL_TIME_MIN = load_parameters()["il6.pool_time"].to("min")
course = partial(laboratory.levels, molecule="il6", site="plasma", subject=RUNNER, model=MODEL)


def leg_release(text, *minutes, day=1):
    """Return release of the lower-body muscle in ng/min, the given minutes after 08:00 of a day."""
    solution = simulated(text, *minutes, day=day, subject=RUNNER, model=MODEL)
    return solution.state("il6.pool_lower").values[0] / POOL_TIME_MIN


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(MODEL)
    assert not unused_parameters(MODEL)


def test_rest_is_near_one_and_higher_with_age_and_fat():
    young = course("walk 1m 40% VO2max", -60)
    old = course("walk 1m 40% VO2max", -60, subject=person(age_y=70, vo2max=55))
    heavy = course("walk 1m 40% VO2max", -60, subject=person(body_mass_kg=105, vo2max=55))
    assert 0.6 < young < 2.1
    assert young < heavy
    assert young < old < 3 * young


def test_five_hours_of_kicking():
    rest, end = course("one-leg knee extension 300m 25W", -1, 300)
    hour, four, five = leg_release("day 1 08:00 one-leg knee extension 300m 25W", 60, 240, 300) / 2.5
    # published 19-fold and 3.96 to 9.69 ng/min per kg in the last two hours; a factor 2 is the aim
    assert 19 / 2 < end / rest < 19 * 2
    assert 3.96 < (four + five) / 2 < 9.69
    # and a normal leg's first hour is nearly silent: 0.36 ng/min / 2.5 kg
    assert 0.07 < hour < 0.29


def test_a_depleted_leg_releases_from_the_first_hour():
    kick = "one-leg knee extension 60m 25W"
    fresh = leg_release(f"day 2 08:00 {kick}", 60, day=2)
    depleted = leg_release(f"day 1 22:00 one-leg knee extension 120m 60W\nday 2 08:00 {kick}", 60, day=2)
    assert depleted > 3 * fresh


def test_little_glycogen_in_the_morning_raises_what_three_hours_of_kicking_make_of_it():
    # 1.6-fold in plasma (il6_032, il6_033); a quarter is about the standard error of a ratio of six men
    kick, evening = "day 2 08:00 two-leg knee extension 180m 68W", "day 1 19:00 fasted cycle 150m 70% VO2max"
    normal, low = (course(plan, 180, day=2)[0] for plan in (kick, f"{evening}\n{kick}"))
    assert low / normal == pytest.approx(1.6, rel=0.25)


def test_arms_at_work_before_restrain_what_the_legs_release():
    # the body's restraint, not the muscle's: by how much is fitted, that it acts at all is the promise
    ride, cranking = "day 1 11:00 cycle 60m 70% VO2max", "day 1 08:00 arm crank 3h 40% VO2max carbs 60g/h"
    release = [leg_release(plan, 240)[0] for plan in (ride, f"{cranking}\n{ride}")]
    assert release[1] < 0.8 * release[0]


def test_a_long_run_peaks_at_its_end_and_is_gone_in_a_day():
    rest, before, end, later, next_day = course("run 150m 75% VO2max", -1, 140, 150, 240, 150 + 24 * 60)
    assert 15 < end / rest < 45
    assert before < end
    assert later < end / 2
    assert next_day < 3 * rest


def test_twice_the_time_is_far_more_than_twice_the_rise():
    rest, one, two = course("run 120m 70% VO2max", -1, 60, 120)
    assert two - rest > 2.5 * (one - rest)


def test_an_hour_orders_by_intensity():
    easy, moderate, hard = (course(f"run 60m {percent}% VO2max", 60)[0] for percent in (55, 65, 75))
    assert 1.1 * easy < moderate < hard / 1.1


def test_intervals_exceed_the_same_work_done_evenly():
    intervals = course("cycle 10x(4m 87.5% VO2max / 2m 20% VO2max)", 60)
    even = course("cycle 60m 65% VO2max", 60)
    assert intervals > 1.1 * even


@pytest.mark.parametrize("site", ["muscle_mrna_lower", "plasma"])
def test_carbohydrate_lowers_plasma_and_not_the_transcript(site):
    water = course("fasted cycle 180m 60% VO2max", 180, site=site)
    drink = course("cycle 180m 60% VO2max carbs 60g/h", 180, site=site)
    low, high = (0.95, 1.05) if site.startswith("muscle") else (0.45, 0.81)
    assert low < drink / water < high


def test_a_day_of_work_levels_off():
    # as the nine men of Wallberg2011 worked: arms, then legs running and cycling, 110 min and 10 of rest
    modes = ("arm crank 110m 38.5%", "run 110m 55%", "cycle 110m 55%")
    blocks = [f"{modes[n % 3]} VO2max carbs 60g/h" for n in range(12)]
    starts = [f"day {1 + (8 + 2 * n) // 24} {(8 + 2 * n) % 24:02d}:00" for n in range(12)]
    plan = "\n".join(f"{start} {block}" for start, block in zip(starts, blocks, strict=True))
    half, whole = course(plan, 720, 1440)
    assert half < 2 * 10.58
    assert 10.89 / 2 < whole < 1.1 * half


def test_a_second_bout_after_three_hours_goes_higher():
    bout = "cycle 75m 75% VO2max"
    first, second = course(f"day 1 08:00 {bout}\nday 1 12:15 {bout}", 75, 255 + 75)
    assert 1.2 * first < second < 2.5 * first


def test_transcript_rises_twenty_to_a_hundredfold_in_long_work_of_a_leg():
    rest, end = course("one-leg knee extension 180m 34W", -1, 180, site="muscle_mrna_lower")
    assert rest == pytest.approx(1.0, abs=1e-6)
    assert 20 < end < 110


def test_lifting_raises_it_modestly():
    rest, end, hour = course("squat 4x10 70% 1RM rest 90s; leg press 4x10 70% rest 90s", -1, 30, 90)
    assert 1.05 < end / rest < 4
    assert 1.05 < hour / rest < 4


def test_a_bench_press_leaves_the_legs_alone():
    lower = course("bench press 5x10 75% 1RM rest 2m", 90, site="muscle_mrna_lower")
    upper = course("bench press 5x10 75% 1RM rest 2m", 90, site="muscle_mrna_upper")
    assert lower == pytest.approx(1.0, abs=1e-6)
    assert upper > 1.2


def test_eccentric_work_leaves_a_late_rise():
    ran, rode = (course(f"{mode} 90m 60% VO2max", 90 + 300)[0] for mode in ("run", "cycle"))
    assert ran > rode + 0.3


def test_plasma_forgets_an_infusion_within_minutes():
    rest, during, quarter = course("day 1 08:00 infuse il6 13ug/h 3h", -1, 170, 195)
    assert 100 < during < 200
    assert quarter - rest < 0.05 * (during - rest)


def test_interstitium_stands_above_plasma_while_muscle_releases():
    plasma = course("run 150m 75% VO2max", -1, 150, site="plasma_corrected")
    interstitium = course("run 150m 75% VO2max", -1, 150, site="muscle_interstitium_lower")
    assert interstitium[0] == pytest.approx(plasma[0], rel=1e-6)
    assert interstitium[1] > 3 * plasma[1]
