"""One panel: a molecule on given axes, absolute on the left, as fold of its resting value on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..errors import InputError
from ..evidence import Study
from .choice import GRADES, Exerkine, Panel, panels, traces, worst_grade
from .course import BAND_NAMES, Course, course_of, draw_course
from .heading import people_text, spread_text
from .names import labels, title
from .points import draw_points
from .strip import shade_sessions, time_axis
from .style import BLACK, PALETTE, QUIET_COLOUR, REST_COLOUR, new_axes, settled, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

    from ..solution import Solution

SIZE_IN = (10.0, 4.5)
Scale = Literal["auto", "linear", "log"]
LOG_FROM = 20.0  # a larger range than this is drawn on a log axis
FLAT = 0.1  # the axis spans at least this share of the resting value on both sides: rounding is no signal


def timecourse(
    solution: Solution,
    exerkines: Exerkine | Sequence[Exerkine] | None = None,
    *,
    ax: Axes | None = None,
    scale: Scale = "auto",
    data: pd.DataFrame | Study | None = None,
    members: int = 0,
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
    data : pandas.DataFrame or Study, optional
        What was measured: a table as :func:`exerkine_sim.observed` gives it (``exerkine``, ``time_h``,
        ``value``, ``unit``; if wanted ``site``, ``low`` and ``high`` or ``cv_percent``, and ``below``), or a
        trial whose Schedule the Solution follows. A sample below detection is an open triangle.
    members : int
        So many members are drawn singly, too, as thin lines.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For an unknown molecule or site, or data without samples of what is drawn.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> samples = xk.observed(solution, times_h=[7.5, 9.0, 10.0], exerkines="il6", seed=0)
    >>> ax = xk.plot.timecourse(solution, "il6", data=samples)
    >>> ax.get_ylabel()
    'pg/mL'
    """
    if ax is None:
        ax = new_axes(SIZE_IN)
        with styled():
            return settled(timecourse(solution, exerkines, ax=ax, scale=scale, data=data, members=members))
    if exerkines is None:
        panel: Panel = tuple(trace for group in panels(solution, None) for trace in group)
    else:
        is_one = isinstance(exerkines, str) or (
            isinstance(exerkines, tuple) and _is_pair(solution, exerkines)
        )
        panel = traces(solution, [exerkines] if is_one else exerkines)  # type: ignore[list-item]
    draw_panel(ax, solution, panel, scale=scale, data=data, members=members)
    time_axis(ax, solution)
    if len(solution.status) > 1:
        ax.set_xlabel(_caption(solution), loc="left", fontsize="small", color=QUIET_COLOUR, wrap=True)
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


def draw_panel(
    ax: Axes,
    solution: Solution,
    panel: Panel,
    *,
    scale: Scale = "auto",
    data: pd.DataFrame | Study | None = None,
    members: int = 0,
) -> None:
    """Draw traces together; those of different molecules as fold of their resting values."""
    relative = len({trace.exerkine for trace in panel}) > 1
    names = labels(solution, panel)
    courses = [
        course_of(solution, trace, name, relative=relative, data=data, members=members)
        for trace, name in zip(panel, names, strict=True)
    ]
    if data is not None and not any(course.points for course in courses):
        raise InputError(
            f"data without a sample of {' or '.join(f'{one.exerkine} ({one.site})' for one in panel)}",
            expected="samples of what is drawn",
            fix="draw what was measured, at the site where it was",
            field="data",
        )
    ax.set_title(title(solution, panel))
    ax.set_title(grade_text(worst_grade(solution, panel)), loc="right", fontsize="small", color=QUIET_COLOUR)
    shade_sessions(ax, solution)
    courses = [course for course in courses if len(course.median)]
    if not courses:
        ax.text(0.5, 0.5, "no member could be simulated", transform=ax.transAxes, ha="center", va="center")
        return
    for index, course in enumerate(courses):
        draw_course(ax, solution.times_h, course, index)
    for rest in dict.fromkeys(course.rest for course in courses):
        ax.axhline(rest, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1.5, gid="rest")
    _scale(ax, courses, scale)
    _label_values(ax, courses)
    if data is not None:
        _draw_data(ax, courses, "measured" if not isinstance(data, Study) else f"published: {data.key}")
    elif len(courses) > 1:
        if len(courses) == 2:  # between title and grade, where it covers no curve
            ax.legend(loc="lower center", bbox_to_anchor=(0.58, 0.985), ncols=2, **SLIM)
        else:
            ax.legend(loc="best", ncols=2 if len(courses) > 4 else 1)


def _draw_data(ax: Axes, courses: Sequence[Course], name: str) -> None:
    """Draw samples, in the colour of their curve where there are several, and say what they are."""
    several = len(courses) > 1
    for index, course in enumerate(courses):
        colour = PALETTE[index % len(PALETTE)] if several else BLACK
        draw_points(ax, course.points, color=colour, label=f"{course.label}, {name}" if several else name)
    ax.legend(loc="best", fontsize="small")


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
