"""Measurements as JSON and as tables for people."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from . import PEERS
from .measure import SCALES, TARGETS, Measurement, Setting

HEADLINE = 1e-5
OURS = "ours"
COLUMNS = ("simulator", "us a session", "x ours", "error", "of largest", "tolerance", "start-up s")

Measurements = Mapping[str, Measurement]


def as_json(cases: Mapping[str, Measurements]) -> dict[str, Any]:
    """Return everything measured; the keys of a case itself are those of the headline target."""
    return {
        "headline": {"target": HEADLINE, "scale": SCALES[0]},
        "cases": {name: _case(measured) for name, measured in cases.items()},
        "machine": machine(),
        "versions": versions({name for measured in cases.values() for name in measured}),
    }


def _case(measured: Measurements) -> dict[str, Any]:
    return {
        **compared(measured, HEADLINE, SCALES[0]),
        "targets": {
            f"{target:.0e}": {scale: compared(measured, target, scale) for scale in SCALES}
            for target in TARGETS
        },
        "settings": {
            name: [_row(one) for one in measurement.settings] for name, measurement in measured.items()
        },
    }


def compared(measured: Measurements, target: float, scale: str) -> dict[str, Any]:
    """Return each simulator at its cheapest setting within a target, and how many times ours is faster."""
    rows: dict[str, Any] = {name: _tool(one, target, scale) for name, one in measured.items()}
    costs = {name: row["us_per_session"] for name, row in rows.items() if "us_per_session" in row}
    ours = costs.pop(OURS, None)
    if ours is not None and costs:
        best = min(costs, key=costs.__getitem__)
        rows |= {f"ratio_{name}": cost / ours for name, cost in costs.items()}
        rows |= {"ratio_best_peer": costs[best] / ours, "best_peer": best}
    return rows


def _tool(measurement: Measurement, target: float, scale: str) -> dict[str, Any]:
    if measurement.reason:
        return {"status": "not measured", "reason": measurement.reason}
    about = {"start_up_s": measurement.start_up_s, "members": measurement.members, "notes": measurement.notes}
    chosen = measurement.cheapest(target, scale)
    if chosen is None:
        return {"status": "target not reached", "reason": _why(measurement, target, scale), **about}
    return {"status": "measured", **_row(chosen), **about}


def _why(measurement: Measurement, target: float, scale: str) -> str:
    least = min((getattr(one, scale) for one in measurement.settings), default=float("inf"))
    failed = [one.reason for one in measurement.settings if one.reason]
    return f"least error {least:.1e}, wanted {target:.0e}" + (f"; {failed[-1]}" if failed else "")


def _row(one: Setting) -> dict[str, Any]:
    if one.reason:
        return {"tolerance": one.tolerance, "reason": one.reason}
    return {
        "us_per_session": one.us_per_session,
        "error": one.of_rest,
        "error_of_largest": one.of_largest,
        "tolerance": one.tolerance,
    }


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": _processor(),
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": load,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def versions(names: Iterable[str]) -> dict[str, str]:
    """Return the versions of the distributions behind the simulators."""
    found = {}
    for distribution in sorted({one for name in names for one in PEERS[name]}):
        try:
            found[distribution] = version(distribution)
        except PackageNotFoundError:
            found[distribution] = "not installed"
    return found


def show(cases: Mapping[str, Measurements]) -> None:
    """Print one table a case and target, and below it the reasons of those that are not in it."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name, measured in cases.items():
        for target in TARGETS:
            table = Table(
                "simulator", "us a session", "x ours", "error", "of largest", "tolerance", "start-up s"
            )
            table.title = f"{name}: error within {target:.0e} of the resting value"
            rows = compared(measured, target, SCALES[0])
            reached = [tool for tool in measured if rows[tool]["status"] == "measured"]
            for tool in sorted(reached, key=lambda tool: rows[tool]["us_per_session"]):
                table.add_row(tool, *_cells(rows[tool], rows.get(f"ratio_{tool}")))
            console.print(table)
            for tool in measured:
                if tool not in reached:
                    console.print(f"{tool}, {rows[tool]['status']}: {rows[tool]['reason']}", highlight=False)


def _cells(row: Mapping[str, Any], ratio: float | None) -> list[str]:
    errors = [f"{row[key]:.1e}" for key in ("error", "error_of_largest", "tolerance")]
    times = "" if ratio is None else f"{ratio:.1f}"
    return [f"{row['us_per_session']:.1f}", times, *errors, f"{row['start_up_s']:.1f}"]
