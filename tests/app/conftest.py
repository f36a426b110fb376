"""A browser before the teaching app: pages whose every request and complaint is looked at.

The server is a process of its own, as a visitor meets it, and serves all tests of a worker. The browser is
the system's; where there is none the tests that need it are skipped, unless EXERKINE_SIM_BROWSER says that it
is required.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No name is resolved, so that nothing could come from elsewhere.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
PATIENCE_MS = 60_000
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def teaching(*options: str) -> Iterator[str]:
    """Run `exerkine-sim teach` and yield the address that it prints."""
    command = [sys.executable, "-m", "exerkine_sim", "teach", "--port", "0", "--no-browser", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.communicate()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the app is served to this machine alone."""
    with teaching() as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's browser; by the module, for its library has a loop that others could not share."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing = f"no browser: none of {', '.join(BROWSERS)} is installed"
        pytest.fail(missing) if os.environ.get("EXERKINE_SIM_BROWSER") == "required" else pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="module")
def desk(browser: Any) -> Any:
    """What visitors at a desk share: a window's size, and the scripts that the browser has read once."""
    return browser.new_context(viewport=DESK)


@pytest.fixture
def visit(browser: Any, desk: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Open pages, each as a visitor of its own, and hold them to what every page promises."""
    visits: list[Visit] = []

    def open_page(at: str = address, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": DESK} | options) if options else desk
        visits.append(Visit(context.new_page(), at))
        return visits[-1]

    yield open_page
    for one in visits:
        one.page.close()
        assert one.elsewhere() == []
        assert one.complaints == []


class Visit:
    """One visitor and the page, its first curves painted.

    Parameters
    ----------
    page : playwright.sync_api.Page
    address : str
    """

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_function("Number(document.documentElement.dataset.painted) > 0")

    def elsewhere(self) -> list[str]:
        """Return what was asked of any other than the server."""
        own = urlsplit(self.address).netloc
        here = {("http", own), ("ws", own), ("data", ""), ("blob", "")}
        return [url for url in self.requests if urlsplit(url)[:2] not in here]

    def curve(self, panel: int = 0, side: str = "A") -> list[float]:
        """Return what a panel's line is drawn from."""
        return self.page.evaluate(CURVE_JS, [panel, side])

    def changes(self, panel: int = 0, side: str = "A") -> _Change:
        """Return a context that ends once a panel's line is drawn from other numbers."""
        return _Change(self, panel, side)

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page, for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)


class _Change:
    def __init__(self, visit: Visit, panel: int, side: str) -> None:
        self._visit, self._which = visit, [panel, side]

    def __enter__(self) -> None:
        self._before = self._visit.page.evaluate(CURVE_JS, self._which)

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind is None:
            self._visit.page.wait_for_function(CHANGED_JS, arg=[self._which, self._before])


CURVE_JS = """([panel, side]) => {
  const document = Bokeh.documents[0], name = side.toLowerCase()
  const rows = document.get_model_by_name("axes").panels[panel]?.curves[name]
  return rows ? Array.from(document.get_model_by_name(`curves-${name}`).data.y.slice(...rows)) : []
}"""
# And the newest of what was sent is painted.
CHANGED_JS = f"""([which, before]) => {{
  const now = ({CURVE_JS})(which), state = Bokeh.documents[0].get_model_by_name("page-state")
  return JSON.stringify(now) !== JSON.stringify(before) && state.painted === state.sent
}}"""
