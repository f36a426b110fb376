"""Results are given densely where something happens, at every edge, and never outside the simulation."""

from dataclasses import dataclass

import numpy as np
import pytest

from exerkine_sim.errors import InputError
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.times import (
    MAX_END_H,
    MAX_TIMES,
    Grid,
    checked_times,
    end_of,
    output_times,
    usual_grid,
)

WEEK_H = 168.0
RUN = parse_schedule("Mon 07:00 run 60m 70% VO2max")
LATE = parse_schedule("Mon 07:00 run 60m 70% VO2max\nTue 23:30 run 60m 70% VO2max")


@dataclass(frozen=True, eq=False)
class Line:
    """What is asked of a Stimulus: its breakpoints, and when somebody is active."""

    breakpoints: np.ndarray
    spans: tuple[tuple[float, float], ...] = ()

    def active_spans(self):
        return self.spans


def test_the_usual_grids_are_those_of_a_person_of_months_and_of_many():
    assert usual_grid(24.0, alone=True) == usual_grid(13 * WEEK_H, alone=True) == (1 / 6, 1 / 30)
    assert usual_grid(13 * WEEK_H + 1, alone=True) == (1 / 2, 1 / 30)
    assert usual_grid(24.0, alone=False) == usual_grid(52 * WEEK_H, alone=False) == (1 / 2, 1 / 10)


@pytest.mark.parametrize(("plans", "end"), [([RUN], 48.0), ([RUN, LATE], 96.0), ([LATE, RUN], 96.0)])
def test_the_end_is_the_midnight_a_day_after_the_last_event_of_all_plans(plans, end):
    assert end_of(plans, None) == end


def test_a_plan_that_ends_at_midnight_is_followed_by_one_day():
    assert end_of([parse_schedule("Mon 23:00 run 60m 70% VO2max")], None) == 48.0


@pytest.mark.parametrize("end_h", [8.0, 8, 8.5, MAX_END_H])
def test_an_end_from_the_last_event_on_is_taken(end_h):
    found = end_of([RUN], end_h)
    assert (found, type(found)) == (end_h, float)


@pytest.mark.parametrize("end_h", [7.99, 0, -1.0, np.nan, np.inf, MAX_END_H + 1, "48"])
def test_an_end_before_the_last_event_or_beyond_reach_is_refused(end_h):
    with pytest.raises(InputError, match="end_h = .*\n.*after the last event, at 8 h, and at most 87600"):
        end_of([RUN], end_h)


def test_nothing_at_all_has_an_end_after_its_beginning():
    empty = parse_schedule("")
    assert end_of([empty], 0.5) == 0.5
    with pytest.raises(InputError, match="end_h = 0"):
        end_of([empty], 0)


def test_times_are_dense_from_just_before_activity_to_ninety_minutes_after_it():
    line = Line(np.array([0.0, 7.3, 8.0, 12.6]), ((7.3, 8.0),))
    found = output_times([line], 12.6, Grid(1.0, 0.25))
    hours, quarters = np.arange(13), np.arange(7.25, 9.6, 0.25)
    assert found.tolist() == sorted({*hours, *quarters, 7.3, 12.6})


def test_edges_are_those_of_the_first_and_dense_times_those_of_every_plan():
    one, other = (Line(np.array([0.0, at, 6.0]), ((at, at),)) for at in (1.1, 3.1))
    same = Line(one.breakpoints, ((5.1, 5.1),))
    found = output_times([one, same, other], 6.0, Grid(6.0, 0.5))
    assert found.tolist() == [0.0, 1.0, 1.1, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 6.0]


def test_without_activity_there_are_the_coarse_times_and_the_ends():
    assert output_times([Line(np.array([0.0, 2.5]))], 2.5, Grid(1.0, 0.1)).tolist() == [0.0, 1.0, 2.0, 2.5]


def test_an_edge_within_rounding_of_the_grid_comes_once():
    line = Line(np.array([0.0, 1.0 + 1e-12, 2.0 + 1e-6, 4.0]))
    found = output_times([line], 4.0, Grid(1.0, 0.5))
    assert found == pytest.approx([0.0, 1.0, 2.0, 2.0 + 1e-6, 3.0, 4.0], rel=0, abs=1e-11)


def test_what_lies_outside_the_simulation_is_left_out():
    assert output_times([Line(np.array([-1.0, 0.0, 3.0]))], 2.0, Grid(1.0, 0.5)).tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("times", [[0.0], [0.0, 24.0], (1, 2, 3), np.linspace(0, 24, MAX_TIMES)])
def test_times_within_the_simulation_are_taken(times):
    np.testing.assert_array_equal(checked_times(times, 24.0), times)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([], r"shape \(0,\)"),
        (3.0, r"shape \(\)"),
        ([[0.0, 1.0]], r"shape \(1, 2\)"),
        ([0.0, np.nan], "finite times"),
        ([0.0, np.inf], "finite times"),
        (np.linspace(0, 24, MAX_TIMES + 1), "1 to 2000000"),
        ([0.0, 1.0, 1.0], "increasing"),
        ([2.0, 1.0], "increasing"),
        ([-1e-9, 1.0], "within 0 to 24 h"),
        ([0.0, 24.0001], "within 0 to 24 h"),
    ],
)
def test_other_times_are_refused(times, message):
    with pytest.raises(InputError, match=message):
        checked_times(times, 24.0)
