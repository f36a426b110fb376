"""`exerkine-sim blocks`: the plans that come with the package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .inputs import AsJson
from .terminal import console, print_json, table

if TYPE_CHECKING:
    from ..schedule import Block


def blocks(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Show this block, as a plan to take or to change.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the blocks of training that come with the package, or show one.

    Their names are plans: what takes a PLAN takes them too.

    \b
    Example:
      exerkine-sim blocks
      exerkine-sim blocks polarised > mine.txt
      exerkine-sim run polarised
    """
    from ..schedule import block_names, find_block

    chosen = [find_block(one) for one in (block_names() if name is None else [name])]
    if as_json:
        records = [_record(block) for block in chosen]
        print_json({"blocks": records} if name is None else records[0] | {"plan": chosen[0].text})
    elif name is None:
        _show(chosen)
    else:
        print(chosen[0].text, end="")


def _show(blocks: list[Block]) -> None:
    rows = [
        [
            block.name,
            block.schedule.name,
            str(block.weeks),
            f"{block.sessions_per_week:.3g}",
            ", ".join(source.key for source in block.sources),
        ]
        for block in blocks
    ]
    headings = {
        "block": "left",
        "title": "left",
        "weeks": "right",
        "sessions a week": "right",
        "sources": "left",
    }
    console().print(table(headings, rows, expendable=["sources", "title"]))


def _record(block: Block) -> dict[str, Any]:
    return {
        "block": block.name,
        "title": block.schedule.name,
        "for": block.audience,
        "weeks": block.weeks,
        "sessions_per_week": block.sessions_per_week,
        "sources": [str(source) for source in block.sources],
    }
