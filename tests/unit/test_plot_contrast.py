"""Several Solutions in one panel: each told by name, line and the place of its sessions, all in folds."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

import exerkine_sim as xk
from exerkine_sim import plot
from exerkine_sim.errors import InputError


@pytest.fixture(scope="module")
def morning_and_evening(runner: xk.Subject) -> dict[str, xk.Solution]:
    plans = {"morning": "Mon 08:00 run 1h 50% VO2max", "evening": "Mon 18:00 run 1h 80% VO2max"}
    return {name: xk.simulate(xk.parse_schedule(text), runner) for name, text in plans.items()}


def test_each_line_is_the_fold_of_its_own_solution(morning_and_evening):
    ax = plot.contrast(morning_and_evening, "il6")
    lines = [line for line in ax.get_lines() if line.get_gid() != "rest"]
    for line, solution in zip(lines, morning_and_evening.values(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), solution.fold("il6").values[0])
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["morning", "evening"]


def test_sessions_lie_in_rows_of_their_own_in_the_colour_of_the_line(morning_and_evening):
    ax = plot.contrast(morning_and_evening, "il6")
    colours = [line.get_color() for line in ax.get_lines() if line.get_gid() != "rest"]
    bars = [one for one in ax.collections if one.get_gid() == "session"]
    spans = [bar.get_paths()[0].get_extents() for bar in bars]
    assert [(span.x0, span.x1) for span in spans] == [(8.0, 9.0), (18.0, 19.0)]
    assert spans[0].y0 > spans[1].y1
    assert [to_hex(bar.get_facecolor()[0]).upper() for bar in bars] == colours


def test_every_curve_stays_inside_the_axes_whatever_its_size(morning_and_evening, runner):
    marathon = xk.simulate(xk.parse_schedule("Mon 08:00 run 3h 75% VO2max"), runner)
    for exerkine in ("il6", "adiponectin"):
        ax = plot.contrast({**morning_and_evening, "marathon": marathon}, exerkine)
        low, high = ax.get_ylim()
        for line in ax.get_lines():
            assert low < np.min(line.get_ydata())
            assert np.max(line.get_ydata()) < high


def test_a_window_shows_its_hours_and_takes_their_scale(morning_and_evening):
    ax = plot.contrast(morning_and_evening, "il6", window_h=(7, 12))
    whole = plot.contrast(morning_and_evening, "il6")
    assert ax.get_xlim() == (7, 12)
    assert ax.get_ylim()[1] < whole.get_ylim()[1]  # the harder session is in the evening
    with pytest.raises(InputError, match="window_h"):
        plot.contrast(morning_and_evening, "il6", window_h=(99, 120))


def test_a_population_is_drawn_with_its_bands(runner):
    people = xk.Population(runner, n=5, seed=1)
    plan = xk.parse_schedule("Mon 08:00 run 1h 70% VO2max")
    ax = plot.contrast({"people": xk.simulate(plan, people, exerkines="il6")}, "il6")
    assert [one.get_gid() for one in ax.collections].count("band") == 2


@pytest.mark.parametrize(
    ("names", "exerkine", "hint"),
    [([], "il6", "no solution"), (["morning"], "il66", "il6"), (["morning"], ("il6", "brain"), "plasma")],
)
def test_what_cannot_be_drawn_is_refused_with_a_way_out(morning_and_evening, names, exerkine, hint):
    with pytest.raises(InputError, match=hint):
        plot.contrast({name: morning_and_evening[name] for name in names}, exerkine)
