"""`exerkine-sim cohort`: who would be drawn, beside published norms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .inputs import AsJson, Seed, check_file, make_folder
from .terminal import console, print_json, step, table

if TYPE_CHECKING:
    import pandas as pd

USUAL_PEOPLE = 4000
CORRELATED = (
    ("height_m", "body_mass_kg"),
    ("body_fat_percent", "vo2max_ml_kg_min"),
    ("age_y", "vo2max_ml_kg_min"),
    ("body_mass_kg", "muscle_mass_kg"),
)


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
    from ..evidence.marginals import against_norms, people_table
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
        beside = against_norms(found)
        if plot:
            from ..plot import save
            from ..plot.cohort import cohort as figure_of

            save(figure_of(found), out)
    if as_json:
        recipe = drawn.recipe() | {"files": [str(out)] * plot}
        print_json(recipe | {"people": _summary(found), "norms": beside.to_dict(orient="records")})
        return
    console().print(f"{people} people: {chosen.describe()}", style="bold")
    _show(found, beside)
    if plot:
        console().print(f"wrote {out}", soft_wrap=True)


def _summary(found: pd.DataFrame) -> list[dict]:
    """Return mean, standard deviation and 5, 50 and 95 % of each quantity, sex by sex."""
    from ..evidence.marginals import QUANTITIES

    return [
        {
            "quantity": name,
            "sex": str(sex),
            "n": len(group),
            "mean": float(group[name].mean()),
            "sd": float(group[name].std()),
            "quantiles": group[name].quantile([0.05, 0.5, 0.95]).tolist(),
        }
        for name in QUANTITIES
        for sex, group in found.groupby("sex")
    ]


def _show(found: pd.DataFrame, beside: pd.DataFrame) -> None:
    out = console()
    headings = {"quantity": "left", "sex": "left"} | dict.fromkeys(("n", "mean", "SD", "5 to 95 %"), "right")
    rows = [
        [
            one["quantity"],
            one["sex"],
            f"{one['n']}",
            f"{one['mean']:.3g}",
            f"{one['sd']:.3g}",
            f"{one['quantiles'][0]:.3g} to {one['quantiles'][2]:.3g}",
        ]
        for one in _summary(found)
    ]
    out.print(table(headings, rows))
    headings = {"correlation of": "left"} | {str(sex): "right" for sex, _ in found.groupby("sex")}
    rows = [
        [f"{x} with {y}", *(f"{group[x].corr(group[y]):.2f}" for _, group in found.groupby("sex"))]
        for x, y in CORRELATED
    ]
    out.print(table(headings, rows))
    headings = {"published": "left", "quantity": "left", "sex": "left", "age": "right", "point": "right"}
    headings |= {"there": "right", "drawn": "right"}
    rows = [
        [
            one.source,
            one.quantity,
            one.sex,
            f"{one.age}",
            one.point,
            f"{one.published:.3g}",
            f"{one.drawn:.3g}",
        ]
        for one in beside[beside["point"].isin(["mean", "50 %"])].itertuples()
    ]
    if rows:
        out.print(table(headings, rows))
