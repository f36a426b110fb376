"""Killed by a signal that nothing can catch, whenever a file is touched: what counts is whole.

Each piece of work is killed at its first touch of a file below its folder, at its second, and so on until it
gets through, and each time goes on where it was; sweeps are in tests/properties/test_sweep_survival.py.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from exerkine_sim.calibration.logbook import Logbook
from exerkine_sim.files import CACHE_VARIABLE, kept
from exerkine_sim.fitting.checkpoint import Checkpoint, Walk
from exerkine_sim.netcdf import netcdf
from exerkine_sim.table import GrowingTable, Kept
from forking import forked, forks

pytestmark = forks
TOUCHED = {"open", "os.rename", "os.remove", "os.truncate"}
MOST_TOUCHES = 60


def at_every_touch(folder: Path, work: Callable[[], object]) -> int:
    """Kill some work at each of its touches of a file, one after the other; return how often."""
    for touches in range(1, MOST_TOUCHES):

        def dying(left: int = touches) -> None:
            def count(event: str, given: tuple) -> None:
                nonlocal left
                if event in TOUCHED and given and str(given[0]).startswith(str(folder)):
                    left -= 1
                    if left == 0:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(count)
            work()

        code, told = forked(dying)
        if code == 0:
            return touches - 1
        assert code == -signal.SIGKILL, told
    raise AssertionError("it never gets through")


def test_a_cache_entry_is_whole_or_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))

    def keep() -> None:
        assert kept("kernels/one", lambda: b"whole" * 999) == b"whole" * 999

    assert at_every_touch(tmp_path, keep) >= 2
    assert kept("kernels/one", lambda: b"never asked") == b"whole" * 999


def test_a_solution_is_the_older_or_the_newer(tmp_path, solution, monkeypatch):
    place, content = tmp_path / "solution.nc", netcdf(solution.arrays)
    monkeypatch.setattr(
        "exerkine_sim.netcdf.netcdf", lambda _: content
    )  # which takes longest, and touches nothing
    place.write_bytes(b"older")

    def save() -> None:
        assert place.read_bytes() in (b"older", content.getvalue())
        solution.save(place)

    assert at_every_touch(tmp_path, save) >= 3
    assert place.read_bytes() == content.getvalue()


def test_a_posterior_goes_on_from_where_it_was_kept_last(tmp_path):
    """Round by round; the one under way is lost, no other."""
    place = tmp_path / "posterior.partial"
    checkpoint = Checkpoint(place, "key", {})

    def walk(rounds: int) -> Walk:
        random = ("MT19937", np.zeros(624, dtype=np.uint32), 0, 0, 0.0)
        return Walk(
            np.full((rounds, 2, 1), 1.0), np.zeros((rounds, 2)), np.zeros((2, 1)), np.zeros(2), random
        )

    def draw() -> None:
        done = len(left[0].chain) if (left := checkpoint.left()) else 0
        for rounds in range(done + 1, 4):
            checkpoint.keep([walk(rounds)])

    assert at_every_touch(tmp_path, draw) >= 3
    assert len(checkpoint.left()[0].chain) == 3


def test_a_calibration_makes_no_evaluation_twice_but_the_one_under_way(tmp_path):
    place, made = tmp_path / "all.partial", tmp_path.with_name("made")
    points = [np.array([float(n)]) for n in range(3)]

    def square(one: np.ndarray) -> np.ndarray:
        with made.open("a") as file:
            file.write(f"{one[0]:g}\n")
        return one**2

    def calibrate() -> list[float]:
        logbook = Logbook(place, "key")
        return [float(logbook.recall("square", one, lambda one=one: square(one))[0]) for one in points]

    kills = at_every_touch(tmp_path, calibrate)
    assert kills >= 5
    assert calibrate() == [0.0, 1.0, 4.0]
    times = [made.read_text().split().count(f"{n}") for n in range(3)]
    assert min(times) == 1
    assert sum(times) <= 3 + kills


def test_a_table_ends_with_the_bytes_it_would_have_had(tmp_path):
    """Killed between the last two steps, too, when the table has its place and its record has not."""
    parts = [pd.DataFrame({"member": [n, n], "c_max": [n / 3, 1.0], "status": "ok"}) for n in range(3)]

    def write(folder: Path) -> None:
        table = GrowingTable(folder / "t.csv")
        kept = table.left()
        kept = Kept(recipe={"seed": 1}) if kept is None else kept
        table.check(kept, {"seed": 1}) if kept.members else None
        if kept.members < len(parts):
            with table.opened(kept) as file:
                for rows in parts[kept.members :]:
                    kept = table.append(file, rows, kept=kept)
        table.finish()

    usual, killed = tmp_path / "usual", tmp_path / "killed"
    for folder in (usual, killed):
        folder.mkdir()
    write(usual)
    assert at_every_touch(killed, lambda: write(killed)) >= 8
    assert {one.name: one.read_bytes() for one in killed.iterdir() if not one.name.endswith(".partial")} == {
        one.name: one.read_bytes() for one in usual.iterdir()
    }
