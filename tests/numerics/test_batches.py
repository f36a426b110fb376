"""A batch: compiled once a structure, spread over processors, told of on the way; and what stays as it is."""

import dataclasses
import importlib
import os
import pkgutil

import numpy as np
import pytest
import sympy

import exerkine_sim.engine
from exerkine_sim.engine import Deferred, Forcing, Sizes, Status, System, compiled
from exerkine_sim.engine.kernel import machine
from exerkine_sim.errors import InputError

Y, K, U = (sympy.Symbol(name, real=True) for name in ("y", "k", "u"))


def decay():
    return System((Y,), (K,), (U,), (U - K * Y,), (sympy.Integer(1),), observables=(Y,))


FORCING = Forcing(np.array([0.0, 1.0, 2.0]), np.array([[0.0], [1.0]]), np.zeros(1))


def solved(system, n=1, **options):
    options = {"times": np.array([2.0]), "start": np.ones((n, 1)), **options}
    return compiled.integrate(system, np.ones((n, 1)), [FORCING] * n, **options)


def anew(caplog):
    return [one.args for one in caplog.records if one.name == machine.__name__ and "compiled" in one.msg]


# ------------------------------------------------------------------------------------------ compiled once


@pytest.fixture
def kept_nowhere(monkeypatch, caplog):
    monkeypatch.setenv("EXERKINE_SIM_CACHE", "")
    caplog.set_level("INFO")


@pytest.mark.usefixtures("kept_nowhere")
def test_a_system_is_compiled_once_a_process_for_few_and_once_for_many(caplog):
    """Even where nothing can be kept on disk."""
    one, several = decay(), machine.lanes_of_host()
    for n, compiled_for in ((1, [1]), (2, [1]), (3, [1, several]), (1, [1, several]), (40, [1, several])):
        solved(one, n)
        assert [width for _, width in anew(caplog)] == compiled_for


@pytest.mark.usefixtures("kept_nowhere")
def test_what_has_a_key_is_compiled_under_it(caplog):
    made = []

    def make():
        made.append(1)
        return decay()

    several = [Deferred(make, sizes=Sizes(1, 1, 1, 1), key=key) for key in ("one", "one", "other")]
    for system in several:
        solved(system)
        solved(system)
    assert (len(made), len(anew(caplog))) == (3, 3)
    assert machine._name("one", 1) != machine._name("other", 1)
    assert machine._name("one", 1) != machine._name("one", 4)
    assert machine._name("one", 1) == machine._name("one", 1)


# ------------------------------------------------------------------------------------------ processors


def test_as_many_threads_as_there_are_processors_for_us(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 3, 5}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert compiled._processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    assert compiled._processors() == 64
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert compiled._processors() == 1


@pytest.mark.parametrize(
    ("vectors", "part", "threads", "workers"),
    [
        (1, 0, None, 1),
        (3, 0, None, 3),
        (2, 1, None, 3),
        (9, 0, None, 4),
        (9, 0, 2, 2),
        (1, 0, 7, 1),
        (0, 1, 1, 1),
    ],
)
def test_no_more_threads_are_started_than_vectors_are_filled(monkeypatch, vectors, part, threads, workers):
    started, pool = [], compiled.ThreadPoolExecutor
    monkeypatch.setattr(compiled, "_processors", lambda: 4)
    monkeypatch.setattr(compiled, "ThreadPoolExecutor", lambda n: started.append(n) or pool(n))
    n = max(vectors * machine.lanes_of_host() + part, 3)
    solved(decay(), n, threads=threads)
    assert started == [workers]


def test_one_alone_is_solved_where_it_is_asked_for(monkeypatch):
    """Without a thread, unless someone wants to know how far it is."""
    monkeypatch.setattr(compiled, "ThreadPoolExecutor", None)
    assert solved(decay()).status == (Status.OK,)
    with pytest.raises(TypeError):
        solved(decay(), progress=lambda _done: None)


@pytest.mark.parametrize(
    ("features", "lanes"),
    [("+avx512f,+avx2", 8), ("-avx512f,+avx2", 8), ("-avx512f,-avx2,+avx", 4), ("+neon", 4), ("", 4)],
)
def test_a_vector_holds_what_registers_of_the_processor_do(monkeypatch, features, lanes):
    monkeypatch.setattr(machine, "host", lambda: ("triple", "name", features))
    assert machine.lanes_of_host() == lanes


def test_a_processor_is_told_by_what_may_round(monkeypatch):
    monkeypatch.setattr(
        machine, "host", lambda: ("triple", "zen", "+sse2,-avx2,+fma,+cmov,+avx,avx512f,-neon")
    )
    assert machine.processor() == {"processor": "zen", "instructions": "sse2 fma avx"}


# ------------------------------------------------------------------------------------------ told of


@pytest.mark.parametrize("n", [1, 30])
def test_progress_ends_with_all(n):
    seen = []
    solved(decay(), n, progress=seen.append)
    assert seen[-1] == 1.0
    assert all(0 <= one <= 1 for one in seen)


def test_a_start_is_given_back_and_not_changed():
    start, scale = np.full((3, 1), 2.0), np.full((3, 1), 5.0)
    found = solved(decay(), 3, start=start, scale=scale)
    np.testing.assert_array_equal(found.baseline, start)
    assert found.baseline is not start
    assert (start == 2.0).all()
    assert (scale == 5.0).all()
    assert found.residual.tolist() == [0.0] * 3


def test_a_scale_says_on_what_errors_are_judged():
    """On a thousand times as much the same accuracy takes fewer steps."""
    fine, coarse = (
        solved(decay(), start=np.full((1, 1), 2.0), scale=np.full((1, 1), scale), tolerance=1e-7).evaluations[
            0
        ]
        for scale in (1.0, 1000.0)
    )
    assert coarse < fine


@pytest.mark.parametrize("name", ["refrence", "", "Compiled"])
def test_an_engine_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="compiled or reference"):
        exerkine_sim.engine.engine_named(name)


# ------------------------------------------------------------------------------------------ what stays


def dataclasses_of_the_engine():
    package = exerkine_sim.engine
    names = [one.name for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    members = (vars(importlib.import_module(name)).values() for name in names)
    found = {one for each in members for one in each if isinstance(one, type)}
    return sorted(filter(dataclasses.is_dataclass, found), key=lambda one: one.__qualname__)


@pytest.mark.parametrize("kind", dataclasses_of_the_engine(), ids=lambda kind: kind.__qualname__)
def test_what_is_passed_around_is_not_changed(kind):
    assert kind.__dataclass_params__.frozen


def test_a_system_and_a_kernel_are_only_themselves():
    """By what they hold they could not be told apart soon."""
    one = decay()
    assert one != dataclasses.replace(one)
    assert {one: 1}[one] == 1
    assert not machine.Kernel.__dataclass_params__.eq
