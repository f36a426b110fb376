"""`exerkine-sim cohort`: who would be drawn, beside published norms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .inputs import AsJson, Seed, check_file, make_folder
from .terminal import console, print_json, step, table

USUAL_PEOPLE = 4000


def cohort(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="COHORT.toml", help="Whom to draw; the shipped example by default."),
    ] = None,
    people: Annotated[int, typer.Option("--people", metavar="N", help="How many to draw.")] = USUAL_PEOPLE,
    seed: Seed = None,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Figure, .png, .pdf or .svg.")] = Path(
        "cohort.png"
    ),
    as_json: AsJson = False,
    plot: Annotated[bool, typer.Option(help="Draw the figure.")] = True,
) -> None:
    """Show who would be drawn from norms, beside published distributions.

    \b
    Example:
      exerkine-sim cohort cohort.toml --people 4000 --out cohort.png
    """
    from ..evidence.marginals import against_norms, correlations_of, people_table, summary_of
    from ..parameters import load_parameters, params_folder
    from ..subject import Population, load_cohort

    chosen = load_cohort(params_folder() / "examples" / "cohort.toml" if file is None else file)
    if plot:
        check_file(out)
        make_folder(out.parent)
    parameters = load_parameters()
    drawn = Population.of(chosen, n=people, seed=0 if seed is None else seed)
    with step("drawing people"):
        found = people_table(drawn.subjects(parameters))
        told = {
            "people": summary_of(found),
            "correlations": correlations_of(found),
            "norms": against_norms(found).to_dict(orient="records"),
        }
        if plot:
            from ..plot import save
            from ..plot.cohort import cohort as figure_of

            save(figure_of(found), out)
    if as_json:
        print_json({**drawn.recipe(), **told, "files": [str(out)] * plot})
        return
    console().print(f"{people} people: {chosen.describe()}", style="bold")
    _show(told["people"], told["correlations"], told["norms"])
    if plot:
        console().print(f"wrote {out}", soft_wrap=True)


def _show(summary: list[dict], correlations: list[dict], beside: list[dict]) -> None:
    out = console()
    headings = {"quantity": "left", "sex": "left"} | dict.fromkeys(("n", "mean", "SD", "5 to 95 %"), "right")
    out.print(table(headings, [_summary_row(one) for one in summary]))
    headings = {"correlation of": "left", "sex": "left", "r": "right"}
    out.print(table(headings, [[" with ".join(o["pair"]), o["sex"], f"{o['r']:.2f}"] for o in correlations]))
    middles = [_norm_row(one) for one in beside if one["point"] in ("mean", "50 %")]
    headings = {"published by": "left", "quantity": "left", "sex": "left"}
    headings |= dict.fromkeys(("age", "point", "there", "drawn"), "right")
    if middles:
        out.print(table(headings, middles))


def _summary_row(one: dict) -> list[str]:
    low, _, high = one["quantiles"]
    numbers = (f"{one['n']}", f"{one['mean']:.3g}", f"{one['sd']:.3g}", f"{low:.3g} to {high:.3g}")
    return [one["quantity"], one["sex"], *numbers]


def _norm_row(one: dict) -> list[str]:
    words = (one[name] for name in ("source", "quantity", "sex"))
    return [*words, f"{one['age']:g}", one["point"], f"{one['published']:.3g}", f"{one['drawn']:.3g}"]
