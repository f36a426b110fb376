"""One quantity against another: the loop that a session drives them through, with time along the path."""

from __future__ import annotations

from itertools import count, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import InputError, nearest
from ..schedule.when import clock_text
from .choice import Exerkine, Trace, traces, worst_grade
from .heading import shared, shared_sessions
from .names import title
from .panel import LOG_FROM, grade_text, plain_ticks
from .style import QUIET_COLOUR, REST_COLOUR, SESSION_COLOUR, new_axes, settled, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..solution import Solution

SIZE_IN = (7.6, 5.6)
COLOURS, LATEST = "viridis", 0.85  # the last colours of the map are too pale for a line on paper
MOST_MARKS, APART = 6, 0.1  # clock times along the path, and how far from each other, in shares of the axes
MARK_EVERY_H = 1.0
AHEAD, ARROW_LONG = 0.01, 0.022  # of the axes: how far an arrow looks for its direction, and reaches
KEY_STEPS_H, MOST_KEYS = (0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 168.0, 336.0, 672.0), 5
ROOM = {"x": 0.16, "y": 0.08}  # round the path, for clock times
MOVING = (0.02, 0.97)  # shares of the path between which colours change; before and after little happens
PAPER: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}
ARROW: dict[str, Any] = {
    "arrowstyle": "-|>",
    "mutation_scale": 16,
    "linewidth": 0,
    "color": "black",
    "shrinkA": 0,
    "shrinkB": 0,
}


class Quantity(NamedTuple):
    """What one axis shows, over time: a molecule somewhere, or a state of the model."""

    name: str
    unit: str
    values: np.ndarray
    rest: float
    trace: Trace | None

    @property
    def label(self) -> str:
        """Name and unit, as the axis has them."""
        return self.name if self.unit == "1" else f"{self.name}, {self.unit}"


def phase(solution: Solution, x: Exerkine, y: Exerkine, *, ax: Axes | None = None, member: int = 0) -> Axes:
    """Draw one molecule or state against another, coloured by time, with clock times along the path.

    Where two rise and fall together the path is a line; where one lags behind it is a loop. Sessions lie
    under the path as a broad band; the open circle is rest.

    Parameters
    ----------
    solution : Solution
    x, y : str or (str, str)
        A molecule, a molecule and a site, or a state of the model (``"il6.activation_lower"``).
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure (``ax.figure``) when left out.
    member : int

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For an unknown name or member, or a state of a Solution that keeps none.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> ax = xk.plot.phase(solution, "il6", "il1ra")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('IL-6 · plasma, pg/mL', 'IL-1ra · plasma, pg/mL')
    """
    found = [_quantity(solution, one, member) for one in (x, y)]
    if ax is None:
        ax = new_axes(SIZE_IN)
        with styled():
            return settled(phase(solution, x, y, ax=ax, member=member))
    across, up = found
    ax.set(xlabel=across.label, ylabel=up.label)
    for axis, one in zip("xy", found, strict=True):
        _fit(ax, axis, one)
    _draw_path(ax, solution, across.values, up.values)
    ax.plot(across.rest, up.rest, "o", markersize=9, color=REST_COLOUR, markerfacecolor="none", gid="rest")
    _mark_times(ax, solution, np.column_stack([across.values, up.values]))
    ax.set_title(f"{up.name.split(' · ')[0]} against {across.name.split(' · ')[0]}")
    panel = tuple(one.trace for one in found if one.trace is not None)
    if panel:
        grade = grade_text(worst_grade(solution, panel))
        ax.set_title(grade, loc="right", fontsize="small", color=QUIET_COLOUR)
    return ax


def _quantity(solution: Solution, name: Exerkine, member: int) -> Quantity:
    """Return a molecule or state by its name; the nearest of both is offered for an unknown one."""
    members = len(solution.status)
    if not isinstance(member, int) or not 0 <= member < members:
        raise InputError(f"member {member!r}", expected=f"0 to {members - 1}", field="member")
    states = tuple(solution.arrays["state_name"].tolist()) if "state" in solution.arrays else ()
    if isinstance(name, str) and name not in solution.exerkines:
        if name not in states:
            raise InputError(
                f"unknown molecule or state '{name[:40]}'",
                fix=nearest(name, (*solution.exerkines, *states)),
                field="exerkine",
            )
        course = solution.state(name)
        rest = float(solution.arrays["baseline"][member][states.index(name)])
        return Quantity(name.replace("_", " "), course.attrs["units"], course.values[member], rest, None)
    trace = traces(solution, [name])[0]
    course = solution.concentration(trace.exerkine, site=trace.site)
    rest = float(solution.dataset["rest"].sel(exerkine=trace.exerkine, site=trace.site).values[member])
    return Quantity(title(solution, (trace,)), course.attrs["units"], course.values[member], rest, trace)


def _fit(ax: Axes, axis: str, one: Quantity) -> None:
    """Give room around the path; a range beyond twenty takes a log axis, as along time."""
    low, high = (float(pick([one.values.min(), one.values.max(), one.rest])) for pick in (min, max))
    if low > 0 and high / low > LOG_FROM:
        room = (high / low) ** ROOM[axis]
        ax.set(**{f"{axis}scale": "log", f"{axis}lim": (low / room, high * room)})
        plain_ticks(getattr(ax, f"{axis}axis"), decades=True)
    elif high > low:
        ax.set(**{f"{axis}lim": (low - ROOM[axis] * (high - low), high + ROOM[axis] * (high - low))})


def _draw_path(ax: Axes, solution: Solution, x: np.ndarray, y: np.ndarray) -> None:
    """Draw the path in the colours of time, those of its stretches that were exercise on a broad band."""
    import matplotlib
    from matplotlib.cm import ScalarMappable
    from matplotlib.collections import LineCollection
    from matplotlib.colors import ListedColormap, Normalize

    times = solution.times_h
    for one in shared_sessions(solution):
        during = (times >= one["start_h"]) & (times <= one["end_h"])
        ax.plot(
            x[during],
            y[during],
            color=SESSION_COLOUR,
            linewidth=11,
            solid_capstyle="round",
            zorder=1.5,
            gid="session",
        )
    points = np.column_stack([x, y])
    colours = ListedColormap(matplotlib.colormaps[COLOURS](np.linspace(0.0, LATEST, 256)))
    time = ScalarMappable(Normalize(*_moving(times, _places(ax, points))), colours)
    path = LineCollection(np.stack([points[:-1], points[1:]], axis=1).tolist(), linewidths=2.2, gid="path")
    path.set(array=(times[:-1] + times[1:]) / 2, cmap=colours, norm=time.norm, capstyle="round", zorder=2.5)
    ax.add_collection(path)
    _draw_key(ax, solution, time)


def _places(ax: Axes, points: np.ndarray) -> np.ndarray:
    """Return where points lie in shares of the axes."""
    return ax.transAxes.inverted().transform(ax.transData.transform(points))


def _moving(times: np.ndarray, places: np.ndarray) -> tuple[float, float]:
    """Return between which hours nearly all of the path is covered."""
    length = np.cumsum(np.append(0.0, np.linalg.norm(np.diff(places, axis=0), axis=1)))
    if not length[-1]:
        return float(times[0]), float(times[-1])
    first, last = np.searchsorted(length / length[-1], MOVING)
    return float(times[max(first - 1, 0)]), float(times[min(last, len(times) - 1)])


def _draw_key(ax: Axes, solution: Solution, time: Any) -> None:
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    weekday = (shared(solution, "plan") or {}).get("first_weekday")
    bar = ax.figure.colorbar(time, cax=ax.inset_axes((1.03, 0.1, 0.025, 0.8)))
    span = time.norm.vmax - time.norm.vmin
    step = next((one for one in KEY_STEPS_H if span / one <= MOST_KEYS), span)
    bar.ax.yaxis.set_major_locator(MultipleLocator(step))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda hour, _: clock_text(max(hour, 0.0), weekday)))
    bar.ax.tick_params(length=0, labelsize="small")
    bar.outline.set_visible(False)


def _mark_times(ax: Axes, solution: Solution, points: np.ndarray) -> None:
    """Write clock times along the path, each with an arrow that tells its direction."""
    places = _places(ax, points)
    centre = (places.min(axis=0) + places.max(axis=0)) / 2
    weekday = (shared(solution, "plan") or {}).get("first_weekday")
    for hour in _marked_hours(solution, places):
        index = int(np.searchsorted(solution.times_h, hour))
        away = np.linalg.norm(places - places[index], axis=1)
        ahead = next((one for one in range(index + 1, len(away)) if away[one] > AHEAD), None)
        if ahead is None:
            continue
        step = ARROW_LONG * (places[ahead] - places[index]) / away[ahead]
        ends: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "axes fraction"}
        ax.annotate(
            "", places[index] + step, places[index], arrowprops=ARROW, zorder=3.5, gid="arrow", **ends
        )
        right, above = places[index] >= centre
        ax.annotate(
            clock_text(float(solution.times_h[index]), weekday),
            points[index],
            (8 if right else -8, 6 if above else -6),
            textcoords="offset points",
            ha="left" if right else "right",
            va="bottom" if above else "top",
            fontsize="small",
            bbox=PAPER,
            gid="clock time",
        )


def _marked_hours(solution: Solution, places: np.ndarray) -> list[float]:
    """Return a few moments that lie apart on the path: session starts and ends first, then full hours."""
    times = solution.times_h
    edges = [hour for one in shared_sessions(solution) for hour in (one["start_h"], one["end_h"])]
    full = takewhile(lambda hour: hour < times[-1], count(float(np.ceil(times[0])), MARK_EVERY_H))
    chosen: list[int] = []
    hours: list[float] = []
    for hour in (*edges, *full):
        index = int(np.searchsorted(times, hour))
        near = len(chosen) and np.linalg.norm(places[chosen] - places[index], axis=1).min() < APART
        if index < len(times) - 1 and not near and len(chosen) < MOST_MARKS:
            chosen.append(index)
            hours.append(hour)
    return hours
