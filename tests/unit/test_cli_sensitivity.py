"""The command `sensitivity`: tables, figures and JSON of the same indices, resumed runs, and refusals."""

import json
from pathlib import Path

import pandas as pd
import pytest

from exerkine_sim.cli import main
from saying import in_words

DESIGN = """
plan = "Mon 07:00 run 60m 70% VO2max"
[sample]
method = "sobol"
n = 8
[vary]
"il6.clearance" = "published"
"plan.duration" = { low = 0.8, high = 1.2 }
[outputs]
exerkines = ["il6"]
metrics = ["c_max", "t_max_h"]
end_h = 24
times_h = [7.5, 8, 9]
"""


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `sensitivity` in a folder with a design: (exit code, standard output, standard error)."""
    (tmp_path / "design.toml").write_text(DESIGN)
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["sensitivity", "design.toml", *map(str, words)])
        shown = capsys.readouterr()
        return leaving.value.code or 0, shown.out, shown.err  # type: ignore[return-value]

    return run


def test_indices_are_shown_drawn_and_kept_and_gone_on_with(command):
    code, out, err = command("--n", 8, "--seed", 3, "--out", "r")
    assert (code, err) == (0, "")
    assert "coverage 100.0% of 8 base points" in out
    assert "not converged" in out
    table = pd.read_csv("r/sobol.csv")
    assert {"factor", "exerkine", "metric", "S1", "S1_conf", "ST", "ST_conf", "reason"} <= set(table)
    assert len(pd.read_csv("r/sobol_over_time.csv")) == 2 * 3
    for name in ("factors_c_max", "tornado_il6_c_max", "funnel_il6_c_max", "hours_il6"):
        assert Path(f"r/sobol_{name}.png").read_bytes().startswith(b"\x89PNG")

    code, _, err = command("--n", 8, "--seed", 3, "--out", "r")
    assert code == 1
    assert "exists already" in err

    code, out, _ = command("--n", 8, "--seed", 3, "--out", "r", "--resume", "--no-plot", "--json")
    content = json.loads(out)
    assert code == 0
    assert [one["ST"] for one in content["indices"]] == pytest.approx(table["ST"].tolist(), rel=1e-12)
    assert (content["n"], content["coverage"], content["converged"]) == (8, 1.0, False)


def test_slopes_name_what_has_none(command):
    code, out, _ = command("--method", "local", "--out", "r")
    assert code == 0
    assert "without slope, as they act through plan or person: plan.duration" in out
    assert "il6.clearance 1.00" in out
    assert Path("r/local_tornado_il6_c_max.png").exists()


def test_a_screening_has_its_plane(command):
    code, _, _ = command("--method", "morris", "--n", 8, "--out", "r")
    assert code == 0
    assert Path("r/morris_plane_il6_t_max_h.png").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--method", "sobl"), "did you mean 'sobol'"),
        (("--exerkine", "il66"), "did you mean 'il6'"),
        (("--n", 3), "8 or more"),
        (("--seed", -1), "seed"),
    ],
)
def test_what_cannot_be_is_refused_in_one_message(command, words, message):
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert message in err
    in_words(err)
    assert not Path("sensitivity/sobol.zarr").exists()
