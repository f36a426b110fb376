"""Samples over curves: at their hours, in the unit of the curve, with what is known of their spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_plot import drawn, fake_solution, marked

from exerkine_sim.errors import InputError, UnitError
from exerkine_sim.evidence import find_study
from exerkine_sim.simulate import simulate


@pytest.fixture(scope="module")
def solution():
    return fake_solution(days=1)


def table(**columns) -> pd.DataFrame:
    """Return two samples of IL-6, at seven and nine, with these columns changed or added."""
    rows = {"exerkine": ["il6", "il6"], "time_h": [7.0, 9.0], "value": [1.5, 30.0], "unit": ["pg/mL"] * 2}
    return pd.DataFrame(rows | columns)


def samples(ax) -> list[tuple[float, float]]:
    """Return where dots and triangles of samples stand."""
    return [
        (float(x), float(y))
        for container in ax.containers
        for x, y in zip(container[0].get_xdata(), container[0].get_ydata(), strict=True)
    ]


def bars(ax) -> list[tuple[float, float]]:
    """Return the ends of the bars of samples."""
    return [
        (float(low), float(high))
        for container in ax.containers
        for lines in container[2]
        for (_, low), (_, high) in lines.get_segments()
    ]


def test_samples_stand_at_their_hours_in_the_unit_of_the_curve(solution):
    assert samples(drawn(solution, "il6", data=table())) == [(7.0, 1.5), (9.0, 30.0)]
    ax = drawn(solution, "il6", data=table(unit=["ng/L", "ng/mL"], value=[2.0, 0.03]))
    # Rounding of the factor between two units.
    assert samples(ax) == [(7.0, pytest.approx(2.0)), (9.0, pytest.approx(30.0))]


def test_beside_other_molecules_samples_are_folds_of_rest_in_the_colour_of_their_curve(solution):
    ax = drawn(solution, ["il6", "lactate"], data=table())
    assert samples(ax) == [(7.0, pytest.approx(1.5 / 1.2)), (9.0, pytest.approx(30.0 / 1.2))]
    assert ax.containers[0][0].get_color() == ax.lines[0].get_color()


def test_changes_stand_at_multiples_of_rest(solution):
    ax = drawn(solution, "il6", data=table(value=[2.0, 400.0], unit=["fold", "percent_change"]))
    assert samples(ax) == [(7.0, pytest.approx(2.4)), (9.0, pytest.approx(6.0))]


def test_bars_are_the_spread_where_one_is_known(solution):
    ax = drawn(solution, "il6", data=table(low=[1.0, None], high=[2.5, None]))
    assert bars(ax) == [(1.0, 2.5), (30.0, 30.0)]
    assert bars(drawn(solution, "il6", data=table(cv_percent=[10.0, 20.0]))) == [
        pytest.approx((1.35, 1.65)),
        pytest.approx((24.0, 36.0)),
    ]
    assert bars(drawn(solution, "il6", data=table())) == []


@pytest.mark.parametrize("columns", [{"below": ["yes", ""]}, {"value": ["<1.5", "30"]}])
def test_below_detection_is_an_open_triangle(solution, columns):
    ax = drawn(solution, "il6", data=table(**columns))
    dot, triangle = (container[0] for container in ax.containers)
    assert (dot.get_marker(), triangle.get_marker()) == ("o", "v")
    assert list(triangle.get_ydata()) == [1.5]
    assert triangle.get_markerfacecolor() == "white"
    assert [one.get_text() for one in ax.get_legend().get_texts()] == [
        "measured",
        "measured, below detection",
    ]


def test_the_axis_reaches_to_every_sample(solution):
    low, high = drawn(solution, "bdnf", data=table(exerkine=["bdnf"] * 2, value=[20.0, 9e3])).get_ylim()
    assert low < 20 < 9e3 < high


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (table(exerkine=["lactate"] * 2, unit=["mmol/L"] * 2), r"without a sample of il6 \(plasma\)"),
        (table(site=["plasma_corrected"] * 2), "without a sample"),
        (table().drop(columns="unit"), "data without unit"),
        (table(value=["much", "1"]), "much"),
        (table(unit=["mmol", "pg/mL"]), "mmol"),
        ([1, 2], "data without exerkine"),
    ],
)
def test_data_that_cannot_be_drawn_say_why(solution, data, told):
    with pytest.raises((InputError, UnitError), match=told):
        drawn(solution, "il6", data=data)


def test_what_observed_gives_can_be_drawn(runner):
    from exerkine_sim.assay import observed
    from exerkine_sim.schedule import parse_schedule

    found = simulate(parse_schedule("Mon 08:00 run 1h 70% VO2max"), runner, end_h=12.0)
    seen = observed(found, times_h=[7.0, 9.0], exerkines=["il6", "lactate"], seed=0)
    assert [y for _, y in samples(drawn(found, "lactate", data=seen))] == list(seen["value"][2:])


def test_a_trial_is_drawn_over_its_own_prediction():
    trial = find_study("Ostrowski1998b")
    ax = drawn(simulate(trial.schedule(), trial.subject), "il6", data=trial)
    published = [one for one in trial.observations if one.exerkine == "il6"]
    assert len(published) == 3
    assert samples(ax) == [(trial.time_h(one), one.value) for one in published]
    assert bars(ax) == [pytest.approx((one.low, one.high)) for one in published]
    assert ax.get_legend().get_texts()[0].get_text() == "published: Ostrowski1998b"


def test_a_change_that_a_trial_published_counts_from_its_time_zero():
    trial = find_study("Steensberg2000")
    found = simulate(trial.schedule(), trial.subject)
    ((_, value),) = samples(drawn(found, "il6", data=trial))
    before = np.interp(trial.zero_h, found.times_h, found.concentration("il6").values[0])
    assert value == pytest.approx(19 * before)


def test_some_members_are_drawn_singly():
    solution = fake_solution(days=1, spread=(1.0, np.nan, 2.0, 3.0))
    lines = marked(drawn(solution, "bdnf", members=2), "member")
    assert [max(one.get_ydata()) for one in lines] == [
        solution.concentration("bdnf").values[member].max() for member in (0, 2)
    ]
    assert marked(drawn(solution, "bdnf"), "member") == []
