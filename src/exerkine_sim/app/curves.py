"""Twelve small figures: their columns of numbers and axes, sent as one message; curves.js paints them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from bokeh.core.properties import Any as Anything
from bokeh.core.properties import Float, List
from bokeh.model import DataModel
from bokeh.models import ColumnDataSource

from ..plot.choice import default_sites
from ..plot.panel import grade_dots
from ..schedule import Schedule
from ..solution import Solution
from .people import Band

SLOTS = 12
USUAL = (
    *("il6", "il1ra", "il10", "lactate", "cortisol", "fgf21"),
    *("myostatin", "igf1", "irisin", "bdnf", "gdf15", "leptin"),
)
SIDES = ("a", "b")
MOST_POINTS = 400  # a figure is some 350 pixels wide
FLAT, ABOVE = 0.1, 0.08


class Axes(DataModel):
    """What the figures show besides their columns: a mapping for each panel and for each session."""

    panels: Any = List(Anything)
    sessions: Any = List(Anything)
    end_h: Any = Float(48.0)


class Course(NamedTuple):
    """One molecule of one side, as it is drawn: times in hours and values, of the same shape."""

    times_h: np.ndarray
    values: np.ndarray
    rest: float
    title: str
    unit: str


class Area(NamedTuple):
    """A band of one molecule of one side, as it is drawn."""

    times_h: np.ndarray
    high: np.ndarray
    low: np.ndarray


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
        wide = -(-len(times) // (MOST_POINTS // 2))
        padded = np.pad(courses[0], (0, -len(times) % wide), mode="edge").reshape(-1, wide)
        starts = wide * np.arange(len(padded))
        ends = [starts + find(padded, axis=1) for find in (np.argmin, np.argmax)]
        keep = np.unique(np.minimum(np.concatenate([[0], *ends]), len(times) - 1))
        times, courses = times[keep], tuple(course[keep] for course in courses)
    return tuple(one.astype(np.float32) for one in (times, *courses))


class Curves:
    """What the figures are painted from.

    Attributes
    ----------
    exerkines : tuple of str
        At most twelve.
    sources, bands : dict of str to ColumnDataSource
        Of A and of B: the points of one molecule after those of the other.
    axes : Axes
        With the places of each molecule in those columns.
    """

    def __init__(self) -> None:
        self.exerkines: tuple[str, ...] = USUAL
        self.sources = {side: ColumnDataSource({"t": [], "y": []}, name=f"curves-{side}") for side in SIDES}
        self.bands = {
            side: ColumnDataSource({"t": [], "low": [], "high": []}, name=f"bands-{side}") for side in SIDES
        }
        self.axes = Axes(name="axes")
        self._courses: list[list[Course]] = []

    @property
    def models(self) -> tuple[Any, ...]:
        """All of it, as a document holds it."""
        return (self.axes, *self.sources.values(), *self.bands.values())

    def show(self, solutions: Sequence[Solution], schedules: Sequence[Schedule]) -> None:
        """Show one Solution, or two to compare, of their Schedules; bands come later, if at all."""
        self._courses = [[course(one, name) for name in self.exerkines] for one in solutions]
        for side, its in zip(SIDES, self._courses, strict=False):
            self.sources[side].data = _joined(t=[one.times_h for one in its], y=[one.values for one in its])
        self.axes.sessions = [
            {"start_h": session.start_h, "end_h": session.end_h, "side": side}
            for side, schedule in zip(SIDES, schedules, strict=False)
            for session in schedule.sessions
        ]
        self.axes.end_h = max(float(one.times_h[-1]) for one in solutions)
        self.show_bands(())

    def show_bands(self, bands: Sequence[Band]) -> None:
        """Show how people differ around the curves, or no longer."""
        areas = [
            [Area(*thinned(band.times_h, high, low)) for low, high in zip(band.low, band.high, strict=True)]
            for band in bands
        ]
        for side, its in zip(SIDES, areas, strict=False):
            t, high, low = zip(*its, strict=True)
            self.bands[side].data = _joined(t=t, low=low, high=high)
        curves, around = _places(self._courses), _places(areas)
        self.axes.panels = [
            {"exerkine": name}
            | _panel([its[row] for its in self._courses], [its[row] for its in areas])
            | {"curves": {side: its[row] for side, its in curves.items()}}
            | {"bands": {side: its[row] for side, its in around.items()}}
            for row, name in enumerate(self.exerkines)
        ]


def _joined(**columns: Sequence[np.ndarray]) -> dict[str, Any]:
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _places(sides: Sequence[Sequence[Course | Area]]) -> dict[str, list[tuple[int, int]]]:
    """Return the first row and the row after the last of each molecule, by side."""
    return {
        side: list(pairwise(accumulate((len(one.times_h) for one in its), initial=0)))
        for side, its in zip(SIDES, sides, strict=False)
    }


def _panel(courses: Sequence[Course], areas: Sequence[Area]) -> dict[str, Any]:
    """Return title and axis of a figure: all that is in it, and no mountain made of rounding."""
    first = courses[0]
    lows = [min(float(one.values.min()), one.rest * (1 - FLAT)) for one in courses]
    highs = [max(float(one.values.max()), one.rest * (1 + FLAT)) for one in courses]
    low = min([*lows, *(float(one.low.min()) for one in areas)])
    high = max([*highs, *(float(one.high.max()) for one in areas)])
    room = ABOVE * (high - low)
    return {
        "title": f"{first.title}  {first.unit}",
        "rest": first.rest,
        "low": low - room,
        "high": high + room,
    }
