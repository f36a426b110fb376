"""An hour of random runs through every way in: ``python -m benchmarks.soak``; Linux only.

Three processes run side by side: one through Python, one through the command line, one that visits the
teaching app, which is a fourth. This one watches what they hold. Everything is drawn from a seed; what goes
wrong is entered with the command that repeats it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from exerkine_sim.files import cache_folder

from .job import Worker
from .report import journal_of, report, write_page
from .watch import held, size_mb

WAYS, SAMPLE_S, TELL_S = ("api", "cli", "app"), 5.0, 60.0
MEMORY = "memory.jsonl"
GIVEN_BACK = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), "1000000")
# Processes side by side would wait for each other's threads. And what they free is to be seen to be free:
# by itself glibc keeps the room of the largest arrays that there were.
ALONE = os.environ | {"OPENBLAS_NUM_THREADS": "1"} | GIVEN_BACK


def main() -> None:
    """Run, repeat one run, or report."""
    given = _arguments()
    folder = Path(given.folder)
    if given.again:
        with _app_for(given.again[0], given.address) as address:
            print(*_worker(given.again[0], address).run(given.seed, int(given.again[1])))
    elif given.way:
        with (folder / f"{given.way}.jsonl").open("a", encoding="utf-8") as journal:
            until = time.monotonic() + given.seconds
            _worker(given.way, given.address).work(given.seed, journal, until=until)
    elif given.report:
        write_page(journal_of(folder), remark=given.remark)
    else:
        folder.mkdir(parents=True, exist_ok=False)
        soak(folder, seconds=given.seconds, seed=given.seed)
        print(report(journal_of(folder)))


def soak(folder: Path, *, seconds: float, seed: int) -> None:
    """Run for so long, and keep what was done and held in a folder."""
    with ExitStack() as running:
        server, address = running.enter_context(app())
        command = [sys.executable, "-m", "benchmarks.soak", "--folder", str(folder), "--seed", str(seed)]
        command += ["--seconds", str(seconds), "--address", address, "--way"]
        ways = {way: running.enter_context(subprocess.Popen([*command, way], env=ALONE)) for way in WAYS}
        pids = {way: process.pid for way, process in ways.items()} | {
            "app": server,
            "visitors": ways["app"].pid,
        }
        start, told = time.time(), 0.0
        with (folder / MEMORY).open("w", encoding="utf-8") as journal:
            while any(process.poll() is None for process in ways.values()):
                holding = {name: held(pid) for name, pid in pids.items()}
                now = {
                    "at": time.time(),
                    "holding": holding,
                    "cache_mb": _cache_mb(),
                    "load": os.getloadavg()[0],
                }
                if now["at"] - start <= seconds:  # then one after the other ends
                    print(json.dumps(now), file=journal, flush=True)
                if now["at"] - told > TELL_S:
                    told = now["at"]
                    print(_progress(folder, now["at"] - start, holding), flush=True)
                time.sleep(SAMPLE_S)
        failed = {way: process.returncode for way, process in ways.items() if process.returncode}
        if failed:
            raise SystemExit(f"ended before their time: {failed}")


@contextmanager
def app() -> Iterator[tuple[int, str]]:
    """Yield process and address of the teaching app while it runs."""
    command = [sys.executable, "-m", "exerkine_sim", "teach", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ALONE) as process:
        try:
            assert process.stdout is not None
            yield process.pid, process.stdout.readline().strip()
        finally:
            process.terminate()


@contextmanager
def _app_for(way: str, address: str | None) -> Iterator[str | None]:
    if way != "app" or address is not None:
        yield address
        return
    with app() as (_, made):
        yield made


def _worker(way: str, address: str | None) -> Worker:
    if way == "api":
        from .api import WORKER
    elif way == "cli":
        from .commands import WORKER
    else:
        from .visits import visited

        assert address is not None
        return visited(address)
    return WORKER


def _cache_mb() -> float:
    folder = cache_folder("kernels")
    return 0.0 if folder is None else size_mb(folder.parent)


def _progress(folder: Path, seconds: float, holding: dict[str, dict[str, float]]) -> str:
    entries = [json.loads(line) for path in _journals(folder) for line in path.open(encoding="utf-8")]
    runs = {way: sum(one.get("runs", 1) for one in entries if one["worker"] == way) for way in WAYS}
    faults = [one for one in entries if "fault" in one]
    memory = ", ".join(f"{name} {one.get('memory_mb', 0):.0f} MB" for name, one in holding.items())
    done = ", ".join(f"{way} {n}" for way, n in runs.items())
    last = f"; {faults[-1]['repeat']}" if faults else ""
    return f"{seconds / 60:5.1f} min: runs {done}; {memory}; {len(faults)} faults{last}"


def _journals(folder: Path) -> list[Path]:
    return [path for way in WAYS if (path := folder / f"{way}.jsonl").exists()]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", default="build/soak", help="where the journal is kept")
    parser.add_argument("--again", nargs=2, metavar=("WAY", "NUMBER"), help="repeat one run")
    parser.add_argument("--report", action="store_true", help="write docs/soak.md and its figure")
    parser.add_argument("--remark", default="", help="what is known by now of what was wrong, for that page")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
