"""The same molecule under several plans, or in several people, in one panel: the one against the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .choice import Exerkine, Trace, traces, worst_grade
from .clock import label_hours
from .course import BAND_ALPHAS, BANDS
from .heading import shared, shared_sessions
from .names import title
from .panel import LOG_FROM, grade_text
from .style import LINE_STYLES, QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

SIZE_IN = (10.0, 4.2)
# Of the height: sessions lie under the curves, those of each Solution in a row of its own.
SESSION_HEIGHT, MARGIN = 0.025, 0.02


@styled()
def contrast(
    solutions: Mapping[str, Solution],
    exerkine: Exerkine,
    *,
    window_h: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a molecule of several Solutions over each other, as fold of its resting value.

    Parameters
    ----------
    solutions : mapping of str to Solution
        By what they are called; of a Population the median is drawn, and the bands of people.
    exerkine : str or (str, str)
        Molecule, or molecule and site; the molecule's first site when left out.
    window_h : (float, float), optional
        First and last hour that is shown; all of them when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure (``ax.figure``) when left out.

    Returns
    -------
    matplotlib.axes.Axes
        Bars in the colours of the lines, at the foot, are the sessions of each.

    Raises
    ------
    InputError
        For no Solution, an unknown molecule or site, or a window that none of them reaches into.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plans = {how: xk.parse_schedule(f"Mon 08:00 run 1h {how}") for how in ("50% VO2max", "75% VO2max")}
    >>> ax = contrast({how: xk.simulate(plan, subject) for how, plan in plans.items()}, "il6")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['50% VO2max', '75% VO2max']
    """
    if not solutions:
        raise InputError("no solution", expected="a name and a Solution for each", field="solutions")
    if ax is None:
        figure = new_figure(SIZE_IN)
        contrast(solutions, exerkine, window_h=window_h, ax=figure.add_subplot())
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
        return figure.axes[0]
    longest = max(solutions.values(), key=lambda one: one.times_h[-1])
    window = (0.0, float(longest.times_h[-1])) if window_h is None else window_h
    if not window[0] < min(window[1], longest.times_h[-1]):
        raise InputError(
            f"window_h = {window_h}", expected=f"two hours, the first below {longest.times_h[-1]:g}"
        )
    (trace, *_) = panel = traces(longest, [exerkine])[:1]
    ax.axhline(1.0, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1.5, gid="rest")
    for place, (name, solution) in enumerate(solutions.items()):
        colour = _draw_course(ax, solution, trace, place=place, label=name)
        _draw_sessions(ax, solution, row=len(solutions) - 1 - place, colour=colour)
    _scale(ax, window, rows=len(solutions))
    label_hours(ax, *window, (shared(longest, "plan") or {}).get("first_weekday"))
    ax.set_ylabel("fold of rest")
    ax.set_title(title(longest, panel))
    grade = grade_text(worst_grade(longest, panel))
    ax.set_title(grade, loc="right", fontsize="small", color=QUIET_COLOUR)
    ax.legend(loc="best")
    return ax


def _draw_course(ax: Axes, solution: Solution, trace: Trace, *, place: int, label: str) -> str:
    """Draw median and bands of those who reached the end, and return their colour."""
    folds = solution.fold(trace.exerkine, site=trace.site).values
    folds = folds[np.isfinite(folds).all(axis=1)]
    if not len(folds):
        folds, label = np.full((1, len(solution.times_h)), np.nan), f"{label}: no member could be simulated"
    style = LINE_STYLES[place % len(LINE_STYLES)]
    (line,) = ax.plot(solution.times_h, np.median(folds, axis=0), linestyle=style, label=label, zorder=3)
    colour = str(line.get_color())
    for band, alpha in zip(BANDS, BAND_ALPHAS, strict=True):
        if len(folds) > 1:
            low, high = np.quantile(folds, band, axis=0)
            ax.fill_between(solution.times_h, low, high, color=colour, alpha=alpha, linewidth=0, gid="band")
    return colour


def _draw_sessions(ax: Axes, solution: Solution, *, row: int, colour: str) -> None:
    """Draw the sessions as bars at the foot of the axes."""
    spans = [(one["start_h"], one["end_h"] - one["start_h"]) for one in shared_sessions(solution)]
    bottom = MARGIN / 2 + row * SESSION_HEIGHT
    ax.broken_barh(
        spans,
        (bottom, 0.7 * SESSION_HEIGHT),
        transform=ax.get_xaxis_transform(),
        color=colour,
        linewidth=0.8,
        zorder=2,
        gid="session",
    )


def _scale(ax: Axes, window: tuple[float, float], *, rows: int) -> None:
    """Take a log axis where folds span much, and leave room for the sessions below."""
    from matplotlib.ticker import LogLocator, NullFormatter

    low, high = _extent(ax, window)
    foot = MARGIN + rows * SESSION_HEIGHT
    if low > 0 and high / low > LOG_FROM:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0), numticks=6))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.set_ylim(low / (high / low) ** (foot + 0.03), high * (high / low) ** 0.06)
    else:
        span = max(high - low, 0.2)
        ax.set_ylim(low - (foot + 0.03) * span, high + 0.06 * span)
    ax.yaxis.set_major_formatter("{x:.6g}×")


def _extent(ax: Axes, window: tuple[float, float]) -> tuple[float, float]:
    """Return the lowest and the highest that is drawn within the window."""
    shapes = [line.get_xydata() for line in ax.get_lines() if line.get_gid() != "rest"]
    shapes += [
        path.vertices for band in ax.collections if band.get_gid() == "band" for path in band.get_paths()
    ]
    points = np.concatenate([np.asarray(shape) for shape in shapes])
    seen = points[(points[:, 0] >= window[0]) & (points[:, 0] <= window[1]), 1]
    seen = np.append(seen[np.isfinite(seen)], 1.0)
    return float(seen.min()), float(seen.max())
