"""`exerkine-sim import`: what other programs and devices recorded or planned, as a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
            "--map", metavar="NAME=LIFT", help='An exercise of a log: "Pin Squat=squat". Repeatable.'
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
    _check_out(out, files)
    wishes = _wishes(mode, weight_unit, lift or [])
    with step("importing") as report:
        gathered = _gathered(files, wishes, report)
    _write(gathered.schedule, out)
    missing = [] if subject is None else _missing(gathered.schedule, subject)
    if as_json:
        print_json(_plain(gathered, out, missing))
    else:
        _show(gathered, out)
    tell(gathered.notes(), gathered.complaints())
    if missing:
        complain("\n".join([f"{subject} lacks what the plan refers to", *missing]))
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


def _wishes(mode: str | None, weight_unit: str | None, lifts: Sequence[str]) -> Wishes:
    """Return what the options say about the files.

    Raises
    ------
    InputError
        Naming the option.
    """
    from ..schedule.modes import known_modes
    from ..schedule.readers import Wishes

    modes = known_modes()
    if weight_unit not in (None, *UNITS):
        raise InputError(f"'{weight_unit[:40]}'", expected="kg or lb", field="--weight-unit")
    mapped = {}
    for one in lifts:
        name, sign, key = one.rpartition("=")
        if not sign or not name.strip():
            raise InputError(
                f"'{one[:60]}'", expected="NAME=LIFT", fix='write --map "Pin Squat=squat"', field="--map"
            )
        mapped[name.strip()] = modes.key(key, lifting=True)
    return Wishes(
        mode=None if mode is None else modes.key(mode, lifting=False), weight_unit=weight_unit, lifts=mapped
    )


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


def _missing(schedule: Schedule, subject: Path) -> list[str]:
    """Return what the person lacks to follow the plan, each with how to mend it."""
    from ..parameters import load_parameters
    from ..stimulus.missing import unresolved
    from ..subject import load_subject

    return [str(error) for error in unresolved(schedule, load_subject(subject), load_parameters())]


def _show(gathered: Gathered, out: Path) -> None:
    shown = console()
    rows = [[str(cell) for cell in _row(gathered, one).values()] for one in gathered.schedule.sessions]
    headings = dict.fromkeys(("when", "session"), "left") | {"mode": "left", "minutes": "right"}
    headings |= {"bouts": "right", "known by": "left"}
    shown.print(table(headings, rows[:MOST_ROWS], expendable=["session"], elastic=("session", 12)))
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


def _plain(gathered: Gathered, out: Path, missing: Sequence[str]) -> dict[str, Any]:
    return {
        "plan": str(out),
        "first_day": None if gathered.first_day is None else str(gathered.first_day),
        "sessions": [_row(gathered, one) for one in gathered.schedule.sessions],
        "remarks": [{"file": file, "text": text} for file, text in gathered.remarks],
        "left_out": [str(file) for file in gathered.unknown],
        "refused": gathered.complaints(),
        "missing": list(missing),
    }
