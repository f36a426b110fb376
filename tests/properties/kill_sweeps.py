"""Kills sweeps at moments drawn by a seed; run by test_sweep_survival.py, and longer by `make survival`.

    python kill_sweeps.py FOLDER KILLS SEED

sweeps into FOLDER/whole.zarr without a break, then into FOLDER/killed.zarr, in processes that are killed, by
a signal that nothing can catch: after a delay, or when a file is about to be opened, renamed or removed. Each
goes on where the last was killed. One that gets to its end is held against the whole one and begun anew.
Prints how many were killed how, and how many got to their ends.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import zarr  # noqa: F401 (once, and not in every attempt)

from exerkine_sim.sweeps import recipe_of, sweep
from exerkine_sim.sweeps.member import simulated
from sweeping import files_of, small_chunks, small_design

TOUCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}
MOST_TOUCHES = 60


def main(folder: Path, kills: int, seed: int) -> None:
    small_chunks()
    design, draw, how = small_design(), random.Random(seed), Counter()
    _ = simulated(design, 0, 1), recipe_of(design)  # what is made once, so that an attempt is short
    whole, killed = folder / "whole.zarr", folder / "killed.zarr"
    began = time.monotonic()
    assert ended(fork(lambda: sweep(design, out=whole))) == 0
    longest_s = time.monotonic() - began
    expected = files_of(whole)

    def attempt() -> None:
        sweep(design, out=killed, resume=True)

    while how["delay"] + how["touch"] < kills:
        if draw.random() < 0.5:
            kind, touches = "touch", draw.randint(1, MOST_TOUCHES)
            child = fork(lambda touches=touches: (die_at_touch(touches, folder), attempt()))
        else:
            kind, child = "delay", fork(attempt)
            time.sleep(draw.uniform(0.0, longest_s))
            os.kill(child, signal.SIGKILL)
        how[kind if ended(child) == -signal.SIGKILL else end_of(killed, expected)] += 1
    assert ended(fork(attempt)) == 0
    how[end_of(killed, expected)] += 1
    assert [one.name for one in sorted(folder.iterdir())] == ["whole.zarr"]
    for _ in range(3):  # two at once
        both = [fork(attempt), fork(attempt)]
        assert 0 in [ended(child) for child in both]
        how[end_of(killed, expected)] += 1
    print(json.dumps(how))


def die_at_touch(touches: int, folder: Path) -> None:
    """End this process when it is about to touch files below a folder for so many a time."""
    left = touches

    def count(event: str, given: tuple) -> None:
        nonlocal left
        if event in TOUCHED and str(given[0]).startswith(str(folder)):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def fork(work) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    """Wait for a process; return its exit code, below 0 for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def end_of(killed: Path, expected: dict[str, bytes]) -> str:
    """Hold a sweep that came to its end against the whole one, and remove it."""
    assert files_of(killed) == expected
    shutil.rmtree(killed)
    return "whole"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
