"""Numbers that no body has: each member ends well and right, or with its reason, and leaves the others alone.

Numbers of the equations are taken a million million times smaller and larger, each by itself, all in one
batch: one in so many, and with `make extremes` all of them.
"""

import os
from collections import Counter

import numpy as np
import pytest

from exerkine_sim.assemble import constants_of, forcing_of
from exerkine_sim.batch import stimuli_of, system_of
from exerkine_sim.engine import compiled, reference, steady
from exerkine_sim.engine.contract import Status
from exerkine_sim.engine.steady import state_scale
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.subject import Subject
from exerkine_sim.subject.limits import RANGES, SEXES, TRAINING
from laboratory import MAN

FAR = 1e12
# Where such a factor stands before a difference of two equal numbers, 1e-16 of rounding becomes 1e-4; it may
# do so in two states that meet.
TOLERANCE = 1e-3
TIMES = np.linspace(0.0, 2.5, 11)
SUBNORMAL = 5e-324
EVERY = int(os.environ.get("EXTREME_EVERY", "12"))
COMPARED = 72 // EVERY  # are held against the reference, which takes half a second for each
END_H = 2.5


@pytest.fixture(scope="module")
def usual(plan):
    """The numbers of one person, and what drives them."""
    model, parameters = default_model(), load_parameters()
    (stimulus,) = stimuli_of([(plan, MAN)], parameters, END_H)
    return constants_of(model, parameters, [MAN])[0], forcing_of(model, stimulus), system_of(model)


def integrated(usual, rows: np.ndarray):
    _, forcing, system = usual
    return compiled.integrate(system, rows, [forcing] * len(rows), times=TIMES)


@pytest.fixture(scope="module")
def far(usual):
    """Every constant far smaller and far larger, and at both ends of the batch what is usual."""
    base, _, _ = usual
    one_each = np.eye(len(base), dtype=bool)[::EVERY]
    smaller, larger = (np.where(one_each, base * by, base) for by in (1 / FAR, FAR))
    rows = np.vstack([base, smaller, larger, base])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            steady, "MAX_EVALUATIONS", 300
        )  # who needs more is lost sooner, and the test done sooner
        return rows, integrated(usual, rows)


def test_every_member_ends_well_or_with_its_reason(far):
    rows, found = far
    counts = Counter(found.status)
    assert counts[Status.OK] > 0.9 * len(rows)
    assert len(counts) > 1  # or they are not far enough
    for status, states in zip(found.status, found.states, strict=True):
        assert np.isfinite(states).all() if status is Status.OK else np.isnan(states).all()


def test_neighbours_keep_their_bits(far, usual):
    rows, found = far
    alone = integrated(usual, rows[:1])
    for place in (0, -1):
        assert np.array_equal(found.states[place], alone.states[0])
        assert found.evaluations[place] == alone.evaluations[0]


def test_those_who_end_well_end_where_the_reference_does(far, usual):
    rows, found = far
    _, forcing, system = usual
    well = [place for place, status in enumerate(found.status) if status is Status.OK]
    compared = 0
    for place in well[:: -(-len(well) // COMPARED)]:
        right = reference.integrate(system, rows[place, None], [forcing], times=TIMES, tolerance=1e-7)
        if right.status[0] is Status.OK:
            # What rests at 0 but for such rounding is judged on 1, as either engine does that has it at 0.
            resting = np.maximum(state_scale(found.baseline[place]), state_scale(right.baseline[0]))
            scale = np.maximum(np.abs(right.states[0]), resting)
            assert (np.abs(found.states[place] - right.states[0]) / scale).max() < TOLERANCE, place
            compared += 1
    assert compared >= COMPARED // 2


@pytest.mark.parametrize("value", [SUBNORMAL, 0.0, np.nan, np.inf, -np.inf, 1e300])
def test_what_is_hardly_a_number_or_none_is_no_exception(usual, value):
    """Of some constants; the reasons are told, and nothing that is not finite counts as well."""
    base, _, _ = usual
    rows = np.tile(base, (8, 1))
    some = np.linspace(0, len(base) - 1, len(rows)).astype(int)
    rows[np.arange(len(rows)), some] = value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steady, "MAX_EVALUATIONS", 100)
        found = integrated(usual, np.vstack([rows, base]))
    assert found.status[-1] is Status.OK
    for status, states in zip(found.status, found.states, strict=True):
        assert np.isfinite(states).all() == (status is Status.OK)


def test_people_at_the_bounds_of_every_field_end_well(plan):
    """All corners of what a person may be, few fields at a time, and of the plan's effort."""
    middle = {"sex": "female", "age_y": 40, "body_mass_kg": 70, "height_m": 1.7, "vo2max_ml_kg_min": 40}
    middle["body_fat_percent"] = 30  # a norm of sizes that nobody has gives a share that nobody can have
    corners = [
        middle | {name: bound} for name, bounds in RANGES.items() if name in middle for bound in bounds
    ]
    corners += [middle | {"sex": sex, "training": word} for sex in SEXES for word in TRAINING]
    corners += [
        {"sex": sex} | {name: RANGES[name][side] for name in middle if name != "sex"}
        for sex in SEXES
        for side in (0, 1)
    ]
    people = [Subject(**one) for one in corners]
    model, parameters = default_model(), load_parameters()
    forcings = [
        forcing_of(model, one) for one in stimuli_of([(plan, one) for one in people], parameters, END_H)
    ]
    constants = constants_of(model, parameters, people)
    found = compiled.integrate(system_of(model), constants, forcings, times=TIMES)
    assert set(found.status) == {Status.OK}
    assert np.isfinite(found.states).all()


@pytest.mark.parametrize("engine", [compiled, reference])
def test_a_member_whose_first_guess_overflows_is_lost_alone(usual, engine):
    """Its neighbours are simulated, and no exception ends the batch."""
    base, forcing, system = usual
    name = default_model().constants.index("igf1.age_slope")  # an exponent of the first guess
    rows = np.vstack([base, base])
    rows[0, name] *= FAR
    found = engine.integrate(system, rows, [forcing] * 2, times=TIMES, tolerance=1e-5)
    assert found.status == (Status.NO_STEADY_STATE, Status.OK)
    assert np.isnan(found.states[0]).all()
