"""The page of one visitor: controls, figures and what connects them; nothing here outlives the visit."""

from __future__ import annotations

from functools import lru_cache, partial
from importlib.resources import files
from threading import Event

import panel as pn
from bokeh.document import Document
from bokeh.model import DataModel
from bokeh.models import CustomJS
from bokeh.core.properties import Int

from ..errors import ExerkineError
from ..solution import Solution
from .controls import Controls
from .curves import Curves
from .detail import Detail
from .lab import Lab
from .organs import OrganMap
from .setting import Setting, simulated

KEPT_SOLUTIONS = 8
PATIENCE_MS, WARMING_MS = 1000, 100


class Beat(DataModel):
    """Counts what was sent, and what the browser says it has painted."""

    sent = Int(0)
    painted = Int(0)


PAINTED_JS = """
requestAnimationFrame(() => requestAnimationFrame(() => {
  beat.painted = beat.sent
  document.documentElement.dataset.painted = beat.sent
}))
"""


class Page:
    """What one visitor sees.

    Parameters
    ----------
    doc : bokeh.document.Document
    warm : threading.Event
        Set once the model answers at once; the page comes first, and its curves when it is.
    """

    def __init__(self, doc: Document, warm: Event) -> None:
        self._doc, self._dirty, self._waiting = doc, True, False
        self._simulated = lru_cache(maxsize=KEPT_SOLUTIONS)(simulated)
        self._comparing = False
        self.controls = {side: Controls(side, self.changed) for side in ("a", "b")}
        self.curves = Curves(self._picked)
        self.detail, self.organs, self.lab = Detail(), OrganMap(), Lab(self.apply)
        self.beat = Beat()
        painted = CustomJS(args={"beat": self.beat}, code=PAINTED_JS)
        self.beat.js_on_change("sent", painted)
        doc.js_on_event("document_ready", painted)
        self.beat.on_change("painted", self._painted)
        self.curves.strip.tags = [self.beat]  # a document holds what its roots refer to
        self._fill()
        if warm.is_set():
            self._redraw()
        else:
            self._doc.add_timeout_callback(partial(self._when, warm), WARMING_MS)

    def changed(self) -> None:
        """Redraw as soon as the browser has painted what it was sent: the newest state wins."""
        self._dirty = True
        if not self._waiting:
            self._redraw()

    def apply(self, a: Setting, b: Setting | None, exerkines: tuple[str, ...]) -> None:
        """Set the whole page."""
        self.controls["a"].set(a)
        if b is not None:
            self.controls["b"].set(b)
        self._comparing, self.curves.exerkines = b is not None, exerkines
        self.changed()

    def _fill(self) -> None:
        folder = files(__package__)
        template = pn.Template(folder.joinpath("page.html").read_text())
        for side, controls in self.controls.items():
            template.add_panel(f"controls_{side}", pn.pane.Bokeh(controls.view))
        template.add_panel("strip", pn.pane.Bokeh(self.curves.strip))
        for index, panel in enumerate(self.curves.panels):
            template.add_panel(f"panel_{index}", pn.pane.Bokeh(panel))
        template.add_panel("detail", self.detail.view)
        template.add_panel("organs", self.organs.view)
        template.add_panel("lab", self.lab.view)
        template.add_variable("style", folder.joinpath("page.css").read_text())
        with self._doc.models.freeze():  # else every root that is added has all models counted again
            template.server_doc(self._doc, title="exerkine-sim")

    def _when(self, warm: Event) -> None:
        if warm.is_set():
            self._redraw()
        else:
            self._doc.add_timeout_callback(partial(self._when, warm), WARMING_MS)

    def _redraw(self) -> None:
        self._dirty = False
        solutions = self._solutions()
        if solutions is None:
            return
        with pn.io.hold(self._doc):
            self.curves.show(solutions)
            self.beat.sent += 1
        self._waiting = True

    def _solutions(self) -> list[Solution] | None:
        shown = ("a", "b") if self._comparing else ("a",)
        found = []
        for side in shown:
            setting = self.controls[side].setting()
            if setting is None:
                return None
            try:
                found.append(self._simulated(setting))
            except ExerkineError as error:
                self.controls[side].refuse(error)
                return None
        return found

    def _painted(self, _attr: str, _old: int, new: int) -> None:
        self._waiting = new < self.beat.sent
        if self._dirty and not self._waiting:
            self._redraw()

    def _picked(self, exerkine: str, at_h: float) -> None:
        solutions = self._solutions()
        if solutions is not None:
            self.detail.show(solutions[0], exerkine, at_h)
