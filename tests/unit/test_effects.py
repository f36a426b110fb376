"""Indices of what exerkines drive: 0 at rest, bounded, and made of what they say."""

import dataclasses

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.effects import EFFECTS, effects
from exerkine_sim.errors import InputError
from laboratory import person

RUN = "day 1 08:00 run 120m 70% VO2max"


@pytest.fixture(scope="module")
def solution():
    runner = person(age_y=28, height_m=1.78, vo2max=60)
    return xk.simulate(xk.parse_schedule(RUN), runner)


@pytest.fixture(scope="module")
def found(solution):
    return effects(solution)


def test_at_rest_every_index_is_0(found):
    np.testing.assert_allclose(found["index"].isel(time=0), 0.0, atol=1e-9)


def test_no_more_receptors_are_taken_than_there_are(found):
    assert float(found["taken"].min()) >= 0
    assert float(found["taken"].max()) < 1


def test_an_answer_levels_off_where_receptors_are_full(solution):
    shipped, peaks = xk.load_parameters(), []
    for share in (0.01, 0.1, 0.5):
        changed = shipped.with_values({"effects.rest_occupancy": share}, note="tried out")
        index = effects(solution, parameters=changed)["index"].sel(effect="lipolysis_drive")
        peaks.append(float(index.max()))
        assert peaks[-1] < 1 / share - 1
    assert peaks[0] > peaks[1] > peaks[2] > 0


def test_the_balance_turns_after_a_run(found):
    """IL-6 peaks at the end, what answers it some hours later (il6_039, il6_043, il6_047)."""
    balance = found["index"].sel(effect="anti_inflammatory_balance").isel(member=0)
    assert float(balance.sel(time=10.0, method="nearest")) < 0
    assert float(balance.sel(time=slice(12, 16)).max()) > 0


def test_a_grade_is_the_worst_of_what_it_rests_on(found, solution):
    for name, grade in zip(found["effect"].values, found["grade"].values, strict=True):
        effect = next(one for one in EFFECTS if one.name == name)
        behind = [solution.concentration(term.exerkine).attrs["grade"] for term in effect.terms]
        assert grade == min([effect.grade, *behind], key=("low", "medium", "high").index)
    assert len(set(found["grade"].values)) > 1


def test_effects_without_their_molecules_are_left_out():
    lean = xk.simulate(
        xk.parse_schedule(RUN),
        person(age_y=28, height_m=1.78, vo2max=60),
        exerkines=["il6", "irisin"],
    )
    assert set(effects(lean)["effect"].values) == {"lipolysis_drive", "browning_drive"}
    lactate = dataclasses.replace(lean, arrays=lean.arrays.at("exerkine", []))
    with pytest.raises(InputError, match="any effect"):
        effects(lactate)
