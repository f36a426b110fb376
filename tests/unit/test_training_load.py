"""Training load scores: published numbers, none where undefined, never lowered by more training."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import Bout, Schedule, Session, parse_intensity, parse_schedule
from exerkine_sim.subject import Subject
from exerkine_sim.training_load import SCORES, training_scores

SIZE = {"age_y": 30, "body_mass_kg": 75, "height_m": 1.8, "vo2max_ml_kg_min": 50}
RIDER = Subject(sex="male", ftp_w=250, one_rm_kg={"squat": 120}, **SIZE)
EXACT = 1e-9  # closed forms in a few floating-point operations


def one(text: str, subject: Subject = RIDER, **options):
    """Return the row of the only session of a plan."""
    return training_scores(parse_schedule(f"Mon 08:00 {text}"), subject, **options).sessions.iloc[0]


def test_an_hour_at_threshold_is_100_whatever_its_basis():
    for effort in ("100% FTP", "250W", f"{250 / 75!r}W/kg"):
        row = one(f"cycle 1h {effort}")
        assert (row["tss"], row["intensity_factor"]) == pytest.approx((100.0, 1.0), rel=EXACT)


def test_stress_goes_with_time_and_with_the_square_of_intensity():
    assert one("cycle 2h 80% FTP")["tss"] == pytest.approx(100 * 2 * 0.8**2, rel=EXACT)


def test_normalised_power_is_that_of_the_published_steps_at_one_value_a_second():
    """Within 1 W of some 250: one value a second stands for a mean that moves continuously."""
    row = one("cycle 6x(2m 340W / 3m 150W), 40s 500W")
    seconds = np.concatenate(
        [np.tile(np.r_[np.full(120, 340.0), np.full(180, 150.0)], 6), np.full(40, 500.0)]
    )
    rolling = np.convolve(seconds, np.full(30, 1 / 30), "valid")
    assert row["normalised_power_w"] == pytest.approx(np.mean(rolling**4) ** 0.25, abs=1.0)


def test_a_session_shorter_than_the_moving_mean_has_its_mean():
    assert one("cycle 20s 500W")["normalised_power_w"] == pytest.approx(500.0, rel=EXACT)


def test_power_that_a_run_does_not_state_is_that_of_as_much_oxygen_on_a_bicycle():
    demand = (7 * 75 + 10.8 * 200) / (
        50 * 75
    )  # the oxygen of 200 W over VO2max, by the equation in modes.toml
    run = one(f"run 1h {100 * demand!r}% VO2max")
    assert run["normalised_power_w"] == pytest.approx(200.0, rel=EXACT)


@pytest.mark.parametrize(
    ("sex", "expected"),
    [
        ("male", 45 * 0.6923 * 0.64 * math.exp(1.92 * 0.6923)),
        ("female", 45 * 0.6923 * 0.86 * math.exp(1.67 * 0.6923)),
    ],
)
def test_training_impulse_is_the_published_formula(sex, expected):
    person = Subject(sex=sex, **SIZE)
    rest = person.physiology(load_parameters())["rest_demand"]
    row = one(f"run 45m {100 * (rest + 0.6923 * (1 - rest))!r}% VO2max", person)
    assert row["trimp"] == pytest.approx(expected, rel=EXACT)


def test_training_impulse_of_a_published_example():
    """45 min at 150 bpm between 60 and 190 in a man: printed as 75.36, with a rounded weighting."""
    rest = RIDER.physiology(load_parameters())["rest_demand"]
    row = one(f"run 45m {100 * (rest + 90 / 130 * (1 - rest))!r}% VO2max")
    assert row["trimp"] == pytest.approx(75.36, abs=0.05)


@pytest.mark.parametrize(("percent", "rating"), [(47, 1.95), (69.5, 4.25), (81, 7.35), (130, 10.0)])
def test_estimated_ratings_are_those_that_were_seen(percent, rating):
    row = one(f"run 30m {percent}% VO2max")
    assert (row["rating"], row["session_rpe"]) == pytest.approx((rating, 30 * rating), rel=EXACT)
    assert row["rating_basis"] == "estimated"


def test_a_rating_that_was_given_counts_as_it_is():
    row = one("run 30m 60% VO2max", ratings=[7])
    assert (row["rating_basis"], row["session_rpe"]) == ("given", 210.0)


def test_volume_load_is_sets_times_repetitions_times_load():
    assert one("squat 5x5 80% 1RM rest 3m")["volume_kg"] == pytest.approx(25 * 96, rel=EXACT)
    assert one("squat 5x5 96kg rest 3m")["volume_relative"] == pytest.approx(25 * 0.8, rel=EXACT)


def test_a_score_that_is_not_defined_is_none_and_says_why():
    lifting, riding = (
        one("squat 5x5 80% 1RM rest 3m"),
        one("cycle 1h 70% VO2max", Subject(sex="male", **SIZE)),
    )
    assert lifting[["tss", "trimp"]].isna().all()
    assert math.isnan(riding["tss"])
    assert "a session that lifts" in lifting["undefined"]
    assert "no ftp_w" in riding["undefined"]
    unknown = one("bench press 3x5 80% 1RM rest 2m")
    assert math.isnan(unknown["volume_kg"])
    assert "no one-repetition maximum" in unknown["undefined"]
    plan = parse_schedule("Mon 08:00 squat 5x5 80% 1RM rest 3m\nTue 08:00 cycle 1h 100% FTP")
    load = training_scores(plan, RIDER)
    assert load.totals()["tss"] == pytest.approx(100.0, rel=EXACT)
    assert load.counted()["tss"] == 1
    assert load.daily["uncounted"].tolist() == [1, 0]


def test_averages_of_equal_days_rise_as_their_closed_form():
    plan = Schedule([_ride(24.0 * day + 8, 1.0) for day in range(60)])
    daily = training_scores(plan, RIDER).daily
    days = daily["day"].to_numpy()
    assert daily["ctl"].to_numpy() == pytest.approx(100 * (1 - (1 - 1 / 42) ** days), rel=EXACT)
    assert daily["atl"].to_numpy() == pytest.approx(100 * (1 - (1 - 1 / 7) ** days), rel=EXACT)
    assert daily["tsb"].to_numpy()[1:] == pytest.approx(
        (daily["ctl"] - daily["atl"]).to_numpy()[:-1], rel=EXACT
    )


def _ride(start_h: float, ftp: float, minutes: float = 60.0) -> Session:
    return Session(start_h, [Bout(0, minutes, "cycle", parse_intensity(f"{100 * ftp!r}% FTP"))])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0.2, 1.5), st.floats(5, 180)), min_size=1, max_size=4))
def test_another_session_never_lowers_a_score(rides):
    sessions = [_ride(24.0 * day + 8, ftp, minutes) for day, (ftp, minutes) in enumerate(rides)]
    more = training_scores(Schedule(sessions), RIDER)
    less = training_scores(Schedule(sessions[:-1]), RIDER)
    for name in SCORES:
        if less.counted()[name] and name != "ctl":
            assert more.totals()[name] >= less.totals()[name]
    n = len(less.daily) if less.counted()["tss"] else 0
    assert np.all(more.daily["ctl"].to_numpy()[:n] == less.daily["ctl"].to_numpy()[:n])


@settings(max_examples=25, deadline=None)
@given(st.floats(0.3, 1.2), st.floats(5, 120), st.floats(0.1, 0.9))
def test_a_bout_in_two_scores_as_in_one(ftp, minutes, cut):
    """Within rounding of the moving mean's integral."""
    effort = parse_intensity(f"{100 * ftp!r}% FTP")
    halves = [
        Bout(0, cut * minutes, "cycle", effort),
        Bout(cut * minutes, (1 - cut) * minutes, "cycle", effort),
    ]
    split = training_scores(Schedule([Session(8.0, halves)]), RIDER).totals()
    whole = training_scores(Schedule([_ride(8.0, ftp, minutes)]), RIDER).totals()
    assert [split[n] for n in ("tss", "trimp", "session_rpe")] == pytest.approx(
        [whole[n] for n in ("tss", "trimp", "session_rpe")], rel=1e-7
    )


def test_a_plan_without_sessions_has_no_score():
    assert all(math.isnan(total) for total in training_scores(Schedule(()), RIDER).totals().values())


@pytest.mark.parametrize("ratings", [[], [11], ["hard"], [math.nan], [True]])
def test_ratings_that_cannot_be_are_refused(ratings):
    with pytest.raises(InputError, match="ratings"):
        one("run 30m 60% VO2max", ratings=ratings)
