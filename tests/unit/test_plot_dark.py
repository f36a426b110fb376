"""Figures on a dark page, in grey and for colour-blind readers: nothing is lost, lines stay apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib import rc_params_from_file
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from test_plot import drawn, fake_solution

from exerkine_sim import plot
from exerkine_sim.plot.dark import darkened
from exerkine_sim.plot.flux import COLOURS, TINTS
from exerkine_sim.plot.style import (
    LINE_STYLES,
    PALETTE,
    QUIET_COLOUR,
    REST_COLOUR,
    SESSION_COLOUR,
    STYLE,
    save,
)

# Machado, Oliveira and Fernandes, 2009, severity 1, on linear RGB.
BLIND = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
DARK_PALETTE = [tuple(darkened(to_rgba(colour))[:3]) for colour in PALETTE]


def linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: tuple, other: tuple) -> float:
    """Return the contrast of WCAG, 1 to 21."""
    light, dim = sorted(float(linear(np.array(c[:3])) @ (0.2126, 0.7152, 0.0722)) for c in (one, other))[::-1]
    return (light + 0.05) / (dim + 0.05)


def seen(rgb: tuple, kind: str) -> np.ndarray:
    """Return a colour in Oklab as a colour-blind reader has it."""
    from exerkine_sim.plot.dark import CONES, LAB

    return np.cbrt((np.array(BLIND[kind]) @ linear(np.array(rgb))).clip(0, 1) @ CONES.T) @ LAB.T


def look_of(line) -> tuple:
    return to_rgb(line.get_color()), line.get_linestyle()


def test_the_style_sheet_cycles_through_the_palette():
    sheet = rc_params_from_file(STYLE, use_default_template=False)
    assert sheet["axes.prop_cycle"].by_key()["color"] == list(PALETTE)


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("page", ["light", "dark"])
def test_lines_of_a_panel_are_told_apart_by_colour_blind_readers(kind, page):
    """Of the seven lines of a panel, two that look alike to somebody differ in their dashes.

    In Oklab 0.02 is what an eye just tells apart; three times that is wanted of lines far from each other.
    """
    colours = [to_rgb(one) for one in PALETTE] if page == "light" else DARK_PALETTE
    lines = list(zip(colours, [LINE_STYLES[i % len(LINE_STYLES)] for i in range(len(colours))], strict=True))
    for (one, dash), (other, dashes) in combinations(lines, 2):
        assert dash != dashes or np.linalg.norm(seen(one, kind) - seen(other, kind)) > 0.06


def test_in_grey_lines_of_one_dash_differ_in_lightness():
    """Lines 1 and 5, 2 and 6, 3 and 7 share their dashes; a tenth of the way from black to white apart."""
    for colours in ([to_rgb(one) for one in PALETTE], DARK_PALETTE):
        grey = [np.cbrt(linear(np.array(one)) @ (0.2126, 0.7152, 0.0722)) for one in colours]
        for first in range(len(colours) - len(LINE_STYLES)):
            assert abs(grey[first] - grey[first + len(LINE_STYLES)]) > 0.1


def test_panels_draw_lines_by_palette_and_dash():
    ax = drawn(fake_solution(), ["il6", "bdnf", "lactate"])
    expected = list(zip(map(to_rgb, PALETTE), LINE_STYLES, strict=False))
    assert [look_of(one) for one in ax.lines[:3]] == expected[:3]


def test_words_and_lines_stand_out_on_the_dark_page():
    """4.5 for words and 3 for lines, as WCAG 2 asks."""
    page = darkened(to_rgba("white"))
    for words in ("#222222", "#444444", QUIET_COLOUR):
        assert contrast(darkened(to_rgba(words)), page) > 4.5
    for colour in (*DARK_PALETTE, darkened(to_rgba(REST_COLOUR))):
        assert contrast(colour, page) > 3


@pytest.mark.parametrize("colour", COLOURS)
def test_layers_of_fluxes_stand_out_on_the_dark_page(colour):
    """For shapes WCAG 2 asks for 3; the first tints of a tissue are told apart from the tissue, too."""
    tints = [(1 - white) * np.array(to_rgb(colour)) + white for white in TINTS[:2]]
    shown = [tuple(darkened([*tint, 1.0])) for tint in tints]
    assert min(contrast(one, darkened(to_rgba("white"))) for one in shown) > 3
    assert contrast(*shown) > 1.2


def test_a_dark_session_is_a_shade_behind_lines():
    session = darkened(to_rgba(SESSION_COLOUR))
    assert 1.1 < contrast(session, darkened(to_rgba("white"))) < 2
    assert all(contrast(colour, session) > 3 for colour in DARK_PALETTE)


def test_an_overview_keeps_all_it_shows_on_a_dark_page():
    figure = plot.overview(fake_solution(spread=(0.5, 1.0, 2.0)), ["il6", "bdnf"])
    before = [one.get_text() for ax in figure.axes for one in ax.findobj(lambda a: hasattr(a, "get_text"))]
    assert plot.dark(figure) is figure
    assert before == [
        one.get_text() for ax in figure.axes for one in ax.findobj(lambda a: hasattr(a, "get_text"))
    ]
    page = figure.get_facecolor()
    for ax in figure.axes:
        assert contrast(ax.get_facecolor(), page) == pytest.approx(1)
        for label in (*ax.get_xticklabels(), *ax.get_yticklabels(), ax.title, ax.yaxis.label):
            assert contrast(to_rgba(label.get_color()), page) > 4.5
    (rest,) = [one for one in figure.axes[1].lines if one.get_gid() == "rest"]
    assert contrast(to_rgba(rest.get_color()), page) > 3


def test_dark_twice_is_dark_once():
    figure = drawn(fake_solution(), "il6").figure
    line = plot.dark(figure).axes[0].lines[0]
    once = line.get_color()
    plot.dark(figure)
    assert line.get_color() == once


def test_bands_keep_their_opacity_and_holes_stay_holes():
    ax = drawn(fake_solution(spread=(1.0, 2.0)), "bdnf")
    bands = [one for one in ax.collections if one.get_gid() == "band"]
    alphas = [one.get_alpha() for one in bands]
    ax.plot(1, 1, "o", markerfacecolor="none", gid="hole")
    plot.dark(ax.figure)
    assert [one.get_alpha() for one in bands] == alphas
    assert to_rgba(ax.lines[-1].get_markerfacecolor())[3] == 0


def test_a_map_that_fades_into_paper_fades_into_the_dark_page_and_its_bar_keeps_its_words():
    from matplotlib import colormaps

    figure = Figure()
    ax = figure.add_subplot()
    mesh = ax.pcolormesh(np.array([[0.0, 0.5, 1.0]]), cmap=colormaps["Blues"])
    bar = figure.colorbar(mesh, ax=ax, ticks=[0, 1])
    bar.ax.set_yticklabels(["none", "all"])
    plot.dark(figure)
    page, (none, half, most) = figure.get_facecolor(), mesh.cmap([0.0, 0.5, 1.0])
    assert contrast(none, page) < 1.2 < contrast(half, page) < contrast(most, page)
    assert [one.get_text() for one in bar.ax.get_yticklabels()] == ["none", "all"]
    np.testing.assert_array_equal(bar.solids.cmap([0.3]), mesh.cmap([0.3]))


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png"])
def test_a_figure_written_twice_is_the_same_file(suffix, tmp_path):
    figure = drawn(fake_solution(days=1), "il6").figure
    files = [save(figure, tmp_path / f"{name}{suffix}").read_bytes() for name in ("first", "second")]
    assert files[0] == files[1]
    assert b"Date" not in files[0]


def test_words_of_an_svg_are_words(tmp_path):
    figure = drawn(fake_solution(days=1), "il6").figure
    text = save(figure, tmp_path / "week.svg").read_text()
    assert ">IL-6 · plasma<" in text
    assert ">evidence ●●● high<" in text


def test_a_dark_file_is_dark(tmp_path):
    from matplotlib.image import imread

    figure = drawn(fake_solution(), "il6").figure
    pixels = imread(save(figure, tmp_path / "dark.png", dark=True))
    assert np.median(pixels[..., :3]) < 0.15
