"""Everything on one page: the sessions on top, one panel a molecule below."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..schedule.when import clock_text
from .choice import Exerkine, panels
from .clock import is_long, label_time
from .heading import heading, people_text, shared, shared_sessions, spread_text
from .panel import BAND_ALPHAS, BAND_NAMES, WEEK_ALPHA, draw_panel
from .style import QUIET_COLOUR, REST_COLOUR, SESSION_COLOUR, SESSION_EDGE, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..solution import Solution

WIDTH_IN = 16.0
STRIP_IN, PANEL_IN, FRAME_IN = 0.85, 1.5, 0.75
STRIP_FONT = LEGEND_FONT = 10.5
MEAL: dict[str, Any] = {"marker": "^", "markersize": 5, "color": "#009E73"}
INFUSION_COLOUR = "#CC79A7"
# Width of the strip, letters to the inch, and lines, that a session's name may take in it.
NAMES_IN, LETTERS_PER_IN, NAME_LINES, LEAST_LETTERS = 14.6, 11.0, 3, 5


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
    from matplotlib.figure import Figure

    chosen = panels(solution, exerkines)
    rows = math.ceil(len(chosen) / columns)
    with styled():
        figure = Figure(figsize=(WIDTH_IN, STRIP_IN + rows * PANEL_IN + FRAME_IN), layout="constrained")
        grid = figure.add_gridspec(1 + rows, columns, height_ratios=[STRIP_IN, *[PANEL_IN] * rows])
        _draw_strip(figure.add_subplot(grid[0, :]), solution)
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


def _draw_strip(ax: Axes, solution: Solution) -> None:
    """Draw the sessions on the time line, each with its clock time and name where there is room."""
    end_h, sessions = float(solution.times_h[-1]), shared_sessions(solution)
    ax.set_ylim(0, 1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    label_time(ax, solution)
    for session in sessions:
        ax.axvspan(
            session["start_h"],
            session["end_h"],
            facecolor=SESSION_COLOUR,
            edgecolor=SESSION_EDGE,
            linewidth=1.2,
            gid="session",
        )
    _draw_intake(ax, shared(solution, "plan") or {})
    for end, name in _names(sessions, end_h):
        ax.annotate(
            name,
            (end, 1.0),
            xytext=(5, 0),
            textcoords="offset points",
            va="top",
            fontsize=STRIP_FONT,
            linespacing=1.15,
            gid="session name",
        )


def _draw_intake(ax: Axes, plan: dict[str, Any]) -> None:
    """Mark meals, and infusions over their whole length, at the foot of the strip."""
    meals = [meal["time_h"] for meal in plan.get("meal", [])]
    if meals:
        ax.plot(meals, [0.06] * len(meals), linestyle="none", gid="meals", **MEAL)
    for infusion in plan.get("infusion", []):
        start, end = infusion["start_h"], infusion["start_h"] + infusion["duration_h"]
        ax.plot([start, end], [0.2, 0.2], color=INFUSION_COLOUR, linewidth=4, gid="infusion")
        text = f" {infusion['molecule']} {infusion['rate']:g} {infusion['unit']} "
        late = end > 0.8 * ax.get_xlim()[1]
        place: dict[str, Any] = {"x": start, "ha": "right"} if late else {"x": end, "ha": "left"}
        ax.text(y=0.2, s=text, va="center", fontsize=STRIP_FONT, **place)


def _names(sessions: Sequence[dict[str, Any]], end_h: float) -> list[tuple[float, str]]:
    """Return where and what to write, wrapped into the room up to the next session; nothing if too narrow."""
    following = [*(session["start_h"] for session in sessions[1:]), end_h][: len(sessions)]
    room = [start - session["end_h"] for session, start in zip(sessions, following, strict=True)]
    letters = [int(hours / end_h * NAMES_IN * LETTERS_PER_IN) for hours in room]
    if min(letters, default=0) < LEAST_LETTERS:
        return []
    return [
        (session["end_h"], _wrapped(session, width)) for session, width in zip(sessions, letters, strict=True)
    ]


def _wrapped(session: dict[str, Any], width: int) -> str:
    clock = clock_text(session["start_h"]).split()[-1]
    lines = textwrap.wrap(f"{clock} {session['name']}", width, max_lines=NAME_LINES, placeholder=" …")
    return "\n".join(lines)


def _explain_marks(figure: Figure, solution: Solution) -> None:
    """Say at the foot what lines, dashes, shades and dots mean."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    per_week = is_long(solution.times_h)
    whose = people_text(solution) + (", median of each week" if per_week else "")
    marks: list[Any] = [Line2D([], [], color="C0", label=whose)]
    if per_week:
        marks.append(Patch(color="C0", alpha=WEEK_ALPHA, linewidth=0, label="its lowest to its highest"))
    shade = 0.0
    for name, alpha in zip(BAND_NAMES, BAND_ALPHAS, strict=True) if len(solution.status) > 1 else ():
        shade = 1 - (1 - shade) * (1 - alpha)  # the narrow band lies on the wide one
        marks.append(Patch(color="C0", alpha=shade, linewidth=0, label=name))
    marks.append(
        Line2D([], [], color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), label="resting level")
    )
    marks.append(Patch(facecolor=SESSION_COLOUR, edgecolor=SESSION_EDGE, label="session"))
    if (shared(solution, "plan") or {}).get("meal"):
        marks.append(Line2D([], [], linestyle="none", label="meal", **MEAL))
    marks.append(Line2D([], [], linestyle="none", label="evidence: ●●● high  ●●○ medium  ●○○ low"))
    legend = figure.legend(
        handles=marks, loc="outside lower left", ncols=len(marks), labelcolor=QUIET_COLOUR, alignment="left"
    )
    if solution.manifest.get("population") is not None:
        legend.set_title(spread_text(solution))
        legend.get_title().set(color=QUIET_COLOUR, fontsize=LEGEND_FONT)
