"""The exported document in programs of others: they must integrate what we integrate."""

import locale

import numpy as np
import pytest

from exerkine_sim.engine import state_scale
from exerkine_sim.engine.compiled import integrate
from exerkine_sim.exchange import identifier, member_of, sbml_of, to_sbml
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import system_of

PLAN = """Mon 00:00 run 20m 65% VO2max, 2x(1m 95% / 1m 50%)
Mon 02:00 squat 2x5 80% 1RM rest 2m
Mon 03:00 meal 60g carbs"""


@pytest.fixture(scope="module")
def solved(runner):
    """One person on one plan, and our answer at segment ends."""
    one = member_of(parse_schedule(PLAN), runner, end_h=8.0)
    options = {"times": one.forcing.breakpoints[1:], "tolerance": 1e-10, "start": one.start[None]}
    return one, integrate(system_of(one.model), one.constants[None], [one.forcing], **options).states[0]


@pytest.fixture(scope="module")
def road_runner(solved):
    """libRoadRunner with the document, ready for a state to be set."""
    roadrunner = pytest.importorskip("roadrunner")
    one, _ = solved
    # Ready in a thirtieth of the time that its other compiler takes for this model.
    roadrunner.Config.setValue(roadrunner.Config.LLVM_BACKEND, roadrunner.Config.LLJIT)
    loaded = roadrunner.RoadRunner(to_sbml(one.model, one.constants, start=one.start, forcing=one.forcing))
    loaded.setIntegrator("cvode")
    return loaded


def places(loaded, names):
    known = loaded.model.getGlobalParameterIds()
    return [known.index(identifier(name)) for name in names]


def test_another_program_finds_the_same_states_at_every_segment_end(road_runner, solved):
    """libRoadRunner: CVODE with its own Jacobian, inputs set from outside at every breakpoint."""
    one, answer = solved
    scale = state_scale(one.start)
    states, inputs = (
        places(road_runner, one.model.state_names),
        places(road_runner, [f"input.{n}" for n in one.model.inputs]),
    )
    road_runner.integrator.relative_tolerance = 1e-10
    road_runner.integrator.maximum_num_steps = 100_000
    for name, unit in zip(one.model.state_names, scale, strict=True):
        road_runner.integrator.setIndividualTolerance(identifier(name), 1e-10 * float(unit))
    edges = one.forcing.breakpoints
    for segment, levels in enumerate(one.forcing.inputs):
        road_runner.model.setGlobalParameterValues(inputs, levels)
        road_runner.oneStep(edges[segment], edges[segment + 1] - edges[segment], True)
        found = road_runner.model.getGlobalParameterValues(states)
        difference = np.abs(found - answer[segment]) / np.maximum(scale, np.abs(found))
        assert difference.max() < 1e-6  # two error controls at 1e-10 a step, over 15 segments


@pytest.fixture
def own_locale():
    """COPASI takes the locale of the whole process back to C when it is imported."""
    own = locale.setlocale(locale.LC_ALL)
    yield
    locale.setlocale(locale.LC_ALL, own)


@pytest.mark.usefixtures("own_locale")
def test_a_whole_plan_written_as_events_ends_where_segments_end(solved):
    """COPASI: LSODA that stops at the events of the document."""
    copasi = pytest.importorskip("COPASI")
    one, answer = solved
    data = copasi.CRootContainer.addDatamodel()
    data.importSBMLFromString(sbml_of(one))
    task = data.getTask("Time-Course")
    task.setMethodType(copasi.CTaskEnum.Method_deterministic)
    task.getProblem().setDuration(float(one.forcing.breakpoints[-1]))
    task.getProblem().setTimeSeriesRequested(False)
    for name in ("Relative Tolerance", "Absolute Tolerance"):
        task.getMethod().getParameter(name).setDblValue(1e-10)
    task.getMethod().getParameter("Max Internal Steps").setIntValue(10**6)
    task.initializeRaw(copasi.CCopasiTask.NO_OUTPUT)
    assert task.process(True), task.getProcessError()
    values = (data.getModel().getModelValue(i) for i in range(data.getModel().getNumModelValues()))
    found = {value.getObjectName(): value.getValue() for value in values}
    ended = np.array([found[name] for name in one.model.state_names])
    scale = np.maximum(state_scale(one.start), np.abs(ended))
    assert np.max(np.abs(ended - answer[-1]) / scale) < 1e-6  # as above
