"""Twelve small figures that stay while their data change: one source for each side, sent as one message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from bokeh.events import Tap
from bokeh.models import (
    AdaptiveTicker,
    BasicTicker,
    ColumnDataSource,
    CustomJSHover,
    CustomJSTickFormatter,
    HoverTool,
    HSpan,
    Line,
    Quad,
    Range1d,
    VArea,
    VStrip,
)
from bokeh.plotting import figure

from ..plot.choice import default_sites
from ..plot.panel import grade_dots
from ..solution import Solution
from .people import Band

SLOTS = 12
USUAL = (
    *("il6", "il1ra", "il10", "lactate", "cortisol", "fgf21"),
    *("myostatin", "igf1", "irisin", "bdnf", "gdf15", "leptin"),
)
SIDES = ("a", "b")
COLOURS = {"a": "#0072B2", "b": "#D55E00"}
DASHES = {"a": "solid", "b": "dashed"}
SESSION, REST = "#E3B505", "#888888"
HEIGHT, STRIP_HEIGHT, LEFT, RIGHT = 150, 70, 58, 10
MOST_POINTS = 600
FLAT, ABOVE = 0.1, 0.08

CLOCK_JS = """
const day = Math.floor(tick / 24 + 1e-9), hour = Math.round((tick - 24 * day) * 60) / 60
return hour == 0 ? "day " + (day + 1) : String(Math.floor(hour)).padStart(2, "0") + ":00"
"""

HOUR_JS = """
const day = Math.floor(value / 24), minutes = Math.round((value - 24 * day) * 60)
const two = number => String(number).padStart(2, "0")
return "day " + (day + 1) + " " + two(Math.floor(minutes / 60)) + ":" + two(minutes % 60)
"""


class Course(NamedTuple):
    """One molecule of one side, as it is drawn: times in hours and values, of the same shape."""

    times_h: np.ndarray
    values: np.ndarray
    rest: float
    title: str
    unit: str


def course(solution: Solution, exerkine: str) -> Course:
    """Return the time course of a molecule at the site that tells its story."""
    arrays, site = solution.arrays, default_sites(solution, exerkine)[0]
    row, column = solution.exerkines.index(exerkine), arrays["site"].tolist().index(site)
    label, grade = str(arrays["label"][row]), str(arrays["grade"][row])
    place = site.replace("muscle_mrna_", "mRNA, ").replace("_", " ")
    times, values = thinned(solution.times_h, arrays["concentration"][0, :, row, column])
    return Course(
        times,
        values,
        float(arrays["rest"][0, row, column]),
        f"{label} · {place}  {grade_dots(grade)}",
        str(arrays["unit"][row, column]),
    )


def thinned(times: np.ndarray, *courses: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return times and courses with no more points than can be told apart, every peak and trough among them.

    Parameters
    ----------
    times : ndarray, shape (n_times,)
    courses : ndarray, shape (n_times,)
        The first keeps its least and its greatest value in each of many stretches; the others go along.

    Examples
    --------
    >>> times = np.arange(10_000.0)
    >>> few, values = thinned(times, np.where(times == 4321, 1.0, 0.0))
    >>> len(few) < 1000, float(values.max())
    (True, 1.0)
    """
    if len(times) > MOST_POINTS:
        edges = np.linspace(0, len(times), MOST_POINTS // 2 + 1).astype(int)
        stretches = [slice(*pair) for pair in pairwise(edges)]
        ends = [(one.start + f(courses[0][one])) for one in stretches for f in (np.argmin, np.argmax)]
        keep = np.unique([0, *ends, len(times) - 1])
        times, courses = times[keep], tuple(course[keep] for course in courses)
    return tuple(one.astype(np.float32) for one in (times, *courses))


class Curves:
    """The figures.

    Parameters
    ----------
    picked : callable
        Called with a molecule and a moment in hours when a panel is clicked.
    """

    def __init__(self, picked: Callable[[str, float], None]) -> None:
        self.exerkines: tuple[str, ...] = USUAL
        self._picked, self._banded = picked, False
        self._hour = CustomJSHover(code=HOUR_JS)
        self.x = Range1d(start=0, end=48)
        self.sources = {side: ColumnDataSource(_empty([*_columns("t"), *_columns("y")])) for side in SIDES}
        self.rests = ColumnDataSource(_empty(_columns("y")))
        self.sessions = ColumnDataSource(_empty(["left", "right", "bottom", "top", "side", "name"]))
        self.bands = {
            side: ColumnDataSource(_empty([*_columns("t"), *_columns("lo"), *_columns("hi")]))
            for side in SIDES
        }
        self.strip = self._strip()
        self.panels = [self._panel(index) for index in range(SLOTS)]

    def show(self, solutions: Sequence[Solution], bands: Sequence[Band] = ()) -> None:
        """Draw one Solution, or two to compare, and how people differ where bands are given."""
        self._show_bands(bands)
        courses = [[course(one, name) for name in self.exerkines] for one in solutions]
        for side, its in zip(SIDES, courses, strict=False):
            self.sources[side].data = _padded(t=[one.times_h for one in its], y=[one.values for one in its])
        if len(solutions) == 1 and len(self.sources["b"].data["t0"]):
            self.sources["b"].data = _empty([*_columns("t"), *_columns("y")])
        self.rests.data = _padded(y=[np.array([one.rest], dtype=np.float32) for one in courses[0]])
        sessions = _session_rows(solutions)
        if sessions != self.sessions.data:
            self.sessions.data = sessions
        self.x.update(end=max(float(one.times_h[-1]) for one in solutions))
        for index, panel in enumerate(self.panels):
            panel.visible = index < len(self.exerkines)
        for index, panel in enumerate(self.panels[: len(self.exerkines)]):
            low, high = _extent(
                [its[index] for its in courses], [(one.low[index], one.high[index]) for one in bands]
            )
            panel.y_range.update(start=low, end=high)
            one = courses[0][index]
            panel.title.text = f"{one.title}  {one.unit}"

    def _show_bands(self, bands: Sequence[Band]) -> None:
        if bands and not self._banded:
            self._banded = True
            for index, panel in enumerate(self.panels):
                for side in SIDES:
                    panel.add_glyph(self.bands[side], _area(side, index), level="underlay")
        empty = _empty([*_columns("t"), *_columns("lo"), *_columns("hi")])
        for place, side in enumerate(SIDES):
            if place < len(bands):
                times, low, high = bands[place]
                columns = [thinned(times, above, below) for above, below in zip(high, low, strict=True)]
                t, hi, lo = zip(*columns, strict=True)
                self.bands[side].data = _padded(t=t, hi=hi, lo=lo)
            elif len(self.bands[side].data["t0"]):
                self.bands[side].data = empty

    def _strip(self) -> Any:
        strip = figure(height=STRIP_HEIGHT, x_range=self.x, y_range=Range1d(start=0, end=2), **_frame())
        block = Quad(
            left="left", right="right", top="top", bottom="bottom", fill_color=SESSION, line_color=SESSION
        )
        strip.add_glyph(self.sessions, block)
        strip.yaxis.visible = False
        strip.ygrid.visible = False
        self._clock(strip)
        return strip

    def _panel(self, index: int) -> Any:
        panel = figure(height=HEIGHT, x_range=self.x, y_range=Range1d(start=0, end=1), **_frame())
        panel.name = f"panel-{index}"
        # Glyphs as such: the figure's own methods add copies for what is selected, muted and hovered over.
        strip = VStrip(x0="left", x1="right", fill_color=SESSION, fill_alpha=0.35, line_color=None)
        panel.add_glyph(self.sessions, strip)
        panel.add_glyph(self.rests, HSpan(y=f"y{index}", line_color=REST, line_dash="dotted"))
        lines: list[Any] = [
            panel.add_glyph(self.sources[side], _line(side, index), name=side.upper()) for side in SIDES
        ]
        panel.yaxis.ticker = BasicTicker(desired_num_ticks=3)
        self._clock(panel)
        panel.add_tools(
            HoverTool(
                renderers=lines,
                mode="vline",
                tooltips=f"$name  @y{index}{{0.0[00]}}  @t{index}{{clock}}",
                formatters={f"@t{index}": self._hour},
            )
        )
        panel.on_event(Tap, partial(self._tapped, index))
        return panel

    def _tapped(self, index: int, event: Any) -> None:
        self._picked(self.exerkines[index], float(event.x))

    def _clock(self, panel: Any) -> None:
        panel.xaxis.ticker = AdaptiveTicker(
            base=168, mantissas=[1, 3, 6, 12, 24, 72], min_interval=1, desired_num_ticks=5
        )
        panel.xaxis.formatter = CustomJSTickFormatter(code=CLOCK_JS)
        panel.axis.minor_tick_line_color = None
        panel.axis.major_label_text_font_size = "12px"
        panel.title.text_font_size = "13px"


def _line(side: str, index: int) -> Line:
    return Line(x=f"t{index}", y=f"y{index}", line_color=COLOURS[side], line_dash=DASHES[side], line_width=2)


def _area(side: str, index: int) -> VArea:
    return VArea(x=f"t{index}", y1=f"lo{index}", y2=f"hi{index}", fill_color=COLOURS[side], fill_alpha=0.15)


def _frame() -> dict[str, Any]:
    return {
        "sizing_mode": "stretch_width",
        "min_border_left": LEFT,
        "min_border_right": RIGHT,
        "toolbar_location": None,
        "tools": "",
        "output_backend": "canvas",
        "background_fill_color": None,
        "border_fill_color": None,
        "outline_line_color": None,
        "lod_threshold": None,
    }


def _columns(stem: str) -> list[str]:
    return [f"{stem}{index}" for index in range(SLOTS)]


def _empty(names: Sequence[str]) -> dict[str, Any]:
    return {name: [] for name in names}


def _padded(**stems: Sequence[np.ndarray]) -> dict[str, Any]:
    """Return a column for each slot; slots without a molecule repeat the first, unseen.

    Columns of one source are as long as each other, so that shorter ones end in NaN, which is not drawn.
    """
    most = max(len(column) for columns in stems.values() for column in columns)
    data: dict[str, Any] = {}
    for stem, columns in stems.items():
        filled = [np.pad(one, (0, most - len(one)), constant_values=np.nan) for one in columns]
        data |= dict(zip(_columns(stem), filled + filled[:1] * (SLOTS - len(filled)), strict=True))
    return data


def _session_rows(solutions: Sequence[Solution]) -> dict[str, Any]:
    """Return the sessions of each side; A's stand above B's."""
    rows = _empty(["left", "right", "bottom", "top", "side", "name"])
    for side, solution in zip(SIDES, solutions, strict=False):
        plan = solution.manifest["members"][0]["plan"]
        for session in solution.manifest["sessions"][plan]:
            bottom = {"a": 1.08, "b": 0.08}[side]
            row = (session["start_h"], session["end_h"], bottom, bottom + 0.84, side, session["name"])
            for name, value in zip(rows, row, strict=True):
                rows[name].append(value)
    return rows


def _extent(courses: Sequence[Course], bands: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[float, float]:
    """Return the ends of an axis that holds the curves and their rest, and makes no mountain of rounding."""
    lows = [min(float(one.values.min()), one.rest * (1 - FLAT)) for one in courses]
    highs = [max(float(one.values.max()), one.rest * (1 + FLAT)) for one in courses]
    low = min([*lows, *(float(low.min()) for low, _ in bands)])
    high = max([*highs, *(float(high.max()) for _, high in bands)])
    room = ABOVE * (high - low)
    return low - room, high + room
