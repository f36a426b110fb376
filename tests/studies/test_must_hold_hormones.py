"""What has to hold of cortisol, leptin and glucagon, some of it by the hour of the day."""

import numpy as np
import pytest
from must_hold import ACTIVE, BLOCK_TIMES_H, DAY, RUNS, TRAINED, UNTRAINED, before_and_after, followed

from exerkine_sim.evidence import find_study

SESSIONS = {
    "ride 240 min": (DAY + "fasted cycle 240m 60% VO2max", TRAINED),
    "ride 240 min, drinking": (DAY + "cycle 240m 60% VO2max carbs 60g/h", TRAINED),
}
TRAINING = {"same work": (before_and_after("cycle 120m 60% VO2max", RUNS, on=86), UNTRAINED)}
RUNNERS = find_study("PostExerciseLeptin").subject
MODERATE = "cycle 90m 55% VO2max"
BY_THE_CLOCK = {
    "rest": ("", RUNNERS),
    "morning run": ("day 1 08:00 run 120m 65% VO2max", RUNNERS),
    "untrained rest": ("", UNTRAINED),
    "man at rest": ("", ACTIVE),
    **{f"ride at {hour}": (f"day 1 {hour}:00 {MODERATE}", ACTIVE) for hour in (10, 13)},
}
CLOCK_TIMES = np.arange(0, 24.01, 1 / 12)
NMOL_L_PER_UG_DL = 27.59  # cortisol weighs 362.5 g/mol


@pytest.fixture(scope="module")
def day():
    return followed(SESSIONS)


@pytest.fixture(scope="module")
def block():
    return followed(TRAINING, BLOCK_TIMES_H)


@pytest.fixture(scope="module")
def hours():
    return followed(BY_THE_CLOCK, CLOCK_TIMES, clock=True)


def clocked(hours, name, exerkine, *clock):
    """Return levels at hours of the clock, at all of them if none is given."""
    return hours.at(name, exerkine, clock or CLOCK_TIMES)


def test_carbohydrate_lowers_cortisol(day):
    """il6_123, a direction."""
    water, sugar = (
        day.fold(f"ride 240 min{drink}", "cortisol", 0, site="plasma_corrected")[0]
        for drink in ("", ", drinking")
    )
    assert 1 < sugar < water


@pytest.mark.parametrize(
    ("exerkine", "published", "peak_at", "trough_at"),
    [
        pytest.param("leptin", 4.9 / 2.3, 1.0, 11.0, id="LEP-17, LEP-18"),
        pytest.param("cortisol", 15.5 / 2.0, 8.53, 0.3, id="Debono2009"),
    ],
)
def test_highest_and_lowest_of_the_day_lie_where_they_were_seen(
    hours, exerkine, published, peak_at, trough_at
):
    """Steps of an hour cannot place them closer than that, nor keep all of their height."""
    course = clocked(hours, "man at rest", exerkine)
    assert course.max() / course.min() == pytest.approx(published, rel=0.1)
    for found, seen in ((course.argmax(), peak_at), (course.argmin(), trough_at)):
        assert abs((CLOCK_TIMES[found] - seen + 12) % 24 - 12) < 1


@pytest.mark.parametrize(
    ("clock", "published"),
    [pytest.param(10, 12.3, id="LEP-20"), pytest.param(12, 27, id="LEP-14")],
)
def test_leptin_falls_in_the_course_of_a_fasted_morning(hours, clock, published):
    """From eight on, after an overnight fast; within a factor of two, for six men in one of the trials."""
    before, after = clocked(hours, "untrained rest", "leptin", 8, clock)
    assert published / 2 < 100 * (1 - after / before) < 2 * published


def test_leptin_of_runners_who_rest_is_as_published_at_noon(hours):
    """LEP-25: 2.5 ng/mL; within a quarter, as their fat is not in the abstract."""
    assert clocked(hours, "rest", "leptin", 12)[0] == pytest.approx(2.5, rel=0.25)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 30 % less than rest at the same hour; simulated: 1 %, the fall comes two days later",
)
def test_leptin_two_hours_after_a_long_run_is_below_rest_at_the_same_hour(hours):
    """LEP-12, its lower end."""
    rest, after = (clocked(hours, name, "leptin", 12)[0] for name in ("rest", "morning run"))
    assert after / rest < 1 - 0.258


@pytest.mark.parametrize(("name", "published"), [("rest", 279), ("morning run", 428)])
def test_cortisol_at_noon_is_within_a_factor_of_two(hours, name, published):
    """PostExerciseLeptin; rest is 460 nmol/L, as its daily mean is taken from the daytime."""
    assert published / 2 < clocked(hours, name, "cortisol", 12)[0] < 2 * published


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 6.6 % in half an hour; simulated: 2 % at ten, 4 % at noon, without the pulses",
)
def test_cortisol_at_rest_falls_as_fast_as_in_the_morning_of_twelve_men(hours):
    """il6_247, less two standard errors of 3.5 / sqrt(12); the hour is not in the abstract."""
    before, after = clocked(hours, "man at rest", "cortisol", 10, 10.5)
    assert 100 * (1 - after / before) > 6.6 - 2 * 3.5 / np.sqrt(12)


@pytest.mark.parametrize(
    ("clock", "published"),
    [
        (10, 11.9),
        pytest.param(
            13,
            1.3,
            marks=pytest.mark.xfail(
                strict=True,
                raises=AssertionError,
                reason="seen: 1.3 ug/dL on top of what lunch did; simulated: 6.5, meals do nothing",
            ),
        ),
    ],
)
def test_cortisol_over_rest_at_the_same_hour(hours, clock, published):
    """Brandenberger1975, within a factor of two."""
    rise = np.ptp(clocked(hours, f"ride at {clock}", "cortisol") - clocked(hours, "man at rest", "cortisol"))
    assert published / 2 < rise / NMOL_L_PER_UG_DL < 2 * published


def test_training_lowers_glucagon_at_the_same_work(block):
    """GCG-13, a direction."""
    before, after = (np.ptp(block.on("same work", "glucagon", one, -60, 120)) for one in (1, 86))
    assert after < 0.8 * before
