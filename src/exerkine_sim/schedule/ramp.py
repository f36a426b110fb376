"""A ramp as steps: a Bout has one intensity."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from ..errors import ScheduleError
from .intensity import Intensity
from .limits import MAX_BOUTS

LONGEST_STEP_MIN = 1
HIGHEST_STEP = Fraction(1, 20)  # of the ramp's higher end


def ramp(minutes: Fraction, first: Intensity, last: Intensity) -> list[tuple[Fraction, Intensity]]:
    """Return equal steps from one intensity to another: how long and how hard each is.

    No step is longer than a minute, none higher than a twentieth of the higher end; where more steps, up to
    twice as many, last whole seconds, it is those. Each lies at the middle of what it stands for, so that
    time and the mean over it are those of the ramp.

    Parameters
    ----------
    minutes : Fraction
        Length of the whole ramp.
    first, last : Intensity
        Its ends, of one basis.

    Raises
    ------
    ScheduleError
        For ends that are the same, and for more steps than a plan may have bouts.

    Examples
    --------
    >>> steps = ramp(Fraction(4), Intensity(60, "ftp_percent"), Intensity(80, "ftp_percent"))
    >>> [f"{minutes * 60}s {one}" for minutes, one in steps]
    ['48s 62% FTP', '48s 66% FTP', '48s 70% FTP', '48s 74% FTP', '48s 78% FTP']
    """
    rise = last.value - first.value
    if rise == 0:
        raise ScheduleError(f"a ramp at {first}", expected="both its ends", fix="write for example 60-80%")
    heights = abs(rise) / (float(HIGHEST_STEP) * max(first.value, last.value))
    # Ends given in decimals miss each other by rounding, which must not cost a step.
    least = max(math.ceil(minutes / LONGEST_STEP_MIN), math.ceil(heights - 1e-9))
    if least > MAX_BOUTS:
        raise ScheduleError(
            f"a ramp of {least} steps", expected=f"at most {MAX_BOUTS}", fix="make it shorter"
        )
    count = next((n for n in range(least, 2 * least) if minutes * 60 % n == 0), least)
    if count > MAX_BOUTS:
        raise ScheduleError(
            f"a ramp of {count} steps", expected=f"at most {MAX_BOUTS}", fix="make it shorter"
        )
    return [
        (minutes / count, replace(first, value=first.value + rise * (2 * step + 1) / (2 * count)))
        for step in range(count)
    ]
