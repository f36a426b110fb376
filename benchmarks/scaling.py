"""How time and memory grow with members, states, sessions and threads: ``python -m benchmarks.scaling``.

Writes a table, and with ``--figure FILE`` a figure, with the slope of time over each. Every point runs in a
process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import sympy

from exerkine_sim.engine import Forcing, System
from exerkine_sim.engine.compiled import integrate, measure

SESSION_EVERY_H, SESSION_H = 42.0, 1.0
TOLERANCE, REPEATS = 1e-4, 3
PART = 1024
STUDIES = {
    "members": (1, 8, 64, 512, 4096, 32768, 100_000),
    "states": (20, 40, 80, 120, 160, 200),
    "sessions": (1, 5, 20, 60, 200),
    "threads": (1, 2),
}


def chain(n: int) -> System:
    """Return a chain of `n` turnovers, each driving the next, with rates over three decades."""
    y, k = (sympy.symbols(f"{name}:{n}", real=True) for name in ("y", "k"))
    drive = sympy.Symbol("u", real=True)
    rates = tuple(rate * (before - own) for rate, before, own in zip(k, (drive, *y[:-1]), y, strict=True))
    return System(y, k, (drive,), rates, (sympy.Integer(0),) * n, observables=(y[-1],))


def sessions(n: int) -> Forcing:
    """Return `n` sessions of an hour, 42 h apart."""
    starts = SESSION_EVERY_H * np.arange(n) + 1.0
    edges = np.concatenate(
        [[0.0], np.stack([starts, starts + SESSION_H], axis=1).ravel(), [n * SESSION_EVERY_H]]
    )
    return Forcing(edges, np.array([[0.0], [1.0]]), np.zeros(1), np.arange(2 * n + 1) % 2)


def point(*, members: int = 512, states: int = 80, n_sessions: int = 5, threads: int = 1) -> dict[str, float]:
    """Return seconds, and peak memory in MB, of one case whose results are summary numbers."""
    system, forcing = chain(states), sessions(n_sessions)
    spread = np.exp(0.2 * np.random.default_rng(0).standard_normal((min(members, PART), states)))
    constants = np.geomspace(60.0, 0.06, states) * spread
    window = np.zeros(len(forcing.breakpoints) - 1, dtype=int)

    def part(n: int) -> None:
        measure(
            system,
            constants[:n],
            [forcing] * n,
            wanted=[0],
            windows=[window] * n,
            tolerance=TOLERANCE,
            threads=threads,
        )

    integrate(system, constants[:1], [forcing], times=np.zeros(1))
    part(min(members, PART))  # both widths are compiled before the clock starts
    repeats = REPEATS if members <= 4 * PART else 1
    seconds = min(_timed(lambda: [part(n) for n in _parts(members)]) for _ in range(repeats))
    return {"seconds": seconds, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _parts(members: int) -> list[int]:
    whole, rest = divmod(members, PART)
    return [PART] * whole + [rest] * (rest > 0)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def study(name: str) -> list[dict[str, float]]:
    """Return the points of a study, each measured in a process of its own."""
    argument = "n_sessions" if name == "sessions" else name  # the argument of `point`
    points = []
    for size in STUDIES[name]:
        code = (
            f"import json; from benchmarks.scaling import point; print(json.dumps(point({argument}={size})))"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
        )
        points.append({"size": size, **json.loads(run.stdout)})
        print(
            f"{name:9} {size:>7}  {points[-1]['seconds']:10.4f} s  {points[-1]['memory_mb']:8.0f} MB",
            flush=True,
        )
    return points


def slope(points: Sequence[dict[str, float]]) -> float:
    """Return the power of the size with which time grows, over the upper half of the sizes."""
    upper = points[len(points) // 2 :]
    return float(np.polyfit(*(np.log([one[key] for one in upper]) for key in ("size", "seconds")), 1)[0])


def draw(found: dict[str, list[dict[str, float]]], path: Path) -> None:
    """Draw time over members, states and sessions."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullLocator

    names = [name for name in found if name != "threads"]
    figure = Figure(figsize=(3.2 * len(names), 3.0), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        points = found[name]
        axes.loglog(
            [one["size"] for one in points], [one["seconds"] for one in points], "o-", color="#1b6ca8"
        )
        axes.set(xlabel=name, ylabel="seconds" if axes.get_subplotspec().is_first_col() else "")
        sizes = [one["size"] for one in points]
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=40, ha="right")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_title(f"time grows as {name}$^{{{slope(points):.2f}}}$", fontsize=10)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


def main() -> None:
    """Run the studies that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", default=",".join(STUDIES), help="some of: %(default)s")
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {name: study(name) for name in options.studies.split(",")}
    for name, points in found.items():
        if name == "threads":
            continue
        print(f"{name}: time grows with power {slope(points):.2f}")
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1))
    if options.figure is not None:
        draw(found, options.figure)


if __name__ == "__main__":
    main()
