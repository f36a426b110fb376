"""Who simulates changes nothing: any number of workers, killed ones, late ones; unlike ones are refused."""

import os
import signal
import sys
from dataclasses import replace
from itertools import chain
from logging import CRITICAL
from time import sleep

import dask
import pytest
from distributed import Client, LocalCluster, WorkerPlugin

import exerkine_sim as xk
from exerkine_sim.errors import InputError
from exerkine_sim.sweeps import Factor, Outputs, Range, Sampling, cluster, design, work

MEMBERS, CHUNK = 160, 16
HTTP = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
QUIET = {"host": "127.0.0.1", "scheduler_kwargs": HTTP, "silence_logs": CRITICAL}


@pytest.fixture(autouse=True, scope="module")
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "CHUNK_HOURS", 1.0)  # the fewest members a chunk may have
        yield


@pytest.fixture(scope="module")
def study():
    """Members that all end but for those whose plan outlasts the simulation, which are refused one by one."""
    return xk.Design(
        xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"),
        xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50),
        factors=[Factor("plan.duration", Range(0.5, 1.6)), Factor("il6.clearance", Range(0.6, 1.5, "log"))],
        sampling=Sampling("sobol", n=MEMBERS, seed=5),
        outputs=Outputs(exerkines=("il6", "lactate"), end_h=8.5),
    )


@pytest.fixture(scope="module")
def alone(study, tmp_path_factory):
    """The store of a sweep by one process."""
    found = xk.sweep(study, out=tmp_path_factory.mktemp("alone") / "runs.zarr")
    assert study.chunk == CHUNK
    assert 0 < len(found.failed) < MEMBERS / 2
    return contents(found)


@pytest.fixture(scope="module")
def crew():
    """Processes of one core each, as many as a test asks for; tests that ask for more come later."""
    with (
        dask.config.set(cluster.UNWATCHED),
        LocalCluster(n_workers=0, threads_per_worker=1, **QUIET) as found,
    ):
        yield found


@pytest.fixture
def client(crew):
    with Client(crew.scheduler_address, set_as_default=False) as found:
        yield found


def at_work(crew, client, n):
    """Let there be so many workers, and return the address of their scheduler."""
    crew.scale(n)
    client.wait_for_workers(n)
    return crew.scheduler_address


def test_nothing_looks_at_the_threads_of_our_own_workers():
    """It may stop them for good, on some Pythons."""
    name = "distributed.worker.profile.enabled"
    before = dask.config.get(name)
    with cluster._processes(1) as one, Client(one.scheduler_address, set_as_default=False) as found:
        found.wait_for_workers(1)
        assert set(found.run(dask.config.get, name).values()) == {False}
    assert dask.config.get(name) == before  # of what others have nothing was changed


def contents(sweep) -> dict[str, bytes]:
    """Return every file of a store."""
    root = sweep.store.path
    return {str(one.relative_to(root)): one.read_bytes() for one in root.rglob("*") if one.is_file()}


def begun(study, out):
    """Interrupt a sweep after some chunks."""

    def interrupt(done, _):
        if done > 3 * CHUNK:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        xk.sweep(study, out=out, progress=interrupt)


def test_one_worker_of_this_machine(study, alone, tmp_path):
    told = []
    found = xk.sweep(study, out=tmp_path / "runs.zarr", workers=1, progress=lambda *now: told.append(now))
    assert contents(found) == alone
    assert told == [(done, MEMBERS) for done in range(0, MEMBERS + 1, CHUNK)]


def test_two_finish_what_one_process_began(study, alone, crew, client, tmp_path):
    begun(study, tmp_path / "runs.zarr")
    address = at_work(crew, client, 2)
    found = xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address, resume=True)
    assert contents(found) == alone
    known = client.run(lambda dask_worker: [name for name in dask_worker.plugins if "exerkine" in name])
    assert list(known.values()) == [[], []], "nothing is left on a cluster"


def test_a_killed_worker_changes_nothing(study, alone, crew, client, tmp_path):
    killed = []

    def kill(done, _):
        if done == CHUNK:
            killed.append(min(client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    address = at_work(crew, client, 2)
    found = xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address, progress=kill)
    assert len(killed) == 1
    assert contents(found) == alone


def pretend(name: str | None = "0.0.0") -> None:
    """Make a worker believe that it runs another version; the true one again with None."""
    run = sys.modules["exerkine_sim.sweeps.run"]
    run.__version__ = xk.__version__ if name is None else name


def nudge(by: float) -> None:
    """Make a worker round as another processor might: the last bit of every number."""
    import numpy as np

    from exerkine_sim.sweeps import member, work

    def nudged(*given, **settings):
        kept = member.simulated(*given, **settings)
        for numbers in kept.numbers.values():
            numbers[:] = np.nextafter(numbers, by)
        return kept

    work.simulated = nudged if by else member.simulated


@pytest.mark.parametrize(
    ("change", "back", "named"),
    [
        (lambda: pretend(), lambda: pretend(None), rf"exerkine-sim is 0.0.0 there and {xk.__version__} here"),
        (lambda: nudge(1e9), lambda: nudge(0), r"bits of a probe is \w+ there and \w+ here"),
    ],
    ids=["version", "bits"],
)
def test_workers_that_would_find_other_numbers_are_refused_before_any_work(
    study, crew, client, tmp_path, change, back, named
):
    address = at_work(crew, client, 2)
    odd = [next(iter(client.nthreads()))]
    client.run(change, workers=odd)
    try:
        with pytest.raises(InputError, match=named) as refusal:
            xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address)
    finally:
        client.run(back, workers=odd)
    assert odd[0] in str(refusal.value)
    assert "pip install 'exerkine-sim[distributed]==" in str(refusal.value)
    assert xk.open_sweep(tmp_path / "runs.zarr").store.missing() == [*range(MEMBERS // CHUNK)]


class Late(WorkerPlugin):
    """Makes a worker odd that comes after these, which take their time, so that something is left for it."""

    name = "late"

    def __init__(self, known):
        self.known, self.kept = known, None

    def setup(self, worker):
        if worker.name not in self.known:
            pretend()
            return
        kept = self.kept = work.Work.kept

        def slowly(*given):
            sleep(1)
            return kept(*given)

        work.Work.kept = slowly

    def teardown(self, worker):  # noqa: ARG002 - asked with it
        if self.kept is not None:
            work.Work.kept = self.kept


def test_a_late_worker_that_differs_has_no_part(study, alone, crew, client, tmp_path):
    """It is noticed by its first chunk, which is not written."""

    def join(done, _):
        if done == CHUNK:
            at_work(crew, client, 3)

    address = at_work(crew, client, 2)
    client.register_plugin(Late(set(crew.workers)))
    with pytest.raises(InputError, match="exerkine-sim is 0.0.0 there"):
        xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address, progress=join)
    client.unregister_worker_plugin("late")
    client.run(pretend, None)
    found = xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address, resume=True)
    assert contents(found) == alone


def test_four_workers(study, alone, tmp_path):
    with LocalCluster(n_workers=4, threads_per_worker=1, processes=False, protocol="tcp://", **QUIET) as four:
        found = xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=four.scheduler_address)
    assert contents(found) == alone


def test_a_cluster_without_workers_is_told(study, alone, crew, client, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.5)

    def leave(done, _):
        if done == CHUNK:
            crew.scale(0)
            while client.scheduler_info()["workers"]:  # what they are at may still come, and nothing after it
                sleep(0.05)

    address = at_work(crew, client, 2)
    with pytest.raises(InputError, match=r"no worker for 0\.5 s"):
        xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address, progress=leave)
    with pytest.raises(InputError, match=r"no worker for 0\.5 s"):
        xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address, resume=True)
    assert contents(xk.sweep(study, out=tmp_path / "runs.zarr", resume=True)) == alone


def test_chunks_wait_for_workers_that_come_back(study, alone, tmp_path, monkeypatch):
    """None is there when it begins: the sweep must neither end nor give up."""
    cores = cluster._cores
    monkeypatch.setattr(cluster, "LOOK_S", 0.1)
    monkeypatch.setattr(cluster, "_cores", lambda client: chain([0, 0], cores(client)))
    with LocalCluster(n_workers=1, processes=False, protocol="tcp://", **QUIET) as one:
        found = xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=one.scheduler_address)
    assert contents(found) == alone


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "tcp://", "gopher://127.0.0.1:9", ""])
def test_an_address_where_nobody_answers_is_told(study, tmp_path, monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    with pytest.raises(InputError, match="no scheduler answers at"):
        xk.sweep(study, out=tmp_path / "runs.zarr", scheduler=address)


@pytest.mark.parametrize("who", [{"workers": 0}, {"workers": 2, "scheduler": "tcp://127.0.0.1:9"}])
def test_workers_that_cannot_be_are_refused_before_a_store_is_made(study, tmp_path, who):
    with pytest.raises(InputError, match="workers"):
        xk.sweep(study, out=tmp_path / "runs.zarr", **who)
    assert not (tmp_path / "runs.zarr").exists()


def test_without_dask_the_command_that_installs_it_is_named(study, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'exerkine-sim\[distributed\]'"):
        xk.sweep(study, out=tmp_path / "runs.zarr", workers=2)


def test_a_design_travels_as_it_is(study):
    heavier = study.parameters.with_values({"il6.clearance": 0.9}, note="a test")
    for given in (study, replace(study, parameters=heavier)):
        arrived = work.Work(given, 64).design
        assert arrived.recipe() == given.recipe()
        assert arrived.parameters.digest() == given.parameters.digest()
