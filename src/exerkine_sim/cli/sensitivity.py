"""`exerkine-sim sensitivity`: which factors of a design its outputs depend on, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .inputs import AsJson, make_folder
from .terminal import SOME_FAILED, complain, console, counting, print_json, step, table

if TYPE_CHECKING:
    from rich.table import Table

    from ..indices import Sensitivity
    from ..schedule import Schedule
    from ..sweeps import Design

SHOWN = 3  # factors of each output
FORMS = {
    "sobol": "{ST:.2f} ± {ST_conf:.2f}",
    "morris": "{mu_star:.3g} ± {mu_star_conf:.2g}",
    "local": "{share:.2f}",
}
WORDS = {
    "sobol": "ST, the total share of the variance, ± half of the 95 % interval",
    "morris": "mu*, the mean size of effects in the output's unit, ± half of the 95 % interval",
    "local": "share of the variance, were everything straight",
}


def sensitivity(
    design: Annotated[Path, typer.Argument(metavar="DESIGN.toml", help="What varies, and what is kept.")],
    method: Annotated[
        str, typer.Option("--method", metavar="sobol|morris|local", help="Shares, screening, or slopes.")
    ] = "sobol",
    n: Annotated[
        int | None,
        typer.Option("--n", metavar="N", help="Base points (sobol, 1024) or trajectories (morris, 64)."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Of points and intervals.")] = 0,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")] = Path(
        "sensitivity"
    ),
    exerkine: Annotated[
        str | None, typer.Option("--exerkine", metavar="NAME", help="Molecule drawn by itself; the first.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted run stopped.")] = False,
    as_json: AsJson = False,
    plot: Annotated[bool, typer.Option(help="Draw the figures.")] = True,
) -> None:
    """Say which factors of a design its outputs depend on, and how sure that is.

    Sobol' indices take N (k + 2) members for k factors, Morris's screening N (k + 1), slopes one. Writes
    METHOD.csv, METHOD.nc, METHOD.zarr (the sweep) and figures. The sampling of the design is not used.

    \b
    Example:
      exerkine-sim sensitivity design.toml --method morris --out result
      exerkine-sim sensitivity design.toml --n 4096 --out result --resume
    """
    from ..sweeps import Sampling, load_design

    with step("reading the design"):
        chosen = load_design(design, sampling=Sampling("sobol", n=1))  # the method brings points of its own
        drawn = _drawn_one(chosen, exerkine)
    make_folder(out)
    found = _found(chosen, method, out, n=n, seed=seed, resume=resume)
    with step("writing and drawing"):
        files = [*_written(found, out), *(_drawn(found, drawn, out, plans=chosen.every_plan) if plot else [])]
    if as_json:
        print_json(_told(found, files))
    else:
        _show(found, files)
    if found.coverage < 1:
        complain("some members failed: see above what that means")
        raise typer.Exit(SOME_FAILED)


def _drawn_one(design: Design, exerkine: str | None) -> str:
    """Return the molecule that is drawn by itself, or refuse one that is not kept, before the work."""
    from ..sweeps.outputs import one_word

    known = tuple(dict.fromkeys(one.exerkine for one in design.kept))
    if exerkine is not None:
        one_word("--exerkine", exerkine, known)
    return known[0] if exerkine is None else exerkine


def _found(design: Design, method: str, out: Path, *, n: int | None, seed: int, resume: bool) -> Sensitivity:
    """Run the study; when that is interrupted, say how to go on."""
    from ..indices import sensitivity as studied

    store = None if method == "local" else out / f"{method}.zarr"
    verb, noun = ("differentiating", "thousandths") if store is None else ("simulating", "members")
    show: Callable[[int], None] | None = None
    with ExitStack() as stack:

        def report(done: int, total: int) -> None:
            nonlocal show
            if show is None:
                show = stack.enter_context(counting(verb, noun, n=total))
            show(done)

        try:
            return studied(design, method=method, n=n, seed=seed, out=store, resume=resume, progress=report)
        except BaseException:
            if show is not None and store is not None:
                left = f"what was done is kept in {store}: the same command with --resume goes on"
                console(error=True).print(left, soft_wrap=True)
            raise


def _written(found: Sensitivity, out: Path) -> Iterator[Path]:
    """Write indices and tables, and yield what was written."""
    from ..tabular import write_table

    yield found.save(out / f"{found.method}.nc")
    tables = {
        f"{found.method}.csv": (found.of_metrics, False),
        f"{found.method}_over_time.csv": (found.of_courses, True),
    }
    for name, (there, over_time) in tables.items():
        if there:
            yield write_table(found.table(over_time=over_time), out / name)


def _drawn(found: Sensitivity, exerkine: str, out: Path, *, plans: Sequence[Schedule]) -> Iterator[Path]:
    """Draw all molecules together, and one by itself, and yield what was drawn."""
    from .. import plot

    figures: dict[str, Any] = {}  # axes
    if found.of_metrics:
        for metric in found.dataset["metric"].values.tolist():
            figures[f"factors_{metric}"] = plot.factor_map(found, metric=metric)
            if found.of(exerkine, metric=metric)["reason"].item():
                continue  # without indices
            figures[f"tornado_{exerkine}_{metric}"] = plot.tornado(found, exerkine, metric=metric)
            if found.method != "local":
                figures[f"funnel_{exerkine}_{metric}"] = plot.funnel(found, exerkine, metric=metric)
            if found.method == "morris":
                figures[f"plane_{exerkine}_{metric}"] = plot.screening(found, exerkine, metric=metric)
    if found.of_courses and found.dataset.sizes["time"] > 1:
        figures[f"hours_{exerkine}"] = plot.indices_over_time(
            found, exerkine, plan=plans[0] if len(plans) == 1 else None
        )
    for name, ax in figures.items():
        yield plot.save(ax.figure, out / f"{found.method}_{name}.png")


def _told(found: Sensitivity, files: list[Path]) -> dict[str, Any]:
    return {
        "method": found.method,
        "n": found.n,
        "coverage": found.coverage,
        "converged": found.converged,
        "remarks": list(found.remarks()),
        "indices": found.table().to_dict("records") if found.of_metrics else [],
        "over_time": found.table(over_time=True).to_dict("records") if found.of_courses else [],
        "files": [str(one) for one in files],
    }


def _show(found: Sensitivity, files: list[Path]) -> None:
    out = console()
    if found.of_metrics:
        out.print(_table(found))
        first = " of the first session" * (found.dataset.sizes["window"] > 1)
        out.print(f"the {SHOWN} factors that count most{first}: {WORDS[found.method]}", soft_wrap=True)
    for words in found.remarks():
        out.print(words, soft_wrap=True)
    for one in files:
        out.print(f"wrote {one}", soft_wrap=True)


def _table(found: Sensitivity) -> Table:
    from ..indices.result import RANKING

    rows, places = [], zip(found.dataset["exerkine"].values, found.dataset["site"].values, strict=True)
    for exerkine, site in ((str(one), str(where)) for one, where in places):
        for metric in found.dataset["metric"].values.tolist():
            reason = found.of(exerkine, metric=metric, site=site)["reason"].item()
            ranked = found.ranked(exerkine, metric=metric, site=site).head(SHOWN).to_dict("records")
            known = [one for one in ranked if one[RANKING[found.method]] == one[RANKING[found.method]]]
            cells = [f"{one['factor']} {FORMS[found.method].format(**one)}" for one in known]
            rows.append([exerkine, site, metric, *([reason] if reason else cells), "", "", ""][: 3 + SHOWN])
    return table(dict.fromkeys(["exerkine", "site", "metric", "first", "second", "third"], "left"), rows)
