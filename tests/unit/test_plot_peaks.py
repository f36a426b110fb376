"""Dots of peaks: where they lie is what the metrics say, and kinds are told apart by more than colour."""

from __future__ import annotations

import numpy as np
import pytest
from test_plot import SESSIONS, fake_solution, marked

from exerkine_sim import plot
from exerkine_sim.errors import InputError

RUN, LIFTING, LONG = (one["name"] for one in SESSIONS)


def names(ax) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def kinds(ax) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.fixture(scope="module")
def week():
    return fake_solution()


def test_a_mark_for_each_session_lies_at_its_farthest_fold(week):
    ax = plot.peaks(week, ["il6", "lactate"])
    table = week.metrics().query("site in ('plasma', 'blood')").set_index(["exerkine", "session"])["fold"]
    assert (names(ax), kinds(ax)) == (["IL-6", "lactate"], [RUN, LIFTING, LONG])
    for line, session in zip(marked(ax, "peaks"), (RUN, LIFTING, LONG), strict=True):
        # A quantile of one value.
        assert line.get_xdata() == pytest.approx(
            [table["il6", session], table["lactate", session]], rel=1e-12
        )


def test_kinds_are_told_apart_by_shape_too(week):
    marks = marked(plot.peaks(week, ["il6"]), "peaks")
    assert len({mark.get_marker() for mark in marks}) == len({mark.get_color() for mark in marks}) == 3


def test_solutions_by_name_are_a_mark_each(week):
    ax = plot.peaks({"a week": week, "nothing": fake_solution(sessions=[])}, ["bdnf"])
    assert kinds(ax) == ["a week", "nothing"]
    first, second = (mark.get_xdata()[0] for mark in marked(ax, "peaks"))
    # Rounding of a median of one.
    assert first == pytest.approx(float(week.fold("bdnf").max()), rel=1e-12)
    assert second == pytest.approx(1.0, rel=1e-12)


def test_lines_are_the_range_of_people():
    people = fake_solution(spread=tuple(np.linspace(1.0, 2.0, 21)))
    table = people.metrics()
    table["fold"] *= table["member"] + 1.0
    ax = plot.peaks(table, [("bdnf", "plasma")])
    lowest, highest = marked(ax, "range")[0].get_segments()[0][:, 0]
    (mark, *_) = marked(ax, "peaks")
    # Of 21 evenly spread values the second and the twentieth.
    assert highest / lowest == pytest.approx(20 / 2, rel=1e-9)
    assert mark.get_xdata()[0] / lowest == pytest.approx(11 / 2, rel=1e-9)


def test_unasked_the_molecule_that_moves_most_is_on_top(week):
    ax = plot.peaks(week)
    assert names(ax)[0] == "IL-6"
    assert {"myostatin mRNA lower", "myostatin mRNA upper"} <= set(names(ax))


def test_rest_is_a_line_and_the_grade_stands_beside(week):
    ax = plot.peaks(week, ["il6", "bdnf"])
    (rest,) = marked(ax, "rest")
    assert list(rest.get_xdata()) == [1.0, 1.0]
    assert [label.get_text() for label in ax.child_axes[0].get_yticklabels()] == ["●●●", "●●○"]


def test_what_cannot_be_drawn_is_refused(week):
    with pytest.raises(InputError, match="did you mean 'lactate'"):
        plot.peaks(week, ["lactat"])
    with pytest.raises(InputError, match="unknown site 'serum'"):
        plot.peaks(week, [("il6", "serum")])
    with pytest.raises(InputError, match="at most 7"):
        plot.peaks({str(number): week for number in range(8)})
    with pytest.raises(InputError, match="a table without fold"):
        plot.peaks(week.metrics().drop(columns="fold"))
    with pytest.raises(InputError, match="no solutions"):
        plot.peaks({})
