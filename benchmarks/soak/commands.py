"""Runs through the command line, in this process and, now and then, in one of their own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random

import exerkine_sim as xk
from exerkine_sim.cli import main

from . import draw as drawn
from .api import READ, RECORDINGS
from .checks import against_reference, digest, must, sound
from .job import Job, Outcome, Worker

PLAN, PERSON = "plan.txt", "me.toml"
LONG_S = 300
DESIGN = """title = "a soak"
plan = "Mon 07:00 run 45m 70% VO2max"
subject = "me.toml"
[sample]
method = "sobol"
n = {n}
seed = {seed}
[vary]
"il6.clearance" = "published"
"plan.duration" = {{ low = 0.5, high = 2.0, scale = "log" }}
[outputs]
exerkines = ["il6", "lactate"]
metrics = ["c_max", "auc"]
"""


def laid_out(draw: Random, folder: Path, size: str | None = drawn.SHORT) -> tuple[str, ...]:
    """Write a plan and a person; return the words that name them."""
    (folder / PLAN).write_text(drawn.plan(draw, size))
    about = drawn.person(draw)
    lifts = about.pop("one_rm_kg", {})
    rows = [f"{name} = {_toml(value)}" for name, value in about.items()]
    rows += ["[one_rm_kg]", *(f"{name} = {value}" for name, value in lifts.items())]
    (folder / PERSON).write_text("\n".join(rows) + "\n")
    return (PLAN, "--subject", PERSON)


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def carried_out(folder: Path, *words: object, ends: Sequence[int] = (0,)) -> str:
    """Run a command in a folder, in this process; return what it said."""
    told, came_from = StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with redirect_stdout(told), redirect_stderr(told):
            main([str(word) for word in words])
    except SystemExit as leaving:
        code = leaving.code
    finally:
        os.chdir(came_from)
    must(code in ends, f"exit code {code} of: {shlex.join(map(str, words))}\n{told.getvalue()[-2000:]}")
    return told.getvalue()


def written(folder: Path) -> str:
    """Return the digest of every file below a folder; Solutions are read and held to their promises."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    must(bool(files), "nothing was written")
    return digest(
        *(sound(xk.load_solution(one)) if one.suffix == ".nc" else one.read_bytes() for one in files)
    )


def run(draw: Random, folder: Path) -> Outcome:
    words = laid_out(draw, folder, None)
    more = ("--clock",) * (draw.random() < 0.1) + ("--json",) * (draw.random() < 0.2)
    plot = "--plot" if draw.random() < 0.1 else "--no-plot"
    carried_out(folder, "run", *words, *more, plot, "--no-months", "--out", "out")
    return Outcome(written(folder / "out"))


def reference(draw: Random, folder: Path) -> Outcome:
    words = laid_out(draw, folder)
    carried_out(folder, "run", *words, "--no-plot", "--out", "out")
    solution = xk.load_solution(folder / "out" / "solution.nc")
    case = xk.load_schedule(folder / PLAN), xk.load_subject(folder / PERSON)
    return Outcome(written(folder / "out"), difference=against_reference(solution, *case))


def process(draw: Random, folder: Path) -> Outcome:
    """The command as it is typed, in a process of its own: the same files as in this one."""
    words = ("run", *laid_out(draw, folder), "--no-plot", "--out")
    command = [sys.executable, "-m", "exerkine_sim", *words, "typed"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONG_S, check=False)
    must(done.returncode == 0, f"exit code {done.returncode}\n{done.stderr[-2000:]}")
    carried_out(folder, *words, "called")
    must(written(folder / "typed") == written(folder / "called"), "typed and called, it writes other files")
    return Outcome(written(folder / "typed"))


def people(draw: Random, folder: Path) -> Outcome:
    more = ("--population", draw.randint(2, 40), "--seed", draw.randrange(100))
    carried_out(folder, "run", *laid_out(draw, folder), *more, "--no-plot", "--out", "out")
    return Outcome(written(folder / "out"))


def figure(draw: Random, folder: Path) -> Outcome:
    kind = draw.choice(("overview", "timecourse", "heat", "peaks", "calendar"))
    file = f"out/figure{draw.choice(('.png', '.svg'))}"
    (folder / "out").mkdir()
    carried_out(folder, "figure", kind, *laid_out(draw, folder), "-o", file)
    return Outcome(written(folder / "out"))


def compare(draw: Random, folder: Path) -> Outcome:
    words = laid_out(draw, folder)
    (folder / "other.txt").write_text(drawn.plan(draw, drawn.SHORT))
    carried_out(
        folder, "compare", PLAN, "other.txt", *words[1:], "--population", 20, "--no-plot", "--out", "out"
    )
    return Outcome(written(folder / "out"))


def import_(draw: Random, folder: Path) -> Outcome:
    files = [RECORDINGS / name for name in draw.sample(READ[:4], draw.randint(1, 2))]
    told = carried_out(folder, "import", *files, "--mode", "cycle", "-o", "plan.toml", ends=(0, 1))
    return Outcome(digest(told.replace(str(folder), ""), written(folder) if list(folder.iterdir()) else ""))


def measure(draw: Random, folder: Path) -> Outcome:
    more = ("--population", draw.randint(2, 60), "--exerkine", draw.choice(drawn.MOLECULES))
    (folder / "out").mkdir()
    carried_out(folder, "measure", *laid_out(draw, folder), *more, "--out", "out/table.csv")
    return Outcome(digest((folder / "out" / "table.csv").read_bytes()))


def explain(draw: Random, folder: Path) -> Outcome:
    plan, *person = laid_out(draw, folder)
    at, molecule = round(draw.uniform(1, 24), 2), draw.choice(drawn.MOLECULES[:4])
    return Outcome(digest(carried_out(folder, "explain", plan, molecule, "--at", at, *person)))


def show(draw: Random, folder: Path) -> Outcome:
    """What needs no plan."""
    words = draw.choice(
        (
            ("model", "--parameters", draw.choice(drawn.MOLECULES)),
            ("model",),
            ("blocks",),
            ("blocks", "hiit"),
            ("figure", "--list"),
            ("cohort", "--people", 300, "--no-plot"),
            ("claims", "--only", "fgf21-fasting"),
        )
    )
    return Outcome(digest(carried_out(folder, *words)))


def sweep(draw: Random, folder: Path) -> Outcome:
    laid_out(draw, folder)
    (folder / "design.toml").write_text(DESIGN.format(n=draw.choice((4, 8)), seed=draw.randrange(50)))
    carried_out(folder, "sweep", "design.toml", "--out", "runs.zarr", "--table", "runs.csv")
    return Outcome(digest((folder / "runs.csv").read_bytes()))


def responders(draw: Random, folder: Path) -> Outcome:
    more = ("--population", 20, "--exerkine", draw.choice(drawn.MOLECULES), "--no-plot", "--out", "out")
    carried_out(folder, "responders", *laid_out(draw, folder), *more)
    return Outcome(written(folder / "out"))


def bad(draw: Random, folder: Path) -> Outcome:
    """What cannot be done is refused in words, or done right where it can."""
    words = list(laid_out(draw, folder))
    (folder / PLAN).write_text(drawn.spoilt(draw, (folder / PLAN).read_text()), encoding="utf-8")
    words += draw.choice(((), (), ("--seed", "x"), ("--nosuch",), ("--end-h", "-4"), ("--hold", "il66")))
    command = draw.choice(("run", "run", "figure", "measure", "rum"))
    told = carried_out(folder, command, *words, ends=(0, 1))
    must("Traceback" not in told and "unexpected" not in told, told)
    refused = "fix:" in told
    return Outcome(digest(told.replace(str(folder), "")) if refused else "", refused=refused)


JOBS = (
    *(Job(30, run), Job(1, process), Job(5, people), Job(2, figure), Job(3, compare), Job(4, import_)),
    *(Job(5, measure), Job(8, explain), Job(6, show), Job(1, sweep), Job(2, responders), Job(10, bad)),
)
WORKER = Worker("cli", JOBS, reference)
