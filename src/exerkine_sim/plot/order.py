"""The solving order of a model as a picture: who needs whom, and what is solved together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .style import QUIET_COLOUR, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..engine.order import Block
    from ..model import Model

STATE_IN = 0.13
# Room in states: for the names beside the last ones, for title and margins, for the legend of a small model.
NAME_STATES, HEAD_STATES, LEAST_STATES = 17, 4, 24
NAME_FONT = 7.0
STATE: dict[str, Any] = {"marker": "s", "linewidths": 1.3}
NEED: dict[str, Any] = {"marker": "o", "linewidths": 0}
PAPER: dict[str, Any] = {"colors": "#ECECEC", "linewidth": 0.5, "zorder": 0.5}
# Colours of the style as they are, mixed with black, mixed with white: (share, black 0 or white 1).
SHADES = ((0.0, 0.0), (0.5, 0.0), (0.4, 1.0))


def solving_order(model: Model) -> Figure:
    """Draw who must be known before whom, the states in the order in which they are solved.

    Each row is a state, and so is the column that meets it on the diagonal; a dot says that the row needs the
    column. Dots stand left of the diagonal, but for loops, which are framed.

    Parameters
    ----------
    model : Model

    Returns
    -------
    matplotlib.figure.Figure
        Of the size that the states need.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> figure = xk.plot.solving_order(xk.physiology.default_model())
    >>> figure.axes[0].get_title(loc="left")
    'Solving order'
    """
    from matplotlib.figure import Figure

    from ..engine.order import dependencies, ordered_blocks
    from ..simulate import system_of

    system = system_of(model)
    blocks = ordered_blocks(system)
    order = [state for block in blocks for state in block.states]
    needs = dependencies(system)[np.ix_(order, order)]
    takes_input = [not system.rates[state].free_symbols.isdisjoint(system.inputs) for state in order]
    rows = max(len(order), LEAST_STATES) + HEAD_STATES
    figure = Figure(figsize=(STATE_IN * (rows + NAME_STATES), STATE_IN * rows))
    with styled():
        ax = figure.add_axes((0.0, 0.0, 1.0, 1 - HEAD_STATES / rows))
        colours = _colours([model.state_names[state].partition(".")[0] for state in order])
        _draw_needs(ax, needs, colours)
        _draw_plan(ax, np.flatnonzero(takes_input))
        _draw_blocks(ax, blocks, colours)
        _write_names(ax, blocks, [model.state_names[state] for state in order], colours)
        _explain(ax, blocks)
    return figure


def _colours(modules: Sequence[str]) -> np.ndarray:
    """Return the colour of each state, shape (n_states, 3): one a module, those that follow far apart."""
    import matplotlib
    from matplotlib.colors import to_rgb

    *cycle, _black = matplotlib.rcParams["axes.prop_cycle"].by_key()["color"]
    shades = [
        (1 - share) * np.array(to_rgb(colour)) + share * target
        for share, target in SHADES
        for colour in cycle
    ]
    place = {name: index for index, name in enumerate(dict.fromkeys(modules))}
    return np.array([shades[place[name] % len(shades)] for name in modules])


def _draw_needs(ax: Axes, needs: np.ndarray, colours: np.ndarray) -> None:
    """Draw a dot where a row needs a column, in the colour of what is needed, on a triangle of paper."""
    places = np.arange(len(needs))
    ax.hlines(places, -1, places, **PAPER)
    ax.vlines(places, places, len(needs) - 0.5, **PAPER)
    rows, columns = np.nonzero(needs & ~np.eye(len(needs), dtype=bool))
    ax.scatter(columns, rows, s=19, c=colours[columns], zorder=2, gid="needs", **NEED)


def _draw_plan(ax: Axes, rows: np.ndarray) -> None:
    """Draw the plan as if it were the state before all others."""
    ax.vlines([-1], -1, rows.max(initial=0), **PAPER)
    ax.scatter(np.full(len(rows), -1), rows, s=19, color=QUIET_COLOUR, zorder=2, gid="plan", **NEED)
    _write(ax, "the plan", (-1, -1), color=QUIET_COLOUR)


def _draw_blocks(ax: Axes, blocks: Sequence[Block], colours: np.ndarray) -> None:
    """Draw the states on the diagonal, hollow where nonlinear, and a frame round those solved together."""
    from matplotlib.patches import Rectangle

    linear = np.array([block.linear for block in blocks for _ in block.states])
    places, inside = np.arange(len(linear)), np.where(linear[:, None], colours, 1.0)
    ax.scatter(places, places, s=30, c=inside, edgecolors=colours.tolist(), zorder=3, gid="states", **STATE)
    for first, size in zip(_firsts(blocks), (len(block.states) for block in blocks), strict=True):
        if size > 1:
            corner = (first - 0.6, first - 0.6)
            ax.add_patch(Rectangle(corner, size + 0.2, size + 0.2, fill=False, linewidth=1.2, gid="loop"))


def _write_names(ax: Axes, blocks: Sequence[Block], names: Sequence[str], colours: np.ndarray) -> None:
    """Write each name right of the diagonal, where nothing else stands; right of its loop's frame."""
    ends = [first + len(block.states) - 1 for first, block in zip(_firsts(blocks), blocks, strict=True)]
    columns = [end for end, block in zip(ends, blocks, strict=True) for _ in block.states]
    for row, (name, column) in enumerate(zip(names, columns, strict=True)):
        _write(ax, name, (column, row), color=0.65 * colours[row])


def _firsts(blocks: Sequence[Block]) -> list[int]:
    """Return the place of each block's first state."""
    return np.cumsum([0, *(len(block.states) for block in blocks[:-1])]).tolist()


def _write(ax: Axes, text: str, place: tuple[float, float], **look: Any) -> None:
    shift: dict[str, Any] = {"xytext": (8, 0), "textcoords": "offset points", "va": "center_baseline"}
    ax.annotate(text, place, fontsize=NAME_FONT, **shift, **look)


def _explain(ax: Axes, blocks: Sequence[Block]) -> None:
    from matplotlib.lines import Line2D

    n = sum(len(block.states) for block in blocks)
    room = max(n, LEAST_STATES)
    ax.set(xlim=(-3, room + NAME_STATES - 3), ylim=(room - 0.4, -2), aspect="equal")
    ax.axis("off")
    ax.set_title("Solving order", loc="left", x=2 / (room + NAME_STATES))
    square: dict[str, Any] = {"linestyle": "none", "marker": "s", "markersize": 6, "color": QUIET_COLOUR}
    hollow, dot = {**square, "markerfacecolor": "none"}, {**square, "marker": "o", "markersize": 5}
    marks: list[Any] = [
        Line2D([], [], label="a state, linear in itself", **square),
        Line2D([], [], label="a state, nonlinear in itself", **hollow),
        Line2D([], [], label="the row needs the column", **dot),
        Line2D([], [], label="a loop, solved together", **{**hollow, "markersize": 12, "color": "black"}),
    ]
    counted = f"{n} states in {len(blocks)} blocks"
    ax.legend(handles=marks, title=counted, loc="upper right", alignment="left", borderaxespad=1.5)
