"""`exerkine-sim run`: the main job."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from ..files import whole
from .inputs import AsJson, Case, SubjectFile, read_case
from .terminal import SOME_FAILED, complain, console, print_json, step, table

if TYPE_CHECKING:
    from rich.console import Console

    from ..solution import Solution

STILL = 5e-4  # what the table shows as 1.00-fold has no moment


def run(
    plan: Annotated[
        Path | None,
        typer.Argument(metavar="PLAN", help="Plan, .txt or .toml; the shipped week when left out."),
    ] = None,
    subject: SubjectFile = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the files; named after the plan.")
    ] = None,
    as_json: AsJson = False,
    end_h: Annotated[
        float | None,
        typer.Option(
            "--end-h", metavar="HOURS", help="Simulate up to here; a day after the plan by default."
        ),
    ] = None,
) -> None:
    """Simulate a plan, show and keep every exerkine.

    Writes solution.nc, summary.csv and timecourse.png.

    \b
    Example:
      exerkine-sim run plan.txt --subject me.toml --out result
    """
    with step("reading plan and person"):
        case = read_case(plan, subject)
    with _folder(Path(case.plan_file.stem) if out is None else out) as folder:
        with step("simulating") as report:
            from ..simulate import simulate

            solution = simulate(case.schedule, case.subject, end_h=end_h, progress=report)
        with step("drawing and writing"):
            files = _write(solution, folder)
    _show_json(solution, case, files) if as_json else _show(solution, case, files)
    _leave(solution)


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Make the folder before the work, so that a wrong name costs nothing; what stays empty goes again."""
    made = [one for one in (path, *path.parents) if not os.path.lexists(one)]
    try:
        _make(path)
        yield path
    finally:
        with suppress(OSError):  # the first that holds something
            for one in made:
                one.rmdir()


def _make(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"cannot be made ({problem.strerror})",
            expected="a folder to write to",
            fix="name another one with --out",
            file=path,
        ) from None


def _write(solution: Solution, folder: Path) -> list[Path]:
    from ..plot import overview, save

    files = [folder / name for name in ("solution.nc", "summary.csv", "timecourse.png")]
    solution.save(files[0])
    with whole(files[1]) as partial:
        solution.metrics().to_csv(partial, index=False)
    save(overview(solution), files[2])
    return files


def _show(solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..citation import basis_counts, basis_text

    out = console()
    _show_heading(out, solution, case)
    out.print(f"parameters: {basis_text(basis_counts(solution))}")
    headings = {
        "molecule": "left",
        "where": "left",
        "at rest": "right",
        "reaches": "right",
        "fold": "right",
        "when": "left",
        "after": "left",
        "AUC above rest": "right",
        "grade": "left",
    }
    rows = [_row(found, case.schedule.first_weekday) for found in _summary(solution)]
    out.print(table(headings, rows, expendable=["AUC above rest"], elastic=("after", 8)))
    out.print(
        "reaches: farthest from rest in folds, up or down; after: the latest session; grade: of the evidence"
    )
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _show_heading(out: Console, solution: Solution, case: Case) -> None:
    from ..plot.heading import person_text

    sessions, days = len(case.schedule.sessions), float(solution.times_h[-1]) / 24
    out.print(case.schedule.name or case.plan_file.name, style="bold", end="")
    out.print(f": {sessions} session{'' if sessions == 1 else 's'} in {days:.3g} days")
    person = person_text({field.name: getattr(case.subject, field.name) for field in fields(case.subject)})
    out.print(person + (" (shipped example)" if case.is_example_subject else ""))
    if case.subject.estimated:
        out.print(f"estimated from norms: {', '.join(case.subject.estimated)}")


def _summary(solution: Solution) -> list[dict[Hashable, Any]]:
    """Return the block metrics of every molecule, at the sites shown by default."""
    from ..metrics import block_metrics
    from ..plot.choice import traces

    shown = traces(solution, solution.exerkines)
    rows = block_metrics(solution).to_dict(orient="records")
    return [row for row in rows if (row["exerkine"], row["site"]) in shown]


def _row(found: Mapping[Hashable, Any], first_weekday: str | None) -> list[str]:
    unit = "" if found["unit"] == "fold" else f" {found['unit']}"
    moved = abs(found["fold"] - 1) > STILL
    return [
        found["exerkine"],
        found["site"].replace("muscle_mrna", "mRNA").replace("_", " "),
        f"{_digits(found['baseline'])}{unit}",
        _digits(found["value"]),
        f"{found['fold']:.2g}" if found["fold"] < 1 else _digits(found["fold"]),
        _minute(found["at_h"], first_weekday) if moved else "-",
        found["session"] if moved else "",
        f"{_digits(found['auc'])}{unit or ' fold'} h" if moved else "-",
        found["grade"],
    ]


def _minute(hour: float, first_weekday: str | None) -> str:
    """Return day and clock time to the minute; what is no number as a dash."""
    from ..schedule.when import clock_text

    return "-" if hour != hour else clock_text(round(hour * 60) / 60, first_weekday)


def _digits(value: float) -> str:
    """Return three significant digits without exponent up to a million; what is no number as a dash."""
    if value != value:
        return "-"
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"


def _show_json(solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..citation import basis_counts

    print_json(
        {
            "plan": case.schedule.name,
            "subject": case.subject.describe(),
            "estimated": list(case.subject.estimated),
            "parameters": basis_counts(solution),
            "status": list(solution.status),
            "summary": _summary(solution),
            "files": [str(file) for file in files],
        }
    )


def _leave(solution: Solution) -> None:
    """Report members that failed, and leave with the code that says so."""
    failed = [f"member {index}: {text}" for index, text in enumerate(solution.status) if text != "ok"]
    if failed:
        complain("\n".join(["the simulation did not reach its end", *failed]))
        raise typer.Exit(SOME_FAILED)
