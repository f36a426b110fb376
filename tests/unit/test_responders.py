"""Responders: what noise adds is told from what people differ by, and who is taken for what he is not."""

import math

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.plot import waterfall
from exerkine_sim.plot.responders import waterfalls
from exerkine_sim.responders import Changes, individual_sd, responders
from exerkine_sim.uncertainty import FARTHEST

PARAMETERS = load_parameters()
PLAN = xk.parse_schedule("Mon 08:00 run 60m 70% VO2max")
TIMES = {"before_h": 8.0, "after_h": 9.0}
ENDS = 0.987  # of a standard deviation, where draws end at three: FARTHEST
assert FARTHEST == 3.0


def sigma(name):
    return math.sqrt(math.log(1 + PARAMETERS[f"assays.{name}"].value ** 2))


@pytest.fixture(scope="module")
def solution(runner):
    people = xk.Population(runner, n=400, seed=0)
    kept = ["il6", "cortisol", "insulin", "crp"]
    return xk.simulate(PLAN, people, times_h=[0.0, 8.0, 9.0, 30.0], end_h=30.0, exerkines=kept)


@pytest.fixture(scope="module")
def found(solution):
    return responders(solution, **TIMES, seed=1)


# ------------------------------------------------------------------ the correction


def trial(random, n, *, true, noise):
    """Return measured changes of people who differ, and of as many who rest."""
    return random.normal(0.5, true, n) + random.normal(0, noise, n), random.normal(0, noise, n)


def test_the_corrected_spread_is_the_true_one():
    """Within 4 %: the standard error of a variance less another of 20,000 people each."""
    random = np.random.default_rng(0)
    corrected = individual_sd(*trial(random, 20_000, true=0.3, noise=0.4))["sd"]
    assert corrected == pytest.approx(0.3, rel=0.04)


def test_limits_hold_the_true_spread_in_95_of_100_trials():
    """Between 92 and 98 %: three standard errors of 500 trials of 60 people."""
    random = np.random.default_rng(1)
    trials = [individual_sd(*trial(random, 60, true=0.3, noise=0.3)) for _ in range(500)]
    held = np.mean([one["low"] <= 0.3 <= one["high"] for one in trials])
    assert 0.92 <= held <= 0.98


def test_without_individual_response_the_correction_leaves_none_on_average():
    """The variances of 500 trials lie around 0, three standard errors of their mean to either side."""
    random = np.random.default_rng(2)
    found = np.array([individual_sd(*trial(random, 40, true=0.0, noise=0.3))["sd"] for _ in range(500)])
    squares = np.copysign(found * found, found)
    assert (found < 0).any()
    assert abs(squares.mean()) < 3 * squares.std() / math.sqrt(500)


def test_in_a_simulated_trial_the_corrected_spread_is_the_true_one(found):
    for row in found.table.itertuples():
        assert row.sd_low <= row.sd_true <= row.sd_high, row.exerkine
    il6 = found.table.set_index("exerkine").loc["il6"]
    # Noise is small against it: what is left are 400 people, five standard errors of a spread.
    assert il6["sd_corrected"] == pytest.approx(il6["sd_true"], rel=5 / math.sqrt(2 * 400))


# ------------------------------------------------------------------ noise


def test_the_typical_error_is_that_of_the_assay_within_a_day(found):
    """Four standard errors of 400 people at rest."""
    error = found.table.set_index("exerkine")["typical_error"]
    for name, assay in (("il6", "other"), ("crp", "crp")):
        expected = ENDS * sigma(f"{assay}.analytical")
        assert error[name] == pytest.approx(expected, rel=4 / math.sqrt(2 * 400))


@pytest.mark.parametrize(("after_h", "lasts"), [(9.0, "stretch"), (30.0, "day"), (30.0, "stretch")])
def test_between_days_and_where_a_session_begins_another_day_comes_in(solution, after_h, lasts):
    """Four standard errors of 400 people at rest."""
    table = responders(solution, before_h=8.0, after_h=after_h, seed=1, lasts=lasts).table
    expected = ENDS * math.hypot(sigma("il6.day_to_day"), sigma("other.analytical"))
    error = table.set_index("exerkine")["typical_error"]["il6"]
    assert error == pytest.approx(expected, rel=4 / math.sqrt(2 * 400))


def test_a_measurement_is_that_of_the_laboratory(solution, found):
    """To rounding of a logarithm."""
    values = xk.observed(solution, times_h=[8.0, 9.0], exerkines="il6", seed=1)["value"].to_numpy()
    measured = np.log(values[1::2] / values[::2])
    np.testing.assert_allclose(found.changes["il6"].measured, measured, rtol=1e-9, atol=1e-12)


def test_without_noise_everybody_is_what_he_seems(solution):
    silent = PARAMETERS.with_values(
        {name: 0.0 for name in PARAMETERS if name.startswith("assays.")}, note="no noise"
    )
    found = responders(solution, **TIMES, seed=1, parameters=silent)
    assert (found.table["misclassified"] == 0).all()
    assert (found.table["seeming"] == found.table["responders"]).all()
    assert (found.table["typical_error"] == 0).all()
    np.testing.assert_array_equal(found.table["sd_corrected"], found.table["sd_true"])


def test_a_person_s_noise_does_not_depend_on_how_many_there_are(runner, found):
    few = xk.simulate(
        PLAN, xk.Population(runner, n=5, seed=0, first=7), times_h=[8.0, 9.0], end_h=30.0, exerkines="il6"
    )
    some = responders(few, **TIMES, seed=1).changes["il6"]
    # The truth is interpolated between the same two times: rounding of a logarithm.
    np.testing.assert_allclose(some.measured, found.changes["il6"].measured[7:12], rtol=1e-9, atol=1e-12)


# ------------------------------------------------------------------ shares


def test_shares_are_counted_as_defined():
    changes = Changes(
        true=np.array([-0.5, -0.4, -0.3, -0.1]),
        measured=np.array([-0.6, -0.1, -0.3, -0.4]),
        resting=np.array([-0.1, 0.1, 0.0, 0.0]),
        smallest=0.2,
    )
    told = changes.summary()
    assert changes.direction == -1
    assert (told["responders"], told["seeming"], told["misclassified"]) == (0.75, 0.75, 0.5)
    assert told["smallest"] == pytest.approx(math.exp(-0.2), rel=1e-12)
    assert told["change"] == pytest.approx(math.exp(-0.35), rel=1e-12)


def test_a_molecule_that_falls_responds_by_falling(found):
    insulin = found.table.set_index("exerkine").loc["insulin"]
    assert insulin["change"] < 1
    assert insulin["smallest"] < 1
    assert insulin["responders"] == 1


def test_what_is_worthwhile_can_be_given_or_follows_from_the_people(solution, found):
    levels = solution.concentration("il6").sel(time=8.0).values
    expected = math.exp(0.2 * np.log(levels).std(ddof=1))
    assert found.table.set_index("exerkine")["smallest"]["il6"] == pytest.approx(expected, rel=1e-12)
    strict = responders(solution, **TIMES, seed=1, smallest_fold=3.0, exerkines="il6").table.iloc[0]
    folds = np.exp(found.changes["il6"].true)
    assert strict["responders"] == (folds > 3).mean()
    assert 0 < strict["responders"] < 1


def test_the_corrected_share_is_nearer_the_truth_where_noise_is_large(solution):
    """Over 20 trials of 400: the sign of a difference, no tolerance."""
    off = {"seeming": 0.0, "corrected": 0.0}
    for seed in range(20):
        row = responders(
            solution, before_h=8.0, after_h=30.0, exerkines="crp", smallest_fold=1.1, seed=seed
        ).table.iloc[0]
        for name in off:
            off[name] += abs(row[name] - row["responders"])
    assert off["corrected"] < off["seeming"]


# ------------------------------------------------------------------ refusals and figures


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"after_h": 40.0}, "sampling at 40 h"),
        ({"smallest_fold": 1.0}, "smallest_fold = 1.0.*a fold above 1"),
        ({"lasts": "week"}, "lasts = 'week'.*day or stretch"),
        ({"exerkines": "il66"}, "unknown exerkine 'il66'"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_what_is_no_trial_is_refused(solution, options, message):
    with pytest.raises(InputError, match=f"(?s){message}"):
        responders(solution, **{**TIMES, "seed": 1, **options})


def test_one_person_is_no_trial(runner):
    alone = xk.simulate(PLAN, runner, times_h=[8.0, 9.0], end_h=9.0)
    with pytest.raises(InputError, match=r"(?s)1 people.*simulate a Population"):
        responders(alone, **TIMES, seed=1)


def test_the_waterfall_shows_everybody_once_with_noise_and_threshold(found):
    ax = waterfall(found, "crp")
    bars = [patch for one in ax.containers for patch in one]
    assert len(bars) == 150  # of 400, an even selection
    tops = sorted((bar.get_x(), bar.get_height()) for bar in bars)
    heights = [height for _, height in tops]
    assert heights == sorted(heights, reverse=True)
    marks = {artist.get_gid() for artist in ax.get_children()}
    assert {"noise", "smallest", "true"} <= marks
    with pytest.raises(InputError, match="'il66' was not measured"):
        waterfall(found, "il66")


def test_waterfalls_say_the_shares(found):
    figure = waterfalls(found, ["il6", "crp"], labels=["IL-6", "CRP"])
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles[0] == "IL-6\n100 % respond, 100 % seem to"
    assert len(figure.legends) == 1
