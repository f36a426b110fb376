"""Changes one line of the package at a time, and sees whether a test notices: ``make mutation``.

``python tests/mutation/run.py --mutants 120 --seed 1`` takes so many mutants of each area, runs the tests of
their modules, and writes ``docs/mutation.md``. Results are kept in sessions of Cosmic Ray's, so that an
interrupted run goes on; ``--again`` tries those that survived once more, after tests were sharpened.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import multiprocessing
import random
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult
from mutants import PACKAGE, Place, files_of, mutated, places_of, sampled
from report import Area, Tried, page, unexplained
from trial import Change, End, Trials, changed, must_pass, try_bodies, try_module

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "mutation.md"
STOPPED = "stopped"
CONFIG: dict[str, Any] = tomllib.loads(Path(__file__).with_name("mutation.toml").read_text())


@cache
def places(area: str) -> list[Place]:
    """Return all mutants of an area that count."""
    files = files_of(CONFIG["areas"][area]["files"], ROOT)
    return [place for file in files for place in places_of(file, (ROOT / PACKAGE / file).read_text())]


def _digest(area: str) -> str:
    """Return a hash of an area's sources: a session is of them as they are."""
    texts = [(ROOT / PACKAGE / file).read_bytes() for file in files_of(CONFIG["areas"][area]["files"], ROOT)]
    return hashlib.sha256(b"".join(texts)).hexdigest()[:8]


def entry_of(file: str) -> int:
    """Return which entry of the configuration says how a file is tested: the first whose pattern fits."""
    return next(i for i, one in enumerate(CONFIG["modules"]) if fnmatch.fnmatch(file, one["of"]))


def begun(session: WorkDB, area: str, *, n: int, seed: int) -> None:
    """Put the sample into a session that has none."""
    if not session.num_work_items:
        chosen = [place for place in sampled(places(area), n=n, seed=seed) if _is_python(place)]
        random.Random(seed).shuffle(chosen)  # so that what is done at any time is a sample as well
        session.add_work_items(_item(number, place) for number, place in enumerate(chosen))


def _is_python(place: Place) -> bool:
    try:
        compile(mutated(place, (ROOT / PACKAGE / place.file).read_text())[1], place.file, "exec")
    except (SyntaxError, AttributeError):  # the latter of Cosmic Ray's own, at a star among exceptions
        return False
    return True


def _item(number: int, place: Place) -> WorkItem:
    spec = MutationSpec(
        module_path=place.file,
        operator_name=place.operator,
        occurrence=place.occurrence,
        start_pos=place.start,
        end_pos=place.end,
        definition_name=place.within,
    )
    return WorkItem.single(f"{number:05}", spec)


def _place(item: WorkItem) -> Place:
    spec = item.mutations[0]
    within = spec.definition_name or ""
    return Place(
        str(spec.module_path), within, spec.operator_name, spec.occurrence, spec.start_pos, spec.end_pos
    )


def work(path: Path, area: str, *, again: bool, jobs: int) -> None:
    """Try what was not tried yet, and, where asked for, what survived."""
    with use_db(path) as session:
        done = {
            item.job_id
            for item, result in session.completed_work_items
            if not (again and result.test_outcome is TestOutcome.SURVIVED)
        }
        waiting = {item.job_id: _place(item) for item in session.work_items if item.job_id not in done}
    groups: dict[tuple[bool, int], list[Change]] = {}
    for number, place in sorted(waiting.items()):
        file = ROOT / PACKAGE / place.file
        change = Change(number, file, mutated(place, file.read_text())[1])
        groups.setdefault((changed(change) is None, entry_of(place.file)), []).append(change)
    tasks = [
        (path, area, entry, of_module, chosen)
        for (of_module, entry), changes in sorted(
            groups.items(), key=lambda group: group[0]
        )  # bodies are quick
        for job in range(jobs)
        if (chosen := changes[job::jobs])
    ]
    # Each in a process that has not imported the package yet.
    with multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1) as pool:
        pool.starmap(_worker, tasks, chunksize=1)


def _worker(path: Path, area: str, entry: int, of_module: bool, changes: Sequence[Change]) -> None:
    tests, seconds = (CONFIG["modules"][entry][name] for name in ("tests", "seconds"))
    tests = [*tests, *(CONFIG["tests"]["of_modules"] if of_module else ())]
    options = [f"--deselect={one}" for one in CONFIG["tests"]["passed_over"]]
    with use_db(path) as session, tempfile.TemporaryDirectory() as folder:

        def tell(change: Change, end: End) -> None:
            outcome = TestOutcome.SURVIVED if end.passed else TestOutcome.KILLED
            output = STOPPED if end.stopped else end.output
            session.set_result(change.number, WorkResult(WorkerOutcome.NORMAL, output, outcome))
            said = STOPPED if end.stopped else outcome.value
            print(f"{said}, {end.seconds:.1f} s: {change.number} of {area}", file=sys.__stderr__, flush=True)

        if of_module:
            limits = {"options": options, "seconds": seconds}
            original = Change("", changes[0].path, changes[0].path.read_text())
            must_pass(try_module(original, tests, **limits))
            for change in changes:
                tell(change, try_module(change, tests, **limits))
        else:
            trials = Trials(changes, cold=CONFIG["areas"][area]["cold"], seconds=seconds, tell=tell)
            try_bodies(tests, options=[*options, "-o", f"cache_dir={folder}"], trials=trials)


def results(session: WorkDB, area: str) -> list[Tried]:
    """Return what became of each mutant that was tried."""
    found = []
    for item, result in sorted(session.completed_work_items, key=lambda pair: pair[0].job_id):
        place = _place(item)
        mutant, _ = mutated(place, (ROOT / PACKAGE / place.file).read_text())
        survived = result.test_outcome is TestOutcome.SURVIVED
        ended = "survived" if survived else STOPPED if result.output == STOPPED else "killed"
        found.append(Tried(area, mutant, ended))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Sample, try and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "mutation")
    parser.add_argument("--area", action="append", choices=CONFIG["areas"], help="all of them when left out")
    parser.add_argument("--mutants", type=int, default=120, help="of each area")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    parser.add_argument("--again", action="store_true", help="try survivors once more")
    parser.add_argument("--report", action="store_true", help="write the page from what was tried, and end")
    told = parser.parse_args(arguments)
    told.to.mkdir(parents=True, exist_ok=True)
    found, areas = [], {}
    for area in told.area or CONFIG["areas"]:
        path = told.to / f"{area}-{told.seed}-{_digest(area)}.sqlite"
        with use_db(path) as session:
            begun(session, area, n=told.mutants, seed=told.seed)
        if not told.report:
            work(path, area, again=told.again, jobs=told.jobs)
        with use_db(path) as session:
            found += results(session, area)
            areas[area] = Area(len(places(area)), session.num_work_items)
    PAGE.write_text(page(found, areas, seed=told.seed))
    if missing := unexplained(found):
        raise SystemExit("\n".join(["not explained yet in survivors.toml:", *map(str, missing)]))


if __name__ == "__main__":
    main()
