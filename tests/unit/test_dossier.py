"""A dossier says all that is known of a molecule, in the words and equations of its own files."""

import pytest
import sympy

from exerkine_sim import dossier, load_parameters
from exerkine_sim.errors import InputError
from exerkine_sim.model import compose, equations_of, module
from exerkine_sim.physiology import default_model, modules

NAMES = [one.name for one in modules()]


@pytest.mark.parametrize("name", NAMES)
def test_each_module_has_one(name):
    found = dossier(name)
    assert len(found.summary) > 20
    used = {one for one in default_model().parameters if one.startswith(f"{name}.")}
    assert used == {one.name for one in found.parameters} <= set(load_parameters())
    latex = " ".join(one.latex for one in found.equations)
    assert latex.count("{") == latex.count("}")
    assert "_lower" not in latex


def test_every_state_stands_in_an_equation():
    """Once for both muscle regions, where they are alike."""
    for one in modules():
        names = {found.name for found in equations_of(one) if found.kind in ("pool", "state")}
        states = [
            name.removeprefix(f"{one.name}.")
            for name in default_model().state_names
            if name.startswith(f"{one.name}.")
        ]
        assert {state.replace("upper", "r").replace("lower", "r") for state in states} == names


def test_equations_keep_the_names_of_what_others_offer():
    il6 = {one.name: one for one in dossier("il6").equations if one.kind != "observable"}
    assert r"\mathit{vo2.above\_rest}" in il6["restraint"].right
    assert [one.sign for one in il6["plasma"].terms] == ["+"] * 6 + ["-"]
    assert {one.tissue for one in il6["plasma"].terms} >= {"muscle r", "adipose", "clearance"}


def test_regions_that_differ_stand_apart():
    @module("odd", parameters={"rate": "1/h"})
    def odd(m, p):
        m.lag("load_lower", 1, 1 / p.rate)
        m.lag("load_upper", 2, 1 / p.rate)

    assert [one.name for one in equations_of(odd)] == ["load_lower", "load_upper"]


def test_it_says_who_drives_whom():
    il6 = dossier("il6")
    assert {"vo2", "glycogen", "damage"} <= set(il6.driven_by)
    assert {"il1ra", "cortisol"} <= set(il6.drives)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'il6'"):
        dossier("il66")


def test_of_your_own_module():
    @module("tracer", parameters={})
    def tracer(m, _):
        """A tracer that decays."""
        m.state("plasma", unit="ng/L", guess=1, rate=lambda c: -c / sympy.Integer(2))

    found = dossier("tracer", module=tracer)
    assert found.equations[0].unit == "ng/L/h"
    assert compose([tracer]).state_names == ("tracer.plasma",)
