"""Composition: signals resolved, faults named, a user's own module joined without touching the package."""

import numpy as np
import pytest
import sympy
from scipy.integrate import simpson

from exerkine_sim.engine import Forcing
from exerkine_sim.engine.reference import integrate
from exerkine_sim.errors import ModelError, UnitError
from exerkine_sim.model import check_dimensions, compose, hill, module, positive
from exerkine_sim.simulate import system_of


@module("drive", parameters={"time": "h"})
def drive(m, p):
    m.lag("level", m.input("effort", "1"), p.time)
    m.publish("square", m.signal("drive.level") ** 2)


@module("tracer", parameters={"basal": "ng/L", "clearance": "L/h", "gain": "ng/h"})
def tracer(m, p):
    volume = m.subject("plasma_volume", "L")
    plasma = m.pool(
        "plasma", volume=volume, basal=p.basal, unit="ng/L", flux_unit="ng/h", site="serum", infusible=True
    )
    m.release("plasma", tissue="liver", rate=p.basal * p.clearance)
    m.release("plasma", tissue="muscle", trigger="contraction", rate=p.gain * m.signal("drive.square"))
    m.clear("plasma", rate=p.clearance * plasma)


def test_modules_join_in_any_order():
    one, other = compose([drive, tracer]), compose([tracer, drive])
    assert set(one.state_names) == {"drive.level", "tracer.plasma"}
    assert dict(zip(one.state_names, one.rates, strict=True)) == dict(
        zip(other.state_names, other.rates, strict=True)
    )
    assert set(one.inputs) == {"effort", "infusion.tracer"}


def test_the_rate_of_a_pool_is_its_fluxes_over_its_volume():
    model = compose([drive, tracer])
    rate = model.rates[model.index("tracer.plasma")]
    total = sum(f.rate if f.kind == "release" else -f.rate for f in model.fluxes)
    assert sympy.simplify(rate * sympy.Symbol("subject.plasma_volume", real=True) - total) == 0
    assert {(f.kind, f.tissue) for f in model.fluxes} == {
        ("release", "infusion"),
        ("release", "liver"),
        ("release", "muscle"),
        ("loss", "clearance"),
    }


def test_the_composed_system_conserves_amount():
    """Amount at the end = amount at start + released - cleared."""
    model = compose([drive, tracer])
    constants = dict.fromkeys(model.constants, 1.0) | {
        "tracer.basal": 2.0,
        "tracer.clearance": 3.0,
        "tracer.gain": 40.0,
    }
    p = np.array([[constants[name] for name in model.constants]])
    forcing = Forcing(
        np.array([0.0, 1.0, 2.0, 8.0]), np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]]), np.zeros(2)
    )
    times = np.linspace(0, 8, 4001)
    result = integrate(system_of(model), p, [forcing], times=times, tolerance=1e-10)
    level, plasma = result.states[0].T
    gain = simpson(2.0 * 3.0 + 40.0 * level**2 - 3.0 * plasma, x=times)
    assert plasma[-1] - plasma[0] == pytest.approx(gain, abs=1e-7)  # Simpson's rule at 2e-3 h


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        (lambda m, p: m.lag("x", m.signal("dirve.level"), 1), "no module offers 'dirve.level'"),
        (lambda m, p: m.lag("x", p.missing, 1), "uses the parameter 'missing' without declaring it"),
        (lambda m, p: (m.lag("x", 0, 1), m.lag("x", 0, 1)), "'odd.x' is declared twice"),
        (lambda m, p: m.release("plasma", tissue="liver", rate=p.time), "odd has no pool 'plasma'"),
        (lambda m, p: m.lag("x", m.input("effort", "W"), 1), "takes the input 'effort' in W"),
    ],
)
def test_equations_that_do_not_fit_are_refused(faulty, message):
    with pytest.raises(ModelError) as refusal:
        compose([drive, module("odd", parameters={"time": "h"})(faulty)])
    assert message in str(refusal.value)


def test_a_module_twice_is_refused():
    with pytest.raises(ModelError, match="'drive' stands twice"):
        compose([drive, drive])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda m, p: m.lag("x", m.signal("tracer.plasma"), p.time),
        lambda m, p: m.state("x", unit="1", rate=lambda x: -x),
        lambda m, p: m.state("x", unit="1", rate=lambda x: sympy.exp(p.time) / p.time),
        lambda m, p: m.observe("plasma", m.signal("tracer.plasma"), "ng"),
    ],
)
def test_a_wrong_dimension_is_found(wrong):
    model = compose([drive, tracer, module("odd", parameters={"time": "h"})(wrong)])
    with pytest.raises(UnitError):
        check_dimensions(model)


def test_right_dimensions_pass():
    check_dimensions(compose([drive, tracer]))


def test_responses_are_zero_below_and_saturate():
    x = sympy.Symbol("x", real=True)
    assert positive(x).subs(x, -3) == 0
    assert hill(x, 2, 2).subs(x, 2) == sympy.Rational(1, 2)
    assert hill(x, 2, 2).subs(x, -5) == 0
    assert float(hill(x, 2, 2).subs(x, 1e6)) == pytest.approx(1.0, abs=1e-11)
