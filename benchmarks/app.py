"""How quick is the teaching app, seen from its browser: ``python -m benchmarks.app``.

Starts ``exerkine-sim teach`` and drives the distribution's Chromium. A redraw is timed in the page, from
the move of a slider to the frame after all curves are painted (``data-painted`` of the document). Beside
the clock stand processor times, of the server and of the page's process: a busy machine changes them less.
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
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-background-timer-throttling", "--disable-renderer-backgrounding"),
    "--disable-backgrounding-occluded-windows",
)
DESK, PATIENCE_MS = ViewportSize(width=1400, height=900), 120_000
VISITORS, THINKING_MS = 10, 2000
# In the page: move a slider and resolve to the milliseconds until the newest that was sent is painted.
WATCH = """() => {
  const model = name => Bokeh.documents[0].get_model_by_name(name)
  window.move = (name, value) => new Promise(done => {
    const slider = model(name), state = model("page-state"), start = performance.now()
    if (slider.value === value) { done(null); return }
    const watch = new MutationObserver(() => {
      if (state.painted !== state.sent) return
      watch.disconnect()
      done(performance.now() - start)
    })
    watch.observe(document.documentElement, {attributeFilter: ["data-painted"]})
    slider.value = value
  })
  window.visit = async (values, pause) => {
    window.took = []
    for (const value of values) {
      await new Promise(rested => setTimeout(rested, pause * (0.5 + Math.random())))
      window.took.push(await window.move("a-intensity", value))
    }
    window.left = true
  }
}"""
TIMES = ("ProcessTime", "TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration")


@dataclass(frozen=True)
class Server:
    """The app as it runs."""

    address: str
    pid: int

    def cpu_s(self) -> float:
        """Return the processor time that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def app() -> Iterator[Server]:
    """Yield the app while it runs."""
    command = [sys.executable, "-m", "exerkine_sim", "teach", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Server(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()


@dataclass
class Visit:
    """A page whose curves are painted; what it took to open, and what its process has used."""

    page: Page
    ready_s: float
    session: CDPSession
    received: list[int]

    def used(self) -> dict[str, float]:
        """Return the seconds of processor time that the page has used, by what for."""
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in metrics if one["name"] in TIMES}


def opened(browser: Browser, address: str) -> Visit:
    """Open the page as somebody who was never there."""
    page = browser.new_context(viewport=DESK).new_page()
    page.set_default_timeout(PATIENCE_MS)
    session, received = page.context.new_cdp_session(page), []
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", lambda frame: received.append(_bytes(frame["response"])))
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.painted")
    took = time.perf_counter() - start
    page.evaluate(WATCH)
    return Visit(page, took, session, received)


def _bytes(frame: dict[str, Any]) -> int:
    """Return the size of a message; one that is no text is written in base 64."""
    return len(frame["payloadData"]) * (3 if frame["opcode"] == 2 else 4) // 4


def redraws(visit: Visit, server: Server, n: int) -> dict[str, float]:
    """Return what moves of a slider take: milliseconds, and bytes, for each."""
    for value in (97, 98):  # the first are slower
        visit.page.evaluate("value => move('a-intensity', value)", value)
    visit.received.clear()
    before, server_before = visit.used(), server.cpu_s()
    took = sorted(visit.page.evaluate("value => move('a-intensity', value)", 50 + i % 40) for i in range(n))
    used = {name: 1000 * (value - before[name]) / n for name, value in visit.used().items()}
    return {
        "median_ms": median(took),
        "least_ms": took[0],
        "p90_ms": took[int(0.9 * n)],
        "server_cpu_ms": 1000 * (server.cpu_s() - server_before) / n,
        "browser_cpu_ms": used["ProcessTime"],
        "page_thread_ms": used["TaskDuration"],
        "script_ms": used["ScriptDuration"],
        "style_and_layout_ms": used["RecalcStyleDuration"] + used["LayoutDuration"],
        "bytes": sum(visit.received) / n,
        "frames": len(visit.received) / n,
        "load": os.getloadavg()[0],
    }


def crowd(browser: Browser, server: Server, n: int) -> dict[str, float]:
    """Return what redraws take where ten visitors each move a slider every other second or so."""
    visits = [opened(browser, server.address) for _ in range(VISITORS)]
    start, server_before = time.perf_counter(), server.cpu_s()
    for number, visit in enumerate(visits):
        values = [50 + (7 * number + one) % 40 for one in range(n)]
        visit.page.evaluate("([values, pause]) => { visit(values, pause) }", [values, THINKING_MS])
    for visit in visits:
        visit.page.wait_for_function("window.left", polling=500)
    lasted, cpu = time.perf_counter() - start, server.cpu_s() - server_before
    took = sorted(one for visit in visits for one in visit.page.evaluate("took") if one is not None)
    return {
        "median_ms": median(took),
        "p90_ms": took[int(0.9 * len(took))],
        "most_ms": took[-1],
        "redraws": len(took),
        "lasted_s": lasted,
        "server_cpu_ms": 1000 * cpu / len(took),
        "load": os.getloadavg()[0],
    }


def measured(n: int) -> dict[str, Any]:
    """Return all figures."""
    with app() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        opened(browser, server.address).page.close()  # the first waits for the model
        ready = [opened(browser, server.address) for _ in range(3)]
        figures: dict[str, Any] = {
            "open": {
                "median_s": median(visit.ready_s for visit in ready),
                "least_s": min(visit.ready_s for visit in ready),
                "browser_cpu_s": ready[-1].used()["ProcessTime"],
                "load": os.getloadavg()[0],
            }
        }
        visit = ready.pop()
        for one in ready:
            one.page.close()
        figures["one day"] = redraws(visit, server, n)
        for name, value in (("a-per-week", 3), ("a-weeks", 12)):
            visit.page.evaluate("([name, value]) => move(name, value)", [name, value])
        figures["twelve weeks"] = redraws(visit, server, n)
        visit.page.close()
        figures["ten visitors"] = crowd(browser, server, max(n // 2, 1))
        browser.close()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-n", type=int, default=30, metavar="MOVES", help="redraws of each kind")
    given = parser.parse_args()
    figures = measured(given.n)
    if given.json:
        print(json.dumps(figures, indent=2))
        return
    for name, values in figures.items():
        print(name)
        for key, value in values.items():
            print(f"  {key.replace('_', ' '):22}{value:10.2f}")


if __name__ == "__main__":
    main()
