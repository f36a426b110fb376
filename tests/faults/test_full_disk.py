"""No room: nothing half written, what was there before stays, the error says which file, and one can go on.

A process may write files of so many bytes and no more, which a writer feels as it does a full disk; where the
moment matters, a call of the system is made to fail. Sweeps on a disk that is really full are in
tests/properties/test_sweep_survival.py, interrupted measurements in tests/unit/test_cli_measure.py.
"""

import errno
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from exerkine_sim.calibration.logbook import Logbook
from exerkine_sim.errors import InputError
from exerkine_sim.files import CACHE_VARIABLE, kept, whole
from exerkine_sim.fitting.checkpoint import Checkpoint, Walk
from exerkine_sim.plot import save
from exerkine_sim.schedule.readers.exercises import save_lift_names
from exerkine_sim.table import GrowingTable, Kept
from forking import forked, forks

ROOM = 64  # bytes: less than any of these files takes
OLDER = b"# an older file of that name\n"
ROWS = pd.DataFrame({"member": range(40), "c_max": 1.5, "status": "ok"})
POINTS = np.zeros((1, 2, 1)), np.zeros((1, 2)), np.zeros((2, 1)), np.zeros(2)
WALK = Walk(*POINTS, random=("MT19937", np.zeros(624), 0, 0, 0.0))


def confine() -> None:
    """Let this process write files of so many bytes and no more."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))


def _table(place: Path, _) -> None:
    table = GrowingTable(place)
    with table.opened(Kept(recipe={})) as file:
        table.append(file, ROWS, kept=Kept(recipe={}))


WRITERS = {
    "solution.nc": lambda place, solution: solution.save(place),
    "figure.png": lambda place, _: save(Figure(), place),
    "posterior.partial": lambda place, _: Checkpoint(place, "key", {}).keep([WALK]),
    "lift-names.toml": lambda place, _: save_lift_names({"Jefferson squat " * 4: "squat"}, place),
    "measured.csv": _table,
}


@forks
def test_what_has_no_room_is_refused_by_name_and_what_was_there_stays(folder, solution):
    for name in WRITERS:
        (folder / name).write_bytes(OLDER)

    def write() -> dict[str, str]:
        confine()
        said = {}
        for name, writer in WRITERS.items():
            try:
                writer(folder / name, solution)
            except (InputError, OSError) as problem:
                said[name] = str(problem)
        return said

    code, said = forked(write)
    assert code == 0, said
    for name in WRITERS:
        assert name in said[name]
        assert "File too large" in said[name]
        assert (folder / name).read_bytes() == OLDER
    # A table is whole as far as its record says; without one it is begun anew.
    left = {one.name for one in folder.iterdir()}
    assert left - {"plan.txt", *WRITERS} == {"measured.csv.partial"}
    _table(folder / "measured.csv", None)


@forks
def test_a_command_without_room_says_so_and_leaves_with_1(folder, command):
    (folder / "out").mkdir()
    (folder / "out" / "solution.nc").write_bytes(OLDER)
    run_it = ("run", "plan.txt", "--end-h", "2.5", "--no-plot", "--out", "out")
    commands = [run_it, ("import", "plan.txt", "--out", "p.toml")]

    def run() -> list[tuple[int, str]]:
        confine()
        return [command(*words) for words in commands]

    code, told = forked(run)
    assert code == 0, told
    for (left_with, said), name in zip(told, ["solution.nc", "p.toml"], strict=True):
        assert left_with == 1
        assert said.startswith("error: ")
        assert name in said
        assert "File too large" in said
    assert (folder / "out" / "solution.nc").read_bytes() == OLDER
    assert {one.name for one in folder.rglob("*")} == {"plan.txt", "out", "solution.nc"}


@forks
def test_a_cache_without_room_is_done_without(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))

    def keep() -> str:
        confine()
        return kept("kernels/some.kernel", lambda: b"x" * 99).decode()

    assert forked(keep) == (0, "x" * 99)
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]
    assert kept("kernels/some.kernel", lambda: b"x" * 99) == b"x" * 99


@pytest.mark.parametrize("call", ["replace", "open"])
def test_the_moment_does_not_matter(tmp_path, monkeypatch, call):
    place = tmp_path / "precious.txt"
    place.write_bytes(OLDER)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, call, full)
    with pytest.raises(OSError, match="No space left on device") as told, whole(place) as partial:
        partial.write_bytes(b"newer")
    monkeypatch.undo()
    assert told.value.filename == str(place)
    assert place.read_bytes() == OLDER
    assert list(tmp_path.iterdir()) == [place]


@forks
def test_a_calibration_goes_on_with_what_there_was_room_for(tmp_path):
    """And with the same bits: what was written half is made again."""
    file, points = tmp_path / "all.partial", [np.array([float(n)]) for n in range(5)]

    def evaluate(made: list[float]) -> list[float]:
        logbook = Logbook(file, "key")
        return [
            float(logbook.recall("square", one, lambda one=one: made.append(one[0]) or one**2)[0])
            for one in points
        ]

    def confined() -> str:
        import resource

        Logbook(file, "key").recall("square", points[0], lambda: points[0] ** 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + ROOM, resource.RLIM_INFINITY))
        try:
            evaluate([])
        except OSError as problem:
            return str(problem)
        return "there was room"

    code, said = forked(confined)
    assert code == 0
    assert "File too large" in said
    assert "all.partial" in said
    made: list[float] = []
    assert evaluate(made) == [0.0, 1.0, 4.0, 9.0, 16.0]
    assert made == [1.0, 2.0, 3.0, 4.0]
