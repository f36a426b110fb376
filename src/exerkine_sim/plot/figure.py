"""Everything on one page: the sessions on top, one panel a molecule below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .choice import Exerkine, panels
from .clock import is_long, label_time
from .course import BAND_ALPHAS, BAND_NAMES, WEEK_ALPHA
from .heading import heading, people_text, shared, spread_text
from .panel import draw_panel
from .strip import FRAME, MEAL, strip
from .style import BLUE, QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..solution import Solution

WIDTH_IN = 16.0
STRIP_IN, PANEL_IN, FRAME_IN = 0.85, 1.5, 0.75
STRIP_FONT = LEGEND_FONT = 10.5
NAMES_IN = 14.6  # width of the strip


def overview(solution: Solution, exerkines: Sequence[Exerkine] | None = None, *, columns: int = 2) -> Figure:
    """Draw the whole Solution as small multiples under a strip that names the sessions.

    Parameters
    ----------
    solution : Solution
    exerkines : sequence of str or (str, str), optional
        One panel each, in this order; a fixed choice of those the solution has when left out.
    columns : int
        Panels side by side.

    Returns
    -------
    matplotlib.figure.Figure
        The strip is ``figure.axes[0]``, the panels follow.

    Raises
    ------
    InputError
        For an unknown molecule or site.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> figure = xk.plot.overview(solution, ["il6", "lactate"])
    >>> len(figure.axes)
    3
    """
    chosen = panels(solution, exerkines)
    rows = math.ceil(len(chosen) / columns)
    with styled():
        figure = new_figure((WIDTH_IN, STRIP_IN + rows * PANEL_IN + FRAME_IN))
        grid = figure.add_gridspec(1 + rows, columns, height_ratios=[STRIP_IN, *[PANEL_IN] * rows])
        strip(figure.add_subplot(grid[0, :]), solution, width_in=NAMES_IN, font_pt=STRIP_FONT)
        for index, panel in enumerate(chosen):
            ax = figure.add_subplot(grid[1 + index // columns, index % columns])
            draw_panel(ax, solution, panel)
            label_time(ax, solution)
            if index + columns < len(chosen):
                ax.tick_params(axis="x", which="both", labelbottom=False)
        figure.suptitle(heading(solution), x=0.01, ha="left", fontsize=17, fontweight="bold")
        _explain_marks(figure, solution)
        # Ticks take their look when they are first drawn; the layout found then is kept, for it is slow.
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
    return figure


def _explain_marks(figure: Figure, solution: Solution) -> None:
    """Say at the foot what lines, dashes, shades and dots mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    per_week = is_long(solution.times_h)
    whose = people_text(solution) + (", median of each week" if per_week else "")
    marks: list[Any] = [Line2D([], [], color=BLUE, label=whose)]
    if per_week:
        marks.append(Patch(color=BLUE, alpha=WEEK_ALPHA, linewidth=0, label="its lowest to its highest"))
    shade = 0.0
    for name, alpha in zip(BAND_NAMES, BAND_ALPHAS, strict=True) if len(solution.status) > 1 else ():
        shade = 1 - (1 - shade) * (1 - alpha)  # the narrow band lies on the wide one
        marks.append(Patch(color=BLUE, alpha=shade, linewidth=0, label=name))
    marks.append(
        Line2D([], [], color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), label="resting level")
    )
    marks.append(Patch(label="session", **FRAME))
    if (shared(solution, "plan") or {}).get("meal"):
        marks.append(Line2D([], [], linestyle="none", label="meal", **MEAL))
    marks.append(Line2D([], [], linestyle="none", label="evidence: ●●● high  ●●○ medium  ●○○ low"))
    legend = figure.legend(
        handles=marks, loc="outside lower left", ncols=len(marks), labelcolor=QUIET_COLOUR, alignment="left"
    )
    if solution.manifest.get("population") is not None:
        legend.set_title(spread_text(solution))
        legend.get_title().set(color=QUIET_COLOUR, fontsize=LEGEND_FONT)
