"""The map between organs: who releases what, and whom it reaches, at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..flow import Flow, flow_of
from ..schedule.when import clock_text
from .body import Body, Place
from .choice import OVERVIEW, traces, without_site, worst_grade
from .heading import shared, shared_sessions
from .names import fold_text, row_names
from .panel import grade_dots
from .style import ORANGE, PALETTE, QUIET_COLOUR, REST_COLOUR, SESSION_COLOUR, SESSION_EDGE, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

# The picture is drawn in these units.
WIDTH, HEIGHT, UNIT_IN = 176.0, 99.0, 0.068
LEFT, RIGHT = Body(46.0, 9.0, 80.0, side=-1), Body(130.0, 9.0, 80.0, side=1)
BLOOD, ROWS = (76.0, 100.0), (18.5, 83.0)  # from left to right, and from the lowest row to the highest
BLOOD_COLOUR, BLOOD_ALPHA = "#CC4C3B", 0.10
WIDEST, FAINT, HAIRLINE = 11.0, 0.01, 0.6  # points of an arrow; the share below which a hairline is left
HEAD, HEAD_GROWS = 7.0, 1.1  # points of an arrow's head, and what it grows by with its width
TIME_LINE, TIME_Y = (30.0, 146.0), 3.0
MOST = 14  # molecules that can be told apart


@dataclass(frozen=True)
class Map:
    """What does not change with time: the molecules, their rows and names, and what flows.

    Parameters
    ----------
    solution : Solution
    flow : Flow
    rows : mapping of str to float
        Height of each molecule in the blood.
    names : mapping of str to str
    folds : mapping of str to ndarray, shape (n_times,)
    """

    solution: Solution
    flow: Flow
    rows: dict[str, float]
    names: dict[str, str]
    folds: dict[str, np.ndarray]

    @classmethod
    def of(cls, solution: Solution, exerkines: Sequence[str] | None, *, member: int = 0) -> Map:
        """Return the map of one member's molecules, those from the head on top."""
        flow = flow_of(solution, _chosen(solution, exerkines), member=member)
        order = sorted(flow.exerkines, key=lambda name: -_source_height(flow, name))
        heights = np.linspace(ROWS[1], ROWS[0], len(order)) if len(order) > 1 else [sum(ROWS) / 2]
        panel = tuple(traces(solution, [(name, solution.sites(name)[0]) for name in order]))
        labels = [
            f"{name}  {grade_dots(worst_grade(solution, (trace,)))}"
            for name, trace in zip(row_names(solution, panel), panel, strict=True)
        ]
        rows = dict(zip(order, map(float, heights), strict=True))
        folds = {name: solution.fold(name).values[member] for name in order}
        return cls(solution, flow, rows, dict(zip(order, labels, strict=True)), folds)

    def draw_still(self, ax: Axes) -> None:
        """Draw what does not change with time, on empty axes."""
        prepare(ax)
        LEFT.draw(ax, [tissue for _, tissue in self.flow.released])
        RIGHT.draw(ax, [tissue for _, tissue in self.flow.taken])
        _draw_blood(ax)
        for number, (name, height) in enumerate(self.rows.items()):
            place = {"x": sum(BLOOD) / 2, "y": height + 0.2, "ha": "center", "va": "bottom"}
            ax.text(s=self.names[name], fontsize=9, gid="molecule", **place)
            for end in (BLOOD[0] + 1.5, BLOOD[1] - 1.5):
                ax.plot(end, height, marker="o", markersize=5, color=_colour(number), zorder=5)
        ax.plot(TIME_LINE, [TIME_Y] * 2, color=REST_COLOUR, linewidth=1.0)
        ends = [(self._x(one["start_h"]), self._x(one["end_h"])) for one in shared_sessions(self.solution)]
        spans = [(start, end - start) for start, end in ends]
        look = {"facecolor": SESSION_COLOUR, "edgecolor": SESSION_EDGE, "zorder": 2, "gid": "session"}
        ax.broken_barh(spans, (TIME_Y - 1, 2), **look)

    def draw_moving(self, ax: Axes, hour: float) -> None:
        """Draw what is so at an hour, between output times as on a straight line."""
        look: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": 8.5, "color": QUIET_COLOUR}
        for number, (name, height) in enumerate(self.rows.items()):
            fold = f"{fold_text(self._at(hour, self.folds[name]))} rest"
            ax.text(sum(BLOOD) / 2, height - 0.2, fold, gid="fold", **look)
            for (molecule, tissue), share in self.flow.released.items():
                if molecule == name:
                    ends = LEFT.place(tissue), (BLOOD[0], height)
                    _draw_arrow(ax, *ends, share=self._at(hour, share), colour=_colour(number))
            for (molecule, tissue), share in self.flow.taken.items():
                if molecule == name:
                    ends = (BLOOD[1], height), RIGHT.place(tissue)
                    _draw_arrow(ax, *ends, share=self._at(hour, share), colour=_colour(number))
        self._draw_clock(ax, hour)

    def _at(self, hour: float, course: np.ndarray) -> float:
        return float(np.interp(hour, self.solution.times_h, course))

    def _draw_clock(self, ax: Axes, hour: float) -> None:
        """Write the time with the session, and mark it on the line."""
        weekday = (shared(self.solution, "plan") or {}).get("first_weekday")
        sessions = shared_sessions(self.solution)
        now = [one["name"] for one in sessions if one["start_h"] <= hour <= one["end_h"]]
        look: dict[str, Any] = {"ha": "center", "va": "center"}
        clock = clock_text(round(hour * 60) / 60, weekday)
        ax.text(WIDTH / 2, 96, clock, fontsize=15, fontweight="bold", gid="clock", **look)
        ax.text(WIDTH / 2, 91.6, ", ".join(now), fontsize=9.5, gid="session name", **look)
        ax.plot(self._x(hour), TIME_Y, marker="v", markersize=9, color=ORANGE, zorder=3, gid="now")

    def _x(self, hour: float) -> float:
        """Return where an hour lies on the line."""
        times = self.solution.times_h
        return float(np.interp(hour, [times[0], times[-1]], TIME_LINE))


@styled()
def organs(
    solution: Solution,
    at_h: float,
    *,
    exerkines: Sequence[str] | None = None,
    member: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw who releases what and whom it reaches at one moment: organs, blood, and arrows between them.

    An arrow into the blood is as wide as the tissue's release above rest, over the most of that molecule in
    the run; one out of it as the share of receptors that the molecule takes beyond rest. Hairlines are ways
    that nothing much goes just then. Effects of a molecule that no index knows are not drawn.

    Parameters
    ----------
    solution : Solution
        Of one person or several; not of a Population, which keeps no states.
    at_h : float
        Hours from midnight of day 1.
    exerkines : sequence of str, optional
        Molecules in blood, at most 14; those of the overview when left out.
    member : int
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For an unknown molecule, a time outside the solution, or a solution without states.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> ax = xk.plot.organs(solution, 8.75, exerkines=["il6", "lactate"])
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "clock"]
    ['Mon 08:45']
    """
    check_hour(solution, at_h, "at_h")
    drawn = Map.of(solution, exerkines, member=member)
    ax = map_axes() if ax is None else ax
    drawn.draw_still(ax)
    drawn.draw_moving(ax, float(at_h))
    return ax


def map_axes() -> Axes:
    """Return axes that fill a new figure of the map's shape."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH * UNIT_IN, HEIGHT * UNIT_IN)).add_axes((0.0, 0.0, 1.0, 1.0))


def prepare(ax: Axes) -> None:
    """Empty axes and give them the units of the map."""
    ax.clear()
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal")
    ax.axis("off")


def check_hour(solution: Solution, hour: Any, field: str) -> None:
    """Refuse an hour that the Solution does not hold."""
    first, last = float(solution.times_h[0]), float(solution.times_h[-1])
    if isinstance(hour, str) or not first <= hour <= last:
        raise InputError(f"{field} = {hour!r}", expected=f"{first:g} to {last:g} h", field=field)


def _colour(number: int) -> str:
    return PALETTE[number % len(PALETTE)]


def _chosen(solution: Solution, exerkines: Sequence[str] | None) -> tuple[str, ...]:
    if exerkines is None:
        return tuple(name for group in OVERVIEW for name in group if name in solution.exerkines)
    names = tuple(dict.fromkeys([exerkines] if isinstance(exerkines, str) else exerkines))
    if not 1 <= len(names) <= MOST:
        raise InputError(
            f"{len(names)} molecules",
            expected=f"1 to {MOST}, which can be told apart",
            fix="name some of them",
        )
    return tuple(without_site(name) for name in names)


def _source_height(flow: Flow, name: str) -> float:
    """Return how high in the body a molecule comes from, the middle of its sources."""
    weights = {link: float(share.max()) for link, share in flow.released.items() if link[0] == name}
    if not any(weights.values()):
        return LEFT.place("elsewhere")[1]
    total = sum(weights.values())
    return sum(LEFT.place(tissue)[1] * weight for (_, tissue), weight in weights.items()) / total


def _draw_blood(ax: Axes) -> None:
    from matplotlib.patches import FancyBboxPatch

    corner, height = (BLOOD[0], ROWS[0] - 6), ROWS[1] - ROWS[0] + 12
    round_box = "round,pad=0,rounding_size=4"
    look = {"facecolor": BLOOD_COLOUR, "alpha": BLOOD_ALPHA, "linewidth": 0, "zorder": 0.6}
    ax.add_patch(FancyBboxPatch(corner, BLOOD[1] - BLOOD[0], height, boxstyle=round_box, **look))
    heads = {(LEFT.middle, 92.0): "release above rest", (RIGHT.middle, 92.0): "receptors taken"}
    for (x, y), text in {**heads, (sum(BLOOD) / 2, 13.0): "blood"}.items():
        ax.text(x, y, text, ha="center", va="center", fontsize=9.5, color=QUIET_COLOUR)


def _draw_arrow(ax: Axes, start: Place, end: Place, *, share: float, colour: str) -> None:
    """Draw a curve that leaves and arrives level, as wide as its share."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    middle = (start[0] + end[0]) / 2
    way = Path([start, (middle, start[1]), (middle, end[1]), end], [Path.MOVETO, *[Path.CURVE4] * 3])
    if share < FAINT:
        look: dict[str, Any] = {"arrowstyle": "-", "linewidth": HAIRLINE, "alpha": 0.3, "zorder": 1}
    else:
        width = max(2 * HAIRLINE, WIDEST * share)
        look = {"arrowstyle": "-|>", "linewidth": width, "zorder": 3 - share}
        look |= {"mutation_scale": HEAD + HEAD_GROWS * width, "joinstyle": "miter", "capstyle": "butt"}
    ax.add_patch(FancyArrowPatch(path=way, color=colour, gid="arrow", **look))
