"""`exerkine-sim sample`: when to take blood, so that it tells most about a person's parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from ..tabular import write_table
from .inputs import AsJson, Case, Plans, SubjectFile, make_folder, read_case, read_moment
from .terminal import console, print_json, step, table

if TYPE_CHECKING:
    from rich.table import Table

    from ..sampling import SamplingDesign

USUAL_NIGHT = "23-6"
_NIGHT = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)-(\d{1,2}(?:\.\d{1,4})?)")
_PRICE = re.compile(r"([^=]{1,60})=(\d{1,9}(?:\.\d{1,4})?)")


def sample(
    plan: Plans,
    of: Annotated[
        list[str],
        typer.Option("--of", metavar="NAME[:SITE]", help="Molecule to be measured; may be repeated."),
    ],
    to: Annotated[
        list[str],
        typer.Option(
            "--to", metavar="NAME", help="Parameter, or all of a molecule's, to learn about; repeatable."
        ),
    ],
    n: Annotated[
        float, typer.Option("--n", metavar="N", help="How many draws; with --price, how much to spend.")
    ] = 6,
    nuisance: Annotated[
        list[str] | None,
        typer.Option("--nuisance", metavar="NAME", help="Parameter that is unknown too, of no interest."),
    ] = None,
    subject: SubjectFile = None,
    planned: Annotated[
        list[str] | None,
        typer.Option(
            "--planned", metavar="WHEN", help="Draw that is planned already: 'Mon 06:30', or hours."
        ),
    ] = None,
    gap_min: Annotated[
        float, typer.Option("--gap", metavar="MIN", help="Minutes between two draws, at least.")
    ] = 15.0,
    night: Annotated[
        str, typer.Option("--night", metavar="FROM-TO", help="Hours of sleep, without draws; or none.")
    ] = USUAL_NIGHT,
    price: Annotated[
        list[str] | None,
        typer.Option(
            "--price", metavar="NAME=X", help="Price of measuring a molecule; each is then chosen apart."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")] = Path(
        "sampling"
    ),
    as_json: AsJson = False,
    plot: Annotated[bool, typer.Option(help="Draw sampling.png.")] = True,
) -> None:
    """Choose the sampling times that tell most about some parameters of a person.

    Of all times an hour before the plan to a day after it, those from which most is learnt (D-optimal; with
    --nuisance D_s-optimal), allowing for the noise of assay and day. Writes sampling.csv and sampling.png.

    \b
    Example:
      exerkine-sim sample plan.txt --of il6 --to il6.clearance --n 6
      exerkine-sim sample plan.txt --of il6 --of il1ra --to il6 --n 8 --planned 'Mon 06:30' --night 22-7
      exerkine-sim sample plan.txt --of il6 --of il1ra --to il6 --price il6=40 --price il1ra=25 --n 300
    """
    from ..sampling import sampling_times

    with step("reading plan and person") as report:
        case = read_case(plan, subject, progress=report)
    moments = [read_moment(text, case.schedule, option="--planned") for text in planned or ()]
    with step("choosing") as report:
        found = sampling_times(
            case.schedule,
            case.subject,
            of=_sites(of, case),
            to=to,
            n=int(n) if n.is_integer() else n,
            nuisance=nuisance or (),
            planned_h=moments,
            gap_min=gap_min,
            night_h=_read_night(night),
            prices=_read_prices(price) if price else None,
            progress=report,
        )
    make_folder(out)
    with step("drawing and writing"):
        files = _write(found, out, plot=plot)
    if as_json:
        print_json(found.to_json_dict() | {"files": [str(file) for file in files]})
    else:
        _show(found, files)
    case.leave()


def _sites(of: Sequence[str], case: Case) -> list[tuple[str, str]]:
    """Return molecule and site of each word, the molecule's first site where none is named."""
    from ..simulate import model_for

    model = model_for([case.schedule])
    found = []
    for word in of:
        exerkine, _, site = word.partition(":")
        sites = [one.site for one in model.observables if one.exerkine == exerkine]
        found.append((exerkine, site or next(iter(sites), "plasma")))
    return found


def _read_night(text: str) -> tuple[float, float] | None:
    match = _NIGHT.fullmatch(text.strip())
    if match is None and text != "none":
        raise InputError(
            f"'{text[:40]}'",
            expected="clock hours such as 23-6, or none",
            fix="write --night 22.5-6",
            field="--night",
        )
    return None if match is None else (float(match[1]), float(match[2]))


def _read_prices(words: Sequence[str]) -> dict[str, float]:
    found = {}
    for word in words:
        match = _PRICE.fullmatch(word.strip())
        if match is None:
            raise InputError(
                f"'{word[:60]}'", expected="molecule and price", fix="write --price il6=40", field="--price"
            )
        found[match[1]] = float(match[2])
    return found


def _write(found: SamplingDesign, folder: Path, *, plot: bool) -> list[Path]:
    files = [write_table(found.table, folder / "sampling.csv")]
    if plot:
        from ..plot import sampling, save

        files.append(save(sampling(found), folder / "sampling.png"))
    return files


def _show(found: SamplingDesign, files: Sequence[Path]) -> None:
    out = console()
    out.print(f"draws that tell most of {', '.join(found.parameters)}", style="bold", soft_wrap=True)
    out.print(_draws(found))
    out.print("\nstandard error of ln value", style="bold")
    out.print(_expected(found))
    out.print(f"\n{found.summary}", soft_wrap=True)
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _draws(found: SamplingDesign) -> Table:
    headings = {"when": "left", "hour": "right", "measured, and what to expect": "left", "": "left"}
    measured: list[dict[Any, Any]] = found.table.to_dict("records")
    rows = []
    for draw in found.draws:
        expected = [
            "{exerkine} {site} {expected:.3g} {unit}".format(**one)
            for one in measured
            if one["time_h"] == draw.time_h
        ]
        rows.append([draw.moment, f"{draw.time_h:.2f}", ", ".join(expected), "planned" * draw.planned])
    return table(headings, rows)


def _expected(found: SamplingDesign) -> Table:
    headings = {"parameter": "left"}
    headings |= dict.fromkeys(("before", "planned draws", "these draws", "evenly spaced", "told"), "right")
    headings |= {"prior": "left"}
    parameters: list[dict[Any, Any]] = found.expected.to_dict("records")
    rows = [
        [
            one["parameter"],
            *(f"{one[name]:.3f}" for name in ("before", "planned", "after", "uniform")),
            f"{100 * one['share']:.0f} %",
            one["basis"],
        ]
        for one in parameters
    ]
    return table(headings, rows, expendable=["planned draws", "prior"])
