"""Indices where the answer is known: test functions, a linear cascade, failures, convergence, files."""

import json
from dataclasses import replace

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.test_functions import Ishigami, Sobol_G

import exerkine_sim as xk
from exerkine_sim.errors import InputError
from exerkine_sim.indices import Estimator, Sensitivity
from exerkine_sim.indices.convergence import judged
from exerkine_sim.model import compose, module, positive
from exerkine_sim.parameters import Parameter, ParameterSet, Source, load_parameters
from exerkine_sim.sweeps import Factor, LogNormal, Outputs, Range, Sampling, Values, spaced

MAN = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
INFUSION_H, RATE = 4.0, 1e5
INFUSION = xk.parse_schedule("Mon 01:00 infuse cascade 100ug/h 4h")
RUN = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
RANGES = {
    "cascade.elimination": Range(1.0, 4.0, "log"),
    "cascade.transfer": Range(0.5, 2.0, "log"),
    "cascade.loss": Range(1.0, 2.0, "log"),
    "cascade.basal": Range(1e4, 3e4),
}


@module(
    "cascade",
    parameters={"volume": "L", "elimination": "1/h", "transfer": "1/h", "loss": "1/h", "basal": "ng/h"},
)
def cascade(m, p):
    """Two linear compartments, one behind the other."""
    rest = p.basal / (p.volume * p.elimination)
    plasma = m.pool(
        "plasma", volume=p.volume, basal=rest, unit="ng/L", flux_unit="ng/h", site="serum", infusible=True
    )
    m.release("plasma", tissue="liver", rate=p.basal)
    m.clear("plasma", rate=p.elimination * p.volume * plasma)
    tissue = m.state(
        "tissue",
        unit="ng/L",
        guess=rest * p.transfer / p.loss,
        rate=lambda level: p.transfer * plasma - p.loss * level,
    )
    m.observe("tissue", tissue, "ng/L")


@module("restless", parameters={"limit": "1"})
def restless(m, p):
    """Without a steady state where the limit is above 1."""
    m.state("runaway", unit="1", rate=lambda x: positive(p.limit - 1) + x**2)


def assumed(name, value, unit):
    source = Source("ExerkineSim", where="here")
    spread = {"kind": "none"}
    return Parameter(
        name=name, value=value, unit=unit, spread=spread, source=source, basis="assumed", note="any"
    )


OWN = [
    assumed("cascade.volume", 10.0, "L"),
    assumed("cascade.elimination", 2.0, "1/h"),
    assumed("cascade.transfer", 1.0, "1/h"),
    assumed("cascade.loss", 1.4, "1/h"),
    assumed("cascade.basal", 2e4, "ng/h"),
    assumed("restless.limit", 0.5, "1"),
]


def cascading(*names, model=None, **changes):
    """Return a design of the cascade that varies some of its parameters."""
    about = {"cascade": {"unit": "ng/L", "grade": "low"}}
    usual = {
        "factors": [Factor(name, RANGES[name]) for name in names],
        "sampling": Sampling("sobol", n=8),
        "outputs": Outputs(sites="all", metrics=("auc", "baseline")),
        "parameters": load_parameters() | ParameterSet({one.name: one for one in OWN}, about),
        "own_model": compose([cascade]) if model is None else model,
    }
    return xk.Design(INFUSION, MAN, **usual | changes)


def points(function, n, factors, *, seed=1, method="saltelli"):
    """Return an estimator, and what a function makes of its points."""
    estimator = Estimator(Sampling(method, n=n, seed=seed), tuple(one.name for one in factors))
    at = np.stack([one.at(column) for one, column in zip(factors, estimator.cube.T, strict=True)], axis=1)
    return estimator, function(at)


def fine(estimator):
    return np.full(len(estimator.cube), True)


PI = [Factor(name, Range(-np.pi, np.pi)) for name in ("x1", "x2", "x3")]
UNIT = [Factor(f"x{place}", Range(0.0, 1.0)) for place in range(8)]


def of_ishigami(a=7.0, b=0.1):
    """Return S1 and ST from the variances that Ishigami and Homma (1990) give."""
    one = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    two, both = a**2 / 8, 8 * b**2 * np.pi**8 / 225
    total = one + two + both
    return np.array([one, two, 0.0]) / total, np.array([one + both, two, both]) / total


def of_products(squares):
    """Return S1 and ST of a product of independent factors, given their squared coefficients of variation."""
    every = np.prod(1 + squares)
    return squares / (every - 1), squares * every / (1 + squares) / (every - 1)


def g_squares():
    return 1 / (3 * (1 + np.array([0, 1, 4.5, 9, 99, 99, 99, 99])) ** 2)


@pytest.mark.parametrize(
    ("function", "factors", "known"),
    [(Ishigami.evaluate, PI, of_ishigami()), (Sobol_G.evaluate, UNIT, of_products(g_squares()))],
    ids=["ishigami", "g"],
)
def test_indices_of_test_functions_lie_within_their_intervals(function, factors, known):
    estimator, values = points(function, 2048, factors)
    found = estimator.estimate(values[:, None], fine(estimator))
    for name, truth in zip(("S1", "ST"), known, strict=True):
        half_width = found[f"{name}_conf"][-1, :, 0]
        assert (np.abs(found[name][-1, :, 0] - truth) <= half_width).all()
        assert half_width.max() < 0.08


def test_shares_of_variance_are_those_of_salib_for_many_outputs_at_once():
    """The same sums in another order: to 1e-12, intervals from the same resamples included."""
    estimator, values = points(Ishigami.evaluate, 128, PI, seed=5)
    both = np.stack([values, np.exp(0.2 * values) + 7], axis=1)
    found = estimator.estimate(both, fine(estimator))
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
    for place in range(2):
        known = salib_sobol.analyze(problem, both[:, place], calc_second_order=False, seed=5)
        for name in ("S1", "S1_conf", "ST", "ST_conf"):
            np.testing.assert_allclose(found[name][-1, :, place], known[name], rtol=0, atol=1e-12)


def test_effects_are_those_of_salib():
    """To 1e-12 of the largest; its intervals are of other resamples, a thousand agree within a tenth."""
    estimator, values = points(Ishigami.evaluate, 40, PI, seed=5, method="morris")
    estimator = replace(estimator, resamples=1000)
    found = estimator.estimate(values[:, None], fine(estimator))
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
    known = salib_morris.analyze(problem, estimator.cube, values, num_resamples=1000, seed=5)
    for name in ("mu", "mu_star", "sigma"):
        np.testing.assert_allclose(
            found[name][-1, :, 0], known[name], rtol=0, atol=1e-12 * known["mu_star"].max()
        )
    ratio = found["mu_star_conf"][-1, :, 0] / known["mu_star_conf"]
    assert (np.abs(ratio - 1)[[0, 2]] < 0.1).all()  # the second always moves as far


@pytest.mark.parametrize("method", ["saltelli", "morris"])
def test_a_failed_member_takes_its_base_point_along_and_nothing_else(method):
    estimator, values = points(Ishigami.evaluate, 64, PI, method=method)
    ok = fine(estimator)
    ok[10 * estimator.rows + 2] = False
    broken = np.where(ok, values, np.nan)
    found = estimator.estimate(broken[:, None], ok)
    rows = np.delete(values.reshape(64, -1), 10, axis=0)
    if method == "saltelli":
        problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
        known = salib_sobol.analyze(problem, rows.ravel(), calc_second_order=False, seed=1)["ST"]
        np.testing.assert_allclose(found["ST"][-1, :, 0], known, rtol=0, atol=1e-12)
    else:
        problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
        cube = np.delete(estimator.cube.reshape(64, 4, 3), 10, axis=0).reshape(-1, 3)
        known = salib_morris.analyze(problem, cube, rows.ravel())["mu_star"]
        np.testing.assert_allclose(found["mu_star"][-1, :, 0], known, rtol=1e-12)


def test_too_few_whole_base_points_are_refused_with_reasons_counted():
    estimator = Estimator(Sampling("saltelli", n=100, seed=0), ("a", "b"))
    ok = fine(estimator)
    ok[: 5 * 4 : 4] = False
    assert estimator.coverage(ok) == 0.95
    ok[5 * 4] = False
    with pytest.raises(InputError, match=r"94.0% of 100 base points(.|\n)*6 x gave up(.|\n)*narrow"):
        estimator.coverage(ok, {"gave up": 6})


def test_what_does_not_vary_or_is_no_number_has_a_reason_in_place_of_indices():
    estimator, values = points(Ishigami.evaluate, 64, PI)
    holes = np.where(np.arange(len(values)) == 7, np.nan, values)
    found = estimator.estimate(np.stack([values, np.full_like(values, 3.0), holes], axis=1), fine(estimator))
    assert found["reason"][0] == ""
    assert found["reason"][1].startswith("does not vary")
    assert found["reason"][2] == "no number in 1 of 64 base points"
    assert np.isfinite(found["ST"][:, :, 0]).all()
    assert np.isnan(found["ST"][:, :, 1:]).all()


@pytest.mark.parametrize("method", ["saltelli", "morris"])
def test_a_stage_is_the_study_of_so_many_points(method):
    """Of a Sobol' sequence any beginning is a study of its own; trajectories are drawn for their number."""
    whole, values = points(Ishigami.evaluate, 256, PI, method=method)
    assert whole.stages == (16, 32, 64, 128, 256)
    found = whole.estimate(values[:, None], fine(whole))
    if method == "saltelli":
        half, part = points(Ishigami.evaluate, 128, PI, method=method)
        alone = half.estimate(part[:, None], fine(half))
        np.testing.assert_array_equal(found["ST"][-2], alone["ST"][-1])
        np.testing.assert_array_equal(found["ST_conf"][-2], alone["ST_conf"][-1])
    width = found["ST_conf" if method == "saltelli" else "mu_star_conf"].max(axis=(1, 2))
    assert width[-1] < width[0]


def test_convergence_wants_narrow_intervals_and_a_settled_order():
    settled = np.array([[0.6, 0.3, 0.01], [0.62, 0.31, 0.02]])[..., None]
    swapped = np.array([[0.3, 0.6, 0.01], [0.62, 0.31, 0.02]])[..., None]
    quiet = np.array([[0.9, 0.01, 0.02], [0.9, 0.04, 0.02]])[..., None]
    narrow, wide = np.full((2, 3, 1), 0.02), np.full((2, 3, 1), 0.06)
    verdicts = [
        judged(index, width, method="sobol")["converged"].item()
        for index, width in ((settled, narrow), (settled, wide), (swapped, narrow), (quiet, narrow))
    ]
    assert verdicts == [True, False, False, True]


def squared_variation(low, high, power):
    """Return the squared coefficient of variation of a power of what is log-uniform."""
    ends, width = (low**power, high**power), power * np.log(high / low)
    mean = (ends[1] - ends[0]) / width
    return (ends[1] ** 2 - ends[0] ** 2) / (2 * width) / mean**2 - 1


def test_indices_of_a_linear_cascade_are_the_analytic_ones():
    """The area above rest is dose x transfer / (volume x elimination x loss), whatever rest is.

    Within 0.01, and nothing at all for the release that makes rest.
    """
    design = cascading(*RANGES)
    found = xk.sensitivity(design, n=2048, seed=1).of("cascade", metric="auc", site="tissue")
    squares = np.array(
        [squared_variation(1, 4, -1), squared_variation(0.5, 2, 1), squared_variation(1, 2, -1), 0]
    )
    for name, truth in zip(("S1", "ST"), of_products(squares), strict=True):
        np.testing.assert_allclose(found[name], truth, rtol=0, atol=0.01)
    assert found["ST"].sel(factor="cascade.basal") < 1e-9
    rest = xk.sensitivity(design, n=64, seed=1).of("cascade", metric="baseline", site="tissue")
    assert rest["ST"].sel(factor="cascade.basal") > 0.05


def test_indices_over_time_are_the_analytic_ones():
    """During the infusion: basal / (V k) + rate / (V k) (1 - exp(-k t)), integrated over both factors."""
    times = (1.25, 2.0, 5.0)
    design = cascading(
        "cascade.elimination", "cascade.basal", outputs=Outputs(sites="all", metrics=(), times_h=times)
    )
    found = xk.sensitivity(design, n=1024, seed=1).of("cascade", site="serum")
    nodes, weight = np.polynomial.legendre.leggauss(40)
    share, k = weight / 2, 4.0 ** ((nodes + 1) / 2)
    basal = 2e4 + 1e4 * nodes
    for place, time in enumerate(times):
        level = basal[:, None] / k + RATE / k * (1 - np.exp(-k * (time - 1)))
        mean, variance = share @ level @ share, share @ level**2 @ share - (share @ level @ share) ** 2
        by_basal, by_k = share @ (level @ share - mean) ** 2, share @ (share @ level - mean) ** 2
        first = np.array([by_k, by_basal]) / variance
        np.testing.assert_allclose(found["S1_over_time"][:, place], first, rtol=0, atol=0.01)
        np.testing.assert_allclose(found["ST_over_time"][:, place], 1 - first[::-1], rtol=0, atol=0.01)


def test_slopes_are_the_analytic_ones_and_scaled_to_each_spread():
    """Areas by the trapezoidal rule every ten minutes: to 5e-4."""
    design = cascading(*RANGES, outputs=Outputs(sites="all", metrics=("auc", "c_max", "baseline")))
    found = xk.sensitivity(design, method="local")
    area = found.of("cascade", metric="auc", site="tissue")
    np.testing.assert_allclose(area["elasticity"], [-1, 1, -1, 0], atol=5e-4)
    spread = np.log([4, 4, 2]) / np.sqrt(12)
    np.testing.assert_allclose(area["effect"][:3] / area["mean"], spread * [-1, 1, -1], atol=5e-4)
    np.testing.assert_allclose(area["share"][:3], spread**2 / (spread**2).sum(), atol=5e-4)
    peak = found.of("cascade", metric="c_max", site="serum")
    k = 2.0
    level = 2e4 / k + RATE / k * (1 - np.exp(-4 * k))
    by_k = -level + RATE * 4 * np.exp(-4 * k)
    assert peak["elasticity"].sel(factor="cascade.elimination").item() == pytest.approx(
        by_k / level, abs=1e-5
    )


def test_rest_is_solved_anew_so_that_what_moves_rest_alone_has_no_part_in_what_a_session_adds():
    """IL-15 corrected for plasma volume: its resting level moves baseline and peak, nothing above rest."""
    design = xk.Design(
        RUN,
        MAN,
        factors=[Factor("il15.basal", LogNormal(2.0, 0.4)), Factor("il15.shedding", Range(0.5, 2.0))],
        sampling=Sampling("sobol", n=8),
        outputs=Outputs(exerkines=("il15",), sites="all", metrics=("auc", "baseline", "c_max")),
    )
    found = xk.sensitivity(design, n=64, seed=0)

    def total(metric):
        return found.of("il15", metric=metric, site="plasma_corrected")["ST"].sel(factor="il15.basal").item()

    assert total("baseline") > 0.8
    assert total("c_max") > 0.05
    assert total("auc") < 1e-6


def test_members_that_fail_are_counted_and_too_many_refused():
    model = compose([cascade, restless])
    few, many = (Factor("restless.limit", Range(0.0, high)) for high in (1.004, 2.0))
    seen = Factor("cascade.transfer", RANGES["cascade.transfer"])
    found = xk.sensitivity(cascading(factors=[seen, few], model=model), n=128, seed=1)
    assert 0.95 <= found.coverage < 1
    remarks = " ".join(found.remarks())
    assert "members failed" in remarks
    assert "corners" in remarks
    with pytest.raises(InputError, match=r"base points are whole(.|\n)*members failed \(\d+ x "):
        xk.sensitivity(cascading(factors=[seen, many], model=model), n=16)


def test_a_study_is_kept_resumed_and_read_back(tmp_path):
    design, seen = cascading("cascade.elimination", "cascade.loss"), []
    first = xk.sensitivity(design, n=16, out=tmp_path / "s.zarr", progress=lambda *done: seen.append(done))
    again = xk.sensitivity(design, n=16, out=tmp_path / "s.zarr", resume=True)
    assert again.dataset.identical(first.dataset)
    assert seen[-1] == (64, 64)
    with pytest.raises(InputError, match="exists already"):
        xk.sensitivity(design, n=16, out=tmp_path / "s.zarr")
    read = Sensitivity.load(first.save(tmp_path / "found.nc"))
    assert read.dataset.identical(first.dataset)
    assert json.loads(read.dataset.attrs["recipe"])["design"]["sample"]["n"] == 16


def test_seeds_choose_points_and_zero_is_one():
    design = cascading("cascade.elimination", "cascade.loss")
    zero, same, other = (xk.sensitivity(design, n=16, seed=seed).dataset["ST"] for seed in (0, 0, 1))
    np.testing.assert_array_equal(zero, same)
    assert (zero != other).any()


def test_tables_and_ranks():
    design = cascading("cascade.elimination", "cascade.loss")
    design = replace(design, outputs=replace(design.outputs, times_h=(2.0, 6.0)))
    found = xk.sensitivity(design, method="morris", n=16)
    table = found.table()
    assert table.groupby(["metric", "site"]).size().eq(2).all()
    assert {"factor", "exerkine", "unit", "session", "mu_star", "mu_star_conf", "converged"} <= {*table}
    one = table.query("factor == 'cascade.loss' and metric == 'auc' and site == 'tissue'")
    picked = found.of("cascade", metric="auc", site="tissue")["mu_star"].sel(factor="cascade.loss").item()
    assert one["mu_star"].item() == picked
    assert len(found.table(over_time=True)) == 2 * 2 * 2
    assert found.ranked("cascade", metric="auc", site="tissue")["factor"][0] == "cascade.elimination"
    assert found.ranked("cascade", metric="auc", site="serum")["mu_star"][1] == pytest.approx(0, abs=1e-6)


def test_each_session_has_indices_of_its_own():
    """Ten easy minutes release little: there the level is a matter of clearance."""
    twice = xk.parse_schedule("Mon 07:00 run 10m 50% VO2max\nMon 12:00 run 40m 70% VO2max")
    outputs = Outputs(exerkines=("il6",), metrics=("c_max",), per="session", end_h=24.0)
    factors = [Factor("il6.clearance", Range(1.0, 1.5)), Factor("il6.synthesis", Range(0.12, 0.18))]
    design = xk.Design(twice, MAN, factors=factors, sampling=Sampling("sobol", n=8), outputs=outputs)
    found = xk.sensitivity(design, method="local")
    assert found.dataset["session"].size == 2
    early, late = (found.of("il6", session=session)["share"].values for session in (0, 1))
    assert early[1] < late[1]
    with pytest.raises(InputError, match="0 to 1"):
        found.ranked("il6", session=2)


def test_an_unsettled_study_says_how_many_points_would_do():
    found = xk.sensitivity(cascading("cascade.elimination", "cascade.loss"), n=16)
    assert not found.converged
    words = list(found.remarks())[-1]
    assert words.startswith("not converged: ")
    wanted = int(words.rpartition("n = ")[2].replace(",", ""))
    assert wanted > 16
    assert np.log2(wanted) % 1 == 0


def test_words_and_features_are_factors_but_have_no_slope():
    factors = [
        Factor("plan.duration", spaced(0.5, 1.0, steps=3)),
        Factor("plan.fasted", Values((True, False))),
        Factor("il6.clearance", Range(1.0, 1.5)),
    ]
    outputs = Outputs(exerkines=("il6",), metrics=("c_max", "t_max_h"))
    design = xk.Design(RUN, MAN, factors=factors, sampling=Sampling("sobol", n=8), outputs=outputs)
    found = xk.sensitivity(design, n=16).of("il6")
    assert found["ST"].sel(factor="plan.duration") > found["ST"].sel(factor="plan.fasted")
    slopes = xk.sensitivity(design, method="local")
    assert np.isnan(slopes.of("il6")["elasticity"].values).tolist() == [True, True, False]
    assert slopes.of("il6", metric="t_max_h")["reason"].item().startswith("has no slope")
    with pytest.raises(InputError, match="not in the equations"):
        xk.sensitivity(replace(design, factors=tuple(factors[:2])), method="local")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"method": "sobal"}, "did you mean 'sobol'"),
        ({"n": 4}, "8 or more"),
        ({"resamples": 1}, "2 to 10,000"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, message):
    with pytest.raises(InputError, match=message):
        xk.sensitivity(cascading("cascade.loss"), **asked)


def test_a_population_is_refused():
    design = cascading("cascade.loss", population=xk.Population(MAN, n=2, seed=0, vary={"cascade.loss": 0.1}))
    with pytest.raises(InputError, match="one person"):
        xk.sensitivity(design)


def test_what_is_no_study_is_not_read(tmp_path):
    file = tmp_path / "x.nc"
    with pytest.raises(InputError, match="no such file"):
        Sensitivity.load(file)
    file.write_text("nothing")
    with pytest.raises(InputError, match="cannot be read"):
        Sensitivity.load(file)
    found = xk.sensitivity(cascading("cascade.loss"), n=8)
    found.dataset.drop_vars([name for name in found.dataset if name.startswith("S")]).to_netcdf(file)
    with pytest.raises(InputError, match="not the indices"):
        Sensitivity.load(file)
    with pytest.raises(InputError, match="did you mean 'cascade'"):
        found.of("cascada")
    with pytest.raises(InputError, match="over time"):
        found.table(over_time=True)
