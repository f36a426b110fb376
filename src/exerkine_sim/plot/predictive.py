"""The visual predictive check: published means of a molecule among simulated people and trials."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .strip import shade
from .style import BLUE, QUIET_COLOUR, REST_COLOUR, SESSION_COLOUR, new_figure, styled
from .validation import MARKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..evidence.predictive import Panel, Point, PredictiveCheck

PANEL_IN, FRAME_IN, COLUMNS = 3.2, 0.9, 4
PEOPLE_COLOUR, TRIALS_COLOUR = "#E3EEF7", "#9CC9E8"
MOST_PANELS = 10  # trials that are drawn: those that tell most


def predictive(check: PredictiveCheck, *, label: str | None = None) -> Figure:
    """Draw where the published means of a molecule lie among simulations.

    Parameters
    ----------
    check : PredictiveCheck
    label : str, optional
        The molecule's name; its id when left out.

    Returns
    -------
    matplotlib.figure.Figure
        First all observations over the median of simulated trials, then their percentiles in order against
        those of an even spread; then a panel a trial, with the bands of simulated people and of trial means.

    Examples
    --------
    >>> from exerkine_sim.evidence import find_study
    >>> from exerkine_sim.evidence.predictive import predictive_check
    >>> figure = predictive(predictive_check("il6", [find_study("Steensberg2000")]))
    >>> len(figure.axes)
    3
    """
    shown = sorted(check.panels, key=_told, reverse=True)[:MOST_PANELS]
    n = 2 + len(shown)
    rows, columns = math.ceil(n / COLUMNS), min(n, COLUMNS)
    with styled():
        figure = new_figure((PANEL_IN * columns, PANEL_IN * rows + FRAME_IN))
        first, second, *others = (figure.add_subplot(rows, columns, index + 1) for index in range(n))
        _draw_corrected(first, check.points)
        _draw_percentiles(second, check.points)
        for ax, panel in zip(others, shown, strict=True):
            _draw_panel(ax, panel)
        left_out = len(check.panels) - len(shown)
        more = f"; {left_out} more are in the first two panels only" if left_out else ""
        inside = sum(point.inside for point in check.points)
        title = f"{label or check.exerkine}: {inside} of {len(check.points)} published means inside"
        figure.suptitle(title + more, x=0.01, ha="left", fontsize=12, fontweight="bold")
        _explain(figure)
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
    return figure


def _told(panel: Panel) -> tuple[int, int]:
    """Return how much there is to see in a panel: samples, and printed spreads."""
    return len(panel.samples), sum(math.isfinite(one.low) for one in panel.samples)


def _draw_corrected(ax: Axes, points: tuple[Point, ...]) -> None:
    """Draw observations over the median of simulated trials, in the order of that."""
    known = sorted((one for one in points if math.isfinite(one.corrected)), key=lambda one: one.corrected)
    for place, point in enumerate(known):
        ax.plot(
            [place] * 2, point.band, color=TRIALS_COLOUR, linewidth=3, solid_capstyle="butt", gid="trials"
        )
        ax.plot(place, point.corrected, linestyle="none", gid=point.use, **MARKS[point.use])
    ax.axhline(1.0, color=REST_COLOUR, linewidth=1.0)
    ax.set(yscale="log", xlim=(-1, len(known)), xticks=[], xlabel="observations, in order")
    ax.set_ylabel("observed over median simulated")
    ax.set_title("prediction-corrected", loc="left", fontsize=9.5, color=QUIET_COLOUR)
    _plain_log(ax)


def _plain_log(ax: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=9))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())


def _draw_percentiles(ax: Axes, points: tuple[Point, ...]) -> None:
    """Draw the percentiles of the observations in order against those of as many that are evenly spread."""
    ordered = sorted(points, key=lambda one: one.percentile)
    even = 100 * (np.arange(len(ordered)) + 0.5) / len(ordered)
    ax.axhspan(5, 95, color=TRIALS_COLOUR, alpha=0.35, linewidth=0)
    ax.plot([0, 100], [0, 100], color=REST_COLOUR, linewidth=1.0)
    for place, point in zip(even, ordered, strict=True):
        ax.plot(place, point.percentile, linestyle="none", clip_on=False, gid=point.use, **MARKS[point.use])
    ticks = [0, 25, 50, 75, 100]
    ax.set(xlim=(0, 100), ylim=(0, 100), aspect="equal", xticks=ticks, yticks=ticks)
    ax.set(xlabel="percentile, if all is right", ylabel="percentile of simulated trials")
    ax.set_title("percentiles", loc="left", fontsize=9.5, color=QUIET_COLOUR)


def _draw_panel(ax: Axes, panel: Panel) -> None:
    """Draw one trial: people, trial means, and what was printed."""
    shade(ax, panel.bouts)
    for (low, median, high), colour, name in (
        (panel.people, PEOPLE_COLOUR, "people"),
        (panel.trials, TRIALS_COLOUR, "trials"),
    ):
        ax.fill_between(panel.hours, low, high, color=colour, linewidth=0, zorder=1, gid=name)
        ax.plot(panel.hours, median, color=BLUE, linewidth=1.2 if name == "trials" else 0, zorder=2)
    hours, values, low, high = map(np.array, zip(*panel.samples, strict=True))
    spread = np.maximum(np.nan_to_num([values - low, high - values]), 0.0)
    ax.errorbar(hours, values, yerr=spread, fmt="none", ecolor="black", elinewidth=1.0, capsize=2, zorder=2.5)
    ax.plot(hours, values, linestyle="none", clip_on=False, gid=panel.use, **MARKS[panel.use])
    margin = 0.03 * max(float(np.ptp(panel.hours)), 1.0)
    ax.set_xlim(panel.hours[0] - margin, panel.hours[-1] + margin)
    ax.locator_params(nbins=5)
    site = "" if panel.site == "plasma" else f"{panel.site}, "
    name = f"{panel.study}\n{site}n = {panel.size}".replace("_", " ")
    ax.set_title(name, loc="left", fontsize=9, color=QUIET_COLOUR)
    unit = "fold of baseline" if panel.unit == "fold" else panel.unit
    ax.set(xlabel="hours after time zero", ylabel=unit)


def _explain(figure: Figure) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Any] = [
        Line2D([], [], linestyle="none", label=f"published, {use}", **look) for use, look in MARKS.items()
    ]
    marks.append(Line2D([], [], color="black", linewidth=1.0, label="spread as printed"))
    marks.append(Patch(color=PEOPLE_COLOUR, linewidth=0, label="5 to 95 % of simulated people"))
    marks.append(Patch(color=TRIALS_COLOUR, linewidth=0, label="5 to 95 % of simulated trial means"))
    marks.append(Patch(color=SESSION_COLOUR, linewidth=0, label="exercise"))
    figure.legend(handles=marks, loc="outside lower left", ncols=3, labelcolor=QUIET_COLOUR, fontsize=9)
