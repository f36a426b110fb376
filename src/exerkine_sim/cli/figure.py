"""`exerkine-sim figure`: any one figure of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ..errors import InputError, nearest
from .inputs import (
    PLAN_HELP,
    Clock,
    CohortFile,
    Dark,
    Held,
    PopulationSize,
    Seed,
    SubjectFile,
    check_file,
    check_people,
    read_case,
    read_moment,
    read_population,
)
from .terminal import console, step, table

if TYPE_CHECKING:
    from ..schedule import Schedule
    from ..solution import Solution

MOVING = (".gif", ".mp4")


@dataclass(frozen=True)
class Asked:
    """What a figure is to be drawn of.

    Parameters
    ----------
    schedule : Schedule
    solution : Solution
    of : list of str or (str, str), optional
        Molecules, or molecules at a site; as many as the kind takes, where it takes a fixed number.
    at_h : float
        The moment asked for; the end of the first session when none was.
    """

    schedule: Schedule
    solution: Solution
    of: Any
    at_h: float


class Kind(NamedTuple):
    """A kind of figure: what it shows, and how it is drawn with the names that `exerkine_sim.plot` offers.

    One that takes a fixed number of molecules names those it takes when nobody says which.
    """

    shows: str
    draw: Callable[[Any, Asked], Any]
    of: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "overview": Kind(
        "sessions on top, a panel a molecule below", lambda plot, a: plot.overview(a.solution, a.of)
    ),
    "timecourse": Kind("molecules on one pair of axes", lambda plot, a: plot.timecourse(a.solution, a.of)),
    "fluxes": Kind(
        "what releases one molecule, --of it, and what removes it",
        lambda plot, a: plot.fluxes(a.solution, *a.of),
        of=("il6",),
    ),
    "phase": Kind(
        "one molecule or state against another, --of each",
        lambda plot, a: plot.phase(a.solution, *a.of),
        of=("il6", "il1ra"),
    ),
    "heat": Kind("all molecules over time, as colours", lambda plot, a: plot.heat(a.solution, a.of)),
    "peaks": Kind("which session moves which molecule", lambda plot, a: plot.peaks(a.solution, a.of)),
    "organs": Kind(
        "who releases what, whom it reaches, --at a time; moves as .gif",
        lambda plot, a: plot.organs(a.solution, a.at_h, exerkines=a.of),
    ),
    "months": Kind(
        "calendar, weeks as colours, resting levels",
        lambda plot, a: plot.months(a.schedule, a.solution, a.of),
    ),
    "calendar": Kind("days of training", lambda plot, a: plot.calendar(a.schedule)),
    "exposure": Kind("area above rest, week by week", lambda plot, a: plot.exposure(a.solution, a.of)),
    "resting": Kind("resting levels over weeks", lambda plot, a: plot.resting(a.schedule, a.solution, a.of)),
}


def _show_kinds(wanted: bool) -> None:
    if wanted:
        rows = [[name, kind.shows] for name, kind in KINDS.items()]
        console().print(table({"kind": "left", "shows": "left"}, rows))
        raise typer.Exit


def figure(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Which figure; --list names them.")],
    plan: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PLAN", help=f"{PLAN_HELP} The shipped week when left out."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="PNG, SVG or PDF; named after plan and kind."),
    ] = None,
    of: Annotated[
        list[str] | None,
        typer.Option("--of", metavar="NAME[:SITE]", help="Molecule to be shown; may be repeated."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="WHEN", help="Moment of a map: 'Mon 08:30', 'day 2 07:00', or hours."),
    ] = None,
    subject: SubjectFile = None,
    population: PopulationSize = None,
    cohort: CohortFile = None,
    seed: Seed = None,
    hold: Held = None,
    clock: Clock = False,
    dark: Dark = False,
    _list: Annotated[
        bool, typer.Option("--list", callback=_show_kinds, is_eager=True, help="Name the kinds and stop.")
    ] = False,
) -> None:
    """Draw one figure of a plan.

    \b
    Example:
      exerkine-sim figure --list
      exerkine-sim figure heat plan.txt -o heat.svg --dark
      exerkine-sim figure phase plan.txt --of il6 --of il1ra
      exerkine-sim figure organs plan.txt --at 'Mon 07:45' --of il6 --of lactate
      exerkine-sim figure organs plan.txt -o organs.gif
    """
    check_kind(kind)
    chosen = _chosen(kind, of)
    with step("reading plan and person") as report:
        check_people(subject, cohort)
        case = read_case(plan, subject, progress=report)
        people = read_population(case.subject, population, seed, cohort=cohort)
        case = case.of(people)
    place = Path(f"{case.stem}-{kind}.png") if out is None else out
    check_file(place)
    at_h = _moment(at, case.schedule)
    with step("simulating") as report:
        from ..simulate import model_for, simulate

        model = model_for([case.schedule], held=hold or (), clock=clock)
        solution = simulate(case.schedule, people, model=model, progress=report)
    asked = Asked(case.schedule, solution, chosen, at_h)
    with step("drawing") as report:
        _write(kind, asked, place, report, dark=dark)
    console().print(f"wrote {place}", soft_wrap=True)
    case.leave()


def check_kind(kind: str) -> None:
    """Refuse a kind of figure that there is not, before the work."""
    if kind not in KINDS:
        raise InputError(
            f"unknown figure '{kind[:60]}'",
            expected=", ".join(KINDS),
            fix=nearest(kind, KINDS),
            field="KIND",
        )


def _chosen(kind: str, of: list[str] | None) -> list[str | tuple[str, str]] | None:
    """Return what is to be shown, as many as the kind takes, or None for its own choice."""
    wanted = KINDS[kind].of
    if of and wanted and len(of) != len(wanted):
        raise InputError(
            f"--of {', '.join(of)}",
            expected=f"{len(wanted)} for '{kind}', such as {' '.join(f'--of {name}' for name in wanted)}",
            field="--of",
        )
    return [_site(text) for text in of or wanted] or None


def _moment(at: str | None, schedule: Schedule) -> float:
    if at is not None:
        return read_moment(at, schedule)
    return schedule.sessions[0].end_h if schedule.sessions else 0.0


def _site(text: str) -> str | tuple[str, str]:
    name, colon, site = text.partition(":")
    return (name, site) if colon else name


def _write(kind: str, asked: Asked, place: Path, report: Callable[[float], None], *, dark: bool) -> None:
    from .. import plot

    if kind == "organs" and place.suffix.lower() in MOVING:
        plot.animate_organs(asked.solution, place, exerkines=asked.of, progress=report)
    else:
        drawn = KINDS[kind].draw(plot, asked)
        plot.save(getattr(drawn, "figure", drawn), place, dark=dark)
