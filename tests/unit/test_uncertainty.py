"""Uncertain numbers: what trials leave of a belief, and draws that follow from seed and number alone."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, truncnorm

from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Population
from exerkine_sim.uncertainty import Posterior, Prior, drawn, load_posterior, priors_of

PARAMETERS, MODEL = load_parameters(), default_model()
PLAN = parse_schedule("Mon 08:00 run 30m 70% VO2max")
QUICK = {"end_h": 10.0, "tolerance": 1e-4, "times_h": [0.0, 8.0, 8.5, 9.0, 10.0]}
# Rounding of an exponential of a logarithm.
ROUNDING = 1e-12


def all_drawn(*, seed=0, first=0, n=1):
    return drawn(MODEL.parameters, PARAMETERS, seed=seed, first=first, n=n)


# ------------------------------------------------------------------ what trials leave


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcde"), st.floats(-20, 20).filter(lambda x: abs(x) > 1e-6)),
        max_size=8,
    )
)
def test_the_root_is_that_of_the_inverse_of_what_is_known(told):
    """Information adds up: (root root')^-1 = 1 + J'J, to the digits that inverting 8 x 400 leaves."""
    slopes = np.array([[row.get(name, 0.0) for name in "abcde"] for row in told]).reshape(-1, 5)
    root = Posterior.of("abcde", told).root
    known = np.eye(5) + slopes.T @ slopes
    np.testing.assert_allclose(known @ root @ root.T, np.eye(5), atol=1e-8)


def test_what_no_trial_tells_of_keeps_its_own_draw():
    posterior = Posterior.of(["a", "b", "c"], [{"a": 2.0, "b": -1.0}])
    scores = {name: np.array([0.3, -1.2]) for name in "abc"}
    moved = posterior.moved(scores)
    np.testing.assert_array_equal(moved["c"], scores["c"])
    assert not (moved["a"] == scores["a"]).any()


def test_the_shipped_calibration_is_of_numbers_that_there_are():
    posterior = load_posterior()
    assert set(posterior.names) <= set(priors_of(MODEL.parameters, PARAMETERS)[0])
    assert (posterior.spread <= 1 + ROUNDING).all()
    assert posterior.spread.min() < 0.6  # something is learnt


@pytest.mark.parametrize(
    "content", ["my notes", "{}", '{"estimates": [], "witnesses": [{"slopes": {"a": 1}}]}']
)
def test_a_file_of_something_else_is_refused(tmp_path, content):
    (tmp_path / "notes.json").write_text(content)
    with pytest.raises(InputError, match=r"(?s)notes.json.*make calibrate"):
        load_posterior(tmp_path / "notes.json")


# ------------------------------------------------------------------ what is believed before


BELIEFS = [*priors_of(MODEL.parameters, PARAMETERS)[0].values()]
LINEAR = [one for one in BELIEFS if one.scale == "linear"]


def test_a_range_that_begins_at_0_is_read_on_a_linear_scale_and_no_other():
    """A quarter of the range a standard deviation, from the published value; down to a thousandth of that."""
    assert {one.name for one in LINEAR} >= {
        "crp.training_relief",
        "apelin.age_slope",
        "myostatin.training_depth",
    }
    for one in BELIEFS:
        spread = PARAMETERS[one.name].spread
        assert (one.scale == "linear") == (spread.get("low") == 0), one.name
        if one.scale == "linear":
            assert (one.low, one.high, one.sigma) == (1e-3 * one.value, spread["high"], spread["high"] / 4)
            assert one.at(1e-3) == pytest.approx(one.value + 1e-3 * one.sigma, rel=ROUNDING)


@given(st.sampled_from(BELIEFS), st.floats(0.0, 1.0))
def test_value_and_score_lead_to_each_other_and_the_slope_is_the_derivative(belief, share):
    low, high = belief.ends
    x = low + share * (high - low)
    assert belief.low <= belief.at(x) <= belief.high
    # Near 0 a linear value keeps a thousandth of its digits.
    assert belief.score(belief.at(x)) == pytest.approx(x, rel=1e-9, abs=1e-9)
    assert (belief.at(low - 1), belief.at(high + 1)) == (belief.low, belief.high)
    # A central difference; its step leaves 1e-6 where a value near 0 bends its logarithm most.
    step = 1e-6 * (high - low)
    inner = min(max(x, low + step), high - step)
    around = [math.log(belief.at(inner + move)) for move in (-step, step)]
    assert (around[1] - around[0]) / (2 * step) == pytest.approx(belief.slope_ln(inner), rel=1e-4)


# ------------------------------------------------------------------ draws


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**63 - 1), first=st.integers(0, 10**12))
def test_a_draw_depends_on_seed_and_number_alone(seed, first):
    together = all_drawn(seed=seed, first=first, n=5)
    alone = all_drawn(seed=seed, first=first + 3)
    one = drawn(["il6.synthesis"], PARAMETERS, seed=seed, first=first + 3, n=1)
    assert all(together[name][3] == alone[name][0] for name in together)
    assert one["il6.synthesis"][0] == alone["il6.synthesis"][0]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**63 - 1))
def test_no_draw_leaves_its_bounds(seed):
    factors = all_drawn(seed=seed, n=10)
    for name, factor in factors.items():
        belief = Prior.of(name, PARAMETERS)
        assert belief.low * (1 - ROUNDING) <= (belief.value * factor).min(), name
        assert (belief.value * factor).max() <= belief.high * (1 + ROUNDING), name


def test_draws_scatter_and_go_together_as_the_calibration_says():
    """Within four standard errors of 4,000 draws; the bounds, two widths away or more, cost up to 15 %."""
    posterior, n = load_posterior(), 4000
    covariance = posterior.root @ posterior.root.T
    correlation = covariance / np.outer(posterior.spread, posterior.spread)
    strongest = np.unravel_index(np.argmin(correlation), correlation.shape)
    names = [posterior.names[index] for index in strongest]
    factors = drawn(names, PARAMETERS, seed=1, first=0, n=n)
    beliefs = [Prior.of(name, PARAMETERS) for name in names]
    scores = [[one.score(one.value * by) for by in factors[one.name].tolist()] for one in beliefs]
    assert np.corrcoef(scores)[0, 1] == pytest.approx(correlation[strongest], abs=0.15 + 4 / math.sqrt(n))
    for index, score in zip(strongest, scores, strict=True):
        assert 0.8 * posterior.spread[index] < np.std(score) < 1.05 * posterior.spread[index]


def test_an_effect_that_may_be_none_is_drawn_down_to_none():
    """As a normal that ends with the range; by chance one of 10,000 true such tests would fail."""
    factors = drawn([one.name for one in LINEAR], PARAMETERS, seed=0, first=0, n=1000)
    left = dict(zip(load_posterior().names, load_posterior().spread.tolist(), strict=True))
    for one in LINEAR:
        spread = left.get(one.name, 1.0)
        scores = [one.score(one.value * factor) / spread for factor in factors[one.name].tolist()]
        low, high = one.ends
        assert kstest(scores, truncnorm(low / spread, high / spread).cdf).pvalue > 1e-4 / len(LINEAR), (
            one.name
        )
    reach = PARAMETERS["il6.age_slope"].value * factors["il6.age_slope"]  # 0.015 of 0 to 0.03
    assert reach.min() < 0.001
    assert reach.max() > 0.029


def test_what_no_trial_informs_is_as_wide_as_its_own_spread():
    """A normal between its bounds; four standard errors of a standard deviation of 4,000 draws."""
    name, n = "sclerostin.volume_per_kg", 4000
    assert name not in load_posterior().names
    belief = Prior.of(name, PARAMETERS)
    logs = np.log(drawn([name], PARAMETERS, seed=0, first=0, n=n)[name])
    wanted = belief.sigma * truncnorm(*belief.ends).std()
    assert logs.std() == pytest.approx(wanted, rel=4 / math.sqrt(2 * n))


def test_a_number_without_spread_or_set_by_hand_stays():
    assert "il6.age_release_switch" not in all_drawn()
    settled = PARAMETERS.with_values({"il6.brake": 0.0}, note="no brake")
    assert "il6.brake" not in drawn(MODEL.parameters, settled, seed=0, first=0, n=1)


# ------------------------------------------------------------------ people under uncertain numbers


def test_people_who_share_a_draw_differ_as_people_do(runner):
    certain, uncertain = (
        Population(runner, n=10, seed=3, uncertain=sharing).factors(PARAMETERS, equations=MODEL.parameters)
        for sharing in (0, 5)
    )
    people, both = certain["il6.clearance"], uncertain["il6.clearance"]
    numbers = np.array([both / people, uncertain["il6.brake_half"]])
    for first in (0, 5):  # rounding of one division
        np.testing.assert_allclose(numbers[:, first : first + 5].std(axis=1), 0.0, atol=ROUNDING)
    assert (np.abs(numbers[:, 0] - numbers[:, 5]) > ROUNDING).all()
    assert len(set(both)) == 10
    assert set(certain) < set(uncertain)


def test_a_member_does_not_depend_on_the_size_of_the_crowd(runner):
    whole = Population(runner, n=20, seed=0, uncertain=4)
    part, alone = whole.part(6, 7), Population(runner, n=1, seed=0, first=9, uncertain=4)
    drawn_of = {one: one.factors(PARAMETERS, equations=MODEL.parameters) for one in (whole, part, alone)}
    for name, factors in drawn_of[whole].items():
        np.testing.assert_array_equal(factors[6:13], drawn_of[part][name], err_msg=name)
        assert factors[9] == drawn_of[alone][name][0]


def test_true_means_a_draw_for_everyone(runner):
    each = Population(runner, n=3, seed=0, uncertain=True)
    assert each == Population(runner, n=3, seed=0, uncertain=1)
    assert len(set(each.factors(PARAMETERS, equations=["il6.brake_half"])["il6.brake_half"])) == 3


def test_fractions_stay_fractions_under_uncertain_numbers(runner):
    people = Population(runner, n=2000, seed=0, vary={"il6.brake": 1.0}, uncertain=True)
    factors = people.factors(PARAMETERS, equations=["il6.brake"])
    assert (PARAMETERS["il6.brake"].value * factors["il6.brake"]).max() < 1


@pytest.mark.parametrize("value", [-1, 2.5, "yes"])
def test_what_is_no_number_of_people_is_refused(runner, value):
    with pytest.raises(InputError, match=f"uncertain = {value}"):
        Population(runner, n=3, seed=0, uncertain=value)


def test_the_manifest_says_what_is_drawn_and_draws_it_again(runner):
    found = simulate(PLAN, Population(runner, n=2, seed=0, uncertain=True), **QUICK)
    told = found.manifest["uncertain"]
    assert told["drawn"] + len(told["fixed"]) == len(MODEL.parameters)
    assert told["fixed"]["il6.age_release_switch"] == "no known spread"
    again = Population(runner, **found.manifest["population"])
    assert simulate(PLAN, again, **QUICK).dataset.identical(found.dataset)
    certain = simulate(PLAN, Population(runner, n=2, seed=0), **QUICK)
    assert certain.manifest["uncertain"] is None
    assert not (certain.concentration("il6").values == found.concentration("il6").values).any()


def test_the_manifest_says_that_rhythms_are_not_drawn_where_a_clock_runs(runner):
    people = Population(runner, n=1, seed=0, uncertain=True)
    told = simulate(PLAN, people, clock=True, **QUICK).manifest["uncertain"]["fixed"]
    timed = {name for name in told if name.startswith("rhythms.")}
    assert timed == {name for name in PARAMETERS if name.startswith("rhythms.")}
    assert told["rhythms.leptin.peak"] == "a rhythm's numbers are not drawn"
