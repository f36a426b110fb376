"""Figures of indices: what is drawn is what was found, in the order it was found in."""

import numpy as np
import pytest
import xarray as xr

from exerkine_sim import plot
from exerkine_sim.errors import InputError
from exerkine_sim.indices import Sensitivity

FACTORS = ["il6.clearance", "il6.synthesis", "igf1.basal"]
TOTAL, FIRST = np.array([0.3, 0.75, 0.0]), np.array([0.25, 0.7, 0.0])
POINTS = [8, 16, 32]


def found(method, *, reason="", **indices):
    """Return indices of two molecules, the second's those of the first backwards."""

    def of_both(values):
        return np.stack([values, values[..., ::-1]], axis=-1)[..., None, None, :]

    data = {name: (("factor", "metric", "window", "output"), of_both(one)) for name, one in indices.items()}
    for name, one in indices.items():
        stages = np.stack([one + 0.1 / n for n in POINTS])
        data[f"{name}_by_points"] = ("points", "factor", "metric", "window", "output"), of_both(stages)
        over = np.stack([one, one / 2], axis=1)[..., None].repeat(2, axis=2)
        data[f"{name}_over_time"] = ("factor", "time", "output"), over
    outputs = ("metric", "window", "output")
    data["mean"], data["reason"] = (outputs, np.full((1, 1, 2), 5.0)), (outputs, np.full((1, 1, 2), reason))
    data["mean_over_time"] = ("time", "output"), np.full((2, 2), 5.0)
    labels = {"exerkine": ["il6", "il1ra"], "site": ["plasma"] * 2, "unit": ["pg/mL"] * 2}
    coords = {name: ("output", one) for name, one in labels.items()} | {"session": ("window", [""])}
    axes = {"factor": FACTORS, "metric": ["c_max"], "time": [7.0, 8.0], "points": POINTS}
    return Sensitivity(xr.Dataset(data, coords=coords | axes, attrs={"method": method, "n": 32}))


@pytest.fixture
def shares():
    half = np.full(3, 0.02)
    return found("sobol", ST=TOTAL, ST_conf=half, S1=FIRST, S1_conf=half)


@pytest.fixture
def effects():
    named = {"mu": TOTAL, "mu_star": TOTAL, "sigma": FIRST}
    return found("morris", **named, **{f"{name}_conf": np.full(3, 0.02) for name in named})


@pytest.fixture
def slopes():
    return found("local", elasticity=TOTAL, effect=np.array([-1.0, 2.0, 0.0]), share=TOTAL)


def bars(ax):
    return [[bar.get_width() for bar in group] for group in ax.containers if hasattr(group, "patches")]


def test_the_longest_bar_is_on_top_with_what_is_done_alone_inside(shares):
    ax = plot.tornado(shares, "il6")
    assert [one.get_text() for one in ax.get_yticklabels()][:2] == ["il6.synthesis", "il6.clearance"]
    with_others, alone = bars(ax)
    assert with_others[:2] == [0.75, 0.3]
    assert alone[:2] == [0.7, 0.25]
    assert ax.get_title("left") == "IL-6, plasma: peak"


def test_slopes_are_drawn_up_and_down_in_per_cent(slopes):
    up, down = bars(plot.tornado(slopes, "il6"))
    assert up[:2] == [40.0, -20.0]
    assert down == [-one for one in up]


def test_the_map_has_a_cell_for_each_molecule_and_factor(shares, effects):
    (cells,) = plot.factor_map(shares).collections
    np.testing.assert_array_equal(cells.get_array(), [TOTAL, TOTAL[::-1]])
    (cells,) = plot.factor_map(effects).collections
    assert cells.get_array().max() == 1.0


def test_the_funnel_shows_each_stage(shares, effects):
    ax = plot.funnel(shares, "il6")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [0.75 + 0.1 / n for n in POINTS])
    assert ax.lines[0].get_xdata().tolist() == POINTS
    assert plot.funnel(effects, "il6").lines[0].get_ydata()[-1] == pytest.approx((0.75 + 0.1 / 32) / 0.75)


def test_the_plane_has_a_point_for_each_factor(effects):
    ax = plot.screening(effects, "il6")
    x, y = ax.lines[0].get_data()
    assert sorted(zip(x, y, strict=True)) == sorted(zip(TOTAL, FIRST, strict=True))


def test_layers_of_hours_end_at_one(shares, slopes, effects):
    for one in (shares, slopes):
        tops = [
            layer.get_paths()[0].vertices[:, 1].max()
            for layer in plot.indices_over_time(one, "il6").collections
        ]
        assert max(tops) <= 1 + 1e-12
    lines = plot.indices_over_time(effects, "il6").lines
    assert lines[0].get_ydata().tolist() == [0.75, 0.375]


def test_of_one_hour_nothing_passes(shares):
    one = Sensitivity(shares.dataset.isel(time=[0]))
    with pytest.raises(InputError, match="at least two"):
        plot.indices_over_time(one, "il6")


def test_what_has_no_indices_is_not_drawn():
    none = np.full(3, np.nan)
    constant = found("sobol", reason="does not vary", ST=none, ST_conf=none, S1=none, S1_conf=none)
    with pytest.raises(InputError, match="does not vary"):
        plot.tornado(constant, "il6")
