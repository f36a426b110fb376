"""Cost and error of each simulator on one case, every simulator in a process of its own.

First each is started cold and tried at all its settings. Then the settings that may be the cheapest for some
target are timed again, round after round through all simulators, and the quickest time counts: a machine that
is slow for a minute is slow for all of them.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import product
from multiprocessing.connection import Connection
from types import MappingProxyType
from typing import Any

import numpy as np

from ..case import Case
from . import Peer, Run

TARGETS = (1e-4, 1e-5)
SCALES = ("of_rest", "of_largest")
ROUNDS = 2
REPEATS, ENOUGH_S = 3, 2.0
NOISE = 1.5
LIMIT_S = 1800.0
# Of the GNU C library: no block by itself from the system, and none handed back below 8 GB.
KEEP_MEMORY = MappingProxyType({"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**33)})


@dataclass(frozen=True)
class Setting:
    """What one tolerance costs, and how far from the exact answer it ends.

    Parameters
    ----------
    tolerance : float
    us_per_session : float
        Processor time of all threads, per session and member; the quickest run.
    of_rest, of_largest : float
        Largest error, on the two scales of :meth:`Case.errors`; infinite where the run failed.
    reason : str
        Why it failed.
    """

    tolerance: float
    us_per_session: float
    of_rest: float
    of_largest: float
    reason: str = ""


@dataclass(frozen=True)
class Measurement:
    """All that was measured of one simulator on one case, or why nothing was."""

    start_up_s: float = float("nan")
    members: int = 0
    settings: tuple[Setting, ...] = ()
    notes: str = ""
    reason: str = ""

    def cheapest(self, target: float, scale: str) -> Setting | None:
        """Return the cheapest setting whose error, on one of the `SCALES`, is within the target."""
        good = [one for one in self.settings if getattr(one, scale) <= target]
        return min(good, key=lambda one: one.us_per_session, default=None)

    def candidates(self) -> tuple[float, ...]:
        """Return the tolerances that are the cheapest for some target, as far as timing can tell."""
        found = set()
        for target, scale in product(TARGETS, SCALES):
            cheapest = self.cheapest(target, scale)
            if cheapest is not None:
                bound = NOISE * cheapest.us_per_session
                found |= {
                    one.tolerance
                    for one in self.settings
                    if getattr(one, scale) <= target and one.us_per_session <= bound
                }
        return tuple(sorted(found, reverse=True))

    def quicker(self, costs: dict[float, float]) -> Measurement:
        """Return the measurement with the lower of the old and the new cost at each tolerance."""
        settings = (
            replace(one, us_per_session=min(one.us_per_session, costs.get(one.tolerance, np.inf)))
            for one in self.settings
        )
        return replace(self, settings=tuple(settings))


def measure(names: Iterable[str], case: Case, *, rounds: int = ROUNDS) -> dict[str, Measurement]:
    """Measure simulators on one case, all on one processor; one that fails carries its reason."""
    with ExitStack() as stack:
        stack.enter_context(_alike())
        workers = {name: stack.enter_context(_Worker(name, case)) for name in names}
        found = {name: worker.ask("scan") for name, worker in workers.items()}
        for _ in range(rounds):
            for name, measurement in found.items():
                if measurement.settings:
                    again = workers[name].ask("time", measurement.candidates())
                    found[name] = measurement.quicker(again) if isinstance(again, dict) else measurement
    return found


@contextmanager
def _alike() -> Iterator[None]:
    """Keep processes that are started to one processor, and memory that they have used to themselves.

    Otherwise a library counts threads that only wait, and a large answer its first touch of every page.
    """
    processors = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    before = {name: os.environ.get(name) for name in KEEP_MEMORY}
    os.environ.update(KEEP_MEMORY)
    if processors:
        os.sched_setaffinity(0, {max(processors)})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        if processors:
            os.sched_setaffinity(0, processors)


class _Worker:
    """A process that holds one simulator, started with empty caches when it is first asked something."""

    def __init__(self, name: str, case: Case) -> None:
        self._name, self._case = name, case
        self._process: Any = None

    def __enter__(self) -> _Worker:
        self._cache = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._cache.cleanup()

    def ask(self, *question: Any) -> Any:
        """Return the answer, or a Measurement that says why there is none."""
        if self._process is None:
            self._start()
        try:
            self._pipe.send(question)
            if self._pipe.poll(LIMIT_S):
                return self._pipe.recv()
        except (EOFError, OSError):
            self._process.join()
            return Measurement(reason=f"its process ended with code {self._process.exitcode}")
        self._process.kill()
        return Measurement(reason=f"not done within {LIMIT_S:g} s")

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (self._name, self._case, theirs, self._cache.name)
        self._process = context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()


@dataclass
class _Bench:
    """One simulator being measured, inside its process."""

    name: str
    case: Case
    peer: Peer | None = field(default=None)

    def scan(self) -> Measurement:
        """Start cold, then try settings from loose to tight until every target is met on both scales."""
        begin = time.perf_counter()
        self.peer = importlib.import_module(f"benchmarks.peers.{self.name}").Peer(self.case)
        assert self.peer is not None
        first = self.peer.at(self.peer.tolerances[0])
        start_up, settings, members = time.perf_counter() - begin, [], 0
        for tolerance in self.peer.tolerances:
            try:
                states, cost = self._timed(first if not settings else self.peer.at(tolerance))
            except Exception as error:
                settings.append(Setting(tolerance, np.inf, np.inf, np.inf, _reason(error)))
                continue
            members = len(states)
            errors = [error if np.isfinite(error) else np.inf for error in self.case.errors(states)]
            settings.append(Setting(tolerance, cost, *errors))
            if max(errors) <= min(TARGETS):
                break
        return Measurement(start_up, members, tuple(settings), self.peer.notes)

    def time(self, tolerances: Iterable[float]) -> dict[float, float]:
        """Return the cost of each setting, timed again."""
        assert self.peer is not None
        return {tolerance: self._timed(self.peer.at(tolerance))[1] for tolerance in tolerances}

    def _timed(self, run: Run) -> tuple[np.ndarray, float]:
        """Return the states, and the processor time of the quickest of a few runs."""
        seconds: list[float] = []
        while len(seconds) <= REPEATS and sum(seconds) < ENOUGH_S:
            begin = time.process_time()
            states = run()
            seconds.append(time.process_time() - begin)
        return states, 1e6 * min(seconds) / (len(states) * self.case.sessions)


def _work(name: str, case: Case, pipe: Connection, cache: str) -> None:
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a simulator prints does not belong to the answer
    os.environ["XDG_CACHE_HOME"] = cache
    case.system.rhs  # noqa: B018  the symbolic model is composed beforehand, for every simulator alike
    bench = _Bench(name, case)
    while True:
        task, *arguments = pipe.recv()
        try:
            answer = getattr(bench, task)(*arguments)
        except Exception as error:
            answer = Measurement(reason=_reason(error))
        pipe.send(answer)


def _reason(error: Exception) -> str:
    kind = "not installed" if isinstance(error, ModuleNotFoundError) else type(error).__name__
    return f"{kind}: {error}".strip()[:300]
