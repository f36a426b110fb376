"""Every shipped number is used, dimensioned, cited and honest about its basis."""

import collections

import pytest

from exerkine_sim.bibliography import load_bibliography
from exerkine_sim.model import check_dimensions, unused_parameters
from exerkine_sim.parameters import NOTE_REQUIRED, load_parameters, params_folder
from exerkine_sim.physiology import default_model

PARAMETERS, MODEL = load_parameters(), default_model()


def test_every_parameter_of_the_model_has_its_number_in_the_declared_dimension():
    for name, unit in MODEL.parameters.items():
        assert PARAMETERS[name].to(unit) == pytest.approx(PARAMETERS[name].to(unit))


def test_every_declared_parameter_appears_in_an_equation():
    assert unused_parameters(MODEL) == ()


def test_every_number_of_a_molecule_or_driver_is_declared_by_its_equations():
    orphans = [n for n in PARAMETERS if n.split(".")[0] in MODEL.modules and n not in MODEL.parameters]
    assert orphans == []


def test_every_equation_has_the_dimension_it_claims():
    check_dimensions(MODEL)


def test_every_molecule_says_what_it_is_and_how_sure():
    for name in {path.stem for path in (params_folder() / "exerkines").glob("*.toml")}:
        assert {"label", "unit", "grade", "summary"} <= set(PARAMETERS.about[name]), name
        assert PARAMETERS.about[name]["grade"] in ("high", "medium", "low")


def test_what_is_not_measured_carries_its_argument():
    short = [n for n, p in PARAMETERS.items() if p.basis in NOTE_REQUIRED and len(p.note) < 20]
    assert short == []


def test_the_project_s_own_judgement_is_never_called_measured():
    wrong = [n for n, p in PARAMETERS.items() if p.source.key == "ExerkineSim" and p.basis in ("measured",)]
    assert wrong == []


def test_most_sources_of_the_bibliography_are_real_publications():
    sources = load_bibliography(params_folder() / "references.bib")
    assert collections.Counter(bool(s.title) for s in sources.values())[True] > 0.9 * len(sources)
