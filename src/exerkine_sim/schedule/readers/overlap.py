"""One person does one thing at a time: of what overlaps, the session with the better signal stays whole."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from ..bout import Bout, Session
from ..limits import EDGE_H
from .dated import Dated

SAME_FROM = 0.5  # a session that others cover by more than this is the same activity, recorded twice
SECOND_H = 1 / 3600
LEAST_PIECE_H = 1 / 60  # what is left beside another session and is shorter is how devices are started
# From what tells the stimulus best to what tells it least; what is not here says less than any of them.
SIGNALS = (
    ("sets and loads", frozenset({"one_rm_percent", "kg", "rir"})),
    ("power", frozenset({"watt", "watt_per_kg", "ftp_percent"})),
    ("speed", frozenset({"km_per_h"})),
    ("heart rate", frozenset({"hrr_percent", "hrmax_percent", "bpm"})),
)
Span = tuple[float, float]


class Placed(NamedTuple):
    """A session at its place on the time line, and what it was read from."""

    session: Session
    dated: Dated


class Remark(NamedTuple):
    """What was decided about a file, in words for the user."""

    file: str
    text: str


def without_overlap(placed: Iterable[Placed]) -> tuple[list[Placed], list[Remark]]:
    """Return sessions that do not overlap, in order, and what became of those that did.

    The one with the better signal is taken first, then the one with more bouts, then the longer one. Another
    that is covered by more than half is a duplicate and left out; one covered by less loses the time that
    is not its own.
    """
    taken: list[Placed] = []
    remarks: list[Remark] = []
    for one in sorted(placed, key=_rank):
        others = _overlapping(taken, one.session)
        pieces = [one.session]
        if others:
            spans = [(other.session.start_h, other.session.end_h) for other in others]
            covered_h = sum(
                min(end, one.session.end_h) - max(start, one.session.start_h) for start, end in spans
            )
            is_twin = covered_h > SAME_FROM * (one.session.end_h - one.session.start_h)
            pieces = [] if is_twin else list(outside(one.session, spans))
            remarks.append(_remark(one, others, covered_h=covered_h, left_out=not pieces))
        for piece in pieces:
            taken.insert(_place(taken, piece.start_h), Placed(piece, one.dated))
    return taken, remarks


def signal_of(session: Session) -> str:
    """Return what the greatest part of a session's work is known by: ``"power"``, ``"heart rate"`` ..."""
    time = defaultdict[str, float](float)
    for bout in session.bouts:
        time[_signal(bout)] += bout.duration_min
    return max(time, key=time.__getitem__)


def outside(session: Session, spans: Sequence[Span]) -> Iterator[Session]:
    """Yield what of a session lies outside spans of hours; a lifting set is cut by none, and dropped whole.

    Parameters
    ----------
    session : Session
    spans : sequence of (float, float)
        Start and end in hours, in order.

    Examples
    --------
    >>> from exerkine_sim.schedule import Intensity
    >>> hike = Session(8, [Bout(0, 300, "walk", Intensity(120, "bpm"))])
    >>> [(piece.start_h, piece.end_h) for piece in outside(hike, [(10, 11)])]
    [(8.0, 10.0), (11.0, 13.0)]
    """
    edges = [session.start_h, *(edge for span in spans for edge in span), session.end_h]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        is_first = start == session.start_h
        low = start if is_first else math.ceil(start * 3600 - EDGE_H) / 3600
        stretches = [_clipped(bout, session.start_h, within=(low, end)) for bout in session.bouts]
        kept = [(bout, span) for bout, span in zip(session.bouts, stretches, strict=True) if span is not None]
        if sum(last - first for _, (first, last) in kept) >= LEAST_PIECE_H:
            start_h = start if is_first else math.floor(kept[0][1][0] * 3600 + EDGE_H) / 3600
            bouts = [
                replace(bout, start_min=_minutes(first - start_h), duration_min=_minutes(last - first))
                for bout, (first, last) in kept
            ]
            yield replace(session, start_h=start_h, bouts=bouts)


def _clipped(bout: Bout, start_h: float, *, within: Span) -> Span | None:
    """Return the hours of a bout within a span; None when it has none there, or is a set that is cut."""
    begins, ends = (start_h + minute / 60 for minute in (bout.start_min, bout.end_min))
    first, last = max(begins, within[0]), min(ends, within[1])
    is_cut = first > begins + EDGE_H or last < ends - EDGE_H
    return None if last - first < SECOND_H or (is_cut and bout.reps is not None) else (first, last)


def _minutes(hours: float) -> float:
    """Return hours, which carry the rounding of years, as minutes without it."""
    return round(hours * 3600, 6) / 60


def _rank(one: Placed) -> tuple[float, ...]:
    session = one.session
    names = [name for name, _ in SIGNALS]
    signal = signal_of(session)
    rank = names.index(signal) if signal in names else len(names)
    return rank, -len(session.bouts), session.start_h - session.end_h, session.start_h


def _signal(bout: Bout) -> str:
    if bout.reps is not None:
        return SIGNALS[0][0]
    return next((name for name, bases in SIGNALS if bout.intensity.basis in bases), "effort")


def _overlapping(taken: Sequence[Placed], session: Session) -> Sequence[Placed]:
    """Return those among sessions in order that overlap one more."""
    first = bisect_right(taken, session.start_h + EDGE_H, key=lambda one: one.session.end_h)
    return taken[first : bisect_left(taken, session.end_h - EDGE_H, key=lambda one: one.session.start_h)]


def _place(taken: Sequence[Placed], start_h: float) -> int:
    return bisect_left(taken, start_h, key=lambda one: one.session.start_h)


def _remark(one: Placed, others: Sequence[Placed], *, covered_h: float, left_out: bool) -> Remark:
    names = " and ".join(dict.fromkeys(other.dated.file.name for other in others))
    known = " and ".join(dict.fromkeys(signal_of(other.session) for other in others))
    text = (
        f"left out: the same activity as {names}, known by {known}"
        if left_out
        else f"cut by {max(1, round(covered_h * 60))} min, which are those of {names}, known by {known}"
    )
    return Remark(str(one.dated.file), text)
