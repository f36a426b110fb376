"""A person's fit on one page: samples over fitted courses, parameters before and after, what comes next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .choice import Trace
from .course import BAND_NAMES
from .heading import person_text, shared
from .panel import draw_panel
from .points import Point, draw_points
from .strip import FRAME, time_axis
from .style import BLACK, BLUE, QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..fitting import Fit
    from ..solution import Solution

WIDTH_IN, PANEL_IN, ROW_IN, FRAME_IN = 15.0, 2.5, 0.42, 1.1
BEFORE: dict[str, Any] = {"color": REST_COLOUR, "linewidth": 7, "alpha": 0.35, "solid_capstyle": "butt"}
AFTER: dict[str, Any] = {"color": BLUE, "linewidth": 2.4}
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


def fitted(found: Fit, *, ahead: Solution | None = None, draws: int = 200) -> Figure:
    """Draw a Fit: each molecule that was measured, the parameters before and after, and a plan ahead.

    Parameters
    ----------
    found : Fit
    ahead : Solution, optional
        What :meth:`.Fit.predict` says of the next session.
    draws : int
        That make the bands.

    Returns
    -------
    matplotlib.figure.Figure
        ``figure.axes``: the molecules, those ahead beside them, and the parameters last.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("Mon 08:00 run 1h 75% VO2max")
    >>> samples = xk.observed(xk.simulate(plan, subject), times_h=[7.5, 9, 10, 12], exerkines="il6", seed=1)
    >>> found = xk.fit(samples, plan, subject, free=["il6.synthesis"])
    >>> len([ax for ax in xk.plot.fitted(found, draws=20).axes if ax.get_title("left")])
    2
    """
    followed, outputs = found.predict(draws=draws), _outputs(found)
    columns = 1 if ahead is None else 2
    heights = [PANEL_IN] * len(outputs) + [ROW_IN * (len(found.estimates) + 1.5)]
    with styled():
        figure = new_figure((WIDTH_IN, FRAME_IN + sum(heights)))
        grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
        for row, output in enumerate(outputs):
            draw_measured(figure.add_subplot(grid[row, 0]), found, followed, output)
            if ahead is not None:
                ax = figure.add_subplot(grid[row, 1])
                draw_panel(ax, ahead, (Trace(*output),))
                time_axis(ax, ahead)
                ax.set_title(f"next: {ax.get_title('left')}")
        draw_intervals(figure.add_subplot(grid[-1, :]), found)
        figure.suptitle(_heading(found, followed), x=0.01, ha="left", fontsize=16, fontweight="bold")
        _explain_marks(figure)
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
    return figure


def draw_measured(ax: Axes, found: Fit, followed: Solution, output: tuple[str, str]) -> None:
    """Draw the samples of a molecule at a site over its fitted course, with what assay and day may add."""
    draw_panel(ax, followed, (Trace(*output),))
    time_axis(ax, followed)
    errors = found.problem.likelihood.widths
    points = []
    for one, error in zip(found.problem.samples, errors, strict=True):
        if (one.exerkine, one.site) == output:
            away = math.exp(1.96 * float(error))
            bar = (one.value / away, one.value if one.below else one.value * away)
            points.append(Point(one.time_h, one.value, *bar, below=one.below))
    draw_points(ax, points, color=BLACK, label="measured")
    values = [one.value for one in points]
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, 0.85 * min(values)), max(high, 1.15 * max(values)))


def draw_intervals(ax: Axes, found: Fit) -> None:
    """Draw each parameter over its shipped value: how far people differ, and what is left of that."""
    ends = []
    for place, one in enumerate(found.estimates):
        before, after = (
            [end / one.prior for end in pair]
            for pair in ((one.prior_low, one.prior_high), (one.low, one.high))
        )
        ax.plot(before, [place, place], gid="prior", **BEFORE)
        ax.plot(after, [place, place], gid="fitted", **AFTER)
        ax.plot(one.value / one.prior, place, marker="o", color=BLUE, markersize=7)
        text = (
            f"{one.value:.3g} ({one.low:.3g} to {one.high:.3g}) {one.unit}".removesuffix(" 1")
            + f" · {one.remark}"
        )
        ax.annotate(text, (1.01, place), xycoords=ax.get_yaxis_transform(), va="center", fontsize=9.5)
        ends += [end for end in (*before, *after) if end > 0]
    ax.axvline(1.0, color=REST_COLOUR, linewidth=1.0)
    ax.set(xscale="log", xlim=(0.9 * min(ends), 1.1 * max(ends)), ylim=(len(found.estimates) - 0.4, -0.6))
    ticks = [tick for tick in TICKS if 0.9 * min(ends) <= tick <= 1.1 * max(ends)]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    ax.set_yticks(range(len(found.estimates)), [one.name for one in found.estimates])
    ax.grid(visible=False, axis="y")
    ax.set_title("parameters, over the shipped value")


def _outputs(found: Fit) -> list[tuple[str, str]]:
    return list(dict.fromkeys((one.exerkine, one.site) for one in found.problem.samples))


def _heading(found: Fit, followed: Solution) -> str:
    person = person_text(shared(followed, "subject") or {})
    return " · ".join(filter(None, [found.schedule.name, person, f"{len(found.problem.samples)} samples"]))


def _explain_marks(figure: Figure) -> None:
    """Say at the foot what marks and bands mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Any] = [
        Line2D([], [], marker="o", color="black", linewidth=1.2, label="measured, 95 % of assay and day"),
        Line2D(
            [],
            [],
            marker="v",
            color="black",
            markerfacecolor="white",
            linestyle="none",
            label="below detection",
        ),
        Line2D([], [], color=BLUE, label="fitted, median of draws"),
        Patch(color=BLUE, alpha=0.3, linewidth=0, label=f"bands: {' and '.join(BAND_NAMES)} of draws"),
        Line2D([], [], label="95 % of people", **BEFORE),
        Line2D([], [], marker="o", label="95 % for this person", **AFTER),
        Patch(label="session", **FRAME),
    ]
    figure.legend(handles=marks, loc="outside lower left", ncols=4, labelcolor=QUIET_COLOUR)
