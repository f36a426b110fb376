"""A kind of run, and how runs follow each other: each from seed and number alone, so as to be repeated."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import IO, NamedTuple

from .checks import Fault, must

REFERENCE_EVERY, REPEAT_EVERY, REMEMBERED = 100, 4, 500
LONGEST_S = 600  # of a run, on a machine with much else to do


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Make a run that hangs a fault."""

    def late(_signal: int, _frame: object) -> None:
        raise Fault(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """What came of a run: all its numbers as a digest, how far from the reference, whether it was refused."""

    digest: str
    difference: float | None = None
    refused: bool = False
    runs: int = 1


class Job(NamedTuple):
    """A kind of run, which draws what it needs and may write to a folder; how often it comes."""

    weight: float
    run: Callable[[Random, Path], Outcome]


@dataclass(frozen=True)
class Worker:
    """A way in: its name, its jobs, and the one that every hundredth run is."""

    name: str
    jobs: Sequence[Job]
    reference: Callable[[Random, Path], Outcome]
    reference_every: int = REFERENCE_EVERY

    def run(self, seed: int, number: int) -> tuple[str, Outcome]:
        """Do a run; return its kind and what came of it."""
        draw = Random(f"{seed} {self.name} {number}")
        job = draw.choices([one.run for one in self.jobs], [one.weight for one in self.jobs])[0]
        if number <= len(self.jobs):  # whatever is imported and compiled once is so in the warm-up
            job = self.jobs[number - 1].run
        elif number % self.reference_every == 0:
            job = self.reference
        folder = Path(tempfile.mkdtemp(prefix="soak-"))
        try:
            return job.__name__, job(draw, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def work(self, seed: int, journal: IO[str], *, until: float, most: int | None = None) -> int:
        """Do run after run until a time of the monotonic clock; return how many were at fault.

        Now and then an earlier run is repeated, which must give the same bits.
        """
        known: dict[int, str] = {}
        memory, number, faults = Random(seed), 0, 0
        while time.monotonic() < until and (most is None or number < most):
            number += 1
            faults += not self._entered(seed, number, None, journal, known)
            if known and number % REPEAT_EVERY == 0:
                again, expected = memory.choice(list(known.items()))
                faults += not self._entered(seed, again, expected, journal, known)
        return faults

    def _entered(
        self, seed: int, number: int, expected: str | None, journal: IO[str], known: dict[int, str]
    ) -> bool:
        """Do a run and enter it in the journal; return whether it was as it should be."""
        entry: dict[str, object] = {"worker": self.name, "seed": seed, "number": number}
        again = f"python -m benchmarks.soak --again {self.name} {number} --seed {seed}"
        start = time.perf_counter()
        try:
            with _time_limit(LONGEST_S):
                kind, outcome = self.run(seed, number)
            must(expected in (None, outcome.digest), "repeated, it gave other bits")
            entry |= {"kind": kind, **asdict(outcome), "repeated": expected is not None}
            if number % self.reference_every:  # the oracle takes long, and is the same code
                known[number] = outcome.digest
        except (Exception, Fault) as problem:
            entry |= {"fault": f"{type(problem).__name__}: {problem}", "repeat": again}
            if not isinstance(problem, Fault):
                entry["traceback"] = traceback.format_exc()
        if len(known) > REMEMBERED:
            del known[next(iter(known))]
        entry |= {"at": time.time(), "seconds": time.perf_counter() - start}
        json.dump(entry, journal)
        journal.write("\n")
        journal.flush()
        return "fault" not in entry
