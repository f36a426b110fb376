"""Sensitivities of what is observed: closed forms, Euler's theorem, two simulations, labels and refusals."""

import numpy as np
import pytest

from exerkine_sim.errors import InputError, ModelError
from exerkine_sim.model import compose, module, positive
from exerkine_sim.parameters import Parameter, ParameterSet, Source, load_parameters
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.sensitivities import sensitivities
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Population, Subject

INFUSION = parse_schedule("Mon 01:00 infuse tracer 100ug/h 4h")
RATE, BASAL, CLEARANCE = 1e5, 50.0, 2.0
SMALL, LARGE = (
    Subject(sex="male", age_y=30, body_mass_kg=mass, height_m=1.8, vo2max_ml_kg_min=50) for mass in (70, 90)
)


@module("tracer", parameters={"basal": "ng/L", "clearance": "L/h"})
def tracer(m, p):
    volume = m.subject("plasma_volume", "L")
    plasma = m.pool(
        "plasma", volume=volume, basal=p.basal, unit="ng/L", flux_unit="ng/h", site="serum", infusible=True
    )
    m.release("plasma", tissue="liver", rate=p.basal * p.clearance)
    m.clear("plasma", rate=p.clearance * plasma)
    m.observe("above_rest", plasma - p.basal, "ng/L")


@module("restless", parameters={"limit": "kg"})
def restless(m, p):
    """Without a steady state in whoever is heavier than the limit."""
    excess = m.subject("body_mass", "kg") / p.limit - 1
    m.state("runaway", unit="1", rate=lambda x: positive(excess) + x**2)


def assumed(name, value, unit):
    source = Source("ExerkineSim", where="here")
    return Parameter(
        name=name, value=value, unit=unit, spread={"kind": "none"}, source=source, basis="assumed", note="any"
    )


@pytest.fixture(scope="module")
def traced():
    """A model of one molecule with a closed form, and its parameters joined to the shipped ones."""
    own = [
        assumed("tracer.basal", BASAL, "ng/L"),
        assumed("tracer.clearance", CLEARANCE, "L/h"),
        assumed("restless.limit", 80.0, "kg"),
    ]
    about = {"tracer": {"unit": "ng/mL", "grade": "low"}}
    shared = {"parameters": load_parameters() | ParameterSet({one.name: one for one in own}, about)}
    return shared | {"model": compose([tracer, restless])}


def test_an_infusion_has_the_closed_forms_sensitivities(traced):
    """c = basal + R / Cl (1 - exp(-x)), x = Cl t / V, from the start of the infusion on."""
    since = np.array([0.0, 0.5, 1.0, 4.0])
    to = ["tracer.basal", "tracer.clearance", "subject.plasma_volume"]
    found = sensitivities(
        INFUSION, SMALL, of=[("tracer", "serum")], to=to, times_h=1 + since, tolerance=1e-8, **traced
    )
    x = CLEARANCE * since / SMALL.physiology(traced["parameters"])["plasma_volume"]
    plateau = RATE / CLEARANCE
    closed = [BASAL + 0 * x, plateau * (x * np.exp(-x) - 1 + np.exp(-x)), -plateau * x * np.exp(-x)]
    # 1e-6 of the plateau: the solver at a tolerance of 1e-8; a thousandth: shown in ng/mL, not ng/L
    np.testing.assert_allclose(
        found["absolute"].values[0, :, :, 0], np.array(closed) / 1000, atol=1e-9 * plateau
    )
    value = (BASAL + plateau * (1 - np.exp(-x))) / 1000
    np.testing.assert_allclose(found["value"].values[0, :, 0], value, rtol=1e-6)
    np.testing.assert_allclose(found["relative"], found["absolute"] / found["value"], rtol=1e-12)


def test_an_output_that_depends_on_the_parameter_directly_counts_it_too(traced):
    """Above rest at rest is basal - basal: it stays 0 when basal moves, and has no logarithm."""
    found = sensitivities(
        INFUSION, SMALL, of=[("tracer", "above_rest")], to=["tracer.basal"], times_h=[0.5], **traced
    )
    assert abs(found["absolute"].item()) < 1e-12  # rounding of 50 ng/L, in ng/mL
    assert found["value"].item() == 0.0
    assert np.isnan(found["relative"].item())


def test_axes_labels_and_units(traced):
    of, to = [("tracer", "serum"), ("tracer", "above_rest")], ["tracer.clearance", "subject.plasma_volume"]
    found = sensitivities(INFUSION, [SMALL, SMALL, SMALL], of=of, to=to, times_h=[0, 2, 3, 9], **traced)
    assert dict(found["absolute"].sizes) == {"member": 3, "parameter": 2, "time": 4, "output": 2}
    assert found["output"].values.tolist() == ["tracer serum", "tracer above_rest"]
    assert found["unit"].values.tolist() == ["ng/mL", "ng/mL"]
    assert found["basis"].values.tolist() == ["assumed", "person"]
    assert found["time"].attrs["units"] == "h"
    assert (found["status"] == "ok").all()
    assert '"plans"' in found.attrs["manifest"]


def test_a_member_that_fails_is_nan_and_says_why_and_leaves_the_others(traced):
    options = {"of": [("tracer", "serum")], "to": ["tracer.clearance"], "times_h": [0, 2, 9], **traced}
    found = sensitivities(INFUSION, [SMALL, LARGE], **options)
    alone = sensitivities(INFUSION, SMALL, **options)
    assert "no resting steady state" in found["status"].values[1, 0]
    assert np.isnan(found["absolute"].values[1]).all()
    np.testing.assert_array_equal(found["absolute"].values[:1], alone["absolute"].values)


def test_members_of_a_population_are_differentiated_at_their_own_values(traced):
    people = Population(SMALL, n=3, seed=0, vary=["subject.blood_volume"])
    found = sensitivities(
        INFUSION, people, of=[("tracer", "serum")], to=["subject.plasma_volume"], times_h=[2.0], **traced
    )
    constants = simulate(INFUSION, people, times_h=[2.0], **traced).dataset["constant"]
    volume = constants.sel(constant_name="subject.plasma_volume").to_numpy()
    x = CLEARANCE / volume
    closed = -RATE / CLEARANCE * x * np.exp(-x) / 1000
    assert len(set(volume)) == 3
    np.testing.assert_allclose(
        found["absolute"].values[:, 0, 0, 0], closed, rtol=1e-5
    )  # ten times the tolerance


def test_progress_rises_to_one(traced):
    seen = []
    sensitivities(
        INFUSION,
        SMALL,
        of=[("tracer", "serum")],
        to=["tracer.basal", "tracer.clearance"],
        times_h=[2],
        progress=seen.append,
        **traced,
    )
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"to": ["tracer.clearence"]}, "did you mean 'tracer.clearance'"),
        ({"to": ["subject.resting_oxygen"]}, "acts through the person or the inputs"),
        ({"to": "tracer.clearance"}, "to = 'tracer.clearance'"),
        ({"to": []}, "expected: a sequence of parameter names"),
        ({"of": ("tracer", "serum")}, "expected: a sequence of (exerkine, site)"),
        ({"of": []}, 'for example of=[("il6", "plasma")]'),
        ({"of": [("tracer", "sreum")]}, "did you mean 'serum'"),
        ({"of": [("tracr", "serum")]}, "did you mean 'tracer'"),
        ({"times_h": [2, 1]}, "expected: increasing"),
        ({"tolerance": 1.0}, "tolerance = 1.0"),
        ({"times_h": np.linspace(0, 24, 200_000), "to": ["tracer.basal"] * 600}, "120,000,000 sensitivities"),
    ],
)
def test_what_cannot_be_asked_is_refused(traced, change, message):
    asked = {"of": [("tracer", "serum")], "to": ["tracer.basal"], "times_h": [2.0]} | change
    with pytest.raises((InputError, ModelError)) as refusal:
        sensitivities(INFUSION, SMALL, **asked, **traced)
    assert message in str(refusal.value)


RELEASES = ["il6.synthesis", "il6.adipose_release", "il6.damage_release", "il6.other_release"]
RUN, TIMES = parse_schedule("Mon 01:00 fasted run 40m 82% VO2max"), [0.0, 1.25, 1.6666, 3.0, 6.0]


@pytest.fixture(scope="module")
def whole(runner):
    """The shipped physiology."""
    of = [("il6", "plasma"), ("lactate", "blood"), ("il1ra", "plasma")]
    return sensitivities(RUN, runner, of=of, to=[*RELEASES, "il6.clearance"], times_h=TIMES, tolerance=1e-8)


def test_il6_is_proportional_to_its_releases_together(whole):
    """Euler: whatever is multiplied by f when all releases are has relative sensitivities that sum to 1."""
    il6 = whole["relative"].sel(output="il6 plasma", parameter=RELEASES).sum("parameter")
    np.testing.assert_allclose(il6, 1.0, atol=1e-6)  # four runs at a tolerance of 1e-8


def test_both_engines_give_the_same_sensitivities(traced):
    options = {"of": [("tracer", "serum")], "to": ["tracer.clearance"], "times_h": [0, 2, 9], **traced}
    fast, slow = (
        sensitivities(INFUSION, SMALL, tolerance=1e-8, engine=engine, **options)["absolute"].values
        for engine in ("compiled", "reference")
    )
    # 1e-6 of the largest: two error controls at 1e-8
    np.testing.assert_allclose(fast, slow, atol=1e-6 * np.abs(slow).max())
    assert (fast != slow).any()


def test_nothing_that_il6_does_not_drive_moves_with_it(whole):
    assert (whole["absolute"].sel(output="lactate blood", parameter=RELEASES) == 0).all()
    assert (np.abs(whole["absolute"].sel(output="il1ra plasma", parameter="il6.synthesis"))[0, 2:] > 0).all()


def test_two_simulations_differ_as_the_sensitivity_says(whole, runner):
    parameters, h = load_parameters(), 1e-4
    value = parameters["il6.clearance"].value
    above, below = (
        simulate(
            RUN,
            runner,
            parameters=parameters.with_values({"il6.clearance": value * factor}, note="moved"),
            times_h=TIMES,
            tolerance=1e-12,
            engine="reference",
        ).concentration("il6", site="plasma")
        for factor in (1 + h, 1 - h)
    )
    found = whole["absolute"].sel(output="il6 plasma", parameter="il6.clearance")
    np.testing.assert_allclose(found, (above - below) / (2 * h), rtol=1e-5)  # differences are good to 1e-7
