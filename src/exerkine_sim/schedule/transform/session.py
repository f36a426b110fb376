"""One Session made longer, harder, heavier, or of more or fewer sets; its rests stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from ...errors import ScheduleError
from ..bout import Bout, Session
from ..intensity import Intensity
from ..limits import MAX_BOUTS

RATINGS = frozenset({"zone", "rpe", "rir"})  # steps on a scale, of which no share can be taken


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a Session; factors are exact, so that percentages compound without rounding.

    Parameters
    ----------
    duration, intensity : Fraction
        Factors on how long and how hard each endurance bout is.
    load : Fraction
        Factor on the load of each lifting set.
    rest : Fraction
        Factor on the rests between bouts.
    sets : callable, optional
        The sets that are to be done of a lift, from those that are done of it in the session.
    """

    duration: Fraction = Fraction(1)
    intensity: Fraction = Fraction(1)
    load: Fraction = Fraction(1)
    rest: Fraction = Fraction(1)
    sets: Callable[[int], int] | None = None


def volume(share: Fraction) -> Change:
    """Return the change to a share of the volume: minutes of endurance bouts, and sets of each lift.

    Sets are rounded, a half up; one remains of each lift.
    """
    return Change(duration=share, sets=lambda sets: max(1, int(sets * share + Fraction(1, 2))))


def changed(session: Session, change: Change) -> Session:
    """Return a Session with its Bouts changed, and the rests between them as they were.

    Raises
    ------
    ScheduleError
        For an intensity that no person reaches, a share of a zone or rating, and too many sets.
    """
    parts = _parts(session.bouts)
    if change.sets is not None:
        parts = _with_sets(parts, change.sets)
    changed_parts = [_Part(part.rest * change.rest, _changed_bout(part.bout, change)) for part in parts]
    return replace(session, bouts=tuple(_placed(changed_parts)))


def as_written(value: float) -> Fraction:
    """Return the decimal number that a float is written as, so that 2.5 % more than 80 % is 82 %."""
    return Fraction(repr(value))


class _Part(NamedTuple):
    """A Bout, and the exact minutes of rest before it."""

    rest: Fraction
    bout: Bout


def _parts(bouts: Sequence[Bout]) -> list[_Part]:
    ends = [0.0, *(bout.end_min for bout in bouts)]
    return [_Part(_rest(end, bout.start_min), bout) for bout, end in zip(bouts, ends, strict=False)]


def _rest(end: float, start: float) -> Fraction:
    """Return a rest in whole seconds where these were rounded to it, so that it reads as it was written."""
    exact = Fraction(start) - Fraction(end)
    seconds = Fraction(round(exact * 60), 60)
    return seconds if float(Fraction(end) + seconds) == start else exact


def _placed(parts: Sequence[_Part]) -> Iterator[Bout]:
    end = 0.0
    for part in parts:
        bout = replace(part.bout, start_min=float(Fraction(end) + part.rest))
        yield bout
        end = bout.end_min


def _changed_bout(bout: Bout, change: Change) -> Bout:
    if bout.reps is not None:
        return replace(bout, intensity=_scaled(bout.intensity, change.load))
    return replace(
        bout,
        duration_min=float(_minutes(bout.duration_min) * change.duration),
        intensity=_scaled(bout.intensity, change.intensity),
    )


def _scaled(intensity: Intensity, factor: Fraction) -> Intensity:
    if factor == 1:
        return intensity
    if intensity.basis in RATINGS:
        raise ScheduleError(
            f"{float(100 * factor):g}% of {intensity}",
            expected="an intensity that is a quantity, for example % VO2max or W",
            fix="leave the change out, or write the weeks out",
        )
    return replace(intensity, value=float(as_written(intensity.value) * factor))


def _minutes(duration: float) -> Fraction:
    """Return a duration in whole seconds where these were rounded to it: a third of a minute is 20."""
    seconds = round(duration * 60)
    return Fraction(seconds, 60) if seconds / 60 == duration else as_written(duration)


def _with_sets(parts: Sequence[_Part], sets: Callable[[int], int]) -> list[_Part]:
    """Return the parts without the last sets of each lift, or with some more.

    Sets are added where the lift ends; where lifts take turns, in further rounds once all have ended.
    """
    given = Counter(part.bout.mode for part in parts if part.bout.reps is not None)
    wanted = {lift: sets(number) for lift, number in given.items()}
    if len(parts) + sum(wanted.values()) - sum(given.values()) > MAX_BOUTS:
        raise ScheduleError("too many sets", expected=f"at most {MAX_BOUTS} bouts in a session")
    done, kept, ended = Counter[str](), list[_Part](), list[tuple[_Part, int]]()
    for index, part in enumerate(parts):
        if part.bout.reps is None:
            kept.append(part)
            continue
        lift = part.bout.mode
        done[lift] += 1
        if done[lift] <= wanted[lift]:
            kept.append(part)
        if done[lift] == given[lift]:
            ended.append((_again(parts, index, lone=given[lift] == 1), wanted[lift] - given[lift]))
        if all(done[begun] == given[begun] for begun in done):
            kept += _rounds(ended)
            ended.clear()
    return kept


def _again(parts: Sequence[_Part], index: int, *, lone: bool) -> _Part:
    """Return a set to be done again, after the rest before it; after the one that follows a lone set."""
    part = parts[index]
    return part._replace(rest=parts[index + 1].rest) if lone and index + 1 < len(parts) else part


def _rounds(sets: Sequence[tuple[_Part, int]]) -> Iterator[_Part]:
    for turn in range(max(number for _, number in sets)):
        yield from (part for part, number in sets if number > turn)
