"""The command `sample`: table, files and JSON say the same; refusals in one message."""

import json
from pathlib import Path

import pandas as pd
import pytest

from exerkine_sim.cli import main
from saying import in_words

OPTIONS = ("--of", "il6", "--to", "il6.synthesis", "--n", 2)


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `sample` in a folder with a plan: (exit code, standard output, standard error)."""
    (tmp_path / "plan.txt").write_text("Mon 08:00 run 60m 70% VO2max\n")
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["sample", "plan.txt", *map(str, words)])
        shown = capsys.readouterr()
        return leaving.value.code or 0, shown.out, shown.err  # type: ignore[return-value]

    return run


def test_a_design_is_shown_and_kept(command):
    code, out, err = command(*OPTIONS, "--planned", "Mon 07:30", "--out", "when")
    assert (code, err) == (0, "")
    table = pd.read_csv("when/sampling.csv")
    assert len(table) == 3
    assert table["moment"][table["planned"]].tolist() == ["Mon 07:30"]
    for moment in table["moment"]:
        assert moment in out
    assert "il6.synthesis" in out
    assert "D-efficiency" in out
    assert Path("when/sampling.png").read_bytes().startswith(b"\x89PNG")


def test_json_says_the_same_as_the_table(command):
    code, out, _ = command(*OPTIONS, "--json", "--no-plot")
    content = json.loads(out)
    assert code == 0
    assert content["files"] == ["sampling/sampling.csv"]
    table = pd.read_csv("sampling/sampling.csv")
    assert [one["moment"] for one in content["draws"]] == table["moment"].tolist()
    assert content["expected"][0]["after"] < content["expected"][0]["before"]


def test_prices_are_those_of_measurements(command):
    both = ("--of", "il6", "--of", "il1ra:plasma", "--to", "il6", "--price", "il6=40", "--price", "il1ra=25")
    code, out, _ = command(*both, "--n", 100, "--no-plot", "--json")
    assert code == 0
    assert json.loads(out)["cost"] <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--of", "il66", "--to", "il6"), "did you mean 'il6'"),
        (("--of", "il6:brain", "--to", "il6"), "not observed at 'brain'"),
        (("--of", "il6", "--to", "il6.clearence"), "did you mean 'il6.clearance'"),
        ((*OPTIONS, "--n", "nan"), "n = nan"),
        ((*OPTIONS, "--night", "late"), "--night: 'late'"),
        ((*OPTIONS, "--price", "il6"), "write --price il6=40"),
        ((*OPTIONS, "--planned", "Tuu"), "--planned: 'Tuu' is no moment"),
        (("--to", "il6"), "Missing option '--of'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_message_and_nothing_is_written(command, words, message):
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert message in err
    in_words(err)
    assert not Path("sampling").exists()
