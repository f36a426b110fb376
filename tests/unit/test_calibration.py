"""Calibration on a molecule with a closed form: what data know comes back, what they do not is said."""

import json
import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from exerkine_sim.calibration import (
    Recipe,
    calibrate,
    load_calibration,
    load_recipe,
    page_of,
    problem_of,
    result,
    save,
    tally,
)
from exerkine_sim.calibration.information import Information
from exerkine_sim.calibration.target import BY_THE_HOUR, Targets
from exerkine_sim.errors import InputError, ParameterError, StudyError
from exerkine_sim.evidence import Observation, Study, find_study, studies
from exerkine_sim.fitting.trials import TrialsProblem, check_few, intervals_of, posterior_of
from exerkine_sim.model import compose, module
from exerkine_sim.parameters import Parameter, ParameterSet, Source, load_parameters, params_folder
from exerkine_sim.schedule import Infusion
from exerkine_sim.subject import Subject
from exerkine_sim.uncertainty import SHIPPED, Posterior, Prior, priors_of

PERSON = Subject(sex="male", age_y=30, body_mass_kg=70, height_m=1.8, vo2max_ml_kg_min=50)
RATE, HOURS = 1e5, 4.0  # ng/h, h
TRUE = {"tracer.first": 0.4, "tracer.second": 1.2, "tracer.basal": 70.0}
# 1e-4 of a value: the solver at 1e-7, and a search that ends when the cost changes by 1e-6
AS_SEARCHED = 1e-4


@module(
    "tracer", parameters={"first": "1", "second": "1", "reference": "L/h", "basal": "ng/L", "idle": "ng/L"}
)
def tracer(m, p):
    """Infused and cleared; only the product of first and second is a clearance."""
    plasma = m.pool(
        "plasma",
        volume=m.subject("plasma_volume", "L"),
        basal=p.basal,
        unit="ng/L",
        flux_unit="ng/h",
        site="serum",
        infusible=True,
    )
    clearance = p.first * p.second * p.reference
    m.release("plasma", tissue="liver", rate=p.basal * clearance)
    m.clear("plasma", rate=clearance * plasma)
    m.observe("unseen", plasma + p.idle, "ng/L")


def assumed(name, value, unit, spread):
    source = Source("ExerkineSim", where="here")
    return Parameter(
        name=name, value=value, unit=unit, spread=spread, source=source, basis="assumed", note="any"
    )


@pytest.fixture(scope="module")
def traced():
    """The model and its parameters: what is believed before the data speak."""
    own = [
        assumed("tracer.first", 0.6, "1", {"kind": "range", "low": 0.1, "high": 2.0}),
        assumed("tracer.second", 1.0, "1", {"kind": "range", "low": 0.1, "high": 4.0}),
        assumed("tracer.reference", 1.0, "L/h", {"kind": "none"}),
        assumed("tracer.basal", 50.0, "ng/L", {"kind": "cv", "cv": 0.5}),
        assumed("tracer.idle", 1.0, "ng/L", {"kind": "sd", "sd": 0.5}),
    ]
    about = {"tracer": {"unit": "ng/L", "grade": "low"}}
    joined = load_parameters() | ParameterSet({one.name: one for one in own}, about)
    return {"parameters": joined, "model": compose([tracer])}


def level(hours, first, second, basal):
    """Closed form: basal + R / Cl (1 - exp(-Cl t / V)), in ng/L."""
    volume = float(PERSON.physiology(load_parameters())["plasma_volume"])
    clearance = first * second
    return basal + RATE / clearance * (1 - math.exp(-clearance * hours / volume))


def trial(*values, use="fit", key="Exact", unit="ng/L"):
    """A four-hour infusion; `values` are (hours, value)."""
    return Study(
        key=key,
        title="made up",
        use=use,
        subject=PERSON,
        bouts=(),
        infusions=(Infusion(0.0, HOURS, "tracer", RATE, "ng/h"),),
        observations=tuple(
            Observation("tracer", "serum", 60 * hours, "start", value, unit) for hours, value in values
        ),
    )


def exact(*hours, **changes):
    truth = TRUE | changes
    return trial(*((one, level(one, *truth.values())) for one in hours))


def test_noiseless_data_give_back_the_values_they_were_made_with(traced):
    """With an expected error so small that the priors have no weight."""
    data = exact(0.0, 0.5, 1.0, 2.0, 4.0, **{"tracer.second": 1.0})
    found = calibrate(["tracer.first", "tracer.basal"], studies=[data], error_ln=1e-3, **traced)
    assert found.values["tracer.first"] == pytest.approx(TRUE["tracer.first"], rel=AS_SEARCHED)
    assert found.values["tracer.basal"] == pytest.approx(TRUE["tracer.basal"], rel=AS_SEARCHED)
    assert {one.verdict for one in found.estimates} == {"identified"}
    assert max(abs(one.after) for one in found.witnesses) < AS_SEARCHED


def test_changes_against_baseline_are_read_as_such(traced):
    truth = {"first": 0.4, "second": 1.0, "basal": 50.0}
    fold = level(2.0, **truth) / 50
    studied = [
        trial((2.0, fold), unit="fold"),
        trial((2.0, 100 * (fold - 1)), unit="percent_change", key="B"),
    ]
    for one in studied:
        found = calibrate(["tracer.first"], studies=[one], error_ln=1e-3, **traced)
        assert found.values["tracer.first"] == pytest.approx(0.4, rel=AS_SEARCHED)


def test_one_observation_and_a_prior_meet_where_their_certainties_say(traced):
    """Basal alone at rest: the posterior of two log-normals is their weighted mean."""
    sigma, error = math.sqrt(math.log1p(0.25)), 0.4
    found = calibrate(["tracer.basal"], studies=[trial((0.0, 70.0))], error_ln=error, **traced)
    (one,) = found.estimates
    weight = error**-2 / (error**-2 + sigma**-2)
    assert one.fitted == pytest.approx(50 * (70 / 50) ** weight, rel=AS_SEARCHED)
    assert one.se == pytest.approx((error**-2 + sigma**-2) ** -0.5, rel=1e-9)  # a linear problem
    assert one.share == pytest.approx(weight, rel=1e-9)


def test_many_samples_of_one_study_count_as_one(traced):
    several = trial(*((0.0, 70.0),) * 9)
    options = {"error_ln": 0.4, **traced}
    one, nine = (
        calibrate(["tracer.basal"], studies=[data], **options).estimates[0]
        for data in (trial((0.0, 70.0)), several)
    )
    assert nine.fitted == pytest.approx(one.fitted, rel=AS_SEARCHED)
    assert nine.se == pytest.approx(one.se, rel=1e-9)


def test_a_pair_that_only_its_product_shows_is_reported_and_left_where_the_priors_put_it(traced):
    found = calibrate(
        ["tracer.first", "tracer.second"], studies=[exact(0.5, 1.0, 2.0, 4.0)], error_ln=1e-3, **traced
    )
    first, second = found.estimates
    true, norm = TRUE["tracer.first"] * TRUE["tracer.second"], math.hypot(first.sigma, second.sigma)
    assert first.fitted * second.fitted == pytest.approx(
        true, rel=0.01
    )  # basal is wrong by 20 ng/L of 10 000
    (known,) = found.combinations
    assert known.weights == pytest.approx(
        {"tracer.second": second.sigma / norm, "tracer.first": first.sigma / norm}, rel=1e-3
    )  # ln first + ln second; basal lends the rest
    assert not {"identified"} & {first.verdict, second.verdict}
    assert (first.partner, second.partner) == ("tracer.second", "tracer.first")
    assert first.correlation < -0.99
    assert "only together with tracer.second" in first.remark
    # The less certain one gives way more: in proportion to the prior variances.
    moved = [math.log(one.fitted / one.prior) / one.sigma**2 for one in (first, second)]
    assert moved[0] == pytest.approx(moved[1], rel=1e-3)  # the ratio of two small steps


def test_bounds_hold_and_are_reported(traced):
    data = trial((0.0, 1e6))
    found = calibrate(["tracer.basal"], studies=[data], error_ln=0.01, **traced)
    (one,) = found.estimates
    assert one.low <= one.fitted <= one.high
    assert one.is_at_bound
    assert "at its bound" in one.remark


def test_a_parameter_that_starts_at_its_bound_holds_nobody_back(traced):
    rest, infused = trial((0.0, 70.0)), trial((4.0, level(4.0, 3.0, 1.0, 70.0)), key="Infused")
    found = calibrate(
        ["tracer.first", "tracer.basal"],
        studies=[rest, infused],
        published={"tracer.first": 2.0},
        error_ln=1e-3,
        **traced,
    )
    first, basal = found.estimates
    assert first.prior == first.fitted == first.high
    assert basal.fitted == pytest.approx(70.0, rel=1e-3)  # what basal is of the infused level


def test_what_no_observation_depends_on_is_held(traced):
    found = calibrate(["tracer.*"], studies=[exact(0.0, 1.0, 4.0)], **traced)
    assert found.held == {
        "tracer.reference": "no known spread",
        "tracer.idle": "no observation depends on it",
    }
    assert set(found.values) == {"tracer.first", "tracer.second", "tracer.basal"}


def test_every_start_ends_at_the_same_values(traced):
    found = calibrate(
        ["tracer.first", "tracer.basal"], studies=[exact(0.0, 1.0, 4.0)], starts=4, seed=0, **traced
    )
    assert found.costs == pytest.approx([found.cost] * 4, rel=1e-3)  # ends where the cost changes by 1e-6


def test_the_slopes_of_the_witnesses_are_what_the_standard_errors_rest_on(traced):
    """To the four digits that are written."""
    found = calibrate(["tracer.*"], studies=[exact(0.0, 1.0, 4.0)], **traced)
    posterior = Posterior.of([one.name for one in found.estimates], [one.slopes for one in found.witnesses])
    shares = [one.se / one.sigma for one in found.estimates]
    np.testing.assert_allclose(posterior.spread, shares, rtol=1e-3)


def test_the_page_counts_each_number_once_and_names_what_the_data_leave(traced, monkeypatch):
    rest = trial((0.0, 70.0))
    found = calibrate(["tracer.*"], studies=[replace(rest, key="Rest")], error_ln=0.01, **traced)
    (row,) = tally(found)
    assert row == ["tracer", "1", "1", "1", "0", "0", "0"]
    assert "| tracer.basal | 50 |" in page_of(found, "any")
    quiet = calibrate(["tracer.*"], studies=[replace(rest, key="Rest")], error_ln=3.0, **traced)
    assert not quiet.quiet  # few enough to be shown
    monkeypatch.setattr(result, "FEW", 0)
    assert quiet.quiet == {"tracer": ("basal",)}
    assert "- tracer: basal" in page_of(quiet, "any")
    assert "| tracer.basal |" not in page_of(quiet, "any")


def test_the_search_says_how_far_it_is(traced):
    heard = []
    calibrate(["tracer.basal"], studies=[exact(0.0)], starts=2, progress=heard.append, **traced)
    assert heard[0].startswith("search 1 of 2, step 1: half the sum of squares ")
    assert heard[-1].startswith("search 2 of 2")


class Stopped(Exception):
    """What interrupts a fit."""


def test_a_resumed_fit_ends_with_the_same_bits(traced, tmp_path, monkeypatch):

    kept = tmp_path / "fit.partial"
    asked = {"studies": [exact(0.0, 1.0, 4.0)], "starts": 2, "seed": 3, **traced}
    free = ["tracer.first", "tracer.basal"]
    whole = calibrate(free, **asked)
    evaluate, left = Targets.residuals, iter(range(4))

    def dying(self, parameters):
        if next(left, None) is None:
            raise Stopped
        return evaluate(self, parameters)

    with monkeypatch.context() as patched:
        patched.setattr(Targets, "residuals", dying)
        with pytest.raises(Stopped):
            calibrate(free, checkpoint=kept, **asked)
    lines = kept.read_bytes().count(b"\n")
    kept.write_bytes(kept.read_bytes() + b'{"kind": "resi')  # half a line, as a crash leaves it
    assert calibrate(free, checkpoint=kept, **asked) == whole
    assert lines > 2
    assert kept.read_bytes().count(b"\n") > lines


def test_a_checkpoint_of_another_fit_is_refused(traced, tmp_path):
    kept = tmp_path / "fit.partial"
    calibrate(["tracer.basal"], studies=[exact(0.0)], checkpoint=kept, **traced)
    with pytest.raises(InputError, match="another fit"):
        calibrate(["tracer.basal"], studies=[exact(0.0)], seed=1, checkpoint=kept, **traced)


@pytest.mark.parametrize("content", ["my notes", "[1]\n", '{"kind": "data"}\n'])
def test_a_file_of_something_else_is_left_as_it_is(traced, tmp_path, content):
    notes = tmp_path / "notes.txt"
    notes.write_text(content)
    with pytest.raises(InputError, match="not the record of a fit"):
        calibrate(["tracer.basal"], studies=[exact(0.0)], checkpoint=notes, **traced)
    assert notes.read_text() == content


def test_a_study_kept_for_checking_is_refused(traced):
    with pytest.raises(StudyError, match="kept for checking"):
        calibrate(["tracer.basal"], studies=[replace(exact(0.0), use="check")], **traced)


@pytest.mark.parametrize(
    ("free", "message"),
    [
        (["tracer.basall"], "did you mean 'tracer.basal'"),
        (["tracer.reference"], "no known spread"),
        (["tracer.idle"], "no observation depends on any"),
        (["nobody.*"], "no parameter of the equations"),
    ],
)
def test_what_cannot_be_fitted_is_refused(traced, free, message):
    with pytest.raises(InputError, match=message.replace("*", r"\*")):
        calibrate(free, studies=[exact(0.0, 1.0)], **traced)


def test_a_published_value_is_pulled_towards_in_place_of_the_shipped_one(traced):
    found = calibrate(
        ["tracer.basal"], studies=[trial((0.0, 70.0))], published={"tracer.basal": 70.0}, **traced
    )
    assert found.values["tracer.basal"] == pytest.approx(70.0, rel=AS_SEARCHED)
    with pytest.raises(ParameterError, match="which is not free"):
        calibrate(["tracer.basal"], studies=[exact(0.0)], published={"tracer.first": 1.0}, **traced)


@pytest.mark.parametrize(
    ("spread", "sigma", "low", "high"),
    [
        ({"kind": "range", "low": 1.0, "high": 16.0}, math.log(2), 1.0, 16.0),
        ({"kind": "sigma_ln", "sigma": 0.1}, 0.1, 2 * math.exp(-0.3), 2 * math.exp(0.3)),
        ({"kind": "sd", "sd": 1.0}, math.sqrt(math.log(1.25)), None, None),
        ({"kind": "cv", "cv": 0.5}, math.sqrt(math.log(1.25)), None, None),
    ],
)
def test_each_kind_of_spread_becomes_a_width_and_bounds(spread, sigma, low, high):
    """A range is two standard deviations to either side of a value of 2, the others bound at three."""
    own = ParameterSet({"any.thing": assumed("any.thing", 2.0, "1", spread)})
    belief = Prior.of("any.thing", load_parameters() | own)
    assert belief.sigma == pytest.approx(sigma, rel=1e-12)
    reach = math.exp(3 * sigma)
    assert belief.low == pytest.approx(2 / reach if low is None else low, rel=1e-12)
    assert belief.high == pytest.approx(2 * reach if high is None else high, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "spread", "words"),
    [
        (0.0, {"kind": "range", "low": 0.0, "high": 1.0}, "its value is 0"),
        (1.0, {"kind": "range", "low": 1.0, "high": 1.0}, "its range has no width"),
        (1.0, {"kind": "cv", "cv": 0.0}, "its cv has no width"),
        (1.0, {"kind": "none"}, "no known spread"),
    ],
)
def test_why_nothing_is_believed_is_said_plainly(value, spread, words):
    own = ParameterSet({"any.thing": assumed("any.thing", value, "1", spread)})
    assert priors_of(["any.thing"], load_parameters() | own) == ({}, {"any.thing": words})


def test_a_published_value_outside_the_range_is_refused():
    own = ParameterSet({"any.thing": assumed("any.thing", 1.0, "1", {"kind": "range", "low": 0, "high": 2})})
    with pytest.raises(ParameterError, match="3 is outside 0.003 to 2"):
        Prior.of("any.thing", load_parameters() | own, value=3.0)


def test_an_effect_that_may_be_none_is_fitted_on_a_linear_scale(traced):
    """Basal alone at rest, seen to be lower, by an error so small that the prior has no weight."""
    own = assumed("tracer.basal", 50.0, "ng/L", {"kind": "range", "low": 0.0, "high": 60.0})
    believed = {**traced, "parameters": traced["parameters"] | ParameterSet({own.name: own})}
    fit = partial(calibrate, ["tracer.basal"], **believed)
    (one,) = fit(studies=[trial((0.0, 8.0))], error_ln=1e-3).estimates
    assert one.fitted == pytest.approx(8.0, rel=AS_SEARCHED)
    assert (one.scale, one.sigma, one.high) == ("linear", 15.0, 60.0)
    # d ln prediction = d basal / basal: an error of 1e-3 is one of 0.008 ng/L
    assert one.se == pytest.approx(0.008, rel=1e-3)
    lost = fit(studies=[trial((0.0, 1e-6))], error_ln=1e-2)
    assert lost.values["tracer.basal"] == pytest.approx(0.05, rel=AS_SEARCHED)  # a thousandth of 50
    assert lost.estimates[0].is_at_bound
    assert "| +/- 0.0005 | ng/L | 0.05 to 60 |" in page_of(lost, "any")


def test_data_and_a_linear_prior_meet_where_neither_pulls_harder(traced):
    """At the fit the slopes of both halves of the sum of squares cancel: seen as 30, believed 50 +- 15."""
    own = assumed("tracer.basal", 50.0, "ng/L", {"kind": "range", "low": 0.0, "high": 60.0})
    believed = {**traced, "parameters": traced["parameters"] | ParameterSet({own.name: own})}
    found = calibrate(["tracer.basal"], studies=[trial((0.0, 30.0))], error_ln=0.4, **believed)
    b = found.values["tracer.basal"]
    pulls = math.log(b / 30) / 0.4**2 / b, (50 - b) / 15**2
    assert pulls[0] == pytest.approx(pulls[1], rel=1e-3)  # the search ends when the cost changes by 1e-6


def test_information_never_makes_less_certain():
    told = Information.of(np.random.default_rng(0).standard_normal((5, 8)))
    assert (told.spread <= 1).all()
    assert len(told.eigenvalues) <= 5


def test_the_result_is_read_as_it_was_written(traced, tmp_path):
    found = calibrate(["tracer.basal"], studies=[exact(0.0, 1.0)], **traced)
    assert load_calibration(save(found, tmp_path / "found.json")) == found
    damaged = json.loads(found.to_json()) | {"cost": "none"}
    (tmp_path / "damaged.json").write_text(json.dumps(damaged))
    with pytest.raises(InputError, match="cost"):
        load_calibration(tmp_path / "damaged.json")


def test_the_shipped_recipe_frees_everything_and_fits_to_no_check():
    recipe = load_recipe(params_folder() / "calibration" / f"{SHIPPED}.toml")
    chosen = recipe.studies()
    assert {study.use for study in chosen} == {"fit"}
    assert len(chosen) == sum(study.use == "fit" for study in studies())
    assert recipe.free == ("*",)
    assert set(recipe.published) <= set(load_parameters())


def test_a_recipe_that_names_a_check_is_refused():
    check = next(study.key for study in studies() if study.use == "check")
    with pytest.raises(StudyError, match="kept for checking"):
        Recipe(free=("il6.brake",), trials=(check,)).studies()


def test_the_slopes_are_those_of_the_residuals():
    """On the shipped physiology: two evaluations differ as the exact derivative says."""
    from exerkine_sim.physiology import default_model

    parameters, name, step = load_parameters(), "il6.induction", 1e-3
    trials = [find_study(key) for key in ("Steensberg2000", "Ostrowski1998b", "Keller2001_normal")]
    targets = Targets.of(trials, parameters=parameters, model=default_model())
    value = parameters[name].value
    above, below = (
        targets.residuals(parameters.with_values({name: value * math.exp(move)}, note="moved"))
        for move in (step, -step)
    )
    deaf, slopes = targets.slopes(parameters, ["leptin.depth", name]).T
    assert (deaf == 0.0).all()  # no equation behind IL-6 refers to it
    # Differences over 2e-3 of values good to 1e-7
    np.testing.assert_allclose(slopes, (above - below) / (2 * step), atol=2e-3)
    assert slopes.max() > 0.3


def test_the_shipped_page_tells_the_shipped_result():
    folder = params_folder() / "calibration"
    for path in folder.glob("*.json"):
        told = path.with_suffix(".md").read_text(encoding="utf-8")
        assert told == page_of(load_calibration(path), path.stem)


def test_what_follows_the_hour_takes_no_part_in_a_trial_by_the_clock():
    from exerkine_sim.physiology import default_model

    study = find_study("Ronsen2002_single")
    parameters, model = load_parameters(), default_model()
    (seen, *_) = study.observations
    both = replace(study, observations=(seen, replace(seen, exerkine="cortisol")))
    targets = Targets.of([both], parameters=parameters, model=model)
    assert [one.observation for one in targets.items] == [seen]
    assert targets.left_out == {BY_THE_HOUR: 1}
    still = Targets.of([replace(both, clock_h=None)], parameters=parameters, model=model)
    assert BY_THE_HOUR not in still.left_out


def test_a_calibration_is_a_fit_whose_posterior_can_be_drawn(traced):
    """Basal alone at rest, where the posterior is log-normal: within some standard errors of its ends."""
    sigma, error = math.sqrt(math.log1p(0.25)), 0.4
    options = {"studies": [trial((0.0, 70.0), (0.0, 70.0))], "error_ln": error, **traced}
    problem, _ = problem_of(["tracer.basal"], **options)
    rows = np.array([[0.0], [0.7], [-1.2]])
    batch = TrialsProblem(problem).residuals(rows)
    alone = np.array([problem.residuals(row)[:-1] for row in rows])
    assert batch == pytest.approx(alone, abs=1e-9)
    draws = posterior_of(problem, calibrate(["tracer.basal"], **options))
    (one,) = intervals_of(problem, draws)
    weight = error**-2 / (error**-2 + sigma**-2)
    ends = 50 * (70 / 50) ** weight * np.exp(np.array([-1.96, 1.96]) * (error**-2 + sigma**-2) ** -0.5)
    near = 10 * (error**-2 + sigma**-2) ** -0.5 / math.sqrt(one["ess_tail"])
    assert np.log([one["low"], one["high"]]) == pytest.approx(np.log(ends), abs=near)


def test_a_posterior_of_many_numbers_is_refused():
    with pytest.raises(InputError, match="at most 20"):
        check_few(21)
