"""A Population: members that are a function of seed and number, spread as published, in bounded memory."""

import math
import pickle
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import lambdify

from exerkine_sim import batch
from exerkine_sim.assemble import constants_of, forcing_of
from exerkine_sim.engine import steady_state
from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate, system_of
from exerkine_sim.stimulus import build_stimulus
from exerkine_sim.subject import Population, Subject
from exerkine_sim.subject.limits import RANGES
from exerkine_sim.subject.population import FIELDS, PREFIX, QUANTITIES
from exerkine_sim.uncertainty import FARTHEST, log_normal, uniform

PARAMETERS, MODEL = load_parameters(), default_model()
PLAN = parse_schedule("Mon 08:00 run 30m 70% VO2max")
QUICK = {"end_h": 10.0, "tolerance": 1e-4, "times_h": [0.0, 8.0, 8.5, 9.0, 10.0]}
NUMBERS = st.integers(0, 10**12)
NAMES = st.sampled_from(["il6.clearance", "irisin.basal", "subject.blood_volume"])


# ------------------------------------------------------------------ draws


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**63 - 1), name=NAMES, first=NUMBERS, n=st.integers(1, 20))
def test_a_range_of_draws_is_the_draws_one_at_a_time(seed, name, first, n):
    together = uniform(seed, name, first=first, n=n)
    alone = np.concatenate([uniform(seed, name, first=first + i, n=1) for i in range(n)])
    np.testing.assert_array_equal(together, alone, strict=True)
    one_by_one = [log_normal(alone[i : i + 1], 0.5)[0] for i in range(n)]
    np.testing.assert_array_equal(log_normal(together, 0.5), one_by_one)


def test_draws_of_other_seeds_and_names_are_other_draws():
    """Each pair of streams is uncorrelated: |r| below four standard errors of 10,000 numbers."""
    streams = [
        uniform(seed, name, first=0, n=10_000) for seed in (0, 1) for name in ("il6.clearance", "il6.basal")
    ]
    r = np.corrcoef(streams) - np.eye(4)
    assert np.abs(r).max() < 4 / math.sqrt(10_000)


def test_factors_are_log_normal_with_median_one():
    """Within four standard errors of 20,000 draws; the ends cost the standard deviation 1.3 %."""
    logs = np.log(log_normal(uniform(3, "x", first=0, n=20_000), 0.4))
    assert np.median(logs) == pytest.approx(0.0, abs=4 * 1.25 * 0.4 / math.sqrt(20_000))
    assert logs.std() == pytest.approx(0.987 * 0.4, rel=4 / math.sqrt(2 * 20_000))


@settings(max_examples=100, deadline=None)
@given(sigma=st.floats(1e-3, 2.0), below=st.floats(1.0001, 10.0), seed=st.integers(0, 1000))
def test_no_factor_passes_three_deviations_or_its_bound(sigma, below, seed):
    factors = log_normal(uniform(seed, "x", first=0, n=200), sigma, below=below)
    assert (factors < below).all()
    # Rounding of the inverse distribution at its ends.
    assert np.abs(np.log(factors)).max() <= FARTHEST * sigma * (1 + 1e-9)


def test_without_spread_every_factor_is_exactly_one():
    assert (log_normal(uniform(0, "x", first=0, n=50), 0.0) == 1.0).all()


# ------------------------------------------------------------------ members


def test_a_member_does_not_depend_on_the_others_or_on_what_else_varies(runner):
    whole = Population(runner, n=50, seed=0).factors(PARAMETERS)
    part = Population(runner, n=50, seed=0).part(20, 7).factors(PARAMETERS)
    alone = Population(runner, n=1, seed=0, first=23, vary=["il6"]).factors(PARAMETERS)
    assert whole.keys() == part.keys()
    for name in whole:
        np.testing.assert_array_equal(whole[name][20:27], part[name], err_msg=name)
    assert set(alone) == {"il6.other_release", "il6.synthesis", "il6.clearance"}
    assert all(alone[name][0] == whole[name][23] for name in alone)


def test_seed_zero_is_a_seed(runner):
    zero, again, one = (Population(runner, n=5, seed=seed).factors(PARAMETERS) for seed in (0, 0, 1))
    assert all((zero[name] == again[name]).all() for name in zero)
    assert not any((zero[name] == one[name]).any() for name in zero)


def test_the_person_is_kept_unless_asked_for(runner):
    kept = Population(runner, n=3, seed=1)
    assert all(person is runner for person in kept.subjects(PARAMETERS))
    assert not set(kept.spreads(PARAMETERS)) & set(FIELDS)
    everything = Population(runner, n=3, seed=1, vary=["subject", "il6"])
    assert set(FIELDS) < set(everything.spreads(PARAMETERS))


def test_loads_go_with_body_mass_and_threshold_power_with_oxygen(runner):
    vary = {"subject.body_mass_kg": 0.1, "subject.vo2max_ml_kg_min": 0.1}
    for person in Population(runner, n=20, seed=5, vary=vary).subjects(PARAMETERS):
        mass = person.body_mass_kg / runner.body_mass_kg
        oxygen = mass * person.vo2max_ml_kg_min / runner.vo2max_ml_kg_min
        # Rounding of a few products.
        assert person.one_rm_kg["squat"] == pytest.approx(mass * runner.one_rm_kg["squat"], rel=1e-12)
        assert person.ftp_w == pytest.approx(oxygen * runner.ftp_w, rel=1e-12)
        assert (person.sex, person.age_y, person.height_m) == (runner.sex, runner.age_y, runner.height_m)
        assert person.estimated == ()


@settings(max_examples=50, deadline=None)
@given(
    mass=st.floats(*RANGES["body_mass_kg"]),
    vo2max=st.floats(*RANGES["vo2max_ml_kg_min"]),
    seed=st.integers(0, 99),
)
def test_every_drawn_person_can_be(mass, vo2max, seed):
    person = Subject(
        sex="male",
        age_y=30,
        body_mass_kg=mass,
        height_m=1.8,
        vo2max=vo2max,
        body_fat_percent=20,
        ftp_w=300,
        one_rm_kg={"squat": 200},
    )
    people = Population(person, n=20, seed=seed, vary=dict.fromkeys(FIELDS, 1.0)).subjects(PARAMETERS)
    assert len(people) == 20  # Subject itself refuses who cannot be


def test_fractions_stay_fractions():
    elite = Subject(sex="male", age_y=25, body_mass_kg=70, height_m=1.8, vo2max=75, training="elite")
    vary = {"subject.lactate_threshold": 1.0, "il6.brake": 1.0, "il6.clearance": 1.0}
    factors = Population(elite, n=2000, seed=0, vary=vary).factors(PARAMETERS)
    assert (0.80 * factors["subject.lactate_threshold"]).max() < 1
    assert (PARAMETERS["il6.brake"].value * factors["il6.brake"]).max() < 1
    assert (PARAMETERS["il6.clearance"].to("L/min") * factors["il6.clearance"]).max() > 3


def test_plasma_goes_with_blood(runner):
    factors = Population(runner, n=4, seed=2).factors(PARAMETERS)
    np.testing.assert_array_equal(factors["subject.plasma_volume"], factors["subject.blood_volume"])


def test_a_population_travels_and_is_built_again_from_its_recipe(runner):
    for vary in (None, ["il6"], {"il6.clearance": 0.2}):
        population = Population(runner, n=3, seed=4, first=8, vary=vary)
        assert pickle.loads(pickle.dumps(population)) == population
        assert Population(runner, **population.recipe()) == population


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, "n = 0\n  expected: a whole number from 1 to 10000000"),
        ({"n": 2.5}, "n = 2.5"),
        ({"n": True}, "n = True"),
        ({"seed": -1}, "seed = -1\n  expected: a whole number from 0"),
        ({"seed": None}, "seed = None"),
        ({"first": -1}, "first = -1"),
        ({"vary": 3}, "vary = 3\n  expected: names, or a mapping"),
        ({"vary": [3]}, r"vary = \[3\]"),
        ({"vary": {"il6.clearance": -0.1}}, "il6.clearance = -0.1\n  expected: the standard deviation"),
        ({"vary": {"il6.clearance": float("nan")}}, "il6.clearance = nan"),
        ({"vary": {"il6.clearance": 30}}, "il6.clearance = 30"),
        ({"vary": {"il6.clearance": "wide"}}, "il6.clearance = wide"),
    ],
)
def test_what_makes_no_population_is_refused(runner, options, message):
    with pytest.raises(InputError, match=message):
        Population(runner, **({"n": 3, "seed": 0} | options))


def test_a_population_is_around_a_person():
    with pytest.raises(InputError, match="a str as subject"):
        Population("me.toml", n=3, seed=0)


# ------------------------------------------------------------------ the shipped spreads


def test_every_shipped_spread_is_of_something_that_can_vary():
    names = {name.removeprefix(PREFIX) for name in PARAMETERS if name.startswith(PREFIX)}
    assert names <= {*MODEL.parameters, *QUANTITIES, *FIELDS}
    assert len(names) > 40


@pytest.mark.parametrize(
    ("exerkine", "site", "sigma"),
    [
        ("il6", "plasma", 0.70),
        ("il1ra", "plasma", 0.39),
        ("bdnf", "serum", 0.25),
        ("myostatin", "plasma", 0.29),
        ("fgf21", "plasma", 1.0),
        ("lactate", "blood", 0.28),
        ("insulin", "plasma", 0.26),
        ("glucagon", "plasma", 0.24),
        ("cortisol", "plasma", 0.29),
    ],
)
def test_resting_levels_differ_between_people_as_published(resting, exerkine, site, sigma):
    """Within a fifth: four standard errors of a standard deviation of 200 people."""
    assert np.log(resting(exerkine, site)).std() == pytest.approx(sigma, rel=0.2)


@pytest.fixture(scope="module")
def resting(runner):
    """Resting level of a molecule at a site in 200 people, in canonical units."""
    population, system = Population(runner, n=200, seed=0), system_of(MODEL)
    constants = constants_of(MODEL, PARAMETERS, [runner] * 200, factors=population.factors(PARAMETERS))
    rest = forcing_of(MODEL, build_stimulus(PLAN, runner, PARAMETERS, end_h=24.0)).rest.tolist()
    states = np.array([steady_state(system, p, rest)[0] for p in constants.tolist()])
    names = [*MODEL.state_names, *MODEL.constants]
    values = dict(zip(names, np.hstack([states, constants]).T, strict=True))

    def level(exerkine: str, site: str) -> np.ndarray:
        expression = MODEL.observed[MODEL.observables.index(MODEL.observable(exerkine, site))]
        symbols = sorted(expression.free_symbols, key=str)
        return lambdify(symbols, expression, "numpy")(*(values[str(symbol)] for symbol in symbols))

    return level


# ------------------------------------------------------------------ simulated


@pytest.fixture(scope="module")
def three(runner):
    return simulate(PLAN, Population(runner, n=3, seed=0), **QUICK)


def test_members_are_the_same_in_parts_and_alone(three, runner, monkeypatch):
    monkeypatch.setattr(batch, "MAX_PART_BYTES", 1)
    in_parts = simulate(PLAN, Population(runner, n=3, seed=0), **QUICK)
    assert in_parts.dataset.identical(three.dataset)
    alone = simulate(PLAN, Population(runner, n=1, seed=0, first=2), **QUICK)
    assert alone.dataset["member"].item() == 2
    np.testing.assert_array_equal(alone.concentration("il6").values[0], three.concentration("il6").values[2])


def test_members_differ_and_rest_at_levels_of_their_own(three):
    rest = three.concentration("il6").values[:, 0]
    assert len(set(rest)) == 3
    # The steady state is solved to 1e-10.
    assert three.fold("il6").values[:, 0] == pytest.approx(1.0, rel=1e-9)
    assert three.status == ("ok", "ok", "ok")


def test_the_manifest_draws_the_same_people_again(three):
    manifest = three.manifest
    person = Subject.from_table(tomllib.loads(manifest["subjects"][0]))
    again = simulate(
        PLAN, Population(person, **manifest["population"]), times_h=three.times_h, **manifest["settings"]
    )
    assert again.dataset.identical(three.dataset)
    assert manifest["seed"] == 0
    assert manifest["varied"]["il6.clearance"] == {"sigma_ln": 0.25, "basis": "assumed"}
    assert "variability.il6.clearance" in manifest["parameters"]["sources"]["ExerkineSim"]


def test_a_saved_population_loses_nothing(three, tmp_path):
    from exerkine_sim.stored import load_solution

    loaded = load_solution(three.save(tmp_path / "people.nc"))
    assert loaded.dataset.identical(three.dataset)
    assert loaded.metrics().equals(three.metrics())
    assert set(loaded.metrics()["member"]) == {0, 1, 2}


def test_many_people_keep_concentrations_and_say_so(three, runner):
    assert not {"state", "input"} & set(three.dataset)
    for ask in (lambda: three.explain("il6", at_h=8.5), lambda: three.state("il6.plasma")):
        with pytest.raises(InputError, match=r"(?s)concentrations only.*first=17"):
            ask()
    alone = simulate(PLAN, Population(runner, n=1, seed=0, first=1), **QUICK)
    measured = alone.explain("il6", at_h=8.5).measured
    assert measured == three.concentration("il6").sel(member=1, time=8.5).item()


def test_the_molecules_asked_for_are_kept_with_their_sites_alone(three, runner):
    few = simulate(PLAN, Population(runner, n=2, seed=0), exerkines=["lactate", "il1ra"], **QUICK)
    assert few.exerkines == ("lactate", "il1ra")
    assert set(few.dataset["site"].values) == {"blood", "plasma", "plasma_corrected", "muscle"}
    np.testing.assert_array_equal(
        few.concentration("lactate").values, three.concentration("lactate").values[:2]
    )
    one = simulate(PLAN, runner, exerkines="il6", **QUICK)
    assert one.exerkines == ("il6",)
    assert "state" not in one.dataset


def test_what_varies_by_request_varies_alone(runner):
    wide = simulate(PLAN, Population(runner, n=3, seed=0, vary={"il6.clearance": 0.5}), **QUICK)
    assert len(set(wide.concentration("il6").values[:, 0])) == 3
    assert len(set(wide.concentration("bdnf").values[:, 0])) == 1
    assert wide.manifest["varied"] == {"il6.clearance": {"sigma_ln": 0.5, "basis": "given"}}


def test_default_times_of_a_population_are_coarser_but_keep_every_edge(runner):
    vary = {"il6.clearance": 0.0}
    times = simulate(PLAN, Population(runner, n=1, seed=0, vary=vary), end_h=24, tolerance=1e-4).times_h
    assert {0.0, 8.0, 8.5, 24.0} <= set(times)
    assert np.diff(times).max() == pytest.approx(0.5, rel=1e-12)  # rounding of the grid
    assert np.diff(times[(times >= 8) & (times <= 9)]).max() == pytest.approx(0.1, rel=1e-9)


def test_progress_runs_from_part_to_part_to_the_end(runner, monkeypatch):
    monkeypatch.setattr(batch, "MAX_PART_BYTES", 1)
    seen: list[float] = []
    simulate(PLAN, Population(runner, n=2, seed=0), progress=seen.append, **QUICK)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, rel=1e-12)  # rounding of one sum


@pytest.mark.parametrize(
    ("options", "vary", "message"),
    [
        ({"exerkines": ["il66"]}, None, "did you mean 'il6'"),
        ({"exerkines": []}, None, "no exerkine"),
        ({}, ["il66"], "no known spread of 'il66'"),
        ({}, {"il6.clearence": 0.2}, "'il6.clearence' cannot vary.*did you mean 'il6.clearance'"),
        ({}, {"subject.muscle_lower": 0.2}, "'subject.muscle_lower' cannot vary"),
        ({}, {"modes.run.efficiency": 0.2}, "'modes.run.efficiency' cannot vary"),
    ],
)
def test_what_cannot_vary_or_be_kept_is_refused(runner, options, vary, message):
    with pytest.raises(InputError, match=f"(?s){message}"):
        simulate(PLAN, Population(runner, n=2, seed=0, vary=vary), **QUICK, **options)


def test_more_members_than_memory_holds_are_refused_before_the_work(runner):
    with pytest.raises(InputError, match=r"(?s)1000000 members at 5 times.*at most \d+ members.*exerkines="):
        simulate(PLAN, Population(runner, n=1_000_000, seed=0), **QUICK)


def test_a_population_follows_one_plan(runner):
    with pytest.raises(InputError, match="a Population and 2 schedules"):
        simulate([PLAN, PLAN], Population(runner, n=2, seed=0), **QUICK)
