"""What has to hold of IL-6, and of IL-1ra and IL-10, which follow it."""

import numpy as np
import pytest
from must_hold import (
    ACTIVE,
    AT_154_WATT,
    BLOCK_TIMES_H,
    DAY,
    LIFTING,
    MIDDLE_AGED,
    MIDDLE_AGED_RIDE,
    ONE_MINUTE,
    TRAINED,
    before_and_after,
    followed,
)

from laboratory import weeks

RIDE = "cycle 75m 75% VO2max"
FED_TWICE = "day 2 10:00 meal 90g carbs\nday 2 12:30 meal 90g carbs\n"
SESSIONS = {
    "run 150 min": (DAY + "fasted run 150m 75% VO2max", TRAINED),
    "ride 75 min": (DAY + RIDE, TRAINED),
    "ride 120 min": (DAY + "cycle 120m 65% VO2max", TRAINED),
    "marathon": (DAY + "run 206m 75% VO2max", TRAINED),
    "160 km": (DAY + "run 1578m 45% VO2max carbs 30g/h", TRAINED),
    "two hours to exhaustion": (DAY + "run 60m 65% VO2max, 60m 70%", TRAINED),
    **{f"run {minutes} min": (DAY + f"run {minutes}m 70% VO2max", TRAINED) for minutes in (60, 120, 180)},
    "second ride after 3 h": (f"{DAY}{RIDE}\nday 2 12:15 {RIDE}", TRAINED),
    "second ride after 6 h": (f"{DAY}{RIDE}\n{FED_TWICE}day 2 15:15 {RIDE}", TRAINED),
    "kick": (DAY + "one-leg knee extension 300m 25W", ACTIVE),
    "tens": (DAY + "squat 8x10 70% 1RM rest 90s", ACTIVE),
    "triples": (DAY + "squat 8x3 90% 1RM rest 3m", ACTIVE),
    **LIFTING,
    "middle-aged rides": MIDDLE_AGED_RIDE,
    "middle-aged rides lightly": (DAY + "cycle 33m 35% VO2max", MIDDLE_AGED),
    **AT_154_WATT,
}
TRAINING = {"two weeks": (before_and_after(ONE_MINUTE, weeks(ONE_MINUTE, 2, 4, 6, last=2), on=16), ACTIVE)}


@pytest.fixture(scope="module")
def day():
    return followed(SESSIONS)


@pytest.fixture(scope="module")
def block():
    return followed(TRAINING, BLOCK_TIMES_H)


@pytest.mark.parametrize(
    ("session", "published"),
    [
        pytest.param("ride 75 min", 5.2, id="il6_207"),
        pytest.param("ride 120 min", 14.3, id="il6_024"),
        pytest.param("marathon", 94.4, id="il6_039"),
    ],
)
def test_il6_after_work_of_any_length_is_within_a_factor_of_two(day, session, published):
    """The aim for concentrations; the intensity of the 120 min is not in the abstract."""
    assert published / 2 < day.level(session, "il6", 0)[0] < 2 * published


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 125-fold after 160 km; simulated: 35-fold with 30 g/h of sugar",
)
def test_il6_after_160_km_is_within_a_factor_of_two(day):
    """il6_161, most of whose runners took anti-inflammatory drugs, which went with larger rises."""
    assert day.fold("160 km", "il6", 0)[0] > 125 / 2


def test_il6_is_first_seen_half_an_hour_into_a_run(day):
    """il6_046; a fifth is more than shrinking plasma makes."""
    assert day.fold("run 150 min", "il6", 30 - 150)[0] > 1.2


def test_il6_falls_with_an_apparent_half_life_near_an_hour(day):
    """il6_039, il6_040: 94.4 to 22.1 pg/mL in two hours are 57 min; a third for four runners more or less."""
    end, later = day.level("marathon", "il6", 0, 120)
    assert 120 * np.log(2) / np.log(end / later) == pytest.approx(57, rel=1 / 3)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: no change; simulated: 1.4-fold three hours later, by damage",
)
def test_il6_of_old_men_does_not_visibly_answer_lifting(day):
    """il6_195: no change in 11 men, whose mean of two samples is good to 2 x 0.27 x sqrt(2 / 11) = 0.23."""
    folds = day.fold("old lifts hard", "il6", *range(0, 181, 15), site="plasma_corrected")
    assert folds.max() < 1.23


def test_il6_of_old_men_answers_lifting_less_than_that_of_the_young(day):
    """il6_195, at the end of the session."""
    old, young = (day.fold(f"{who} lifts hard", "il6", 0)[0] for who in ("old", "young"))
    assert old < young


def test_il6_release_of_a_leg_is_nearly_nil_at_first_and_fiftyfold_in_the_fifth_hour(day):
    """MOD_steens01_4, MOD_steens00_1: 6.8 x 2.5 kg over 0.36 ng/min = 47, within a factor of two."""
    half, hour, four, five = day.state("kick", "il6.pool_lower", -270, -240, -60, 0)
    late = (four + five) / 2
    assert half < 0.02 * late
    assert 47 / 2 < late / hour < 2 * 47


@pytest.mark.parametrize(
    ("session", "published"),
    [
        pytest.param("second ride after 3 h", 8.8 / 5.2, id="MOD_ronsen02_2"),
        pytest.param("second ride after 6 h", 5.9 / 5.2, id="MOD_ronsen02_3"),
    ],
)
def test_a_second_ride_gives_more_il6_after_three_hours_and_hardly_after_six(day, session, published):
    """A quarter is about the standard error of a ratio of nine men."""
    ratio = day.level(session, "il6", 0)[0] / day.level("ride 75 min", "il6", 0)[0]
    assert ratio == pytest.approx(published, rel=0.25)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 3.0 and 4.3 times at 54 and 59 % of VO2max over 45 %; simulated: 1.4 and 1.7",
)
def test_the_same_power_gives_severalfold_more_il6_at_a_larger_share_of_vo2max(day):
    """MOD_lundby04_1 to MOD_lundby04_3, within a factor of two; hypoxia stands as a lower VO2max."""
    rises = [np.ptp(day.level(f"154 W {n}", "il6", -61, 0)) for n in range(3)]
    assert rises[1] / rises[0] > 3.0 / 2
    assert rises[2] / rises[0] > 4.3 / 2


def test_eight_tens_raise_il6_more_than_eight_triples_and_both_damage(day):
    """MOD_bart17_1: IL-6 raised by volume only, creatine kinase by both; damage stands for the latter."""
    tens, triples = (day.fold(name, "il6", 30)[0] - 1 for name in ("tens", "triples"))
    assert tens > 2 * triples
    damage = [day.state(name, "damage.lower", 300)[0] for name in ("tens", "triples")]
    assert damage[1] > damage[0] / 4  # of repetitions they are three tenths


def _il6_rise(day, session):
    return day.fold(session, "il6", *range(0, 121, 15)).max() - 1


def test_riding_and_lifting_of_equal_length_give_equal_il6(day):
    """MOD_mendham11_1: the highest of two hours, within a third for twelve men."""
    lifting, riding = (_il6_rise(day, f"middle-aged {what}") for what in ("lifts hard", "rides"))
    assert lifting == pytest.approx(riding, rel=1 / 3)


@pytest.mark.parametrize(
    ("light", "hard"),
    [
        ("middle-aged rides lightly", "middle-aged rides"),
        ("middle-aged lifts light", "middle-aged lifts hard"),
    ],
)
def test_light_work_of_either_kind_gives_much_less_il6(day, light, hard):
    """MOD_mendham11_1, in words; a third less is the least that could be called so."""
    assert _il6_rise(day, light) < 0.67 * _il6_rise(day, hard)


def test_il1ra_is_still_up_on_the_day_after_exhausting_running(day):
    """il6_140; half as much again is visible beside 15 % from day to day."""
    assert day.fold("two hours to exhaustion", "il1ra", 22 * 60)[0] > 1.5


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: no rise at the end of the run; simulated: 8-fold, 18-fold later",
)
def test_il1ra_has_not_risen_by_the_end_of_a_long_run(day):
    """il6_047. A marathon ended with 23-fold (il6_042), which the same lag has to give."""
    assert day.fold("run 150 min", "il1ra", 0)[0] < 1.5


def test_il10_grows_with_duration(day):
    """il6_229: duration explains half of what differs between trials."""
    rises = [day.fold(f"run {minutes} min", "il10", 0)[0] - 1 for minutes in (60, 120, 180)]
    assert rises[2] > 2 * rises[1] > 4 * rises[0] > 0


def test_two_weeks_of_intervals_leave_il6_s_answer_as_it_was(block):
    """MOD_zwet14_1: no change in eight men, who would have shown a fifth."""
    before, after = (np.ptp(block.on("two weeks", "il6", one, -60, 22)) for one in (1, 16))
    assert after == pytest.approx(before, rel=0.2)
