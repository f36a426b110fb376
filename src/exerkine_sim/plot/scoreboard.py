"""All published observations at one glance: predicted over observed, molecule by molecule."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..evidence.prediction import ratio
from ..evidence.validation import FAIR_FOLD_ERROR, GOOD_FOLD_ERROR
from .style import QUIET_COLOUR, REST_COLOUR, new_axes, styled
from .validation import MARKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..evidence import Score, Scoreboard

WIDTH_IN, ROW_IN, FRAME_IN = 11.0, 0.3, 1.5
LIMIT, MARGIN = 8.0, 1.12  # how far the axis goes, as fold error; what lies beyond stands at its edge
TICKS = {1 / 8: "1/8", 1 / 4: "1/4", 1 / 2: "1/2", 1.0: "as observed", 2.0: "2×", 4.0: "4×", 8.0: "8×"}
LANES = {"fit": -0.17, "check": 0.17}  # where in a row they lie
COLUMNS = {"fit": 1.02, "check": 1.12}  # of the width, where their counts stand
BANDS = {FAIR_FOLD_ERROR: 0.12, GOOD_FOLD_ERROR: 0.14}


def scoreboard(board: Scoreboard, *, labels: Mapping[str, str] | None = None, ax: Axes | None = None) -> Axes:
    """Draw every published observation as predicted over observed, a row a molecule, the best known on top.

    Parameters
    ----------
    board : Scoreboard
    labels : mapping of str to str, optional
        Molecule id to the name people use; the shipped ones when left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
        What parameters were fitted to, or may have been, and what they were not, lie apart; on the right how
        many of each are within 2-fold.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.evidence import find_study
    >>> ax = xk.plot.scoreboard(xk.validate([find_study("Steensberg2000")]))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['IL-6']
    """

    labels = _shipped_labels() if labels is None else labels
    rows = sorted(board.by_exerkine().items(), key=lambda one: (-one[1].n, one[0]))
    names = [name for name, part in rows if part.n]
    with styled():
        if ax is None:
            size = (WIDTH_IN, FRAME_IN + ROW_IN * len(names))
            ax = new_axes(size)
        for fold, alpha in BANDS.items():
            ax.axvspan(1 / fold, fold, color=REST_COLOUR, alpha=alpha, linewidth=0, gid=f"{fold:g}-fold")
        ax.axvline(1.0, color=REST_COLOUR, linewidth=1.0, gid="as observed")
        for row, name in enumerate(names):
            _draw_row(ax, row, [one for one in board.scores if one.observation.exerkine == name])
        ax.set_yticks(range(len(names)), [labels.get(name, name) for name in names])
        _label(ax, board, max(1, len(names)))
    return ax


def quotient(score: Score) -> float | None:
    """Return predicted over observed, changes as folds of the baseline; None without a prediction.

    Examples
    --------
    >>> from exerkine_sim.evidence import Observation, Score
    >>> quotient(Score("A", "fit", Observation("il6", "plasma", 0, "end", 100.0, "percent_change"), 300.0))
    2.0
    """
    if score.predicted is None:
        return None
    seen = score.observation
    return ratio(score.predicted, seen.unit) / ratio(seen.value, seen.unit)


def _shipped_labels() -> dict[str, str]:
    from ..parameters import load_parameters

    return {name: str(about.get("label", name)) for name, about in load_parameters().about.items()}


def _draw_row(ax: Axes, row: int, scores: Sequence[Score]) -> None:
    """Draw one molecule: its observations, and how many of them are within 2-fold."""
    for use, shift in LANES.items():
        found = [(one, quotient(one)) for one in scores if one.use == use]
        known = [(one, value) for one, value in found if value is not None]
        if not known:
            continue
        edge = LIMIT * math.sqrt(MARGIN)
        places = [min(max(value, 1 / edge), edge) for _, value in known]
        look: dict[str, Any] = MARKS[use] | {"alpha": 0.85}
        ax.plot(places, [row + shift] * len(places), linestyle="none", clip_on=False, gid=use, **look)
        inside = sum(one.label != "miss" for one, _ in known)
        _note(ax, COLUMNS[use], row, f"{inside} of {len(known)}")


def _note(ax: Axes, x: float, row: float, text: str) -> None:
    look: dict[str, Any] = {"fontsize": "small", "color": QUIET_COLOUR, "va": "center", "gid": "count"}
    ax.annotate(text, (x, row), xycoords=ax.get_yaxis_transform(), annotation_clip=False, **look)


def _label(ax: Axes, board: Scoreboard, n_rows: int) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch
    from matplotlib.ticker import NullLocator

    ax.set(xscale="log", xlim=(1 / LIMIT / MARGIN, LIMIT * MARGIN), ylim=(n_rows - 0.4, -0.6))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(list(TICKS), list(TICKS.values()))
    ax.set_xlabel(f"predicted over observed; what lies beyond {LIMIT:g}-fold stands at the edge")
    ax.tick_params(axis="y", length=0)
    for use, x in COLUMNS.items():
        _note(ax, x, -1.05, use)
    whole = board.summary
    share = "" if whole.within_2fold is None else f", {100 * whole.within_2fold:.0f} % within 2-fold"
    ax.set_title(f"{whole.n} published observations{share}")
    shades = [Patch(color=REST_COLOUR, alpha=sum(BANDS.values()), linewidth=0, label="within 1.5-fold")]
    shades += [Patch(color=REST_COLOUR, alpha=BANDS[FAIR_FOLD_ERROR], linewidth=0, label="within 2-fold")]
    words = {"fit": "fitted to, or perhaps", "check": "never fitted to"}
    marks = [Line2D([], [], linestyle="none", label=words[use], **look) for use, look in MARKS.items()]
    where: dict[str, Any] = {"loc": "lower right", "bbox_to_anchor": (1.0, 1.0), "ncols": 2}
    ax.legend(handles=[*marks, *shades], labelcolor=QUIET_COLOUR, fontsize="small", frameon=False, **where)
