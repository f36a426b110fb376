"""What is said about exerkines at one glance: by how much the simulation agrees, beside the evidence."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

from .style import BLUE, ORANGE, QUIET_COLOUR, REST_COLOUR, new_axes, styled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from ..evidence.claims import Finding, Ledger, Ruling

WIDTH_IN, ROW_IN, FRAME_IN = 14.0, 0.44, 1.4
LETTERS, LINES = 62, 2  # of a statement, to the line
LIMIT, MARGIN = 8.0, 1.2  # how far the axis goes, as ratios; what lies beyond stands at its edge
TICKS = {1 / 8: "1/8", 1 / 4: "1/4", 1 / 2: "1/2", 1.0: "just so", 2.0: "2×", 4.0: "4×", 8.0: "8×"}
ROOM = 0.6  # of a row, over which its marks are spread
HALF_ALPHA = 0.12
# Shape beside colour, so that colour carries nothing alone.
MARKS: dict[bool | None, dict[str, Any]] = {
    True: {"marker": "o", "color": BLUE, "markersize": 6.5, "label": "it is so"},
    False: {"marker": "X", "color": ORANGE, "markersize": 8.0, "label": "it is not so"},
}


def claims(ledger: Ledger, *, ax: Axes | None = None) -> Axes:
    """Draw each Claim as a row: a mark for each thing it expects, placed by how far the simulation goes.

    Parameters
    ----------
    ledger : Ledger
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
        Marks right of the line are expectations that hold, by the ratio to what would just do; on the right
        stand the evidence in people and the verdict.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.evidence.claims import check_claims, find_claim
    >>> ax = xk.plot.claims(check_claims([find_claim("fgf21-fasting")]))
    >>> ax.get_yticklabels()[0].get_text()
    '1  Fasting amplifies the exercise-induced FGF21 response.'
    """
    rulings = ledger.rulings
    with styled():
        if ax is None:
            size = (WIDTH_IN, FRAME_IN + ROW_IN * len(rulings))
            ax = new_axes(size)
        ax.axvspan(1.0, LIMIT * MARGIN, color=BLUE, alpha=HALF_ALPHA, linewidth=0, zorder=0.5)
        ax.axvline(1.0, color=REST_COLOUR, linewidth=1.0)
        for row, ruling in enumerate(rulings):
            _draw_findings(ax, row, ruling.findings)
        _label(ax, rulings)
        ax.set_title(f"{len(rulings)} statements: {_told(ledger)}")
    return ax


def _told(ledger: Ledger) -> str:
    return ", ".join(f"{number} {verdict}" for verdict, number in ledger.counts().items() if number)


def _draw_findings(ax: Axes, row: int, findings: Sequence[Finding]) -> None:
    """Draw the expectations of one Claim, spread over the height of its row."""
    for place, one in enumerate(findings):
        if one.holds is None:
            continue
        y = row + ROOM * ((place + 0.5) / len(findings) - 0.5)
        look: dict[str, Any] = MARKS[one.holds] | {"label": "_"}
        edge = LIMIT * math.sqrt(MARGIN)
        if math.isnan(one.margin):
            look |= {"markerfacecolor": "none"}
        away = one.margin if math.isfinite(one.margin) else edge if one.holds else 1 / edge
        x = min(max(away, 1 / edge), edge)
        ax.plot(x, y, linestyle="none", clip_on=False, zorder=3, gid=f"holds: {one.holds}", **look)


def _label(ax: Axes, rulings: Sequence[Ruling]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.ticker import NullLocator

    from ..evidence.claims import GRADES

    n = len(rulings)
    ax.set(xscale="log", xlim=(1 / LIMIT / MARGIN, LIMIT * MARGIN), ylim=(n - 0.4, -0.6))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(list(TICKS), list(TICKS.values()))
    ax.set_xlabel(f"how far it goes, over what would just do; hollow: no ratio; edge: {LIMIT:g}× or more")
    ax.set_yticks(range(n), [f"{row + 1}  {_short(one)}" for row, one in enumerate(rulings)])
    right = ax.secondary_yaxis("right")
    right.set_yticks(range(n), [f"{GRADES[one.claim.grade]}\n{_verdict(one)}" for one in rulings])
    for side in (ax, right):
        side.tick_params(axis="y", length=0, labelsize="small")
    right.tick_params(labelcolor=QUIET_COLOUR)
    handles = [Line2D([], [], linestyle="none", **look) for look in MARKS.values()]
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False)


def _verdict(ruling: Ruling) -> str:
    return ruling.verdict + (", on a condition" if ruling.told != ruling.verdict else "")


def _short(ruling: Ruling) -> str:
    lines = textwrap.wrap(ruling.claim.statement, LETTERS, max_lines=LINES, placeholder=" …")
    return "\n".join(lines)
