"""One molecule against published trials: predicted beside observed, and the courses that were sampled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..evidence.prediction import ratio
from ..evidence.validation import FAIR_FOLD_ERROR
from .course import BAND_ALPHAS
from .strip import shade
from .style import BLUE, ORANGE, QUIET_COLOUR, REST_COLOUR, SESSION_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from ..evidence import Scoreboard
    from ..evidence.coverage import Course, Coverage

PANEL_IN, FRAME_IN, COLUMNS = 3.3, 0.9, 3
# Shape beside colour, so that colour carries nothing alone.
MARKS: dict[str, dict[str, Any]] = {
    "fit": {"marker": "o", "color": BLUE, "markersize": 5.5, "zorder": 3},
    "check": {"marker": "D", "color": ORANGE, "markersize": 5.5, "zorder": 3, "markerfacecolor": "white"},
}
TRIALS_COLOUR = "#9CC9E8"
LEAST_SPAN, MARGIN = 8.0, 1.3  # of the log axes, as factors


class Dot(NamedTuple):
    """One observation as it is drawn: changes as folds, concentrations as they were published.

    Parameters
    ----------
    use : {"fit", "check"}
    observed, predicted : float
    low, high : float
        5 and 95 % of simulated trials; NaN where these are not known.
    """

    use: str
    observed: float
    predicted: float
    low: float
    high: float


def validation(exerkine: str, board: Scoreboard, coverage: Coverage, *, label: str | None = None) -> Figure:
    """Draw what trials observed of one molecule against what the simulation says.

    Parameters
    ----------
    exerkine : str
        Molecule id.
    board : Scoreboard
    coverage : Coverage
        Of the same Studies.
    label : str, optional
        Its name in the heading; the id when left out.

    Returns
    -------
    matplotlib.figure.Figure
        First predicted against observed, one panel for changes and one for concentrations, as far as there
        are any; then one panel a trial with a course.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study, validate
    >>> from exerkine_sim.evidence.coverage import cover
    >>> trials = [find_study("Steensberg2000")]
    >>> figure = validation("il6", validate(trials), cover(trials))
    >>> [ax.get_xlabel() for ax in figure.axes]
    ['observed, fold of baseline']
    """

    groups = _dots(exerkine, board, coverage)
    courses = [one for one in coverage.courses if one.exerkine == exerkine]
    n = len(groups) + len(courses)
    rows, columns = math.ceil(n / COLUMNS), min(n, COLUMNS)
    size = (PANEL_IN * columns, PANEL_IN * rows + FRAME_IN)
    with styled():
        figure = new_figure(size)
        axes = [figure.add_subplot(rows, columns, index + 1) for index in range(n)]
        for ax, (unit, dots) in zip(axes, groups.items(), strict=False):
            _draw_dots(ax, dots, unit)
        for ax, course in zip(axes[len(groups) :], courses, strict=True):
            _draw_course(ax, course)
        figure.suptitle(label or exerkine, x=0.01, ha="left", fontsize=13, fontweight="bold")
        _explain_marks(figure, columns, with_courses=bool(courses))
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
    return figure


def _dots(exerkine: str, board: Scoreboard, coverage: Coverage) -> dict[str, list[Dot]]:
    """Return what there is to draw on log axes, by unit; changes of any kind as folds of the baseline."""
    spans = {(one.study, one.observation): one.of("trials") for one in coverage.intervals}
    found: dict[str, list[Dot]] = {}
    for score in board.scores:
        seen = score.observation
        if seen.exerkine != exerkine or score.predicted is None:
            continue
        span = spans.get((score.study, seen), (math.nan, math.nan))
        values = [ratio(value, seen.unit) for value in (seen.value, score.predicted, *span)]
        if min(values[:2]) > 0:
            unit = "fold" if seen.is_relative else seen.unit
            found.setdefault(unit, []).append(Dot(score.use, *values))
    return found


def _draw_dots(ax: Axes, dots: Sequence[Dot], unit: str) -> None:
    """Draw predicted against observed with identity line, 2-fold band and the spread of simulated trials."""
    limits = _limits([value for dot in dots for value in (dot.observed, dot.predicted)])
    lower, upper = ([limit * factor for limit in limits] for factor in (1 / FAIR_FOLD_ERROR, FAIR_FOLD_ERROR))
    ax.fill_between(limits, lower, upper, color=REST_COLOUR, alpha=BAND_ALPHAS[0], linewidth=0, gid="2-fold")
    ax.plot(limits, limits, color=REST_COLOUR, linewidth=1.0, gid="identity")
    for dot in dots:
        ax.plot([dot.observed] * 2, [dot.low, dot.high], color=TRIALS_COLOUR, linewidth=1.1, gid="trials")
        ax.plot(dot.observed, dot.predicted, linestyle="none", gid=dot.use, **MARKS[dot.use])
    name = _named(unit)
    ax.set(xscale="log", yscale="log", xlim=limits, ylim=limits, aspect="equal")
    ax.set(xlabel=f"observed, {name}", ylabel=f"predicted, {name}")
    for axis in (ax.xaxis, ax.yaxis):
        _plain_ticks(axis, limits)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Return limits that hold the values and leave the 2-fold band in sight."""
    low, high = min(values), max(values)
    margin = max(MARGIN, math.sqrt(LEAST_SPAN * low / high))
    return low / margin, high * margin


def _plain_ticks(axis: Axis, limits: tuple[float, float]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    decades = math.log10(limits[1] / limits[0])
    steps = (1.0,) if decades > 2 else (1.0, 3.0) if decades > 1 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps, numticks=8))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.6g}"))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def _draw_course(ax: Axes, course: Course) -> None:
    """Draw the simulated trials, and what it sampled."""
    low, median, high = course.band
    shade(ax, course.bouts)
    ax.fill_between(course.hours, low, high, color=TRIALS_COLOUR, alpha=0.5, linewidth=0, gid="trials")
    ax.plot(course.hours, median, color=BLUE, gid="median")
    ax.plot(*zip(*course.samples, strict=True), linestyle="none", clip_on=False, **MARKS[course.use])
    ax.set_xlim(course.hours[0], course.hours[-1])
    ax.locator_params(nbins=5)
    ax.set_title(course.study.replace("_", " "), fontsize=9.5, color=QUIET_COLOUR)
    ax.set(xlabel="hours after time zero", ylabel=_named(course.unit))


def _named(unit: str) -> str:
    return "fold of baseline" if unit == "fold" else unit


def _explain_marks(figure: Figure, columns: int, *, with_courses: bool) -> None:
    """Say at the foot what marks and shades mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Any] = [Line2D([], [], linestyle="none", label=use, **look) for use, look in MARKS.items()]
    marks.append(
        Line2D(
            [],
            [],
            color=TRIALS_COLOUR,
            linewidth=3,
            label=f"5 to 95 % of simulated trials{', line: median' * with_courses}",
        )
    )
    marks.append(Patch(color=REST_COLOUR, alpha=BAND_ALPHAS[0], linewidth=0, label="within 2-fold"))
    if with_courses:
        marks.append(Patch(color=SESSION_COLOUR, linewidth=0, label="exercise"))
    figure.legend(
        handles=marks,
        loc="outside lower left",
        ncols=2 * columns,
        labelcolor=QUIET_COLOUR,
        fontsize=9,
    )
