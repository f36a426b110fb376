"""Planned stretches one after the other; one that rises or falls becomes steps, as no Bout can hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice

from ...errors import ScheduleError
from ..bout import Bout
from ..intensity import Intensity
from ..limits import MAX_BOUTS
from ..ramp import ramp

# Minutes, and how hard; None is rest.
Part = tuple[float, Intensity | None]


def stretch(minutes: float, first: Intensity, last: Intensity) -> Iterator[Part]:
    """Yield the steps of what goes from one intensity to another, or the one stretch where they are alike.

    Examples
    --------
    >>> [str(hard) for _, hard in stretch(2, Intensity(150, "watt"), Intensity(160, "watt"))]
    ['152.5W', '157.5W']
    """
    if first == last or minutes <= 0:
        yield minutes, first
        return
    for length, hard in ramp(Fraction(minutes), first, last):
        yield float(length), hard


def placed(parts: Iterable[Part], mode: str) -> tuple[Bout, ...]:
    """Return the Bouts that planned stretches make up; neighbours of one intensity become one Bout.

    An intensity of zero is rest, and a stretch without length is left out.

    Raises
    ------
    ScheduleError
        For more stretches than a plan may have, or none that asks for anything.
    """
    parts = list(islice(parts, MAX_BOUTS + 1))
    if len(parts) > MAX_BOUTS:
        raise ScheduleError("too many stretches", expected=f"at most {MAX_BOUTS}", fix="split the workout")
    bouts: list[Bout] = []
    gap = Fraction(0)
    for minutes, intensity in parts:
        if intensity is None or not intensity.value:
            gap += Fraction(minutes)
        elif minutes > 0:
            bouts.append(_next(bouts, gap, minutes, mode=mode, intensity=intensity))
            gap = Fraction(0)
    if not bouts:
        raise ScheduleError(
            "nothing in it says how hard", expected="at least one stretch with a target", fix="add one"
        )
    return tuple(bouts)


def _next(bouts: list[Bout], gap: Fraction, minutes: float, *, mode: str, intensity: Intensity) -> Bout:
    """Return the Bout after a gap; it takes in the last one where that only goes on."""
    if bouts and gap == 0 and bouts[-1].intensity == intensity:
        last = bouts.pop()
        return Bout(last.start_min, last.duration_min + minutes, mode, intensity)
    end = bouts[-1].end_min if bouts else 0.0
    return Bout(float(Fraction(end) + gap) if gap else end, minutes, mode, intensity)
