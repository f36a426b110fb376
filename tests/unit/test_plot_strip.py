"""The strip beside a time axis holds the plan: sessions by name, bouts, meals; of months, hours a week."""

from __future__ import annotations

import json

import pytest
from test_plot import SESSIONS, drawn, fake_solution, marked

from exerkine_sim import plot
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.solution import Solution

PLAN = """
[[session]]
start_h = 7.0
[[session.bout]]
start_min = 0
duration_min = 10
[[session.bout]]
start_min = 20
duration_min = 10
[[meal]]
time_h = 12
carbs_g = 60
"""


@pytest.fixture(scope="module")
def ax():
    return drawn(fake_solution(days=1, sessions=SESSIONS[:1], plan=PLAN), "il6")


def test_the_strip_is_as_high_under_every_axis(ax):
    (frame,) = marked(ax, "strip session")
    foot, top = (frame.get_transform().transform((7.0, y))[1] for y in (0.0, 1.0))
    assert top == pytest.approx(ax.bbox.y0)
    assert (top - foot) / ax.figure.dpi * 72 == pytest.approx(17.0)
    assert not frame.get_clip_on()


def test_it_holds_sessions_bouts_and_meals(ax):
    (frame,) = marked(ax, "strip session")
    assert (frame.get_x(), frame.get_width()) == (7.0, 1.0)
    bouts = [one.get_extents() for one in marked(ax, "bouts")[0].get_paths()]
    assert [(one.x0, one.x1) for one in bouts] == [
        pytest.approx((7.0, 7 + 1 / 6)),
        pytest.approx((7 + 1 / 3, 7.5)),
    ]
    assert list(marked(ax, "meals")[0].get_xdata()) == [12]
    assert [one.get_text() for one in marked(ax, "session name")] == ["07:00 run"]


def test_labels_of_the_axis_stand_below_it(ax):
    ax.figure.draw_without_rendering()
    (frame,) = marked(ax, "strip session")
    foot = frame.get_window_extent().y0
    labels = [one for one in ax.get_xticklabels() if one.get_text()]
    assert all(one.get_window_extent().y1 < foot + 1 for one in labels), "a pixel of rounding"


def test_names_never_reach_the_next_session():
    sessions = [
        {"name": "deadlift, overhead press, leg extension", "start_h": 6 + i * 24.0, "end_h": 7 + i * 24.0}
        for i in range(5)
    ]
    ax = drawn(fake_solution(sessions=sessions), "il6")
    names = marked(ax, "session name")
    assert len(names) == 5
    for text, following in zip(names, sessions[1:], strict=False):
        start = ax.transData.transform((following["start_h"], 0))[0]
        assert text.get_window_extent().x1 <= start + 3, (
            "three points are what glyphs may lean over their box"
        )


def test_over_months_it_shows_the_hours_of_weeks():
    sessions = [
        {"name": "run", "start_h": 168.0 * week + 8, "end_h": 168.0 * week + 9 + week % 2}
        for week in range(20)
    ]
    ax = drawn(fake_solution(days=140, sessions=sessions, plan=""), "il6")
    (weeks,) = marked(ax, "hours of weeks")
    assert [one.get_extents().height for one in weeks.get_paths()] == [0.5, 1.0] * 10
    assert "up to 2 h a week" in [one.get_text() for one in ax.texts]
    assert marked(ax, "strip session") == marked(ax, "session") == []


def test_every_figure_over_the_hours_of_a_plan_has_it():
    solution, schedule = fake_solution(), parse_schedule("Mon 07:00 run 1h 70% VO2max")
    for ax in (plot.exposure(solution, ["il6"]), plot.resting(schedule, solution, ["il6"])):
        assert len(marked(ax, "strip session")) == len(SESSIONS)


def test_an_infusion_is_named_beside_its_line():
    plan = '[[infusion]]\nstart_h = 8\nduration_h = 3\nmolecule = "il6"\nrate = 25\nunit = "ug/h"\n'
    ax = drawn(fake_solution(days=1, sessions=[], plan=plan), "il6")
    assert list(marked(ax, "infusion")[0].get_xdata()) == [8, 11]
    assert "il6 25 ug/h" in [one.get_text() for one in ax.texts]


def test_members_on_different_plans_have_none():
    solution = fake_solution(spread=(1.0, 2.0))
    manifest = solution.manifest | {"plans": ['name = "a"', 'name = "b"'], "sessions": [SESSIONS, SESSIONS]}
    manifest["members"][1]["plan"] = 1
    ax = drawn(Solution.of(solution.dataset.assign_attrs(manifest=json.dumps(manifest))), "il6")
    assert marked(ax, "strip session") == marked(ax, "session name") == []
