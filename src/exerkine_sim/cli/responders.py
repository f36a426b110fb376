"""`exerkine-sim responders`: who responds to a plan, and who only seems to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from ..tabular import write_table
from .inputs import (
    AsJson,
    Case,
    CohortFile,
    Plans,
    PopulationSize,
    Seed,
    SubjectFile,
    Uncertain,
    check_people,
    make_folder,
    read_case,
    read_moment,
    read_population,
)
from .terminal import SOME_FAILED, complain, console, print_json, step, table

if TYPE_CHECKING:
    from ..responders import Responders
    from ..solution import Solution
    from ..subject import Population, Subject

USUAL_PEOPLE, DRAWN = 100, 6
HEADINGS = {"molecule": "left"} | dict.fromkeys(
    (
        *("change", "smallest", "respond", "seem to", "corrected", "misjudged"),
        *("typical error", "SD measured", "corrected SD", "95 %", "true SD"),
    ),
    "right",
)


Before = Annotated[
    str | None,
    typer.Option("--before", metavar="TIME", help="First measurement; as the first session starts."),
]
After = Annotated[
    str | None, typer.Option("--after", metavar="TIME", help="Second measurement; as the last session ends.")
]
Molecules = Annotated[
    list[str] | None,
    typer.Option("--exerkine", metavar="NAME", help="Molecule; may be repeated; all when left out."),
]
Smallest = Annotated[
    float | None,
    typer.Option(
        "--smallest",
        metavar="FOLD",
        help="Smallest change that counts, up or down; a fifth of the spread between people by default.",
    ),
]
Lasts = Annotated[
    str,
    typer.Option(
        "--lasts",
        metavar="day|stretch",
        help="What a person's day adds is the same all day, or only until the next session starts.",
    ),
]
Folder = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for responders.csv and waterfall.png.")
]


def responders(
    plan: Plans,
    subject: SubjectFile = None,
    population: PopulationSize = USUAL_PEOPLE,
    cohort: CohortFile = None,
    seed: Seed = None,
    uncertain: Uncertain = False,
    before: Before = None,
    after: After = None,
    exerkine: Molecules = None,
    smallest: Smallest = None,
    lasts: Lasts = "day",
    out: Folder = Path("responders"),
    as_json: AsJson = False,
    plot: Annotated[bool, typer.Option(help="Draw waterfall.png.")] = True,
) -> None:
    """Tell responders from those who only seem to respond.

    Measures people before and after a plan, once as they are and once with what day and assay add, and as
    many others who rest. Shows the share who respond, the share who seem to, the typical error, and how much
    people differ in their response, corrected for noise.

    \b
    Example:
      exerkine-sim responders plan.txt --population 200 --cohort cohort.toml --seed 1
      exerkine-sim responders plan.txt --exerkine il6 --after "day 1 09:00" --smallest 1.5 --json
    """
    from ..responders import responders as found_in

    with step("reading plan and person"):
        check_people(subject, cohort)
        case = read_case(plan, subject)
        people = read_population(case.subject, population, seed, uncertain=uncertain, cohort=cohort)
        first, last = _times(case, before, after)
    solution = _simulated(case, people, (first, last), exerkine)
    options = {"smallest_fold": smallest, "lasts": lasts, "seed": 0 if seed is None else seed}
    found = found_in(solution, before_h=first, after_h=last, **options)
    make_folder(out)
    files = _write(found, solution, out, plot=plot)
    if as_json:
        print_json(_told(found, people, files))
    else:
        _show(found, solution, case, files)
    if found.failed:
        complain(f"{found.failed} people failed and are left out")
        raise typer.Exit(SOME_FAILED)
    case.leave()


def _simulated(
    case: Case, people: Subject | Population, times_h: Sequence[float], exerkines: list[str] | None
) -> Solution:
    from ..simulate import simulate

    end_h = max(*times_h, case.schedule.end_h)  # a meal may follow the last measurement
    with step("simulating") as report:
        return simulate(
            case.schedule, people, exerkines=exerkines, times_h=times_h, end_h=end_h, progress=report
        )


def _times(case: Case, before: str | None, after: str | None) -> tuple[float, float]:
    """Return hours of both measurements: around the sessions where they are not named."""
    sessions = case.schedule.sessions
    if not sessions and (before is None or after is None):
        raise InputError(
            "a plan without sessions",
            expected="moments to measure",
            fix="add --before and --after",
            file=case.plan_file,
            field="--before" if before is None else "--after",
        )
    first = sessions[0].start_h if before is None else read_moment(before, case.schedule, option="--before")
    last = sessions[-1].end_h if after is None else read_moment(after, case.schedule, option="--after")
    if not first < last:
        raise InputError(
            f"measured first at {first:g} h and then at {last:g} h",
            expected="the second after the first",
            fix="move one of them",
            field="--after",
        )
    return first, last


def _write(found: Responders, solution: Solution, folder: Path, *, plot: bool) -> list[Path]:
    files = [write_table(found.table, folder / "responders.csv")]
    if plot:
        from ..plot import save
        from ..plot.responders import waterfalls

        widest = found.table.sort_values("sd_true", ascending=False)["exerkine"].head(DRAWN)
        labels = [str(solution.concentration(name)["label"].item()) for name in widest]
        files.append(save(waterfalls(found, list(widest), labels=labels), folder / "waterfall.png"))
    return files


def _told(found: Responders, people: Subject | Population, files: Sequence[Path]) -> dict:
    from ..subject import Population

    recipe = people.recipe() if isinstance(people, Population) else None
    return {"population": recipe, **found.to_json_dict(), "files": [str(file) for file in files]}


def _show(found: Responders, solution: Solution, case: Case, files: Sequence[Path]) -> None:
    from ..plot.heading import heading

    out = console()
    out.print(heading(solution) or case.plan_file.name, style="bold", soft_wrap=True)
    out.print(f"measured at {found.before_h:.4g} h and at {found.after_h:.4g} h of the plan")
    rows = [_row(row) for row in found.table.to_dict(orient="records")]
    out.print(table(HEADINGS, rows, expendable=["95 %", "SD measured", "smallest"]))
    out.print(
        "change: median, after over before; smallest: that counts. Shares of people: respond in truth, seem "
        "to by one measurement before and after, as corrected for noise, and misjudged. SD: of changes, in "
        "percent; corrected: less what as many people at rest vary by (negative: they vary more).",
        soft_wrap=True,
    )
    assumed = found.table["basis"].tolist().count("assumed")
    out.print(f"the noise of {assumed} of {len(found.table)} molecules is assumed in part", soft_wrap=True)
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _row(row: dict) -> list[str]:
    shares = (f"{100 * row[name]:.0f} %" for name in ("responders", "seeming", "corrected", "misclassified"))
    error, measured, low, high, corrected, true = (
        f"{100 * row[name]:.1f}"
        for name in ("typical_error", "sd_measured", "sd_low", "sd_high", "sd_corrected", "sd_true")
    )
    folds = [f"{row['change']:.3g}", f"{row['smallest']:.3g}"]
    return [row["exerkine"], *folds, *shares, error, measured, corrected, f"{low} to {high}", true]
