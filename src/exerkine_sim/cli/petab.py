"""`exerkine-sim petab`: published trials, and what is fitted to them, for other programs that estimate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from .inputs import make_folder
from .terminal import console, step

if TYPE_CHECKING:
    from ..calibration import Problem


def petab(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")],
    study: Annotated[
        list[str] | None, typer.Option("--study", metavar="KEY", help="A published trial. Repeatable.")
    ] = None,
    problem: Annotated[
        Path | None,
        typer.Option(
            "--problem", metavar="RECIPE.toml", help="What `calibrate` fits to which trials, in their place."
        ),
    ] = None,
) -> None:
    """Write published trials, or what is fitted to them, as PEtab: for pyPESTO, AMICI, COPASI and others.

    Of trials alone nothing is estimated yet: parameters.tsv lists what can be. README.md in the folder says
    what is not carried.

    \b
    Example:
      exerkine-sim petab --study Keller2003_placebo --out trial
      exerkine-sim petab --problem recipe.toml --out problem
    """
    if bool(study) == (problem is not None):
        raise InputError(
            "both trials and a problem" if study else "no trial",
            expected="--study KEY, or --problem RECIPE.toml",
            fix="exerkine-sim petab --study Keller2003_placebo --out trial",
        )
    with step("reading the trials"):
        title, found = _trials(study or ()) if problem is None else _calibration(problem)
    make_folder(out)
    with step(f"writing {out}"):
        from ..exchange.petab import save_petab, to_petab

        place = save_petab(to_petab(found, title=title), out)
    console().print(
        f"wrote {place}; observations: {len(found.targets.items)}, estimated: {len(found.priors)}",
        soft_wrap=True,
    )


def _trials(keys: Sequence[str]) -> tuple[str, Problem]:
    from ..evidence import find_study
    from ..exchange.petab import study_problem

    found = [find_study(key) for key in dict.fromkeys(keys)]
    return found[0].title if len(found) == 1 else "Published trials", study_problem(found)


def _calibration(file: Path) -> tuple[str, Problem]:
    from ..calibration import load_recipe, problem_of

    recipe = load_recipe(file)
    problem, _ = problem_of(
        recipe.free, studies=recipe.studies(), published=recipe.published, error_ln=recipe.error_ln
    )
    return recipe.title or file.stem, problem
