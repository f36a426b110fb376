"""One panel: a molecule on given axes, absolute on the left, as fold of its resting value on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..errors import InputError
from .choice import GRADES, Exerkine, Panel, Trace, panels, traces, worst_grade
from .clock import by_week, is_long
from .heading import people_text, spread_text
from .names import labels, title
from .strip import shade_sessions, time_axis
from .style import LINE_STYLES, PALETTE, QUIET_COLOUR, REST_COLOUR, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from ..solution import Solution

Scale = Literal["auto", "linear", "log"]
LOG_FROM = 20.0  # a larger range than this is drawn on a log axis
FLAT = 0.1  # the axis spans at least this share of the resting value on both sides: rounding is no signal
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
    """

    trace: Trace
    label: str
    unit: str
    rest: float
    median: np.ndarray
    bands: tuple[tuple[np.ndarray, np.ndarray], ...]

    @property
    def extent(self) -> tuple[float, float]:
        """Lowest and highest value drawn."""
        drawn = [self.median, *(edge for band in self.bands for edge in band)]
        return float(min(map(np.min, drawn))), float(max(map(np.max, drawn)))


def timecourse(
    solution: Solution,
    exerkines: Exerkine | Sequence[Exerkine] | None = None,
    *,
    ax: Axes | None = None,
    scale: Scale = "auto",
) -> Axes:
    """Draw the time course of one molecule, or of several as fold of their resting values.

    Parameters
    ----------
    solution : Solution
    exerkines : str, (str, str) or sequence of them, optional
        Molecule ids, or pairs of id and site; everything of the overview when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure (``ax.figure``) when left out.
    scale : {"auto", "linear", "log"}
        ``auto`` takes a log axis when the values span more than a factor 20.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For an unknown molecule or site.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> ax = xk.plot.timecourse(solution, "il6")
    >>> ax.get_ylabel()
    'pg/mL'
    """
    if ax is None:
        from matplotlib.figure import Figure

        with styled():
            figure = Figure(figsize=(10, 4.5), layout="constrained")
            timecourse(solution, exerkines, ax=figure.add_subplot(), scale=scale)
            figure.draw_without_rendering()  # ticks take their look when they are first drawn
            return figure.axes[0]
    if exerkines is None:
        panel: Panel = tuple(trace for group in panels(solution, None) for trace in group)
    else:
        is_one = isinstance(exerkines, str) or (
            isinstance(exerkines, tuple) and _is_pair(solution, exerkines)
        )
        panel = traces(solution, [exerkines] if is_one else exerkines)  # type: ignore[list-item]
    draw_panel(ax, solution, panel, scale=scale)
    time_axis(ax, solution)
    if len(solution.status) > 1:
        ax.set_xlabel(_caption(solution), loc="left", fontsize="small", color=QUIET_COLOUR)
    return ax


SLIM: Mapping[str, Any] = {
    "frameon": False,
    "fontsize": "small",
    "handlelength": 1.5,
    "handletextpad": 0.4,
    "columnspacing": 0.9,
    "borderpad": 0.2,
    "borderaxespad": 0.0,
}


def _caption(solution: Solution) -> str:
    """Say what line and bands are, and what the bands rest on."""
    bands = f"{people_text(solution)}, bands {' and '.join(BAND_NAMES)}"
    return f"{bands}; {spread_text(solution)}" if solution.manifest.get("population") else bands


def draw_panel(ax: Axes, solution: Solution, panel: Panel, *, scale: Scale = "auto") -> None:
    """Draw traces together; those of different molecules as fold of their resting values."""
    relative = len({trace.exerkine for trace in panel}) > 1
    names = labels(solution, panel)
    courses = [_course(solution, *pair, relative=relative) for pair in zip(panel, names, strict=True)]
    ax.set_title(title(solution, panel))
    ax.set_title(grade_text(worst_grade(solution, panel)), loc="right", fontsize="small", color=QUIET_COLOUR)
    shade_sessions(ax, solution)
    courses = [course for course in courses if len(course.median)]
    if not courses:
        ax.text(0.5, 0.5, "no member could be simulated", transform=ax.transAxes, ha="center", va="center")
        return
    for index, course in enumerate(courses):
        _draw_course(ax, solution.times_h, course, index)
    for rest in dict.fromkeys(course.rest for course in courses):
        ax.axhline(rest, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1.5, gid="rest")
    _scale(ax, courses, scale)
    _label_values(ax, courses)
    if len(courses) > 1:
        if len(courses) == 2:  # between title and grade, where it covers no curve
            ax.legend(loc="lower center", bbox_to_anchor=(0.605, 0.985), ncols=2, **SLIM)
        else:
            ax.legend(loc="best", ncols=2 if len(courses) > 4 else 1)


def grade_text(grade: str) -> str:
    """Return an evidence grade in words and as filled dots, so that colour carries nothing.

    Examples
    --------
    >>> grade_text("medium")
    'evidence ●●○ medium'
    """
    return f"evidence {grade_dots(grade)} {grade}"


def grade_dots(grade: str) -> str:
    """Return an evidence grade as filled dots."""
    filled = GRADES.index(grade) + 1 if grade in GRADES else 0
    return "●" * filled + "○" * (3 - filled)


def _is_pair(solution: Solution, exerkines: tuple[Exerkine, ...]) -> bool:
    """Return whether a tuple is one (molecule, site) rather than two molecules."""
    return (
        len(exerkines) == 2 and exerkines[0] in solution.exerkines and exerkines[1] not in solution.exerkines
    )


def _course(solution: Solution, trace: Trace, label: str, *, relative: bool) -> Course:
    select = solution.fold if relative else solution.concentration
    data = select(trace.exerkine, site=trace.site)
    resting = solution.dataset["rest"].sel(exerkine=trace.exerkine, site=trace.site).values
    whole = np.isfinite(data.values).all(axis=1)
    values = data.values[whole]
    bands = [tuple(np.quantile(values, band, axis=0)) for band in BANDS] if len(values) > 1 else []
    return Course(
        trace=trace,
        label=label,
        unit=str(data.attrs["units"]),
        rest=1.0 if relative else float(np.median(resting[whole])) if whole.any() else np.nan,
        median=np.median(values, axis=0) if len(values) else np.empty(0),
        bands=tuple((low, high) for low, high in bands),
    )


def _draw_course(ax: Axes, times: np.ndarray, course: Course, index: int) -> None:
    """Draw a line and its bands; over months the medians of weeks, and a band that holds the whole week."""
    median, bands, week = course.median, course.bands, ()
    if is_long(times):
        bands = tuple((by_week(times, low)[1][1], by_week(times, high)[1][1]) for low, high in bands)
        times, (lowest, median, highest) = by_week(times, median)
        week = (lowest, highest)
    style, colour = LINE_STYLES[index % len(LINE_STYLES)], PALETTE[index % len(PALETTE)]
    ax.plot(times, median, linestyle=style, color=colour, label=course.label, zorder=3)
    shades = [("week", week, WEEK_ALPHA)] if week else []
    shades += [("band", band, alpha) for band, alpha in zip(bands, BAND_ALPHAS, strict=False)]
    for name, (low, high), alpha in shades:
        ax.fill_between(times, low, high, color=colour, alpha=alpha, linewidth=0, gid=name)


def _scale(ax: Axes, courses: Sequence[Course], scale: Scale) -> None:
    if scale not in ("auto", "linear", "log"):
        raise InputError(f"scale = {scale!r}", expected="'auto', 'linear' or 'log'", field="scale")
    low = min([*(course.extent[0] for course in courses), *(course.rest * (1 - FLAT) for course in courses)])
    high = max([*(course.extent[1] for course in courses), *(course.rest * (1 + FLAT) for course in courses)])
    if low > 0 and (scale == "log" or (scale == "auto" and high / low > LOG_FROM)):
        ax.set_yscale("log")
        ax.set_ylim(low / (high / low) ** 0.05, high * (high / low) ** 0.08)
    elif high > low:
        ax.set_ylim(low - 0.05 * (high - low), high + 0.08 * (high - low))


def _label_values(ax: Axes, courses: Sequence[Course]) -> None:
    """Name the unit on the left; where all traces share one resting value, its folds on the right."""
    unit, rests = courses[0].unit, {course.rest for course in courses}
    low, high = ax.get_ylim()
    decades = ax.get_yscale() == "log" and high / low > LOG_FROM / 2
    ax.set_ylabel("fold of rest" if unit == "fold" else unit)
    plain_ticks(ax.yaxis, decades=decades)
    if unit == "fold" or len(rests) != 1 or not min(rests) > 0:
        return
    rest = rests.pop()
    to_fold, to_value = partial(np.multiply, 1 / rest), partial(np.multiply, rest)
    fold = ax.secondary_yaxis("right", functions=(to_fold, to_value))
    fold.set_ylabel("fold of rest")
    plain_ticks(fold.yaxis, decades=decades, suffix="×")


def plain_ticks(axis: Axis, *, decades: bool, suffix: str = "") -> None:
    """Write values as people do, also along a log axis; few ticks, so that they can be read from afar."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    linear = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10], min_n_ticks=3)
    axis.set_major_locator(LogLocator(subs=(1.0, 3.0), numticks=6) if decades else linear)
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}{suffix}"))
    axis.set_minor_formatter(NullFormatter())
