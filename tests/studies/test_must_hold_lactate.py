"""What has to hold of lactate, and of Lac-Phe and BDNF, which answer to it."""

import numpy as np
import pytest
from must_hold import (
    ACTIVE,
    BLOCK_TIMES_H,
    DAY,
    EASY_RIDE,
    LIFTING,
    MIDDLE_AGED_RIDE,
    SAME_SHARE,
    followed,
    lifted,
)

from laboratory import person

BODY = ("bench press", "leg press", "row", "leg extension", "overhead press", "leg curl")
MAXIMAL_TEST = "run 3m 55% VO2max, 3m 65%, 3m 75%, 3m 85%, 3m 95%, 2m 103%"
INTERVAL_RUNNER = person(vo2max=59.9)
SESSIONS = {
    "easy ride": EASY_RIDE,
    "short rests": (DAY + lifted(BODY, "4x10", 65, 30), ACTIVE),
    "long rests": (DAY + lifted(BODY, "4x10", 75, 120), ACTIVE),
    **LIFTING,
    "middle-aged rides": MIDDLE_AGED_RIDE,
    "1.25 km": (DAY + "run 5x(1m 100% VO2max / 1m 10%)", INTERVAL_RUNNER),
    "2.5 km": (DAY + "run 10x(1m 100% VO2max / 1m 10%)", INTERVAL_RUNNER),
    "young test": (DAY + MAXIMAL_TEST, ACTIVE),
    "older test": (DAY + MAXIMAL_TEST, person(age_y=58, vo2max=38)),
}


@pytest.fixture(scope="module")
def day():
    return followed(SESSIONS)


@pytest.fixture(scope="module")
def block():
    return followed({"same share": SAME_SHARE}, BLOCK_TIMES_H)


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: raised at 60 min; simulated: 1.02-fold, as serum needs"
)
def test_plasma_bdnf_is_still_up_an_hour_after_lifting(day):
    """BDNF-051, without a number; a twentieth is the least that could be seen."""
    assert day.fold("young lifts hard", "bdnf", 60, site="plasma")[0] > 1.05


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: 1.84- and 1.93-fold; simulated: 1.4- and 1.7-fold"
)
def test_twice_the_intervals_hardly_change_bdnf(day):
    """MOD_cabral16a_1 to MOD_cabral16a_4: ratio 1.05; a tenth for ten men."""
    short, long = (day.fold(run, "bdnf", 0, site="serum")[0] for run in ("1.25 km", "2.5 km"))
    assert long / short < 1.15


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: mean change not significant in 33 men; simulated: +18 %"
)
def test_half_an_hour_at_60_percent_does_not_visibly_move_serum_bdnf(day):
    """MOD_japan13_1: at 20 % from sample to sample the mean of 33 would have shown 10 %."""
    assert day.fold("easy ride", "bdnf", 0, site="serum")[0] < 1.10


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: 7.78 and 7.38 mmol/L; simulated: 7.2 and 10.0"
)
def test_twice_the_intervals_do_not_raise_lactate(day):
    """LAC-030, LAC-032: ratio 0.95, within a fifth for ten men."""
    short, long = (day.level(run, "lactate", 0, site="blood")[0] for run in ("1.25 km", "2.5 km"))
    assert long < 1.15 * short


def _minute_of_peak(day, test):
    minutes = np.arange(0, 15)
    return minutes[day.level(test, "lactate", *minutes, site="blood").argmax()]


def test_lactate_of_the_young_peaks_three_to_five_minutes_after_a_test(day):
    """LAC-045."""
    assert 3 <= _minute_of_peak(day, "young test") <= 5


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: still rising at 7 min above 50 years; simulated: 4 min at 58 years",
)
def test_lactate_of_older_men_peaks_later(day):
    """LAC-049."""
    assert _minute_of_peak(day, "older test") >= 7


def test_short_rests_do_not_raise_lactate_where_the_load_falls_with_them(day):
    """LAC-026 to LAC-028: 7.05 and 6.90 mmol/L, the load having fallen; by a tenth is an assumption."""
    short, long = (
        day.level(f"{rests} rests", "lactate", *range(0, 11), site="blood").max()
        for rests in ("short", "long")
    )
    assert short == pytest.approx(long, rel=0.25)


@pytest.mark.parametrize("minutes", [10, 30])
def test_lifting_leaves_more_lactate_than_riding(day, minutes):
    """LAC-055."""
    lifting, riding = (
        day.level(f"middle-aged {what}", "lactate", minutes, site="blood")[0]
        for what in ("lifts hard", "rides")
    )
    assert lifting > 1.2 * riding


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: more in those who train; simulated: a tenth less at 70 % of the new VO2max",
)
def test_training_does_not_lower_bdnf_s_answer_at_the_same_share(block):
    """MOD_szu15_1, MOD_szu15_2: 0.58 in those who train, 0.46 standard deviations in all."""
    before, after = (np.ptp(block.on("same share", "bdnf", one, -60, 30, site="serum")) for one in (1, 86))
    assert after >= before


def test_lac_phe_answers_before_and_after_training(block):
    """LPH-007, in words; a doubling is two thirds of what exhaustion gave others."""
    for one in (1, 86):
        rest, end = block.on("same share", "lac_phe", one, -60, 30)
        assert end > 2 * rest
