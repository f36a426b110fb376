"""Runs through the teaching app: visitors who move, type and look around, each over its own WebSocket."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

import numpy as np
from bokeh.client import ClientSession
from bokeh.events import DocumentReady
from bokeh.util.token import get_session_id

import exerkine_sim as xk
import exerkine_sim.app.page  # the models of a page are known here too
from exerkine_sim.plot.choice import default_sites

from . import draw as drawn
from .checks import AGREES, ORACLE_TOLERANCE, digest, must
from .job import Job, Outcome, Worker

CHANGES, PATIENCE_S, VISIT_EVERY_S = 10, 120.0, 4.0
TABS = ("curves", "organs", "why", "lab", "table", "export")
SLIDERS = {
    "duration": (10, 240, 5),
    "intensity": (30, 100, 1),
    "start": (5, 21, 1),
    "per-week": (1, 6, 1),
    "weeks": (1, 12, 1),
    "carbs": (0, 90, 5),
}
# What a visitor looks at; what a tab is made of is the browser's matter.
HEARD = {
    *("sent", "painted", "wanted", "tab", "data", "panels", "sessions", "end_h", "start", "end"),
    *("text", "visible", "value", "value_input", "active"),
}
SINGLE = 2e-7  # what a number in single precision may be off, of its size


class Visitor:
    """A page as its browser has it, without the browser.

    Parameters
    ----------
    address : str
    """

    def __init__(self, address: str) -> None:
        page = urlopen(address, timeout=PATIENCE_S).read().decode()
        token = re.search(r'"token":"([^"]+)"', page)
        must(token is not None, f"no page: {page[:300]}")
        shown: set[str] = set()
        self._session = _session(str(token and token[1]), address, shown)
        self._session.connect()
        self._session.pull()
        shown |= {model.id for model in self._session.document.models if model.name}
        self._session.document.callbacks.send_event(DocumentReady())
        self.until(lambda: self["page-state"].sent > 0)

    def __getitem__(self, name: str) -> Any:
        """Return what has this name on the page."""
        return self._session.document.get_model_by_name(name)

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait for something, and paint whatever is sent."""
        end = time.monotonic() + PATIENCE_S
        while not ready() or self["page-state"].painted < self["page-state"].sent:
            must(time.monotonic() < end, "the page does not answer")
            self["page-state"].painted = self["page-state"].sent
            self._session.force_roundtrip()

    def set(self, name: str, **values: Any) -> None:
        """Change something as its visitor does, and wait until that is painted."""
        self[name].update(**values)
        self._session.force_roundtrip()
        self._session.force_roundtrip()  # whatever its callbacks left for later
        self.until(lambda: True)

    def curves(self) -> str:
        """Hold what is drawn to its promises; return its digest."""
        kept = []
        for side in "ab":
            for name in ("t", "y"):
                values = np.asarray(self[f"curves-{side}"].data[name], dtype=float)
                must(bool(np.isfinite(values).all() and (values >= 0).all()), f"{name} of a curve: {values}")
                kept.append(values)
        return digest(*kept)

    def close(self) -> None:
        """Leave, and give back what Bokeh's client keeps open for good."""
        self._session.close()
        self._session._connection.io_loop.close(all_fds=True)


def _session(token: str, address: str, shown: set[str]) -> ClientSession:
    """Return a session that hears of changes of what is `shown`, by its ids."""

    class Signed(ClientSession):
        """A session that the server has begun, and given a token for."""

        @property
        def token(self) -> str:
            return token

    session = Signed(
        session_id=get_session_id(token),
        websocket_url=address.replace("http", "ws", 1) + "ws",
        max_message_size=100_000_000,
    )

    def heard(event: dict[str, Any]) -> bool:
        return event.get("model", {}).get("id") in shown and event.get("attr") in HEARD

    connection: Any = session._connection
    answer = connection._pop_message

    async def listening() -> Any:
        """Take what the server tells before it answers, too: Bokeh's client drops it while it waits."""
        message = await answer()
        while message is not None and message.msgtype == "PATCH-DOC":
            message.content["events"] = list(filter(heard, message.content["events"]))
            session._handle_patch(message)
            message = await answer()
        return message

    connection._pop_message = listening
    return session


def plan(draw: Random, size: str | None = None) -> str:
    """Return a plan for people of whom the page knows no more than it asks: no FTP."""
    return drawn.plan(draw, size).replace("% FTP", "% VO2max")


def slide(draw: Random, visitor: Visitor, side: str) -> None:
    name = draw.choice(list(SLIDERS))
    low, high, step = SLIDERS[name]
    visitor.set(f"{side}-{name}", value=draw.randrange(low, high + 1, step))


def write(draw: Random, visitor: Visitor, side: str) -> None:
    visitor.set(f"{side}-plan", value_input=plan(draw))
    must(not visitor[f"{side}-problem"].visible, f"a plan for {side} was refused: {_problems(visitor)}")


def misspell(draw: Random, visitor: Visitor, side: str) -> None:
    """What cannot be read is told of, and the curves stay."""
    before, text = visitor.curves(), visitor[f"{side}-plan"].value_input
    visitor.set(f"{side}-plan", value_input=f"Mon 07:00 rum {draw.randint(1, 99)}m 70% VO2max")
    problem = visitor[f"{side}-problem"]
    must(problem.visible and "did you mean 'run'" in problem.text, f"told of {side}: {_problems(visitor)}")
    must(visitor.curves() == before, "curves of a plan that cannot be read")
    visitor.set(f"{side}-plan", value_input=text)


def _problems(visitor: Visitor) -> dict[str, str]:
    return {side: visitor[f"{side}-problem"].text for side in "ab"}


def be_another(draw: Random, visitor: Visitor, side: str) -> None:
    about = drawn.person(draw)
    name = draw.choice(("sex", "age_y", "vo2max_ml_kg_min", "training"))
    visitor.set(f"{side}-{name}", value=about[name])


def look(draw: Random, visitor: Visitor, _side: str) -> None:
    visitor.set("page-state", tab=draw.choice(TABS))
    visitor.set("molecule", value=draw.choice(drawn.MOLECULES))
    visitor.set("moment", value=round(draw.uniform(0, 24), 1))


def choose(draw: Random, visitor: Visitor, _side: str) -> None:
    visitor.set(
        "choice", active=sorted(draw.sample(range(len(visitor["choice"].labels)), draw.randint(1, 12)))
    )


def contrast(draw: Random, visitor: Visitor, _side: str) -> None:
    visitor.set("compare", active=draw.random() < 0.7)


CHANGED = ((8, slide), (4, write), (1, misspell), (3, be_another), (3, look), (2, choose), (2, contrast))


def changed(draw: Random, visitor: Visitor) -> str:
    """Change ten things, one after the other; return the digest of what was drawn."""
    kept = []
    for _ in range(CHANGES):
        side = draw.choice("ab") if visitor["compare"].active else "a"
        weights, ways = zip(*CHANGED, strict=True)
        draw.choices(ways, weights)[0](draw, visitor, side)
        kept.append(visitor.curves())
    return digest(*kept)


def visited(address: str) -> Worker:
    """Return who visits the app at an address."""
    last = [0.0]

    @contextmanager
    def come() -> Iterator[Visitor]:
        """Not faster than places get free: who has left keeps his for a minute."""
        time.sleep(max(0.0, last[0] + VISIT_EVERY_S - time.monotonic()))
        last[0] = time.monotonic()
        visitor = Visitor(address)
        try:
            yield visitor
        finally:
            visitor.close()

    def visit(draw: Random, _: Path) -> Outcome:
        with come() as visitor:
            return Outcome(changed(draw, visitor), runs=CHANGES)

    def reference(draw: Random, _: Path) -> Outcome:
        """The last change is a short plan, so that its reference does not take an hour."""
        with come() as visitor:
            changed(draw, visitor)
            visitor.set("a-plan", value_input=plan(draw, drawn.SHORT))
            return Outcome(visitor.curves(), difference=from_reference(visitor), runs=CHANGES + 1)

    return Worker("app", [Job(1, visit)], reference, reference_every=10)


def from_reference(visitor: Visitor) -> float:
    """Return the largest difference of the drawn curves of A from the reference engine."""
    names = ("sex", "age_y", "body_mass_kg", "height_m", "vo2max_ml_kg_min", "training")
    person = xk.Subject(**{name: visitor[f"a-{name}"].value for name in names})
    plan, drawn_ = xk.parse_schedule(visitor["a-plan"].value_input), visitor["curves-a"].data
    times = np.unique(np.asarray(drawn_["t"], dtype=float))
    end_h = float(times[-1])  # that of A; B may last for weeks
    oracle = xk.simulate(
        *(plan, person), times_h=times, end_h=end_h, engine="reference", tolerance=ORACLE_TOLERANCE
    )
    largest = 0.0
    for panel in visitor["axes"].panels:
        name, rows = panel["exerkine"], slice(*panel["curves"]["a"])
        theirs = oracle.concentration(name, site=default_sites(oracle, name)[0]).to_numpy()[0]
        shown, at = np.asarray(drawn_["y"], dtype=float)[rows], np.asarray(drawn_["t"])[rows]
        steep = np.abs(np.diff(theirs) / np.diff(times))
        steeper = np.maximum(np.append(steep, 0.0), np.insert(steep, 0, 0.0))  # of both sides
        there, slope = (np.interp(at, times, one) for one in (theirs, steeper))
        # A time in single precision is off as well: by some hundredths of a second on the third day.
        off = np.abs(shown - there) - slope * np.spacing(at.astype(np.float32))
        largest = max(largest, float(off.max() / np.abs(theirs).max()))
    must(largest <= AGREES + SINGLE, f"curves are {largest:.2g} from the reference engine")
    return largest
