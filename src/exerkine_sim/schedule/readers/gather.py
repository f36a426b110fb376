"""Sessions of any number of files onto one time line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from ...errors import ExerkineError, ScheduleError
from ..bout import Session
from ..limits import MAX_HOURS
from ..schedule import Schedule
from ..when import WEEKDAYS
from .dated import Dated, Wishes
from .exercises import load_lift_names
from .field import one_line
from .kinds import read_file
from .memory import recipe_of, remembered
from .overlap import Placed, Remark, without_overlap
from .sources import Source, find

DAY_H = 24.0
USUAL_START_H = 7.0  # an assumption, for planned workouts that say no day
MOST_NAMED, MOST_LISTED = 10, 3


@dataclass(frozen=True, slots=True)
class Gathered:
    """What files hold, on one time line.

    Parameters
    ----------
    schedule : Schedule
    dated : tuple of Dated
        The sessions as they were read.
    first_day : date, optional
        Day 1, where a file says it.
    remarks : tuple of Remark
        What was decided on the way.
    refused : tuple of ExerkineError
        Files that could not be read, and why.
    unknown : tuple of Path
        Files in folders and archives that no reader takes.
    """

    schedule: Schedule
    dated: tuple[Dated, ...] = ()
    first_day: date | None = None
    remarks: tuple[Remark, ...] = ()
    refused: tuple[ExerkineError, ...] = ()
    unknown: tuple[Path, ...] = ()

    def notes(self) -> list[str]:
        """Return what was decided in words, each decision once with the files it is about."""
        about: dict[str, list[str]] = {}
        for file, text in self.remarks:
            about.setdefault(text, []).append(file)
        notes = [f"{_listed(files)}: {text}" for text, files in about.items()]
        if self.unknown:
            notes.append(f"{_listed(list(map(str, self.unknown)))}: left out, no training files")
        return notes

    def complaints(self) -> list[str]:
        """Return for each file that could not be read which, why, and how to mend it, in one line."""
        return [_in_one_line(error) for error in self.refused]


def gather(
    paths: Sequence[Path], wishes: Wishes | None = None, *, progress: Callable[[float], None] | None = None
) -> Gathered:
    """Read training files, folders and zip archives as one Schedule.

    One file is read at a time, and what it held is kept in the user's cache, so that an import that was
    interrupted goes on where it stopped.

    Parameters
    ----------
    paths : sequence of Path
    wishes : Wishes, optional
        What the user says about files that do not say it themselves; only the user's own names of exercises
        when left out.
    progress : callable, optional
        Called with the fraction of files that is done.

    Raises
    ------
    ScheduleError
        When nothing could be read, or what was read fits on no time line.
    """
    wishes = Wishes(lifts=load_lift_names()) if wishes is None else wishes
    dated: list[Dated] = []
    with ExitStack() as stack:
        found = find(paths, stack)
        recipe = recipe_of(wishes)
        for index, source in enumerate(found.sources):
            with found.spared():
                dated += _read(source, wishes, recipe)
            if progress is not None:
                progress((index + 1) / len(found.sources))
    if not dated:
        raise _nothing(paths, found.refused)
    gathered = arranged(dated, wishes)
    return replace(gathered, refused=tuple(found.refused), unknown=tuple(found.unknown))


def arranged(dated: Sequence[Dated], wishes: Wishes) -> Gathered:
    """Put sessions on one time line, the earliest date being day 1.

    Workouts without a date follow from the day after the last dated session, or from day 1, one a day.

    Raises
    ------
    ScheduleError
        When dates lie farther apart than a life of training.
    """
    remarks = [Remark(str(one.file), text) for one in dated for text in one.remarks]
    days = [one.start.date() for one in dated if one.start is not None]
    first_day = min(days, default=None)
    recorded, overlaps = without_overlap(_on_line(dated, first_day))
    planned = [one for one in dated if one.start is None]
    last_h = max((one.session.end_h for one in recorded), default=0.0)
    sessions = [one.session for one in recorded] + _one_a_day(planned, math.ceil(last_h / DAY_H))
    schedule = Schedule(
        tuple(sessions),
        name=_name(dated, first_day),
        first_weekday=None if first_day is None else WEEKDAYS[first_day.weekday()],
        modes=wishes.modes,
    )
    return Gathered(schedule, tuple(dated), first_day, (*_about_days(planned, recorded), *overlaps, *remarks))


def _read(source: Source, wishes: Wishes, recipe: str) -> list[Dated]:
    """Return the sessions of a file, under the name that the user knows."""
    with source.on_disk() as file:
        try:
            found = remembered(file, recipe, lambda: read_file(file, wishes))
        except ExerkineError as error:
            raise ScheduleError(
                error.given,
                expected=error.expected,
                fix=error.fix,
                file=source.label,
                line=error.line,
                field=error.field,
            ) from None
        except OSError as problem:
            reason = problem.strerror or "damaged"
            raise ScheduleError(f"cannot be read ({reason})", file=source.label) from None
    return [replace(one, file=source.label) for one in found]


def _nothing(paths: Sequence[Path], refused: Sequence[ExerkineError]) -> ExerkineError:
    if len(refused) == 1:
        return refused[0]
    reasons = [f"\n  {_in_one_line(error)}" for error in refused[:MOST_NAMED]]
    more = f"\n  and {len(refused) - MOST_NAMED} more" if len(refused) > MOST_NAMED else ""
    return ScheduleError(
        f"no session in {_listed(list(map(str, paths)))}{''.join(reasons)}{more}",
        expected="at least one training file",
        fix="name training files, or a folder that holds some",
    )


def _listed(names: Sequence[str]) -> str:
    """Return names, each once; of many the first, and how many more."""
    names = list(dict.fromkeys(names))
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _in_one_line(error: ExerkineError) -> str:
    """Return where and what, and how to mend it, in one line."""
    place = [str(error.file)] if error.file is not None else []
    place += [f"line {error.line}"] if error.line is not None else []
    place += [error.field] if error.field is not None else []
    given = error.given.replace("\n", " ")
    return f"{', '.join(place)}: {given}" + (f" ({error.fix})" if error.fix else "")


def _on_line(dated: Iterable[Dated], first_day: date | None) -> Iterator[Placed]:
    """Yield those with a date, at their hours from midnight of day 1."""
    for one in dated:
        if one.start is None or first_day is None:
            continue
        since = one.start.replace(microsecond=0) - datetime.combine(first_day, time())
        start_h = since.total_seconds() / 3600
        if start_h > MAX_HOURS:
            raise ScheduleError(
                f"a session on {one.start.date()}, and another one on {first_day}",
                expected=f"dates within {MAX_HOURS / DAY_H / 365:.0f} years; a lost clock says 1989",
                fix="leave out the files with the wrong date",
                file=one.file,
            )
        yield Placed(replace(one.session, start_h=start_h), one)


def _one_a_day(planned: Sequence[Dated], day: int) -> list[Session]:
    """Return workouts on the days from `day` on, counted from 0; none begins before the last one ends."""
    sessions: list[Session] = []
    for one in planned:
        sessions.append(replace(one.session, start_h=day * DAY_H + USUAL_START_H))
        day = max(day + 1, math.ceil((sessions[-1].end_h - USUAL_START_H) / DAY_H))
    return sessions


def _about_days(planned: Sequence[Dated], recorded: Sequence[Placed]) -> list[Remark]:
    if not planned:
        return []
    since = "from the day after the last dated session" if recorded else "from day 1"
    how = f"{since} on, one a day" if len(planned) > 1 or recorded else "on day 1"
    return [Remark(str(one.file), f"says no day: put {how}, at 07:00") for one in planned]


def _name(dated: Sequence[Dated], first_day: date | None) -> str:
    """Return the name of the one session there is, else how many there are and from when to when."""
    if len(dated) == 1:
        name = dated[0].session.name or dated[0].file.name.partition(".")[0]
    else:
        last = max((one.start.date() for one in dated if one.start is not None), default=None)
        name = f"{len(dated)} sessions" + (f", {first_day} to {last}" if first_day != last else "")
    return one_line(name)
