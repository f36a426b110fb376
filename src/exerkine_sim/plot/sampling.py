"""When to take samples: the courses, what each hour would tell, and what is gained with every draw."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from .strip import plan_axis, shade
from .style import LINE_STYLES, PALETTE, QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..sampling import SamplingDesign

SIZE_IN = (13.0, 7.0)
NIGHT: dict[str, Any] = {"facecolor": "#ECECEC", "edgecolor": "none", "zorder": 0.4, "gid": "no candidate"}
CHOSEN: dict[str, Any] = {"color": "#222222", "linewidth": 1.1, "zorder": 2.5, "gid": "draw"}
MARK: dict[str, Any] = {"linestyle": "none", "marker": "v", "color": "#222222", "markersize": 8}
MARGIN_H, TITLE_PAD = 0.25, 10
STEPS = 1.5  # of the grid: a longer gap between candidates is a pause


def sampling(design: SamplingDesign) -> Figure:
    """Draw a sampling design: time courses, sensitivities, and expected errors by number of draws.

    Parameters
    ----------
    design : SamplingDesign

    Returns
    -------
    matplotlib.figure.Figure
        ``figure.axes`` are the three, in this order.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plan = xk.parse_schedule("Mon 08:00 run 60m 70% VO2max")
    >>> design = xk.sampling_times(plan, subject, of=[("il6", "plasma")], to=["il6.synthesis"], n=2)
    >>> len(xk.plot.sampling(design).axes[0].findobj(lambda one: one.get_gid() == "draw"))
    2
    """
    with styled():
        figure = new_figure(SIZE_IN)
        grid = figure.add_gridspec(2, 2, width_ratios=(2.4, 1.0))
        courses = figure.add_subplot(grid[0, 0])
        told = figure.add_subplot(grid[1, 0], sharex=courses)
        draw_courses(courses, design)
        draw_sensitivities(told, design)
        draw_growth(figure.add_subplot(grid[:, 1]), design)
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
    return figure


def draw_courses(ax: Axes, design: SamplingDesign) -> None:
    """Draw what is measured, as fold of its value at the first candidate, and when it is drawn."""
    times, course = design.outlook.times_h, design.outlook.course["value"].to_numpy()
    for place, (exerkine, site) in enumerate(design.outlook.sites):
        folds = course[:, place] / course[0, place]
        ax.plot(times, folds, color="#222222", linestyle=LINE_STYLES[place % 4], label=f"{exerkine} {site}")
    ax.axhline(1.0, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1.5)
    ax.set_ylabel("fold of the first value")
    ax.set_title("What is measured, and when to draw", pad=TITLE_PAD)
    _mark_times(ax, design)
    ax.legend(loc="upper right")


def draw_sensitivities(ax: Axes, design: SamplingDesign) -> None:
    """Draw by how much each course moves with each parameter, over the width of its prior."""
    times, sigma = design.outlook.times_h, design.outlook.sigma
    relative = design.outlook.course["relative"].transpose("parameter", "output", "time").to_numpy()
    for row, name in enumerate(design.outlook.spreads):
        for place in range(len(design.outlook.sites)):
            ax.plot(
                times,
                100 * sigma[row] * relative[row, place],
                color=PALETTE[row % len(PALETTE)],
                linestyle=LINE_STYLES[place % 4],
                alpha=1.0 if name in design.parameters else 0.45,
                label=_label(design, name) if place == 0 else "_",
            )
    ax.axhline(0.0, color=REST_COLOUR, linewidth=0.9, zorder=1.5)
    ax.set_ylabel("moves by, %")
    ax.set_title("What a parameter moves when it is one prior width higher; lines as above", pad=TITLE_PAD)
    _mark_times(ax, design)
    ax.legend(loc="best")


def draw_growth(ax: Axes, design: SamplingDesign) -> None:
    """Draw the standard errors that are left, over those before, by number of draws."""
    from matplotlib.ticker import MaxNLocator

    held = design.planned
    steps = (held, *design.growth) if design.growth else (held, design.after)
    for row, name in enumerate(design.parameters):
        left = [100 * one.spread[row] for one in steps]
        ax.plot(
            [one.number for one in steps], left, marker="o", color=PALETTE[row % len(PALETTE)], label=name
        )
        ax.plot(
            design.uniform.number,
            100 * design.uniform.spread[row],
            marker="D",
            markerfacecolor="white",
            color=PALETTE[row % len(PALETTE)],
            linestyle="none",
            clip_on=False,
            zorder=3,
        )
    ax.plot(
        [],
        [],
        marker="D",
        markerfacecolor="white",
        color=QUIET_COLOUR,
        linestyle="none",
        label="evenly spaced draws",
    )
    ax.set_ylim(0.0, 104.0)
    ax.margins(x=0.05)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="draws", ylabel="standard error left, % of the prior's")
    ax.set_title("What each draw adds")
    ax.legend(loc="lower left")


def _mark_times(ax: Axes, design: SamplingDesign) -> None:
    """Mark draws and sessions, and shade where nothing may be drawn."""
    times, schedule = design.outlook.times_h, design.outlook.schedule
    for draw in design.draws:
        ax.axvline(draw.time_h, linestyle=":" if draw.planned else "-", **CHOSEN)
        look: dict[str, Any] = MARK | ({"markerfacecolor": "white"} if draw.planned else {})
        ax.plot(draw.time_h, 1.0, transform=ax.get_xaxis_transform(), clip_on=False, **look)
    shade(ax, [(one.start_h, one.end_h) for one in schedule.sessions])
    for start, end in pairwise(times.tolist()):
        if end - start > STEPS * np.median(np.diff(times)):
            ax.axvspan(start, end, **NIGHT)
    plan_axis(ax, schedule, start_h=times[0] - MARGIN_H, end_h=times[-1] + MARGIN_H)


def _label(design: SamplingDesign, name: str) -> str:
    return name if name in design.parameters else f"{name} (nuisance)"
