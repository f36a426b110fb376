"""Figures say what they show: panels, units, scales, sessions, evidence; and nothing needs a screen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import xarray as xr

from exerkine_sim import plot
from exerkine_sim.errors import InputError
from exerkine_sim.plot.clock import by_week
from exerkine_sim.solution import Solution

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# id, label, grade, sites with (unit, resting value, fold at the peak)
MOLECULES = [
    ("il6", "IL-6", "high", {"plasma": ("pg/mL", 1.2, 40.0), "plasma_corrected": ("pg/mL", 1.2, 36.0)}),
    ("bdnf", "BDNF", "medium", {"plasma": ("pg/mL", 900.0, 1.6)}),
    (
        "myostatin",
        "myostatin",
        "low",
        {
            "plasma": ("ng/mL", 4.0, 0.98),
            "muscle_mrna_lower": ("fold", 1.0, 0.4),
            "muscle_mrna_upper": ("fold", 1.0, 0.7),
        },
    ),
    ("lactate", "lactate", "high", {"blood": ("mmol/L", 1.0, 8.0)}),
    ("glucagon", "glucagon", "medium", {"plasma": ("pg/mL", 70.0, 2.0)}),
    ("insulin", "insulin", "high", {"plasma": ("pmol/L", 40.0, 0.6)}),
]
SESSIONS = [
    {"name": "run", "start_h": 7.0, "end_h": 8.0},
    {"name": "squat, bench press, row", "start_h": 42.0, "end_h": 43.2},
    {"name": "long run", "start_h": 129.5, "end_h": 132.0},
]


def fake_solution(
    *,
    days: int = 7,
    spread: tuple[float, ...] = (1.0,),
    sessions: list[dict] = SESSIONS,
    plan: str = 'name = "Example week"\nfirst_weekday = "Mon"\n',
    varied: dict[str, dict] | None = None,
) -> Solution:
    """Build a Solution by hand: every molecule answers every session; one member a factor of `spread`.

    With `varied` it is one of a Population.
    """
    times = np.arange(0.0, 24.0 * days + 0.01, 0.25)
    response = np.zeros(len(times))
    for one in sessions:
        response += np.where(times > one["start_h"], np.exp(-(((times - one["end_h"]) / 1.5) ** 2)), 0.0)
    names = [name for name, *_ in MOLECULES]
    sites = list(dict.fromkeys(site for *_, of in MOLECULES for site in of))
    concentration = np.full((len(spread), len(times), len(names), len(sites)), np.nan)
    rest = np.full((len(spread), len(names), len(sites)), np.nan)
    unit = np.full((len(names), len(sites)), "", dtype="<U8")
    for row, (*_, of) in enumerate(MOLECULES):
        for site, (text, basal, fold) in of.items():
            at = row, sites.index(site)
            unit[at] = text
            for member, factor in enumerate(spread):
                rest[member, *at] = basal * factor
                concentration[member, :, *at] = basal * factor * (1 + (fold - 1) * response)
    manifest = {
        "plans": [plan],
        "subjects": ['sex = "female"\nage_y = 34\nbody_mass_kg = 62\nvo2max_ml_kg_min = 48\n'],
        "sessions": [sessions],
        "members": [{"plan": 0, "subject": 0} for _ in spread],
    }
    if varied is not None:
        manifest |= {"population": {"n": len(spread), "seed": 3, "first": 0, "vary": None}, "seed": 3}
        manifest |= {"varied": varied}
    failed = ~np.isfinite(spread)
    dataset = xr.Dataset(
        data_vars={
            "concentration": (("member", "time", "exerkine", "site"), concentration),
            "rest": (("member", "exerkine", "site"), rest),
            "status": (("member",), np.where(failed, "not finite", "ok")),
        },
        coords={
            "member": np.arange(len(spread)),
            "time": ("time", times, {"units": "h"}),
            "exerkine": np.array(names),
            "site": np.array(sites),
            "unit": (("exerkine", "site"), unit),
            "grade": ("exerkine", np.array([grade for _, _, grade, _ in MOLECULES])),
            "label": ("exerkine", np.array([label for _, label, _, _ in MOLECULES])),
        },
        attrs={"manifest": json.dumps(manifest)},
    )
    return Solution.of(dataset)


def drawn(solution: Solution, exerkine: str | list[str], **options) -> Axes:
    """Draw on bare axes: without a page to lay out, it is ten times quicker."""
    from matplotlib.figure import Figure

    return plot.timecourse(solution, exerkine, ax=Figure().add_subplot(), **options)


def marked(ax: Axes, name: str) -> list:
    """Return everything drawn under a mark: sessions, resting levels, bands, names."""
    return ax.findobj(lambda artist: artist.get_gid() == name)


@pytest.fixture(scope="module")
def solution() -> Solution:
    return fake_solution()


@pytest.fixture(scope="module")
def page(solution) -> dict[str, Axes]:
    """The overview's axes by title; the strip has none."""
    return {ax.get_title(loc="left"): ax for ax in plot.overview(solution).axes}


def test_the_overview_has_a_strip_and_one_panel_a_molecule_that_the_solution_holds(page):
    assert list(page) == [
        "",
        "IL-6 · plasma",
        "BDNF · plasma",
        "myostatin · muscle transcript",
        "lactate · blood",
        "glucagon and insulin · plasma",
    ]


def test_the_panels_asked_for_are_drawn_in_their_order(solution):
    figure = plot.overview(solution, ["lactate", ("myostatin", "plasma")])
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["", "lactate · blood", "myostatin · plasma"]


def test_an_unknown_molecule_offers_the_nearest(solution):
    with pytest.raises(InputError, match="did you mean 'lactate'"):
        plot.overview(solution, ["lactat"])
    with pytest.raises(InputError, match="unknown site 'serum'"):
        plot.timecourse(solution, ("il6", "serum"))


def test_the_line_is_the_concentration_over_hours(solution, page):
    line = page["IL-6 · plasma"].lines[0]
    np.testing.assert_array_equal(line.get_xdata(), solution.times_h)
    np.testing.assert_array_equal(line.get_ydata(), solution.concentration("il6").values[0])


@pytest.mark.parametrize(
    ("title", "unit", "rest"), [("IL-6 · plasma", "pg/mL", 1.2), ("lactate · blood", "mmol/L", 1.0)]
)
def test_the_left_axis_has_the_unit_and_the_right_axis_the_same_line_as_fold(page, title, unit, rest):
    ax = page[title]
    (fold,) = ax.child_axes
    assert ax.get_ylabel() == unit
    assert fold.get_ylabel() == "fold of rest"
    # Rounding of one division.
    assert fold.get_ylim() == pytest.approx(np.array(ax.get_ylim()) / rest, rel=1e-12)
    assert all(label.get_text().endswith("×") for label in fold.get_yticklabels())


def test_molecules_of_different_units_share_a_panel_as_folds(solution, page):
    ax = page["glucagon and insulin · plasma"]
    assert ax.get_ylabel() == "fold of rest"
    assert ax.child_axes == []
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), solution.fold("insulin").values[0])


def test_both_muscle_regions_are_told_apart_by_more_than_colour(page):
    lower, upper = page["myostatin · muscle transcript"].lines[:2]
    assert (lower.get_label(), upper.get_label()) == ("lower body", "upper body")
    assert lower.get_linestyle() != upper.get_linestyle()
    assert lower.get_color() != upper.get_color()


@pytest.mark.parametrize(
    ("exerkine", "scale", "axis"),
    [
        ("il6", "auto", "log"),
        ("bdnf", "auto", "linear"),
        ("lactate", "auto", "linear"),
        ("il6", "linear", "linear"),
        ("bdnf", "log", "log"),
    ],
)
def test_a_range_beyond_twenty_takes_a_log_axis_unless_told_otherwise(solution, exerkine, scale, axis):
    assert drawn(solution, exerkine, scale=scale).get_yscale() == axis


def test_an_unknown_scale_is_refused(solution):
    with pytest.raises(InputError, match="'auto', 'linear' or 'log'"):
        plot.timecourse(solution, "il6", scale="sqrt")


def test_values_are_written_as_people_write_them(page):
    texts = [label.get_text() for label in page["IL-6 · plasma"].get_yticklabels()]
    assert {"1", "10", "30"} <= set(texts)


def test_every_panel_shades_every_session(page):
    for title, ax in page.items():
        spans = [(one.get_x(), one.get_x() + one.get_width()) for one in marked(ax, "session")]
        assert spans == [(one["start_h"], one["end_h"]) for one in SESSIONS], title


def test_the_strip_alone_names_the_sessions_with_their_clock_time(page):
    named = {title: [text.get_text() for text in marked(ax, "session name")] for title, ax in page.items()}
    assert [text.replace("\n", " ") for text in named.pop("")] == [
        "07:00 run",
        "18:00 squat, bench press, row",
        "09:30 long run",
    ]
    assert not any(named.values())


@pytest.mark.parametrize("gap_h", [12.0, 16.0, 24.0])
def test_a_name_never_reaches_the_next_session(gap_h):
    """Measured on the drawn page; three points are what the glyphs may lean over their own box."""
    name = "deadlift, overhead press, leg extension, curl"
    sessions = [{"name": name, "start_h": 6 + i * gap_h, "end_h": 7 + i * gap_h} for i in range(5)]
    figure = plot.overview(fake_solution(sessions=sessions), ["il6"])
    strip = figure.axes[0]
    names = marked(strip, "session name")
    assert len(names) == 5
    for text, following in zip(names, sessions[1:], strict=False):
        right = text.get_window_extent().x1
        assert right <= strip.transData.transform((following["start_h"], 0))[0] + 3


def test_names_without_room_are_left_out():
    sessions = [{"name": "run", "start_h": 4.0 * i, "end_h": 4.0 * i + 1} for i in range(40)]
    strip = plot.overview(fake_solution(sessions=sessions), ["il6"]).axes[0]
    assert len(marked(strip, "session")) == 40
    assert marked(strip, "session name") == []


def test_meals_and_infusions_stand_in_the_strip():
    plan = "[[meal]]\ntime_h = 12.5\ncarbs_g = 90\n[[meal]]\ntime_h = 19\ncarbs_g = 60\n[[infusion]]\n"
    plan += 'start_h = 8\nduration_h = 3\nmolecule = "il6"\nrate = 25\nunit = "ug/h"\n'
    strip = plot.overview(fake_solution(plan=plan), ["il6"]).axes[0]
    assert list(marked(strip, "meals")[0].get_xdata()) == [12.5, 19]
    assert list(marked(strip, "infusion")[0].get_xdata()) == [8, 11]
    assert "il6 25 ug/h" in [text.get_text().strip() for text in strip.texts]


def test_members_on_different_plans_share_no_sessions():
    solution = fake_solution(spread=(1.0, 2.0))
    manifest = solution.manifest | {"plans": ['name = "a"', 'name = "b"'], "sessions": [SESSIONS, SESSIONS]}
    manifest["members"][1]["plan"] = 1
    mixed = Solution.of(solution.dataset.assign_attrs(manifest=json.dumps(manifest)))
    assert marked(drawn(mixed, "il6"), "session") == []


def test_every_panel_shows_its_evidence_in_words_and_dots(page):
    grades = {title: ax.get_title(loc="right") for title, ax in page.items() if title}
    assert grades["IL-6 · plasma"] == "evidence ●●● high"
    assert grades["BDNF · plasma"] == "evidence ●●○ medium"
    assert grades["myostatin · muscle transcript"] == "evidence ●○○ low"
    assert grades["glucagon and insulin · plasma"] == "evidence ●●○ medium", "the weaker of the two"


def test_the_resting_level_is_a_line(page):
    (rest,) = marked(page["BDNF · plasma"], "rest")
    assert list(rest.get_ydata()) == [900.0, 900.0]


def test_rounding_noise_is_not_blown_up_to_a_signal():
    low, high = drawn(fake_solution(sessions=[]), "bdnf").get_ylim()
    assert low < 0.9 * 900 < 1.1 * 900 < high


def test_many_members_become_a_median_and_two_bands():
    spread = (0.5, 0.8, 1.0, 1.5, 2.0)
    solution = fake_solution(spread=spread)
    ax = drawn(solution, "bdnf")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), solution.concentration("bdnf").values[2])
    assert len(marked(ax, "band")) == 2
    assert marked(drawn(fake_solution(), "bdnf"), "band") == []


VARIED = {
    "il6.clearance": {"sigma_ln": 0.25, "basis": "assumed"},
    "il6.synthesis": {"sigma_ln": 0.45, "basis": "derived"},
    "bdnf.basal": {"sigma_ln": 0.5, "basis": "assumed"},
}


def test_the_page_of_a_population_says_how_many_what_the_bands_are_and_what_they_rest_on():
    figure = plot.overview(fake_solution(spread=(0.5, 1.0, 2.0, np.nan), varied=VARIED), ["il6"])
    (legend,) = figure.legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts[:3] == ["median of 3 people, 1 failed", "5 to 95 %", "25 to 75 %"]
    assert legend.get_title().get_text() == (
        "3 quantities differ between people: 1 by published spreads, 2 by assumption"
    )
    assert figure.get_suptitle().startswith("Example week · 4 people like: female, 34 y")


def test_the_bands_hold_the_share_of_people_they_name():
    """On a grid of quantiles: 21 members at the 0, 5, ... 100 % points of a factor between 1 and 2."""
    solution = fake_solution(spread=tuple(np.linspace(1.0, 2.0, 21)))
    wide, narrow = marked(drawn(solution, "bdnf"), "band")
    for band, (low, high) in ((wide, (1.05, 1.95)), (narrow, (1.25, 1.75))):
        at_rest = {y for x, y in band.get_paths()[0].vertices if x == 1.0}
        # Rounding of one interpolation.
        assert sorted(at_rest) == pytest.approx([900 * low, 900 * high], rel=1e-12)


def test_one_panel_of_a_population_carries_its_caption():
    ax = drawn(fake_solution(spread=(1.0, 2.0), varied=VARIED), "il6")
    assert ax.get_xlabel() == (
        "median of 2 people, bands 5 to 95 % and 25 to 75 %; "
        "3 quantities differ between people: 1 by published spreads, 2 by assumption"
    )
    assert drawn(fake_solution(spread=(1.0, 2.0)), "il6").get_xlabel().startswith("median of 2 members")
    assert drawn(fake_solution(), "il6").get_xlabel() == ""


def test_a_failed_member_leaves_the_others_as_they_are():
    whole = drawn(fake_solution(spread=(1.0, 2.0)), "bdnf")
    with_failure = drawn(fake_solution(spread=(1.0, 2.0, np.nan)), "bdnf")
    np.testing.assert_array_equal(whole.lines[0].get_ydata(), with_failure.lines[0].get_ydata())


def test_a_panel_without_any_member_says_so():
    ax = drawn(fake_solution(spread=(np.nan,)), "bdnf")
    words = [text.get_text() for text in ax.texts if text.get_gid() != "session name"]
    assert words == ["no member could be simulated"]
    assert len(ax.lines) == 0


def test_several_molecules_on_one_axes_are_folds_with_a_legend(solution):
    ax = plot.timecourse(solution, ["il6", "lactate"])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["IL-6, plasma", "lactate, blood"]
    assert max(ax.lines[0].get_ydata()) == pytest.approx(40.0, rel=0.05)  # the grid may miss the very peak


def test_timecourse_draws_where_it_is_told(solution):
    from matplotlib.figure import Figure

    left, right = Figure().subplots(1, 2)
    assert plot.timecourse(solution, "il6", ax=right) is right
    assert len(left.lines) == 0
    assert len(right.lines) > 0


@pytest.mark.parametrize(
    ("days", "first_weekday", "labels"),
    [
        (1, None, ["day 1", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "day 2"]),
        (2, "Sat", ["Sat", "06:00", "12:00", "18:00", "Sun", "06:00", "12:00", "18:00", "Mon"]),
        (4, None, ["day 1", "day 2", "day 3", "day 4"]),
        (4, "Mon", ["Mon", "Tue", "Wed", "Thu"]),
        (9, "Thu", ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"]),
        (28, "Mon", ["week 1", "week 2", "week 3", "week 4"]),
        (365, "Mon", [f"week {week}" for week in (1, 8, 15, 22, 29, 36, 43, 50)]),
    ],
)
def test_time_is_labelled_by_clock_day_or_week(days, first_weekday, labels):
    plan = "" if first_weekday is None else f'first_weekday = "{first_weekday}"'
    ax = drawn(fake_solution(days=days, plan=plan), "il6")
    texts = [text.get_text() for text in (*ax.get_xticklabels(), *ax.get_xticklabels(minor=True))]
    assert [text for text in texts if text] == labels
    assert ax.get_xlim() == (0, 24 * days)


@pytest.mark.parametrize(
    ("first", "last", "middles"),
    [
        (0, 3, [0.5, 1.5, 2.5]),
        (30, 32.6, [30.5, 31.5, 32.3]),
        (30.4, 32.4, [30.7, 31.5]),
    ],
)
def test_weeks_are_those_that_there_are_values_of(first, last, middles):
    times = np.linspace(first, last, 400) * 168.0
    middle, (lowest, median, highest) = by_week(times, times)
    np.testing.assert_allclose(middle / 168.0, middles)
    np.testing.assert_allclose(median, middle, rtol=1e-3)  # the grid of minutes
    assert (lowest < median).all()
    assert (median < highest).all()


def test_over_months_weeks_are_drawn_with_all_that_was_in_them():
    again = [{**one, "start_h": one["start_h"] + 336, "end_h": one["end_h"] + 336} for one in SESSIONS]
    solution = fake_solution(days=20 * 7 + 1, sessions=SESSIONS + again)
    times, values = solution.times_h, solution.concentration("il6", site="plasma").values[0]
    ax = drawn(solution, "il6")
    line, (band,) = ax.lines[0], [one for one in ax.collections if one.get_gid() == "week"]
    assert len(line.get_xdata()) == 20
    third = (times >= 2 * 168) & (times < 3 * 168)
    edges = band.get_paths()[0].vertices
    there = edges[edges[:, 0] == line.get_xdata()[2], 1]
    assert there.min() == pytest.approx(values[third].min())
    assert there.max() == pytest.approx(values[third].max())
    assert there.min() <= line.get_ydata()[2] <= there.max()


def test_a_saved_figure_is_whole_or_absent(solution, tmp_path):
    figure = drawn(solution, "il6").figure
    path = plot.save(figure, tmp_path / "week.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="cannot write the figure"):
        plot.save(figure, tmp_path / "absent" / "week.png")
    with pytest.raises(InputError, match=r"\.png, \.pdf or \.svg"):
        plot.save(figure, tmp_path / "week.docx")
    assert [one.name for one in tmp_path.iterdir()] == ["week.png"]


def test_a_figure_leaves_the_readers_settings_alone(solution):
    import matplotlib

    before = dict(matplotlib.rcParams)
    plot.overview(solution, ["il6"])
    assert dict(matplotlib.rcParams) == before


def test_drawing_needs_neither_pyplot_nor_a_screen():
    code = (
        "import sys; from exerkine_sim import plot; assert 'matplotlib' not in sys.modules;"
        "import test_plot, tempfile, pathlib;"
        "figure = plot.overview(test_plot.fake_solution(), ['il6']);"
        "plot.save(figure, pathlib.Path(tempfile.mkdtemp()) / 'a.png');"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("text", ["", "Mon 08:00 meal 60g carbs", "Mon 08:00 infuse il6 5ug/h 1h"])
def test_a_plan_without_sessions_can_be_drawn(text, runner):
    from exerkine_sim.schedule import parse_schedule
    from exerkine_sim.simulate import simulate

    figure = plot.overview(simulate(parse_schedule(text), runner), ["il6", "lactate"])
    assert not [one for ax in figure.axes for one in ax.texts if one.get_gid() == "session name"]


def test_axes_stand_on_round_numbers(solution):
    """What matplotlib's layout rounds by chance, an SVG would show in its names."""
    figure = plot.overview(solution, ["il6"])
    figure.draw_without_rendering()
    for ax in figure.axes:
        corners = ax.get_position(original=True).get_points()
        assert corners.tolist() == np.round(corners, 9).tolist()
        assert ax.get_in_layout()
