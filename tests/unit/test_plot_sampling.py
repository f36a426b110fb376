"""Figures of sampling designs and of profiles: what is on them is what was found."""

import numpy as np
import pytest

from exerkine_sim.fitting.profile import Profile
from exerkine_sim.plot import profile, sampling
from exerkine_sim.sampling import sampling_times
from exerkine_sim.schedule import parse_schedule


def test_draws_are_marked_over_both_courses_and_errors_fall_with_their_number(runner):
    design = sampling_times(
        parse_schedule("Mon 08:00 run 60m 70% VO2max"),
        runner,
        of=[("il6", "plasma")],
        to=["il6.synthesis"],
        nuisance=["il6.clearance"],
        planned_h=[7.5],
        n=2,
    )
    courses, told, growth = sampling(design).axes
    for ax in (courses, told):
        marked = [one.get_xdata()[0] for one in ax.lines if one.get_gid() == "draw"]
        assert sorted(set(marked)) == sorted(design.times_h)
        assert [one for one in ax.patches if one.get_gid() == "no candidate"], "the night is shaded"
    assert "il6.clearance (nuisance)" in [one.get_text() for one in told.get_legend().get_texts()]
    line = growth.lines[0]
    np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])  # one is planned
    assert (np.diff(line.get_ydata()) < 0).all()


def found(**how):
    x = np.linspace(-2, 2, 9)
    usual = {"name": "a", "x": x, "rise": 2 * x**2, "others": x[:, None], "best": 0.0, "standard_error": 0.7}
    usual |= {"level": 0.95, "limit": 3.84, "low": -1.4, "high": 1.4}
    return Profile(**usual | {"is_open_low": False, "is_open_high": False} | how)


@pytest.mark.parametrize(
    ("how", "title"),
    [
        ({}, "-1.4 to 1.4"),
        ({"is_open_high": True, "high": 5.0}, "open above"),
        ({"is_open_low": True, "is_open_high": True, "standard_error": np.inf}, "open below and above"),
    ],
)
def test_a_profile_is_drawn_beside_its_parabola_where_there_is_one(how, title):
    ax = profile(found(**how))
    assert ax.get_title("right") == title
    names = [one.get_text() for one in ax.get_legend().get_texts()]
    assert names == (["profile"] if np.isinf(how.get("standard_error", 1.0)) else ["parabola", "profile"])
