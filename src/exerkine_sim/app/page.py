"""The page of one visitor: controls, figures and what connects them; nothing here outlives the visit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from importlib.resources import files
from threading import Event
from typing import Any

import panel as pn
from bokeh.core.properties import Int, String
from bokeh.document import Document, without_document_lock
from bokeh.model import DataModel
from bokeh.models import CustomJS, InlineStyleSheet

from ..errors import ExerkineError
from ..solution import Solution
from .controls import Controls
from .curves import SLOTS, Curves
from .detail import Detail
from .export import Shown, downloads
from .lab import Lab
from .lesson import Lesson
from .organs import OrganMap
from .people import Band, bands_of
from .pick import Pick
from .setting import Setting, simulated
from .table import table_html, table_pane

KEPT_SOLUTIONS = 2  # A and B, which are held anyway; one of twelve weeks is tens of megabytes
WARMING_MS, RESTING_MS = 100, 300
TABS = (
    ("curves", "Curves"),
    ("organs", "Organ map"),
    ("why", "Why"),
    ("lab", "Lab"),
    ("table", "Table"),
    ("export", "Export"),
)
SENT_JS = """
if (state.sent > 0) window.dispatchEvent(new CustomEvent("exerkine:sent", {detail: state.sent}))
"""
SHOW_TAB_JS = "window.dispatchEvent(new CustomEvent('exerkine:tab', {detail: state.wanted.split(' ')[0]}))"


class PageState(DataModel):
    """What page and server tell each other besides the data.

    `sent` counts redraws, `painted` says which of them the browser has shown; `tab` is what is looked at,
    `wanted` which tab the server asks for, with a number behind it so that each asking is a change.
    """

    sent: Any = Int(0)
    painted: Any = Int(0)
    tab: Any = String(TABS[0][0])
    wanted: Any = String("")


class Page:
    """What one visitor sees.

    Parameters
    ----------
    doc : bokeh.document.Document
    warm : threading.Event
        Set once the model answers at once; the page comes first, and its curves when it is.
    lessons : sequence of Lesson, optional
        Of the lab; the shipped ones when left out.
    """

    def __init__(self, doc: Document, warm: Event, lessons: Sequence[Lesson] | None = None) -> None:
        self._doc, self._dirty, self._waiting, self._asked = doc, True, False, 0
        self._banded = self._finding = False
        self._simulated = lru_cache(maxsize=KEPT_SOLUTIONS)(simulated)
        self._solutions: list[Solution] = []
        self._settings: list[Setting] = []
        self.sheet = InlineStyleSheet(css=_text("widget.css"))
        self.controls = {side: Controls(side, self.changed, sheet=self.sheet) for side in ("a", "b")}
        self.controls["b"].view.visible = False
        self.curves = Curves()
        self.pick = Pick(self, sheet=self.sheet)
        self._makers: dict[str, Callable[[], Any]] = {
            "organs": OrganMap,
            "why": Detail,
            "lab": partial(Lab, self.apply, lessons),
            "table": partial(table_pane, self.sheet),
            "export": partial(downloads, self._shown, sheet=self.sheet),
        }
        self._looked_at: dict[str, Any] = {}
        self.views = {tab: pn.Column(sizing_mode="stretch_width") for tab in self._makers}
        self.state = PageState(name="page-state")
        self._listen()
        self._fill()
        self._when(warm)

    @property
    def comparing(self) -> bool:
        """Whether there is a B."""
        return bool(self.pick.compare.active)

    def changed(self) -> None:
        """Redraw as soon as the browser has painted what it was sent: the newest state wins."""
        self._dirty = True
        second = self.controls["b"]
        if self.comparing and not second.view.visible:
            second.copy(self.controls["a"])
        second.view.visible = self.comparing
        if not self._waiting:
            self._redraw()

    def apply(self, a: Setting, b: Setting | None, exerkines: tuple[str, ...]) -> None:
        """Set the whole page, and show its curves.

        Parameters
        ----------
        a, b : Setting
            None for no B.
        exerkines : tuple of str
            At most twelve.
        """
        with pn.io.hold(self._doc):
            self.controls["a"].set(a)
            if b is not None:
                self.controls["b"].set(b)
                self.controls["b"].view.visible = True
            self.pick.set(exerkines, compare=b is not None)
            self.ask_for("curves")
        self.changed()

    def ask_for(self, tab: str) -> None:
        """Have the browser show a tab."""
        self._asked += 1
        self.state.wanted = f"{tab} {self._asked}"

    def _listen(self) -> None:
        sent = CustomJS(args={"state": self.state}, code=SENT_JS)
        self.state.js_on_change("sent", sent)
        self.state.js_on_change("wanted", CustomJS(args={"state": self.state}, code=SHOW_TAB_JS))
        self._doc.js_on_event("document_ready", sent)
        self.state.on_change("painted", self._painted)
        self.state.on_change("tab", self._tabbed)
        # A document holds what its roots refer to.
        self.pick.compare.tags = [self.state, *self.curves.models]

    def _fill(self) -> None:
        template = pn.Template(_text("page.html"))
        roots: dict[str, Any] = {
            **{f"controls_{side}": controls.view for side, controls in self.controls.items()},
            **self.pick.roots,
        }
        for name, model in roots.items():
            template.add_panel(f"root_{name}", pn.pane.Bokeh(model))
        for name, view in self.views.items():
            template.add_panel(f"root_{name}", view)
        template.add_variable("style", _text("page.css"))
        template.add_variable("scripts", [_text("curves.js"), _text("page.js")])
        template.add_variable("tabs", TABS)
        template.add_variable("slots", SLOTS)
        with self._doc.models.freeze():  # else every root that is added has all models counted again
            template.server_doc(self._doc)

    def _when(self, warm: Event) -> None:
        if warm.is_set():
            self._redraw()
        else:
            self._doc.add_timeout_callback(partial(self._when, warm), WARMING_MS)

    def _redraw(self) -> None:
        self._dirty = False
        found = self._solved()
        if found is None:
            return
        self._settings, self._solutions = found
        self._banded = False
        self._redrawn(self._show_curves)
        self._show_tab()

    def _redrawn(self, show: Callable[[], None]) -> None:
        """Send all that changes at once, and wait until it is painted."""
        with pn.io.hold(self._doc):
            show()
            self.state.sent += 1
        self._waiting = True

    def _show_curves(self) -> None:
        self.curves.exerkines = self.pick.exerkines
        self.curves.show(self._solutions, [setting.schedule for setting in self._settings])
        self.pick.within(max(float(one.times_h[-1]) for one in self._solutions))

    def _solved(self) -> tuple[list[Setting], list[Solution]] | None:
        """Return what is set and what comes of it; None where it cannot be, and the page says why."""
        settings, solutions = [], []
        for side in ("a", "b")[: 1 + self.comparing]:
            controls = self.controls[side]
            try:
                settings.append(controls.setting())
                solutions.append(self._simulated(settings[-1]))
            except ExerkineError as error:
                controls.say(str(error))
                return None
            controls.say("")
        return settings, solutions

    @without_document_lock
    async def _find_bands(self) -> None:
        """Work out how people differ beside all else: it takes longer than anybody waits for a curve."""
        settings, exerkines = self._settings, self.curves.exerkines
        bands = await asyncio.to_thread(lambda: [bands_of(one, exerkines) for one in settings])
        self._doc.add_next_tick_callback(partial(self._show_bands, settings, bands))

    def _show_bands(self, settings: list[Setting], bands: list[Band]) -> None:
        self._finding = False
        if settings is self._settings and not self._dirty:
            self._redrawn(partial(self.curves.show_bands, bands))
            self._banded = True
        self._band()

    def _band(self) -> None:
        """Begin to find bands where there are none yet, once the curves are painted."""
        wanted = self.pick.people.active and not (self._banded or self._finding or self._waiting)
        if wanted and self._settings:
            self._finding = True
            self._doc.add_timeout_callback(self._find_bands, RESTING_MS)  # type: ignore[arg-type]

    def _show_tab(self) -> None:
        """Bring up to date what is looked at besides the curves; what is not seen can wait."""
        tab = self.state.tab
        if not self._solutions or tab not in self.views:
            return
        view, first = self._view(tab), self._solutions[0]
        if tab == "organs":
            view.show(first)
        elif tab == "why":
            view.show(first, self.pick.molecule.value, self.pick.moment.value)
        elif tab == "table":
            view.object = table_html(self._solutions, self.curves.exerkines)

    def _view(self, tab: str) -> Any:
        """Return a view, made and put on the page when it is first looked at."""
        if tab not in self._looked_at:
            made = self._looked_at[tab] = self._makers[tab]()
            self.views[tab].append(getattr(made, "view", made))
        return self._looked_at[tab]

    def _painted(self, _attr: str, _old: int, new: int) -> None:
        self._waiting = new < self.state.sent
        if self._dirty and not self._waiting:
            self._redraw()
        self._band()

    def _tabbed(self, _attr: str, _old: str, _new: str) -> None:
        self._show_tab()

    def explain(self) -> None:
        """Show the picked molecule at the picked moment."""
        self._show_tab()

    def _shown(self) -> Shown:
        return Shown(tuple(self._settings), self.curves.exerkines)


def _text(file: str) -> str:
    return files("exerkine_sim.app").joinpath(file).read_text(encoding="utf-8")
