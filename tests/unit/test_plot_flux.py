"""Fluxes answer why something rose: layers add up, small terms are joined, the net is what the pool gains."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from exerkine_sim import Population, parse_schedule, plot, simulate
from exerkine_sim.errors import InputError
from exerkine_sim.plot.flux import OTHERS, colours_of, layers_of

TIMES = np.array([0.0, 1.0, 2.0])


def terms_of(*rows: tuple[str, str, str, list[float]]) -> xr.DataArray:
    """Return terms of (kind, tissue, trigger, rates)."""
    kinds, tissues, triggers, rates = zip(*rows, strict=True)
    coords = {"kind": ("term", list(kinds)), "tissue": ("term", list(tissues)), "time": TIMES}
    return xr.DataArray(
        np.array(rates), dims=("term", "time"), coords=coords | {"trigger": ("term", list(triggers))}
    )


TERMS = terms_of(
    ("release", "muscle", "contraction", [0.0, 90.0, 10.0]),
    ("release", "liver", "basal", [30.0, 30.0, 30.0]),
    ("release", "gut", "meal", [0.0, 1.0, 0.0]),
    ("release", "brain", "basal", [1.0, 1.0, 1.0]),
    ("release", "infusion", "infusion", [0.0, 0.0, 0.0]),
    ("release", "muscle", "damage", [0.0, 5.0, 20.0]),
    ("loss", "muscle", "exchange", [5.0, 5.0, 5.0]),
    ("loss", "clearance", "loss", [5.0, 50.0, 20.0]),
)


@pytest.fixture(scope="module")
def solution(runner):
    return simulate(parse_schedule("Mon 08:00 run 90m 72% VO2max"), runner, end_h=24.0)


def test_layers_add_up_to_all_terms():
    total = np.sum([one.rates for one in layers_of(TERMS)], axis=0)
    signs = np.where(TERMS["kind"] == "release", 1.0, -1.0)
    np.testing.assert_allclose(total, signs @ TERMS.values, rtol=1e-12)  # rounding of sums


def test_small_terms_are_joined_and_silent_ones_left_out():
    layers = layers_of(TERMS)
    joined = [one for one in layers if (one.tissue, one.trigger) == OTHERS]
    assert [one.rates.tolist() for one in joined] == [[1.0, 2.0, 1.0]]
    assert not {"gut", "brain", "infusion"} & {one.tissue for one in layers}


def test_the_steady_tissue_lies_at_zero_and_terms_of_one_tissue_side_by_side():
    released = [one.name for one in layers_of(TERMS) if one.rates.max() > 0]
    assert released == ["liver, basal", "muscle, contraction", "muscle, damage", "small terms"]


def test_a_tissue_has_one_colour_released_or_lost_and_tints_for_triggers():
    layers = layers_of(TERMS)
    colours = {(one.name, one.rates.max() > 0): c for one, c in zip(layers, colours_of(layers), strict=True)}
    assert len(set(colours.values())) == len(colours)
    muscle = [np.array(c) for (name, _), c in colours.items() if name.startswith("muscle")]
    white = np.ones(3)
    for one in muscle[1:]:
        towards = (white - one) / (white - muscle[0])
        np.testing.assert_allclose(towards, towards[0], atol=1e-9)  # a tint is a mixture with white


def test_the_net_line_is_what_the_pool_gains(solution):
    ax = plot.fluxes(solution, "il6", ax=Figure().add_subplot())
    (net,) = [one for one in ax.lines if one.get_gid() == "net"]
    terms = solution.fluxes("il6")
    signs = np.where(terms["kind"] == "release", 1.0, -1.0)
    # Rounding of sums of terms some thousand times the net.
    np.testing.assert_allclose(net.get_ydata(), signs @ terms.values, atol=1e-9 * float(terms.max()))


def test_the_concentration_stands_above_on_the_same_hours(solution):
    ax = plot.fluxes(solution, "il6", ax=Figure().add_subplot())
    (course,) = ax.child_axes
    np.testing.assert_array_equal(course.lines[0].get_ydata(), solution.concentration("il6").values[0])
    assert course.get_xlim() == ax.get_xlim()
    assert (course.get_ylabel(), ax.get_ylabel()) == ("pg/mL", "ng/h")
    stack = max(one.get_paths()[0].vertices[:, 1].max() for one in ax.collections if one.get_gid() != "bouts")
    low, high = ax.get_ylim()
    assert (stack - low) / (high - low) < 0.75, "the layers end below the concentration"


def test_every_layer_is_named_once_and_none_over_another(solution):
    ax = plot.fluxes(solution, "il6", ax=Figure().add_subplot())
    names = [one for one in ax.texts if one.get_gid() == "layer name"]
    assert len({one.get_text() for one in names}) == len(names) >= 4
    assert "muscle lower, contraction" in [one.get_text() for one in names]
    assert min(np.diff(sorted(one.xy[1] for one in names))) > 0.05


@pytest.mark.parametrize("exerkine", ["lactate", "glucose", "igf1", "leptin"])
def test_whatever_has_terms_can_be_drawn(solution, exerkine):
    ax = plot.fluxes(solution, exerkine, ax=Figure().add_subplot())
    assert len([one for one in ax.texts if one.get_gid() == "layer name"]) >= 3


def test_what_has_no_terms_or_states_is_refused(solution, runner):
    with pytest.raises(InputError, match="did you mean 'il6'"):
        plot.fluxes(solution, "il_6")
    with pytest.raises(InputError, match="member 3"):
        plot.fluxes(solution, "il6", member=3)
    people = simulate(
        parse_schedule("Mon 08:00 run 1h 70% VO2max"), Population(runner, n=2, seed=0), end_h=10.0
    )
    with pytest.raises(InputError, match="keeps concentrations only"):
        plot.fluxes(people, "il6")


def test_the_path_of_a_phase_plot_is_one_over_the_other(solution):
    ax = plot.phase(solution, "il6", "il1ra", ax=Figure().add_subplot())
    (path,) = [one for one in ax.collections if one.get_gid() == "path"]
    points = np.array([segment[0] for segment in path.get_segments()])
    np.testing.assert_array_equal(points[:, 0], solution.concentration("il6").values[0, :-1])
    np.testing.assert_array_equal(points[:, 1], solution.concentration("il1ra").values[0, :-1])
    assert (np.diff(path.get_array()) > 0).all(), "colours follow time"


def test_clock_times_of_a_phase_plot_lie_on_the_path_and_name_the_session(solution):
    ax = plot.phase(solution, "il6", "il1ra", ax=Figure().add_subplot())
    marks = {one.get_text(): one.xy for one in ax.texts if one.get_gid() == "clock time"}
    assert {"Mon 08:00", "Mon 09:30"} <= set(marks)
    values = solution.concentration("il6").values[0]
    assert marks["Mon 09:30"][0] == values[np.searchsorted(solution.times_h, 9.5)]
    arrows = [one for one in ax.texts if one.get_gid() == "arrow"]
    assert len(arrows) == len(marks) <= 6
    (session,) = [one for one in ax.lines if one.get_gid() == "session"]
    assert session.get_xdata()[-1] == marks["Mon 09:30"][0]


def test_a_state_may_stand_on_either_axis(solution):
    ax = plot.phase(solution, "il6.transcript_lower", ("lactate", "blood"), ax=Figure().add_subplot())
    assert ax.get_xlabel() == "il6.transcript lower"
    assert ax.get_ylabel() == "lactate · blood, mmol/L"


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        ("il_6", "il6", "did you mean 'il6'"),
        ("il6", "il6.transcript_lowr", "transcript_lower"),
        (("il6", "serum"), "il6", "unknown site 'serum'"),
    ],
)
def test_an_unknown_quantity_offers_the_nearest(solution, x, y, told):
    with pytest.raises(InputError, match=told):
        plot.phase(solution, x, y)


def test_rest_alone_is_a_point(runner):
    still = simulate(parse_schedule(""), runner, end_h=6.0)
    ax = plot.phase(still, "il6", "il1ra", ax=Figure().add_subplot())
    (rest,) = [one for one in ax.lines if one.get_gid() == "rest"]
    assert to_rgb(rest.get_color())
    assert [one for one in ax.texts if one.get_gid() == "arrow"] == []
    assert plot.fluxes(still, "il6", ax=Figure().add_subplot()).get_ylabel() == "ng/h"
