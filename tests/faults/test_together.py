"""Several at once, in threads and processes, on the same cache, file or store: the same bits, none mixed."""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sympy

from exerkine_sim.engine import System, compiled
from exerkine_sim.engine.contract import Forcing
from exerkine_sim.errors import InputError
from exerkine_sim.files import CACHE_VARIABLE, whole
from exerkine_sim.schedule import load_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.table import GrowingTable, Kept
from forking import begun, forks, waited
from laboratory import MAN

MANY = 6
RIDE = Path(__file__).parents[1] / "data" / "ride.tcx"


def decay(_: object = None) -> list[float]:
    """Compile, or take from the cache, a system of one state, and integrate it."""
    y, k = sympy.symbols("y k")
    forcing = Forcing(np.array([0.0, 2.0]), np.zeros((1, 0)), np.zeros(0))
    system = System((y,), (k,), (), (-k * y,), (sympy.Integer(1),))
    start = np.ones((1, 1))
    found = compiled.integrate(system, np.ones((1, 1)), [forcing], times=np.array([1.0, 2.0]), start=start)
    return found.states.ravel().tolist()


@forks
def test_an_empty_cache_may_be_filled_by_many_at_once(tmp_path, monkeypatch):
    """Kernels and what was read of a training file, each whole in the end and there once."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))

    def both() -> list:
        return [decay(), load_schedule(RIDE).to_toml()]

    ended = [waited(one) for one in [begun(both) for _ in range(MANY)]]
    assert [code for code, _ in ended] == [0] * MANY, ended
    assert all(told == ended[0].told for _, told in ended)
    kept = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert sorted(one.parent.name for one in kept) == ["imports", "kernels"]
    assert both() == ended[0].told


@forks
def test_who_writes_last_has_written_all_of_it(tmp_path):
    place = tmp_path / "figure.png"

    def write(letter: bytes) -> None:
        for _ in range(20):
            with whole(place) as partial:
                partial.write_bytes(letter * 100_000)
            assert len(set(place.read_bytes())) == 1

    ended = [waited(one) for one in [begun(lambda own=letter: write(own)) for letter in (b"a", b"b", b"c")]]
    assert [code for code, _ in ended] == [0, 0, 0], ended
    with ThreadPoolExecutor(3) as pool:  # of one process, whose number they share
        assert list(pool.map(write, (b"d", b"e", b"f"))) == [None] * 3
    assert [one.name for one in tmp_path.iterdir()] == ["figure.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="no lock is known there")
def test_a_table_has_one_writer(tmp_path):
    """The second is refused before it has touched what the first has written."""
    table, nothing = GrowingTable(tmp_path / "t.csv"), Kept(recipe={})
    rows = pd.DataFrame({"member": [0], "status": ["ok"]})
    with table.opened(nothing) as file:
        with (
            pytest.raises(InputError, match=r"t\.csv: is being written by another process"),
            table.opened(nothing),
        ):
            pass
        table.append(file, rows, kept=nothing)
    table.finish()
    assert table.file.read_text() == "member,status\n0,ok\n"


def test_threads_that_simulate_at_once_find_the_same_bits(plan, solution):
    def again(_: int) -> np.ndarray:
        return simulate(plan, MAN, end_h=2.5).arrays["state"]

    with ThreadPoolExecutor(MANY) as pool:
        for state in pool.map(again, range(2 * MANY)):
            assert np.array_equal(state, solution.arrays["state"])


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_processes_of_a_pool_find_the_same_bits(way):
    """Begun as copies of this one, whose kernel they have already, or anew."""
    if way not in multiprocessing.get_all_start_methods():
        pytest.skip("not known here")
    here = decay()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(way)) as pool:
        assert list(pool.map(decay, range(2))) == [here, here]
