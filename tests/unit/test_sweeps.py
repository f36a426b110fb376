"""What a member of a sweep is: person, plan and parameters that its number makes, simulated as anywhere."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from exerkine_sim.errors import InputError
from exerkine_sim.measures import measure
from exerkine_sim.parameters import load_parameters
from exerkine_sim.schedule import Schedule, parse_schedule, transform
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Cohort, Population, Subject
from exerkine_sim.sweeps import Design, Factor, Outputs, Range, Sampling, Values, load_design, sweep
from exerkine_sim.sweeps.member import Kept, simulated
from exerkine_sim.sweeps.reasons import Reasons
from laboratory import MAN
from sweeping import PLAN, small_design

PARAMETERS = load_parameters()
PEAK = Outputs(exerkines=("il6",), metrics=("c_max",), end_h=4.0)
STRONG = replace(MAN, one_rm_kg={"squat": 120})
DAY = parse_schedule(
    "day 1 00:30 fasted run 20m 70% VO2max\n"
    "day 1 02:00 meal 60g carbs\n"
    "day 1 03:00 squat 3x5 80% 1RM rest 2m\n"
    "day 1 05:00 run 20m 80% VO2max carbs 60g/h"
)


def peaks(kept: Kept) -> list[float]:
    return kept.numbers["c_max"][:, 0, 0].tolist()


def one_factor(name: str, values: tuple, *, plan: Schedule = PLAN, **options) -> Design:
    factor = Factor(name, Values(values))
    options = {"outputs": PEAK} | options
    return small_design(plan=plan, factors=[factor], sampling=Sampling("grid"), **options)


def peak(plan: Schedule, person: Subject = MAN, *, end_h: float = 4.0, **options) -> float:
    """Return the peak of IL-6 as the function for any number of people finds it."""
    (table,) = measure(plan, person, exerkines="il6", per="stretch", end_h=end_h, **options)
    return float(table.query("site == 'plasma'")["c_max"].max())


# ------------------------------------------------------------------ what varies, and that it does


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("plan.duration", 1.5, lambda: transform.scale(PLAN, duration=1.5)),
        ("plan.intensity", 0.9, lambda: transform.scale(PLAN, intensity=0.9)),
        ("plan.shift_h", 0.25, lambda: PLAN.shifted(0.25)),
        ("plan.fasted", True, lambda: parse_schedule("day 1 00:30 fasted run 30m 70% VO2max")),
    ],
)
def test_a_feature_of_the_plan_is_that_of_a_plan_written_so(name, value, expected):
    found = simulated(one_factor(name, (value,)), 0, 1)
    assert found.status == ["ok"]
    assert peaks(found) == [peak(expected())]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("plan.load", 0.5, {"load": 0.5}),
        ("plan.sets", 2.0, {"sets": 2.0}),
        ("plan.rest", 2.0, {"rest": 2.0}),
    ],
)
def test_a_feature_of_lifting_changes_the_lifting(name, value, words):
    outputs = Outputs(exerkines=("lactate",), metrics=("auc",), end_h=12.0)
    found = simulated(one_factor(name, (1.0, value), plan=DAY, subject=STRONG, outputs=outputs), 0, 2)
    assert found.status == ["ok", "ok"]
    expected = []
    for plan in (DAY, transform.scale(DAY, **words)):
        (table,) = measure(plan, STRONG, exerkines="lactate", per="block", end_h=12.0)
        expected.append(table.query("site == 'blood'")["auc"].item())
    assert found.numbers["auc"][:, 0, 0].tolist() == expected
    assert expected[0] != expected[1]


def test_sessions_a_week_are_spread_over_those_of_the_plan():
    outputs = Outputs(exerkines=("il6",), end_h=24.0)
    numbers = (0, 1, 2, 3, 4)
    found = simulated(
        one_factor("plan.sessions_a_week", numbers, plan=DAY, subject=STRONG, outputs=outputs), 0, 5
    )
    assert found.status[:4] == ["ok"] * 4
    assert found.status[4].startswith("refused: 4 sessions a week (expected: a whole number up to 3")
    areas = found.numbers["auc"][:4, 0, 0].tolist()
    assert len(set(areas)) == 4
    assert min(areas) == areas[0]


def test_a_fasted_session_has_no_meal_in_the_hours_before():
    outputs = Outputs(exerkines=("insulin",))
    design = one_factor("plan.fasted", (True, False), plan=DAY, subject=STRONG, outputs=outputs)
    without, fed = simulated(design, 0, 2).numbers["c_max"][:, 0, 0]
    assert fed > without


@pytest.mark.parametrize(
    ("name", "value"),
    [("subject.sex", "female"), ("subject.training", "elite"), ("subject.age_y", 60.0)],
)
def test_a_field_of_the_person_is_that_of_another_person(name, value):
    found = simulated(one_factor(name, (value,)), 0, 1)
    assert peaks(found) == [peak(PLAN, replace(MAN, **{name.removeprefix("subject."): value}))]


@pytest.mark.parametrize(
    "name", ["il6.clearance", "subject.resting_oxygen", "modes.run.efficiency", "modes.run.active_lower"]
)
def test_a_parameter_takes_effect_wherever_it_belongs(name):
    """In the equations, in a norm of the person, or in what drives the equations."""
    value = 0.8 * PARAMETERS[name].value
    found = simulated(one_factor(name, (value, PARAMETERS[name].value)), 0, 2)
    changed = PARAMETERS.with_values({name: value}, note="by hand")
    assert peaks(found) == [peak(PLAN, parameters=changed), peak(PLAN)]
    assert len(set(peaks(found))) == 2


def test_plans_are_chosen_by_name():
    plans = {"run": PLAN, "long": transform.scale(PLAN, duration=2.0)}
    found = simulated(one_factor("plan", ("long", "run"), plans=plans), 0, 2)
    assert peaks(found) == [peak(plans["long"]), peak(PLAN)]


def test_courses_are_those_of_a_simulation():
    outputs = Outputs(exerkines=("il6",), metrics=(), times_h=(0.5, 1.0, 2.0), end_h=4.0)
    found = simulated(replace(one_factor("il6.clearance", (0.9,)), outputs=outputs), 0, 1)
    changed = PARAMETERS.with_values({"il6.clearance": 0.9}, note="by hand")
    solution = simulate(PLAN, MAN, parameters=changed, times_h=[0.5, 1.0, 2.0], end_h=4.0)
    assert found.courses[0, :, 0].tolist() == solution.concentration("il6", site="plasma").values[0].tolist()


# ------------------------------------------------------------------ those who fail


def test_those_who_cannot_be_are_recorded_and_the_others_are_untouched():
    ages = Values((12.0, 30.0, 101.0, 60.0))
    lengths = Values((1.0, 9.0))
    factors = [Factor("subject.age_y", ages), Factor("plan.duration", lengths)]
    design = small_design(factors=factors, sampling=Sampling("grid"), outputs=PEAK)
    found = simulated(design, 0, len(design))
    refused = [status for status in found.status if status != "ok"]
    assert [status == "ok" for status in found.status] == [False] * 2 + [True, False] + [False] * 2 + [
        True,
        False,
    ]
    assert refused[0] == "refused: age_y = 12.0 (expected: a number from 16 to 100)"
    assert refused[2] == "refused: the plan lasts until 5 h, beyond the end at 4 h"
    alone = [simulated(design, number, 1) for number in range(len(design))]
    assert np.isnan(peaks(found)).tolist() == [status != "ok" for status in found.status]
    assert np.array_equal(peaks(found), [peaks(one)[0] for one in alone], equal_nan=True)
    assert found.status == [one.status[0] for one in alone]


def test_those_who_cannot_be_driven_are_found_among_the_others():
    """Nobody can lift who has no load: found when the plan is brought onto the person."""
    plans = {"run": PLAN, "ftp": parse_schedule("day 1 00:30 cycle 30m 80% FTP")}
    design = small_design(
        factors=[
            Factor("plan", Values(("run", "ftp", "run", "run", "ftp")[:2])),
            Factor("il6.clearance", Range(0.6, 1.5)),
        ],
        sampling=Sampling("random", n=17, seed=1),
        plans=plans,
        outputs=PEAK,
    )
    found = simulated(design, 0, 17)
    chosen = design.values(0, 17)[:, 0]
    assert {"run", "ftp"} == set(chosen)
    for number, plan in enumerate(chosen):
        if plan == "run":
            assert peaks(simulated(design, number, 1)) == [peaks(found)[number]]
        else:
            assert "ftp_w" in found.status[number]
            assert np.isnan(peaks(found)[number])


@pytest.mark.parametrize(
    ("name", "value"),
    [("il6.restraint_time", -1.0), ("adiponectin.reference_fatness", -1.0), ("irisin.reference_age", 1e12)],
)
def test_a_member_that_cannot_be_solved_leaves_the_others_alone(name, value):
    usual = PARAMETERS[name].value
    found = simulated(one_factor(name, (value, usual)), 0, 2)
    assert found.status[0] not in ("ok", "")
    assert found.status[1] == "ok"
    assert np.isnan(peaks(found)[0])
    assert peaks(found)[1] == peaks(simulated(one_factor(name, (usual,)), 0, 1))[0]


def test_less_than_nothing_is_refused_and_not_solved():
    found = simulated(one_factor("il6.clearance", (-1.0, 1.0)), 0, 2)
    assert found.status == ["refused: il6.clearance = -1 (expected: 0 or more)", "ok"]


def test_reasons_that_differ_in_numbers_alone_are_one():
    reasons = Reasons()
    for text in ("no muscle 'x1' at -2.5 h", "no muscle 'x1' at 1e3 h", "no muscle 'x1' at 4 h", "lost"):
        reasons.add(text)
    assert dict(reasons.counted()) == {"no muscle 'x1' at -2.5 to 1000 h": 3, "lost": 1}


def test_a_plan_that_ends_with_another_number_of_sessions_is_refused_alone():
    outputs = Outputs(exerkines=("il6",), per="stretch", end_h=9.0)
    design = replace(one_factor("plan.shift_h", (-0.5, 0.0)), outputs=outputs)
    found = simulated(design, 0, 2)
    assert found.status == ["refused: the plan has another number of sessions than that of the design", "ok"]


# ------------------------------------------------------------------ people


def test_every_point_is_lived_through_by_the_same_people():
    people = Population(MAN, n=3, seed=5, vary={"il6.clearance": 0.3, "subject.body_mass_kg": 0.1})
    design = one_factor("plan.duration", (0.5, 1.0), population=people)
    assert len(design) == 6
    found = simulated(design, 0, 6)
    expected = [
        peak(transform.scale(PLAN, duration=length), people.part(number, 1))
        for length in (0.5, 1.0)
        for number in range(3)
    ]
    assert peaks(found) == expected
    assert peaks(simulated(design, 2, 3)) == expected[2:5]


def test_people_may_vary_alone_and_take_on_fields():
    people = Population(MAN, n=4, seed=5)
    alone = small_design(factors=(), sampling=Sampling("grid"), population=people, outputs=PEAK)
    assert peaks(simulated(alone, 0, 4)) == [peak(PLAN, people.part(number, 1)) for number in range(4)]
    older = one_factor("subject.age_y", (60.0,), population=people)
    aged = replace(people, subject=replace(MAN, age_y=60))
    assert peaks(simulated(older, 0, 4)) == [peak(PLAN, aged.part(number, 1)) for number in range(4)]


def test_people_around_somebody_else_are_refused():
    with pytest.raises(InputError, match="a population around another person"):
        small_design(population=Population(replace(MAN, age_y=60), n=2, seed=1))


# ------------------------------------------------------------------ people of a cohort, and other points


COHORT_DESIGN = """
plan = "day 1 00:30 run 30m 70% VO2max"
[vary]
"plan.duration" = { values = [0.5, 1.0] }
[population]
n = 3
seed = 3
cohort = { female = 1.0, age_y = [30, 40], training = "recreational" }
"""


def test_a_design_may_be_lived_through_by_people_of_a_cohort(tmp_path):
    file = tmp_path / "design.toml"
    file.write_text(COHORT_DESIGN)
    design = load_design(file)
    people = Population.of(Cohort(female=1.0, age_y=(30, 40), training="recreational"), n=3, seed=3)
    assert design.population == people
    assert Design.from_recipe(design.recipe()).population == people
    found = simulated(design, 3, 3).numbers["c_max"][:, 0]
    (alone,) = measure(design.plan, people, per="block", end_h=design.end_h)
    expected = alone.query("exerkine == 'il6' and site == 'plasma'")["value"].tolist()
    assert found[:, [one.exerkine for one in design.kept].index("il6")].tolist() == expected


def test_a_cohort_and_a_subject_are_one_too_many(tmp_path):
    file = tmp_path / "design.toml"
    file.write_text('subject = "me.toml"\n' + COHORT_DESIGN)
    with pytest.raises(InputError, match="a subject and a cohort"):
        load_design(file)


def test_other_points_may_take_the_place_of_those_in_the_file(tmp_path):
    file = tmp_path / "design.toml"
    file.write_text('plan = "day 1 00:30 run 30m 70%"\n[vary]\n"plan.duration" = { low = 0.5, high = 1.0 }\n')
    with pytest.raises(InputError, match="no values for a grid"):
        load_design(file)
    assert len(load_design(file, sampling=Sampling("sobol", n=8))) == 8


def test_a_sweep_without_its_library_names_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(InputError, match=r"pip install 'exerkine-sim\[analysis\]'"):
        sweep(one_factor("plan.duration", (1.0,)), out=tmp_path / "runs.zarr")
