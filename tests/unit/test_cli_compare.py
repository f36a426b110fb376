"""The command `compare`: table, figure, CSV and JSON of the same comparison, and refusals in one message."""

import json
from pathlib import Path

import pandas as pd
import pytest

from exerkine_sim.cli import main
from saying import in_words

PLANS = {
    "easy.txt": "Mon 07:00 run 30m 60% VO2max\n",
    "hard.txt": "Mon 07:00 run 90m 75% VO2max\nTue 18:00 squat 2x5 80% 1RM rest 2m\n",
}


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `compare` in a folder with plans: (exit code, standard output, standard error)."""
    for name, text in PLANS.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["compare", *map(str, words)])
        shown = capsys.readouterr()
        return leaving.value.code or 0, shown.out, shown.err  # type: ignore[return-value]

    return run


def test_a_comparison_is_shown_and_kept(command):
    code, out, err = command("easy.txt", "hard.txt", "--population", 20, "--out", "which")
    assert (code, err) == (0, "")
    assert "hard against easy" in out
    assert "IL-6, plasma" in out
    assert "not defined" in out
    table = pd.read_csv("which/comparison.csv")
    assert {"kind", "exerkine", "ratio", "low", "high", "share_higher", "verdict", "grade"} <= set(table)
    assert len(pd.read_csv("which/training_load.csv")) == 3
    assert Path("which/comparison.png").read_bytes().startswith(b"\x89PNG")


def test_json_says_the_same_as_the_table(command):
    options = ("--population", 20, "--seed", 2, "--no-plot")
    code, out, _ = command("easy.txt", "hard.txt", "--json", *options)
    content = json.loads(out)
    assert code == 0
    assert content["plans"] == ["easy", "hard"]
    assert content["people"]["seed"] == 2
    table = pd.read_csv("comparison/comparison.csv")
    assert [one["verdict"] for one in content["contrasts"]] == table["verdict"].tolist()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("easy.txt",), "1 plans"),
        (("easy.txt", "none.txt"), "none.txt: no such file"),
        (("easy.txt", "hard.txt", "--population", 3), "3 people"),
        (("easy.txt", "hard.txt", "--seed", -1), "--seed"),
        (("easy.txt", "hard.txt", "--out", "easy.txt"), "easy.txt"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_message(command, words, message):
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert message in err
    in_words(err)
