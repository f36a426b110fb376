"""The SBML writer: a valid document, every number, unit and source in it, and what it refuses."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim import units
from exerkine_sim.engine import Forcing
from exerkine_sim.errors import InputError, ModelError, UnitError
from exerkine_sim.exchange import identifier, original, remarks_on, to_sbml
from exerkine_sim.exchange.sbml.unit import KINDS, unit_definition, unit_identifier
from exerkine_sim.model import compose, module
from exerkine_sim.parameters import ParameterSet, load_parameters
from exerkine_sim.physiology import default_model

QUICK = settings(max_examples=100, deadline=None)
STEP = Forcing(np.array([10.0, 12.0, 13.0]), np.array([[0.25], [0.0]]), np.zeros(1))
WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", fullmatch=True)


@module("tracer", parameters={"elimination": "1/h", "half": "1"})
def tracer(m, p):
    dose = m.input("dose", "1")
    m.state(
        "plasma",
        rate=lambda c: p.elimination * (dose**2 / (p.half**2 + dose**2) - sympy.Max(c, p.half, dose, 0)),
    )


@pytest.fixture(scope="module")
def libsbml():
    return pytest.importorskip("libsbml")


def il6(m, p):
    m.state("plasma", rate=lambda c: m.input("dose", "1") * p.clearance * (p.basal - c))
    m.observe("plasma", m.signal("il6.plasma"), "1")


def written(model=None, *, constants=(0.7, 0.3), start=(0.1,), **options):
    return to_sbml(model or compose([tracer]), constants, start=start, forcing=STEP, **options)


@pytest.mark.usefixtures("libsbml")
@pytest.mark.parametrize("events", [False, True])
@pytest.mark.parametrize("parameters", [None, ParameterSet({})])
def test_the_document_is_valid(events, parameters):
    """The bare one has no units, of which libSBML warns; the full one leaves nothing to remark."""
    remarks = remarks_on(written(events=events, parameters=parameters))
    expected = {"Warning"} if parameters is None else set()
    assert {one.severity for one in remarks} == expected


@pytest.mark.usefixtures("libsbml")
def test_a_unit_that_does_not_fit_is_remarked():
    """What the silence above is worth: one wrong unit, and it is over."""
    text = written(parameters=ParameterSet({}))
    wrong = text.replace('units="per_h"', 'units="h"')
    assert wrong != text
    assert any("units" in one.text for one in remarks_on(wrong))


@pytest.mark.parametrize("unit", ["h", "ng/L", "1/year^2", "mmol/W/h", "L/h/kg", "pmol/L", "W/kg"])
def test_a_unit_definition_is_worth_its_unit(unit):
    worth = units.registry().Quantity(1.0, unit)
    for part in unit_definition(unit).iter("unit"):
        size = float(part.get("multiplier")) * 10.0 ** int(part.get("scale"))
        worth /= (size * units.registry()(KINDS[part.get("kind")])) ** float(part.get("exponent"))
    assert worth.to("").magnitude == pytest.approx(1.0, rel=1e-12)  # rounding of the factors


@pytest.mark.parametrize("unit", ["°C", "m-1"])
def test_a_unit_without_identifier_is_refused(unit):
    with pytest.raises(UnitError, match="identifier"):
        unit_identifier(unit)


def test_every_digit_of_a_number_stands(libsbml):
    numbers = (0.1 + 0.2, 1e-12 / 3)
    document = libsbml.readSBMLFromString(written(constants=numbers))
    model = document.getModel()
    found = [model.getParameter(name).getValue() for name in ("tracer__elimination", "tracer__half")]
    assert tuple(found) == numbers


def test_a_parameter_tells_where_it_comes_from(libsbml):
    """Value, spread, basis, place and source in words; the publication as an address."""
    known = load_parameters()["il6.clearance"]
    named = compose(
        [replace(tracer, name="il6", parameters={"clearance": "1/h", "basal": "1"}, equations=il6)]
    )
    text = written(named, parameters=load_parameters())
    document = libsbml.readSBMLFromString(text)
    parameter = document.getModel().getParameter("il6__clearance")
    notes = parameter.getNotesString()
    for words in (known.basis, known.spread_text, known.source.doi, known.population):
        assert escape(words) in notes
    assert parameter.getCVTerm(0).getResourceURI(0) == f"https://identifiers.org/doi:{known.source.doi}"


def test_what_is_measured_is_named_as_databases_name_it(libsbml):
    named = compose(
        [replace(tracer, name="il6", parameters={"clearance": "1/h", "basal": "1"}, equations=il6)]
    )
    document = libsbml.readSBMLFromString(written(named, parameters=load_parameters()))
    model = document.getModel()
    terms = model.getParameter("observed__il6__plasma").getCVTerms()
    assert [(one.getBiologicalQualifierType(), one.getResourceURI(0)) for one in terms] == [
        (libsbml.BQB_IS_PROPERTY_OF, "https://identifiers.org/uniprot:P05231"),
        (libsbml.BQB_OCCURS_IN, "https://identifiers.org/UBERON:0001969"),
    ]


def test_every_shipped_molecule_is_in_the_catalogue():
    from exerkine_sim.exchange.sbml.catalogue import catalogue

    molecules = {name for name in default_model().exerkines if name in load_parameters().about}
    assert molecules <= set(catalogue().molecules)


def test_every_number_stands_under_its_own_name(libsbml):
    document = libsbml.readSBMLFromString(written())
    model = document.getModel()
    values = {one.getName(): one.getValue() for one in model.getListOfParameters()}
    assert values == {"tracer.plasma": 0.1, "input.dose": 0.25, "tracer.elimination": 0.7, "tracer.half": 0.3}
    assert {one.getName() for one in model.getListOfParameters() if not one.getConstant()} == {
        "tracer.plasma"
    }


def test_events_change_what_changes_when_it_changes(libsbml):
    """The plan begins at hour 10; its second segment, 2 h later, takes the dose away."""
    document = libsbml.readSBMLFromString(written(events=True))
    model = document.getModel()
    assert model.getNumEvents() == 1
    event = model.getEvent(0)
    assert libsbml.formulaToL3String(event.getTrigger().getMath()) == "time >= 2"
    assignment = event.getEventAssignment(0)
    assert assignment.getVariable() == "input__dose"
    assert assignment.getMath().getValue() == 0.0
    assert not model.getParameter("input__dose").getConstant()


def test_inputs_that_stay_make_no_event(libsbml):
    steady = Forcing(np.arange(4.0), np.full((3, 1), 0.25), np.zeros(1))
    text = to_sbml(compose([tracer]), [0.7, 0.3], start=[0.1], forcing=steady, events=True)
    document = libsbml.readSBMLFromString(text)
    assert document.getModel().getNumEvents() == 0


def test_the_order_of_hashes_leaves_no_trace():
    """sympy keeps the arguments of Max in a set, whose order differs from one process to the next."""
    code = "from test_sbml import *; print(written(parameters=ParameterSet({})))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1
    assert "max" in texts.pop()


@QUICK
@given(words=st.lists(WORDS, min_size=1, max_size=3))
def test_a_name_comes_back_from_its_identifier(words):
    name = ".".join(words)
    assert original(identifier(name)) == name


@pytest.mark.parametrize("name", ["a__b", "a_.b", "2.b", "α.b", "a b"])
def test_a_name_that_would_not_come_back_is_refused(name):
    with pytest.raises(ModelError, match="identifier"):
        identifier(name)


def test_arrays_of_the_wrong_length_are_refused_by_name():
    with pytest.raises(InputError, match="start: 2 values"):
        written(start=(0.1, 0.2))
    with pytest.raises(InputError, match="constants: 1 values"):
        written(constants=(0.7,))
    with pytest.raises(InputError, match="start: a value that is not finite"):
        written(start=(np.nan,))


def test_a_name_that_stands_twice_is_refused():
    @module("observed", parameters={"rate": "1/h"})
    def observed(m, p):
        m.state("a.b", rate=lambda c: -p.rate * c * m.input("dose", "1"))
        m.observe("b", m.signal("observed.a.b"), "1", exerkine="a")

    with pytest.raises(ModelError, match=r"'observed\.a\.b' stands twice"):
        written(compose([observed]), constants=(1.0,), parameters=ParameterSet({}))


def test_a_function_that_sbml_lacks_is_refused():
    @module("wave", parameters={"period": "1/h"})
    def wave(m, p):
        m.state("level", rate=lambda _: p.period * sympy.besselj(0, p.period) * m.input("dose", "1"))

    with pytest.raises(ModelError, match="besselj"):
        written(compose([wave]), constants=(1.0,))


def test_without_libsbml_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(InputError, match=r"exerkine-sim\[exchange\]"):
        remarks_on(written())
