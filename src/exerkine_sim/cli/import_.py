"""`exerkine-sim import`: what other programs and devices recorded or planned, as a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError, nearest
from ..files import whole
from .inputs import AsJson, check_file, tell
from .terminal import SOME_FAILED, complain, console, print_json, step, table

if TYPE_CHECKING:
    from ..schedule import Schedule, Session
    from ..schedule.readers import Wishes
    from ..schedule.readers.gather import Gathered

FORMS = (".toml", ".txt")
UNITS = ("kg", "lb")
MOST_ROWS = 40  # on a terminal; all are in the plan, and in --json


def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Training files, folders, zip archives.")
    ],
    subject: Annotated[
        Path | None,
        typer.Option("--subject", metavar="FILE", help="Also check that this person can follow the plan."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="MODE", help="Mode of workouts that name none: cycle, run."),
    ] = None,
    weight_unit: Annotated[
        str | None, typer.Option("--weight-unit", metavar="kg|lb", help="Of lifting logs that name none.")
    ] = None,
    lift: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=LIFT",
            help='An exercise of a log, remembered: "Pin Squat=squat". Repeatable.',
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The plan, .toml or .txt.")] = Path(
        "plan.toml"
    ),
    as_json: AsJson = False,
) -> None:
    """Read what others wrote as one plan: FIT, TCX, GPX, ZWO, ERG, MRC, intervals.icu, Hevy, Strong.

    What was read is kept, so that the same command after an interruption goes on where it stopped.

    \b
    Example:
      exerkine-sim import rides/ -o plan.toml
      exerkine-sim import hevy.csv --map "Pin Squat=squat" --subject me.toml
    """
    from ..parameters import load_parameters
    from ..schedule.readers.exercises import save_lift_names
    from ..stimulus.missing import unresolved
    from ..subject import load_subject

    _check_out(out, files)
    named = _named(lift or [])
    wishes = _wishes(mode, weight_unit, named)
    person = None if subject is None else load_subject(subject)
    with step("importing") as report:
        gathered = _gathered(files, wishes, report)
    missing = [] if person is None else unresolved(gathered.schedule, person, load_parameters())
    _write(gathered.schedule, out)
    if named:
        save_lift_names(named)
    if as_json:
        print_json(_plain(gathered, out, missing))
    else:
        _show(gathered, out)
    tell(gathered.notes(), gathered.complaints())
    if missing:
        complain("\n".join([f"{subject} lacks what the plan refers to", *map(str, missing)]))
        _suggest(gathered)
    if missing or gathered.refused:
        raise typer.Exit(SOME_FAILED)


def _check_out(out: Path, files: Sequence[Path]) -> None:
    """Refuse, before the work, a form that is none and a file that is read."""
    check_file(out)
    if out.suffix.lower() not in FORMS:
        raise InputError(
            f"a plan in a '{out.suffix}' file",
            expected=" or ".join(FORMS),
            fix=nearest(out.suffix.lower(), FORMS),
            file=out,
            field="--out",
        )
    if any(out.resolve() == file.resolve() for file in files):
        raise InputError(
            "the plan would take the place of what it is read from",
            expected="another file",
            fix="name one with --out",
            file=out,
            field="--out",
        )


def _wishes(mode: str | None, weight_unit: str | None, named: Mapping[str, str]) -> Wishes:
    """Return what the options, and the user's own names of exercises, say about the files.

    Raises
    ------
    InputError
        Naming the option.
    """
    from ..schedule.modes import known_modes
    from ..schedule.readers import Wishes
    from ..schedule.readers.exercises import load_lift_names

    if weight_unit not in (None, *UNITS):
        raise InputError(f"'{weight_unit[:40]}'", expected="kg or lb", field="--weight-unit")
    key = None if mode is None else known_modes().key(mode, lifting=False)
    return Wishes(mode=key, weight_unit=weight_unit, lifts={**load_lift_names(), **named})


def _named(lifts: Sequence[str]) -> dict[str, str]:
    """Return the lift by the name that an exercise has in a log, from what --map was given.

    Raises
    ------
    InputError
        For anything but NAME=LIFT, and for an unknown lift.
    """
    from ..schedule.modes import known_modes
    from ..schedule.readers.exercises import SKIP

    named = {}
    for one in lifts:
        name, sign, lift = (part.strip() for part in one.rpartition("="))
        if not sign or not name:
            raise InputError(
                f"'{one[:60]}'", expected="NAME=LIFT", fix='write --map "Pin Squat=squat"', field="--map"
            )
        named[name] = SKIP if lift == SKIP else known_modes().key(lift, lifting=True)
    return named


def _gathered(files: Sequence[Path], wishes: Wishes, report: Callable[[float], None]) -> Gathered:
    """Read the files; when that is interrupted, say how to go on."""
    from ..schedule.load import is_plan, load_plan
    from ..schedule.readers.gather import Gathered, gather

    if is_plan(files):
        return Gathered(load_plan(files[0]))
    try:
        return gather(files, wishes, progress=report)
    except KeyboardInterrupt:
        console(error=True).print("what was read is kept: the same command goes on", soft_wrap=True)
        raise


def _write(schedule: Schedule, out: Path) -> None:
    text = schedule.describe() + "\n" if out.suffix.lower() == ".txt" else schedule.to_toml()
    with whole(out) as partial:
        partial.write_text(text, encoding="utf-8")


def _suggest(gathered: Gathered) -> None:
    """Show what the logs say of the person's strength, as it stands in a Subject file."""
    from ..schedule.readers.one_rm import one_rm_of

    strengths = one_rm_of(gathered.dated)
    if strengths:
        told = console(error=True)
        told.print("from the best sets of the log, if they fit, for the Subject file:\n[one_rm_kg]")
        told.print("\n".join(f"{lift} = {load:g}" for lift, load in strengths.items()))


def _show(gathered: Gathered, out: Path) -> None:
    shown = console()
    rows = [[str(cell) for cell in _row(gathered, one).values()] for one in gathered.schedule.sessions]
    headings = dict.fromkeys(("when", "session"), "left") | {"mode": "left", "minutes": "right"}
    headings |= {"bouts": "right", "known by": "left"}
    shown.print(table(headings, rows[:MOST_ROWS], elastic=("session", 12)))
    if len(rows) > MOST_ROWS:
        shown.print(f"and {len(rows) - MOST_ROWS} more sessions")
    shown.print(f"wrote {out}: {len(rows)} session{'' if len(rows) == 1 else 's'}", soft_wrap=True)


def _row(gathered: Gathered, session: Session) -> dict[str, Any]:
    """Return one row of the table of sessions."""
    from ..schedule.modes import spoken

    modes = dict.fromkeys(spoken(bout.mode) for bout in session.bouts)
    bases = dict.fromkeys(str(bout.intensity).lstrip("0123456789.e+-") for bout in session.bouts)
    return {
        "when": _when(gathered, session.start_h),
        "session": session.name,
        "mode": ", ".join(modes),
        "minutes": round((session.end_h - session.start_h) * 60),
        "bouts": len(session.bouts),
        "known_by": ", ".join(base.strip() for base in bases),
    }


def _when(gathered: Gathered, hour: float) -> str:
    from ..schedule.when import clock_text

    moment = clock_text(round(hour * 60) / 60, gathered.schedule.first_weekday)
    if gathered.first_day is None:
        return moment
    return f"{gathered.first_day + timedelta(days=int(hour // 24))} {moment.split()[-1]}"


def _plain(gathered: Gathered, out: Path, missing: Sequence[InputError]) -> dict[str, Any]:
    return {
        "plan": str(out),
        "first_day": None if gathered.first_day is None else str(gathered.first_day),
        "sessions": [_row(gathered, one) for one in gathered.schedule.sessions],
        "remarks": [{"file": file, "text": text} for file, text in gathered.remarks],
        "left_out": [str(file) for file in gathered.unknown],
        "refused": gathered.complaints(),
        "missing": [str(error) for error in missing],
    }
