"""Clocks that are wrong, jump or are those of another country: numbers and bytes are the same."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from exerkine_sim.cli.terminal import counting, step
from exerkine_sim.files import CACHE_VARIABLE, kept
from exerkine_sim.schedule import load_schedule
from exerkine_sim.simulate import simulate
from laboratory import MAN

DATA = Path(__file__).parents[1] / "data"
RECORDINGS = [DATA / name for name in ("run.gpx", "ride.tcx", "strength.fit", "hevy.csv")]
# Half an hour off and half an hour of summer, fourteen hours ahead, and a word that is no zone.
ZONES = ("UTC", "Australia/Lord_Howe", "Pacific/Kiritimati", "nowhere/at all")


@pytest.fixture
def zone(monkeypatch):
    """Move the computer to a time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a process is set once and for all here")

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_training_files_are_read_alike_in_every_zone(zone, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, "")  # read anew in each
    read = []
    for name in ZONES:
        zone(name)
        read.append([load_schedule(file).to_toml() for file in RECORDINGS])
    assert all(one == read[0] for one in read)


@pytest.mark.parametrize("jump", [-1e9, 1e9])
def test_a_clock_that_jumps_changes_no_number(monkeypatch, plan, solution, jump):
    began, calls = time.time(), iter(range(10**9))
    monkeypatch.setattr(time, "time", lambda: began + jump * (next(calls) % 2))
    again = simulate(plan, MAN, end_h=2.5)
    assert np.array_equal(again.arrays["state"], solution.arrays["state"])
    assert again.manifest == solution.manifest


@pytest.mark.parametrize("rate", [-1.0, 0.0])
def test_progress_outlives_a_clock_that_stands_or_runs_backwards(monkeypatch, rate):
    began, calls = time.monotonic(), iter(range(10**9))
    monkeypatch.setattr(time, "monotonic", lambda: began + rate * next(calls))
    with counting("measuring", "people", n=10) as report, step("simulating") as tell:
        for done in range(11):
            report(done)
            tell(done / 10)


@pytest.mark.parametrize("when", [0.0, datetime(2150, 1, 1, tzinfo=UTC).timestamp()])
def test_the_age_of_a_file_does_not_matter(tmp_path, monkeypatch, when):
    """What is kept is named after what it follows from, and never grows old."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    file = tmp_path / RECORDINGS[0].name
    file.write_bytes(RECORDINGS[0].read_bytes())
    assert kept("kernels/one", lambda: b"made") == b"made"
    first = load_schedule(file).to_toml()
    for one in (file, *(tmp_path / "cache").rglob("*")):
        os.utime(one, (when, when))
    assert kept("kernels/one", lambda: b"made anew") == b"made"
    assert load_schedule(file).to_toml() == first
