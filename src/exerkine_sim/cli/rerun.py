"""`exerkine-sim rerun`: the same numbers again, or what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .inputs import AsJson
from .terminal import console, print_json, step, table

if TYPE_CHECKING:
    from ..rerun import Rerun

DIFFERS = 2  # exit code
MOST_ROWS, MOST_CHANGES = 12, 20


def rerun(
    solution: Annotated[Path, typer.Argument(metavar="SOLUTION.nc", help="What `run` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Simulate a result again from what its file says: the same numbers, or what differs.

    Exit code 0 for the same bits, or where versions or platform differ for numbers within the documented
    tolerance; 2 for anything else.

    \b
    Example:
      exerkine-sim rerun result/solution.nc
    """
    with step("simulating again") as report:
        from ..rerun import rerun as made_again

        found = made_again(solution, progress=report)
    _show_json(solution, found) if as_json else _show(solution, found)
    if found.verdict == "differs":
        raise typer.Exit(DIFFERS)


def _show_json(file: Path, found: Rerun) -> None:
    told = {"file": str(file), "verdict": found.verdict, "allowed": found.allowed}
    told |= {"changes": list(found.changes), "numbers": list(found.numbers), "others": list(found.others)}
    print_json(told | {"differences": found.differences.to_dict(orient="records")})


def _show(file: Path, found: Rerun) -> None:
    out = console()
    _list("made and made again under other circumstances:", found.changes)
    _list("this version has other numbers; made again with those of the file:", found.numbers)
    if found.verdict == "identical":
        count = sum(one.values.size for one in found.before.arrays.variables.values())
        out.print(f"{file}: identical, all of {count:,} values to the last bit", soft_wrap=True)
        return
    _list("these differ, beside concentrations:", found.others)
    _show_table(found)
    far = found.differences["difference"].max()
    allowed = f"{found.allowed:.2g} is allowed where versions or platform differ"
    verdict = found.verdict if found.verdict != "differs" else "the numbers differ"
    out.print(f"{file}: {verdict}; the largest difference is {far:.2g}; {allowed}", soft_wrap=True)


def _list(heading: str, lines: tuple[str, ...]) -> None:
    if lines:
        shown = [
            *lines[:MOST_CHANGES],
            *([f"and {len(lines) - MOST_CHANGES} more"] * (len(lines) > MOST_CHANGES)),
        ]
        console().print("\n  ".join([heading, *shown]), soft_wrap=True)


def _show_table(found: Rerun) -> None:
    headings = {"molecule": "left", "site": "left"}
    headings |= dict.fromkeys(("difference", "member", "at, h", "was", "is"), "right") | {"unit": "left"}
    rows = [_row(one) for one in found.differences.head(MOST_ROWS).to_dict(orient="records")]
    console().print(table(headings, rows, expendable=("member", "unit")))
    left = len(found.differences) - len(rows)
    if left > 0:
        console().print(f"and {left} more, each closer")


def _row(one: dict[Any, Any]) -> list[str]:
    apart = (f"{one['difference']:.2g}", f"{one['member']}", f"{one['time_h']:.2f}")
    return [
        one["exerkine"],
        one["site"],
        *apart,
        f"{one['before']:.10g}",
        f"{one['after']:.10g}",
        one["unit"],
    ]
