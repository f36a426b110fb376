"""The exported document in programs of others: they must integrate what we integrate."""

import numpy as np
import pytest

from exerkine_sim.engine import state_scale
from exerkine_sim.engine.reference import integrate
from exerkine_sim.exchange import identifier, to_sbml
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

PLAN = """Mon 00:00 run 20m 65% VO2max, 2x(1m 95% / 1m 50%)
Mon 02:00 squat 2x5 80% 1RM rest 2m
Mon 03:00 meal 60g carbs"""


@pytest.fixture(scope="module")
def solved(runner):
    """Constants and forcing of one person on one plan, and the reference answer at segment ends."""
    model, parameters = default_model(), load_parameters()
    stimulus = build_stimulus(parse_schedule(PLAN), runner, parameters, end_h=8.0)
    forcing, constants = forcing_of(model, stimulus), constants_of(model, parameters, [runner])
    options = {"times": forcing.breakpoints[1:], "tolerance": 1e-9}
    return constants[0], forcing, integrate(system_of(model), constants, [forcing], **options)


@pytest.fixture(scope="module")
def road_runner(solved):
    """libRoadRunner with the document, ready for a state to be set."""
    roadrunner = pytest.importorskip("roadrunner")
    constants, forcing, answer = solved
    loaded = roadrunner.RoadRunner(
        to_sbml(default_model(), constants, start=answer.baseline[0], forcing=forcing)
    )
    loaded.setIntegrator("cvode")
    return loaded


def places(loaded, names):
    known = loaded.model.getGlobalParameterIds()
    return [known.index(identifier(name)) for name in names]


def test_another_program_finds_the_same_states_at_every_segment_end(road_runner, solved):
    """libRoadRunner: CVODE with its own Jacobian, inputs set from outside at every breakpoint."""
    _, forcing, answer = solved
    model, scale = default_model(), state_scale(answer.baseline[0])
    states, inputs = (
        places(road_runner, model.state_names),
        places(road_runner, [f"input.{n}" for n in model.inputs]),
    )
    road_runner.integrator.relative_tolerance = 1e-10
    road_runner.integrator.maximum_num_steps = 100_000
    for name, unit in zip(model.state_names, scale, strict=True):
        road_runner.integrator.setIndividualTolerance(identifier(name), 1e-10 * float(unit))
    edges = forcing.breakpoints
    for segment, levels in enumerate(forcing.inputs):
        road_runner.model.setGlobalParameterValues(inputs, levels)
        road_runner.oneStep(edges[segment], edges[segment + 1] - edges[segment], True)
        found = road_runner.model.getGlobalParameterValues(states)
        difference = np.abs(found - answer.states[0, segment]) / np.maximum(scale, np.abs(found))
        assert difference.max() < 1e-6  # two error controls at 1e-9 and 1e-10 a step, over 15 segments


def test_a_whole_plan_written_as_events_ends_where_segments_end(solved):
    """COPASI: LSODA that stops at the events of the document."""
    copasi = pytest.importorskip("COPASI")
    constants, forcing, answer = solved
    start = np.where(np.abs(answer.baseline[0]) > 1e-12, answer.baseline[0], 0.0)
    data = copasi.CRootContainer.addDatamodel()
    data.importSBMLFromString(to_sbml(default_model(), constants, start=start, forcing=forcing, events=True))
    task = data.getTask("Time-Course")
    task.setMethodType(copasi.CTaskEnum.Method_deterministic)
    task.getProblem().setDuration(float(forcing.breakpoints[-1]))
    task.getProblem().setTimeSeriesRequested(False)
    for name in ("Relative Tolerance", "Absolute Tolerance"):
        task.getMethod().getParameter(name).setDblValue(1e-10)
    task.getMethod().getParameter("Max Internal Steps").setIntValue(10**6)
    task.initializeRaw(copasi.CCopasiTask.NO_OUTPUT)
    assert task.process(True), task.getProcessError()
    values = (data.getModel().getModelValue(i) for i in range(data.getModel().getNumModelValues()))
    found = {one.getObjectName(): one.getValue() for one in values}
    ended = np.array([found[name] for name in default_model().state_names])
    scale = np.maximum(state_scale(answer.baseline[0]), np.abs(ended))
    assert np.max(np.abs(ended - answer.states[0, -1]) / scale) < 1e-6  # as above
