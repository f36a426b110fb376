"""Ctrl-C and too little memory: in words, with the exit code that says so, and nothing is left half done."""

import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.errors import InputError
from exerkine_sim.sweeps import run as sweeping
from forking import forked, forks
from laboratory import MAN
from saying import in_words

INTERRUPTED = 130
DESIGN = """plan = "plan.txt"
[subject]
sex = "male"
age_y = 30
body_mass_kg = 75
height_m = 1.8
vo2max_ml_kg_min = 50
[vary]
"plan.duration" = { low = 0.5, high = 1.0 }
[sample]
method = "sobol"
n = 4
seed = 1
[outputs]
exerkines = ["il6"]
metrics = ["c_max"]
"""


@pytest.fixture(autouse=True)
def _terminal() -> Iterator[None]:
    """Ctrl-C interrupts, as in a terminal: what runs in the background may have been told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupting(monkeypatch, place: str) -> None:
    """Have the user press Ctrl-C where the work is about to call something."""

    def pressed(*_, **__):
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(place, pressed)


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (("run", "plan.txt", "--out", "out"), "exerkine_sim.engine.compiled._Batch._run"),
        (("run", "plan.txt", "--end-h", "2.5", "--out", "out"), "exerkine_sim.netcdf.netcdf"),
        (("import", "plan.txt", "--out", "new.toml"), "exerkine_sim.schedule.schedule.Schedule.to_toml"),
        (("measure", "plan.txt", "--out", "t.csv"), "exerkine_sim.engine.compiled._Batch._run"),
    ],
)
def test_an_interrupt_ends_in_words_and_leaves_nothing(folder, command, monkeypatch, words, place):
    interrupting(monkeypatch, place)
    code, said = command(*words)
    assert (code, said.strip().splitlines()[-1]) == (INTERRUPTED, "error: interrupted")
    assert [one.name for one in folder.iterdir()] == ["plan.txt"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("folder")
def test_an_interrupted_sweep_goes_on(command, monkeypatch):
    Path("design.toml").write_text(DESIGN, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "simulated", lambda *_, **__: signal.raise_signal(signal.SIGINT))
        code, said = command("sweep", "design.toml", "--out", "s.zarr")
    assert code == INTERRUPTED
    in_words(said)
    code, said = command("sweep", "design.toml", "--out", "s.zarr", "--resume")
    assert code == 0, said
    assert np.isfinite(xk.open_sweep("s.zarr").dataset["c_max"].values).all()


@pytest.mark.parametrize("n", [10**9, 10**30])
def test_too_many_people_are_refused_before_there_is_room_for_any(n):
    with pytest.raises(InputError, match=r"n = 10+\n  expected: a whole number from 1 to 10000000"):
        xk.Population(MAN, n=n, seed=1)


def test_more_than_fits_into_memory_is_refused_in_words(plan):
    with pytest.raises(InputError, match=r"10000000 members at .* times\n  expected: at most \d+ members"):
        xk.simulate(plan, xk.Population(MAN, n=10_000_000, seed=1))


@forks
def test_too_little_memory_is_an_error_in_words(folder, command):
    def confined() -> tuple[int, str]:
        import resource

        used = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + 30_000_000, resource.RLIM_INFINITY))
        return command("run", "plan.txt", "--population", "1000", "--no-plot", "--out", "out")

    if not Path("/proc/self/statm").exists():
        pytest.skip("needs to know how much memory there is in use")
    code, told = forked(confined)
    assert code == 0, told
    assert told[0] == 1
    assert "not enough memory" in told[1]
    in_words(told[1])
    assert [one.name for one in folder.iterdir()] == ["plan.txt"]
