"""Which session moves which molecule: the farthest fold of each after each kind of session, as dots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import InputError, nearest
from .choice import GRADES, OVERVIEW, SITES, Exerkine, refuse_none
from .panel import grade_dots
from .style import PALETTE, REST_COLOUR, new_axes, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ..solution import Solution

WIDTH_IN, ROW_IN, FRAME_IN = 9.0, 0.42, 1.3
COLUMNS = ("exerkine", "site", "session", "fold")
RANGE = (0.05, 0.95)
# Shape beside colour, so that colour carries nothing alone.
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
ROOM = 0.56  # of a row, over which what belongs to it is spread
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
MARGIN, LEAST_SPAN = 1.15, 1.5  # of the axis, as folds


class Row(NamedTuple):
    """A molecule at a site, and what is written beside it."""

    exerkine: str
    site: str
    label: str
    grade: str


def peaks(
    found: Solution | Mapping[str, Solution] | pd.DataFrame,
    exerkines: Sequence[Exerkine] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw how far from rest each kind of session takes each molecule, as folds on a log axis.

    Parameters
    ----------
    found : Solution, mapping of str to Solution, or pandas.DataFrame
        One Solution: a mark for each session by its name. Several by name: a mark for each, farthest over the
        whole of it. A table: as :meth:`.Solution.metrics` gives it, with `session` telling the kinds apart.
    exerkines : sequence of str or (str, str), optional
        Rows from the top; when left out those of the overview, the one that moves most on top.
    ax : matplotlib.axes.Axes, optional
        Where to draw; axes in a new figure when left out.

    Returns
    -------
    matplotlib.axes.Axes
        Marks are medians, thin lines the 5 to 95 % of people and of sessions of one name.

    Raises
    ------
    InputError
        For an unknown molecule or site, a table without these columns, or more kinds than can be told apart.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> sessions = {"easy": "Mon 08:00 run 1h 50% VO2max", "hard": "Mon 08:00 run 1h 80% VO2max"}
    >>> found = {name: xk.simulate(xk.parse_schedule(text), subject) for name, text in sessions.items()}
    >>> ax = xk.plot.peaks(found, ["il6", "lactate"])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['easy', 'hard']
    """
    table = _table(found)
    kinds = list(dict.fromkeys(table["session"]))
    if not kinds:
        raise InputError("no session", expected="a plan with one at least", fix="draw a time course")
    rows = _rows(table, exerkines)
    if len(kinds) > len(MARKERS):
        raise InputError(
            f"{len(kinds)} kinds of sessions",
            expected=f"at most {len(MARKERS)}, which can be told apart",
            fix="draw fewer, or give sessions of one kind one name",
        )
    with styled():
        ax = _new_axes(len(rows)) if ax is None else ax
        folds = table.groupby(["exerkine", "site", "session"])["fold"]
        spread = {key: tuple(one.quantile([RANGE[0], 0.5, RANGE[1]])) for key, one in folds}
        for number, kind in enumerate(kinds):
            shift = ROOM * ((number + 0.5) / len(kinds) - 0.5)
            places = {place + shift: (*row[:2], kind) for place, row in enumerate(rows)}
            _draw_kind(ax, {at: spread[key] for at, key in places.items() if key in spread}, kind, number)
        _label(ax, rows)
        ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=min(4, len(kinds)), frameon=False)
    return ax


def _table(found: Solution | Mapping[str, Solution] | pd.DataFrame) -> pd.DataFrame:
    """Return folds with the kind of session each belongs to."""
    import pandas as pd

    if isinstance(found, pd.DataFrame):
        missing = [name for name in COLUMNS if name not in found]
        if missing:
            raise InputError(
                f"a table without {', '.join(missing)}",
                expected=f"columns {', '.join(COLUMNS)}",
                fix="take solution.metrics()",
                field=missing[0],
            )
        return found.loc[found["fold"] > 0]
    if not isinstance(found, Mapping):
        return _table(found.metrics())
    from ..metrics import block_metrics

    if not found:
        raise InputError("no solutions", expected="one or more, by name", fix="simulate some")
    return _table(pd.concat([block_metrics(one).assign(session=name) for name, one in found.items()]))


def _rows(table: pd.DataFrame, exerkines: Sequence[Exerkine] | None) -> list[Row]:
    """Return what is shown; of what nobody asked for that which moves most comes first."""
    known = {str(name): list(one.unique()) for name, one in table.groupby("exerkine", sort=False)["site"]}
    if exerkines is not None:
        return [row for exerkine in exerkines for row in _named(table, known, exerkine)] or refuse_none()
    chosen = [name for group in OVERVIEW for name in group if name in known]
    rows = [row for name in chosen or known for row in _named(table, known, name)]
    folds = table.groupby(["exerkine", "site"])["fold"]
    away = {key: float(np.abs(np.log(one)).max()) for key, one in folds}
    return sorted(rows, key=lambda row: -away[row.exerkine, row.site])


def _named(table: pd.DataFrame, known: Mapping[str, list[str]], exerkine: Exerkine) -> list[Row]:
    from ..parameters import load_parameters

    name, site = (exerkine, None) if isinstance(exerkine, str) else exerkine
    if name not in known:
        raise InputError(f"unknown exerkine '{name}'", fix=nearest(name, known), field="exerkine")
    if site is not None and site not in known[name]:
        raise InputError(f"unknown site '{site}'", fix=nearest(site, known[name]), field="site")
    usual = [one for one in SITES.get(name, ()) if one in known[name]] or known[name][:1]
    label = str(load_parameters().about.get(name, {}).get("label", name))
    grades = table.loc[table["exerkine"] == name, "grade"] if "grade" in table else ()
    return [
        Row(name, one, label + _place_text(one, known[name][0]), next(iter(grades), ""))
        for one in (usual if site is None else [site])
    ]


def _place_text(site: str, first: str) -> str:
    return "" if site == first else " " + site.replace("muscle_mrna", "mRNA").replace("_", " ")


def _new_axes(n_rows: int) -> Axes:
    return new_axes((WIDTH_IN, FRAME_IN + ROW_IN * n_rows))


def _draw_kind(ax: Axes, spread: Mapping[float, tuple[float, ...]], kind: str, number: int) -> None:
    places, colour = list(spread), PALETTE[number]
    low, middle, high = np.array([*spread.values()]).reshape(-1, 3).T
    ax.hlines(places, low, high, color=colour, linewidth=1.2, gid="range")
    look = {"marker": MARKERS[number], "markersize": 7.5, "markeredgecolor": ax.get_facecolor()}
    ax.plot(middle, places, linestyle="none", color=colour, label=kind, zorder=3, gid="peaks", **look)


def _label(ax: Axes, rows: Sequence[Row]) -> None:
    """Name rows on the left with their grade on the right, and folds along a log axis."""
    from matplotlib.ticker import FixedLocator, NullLocator

    ax.set_xscale("log")
    low, high = (float(end) for end in ax.dataLim.intervalx)
    low, high = min(low, 1 / LEAST_SPAN) / MARGIN, max(high, LEAST_SPAN) * MARGIN
    ticks = [tick for tick in TICKS if low <= tick <= high]
    ax.set(
        xlim=(low, high), ylim=(len(rows) - 0.4, -0.6), xlabel="farthest from rest, as fold; line: 5 to 95 %"
    )
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    names = {tick: f"{tick:g}×" if tick > 1 else f"1/{1 / tick:g}" for tick in ticks}
    ax.set_xticklabels([names[tick] if tick != 1 else "rest" for tick in ticks])
    ax.axvline(1.0, color=REST_COLOUR, linewidth=0.9, linestyle=(0, (5, 3)), zorder=1.5, gid="rest")
    ax.set_yticks(range(len(rows)), [row.label for row in rows])
    right = ax.secondary_yaxis("right")
    right.set_yticks(range(len(rows)), [grade_dots(row.grade) if row.grade in GRADES else "" for row in rows])
    for side in (ax, right):
        side.tick_params(axis="y", length=0)
