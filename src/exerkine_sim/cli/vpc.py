"""`exerkine-sim vpc`: published means of a molecule among simulated people and trials."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .inputs import AsJson, check_file, make_folder
from .terminal import console, print_json, step, table

if TYPE_CHECKING:
    from ..evidence.predictive import Point, PredictiveCheck


def vpc(
    exerkine: Annotated[str, typer.Argument(metavar="MOLECULE", help="For example il6.")],
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="STUDY.toml", help="Studies; all shipped ones by default.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Figure, .png, .pdf or .svg; vpc-MOLECULE.png."),
    ] = None,
    as_json: AsJson = False,
    plot: Annotated[bool, typer.Option(help="Draw the figure.")] = True,
) -> None:
    """See published means among simulated people and trials.

    The visual predictive check: simulates the trials that measured a molecule again and again, and shows at
    which percentile of the simulated means each published mean lies. Nine in ten should be inside.

    \b
    Example:
      exerkine-sim vpc il6 --out il6.png
      exerkine-sim vpc il6 my_trial.toml --json
    """
    from ..evidence import load_study
    from ..evidence.predictive import predictive_check

    place = Path(f"vpc-{exerkine}.png") if out is None else out
    if plot:
        check_file(place)
        make_folder(place.parent)
    with step("simulating people and trials") as report:
        chosen = [load_study(file) for file in files] if files else None
        found = predictive_check(exerkine, chosen, progress=report)
    drawn = [_draw(found, place)] if plot else []
    if as_json:
        print_json(found.to_json_dict() | {"files": [str(file) for file in drawn]})
    else:
        _show(found, drawn)


def _draw(found: PredictiveCheck, place: Path) -> Path:
    from ..parameters import load_parameters
    from ..plot import save
    from ..plot.predictive import predictive

    about = load_parameters().about.get(found.exerkine, {})
    with step("drawing"):
        return save(predictive(found, label=str(about.get("label", found.exerkine))), place)


def _show(found: PredictiveCheck, files: Sequence[Path]) -> None:
    out = console()
    headings = {"study": "left", "site": "left", "hour": "right", "observed": "right", "unit": "left"}
    headings |= dict.fromkeys(("over median", "5 to 95 %", "percentile"), "right") | {
        "": "left",
        "use": "left",
    }
    ordered = sorted(found.points, key=lambda point: point.percentile)
    out.print(table(headings, [_row(point) for point in ordered], expendable=["site", "use"]))
    told = found.summary()
    if told["n"]:
        inside = sum(point.inside for point in found.points)
        out.print(
            f"{inside} of {told['n']} published means inside 5 to 95 % of simulated trials", style="bold"
        )
        over = "-" if told["corrected"] is None else f"{told['corrected']:.3g}"
        out.print(
            f"median percentile {told['percentile']:.0f}; observed over median simulated, on average {over}"
        )
    for file in files:
        out.print(f"wrote {file}", soft_wrap=True)


def _row(point: Point) -> list[str]:
    seen = point.observation
    return [
        point.study,
        seen.site.replace("_", " "),
        f"{point.hour:.3g}",
        f"{seen.value:.4g}",
        seen.unit.replace("percent_change", "% change"),
        f"{point.corrected:.3g}",
        f"{point.band.low:.3g} to {point.band.high:.3g}",
        f"{point.percentile:.0f}",
        "" if point.inside else "outside",
        point.use,
    ]
