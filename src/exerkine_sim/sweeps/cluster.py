"""A sweep that many processes or machines share: a chunk is a task, and one process writes what they find.

The workers are told what to simulate once each and need no common file system; they are asked for the bits of
a few members before any work, and tell them again with each chunk, so that none whose numbers would differ
has a part in the store.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any, NamedTuple, cast

from dask import config
from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, LocalCluster, Worker, get_worker

from .. import __version__
from ..errors import ExerkineError, InputError
from .design import Design
from .member import Kept
from .work import GO_ON, Identity, Work, check_alike

# Chunks under way for each core, so that none waits; what they find is all the memory that is needed.
AHEAD = 2
RETRIES = 2
CONNECT_S, LOOK_S, PATIENCE_S = 5.0, 2.0, 120.0
LOOPBACK = "127.0.0.1"
# What looks at a worker's threads a hundred times a second stops it for good, once in a while, on Python 3.11
# (https://github.com/dask/distributed/issues/8616).
UNWATCHED = {"distributed.worker.profile.enabled": False}
Spans = Mapping[int, tuple[int, int]]


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
            check_alike({answer.worker: answer.identity}, mine)
            told(len(answer.kept.status))
            yield chunk, answer.kept


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
        with config.set(UNWATCHED):
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
    found = cast(Mapping[str, Any], client.run(_identity, name, on_error="return"))
    # One that was lost meanwhile is not asked: whoever comes in its place tells with its first chunk.
    answers = {address: one for address, one in found.items() if not isinstance(one, OSError)}
    for address, one in answers.items():
        if isinstance(one, BaseException):
            raise _unable(address, one)
    check_alike(answers, mine)


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
    left, under_way, ended = deque(spans), dict[Any, tuple[int, Future]](), SimpleQueue[Future]()
    cores = _cores(client)
    while left or under_way:
        for _ in range(min(len(left), AHEAD * next(cores) - len(under_way))):
            chunk = left.popleft()
            future = client.submit(_answer, name, *spans[chunk], pure=False, retries=RETRIES)
            under_way[future.key] = chunk, future
            future.add_done_callback(ended.put)
        try:
            future = ended.get(timeout=LOOK_S)
        except Empty:
            continue
        chunk, _ = under_way.pop(future.key)
        yield chunk, _result(future, *spans[chunk])


def _result(future: Future, first: int, n: int) -> _Answer:
    try:
        problem = cast(BaseException | None, future.exception(timeout=PATIENCE_S))
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
    cores = _threads(client)
    while True:
        if monotonic() - looked > LOOK_S:
            looked, cores = monotonic(), _threads(client)
        if cores > 0:
            seen = monotonic()
        elif monotonic() - seen > PATIENCE_S:
            raise _nobody_left()
        yield cores


def _threads(client: Client) -> int:
    return sum(cast(Mapping[str, int], client.nthreads()).values())


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
