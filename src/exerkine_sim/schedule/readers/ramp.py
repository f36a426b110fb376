"""Planned stretches one after the other; a ramp, which no Bout can hold, becomes steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from types import MappingProxyType

from ...errors import ScheduleError
from ..bout import Bout
from ..intensity import Intensity
from ..limits import MAX_BOUTS

# Minutes, and how hard; None is rest.
Part = tuple[float, Intensity | None]

LONGEST_STEP_MIN = 1.0
# 5 % of FTP; in other units about as much, for an FTP of 200 W or 3 W/kg and a threshold of 12 km/h.
HIGHEST_STEP = MappingProxyType({"watt": 10.0, "watt_per_kg": 0.15, "km_per_h": 0.6})
HIGHEST_PERCENT_STEP = 5.0


def ramp(minutes: float, first: Intensity, last: Intensity) -> Iterator[Part]:
    """Cut a straight change of intensity into equal steps, each at the middle of its own stretch.

    No step lasts longer than a minute or rises by more than 5 % of FTP; the sum of intensity times
    duration is that of the ramp.

    Parameters
    ----------
    minutes : float
    first, last : Intensity
        On the same basis.

    Yields
    ------
    Part

    Examples
    --------
    >>> [str(hard) for _, hard in ramp(2, Intensity(150, "watt"), Intensity(170, "watt"))]
    ['155W', '165W']
    """
    rise = last.value - first.value
    step = HIGHEST_STEP.get(first.basis, HIGHEST_PERCENT_STEP)
    count = max(1, math.ceil(minutes / LONGEST_STEP_MIN - 1e-9), math.ceil(abs(rise) / step - 1e-9))
    if rise == 0:
        count = 1
    for index in range(count):
        yield minutes / count, Intensity(first.value + rise * (index + 0.5) / count, first.basis)


def placed(parts: Iterable[Part], mode: str) -> tuple[Bout, ...]:
    """Return the Bouts that planned stretches make up; neighbours of one intensity become one Bout.

    An intensity of zero is rest, and a stretch without length is left out.

    Raises
    ------
    ScheduleError
        For more stretches than a plan may have, or none that asks for anything.
    """
    bouts: list[Bout] = []
    gap = Fraction(0)
    for count, (minutes, intensity) in enumerate(parts, start=1):
        if count > MAX_BOUTS:
            raise ScheduleError(
                "too many stretches", expected=f"at most {MAX_BOUTS}", fix="split the workout"
            )
        if intensity is None or intensity.value == 0:
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
