"""The picture of the solving order: every state once, every need a dot, loops framed, nothing cut off."""

import numpy as np
import pytest

from exerkine_sim import plot
from exerkine_sim.engine.order import dependencies, ordered_blocks
from exerkine_sim.model import compose, module
from exerkine_sim.physiology import default_model
from exerkine_sim.simulate import system_of


@pytest.fixture(scope="module")
def ax():
    return plot.solving_order(default_model()).axes[0]


def drawn(ax, name):
    """Return the places (column, row) of the marks of one kind."""
    (marks,) = (one for one in ax.collections if one.get_gid() == name)
    return marks.get_offsets()


def test_every_state_is_drawn_and_named_once_in_order(ax):
    model = default_model()
    order = [state for block in ordered_blocks(system_of(model)) for state in block.states]
    assert [text.get_text() for text in ax.texts][1:] == [model.state_names[state] for state in order]
    np.testing.assert_array_equal(drawn(ax, "states"), np.arange(len(order))[:, None] * [1, 1])


def test_every_need_is_a_dot_and_none_stands_ahead_outside_a_frame(ax):
    system = system_of(default_model())
    needs = dependencies(system)
    assert len(drawn(ax, "needs")) == np.count_nonzero(needs & ~np.eye(len(needs), dtype=bool))
    frames = [patch.get_bbox() for patch in ax.patches if patch.get_gid() == "loop"]
    assert len(frames) == sum(len(block.states) > 1 for block in ordered_blocks(system))
    ahead = [place for place in drawn(ax, "needs") if place[0] > place[1]]
    assert all(any(frame.contains(*place) for frame in frames) for place in ahead)


def test_nothing_is_cut_off(ax):
    figure = ax.figure
    figure.draw_without_rendering()
    for text in [*ax.texts, ax.get_legend()]:
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1, text


@module("lone", parameters={"delay": "h"})
def lone(m, p):
    """Lone: one state, no input."""
    m.state("level", unit="1", guess=0, rate=lambda y: -y / p.delay)


def test_a_model_of_one_state_without_a_plan_can_be_drawn():
    (ax,) = plot.solving_order(compose([lone])).axes
    assert [text.get_text() for text in ax.texts] == ["the plan", "lone.level"]
    assert len(drawn(ax, "needs")) == len(drawn(ax, "plan")) == 0
