"""Files that hold several sessions, some of which may be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from ...errors import ScheduleError
from .dated import Dated


def readable(attempts: Iterable[Callable[[], Dated]], *, file: Path, nothing: ScheduleError) -> list[Dated]:
    """Return the sessions that can be read, each with a remark about those that cannot.

    Parameters
    ----------
    attempts : iterable of callable
        Each returns a session or refuses it.
    file : Path
        Named in messages.
    nothing : ScheduleError
        What to say where there is no attempt.

    Raises
    ------
    ScheduleError
        The first refusal where every session is refused; `nothing` where there is none.
    """
    sessions, refusals = list[Dated](), list[ScheduleError]()
    for attempt in attempts:
        try:
            sessions.append(attempt())
        except ScheduleError as refusal:
            refusals.append(refusal)
    if not sessions:
        raise next(iter(refusals), nothing).located(file=file) from None
    said = tuple(f"left out: {refusal.given}" for refusal in refusals)
    return [replace(session, remarks=(*session.remarks, *said)) for session in sessions]
