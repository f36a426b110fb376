"""The soak in seconds, of which `make soak` is an hour: runs are right and repeat, and faults are found."""

import io
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

import exerkine_sim as xk

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.soak import api, checks, commands, draw
from benchmarks.soak.job import Job, Outcome, Worker
from benchmarks.soak.watch import MOST_GROWTH, growth, held

SEED, LONG_S = 3, 600.0
RUN = xk.parse_schedule("Mon 00:30 run 30m 75% VO2max")
# Without molecules held, each of which is a kernel to compile.
LIGHT = {
    api: (api.batch, api.measure, api.training_file, api.bad),
    commands: (commands.explain, commands.bad),
}


@pytest.mark.parametrize("way", [api, commands], ids=["api", "cli"])
def test_random_runs_are_right_and_repeat(way):
    """Some of the light kinds; each fault would name the command that repeats it."""
    jobs = [Job(1, run) for run in LIGHT[way]]
    worker, journal = Worker(way.WORKER.name, jobs, way.reference), io.StringIO()
    faults = worker.work(SEED, journal, until=time.monotonic() + LONG_S, most=12)
    entries = [json.loads(line) for line in journal.getvalue().splitlines()]
    assert [one for one in entries if "fault" in one] == []
    assert faults == 0
    assert sum(one["repeated"] for one in entries) == 3


def test_plans_and_people_are_drawn_from_the_seed_alone_and_can_happen():
    drawn = [(draw.plan(Random(number)), draw.person(Random(number))) for number in range(60)]
    assert drawn == [(draw.plan(Random(number)), draw.person(Random(number))) for number in range(60)]
    assert len({text for text, _ in drawn}) == 60
    assert all(xk.parse_schedule(text).end_h > 0 and xk.Subject(**about) for text, about in drawn)


@pytest.fixture(scope="module")
def solved():
    subject = draw.subject(Random(1))
    return xk.simulate(RUN, subject, times_h=np.linspace(0, 1.5, 31), end_h=1.5), subject


def changed(solution, name, factor):
    """Return a Solution with one number of many wrong."""
    values = solution.arrays[name].copy()
    values[0, -1, ...] *= factor
    variables = solution.arrays.variables
    changed = {**variables, name: variables[name].holding(values)}
    return replace(solution, arrays=replace(solution.arrays, variables=changed))


def test_a_wrong_state_does_not_pass_the_reference(solved, monkeypatch):
    """The compiled engine stands in for the reference, which takes ten seconds and has tests of its own."""
    solution, subject = solved
    asked = []

    def oracle(*case, engine, **options):
        asked.append(engine)
        return xk.simulate(*case, **options)

    monkeypatch.setattr(checks, "simulate", oracle)
    assert checks.against_reference(solution, RUN, subject) < checks.AGREES
    with pytest.raises(checks.Fault, match="reference"):
        checks.against_reference(changed(solution, "state", 1.001), RUN, subject)
    assert set(asked) == {"reference"}


@pytest.mark.parametrize(("factor", "message"), [(-1.0, "concentration of"), (np.nan, "not finite")])
def test_an_impossible_concentration_is_a_fault(solved, factor, message):
    with pytest.raises(checks.Fault, match=message):
        checks.sound(changed(solved[0], "concentration", factor))


def test_a_run_that_differs_when_repeated_is_a_fault_and_says_how_to_repeat_it():
    seen = []

    def drifting(_draw, _folder):
        seen.append(1)
        return Outcome(str(len(seen)))

    journal = io.StringIO()
    worker = Worker("api", [Job(1, drifting)], drifting)
    assert worker.work(1, journal, until=time.monotonic() + LONG_S, most=8) == 2
    fault = next(one for one in map(json.loads, journal.getvalue().splitlines()) if "fault" in one)
    assert "other bits" in fault["fault"]
    assert fault["repeat"].startswith("python -m benchmarks.soak --again api")


def test_growth_is_found_in_noise_and_not_where_there_is_none():
    """An hour of samples with 2 % of noise, and one in fifty far off; a leak of a tenth in that hour."""
    draws, at = np.random.default_rng(1), np.arange(0, 3600, 5.0)
    noise = draws.normal(1, 0.02, len(at)) * np.where(draws.random(len(at)) < 0.02, 3.0, 1.0)
    flat, leak = growth(at, 400 * noise), growth(at, 400 * noise * (1 + 0.1 * at / 3600))
    assert flat.low < 0 < flat.high < MOST_GROWTH < leak.low < leak.share < leak.high


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_is_seen_and_one_that_ended_is_not():
    assert held(os.getpid())["memory_mb"] > 50
    assert held(2**22 + 1) == {}
