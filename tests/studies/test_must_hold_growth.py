"""What has to hold of growth hormone, IGF-1 and MGF."""

import numpy as np
import pytest
from must_hold import (
    ACTIVE,
    BLOCK_TIMES_H,
    DAY,
    LIFTING,
    MINUTES,
    OLD,
    RUNS,
    SAME_SHARE,
    TRAINED,
    UNTRAINED,
    before_and_after,
    followed,
)

from exerkine_sim.parameters import load_parameters

SPRINT = "cycle 30s 11W/kg"
SPRINTS = {
    "sprint": (DAY + SPRINT, ACTIVE),
    "second sprint": (f"{DAY}{SPRINT}\nday 2 12:00 {SPRINT}", ACTIVE),
}
SESSIONS = LIFTING | SPRINTS
NINE_TENS = "day {} 08:00 leg extension 9x10 80% 1RM rest 2m"
OVERLOAD = "\n".join(
    f"day {one} {hour}:00 run 75m 80% VO2max" for one in range(1, 17) for hour in ("08", "17")
)
TRAINING = {
    "same load": (before_and_after("run 30m 70% VO2max", RUNS, on=86), UNTRAINED),
    "same share": SAME_SHARE,
    "overload": (f"{OVERLOAD}\nday 86 08:00 walk 1m 20% VO2max", TRAINED),
    **{
        name: ("\n".join(NINE_TENS.format(one) for one in (1, 3, 5)), subject)
        for name, subject in (("young legs", ACTIVE), ("old legs", OLD))
    },
}


@pytest.fixture(scope="module")
def day():
    return followed(SESSIONS)


@pytest.fixture(scope="module")
def block():
    return followed(TRAINING, BLOCK_TIMES_H)


def test_gh_heeds_the_load_lifted_in_the_young_alone(day):
    """MOD_pyka92_1, MOD_pyka92_2: old men peak at a sixth, too little for a step to show."""
    steps = [
        np.ptp(
            [day.level(f"{who} lifts {load}", "gh", *range(-30, 61, 2)).max() for load in ("light", "hard")]
        )
        for who in ("old", "young")
    ]
    assert steps[0] < 0.25 * steps[1]


def test_the_second_sprint_of_the_day_gives_less_gh(day):
    """GH-20: 5.2 ng/mL, against 18.5 of a first one (GH-16)."""
    first, second = (
        day.level(name, "gh", *range(61), site="plasma_corrected").max()
        for name in ("sprint", "second sprint")
    )
    assert second < 0.8 * first


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 23.3 ng/mL without fatty acids; simulated: refractory all the same",
)
def test_the_second_sprint_gives_as_much_gh_where_fatty_acids_are_held_down():
    """GH-21: nicotinic acid, here fat that answers to nothing."""
    quiet = {"ffa.nerve_gain": 0.0, "ffa.adrenaline_gain": 0.0, "ffa.fasting_gain": 0.0}
    parameters = load_parameters().with_values(quiet, note="lipolysis suppressed")
    held = followed(SPRINTS, MINUTES, parameters=parameters)
    first, second = (held.level(name, "gh", *range(61)).max() for name in SPRINTS)
    assert second > 0.95 * first


@pytest.mark.parametrize(
    ("test", "published"),
    [
        pytest.param("same load", 0.55, id="MOD_welt97_3"),
        pytest.param("same share", 350 / 379, id="MOD_kana99_4"),
    ],
)
def test_training_lowers_gh_at_the_same_load_and_not_at_the_same_share(block, test, published):
    """Areas above rest; a fifth is the standard error of six to ten people."""
    minutes = range(0, 181, 2)
    areas = [(block.on(test, "gh", one, *minutes) - block.on(test, "gh", one)).sum() for one in (1, 86)]
    assert areas[1] / areas[0] == pytest.approx(published, rel=0.2)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: it falls; simulated: 1.3-fold, by the growth hormone of every day",
)
def test_resting_igf1_falls_under_overload(block):
    """MOD_tansk11_2, MOD_tre20_1, MOD_kimkang19_1: directions."""
    assert block.on("overload", "igf1", 18)[0] < block.on("overload", "igf1", 1)[0]


def _mgf(block, legs, one, minute):
    site = "muscle_mgf_lower"
    return block.on(legs, "igf1", one, minute, site=site)[0] / block.on(legs, "igf1", 1, site=site)[0]


def test_mgf_answers_one_session_alike_in_young_and_old(block):
    """IGF-31: up in both at 2.25 h."""
    young, old = (_mgf(block, f"{who} legs", 1, 150) for who in ("young", "old"))
    assert young > 1.5
    assert old == pytest.approx(young, rel=0.2)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: up in the older alone; simulated: alike, as after one session",
)
def test_mgf_is_higher_in_older_legs_the_day_after_the_third_session(block):
    """IGF-39, against IGF-31."""
    assert _mgf(block, "old legs", 6, -60) > 1.1 * _mgf(block, "young legs", 6, -60)
