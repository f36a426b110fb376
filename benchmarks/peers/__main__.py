"""``python -m benchmarks.peers``: every simulator in one run, on the same model and the same inputs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from exerkine_sim.errors import ExerkineError, InputError, nearest

from ..case import JUDGED, PLANS, build_case
from . import PEERS
from .measure import ROUNDS, Measurement, measure
from .report import as_json, show

MAX_MEMBERS = 100_000


def main(
    cases: Annotated[str, typer.Option(help="Comma-separated: " + ", ".join(PLANS))] = "run,lift",
    peers: Annotated[str, typer.Option(help="Comma-separated: " + ", ".join(PEERS))] = ",".join(PEERS),
    members: Annotated[int, typer.Option(help="Size of the batch that exerkine-sim runs.")] = 1024,
    rounds: Annotated[int, typer.Option(help="How often what may win is timed again.", min=0)] = ROUNDS,
    as_text: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON to this file as well.")] = None,
) -> None:
    """Compare exerkine-sim with other simulators at equal achieved error.

    Example: python -m benchmarks.peers --cases run,lift --peers ours,roadrunner --json
    """
    try:
        names, chosen = _chosen(cases, PLANS, "cases"), _chosen(peers, PEERS, "peers")
        measured = _measured(names, chosen, members=_checked(members), rounds=rounds, out=out)
    except ExerkineError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from None
    if as_text:
        print(_text(measured))
    else:
        show(measured)


def _measured(
    cases: list[str], peers: list[str], *, members: int, rounds: int, out: Path | None
) -> dict[str, dict[str, Measurement]]:
    """Measure case after case; each is written as soon as it is there, for a case may take an hour."""
    results = {}
    for name in cases:
        print(f"{name}: {', '.join(peers)}", file=sys.stderr, flush=True)
        results[name] = measure(peers, build_case(name, members=members), rounds=rounds)
        if out is not None:
            out.write_text(_text(results) + "\n", encoding="utf-8")
    return results


def _text(measured: dict[str, dict[str, Measurement]]) -> str:
    return json.dumps(as_json(measured), indent=2)


def _chosen(text: str, known: object, field: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:  # type: ignore[operator]
            raise InputError(f"'{name}'", fix=nearest(name, known), field=field)  # type: ignore[arg-type]
    return list(dict.fromkeys(names))


def _checked(members: int) -> int:
    if not JUDGED <= members <= MAX_MEMBERS:
        raise InputError(f"{members}", expected=f"{JUDGED} to {MAX_MEMBERS}", field="members")
    return members


if __name__ == "__main__":
    typer.run(main)
