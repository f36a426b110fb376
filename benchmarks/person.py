"""How long one person takes, what a second thread brings, and the way to a first result.

``python -m benchmarks.person`` prints tables, with ``--json`` JSON. All but the way to a first result is
measured warm, with kernels compiled and loaded; the quickest of several runs counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np

from exerkine_sim.batch import drawn, system_of
from exerkine_sim.engine import Trajectories, state_scale
from exerkine_sim.engine.compiled import integrate
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, simulate
from exerkine_sim.stimulus import build_stimulus
from exerkine_sim.subject import Population

from .case import EXACT, INTERVALS, LIFT, RUN
from .speed.subject import PERSON

# Day of the week, from 1, and session; a lifting session has 20 sets.
WEEKS: Mapping[str, tuple[tuple[int, str], ...]] = MappingProxyType(
    {
        "three a week": ((1, RUN), (3, INTERVALS), (5, RUN)),
        "five a week": ((1, LIFT), (2, RUN), (4, LIFT), (5, INTERVALS), (7, RUN)),
        "a year, on foot": ((1, RUN), (2, RUN), (3, INTERVALS), (5, RUN), (6, RUN)),
    }
)
LONG = MappingProxyType({"a year, on foot": 50})  # weeks, where not 8
N_WEEKS, WEEK_H, TOLERANCES = 8, 168.0, (1e-3, 1e-4, 1e-5, 1e-6)
MEMBERS, SEED = 2048, 1
ROUNDS_OF_ONE, ROUNDS_OF_MANY, STARTS = 25, 7, 3
FIRST = f"""
import exerkine_sim as xk
from benchmarks.speed.subject import PERSON
xk.simulate(xk.parse_schedule("Mon 07:00 {RUN}"), PERSON).concentration("il6", site="plasma").max()
"""

KERNEL = """
import time
import sympy
from exerkine_sim.engine.compiled import kernel
from exerkine_sim.engine.kernel.machine import lanes_of_host
from exerkine_sim.physiology import default_model
from exerkine_sim.simulate import system_of
begin = time.perf_counter()
system = system_of(default_model())
system.rates
composed = time.perf_counter()
kernel(system, lanes_of_host())
print(composed - begin, time.perf_counter() - composed)
"""


def plan_of(week: tuple[tuple[int, str], ...], *, weeks: int = N_WEEKS) -> Schedule:
    """Return a plan that repeats a week."""
    days = [(7 * number + day, session) for number in range(weeks) for day, session in week]
    return parse_schedule("\n".join(f"day {day} 07:00 {session}" for day, session in days))


def one_person(name: str, tolerance: float) -> dict[str, float | str]:
    """Return milliseconds of weeks of one person.

    ``engine_ms`` is that of the integration, with states at the end of every segment; ``simulate_ms`` that of
    :func:`exerkine_sim.simulate`, from plan and person to labelled time courses. ``error`` is the largest of
    any state at the end of any segment, on its resting value or its own, against this engine at 1e-12.
    """
    model, parameters = default_model(), load_parameters()
    weeks = LONG.get(name, N_WEEKS)
    plan, end_h = plan_of(WEEKS[name], weeks=weeks), WEEK_H * weeks
    constants = constants_of(model, parameters, [PERSON])
    forcing = forcing_of(model, build_stimulus(plan, PERSON, parameters, end_h=end_h))
    ends = forcing.breakpoints[1:]

    def solved(tolerance: float) -> Trajectories:
        return integrate(system_of(model), constants, [forcing], times=ends, tolerance=tolerance)

    exact = solved(EXACT)
    off = np.abs(solved(tolerance).states - exact.states)
    scale = np.maximum(np.abs(exact.states), state_scale(exact.baseline)[:, None])
    engine, whole = _quickest(
        lambda: solved(tolerance),
        lambda: simulate(plan, PERSON, end_h=end_h, tolerance=tolerance),
        n=ROUNDS_OF_ONE,
    )
    return {
        "plan": name,
        "sessions": len(plan.sessions),
        "segments": len(ends),
        "tolerance": tolerance,
        "error": float((off / scale).max()),
        "engine_ms": 1000 * engine,
        "simulate_ms": 1000 * whole,
    }


def two_threads() -> dict[str, float]:
    """Return seconds of a week of many people on one thread and on two, and the share that two take."""
    model, parameters = default_model(), load_parameters()
    plan, end_h = plan_of(WEEKS["three a week"], weeks=1), WEEK_H
    part = drawn(plan, Population(PERSON, n=MEMBERS, seed=SEED), model=model, parameters=parameters)
    people = [person for _, person in part.members]
    constants = constants_of(model, parameters, people, factors=part.factors)
    forcings = [forcing_of(model, build_stimulus(plan, PERSON, parameters, end_h=end_h))] * MEMBERS

    def run(threads: int) -> None:
        integrate(system_of(model), constants, forcings, times=np.array([end_h]), threads=threads)

    one, two = _quickest(lambda: run(1), lambda: run(2), n=ROUNDS_OF_MANY)
    return {"members": MEMBERS, "one_s": one, "two_s": two, "share": two / one}


def first_result() -> dict[str, float]:
    """Return wall-clock seconds from the start of a process to its first result.

    ``cold_s`` is with an empty cache, so that the kernel is compiled; ``cached_s`` is every later time.
    """
    command, pairs = [sys.executable, "-c", FIRST], []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as cache:
            environment = {**os.environ, "EXERKINE_SIM_CACHE": cache}
            process = partial(subprocess.run, command, env=environment, check=True)
            pairs.append((_timed(process), _timed(process)))
    cold, cached = (min(times) for times in zip(*pairs, strict=True))
    return {"cold_s": cold, "cached_s": cached}


def new_kernel() -> dict[str, float]:
    """Return seconds until a model that nobody has used before is composed, and then until it is compiled."""
    found = []
    for _ in range(STARTS):
        with tempfile.TemporaryDirectory() as cache:
            environment = {**os.environ, "EXERKINE_SIM_CACHE": cache}
            command = [sys.executable, "-c", KERNEL]
            told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
            found.append([float(one) for one in told.stdout.split()])
    composed, compiled = map(min, zip(*found, strict=True))
    return {"composed_s": composed, "compiled_s": compiled}


def _quickest(*works: Callable[[], object], n: int) -> list[float]:
    """Return the least seconds of each, in rounds, so that a slow minute of the machine decides nothing."""
    for work in works:
        work()  # compiles and loads
    rounds = [[_timed(work) for work in works] for _ in range(n)]
    return [min(times) for times in zip(*rounds, strict=True)]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def show(people: list[dict[str, float | str]], threads: dict[str, float], start: dict[str, float]) -> None:
    """Print what was found as tables."""
    print(f"{f'{N_WEEKS} weeks; a year 50':20}  sessions  segments  tolerance    error  engine, ms  simulate")
    row = "{plan:20}  {sessions:8}  {segments:8}  {tolerance:9.0e}  {error:7.1e}  {engine_ms:10.1f}"
    row += "  {simulate_ms:8.1f}"
    for one in people:
        print(row.format(**one))
    line = "{members} people, a week: {one_s:.2f} s on one thread, {two_s:.2f} s on two, {share:.2f} of it"
    print(line.format(**threads))
    kernel = "new kernel: {compiled_s:.2f} s, and {composed_s:.2f} s before that to compose the equations"
    print(kernel.format(**start))
    print("first result: {cold_s:.2f} s with an empty cache, {cached_s:.2f} s later".format(**start))


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args()
    people = [one_person(name, tolerance) for name in WEEKS for tolerance in TOLERANCES]
    threads, start = two_threads(), new_kernel() | first_result()
    if options.json:
        print(json.dumps({"person": people, "threads": threads, "start": start}, indent=1))
    else:
        show(people, threads, start)


if __name__ == "__main__":
    main()
