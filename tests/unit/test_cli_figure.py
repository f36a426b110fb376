"""exerkine-sim figure: every kind it names can be drawn, and what cannot is refused before the work."""

from __future__ import annotations

import pytest
from PIL import Image
from test_cli import command, plan  # noqa: F401

from exerkine_sim import plot
from exerkine_sim.cli.figure import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn(command, plan, tmp_path, monkeypatch, kind):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    names = [word for name in KINDS[kind].of or ("il6",) for word in ("--of", name)]
    code, told, error = command("figure", kind, plan, *names, "--out", f"{kind}.svg")
    assert (code, told, error) == (0, f"wrote {kind}.svg\n", "")
    assert "<svg" in (tmp_path / f"{kind}.svg").read_text(encoding="utf-8")[:500]


def test_it_is_named_after_plan_and_kind_when_nobody_names_it(command, plan, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    assert command("figure", "calendar", plan)[0] == 0
    assert (tmp_path / "two_days-calendar.png").read_bytes()[:4] == b"\x89PNG"


def test_a_dark_figure_is_dark(command, plan, tmp_path):  # noqa: F811
    assert command("figure", "calendar", plan, "--dark", "--out", tmp_path / "dark.png")[0] == 0
    with Image.open(tmp_path / "dark.png") as image:
        assert max(image.convert("RGB").getpixel((0, 0))) < 40


def test_what_a_kind_takes_when_nobody_says_which_is_shown(command, plan, tmp_path):  # noqa: F811
    assert command("figure", "phase", plan, "--out", tmp_path / "phase.svg")[0] == 0
    assert "IL-1ra against IL-6" in (tmp_path / "phase.svg").read_text(encoding="utf-8")


def test_the_list_names_every_kind(command):  # noqa: F811
    code, told, _ = command("figure", "--list")
    assert code == 0
    assert [line.split()[0] for line in told.splitlines()[2:]] == list(KINDS)
    assert set(KINDS) <= set(plot.__all__)


def test_a_map_in_motion_is_asked_for_by_the_name_of_the_file(command, plan, tmp_path, monkeypatch):  # noqa: F811
    asked = {}
    monkeypatch.setattr(plot, "animate_organs", lambda _, path, **options: asked.update(options, path=path))
    code, _, _ = command("figure", "organs", plan, "--of", "il6", "--out", tmp_path / "map.gif")
    assert (code, asked["path"].name, asked["exerkines"]) == (0, "map.gif", ["il6"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["heats"], "did you mean 'heat'"),
        (["heat", "--of", "il66"], "did you mean 'il6'"),
        (["timecourse", "--of", "il6:serum"], "unknown site 'serum'"),
        (["organs", "--at", "noon"], "'noon' is no moment of this plan"),
        (["organs", "--population", "2"], "concentrations only"),
        (["phase", "--of", "il6"], "2 for 'phase', such as --of il6 --of il1ra"),
        (["fluxes", "--of", "il6", "--of", "lactate"], "1 for 'fluxes', such as --of il6"),
        (["fluxes", "--of", "il6:plasma"], "without a site"),
        (["heat", "--out", "heat.xyz"], ".png, .pdf or .svg"),
    ],
)
def test_what_cannot_be_drawn_is_refused(command, plan, tmp_path, monkeypatch, words, told):  # noqa: F811
    monkeypatch.chdir(tmp_path)
    kind, *options = words
    code, _, error = command("figure", kind, plan, *options)
    assert code == 1
    assert told in error
    assert [one.name for one in tmp_path.iterdir()] == [plan.name]
