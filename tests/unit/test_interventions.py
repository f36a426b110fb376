"""Infusions, injections, and molecules that are held at rest."""

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.errors import ExerkineError, ModelError, ScheduleError
from exerkine_sim.model import check_dimensions, compose, hold
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import Infusion, Schedule
from exerkine_sim.schedule.load import parse_toml
from exerkine_sim.simulate import model_for
from laboratory import IL6_MODULES, person

RUN = "day 1 08:00 run 120m 70% VO2max"


@pytest.fixture(scope="module")
def runner():
    return person(age_y=28, height_m=1.78, vo2max=60)


HOURS = np.arange(0, 24.1, 0.1)


def level(text, runner, exerkine="il6", *, site="plasma", **options):
    """Return a concentration over a day, shape (n_times,)."""
    solution = xk.simulate(xk.parse_schedule(text), runner, **{"times_h": HOURS, **options})
    return np.asarray(solution.concentration(exerkine, site=site)).ravel()


# ------------------------------------------------------------------------------------------ injections


def test_an_injection_is_an_infusion_over_a_minute(runner):
    given = level("day 1 08:00 inject il6 30ug", runner)
    np.testing.assert_array_equal(given, level("day 1 08:00 infuse il6 30ug/min 1m", runner))
    assert given.max() > 3 * given[0]


@pytest.mark.parametrize(
    "text", ["inject il6 30ug", "inject il1ra 1mg/kg subcutaneous", "infuse il6 25ug/h 3h"]
)
def test_what_is_given_is_read_back(text):
    schedule = xk.parse_schedule(f"day 1 08:00 {text}")
    assert xk.parse_schedule(schedule.describe()) == schedule
    assert parse_toml(schedule.to_toml()) == schedule


def test_what_is_injected_under_the_skin_comes_slowly_and_stays(runner):
    skin = level("day 1 00:00 inject il1ra 100mg subcutaneous", runner, "il1ra")
    vein = level("day 1 00:00 inject il1ra 100mg", runner, "il1ra")
    assert 3 <= HOURS[np.argmax(skin)] <= 7  # AnakinraMonograph
    assert skin[-1] > vein[-1]
    assert skin.max() < vein.max()


def test_as_much_arrives_as_is_said_to(runner):
    """IL-1ra is cleared in proportion, so areas above rest are as the shares that arrive."""
    hours, areas = np.union1d(np.linspace(0, 0.1, 50), np.arange(0, 120.1, 0.1)), {}
    for route in ("", " subcutaneous"):
        text = f"day 1 00:00 inject il1ra 100mg{route}\nday 5 00:00 meal 0g carbs"
        found = level(text, runner, "il1ra", times_h=hours, exerkines="il1ra", end_h=120.1)
        areas[route] = np.trapezoid(found - found[-1], hours)
    share = xk.load_parameters()["injection.bioavailability"].to("1")
    assert areas[" subcutaneous"] / areas[""] == pytest.approx(share, rel=0.01)


def test_a_depot_is_dimensionally_sound_and_only_there_when_needed():
    model = default_model(injected=["il1ra"])
    check_dimensions(model)
    assert set(model.state_names) - set(default_model().state_names) == {"il1ra.depot"}
    assert set(model.parameters) - set(default_model().parameters) == {
        "injection.bioavailability",
        "injection.absorption_time",
    }


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("day 1 08:00 inject il7 30ug", ScheduleError),
        ("day 1 08:00 inject il7 30ug subcutaneous", ModelError),
        ("day 1 08:00 inject il6", ScheduleError),
        ("day 1 08:00 inject il6 30 parsecs", ScheduleError),
        ("day 1 08:00 inject il6 30ug orally", ScheduleError),
    ],
)
def test_what_cannot_be_given_is_refused(text, error, runner):
    with pytest.raises(error) as found:
        level(text, runner)
    assert isinstance(found.value, ExerkineError)


def test_an_unknown_route_is_refused():
    with pytest.raises(ScheduleError, match="oral"):
        Schedule(infusions=[Infusion(8, 1, "il6", 1, "ug/h", "oral")])


# ------------------------------------------------------------------------------------------ held at rest


def test_a_held_molecule_stays_and_what_follows_it_stays_with_it(runner):
    """IL-1ra answers to IL-6 alone; lactate does not know of it."""
    held = default_model(held=["il6"])
    corrected = level(RUN, runner, site="plasma_corrected", model=held)
    np.testing.assert_allclose(corrected, corrected[0], rtol=0.005)  # training lowers rest a little
    measured = level(RUN, runner, model=held)
    assert 1.07 < measured.max() / measured[0] < 1.25  # haemoconcentration: MOD_bloomer13, MOD_zouhal23
    answer, usual = (level(RUN, runner, "il1ra", model=model) for model in (held, None))
    assert usual.max() > 2 * usual[0]
    assert answer.max() < 1.25 * answer[0]
    lactate = [level(RUN, runner, "lactate", site="blood", model=model) for model in (held, None)]
    np.testing.assert_allclose(*lactate, rtol=1e-4)


def test_what_answers_at_rest_already_is_held_at_rest_and_not_at_nothing(runner):
    """Insulin's release at rest is its answer to glucose, and that of glucagon, too."""
    names = ("insulin", "glucagon")
    model = compose(IL6_MODULES, changes=[hold(name) for name in names])
    plan = xk.parse_schedule("day 1 08:00 run 1h 75% VO2max\nday 1 12:00 meal 90g carbs")
    solution = xk.simulate(plan, runner, model=model)
    assert solution.status == ("ok",)
    for name in names:
        rest = xk.load_parameters()[f"{name}.basal"]
        found = solution.concentration(name, site="plasma_corrected")
        np.testing.assert_allclose(found, rest.to(found.attrs["units"]), rtol=1e-6)


def test_what_nothing_of_its_own_removes_cannot_be_held():
    with pytest.raises(ModelError, match="hold what drives it"):
        default_model(held=["igf1"])


def test_what_is_infused_into_a_held_molecule_arrives(runner):
    held = model_for([], held=["il6"])
    given = "day 1 08:00 infuse il6 25ug/h 3h"
    np.testing.assert_allclose(level(given, runner, model=held), level(given, runner), rtol=1e-5)


def test_holding_what_has_no_plasma_is_refused():
    with pytest.raises(ModelError, match="plasma pool"):
        default_model(held=["glycogen"])
