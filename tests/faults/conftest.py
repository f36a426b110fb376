"""A short run, a plan in a folder and a command line, which every kind of fault is brought upon."""

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from exerkine_sim.cli import main
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.solution import Solution
from laboratory import MAN

PLAN = "Mon 00:30 run 30m 75% VO2max\n"
Command = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def plan() -> Schedule:
    return parse_schedule(PLAN)


@pytest.fixture(scope="session")
def solution(plan) -> Solution:
    return simulate(plan, MAN, end_h=2.5)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Where the plan is, which is worked in."""
    (tmp_path / "plan.txt").write_text(PLAN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def command() -> Command:
    """Run the command line: exit code, and all it says."""

    def run(*words: str) -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                main(words)
            except SystemExit as leaving:
                return int(leaving.code or 0), said.getvalue()
        raise AssertionError("it has to leave")

    return run
