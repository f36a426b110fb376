"""The command `measure`: the table of the interface, and the same bytes after any interruption."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from exerkine_sim import measures
from exerkine_sim.cli import main
from exerkine_sim.measures import measure
from exerkine_sim.schedule import load_schedule
from exerkine_sim.subject import Population, load_subject
from saying import in_words

PLAN = """name "Two days"
Thu 07:00 run 30m 70% VO2max
Fri 18:00 squat 2x5 80% 1RM rest 2m; bench press 2x5 80% 1RM rest 2m
"""
PERSON = """sex = "male"
age_y = 30
body_mass_kg = 75
height_m = 1.8
vo2max_ml_kg_min = 50
"""
PEOPLE = ("--population", "20", "--seed", "3", "--exerkine", "il6", "--exerkine", "lactate")
# Ends itself, by a signal that nothing can catch, when a function is about to be called for the third time.
KILLED = """
import importlib, os, signal, sys
from exerkine_sim import measures
from exerkine_sim.cli import main

measures.PART_MEMBERS = 3
place, name, *arguments = sys.argv[1:]
module, calls = importlib.import_module(place), []
called = getattr(module, name)

def fatal(*arguments, **options):
    calls.append(name)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return called(*arguments, **options)

setattr(module, name, fatal)
main(arguments)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    (tmp_path / "plan.txt").write_text(PLAN)
    (tmp_path / "me.toml").write_text(PERSON)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(folder, capsys):
    """Run `measure` on plan and person in this process: (exit code, standard output, standard error)."""

    def run(*options: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main(["measure", f"{folder}/plan.txt", "--subject", f"{folder}/me.toml", *map(str, options)])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err  # type: ignore[return-value]

    return run


def refused(outcome: tuple[int, str, str]) -> str:
    code, out, err = outcome
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    in_words(err)
    return err


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()} - {"plan.txt", "me.toml"}


# ------------------------------------------------------------------ the table


def test_the_table_is_that_of_the_interface(command, folder):
    code, out, err = command(*PEOPLE, "--above-fold", 2, "--out", "t.csv")
    assert (code, err) == (0, "")
    assert out == "wrote t.csv: 20 people\nwrote t.csv.json: how it was made\n"
    people = Population(load_subject(folder / "me.toml"), n=20, seed=3)
    expected = pd.concat(
        measure(load_schedule(folder / "plan.txt"), people, exerkines=["il6", "lactate"], above_fold=2)
    )
    found = pd.read_csv(folder / "t.csv")
    assert "squat, bench press" in set(found["session"])
    # Ten digits are written.
    pd.testing.assert_frame_equal(found, expected.reset_index(drop=True), rtol=1e-9, check_dtype=False)


def test_one_person_has_a_table_named_after_the_plan(command, folder):
    assert command("--per", "block", "--exerkine", "il6")[:2] == (
        0,
        "wrote plan.csv: 1 person\nwrote plan.csv.json: how it was made\n",
    )
    table = pd.read_csv(folder / "plan.csv")
    assert set(table["member"]) == {0}
    assert list(table) == [
        *("member", "exerkine", "site", "unit", "grade", "baseline", "value", "fold", "at_h", "session"),
        *("auc", "status"),
    ]


def test_without_a_name_every_molecule_is_measured(command, folder):
    assert command("--per", "block")[0] == 0
    assert {"il6", "irisin", "bdnf", "lactate", "cortisol"} < set(
        pd.read_csv(folder / "plan.csv")["exerkine"]
    )


def test_the_record_says_how_the_table_was_made(command, folder):
    command(*PEOPLE, "--out", "t.csv")
    record = json.loads((folder / "t.csv.json").read_text())
    assert record["recipe"]["population"] == {"n": 20, "seed": 3, "first": 0, "uncertain": 0, "vary": None}
    assert record["recipe"]["settings"]["exerkines"] == ["il6", "lactate"]
    assert {"plan", "subject", "model", "parameters", "exerkine_sim", "libraries"} <= record["recipe"].keys()
    assert record["size"] == (folder / "t.csv").stat().st_size


def test_people_who_fail_are_counted_and_keep_their_rows(command, folder, monkeypatch):
    tables = measures.measure

    def some_fail(*arguments, **options):
        for table in tables(*arguments, **options):
            failed = table["member"].isin([2, 5])
            yield table.assign(
                status=table["status"].where(~failed, 'gave up, "why"'), c_max=table["c_max"].where(~failed)
            )

    monkeypatch.setattr(measures, "measure", some_fail)
    code, out, err = command(*PEOPLE, "--out", "t.csv")
    assert code == 2
    assert "wrote t.csv: 20 people" in out
    assert err == "error: 2 of 20 people failed: the column status says why\n"
    table = pd.read_csv(folder / "t.csv")
    assert set(table["member"][table["c_max"].isna()]) == {2, 5}
    assert set(table["status"]) == {"ok", 'gave up, "why"'}
    assert b"nan" not in (folder / "t.csv").read_bytes()


# ------------------------------------------------------------------ interruption


@pytest.fixture
def whole(command, folder) -> bytes:
    """Return the table of a run that nothing interrupted."""
    assert command(*PEOPLE, "--out", "whole.csv")[0] == 0
    return (folder / "whole.csv").read_bytes()


def record_of(folder: Path) -> dict:
    return json.loads((folder / "t.csv.partial.json").read_text())


@pytest.mark.skipif(os.name != "posix", reason="ends itself by a signal")
@pytest.mark.parametrize(
    ("place", "name", "unknown"), [("os", "fsync", True), ("exerkine_sim.engine.compiled", "measure", False)]
)
def test_a_killed_run_resumes_to_the_same_bytes(command, folder, whole, place, name, unknown):
    """Killed within the third part: with its rows in the file and not in the record, and before them."""
    arguments = ["measure", "plan.txt", "--subject", "me.toml", *PEOPLE, "--out", "t.csv"]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, place, name, *arguments], cwd=folder, capture_output=True, timeout=300
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert names(folder) == {"whole.csv", "whole.csv.json", "t.csv.partial", "t.csv.partial.json"}
    assert record_of(folder)["members"] == 6
    assert ((folder / "t.csv.partial").stat().st_size > record_of(folder)["size"]) == unknown
    assert command(*PEOPLE, "--out", "t.csv", "--resume")[:2] == (
        0,
        "wrote t.csv: 20 people\nwrote t.csv.json: how it was made\n",
    )
    assert (folder / "t.csv").read_bytes() == whole
    assert (folder / "t.csv.json").read_bytes() == (folder / "whole.csv.json").read_bytes()
    assert not list(folder.glob("*.partial*"))


@pytest.fixture
def stopping(monkeypatch):
    """Make measuring stop before its n-th part of three people, as if the user or the system had."""

    def stop(before: int, problem: BaseException) -> None:
        tables = measures.measure

        def stopped(*arguments, **options):
            for number, table in enumerate(tables(*arguments, **options)):
                if number == before:
                    raise problem
                yield table

        monkeypatch.setattr(measures, "PART_MEMBERS", 3)
        monkeypatch.setattr(measures, "measure", stopped)

    return stop


def test_an_interrupt_keeps_what_is_done_and_says_how_to_go_on(command, folder, stopping):
    stopping(2, KeyboardInterrupt())
    code, out, err = command(*PEOPLE, "--out", "t.csv")
    assert (code, out) == (130, "")
    assert "6 people are kept in t.csv.partial: the same command with --resume goes on" in err
    assert names(folder) == {"t.csv.partial", "t.csv.partial.json"}


def test_a_run_can_be_resumed_again_and_again(command, folder, whole, stopping):
    stopping(2, OSError(28, "No space left on device"))
    for members in (6, 12, 18):
        assert "No space left on device" in command(*PEOPLE, "--out", "t.csv", "--resume")[2]
        assert record_of(folder)["members"] == members
    assert command(*PEOPLE, "--out", "t.csv", "--resume")[0] == 0
    assert (folder / "t.csv").read_bytes() == whole


def test_what_stands_behind_the_last_whole_part_is_cut_off(command, folder, whole, stopping):
    stopping(6, KeyboardInterrupt())
    command(*PEOPLE, "--out", "t.csv")
    with (folder / "t.csv.partial").open("ab") as file:
        file.write(b"torn" * len(whole))
    assert command(*PEOPLE, "--out", "t.csv", "--resume")[0] == 0
    assert (folder / "t.csv").read_bytes() == whole


def test_what_was_there_stays_until_the_new_table_is_whole(command, folder, stopping):
    (folder / "t.csv").write_text("earlier")
    stopping(1, KeyboardInterrupt())
    command(*PEOPLE, "--out", "t.csv")
    assert (folder / "t.csv").read_text() == "earlier"


def test_nothing_is_left_where_nothing_was_done(command, folder, stopping):
    stopping(0, KeyboardInterrupt())
    code, _, err = command(*PEOPLE, "--out", "t.csv")
    assert (code, err) == (130, "error: interrupted\n")
    assert names(folder) == set()


def test_an_unfinished_table_is_not_begun_anew_by_mistake(command, folder, stopping):
    stopping(2, KeyboardInterrupt())
    command(*PEOPLE, "--out", "t.csv")
    before = (folder / "t.csv.partial").read_bytes()
    err = refused(command(*PEOPLE, "--out", "t.csv"))
    assert "t.csv.partial: an interrupted run left 6 people here" in err
    assert "add --resume" in err
    assert (folder / "t.csv.partial").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        (("--seed", "4"), "population.seed was 3 and is 4"),
        (("--population", "30"), "population.n was 20 and is 30"),
        (
            ("--exerkine", "irisin"),
            "settings.exerkines was ['il6', 'lactate'] and is ['il6', 'lactate', 'irisin']",
        ),
        (("--per", "block"), "settings.per was session and is block"),
        (("--above-fold", "2"), "settings.above_fold was None and is 2.0"),
        (("--end-h", "72"), "settings.end_h was None and is 72.0"),
    ],
)
def test_another_measurement_is_not_resumed(command, folder, stopping, options, difference):
    stopping(2, KeyboardInterrupt())
    command(*PEOPLE, "--out", "t.csv")
    before = (folder / "t.csv.partial").read_bytes()
    err = refused(command(*PEOPLE, *options, "--out", "t.csv", "--resume"))
    assert f"another measurement: {difference}\n" in err
    assert (folder / "t.csv.partial").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "difference"), [("plan.txt", "plan differs"), ("me.toml", "subject differs")]
)
def test_another_plan_or_person_is_not_resumed(command, folder, stopping, file, difference):
    stopping(2, KeyboardInterrupt())
    command(*PEOPLE, "--out", "t.csv")
    path = folder / file
    path.write_text(path.read_text().replace("30m", "31m").replace("= 30", "= 31"))
    assert f"another measurement: {difference}\n" in refused(command(*PEOPLE, "--out", "t.csv", "--resume"))


@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_partial_table_is_not_built_upon(command, folder, stopping, damage):
    stopping(2, KeyboardInterrupt())
    command(*PEOPLE, "--out", "t.csv")
    partial = folder / "t.csv.partial"
    content = partial.read_bytes()
    if damage == "gone":
        partial.unlink()
    else:
        partial.write_bytes({"cut": content[:-1], "changed": content.replace(b"il6", b"il7", 1)}[damage])
    err = refused(command(*PEOPLE, "--out", "t.csv", "--resume"))
    assert f"expected: the {len(content)} bytes of 6 people" in err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not the record of a table"),
        ("[1]", "not the record of a table"),
        ("[" * 100_000, "not the record of a table"),
        ('{"recipe": {}, "members": -1}', "members"),
        ('{"recipe": {}, "people": 3}', "unknown field 'people'"),
    ],
)
def test_a_record_that_is_none_is_refused(command, folder, content, message):
    (folder / "t.csv.partial.json").write_text(content)
    err = refused(command(*PEOPLE, "--out", "t.csv", "--resume"))
    assert "t.csv.partial.json" in err
    assert message in err


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--exerkine", "il66"), "did you mean 'il6'"),
        (("--per", "sesion"), "did you mean 'session'"),
        (("--above-fold", "1"), "above_fold = 1.0"),
        (("--end-h", "1"), "end_h = 1.0"),
        (("--population", "0"), "--population"),
        (("--seed", "1"), "fix: add --population N"),
        (("--out", "absent/t.csv"), "absent/t.csv.partial: cannot be written (No such file or directory)"),
        (("--out", "."), "a folder\n  expected: a file"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(command, folder, options, message):
    assert message in refused(command(*options))
    assert names(folder) == set()


def test_a_person_who_lacks_a_field_is_refused_and_leaves_nothing(command, folder):
    (folder / "plan.txt").write_text("Mon 07:00 cycle 30m 80% FTP")
    assert "ftp_w" in refused(command(*PEOPLE))
    assert names(folder) == set()


def test_a_plan_without_sessions_is_measured_as_a_block(command, folder):
    (folder / "plan.txt").write_text("Mon 12:00 meal 90g carbs")
    assert "add --per block" in refused(command(*PEOPLE))
    assert command(*PEOPLE, "--per", "block")[0] == 0


# ------------------------------------------------------------------ looks


def test_it_explains_itself_with_an_example(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["measure", "--help"])
    assert leaving.value.code == 0
    assert "exerkine-sim measure" in capsys.readouterr().out.partition("Example:")[2]


def test_a_terminal_shows_people_rate_and_time_left(command, monkeypatch):
    monkeypatch.setattr(measures, "PART_MEMBERS", 5)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    code, out, err = command(*PEOPLE, "--out", "t.csv")
    assert code == 0
    assert "measuring" in err
    assert "20/20" in err
    assert " a second" in err
    assert "measuring" not in out
