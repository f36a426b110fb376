"""`exerkine-sim measure`: summary numbers of any number of people, written as they are simulated.

While it grows, FILE is FILE.partial, and FILE.partial.json says how much of it is whole, and of what.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from pydantic import BaseModel, NonNegativeInt

from ..errors import InputError
from ..files import read_text, validated, whole
from .inputs import Case, PopulationSize, Seed, SubjectFile, read_case, read_population
from .terminal import SOME_FAILED, complain, console, step

if TYPE_CHECKING:
    import pandas as pd

    from ..subject import Population, Subject

NUMBER = "%.10g"  # more digits than a simulation is good for, and quicker to write than all of them
SHORT, MOST_DIFFERENCES = 40, 5


class Kept(BaseModel, extra="forbid", frozen=True):
    """How far a table has come: `size` bytes with this `checksum`, the rows of so many `members`."""

    recipe: dict[str, Any]
    members: NonNegativeInt = 0
    failed: NonNegativeInt = 0
    size: NonNegativeInt = 0
    checksum: NonNegativeInt = 0


def measure(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="Plan, .txt or .toml.")],
    subject: SubjectFile = None,
    population: PopulationSize = None,
    seed: Seed = None,
    exerkine: Annotated[
        list[str] | None,
        typer.Option("--exerkine", metavar="NAME", help="Molecule; may be repeated; all when left out."),
    ] = None,
    per: Annotated[
        str, typer.Option("--per", metavar="session|block", help="A row a session, or one for all the time.")
    ] = "session",
    above_fold: Annotated[
        float | None,
        typer.Option("--above-fold", metavar="X", help="Also the hours above X times the resting value."),
    ] = None,
    end_h: Annotated[
        float | None,
        typer.Option(
            "--end-h", metavar="HOURS", help="Simulate up to here; a day after the plan by default."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The table, CSV; named after the plan.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an interrupted run stopped, if there is one.")
    ] = False,
) -> None:
    """Measure what every exerkine does, in any number of people.

    Writes a CSV table, some hundred people at a time, and beside it FILE.json: how it was made. No time
    course is kept, so memory does not grow with the people.

    \b
    Example:
      exerkine-sim measure plan.txt --population 10000 --seed 1 --exerkine il6 --out il6.csv
      exerkine-sim measure plan.txt --population 10000 --seed 1 --exerkine il6 --out il6.csv --resume
    """
    with step("reading plan and person"):
        case = read_case(plan, subject)
        people = read_population(case.subject, population, seed)
        if per == "session" and not case.schedule.sessions:
            raise InputError("a plan without sessions", fix="add --per block", file=plan, field="--per")
    file = Path(f"{case.plan_file.stem}.csv") if out is None else out
    settings = {"exerkines": exerkine, "per": per, "above_fold": above_fold, "end_h": end_h}
    kept = _write(file, case, people, settings=settings, resume=resume)
    shown = console()
    shown.print(f"wrote {file}: {_people(kept.members)}", soft_wrap=True)
    shown.print(f"wrote {_record_of(file)}: how it was made", soft_wrap=True)
    if kept.failed > 0:
        complain(f"{kept.failed} of {_people(kept.members)} failed: the column status says why")
        raise typer.Exit(SOME_FAILED)


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n} people"


def _write(
    file: Path, case: Case, people: Subject | Population, *, settings: dict[str, Any], resume: bool
) -> Kept:
    """Write the table, or what is missing of it, and return what there is of it in the end."""
    from ..measures import measure as measured
    from ..subject import Population

    if file.is_dir():
        raise InputError("a folder", expected="a file", fix="name a file with --out", file=file)
    n = people.n if isinstance(people, Population) else 1
    partial = file.with_name(f"{file.name}.partial")
    kept = _begun(partial, _recipe(case, people, settings), resume=resume)
    if kept.members < n:
        left = people.part(kept.members, n) if isinstance(people, Population) else people
        with _progress(n, kept.members) as report:
            tables = measured(case.schedule, left, progress=report, **settings)
            kept = _append(partial, kept, tables)
    partial.replace(file)
    _record_of(partial).replace(_record_of(file))
    return kept


def _record_of(table: Path) -> Path:
    return table.with_name(f"{table.name}.json")


def _recipe(case: Case, people: Subject | Population, settings: dict[str, Any]) -> dict[str, Any]:
    """Return everything the numbers depend on, as JSON has it; the plan by its hash."""
    from ..manifest import manifest_of
    from ..parameters import load_parameters
    from ..physiology import default_model
    from ..subject import Population

    members = [(case.schedule, case.subject)]
    manifest = manifest_of(default_model(), load_parameters(), members, settings=settings)
    recipe = {name: manifest[name] for name in ("exerkine_sim", "python", "libraries", "settings")}
    recipe |= {name: manifest[name]["digest"] for name in ("model", "parameters")}
    recipe["plan"] = hashlib.sha256(manifest["plans"][0].encode()).hexdigest()
    recipe["subject"] = manifest["subjects"][0]
    recipe["population"] = people.recipe() if isinstance(people, Population) else None
    return json.loads(json.dumps(recipe))


def _begun(partial: Path, recipe: dict[str, Any], *, resume: bool) -> Kept:
    """Return what an interrupted run left of this table, nothing where there was none.

    Raises
    ------
    InputError
        When it left something and is not to go on; when that was of another measurement, or is damaged.
    """
    record = _record_of(partial)
    if not os.path.lexists(record):
        return Kept(recipe=recipe)
    kept = _read(record)
    if not resume:
        raise InputError(
            f"an interrupted run left {_people(kept.members)} here",
            fix=f"add --resume to go on, or delete {record.name} to begin anew",
            file=partial,
        )
    different = list(_differences(kept.recipe, recipe))
    if different:
        raise InputError(
            f"what was interrupted is another measurement: {'; '.join(different[:MOST_DIFFERENCES])}",
            expected="the same plan, person, people and settings, and the same versions",
            fix=f"give them as they were, or delete {record.name} to begin anew",
            file=partial,
        )
    if not _holds(partial, kept):
        raise InputError(
            "not what was written to it",
            expected=f"the {kept.size} bytes of {_people(kept.members)}",
            fix=f"delete {record.name} to begin anew",
            file=partial,
        )
    return kept


def _read(record: Path) -> Kept:
    text = read_text(record, error=InputError)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InputError("not the record of a table", fix="delete it to begin anew", file=record)
    return validated(Kept, content, error=InputError, file=record)


def _differences(before: Any, now: Any, name: str = "") -> Iterator[str]:
    """Name what differs between two recipes, with both values where they are short."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            yield from _differences(before.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif before != now:
        short = max(len(str(before)), len(str(now))) <= SHORT
        yield f"{name} was {before} and is {now}" if short else f"{name} differs"


def _holds(partial: Path, kept: Kept) -> bool:
    """Return whether a file begins with what is kept."""
    checksum, left = 0, kept.size
    try:
        with partial.open("rb") as file:
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                checksum, left = zlib.crc32(block, checksum), left - len(block)
    except OSError:
        return False
    return left == 0 and checksum == kept.checksum


def _append(partial: Path, kept: Kept, tables: Iterable[pd.DataFrame]) -> Kept:
    """Write tables behind what is kept, and after each one down how far that is."""
    with _opened(partial, kept.size) as file:
        try:
            for table in tables:
                content = _csv(table, header=kept.size == 0)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # the record must never be ahead of the table
                failed = table.loc[table["status"] != "ok", "member"].unique()
                kept = Kept(
                    recipe=kept.recipe,
                    members=kept.members + len(table["member"].unique()),
                    failed=kept.failed + len(failed),
                    size=kept.size + len(content),
                    checksum=zlib.crc32(content, kept.checksum),
                )
                with whole(_record_of(partial)) as record:
                    record.write_text(kept.model_dump_json(indent=2))
        except BaseException:
            if kept.members > 0:
                left = (
                    f"{_people(kept.members)} are kept in {partial}: the same command with --resume goes on"
                )
                console(error=True).print(left, soft_wrap=True)
            raise
    return kept


@contextmanager
def _opened(partial: Path, size: int) -> Iterator[BinaryIO]:
    """Open a file behind its first `size` bytes and cut off the rest; what stays empty goes again."""
    try:
        file = partial.open("r+b" if size > 0 else "wb")
    except OSError as problem:
        raise InputError(
            f"cannot be written ({problem.strerror})",
            expected="a file in a folder to write to",
            fix="name another one with --out",
            file=partial,
        ) from None
    try:
        with file:
            file.truncate(size)
            file.seek(size)
            yield file
    finally:
        if partial.stat().st_size == 0:
            partial.unlink()


def _csv(table: pd.DataFrame, *, header: bool) -> bytes:
    """Return a table as CSV, a number that is none as nothing; pandas takes five times as long."""
    forms, columns = [], []
    for _, column in table.items():
        plain = column.dtype.kind == "f" and bool(column.notna().all())
        forms.append(NUMBER if plain else "%s")
        columns.append(column.tolist() if plain else _texts(column))
    row = ",".join(forms) + "\n"
    heading = ",".join(table) + "\n" if header else ""
    return (heading + "".join([row % cells for cells in zip(*columns, strict=True)])).encode()


def _texts(column: pd.Series) -> list[str]:
    if column.dtype.kind == "f":
        return [NUMBER % value if value == value else "" for value in column.tolist()]
    return column.map({value: _quoted(str(value)) for value in column.unique()}).tolist()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text


@contextmanager
def _progress(n: int, done: int) -> Iterator[Callable[[float], None]]:
    """Show on a terminal how many people are done, how many a second, and how long the others will take."""
    from rich import progress

    columns = (
        progress.TextColumn("measuring"),
        progress.BarColumn(20),
        progress.MofNCompleteColumn(),
        progress.TextColumn("people, {task.fields[rate]}"),
        progress.TimeRemainingColumn(compact=True),
        progress.TextColumn("left"),
    )
    target, began = console(error=True), time.monotonic()
    with progress.Progress(*columns, console=target, transient=True, disable=not target.is_terminal) as bar:
        task = bar.add_task("", total=n, completed=done, rate="- a second")

        def report(fraction: float) -> None:
            more = fraction * (n - done)
            rate = more / max(time.monotonic() - began, 1e-3)
            bar.update(task, completed=round(done + more), rate=f"{rate:.3g} a second")

        yield report
