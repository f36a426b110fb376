"""No number without value, unit, spread, source, place and basis; every refusal says what to do."""

import pytest

from exerkine_sim.errors import ParameterError, UnitError
from exerkine_sim.parameters import Parameter, Source, load_parameters

GOOD = """
[clearance]
value = 1.5
unit = "L/min"
spread = { kind = "range", low = 0.6, high = 1.5 }
source = "Steensberg2000"
where = "abstract"
basis = "derived"
population = "6 men"
grade = "high"
note = "0.5 per min x 3 L"
"""


@pytest.fixture
def load(tmp_path):
    def loaded(text, name="tracer"):
        (tmp_path / "exerkines").mkdir(exist_ok=True)
        (tmp_path / "exerkines" / f"{name}.toml").write_text(text)
        load_parameters.cache_clear()
        return load_parameters(tmp_path)

    return loaded


def test_a_complete_table_becomes_a_parameter_in_any_unit(load):
    clearance = load(GOOD)["tracer.clearance"]
    assert clearance.to("L/h") == pytest.approx(90.0, rel=1e-12)
    assert (clearance.source.key, clearance.source.where) == ("Steensberg2000", "abstract")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('source = "Steensberg2000"\n', ""), "tracer.clearance.source: 'source' is missing"),
        (('"Steensberg2000"', '"Stensberg2000"'), "did you mean 'Steensberg2000'"),
        (('unit = "L/min"\n', ""), "'unit' is missing"),
        (("spread = ", "spraed = "), "did you mean 'spread'"),
        (("grade =", "garde ="), "did you mean 'grade'"),
        (('"derived"', '"guessed"'), "'measured', 'fitted', 'derived' or 'assumed'"),
        (('note = "0.5 per min x 3 L"', ""), "basis = 'derived' without a note"),
        (("value = 1.5", "value = 7.0"), "value 7.0 outside its range 0.6 to 1.5"),
        (("value = 1.5", "value = nan"), "a finite number"),
        (("low = 0.6, ", ""), "spread of kind 'range' with high"),
        (('kind = "range"', 'kind = "rnage"'), "did you mean 'range'"),
        (("[clearance]", "[clearance"), "not valid TOML"),
        (("note =", "notte ="), "unknown field 'notte'"),
    ],
)
def test_a_faulty_table_is_refused_with_its_file_and_field(load, change, message):
    with pytest.raises(ParameterError) as refusal:
        load(GOOD.replace(*change))
    assert message in str(refusal.value)
    assert "tracer.toml" in str(refusal.value)


def test_a_parameter_cannot_be_constructed_without_a_source():
    with pytest.raises(ParameterError, match="no source"):
        Parameter(
            name="x", value=1.0, unit="1", spread={"kind": "none"}, source=None, basis="measured", note="n"
        )


def test_a_unit_of_the_wrong_dimension_names_the_parameter(load):
    parameters = load(GOOD)
    with pytest.raises(UnitError) as refusal:
        parameters["tracer.clearance"].to("ng/L")
    assert "tracer.clearance" in str(refusal.value)
    assert "L/min" in str(refusal.value)


def test_an_unknown_unit_is_refused(load):
    with pytest.raises(UnitError, match="unknown unit 'L/mim'"):
        load(GOOD.replace('"L/min"', '"L/mim"'))["tracer.clearance"].to("L/h")


def test_an_unknown_name_offers_the_nearest(load):
    with pytest.raises(ParameterError, match="did you mean 'tracer.clearance'"):
        load(GOOD)["tracer.clearence"]


def test_a_bibliography_beside_the_parameters_is_read(load, tmp_path):
    (tmp_path / "references.bib").write_text("@article{Me2026,\n  author = {Me},\n  year = {2026},\n}\n")
    parameters = load(GOOD.replace("Steensberg2000", "Me2026"))
    assert parameters["tracer.clearance"].source == Source(
        key="Me2026", author="Me", year="2026", where="abstract"
    )


def test_replaced_values_are_shown_as_assumed():
    shipped = load_parameters()
    changed = shipped.with_values({"il6.clearance": 1.0}, note="half speed")
    assert changed["il6.clearance"].basis == "assumed"
    assert shipped["il6.clearance"].value != 1.0
    assert changed.digest() != shipped.digest()
    assert (
        changed.with_values({"il6.clearance": shipped["il6.clearance"].value}, note="back").digest()
        == shipped.digest()
    )
