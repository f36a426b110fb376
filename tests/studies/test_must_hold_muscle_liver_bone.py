"""What has to hold of other signals of muscle, liver and bone, and of what the model has no words for."""

import pytest
from must_hold import (
    ACTIVE,
    AT_154_WATT,
    BLOCK_TIMES_H,
    DAY,
    EASY_RIDE,
    LIFTING,
    ONE_MINUTE,
    UNTRAINED,
    before_and_after,
    followed,
    lifted,
)

from exerkine_sim.errors import ScheduleError, SubjectError
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from laboratory import person, weeks

SESSIONS = {
    "easy ride": EASY_RIDE,
    "fed ride": ("day 2 07:30 meal 75g carbs\nday 2 08:00 cycle 30m 70% VO2max", ACTIVE),
    "young lifts hard": LIFTING["young lifts hard"],
    **AT_154_WATT,
    "no food": ("", ACTIVE),
}
LEGS = lifted(("leg extension", "leg press", "bench press"), "3x9", 65, 120)
LAST = "day 86 08:00 walk 1m 20% VO2max"
TRAINING = {
    "intervals": (before_and_after(ONE_MINUTE, weeks(ONE_MINUTE, 3, 5, 7, last=12), on=86), UNTRAINED),
    "lifting": (f"{weeks(LEGS, 1, 3, 5, last=8)}\n{LAST}", ACTIVE),
    "lifting more often": (f"{weeks(LEGS, 1, 3, 5, 7, last=6)}\n{LAST}", ACTIVE),
}


@pytest.fixture(scope="module")
def day():
    return followed(SESSIONS)


@pytest.fixture(scope="module")
def block():
    return followed(TRAINING, BLOCK_TIMES_H)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 5.66 of 6.96 pg/mL; simulated: 1.1-fold, half of the pooled rise",
)
def test_il15_is_at_rest_or_below_an_hour_after_lifting(day):
    """il6_191, against half of the rise left in the mean of trials (il6_265, il6_266)."""
    assert day.fold("young lifts hard", "il15", 60)[0] < 1.02


@pytest.mark.parametrize(
    "session",
    [
        "easy ride",
        pytest.param(
            "young lifts hard",
            marks=pytest.mark.xfail(
                strict=True,
                raises=AssertionError,
                reason="seen: at rest in the mean of trials; simulated: 1.2-fold, the late rise",
            ),
        ),
    ],
)
def test_irisin_is_back_within_a_day(day, session):
    """MOD_bett24_1, MOD_bett24_2; against a second rise after hard work only (IRI-005, IRI-016, IRI-017)."""
    assert day.fold(session, "irisin", 24 * 60)[0] < 1.05


def test_resting_irisin_does_not_depend_on_fitness(day):
    """MOD_karmen18_1: no relation in 300 people."""
    rest = [day.level(f"154 W {n}", "irisin", -80)[0] for n in range(3)]
    assert rest == pytest.approx([rest[0]] * 3, rel=0.02)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="seen: lower, P < 0.01; simulated: as before")
def test_fgf21_is_lower_on_the_day_after_a_fed_ride(day):
    """FGF-20; a twentieth is the least that could be seen."""
    assert day.fold("fed ride", "fgf21", 24 * 60)[0] < 0.95


def test_weeks_of_intervals_change_resting_irisin_by_a_fifth_at_most(block):
    """IRI-022, IRI-023: 3.6 ng/mL untrained, 4.3 ng/mL trained."""
    before, after = (block.on("intervals", "irisin", one)[0] for one in (1, 86))
    assert 1 < before < 10
    assert after == pytest.approx(before, rel=0.2)


@pytest.mark.parametrize(("name", "last"), [("intervals", 84), ("lifting", 54)])
def test_training_leaves_resting_il15_alone(block, name, last):
    """il6_267: not significant; a twentieth is far within that. The morning after the last session."""
    assert block.on(name, "il15", last + 1)[0] == pytest.approx(block.on(name, "il15", 1)[0], rel=0.05)


def test_serum_myostatin_falls_more_with_more_sessions_and_returns_without(block):
    """MST-33: 24 sessions, three or four a week, then none."""
    start, three, end = (block.on("lifting", "myostatin", one)[0] for one in (1, 57, 86))
    four = block.on("lifting more often", "myostatin", 43)[0]
    assert four < three < 0.95 * start
    assert end == pytest.approx(start, rel=0.05)


# ------------------------------------------------------------------ what the model has no words for


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: +74 %; simulated: rest is the state without meals, for ever",
)
def test_fgf21_is_up_after_a_week_without_food(day):
    """FGF-22: half of the rise at the least. That two days do nothing (FGF-23) holds for the same reason."""
    assert day.fold("no food", "fgf21", 7 * 24 * 60)[0] > 1.37


@pytest.mark.xfail(
    strict=True,
    raises=ScheduleError,
    reason="seen: whey prevents the fall of the first hour; a meal is carbohydrate",
)
def test_protein_around_lifting_prevents_the_first_fall_of_the_myostatin_transcript():
    """MST-12."""
    plan = parse_schedule("day 1 07:30 meal 15g protein\nday 1 08:00 leg press 5x10 75% 1RM rest 2m")
    course = simulate(plan, ACTIVE, times_h=[plan.end_h + 1]).fold("myostatin", site="muscle_mrna_lower")
    assert course.item() > 0.95


@pytest.mark.xfail(
    strict=True, raises=SubjectError, reason="seen: +14 % in boys, +51 % in men; a Subject is 16 or older"
)
def test_sclerostin_of_boys_answers_less():
    """SCL-05, SCL-06."""
    boy = person(age_y=10.2, body_mass_kg=35, height_m=1.4, vo2max=48)
    plan = parse_schedule(DAY + "run 8x(1m 100% VO2max / 1m 30%)")
    times = [plan.end_h + 5 / 60]
    boys, men = (simulate(plan, one, times_h=times).fold("sclerostin").item() for one in (boy, ACTIVE))
    assert boys - 1 < 0.5 * (men - 1)


@pytest.mark.parametrize(
    "molecule",
    [
        pytest.param("osteocalcin", id="OCN-01"),
        pytest.param("creatine_kinase", id="MOD_bart17_1"),
        pytest.param("pgc1a", id="MOD_stepto12_1"),
    ],
)
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: their answers to exercise and training; not in the model",
)
def test_every_molecule_with_a_fact_to_hold_is_in_the_model(molecule):
    assert molecule in default_model().exerkines
