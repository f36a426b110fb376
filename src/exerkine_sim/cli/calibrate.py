"""`exerkine-sim calibrate`: parameters fitted to published trials, and what these can tell about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .inputs import AsJson, make_folder
from .terminal import console, step, table

if TYPE_CHECKING:
    from ..calibration import Calibration, Recipe


def calibrate(
    recipe: Annotated[
        Path | None,
        typer.Argument(
            metavar="RECIPE.toml",
            help="What is fitted to which trials; all to all when left out.",
        ),
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option("--free", metavar="NAME", help="Fit this parameter, or pattern (il6.*), instead."),
    ] = None,
    starts: Annotated[
        int | None, typer.Option("--starts", metavar="N", help="Search from so many points.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="S", help="Which points they are.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write the result there, as JSON and as a page."),
    ] = None,
    posterior: Annotated[
        bool, typer.Option("--posterior", help="Also draw the posterior; of at most 20 free parameters.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a fit that was interrupted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit parameters to the published trials that are marked for it, and say which of them these identify.

    Nothing in params/ changes. Trials kept for checking take no part; they are scored before and after.

    All numbers take about five minutes on two processors. With --out DIR every evaluation is kept as it is
    made, and --resume goes on with what was done. With --posterior the intervals of few parameters are drawn,
    until ensembles of walkers agree; with --out they are written to NAME.posterior.json.

    \b
    Example:
      exerkine-sim calibrate --free "il6.*"
      exerkine-sim calibrate --free il6.brake --free il6.clearance --posterior
      exerkine-sim calibrate --out result --resume
    """
    name, settled = _settled(recipe, {"free": free or None, "starts": starts, "seed": seed})
    if posterior:
        _check_few(settled)
    place = None if out is None else _place(out, name, resume=resume)
    found = _found(settled, None if place is None else place.with_suffix(".partial"))
    drawn = _drawn(settled, found, place) if posterior else None
    if place is not None:
        _save(found, drawn, place)
    if as_json:
        told = {} if drawn is None else {"posterior": drawn}
        typer.echo(json.dumps(json.loads(found.to_json()) | told, indent=1))
    else:
        _show(found)
        _show_posterior(drawn or [])
    if place is not None:
        console(error=as_json).print(f"wrote {place}, and the same to read beside it", soft_wrap=True)


def _settled(file: Path | None, options: dict[str, object]) -> tuple[str, Recipe]:
    """Return the name of the fit and its recipe: that of the file, changed by what the options say."""
    from ..calibration import Recipe, load_recipe
    from ..files import validated
    from ..parameters import params_folder
    from ..uncertainty import SHIPPED

    given = {name: value for name, value in options.items() if value is not None}
    if file is None and "free" in given:
        return "calibration", validated(Recipe, given, error=InputError)
    file = params_folder() / "calibration" / f"{SHIPPED}.toml" if file is None else file
    content = load_recipe(file).model_dump() | given
    if "free" in given:
        content["published"] = {}  # those of the file belong to what it frees
    return file.stem, validated(Recipe, content, error=InputError, file=file)


def _place(folder: Path, name: str, *, resume: bool) -> Path:
    """Return where the result goes; refuse where an interrupted fit would be lost."""
    place = folder / f"{name}.json"
    partial = place.with_suffix(".partial")
    make_folder(folder)
    if partial.exists() and not resume:
        raise InputError(
            "an interrupted fit left its evaluations here",
            fix=f"add --resume to go on, or delete {partial.name} to begin anew",
            file=partial,
        )
    return place


def _found(recipe: Recipe, checkpoint: Path | None) -> Calibration:
    from ..calibration import calibrate as fit
    from ..calibration import judged

    with step("fitting") as report:
        found = fit(
            recipe.free,
            studies=recipe.studies(),
            published=recipe.published,
            error_ln=recipe.error_ln,
            starts=recipe.starts,
            seed=recipe.seed,
            checkpoint=checkpoint,
            progress=report,
        )
        return judged(found)


def _check_few(recipe: Recipe) -> None:
    """Refuse a posterior of many parameters before the fit, which takes longest."""
    from ..calibration.problem import free_of
    from ..fitting.trials import check_few
    from ..parameters import load_parameters
    from ..physiology import default_model

    priors, _ = free_of(
        recipe.free, parameters=load_parameters(), model=default_model(), published=recipe.published
    )
    check_few(len(priors))


def _drawn(recipe: Recipe, found: Calibration, place: Path | None) -> list[dict[str, Any]]:
    """Return the intervals that draws of the posterior give."""
    from ..calibration import problem_of
    from ..fitting.trials import intervals_of, posterior_of

    with step("drawing the posterior") as report:
        problem, _ = problem_of(
            recipe.free, studies=recipe.studies(), published=recipe.published, error_ln=recipe.error_ln
        )
        checkpoint = None if place is None else place.with_suffix(".posterior.partial")
        return intervals_of(problem, posterior_of(problem, found, checkpoint=checkpoint, progress=report))


def _save(found: Calibration, drawn: list[dict[str, Any]] | None, place: Path) -> None:
    """Write the results, then take away what would only have helped to go on."""
    from ..calibration import save
    from ..files import whole

    save(found, place)
    if drawn is not None:
        with whole(place.with_suffix(".posterior.json")) as partial:
            partial.write_text(json.dumps(drawn, indent=1) + "\n")
    for suffix in (".partial", ".posterior.partial"):
        place.with_suffix(suffix).unlink(missing_ok=True)


def _show_posterior(drawn: list[dict[str, Any]]) -> None:
    if drawn:
        headings = {"posterior": "left"} | dict.fromkeys(("95 %", "unit", "R-hat", "draws' worth"), "left")
        rows = [
            [
                one["name"],
                f"{one['low']:.4g} to {one['high']:.4g}",
                one["unit"],
                f"{one['r_hat']:.3f}",
                f"{one['ess_bulk']:.0f}",
            ]
            for one in drawn
        ]
        console().print(table(headings, rows))


def _show(found: Calibration) -> None:
    from ..calibration import HEADINGS, TALLY, rows_of, tally, words_of

    out = console()
    right = ("prior", "fitted", "1 SE", "from data")
    headings = {heading: "right" if heading in right else "left" for heading in HEADINGS}
    out.print(table(headings, rows_of(found.shown), expendable=["bounds"]))
    for module, names in found.quiet.items():
        out.print(f"{module}, stay with their priors: {', '.join(names)}", soft_wrap=True)
    for reason in dict.fromkeys(found.held.values()):
        names = [name for name, why in found.held.items() if why == reason]
        out.print(f"held, {reason}: {', '.join(names)}", soft_wrap=True)
    out.print(table({TALLY[0]: "left"} | dict.fromkeys(TALLY[1:], "right"), tally(found)))
    out.print(
        f"{len(found.witnesses)} observations of {len({one.study for one in found.witnesses})} trials "
        f"know {len(found.combinations)} combinations of {len(found.estimates)} parameters better than the "
        f"priors do; half the sum of squares {found.cost_prior:.4g} before, {found.cost:.4g} after",
        soft_wrap=True,
    )
    for one in found.combinations:
        out.print(f"  {one.text}", soft_wrap=True)
    for use, (before, after) in found.scores.items():
        out.print(f"trials to {use}: {words_of(before)} before, {words_of(after)} after", soft_wrap=True)
