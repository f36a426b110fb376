"""Promises of the clock, on the whole model: it moves rest around its mean, and nothing that is linear."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from exerkine_sim.citation import cite
from exerkine_sim.measures import measure
from exerkine_sim.model import compose
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model, drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.glucagon import glucagon
from exerkine_sim.physiology.glucose import glucose
from exerkine_sim.physiology.insulin import insulin
from exerkine_sim.physiology.leptin import leptin
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.stored import load_solution
from exerkine_sim.subject import Population, Subject

WOMAN = Subject(sex="female", age_y=33, body_mass_kg=60, height_m=1.67, vo2max_ml_kg_min=50)
DRIVEN = ("cortisol", "leptin")
RUN = "run 60m 75% VO2max"
REST = Schedule(())
# Each example integrates some 100 states over days; shrinking a failure would take minutes.
QUICK = settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
# Of what leptin differs by at the start, two days of its half-life of 3.4 h leave 2^-14.
LEFT = 1e-4
# Cortisol is linear but for the brake on what is released on top of its rhythm.
UNBRAKED = load_parameters().with_values({"cortisol.feedback": 1e12}, note="nothing slows the adrenal")


def by_the_clock(plans, times, **options):
    solution = simulate(plans, WOMAN, times_h=times, end_h=float(times[-1]), clock=True, **options)
    assert set(solution.status) == {"ok"}
    return solution


def levels(solution, molecule):
    return solution.concentration(molecule, site="plasma_corrected").values


def test_the_mean_of_a_day_is_the_level_without_a_clock():
    day = by_the_clock(REST, np.linspace(0, 24, 7), parameters=UNBRAKED)
    still = simulate(REST, WOMAN, times_h=[0.0], end_h=24, parameters=UNBRAKED)
    asked = {"exerkines": DRIVEN, "per": "block", "end_h": 24, "parameters": UNBRAKED}
    table = pd.concat(measure(REST, WOMAN, clock=True, **asked))
    for row in table.query("site == 'plasma_corrected'").itertuples():
        assert row.baseline == pytest.approx(levels(still, row.exerkine).item(), rel=1e-9)
        assert row.auc == pytest.approx(0, abs=24 * row.baseline * LEFT)
        assert np.ptp(levels(day, row.exerkine)) > 0.5 * row.baseline


def test_a_plan_begins_as_its_days_end():
    for course in (levels(by_the_clock(REST, np.array([0.0, 24.0, 48.0])), one)[0] for one in DRIVEN):
        assert course[1:] == pytest.approx(course[:1].repeat(2), rel=LEFT)


@QUICK
@given(minute=st.integers(0, 24 * 60 - 1), days=st.integers(1, 3))
def test_a_plan_that_comes_whole_days_later_does_the_same_later(minute, days):
    plan = parse_schedule(f"day 1 {minute // 60:02d}:{minute % 60:02d} {RUN}")
    times = np.linspace(0, 36, 37)
    here = by_the_clock(plan, times)
    there = by_the_clock(plan.shifted(24.0 * days), np.append(times + 24.0 * days, 300.0))
    for molecule in here.exerkines:
        one, other = (levels_anywhere(solution, molecule) for solution in (here, there))
        np.testing.assert_allclose(other[: len(times)], one, rtol=LEFT, atol=LEFT * np.abs(one).max())


def levels_anywhere(solution, molecule):
    return solution.concentration(molecule).values[0]


def test_what_has_no_rhythm_does_not_know_the_hour():
    plan, times = parse_schedule(f"day 1 07:00 {RUN}"), np.linspace(0, 48, 49)
    still = simulate(plan, WOMAN, times_h=times, end_h=48)
    clocked = by_the_clock(plan, times)
    for molecule in set(still.exerkines) - set(DRIVEN):
        one, other = (levels_anywhere(solution, molecule) for solution in (still, clocked))
        # ten times the tolerance asked for: other steps
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-5 * np.abs(one).max())


def rises(parameters=None):
    """Return cortisol over rest at the same hour, from the start of a run at 07:00 and one at 19:00."""
    plans = [parse_schedule(f"day 2 {hour}:00 {RUN}") for hour in ("07", "19")]
    after = np.linspace(0, 8, 33)
    times = np.unique([plan.sessions[0].start_h + after for plan in plans])
    solution = by_the_clock([*plans, REST], times, parameters=parameters)
    over = levels(solution, "cortisol") - levels(solution, "cortisol")[2]
    places = [np.searchsorted(times, plan.sessions[0].start_h + after) for plan in plans]
    return [over[member, place] for member, place in enumerate(places)]


def test_without_a_brake_a_run_raises_cortisol_alike_at_any_hour():
    morning, evening = rises(UNBRAKED)
    assert morning.max() > 50
    # ten times the tolerance asked for, of a level several times the rise
    np.testing.assert_allclose(evening, morning, atol=1e-4 * morning.max())


def test_high_cortisol_of_the_morning_holds_back_what_a_run_adds():
    """Brandenberger1975: the same exercise adds less to a level that is high already."""
    morning, evening = rises()
    assert 0 < morning.max() < 0.9 * evening.max()


def test_both_engines_run_by_the_same_clock():
    parts = (adaptation, drivers.vo2, drivers.plasma_volume, glucose, insulin, glucagon, leptin)
    model, plan = compose(parts, clock=True), parse_schedule(f"day 1 07:00 {RUN}")
    ours, oracle = (
        by_the_clock(plan, np.arange(0, 25.0, 3.0), model=model, engine=engine)
        for engine in ("compiled", "reference")
    )
    np.testing.assert_allclose(levels(ours, "leptin"), levels(oracle, "leptin"), rtol=1e-5)


def test_people_of_a_population_have_the_same_hours_and_levels_of_their_own():
    people = Population(WOMAN, n=3, seed=1)
    solution = simulate(REST, people, times_h=np.arange(24.0), end_h=24, clock=True, exerkines="cortisol")
    courses = solution.concentration("cortisol", site="plasma").values
    assert set(courses.argmax(axis=1)) <= {8, 9, 10}
    assert all(one != other for one, other in pairwise(courses.max(axis=1)))


def test_a_result_says_by_which_rhythms_it_was_made_and_is_explained_from_its_file(tmp_path):
    made = by_the_clock(parse_schedule(f"day 1 07:00 {RUN}"), np.array([0.0, 6.0, 9.0, 24.0]))
    kept = load_solution(made.save(tmp_path / "clocked.nc"))
    assert kept.manifest["model"]["rhythms"] == list(default_model(clock=True).rhythms)
    assert "Debono2009" in str(cite(kept))
    basal = kept.explain("cortisol", at_h=6.0).terms.query("trigger == 'basal'").iloc[0]
    assert basal["rate"] > 1.5 * basal["at_rest"]
