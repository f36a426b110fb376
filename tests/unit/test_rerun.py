"""`rerun`: the same bits from the file alone; what differs otherwise; what cannot be made again, in words."""

import json
from dataclasses import replace

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.arrays import Variable
from exerkine_sim.cli import main
from exerkine_sim.errors import InputError
from exerkine_sim.model import compose, module
from exerkine_sim.physiology import default_model

PLAN = xk.parse_schedule("Mon 08:00 run 30m 75% VO2max\nMon 12:00 squat 3x5 80% 1RM rest 3m")
SHOT = xk.parse_schedule("Mon 08:00 inject il1ra 100mg subcutaneous\nMon 09:00 run 30m 75% VO2max")
QUICK = {"end_h": 14.0, "tolerance": 1e-4, "times_h": np.linspace(0.0, 14.0, 29)}


@pytest.fixture(scope="module")
def solution(runner):
    return xk.simulate(PLAN, runner, **QUICK)


def altered(solution, **manifest):
    """Return the Solution with parts of its manifest replaced."""
    changed = json.dumps(solution.manifest | manifest)
    return replace(solution, arrays=replace(solution.arrays, attrs={"manifest": changed}))


def moved(solution, factor):
    """Return the Solution with all concentrations multiplied."""
    variables = dict(solution.arrays.variables)
    values = variables["concentration"].values * factor
    variables["concentration"] = Variable(variables["concentration"].dims, values)
    return replace(solution, arrays=replace(solution.arrays, variables=variables))


def elsewhere(solution):
    """Return the Solution as if another processor had made it."""
    return altered(solution, platform=solution.manifest["platform"] | {"instructions": "sse2"})


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"exerkines": ["il6", "lactate"]},
        {"clock": True},
        {"model": default_model(held=["il6"])},
    ],
    ids=lambda options: ", ".join(options) or "plain",
)
def test_one_person_comes_back_to_the_last_bit(runner, options, tmp_path):
    made = xk.simulate(PLAN, runner, **{**QUICK, **options})
    found = xk.rerun(made.save(tmp_path / "one.nc"))
    assert (found.verdict, found.changes, found.numbers) == ("identical", (), ())


@pytest.mark.parametrize(
    "people",
    [
        {"n": 3, "seed": 2, "vary": ["il6", "subject.body_mass_kg"]},
        {"n": 3, "seed": 2, "first": 7, "uncertain": 2, "vary": {"il6.clearance": 0.3}},
    ],
    ids=["varied", "uncertain"],
)
def test_a_population_comes_back_to_the_last_bit(runner, people, tmp_path):
    made = xk.simulate(PLAN, xk.Population(runner, **people), **QUICK)
    assert xk.rerun(made.save(tmp_path / "many.nc")).verdict == "identical"


def test_a_cohort_comes_back_to_the_last_bit(tmp_path):
    people = xk.Population.of(xk.Cohort(female=0.5, age_y=(20, 70)), n=3, seed=4)
    made = xk.simulate(xk.parse_schedule("Mon 08:00 run 30m 75% VO2max"), people, **QUICK)
    assert xk.rerun(made.save(tmp_path / "cohort.nc")).verdict == "identical"


def test_a_batch_with_an_injection_comes_back_to_the_last_bit(runner, tmp_path):
    made = xk.simulate([PLAN, SHOT, PLAN], [runner, runner, replace(runner, age_y=60)], **QUICK)
    found = xk.rerun(made.save(tmp_path / "batch.nc"))
    assert found.verdict == "identical"
    assert len(found.after.manifest["plans"]) == 2


def test_numbers_of_ones_own_are_in_the_file(runner, tmp_path):
    """Those of equations, of a mode and of the person; this version's are named."""
    own = {"il6.clearance": 0.9, "modes.run.active_lower": 0.8, "subject.blood_volume_male": 80.0}
    shipped = xk.load_parameters()
    made = xk.simulate(PLAN, runner, parameters=shipped.with_values(own, note="trial"), **QUICK)
    found = xk.rerun(made.save(tmp_path / "own.nc"))
    assert found.identical
    assert "il6.clearance was 0.9 L/min and is 1.5 L/min" in found.numbers
    assert len(found.numbers) == len(own)


@pytest.mark.parametrize(
    ("plan", "name", "value"),
    [
        ("Mon 07:00 run 30m 60% HRR", "intensity.heart_rate_per_oxygen", 0.9),
        ("Mon 07:00 run 30m RPE 5", "intensity.effort_male.linear", None),
        ("Mon 07:00 cycle 30m Z2", "intensity.zone_2", None),
        ("Mon 07:00 squat 3x5 RIR 2 rest 2m", "intensity.lifting_effort_at_failure", None),
        ("Mon 07:00 run 30m 4 km/h", "modes.walk.oxygen_per_speed", None),
    ],
)
def test_what_a_plan_is_read_by_is_in_the_file(runner, plan, name, value):
    shipped = xk.load_parameters()
    value = 1.05 * shipped[name].value if value is None else value
    own = shipped.with_values({name: value}, note="trial")
    found = xk.rerun(xk.simulate(xk.parse_schedule(plan), runner, parameters=own, **QUICK))
    assert found.identical
    assert name in "".join(found.numbers)


def test_a_spread_of_ones_own_shows_in_the_recipe(runner):
    """Values are in the file, spreads are not: what was drawn by another one is not drawn again unsaid."""
    shipped = xk.load_parameters()
    own = shipped | type(shipped)(
        {"il6.clearance": replace(shipped["il6.clearance"], spread={"kind": "cv", "cv": 0.1})}
    )
    made = xk.simulate(PLAN, xk.Population(runner, n=2, seed=1, uncertain=True), parameters=own, **QUICK)
    found = xk.rerun(made)
    assert found.changes == ("uncertain.priors differs",)
    assert found.verdict == "differs"
    assert xk.rerun(made, parameters=own).verdict == "identical"


def test_equations_of_ones_own_are_refused_unless_they_are_given(runner):
    @module("tracer", parameters={"basal": "ng/L", "elimination": "1/h"})
    def tracer(m, p):
        m.state("plasma", unit="ng/L", guess=p.basal, rate=lambda c: p.elimination * (p.basal - c))

    like = replace(xk.load_parameters()["il6.clearance"], spread={"kind": "none"})
    numbers = {
        "basal": replace(like, value=2.0, unit="ng/L"),
        "elimination": replace(like, value=1.0, unit="1/h"),
    }
    own = {
        "model": compose([tracer]),
        "parameters": xk.load_parameters()
        | xk.ParameterSet({f"tracer.{key}": one for key, one in numbers.items()}),
    }
    made = xk.simulate(PLAN, runner, engine="reference", **own, **QUICK)
    with pytest.raises(InputError, match="tracer.basal"):
        xk.rerun(made)
    with pytest.raises(InputError, match="equations of your own"):
        xk.rerun(made, parameters=own["parameters"])
    assert xk.rerun(made, **own).verdict == "identical"


@pytest.mark.parametrize("name", ["unit", "grade", "rest", "baseline", "residual", "state"])
@pytest.mark.parametrize("version", [None, "0.0.9"])
def test_whatever_differs_is_named(solution, name, version):
    variables = dict(solution.arrays.variables)
    held = variables[name]
    other = np.full_like(held.values, "kg") if held.values.dtype.kind == "U" else 2 * held.values + 1
    variables[name] = Variable(held.dims, other)
    strange = altered(solution, **({} if version is None else {"exerkine_sim": version}))
    found = xk.rerun(replace(strange, arrays=replace(strange.arrays, variables=variables)))
    seen = version is None or name in ("unit", "grade", "rest")
    assert found.others == ((name,) if seen else ())
    assert found.verdict == ("differs" if seen else "within tolerance")


def test_a_difference_is_measured_where_it_is_largest(solution):
    found = xk.rerun(elsewhere(moved(solution, 1 + 1e-5)))
    assert (found.verdict, found.changes) == ("within tolerance", ("platform.instructions differs",))
    row = found.differences.set_index(["exerkine", "site"]).loc[("il6", "plasma")]
    assert row["difference"] == pytest.approx(1e-5, rel=1e-3)
    assert xk.rerun(elsewhere(moved(solution, 1.01))).verdict == "differs"


def test_on_the_same_platform_only_the_same_bits_will_do(solution):
    assert xk.rerun(moved(solution, 1 + 1e-12)).verdict == "differs"


def test_a_member_who_fails_now_is_a_difference(solution):
    variables = dict(solution.arrays.variables)
    variables["status"] = Variable(("member",), np.array(["gave up"]))
    failed = replace(solution, arrays=replace(solution.arrays, variables=variables))
    assert xk.rerun(elsewhere(failed)).verdict == "differs"


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"format": 2}, "format 3"),
        ({"format": None}, "format 3"),
        ({"fit": {}}, "prediction of a fit"),
        ({"plans": ["[[session]]"]}, "start_h"),
        ({"plans": []}, "manifest.plans"),
        ({"subjects": ["sex = "]}, "not valid TOML"),
        ({"subjects": ['sex = "male"']}, "missing"),
        ({"members": [{"plan": 1, "subject": 0}]}, "without plan or person"),
        ({"members": [{"plan": -1, "subject": 0}]}, "manifest.members.0.plan"),
        ({"members": [{"plan": 0, "subject": 0}] * 2}, "1 of 2 members"),
        ({"settings": {"end_h": 1e9, "tolerance": 1e-6, "engine": "compiled"}}, "end_h"),
        ({"settings": {"end_h": 14.0, "tolerance": 0.0, "engine": "compiled"}}, "tolerance"),
        ({"settings": {"end_h": 14.0, "tolerance": 1e-6, "engine": "steam"}}, "engine"),
        ({"population": {"n": 10**12, "seed": 0, "first": 0, "uncertain": 0, "vary": None}}, "n = "),
        ({"population": {"n": 3, "seed": 0, "first": 0, "uncertain": 0, "vary": None}}, "1 member"),
        ({"parameters": {"values": {"il6.clarance": [1.0, "L/min"]}}}, "il6.clarance"),
        ({"parameters": {"values": {"il6.clearance": [float("nan"), "L/min"]}}}, "il6.clearance"),
        ({"parameters": {"values": {"il6.clearance": [1.0, "kg"]}}}, "il6.clearance"),
        ({"model": {"digest": "", "recipe": {"held": ["zinc"], "injected": [], "clock": False}}}, "zinc"),
    ],
)
def test_a_manifest_that_makes_nothing_again_is_refused_in_words(solution, manifest, message):
    strange = altered(solution, **manifest)
    with pytest.raises(xk.errors.ExerkineError) as refusal:
        xk.rerun(strange)
    assert message in str(refusal.value)


@pytest.mark.parametrize("manifest", ["", "[]", "[" * 100_000, "{}"])
def test_a_manifest_that_is_none_is_refused(solution, manifest):
    with pytest.raises(InputError, match="run the plan again"):
        xk.rerun(replace(solution, arrays=replace(solution.arrays, attrs={"manifest": manifest})))


def left_with(words, capsys):
    with pytest.raises(SystemExit) as leaving:
        main(words)
    return leaving.value.code, capsys.readouterr()


def test_the_command_says_what_became_of_it(solution, tmp_path, capsys):
    same = str(solution.save(tmp_path / "same.nc"))
    assert left_with(["rerun", same], capsys)[0] == 0
    near = str(elsewhere(moved(solution, 1 + 1e-6)).save(tmp_path / "near.nc"))
    code, shown = left_with(["rerun", near], capsys)
    assert code == 0
    assert "platform.instructions differs" in shown.out
    assert "within tolerance; the largest difference is 1e-06" in shown.out
    far = str(moved(solution, 1.5).save(tmp_path / "far.nc"))
    code, shown = left_with(["rerun", far], capsys)
    assert code == 2
    assert "the numbers differ" in shown.out
    code, shown = left_with(["rerun", far, "--json"], capsys)
    assert code == 2
    assert json.loads(shown.out)["differences"][0]["difference"] > 0.3
    code, shown = left_with(["rerun", str(tmp_path / "none.nc")], capsys)
    assert code == 1
    assert "no such file" in shown.err
