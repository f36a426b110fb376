"""Months at one glance: the calendar, what a week exposed to, and resting values say what they should."""

from __future__ import annotations

import numpy as np
import pytest
from test_plot import fake_solution

from exerkine_sim import plot
from exerkine_sim.errors import InputError
from exerkine_sim.plot.calendar import KINDS, days_of
from exerkine_sim.plot.choice import Trace
from exerkine_sim.plot.exposure import weekly_areas
from exerkine_sim.plot.resting import apart, resting_folds, resting_hours
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.solution import Solution

WEEKS = 26
PLAN = "starts Mon\n" + "".join(
    f"day {7 * week + 1} 07:00 run 1h 70% VO2max\nday {7 * week + 3} 18:00 squat 5x5 80% 1RM rest 3m\n"
    for week in range(WEEKS)
)


@pytest.fixture(scope="module")
def schedule():
    return parse_schedule(PLAN)


@pytest.fixture(scope="module")
def solution(schedule) -> Solution:
    sessions = [{"name": "one", "start_h": one.start_h, "end_h": one.end_h} for one in schedule.sessions]
    return fake_solution(days=7 * WEEKS, sessions=sessions, plan='first_weekday = "Mon"\n')


def shifted(solution: Solution, fold: float) -> Solution:
    """Return the same with every concentration of IL-6 at a constant fold of rest."""
    dataset = solution.dataset.copy(deep=True)
    at = {"exerkine": "il6", "site": "plasma"}
    dataset["concentration"].loc[at] = fold * dataset["rest"].sel(at).item()
    return Solution.of(dataset)


def test_a_week_at_twice_rest_is_168_h(solution):
    edges, areas = weekly_areas(shifted(solution, 2.0), (Trace("il6", "plasma"),))
    assert np.diff(edges).tolist() == [168.0] * WEEKS
    np.testing.assert_allclose(areas, 168.0, rtol=1e-12)  # rounding of a sum


def test_weeks_add_up_to_the_area_of_the_block(solution):
    from exerkine_sim.metrics import block_metrics

    _, areas = weekly_areas(solution, (Trace("il6", "plasma"),))
    block = block_metrics(solution).query("exerkine == 'il6' and site == 'plasma'").iloc[0]
    assert areas.sum() == pytest.approx(block["auc"] / block["baseline"], rel=1e-9)  # rounding of sums


def test_of_many_members_the_median_counts_and_the_failed_do_not():
    many = fake_solution(spread=(1.0, 3.0, 5.0, np.nan))
    one = fake_solution(spread=(3.0,))
    row = (Trace("il6", "plasma"),)
    np.testing.assert_allclose(weekly_areas(many, row)[1], weekly_areas(one, row)[1], rtol=1e-9)  # rounding


def test_rest_is_before_the_first_session_or_at_six(schedule):
    hours = resting_hours(schedule, 7 * 24.0)
    assert hours.tolist() == [7.0, 30.0, 66.0, 78.0, 102.0, 126.0, 150.0]
    twice = parse_schedule("day 1 18:00 run 1h 70% VO2max\nday 1 05:00 run 1h 70% VO2max")
    assert resting_hours(twice, 24.0).tolist() == [5.0]


def test_resting_values_are_folds_at_those_hours(solution):
    assert resting_folds(shifted(solution, 1.5), Trace("il6", "plasma"), np.array([6.0, 31.0])).tolist() == [
        1.5,
        1.5,
    ]


def test_days_know_what_was_done_and_for_how_long(schedule):
    days = days_of(schedule)
    assert days[0] == ("on foot", 1.0)
    assert days[2].kind == "lifting"
    assert len(days) == 2 * WEEKS
    mixed = parse_schedule("day 1 07:00 run 1h 70% VO2max\nday 1 18:00 squat 5x5 80% 1RM rest 3m")
    assert days_of(mixed)[0].kind == "several"


def test_the_calendar_draws_each_day_once_in_the_colour_of_its_kind(schedule):
    ax = plot.calendar(schedule)
    drawn = {one.get_gid(): len(one.get_paths()) for one in ax.collections}
    assert drawn["days"] == 7 * WEEKS
    assert (drawn["on foot"], drawn["lifting"], drawn["several"]) == (WEEKS, WEEKS, 0)
    assert [label.get_text() for label in ax.get_yticklabels()][:2] == ["Mon", "Tue"]
    assert len(set(KINDS.values())) == len(KINDS)


def test_months_share_one_time_axis(schedule, solution):
    figure = plot.months(schedule, solution)
    top, middle, bottom, scale = figure.axes[:4]
    assert {ax.get_xlim() for ax in (top, middle, bottom)} == {(0.0, WEEKS * 168.0)}
    assert {round(ax.get_position().x0, 9) for ax in (top, middle, bottom)} == {
        round(top.get_position().x0, 9)
    }
    assert "fold of rest" in scale.get_ylabel()
    names = [label.get_text() for label in middle.get_yticklabels()]
    assert names[:2] == ["IL-6", "BDNF"]
    assert "myostatin mRNA lower" in names
    assert middle.collections[0].get_array().shape == (len(names), WEEKS)


def test_names_at_the_ends_of_lines_do_not_touch(schedule, solution):
    bottom = plot.months(schedule, solution, ["il6", "bdnf", "lactate"]).axes[2]
    places = sorted(text.xy[1] for text in bottom.texts if text.get_gid() == "line name")
    assert len(places) == 3
    assert min(np.diff(places)) > 0.05


def test_places_move_no_more_than_they_must():
    assert apart([0.1, 0.5, 0.9], 0.2) == [0.1, 0.5, 0.9]
    assert apart([0.5, 0.5, 0.5], 0.2) == pytest.approx([0.3, 0.5, 0.7])


def test_each_panel_stands_on_given_axes(schedule, solution):
    from matplotlib.figure import Figure

    for draw in (
        lambda ax: plot.calendar(schedule, ax=ax),
        lambda ax: plot.exposure(solution, ["il6"], ax=ax),
        lambda ax: plot.resting(schedule, solution, ["il6"], ax=ax),
    ):
        ax = Figure().add_subplot()
        assert draw(ax) is ax
        assert ax.get_title() + ax.get_title(loc="left")


def test_a_year_is_drawn_without_anything_lost(tmp_path):
    text = "".join(f"day {7 * week + 1} 07:00 run 1h 70% VO2max\n" for week in range(52))
    year = parse_schedule(text)
    sessions = [{"name": "run", "start_h": one.start_h, "end_h": one.end_h} for one in year.sessions]
    figure = plot.months(year, fake_solution(days=364, sessions=sessions, plan="", spread=(1.0,)))
    assert plot.save(figure, tmp_path / "months.png").stat().st_size > 10_000
    assert figure.axes[1].collections[0].get_array().shape[1] == 52


def test_an_unknown_molecule_is_refused(schedule, solution):
    with pytest.raises(InputError, match="did you mean 'il6'"):
        plot.months(schedule, solution, ["il_6"])


def test_a_plan_of_nothing_is_drawn_too():
    empty = parse_schedule("")
    figure = plot.months(empty, fake_solution(sessions=[]))
    assert figure.axes[2].get_ylim()[0] < 1 < figure.axes[2].get_ylim()[1]
