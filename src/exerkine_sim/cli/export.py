"""`exerkine-sim export`: the model with plan and person, in the formats of other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from ..files import whole
from .inputs import Case, Clock, Held, Plans, SubjectFile, check_place, read_case
from .terminal import console, step

if TYPE_CHECKING:
    from ..exchange import Member

# Writes a member, plan and person of a case, to a place and says in one line what is there now.
Writer = Callable[["Member", Case, Path], str]


def export(
    plan: Plans,
    subject: SubjectFile = None,
    sbml: Annotated[
        Path | None,
        typer.Option("--sbml", metavar="FILE", help="SBML Level 3: COPASI, Tellurium and others."),
    ] = None,
    omex: Annotated[
        Path | None,
        typer.Option("--omex", metavar="FILE", help="COMBINE archive: the same, and a figure as SED-ML."),
    ] = None,
    exerkine: Annotated[
        list[str] | None,
        typer.Option("--exerkine", metavar="NAME", help="Molecule in the figure of --omex; repeatable."),
    ] = None,
    hold: Held = None,
    clock: Clock = False,
    end_h: Annotated[
        float | None,
        typer.Option("--end-h", metavar="HOURS", help="Up to here; a day after the plan by default."),
    ] = None,
) -> None:
    """Write plan and person for other programs.

    The document holds equations, numbers with units and sources, the resting state and the whole plan.

    \b
    Example:
      exerkine-sim export plan.txt --subject me.toml --sbml plan.xml
      exerkine-sim export plan.txt --subject me.toml --omex plan.omex --exerkine il6 --exerkine lactate
    """
    formats = {"--sbml": (sbml, _write_sbml), "--omex": (omex, partial(_write_omex, exerkines=exerkine))}
    wanted = _wanted(formats, read=[*plan, *([] if subject is None else [subject])])
    with step("reading plan and person") as report:
        case = read_case(plan, subject, progress=report)
    with step("resting"):
        from ..exchange import member_of

        member = member_of(case.schedule, case.subject, end_h=end_h, held=hold or (), clock=clock)
    for place, write in wanted:
        with step(f"writing {place}"):
            told = write(member, case, place)
        console().print(f"wrote {place}: {told}", soft_wrap=True)
    case.leave()


def _wanted(
    formats: Mapping[str, tuple[Path | None, Writer]], *, read: Sequence[Path]
) -> list[tuple[Path, Writer]]:
    """Return the places that were named, each with what writes to it; wrong ones cost no work.

    Raises
    ------
    InputError
        When none is named, or for a folder, a place in none, and a file that is read.
    """
    wanted = [(place, write) for place, write in formats.values() if place is not None]
    if not wanted:
        raise InputError("no format", expected=f"one of {', '.join(formats)}", fix="add --sbml plan.xml")
    if len({place.resolve() for place, _ in wanted}) < len(wanted):
        raise InputError("two formats in one file", expected="a file for each", file=wanted[0][0])
    for place, _ in wanted:
        check_place(place)
        if any(place.resolve() == one.resolve() for one in read):
            raise InputError(
                "it would take the place of what it is read from", expected="another file", file=place
            )
    return wanted


def _write_sbml(member: Member, _case: Case, place: Path) -> str:
    from ..exchange import sbml_of

    text = sbml_of(member)
    with whole(place) as partly:
        partly.write_text(text, encoding="utf-8")
    hours = member.forcing.breakpoints[-1] - member.forcing.breakpoints[0]
    return f"{len(member.model.states)} states over {hours:g} h, {len(text) / 1e6:.1f} MB"


def _write_omex(member: Member, case: Case, place: Path, *, exerkines: Sequence[str] | None) -> str:
    from ..exchange import to_omex

    content = to_omex(member, case.schedule, case.subject, exerkines=exerkines)
    with whole(place) as partly:
        partly.write_bytes(content)
    return f"model, plan, person and a figure, {len(content) / 1e6:.1f} MB"
