"""`exerkine-sim run`: the main job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .inputs import AsJson, Case, SubjectFile, read_case
from .terminal import complain, console, print_json, progress, table, whole

if TYPE_CHECKING:
    from rich.console import Console

    from ..solution import Solution
    from .block import Extreme

SOME_FAILED = 2


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
    with progress() as bar:
        task = bar.add_task("reading plan and person", total=None)
        case = read_case(plan, subject)
        folder = _folder(Path(case.plan_file.stem) if out is None else out)
        bar.update(task, description="preparing the equations")
        from ..simulate import simulate

        bar.update(task, description="simulating")
        solution = simulate(case.schedule, case.subject, end_h=end_h)
        bar.update(task, description="drawing and writing")
        files = _write(solution, case, folder)
    _show_json(solution, case, files) if as_json else _show(solution, case, files)
    _leave(solution)


def _folder(path: Path) -> Path:
    """Make the folder before the work, not after it, so that a wrong name costs nothing."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"cannot be made ({problem.strerror})",
            expected="a folder to write to",
            fix="name another one with --out",
            file=path,
        ) from None
    return path


def _write(solution: Solution, case: Case, folder: Path) -> list[Path]:
    from ..plot import overview, save

    files = [folder / name for name in ("solution.nc", "summary.csv", "timecourse.png")]
    solution.save(files[0])
    with whole(files[1]) as partial:
        solution.metrics().to_csv(partial, index=False)
    save(overview(solution, first_weekday=case.first_weekday), files[2])
    return files


def _show(solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..citation import basis_counts, basis_text
    from .block import extremes

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
        "session": "left",
        "AUC above rest": "right",
        "grade": "left",
    }
    rows = [_row(extreme, case.first_weekday) for extreme in extremes(solution)]
    out.print(table(headings, rows, expendable=["AUC above rest"], elastic=("session", 8)))
    out.print("reaches: farthest from rest in folds, up or down; grade: of the evidence")
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


def _row(extreme: Extreme, first_weekday: int | None) -> list[str]:
    from ..plot.clock import moment

    unit = "" if extreme.unit == "fold" else f" {extreme.unit}"
    return [
        extreme.exerkine,
        extreme.site.replace("muscle_mrna", "mRNA").replace("_", " "),
        f"{_digits(extreme.rest)}{unit}",
        _digits(extreme.value),
        _digits(extreme.fold) if extreme.fold >= 1 else f"{extreme.fold:.2g}",
        moment(extreme.at_h, first_weekday),
        extreme.session,
        f"{_digits(extreme.auc)}{unit or ' fold'} h",
        extreme.grade,
    ]


def _digits(value: float) -> str:
    """Return three significant digits without exponent up to a million; what is no number as a dash."""
    if value != value:
        return "-"
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"


def _show_json(solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..citation import basis_counts
    from .block import extremes

    print_json(
        {
            "plan": case.schedule.name,
            "subject": case.subject.describe(),
            "estimated": list(case.subject.estimated),
            "parameters": basis_counts(solution),
            "status": list(solution.status),
            "summary": [asdict(extreme) for extreme in extremes(solution)],
            "files": [str(file) for file in files],
        }
    )


def _leave(solution: Solution) -> None:
    """Report members that failed, and leave with the code that says so."""
    failed = [f"member {index}: {text}" for index, text in enumerate(solution.status) if text != "ok"]
    if failed:
        complain("\n".join(["the simulation did not reach its end", *failed]))
        raise typer.Exit(SOME_FAILED)
