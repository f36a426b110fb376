"""A sweep that many processes or machines share: a chunk is a task, and one process writes what they find.

The workers are told what to simulate once each and need no common file system; they are asked for the bits of
a few members before any work, and tell them again with each chunk, so that none whose numbers would differ
has a part in the store.
"""

from __future__ import annotations

import asyncio
import copyreg
import io
import logging
import pickle
import platform
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields
from functools import cached_property
from hashlib import sha256
from itertools import islice
from queue import Empty, SimpleQueue
from time import monotonic
from types import MappingProxyType
from typing import Any, NamedTuple, cast
from uuid import uuid4

from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, LocalCluster, Worker, WorkerPlugin, get_worker

from .. import __version__
from ..errors import ExerkineError, InputError
from ..parameters import load_parameters
from .design import Design
from .member import Kept, simulated
from .run import recipe_of, solved

# Chunks under way for each core, so that none waits; what they find is all the memory that is needed.
AHEAD = 2
RETRIES = 2
CONNECT_S, LOOK_S, PATIENCE_S = 5.0, 2.0, 120.0
# Members whose bits are compared, and points whose draws are: rounding shows in few of many.
PROBE, DRAWS = 4, 1024
WRITING = ("zarr", "numcodecs")  # libraries that only the one process needs that writes
SHOWN, LOOPBACK = 12, "127.0.0.1"
GO_ON = "then resume the sweep: what was written stays"
Spans = Mapping[int, tuple[int, int]]
Identity = dict[str, str]


def shared(
    design: Design,
    spans: Spans,
    *,
    batch: int,
    workers: int | None,
    scheduler: str | None,
    told: Callable[[int], None],
) -> Generator[tuple[int, Kept], None, None]:
    """Yield each chunk with what is kept of it, in the order in which workers end.

    Parameters
    ----------
    design : Design
    spans : mapping of int to (int, int)
        The first member of each chunk, and how many it has.
    batch : int
        Members that are solved at once.
    workers : int, optional
        Processes on this machine, begun and ended with the sweep.
    scheduler : str, optional
        Whose workers are asked where `workers` is left out.
    told : callable
        Called with the members of each chunk.

    Raises
    ------
    InputError
        When workers cannot be reached, differ, or are lost for good.
    """
    if not spans:
        return
    work = Work(design, batch)
    mine = work.identity
    with _client(workers, scheduler) as client, _or_lost(), _known(client, work):
        _check(client, work.name, mine)
        for chunk, answer in _answers(client, work.name, spans):
            _check_alike({answer.worker: answer.identity}, mine)
            told(len(answer.kept.status))
            yield chunk, answer.kept


class Work(WorkerPlugin):
    """A design where it is simulated; it travels to each worker once, and to those that come later.

    Parameters
    ----------
    design : Design
    batch : int
        Members that are solved at once.
    """

    def __init__(self, design: Design, batch: int) -> None:
        self.name, self.batch, self._packed = f"exerkine-sim-{uuid4().hex}", batch, _packed(design)

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "batch": self.batch, "_packed": self._packed}

    @cached_property
    def design(self) -> Design:
        """The design, made anew where it is asked for first."""
        given = pickle.loads(self._packed)
        return Design(**{"parameters": load_parameters(), **given})

    @cached_property
    def identity(self) -> Identity:
        """What decides over the numbers that are found here, the bits of some of them included."""
        recipe = recipe_of(self.design)
        return {
            "exerkine-sim": recipe["exerkine_sim"],
            "python": recipe["python"],
            **{name: one for name, one in recipe["libraries"].items() if name not in WRITING},
            "model": recipe["model"],
            "parameters": recipe["parameters"],
            "machine": platform.machine(),
            "bits of a probe": self._bits(),
        }

    def kept(self, first: int, n: int) -> Kept:
        """Simulate members on one core: a worker with several is given as many chunks at once."""
        return solved(self.design, first, n, batch=self.batch, threads=1)

    def _bits(self) -> str:
        drawn = self.design.values(0, min(DRAWS, self.design.points))
        kept = simulated(self.design, 0, min(PROBE, len(self.design)), threads=1)
        hashed = sha256(repr((drawn.tolist(), kept.status)).encode())
        for array in (*kept.numbers.values(), kept.courses):
            hashed.update(array.tobytes())
        return hashed.hexdigest()


def _packed(design: Design) -> bytes:
    """Return the fields of a design for the wire; the shipped parameters are at the other end already."""
    given = {one.name: getattr(design, one.name) for one in fields(design)}
    if design.parameters.digest() == load_parameters().digest():
        del given["parameters"]
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.dispatch_table = copyreg.dispatch_table | {
        MappingProxyType: lambda mapping: (_read_only, (dict(mapping),))
    }
    pickler.dump(given)
    return written.getvalue()


def _read_only(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(given)


@contextmanager
def _client(workers: int | None, scheduler: str | None) -> Iterator[Client]:
    """Give a connection to a scheduler, or to processes of this machine that end with it."""
    with ExitStack() as stack:
        address = scheduler if workers is None else stack.enter_context(_processes(workers))
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as problem:
            raise InputError(
                f"no scheduler answers at {scheduler}: {str(problem)[:120]}",
                expected="the address that `dask scheduler` prints, as tcp://host:8786",
                fix="start it, or give workers=2 in its place",
                field="scheduler",
            ) from None
        yield stack.enter_context(client)


def _processes(n: int) -> LocalCluster:
    """Return processes that share the processors, reached from this machine only."""
    try:
        return LocalCluster(
            n_workers=n,
            threads_per_worker=max(1, CPU_COUNT // n),
            processes=True,
            host=LOOPBACK,
            scheduler_kwargs={"dashboard": False, "dashboard_address": f"{LOOPBACK}:0"},
            memory_limit=None,
            silence_logs=logging.CRITICAL,
        )
    except RuntimeError as problem:
        raise InputError(
            f"workers could not be started: {str(problem)[:120]}",
            fix="in a script, call it under `if __name__ == '__main__':`, since each worker reads the script",
            field="workers",
        ) from None


@contextmanager
def _or_lost() -> Iterator[None]:
    try:
        yield
    except (OSError, CancelledError) as problem:  # a TimeoutError is an OSError
        raise InputError(
            f"the scheduler was lost: {str(problem)[:120]}",
            expected="one that runs as long as the sweep",
            fix=f"start it again, {GO_ON}",
            field="scheduler",
        ) from None


@contextmanager
def _known(client: Client, work: Work) -> Iterator[None]:
    """Let every worker know the work, now and later, as long as this lasts."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError:
        raise _nobody_left() from None
    try:
        client.register_plugin(work)
    except OSError:
        raise
    except Exception as problem:  # what a worker met in reading it comes back without its type
        raise _unable("a worker", problem) from None
    try:
        yield
    finally:
        with suppress(Exception):  # who was lost has forgotten it, and why we leave is told elsewhere
            client.unregister_worker_plugin(work.name)


def _check(client: Client, name: str, mine: Identity) -> None:
    """Refuse workers that would find other numbers, before any work."""
    found = client.run(_identity, name, on_error="return")
    # One that was lost meanwhile is not asked: whoever comes in its place tells with its first chunk.
    answers = {address: one for address, one in found.items() if not isinstance(one, OSError)}
    for address, one in answers.items():
        if isinstance(one, BaseException):
            raise _unable(address, one)
    _check_alike(answers, mine)


def _check_alike(theirs: Mapping[str, Identity], mine: Identity) -> None:
    for who, identity in theirs.items():
        different = [
            f"{name} is {identity.get(name, 'unknown')[:SHOWN]} there and {one[:SHOWN]} here"
            for name, one in mine.items()
            if identity.get(name) != one
        ]
        if different:
            raise InputError(
                f"{who} would find other numbers: {'; '.join(different)}",
                expected="the same versions everywhere, on processors that round alike",
                fix=f"pip install 'exerkine-sim[distributed]=={__version__}' there, and the libraries of "
                f"here; where only the bits differ, use processors of one kind; {GO_ON}",
                field="scheduler",
            )


async def _identity(name: str, dask_worker: Worker) -> Identity:
    # In a thread of its own: to compile takes seconds, in which a worker has to answer its scheduler.
    return await asyncio.to_thread(lambda: _work(dask_worker, name).identity)


class _Answer(NamedTuple):
    worker: str
    identity: Identity
    kept: Kept


def _answer(name: str, first: int, n: int) -> _Answer:
    worker = get_worker()
    work = _work(worker, name)
    return _Answer(worker.address, work.identity, work.kept(first, n))


def _work(worker: Worker, name: str) -> Work:
    return cast(Work, worker.plugins[name])


def _answers(client: Client, name: str, spans: Spans) -> Iterator[tuple[int, _Answer]]:
    """Yield what workers answer, some chunks ahead of what was taken."""
    left, under_way, ended = iter(spans), dict[str, tuple[int, Future]](), SimpleQueue[Future]()
    cores = _cores(client)
    while True:
        for chunk in islice(left, max(0, AHEAD * next(cores) - len(under_way))):
            future = client.submit(_answer, name, *spans[chunk], pure=False, retries=RETRIES)
            under_way[future.key] = chunk, future
            future.add_done_callback(ended.put)
        if not under_way:
            return
        try:
            future = ended.get(timeout=LOOK_S)
        except Empty:
            continue
        chunk, _ = under_way.pop(future.key)
        yield chunk, _result(future, *spans[chunk])


def _result(future: Future, first: int, n: int) -> _Answer:
    try:
        problem = future.exception(timeout=PATIENCE_S)
        if problem is None:
            return future.result(timeout=PATIENCE_S)
    except TimeoutError:  # it ended on a worker that was lost since, and no other came
        raise _nobody_left() from None
    if isinstance(problem, KilledWorker):
        raise InputError(
            f"members {first} to {first + n - 1} ended {problem.allowed_failures + 1} workers",
            expected="workers that live through a chunk",
            fix=f"see why they ended, most often for want of memory; {GO_ON}",
            field="scheduler",
        )
    raise _unable("a worker", problem) from problem


def _cores(client: Client) -> Iterator[int]:
    """Yield, over and over, how many cores the workers have, or refuse when there was none for long."""
    looked = seen = monotonic()
    cores = sum(client.nthreads().values())
    while True:
        if monotonic() - looked > LOOK_S:
            looked, cores = monotonic(), sum(client.nthreads().values())
        if cores > 0:
            seen = monotonic()
        elif monotonic() - seen > PATIENCE_S:
            raise _nobody_left()
        yield cores


def _nobody_left() -> InputError:
    return InputError(
        f"no worker for {PATIENCE_S:g} s",
        expected="at least one",
        fix=f"start workers, {GO_ON}",
        field="scheduler",
    )


def _unable(address: str, problem: BaseException) -> InputError:
    given = problem.given if isinstance(problem, ExerkineError) else f"{type(problem).__name__}: {problem}"
    return InputError(
        f"{address} cannot do this work: {given[:200]}",
        expected=f"exerkine-sim {__version__} on every worker",
        fix=f"see its log, or pip install 'exerkine-sim[distributed]=={__version__}' there; {GO_ON}",
        field="scheduler",
    )
