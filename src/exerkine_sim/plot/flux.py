"""Why did it rise? What releases a molecule and what removes it, over time, below its concentration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .choice import Trace, without_site, worst_grade
from .names import title
from .panel import grade_text
from .resting import apart
from .strip import shade_sessions, time_axis
from .style import BLACK, BLUE, GREEN, ORANGE, PURPLE, QUIET_COLOUR, SKY, YELLOW, new_axes, settled, styled

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

    from ..solution import Solution

SIZE_IN = (11.0, 5.5)
FAINT = 0.03  # of the largest sum of its kind: below that a term goes with the others
COURSE_FROM, STACK_TO = 0.77, 0.72  # of the height: the concentration above, the stack below
COLOURS = (BLUE, YELLOW, GREEN, ORANGE, SKY)  # of tissues, in their order
OWN_COLOURS = {"infusion": PURPLE, "clearance": "#BBBBBB", "other": "#8C8C8C", "small terms": "#D9D9D9"}
TINTS = (0.0, 0.4, 0.2, 0.6)  # of white, for the triggers of a tissue
LABEL_GAP = 0.055  # of the height, between two names
OTHERS = ("small terms", "small terms")


class Layer(NamedTuple):
    """A term as it is drawn: rates over time, positive for a release and negative for a loss."""

    tissue: str
    trigger: str
    rates: np.ndarray

    @property
    def name(self) -> str:
        """Tissue and trigger, once where they are the same."""
        told = self.trigger not in ("loss", self.tissue)
        return f"{self.tissue}, {self.trigger.replace('_', ' ')}" if told else self.tissue


def fluxes(solution: Solution, exerkine: str, *, ax: Axes | None = None, member: int = 0) -> Axes:
    """Draw what each tissue releases above zero, what removes it below, and the concentration on top.

    The black line among the layers is what is released less what is lost: where it is above zero, the amount
    in the circulation rises. Terms that stay small are joined.

    Parameters
    ----------
    solution : Solution
        One that keeps its states.
    exerkine : str
        A molecule with release terms.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure (``ax.figure``) when left out.
    member : int

    Returns
    -------
    matplotlib.axes.Axes
        Of the layers; the concentration is ``ax.child_axes[0]``.

    Raises
    ------
    InputError
        For an unknown molecule or member, or a Solution without states.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> ax = xk.plot.fluxes(solution, "il6")
    >>> ax.get_ylabel()
    'ng/h'
    """
    terms = solution.fluxes(without_site(exerkine), member=member)
    if ax is None:
        ax = new_axes(SIZE_IN)
        with styled():
            return settled(fluxes(solution, exerkine, ax=ax, member=member))
    layers = layers_of(terms)
    panel = (Trace(exerkine, str(terms["pool"].values[0]).partition(".")[2]),)
    ax.set_title(f"{title(solution, panel)}: released and lost")
    ax.set_title(grade_text(worst_grade(solution, panel)), loc="right", fontsize="small", color=QUIET_COLOUR)
    shade_sessions(ax, solution)
    time_axis(ax, solution)
    _draw_layers(ax, solution.times_h, layers)
    ax.set_ylabel(terms.attrs["units"], y=STACK_TO / 2)
    _draw_course(ax, solution, panel[0], member)
    return ax


def layers_of(terms: xr.DataArray) -> list[Layer]:
    """Return releases and losses as layers from zero outwards: the steadiest tissue first, small terms last.

    Parameters
    ----------
    terms : xarray.DataArray, dims (term, time)
        As :meth:`.Solution.fluxes` gives it.
    """
    found = []
    for kind, sign in (("release", 1.0), ("loss", -1.0)):
        own = terms.isel(term=(terms["kind"] == kind).values)
        least = FAINT * float(own.values.sum(axis=0).max(initial=0.0))
        layers = [
            Layer(str(one["tissue"].item()), str(one["trigger"].item()), sign * one.values) for one in own
        ]
        large = [one for one in layers if np.abs(one.rates).max() > least]
        small = [one.rates for one in layers if 0 < np.abs(one.rates).max() <= least]
        found += _ordered(large) + [Layer(*OTHERS, rates=np.sum(small, axis=0))] * bool(small)
    return found


def _ordered(layers: Sequence[Layer]) -> list[Layer]:
    """Return the terms of a tissue side by side, what flows all the time first."""
    steady: dict[str, float] = {}
    for one in layers:
        steady[one.tissue] = steady.get(one.tissue, 0.0) + float(np.median(np.abs(one.rates)))
    return sorted(
        layers, key=lambda one: (-steady[one.tissue], one.tissue, -float(np.median(np.abs(one.rates))))
    )


def colours_of(layers: Sequence[Layer]) -> list[tuple[float, float, float]]:
    """Return colours of layers: one for a tissue, released or lost, and tints of it for its triggers."""
    from matplotlib.colors import to_rgb

    tissues = [name for name in dict.fromkeys(one.tissue for one in layers) if name not in OWN_COLOURS]
    own = OWN_COLOURS | {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(tissues)}
    seen: dict[str, list[str]] = {}
    found = []
    for one in layers:
        triggers = seen.setdefault(one.tissue, [])
        triggers += [one.trigger] * (one.trigger not in triggers)
        white = TINTS[triggers.index(one.trigger) % len(TINTS)]
        found.append(tuple((1 - white) * part + white for part in to_rgb(own[one.tissue])))
    return found


def _draw_layers(ax: Axes, times: np.ndarray, layers: Sequence[Layer]) -> None:
    """Draw the layers and their sum, each named at the right, at the height where it is widest."""
    names: list[tuple[float, str, Any]] = []
    edges = {1.0: np.zeros_like(times), -1.0: np.zeros_like(times)}
    for layer, colour in zip(layers, colours_of(layers), strict=True):
        side = 1.0 if layer.rates.max() > 0 else -1.0
        inner, outer = edges[side], edges[side] + layer.rates
        ax.fill_between(times, inner, outer, facecolor=colour, linewidth=0, gid=layer.name)
        ax.plot(times, outer, color="white", linewidth=0.5)
        widest = int(np.argmax(np.abs(layer.rates)))
        names.append((float(inner[widest] + outer[widest]) / 2, layer.name, colour))
        edges[side] = outer
    net = edges[1.0] + edges[-1.0]
    ax.plot(times, net, color=BLACK, linewidth=1.3, gid="net", zorder=3)
    ax.axhline(0.0, color=BLACK, linewidth=0.6)
    _fit(ax, float(edges[-1.0].min()), float(edges[1.0].max()))
    _name(ax, [*names, (float(net[-1]), "released less lost", BLACK)])


def _fit(ax: Axes, low: float, high: float) -> None:
    """Leave the upper part of the height to the concentration."""
    from matplotlib.ticker import MaxNLocator

    span = (high - low) or 1.0
    low, high = low - 0.05 * span, high + 0.05 * span
    ax.set_ylim(low, low + (high - low) / STACK_TO)
    ax.set_yticks([tick for tick in MaxNLocator(6).tick_values(low, high) if low <= tick <= high])
    ax.spines["left"].set_bounds(low, high)


def _name(ax: Axes, names: Sequence[tuple[float, str, Any]]) -> None:
    """Write names down the right side in the order of the layers, each beside a patch of its colour."""
    low, high = ax.get_ylim()
    ordered = sorted(names, key=lambda one: one[0])
    places = apart([(value - low) / (high - low) for value, _, _ in ordered], LABEL_GAP)
    look: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": "small"}
    for place, (_, name, colour) in zip(places, ordered, strict=True):
        mark = "━" if colour == BLACK else "■"
        ax.annotate(mark, (1.0, place), (6, 0), va="center", color=colour, **look)
        ax.annotate(name, (1.0, place), (20, 0), va="center", gid="layer name", **look)


def _draw_course(ax: Axes, solution: Solution, trace: Trace, member: int) -> None:
    """Draw the concentration in a strip of its own, above the layers."""
    from matplotlib.ticker import MaxNLocator

    values = solution.concentration(trace.exerkine, site=trace.site)
    course = ax.inset_axes((0.0, COURSE_FROM, 1.0, 1.0 - COURSE_FROM), sharex=ax)
    shade_sessions(course, solution)
    course.plot(solution.times_h, values.values[member], color=BLACK, linewidth=1.6, gid="concentration")
    course.set_ylabel(values.attrs["units"])
    course.yaxis.set_major_locator(MaxNLocator(3))
    course.set_ylim(0.0, 1.12 * float(values.values[member].max()))
    course.tick_params(axis="x", which="both", length=0, labelbottom=False)
