"""Release and loss of one molecule over time, stacked: why did it rise?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, CustomJSTickFormatter, DataRange1d, Span
from bokeh.plotting import figure

from .explained import where
from .markup import Markup, tag

if TYPE_CHECKING:
    import xarray as xr

# Okabe and Ito; release in full colours from the axis upwards, loss in greys downwards.
UP = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DOWN = ("#6E6E6E", "#A3A3A3", "#C4C4C4")
HEIGHT, INK = 260, "#7A7A7A"


class Balance:
    """A figure of what flows in above the line and out below it.

    Attributes
    ----------
    view : bokeh.plotting.figure
    """

    def __init__(self) -> None:
        self._source = ColumnDataSource({"xs": [], "ys": [], "colour": []})
        self._cursor = Span(dimension="height", line_color="#D55E00", line_width=2)
        self.view = figure(
            height=HEIGHT, sizing_mode="stretch_width", toolbar_location=None, tools="", max_width=960,
            x_range=DataRange1d(range_padding=0),
        )  # fmt: skip
        self.view.patches("xs", "ys", source=self._source, fill_color="colour", line_color=None)
        self.view.add_layout(self._cursor)
        self.view.xaxis.formatter = CustomJSTickFormatter(code="return exerkine.clock(tick)")
        clear = {"background_fill_color": None, "border_fill_color": None, "outline_line_color": None}
        self.view.update(css_classes=["detail-balance"], **clear)
        self.view.grid.grid_line_alpha = 0.25
        look = {"axis_label_text_color": INK, "major_label_text_color": INK, "axis_line_color": INK}
        for axis in self.view.axis:
            axis.update(**look, major_label_text_font_size="13px", axis_label_text_font_size="13px")

    def show(self, terms: xr.DataArray) -> Markup:
        """Draw the terms of a molecule and return the key to their colours.

        Parameters
        ----------
        terms : xarray.DataArray, dims (term, time)
            As :meth:`exerkine_sim.Solution.fluxes` returns them.
        """
        layers = list(_layers(terms))
        times = terms["time"].values
        self._source.data = {
            "xs": [np.concatenate([times, times[::-1]]) for _ in layers],
            "ys": [np.concatenate([upper, lower[::-1]]) for _, _, lower, upper in layers],
            "colour": [colour for _, colour, _, _ in layers],
        }
        self.view.yaxis.axis_label = f"in and out, {terms.attrs['units']}"
        swatches = (tag("li", tag("i", style=f"background:{colour}"), name) for name, colour, _, _ in layers)
        return tag("ul", *swatches, class_="swatches", aria_label="Colours")

    def at(self, time_h: float) -> None:
        """Mark a moment."""
        self._cursor.location = time_h


Layer = tuple[str, str, np.ndarray, np.ndarray]


def _layers(terms: xr.DataArray) -> Iterator[Layer]:
    """Yield name, colour and both edges of each layer; the smallest terms together in the last colour."""
    for kind, colours, sign in (("release", UP, 1.0), ("loss", DOWN, -1.0)):
        chosen = terms.isel(term=np.flatnonzero(terms["kind"].values == kind))
        order = np.argsort(-chosen.values.max(axis=1, initial=0.0))
        order = [at for at in order if chosen.values[at].max() > 0]
        groups: list[list[Any]] = [[at] for at in order[: len(colours) - 1]]
        groups += [order[len(colours) - 1 :]] if len(order) >= len(colours) else []
        edge = np.zeros(chosen.sizes["time"])
        for colour, group in zip(colours, groups, strict=False):
            below, edge = edge, edge + sign * chosen.values[group].sum(axis=0)
            yield _name(chosen, group), colour, below, edge


def _name(terms: xr.DataArray, rows: list[Any]) -> str:
    if len(rows) > 1:
        return f"{len(rows)} smaller ones"
    kind = "out: " if terms["kind"].values[rows[0]] == "loss" else ""
    return kind + where(str(terms["tissue"].values[rows[0]]), str(terms["trigger"].values[rows[0]]))
