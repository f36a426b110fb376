"""Whatever happens to a sweep, it ends with the store that it would have been without, to the byte."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.subject import Population
from exerkine_sim.sweeps import Design, Sampling, design, open_sweep, sweep
from exerkine_sim.writer import alone
from sweeping import CHUNK, LARGE, PLAN, files_of, small_chunks, small_design

KILLER = Path(__file__).with_name("kill_sweeps.py")
KILLS = 20
# Runs a sweep whose files may have so many bytes and no more, as on a disk that is full.
CONFINED = """
import resource, sys
sys.path.insert(0, {tests!r})
from sweeping import LARGE, small_chunks, small_design
from exerkine_sim.errors import InputError
from exerkine_sim.sweeps import sweep
small_chunks()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    sweep(small_design(outputs=LARGE), out=sys.argv[1], resume=True)
except InputError as error:
    print(error)
"""


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(design, "FEWEST", design.FEWEST)
    monkeypatch.setattr(design, "MOST", design.MOST)
    small_chunks()


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A sweep that nothing happened to."""
    path = tmp_path_factory.mktemp("sweep") / "whole.zarr"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "FEWEST", CHUNK)
        patch.setattr(design, "MOST", CHUNK)
        sweep(small_design(), out=path)
    return path


def resumed(path: Path) -> int:
    """Go on with a sweep; return how many members there still were to be simulated."""
    told: list[int] = []
    sweep(small_design(), out=path, resume=True, progress=lambda done, total: told.append(total - done))
    return told[0]


def only(folder: Path, *names: str) -> bool:
    """Whether nothing else lies in a folder."""
    return sorted(one.name for one in folder.iterdir()) == sorted(names)


# ------------------------------------------------------------------ killed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, so that many can be killed")
def test_a_sweep_that_is_killed_at_any_moment_ends_with_the_same_store(tmp_path):
    """By a signal that nothing can catch: after delays, and when files are about to be touched."""
    command = [sys.executable, str(KILLER), str(tmp_path), str(KILLS), "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    how = json.loads(done.stdout)
    assert how["delay"] + how["touch"] == KILLS
    assert min(how["delay"], how["touch"]) >= 3
    assert only(tmp_path, "whole.zarr")


# ------------------------------------------------------------------ any batch, whole or in parts


@pytest.mark.parametrize("batch", [1, 4096])
def test_the_batch_changes_no_byte(tmp_path, monkeypatch, batch):
    monkeypatch.setattr(design, "FEWEST", 8)
    monkeypatch.setattr(design, "MOST", 8)
    people = Population(small_design().subject, n=3, seed=2)
    few = small_design(4, population=people)
    sweep(few, out=tmp_path / "usual.zarr")
    sweep(few, out=tmp_path / "other.zarr", batch=batch)
    assert files_of(tmp_path / "usual.zarr") == files_of(tmp_path / "other.zarr")


def test_a_sweep_made_again_from_its_recipe_is_the_same(tmp_path, whole):
    sweep(open_sweep(whole).design, out=tmp_path / "again.zarr")
    assert files_of(tmp_path / "again.zarr") == files_of(whole)


def test_a_sweep_with_parameters_of_ones_own_is_not_taken_for_another(tmp_path):
    changed = load_parameters().with_values({"il6.brake": 0.4}, note="by hand")
    few = small_design(2, parameters=changed)
    found = sweep(few, out=tmp_path / "own.zarr")
    with pytest.raises(InputError, match="swept with other parameters than the shipped ones"):
        _ = found.design
    again = Design.from_recipe(found.recipe["design"], parameters=changed)
    sweep(again, out=tmp_path / "again.zarr")
    assert files_of(tmp_path / "again.zarr") == files_of(tmp_path / "own.zarr")
    with pytest.raises(InputError, match="parameters differs"):
        sweep(small_design(2), out=tmp_path / "own.zarr", resume=True)


# ------------------------------------------------------------------ damaged


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("c_max/c/3/0/0", _flip),
        ("auc/c/0/0/0", Path.unlink),
        ("concentration/c/7/0/0", _cut),
        ("concentration/c/7/0/0", _flip),
        ("factor/il6.clearance/c/0", _empty),
        ("factor/plan.fasted/c/4", _flip),
        ("status/c/2", _cut),
        ("digest/c/5/0", _flip),
        ("digest/c/5/0", _empty),
        ("digest/c/5/0", Path.unlink),
    ],
)
def test_a_damaged_chunk_is_found_and_made_again(tmp_path, whole, file, damage):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    damage(path / file)
    last = "c/7" in file  # which has one member alone
    assert resumed(path) == (1 if last else CHUNK)
    assert files_of(path) == files_of(whole)
    assert only(tmp_path, "runs.zarr")


@pytest.mark.parametrize("damage", [_cut, _flip])
@pytest.mark.parametrize("file", ["c_max/c/3/0/0", "exerkine/c/0", "status/zarr.json", "digest/zarr.json"])
def test_what_is_damaged_is_not_read_as_if_it_were_not(tmp_path, whole, file, damage):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    damage(path / file)
    with pytest.raises(InputError, match=r"is damaged: .*\n.*\n  fix: resume it"):
        open_sweep(path).summary()


def test_other_programs_see_the_damage_as_well(tmp_path, whole):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    _flip(path / "concentration/c/3/0/0")
    with pytest.raises(ValueError, match="checksum"):
        open_sweep(path).dataset["concentration"].load()


def test_what_does_not_belong_to_a_chunk_is_found_and_removed(tmp_path, whole):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    (path / "auc" / "c" / "3" / "0" / "1").write_bytes(b"stray")
    (path / "auc" / "c" / "3" / "0" / "0.1f.partial").write_bytes(b"half of a chu")
    assert resumed(path) == CHUNK
    assert files_of(path) == files_of(whole)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("c_max/zarr.json", _flip),
        ("factor/zarr.json", _empty),
        ("digest/zarr.json", Path.unlink),
        ("exerkine/c/0", _cut),
        ("time/c/0", Path.unlink),
    ],
)
def test_what_describes_the_store_is_put_back(tmp_path, whole, file, damage):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    damage(path / file)
    assert resumed(path) == 0
    assert files_of(path) == files_of(whole)


# ------------------------------------------------------------------ no room


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_file_that_cannot_grow_is_an_error_in_words_and_nothing_is_lost(tmp_path):
    few, path = small_design(outputs=LARGE), tmp_path / "runs.zarr"
    sweep(few, out=tmp_path / "whole.zarr")
    expected = files_of(tmp_path / "whole.zarr")
    described = max(len(content) for name, content in expected.items() if name.endswith("zarr.json"))
    assert described < max(map(len, expected.values()))
    code = CONFINED.format(tests=str(Path(__file__).parents[1]))
    command = [sys.executable, "-c", code, str(path), str(described)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "runs.zarr: cannot be written (File too large)" in told.stdout, told.stderr
    assert "fix: make room there, then resume" in told.stdout
    assert open_sweep(path).counts["missing"] == len(few)
    assert only(tmp_path, "runs.zarr", "whole.zarr")
    sweep(few, out=path, resume=True)
    assert files_of(path) == expected


def test_a_full_disk_is_an_error_in_words_and_nothing_is_lost(tmp_path, whole):
    disk = tmp_path / "disk"
    disk.mkdir()
    path = disk / "runs.zarr"
    with _mounted(disk, blocks=len(files_of(whole)) - 20):
        with pytest.raises(InputError, match=r"runs\.zarr: cannot be written \(No space left on device\)"):
            sweep(small_design(), out=path)
        assert not list(path.rglob("*.partial"))
        kept = open_sweep(path).counts
        assert 0 < kept["missing"] < len(small_design())
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert 0 < resumed(path) < len(small_design())
        assert files_of(path) == files_of(whole)
        assert only(disk, "runs.zarr")


class _mounted:
    """A small disk, where the system lets us make one."""

    def __init__(self, place: Path, *, blocks: int) -> None:
        self.place, self.size = place, 4096 * blocks

    def __enter__(self) -> None:
        try:
            command = ["mount", "-t", "tmpfs", "-o", f"size={self.size}", "tmpfs", str(self.place)]
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("needs the right to mount a small disk")

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", str(self.place)], check=True)


# ------------------------------------------------------------------ two at once, and others


@pytest.mark.skipif(sys.platform == "win32", reason="no lock is known there")
def test_a_second_writer_is_refused_and_does_no_harm(tmp_path, whole):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    (path / "status" / "c" / "0.77.partial").write_bytes(b"what the first is writing")
    before = files_of(path)
    with (
        alone(path, of=path),
        pytest.raises(InputError, match=r"runs\.zarr: is being written by another process"),
    ):
        sweep(small_design(), out=path, resume=True)
    assert files_of(path) == before
    assert resumed(path) == 0


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (small_design(16), r"another sweep: design\.sample\.n was 15 and is 16"),
        (small_design(sampling=Sampling("random", n=15, seed=4)), "method was sobol and is random"),
        (small_design(plan=PLAN.shifted(0.1)), r"design\.plan differs"),
    ],
)
def test_another_sweep_is_not_gone_on_with(tmp_path, whole, other, message):
    path = tmp_path / "runs.zarr"
    shutil.copytree(whole, path)
    with pytest.raises(InputError, match=message):
        sweep(other, out=path, resume=True)
    assert files_of(path) == files_of(whole)


def test_what_exists_is_not_written_over(whole):
    before = files_of(whole)
    with pytest.raises(InputError, match=r"whole\.zarr: exists already\n.*fix: resume it"):
        sweep(small_design(), out=whole)
    assert files_of(whole) == before


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"[]", b"[" * 100_000, b'{"attributes": {}}', b'{"attributes": {"recipe": "{}"}}'],
)
def test_what_is_no_sweep_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "runs.zarr"
    path.mkdir()
    (path / "precious.txt").write_text("mine")
    if content is not None:
        (path / "zarr.json").write_bytes(content)
    before = files_of(path)
    for use in (lambda: sweep(small_design(), out=path, resume=True), lambda: open_sweep(path)):
        with pytest.raises(InputError, match=r"runs\.zarr: not a sweep"):
            use()
    assert files_of(path) == before
    assert only(tmp_path, "runs.zarr")
