"""The command `fit`: measurements and a plan in, a table, a figure and files out."""

import json
from pathlib import Path

import pytest

import exerkine_sim as xk
from exerkine_sim.cli import main
from exerkine_sim.fitting import load_fit
from saying import in_words

PLAN = "name 'Short run'\nMon 00:30 run 30m 75% VO2max\n".replace("'", '"')
PERSON = """sex = "male"
age_y = 28
body_mass_kg = 75
height_m = 1.78
vo2max_ml_kg_min = 60
"""
SAMPLES = """time,exerkine,value,unit,cv_percent
Mon 00:15,il6,<0.6,pg/mL,
Mon 01:00,il6,1.4,pg/mL,6
Mon 02:00,il6,1.3,pg/mL,6
Mon 03:00,il6,0.9,pg/mL,
"""
GIVEN = ("samples.csv", "plan.txt", "--subject", "me.toml", "--free", "il6.synthesis")


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `fit` in a folder with plan, person and samples: (exit code, standard output, standard error)."""
    for name, text in {"plan.txt": PLAN, "me.toml": PERSON, "samples.csv": SAMPLES}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["fit", *words])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err  # type: ignore[return-value]

    return run


def test_measurements_become_a_table_a_figure_and_a_prediction(command):
    Path("next.txt").write_text("Tue 01:00 run 1h 70% VO2max", encoding="utf-8")
    code, out, err = command(*GIVEN, "--next", "next.txt", "--out", "result")
    assert (code, err) == (0, "")
    names = {one.name for one in Path("result").iterdir()}
    assert names == {"estimates.csv", "samples.csv", "fit.json", "fit.png", "next.nc"}
    found = load_fit("result/fit.json")
    (synthesis,) = found.estimates
    assert f"{synthesis.low:.3g} to {synthesis.high:.3g}" in out
    assert "identified" in out
    assert xk.load_solution("result/next.nc").manifest["fit"]["x"] == found.x.tolist()


def test_json_is_the_fit(command):
    code, out, _ = command(*GIVEN, "--spread", "il6.synthesis=0.5", "--json")
    assert code == 0
    told = json.loads(out)
    (synthesis,) = told["estimates"]
    assert synthesis["basis"] == "given"
    assert [one["below"] for one in told["samples"]] == [True, False, False, False]


def test_an_interrupted_posterior_is_never_overwritten_unasked(command):
    """After forty steps the ensembles have not met, and what they did is kept."""
    words = (*GIVEN, "--posterior", "--out", "result")
    code, _, err = command(*words, "--steps", "40")
    assert code == 1
    assert "more steps" in err
    assert command(*words, "--steps", "40")[0] == 1
    code, _, err = command(*words, "--steps", "40", "--resume")
    assert "more steps" in err
    assert {one.name for one in Path("result").iterdir()} == {"posterior.partial"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("samples.csv", "plan.txt"), "--free"),
        (("nowhere.csv", "plan.txt", "--free", "il6.synthesis"), "nowhere.csv: no such file"),
        ((*GIVEN, "--free", "il6.synthesi"), "did you mean 'il6.synthesis'"),
        ((*GIVEN, "--spread", "il6.synthesis"), "--spread il6.brake=0.3"),
        ((*GIVEN, "--first-day", "16.11."), "--first-day"),
        ((*GIVEN, "--starts", "0"), "starts"),
        ((*GIVEN, "--posterior", "--steps", "0"), "most_steps"),
        (("plan.txt", "samples.csv", "--free", "il6.synthesis"), "samples.csv"),
    ],
)
def test_a_faulty_command_is_refused_with_the_way_out(command, words, told):
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert told in err
    in_words(err)
