"""`exerkine-sim import`, and training files in the place of a plan: what is written, told and refused."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import platformdirs
import pytest
from matplotlib.figure import Figure
from test_plot import fake_solution

from exerkine_sim.cli import main
from exerkine_sim.cli.inputs import read_case
from exerkine_sim.errors import ScheduleError
from exerkine_sim.files import CACHE_VARIABLE
from exerkine_sim.schedule import Bout, Intensity, Session, load_schedule, parse_schedule
from exerkine_sim.schedule.readers import Dated, Wishes, kinds
from saying import in_words

PLAN = "Thu 07:00 run 30m 70% VO2max\nFri 18:00 squat 2x5 80% 1RM rest 2m\n"
MORNING = datetime(2026, 3, 2, 7, 0)  # a Monday
PERSON = 'sex = "male"\nage_y = 30\nbody_mass_kg = 75\nheight_m = 1.8\nvo2max_ml_kg_min = 50\n'


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """Keep cache and settings of the tests to themselves, and write where nothing else is.

    Kernels that other tests compiled are brought along; what is remembered of files that were read is not.
    """
    shutil.copytree(os.environ[CACHE_VARIABLE], tmp_path / "cache", ignore=shutil.ignore_patterns("imports"))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_: str(tmp_path / "config"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture(autouse=True)
def wishes(monkeypatch) -> list[Wishes]:
    """Read `day minutes intensity` from any training file; the list holds the wishes of each reading."""
    seen: list[Wishes] = []

    def read(path: Path, wished: Wishes) -> list[Dated]:
        seen.append(wished)
        try:
            day, minutes, value, basis = path.read_text(encoding="utf-8").split()
        except ValueError:
            raise ScheduleError("no training in it", fix="record one", file=path) from None
        lifting = basis == "kg"
        bout = Bout(
            0,
            float(minutes),
            "squat" if lifting else wished.mode or "cycle",
            Intensity(float(value), basis),
            reps=5 if lifting else None,
        )
        start = MORNING + timedelta(days=int(day))
        return [Dated(Session(0, [bout], name="Ride"), start, path, ("smoothed",))]

    monkeypatch.setattr(kinds, "reader_of", lambda _: read)
    return seen


@pytest.fixture
def command(capsys):
    """Run the command line in this process: (exit code, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err  # type: ignore[return-value]

    return run


def refused(outcome: tuple[int, str, str]) -> str:
    """Check that a command was refused as promised, and return its message."""
    code, out, err = outcome
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    in_words(err)
    return err


@pytest.fixture
def simulated(monkeypatch) -> None:
    """Put a finished Solution in the place of the simulation; it cites no parameters and has no clock."""
    solution = fake_solution()
    manifest = solution.manifest | {"parameters": {"sources": {}}, "model": {"rhythms": []}}
    solution = type(solution).of(solution.dataset.assign_attrs(manifest=json.dumps(manifest)))
    monkeypatch.setattr(import_module("exerkine_sim.simulate"), "simulate", lambda *_, **__: solution)


@pytest.fixture
def rides() -> Path:
    folder = Path("rides")
    folder.mkdir()
    for day in range(3):
        (folder / f"{day}.fit").write_text(f"{day} 60 {200 + day} watt")
    return folder


def test_a_folder_becomes_a_plan_that_reads_back(command, rides):
    code, out, err = command("import", rides, "-o", "plan.toml")
    assert code == 0
    assert "2026-03-04 07:00  Ride     cycle       60      1  W" in out
    assert "wrote plan.toml: 3 sessions" in out
    assert "rides/0.fit, rides/1.fit, rides/2.fit: smoothed" in err
    assert load_schedule("plan.toml") == load_schedule(rides)


def test_the_suffix_names_the_form(command, rides):
    assert command("import", rides, "-o", "plan.txt")[0] == 0
    assert parse_schedule(Path("plan.txt").read_text(encoding="utf-8")) == load_schedule(rides)
    err = refused(command("import", rides, "-o", "plan.tml"))
    assert "did you mean '.toml'" in err


def test_a_plan_of_our_own_changes_its_form(command):
    Path("plan.txt").write_text(PLAN, encoding="utf-8")
    assert command("import", "plan.txt")[0] == 0
    assert load_schedule("plan.toml") == parse_schedule(PLAN)


def test_nothing_is_written_over_what_is_read(command):
    Path("plan.toml").write_text(parse_schedule(PLAN).to_toml(), encoding="utf-8")
    assert "take the place of what it is read from" in refused(command("import", "plan.toml"))
    assert load_schedule("plan.toml") == parse_schedule(PLAN)


def test_a_file_that_cannot_be_read_is_told_in_one_line_and_leaves_with_2(command, rides):
    (rides / "bad.fit").write_text("nothing")
    (rides / "notes.pdf").write_text("nothing")
    code, out, err = command("import", rides)
    assert code == 2
    assert "wrote plan.toml: 3 sessions" in out
    assert f"error: {rides / 'bad.fit'}: no training in it (record one)\n" in err
    assert f"{rides / 'notes.pdf'}: left out, no training files" in err


def test_where_none_can_be_read_nothing_is_written(command, rides):
    for file in rides.iterdir():
        file.write_text("nothing")
    err = refused(command("import", rides))
    assert err.count("no training in it") == 3
    assert not Path("plan.toml").exists()


def test_json_holds_what_the_table_and_the_remarks_do(command, rides):
    code, out, _ = command("import", rides, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["plan"] == "plan.toml"
    assert told["first_day"] == "2026-03-02"
    assert told["sessions"][1] == {
        "when": "2026-03-03 07:00",
        "session": "Ride",
        "mode": "cycle",
        "minutes": 60,
        "bouts": 1,
        "known_by": "W",
    }
    assert told["remarks"][0] == {"file": "rides/0.fit", "text": "smoothed"}
    assert told["refused"] == told["left_out"] == told["missing"] == []


def test_a_long_table_is_cut_and_counted(command):
    folder = Path("years")
    folder.mkdir()
    for day in range(45):
        (folder / f"{day:02d}.fit").write_text(f"{day} 60 200 watt")
    _, out, _ = command("import", folder)
    assert "and 5 more sessions" in out
    assert out.count("Ride") == 40


# ------------------------------------------------------------------ what the user says


def test_wishes_reach_the_reader(command, rides, wishes):
    options = ("--mode", "row", "--weight-unit", "lb", "--map", "Pin Squat=squat", "--map", "Plank=skip")
    code, out, _ = command("import", rides, *options)
    assert code == 0
    assert "row erg" in out
    assert (wishes[0].mode, wishes[0].weight_unit) == ("row_erg", "lb")
    assert wishes[0].lifts == {"Pin Squat": "squat", "Plank": "skip"}


def test_a_name_is_said_once(command, rides, wishes):
    assert command("import", rides, "--map", "Pin Squat=squat")[0] == 0
    (rides / "3.fit").write_text("3 60 200 watt")
    assert command("import", rides)[0] == 0
    assert wishes[-1].lifts == {"Pin Squat": "squat"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--map", "Pin Squat"), "--map: 'Pin Squat'\n  expected: NAME=LIFT"),
        (("--map", "Pin Squat=sqat"), "did you mean 'squat'"),
        (("--mode", "cycel"), "did you mean 'cycle'"),
        (("--weight-unit", "stone"), "--weight-unit: 'stone'\n  expected: kg or lb"),
        (("--out", "nowhere/plan.toml"), "nowhere"),
    ],
)
def test_options_that_cannot_be_are_refused(command, rides, options, message):
    assert message in refused(command("import", rides, *options))


def test_no_file_is_refused(command):
    assert "Missing argument 'FILE'" in refused(command("import"))
    assert "nowhere.fit: no such file" in refused(command("import", "nowhere.fit"))


# ------------------------------------------------------------------ a person


def test_what_a_person_lacks_is_told_at_once(command, rides, monkeypatch):
    monkeypatch.setattr("exerkine_sim.schedule.readers.one_rm.one_rm_of", lambda _: {"squat": 112.5})
    Path("me.toml").write_text(PERSON, encoding="utf-8")
    (rides / "3.fit").write_text("3 60 90 ftp_percent")
    (rides / "4.fit").write_text("4 0.25 100 kg")
    code, out, err = command("import", rides, "--subject", "me.toml")
    assert code == 2
    assert "wrote plan.toml: 5 sessions" in out
    assert "me.toml lacks what the plan refers to" in err
    assert "add ftp_w to the subject" in err
    assert "add squat = ... under [one_rm_kg]" in err
    assert err.endswith("[one_rm_kg]\nsquat = 112.5\n")


def test_a_person_who_lacks_nothing_is_not_mentioned(command, rides):
    Path("me.toml").write_text(PERSON + "ftp_w = 250\n", encoding="utf-8")
    code, _, err = command("import", rides, "--subject", "me.toml")
    assert code == 0
    assert "me.toml" not in err


def test_an_unknown_person_is_refused_before_the_work(command, rides, wishes):
    refused(command("import", rides, "--subject", "you.toml"))
    assert wishes == []


# ------------------------------------------------------------------ interrupted


def test_an_interrupted_import_goes_on_to_the_same_bytes(command, rides, wishes, monkeypatch, tmp_path):
    assert command("import", rides, "-o", "whole.toml")[0] == 0
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "other"))
    wishes.clear()
    read = kinds.reader_of(kinds.PLAN)

    def stops(path: Path, wished: Wishes) -> list[Dated]:
        if len(wishes) == 2:
            raise KeyboardInterrupt
        return read(path, wished)

    with monkeypatch.context() as patched:
        patched.setattr(kinds, "reader_of", lambda _: stops)
        code, _, err = command("import", rides, "-o", "plan.toml")
    assert code == 130
    assert "the same command goes on" in err
    assert not Path("plan.toml").exists()
    wishes.clear()
    assert command("import", rides, "-o", "plan.toml")[0] == 0
    assert len(wishes) == 1
    assert Path("plan.toml").read_bytes() == Path("whole.toml").read_bytes()


# ------------------------------------------------------------------ in the place of a plan


@pytest.mark.usefixtures("simulated")
def test_run_takes_files_and_folders(command, rides):
    Path("late.fit").write_text("9 60 200 watt", encoding="utf-8")
    code, out, err = command("run", rides, "late.fit", "--no-plot")
    assert code == 0
    assert "smoothed" in err
    assert "wrote rides-result/solution.nc" in out.replace("\\", "/")
    assert "4 sessions" in out
    assert all(file.suffix == ".fit" for file in rides.iterdir())


@pytest.mark.usefixtures("simulated")
def test_run_tells_what_could_not_be_read_and_leaves_with_2(command, rides):
    (rides / "bad.fit").write_text("nothing")
    code, out, err = command("run", rides, "--no-plot", "--out", "out")
    assert code == 2
    assert "bad.fit: no training in it" in err
    assert "3 sessions" in out
    assert Path("out/solution.nc").is_file()


def test_explain_and_measure_take_a_folder(command, rides):
    code, out, _ = command("explain", rides, "il6", "--at", "day 1 08:00")
    assert code == 0
    assert "il6 in plasma, Mon 08:00" in out
    code, out, _ = command("measure", rides, "--exerkine", "il6", "--out", "il6.csv")
    assert code == 0
    assert {line.split(",")[6] for line in Path("il6.csv").read_text(encoding="utf-8").splitlines()[1:]} == {
        "7",
        "31",
        "55",
    }


def test_months_are_drawn_of_long_plans_and_on_demand(command, rides, monkeypatch):
    monkeypatch.setattr("exerkine_sim.plot.overview", lambda _: Figure())  # which has tests of its own
    Path("long.txt").write_text(
        "starts Mon\n" + "".join(f"day {7 * n + 1} 07:00 run 1h 70%VO2max\n" for n in range(15)),
        encoding="utf-8",
    )
    assert command("run", "long.txt", "--out", "long", "--json")[0] == 0
    assert {path.name for path in Path("long").iterdir()} >= {"months.png", "timecourse.png"}
    assert command("run", rides, "--out", "short", "--no-plot", "--months", "--json")[0] == 0
    assert {path.name for path in Path("short").iterdir()} == {"months.png", "solution.nc", "summary.csv"}


def test_import_starts_without_the_model():
    code = (
        "import sys; from exerkine_sim.cli import main\n"
        "try: main(['import', 'nowhere.fit'])\n"
        "except SystemExit: print(*sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"sympy", "xarray", "matplotlib", "pandas"} & set(out.split())


def test_names_that_were_mapped_once_hold_for_every_command(command, rides, wishes):
    assert command("import", rides, "--map", "Pin Squat=squat")[0] == 0
    for place, read in enumerate(
        (lambda file: read_case([file], None), lambda file: load_schedule(file)), start=3
    ):
        new = rides / f"{place}.fit"  # what was read before is remembered
        new.write_text(f"{place} 60 200 watt")
        read(new)
        assert len(wishes) == place + 1
        assert wishes[-1].lifts == {"Pin Squat": "squat"}
