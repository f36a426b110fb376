"""The hour of the day: how far a release is from its daily mean, in steps of an hour.

Half a cosine leads from the peak down to the trough and another one back, so that the two may lie any hours
apart, and the mean of either half, and of the day, is the middle between them:

    drive - 1 = amplitude * cos(pi * hours since the peak / hours of the fall)          until the trough
              = -amplitude * cos(pi * hours since the trough / hours of the rise)       until the peak
"""

from __future__ import annotations

import numpy as np

from ..errors import ParameterError
from ..parameters import ParameterSet

DAY_H = 24
# A person has lived by the clock before the plan begins. After two days every trace of the start is gone
# from what is cleared within hours.
LEAD_H = 2 * DAY_H


def hourly(molecule: str, parameters: ParameterSet) -> np.ndarray:
    """Return the mean of ``drive - 1`` in each hour of the day, shape (24,), from midnight; their sum is 0.

    Parameters
    ----------
    molecule : str
    parameters : ParameterSet
        ``rhythms.<molecule>.amplitude`` (of the mean), ``peak`` and ``trough`` (hours of the clock).

    Raises
    ------
    ParameterError
        When peak and trough are the same hour.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> drive = 1 + hourly("cortisol", load_parameters())
    >>> int(drive.argmax()), int(drive.argmin()), round(float(drive.mean()), 9)
    (6, 23, 1.0)
    """
    amplitude, peak, trough = (
        parameters[f"rhythms.{molecule}.{name}"].to(unit)
        for name, unit in (("amplitude", "1"), ("peak", "h"), ("trough", "h"))
    )
    fall = (trough - peak) % DAY_H
    if not 0 < fall < DAY_H:  # the rest of a trough a hair before the peak is rounded up to a whole day
        raise ParameterError(
            f"peak at {peak:g} h, trough at {trough:g} h",
            expected="two different hours of the clock",
            fix=f"set rhythms.{molecule}.trough to the hour of the lowest release",
            field=f"rhythms.{molecule}",
        )
    rise = DAY_H - fall
    since = (np.arange(DAY_H + 1) - peak) % DAY_H
    area = np.where(
        since < fall,
        fall * np.sin(np.pi * since / fall),
        -rise * np.sin(np.pi * (since - fall) / rise),
    )
    return amplitude / np.pi * np.diff(area)
