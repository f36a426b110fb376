"""Members' numbers in the model's order and units; what does not fit is refused by name."""

import numpy as np
import pytest

from exerkine_sim.assemble import constants_of, forcing_of
from exerkine_sim.errors import InputError, ModelError, ParameterError, ScheduleError, UnitError
from exerkine_sim.model import compose, module
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.stimulus import build_stimulus

PARAMETERS, MODEL = load_parameters(), default_model()


def model_of(signal, unit, *, subject="age"):
    """Return a model of one lag of one input."""

    @module("gut", parameters={})
    def gut(m, _p):
        m.lag("content", m.input(signal, unit), m.subject(subject, "h"))

    return compose([gut])


def forcing(model, subject, text="Mon 08:00 run 1h 70% VO2max carbs 60g/h"):
    return forcing_of(model, build_stimulus(parse_schedule(text), subject, PARAMETERS, end_h=24.0))


def test_constants_stand_in_the_order_and_units_of_the_model(runner):
    row = constants_of(MODEL, PARAMETERS, [runner])[0]
    for name, unit in MODEL.parameters.items():
        assert row[MODEL.constants.index(name)] == PARAMETERS[name].to(unit)
    for name, value in runner.physiology(PARAMETERS).items():
        if name in MODEL.subject:
            assert row[MODEL.constants.index(f"subject.{name}")] == value


def test_nobody_has_an_empty_table_of_constants():
    assert constants_of(MODEL, PARAMETERS, []).shape == (0, len(MODEL.constants))


@pytest.mark.parametrize("name", ["il6.clearance", "subject.blood_volume"])
def test_a_factor_multiplies_one_constant_of_each_member(runner, name):
    factors = {name: np.array([1.0, 0.5, 2.0])}
    plain = constants_of(MODEL, PARAMETERS, [runner] * 3)
    changed = constants_of(MODEL, PARAMETERS, [runner] * 3, factors=factors)
    column = MODEL.constants.index(name)
    np.testing.assert_array_equal(changed[:, column] / plain[:, column], [1.0, 0.5, 2.0])
    np.testing.assert_array_equal(np.delete(changed, column, axis=1), np.delete(plain, column, axis=1))


def test_a_factor_on_what_no_equation_uses_is_refused_with_the_nearest(runner):
    with pytest.raises(ParameterError, match=r"il6\.clearence[\s\S]*did you mean 'il6\.clearance'"):
        constants_of(MODEL, PARAMETERS, [runner], factors={"il6.clearence": np.ones(1)})


@pytest.mark.parametrize("shape", [(), (3,), (2, 1)])
def test_factors_that_are_not_one_a_member_are_refused(runner, shape):
    with pytest.raises(InputError, match=r"one a member, shape \(2,\)"):
        constants_of(MODEL, PARAMETERS, [runner] * 2, factors={"il6.clearance": np.ones(shape)})


def test_a_quantity_that_no_person_has_is_refused_with_the_nearest(runner):
    with pytest.raises(ModelError, match=r"no subject quantity 'agee'[\s\S]*did you mean 'age'"):
        constants_of(model_of("demand", "1", subject="agee"), PARAMETERS, [runner])


def test_inputs_are_brought_into_the_units_of_the_model(runner):
    course = forcing(model_of("carbohydrate", "mg/min"), runner).inputs
    np.testing.assert_allclose(course[:, 0], [0.0, 1000.0, 0.0], rtol=1e-12)  # 60 g/h; to rounding


def test_inputs_stand_in_the_order_of_the_model_and_rest_is_theirs(runner):
    stimulus = build_stimulus(parse_schedule("Mon 08:00 run 1h 70% VO2max"), runner, PARAMETERS, end_h=24.0)
    own = forcing_of(MODEL, stimulus)
    for column, name in enumerate(MODEL.inputs):
        if name in stimulus.names:
            np.testing.assert_array_equal(own.inputs[:, column], stimulus.series(name))
            assert own.rest[column] == stimulus.rest[stimulus.names.index(name)]
        else:
            assert name.startswith("infusion.")
            assert not own.inputs[:, column].any()


def test_a_molecule_without_infusion_is_refused_with_the_nearest(runner):
    with pytest.raises(ScheduleError, match=r"'il66' cannot be infused[\s\S]*did you mean 'il6'"):
        forcing(MODEL, runner, "Mon 08:00 infuse il66 25ug/h 3h")


def test_an_input_that_no_plan_has_is_refused_with_the_nearest(runner):
    with pytest.raises(ModelError, match=r"no input 'demandd'[\s\S]*did you mean 'demand'"):
        forcing(model_of("demandd", "1"), runner)


def test_an_input_of_another_dimension_is_refused_by_name(runner):
    with pytest.raises(UnitError, match="carbohydrate: unit 'g/h' has dimension"):
        forcing(model_of("carbohydrate", "mmol/h"), runner)
