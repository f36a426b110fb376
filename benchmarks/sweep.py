"""What a sweep of any size would take: ``python -m benchmarks.sweep``.

Measures members a second for some processes and threads; and in processor time, which other work on the
machine changes little, what a member, writing a chunk and a task take. From these follows what a sweep of
``--of`` members takes, and with how many cores it begins to wait for the one writer, or for the scheduler.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from distributed import Client, LocalCluster

import exerkine_sim as xk
from exerkine_sim.sweeps import Factor, Range, Sampling
from exerkine_sim.sweeps.store import Store

PLAN = "Mon 07:00 run 60m 70% VO2max"
PERSON = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
# From half to twice the shipped value.
PARAMETERS = ("il6.clearance", "il10.half_life", "fgf21.basal", "irisin.basal", "cortisol.basal")
CREWS = ((1, 1), (1, 2), (2, 1))
EMPTY_TASKS = 1000


def design(vary: str, members: int) -> xk.Design:
    """Return a design that varies numbers of the equations alone, or the plan as well."""
    known = xk.load_parameters()
    numbers = [Factor(one, Range(known[one].value / 2, known[one].value * 2)) for one in PARAMETERS]
    plans = [Factor("plan.duration", Range(0.5, 2.0)), Factor("plan.intensity", Range(0.8, 1.1))]
    factors = numbers if vary == "numbers" else [*numbers, *plans]
    return xk.Design(xk.parse_schedule(PLAN), PERSON, factors=factors, sampling=Sampling("sobol", n=members))


@dataclass
class Watch:
    """When members were told of, and the processor time that writing each chunk took."""

    told: list[tuple[float, int]] = field(default_factory=list)
    writing_s: list[float] = field(default_factory=list)

    def __call__(self, done: int, _: int) -> None:
        self.told.append((time.perf_counter(), done))

    def wrote(self, write: Callable[..., None], *given: object) -> None:
        start = time.process_time()
        write(*given)
        self.writing_s.append(time.process_time() - start)

    @property
    def rate(self) -> float:
        """Members a second, from the end of the first chunk on."""
        (start, before), (end, done) = self.told[1], self.told[-1]
        return (done - before) / (end - start)


def watched(study: xk.Design, folder: Path, **who: Any) -> Watch:
    """Sweep a design and return what was seen of it."""
    watch, write = Watch(), Store.write
    Store.write = lambda *given: watch.wrote(write, *given)
    try:
        xk.sweep(study, out=folder, progress=watch, **who)
    finally:
        Store.write = write
    return watch


def written(study: xk.Design, folder: Path) -> dict[str, float]:
    """Return what a sweep by this process alone shows of the store."""
    watch = watched(study, folder)
    print(f"this process alone                {watch.rate:8.0f} members/s")
    files = [one.stat().st_size for one in folder.rglob("*") if one.is_file()]
    return {
        "chunk": study.chunk,
        "write_s": median(watch.writing_s),
        "bytes": sum(files) / len(study),
        "files": len(files) / len(watch.writing_s),
    }


def shared(study: xk.Design, folder: Path) -> dict[str, float]:
    """Return what sweeps by processes show: processor time a member and a task."""
    found: dict[str, float] = {}
    http = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    for n, threads in CREWS:
        with (
            LocalCluster(
                n_workers=n, threads_per_worker=threads, scheduler_kwargs=http, silence_logs=50
            ) as crew,
            Client(crew, set_as_default=False) as client,
        ):
            xk.sweep(design("numbers", 64), out=folder / f"{n}x{threads}", scheduler=crew.scheduler_address)
            before = sum(client.run(time.process_time).values())
            watch = watched(study, folder / f"{n}x{threads}.zarr", scheduler=crew.scheduler_address)
            busy_s = sum(client.run(time.process_time).values()) - before
            print(
                f"{n} process(es) of {threads} thread(s)    {watch.rate:8.0f} members/s, "
                f"{1e3 * busy_s / len(study):.3f} ms of processor time a member"
            )
            found = found or {"member_s": busy_s / len(study), "task_s": task_s(client)}
    return found


def task_s(client: Client) -> float:
    """Return the processor time of scheduler and client for a task that does nothing."""
    start = time.process_time()
    client.gather([client.submit(int, pure=False) for _ in range(EMPTY_TASKS)])
    return (time.process_time() - start) / EMPTY_TASKS


def estimate(found: Mapping[str, float], members: int) -> dict[str, float]:
    """Return what a sweep of so many members takes."""
    chunk_s, chunks = found["chunk"] * found["member_s"], members / found["chunk"]
    slowest = max(found["write_s"], found["task_s"])
    return {
        "core-hours": members * found["member_s"] / 3600,
        "GB": members * found["bytes"] / 1e9,
        "files": chunks * found["files"],
        "cores that one writer keeps up with": chunk_s / found["write_s"],
        "cores that one scheduler keeps up with": chunk_s / found["task_s"],
        "hours at best": chunks * slowest / 3600,
    }


def main() -> None:
    """Measure, and estimate from it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=16384, help="to measure with; default %(default)s")
    parser.add_argument("--vary", choices=("numbers", "plan"), default="numbers")
    parser.add_argument("--of", type=int, default=100_000_000, help="to estimate; default %(default)s")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study = design(options.vary, options.members)
        found = {**written(study, Path(folder, "alone.zarr")), **shared(study, Path(folder))}
    print(f"a member on disk                  {found['bytes']:8.0f} bytes")
    writing = f"{found['files']:.0f} files, written in {1e3 * found['write_s']:.0f} ms"
    print(f"a chunk                           {study.chunk:8.0f} members, {writing}")
    print(f"an empty task                     {1e3 * found['task_s']:8.2f} ms")
    expected = estimate(found, options.of)
    print(f"{options.of:,} members:")
    for name, value in expected.items():
        print(f"  {name:40} {value:12,.3g}")
    if options.json is not None:
        options.json.write_text(json.dumps({"measured": found, "estimate": expected}, indent=1))


if __name__ == "__main__":
    main()
