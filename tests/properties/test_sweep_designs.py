"""Designs: points keyed by their number, in layouts that others know; recipes and files that say it all."""

import itertools
import json
import string
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SALib.sample import morris, sobol
from scipy import stats

from exerkine_sim.errors import ExerkineError, InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.subject import Population
from exerkine_sim.sweeps import (
    Design,
    Factor,
    LogNormal,
    Normal,
    Outputs,
    Published,
    Range,
    Sampling,
    Values,
    load_design,
    spaced,
)
from exerkine_sim.uncertainty import Prior
from sweeping import PLAN, small_design

PARAMETERS = load_parameters()
PRIORS = [Prior.of(name, PARAMETERS) for name in ("il6.clearance", "il6.training_relief", "il6.brake")]
SEEDS = st.integers(0, 2**63 - 1)
DRAWN = ("random", "latin", "sobol", "saltelli", "morris")
SHARES = st.lists(st.floats(2**-53, 1 - 2**-53), min_size=1, max_size=9).map(np.array)


def cube(sampling: Sampling, k: int, first: int, n: int) -> np.ndarray:
    names = list(string.ascii_lowercase[:k])
    return sampling.cube(names, sizes=[0] * k, first=first, n=n)


# ------------------------------------------------------------------ points


@given(st.sampled_from(DRAWN), SEEDS, st.integers(1, 5), st.integers(1, 40), st.data())
@settings(max_examples=60, deadline=None)
def test_a_point_follows_from_its_number_alone(method, seed, k, n, data):
    sampling = Sampling(method, n=n, seed=seed)
    size = sampling.size([0] * k)
    first = data.draw(st.integers(0, size - 1))
    some = data.draw(st.integers(1, size - first))
    whole = cube(sampling, k, 0, size)
    assert whole.shape == (size, k)
    assert (cube(sampling, k, first, some) == whole[first : first + some]).all()
    assert ((whole > 0) & (whole < 1)).all()


@given(SEEDS, st.integers(1, 5), st.integers(1, 200))
@settings(max_examples=30, deadline=None)
def test_a_latin_hypercube_has_one_point_in_each_cell(seed, k, n):
    cells = np.sort(np.floor(cube(Sampling("latin", n=n, seed=seed), k, 0, n) * n), axis=0)
    assert (cells == np.arange(n)[:, None]).all()


@given(SEEDS, st.integers(1, 6), st.integers(0, 8))
@settings(max_examples=30, deadline=None)
def test_a_sobol_sequence_is_that_of_scipy(seed, k, power):
    engine = stats.qmc.Sobol(k, scramble=True, rng=np.random.default_rng(seed))
    expected = np.clip(engine.random_base2(power), 2**-53, 1 - 2**-53)
    assert (cube(Sampling("sobol", n=2**power, seed=seed), k, 0, 2**power) == expected).all()


def test_the_last_points_of_the_longest_sequence_are_drawn_without_the_others():
    """A generator would take minutes to pass them; both halves of a sequence fill each interval alike."""
    sampling = Sampling("sobol", n=2**20, seed=1)
    engine = stats.qmc.Sobol(3, scramble=True, rng=np.random.default_rng(1)).fast_forward(2**20 - 4)
    assert (cube(sampling, 3, 2**20 - 4, 4) == engine.random(4)).all()


def problem(k: int) -> dict[str, Any]:
    return {"num_vars": k, "names": list(string.ascii_lowercase[:k]), "bounds": [[0.0, 1.0]] * k}


@pytest.mark.parametrize("k", [2, 5])
def test_saltelli_and_morris_are_laid_out_as_salib_lays_them_out(k):
    expected = sobol.sample(problem(k), 16, calc_second_order=False, seed=np.random.default_rng(7))
    assert (cube(Sampling("saltelli", n=16, seed=7), k, 0, 16 * (k + 2)) == expected).all()
    steps = morris.sample(problem(k), 10, num_levels=4, seed=7)
    # At the ends of the unit interval no distribution is asked.
    assert np.abs(cube(Sampling("morris", n=10, seed=7), k, 0, 10 * (k + 1)) - steps).max() <= 2**-53


def test_a_grid_changes_the_last_factor_fastest():
    sets = [(20.0, 40.0), (0.5, 1.0, 1.5), (True, False)]
    names = ("subject.age_y", "plan.duration", "plan.fasted")
    factors = [Factor(name, Values(values)) for name, values in zip(names, sets, strict=True)]
    made = small_design(factors=factors, sampling=Sampling("grid"))
    assert [tuple(row) for row in made.values(0, len(made))] == list(itertools.product(*sets))
    assert [tuple(row) for row in made.values(5, 3)] == list(itertools.product(*sets))[5:8]


@pytest.mark.parametrize("method", ["latin", "morris"])
def test_more_than_memory_holds_is_refused(method):
    with pytest.raises(InputError, match=r"sample\.n: n = 30,000,000 with 4 factors"):
        small_design(sampling=Sampling(method, n=30_000_000))


# ------------------------------------------------------------------ values


@given(SHARES)
def test_values_have_the_quantiles_of_their_distribution(shares):
    cut = stats.norm.cdf(3.0)
    inner = stats.norm.ppf((1 - cut) + (2 * cut - 1) * shares)
    for distribution, expected in (
        (Range(2.0, 5.0), 2 + 3 * shares),
        (Range(0.5, 8.0, scale="log"), 0.5 * 16**shares),
        (Normal(10.0, 2.0), 10 + 2 * inner),
        (LogNormal(4.0, 0.3), 4 * np.exp(0.3 * inner)),
    ):
        # SciPy's inverse of the normal and the standard library's agree to some 1e-15, more towards the ends.
        np.testing.assert_allclose(distribution.at(shares), expected, rtol=1e-9)


@given(SHARES, st.sampled_from(PRIORS))
def test_published_values_are_those_of_the_prior(shares, prior):
    low, high = (stats.norm.cdf(end) for end in prior.ends)
    found = Published(prior).at(shares)
    scores = stats.norm.ppf(low + (high - low) * shares)
    np.testing.assert_allclose(found, [prior.at(score) for score in scores.tolist()], rtol=1e-9)
    assert prior.each(scores).tolist() == [prior.at(score) for score in scores.tolist()]


@given(st.lists(st.sampled_from([3.0, 4.0, 7.0]), min_size=1, unique=True))
def test_some_values_have_equal_shares(values):
    found = Values(tuple(values)).at((np.arange(300) + 0.5) / 300).tolist()
    assert [found.count(value) for value in values] == [300 // len(values)] * len(values)


@given(
    SHARES, st.sampled_from([Range(1, 9, scale="log"), Normal(3, 1), LogNormal(2, 0.4), Published(PRIORS[0])])
)
def test_a_value_follows_from_its_own_share_alone(shares, distribution):
    alone = [distribution.at(shares[at : at + 1])[0] for at in range(len(shares))]
    assert distribution.at(shares).tolist() == alone


def test_numbers_of_any_kind_are_numbers():
    assert Values((1, np.float64(2.5), np.int64(3))).values == (1.0, 2.5, 3.0)
    assert Range(1, np.int64(2)).table() == {"low": 1.0, "high": 2.0, "scale": "linear"}


@pytest.mark.parametrize("values", [(), (1, True), ("a", 2), (float("nan"),), (10**400,), (None,)])
def test_what_are_no_values_is_refused(values):
    with pytest.raises(InputError, match="values: values = "):
        Values(values)


# ------------------------------------------------------------------ recipes


def distributions(name: str) -> st.SearchStrategy[Any]:
    low = st.floats(0.1, 1.0)
    forms = [st.builds(lambda a, s: Range(a, 2 * a, scale=s), low, st.sampled_from(["linear", "log"]))]
    forms += [st.builds(Normal, low, st.floats(0.01, 0.1)), st.builds(LogNormal, low, st.floats(0.01, 1))]
    forms += [st.builds(lambda a: spaced(a, 3 * a, steps=3), low)]
    if name in PARAMETERS:
        forms.append(st.just(Published(Prior.of(name, PARAMETERS))))
    return st.one_of(forms)


WORDED = {
    "subject.sex": ("female", "male"),
    "subject.training": ("sedentary", "elite"),
    "plan.fasted": (True, False),
    "plan": ("short", "long"),
}
NUMBERED = ("il6.clearance", "il6.training_relief", "plan.duration", "plan.intensity", "subject.age_y")
PLANS = {"short": PLAN, "long": PLAN.shifted(0.123456789)}
PEOPLE = st.builds(
    lambda n, seed, vary, uncertain, first: Population(
        small_design().subject, n=n, seed=seed, vary=vary, uncertain=uncertain, first=first
    ),
    *(st.integers(1, 9), SEEDS, st.sampled_from([None, ["il6"], {"il6.clearance": 0.25}])),
    *(st.sampled_from([0, 1, 3]), st.integers(0, 99)),
)


@st.composite
def designs(draw: st.DrawFn) -> Design:
    names = draw(st.lists(st.sampled_from([*NUMBERED, *WORDED]), min_size=1, max_size=4, unique=True))
    method = draw(st.sampled_from(("grid", "list", *DRAWN)))
    chosen = {
        name: Values(WORDED[name])
        if name in WORDED
        else draw(st.builds(lambda a: spaced(a, 2 * a, steps=2), st.floats(0.1, 1)))
        if method == "grid"
        else draw(distributions(name))
        for name in names
    }
    values = [st.sampled_from(WORDED[name]) if name in WORDED else st.floats(0.1, 9) for name in names]
    rows = draw(st.lists(st.tuples(*values), min_size=1, max_size=4)) if method == "list" else ()
    many = None if method in ("grid", "list") else draw(st.integers(1, 50))
    return small_design(
        factors=[Factor(name, one, draw(st.sampled_from(["", "h"]))) for name, one in chosen.items()],
        sampling=Sampling(method, n=many, seed=draw(SEEDS)),
        rows=rows,
        outputs=Outputs(
            exerkines=draw(st.sampled_from([(), ("il6",), ("il6", "bdnf")])),
            sites=draw(st.sampled_from(["blood", "all"])),
            above_fold=draw(st.sampled_from([None, 2, 1.5])),
            times_h=draw(st.sampled_from([(), (1, 2.25)])),
            end_h=draw(st.sampled_from([None, 48])),
        ),
        population=draw(st.none() | PEOPLE),
        plans=PLANS,
        title=draw(st.sampled_from(["", 'Müller\'s "run"'])),
    )


@given(designs())
@settings(max_examples=40, deadline=None)
def test_a_design_is_built_again_from_its_recipe(design):
    written = json.dumps(design.recipe())
    again = Design.from_recipe(json.loads(written))
    assert json.dumps(again.recipe()) == written
    assert again == design
    assert again.values(0, again.points).tolist() == design.values(0, design.points).tolist()


@given(designs(), st.data())
@settings(max_examples=40, deadline=None)
def test_a_recipe_that_was_tampered_with_is_refused_in_words_or_is_a_design(design, data):
    recipe = json.loads(json.dumps(design.recipe()))
    place, key = recipe, data.draw(st.sampled_from(sorted(recipe)))
    while isinstance(place[key], dict) and place[key] and data.draw(st.booleans()):
        place, key = place[key], data.draw(st.sampled_from(sorted(place[key])))
    place[key] = data.draw(st.sampled_from([None, -1, 1e300, "", "x", [], {}, [[]], {"a": 1}, True]))
    with suppress(ExerkineError):
        Design.from_recipe(recipe)


# ------------------------------------------------------------------ files

TEXT = """
plan = "Mon 07:00 run 30m 70% VO2max"

[sample]
method = "sobol"
n = 8

[vary]
"il6.clearance" = { low = 0.6, high = 1.5 }
"""


def loaded(folder, text: str) -> Design:
    file = folder / "design.toml"
    file.write_text(text)
    return load_design(file)


def test_every_form_of_a_design_file_is_read(tmp_path):
    (tmp_path / "run.txt").write_text("Mon 07:00 run 30m 70% VO2max")
    design = loaded(
        tmp_path,
        """
        title = "All of it"
        plan = "run.txt"
        subject = { sex = "female", age_y = 30, body_mass_kg = 62, height_m = 1.7, vo2max_ml_kg_min = 45 }
        [plans]
        jog = "Mon 07:00 run 30m 40% VO2max"
        run = "run.txt"
        [sample]
        method = "latin"
        n = 20
        seed = 0
        [vary]
        "plan" = { values = ["jog", "run"] }
        "il6.clearance" = { low = 600, high = 1500, unit = "mL/min", scale = "log" }
        "il6.brake" = "published"
        "cortisol.basal" = "people"
        "subject.age_y" = { mean = 40, sd = 5 }
        "subject.sex" = { values = ["female", "male"] }
        "plan.duration" = { median = 1, sigma_ln = 0.2 }
        "plan.shift_h" = { low = 0, high = 2, steps = 5 }
        [outputs]
        exerkines = ["il6"]
        per = "session"
        above_fold = 2
        metrics = ["above_h", "c_max"]
        [population]
        n = 3
        seed = 0
        """.replace("\n        ", "\n"),
    )
    assert (len(design), design.people, design.windows) == (60, 3, ("run",))
    columns = dict(zip(design.names, design.values(0, 20).T, strict=True))
    assert 0.6 <= min(columns["il6.clearance"]) < max(columns["il6.clearance"]) <= 1.5
    assert set(columns["plan"]) == {"jog", "run"}
    assert set(columns["plan.shift_h"]) == {0.0, 0.5, 1.0, 1.5, 2.0}


def test_a_list_is_as_long_as_its_rows(tmp_path):
    rows = "".join(f'[[rows]]\n"il6.clearance" = {n}\n"subject.sex" = "male"\n' for n in range(1, 20_001))
    design = loaded(tmp_path, f'plan = "Mon 07:00 run 30m 70%"\nsample = {{ method = "list" }}\n{rows}')
    assert len(design) == 20_000
    assert design.values(19_999, 1).tolist() == [[20_000.0, "male"]]


def changed(*pairs: tuple[str, str]) -> str:
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["'plan' is missing"]),
        ("plan = 3", ["plan = 3"]),
        (changed(("run 30m", "rnu 30m")), ["rnu", "did you mean"]),
        (changed(('"Mon 07:00 run 30m 70% VO2max"', '"absent.txt"')), ["absent.txt", "no such file"]),
        (changed(("[sample]", "[sampel]")), ["unknown field 'sampel'", "did you mean 'sample'"]),
        (changed(("sobol", "sobal")), ["sample.method", "did you mean 'sobol'"]),
        (changed(("n = 8", "")), ["sample.n", "a number n"]),
        (changed(("n = 8", "n = 0")), ["n = 0"]),
        (changed(("n = 8", "n = 2000000000")), ["n = 2000000000"]),
        (changed(('"sobol"\nn = 8', '"grid"')), ["vary.il6.clearance", "steps"]),
        (changed(('"sobol"\nn = 8', '"list"')), ["rows"]),
        (changed(("il6.clearance", "il6.claerance")), ["cannot vary", "did you mean 'il6.clearance'"]),
        (changed(("il6.clearance", "variability.il6.clearance")), ["cannot vary"]),
        (changed(("il6.clearance", "subject.vo2max")), ["did you mean 'subject.vo2max_ml_kg_min'"]),
        (changed(("low = 0.6, high = 1.5", "low = 2, high = 1.5")), ["vary.il6.clearance", "low below high"]),
        (changed(("low = 0.6, high = 1.5", "low = 0.6")), ["vary.il6.clearance", "low = 0.6", "expected"]),
        (changed(("low = 0.6,", "low = 0, scale = 'log',")), ["vary.il6.clearance", "above 0"]),
        (changed(("low = 0.6,", "low = 0.6, scale = 'lgo',")), ["linear or log"]),
        (changed(("low = 0.6,", "low = 0.6, steps = 1,")), ["steps = 1"]),
        (changed(("low = 0.6, high = 1.5", "values = [1, 2], scale = 'log'")), ["vary.il6.clearance"]),
        (changed(("low = 0.6, high = 1.5", "values = []")), ["vary.il6.clearance", "values = []"]),
        (changed(("low = 0.6, high = 1.5", "values = ['a']")), ["il6.clearance = 'a'", "numbers"]),
        (changed(("low = 0.6, high = 1.5", "low = nan, high = 1.5")), ["vary.il6.clearance"]),
        (changed(("low = 0.6, high = 1.5", "low = 1, high = 2, unit = 'kg'")), ["kg"]),
        (changed(("low = 0.6, high = 1.5", "low = 1, high = 2, unit = 'qx'")), ["qx"]),
        (changed(("{ low = 0.6, high = 1.5 }", '"publihsed"')), ["vary.il6.clearance", "publihsed"]),
        (changed(('il6.clearance" = { low = 0.6, high = 1.5 }', "il6.typo\" = 'published'")), ["il6.typo"]),
        (changed(('il6.clearance" = { low = 0.6, high = 1.5 }', "il6.brake\" = 'people'")), ["il6.brake"]),
        (
            changed(('il6.clearance" = { low = 0.6, high = 1.5 }', "subject.sex\" = { values = ['m'] }")),
            ["subject.sex", "female, male"],
        ),
        (changed(("il6.clearance", "subject.sex")), ["subject.sex", "female, male"]),
        (changed(("il6.clearance", "plan.fasted")), ["plan.fasted", "true or false"]),
        (changed(("il6.clearance", "plan")), ["plan", "name them under [plans]"]),
        (changed(("[vary]", "[[rows]]\n[vary]")), ["rows and vary"]),
        (TEXT + "[outputs]\nmetrics = ['cmax']", ["did you mean 'c_max'"]),
        (TEXT + "[outputs]\nmetrics = ['c_max', 'c_max']", ["outputs.metrics", "each once"]),
        (TEXT + "[outputs]\nmetrics = []", ["nothing to keep"]),
        (TEXT + "[outputs]\nmetrics = ['above_h']", ["above_h"]),
        (TEXT + "[outputs]\nexerkines = ['il66']", ["did you mean 'il6'"]),
        (TEXT + "[outputs]\nsites = 'plasma'", ["blood, all"]),
        (TEXT + "[outputs]\nper = 'sesion'", ["did you mean 'session'"]),
        (TEXT + "[outputs]\nabove_fold = 1", ["above_fold = 1.0"]),
        (TEXT + "[outputs]\ntimes_h = [2, 1]", ["times_h"]),
        (TEXT + "[outputs]\ntimes_h = [900]", ["times_h"]),
        (TEXT + "[outputs]\nend_h = 1", ["end_h = 1.0"]),
        (TEXT + "[outputs]\ntolerance = 1", ["tolerance = 1.0"]),
        (TEXT + "[population]\nn = 0", ["n = 0"]),
        (TEXT + "[population]\nn = 2\nvary = ['il66']", ["il66"]),
        (TEXT + "[population]\nn = 10000000\n[plans]\n" + "a = 'x'", ["x"]),
        ("plan = 'Mon 12:00 meal 90g carbs'\n[population]\nn = 2\n[outputs]\nper = 'session'", ["sessions"]),
        ("plan = 'Mon 07:00 run 30m 70%'", ["nothing varies"]),
        ("plan = [", ["not valid TOML"]),
    ],
)
def test_a_faulty_design_file_is_refused_in_words(tmp_path, text, messages):
    with pytest.raises(ExerkineError) as refusal:
        loaded(tmp_path, text)
    assert str(tmp_path) in str(refusal.value)
    for message in messages:
        assert message in str(refusal.value)


TOKENS = sorted(
    {*TEXT.replace("=", " = ").split(), "[[rows]]", "1e999", "-1", "{", "nan", '"published"', "3"}
)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_design_file_ends_in_anything_but_a_design_or_words(tmp_path_factory, data):
    lines = TEXT.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        words = lines[at].split() or [""]
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(TOKENS) | st.text())
        lines[at] = " ".join(words)
    text = "\n".join(lines).encode(errors="replace").decode()
    with suppress(ExerkineError):
        loaded(tmp_path_factory.getbasetemp(), text)
