"""`exerkine-sim sweep`: members that differ as a design says, kept in a store as they are simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from .inputs import AsJson, check_place
from .terminal import SOME_FAILED, complain, console, counting, print_json, step, table

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from ..sweeps import Design, Sweep

MOST_DIFFERENCES, MOST_REASONS, MOST_WORDS = 5, 10, 60


def sweep(
    design: Annotated[
        Path | None,
        typer.Argument(metavar="DESIGN", help="Design, .toml, or a store to run again; else the example."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="STORE", help="Zarr store; named after the design.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a store that was begun; mend what is damaged.")
    ] = False,
    batch: Annotated[
        int | None, typer.Option("--batch", metavar="N", help="Members solved at once; changes no number.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes of this machine that simulate.")
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", metavar="ADDRESS", help="Of a dask cluster that simulates, tcp://host:8786."
        ),
    ] = None,
    flat: Annotated[
        Path | None,
        typer.Option(
            "--table", metavar="FILE", help="Also write the metrics as one table: .csv, .parquet, .arrow."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate members that differ in parameters, person and plan, as a design says.

    Members are kept in a Zarr store, some thousand at a time, so that memory does not grow with them. A
    sweep that was interrupted goes on with --resume, and ends with the same store to the byte.

    \b
    Example:
      exerkine-sim sweep design.toml --out runs.zarr --table runs.csv
      exerkine-sim sweep runs.zarr --resume
      exerkine-sim sweep runs.zarr --out again.zarr
      exerkine-sim sweep design.toml --out runs.zarr --workers 8
    """
    with step("reading the design"):
        chosen = _read(design)
        store = _place(design, out, resume=resume)
        if flat is not None:
            from ..tabular import check_suffix

            check_place(flat)
            check_suffix(flat)
            if not chosen.outputs.metrics:
                raise InputError(
                    "a design without metrics has no table",
                    expected="metrics under [outputs]",
                    fix="name some there, or leave --table out",
                    field="--table",
                )
    who = {"workers": workers, "scheduler": scheduler}
    found = _run(chosen, store, resume=resume, batch=batch, who=who)
    if flat is not None:
        _write(found, flat, units={one.name: one.unit for one in chosen.factors if one.unit})
    counts, reasons = found.counts, found.reasons
    if as_json:
        print_json(_told(found, counts, reasons))
    else:
        _show(found, counts, written=[store] if flat is None else [store, flat])
    if counts["failed"] > 0:
        shown = [f"  {n:,}: {reason}" for reason, n in reasons.most_common(MOST_REASONS)]
        hidden = [f"  and {len(reasons) - MOST_REASONS} more reasons"] * (len(reasons) > MOST_REASONS)
        complain("\n".join([f"{counts['failed']:,} of {len(chosen):,} members failed", *shown, *hidden]))
        raise typer.Exit(SOME_FAILED)


def _read(path: Path | None) -> Design:
    """Return the design of a file, or of a store, saying what is not as it was when that was made."""
    from ..parameters import params_folder
    from ..recipe import differences
    from ..sweeps import Design, load_design, open_sweep, recipe_of

    if path is None or not path.is_dir():
        return load_design(params_folder() / "examples" / "sweep.toml" if path is None else path)
    before = open_sweep(path)
    design = Design.from_recipe(before.recipe["design"])
    different = list(differences(before.recipe, recipe_of(design)))
    if different:
        told = f"not as when {path} was made: {'; '.join(different[:MOST_DIFFERENCES])}"
        console(error=True).print(told, soft_wrap=True)
    return design


def _place(design: Path | None, out: Path | None, *, resume: bool) -> Path:
    if out is not None:
        return out
    if design is not None and design.is_dir():
        if resume:
            return design
        raise InputError(
            "a store without --out",
            expected="--out STORE to run it again, or --resume to go on with it",
            fix=f"exerkine-sim sweep {design} --out again.zarr",
            field="--out",
        )
    return Path("sweep.zarr" if design is None else f"{design.stem}.zarr")


def _run(design: Design, store: Path, *, resume: bool, batch: int | None, who: Mapping[str, Any]) -> Sweep:
    """Run it, or what is missing of it; when that is interrupted, say how to go on."""
    from ..sweeps import BATCH
    from ..sweeps import sweep as swept

    done = None

    def report(members: int, _total: int) -> None:
        nonlocal done
        done = members
        show(members)

    try:
        with counting("sweeping", "members", n=len(design)) as show:
            return swept(
                design,
                out=store,
                resume=resume,
                batch=BATCH if batch is None else batch,
                progress=report,
                **who,
            )
    except BaseException:
        if done is not None:
            left = (
                f"{done:,} of {len(design):,} members were done: exerkine-sim sweep {store} --resume goes on"
            )
            console(error=True).print(left, soft_wrap=True)
        raise


def _write(found: Sweep, file: Path, *, units: Mapping[str, str]) -> None:
    """Write the flat table, some members at a time."""
    from ..table import NUMBER
    from ..tabular import write_table

    with step(f"writing {file.name}") as report:

        def parts() -> Iterator[pd.DataFrame]:
            for number, rows in enumerate(found.table()):
                yield rows
                report((number + 1) / len(found.store.chunks))

        write_table(parts(), file, units=units, number=NUMBER)


def _told(found: Sweep, counts: dict[str, int], reasons: dict[str, int]) -> dict[str, object]:
    return {
        "store": str(found.store.path),
        "members": found.store.members,
        **counts,
        "reasons": [{"reason": reason, "members": n} for reason, n in reasons.items()],
        "factors": {name: list(ends) for name, ends in found.ranges().items()},
        "summary": found.summary().to_dict("records"),
    }


def _show(found: Sweep, counts: dict[str, int], *, written: list[Path]) -> None:
    shown = console()
    if found.metrics:
        shown.print(_summary_table(found.summary()))
        shown.print()
    shown.print(_factor_table(found))
    shown.print()
    shown.print(f"{found.store.members:,} members, {counts['ok']:,} of them ok")
    for path in written:
        shown.print(f"wrote {path}", soft_wrap=True)


def _summary_table(summary: pd.DataFrame) -> Table:
    headings = dict.fromkeys(("molecule", "where", "after", "metric"), "left")
    headings |= dict.fromkeys(("5 %", "median", "95 %"), "right") | {"unit": "left"}
    if summary["session"].eq("").to_numpy().all():
        del headings["after"]
    columns = {
        "molecule": "exerkine",
        "where": "site",
        "after": "session",
        "metric": "metric",
        "unit": "unit",
    }
    columns |= {"5 %": "p5", "median": "median", "95 %": "p95"}
    cells = [[_cell(row[columns[name]]) for name in headings] for row in summary.to_dict("records")]
    return table(headings, cells)


def _factor_table(found: Sweep) -> Table:
    units = {name: one["unit"] for name, one in found.recipe["design"]["vary"].items()}
    cells = []
    for name, ends in found.ranges().items():
        words = " to ".join(map(_cell, ends)) if isinstance(ends, tuple) else ", ".join(map(_cell, ends))
        cells.append([name, words[:MOST_WORDS], units[name]])
    return table({"what varied": "left", "from where to where": "left", "unit": "left"}, cells)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
