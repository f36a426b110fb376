"""Whether one plan reads higher than another, in the same people: by how much, and how sure that is.

For each person the ratio of the two plans is taken, so that what makes people differ does not blur it. The
plans are told apart where the band of the ratio leaves out 1 and its median is at least the smallest ratio
worth naming: that by which two samples must differ for an assay to tell (HarrisYasaka1983).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .reading import Reading

HIGHER, LOWER, SAME = "higher", "lower", "cannot be told apart"
VERDICTS = (HIGHER, LOWER, SAME)
EQUAL = 1e-5  # of a ratio's logarithm: ten times the error that a simulation aims at


@dataclass(frozen=True, slots=True)
class Contrast:
    """One reading of a plan against the first.

    Parameters
    ----------
    plan, against : str
        Names of the two.
    kind, exerkine, site, unit, grade : str
        As in :class:`Reading`.
    below_rest : bool
        Whether an exposure lies below rest: then what is compared is the area below.
    first, second : float
        Medians of the plan in `against` and of `plan`, over people.
    ratio, low, high : float
        Of `plan` to `against` in the same person: the median and the ends of the band.
    share_higher : float
        Of people in whom `plan` reads higher; one in whom they are equal counts half.
    smallest_ratio : float
        What the median must reach, up or down.
    verdict : {"higher", "lower", "cannot be told apart"}
        Of `plan`.
    """

    plan: str
    against: str
    kind: str
    exerkine: str
    site: str
    unit: str
    grade: str
    below_rest: bool
    first: float
    second: float
    ratio: float
    low: float
    high: float
    share_higher: float
    smallest_ratio: float
    verdict: str


def contrast(first: Reading, second: Reading, *, names: tuple[str, str], band: float) -> Contrast:
    """Compare the same reading of two plans, person by person.

    Parameters
    ----------
    first, second : Reading
        Of the plan that is compared against, and of the other.
    names : (str, str)
        Of the plans, in this order.
    band : float
        Share of people within the band.

    Examples
    --------
    >>> none, far = np.zeros(4), np.full(4, np.inf)
    >>> about = ("peak", "il6", "plasma", "fold", "high", 1.2)
    >>> a, b = (Reading(*about, np.arange(1.0, 5) * k, none, far) for k in (2, 3))
    >>> found = contrast(a, b, names=("A", "B"), band=0.9)
    >>> round(found.ratio, 6), found.verdict
    (1.5, 'higher')
    """
    whole = np.isfinite(first.values) & np.isfinite(second.values)
    before, after = first.values[whole], second.values[whole]
    if not len(before):
        return _contrast(first, names, (np.nan,) * 6, below=False, verdict=SAME)
    medians = np.median(before), np.median(after)
    below = bool(sum(medians) < 0)
    sign = -1 if below else 1
    least = np.maximum(first.least, second.least)[whole]
    logs = np.log(np.maximum(sign * after, least) / np.maximum(sign * before, least))
    low, middle, high = np.quantile(logs, [(1 - band) / 2, 0.5, (1 + band) / 2])
    share = float(np.mean((logs > EQUAL) + 0.5 * (np.abs(logs) <= EQUAL)))
    seen = max(np.median(one.farthest[whole]) for one in (first, second)) >= first.smallest_ratio
    verdict = _verdict(low, middle, high, np.log(first.smallest_ratio)) if seen else SAME
    numbers = (*(sign * one for one in medians), *np.exp([middle, low, high]), share)
    return _contrast(first, names, numbers, below=below, verdict=verdict)


def _verdict(low: float, middle: float, high: float, least: float) -> str:
    if low > 0 and middle >= least:
        return HIGHER
    return LOWER if high < 0 and middle <= -least else SAME


def _contrast(
    reading: Reading, names: tuple[str, str], numbers: tuple[float, ...], *, below: bool, verdict: str
) -> Contrast:
    first, second, ratio, low, high, share = map(float, numbers)
    return Contrast(
        plan=names[1],
        against=names[0],
        kind=reading.kind,
        exerkine=reading.exerkine,
        site=reading.site,
        unit=reading.unit,
        grade=reading.grade,
        below_rest=below,
        first=first,
        second=second,
        ratio=ratio,
        low=low,
        high=high,
        share_higher=share,
        smallest_ratio=reading.smallest_ratio,
        verdict=verdict,
    )
