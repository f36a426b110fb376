"""`exerkine-sim claims`: what the literature says, and whether the simulation does so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .inputs import AsJson, check_file, make_folder
from .terminal import SOME_FAILED, complain, console, print_json, step, table

if TYPE_CHECKING:
    from ..evidence.claims import Ledger, Ruling


def claims(
    file: Annotated[
        Path | None, typer.Argument(metavar="CLAIMS.toml", help="Claims; the shipped ones by default.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ID", help="This claim alone; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.md", help="Also write it as a page to read.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate what the literature claims: grade, numbers, verdict.

    \b
    Example:
      exerkine-sim claims --only fgf21-fasting
      exerkine-sim claims --out claims.md
    """
    from ..evidence.claims import check_claims, find_claim, load_claims, page_of, shipped_claims
    from ..files import whole

    every = shipped_claims() if file is None else load_claims(file)
    chosen = [find_claim(key, among=every) for key in only] if only else every
    if out is not None:
        check_file(out)
        make_folder(out.parent / "images")
    with step("simulating claims") as report:
        ledger = check_claims(chosen, progress=report)
    print_json(ledger.to_json_dict()) if as_json else _show(ledger)
    if out is not None:
        from ..plot import claims as figure_of
        from ..plot import save

        figure = f"images/{out.stem}.png"
        save(figure_of(ledger), out.parent / figure)
        with whole(out) as partial:
            partial.write_text(page_of(ledger, figure=figure), encoding="utf-8")
        console(error=as_json).print(f"wrote {out}, and its figure beside it", soft_wrap=True)
    lost = [one for one in ledger.rulings if one.missing]
    if lost:
        complain("\n".join(f"{one.claim.id} could not be simulated: {one.reason}" for one in lost))
        raise typer.Exit(SOME_FAILED)


def _show(ledger: Ledger) -> None:
    out = console()
    for ruling in ledger.rulings:
        _show_one(ruling)
    rows = [[one.claim.id, one.claim.grade, one.told] for one in ledger.rulings]
    if len(rows) > 1:
        out.print(table({"claim": "left", "evidence": "left", "simulation": "left"}, rows))
    told = ", ".join(f"{number} {verdict}" for verdict, number in ledger.counts().items() if number)
    out.print(f"{len(rows)} claims: {told}", style="bold")


def _show_one(ruling: Ruling) -> None:
    from ..evidence.claims import written

    out, claim = console(), ruling.claim
    out.print(f"{claim.id}: {claim.statement}", style="bold", soft_wrap=True)
    labels = {one.id: one.label for one in (*claim.arms, *claim.measures)}
    rows = [
        [labels[where.measure], labels[where.arm], written(reading)]
        for where, reading in ruling.readings.items()
    ]
    if rows:
        headings = {"measured": "left", "in": "left", "simulated": "right"}
        out.print(table(headings, rows))
    for one in ruling.findings:
        answer = {True: "yes", False: "no", None: "cannot be told"}[one.holds]
        numbers = f" ({one.told})" if one.found else ""
        out.print(f"  {answer}: {one.expectation.that}{numbers}", soft_wrap=True)
    out.print(f"evidence: {claim.grade}. {claim.evidence}", soft_wrap=True)
    reason = f", {ruling.reason}" if ruling.missing else ""
    out.print(f"verdict: {ruling.told}{reason}\n", style="bold", soft_wrap=True)
