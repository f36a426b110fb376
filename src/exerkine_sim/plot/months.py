"""Months at one glance: the days of training, what each week exposed to, and what stays at rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .calendar import calendar
from .choice import Exerkine, traces
from .clock import label_time
from .exposure import draw_scale, exposure
from .heading import heading
from .resting import resting
from .style import new_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..schedule import Schedule
    from ..solution import Solution

WIDTH_IN, CALENDAR_IN, ROW_IN, RESTING_IN, FRAME_IN = 16.0, 1.7, 0.2, 2.8, 1.6


def months(schedule: Schedule, solution: Solution, exerkines: Sequence[Exerkine] | None = None) -> Figure:
    """Draw a plan of months: its calendar, the exposure of each week, and resting levels, on one time axis.

    Parameters
    ----------
    schedule : Schedule
    solution : Solution
        Of that plan.
    exerkines : sequence of str or (str, str), optional
        Molecules shown, in this order; all by default.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes are those of :func:`calendar`, :func:`exposure`, :func:`resting`, and the scale of colours.

    Raises
    ------
    InputError
        For an unknown molecule or site.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("starts Mon\\nMon 08:00 run 1h 70% VO2max\\nday 9 08:00 run 1h 70% VO2max")
    >>> figure = xk.plot.months(plan, xk.simulate(plan, subject), ["il6", "lactate"])
    >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
    ['IL-6', 'lactate']
    """
    rows = traces(solution, solution.exerkines if exerkines is None else exerkines)
    heights = [CALENDAR_IN, max(1.0, ROW_IN * len(rows)), RESTING_IN]
    with styled():
        figure = new_figure((WIDTH_IN, sum(heights) + FRAME_IN))
        grid = figure.add_gridspec(3, 3, height_ratios=heights, width_ratios=[1.0, 0.012, 0.055])
        top, middle, bottom = (figure.add_subplot(grid[row, 0]) for row in range(3))
        calendar(schedule, ax=top)
        mesh = exposure(solution, exerkines, ax=middle).collections[0]
        resting(schedule, solution, exerkines, ax=bottom)
        label_time(top, solution)
        draw_scale(figure.add_subplot(grid[1, 1]), mesh)
        figure.suptitle(heading(solution), x=0.01, ha="left", fontsize=17, fontweight="bold")
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
        figure.set_layout_engine("none")
    return figure
