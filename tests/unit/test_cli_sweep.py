"""The command `sweep`: designs and stores in, a store, a summary and a table out, and how to go on."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from exerkine_sim.cli import main
from exerkine_sim.parameters import params_folder
from exerkine_sim.sweeps import design, load_design, open_sweep, run
from saying import in_words
from sweeping import files_of

DESIGN = """
title = "Short runs"
plan = "day 1 00:30 run 30m 70% VO2max"

[sample]
method = "sobol"
n = 16
seed = 1

[vary]
"il6.clearance" = { low = 0.6, high = 1.5 }
"plan.fasted" = { values = [true, false] }

[outputs]
exerkines = ["il6", "lactate"]
metrics = ["c_max", "auc"]
end_h = 2
"""
# The youngest quarter and the longest plans are refused.
FAILING = DESIGN.replace("[vary]", '[vary]\n"subject.age_y" = { low = 12, high = 28 }')


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    (tmp_path / "runs.toml").write_text(DESIGN)
    (tmp_path / "failing.toml").write_text(FAILING)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(design, "FEWEST", 4)
    monkeypatch.setattr(design, "MOST", 4)
    return tmp_path


@pytest.fixture
def command(folder, capsys):  # noqa: ARG001 (it works in that folder)
    """Run `sweep` in this process: (exit code, standard output, standard error)."""

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["sweep", *map(str, words)])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err  # type: ignore[return-value]

    return run


def refused(outcome: tuple[int, str, str]) -> str:
    code, out, err = outcome
    assert (code, out) == (1, "")
    in_words(err)
    return err.partition("error: ")[2]


# ------------------------------------------------------------------ what it leaves


def test_it_leaves_a_store_named_after_the_design_and_shows_what_is_in_it(command, folder):
    code, out, err = command("runs.toml")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert "16 members, 16 of them ok wrote runs.zarr" in words
    il6 = open_sweep("runs.zarr").dataset["c_max"].values[:, 0, 0]
    low, middle, high = np.quantile(il6, [0.05, 0.5, 0.95])
    assert f"il6 plasma c_max {low:.4g} {middle:.4g} {high:.4g} pg/mL" in words
    assert "il6.clearance 0.6" in words
    assert "plan.fasted false, true" in words
    assert {one.name for one in folder.iterdir()} == {"runs.toml", "failing.toml", "runs.zarr"}


def test_the_table_holds_every_number_of_the_store(command, folder):
    assert command("runs.toml", "--out", "a.zarr", "--table", "a.csv")[0] == 0
    found = open_sweep("a.zarr")
    with (folder / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [*rows[0]][:4] == ["member", "il6.clearance", "plan.fasted", "exerkine"]
    numbers = found.dataset["auc"].values[:, 0, :]
    # Ten digits are written.
    written = [float(row["auc"]) for row in rows]
    np.testing.assert_allclose(written, numbers.ravel(), rtol=1e-9)
    assert [row["exerkine"] for row in rows] == ["il6", "lactate"] * 16
    assert {row["status"] for row in rows} == {"ok"}


def test_json_says_the_same_for_programs(command):
    code, out, err = command("runs.toml", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert {name: told[name] for name in ("members", "ok", "failed", "missing", "reasons")} == {
        "members": 16,
        "ok": 16,
        "failed": 0,
        "missing": 0,
        "reasons": [],
    }
    assert told["factors"]["plan.fasted"] == [False, True]
    assert [row["unit"] for row in told["summary"]] == ["pg/mL", "mmol/L", "pg/mL h", "mmol/L h"]
    assert all(row["p5"] < row["median"] < row["p95"] and row["members"] == 16 for row in told["summary"])


def test_those_who_fail_are_counted_by_reason(command):
    code, out, err = command("failing.toml", "--table", "failing.csv")
    assert code == 2
    assert "16 members, 12 of them ok" in out
    found = open_sweep("failing.zarr")
    low, high = (min(found.failed), max(found.failed))
    assert len(found.failed) == 4
    assert low != high
    (reason,) = found.reasons
    assert err == f"error: 4 of 16 members failed\n  4: {reason}\n"
    assert reason.startswith("refused: age_y = 12.")
    assert reason.endswith(" (expected: a number from 16 to 100)")
    assert found.coverage == 0.75
    with open("failing.csv", encoding="utf-8") as file:
        statuses = {int(row["member"]): row["status"] for row in csv.DictReader(file)}
    assert {member: status for member, status in statuses.items() if status != "ok"} == found.failed


def test_the_shipped_example_is_a_design():
    assert len(load_design(params_folder() / "examples" / "sweep.toml")) == 256


# ------------------------------------------------------------------ interrupted, resumed, run again


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_sweep_says_how_it_goes_on_and_does(command, folder, monkeypatch, problem):
    command("runs.toml", "--out", "whole.zarr")
    calls, simulated = [], run.simulated

    def stopping(*given, **settings):
        calls.append(given)
        if len(calls) == 3:
            raise problem
        return simulated(*given, **settings)

    monkeypatch.setattr(run, "simulated", stopping)
    code, out, err = command("runs.toml")
    assert code == (130 if isinstance(problem, KeyboardInterrupt) else 1)
    assert out == ""
    assert "8 of 16 members were done: exerkine-sim sweep runs.zarr --resume goes on\n" in err
    in_words(err)
    assert open_sweep("runs.zarr").counts == {"ok": 8, "failed": 0, "missing": 8}
    code, out, err = command("runs.zarr", "--resume")
    assert (code, err) == (0, "")
    assert files_of(folder / "runs.zarr") == files_of(folder / "whole.zarr")


def test_a_store_is_run_again(command, folder):
    command("failing.toml", "--out", "a.zarr")
    code, out, _ = command("a.zarr", "--out", "b.zarr", "--batch", 3)
    assert code == 2
    assert "wrote b.zarr" in out
    assert files_of(folder / "a.zarr") == files_of(folder / "b.zarr")


def test_a_store_of_other_versions_is_run_again_with_a_word(command, monkeypatch):
    command("runs.toml", "--out", "a.zarr")
    monkeypatch.setattr(run, "__version__", "9.9")
    code, _, err = command("a.zarr", "--out", "b.zarr")
    assert code == 0
    assert "not as when a.zarr was made: exerkine_sim was 0.1.0 and is 9.9" in " ".join(err.split())
    assert "another sweep: exerkine_sim was 0.1.0 and is 9.9" in refused(command("a.zarr", "--resume"))


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("absent.toml",), "absent.toml: no such file"),
        ((".",), "not a sweep (zarr.json: No such file or directory)"),
        (("runs.toml", "--batch", "0"), "batch = 0"),
        (("runs.toml", "--table", "."), "a folder"),
        (("runs.toml", "--out", "runs.toml/a.zarr"), "cannot be written"),
        (("runs.toml", "--out", "failing.toml"), "exists already"),
        (("runs.toml", "--out", "failing.toml", "--resume"), "not a sweep"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(command, folder, words, message):
    before = files_of(folder)
    assert message in refused(command(*words))
    assert files_of(folder) == before


def test_a_store_is_never_written_over(command, folder):
    command("runs.toml")
    before = files_of(folder)
    assert "runs.zarr: exists already" in refused(command("runs.toml"))
    assert "fix: exerkine-sim sweep runs.zarr --out again.zarr" in refused(command("runs.zarr"))
    assert "another sweep: design.sample.n was 16 and is 17" in refused(
        command(changed(folder, "n = 16", "n = 17"), "--out", "runs.zarr", "--resume")
    )
    assert {name: before[name] for name in before} == {
        name: content for name, content in files_of(folder).items() if name in before
    }


def changed(folder: Path, old: str, new: str) -> Path:
    file = folder / "changed.toml"
    file.write_text(DESIGN.replace(old, new))
    return file


# ------------------------------------------------------------------ looks


def test_it_explains_itself_with_an_example(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["sweep", "--help"])
    assert leaving.value.code == 0
    assert "exerkine-sim sweep" in capsys.readouterr().out.partition("Example:")[2]


def test_a_terminal_shows_members_rate_and_time_left(command, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    code, out, err = command("runs.toml")
    assert code == 0
    assert "sweeping" in err
    assert "16/16" in err
    assert "members, " in err
    assert " a second" in err
    assert "sweeping" not in out
