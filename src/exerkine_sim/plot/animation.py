"""The map between organs in motion: a GIF or a film."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..errors import InputError
from ..files import whole
from .heading import shared_sessions
from .organs import Map, check_hour, map_axes, prepare
from .style import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..solution import Solution

BEFORE_H, AFTER_H = 1.0, 12.0  # of the sessions, that are shown when nobody says what
MOST_FRAMES, DPI = 600, 75
GIF_COLOURS, MOST_SPEED = 64, 50
FORMATS = (".gif", ".mp4")
Progress = Callable[[float], None]


@styled()
def animate_organs(
    solution: Solution,
    path: str | Path,
    *,
    exerkines: Sequence[str] | None = None,
    start_h: float | None = None,
    end_h: float | None = None,
    frames: int = 120,
    per_second: int = 12,
    progress: Progress | None = None,
) -> Path:
    """Write the map of :func:`organs` over time; the file appears whole or not at all.

    Parameters
    ----------
    solution : Solution
    path : path
        ``.gif``, or ``.mp4``, for which the program ffmpeg must be there.
    exerkines : sequence of str, optional
        Molecules in blood, at most 14; those of the overview when left out.
    start_h, end_h : float, optional
        From an hour before the first session to twelve after the last when left out.
    frames : int
        2 to 600, evenly over that time.
    per_second : int
        1 to 50.
    progress : callable, optional
        Called with the fraction that is done, from 0 to 1.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        For another format, a missing ffmpeg, a time outside the solution, or what cannot be written.
    """
    path = Path(path)
    hours = _hours(solution, start_h, end_h, frames)
    _check(path, frames, per_second)
    ax = map_axes()
    moments = _moments(Map.of(solution, exerkines), ax, hours, progress or (lambda _: None))
    try:
        with whole(path) as partial:
            _WRITERS[path.suffix.lower()](moments, cast("Figure", ax.figure), partial, per_second)
    except OSError as problem:
        raise InputError(
            f"cannot write the animation: {problem.strerror or problem}",
            fix="check folder, permissions and space",
            file=path,
        ) from None
    return path


def _check(path: Path, frames: int, per_second: int) -> None:
    from matplotlib.animation import FFMpegWriter

    if path.suffix.lower() not in FORMATS:
        raise InputError(
            f"an animation in a '{path.suffix}' file",
            expected=" or ".join(FORMATS),
            fix="name it so",
            file=path,
        )
    for name, value, least, most in (
        ("frames", frames, 2, MOST_FRAMES),
        ("per_second", per_second, 1, MOST_SPEED),
    ):
        if not isinstance(value, int) or not least <= value <= most:
            raise InputError(
                f"{name} = {value!r}", expected=f"a whole number from {least} to {most}", field=name
            )
    if path.suffix.lower() == ".mp4" and not FFMpegWriter.isAvailable():
        raise InputError(
            "ffmpeg is not installed",
            expected="it, for a film",
            fix="install ffmpeg, or write a .gif",
            file=path,
        )


def _hours(solution: Solution, start_h: float | None, end_h: float | None, frames: int) -> np.ndarray:
    """Return the hour of each frame."""
    first, last = float(solution.times_h[0]), float(solution.times_h[-1])
    sessions = shared_sessions(solution)
    if start_h is None:
        start_h = max(first, sessions[0]["start_h"] - BEFORE_H) if sessions else first
    if end_h is None:
        end_h = min(last, sessions[-1]["end_h"] + AFTER_H) if sessions else last
    check_hour(solution, start_h, "start_h")
    check_hour(solution, end_h, "end_h")
    if not start_h < end_h:
        raise InputError(f"end_h = {end_h:g}", expected=f"later than start_h = {start_h:g}", field="end_h")
    return np.linspace(start_h, end_h, frames)


def _moments(drawn: Map, ax: Axes, hours: np.ndarray, progress: Progress) -> Iterator[None]:
    """Draw one hour after the other on the same axes, and stop after each."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    drawn.draw_still(ax)
    figure = cast("Figure", ax.figure)
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    # What does not move is most of the work, and from here on a picture.
    figure.figimage(np.asarray(canvas.buffer_rgba()).copy(), zorder=-1)
    for number, hour in enumerate(hours):
        prepare(ax)
        drawn.draw_moving(ax, float(hour))
        yield
        progress((number + 1) / len(hours))


def _write_gif(moments: Iterator[None], figure: Figure, path: Path, per_second: int) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas, pictures = FigureCanvasAgg(figure), []
    for _ in moments:
        canvas.draw()
        picture = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
        # A byte a pixel at once, so that hundreds fit in memory; an octree keeps the colour of small patches.
        pictures.append(picture.quantize(GIF_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE))
    options: dict[str, Any] = {"duration": round(1000 / per_second), "loop": 0}
    pictures[0].save(path, format="GIF", save_all=True, append_images=pictures[1:], **options)


def _write_film(moments: Iterator[None], figure: Figure, path: Path, per_second: int) -> None:
    from matplotlib.animation import FFMpegWriter

    # The name says nothing of the format before the file is whole.
    writer = FFMpegWriter(fps=per_second, codec="h264", extra_args=["-pix_fmt", "yuv420p", "-f", "mp4"])
    try:
        with writer.saving(figure, path, DPI):
            for _ in moments:
                writer.grab_frame()
    except CalledProcessError as problem:
        raise OSError(f"ffmpeg failed with code {problem.returncode}") from None


_WRITERS: dict[str, Callable[[Iterator[None], Any, Path, int], None]] = {
    ".gif": _write_gif,
    ".mp4": _write_film,
}
