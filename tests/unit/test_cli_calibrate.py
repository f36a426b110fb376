"""The command `calibrate`: recipe and options in, one whole file and a readable table out."""

import json
from pathlib import Path

import pytest

from exerkine_sim.calibration import load_calibration
from exerkine_sim.cli import main

RECIPE = """
title = "How strongly carbohydrate brakes IL-6"
free = ["il6.brake"]
trials = ["Keller2003_carbohydrate", "Keller2003_placebo"]
[published]
"il6.brake" = 0.4
"""


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `calibrate` in a folder with a recipe: (exit code, standard output, standard error)."""
    (tmp_path / "brake.toml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)

    def run(*options: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["calibrate", *options])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err  # type: ignore[return-value]

    return run


def test_a_recipe_is_fitted_shown_and_written_whole(command):
    code, out, err = command("brake.toml", "--out", "result")
    assert (code, err) == (0, "")
    assert {one.name for one in Path("result").iterdir()} == {"brake.json", "brake.md"}
    found = load_calibration("result/brake.json")
    (brake,) = found.estimates
    assert brake.prior == 0.4
    assert {one.study for one in found.witnesses} == {"Keller2003_carbohydrate"}
    assert f"{brake.fitted:.4g}" in out
    assert "trials to check" in out
    assert set(found.scores) == {"fit", "check"}


def test_options_change_the_recipe_and_json_is_the_result(command):
    code, out, _ = command("brake.toml", "--free", "il6.pool_time", "--starts", "2", "--json")
    assert code == 0
    found = json.loads(out)
    assert [one["name"] for one in found["estimates"]] == ["il6.pool_time"]
    assert found["settings"]["starts"] == len(found["costs"]) == 2


def test_an_interrupted_fit_is_never_overwritten_unasked(command):
    Path("brake.partial").write_text("", encoding="utf-8")
    code, _, err = command("brake.toml", "--out", ".")
    assert code == 1
    assert "--resume" in err
    assert command("brake.toml", "--out", ".", "--resume")[0] == 0
    assert not Path("brake.partial").exists()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"il6.brake"]', '"il6.brak"]', ["free", "did you mean 'il6.brake'"]),
        ('"il6.brake"]', "]", ["brake.toml", "free"]),
        ("Keller2003_placebo", "Keller2003_placbo", ["did you mean 'Keller2003_placebo'"]),
        ("Keller2003_placebo", "Starkie2001", ["kept for checking"]),
        ("title", "seed = -1\ntitle", ["brake.toml", "seed"]),
        ("title", "tilte", ["unknown field 'tilte'"]),
    ],
)
def test_a_faulty_recipe_is_refused_with_the_way_out(command, before, after, words):
    Path("brake.toml").write_text(RECIPE.replace(before, after, 1), encoding="utf-8")
    code, out, err = command("brake.toml", "--out", "result")
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert [word for word in words if word not in err] == []
