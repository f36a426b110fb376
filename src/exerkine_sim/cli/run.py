"""`exerkine-sim run`: the main job."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .inputs import (
    PLAN_HELP,
    AsJson,
    Case,
    Clock,
    CohortFile,
    Dark,
    Held,
    PopulationSize,
    Seed,
    SubjectFile,
    Uncertain,
    check_people,
    make_folder,
    read_case,
    read_population,
)
from .summary import person_summary, person_table, population_summary, population_table
from .terminal import SOME_FAILED, complain, console, print_json, step

if TYPE_CHECKING:
    from rich.console import Console

    from ..schedule import Schedule
    from ..solution import Solution

MAX_COMPLAINTS = 10


def run(
    plan: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PLAN", help=f"{PLAN_HELP} The shipped week when left out."),
    ] = None,
    subject: SubjectFile = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the files; named after the plan.")
    ] = None,
    population: PopulationSize = None,
    cohort: CohortFile = None,
    seed: Seed = None,
    uncertain: Uncertain = False,
    hold: Held = None,
    clock: Clock = False,
    as_json: AsJson = False,
    end_h: Annotated[
        float | None,
        typer.Option(
            "--end-h", metavar="HOURS", help="Simulate up to here; a day after the plan by default."
        ),
    ] = None,
    plot: Annotated[bool, typer.Option(help="Draw timecourse.png, which takes longest.")] = True,
    dark: Dark = False,
    months: Annotated[
        bool | None,
        typer.Option(
            help="Draw months.png: calendar, exposure of each week, resting levels. Over 13 weeks by default."
        ),
    ] = None,
) -> None:
    """Simulate a plan, show and keep every exerkine.

    Writes solution.nc, summary.csv and timecourse.png, of long plans months.png too.

    \b
    Example:
      exerkine-sim run plan.txt --subject me.toml --out result
      exerkine-sim run plan.txt --subject me.toml --population 200 --seed 1 --uncertain
      exerkine-sim run plan.txt --population 200 --cohort cohort.toml
      exerkine-sim run plan.txt --hold il6
      exerkine-sim run plan.txt --clock
      exerkine-sim run rides/ --subject me.toml
    """
    with step("reading plan and person") as report:
        check_people(subject, cohort)
        case = read_case(plan, subject, progress=report)
        people = read_population(case.subject, population, seed, uncertain=uncertain, cohort=cohort)
        case = case.of(people)
    with _folder(Path(case.stem) if out is None else out) as folder:
        with step("simulating") as report:
            from ..simulate import model_for, simulate

            model = model_for([case.schedule], held=hold or (), clock=clock)
            solution = simulate(case.schedule, people, model=model, end_h=end_h, progress=report)
        with step("drawing and writing"):
            files = _write(solution, folder)
            if plot:
                files.append(_draw_page(solution, folder, dark=dark))
            if _wants_months(solution, plot=plot, months=months):
                files.append(_draw_months(case.schedule, solution, folder, dark=dark))
    _show_json(solution, case, files) if as_json else _show(solution, case, files)
    _leave(solution)
    case.leave()


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """Make the folder before the work, so that a wrong name costs nothing; what stays empty goes again."""
    made = [one for one in (path, *path.parents) if not os.path.lexists(one)]
    try:
        make_folder(path)
        yield path
    finally:
        with suppress(OSError):  # the first that holds something
            for one in made:
                one.rmdir()


def _write(solution: Solution, folder: Path) -> list[Path]:
    from ..metrics import session_columns
    from ..tabular import write_table

    return [
        solution.save(folder / "solution.nc"),
        write_table(session_columns(solution), folder / "summary.csv"),
    ]


def _draw_page(solution: Solution, folder: Path, *, dark: bool) -> Path:
    from ..plot import overview, save

    return save(overview(solution), folder / "timecourse.png", dark=dark)


def _wants_months(solution: Solution, *, plot: bool, months: bool | None) -> bool:
    from ..plot.clock import is_long

    return plot and is_long(solution.times_h) if months is None else months


def _draw_months(schedule: Schedule, solution: Solution, folder: Path, *, dark: bool) -> Path:
    from ..plot import save
    from ..plot.months import months

    return save(months(schedule, solution), folder / "months.png", dark=dark)


def _show(solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..citation import basis_counts, basis_text

    out = console()
    _show_heading(out, solution, case)
    out.print(f"parameters: {basis_text(basis_counts(solution))}")
    if solution.manifest.get("population") is None:
        out.print(person_table(person_summary(solution), case.schedule.first_weekday))
        out.print(
            "reaches: farthest from rest in folds, up or down; after: the latest session; "
            "grade: of the evidence"
        )
    else:
        out.print(population_table(population_summary(solution)))
        out.print(
            "at rest, reaches, fold: medians, with the range of people; after: the session for most of them; "
            "grade: of the evidence",
            soft_wrap=True,
        )
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _show_heading(out: Console, solution: Solution, case: Case) -> None:
    from ..plot.heading import cohort_text, people_text, person_text, spread_text

    sessions, days = len(case.schedule.sessions), float(solution.times_h[-1]) / 24
    out.print(case.schedule.name or case.plan_file.name, style="bold", end="")
    out.print(f": {sessions} session{'' if sessions == 1 else 's'} in {days:.3g} days")
    person = cohort_text(solution) or person_text(
        {field.name: getattr(case.subject, field.name) for field in fields(case.subject)}
    )
    out.print(person + (" (shipped example)" if case.is_example_subject else ""))
    if case.subject.estimated:
        out.print(f"estimated from norms: {', '.join(case.subject.estimated)}")
    if rhythms := solution.manifest["model"]["rhythms"]:
        names = ", ".join(sorted(rhythms))
        out.print(f"by the clock: {names}; at rest is the mean of a day, and the hour counts as a change")
    if solution.manifest.get("population") is not None:
        like = "" if cohort_text(solution) else " like this one"
        out.print(f"{people_text(solution)}{like}, seed {solution.manifest['seed']}")
        out.print(spread_text(solution), soft_wrap=True)


def _show_json(solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..citation import basis_counts

    common: dict[str, Any] = {
        "plan": case.schedule.name,
        "subject": case.subject.describe(),
        "estimated": list(case.subject.estimated),
        "parameters": basis_counts(solution),
        "rhythms": solution.manifest["model"]["rhythms"],
        "files": [str(file) for file in files],
    }
    population = solution.manifest.get("population")
    if population is None:
        print_json(common | {"status": list(solution.status), "summary": person_summary(solution)})
    else:
        failed = [{"member": member, "reason": reason} for member, reason in _failures(solution)]
        common |= {name: solution.manifest.get(name) for name in ("population", "varied", "uncertain")}
        common |= {"failed": failed}
        print_json(common | {"summary": population_summary(solution)})


def _failures(solution: Solution) -> list[tuple[int, str]]:
    """Return number and reason of each member that failed."""
    numbers = solution.arrays["member"].tolist()
    return [(number, text) for number, text in zip(numbers, solution.status, strict=True) if text != "ok"]


def _leave(solution: Solution) -> None:
    """Report members that failed, and leave with the code that says so."""
    failed = [f"member {number}: {reason}" for number, reason in _failures(solution)]
    if failed:
        more = [f"and {len(failed) - MAX_COMPLAINTS} more"] if len(failed) > MAX_COMPLAINTS else []
        complain("\n".join(["the simulation did not reach its end", *failed[:MAX_COMPLAINTS], *more]))
        raise typer.Exit(SOME_FAILED)
