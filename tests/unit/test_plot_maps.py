"""The heat map and the map between organs: cells, rows and arrows are the numbers of the Solution."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from test_plot import SESSIONS, fake_solution, marked

from exerkine_sim import plot
from exerkine_sim.effects import effects
from exerkine_sim.errors import InputError
from exerkine_sim.flow import Flow, flow_of
from exerkine_sim.parameters import load_parameters
from exerkine_sim.plot.animation import DPI
from exerkine_sim.plot.body import PLACES, organ_of
from exerkine_sim.plot.style import styled
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.solution import Solution
from exerkine_sim.subject import Population


@pytest.fixture(scope="module")
def run(runner) -> Solution:
    return simulate(parse_schedule("Mon 07:00 fasted run 60m 75% VO2max"), runner)


@pytest.fixture(scope="module")
def flow(run) -> Flow:
    return flow_of(run, ["il6", "lactate", "cortisol"])


def names(ax) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def test_a_cell_is_log2_of_the_fold():
    solution = fake_solution()
    ax = plot.heat(solution, ["bdnf", "lactate"])
    cells = ax.collections[0].get_array()
    assert names(ax) == ["BDNF", "lactate"]
    for row, exerkine in enumerate(("bdnf", "lactate")):
        # Cells are sampled on a grid of a minute and a half, the course on one of a quarter of an hour.
        assert np.max(cells[row]) == pytest.approx(float(np.log2(solution.fold(exerkine).max())), abs=0.01)
    assert np.all(cells[:, 0] == 0), "rest is the middle of the colours"


def test_colours_are_even_about_rest_and_end_at_eightfold():
    mesh = plot.heat(fake_solution(), ["il6"]).collections[0]
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-3.0, 3.0)


def test_rows_come_in_the_order_of_their_peaks_and_what_hardly_moves_last(run):
    ax = plot.heat(run)
    cells = np.abs(ax.collections[0].get_array())
    moved = cells.max(axis=1) >= np.log2(1.05)
    assert not np.any(np.diff(moved.astype(int)) > 0), "none that moves below one that does not"
    assert np.all(np.diff(cells[moved].argmax(axis=1)) >= 0)


def test_the_right_side_says_how_far_and_how_sure():
    ax = plot.heat(fake_solution(), ["il6", ("myostatin", "plasma")])
    (right,) = ax.child_axes
    assert [label.get_text() for label in right.get_yticklabels()] == ["●●●  40×", "●○○  0.98×"]


def test_sessions_stand_under_the_rows_as_under_every_time_axis():
    frames = marked(plot.heat(fake_solution(), ["il6"]), "strip session")
    spans = [(one.get_x(), one.get_x() + one.get_width()) for one in frames]
    np.testing.assert_allclose(spans, [(one["start_h"], one["end_h"]) for one in SESSIONS])


@pytest.mark.parametrize(("days", "cells"), [(7, 600), (21, 21), (105, 15)])
def test_of_long_plans_a_cell_is_a_day_or_a_week_and_no_session_is_missed(days, cells):
    solution = fake_solution(days=days)
    folds = plot.heat(solution, ["lactate"]).collections[0].get_array()
    assert folds.shape == (1, cells)
    # A week is looked at every five minutes, and the answer to a session lasts an hour.
    assert np.max(folds) == pytest.approx(3.0, abs=0.02)


def test_a_member_that_failed_leaves_the_others_and_none_leaves_blanks():
    one, none = (fake_solution(spread=spread) for spread in ((1.0, np.nan), (np.nan,)))
    assert np.isfinite(plot.heat(one, ["il6"]).collections[0].get_array()).all()
    assert np.ma.getmaskarray(plot.heat(none, ["il6"]).collections[0].get_array()).all()


def test_release_is_that_above_rest_over_the_most_of_the_run(run, flow):
    terms = run.fluxes("il6")
    own = terms.isel(term=(terms["kind"] == "release").values)
    rise = (own - own["at_rest"]).groupby("tissue").sum().clip(min=0)
    share = rise / rise.sum("tissue").max()
    for (exerkine, tissue), found in flow.released.items():
        if exerkine == "il6":
            # Rounding of sums in another order.
            np.testing.assert_allclose(found, share.sel(tissue=tissue), atol=1e-9)


def test_every_molecule_has_its_most_somewhere_and_nothing_flows_at_rest(flow):
    for name in flow.exerkines:
        total = sum(share for link, share in flow.released.items() if link[0] == name)
        # Rounding of sums.
        assert np.max(total) == pytest.approx(1.0, abs=1e-9)
        assert total[0] == pytest.approx(0.0, abs=1e-9)


def test_what_is_taken_is_the_share_of_receptors_free_at_rest(run, flow):
    rest = load_parameters()["effects.rest_occupancy"].to("1")
    found = effects(run)
    (place,) = np.flatnonzero((found["exerkine"] == "il6") & (found["site"] == "plasma"))
    taken = found["taken"].values[0, :, place]
    np.testing.assert_array_equal(flow.taken["il6", "adipose"], np.maximum((taken - rest) / (1 - rest), 0))
    assert {tissue for name, tissue in flow.taken if name == "il6"} == {"adipose", "immune cells"}
    assert not [link for link in flow.taken if link[0] == "lactate"], "of lactate no index is known"


def test_every_tissue_of_the_model_has_a_place(run):
    known = set(run.fluxes()["tissue"].values.tolist())
    assert {organ_of(tissue) for tissue in known} <= set(PLACES)
    drawn = {
        "brain",
        "liver",
        "adipose",
        "muscle lower",
        "muscle upper",
        "bone",
        "gut",
        "pancreas",
        "adrenal",
    }
    assert drawn <= known
    assert all(organ_of(tissue) == tissue for tissue in drawn)


def widths(ax) -> list[float]:
    return sorted(arrow.get_linewidth() for arrow in marked(ax, "arrow"))


def test_arrows_are_hairlines_at_rest_and_grow_with_what_flows(run):
    still, moving = (plot.organs(run, hour, exerkines=["il6", "lactate"]) for hour in (6.0, 7.95))
    assert len(widths(still)) == len(widths(moving))
    assert max(widths(still)) < 1 < 5 < max(widths(moving))


def test_the_map_says_when_it_is_and_what_is_in_the_blood(run):
    ax = plot.organs(run, 7.75, exerkines=["il6", "lactate"])
    (clock,), (session, *_) = marked(ax, "clock"), marked(ax, "session name")
    assert (clock.get_text(), session.get_text()) == ("Mon 07:45", "run")
    assert [text.get_text() for text in marked(ax, "molecule")] == ["IL-6  ●●●", "lactate  ●●●"]
    fold = run.fold("lactate").interp(time=7.75).item()
    assert marked(ax, "fold")[1].get_text() == f"{fold:.1f}× rest"
    assert {"lower body muscle", "adipose"} <= {text.get_text().strip() for text in marked(ax, "organ name")}


def test_nothing_of_the_map_is_cut_off(run):
    ax = plot.organs(run, 7.95)
    ax.figure.draw_without_rendering()
    for text in ax.texts:
        box = text.get_window_extent()
        assert 0 <= box.x0 <= box.x1 <= ax.figure.bbox.x1, text
        assert 0 <= box.y0 <= box.y1 <= ax.figure.bbox.y1, text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"at_h": 99.0}, "0 to 48 h"),
        ({"at_h": "noon"}, "0 to 48 h"),
        ({"exerkines": ["il66"]}, "did you mean 'il6'"),
        ({"exerkines": []}, "1 to 14"),
        ({"exerkines": [("il6", "plasma")]}, "leave the site out"),
        ({"member": 3}, "0 to 0"),
    ],
)
def test_what_cannot_be_mapped_is_refused(run, options, told):
    with pytest.raises(InputError, match=told):
        plot.organs(run, **{"at_h": 7.5} | options)


def test_a_population_has_no_map(runner):
    plan = parse_schedule("Mon 07:00 run 30m 70% VO2max")
    people = simulate(plan, Population(runner, n=2, seed=1), exerkines=["il6"])
    with pytest.raises(InputError, match="concentrations only"):
        plot.organs(people, 7.5, exerkines=["il6"])


def test_a_gif_has_its_frames_and_tells_how_far_it_is(run, tmp_path):
    told: list[float] = []
    file = plot.animate_organs(
        run, tmp_path / "map.gif", exerkines=["il6", "lactate"], frames=4, per_second=4, progress=told.append
    )
    with Image.open(file) as image:
        assert (image.n_frames, image.info["duration"]) == (4, 250)
        frames = [np.asarray(_at(image, number)) for number in range(4)]
    assert told == [0.25, 0.5, 0.75, 1.0]
    assert all((one != other).any() for one, other in pairwise(frames))
    assert list(tmp_path.iterdir()) == [file]


def _at(image: Image.Image, number: int) -> Image.Image:
    image.seek(number)
    return image.convert("RGB")


def test_a_frame_is_the_still_map_of_its_hour(run, tmp_path):
    """The picture of a film is its still, which the gallery holds to a picture: as sharp, in 64 colours."""
    hours = {"start_h": 7.5, "end_h": 8.5}
    file = plot.animate_organs(run, tmp_path / "map.gif", exerkines=["il6", "lactate"], frames=3, **hours)
    still, other = (_pixels(plot.organs(run, hour, exerkines=["il6", "lactate"])) for hour in (8.0, 8.5))
    with Image.open(file) as image:
        frame = np.asarray(_at(image, 1), float)
    # root mean square over pixels, of 255: 64 colours, and dots above arrows make 2, half an hour makes 13
    assert _distance(frame, still) < 3.0 < 10.0 < _distance(frame, other)


@styled()
def _pixels(ax: Axes) -> np.ndarray:
    canvas = FigureCanvasAgg(ax.figure)
    ax.figure.set_dpi(DPI)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba(), float)[..., :3]


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


def test_a_film_needs_ffmpeg_and_says_so(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="install ffmpeg, or write a .gif"):
        plot.animate_organs(run, tmp_path / "map.mp4", frames=2)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_animation_leaves_no_file(run, tmp_path):
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plot.animate_organs(run, tmp_path / "map.gif", exerkines=["il6"], frames=3, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("map.avi", {}, ".gif or .mp4"),
        ("map.gif", {"frames": 601}, "2 to 600"),
        ("map.gif", {"per_second": 0}, "1 to 50"),
        ("map.gif", {"start_h": 9.0, "end_h": 8.0}, "later than start_h = 9"),
        ("map.gif", {"end_h": 900.0}, "0 to 48 h"),
        ("missing/map.gif", {"frames": 2, "exerkines": ["il6"]}, "cannot write the animation"),
    ],
)
def test_what_cannot_be_animated_is_refused(run, tmp_path, name, options, told):
    with pytest.raises(InputError, match=told):
        plot.animate_organs(run, Path(tmp_path) / name, **options)
