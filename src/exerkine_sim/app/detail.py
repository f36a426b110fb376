"""One molecule in detail: what pushes it now, its equations, its numbers and where they come from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import panel as pn
from bokeh.models import Div

from ..dossier import dossier
from ..errors import ExerkineError
from ..parameters import load_parameters
from ..plot.heading import shared
from ..schedule.when import clock_text
from .balance import Balance
from .explained import equations, parameters, pushes, told
from .markup import Part, button, joined, pane, tag, views_css

if TYPE_CHECKING:
    from ..dossier import Dossier
    from ..solution import Solution


class Detail:
    """What a molecule is made of and what moves it.

    Attributes
    ----------
    view : panel.Column
        What to put on the page.
    """

    def __init__(self) -> None:
        self._head = pane(tag("p", "Choose a molecule, or click its curve."), name="detail-head")
        self._now = pane(name="detail-now")
        self._key, self._numbers = pane(name="detail-key"), pane(name="detail-parameters")
        self._balance = Balance()
        self._math = Div(
            css_classes=["detail-equations"],
            stylesheets=[views_css()],
            sizing_mode="stretch_width",
        )
        self._drivers = pn.FlexBox(css_classes=["detail-drivers"], sizing_mode="stretch_width")
        self._flows = pn.Column(
            self._now, self._balance.view, self._key, visible=False, sizing_mode="stretch_width"
        )
        self.view = pn.Column(
            *(self._head, self._flows, self._drivers, self._math, self._numbers),
            css_classes=["detail"],
            sizing_mode="stretch_width",
        )
        self._shown: tuple[Solution, str] | None = None

    def show(self, solution: Solution, exerkine: str, at_h: float) -> None:
        """Show a molecule, or a driver, of a Solution at a moment; only what has changed is made anew.

        Parameters
        ----------
        solution : Solution
            Of one member, with its states.
        exerkine : str
        at_h : float
            Hours from the plan's first midnight; the nearest moment that there is.
        """
        before = self._shown
        if before is None or before[1] != exerkine:
            self._introduce(exerkine)
        if before is None or before != (solution, exerkine):
            self._flow(solution, exerkine)
        self._at_h = min(max(at_h, float(solution.times_h[0])), float(solution.times_h[-1]))
        self._shown = (solution, exerkine)
        if self._flows.visible:
            self._moment(solution, exerkine)

    def _introduce(self, exerkine: str) -> None:
        """Show what does not depend on any plan."""
        try:
            known = dossier(exerkine)
        except ExerkineError as error:
            self._head.object = tag("pre", str(error), role="alert").html
            self._math.text, self._numbers.object, self._drivers.objects = "", "", []
            return
        self._head.object = joined(told(known)).html
        self._math.text = joined([*equations(known), _in_words(known)]).html
        self._numbers.object = joined(parameters(known)).html
        self._drivers.objects = [
            *self._links("Driven by", known.driven_by),
            *self._links("Drives", known.drives),
        ]

    def _flow(self, solution: Solution, exerkine: str) -> None:
        """Show release and loss over time, where the molecule circulates."""
        try:
            terms = solution.fluxes(exerkine)
        except ExerkineError:  # a driver, or a form of another molecule
            self._flows.visible = False
            return
        self._key.object = self._balance.show(terms).html
        self._flows.visible = True

    def _moment(self, solution: Solution, exerkine: str) -> None:
        """Show what pushes the molecule at the moment chosen."""
        found = solution.explain(exerkine, at_h=self._at_h)
        first = (shared(solution, "plan") or {}).get("first_weekday")
        clock = clock_text(round(60 * found.at_h) / 60, first)
        label = str(solution.arrays["label"][solution.exerkines.index(exerkine)])
        self._now.object = joined(pushes(found, clock, label)).html
        self._balance.at(found.at_h)

    def _links(self, heading: str, names: tuple[str, ...]) -> list[pn.viewable.Viewable]:
        """Return a button for each molecule or driver of the neighbourhood."""
        parts: list[Part] = [tag("h3", heading)]
        about = load_parameters().about
        buttons = [
            button(
                about.get(name, {}).get("label", name.replace("_", " ")),
                partial(self._follow, name),
                name="detail-link",
            )
            for name in names
        ]
        return [pane(*parts, name="detail-heading"), *buttons] if names else []

    def _follow(self, exerkine: str) -> None:
        if self._shown is not None:
            self.show(self._shown[0], exerkine, self._at_h)


def _in_words(known: Dossier) -> Part:
    """Return what the equation file says about itself."""
    summary = tag("summary", "In the words of the equation file")
    return tag("details", summary, tag("pre", known.text, class_="whole"))
