"""The command line: exit codes, messages a person can act on, tables that fit, files that are whole."""

import csv
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from test_plot import VARIED, fake_solution

from exerkine_sim import evidence, load_solution
from exerkine_sim.cli import main
from exerkine_sim.cli.inputs import read_moment
from exerkine_sim.errors import InputError
from exerkine_sim.evidence import Observation, Score, Scoreboard
from exerkine_sim.model import compose, module
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.structure import equation_lines, parts, turns

COMMANDS = (
    *("run", "compare", "import", "blocks", "measure"),
    *("validate", "claims", "calibrate", "model", "explain"),
)
PLAN = """name "Two days"
Thu 07:00 run 30m 70% VO2max
Fri 18:00 squat 2x5 80% 1RM rest 2m
"""


@pytest.fixture
def plan(tmp_path) -> Path:
    path = tmp_path / "two_days.txt"
    path.write_text(PLAN)
    return path


@pytest.fixture
def command(capsys):
    """Run the command line in this process: (exit code, standard output, standard error)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err  # type: ignore[return-value]

    return run


@pytest.fixture
def simulated(monkeypatch):
    """Put a finished Solution in the place of the simulation; it cites no parameters and has no clock.

    Its figure is empty unless it is asked for: to draw takes longer than all else that a run does.
    """

    def stand_in(*, drawn: bool = False, **options) -> None:
        solution = fake_solution(**options)
        if not drawn:
            monkeypatch.setattr("exerkine_sim.plot.overview", lambda _: Figure())
        manifest = solution.manifest | {"parameters": {"sources": {}}, "model": {"rhythms": []}}
        solution = type(solution).of(solution.dataset.assign_attrs(manifest=json.dumps(manifest)))
        monkeypatch.setattr(import_module("exerkine_sim.simulate"), "simulate", lambda *_, **__: solution)

    return stand_in


def refused(outcome: tuple[int, str, str]) -> str:
    """Check that a command was refused as promised, and return its message."""
    code, out, err = outcome
    assert code == 1
    assert out == ""
    assert err.startswith("error: ")
    assert "Traceback" not in err
    assert "unexpected" not in err or "a mistake of ours" in err
    return err


# ------------------------------------------------------------------ help and mistakes


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_with_an_example(command, name):
    code, out, err = command(name, "--help")
    assert (code, err) == (0, "")
    assert "Example:" in out
    assert f"exerkine-sim {name}" in out.partition("Example:")[2]


def test_help_lists_every_command_and_starts_without_the_model():
    code = (
        "import sys; from exerkine_sim.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    listing = out.partition("Commands:")[2]
    assert all(f"\n  {name} " in listing for name in COMMANDS)
    assert not {"numpy", "sympy", "xarray", "matplotlib", "pint"} & set(listing.split())


def test_the_version_is_that_of_the_package(command):
    from exerkine_sim import __version__

    assert command("--version") == (0, f"exerkine-sim {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "No such command 'rnu'. Did you mean 'run'?"),
        (["run", "--nope"], "No such option: --nope"),
        (["run", "--end-h", "soon"], "--end-h"),
        (["explain"], "Missing argument 'PLAN'"),
    ],
)
def test_a_word_that_is_not_understood_is_input_refused(command, arguments, message):
    err = refused(command(*arguments))
    assert message in err
    assert "--help" in err


def test_a_bad_plan_is_refused_with_file_and_line(command, plan):
    plan.write_text(PLAN.replace("squat", "sqat"))
    err = refused(command("run", plan))
    assert "two_days.txt, line 3" in err
    assert "did you mean 'squat'" in err


def test_a_missing_file_is_refused(command, tmp_path):
    assert "absent.txt: no such file" in refused(command("run", tmp_path / "absent.txt"))
    plan = tmp_path / "plan.txt"
    plan.write_text(PLAN)
    assert "absent.toml: no such file" in refused(command("run", plan, "--subject", tmp_path / "absent.toml"))


def test_a_folder_that_cannot_be_made_is_refused_before_the_work(command, plan):
    err = refused(command("run", plan, "--out", plan))
    assert "cannot be made" in err
    assert "--out" in err


def test_an_error_of_the_system_is_one_message(command, plan, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device", "result.csv")

    monkeypatch.setattr("exerkine_sim.cli.run.read_case", fail)
    assert "result.csv: No space left on device" in refused(command("run", plan))


@pytest.mark.parametrize("arguments", [["--debug", "run"], ["run", "--debug"]])
def test_a_traceback_appears_only_when_asked_for(command, monkeypatch, arguments):
    def fail(*_, **__):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr("exerkine_sim.cli.run.read_case", fail)
    assert "unexpected ZeroDivisionError: a mistake of ours" in refused(command("run"))
    code, _, err = command(*arguments)
    assert code == 1
    assert "Traceback" in err


def test_an_interrupt_leaves_with_130(command, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("exerkine_sim.cli.run.read_case", interrupt)
    code, out, err = command("run")
    assert (code, out) == (130, "")
    assert err == "error: interrupted\n"


# ------------------------------------------------------------------ run


def test_run_writes_three_whole_files_and_says_where(command, simulated, plan, tmp_path):
    simulated(drawn=True)
    out_dir = tmp_path / "result"
    code, out, err = command("run", plan, "--out", out_dir)
    assert (code, err) == (0, "")
    assert sorted(one.name for one in out_dir.iterdir()) == ["solution.nc", "summary.csv", "timecourse.png"]
    for file in out_dir.iterdir():
        assert f"wrote {file}\n" in out
    loaded = load_solution(out_dir / "solution.nc")
    with (out_dir / "summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(loaded.metrics())
    assert float(rows[0]["c_max"]) == loaded.metrics()["c_max"][0]
    assert (out_dir / "timecourse.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_folder_the_files_stand_in_one_named_after_the_plan(
    command, simulated, plan, tmp_path, monkeypatch
):
    simulated()
    monkeypatch.chdir(tmp_path)
    assert command("run", plan)[0] == 0
    assert (tmp_path / "two_days" / "solution.nc").is_file()


def test_a_failed_write_leaves_what_was_there(command, simulated, plan, tmp_path, monkeypatch):
    simulated()
    (tmp_path / "summary.csv").write_text("earlier")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("exerkine_sim.tabular.csv_of", fail)
    assert "No space left on device" in refused(command("run", plan, "--out", tmp_path))
    assert (tmp_path / "summary.csv").read_text() == "earlier"
    assert not list(tmp_path.glob("*.partial"))


def run_table(out: str, until: str = "reaches:") -> list[list[str]]:
    """Return the cells of the table, heading first; cells stand at least two spaces apart."""
    lines = out.splitlines()
    first = next(index for index, line in enumerate(lines) if line.startswith("molecule"))
    last = next(index for index, line in enumerate(lines) if line.startswith(until))
    rows = [line for line in lines[first:last] if set(line) - set("─- ")]
    return [[cell.strip() for cell in row.split("  ") if cell.strip()] for row in rows]


def test_run_shows_plan_person_and_one_row_a_molecule(command, simulated, plan, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    simulated()
    _, out, _ = command("run", plan, "--out", tmp_path)
    assert out.startswith("Two days: 2 sessions in 7 days\nfemale, 34 y, 62 kg")
    assert "estimated from norms: body_fat_percent, hr_max_bpm, hr_rest_bpm" in out
    headings, *rows = run_table(out)
    assert headings == [
        *("molecule", "where", "at rest", "reaches", "fold", "when", "after", "AUC above rest", "grade")
    ]
    assert [row[:2] for row in rows] == [
        ["il6", "plasma"],
        ["bdnf", "plasma"],
        ["myostatin", "mRNA lower"],
        ["myostatin", "mRNA upper"],
        ["lactate", "blood"],
        ["glucagon", "plasma"],
        ["insulin", "plasma"],
    ]
    assert rows[0][2:7] == ["1.2 pg/mL", "48", "40", "Thu 08:00", "run"]
    assert rows[2][3:5] == ["0.4", "0.4"]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_the_table_loses_columns_before_it_wraps(command, simulated, plan, tmp_path, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    simulated()
    _, out, _ = command("run", plan, "--out", tmp_path)
    headings, *rows = run_table(out)
    assert len(rows) == 7, "one line a row"
    assert all(len(line) <= width for line in out.splitlines() if not line.startswith("wrote"))
    assert ("AUC above rest" in headings) == (width > 80)
    assert {"molecule", "at rest", "fold", "when", "grade"} <= set(headings)


def test_run_as_json_is_read_by_a_program(command, simulated, plan, tmp_path):
    simulated()
    code, out, _ = command("run", plan, "--out", tmp_path, "--json")
    content = json.loads(out)
    assert code == 0
    assert content["plan"] == "Two days"
    assert content["status"] == ["ok"]
    assert content["estimated"] == ["body_fat_percent", "hr_max_bpm", "hr_rest_bpm"]
    il6 = content["summary"][0]
    assert (il6["exerkine"], il6["unit"], il6["at_h"], il6["value"]) == ("il6", "pg/mL", 8.0, 48.0)
    assert [Path(file).name for file in content["files"]] == ["solution.nc", "summary.csv", "timecourse.png"]


def test_a_failed_member_leaves_with_2_and_still_shows_what_there_is(command, simulated, plan, tmp_path):
    simulated(spread=(np.nan,), drawn=True)
    code, out, err = command("run", plan, "--out", tmp_path)
    assert code == 2
    assert "member 0: not finite" in err
    assert run_table(out)[1][:2] == ["il6", "plasma"]
    code, out, _ = command("run", plan, "--out", tmp_path, "--json")
    assert code == 2
    assert json.loads(out)["summary"][0]["value"] is None


def test_a_population_is_shown_as_median_and_range(command, simulated, plan, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    simulated(spread=tuple(np.linspace(1.0, 2.0, 21)), varied=VARIED, drawn=True)
    code, out, err = command("run", plan, "--out", tmp_path, "--population", 21, "--seed", 3)
    assert (code, err) == (0, "")
    assert "median of 21 people like this one, seed 3\n3 quantities differ between people: 1 by" in out
    headings, *rows = run_table(out, until="at rest, reaches, fold: medians")
    assert headings == [
        *("molecule", "where", "at rest", "reaches", "5 to 95 %", "fold", "25 to 75 %", "5 to 95 %"),
        *("after", "grade"),
    ]
    il6 = rows[0]
    # 1.2 pg/mL and its 40-fold, times 1.5 in the middle, 1.05 and 1.95 at the 5 and 95 % points.
    assert il6[2:6] == ["1.8 pg/mL", "72", "50.4 to 93.6", "40"]
    assert il6[8:] == ["run", "high"]


def test_a_population_as_json_holds_its_quantiles(command, simulated, plan, tmp_path):
    simulated(spread=(*np.linspace(1.0, 2.0, 21), np.nan), varied=VARIED, drawn=True)
    code, out, err = command("run", plan, "--out", tmp_path, "--population", 22, "--json")
    content = json.loads(out)
    assert code == 2
    assert "member 21: not finite" in err
    assert content["failed"] == [{"member": 21, "reason": "not finite"}]
    assert (content["population"]["n"], content["population"]["seed"]) == (22, 3)
    assert content["varied"] == VARIED
    il6 = content["summary"][0]
    assert (il6["exerkine"], il6["people"], il6["session"], il6["session_share"]) == ("il6", 21, "run", 1.0)
    # Rounding of one interpolation.
    assert il6["value"] == pytest.approx(
        {"p5": 50.4, "p25": 60.0, "p50": 72.0, "p75": 84.0, "p95": 93.6}, rel=1e-12
    )


def test_the_people_asked_for_are_those_simulated(command, plan, tmp_path, monkeypatch):
    def stand_in(_schedule, people, **_options):
        numbers = "uncertain" if people.uncertain else "certain"
        raise InputError(f"{people.n} people of seed {people.seed}, numbers {numbers}")

    monkeypatch.setattr(import_module("exerkine_sim.simulate"), "simulate", stand_in)
    asked = {
        (): "7 people of seed 0, numbers certain",
        ("--seed", 5): "7 people of seed 5",
        ("--uncertain",): "numbers uncertain",
    }
    for options, message in asked.items():
        assert message in refused(command("run", plan, "--out", tmp_path, "--population", 7, *options))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--population", 0], "--population: n = 0\n  expected: a whole number from 1 to 10000000"),
        (["--population", -3], "--population: n = -3"),
        (["--population", 3, "--seed", -1], "--seed: seed = -1\n  expected: a whole number from 0"),
        (["--population", "many"], "--population"),
        (["--seed", 1], "--seed without --population\n  expected: --seed only with --population"),
        (["--uncertain"], "--uncertain only with --population\n  fix: add --population N"),
        (["--uncertain", "--seed", 1], "--seed and --uncertain without --population"),
    ],
)
def test_people_that_cannot_be_are_refused_before_the_work(command, plan, tmp_path, options, message):
    before = sorted(tmp_path.rglob("*"))
    assert message in refused(command("run", plan, "--out", tmp_path / "new", *options))
    assert sorted(tmp_path.rglob("*")) == before


def test_more_people_than_memory_holds_are_refused_before_the_work(command, plan, tmp_path):
    err = refused(command("run", plan, "--out", tmp_path / "new", "--population", 1_000_000))
    assert "1000000 members at " in err
    assert "expected: at most " in err
    assert not (tmp_path / "new").exists()


def test_many_failures_are_counted_not_listed(command, simulated, plan, tmp_path):
    simulated(spread=(1.0, *[np.nan] * 30), varied=VARIED)
    _, _, err = command("run", plan, "--out", tmp_path, "--population", 31)
    assert "and 20 more" in err
    assert len(err.splitlines()) == 12


@pytest.mark.parametrize("out", ["result", "new/deep/result"])
def test_a_refusal_after_reading_leaves_no_folder_behind(command, plan, tmp_path, out):
    before = sorted(tmp_path.rglob("*"))
    assert "end_h = 1" in refused(command("run", plan, "--out", tmp_path / out, "--end-h", 1))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_refusal_leaves_the_folders_that_were_there(command, plan, tmp_path):
    (tmp_path / "empty").mkdir()
    refused(command("run", plan, "--out", tmp_path / "empty" / "new", "--end-h", 1))
    refused(command("run", plan, "--out", tmp_path / "empty", "--end-h", 1))
    assert list((tmp_path / "empty").iterdir()) == []


def test_progress_shows_on_a_terminal_and_never_in_a_pipe(command, plan, tmp_path, monkeypatch):
    def halfway(*_, progress, **__):
        progress(0.42)
        raise InputError("stopped here")

    monkeypatch.setattr(import_module("exerkine_sim.simulate"), "simulate", halfway)
    assert "%" not in refused(command("run", plan, "--out", tmp_path))
    monkeypatch.setenv("FORCE_COLOR", "1")
    for arguments in (["run", plan, "--out", tmp_path], ["explain", plan, "il6", "--at", "8"]):
        _, out, err = command(*arguments)
        assert (out, "simulating" in err, "42%" in err) == ("", True, True)


def test_by_the_clock_a_morning_s_cortisol_is_explained_by_its_hour(command, plan):
    arguments = ("explain", plan, "cortisol", "--at", "Thu 06:30", "--json")
    still, clocked = (json.loads(command(*arguments, *more)[1]) for more in ([], ["--clock"]))
    assert still["measured"] == pytest.approx(still["rest"])
    assert clocked["rest"] == pytest.approx(still["rest"])
    assert clocked["measured"] > 1.3 * clocked["rest"]


def test_a_run_by_the_clock_says_so_and_its_file_too(command, plan, tmp_path):
    code, out, _ = command("run", plan, "--clock", "--no-plot", "--out", tmp_path, "--end-h", 48)
    assert code == 0
    assert "by the clock: cortisol, leptin" in out
    kept = load_solution(tmp_path / "solution.nc")
    assert kept.manifest["model"]["rhythms"] == ["leptin", "cortisol"]
    assert kept.fold("cortisol")[0, 0] < 0.5


# ------------------------------------------------------------------ moments


@pytest.mark.parametrize(
    ("text", "hours"),
    [("8.5", 8.5), ("Thu 07:30", 7.5), ("Fri 18:00", 42.0), ("day 2 07:00", 31.0), ("Wed 00:00", 144.0)],
)
def test_a_moment_is_read_as_in_the_plan(text, hours):
    assert read_moment(text, parse_schedule(PLAN)) == hours


@pytest.mark.parametrize(
    "text", ["", "Thu", "noon", "Thu 25:00", "Thu 07:00 run", "-3", "nan", "1e9", '"x', "Thu\n07:30\nFri"]
)
def test_a_moment_that_cannot_be_read_is_refused(text):
    with pytest.raises(InputError, match="(?s)no moment of this plan: .*'Mon 08:30' or 'day 2 07:00'"):
        read_moment(text, parse_schedule(PLAN))


@pytest.mark.parametrize("text", ["Mon 08:30", "2026-11-14 08:30"])
def test_a_weekday_means_nothing_to_a_plan_without_any(text):
    with pytest.raises(InputError, match="--at: .*the plan names no weekday"):
        read_moment(text, parse_schedule("day 1 07:00 run 30m 70% VO2max"))


# ------------------------------------------------------------------ model


@module("tracer", parameters={"basal": "ng/L", "elimination": "1/h", "volume": "L"})
def tracer(m, p):
    """Tracer: a pool under test.

    Second line."""
    pool = m.pool("plasma", volume=p.volume, basal=p.basal, unit="ng/L", flux_unit="ng/h", site="blood")
    m.release("plasma", tissue="muscle", trigger="effort", rate=p.basal * m.signal("effort.level"))
    m.clear("plasma", rate=p.elimination * p.volume * pool)


@module("effort", parameters={"delay": "h"})
def effort(m, p):
    """Effort: follows the demand."""
    m.lag("level", m.input("demand_lower", "1"), p.delay)


def test_who_drives_whom_is_read_off_the_equations():
    found = {part.name: part for part in parts(compose([tracer, effort]))}
    assert found["tracer"].driven_by == ("effort",)
    assert found["effort"].drives == ("tracer",)
    assert found["effort"].driven_by == ()
    assert found["effort"].inputs == ("demand",)
    assert found["tracer"].states == ("plasma",)


def test_an_equation_is_shown_with_names_and_a_pool_by_its_terms():
    model = compose([tracer, effort])
    assert list(equation_lines(model, "effort")) == [
        ("d level/dt [1 per h] =", "(input.demand_lower - level)/delay")
    ]
    assert list(equation_lines(model, "tracer")) == [
        ("volume x d plasma/dt [ng/h; plasma in ng/L] =", ""),
        ("  + muscle, effort:", "basal * effort.level"),
        ("  - clearance, loss:", "elimination * plasma * volume"),
    ]


def test_model_lists_modules_equations_and_parameters(command):
    code, out, _ = command("model")
    assert code == 0
    assert "cortisol" in out
    assert "parameters, " in out.splitlines()[-1]
    _, out, _ = command("model", "--equations")
    assert "[lactate]" in out
    assert "- working tissue, oxidation:" in out
    _, out, _ = command("model", "--parameters", "lactate.exchange")
    assert "lactate.exchange = " in out
    assert all(f"  {title}: " in out for title in ("source", "where", "in", "note", "record LAC-001"))


def test_model_as_json_holds_the_same(command):
    modules = json.loads(command("model", "--json")[1])["modules"]
    cortisol = next(one for one in modules if one["name"] == "cortisol")
    assert "il6" in cortisol["driven_by"]
    assert any("d effort/dt" in line for line in cortisol["equations"])
    (one,) = json.loads(command("model", "--parameters", "lactate.exchange", "--json")[1])["parameters"]
    assert {"value", "unit", "spread", "basis", "grade", "source", "population", "note"} <= one.keys()


@module("pair", parameters={"delay": "h", "half": "1"})
def pair(m, p):
    """Pair: two states that feed each other, behind the tracer."""
    m.state("first", unit="1", guess=p.half, rate=lambda y: (m.signal("pair.second") - y) / p.delay)
    m.state("second", unit="1", guess=p.half, rate=lambda y: (m.signal("pair.first") ** 2 - y) / p.delay)
    m.state("third", unit="1", guess=p.half, rate=lambda y: (m.signal("pair.first") - y**2) / p.delay)


def test_blocks_are_listed_in_solving_order_with_what_they_need():
    found = turns(compose([tracer, pair, effort]))
    assert [(turn.position, turn.states, turn.kind, turn.depends_on, turn.inputs) for turn in found] == [
        (1, ("pair.first", "pair.second"), "loop of 2", (), ()),
        (2, ("effort.level",), "linear", (), ("demand",)),
        (3, ("pair.third",), "nonlinear", ("pair.first",), ()),
        (4, ("tracer.plasma",), "linear", ("effort.level",), ()),
    ]


def test_the_solving_order_fits_eighty_columns_and_names_every_state_once(command, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = command("model", "--order")
    assert (code, err) == (0, "")
    *lines, total = out.splitlines()
    assert max(map(len, lines)) <= 80
    blocks = json.loads(command("model", "--order", "--json")[1])["order"]
    states = [state for block in blocks for state in block["states"]]
    named = [next((word for word in line[:34].split() if "." in word), None) for line in lines]
    assert [name for name in named if name is not None] == states
    assert total.startswith(f"{len(states)} states in {len(blocks)} blocks: ")
    known = {"the plan"}
    for block in blocks:
        assert known.issuperset(block["depends_on"])
        known.update(block["states"])


def test_the_solving_order_is_drawn_into_a_file(command, tmp_path):
    file = tmp_path / "order.png"
    assert command("model", "--figure", file) == (0, f"wrote {file}\n", "")
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "expected: .png, .pdf or .svg" in refused(command("model", "--figure", tmp_path / "order.doc"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["order.png"]


def test_an_unknown_parameter_offers_the_nearest(command):
    assert "did you mean 'lactate'" in refused(command("model", "--parameters", "lactat"))


def test_a_stream_without_unicode_gets_question_marks_instead_of_an_error():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}

    def ascii_run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "exerkine_sim", *arguments]
        return subprocess.run(command, capture_output=True, env=environment, check=False)

    refusal = ascii_run("run", "Übung.txt")
    assert refusal.returncode == 1
    assert refusal.stderr.startswith(b"error: ?bung.txt: no such file")
    table = ascii_run("model")
    assert (table.returncode, table.stderr) == (0, b"")
    assert table.stdout.isascii()


# ------------------------------------------------------------------ validate


@pytest.fixture
def scoreboard(monkeypatch) -> None:
    def seen(exerkine: str, value: float) -> Observation:
        return Observation(exerkine, "plasma", 30.0, "end", value, "fold")

    board = Scoreboard(
        (
            Score("Good1999", "fit", seen("il6", 10.0), predicted=11.0),
            Score("Miss2001", "check", seen("il6", 10.0), predicted=50.0),
            Score("Other2003", "check", seen("gdf15", 2.0), predicted=None, reason="not modelled"),
        )
    )
    monkeypatch.setattr(evidence, "validate", lambda *_, **__: board)


@pytest.mark.usefixtures("scoreboard")
def test_validate_shows_misses_first_and_hits_and_what_it_cannot_say(command):
    code, out, err = command("validate")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    miss, hit = (next(i for i, line in enumerate(lines) if key in line) for key in ("Miss2001", "Good1999"))
    assert miss < hit
    assert "x 5.00" in lines[miss]
    assert "end +30" in lines[miss]
    assert "no prediction, not modelled: 1 in Other2003" in out
    assert lines[-2] == "2 scored: 50 % within 2-fold, geometric mean fold error x 2.35; 1 not scored"
    assert lines[-1].startswith("never fitted to: ")


@pytest.mark.usefixtures("scoreboard")
def test_validate_as_json_has_observations_summary_and_molecules(command):
    content = json.loads(command("validate", "--json")[1])
    assert content["summary"]["n"] == 2
    assert set(content["by_exerkine"]) == {"il6", "gdf15"}
    first = content["observations"][0]
    assert (first["study"], first["observed"], first["predicted"]) == ("Good1999", 10.0, 11.0)


def test_a_study_that_cannot_be_read_is_refused(command, tmp_path):
    path = tmp_path / "trial.toml"
    path.write_text("key = 3")
    assert "trial.toml" in refused(command("validate", path))


# ------------------------------------------------------------------ the real thing


def test_the_shipped_physiology_runs_from_plan_to_files(command, tmp_path):
    plan = tmp_path / "short.txt"
    plan.write_text("Mon 08:00 run 20m 70% VO2max")
    code, out, err = command("run", plan, "--out", tmp_path, "--end-h", "12")
    assert (code, err) == (0, "")
    headings, *rows = run_table(out)
    il6 = dict(zip(headings, next(row for row in rows if row[0] == "il6"), strict=True))
    assert float(il6["fold"]) > 1
    assert il6["when"].startswith("Mon 08:")
    code, out, _ = command("explain", plan, "il6", "--at", "Mon 08:20")
    assert code == 0
    assert out.startswith("il6 in plasma, Mon 08:20: ")
    shown = {tuple(line.split()[:3]) for line in out.splitlines()}
    assert {("release", "muscle", "lower"), ("loss", "clearance", "loss")} <= shown
    terms = json.loads(command("explain", plan, "il6", "--at", "Mon 08:20", "--json")[1])["terms"]
    # A handful of shares add up to one within the rounding of as many additions.
    assert sum(one["share"] for one in terms if one["kind"] == "release") == pytest.approx(1, rel=1e-12)
    assert "did you mean 'il6'" in refused(command("explain", plan, "il66", "--at", "8.3"))


@pytest.mark.parametrize("name", ["validate", "claims"])
def test_a_page_cannot_take_the_place_of_a_folder_and_nothing_is_simulated_first(name, tmp_path, capsys):
    with pytest.raises(SystemExit) as leaving:
        main([name, "--out", str(tmp_path)])
    assert leaving.value.code == 1
    assert "a folder\n  expected: a file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
