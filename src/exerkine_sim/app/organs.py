"""The organ map: who sends what into the blood, and who listens, at a moment scrubbed in the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import panel as pn
from bokeh.models import (
    CDSView,
    CheckboxGroup,
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    Div,
    GroupFilter,
    Range1d,
    Slider,
    Span,
    Toggle,
)
from bokeh.plotting import figure

from ..plot.heading import shared, shared_sessions
from ..schedule.when import clock_text
from ..solution import Solution
from .body import GIVEN, LABELS, PLACES, Arrow, Traffic, traffic
from .markup import pane, tag, views_css

USUAL = ("il6", "lactate", "cortisol", "irisin", "bdnf", "fgf21", "il10")
# Okabe and Ito, without black and yellow: told apart by the colour-blind, and read on white and on black.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#A06CD5")
GREY, ORGAN, BLOOD = "#8A8A8A", "#3F4A5A", "#9E2F2F"
SESSION = "#E3B505"
WIDEST, MOST_TOLD, WIDTH, HEIGHT, STRIP_HEIGHT = 13, 6, 760, 620, 46
SPREAD, TO_ORGAN, BLOOD_RADII = 0.045, 0.16, (0.28, 0.36)
FRAME_MS = 60

CLOCK_JS = "return course.data.clock[Math.min(Math.round(tick), course.data.clock.length - 1)]"
PLAY_JS = """
clearInterval(window[`play-${slider.id}`])
if (play.active) {
  if (slider.value >= slider.end) slider.value = 0
  window[`play-${slider.id}`] = setInterval(() => {
    if (!play.active || slider.value >= slider.end) {
      play.active = false
      clearInterval(window[`play-${slider.id}`])
    } else slider.value = slider.value + 1
  }, pace)
}
play.label = play.active ? "Pause" : "Play"
"""
ABOUT = (
    "Solid arrows run into the blood. Their width is what an organ releases above rest, relative to "
    "the most that any organ releases of that molecule in this run: widths of two molecules cannot be "
    "compared. Dashed arrows run to organs that listen; their width is the share of receptors taken "
    "above rest, an index that nobody has measured. Each step of the slider is a moment of the "
    "simulation, closer together in and after sessions."
)


class OrganMap:
    """A body of organs around its blood.

    Attributes
    ----------
    view : panel.Column
        What to put on the page.
    """

    def __init__(self) -> None:
        styled: dict[str, Any] = {"stylesheets": [views_css()], "sizing_mode": "stretch_width"}
        # What the browser paints by itself is not sent back: `syncable`.
        self._arrows = ColumnDataSource(_columns(()), syncable=False)
        self._moving = ColumnDataSource({"width": [], "told": []})
        self._course = ColumnDataSource({"clock": [""]})
        self._sessions = ColumnDataSource({"left": [], "right": []})
        self._organs = ColumnDataSource(_organs(()))
        self._slider = Slider(
            start=0, end=1, value=0, step=1, title="Time", bar_color=COLOURS[0], syncable=False, **styled
        )
        self._slider.format = CustomJSTickFormatter(args={"course": self._course}, code=CLOCK_JS)
        switch: dict[str, Any] = {"stylesheets": [views_css()], "min_height": 44, "syncable": False}
        self._play = Toggle(label="Play", button_type="primary", width=90, **switch)
        self._others = Toggle(label="Others in grey", active=True, width=150, **switch)
        self._choice = CheckboxGroup(inline=True, css_classes=["organs-choice"], **styled)
        self._legend = Div(css_classes=["organs-legend"], syncable=False, **styled)
        self._now = Div(css_classes=["organs-now"], syncable=False, styles={"flex": "1 1 260px"}, **styled)
        self._cursor = Span(dimension="height", line_color=COLOURS[1], line_width=3, syncable=False)
        self._paint = CustomJS(code=Path(__file__).with_name("organs.js").read_text(encoding="utf-8"))
        self._moment = Range1d(start=0, end=1)
        body, strip = self._body(), self._strip()
        self._connect(strip)
        self.view = pn.Column(
            pane(tag("h2", "Who releases what, when"), name="organs-title"),
            *(pn.Row(self._play, self._others), self._slider, strip, self._legend),
            pn.FlexBox(body, self._now, sizing_mode="stretch_width"),
            pane(tag("h3", f"Molecules in colour, up to {len(COLOURS)}"), name="organs-choose"),
            self._choice,
            pane(tag("p", ABOUT, class_="quiet"), name="organs-about"),
            css_classes=["organs"],
            sizing_mode="stretch_width",
        )

    def show(self, solution: Solution) -> None:
        """Show a Solution of one member; the first at the moment when most happens in it.

        Raises
        ------
        InputError
            For a Solution without states.
        """
        found = traffic(solution)
        labels = dict(zip(solution.exerkines, solution.arrays["label"].tolist(), strict=True))
        first = not self._sessions.tags
        self._choose(labels, found, first=first)
        self._sessions.update(data=_spans(solution), tags=["shown"])
        self._moving.update(data={"width": found.width.ravel(), "told": found.told.ravel()})
        self._arrows.update(data=_columns(found.arrows))
        self._organs.update(data=_organs(found.arrows))
        self._course.update(data={"clock": _clocks(solution)})
        self._slider.end = self._moment.end = len(found.times_h) - 1
        if first:
            self._slider.value = int(found.width.sum(axis=0).argmax()) if found.arrows else 0

    def _choose(self, labels: Mapping[str, str], found: Traffic, *, first: bool) -> None:
        """Offer the molecules that move; those in colour stay so."""
        names = list(dict.fromkeys(arrow.exerkine for arrow in found.arrows))
        before = self._paint.args["choices"]
        chosen = USUAL if first else [before[at] for at in self._choice.active]
        safe = {name: escape(label) for name, label in labels.items()}
        self._paint.args = {**self._paint.args, "labels": safe, "choices": names}
        self._choice.update(
            labels=[labels[name] for name in names],
            active=[names.index(name) for name in chosen if name in names],
        )

    def _connect(self, strip: figure) -> None:
        """Let the browser paint by itself whatever is scrubbed, chosen or sent."""
        self._paint.args = {
            **{
                "slider": self._slider,
                "arrows": self._arrows,
                "moving": self._moving,
                "course": self._course,
            },
            **{"choice": self._choice, "others": self._others, "legend": self._legend, "now": self._now},
            **{"cursor": self._cursor, "colours": list(COLOURS), "grey": GREY, "widest": WIDEST},
            **{"most": MOST_TOLD, "labels": {}, "choices": []},
            "organs": {name: escape(LABELS.get(name, name)) for name in PLACES},
        }
        self._slider.js_on_change("value", self._paint)
        self._choice.js_on_change("active", self._paint)
        self._others.js_on_change("active", self._paint)
        self._course.js_on_change("data", self._paint)
        if pn.state.curdoc is not None:
            pn.state.curdoc.js_on_event("document_ready", self._paint)
        args = {"slider": self._slider, "play": self._play, "pace": FRAME_MS}
        self._play.js_on_change("active", CustomJS(args=args, code=PLAY_JS))
        jump = "slider.value = Math.max(0, Math.min(slider.end, Math.round(cb_obj.x)))"
        strip.js_on_event("tap", CustomJS(args={"slider": self._slider}, code=jump))

    def _body(self) -> figure:
        """Return the map: arrows below, organs above."""
        plot = _plain(HEIGHT, x_range=Range1d(start=-1.2, end=1.2), y_range=Range1d(start=-1.12, end=1.12))
        plot.update(max_width=WIDTH, styles={"flex": "1 1 360px", "min-width": "0"})
        moving: dict[str, Any] = {"source": self._arrows}
        for kind, dash in (("release", "solid"), ("target", "dashed")):
            line: dict[str, Any] = {
                "line_color": "colour",
                "line_width": "line_width",
                "line_alpha": "alpha",
                "line_dash": dash,
            }
            plot.segment("x0", "y0", "x1", "y1", view=_only(kind), **moving, **line)
        head: dict[str, Any] = {
            "size": "head",
            "angle": "angle",
            "fill_color": "colour",
            "fill_alpha": "alpha",
        }
        plot.scatter("x1", "y1", marker="triangle", line_color=None, **moving, **head)
        width, height = (2 * radius for radius in BLOOD_RADII)
        plot.ellipse(0, 0, width, height, fill_color=BLOOD, line_color=None)
        middle: dict[str, Any] = {"text_color": "white", "text_align": "center", "text_baseline": "middle"}
        plot.text([0], [0], ["blood"], **middle)
        chip: dict[str, Any] = {
            "text_font_size": "12px",
            "background_fill_color": ORGAN,
            "padding": 5,
            "border_radius": 6,
        }
        plot.text("x", "y", "label", source=self._organs, **middle, **chip)
        return plot

    def _strip(self) -> figure:
        """Return the line of sessions over the steps of the slider."""
        plot = _plain(STRIP_HEIGHT, x_range=self._moment, y_range=Range1d(start=0, end=1))
        plot.quad(
            "left", "right", 1, 0, source=self._sessions, fill_color=SESSION, line_color=None, fill_alpha=0.7
        )
        plot.add_layout(self._cursor)
        return plot


def _plain(height: int, **ranges: Any) -> figure:
    plot = figure(
        height=height, sizing_mode="stretch_width", toolbar_location=None, tools="", min_border=2, **ranges
    )  # fmt: skip
    plot.axis.visible = plot.grid.visible = False
    plot.update(background_fill_color=None, border_fill_color=None, outline_line_color=None)
    return plot


def _only(kind: str) -> CDSView:
    """Return a view of the arrows of a kind."""
    return CDSView(filter=GroupFilter(column_name="kind", group=kind))


def _columns(arrows: Sequence[Arrow]) -> dict[str, Any]:
    """Return the arrows as the browser paints them; width and colour are set there."""
    ends = list(_ends(arrows))
    none = [0.0] * len(arrows)
    return {
        **{name: [getattr(arrow, name) for arrow in arrows] for name in ("exerkine", "place", "kind")},
        **{name: [end[at] for end in ends] for at, name in enumerate(("x0", "y0", "x1", "y1", "angle"))},
        **{"colour": [GREY] * len(arrows), "line_width": none, "alpha": none, "head": none},
    }


def _organs(arrows: Sequence[Arrow]) -> dict[str, Any]:
    """Return the organs to draw; one that gives from outside only where something is given."""
    used = {arrow.place for arrow in arrows}
    shown = [name for name in PLACES if name != GIVEN or name in used]
    x, y = zip(*(PLACES[name] for name in shown), strict=True)
    return {"x": list(x), "y": list(y), "label": [LABELS.get(name, name) for name in shown]}


def _ends(arrows: Sequence[Arrow]) -> Iterator[tuple[float, float, float, float, float]]:
    """Yield where each arrow begins and ends, side by side where they share an organ, and its direction."""
    for arrow in arrows:
        beside = [one for one in arrows if one.place == arrow.place]
        x, y = PLACES[arrow.place]
        far = float(np.hypot(x, y))
        shift = SPREAD * (beside.index(arrow) - (len(beside) - 1) / 2)
        aside = np.array([-y, x]) / far * shift
        organ = np.array([x, y]) * (1 - TO_ORGAN / far) + aside
        rim = np.array([x, y]) / np.hypot(x / BLOOD_RADII[0], y / BLOOD_RADII[1]) * 1.04 + 0.8 * aside
        begin, end = (organ, rim) if arrow.kind == "release" else (rim, organ)
        turn = float(np.arctan2(end[1] - begin[1], end[0] - begin[0])) - np.pi / 2
        yield float(begin[0]), float(begin[1]), float(end[0]), float(end[1]), turn


def _spans(solution: Solution) -> dict[str, list[float]]:
    """Return the sessions in steps of the slider."""
    times, steps = solution.times_h, np.arange(len(solution.times_h))
    return {
        side: [float(np.interp(one[name], times, steps)) for one in shared_sessions(solution)]
        for side, name in (("left", "start_h"), ("right", "end_h"))
    }


def _clocks(solution: Solution) -> list[str]:
    """Return day and hour of each moment, to the minute."""
    first = (shared(solution, "plan") or {}).get("first_weekday")
    return [clock_text(round(60 * time) / 60, first) for time in solution.times_h.tolist()]
