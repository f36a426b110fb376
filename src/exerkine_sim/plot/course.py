"""The course of a molecule: its median over members, their bands, a few of them, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .choice import Trace
from .clock import by_week, is_long
from .points import Point, points_of
from .style import LINE_STYLES, PALETTE

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ..evidence import Study
    from ..solution import Solution

BANDS, BAND_ALPHAS = ((0.05, 0.95), (0.25, 0.75)), (0.15, 0.25)
WEEK_ALPHA = 0.2
BAND_NAMES = tuple(f"{100 * low:.0f} to {100 * high:.0f} %" for low, high in BANDS)


@dataclass(frozen=True)
class Course:
    """What is drawn of one trace: the median over members and its bands, in display units.

    Parameters
    ----------
    trace : Trace
    label : str
        What tells it from the others in its panel.
    unit : str
    rest : float
        Median resting value.
    median : ndarray, shape (n_times,)
    bands : tuple of (low, high)
        Quantiles over members, widest first; empty for a single member.
    singles : ndarray, shape (n_singles, n_times)
        Members that are drawn one by one.
    points : tuple of Point
        What was measured.
    """

    trace: Trace
    label: str
    unit: str
    rest: float
    median: np.ndarray
    bands: tuple[tuple[np.ndarray, np.ndarray], ...]
    singles: np.ndarray
    points: tuple[Point, ...]

    @property
    def extent(self) -> tuple[float, float]:
        """Lowest and highest value drawn."""
        drawn = [self.median, *(edge for band in self.bands for edge in band), *self.singles]
        ends = [end for one in self.points for end in (one.value, one.low, one.high) if end == end]
        return float(min(map(np.min, [*drawn, *ends]))), float(max(map(np.max, [*drawn, *ends])))


def course_of(
    solution: Solution,
    trace: Trace,
    label: str,
    *,
    relative: bool,
    data: pd.DataFrame | Study | None,
    members: int,
) -> Course:
    """Return what is drawn of a molecule at a site, as fold of rest where it stands beside others."""
    select = solution.fold if relative else solution.concentration
    course = select(trace.exerkine, site=trace.site)
    resting = solution.dataset["rest"].sel(exerkine=trace.exerkine, site=trace.site).values
    whole = np.isfinite(course.values).all(axis=1)
    values = course.values[whole]
    bands = [tuple(np.quantile(values, band, axis=0)) for band in BANDS] if len(values) > 1 else []
    rest = float(np.median(resting[whole])) if whole.any() else np.nan
    points = [] if data is None else points_of(data, solution, trace)
    return Course(
        trace=trace,
        label=label,
        unit=str(course.attrs["units"]),
        rest=1.0 if relative else rest,
        median=np.median(values, axis=0) if len(values) else np.empty(0),
        bands=tuple((low, high) for low, high in bands),
        singles=values[:members],
        points=tuple(one.times(1 / rest) if relative else one for one in points),
    )


def draw_course(ax: Axes, times: np.ndarray, course: Course, index: int) -> None:
    """Draw a line and its bands; over months the medians of weeks, and a band that holds the whole week."""
    median, bands, singles, week = course.median, course.bands, course.singles, ()
    if is_long(times):
        singles = [by_week(times, one)[1][1] for one in singles]
        bands = tuple((by_week(times, low)[1][1], by_week(times, high)[1][1]) for low, high in bands)
        times, (lowest, median, highest) = by_week(times, median)
        week = (lowest, highest)
    style, colour = LINE_STYLES[index % len(LINE_STYLES)], PALETTE[index % len(PALETTE)]
    ax.plot(times, median, linestyle=style, color=colour, label=course.label, zorder=3)
    for one in singles:
        ax.plot(times, one, color=colour, linewidth=0.7, alpha=0.6, zorder=2, gid="member")
    shades = [("week", week, WEEK_ALPHA)] if week else []
    shades += [("band", band, alpha) for band, alpha in zip(bands, BAND_ALPHAS, strict=False)]
    for name, (low, high), alpha in shades:
        ax.fill_between(times, low, high, color=colour, alpha=alpha, linewidth=0, gid=name)
