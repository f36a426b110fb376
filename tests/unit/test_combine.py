"""COMBINE archive: the same bytes each time, every part named, and SED-ML that asks for what we computed."""

import csv
import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.cli import main
from exerkine_sim.errors import InputError
from exerkine_sim.exchange import member_of, to_omex
from exerkine_sim.schedule.load import parse_toml

PLAN = xk.parse_schedule('name "<Ü & =1>"\nMon 07:00 run 30m 75% VO2max')
SED = "{http://sed-ml.org/sed-ml/level1/version4}"
SBML = "{http://www.sbml.org/sbml/level3/version2/core}"
SHOWN = ["il6", "irisin", "lactate"]


@pytest.fixture(scope="module")
def content(runner):
    return to_omex(member_of(PLAN, runner, end_h=10), PLAN, runner, exerkines=SHOWN)


@pytest.fixture(scope="module")
def archive(content):
    return zipfile.ZipFile(io.BytesIO(content))


@pytest.fixture(scope="module")
def simulation(archive):
    return ElementTree.fromstring(archive.read("simulation.sedml"))


def test_the_same_member_gives_the_same_bytes(content, runner):
    assert to_omex(member_of(PLAN, runner, end_h=10), PLAN, runner, exerkines=SHOWN) == content


def test_every_part_is_in_the_manifest(archive):
    manifest = ElementTree.fromstring(archive.read("manifest.xml"))
    named = {one.get("location") for one in manifest}
    assert named == {".", *(f"./{name}" for name in archive.namelist())}
    assert [one.get("location") for one in manifest if one.get("master")] == ["./simulation.sedml"]


def test_plan_and_person_come_back(archive, runner):
    assert parse_toml(archive.read("plan.toml").decode()) == PLAN
    assert archive.read("person.toml").decode() == runner.to_toml()
    ElementTree.fromstring(archive.read("metadata.rdf"))


def test_what_the_simulation_asks_for_is_in_the_model(archive, simulation):
    model = ElementTree.fromstring(archive.read("model.xml"))
    known = {one.get("id") for one in model.iter(f"{SBML}parameter")}
    targets = [one.get("target") for one in simulation.iter(f"{SED}variable") if one.get("target")]
    assert len(targets) == len(SHOWN)
    assert {target.rpartition("@id='")[2].removesuffix("']") for target in targets} <= known


def test_references_within_the_simulation_lead_somewhere(simulation):
    known = {one.get("id") for one in simulation.iter()}
    ends = ("Reference",)
    asked = {value for one in simulation.iter() for key, value in one.items() if key.endswith(ends)}
    assert asked <= known
    assert {one.get("label") for one in simulation.iter(f"{SED}dataSet")} == {
        one.get("name") for one in simulation.iter(f"{SED}curve")
    } | {"time (h)"}


def test_its_times_and_scales_are_those_of_our_own_numbers(archive, simulation, runner):
    rows = list(csv.reader(io.StringIO(archive.read("timecourse.csv").decode())))
    numbers = np.array(rows[1:], dtype=float)
    course = next(simulation.iter(f"{SED}uniformTimeCourse"))
    assert len(numbers) == int(course.get("numberOfSteps")) + 1
    assert (float(course.get("outputStartTime")), float(course.get("outputEndTime"))) == (0.0, 10.0)
    assert rows[0] == [one.get("label") for one in simulation.iter(f"{SED}dataSet")]
    ours = xk.simulate(PLAN, runner, end_h=10, times_h=numbers[:, 0], tolerance=1e-8)
    assert numbers[:, 2].tolist() == ours.concentration("irisin").values[0].tolist()
    scale = [float(one.text) for one in simulation.iter("{http://www.w3.org/1998/Math/MathML}cn")]
    assert scale == [0.0, 1.0, 1e-3, 1.0]  # of time, IL-6 in ng/L, irisin in ng/L shown as ng/mL, lactate


def test_by_the_clock_time_begins_two_days_before_the_plan(runner):
    made = to_omex(member_of(PLAN, runner, end_h=10, clock=True), PLAN, runner, exerkines=["cortisol"])
    course = zipfile.ZipFile(io.BytesIO(made)).read("simulation.sedml").decode()
    assert 'outputStartTime="48.0" outputEndTime="58.0"' in course


def test_an_unknown_molecule_is_refused(runner):
    with pytest.raises(InputError, match="did you mean 'il6'"):
        to_omex(member_of(PLAN, runner, end_h=10), PLAN, runner, exerkines=["il66"])


@pytest.mark.parametrize("other", ["plan", "person"])
def test_a_member_of_another_plan_or_person_is_refused(runner, other):
    member = member_of(PLAN, runner, end_h=10)
    plan = xk.parse_schedule("Mon 07:00 run 31m 75% VO2max") if other == "plan" else PLAN
    person = runner if other == "plan" else replace(runner, body_mass_kg=runner.body_mass_kg + 1)
    with pytest.raises(InputError, match="a member of another plan or person"):
        to_omex(member, plan, person)


def test_an_independent_reader_finds_no_fault(archive):
    libsedml = pytest.importorskip("libsedml")
    document = libsedml.readSedMLFromString(archive.read("simulation.sedml").decode())
    assert [document.getError(at).getMessage() for at in range(document.getNumErrors())] == []


def test_the_command_writes_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.txt").write_text("Mon 07:00 run 30m 75% VO2max")
    with pytest.raises(SystemExit) as leaving:
        main(["export", "plan.txt", "--omex", "plan.omex", "--exerkine", "il6", "--end-h", "10"])
    assert leaving.value.code == 0
    assert "wrote plan.omex: model, plan, person and a figure" in capsys.readouterr().out
    assert zipfile.is_zipfile("plan.omex")
