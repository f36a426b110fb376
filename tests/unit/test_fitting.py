"""One person's parameters: exact where the answer is known, and refused in words where it is not."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, multivariate_normal

import exerkine_sim as xk
from covering import RUN, covered
from exerkine_sim.errors import ExerkineError, IdentifiabilityError, InputError
from exerkine_sim.fitting import (
    Measurement,
    PersonProblem,
    beliefs_of,
    covariance_of,
    load_fit,
    read_measurements,
    search,
)
from exerkine_sim.fitting.likelihood import Likelihood
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model

PARAMETERS = load_parameters()
PLAN = xk.parse_schedule("Mon 00:30 run 30m 75% VO2max")
TIMES_H = [0.25, 1.0, 2.0, 3.0]
FREE = ["il6.synthesis", "il6.other_release"]
HEADER = "time,exerkine,value,unit"


def problem_of(samples, runner, free=FREE):
    beliefs = beliefs_of(free, parameters=PARAMETERS, model=default_model())
    return PersonProblem(beliefs, tuple(samples), PLAN, runner, PARAMETERS, default_model())


@pytest.fixture(scope="module")
def somebody(runner):
    """Someone of whom the truth is known: x, and what an errorless laboratory would report."""
    x = np.array([0.6, -0.9])
    beliefs = beliefs_of(FREE, parameters=PARAMETERS, model=default_model())
    values = {one.prior.name: one.prior.at(moved) for one, moved in zip(beliefs, x, strict=True)}
    own = PARAMETERS.with_values(values, note="the truth")
    solution = xk.simulate(PLAN, runner, parameters=own, times_h=TIMES_H, tolerance=1e-9)
    levels = solution.concentration("il6", site="plasma").values[0]
    samples = [
        Measurement(time, "il6", "plasma", float(level), "pg/mL")
        for time, level in zip(TIMES_H, levels, strict=True)
    ]
    return x, samples


def table_of(samples):
    return pd.DataFrame(
        [(one.time_h, one.exerkine, one.value, one.unit) for one in samples], columns=HEADER.split(",")
    )


def test_without_noise_the_truth_comes_back(somebody, runner):
    """Within 1e-3 standard deviations between people: where the search stops, at 1e-6 of the cost."""
    truth, samples = somebody
    found = search(problem_of(samples, runner), prior=False, starts=2)
    assert np.abs(found.x - truth).max() < 1e-3
    assert found.cost < 1e-6


def test_slopes_are_those_of_the_residuals(somebody, runner):
    """Against central differences, whose own error at this step is 1e-4; two samples are below detection."""
    truth, samples = somebody
    hidden = [replace(one, below=True, value=1.1 * one.value) for one in samples[:2]]
    problem = problem_of([*hidden, *samples[2:]], runner)
    step = 1e-3
    ahead, behind = (problem.residuals(truth + sign * step * np.eye(2)) for sign in (1, -1))
    slopes = problem.slopes(truth)
    assert slopes.shape == (3, 2)
    assert np.abs(slopes - (ahead - behind).T / (2 * step)).max() < 1e-4 * np.abs(slopes).max()


def test_a_row_depends_on_no_other(somebody, runner):
    _, samples = somebody
    problem = problem_of([replace(samples[0], below=True), *samples[1:]], runner)
    rows = np.random.default_rng(0).standard_normal((11, 2))
    together = problem.residuals(rows)
    alone = np.concatenate([problem.residuals(row[None]) for row in rows])
    assert np.array_equal(together, alone)
    assert np.array_equal(problem.residuals(rows[3:9]), together[3:9])


def levels_and_days(n_seen, n_hidden, seed=0):
    """Return a day's samples of IL-6 and what was predicted of them."""
    draw = np.random.default_rng(seed)
    samples = [
        Measurement(
            0.5 * k, "il6", "plasma", float(np.exp(draw.standard_normal())), "pg/mL", below=k >= n_seen
        )
        for k in range(n_seen + n_hidden)
    ]
    predicted = np.log([one.value for one in samples]) + 0.2 * draw.standard_normal(len(samples))
    return samples, predicted


def day_and_assay():
    return (
        math.sqrt(math.log1p(PARAMETERS[f"assays.{name}"].value ** 2))
        for name in ("il6.day_to_day", "other.analytical")
    )


def test_samples_of_a_day_share_its_error():
    """The squares sum to those of the multivariate normal with that covariance, to rounding."""
    samples, predicted = levels_and_days(5, 0)
    day, assay = day_and_assay()
    away = predicted - np.log([one.value for one in samples])
    expected = away @ np.linalg.solve(day**2 + assay**2 * np.eye(5), away)
    found = Likelihood.of(samples, PARAMETERS).residuals(predicted[None])[0]
    assert float(found @ found) == pytest.approx(float(expected), rel=1e-10)


def test_what_is_below_detection_counts_by_its_chance():
    """Against SciPy's integral of the bivariate normal, given what was seen; that is good to 1e-5."""
    samples, predicted = levels_and_days(2, 2)
    day, assay = day_and_assay()
    away = np.log([one.value for one in samples]) - predicted
    covariance = day**2 + assay**2 * np.eye(4)
    gain = covariance[2:, :2] @ np.linalg.inv(covariance[:2, :2])
    chance = multivariate_normal.cdf(
        away[2:], mean=gain @ away[:2], cov=covariance[2:, 2:] - gain @ covariance[:2, 2:]
    )
    found = Likelihood.of(samples, PARAMETERS).residuals(predicted[None])[0]
    assert len(found) == 3
    assert found[-1] == pytest.approx(math.sqrt(-2 * math.log(chance)), rel=1e-4)


def test_a_row_that_cannot_be_simulated_is_nan_and_spares_the_others():
    samples, predicted = levels_and_days(2, 2)
    likelihood = Likelihood.of(samples, PARAMETERS)
    rows = likelihood.residuals(np.stack([predicted, np.full(4, math.nan), predicted + 0.1]))
    assert np.isnan(rows[1]).all()
    assert np.array_equal(rows[[0, 2]], likelihood.residuals(np.stack([predicted, predicted + 0.1])))


def test_a_row_may_say_how_good_its_assay_is():
    samples, predicted = levels_and_days(1, 0)
    day, _ = day_and_assay()
    own = [replace(samples[0], cv=0.3)]
    away = float(predicted[0] - math.log(samples[0].value))
    found = Likelihood.of(own, PARAMETERS).residuals(predicted[None])[0]
    assert found.item() == pytest.approx(away / math.hypot(day, math.sqrt(math.log1p(0.09))), rel=1e-12)


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Of 16 people: no fewer than a 95 % chance gives in all but one of 10,000 such studies."""
    held = [one for row in covered(RUN, repeats=16, seed=2).values() for one in row]
    assert len(held) >= 20  # of 32: some samples may be refused
    assert sum(held) >= binom.ppf(1e-4, len(held), 0.95)


def test_what_was_not_measured_stays_with_its_prior(somebody, runner):
    _, samples = somebody
    problem = problem_of(samples, runner, free=["il6.synthesis", "igf1.basal"])
    found = search(problem, starts=1)
    assert found.x[1] == 0.0
    assert covariance_of(found.slopes, prior=True)[1].tolist() == [0.0, 1.0]
    with pytest.raises(IdentifiabilityError, match="do not fix"):
        covariance_of(found.slopes, prior=False)


@pytest.fixture(scope="module")
def found(somebody, runner):
    return xk.fit(table_of(somebody[1]), PLAN, runner, free=FREE, seed=3)


def test_a_fit_gives_parameters_to_simulate_with(found, runner):
    """The same numbers as the fit itself found: to the digits that a solver at 1e-6 and one at 1e-7 share."""
    solution = xk.simulate(PLAN, runner, parameters=found.parameters, times_h=TIMES_H)
    seen = solution.concentration("il6", site="plasma").values[0]
    assert seen == pytest.approx(found.samples["after"].to_numpy(), rel=1e-4)
    assert found.parameters["il6.synthesis"].basis == "assumed"


def test_a_fit_is_kept_in_one_file_that_says_how_it_was_made(found, tmp_path):
    again = load_fit(found.save(tmp_path / "fit.json"))
    assert again.table.equals(found.table)
    assert again.predict(draws=3).concentration("il6").equals(found.predict(draws=3).concentration("il6"))
    other = PARAMETERS.with_values({"il6.clearance": 1.0}, note="another")
    with pytest.raises(InputError, match="made with other parameters"):
        load_fit(tmp_path / "fit.json", parameters=other)
    (tmp_path / "bad.json").write_text('{"x": [1]}')
    with pytest.raises(InputError, match="no fit"):
        load_fit(tmp_path / "bad.json")


def test_a_draw_depends_on_seed_and_number_alone(found):
    few, many, other = (
        found.predict(draws=n, seed=seed).concentration("il6") for n, seed in ((2, 1), (5, 1), (2, 2))
    )
    assert np.array_equal(few, many[:2])
    assert not np.array_equal(few, other)


def test_what_was_not_fitted_may_vary_as_people_do(found):
    """At rest IL-1ra follows none of what was free, so that without others it is the same in every draw."""
    ahead = xk.parse_schedule("Tue 08:00 run 2h 65% VO2max")
    alone, others = (
        found.predict(ahead, draws=4, others=one, exerkines=["il6", "il1ra"]) for one in (False, True)
    )
    spreads = [one.concentration("il1ra").isel(time=0).std().item() for one in (alone, others)]
    assert spreads[0] < 0.1 * spreads[1]


CASES = {
    "comma": [HEADER, "Mon 01:00,il6,2.5,pg/mL", "day 1 02:00,il6,<4,ng/L"],
    "semicolon": [
        "time;exerkine;value;unit;below;site",
        "Mon 01:00;il6;2,5;pg/mL;;plasma",
        "2;il6;4;pg/mL;yes;",
    ],
    "dated": [
        "\ufeffTime,Exerkine,Value,Unit,note",
        "2026-11-16 01:00,IL6,2.5,pg/mL,x",
        "2026-11-16T02:00:00,il6,<4,pg/mL,",
    ],
}


@pytest.mark.parametrize("lines", CASES.values(), ids=CASES.keys())
def test_a_table_is_read_as_it_is_written(lines, tmp_path):
    (tmp_path / "samples.csv").write_text("\n".join(lines), encoding="utf-8")
    read = read_measurements(
        tmp_path / "samples.csv",
        PLAN,
        model=default_model(),
        parameters=PARAMETERS,
        first_day=date(2026, 11, 16),
    )
    assert read == (
        Measurement(1.0, "il6", "plasma", 2.5, "pg/mL"),
        Measurement(2.0, "il6", "plasma", 4.0, "pg/mL", below=True),
    )


def test_what_a_laboratory_reports_can_be_fitted_as_it_is(runner):
    solution = xk.simulate(PLAN, runner)
    table = xk.observed(solution, times_h=[1.0, 2.0], exerkines=["il6", "lactate"], seed=0)
    read = read_measurements(table, PLAN, model=default_model(), parameters=PARAMETERS)
    assert sorted(one.value for one in read) == sorted(table["value"])
    assert {(one.exerkine, one.site) for one in read} == {("il6", "plasma"), ("lactate", "blood")}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,il66,2,pg/mL", ["line 2", "exerkine", "did you mean 'il6'"]),
        ("1,il6,0,pg/mL", ["line 2", "value", "more than 0", "<0.5"]),
        ("1,il6,-3,pg/mL", ["line 2", "value"]),
        ("1,il6,much,pg/mL", ["line 2", "value", "a number"]),
        ("1,il6,nan,pg/mL", ["line 2", "value"]),
        ("1,il6,2,mmHg", ["line 2", "unit"]),
        ("1,il6,2,fold", ["line 2", "unit 'fold'", "pg/mL"]),
        ("Tue 1,il6,2,pg/mL", ["line 2", "time", "no moment of this plan"]),
        ("2026-11-16 08:00,il6,2,pg/mL", ["line 2", "time", "--first-day"]),
        ("-1,il6,2,pg/mL", ["line 2", "time"]),
        ("", ["no rows", "a header with time"]),
    ],
)
def test_a_faulty_row_is_refused_with_place_and_way_out(row, words, tmp_path):
    (tmp_path / "samples.csv").write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(InputError) as refusal:
        read_measurements(tmp_path / "samples.csv", PLAN, model=default_model(), parameters=PARAMETERS)
    assert [word for word in [*words, "samples.csv"] if word not in str(refusal.value)] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"free": ["il6.synthesi"]}, "did you mean 'il6.synthesis'"),
        ({"free": ["il6.zz*"]}, "known to differ between people"),
        ({"free": []}, "1 to"),
        ({"free": "il6.synthesis"}, "a single name"),
        ({"free": ["il6.age_release_switch"]}, "--spread il6.age_release_switch=0.3"),
        ({"free": FREE, "spreads": {"il6.clearance": 0.3}}, "not free"),
        ({"free": FREE, "spreads": {"il6.synthesis": -1.0}}, "more than 0"),
        ({"free": FREE, "starts": 0}, "starts"),
        ({"free": FREE, "seed": -1}, "seed"),
    ],
)
def test_a_faulty_question_is_refused_in_words(options, words, somebody, runner):
    with pytest.raises(ExerkineError, match=words.replace("(", r"\(")):
        xk.fit(table_of(somebody[1]), PLAN, runner, **options)


def test_a_prior_is_as_wide_as_people_differ_or_as_it_is_told():
    beliefs = beliefs_of(
        ["il6.clearance", "il6.brake", "il6.synthesis"],
        parameters=PARAMETERS,
        model=default_model(),
        spreads={"il6.synthesis": 0.1},
    )
    people = PARAMETERS["variability.il6.clearance"]
    assert [one.basis for one in beliefs] == [f"people, {people.basis}", "own spread", "given"]
    assert beliefs[0].prior.sigma == people.value
    assert beliefs[0].prior.ends == pytest.approx((-3.0, 3.0))
    assert beliefs[2].prior.sigma == 0.1
