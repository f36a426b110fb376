"""`exerkine-sim measure`: summary numbers of any number of people, written as they are simulated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from ..table import GrowingTable, Kept, record_of
from .inputs import (
    Case,
    Clock,
    CohortFile,
    Held,
    Plans,
    PopulationSize,
    Seed,
    SubjectFile,
    Uncertain,
    check_file,
    check_people,
    read_case,
    read_population,
)
from .terminal import SOME_FAILED, complain, console, counting, step

if TYPE_CHECKING:
    import pandas as pd

    from ..model import Model
    from ..subject import Population, Subject


def measure(
    plan: Plans,
    subject: SubjectFile = None,
    population: PopulationSize = None,
    cohort: CohortFile = None,
    seed: Seed = None,
    uncertain: Uncertain = False,
    exerkine: Annotated[
        list[str] | None,
        typer.Option("--exerkine", metavar="NAME", help="Molecule; may be repeated; all when left out."),
    ] = None,
    per: Annotated[
        str,
        typer.Option(
            "--per",
            metavar="session|stretch|block",
            help="A row a session, one from each start to the next, or one in all.",
        ),
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
    hold: Held = None,
    clock: Clock = False,
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
    with step("reading plan and person") as report:
        check_people(subject, cohort)
        case = read_case(plan, subject, progress=report)
        people = read_population(case.subject, population, seed, uncertain=uncertain, cohort=cohort)
        case = case.of(people)
        if per == "session" and not case.schedule.sessions:
            raise InputError(
                "a plan without sessions", fix="add --per block", file=case.plan_file, field="--per"
            )
    model = _model(case, hold, clock)
    file = Path(f"{case.stem}.csv") if out is None else out
    check_file(file)
    if file.suffix.lower() not in ("", ".csv"):
        raise InputError(
            f"a table as '{file.suffix}'",
            expected="CSV, which can grow and go on after an interruption",
            fix="name it .csv; pandas.read_csv(...).to_parquet(...) makes another kind of it",
            field="--out",
        )
    settings = {"exerkines": exerkine, "per": per, "above_fold": above_fold, "end_h": end_h, "model": model}
    kept = _write(file, case, people, settings=settings, resume=resume)
    shown = console()
    shown.print(f"wrote {file}: {kept.people}", soft_wrap=True)
    shown.print(f"wrote {record_of(file)}: how it was made", soft_wrap=True)
    if kept.failed > 0:
        complain(f"{kept.failed} of {kept.people} failed: the column status says why")
        raise typer.Exit(SOME_FAILED)
    case.leave()


def _write(
    file: Path, case: Case, people: Subject | Population, *, settings: dict[str, Any], resume: bool
) -> Kept:
    """Write the table, or what is missing of it, and return what there is of it in the end."""
    from ..measures import measure as measured
    from ..subject import Population

    n = people.n if isinstance(people, Population) else 1
    table = GrowingTable(file)
    kept = _begun(table, _recipe(case, people, settings), resume=resume)
    if kept.members < n:
        left = people.part(kept.members, n) if isinstance(people, Population) else people
        first = kept.members
        with counting("measuring", "people", n=n) as report:
            report(first)
            parts = measured(
                case.schedule,
                left,
                progress=lambda fraction: report(first + round(fraction * (n - first))),
                **settings,
            )
            kept = _grown(table, kept, parts)
    table.finish()
    return kept


def _model(case: Case, hold: list[str] | None, clock: bool) -> Model:
    from ..simulate import model_for

    return model_for([case.schedule], held=hold or (), clock=clock)


def _recipe(case: Case, people: Subject | Population, settings: dict[str, Any]) -> dict[str, Any]:
    """Return everything the numbers depend on, as JSON has it; the plan by its hash."""
    from ..manifest import manifest_of, uncertain_in
    from ..parameters import load_parameters
    from ..subject import Population

    members = [(case.schedule, case.subject)]
    named = {name: value for name, value in settings.items() if name != "model"}
    model, parameters = settings["model"], load_parameters()
    manifest = manifest_of(model, parameters, members, settings=named)
    recipe = {name: manifest[name] for name in ("exerkine_sim", "python", "libraries", "settings")}
    recipe |= {name: manifest[name]["digest"] for name in ("model", "parameters")}
    recipe["plan"] = hashlib.sha256(manifest["plans"][0].encode()).hexdigest()
    recipe["subject"] = manifest["subjects"][0]
    population = people if isinstance(people, Population) else None
    recipe["population"] = None if population is None else population.recipe()
    recipe["uncertain"] = uncertain_in(population, model, parameters)
    return json.loads(json.dumps(recipe))


def _begun(table: GrowingTable, recipe: dict[str, Any], *, resume: bool) -> Kept:
    """Return what an interrupted run left of this table, nothing where there was none.

    Raises
    ------
    InputError
        When it left something and is not to go on; when that was of another measurement, or is damaged.
    """
    kept = table.left()
    if kept is None:
        return Kept(recipe=recipe)
    if not resume:
        raise InputError(
            f"an interrupted run left {kept.people} here",
            fix=f"add --resume to go on, or delete {record_of(table.partial).name} to begin anew",
            file=table.partial,
        )
    table.check(kept, recipe)
    return kept


def _grown(table: GrowingTable, kept: Kept, parts: Iterable[pd.DataFrame]) -> Kept:
    """Write parts behind what is kept; when that is interrupted, say how to go on."""
    with table.opened(kept, fix="name another one with --out") as file:
        try:
            for rows in parts:
                kept = table.append(file, rows, kept=kept)
        except BaseException:
            if kept.members > 0:
                left = f"{kept.people} are kept in {table.partial}: the same command with --resume goes on"
                console(error=True).print(left, soft_wrap=True)
            raise
    return kept
