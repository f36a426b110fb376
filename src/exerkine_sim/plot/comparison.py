"""Which plan, and how sure: ratios in the same people, reading by reading, and the load scores beside."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

from ..comparison import TOGETHER, Contrast
from ..training_load import SCORES
from .choice import GRADES, OVERVIEW, SITES
from .clock import DAY_H, MAX_DAYS, WEEK_H
from .style import BLUE, ORANGE, QUIET_COLOUR, REST_COLOUR, new_figure, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..comparison import Comparison

WIDTH_IN, ROW_IN, FRAME_IN = 15.0, 0.3, 2.4
LABEL_LETTERS = 48  # that stand side by side under a panel
# Shape beside colour, so that colour carries nothing alone.
MARKS: dict[str, dict[str, Any]] = {
    "higher": {"marker": ">", "color": BLUE, "markersize": 8},
    "lower": {"marker": "<", "color": ORANGE, "markersize": 8},
    "cannot be told apart": {
        "marker": "o",
        "color": REST_COLOUR,
        "markersize": 6,
        "markerfacecolor": "white",
    },
}
SCORE_MARK: dict[str, Any] = {"marker": "D", "color": "#444444", "markersize": 6.5}
WIDEST, NARROWEST, MARGIN = 32.0, 1.5, 1.15  # of an axis, as ratios
# Up to which ratio an axis goes, and what then has a tick, with its inverse.
TICKS = ((2.0, (1.25, 1.5)), (3.0, (1.5, 2.0)), (10.0, (2.0, 4.0)), (math.inf, (3.0, 10.0)))
ROOM = 0.62  # of a row, for what several plans show in it
WORDS = {
    "brake_off": "hours, myostatin brake off",
    "brake_off_per_week": "the same a week",
    "balance": "anti-inflammatory balance",
    "overreaching": "overreaching index",
}


class Dot(NamedTuple):
    """One ratio as it is drawn, with the ends of its band; `number` is that of the plan, counted from 1."""

    number: int
    ratio: float
    low: float
    high: float
    mark: dict[str, Any]


class Row(NamedTuple):
    """A reading or a score, and what each plan but the first shows in it; `note` stands in place of dots."""

    label: str
    dots: tuple[Dot, ...]
    note: str = ""


def comparison(found: Comparison) -> Figure:
    """Draw a Comparison on one page: exposures, peaks, readings of several molecules, and load scores.

    Parameters
    ----------
    found : Comparison

    Returns
    -------
    matplotlib.figure.Figure
        ``figure.axes`` are the four, in this order.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plans = [xk.parse_schedule(f"Mon 07:00 run {minutes}m 70% VO2max") for minutes in (30, 90)]
    >>> figure = xk.plot.comparison(xk.compare(plans, xk.Population(subject, n=20, seed=0)))
    >>> [ax.get_title("left") for ax in figure.axes][:2]
    ['exposure', 'peak']
    """
    kinds = {"exposure": "exposure", "peak": "peak", "together": "several molecules together"}
    panels = {title: [_row(found, one) for one in shown(found, kind)] for kind, title in kinds.items()}
    panels["training load scores"] = _scores(found)
    heights = [max(map(len, pair)) for pair in _pairs(list(panels.values()))]
    with styled():
        height = FRAME_IN + ROW_IN * max(1.0, 0.6 * (len(found.plans) - 1)) * sum(heights)
        figure = new_figure((WIDTH_IN, height))
        grid = figure.add_gridspec(2, 2, height_ratios=[rows + 1.5 for rows in heights])
        for place, (title, rows) in enumerate(panels.items()):
            ax = figure.add_subplot(grid[place // 2, place % 2])
            draw_ratios(ax, rows, numbered=len(found.plans) > 2)
            ax.set_title(title)
        for ax in figure.axes[2:]:
            ax.set_xlabel(_against(found))
        figure.suptitle(_heading(found), x=0.01, ha="left", fontsize=16, fontweight="bold")
        _explain_marks(figure)
        figure.draw_without_rendering()  # ticks take their look when they are first drawn
    return figure


def draw_ratios(ax: Axes, rows: Sequence[Row], *, numbered: bool = False) -> None:
    """Draw ratios with their bands on given axes, the first row on top.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rows : sequence of Row
    numbered : bool
        Whether each mark carries the number of its plan.
    """
    limit = _limit(rows)
    ax.set(xscale="log", xlim=(1 / limit, limit), ylim=(len(rows) - 0.4, -0.6))
    ax.axvline(1.0, color=REST_COLOUR, linewidth=1.0, gid="equal")
    for place, row in enumerate(rows):
        for dot, y in zip(row.dots, _spread(place, len(row.dots)), strict=True):
            _draw_dot(ax, dot, y, limit=limit, numbered=numbered)
        if row.note:
            ax.text(
                0.98,
                place,
                row.note,
                transform=ax.get_yaxis_transform(),
                ha="right",
                va="center",
                fontsize=9,
                color=QUIET_COLOUR,
            )
    ax.set_yticks(range(len(rows)), [row.label for row in rows])
    ax.grid(visible=False, axis="y")
    _plain_ticks(ax, limit)


def _draw_dot(ax: Axes, dot: Dot, y: float, *, limit: float, numbered: bool) -> None:
    """Draw band and mark; what lies beyond the axis is drawn at its edge."""
    edge = limit / MARGIN**0.5
    low, ratio, high = (min(max(one, 1 / edge), edge) for one in (dot.low, dot.ratio, dot.high))
    ax.plot([low, high], [y, y], color=dot.mark["color"], linewidth=1.6, gid="band")
    ax.plot(ratio, y, linestyle="none", zorder=3, clip_on=False, gid="ratio", **dot.mark)
    if ratio != dot.ratio:
        text, side = f"{dot.ratio:.{0 if dot.ratio >= 10 else 3}f}", "right" if ratio > 1 else "left"
        ax.annotate(
            text,
            (ratio, y),
            xytext=(-8 if ratio > 1 else 8, 4),
            textcoords="offset points",
            ha=side,
            fontsize=8,
            color=QUIET_COLOUR,
            gid="beyond",
        )
    if numbered:
        ax.annotate(
            str(dot.number),
            (high, y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            gid="plan",
        )


def shown(found: Comparison, kind: str) -> list[list[Contrast]]:
    """Return what is shown of a kind of reading, each with all plans: the molecules of the overview.

    Parameters
    ----------
    found : Comparison
    kind : str
        Of those that are read molecule by molecule; anything that several make is shown under ``together``.
    """
    if kind == "together":
        groups: dict[tuple[str, str], list[Contrast]] = {}
        for one in found.contrasts:
            if one.kind in TOGETHER:
                groups.setdefault((one.kind, one.site), []).append(one)
        return list(groups.values())
    chosen = []
    for exerkine in (name for group in OVERVIEW for name in group):
        contrasts = [one for one in found.contrasts if (one.kind, one.exerkine) == (kind, exerkine)]
        sites = SITES.get(exerkine, tuple(one.site for one in contrasts[:1]))
        chosen += [[one for one in contrasts if one.site == site] for site in sites]
    return [group for group in chosen if group]


def _row(found: Comparison, contrasts: Sequence[Contrast]) -> Row:
    """Return the row that the contrasts of one reading make."""
    dots = [
        Dot(found.plans.index(one.plan) + 1, one.ratio, one.low, one.high, MARKS[one.verdict])
        for one in contrasts
        if math.isfinite(one.ratio)
    ]
    return Row(f"{label_of(contrasts[0])} {_stars(contrasts[0].grade)}", tuple(dots))


def _scores(found: Comparison) -> list[Row]:
    """Return a row for each load score: a ratio of sums, which has no band."""
    totals = [load.totals() for load in found.loads]
    rows = []
    for name, label in SCORES.items():
        first, *others = (one[name] for one in totals)
        ratios = {number: one / first for number, one in enumerate(others, start=2) if first > 0 and one > 0}
        dots = [Dot(number, ratio, ratio, ratio, SCORE_MARK) for number, ratio in ratios.items()]
        none = [plan for plan, one in zip(found.plans, totals, strict=True) if not one[name] > 0]
        partly = any(load.counted()[name] < len(load.sessions) for load in found.loads)
        note = "none" if len(none) == len(totals) else f"none in {', '.join(none)}" if none else ""
        rows.append(Row(label + (" (some sessions)" if partly and dots else ""), tuple(dots), note))
    return rows


def label_of(one: Contrast) -> str:
    """Return what a contrast is of, in words."""
    from ..parameters import load_parameters

    if one.kind in WORDS:
        region = f", {one.site.rpartition('_')[2]} body" if one.kind.startswith("brake") else ""
        return WORDS[one.kind] + region
    about = load_parameters().about.get(one.exerkine, {})
    place = one.site.replace("muscle_mrna", "mRNA").replace("_", " ")
    return f"{about.get('label', one.exerkine)}, {place}{', below rest' if one.below_rest else ''}"


def _stars(grade: str) -> str:
    filled = GRADES.index(grade) + 1 if grade in GRADES else 0
    return "●" * filled + "○" * (3 - filled)


def _pairs(panels: list[list[Row]]) -> Iterator[list[list[Row]]]:
    for start in range(0, len(panels), 2):
        yield panels[start : start + 2]


def _spread(place: int, n: int) -> list[float]:
    """Return where in a row its dots lie."""
    return [place + ROOM * ((number + 0.5) / n - 0.5) for number in range(n)]


def _limit(rows: Sequence[Row]) -> float:
    """Return how far the axis goes, up and down."""
    ends = [end for row in rows for dot in row.dots for end in (dot.low, dot.high) if end > 0]
    farthest = max([NARROWEST, *(max(end, 1 / end) for end in ends)])
    return MARGIN * min(farthest, WIDEST)


def _plain_ticks(ax: Axes, limit: float) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    steps = next(steps for most, steps in TICKS if limit < most)
    ticks = [1.0, *(one for step in steps for one in (step, 1 / step) if one <= limit)]
    ax.xaxis.set_major_locator(FixedLocator([one for one in sorted(ticks) if 1 / limit <= one]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.2g}"))
    ax.xaxis.set_minor_locator(NullLocator())


def _against(found: Comparison) -> str:
    second = found.plans[1] if len(found.plans) == 2 else "plan"
    return fill(f"{second} over {found.plans[0]}, in the same person", LABEL_LETTERS)


def _heading(found: Comparison) -> str:
    several = len(found.plans) > 2
    others = [f"{number} {name}" if several else name for number, name in enumerate(found.plans[1:], start=2)]
    days = found.end_h / DAY_H
    length = f"{days:.2g} days" if days <= MAX_DAYS else f"{found.end_h / WEEK_H:.2g} weeks"
    return f"{', '.join(others)} against {found.plans[0]} · {found.people.n} people · {length}"


def _explain_marks(figure: Figure) -> None:
    """Say at the foot what marks and bands mean."""
    from matplotlib.lines import Line2D

    marks: list[Any] = [
        Line2D([], [], label=verdict, linewidth=1.6, **look) for verdict, look in MARKS.items()
    ]
    marks.append(Line2D([], [], linestyle="none", label="load score", **SCORE_MARK))
    marks.append(Line2D([], [], linestyle="none", label="line: 5 to 95 % of the people"))
    marks.append(Line2D([], [], linestyle="none", label="evidence: ●●● high  ●●○ medium  ●○○ low"))
    figure.legend(handles=marks, loc="outside lower left", ncols=len(marks), labelcolor=QUIET_COLOUR)
