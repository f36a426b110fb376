"""Any figure for a dark page: ink grows lighter and keeps its hue, paper and pale fills grow dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .style import styled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Of Oklab lightness: what paper becomes, and what black becomes.
PAPER, CHALK = 0.21, 0.95
GREY = 0.035  # chroma below which a colour has no hue to keep
# Lightness above which a colour is a fill, not ink; chroma from which it is ink all the same; how much of its
# hue a fill keeps.
PALE, VIVID, FADED = 0.8, 0.07, 0.65
INK_FROM, INK_RISE = 0.64, 0.72  # what an ink of 0.45 becomes, and how lighter inks follow
IS_DARK = 0.5
IS_PAPER = 0.93  # a map of colours that reaches this lightness fades into the paper
# Björn Ottosson, "A perceptual color space for image processing", 2020: linear sRGB to cone responses to Lab.
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def dark(figure: Figure) -> Figure:
    """Recolour a figure for a dark page, in place; one that is dark already stays as it is.

    It takes any figure of :mod:`exerkine_sim.plot`, and what was added to it. Draw first, then darken.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        ``ax.figure``, for functions that return axes.

    Returns
    -------
    matplotlib.figure.Figure
        The same.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> figure = xk.plot.dark(xk.plot.timecourse(solution, "il6").figure)
    >>> max(figure.get_facecolor()[:3]) < 0.15
    True
    """
    if _oklab(np.array(figure.get_facecolor()[:3]))[0] < IS_DARK:
        return figure
    with styled():
        figure.draw_without_rendering()  # ticks come into being when they are first drawn
    # All is read before any is set, for a colour may follow another.
    for set_colour, colour in [pair for artist in _artists(figure) for pair in _colours(artist)]:
        set_colour(colour)
    return figure


def darkened(colours: Any) -> np.ndarray:
    """Return colours for a dark page, shape (..., 4); opacity stays.

    Parameters
    ----------
    colours : array_like, shape (..., 4)
        Red, green, blue and opacity, 0 to 1.
    """
    rgba = np.asarray(colours, dtype=float)
    lightness, hue = np.split(_oklab(rgba[..., :3]), [1], axis=-1)
    chroma = np.linalg.norm(hue, axis=-1, keepdims=True)
    grey, pale = chroma < GREY, (lightness > PALE) & (chroma < VIVID)
    coloured = np.where(pale, PAPER + (1 - lightness) * 1.1, _lifted(lightness))
    changed = np.where(grey, _turned(lightness), coloured)
    hue = hue * np.where(pale, FADED, 1.0)
    return np.concatenate([_rgb(np.concatenate([changed, hue], axis=-1)), rgba[..., 3:]], axis=-1)


def _lifted(lightness: np.ndarray) -> np.ndarray:
    """Return ink light enough for a dark page, in the same order."""
    return INK_FROM + INK_RISE * (lightness - 0.45)


def _turned(lightness: np.ndarray) -> np.ndarray:
    """Return white as paper, black as chalk, and greys in between."""
    return PAPER + (CHALK - PAPER) * (1 - lightness).clip(0, 1) ** 0.8


def _artists(figure: Figure) -> Iterator[Any]:
    """Yield all that a figure consists of, arrows and frames of texts too."""
    for artist in figure.findobj():
        yield artist
        for part in ("arrow_patch", "_bbox_patch"):
            if getattr(artist, part, None) is not None:
                yield getattr(artist, part)


def _colours(artist: Any) -> Iterator[tuple[Callable[[Any], Any], Any]]:
    """Yield how each colour of an artist is set, and to what."""
    from matplotlib.collections import Collection
    from matplotlib.colors import to_rgba
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.text import Text

    if isinstance(artist, Collection):
        yield from _collected(artist)
        return
    names = {
        Line2D: ("color", "markerfacecolor", "markeredgecolor"),
        Text: ("color",),
        Patch: ("facecolor", "edgecolor"),
    }
    for kind, own in names.items():
        for name in own if isinstance(artist, kind) else ():
            colour = to_rgba(getattr(artist, f"get_{name}")())
            yield getattr(artist, f"set_{name}"), _one_darkened(colour) if colour[3] else "none"


def _collected(artist: Any) -> Iterator[tuple[Callable[[Any], Any], Any]]:
    """Yield the same of many patches or lines; those that values colour keep to their map."""
    from matplotlib.collections import LineCollection

    faces, edges = artist.get_facecolor(), artist.get_edgecolor()
    if artist.get_array() is None:
        yield artist.set_facecolor, darkened(faces)
        yield artist.set_edgecolor, darkened(edges)
        return
    yield partial(_set_map, artist), _map_darkened(artist.get_cmap())
    if not isinstance(artist, LineCollection) and not np.array_equal(faces, edges):
        yield artist.set_edgecolor, darkened(edges)


def _set_map(artist: Any, colours: Any) -> None:
    """Let nobody know: a bar of colours, which is recoloured itself, would write its ticks anew."""
    with artist.callbacks.blocked():
        artist.set_cmap(colours)


@lru_cache(maxsize=256)
def _one_darkened(colour: tuple[float, float, float, float]) -> tuple[float, ...]:
    return tuple(darkened(colour).tolist())


def _map_darkened(colours: Any) -> Any:
    """Return a map of colours for a dark page; one that fades into paper is turned round."""
    from matplotlib.colors import ListedColormap

    rgba = colours(np.arange(colours.N))
    lightness, hue = np.split(_oklab(rgba[:, :3]), [1], axis=-1)
    changed = _turned(lightness) if lightness.max() > IS_PAPER else _lifted(lightness)
    rgba[:, :3] = _rgb(np.concatenate([changed, hue], axis=-1))
    return ListedColormap(rgba, name=f"{colours.name}, dark")


def _oklab(rgb: np.ndarray) -> np.ndarray:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ CONES.T) @ LAB.T


def _rgb(lab: np.ndarray) -> np.ndarray:
    linear = ((lab @ np.linalg.inv(LAB).T) ** 3 @ np.linalg.inv(CONES).T).clip(0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
