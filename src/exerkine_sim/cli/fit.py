"""`exerkine-sim fit`: one person's parameters from that person's measurements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from ..tabular import write_table
from .inputs import AsJson, Case, Plans, SubjectFile, make_folder, read_case
from .terminal import console, print_json, step, table

if TYPE_CHECKING:
    from ..fitting import Fit
    from ..solution import Solution

CHECKPOINT = "posterior.partial"
HEADINGS = (
    "parameter",
    "value",
    "95 %",
    "unit",
    "shipped",
    "95 % of people",
    "from data",
    "verdict",
    "width",
)


Measurements = Annotated[
    Path,
    typer.Argument(
        metavar="MEASUREMENTS.csv",
        help="One sample a row: time, exerkine, value, unit, if wanted site, cv_percent, below.",
    ),
]
Free = Annotated[
    list[str],
    typer.Option(
        "--free", metavar="NAME", help="Parameter to fit, or pattern (il6.*: those that people differ in)."
    ),
]
Spreads = Annotated[
    list[str] | None,
    typer.Option("--spread", metavar="NAME=S", help="How much people differ in it: SD of the logarithm."),
]
Ahead = Annotated[
    Path | None, typer.Option("--next", metavar="PLAN2", help="Also predict this plan for the person.")
]
Drawn = Annotated[
    bool, typer.Option("--posterior", help="Draw the posterior, in place of first-order intervals.")
]
FirstDay = Annotated[
    str | None,
    typer.Option("--first-day", metavar="DATE", help="Date of the plan's first day, for dated samples."),
]


def fit(
    measurements: Measurements,
    plan: Plans,
    free: Free,
    subject: SubjectFile = None,
    spread: Spreads = None,
    ahead: Ahead = None,
    posterior: Drawn = False,
    most_steps: Annotated[
        int | None, typer.Option("--steps", metavar="N", help="Draw for so many steps at most.")
    ] = None,
    prior: Annotated[
        bool, typer.Option(help="Pull towards the shipped values, as strongly as people are alike.")
    ] = True,
    first_day: FirstDay = None,
    starts: Annotated[int, typer.Option("--starts", metavar="N", help="Search from so many points.")] = 3,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Which points and draws they are.")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Write table, figure and fit there.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted posterior.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit parameters of one person to what was measured while a plan was followed.

    All other parameters keep their shipped values. With --out writes estimates.csv, samples.csv, fit.json and
    fit.png, with --next also next.nc; while a posterior is drawn, what is done is kept there.

    \b
    Example:
      exerkine-sim fit samples.csv plan.txt --subject me.toml --free "il6.*" --out result
      exerkine-sim fit samples.csv plan.txt --free il6.synthesis --next sunday.txt --posterior --out result
    """
    with step("reading plan and person"):
        case = read_case(plan, subject)
        coming = None if ahead is None else read_case([ahead], subject)
    checkpoint = None if out is None else _checkpoint(out, resume=resume)
    options: dict[str, Any] = {"free": free, "spreads": _spreads(spread or [])}
    options |= {"prior": prior, "starts": starts, "seed": seed, "posterior": posterior}
    options |= {"first_day": _date(first_day)} | ({} if most_steps is None else {"most_steps": most_steps})
    with _going_on(checkpoint), step("fitting") as report:
        from ..fitting import fit as fitted

        found = fitted(
            measurements, case.schedule, case.subject, checkpoint=checkpoint, progress=report, **options
        )
    with step("predicting") as report:
        next_time = None if coming is None else found.predict(coming.schedule, seed=seed, progress=report)
    files = [] if out is None else _written(found, next_time, out)
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    _show_json(found, next_time, files) if as_json else _show(found, case, next_time, files)
    case.leave()


def _checkpoint(folder: Path, *, resume: bool) -> Path:
    """Return where the posterior is kept; refuse where an interrupted one would be lost."""
    make_folder(folder)
    place = folder / CHECKPOINT
    if place.exists() and not resume:
        raise InputError(
            "an interrupted fit left its draws here",
            fix=f"add --resume to go on, or delete {place.name} to begin anew",
            file=place,
        )
    return place


@contextmanager
def _going_on(checkpoint: Path | None) -> Iterator[None]:
    """Say how to go on when the work is interrupted after something was kept."""
    try:
        yield
    except BaseException:
        if checkpoint is not None and checkpoint.exists():
            told = f"what was drawn is kept in {checkpoint}: the same command with --resume goes on"
            console(error=True).print(told, soft_wrap=True)
        raise


def _spreads(words: Sequence[str]) -> dict[str, float]:
    """Return parameter to spread, of words such as ``il6.brake=0.3``."""
    found = {}
    for word in words:
        name, _, number = word.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise InputError(
                f"'{word[:60]}'",
                expected="a name and a number",
                fix="--spread il6.brake=0.3",
                field="--spread",
            ) from None
    return found


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"'{text[:40] if text else ''}'", expected="a date such as 2026-11-14", field="--first-day"
        ) from None


def _written(found: Fit, ahead: Solution | None, folder: Path) -> list[Path]:
    files = []
    with step("drawing and writing"):
        files.append(write_table(found.table.reset_index(), folder / "estimates.csv"))
        files.append(write_table(found.samples, folder / "samples.csv"))
        files.append(found.save(folder / "fit.json"))
        if ahead is not None:
            files.append(ahead.save(folder / "next.nc"))
        from ..plot import fitted, save

        files.append(save(fitted(found, ahead=ahead), folder / "fit.png"))
    return files


def _show(found: Fit, case: Case, ahead: Solution | None, files: Sequence[Path]) -> None:
    from ..plot.heading import person_text

    out = console()
    kind = "drawn from the posterior" if found.draws is not None else "to first order"
    person = person_text({field.name: getattr(case.subject, field.name) for field in fields(case.subject)})
    out.print(f"{len(found.problem.samples)} samples; {person}; intervals {kind}", soft_wrap=True)
    right = ("value", "shipped", "from data")
    rows = [
        [
            one.name,
            f"{one.value:.3g}",
            f"{one.low:.3g} to {one.high:.3g}",
            one.unit,
            f"{one.prior:.3g}",
            f"{one.prior_low:.3g} to {one.prior_high:.3g}",
            f"{100 * one.share:.0f} %",
            one.remark,
            one.basis,
        ]
        for one in found.estimates
    ]
    headings = {heading: "right" if heading in right else "left" for heading in HEADINGS}
    out.print(table(headings, rows, expendable=["width", "95 % of people"]))
    out.print(
        "from data: share of the variance between people that the samples take away; width: what says "
        "how much people differ",
        soft_wrap=True,
    )
    if ahead is not None:
        out.print(table(dict.fromkeys(("next", "at rest", "peak", "at"), "left"), _peaks(ahead)))
        out.print(
            "medians, with the range that holds 90 % of draws of this person's parameters", soft_wrap=True
        )
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _peaks(ahead: Solution) -> list[list[str]]:
    """Return a row for each molecule of what is to come: rest and peak, with the bands of the draws."""
    from ..plot.heading import shared
    from ..schedule.when import clock_text

    first_weekday = (shared(ahead, "plan") or {}).get("first_weekday")
    rows = []
    for name in ahead.exerkines:
        course = ahead.concentration(name)
        peak, at = course.max("time"), float(course.idxmax("time").median())
        rest = course.isel(time=0)
        cells = [_banded(one.to_numpy(), str(course.attrs["units"])) for one in (rest, peak)]
        rows.append([str(course.attrs["long_name"]), *cells, clock_text(at, first_weekday)])
    return rows


def _banded(values: Any, unit: str) -> str:
    import numpy as np

    low, middle, high = np.nanquantile(values, (0.05, 0.5, 0.95))
    return f"{middle:.3g} ({low:.3g} to {high:.3g}) {unit}"


def _show_json(found: Fit, ahead: Solution | None, files: Sequence[Path]) -> None:
    from ..fitting.file import as_json

    content = as_json(found) | {"draws": None if found.draws is None else len(found.draws)}
    content["next"] = None if ahead is None else _peaks(ahead)
    print_json(content | {"files": [str(file) for file in files]})
