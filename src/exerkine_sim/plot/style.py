"""The look of the figures, and their way to disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ..errors import InputError
from ..files import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE = Path(__file__).with_name("exerkine.mplstyle")
# By Okabe and Ito, safe for colour-blind readers; the style sheet cycles through them in this order.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
BLUE, ORANGE, GREEN, PURPLE, YELLOW, SKY, BLACK = PALETTE
LINE_STYLES = ("-", "--", "-.", ":")  # beside colour, so that a print in grey tells lines apart
SESSION_COLOUR = "#F0E1B0"
SESSION_EDGE = "#C9A227"
REST_COLOUR = "#777777"
QUIET_COLOUR = "#666666"
# Without the moment of writing, the same figure is the same file.
UNDATED: Mapping[str, Mapping[str, None]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style sheet of this package, and leave the reader's own settings as they were."""
    import matplotlib

    with matplotlib.rc_context(fname=STYLE):
        yield


def new_figure(size_in: tuple[float, float]) -> Figure:
    """Return a figure of some inches, whose parts find their own room."""
    from matplotlib.figure import Figure

    from .layout import Repeatable

    with styled():
        return Figure(figsize=size_in, layout=Repeatable())


def new_axes(size_in: tuple[float, float]) -> Axes:
    """Return axes in a new figure of some inches."""
    with styled():
        return new_figure(size_in).add_subplot()


def settled(ax: Axes) -> Axes:
    """Let ticks take their look, which they do when they are first drawn, and return the axes."""
    figure = ax.get_figure(root=True)
    if figure is not None:
        figure.draw_without_rendering()
    return ax


def save(drawn: Figure | Axes, path: str | Path, *, dark: bool = False) -> Path:
    """Write a figure; the file appears whole or not at all, and is the same byte by byte when written again.

    Parameters
    ----------
    drawn : matplotlib.figure.Figure or matplotlib.axes.Axes
        A figure, or axes of it.
    path : path
        The suffix names the format: ``.png``, ``.pdf``, ``.svg``, whose text stays text.
    dark : bool
        Recolour it for a dark page before, as :func:`exerkine_sim.plot.dark` does.

    Raises
    ------
    InputError
        When the file cannot be written, or the format is unknown.
    """
    figure = cast("Figure", drawn.figure)  # that of a figure is itself
    path = Path(path)
    form = path.suffix.removeprefix(".").lower()
    if form not in figure.canvas.get_supported_filetypes():
        raise InputError(
            f"a figure in a '{path.suffix}' file", expected=".png, .pdf or .svg", fix="name it so", file=path
        )
    if dark:
        from .dark import dark as darkened

        darkened(figure)
    try:
        with styled(), whole(path) as partial:
            figure.savefig(partial, format=form, metadata=UNDATED.get(form))
    except OSError as problem:
        raise InputError(
            f"cannot write the figure: {problem.strerror or problem}",
            fix="check folder, permissions and space",
            file=path,
        ) from None
    return path
