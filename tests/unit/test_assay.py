"""What a laboratory reports: right in the middle, spread as published, the same however it is asked for."""

import math

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.assay import Noise, observed
from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters

PARAMETERS = load_parameters()
MEMBERS, SAMPLES_H = 200, [8.5, 9.0, 30.0, 31.5]
COLUMNS = ["member", "exerkine", "site", "time_h", "value", "unit", "basis"]


@pytest.fixture(scope="module")
def solution(runner):
    """The same person many times, so that all that differs is day and assay."""
    people = xk.Population(runner, n=MEMBERS, seed=0, vary={"il6.clearance": 0.0})
    plan = xk.parse_schedule("Mon 08:00 run 60m 70% VO2max")
    return xk.simulate(plan, people, times_h=[0.0, *SAMPLES_H, 48.0], exerkines=["il6", "bdnf", "igf1"])


def true(solution, exerkine, **where):
    return solution.concentration(exerkine, **where).sel(time=SAMPLES_H).values


def logs(solution, exerkine, *, seed=0, **options):
    """Return the natural logarithms of what was reported over the truth, (member, time)."""
    table = observed(solution, times_h=SAMPLES_H, exerkines=exerkine, seed=seed, **options)
    values = table["value"].to_numpy().reshape(MEMBERS, len(SAMPLES_H))
    return np.log(values / true(solution, exerkine))


def sigma(name):
    return math.sqrt(math.log(1 + PARAMETERS[f"assays.{name}"].value ** 2))


def test_the_truth_is_in_the_middle(solution):
    """Within four standard errors of the mean of 200 people at one time."""
    both = math.hypot(sigma("il6.day_to_day"), sigma("other.analytical"))
    assert np.abs(logs(solution, "il6").mean(axis=0)).max() < 4 * both / math.sqrt(MEMBERS)


def test_samples_of_different_days_differ_by_day_and_assay(solution):
    """Within four standard errors of a standard deviation; the ends of the draws cost it 1.3 %."""
    found = logs(solution, "il6")
    both = math.hypot(sigma("il6.day_to_day"), sigma("other.analytical"))
    expected = 0.987 * both * math.sqrt(2)
    apart = (found[:, 0] - found[:, 2]).std()
    assert apart == pytest.approx(expected, rel=4 / math.sqrt(2 * MEMBERS))


def test_samples_of_one_day_differ_by_the_assay_alone(solution):
    """As above."""
    found = logs(solution, "il6")
    expected = 0.987 * sigma("other.analytical") * math.sqrt(2)
    for one, other in ((0, 1), (2, 3)):
        apart = (found[:, one] - found[:, other]).std()
        assert apart == pytest.approx(expected, rel=4 / math.sqrt(2 * MEMBERS))


def test_molecules_do_not_err_together(solution):
    """|r| below four standard errors of 200 people."""
    r = np.corrcoef(logs(solution, "il6")[:, 0], logs(solution, "igf1")[:, 0])[0, 1]
    assert abs(r) < 4 / math.sqrt(MEMBERS)


def test_sites_share_the_day_and_not_the_assay(solution):
    plasma, serum = (
        observed(solution, times_h=9.0, exerkines="bdnf", site=site, seed=0)["value"].to_numpy()
        / true(solution, "bdnf", site=site)[:, 1]
        for site in ("plasma", "serum")
    )
    expected = 0.987 * sigma("other.analytical") * math.sqrt(2)
    assert np.log(plasma / serum).std() == pytest.approx(expected, rel=4 / math.sqrt(2 * MEMBERS))


def test_a_value_does_not_depend_on_what_else_is_asked_for(solution):
    whole = observed(solution, times_h=SAMPLES_H, seed=3)
    turned = observed(solution, times_h=SAMPLES_H[::-1], exerkines=["igf1", "il6", "bdnf"], seed=3)
    key = ["exerkine", "member", "time_h"]
    assert whole.sort_values(key, ignore_index=True).equals(turned.sort_values(key, ignore_index=True))
    alone = observed(solution, times_h=30.0, exerkines="il6", seed=3)
    here = whole.query("exerkine == 'il6' and time_h == 30.0")
    np.testing.assert_array_equal(alone["value"], here["value"])


def test_a_value_does_not_depend_on_the_other_members(solution, runner):
    plan = xk.parse_schedule("Mon 08:00 run 60m 70% VO2max")
    people = xk.Population(runner, n=1, seed=0, first=17, vary={"il6.clearance": 0.0})
    alone = xk.simulate(plan, people, times_h=[0.0, *SAMPLES_H, 48.0], exerkines=["il6"])
    whole = observed(solution, times_h=9.0, exerkines="il6", seed=0)
    np.testing.assert_array_equal(
        observed(alone, times_h=9.0, exerkines="il6", seed=0)["value"],
        whole.loc[whole["member"] == 17, "value"],
    )


def test_seed_zero_is_a_seed(solution):
    zero, again, one = (logs(solution, "il6", seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(zero, again)
    assert not (zero == one).any()


def test_without_variation_the_truth_is_reported(solution):
    """To rounding; between output times the course is straight."""
    exact = {"assays.il6.day_to_day": 0.0, "assays.other.analytical": 0.0}
    parameters = PARAMETERS.with_values(exact, note="a perfect laboratory")
    assert np.abs(logs(solution, "il6", parameters=parameters)).max() < 1e-12
    between = observed(solution, times_h=8.75, exerkines="il6", seed=0, parameters=parameters)["value"]
    assert between.to_numpy() == pytest.approx(true(solution, "il6")[:, :2].mean(axis=1), rel=1e-12)


def test_the_table_says_what_its_noise_rests_on(solution):
    table = observed(solution, times_h=SAMPLES_H, seed=0)
    assert list(table.columns) == COLUMNS
    assert len(table) == 3 * MEMBERS * len(SAMPLES_H)
    assert set(table["basis"]) == {"assumed"}  # every immunoassay here has the assumed precision
    assert dict(zip(table["exerkine"], table["unit"], strict=True))["igf1"] == "ng/mL"


def test_every_assay_is_of_something_in_the_model():
    named = {name.split(".")[1] for name in PARAMETERS if name.startswith("assays.")}
    assert named - {"other"} <= set(xk.physiology.default_model().exerkines)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"times_h": 49.0}, "sampling at 49 h\n  expected: hours from 0 to 48"),
        ({"times_h": [9.0, float("nan")]}, "sampling at nan h"),
        ({"times_h": []}, r"times of shape \(0,\)"),
        ({"times_h": [[9.0]]}, r"times of shape \(1, 1\)"),
        ({"times_h": "noon"}, "sampling at nan h"),
        ({"exerkines": ["il66"]}, "unknown exerkine 'il66'\n  fix: did you mean 'il6'"),
        ({"exerkines": []}, "0 samples"),
        ({"site": "plazma", "exerkines": "il6"}, "did you mean 'plasma'"),
        ({"seed": -1}, "seed = -1\n  expected: a whole number from 0"),
        ({"seed": True}, "seed = True"),
        ({"seed": None}, "seed = None"),
    ],
)
def test_what_cannot_be_sampled_is_refused(solution, options, message):
    with pytest.raises(InputError, match=message):
        observed(solution, **({"times_h": 9.0, "seed": 0} | options))


def test_a_person_s_day_can_begin_anew_with_each_session():
    """The sample that is taken as a session starts belongs to what was before."""
    exact = PARAMETERS.with_values({"assays.other.analytical": 0.0}, note="day alone")
    times, members = np.array([7.0, 8.0, 8.5, 30.0]), np.arange(3)
    whole = Noise(0, exact).factors("il6", "plasma", times, members)
    parted = Noise(0, exact, starts=(8.0,)).factors("il6", "plasma", times, members)
    np.testing.assert_array_equal(parted[:, :2], whole[:, :2])
    assert (whole[:, 2] == whole[:, 0]).all()
    assert (parted[:, 2] != parted[:, 0]).all()
    assert (whole[:, 3] != whole[:, 0]).all()


def test_stretches_are_of_one_plan(runner):
    plans = [xk.parse_schedule(f"Mon {hour}:00 run 10m 70% VO2max") for hour in ("08", "09")]
    two = xk.simulate(plans, runner, times_h=[0.0, 10.0], end_h=10.0, exerkines="il6")
    with pytest.raises(InputError, match=r"(?s)stretches of 2 plans.*one by one"):
        observed(two, times_h=10.0, seed=0, lasts="stretch")
