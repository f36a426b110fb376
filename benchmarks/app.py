"""How quick is the teaching app, seen from its browser: ``python -m benchmarks.app``.

Starts ``exerkine-sim teach`` and drives the distribution's Chromium. A redraw is timed in the page, from the
key that moves a slider to the frame after all curves are painted (``data-painted`` of the document).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding"),
)
SESSIONS, CROWD_KEYS = 10, 12
PAINTED = "document.documentElement.dataset.painted"
# In the page: each key on a slider, and each painted redraw, with its time.
WATCH = """() => {
  let keyed = 0, waiting = () => {}
  window.took = []
  window.begin = () => { keyed = performance.now() }
  window.reached = n => new Promise(done => {
    waiting = () => { if (window.took.length >= n) done() }
    waiting()
  })
  document.addEventListener("keydown", window.begin, true)
  new MutationObserver(() => {
    if (keyed) window.took.push(performance.now() - keyed)
    keyed = 0
    waiting()
  }).observe(document.documentElement, {attributeFilter: ["data-painted"]})
}"""


@contextmanager
def app() -> Iterator[str]:
    """Yield the address of the app while it runs."""
    command = [sys.executable, "-m", "exerkine_sim", "teach", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def opened(browser: Browser, address: str) -> tuple[Page, float]:
    """Return the page, its curves painted, and the seconds that took."""
    page, start = browser.new_page(viewport={"width": 1400, "height": 900}), time.perf_counter()
    page.goto(address)
    page.wait_for_function(PAINTED, timeout=60_000)
    took = time.perf_counter() - start
    page.evaluate(WATCH)
    return page, took


def move(page: Page, slider: str, n: int) -> None:
    """Move a slider by `n` keys, back and forth, each once the last redraw is painted."""
    page.evaluate(f"{FOCUS}('{slider}')")
    for index in range(n):
        page.keyboard.press("ArrowRight" if index % 4 < 2 else "ArrowLeft")
        page.evaluate(f"window.reached({index + 1})")


FOCUS = """(name => {
  const view = Bokeh.index.find_one_by_id(Bokeh.documents[0].get_model_by_name(name).id)
  const handle = view.shadow_el.querySelector(".noUi-handle")
  handle.focus()
  return true
})"""


def redraws(page: Page, slider: str, n: int) -> dict[str, float]:
    """Return what redraws took, in milliseconds, and what came over the wire for each."""
    page.evaluate("window.took = []")
    move(page, slider, n)
    took = sorted(page.evaluate("window.took"))
    return {"median_ms": median(took), "p90_ms": took[int(0.9 * len(took))], "n": len(took)}


def measured(n: int) -> dict[str, Any]:
    """Return all figures."""
    with app() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        opened(browser, address)[0].close()  # the first compiles what others find
        page, ready_s = opened(browser, address)
        received: list[int] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.webSocketFrameReceived",
            lambda frame: received.append(len(frame["response"]["payloadData"])),
        )
        figures: dict[str, Any] = {"ready_s": ready_s, "one_day": redraws(page, "a-intensity", n)}
        figures["one_day"]["bytes"] = sum(received) / n
        figures["one_day"]["messages"] = len(received) / n
        page.evaluate("Bokeh.documents[0].get_model_by_name('a-per-week').value = 3")
        page.wait_for_timeout(500)
        page.evaluate("Bokeh.documents[0].get_model_by_name('a-weeks').value = 12")
        page.wait_for_timeout(1500)
        received.clear()
        figures["twelve_weeks"] = redraws(page, "a-intensity", n)
        figures["twelve_weeks"]["bytes"] = sum(received) / n
        page.close()
        figures["ten_sessions"] = crowd(browser, address)
        browser.close()
    return figures


def crowd(browser: Browser, address: str) -> dict[str, float]:
    """Return what redraws took where ten visitors move a slider at the same time."""
    pages = [opened(browser, address)[0] for _ in range(SESSIONS)]
    for page in pages:
        page.evaluate(MOVE_ALONE, CROWD_KEYS)
    for page in pages:
        page.wait_for_function("window.rested", timeout=120_000, polling=500)
    took = sorted(one for page in pages for one in page.evaluate("window.took"))
    return {"median_ms": median(took), "p90_ms": took[int(0.9 * len(took))], "n": len(took)}


# Each page by itself: the next move a moment after the last is painted.
MOVE_ALONE = """n => {
  const slider = Bokeh.documents[0].get_model_by_name("a-intensity")
  const step = async index => {
    if (index == n) { window.rested = true; return }
    window.begin()
    slider.value = 50 + 7 * index % 40
    await window.reached(index + 1)
    setTimeout(step, 100, index + 1)
  }
  step(0)
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-n", type=int, default=30, metavar="KEYS", help="redraws of each kind")
    given = parser.parse_args()
    figures = measured(given.n)
    if given.json:
        print(json.dumps(figures, indent=2))
        return
    print(f"ready                {figures.pop('ready_s'):6.2f} s")
    for name, values in figures.items():
        print(name.replace("_", " ").ljust(18), "  ".join(f"{key} {one:.0f}" for key, one in values.items()))


if __name__ == "__main__":
    main()
