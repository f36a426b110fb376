"""The SBML writer: a valid document, every number in it, names that come back, and what it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.engine import Forcing
from exerkine_sim.errors import InputError, ModelError
from exerkine_sim.exchange import identifier, original, to_sbml
from exerkine_sim.model import compose, module

QUICK = settings(max_examples=100, deadline=None)
STEP = Forcing(np.array([10.0, 12.0, 13.0]), np.array([[0.25], [0.0]]), np.zeros(1))
WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", fullmatch=True)


@module("tracer", parameters={"elimination": "1/h", "half": "1"})
def tracer(m, p):
    dose = m.input("dose", "1")
    m.state(
        "plasma",
        rate=lambda c: dose**2 / (p.half**2 + dose**2) - p.elimination * sympy.Max(c, p.half, dose, 0),
    )


@pytest.fixture(scope="module")
def libsbml():
    return pytest.importorskip("libsbml")


def written(model=None, *, constants=(0.7, 0.3), start=(0.1,), **options):
    return to_sbml(model or compose([tracer]), constants, start=start, forcing=STEP, **options)


@pytest.mark.parametrize("events", [False, True])
def test_the_document_is_valid(libsbml, events):
    document = libsbml.readSBMLFromString(written(events=events))
    document.checkConsistency()
    problems = [document.getError(index) for index in range(document.getNumErrors())]
    assert [p.getMessage() for p in problems if p.getSeverity() >= libsbml.LIBSBML_SEV_ERROR] == []
    assert document.getModel().getNumRules() == 1


def test_every_number_stands_under_its_own_name(libsbml):
    model = libsbml.readSBMLFromString(written()).getModel()
    values = {one.getName(): one.getValue() for one in model.getListOfParameters()}
    assert values == {"tracer.plasma": 0.1, "input.dose": 0.25, "tracer.elimination": 0.7, "tracer.half": 0.3}
    assert {one.getName() for one in model.getListOfParameters() if not one.getConstant()} == {
        "tracer.plasma"
    }


def test_events_change_what_changes_when_it_changes(libsbml):
    """The plan begins at hour 10; its second segment, 2 h later, takes the dose away."""
    model = libsbml.readSBMLFromString(written(events=True)).getModel()
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
    assert libsbml.readSBMLFromString(text).getModel().getNumEvents() == 0


@pytest.mark.usefixtures("libsbml")
def test_the_order_of_hashes_leaves_no_trace():
    """sympy keeps the arguments of Max in a set, whose order differs from one process to the next."""
    code = "from test_sbml import *; print(written())"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
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


@pytest.mark.usefixtures("libsbml")
def test_arrays_of_the_wrong_length_are_refused_by_name():
    with pytest.raises(InputError, match="start: 2 values"):
        written(start=(0.1, 0.2))
    with pytest.raises(InputError, match="constants: 1 values"):
        written(constants=(0.7,))


@pytest.mark.usefixtures("libsbml")
def test_a_function_that_sbml_lacks_is_refused():
    @module("wave", parameters={"period": "1/h"})
    def wave(m, p):
        m.state("level", rate=lambda _: p.period * sympy.besselj(0, p.period) * m.input("dose", "1"))

    with pytest.raises(ModelError, match="besselj"):
        written(compose([wave]), constants=(1.0,))


def test_without_libsbml_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "libsbml", None)
    with pytest.raises(InputError, match=r"exerkine-sim\[exchange\]"):
        written()
