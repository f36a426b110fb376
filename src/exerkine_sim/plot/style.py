"""The look of the figures, and their way to disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from ..files import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE = Path(__file__).with_name("exerkine.mplstyle")
SESSION_COLOUR = "#F0E1B0"
SESSION_EDGE = "#C9A227"
REST_COLOUR = "#777777"
QUIET_COLOUR = "#666666"
PAGE_IN = (16.0, 5.0)


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style sheet of this package, and leave the reader's own settings as they were."""
    import matplotlib

    with matplotlib.rc_context(fname=STYLE):
        yield


def new_axes() -> Axes:
    """Return axes in a new figure, for what spans the width of a page."""
    from matplotlib.figure import Figure

    with styled():
        return Figure(figsize=PAGE_IN, layout="constrained").add_subplot()


def save(figure: Figure, path: str | Path) -> Path:
    """Write a figure; the file appears whole or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : path
        The suffix names the format: ``.png``, ``.pdf``, ``.svg``.

    Raises
    ------
    InputError
        When the file cannot be written, or the format is unknown.
    """
    path = Path(path)
    form = path.suffix.removeprefix(".").lower()
    if form not in figure.canvas.get_supported_filetypes():
        raise InputError(
            f"a figure in a '{path.suffix}' file", expected=".png, .pdf or .svg", fix="name it so", file=path
        )
    try:
        with styled(), whole(path) as partial:
            figure.savefig(partial, format=form)
    except OSError as problem:
        raise InputError(
            f"cannot write the figure: {problem.strerror or problem}",
            fix="check folder, permissions and space",
            file=path,
        ) from None
    return path
