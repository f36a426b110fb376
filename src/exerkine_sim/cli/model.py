"""`exerkine-sim model`: equations, numbers with their sources, who drives whom and who is solved when."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ParameterError, nearest
from .inputs import AsJson
from .terminal import console, print_json, table

if TYPE_CHECKING:
    from rich.console import Console

    from ..model import Model
    from ..parameters import Parameter, ParameterSet

ALL, PLAN = "all", "the plan"
# States that differ only in muscle region and stage of a delay are shown once.
_REPEATED = re.compile(r"(_(lower|upper))?(_\d+)?$")


def model(
    equations: Annotated[bool, typer.Option("--equations", help="Show every equation.")] = False,
    parameters: Annotated[
        str | None,
        typer.Option(
            "--parameters",
            metavar="NAME",
            help="Show numbers and sources of a module, of one parameter, or 'all'.",
        ),
    ] = None,
    order: Annotated[bool, typer.Option("--order", help="Show the states in solving order.")] = False,
    figure: Annotated[
        Path | None,
        typer.Option("--figure", metavar="FILE", help="Draw the solving order: .png, .pdf or .svg."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show equations, parameters, who drives whom and who is solved when.

    \b
    Example:
      exerkine-sim model --parameters il6
    """
    from ..parameters import load_parameters
    from ..physiology import default_model

    composed = default_model()
    chosen = None if parameters is None else _chosen(load_parameters(), parameters)
    if figure is not None:
        _draw_order(composed, figure, silent=as_json)
    if as_json:
        print_json(_plain(composed, chosen, order=order))
    elif chosen is not None:
        _show_parameters(chosen)
    elif equations:
        _show_equations(composed)
    elif order:
        _show_order(composed)
    elif figure is None:
        _show_modules(composed)


def _chosen(known: ParameterSet, name: str) -> list[Parameter]:
    found = [known[key] for key in known if name in (key, ALL) or key.startswith(f"{name}.")]
    if not found:
        names = {*known, *(key.partition(".")[0] for key in known)}
        raise ParameterError(
            f"no module or parameter '{name[:60]}'",
            expected=f"a module, a parameter or '{ALL}'",
            fix=nearest(name, names),
            field="--parameters",
        )
    return found


def _show_modules(composed: Model) -> None:
    from ..structure import parts

    out = console()
    rows = [
        [
            part.name,
            str(len(part.states)),
            ", ".join(dict.fromkeys(_REPEATED.sub("", name) for name in part.states)),
            ", ".join(part.driven_by),
            ", ".join(part.inputs),
        ]
        for part in parts(composed)
    ]
    headings = {
        "module": "left",
        "n": "right",
        "states": "left",
        "driven by": "left",
        "from the plan": "left",
    }
    out.print(table(headings, rows))
    out.print(
        f"{len(composed.modules)} modules, {len(composed.states)} states, "
        f"{len(composed.parameters)} parameters, {len(composed.observables)} observables"
    )


def _show_order(composed: Model) -> None:
    from ..structure import turns

    out, ordered = console(), turns(composed)
    rows = [
        [
            str(turn.position),
            "\n".join(turn.states),
            turn.kind,
            ", ".join([PLAN] * bool(turn.inputs) + list(turn.depends_on)),
        ]
        for turn in ordered
    ]
    out.print(table({"": "right", "states": "left", "in itself": "left", "depends on": "left"}, rows))
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(turn.kind for turn in ordered).items())
    out.print(f"{len(composed.states)} states in {len(ordered)} blocks: {kinds}", soft_wrap=True)


def _draw_order(composed: Model, file: Path, *, silent: bool) -> None:
    from ..plot import save, solving_order

    save(solving_order(composed), file)
    if not silent:
        console().print(f"wrote {file}", soft_wrap=True)


def _show_equations(composed: Model) -> None:
    from ..structure import equation_lines, observable_lines

    out = console()
    for name, doc in composed.modules.items():
        out.print(f"{doc.partition(chr(10))[0]}  [{name}]", style="bold", soft_wrap=True)
        lines = [*equation_lines(composed, name), *observable_lines(composed, name)]
        for left, right in lines:
            _hang(out, f"  {left} {right}", indent=8)
        out.print()


def _show_parameters(chosen: Iterable[Parameter]) -> None:
    from ..evidence import find_record

    out = console()
    for one in chosen:
        unit = "" if one.unit == "1" else f" {one.unit}"
        out.print(one.name, style="bold", end="")
        out.print(
            f" = {one.value:g}{unit} ({one.spread_text}); {one.basis}; evidence {one.grade}", soft_wrap=True
        )
        _hang(out, f"  source: {one.source}", indent=10)
        _hang(out, f"  where: {one.source.where}", indent=10)
        for title, text in (("in", one.population), ("note", one.note)):
            if text:
                _hang(out, f"  {title}: {text}", indent=10)
        for name in one.records:
            _hang(out, f"  record {find_record(name)}", indent=10)


def _hang(out: Console, text: str, *, indent: int) -> None:
    """Print a paragraph whose further lines are indented; long names are never broken."""
    lines = textwrap.wrap(
        text, out.width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
    out.print("\n".join(lines), soft_wrap=True)


def _plain(composed: Model, chosen: list[Parameter] | None, *, order: bool) -> dict[str, Any]:
    """Return what JSON shows: the parameters asked for, the solving order, or structure and equations."""
    from ..structure import equation_lines, observable_lines, parts, turns

    if chosen is not None:
        return {"parameters": [{**_fields(one), "spread": dict(one.spread)} for one in chosen]}
    if order:
        return {"order": [asdict(turn) for turn in turns(composed)]}
    return {
        "modules": [
            {
                **asdict(part),
                "equations": [f"{a} {b}".strip() for a, b in equation_lines(composed, part.name)],
            }
            for part in parts(composed)
        ],
        "observables": [
            f"{a} {b}" for name in composed.exerkines for a, b in observable_lines(composed, name)
        ],
    }


def _fields(one: Parameter) -> dict[str, Any]:
    source = {"key": one.source.key, "where": one.source.where, "citation": str(one.source)}
    names = ("name", "value", "unit", "basis", "population", "grade", "records", "note")
    return {name: getattr(one, name) for name in names} | {"source": source}
