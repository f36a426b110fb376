"""`exerkine-sim compare`: plans side by side, and which differences can be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..tabular import write_table
from .inputs import AsJson, Dark, PopulationSize, Seed, SubjectFile, make_folder, read_case, read_population
from .terminal import SOME_FAILED, complain, console, print_json, step, table

if TYPE_CHECKING:
    from rich.table import Table

    from ..comparison import Comparison, Contrast

SECTIONS = {"together": "several molecules together", "exposure": "exposure", "peak": "peak"}


def compare(
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN PLAN [...]", help="Plans, 2 to 5.")],
    subject: SubjectFile = None,
    population: PopulationSize = None,
    seed: Seed = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")] = Path(
        "comparison"
    ),
    as_json: AsJson = False,
    plot: Annotated[bool, typer.Option(help="Draw comparison.png, which takes longest.")] = True,
    dark: Dark = False,
) -> None:
    """Compare plans in the same people, each against the first.

    Says of each reading whether it is higher, lower or cannot be told apart, and shows TSS, TRIMP, CTL,
    session RPE and volume load beside it. Writes comparison.csv, training_load.csv and comparison.png.

    \b
    Example:
      exerkine-sim compare easy.txt hard.txt --subject me.toml --out which
      exerkine-sim compare easy.txt hard.txt both.txt --population 100 --seed 1
    """
    from ..comparison import USUAL_PEOPLE
    from ..comparison import compare as compared
    from ..schedule.readers.field import one_line  # a file's name may hold what is no letter

    with step("reading plans and person"):
        cases = [read_case([plan], subject) for plan in plans]
        size = USUAL_PEOPLE if population is None else population
        people = read_population(cases[0].subject, size, seed, uncertain=True)
    names = [case.schedule.name or one_line(case.plan_file.stem) for case in cases]
    with step("simulating") as report:
        found = compared([case.schedule for case in cases], people, names=names, progress=report)
    make_folder(out)
    with step("drawing and writing"):
        files = _write(found, out, plot=plot, dark=dark)
    if as_json:
        print_json(found.to_json_dict() | {"files": [str(file) for file in files]})
    else:
        _show(found, files)
    if found.failed:
        complain("\n".join(f"member {number}: {reason}" for number, reason in found.failed[:10]))
        raise typer.Exit(SOME_FAILED)


def _write(found: Comparison, folder: Path, *, plot: bool, dark: bool) -> list[Path]:
    import pandas as pd

    loads = {name: load.sessions for name, load in zip(found.plans, found.loads, strict=True)}
    sessions = pd.concat(loads, names=["plan", "number"]).reset_index("plan")
    files = [
        write_table(found.table, folder / "comparison.csv"),
        write_table(sessions, folder / "training_load.csv"),
    ]
    if plot:
        from ..plot import comparison, save

        files.append(save(comparison(found), folder / "comparison.png", dark=dark))
    return files


def _show(found: Comparison, files: Sequence[Path]) -> None:
    from ..plot.comparison import shown

    out = console()
    against = f"{', '.join(found.plans[1:])} against {found.plans[0]}"
    out.print(against, style="bold", soft_wrap=True)
    out.print(
        f"the same {found.people.n} people, seed {found.people.seed}, {found.end_h / 24:.3g} days; "
        f"what differs between them, and what is uncertain, is drawn alike for each plan",
        soft_wrap=True,
    )
    if len(set(found.weeks)) > 1:
        lengths = ", ".join(f"{name} {n:g}" for name, n in zip(found.plans, found.weeks, strict=True))
        out.print(
            f"weeks: {lengths}; all are simulated to the end of the longest, per week counts a plan's own",
            soft_wrap=True,
        )
    for kind, title in SECTIONS.items():
        out.print(f"\n{title}", style="bold")
        out.print(_readings(found, [one for group in shown(found, kind) for one in group]))
    out.print("\ntraining load scores", style="bold")
    out.print(_scores(found))
    out.print(
        "\nratio: median over people, each against themselves. Told apart where the middle nine tenths of "
        "them lie on one side of 1, and an assay could tell the ratio; less than an hour counts as an hour.",
        soft_wrap=True,
    )
    told = sum(one.verdict != "cannot be told apart" for one in found.contrasts)
    out.print(f"{told} of {len(found.contrasts)} readings can be told apart; all are in {files[0]}")
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _readings(found: Comparison, contrasts: Sequence[Contrast]) -> Table:
    several = len(found.plans) > 2
    headings = {"reading": "left"} | ({"plan": "left"} if several else {})
    titles = ("first", "other") if several else found.plans
    headings |= dict.fromkeys((*(_short(one) for one in titles), "ratio", "5 to 95 %", "higher in"), "right")
    headings |= {"verdict": "left", "grade": "left"}
    rows = [_reading_row(one, several=several) for one in contrasts]
    return table(headings, rows, expendable=["5 to 95 %", "grade"])


def _reading_row(one: Contrast, *, several: bool) -> list[str]:
    from ..plot.comparison import label_of

    unit = "" if one.unit in ("1", "fold") else f" {one.unit}"
    return [
        label_of(one),
        *([_short(one.plan)] if several else []),
        f"{_digits(one.first)}{unit}",
        f"{_digits(one.second)}{unit}",
        _digits(one.ratio),
        f"{_digits(one.low)} to {_digits(one.high)}",
        f"{100 * one.share_higher:.0f} %",
        one.verdict,
        one.grade,
    ]


def _scores(found: Comparison) -> Table:
    from ..training_load import SCORES

    headings = {"score": "left"} | dict.fromkeys(map(_short, found.plans), "right")
    return table(headings, [[label, *_score_cells(found, name)] for name, label in SCORES.items()])


def _score_cells(found: Comparison, name: str) -> Iterator[str]:
    """Yield a score of each plan, and of how many sessions it is where some have none."""
    for load in found.loads:
        count, every = load.counted()[name], len(load.sessions)
        part = "" if count == every else f" ({count} of {every} sessions)"
        yield f"{_digits(load.totals()[name])}{part}" if count else "not defined"


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"


def _digits(value: float) -> str:
    """Return three significant digits, without exponent up to a million; what is no number as a dash."""
    if value != value:
        return "-"
    return f"{value:.0f}" if 999.5 <= abs(value) < 1e6 else f"{value:.3g}"
