"""Who responds and who seems to: people in the order of what was measured, with noise around no change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import InputError, nearest
from ..responders import LIMITS_Z
from .course import BAND_ALPHAS
from .style import QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..responders import Changes, Responders

PANEL_IN, FRAME_IN, COLUMNS = (4.2, 3.0), 0.8, 3
MOST_BARS = 150  # of more people an even selection is drawn
LINEAR_BELOW = 12.0  # from top to bottom of a log axis: below that evenly spaced numbers are labelled


class Kind(NamedTuple):
    """People of one kind: whether they seem to respond, whether they do, and how they are drawn."""

    seems: bool
    responds: bool
    label: str
    look: dict[str, Any]


KINDS = (
    Kind(True, True, "responds, and is found to", {"facecolor": "#0072B2"}),
    Kind(
        True, False, "seems to, and does not", {"facecolor": "#E69F00", "hatch": "////", "edgecolor": "white"}
    ),
    Kind(
        False,
        True,
        "responds, and is missed",
        {"facecolor": "#CC79A7", "hatch": "....", "edgecolor": "white"},
    ),
    Kind(False, False, "does not, and is found not to", {"facecolor": "#BBBBBB"}),
)


@styled()
def waterfall(found: Responders, exerkine: str, *, ax: Axes | None = None) -> Axes:
    """Draw measured changes person by person, the true ones as dots, and what people at rest would show.

    Parameters
    ----------
    found : Responders
    exerkine : str
        Molecule id.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure, with title and legend, when left out.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        For a molecule that was not measured.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> person = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("Mon 08:00 run 1h 70% VO2max")
    >>> solution = xk.simulate(plan, xk.Population(person, n=20, seed=1), exerkines="il6")
    >>> ax = waterfall(xk.responders(solution, before_h=8.0, after_h=9.0, seed=1), "il6")
    >>> ax.get_ylabel()
    'after over before'
    """
    if exerkine not in found.changes:
        raise InputError(
            f"'{exerkine}' was not measured", fix=nearest(exerkine, found.changes), field="exerkine"
        )
    if ax is None:
        return waterfalls(found, [exerkine]).axes[0]
    _draw(ax, found.changes[exerkine])
    return ax


def waterfalls(found: Responders, exerkines: Sequence[str], *, labels: Sequence[str] | None = None) -> Figure:
    """Draw the changes of some molecules, a panel each, with a legend.

    Parameters
    ----------
    found : Responders
    exerkines : sequence of str
    labels : sequence of str, optional
        Their names; those of the shipped parameters when left out.
    """

    from ..parameters import load_parameters

    about = load_parameters().about
    labels = [str(about.get(name, {}).get("label", name)) for name in exerkines] if labels is None else labels
    rows, columns = math.ceil(len(exerkines) / COLUMNS), min(len(exerkines), COLUMNS)
    width, height = PANEL_IN
    with styled():
        size = (max(width * columns, 2 * width), height * rows + FRAME_IN)
        figure = new_figure(size)
        table = found.table.set_index("exerkine")
        for index, name in enumerate(exerkines):
            ax = waterfall(found, name, ax=figure.add_subplot(rows, columns, index + 1))
            row = table.loc[name]
            shares = f"{100 * row['responders']:.0f} % respond, {100 * row['seeming']:.0f} % seem to"
            ax.set_title(f"{labels[index]}\n{shares}", loc="left", fontsize=10)
        _explain(figure, in_a_row=max(3, columns + 1))
    return figure


def _draw(ax: Axes, changes: Changes) -> None:
    order = np.argsort(changes.measured)[::-1]
    order = order[np.unique(np.linspace(0, len(order) - 1, min(len(order), MOST_BARS)).astype(int))]
    place, measured, true = np.arange(len(order)), changes.measured[order], changes.true[order]
    noise = math.exp(LIMITS_Z * float(changes.resting.std(ddof=1)))
    ax.axhspan(1 / noise, noise, color=REST_COLOUR, alpha=BAND_ALPHAS[0], linewidth=0, gid="noise")
    for kind in KINDS:
        chosen = (changes.seems_to[order] == kind.seems) & (changes.responds[order] == kind.responds)
        heights = np.exp(measured[chosen]) - 1
        ax.bar(place[chosen], heights, bottom=1.0, width=0.85, linewidth=0, gid=kind.label, **kind.look)
    ax.plot(place, np.exp(true), linestyle="none", marker="o", markersize=2.2, color="black", gid="true")
    ax.axhline(1.0, color=REST_COLOUR, linewidth=0.8)
    smallest = math.exp(changes.direction * changes.smallest)
    ax.axhline(smallest, color="black", linewidth=0.9, linestyle="--", gid="smallest")
    ax.set(yscale="log", xlim=(-1, len(order)), xticks=[], ylabel="after over before")
    ax.set_xlabel("people, in the order of what was measured")
    _plain_ticks(ax)


def _plain_ticks(ax: Axes) -> None:
    """Label few round folds."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

    low, high = ax.get_ylim()
    narrow = high / low < LINEAR_BELOW
    ax.yaxis.set_major_locator(MaxNLocator(6) if narrow else LogLocator(subs=(1, 2, 5), numticks=12))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_minor_formatter(NullFormatter())


def _explain(figure: Figure, *, in_a_row: int) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    marks: list[Any] = [Patch(label=kind.label, linewidth=0, **kind.look) for kind in KINDS]
    marks.append(
        Line2D([], [], linestyle="none", marker="o", markersize=3, color="black", label="true change")
    )
    marks.append(Line2D([], [], color="black", linewidth=0.9, linestyle="--", label="smallest that counts"))
    band = {"color": REST_COLOUR, "alpha": BAND_ALPHAS[0], "linewidth": 0}
    marks.append(Patch(label="95 % of changes measured in people at rest", **band))
    figure.legend(
        handles=marks, loc="outside lower left", ncols=in_a_row, labelcolor=QUIET_COLOUR, fontsize=9
    )
