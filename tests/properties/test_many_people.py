"""What is prepared for many people at once is, bit for bit, what would be prepared for each alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.assemble import constants_of, forcing_of
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.stimulus import Stimulus, build_stimuli, build_stimulus
from exerkine_sim.subject import Subject
from exerkine_sim.subject.limits import SEXES, TRAINING
from exerkine_sim.subject.people import People

MODEL, PARAMETERS = default_model(), load_parameters()
END_H = 240.0
QUICK = settings(max_examples=50, deadline=None)

# Sizes for which the norm of body fat holds; beyond them it is refused, which other tests show.
PEOPLE = st.lists(
    st.builds(
        Subject,
        sex=st.sampled_from(SEXES),
        training=st.sampled_from(TRAINING),
        age_y=st.floats(18, 80),
        body_mass_kg=st.floats(55, 85),
        height_m=st.floats(1.55, 1.75),
        vo2max_ml_kg_min=st.floats(20, 80),
        body_fat_percent=st.none() | st.floats(5, 50),
        ftp_w=st.floats(100, 400),
        one_rm_kg=st.fixed_dictionaries({"squat": st.floats(30, 250)}),
    ),
    min_size=1,
    max_size=6,
)
# Every basis of intensity, local modes, what rest would do as well, and things that overlap.
DAYS = [
    "07:00 run 45m 70% VO2max carbs 60g/h",
    "07:00 run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 8%",
    "07:00 cycle 20m 150W, 20m 2.5W/kg, 20m 90% FTP",
    "07:00 knee extension 1h 25W, 1h 40% VO2max",
    "07:00 arm crank 1h 70% VO2max",
    "07:00 squat 5x5 80% 1RM rest 3m; squat 3x8 60kg rest 2m; bench press 5x5 80% 1RM rest 3m",
    "07:00 fed swim 30m 75% VO2max",
    "07:00 meal 90g carbs",
    "07:10 meal 30g carbs",
    "06:00 infuse il6 30ng/kg/min 3h",
    "06:30 infuse il6 25ug/h 3h",
]
PLANS = st.lists(st.sampled_from(DAYS), min_size=1, max_size=8).map(
    lambda days: parse_schedule("\n".join(f"day {day} {text}" for day, text in enumerate(days, start=1)))
)


def bits(stimulus: Stimulus) -> list[bytes]:
    forcing = forcing_of(MODEL, stimulus)
    arrays = (stimulus.breakpoints, stimulus.inputs, stimulus.rest, forcing.inputs, forcing.rest)
    return [array.tobytes() for array in arrays]


@QUICK
@given(people=PEOPLE, plan=PLANS)
def test_inputs_of_many_are_those_of_each_alone(people, plan):
    together = build_stimuli(plan, people, PARAMETERS, end_h=END_H)
    alone = [build_stimulus(plan, person, PARAMETERS, end_h=END_H) for person in people]
    assert [bits(one) for one in together] == [bits(one) for one in alone]


@QUICK
@given(people=PEOPLE, plan=PLANS, data=st.data())
def test_inputs_do_not_depend_on_the_order_of_people(people, plan, data):
    order = data.draw(st.permutations(range(len(people))))
    here = build_stimuli(plan, people, PARAMETERS, end_h=END_H)
    there = build_stimuli(plan, [people[index] for index in order], PARAMETERS, end_h=END_H)
    assert [bits(here[index]) for index in order] == [bits(one) for one in there]


@QUICK
@given(people=PEOPLE)
def test_quantities_of_many_are_those_of_each_alone(people):
    together = People.of(people).physiology(PARAMETERS)
    for index, person in enumerate(people):
        alone = person.physiology(PARAMETERS)
        assert {name: float(values[index]) for name, values in together.items()} == dict(alone)


@QUICK
@given(people=PEOPLE, data=st.data())
def test_parameter_vectors_of_many_are_those_of_each_alone(people, data):
    names = data.draw(st.lists(st.sampled_from(MODEL.constants), unique=True, max_size=5))
    factors = {
        name: np.array(data.draw(st.lists(st.floats(0.2, 5), min_size=len(people), max_size=len(people))))
        for name in names
    }
    together = constants_of(MODEL, PARAMETERS, people, factors=factors)
    for index, person in enumerate(people):
        own = {name: factor[index : index + 1] for name, factor in factors.items()}
        alone = constants_of(MODEL, PARAMETERS, [person], factors=own)
        assert together[index].tobytes() == alone.tobytes()


@QUICK
@given(name=st.sampled_from(MODEL.constants), factor=st.floats(0.2, 5))
def test_a_factor_changes_its_own_constant_and_nothing_else(name, factor):
    person = Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    plain, changed = (
        constants_of(MODEL, PARAMETERS, [person], factors=factors)[0]
        for factors in (None, {name: np.array([factor])})
    )
    column = MODEL.constants.index(name)
    assert changed[column] == plain[column] * factor
    np.testing.assert_array_equal(np.delete(changed, column), np.delete(plain, column))


@QUICK
@given(people=PEOPLE, plan=PLANS)
def test_levels_are_those_in_force_somewhere_and_the_rest_of_each_person(people, plan):
    for person, one in zip(people, build_stimuli(plan, people, PARAMETERS, end_h=END_H), strict=True):
        assert {0, *one.pattern.tolist()} == set(range(len(one.levels)))
        resting = np.zeros(len(one.names))
        resting[one.names.index("demand")] = person.physiology(PARAMETERS)["rest_demand"]
        np.testing.assert_array_equal(one.rest, resting)
