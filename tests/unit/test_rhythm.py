"""The hour of the day as an input: steps around the mean, where peak and trough are said to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exerkine_sim.errors import InputError, ParameterError
from exerkine_sim.model import compose, module
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model, drivers
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.stimulus import build_stimuli
from exerkine_sim.stimulus.rhythm import LEAD_H, hourly
from laboratory import person

PARAMETERS = load_parameters()
MAN = person(vo2max=52)
PLAN = parse_schedule("day 1 06:30 run 60m 70% VO2max")
RHYTHMS = ("cortisol", "leptin")


@module("tracer", parameters={})
def tracer(m, _):
    """Follow the clock, whose numbers nobody has given."""
    m.state("level", guess=1, rate=lambda level: (m.rhythm() - level) * m.signal("vo2.uptake"))


def set_to(amplitude, peak, trough):
    values = {"amplitude": amplitude, "peak": peak, "trough": trough}
    named = {f"rhythms.cortisol.{name}": value for name, value in values.items()}
    return PARAMETERS.with_values(named, note="a rhythm of any shape")


def by_the_hour(rhythms):
    return build_stimuli(PLAN, [MAN], PARAMETERS, end_h=24.0, rhythms=rhythms)[0]


hours = st.floats(0, 24, exclude_max=True)


@given(amplitude=st.floats(0, 1), peak=hours, apart=st.floats(2, 22))
def test_a_rhythm_of_any_shape_keeps_the_mean_of_the_day_and_never_turns_release_round(
    amplitude, peak, apart
):
    course = hourly("cortisol", set_to(amplitude, peak, peak + apart))
    assert course.sum() == pytest.approx(0, abs=1e-12)  # rounding of 24 sums
    assert np.abs(course).max() <= amplitude + 1e-12


@given(peak=st.integers(0, 23), apart=st.integers(2, 22))
def test_the_highest_and_the_lowest_hours_are_those_beside_peak_and_trough(peak, apart):
    course = hourly("cortisol", set_to(1, peak, peak + apart))
    for highest, at in ((course.argmax(), peak), (course.argmin(), peak + apart)):
        assert highest in (at % 24, (at - 1) % 24)


@pytest.mark.parametrize(("peak", "trough"), [(7, 7), (7, 31), (0, -1e-20)], ids=["equal", "day", "rounding"])
def test_a_trough_at_the_hour_of_the_peak_is_refused_by_name(peak, trough):
    with pytest.raises(ParameterError, match=r"(?s)rhythms\.cortisol: peak at .*two different hours"):
        hourly("cortisol", set_to(0.5, peak, trough))


def test_the_stimulus_changes_with_every_hour_from_two_days_before_the_plan():
    stimulus = by_the_hour(RHYTHMS)
    assert stimulus.breakpoints[0] == -LEAD_H
    assert set(np.arange(-LEAD_H, 25)) <= set(stimulus.breakpoints)
    for molecule in RHYTHMS:
        starts = stimulus.breakpoints[:-1]
        expected = hourly(molecule, PARAMETERS)[np.floor(starts).astype(int) % 24]
        np.testing.assert_array_equal(stimulus.series(f"rhythm.{molecule}"), expected)


def test_what_the_person_does_is_the_same_with_and_without_a_clock():
    still, clocked = by_the_hour(()), by_the_hour(RHYTHMS)
    assert clocked.names[: len(still.names)] == still.names
    at = np.searchsorted(still.breakpoints, clocked.breakpoints[clocked.breakpoints >= 0][:-1], side="right")
    inputs = clocked.inputs[clocked.breakpoints[:-1] >= 0, : len(still.names)]
    np.testing.assert_array_equal(inputs, still.inputs[at - 1])
    np.testing.assert_array_equal(clocked.rest[len(still.names) :], 0)


def test_without_a_clock_neither_equations_nor_stimulus_know_the_hour():
    model = default_model()
    assert model.rhythms == ()
    assert not any("rhythm" in str(symbol) for rate in model.rates for symbol in rate.free_symbols)
    assert by_the_hour(()).breakpoints.tolist() == [0, 6.5, 7.5, 24]


def test_a_clock_that_would_drive_nothing_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"default_model\(clock=True\)"):
        simulate(PLAN, MAN, model=default_model(), clock=True)


def test_a_rhythm_without_numbers_is_refused_by_name():
    model = compose([adaptation, drivers.vo2, tracer], clock=True)
    with pytest.raises(ParameterError, match=r"rhythms\.tracer\.amplitude"):
        simulate(Schedule(()), MAN, model=model, end_h=24, times_h=[24.0])
