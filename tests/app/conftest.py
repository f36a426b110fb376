"""A browser before the teaching app: pages whose every request and complaint is looked at.

The server is a process of its own, as a visitor meets it, and serves all tests of a worker. The browser is
the system's; where there is none the tests that need it are skipped, unless EXERKINE_SIM_BROWSER says that it
is required. Pictures of its pages are kept where EXERKINE_SIM_SCREENSHOTS names a folder.
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

# What each tab shows once it is filled.
TABS = {
    "Curves": ".panel canvas",
    "Organ map": "#organs .swatches li",
    "Why": "#why mjx-container",
    "Lab": "#lab button",
    "Table": "#table td",
    "Export": "#export button",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No name is resolved, so that nothing could come from elsewhere.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SCREENSHOTS = os.environ.get("EXERKINE_SIM_SCREENSHOTS")
PATIENCE_MS = 120_000  # the first visitor of a machine that is busy waits for the model to be compiled
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


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Open pages, each as a visitor of its own, and hold them to what every page promises."""
    visits: list[Visit] = []

    def open_page(at: str = address, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": DESK} | options)
        visits.append(Visit(context.new_page(), at))
        return visits[-1]

    yield open_page
    for one in visits:
        one.page.close()
        one.assert_clean()


@pytest.fixture(scope="module")
def opened(browser: Any, address: str) -> Visit:
    """A page at a desk, opened once: that takes longer than most of what is done there."""
    found = Visit(browser.new_context(viewport=DESK).new_page(), address)
    found.drawn()
    return found


@pytest.fixture
def page(opened: Visit) -> Iterator[Visit]:
    """The same page for every test, as it was at first, and held to what every page promises."""
    opened.begin_anew()
    yield opened
    opened.assert_clean()


class Visit:
    """One visitor and the page, the server's answer in it; its curves may be yet to come.

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
        self.page.wait_for_function("window.Bokeh?.documents.length > 0")

    def drawn(self) -> Visit:
        """Wait for the first curves, and remember what the page begins with."""
        self.page.wait_for_function("Number(document.documentElement.dataset.painted) > 0")
        self.begun = (self.plan().input_value(), self.curve())
        return self

    def begin_anew(self) -> None:
        """Undo what a test did here: colours, B, plan and the tab; Tab begins at the top again."""
        if self.page.locator("html").get_attribute("data-theme") == "dark":
            self.page.get_by_role("button", name="Dark").click()
        self.page.get_by_label("Compare with B").uncheck()
        self.turn_to("Curves")
        plan, curve = self.begun
        self.plan().fill(plan)
        self.page.wait_for_function(IS_JS, arg=[[0, "A"], curve])
        self.page.evaluate(TO_TOP_JS)

    def assert_clean(self) -> None:
        """Nothing was asked of any other than the server, and the browser complains of nothing."""
        assert self.elsewhere() == []
        assert self.complaints == []

    def side(self, letter: str = "a") -> Any:
        """Return the controls of A or B."""
        return self.page.locator(f"#side-{letter}")

    def plan(self, letter: str = "a") -> Any:
        """Return the box of a plan; filled at once, as by pasting."""
        return self.side(letter).get_by_label("The plan: change it as you like")

    def reads(self, text: str, letter: str = "a") -> None:
        """Wait until a plan has some text; it comes in a message of its own, before or after the curves."""
        box = self.plan(letter).element_handle()
        self.page.wait_for_function("([box, text]) => box.value.includes(text)", arg=[box, text])

    def turn_to(self, tab: str) -> None:
        """Show a tab, and wait until it shows something; tabs are filled when they are first looked at."""
        self.page.get_by_role("tab", name=tab, exact=True).click()
        self.page.locator(TABS[tab]).first.wait_for()

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
        """Keep a picture of the whole page, for people who asked to look at it."""
        if SCREENSHOTS:
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)

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
IS_JS = CHANGED_JS.replace("!==", "===")
# From what has the focus, Tab goes on to the next; whatever lost it is remembered too.
TO_TOP_JS = """() => {
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute("tabindex")
}"""
