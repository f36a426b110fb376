"""Whatever the cache folder is, and whoever's home it is in: simulations work, and say nothing of it."""

import os
from pathlib import Path
from tempfile import gettempdir

import pytest

from exerkine_sim import files
from exerkine_sim.errors import ScheduleError
from exerkine_sim.files import CACHE_VARIABLE, cache_folder, kept
from exerkine_sim.schedule import load_schedule
from exerkine_sim.schedule.readers.exercises import lift_names_file, load_lift_names, save_lift_names
from forking import forked, forks

HOMES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", CACHE_VARIABLE)
NOBODY = 2**16 - 2  # without a home, and without rights
LOG = """title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,\
weight_kg,reps,distance_km,duration_seconds,rpe
Legs,"14 Nov 2026, 18:00","14 Nov 2026, 18:30",,Squat (Barbell),,,0,normal,100,5,,,
"""


@pytest.fixture
def no_home(monkeypatch, tmp_path) -> Path:
    """Nobody's home is known, as in a container whose user has no entry; the folder worked in."""
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    for name in HOMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_home_nothing_is_kept_and_nothing_is_left_where_one_works(no_home):
    (no_home / "log.csv").write_text(LOG)
    assert cache_folder("kernels") is None
    assert kept("kernels/one", lambda: b"made") == b"made"
    assert lift_names_file() is None
    assert load_lift_names() == {}
    assert len(load_schedule("log.csv").sessions) == 1
    with pytest.raises(ScheduleError, match="no home folder.*\n.*fix: set HOME"):
        save_lift_names({"Jefferson squat": "squat"})
    assert [one.name for one in no_home.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "HOME"])
@pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null/nowhere", "a/file"])
def test_a_home_that_leads_nowhere_is_done_without(monkeypatch, tmp_path, caplog, name, place):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("precious")
    for one in HOMES:
        monkeypatch.delenv(one, raising=False)
    monkeypatch.setenv(name, str(tmp_path / place))
    assert kept("kernels/one", lambda: b"made") == b"made"
    assert (tmp_path / "a" / "file").read_text() == "precious"
    assert not caplog.records


@forks
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the right to be somebody else"
)
@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["read only", "somebody else's"])
def test_a_folder_of_somebody_else_is_read_where_one_may_and_done_without_where_not(
    tmp_path, monkeypatch, mode
):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert kept("kernels/one", lambda: b"first") == b"first"
    save_lift_names({"Jefferson squat": "squat"})
    for folder in (tmp_path / "cache", tmp_path / "config" / "exerkine-sim"):
        folder.chmod(mode)
    for folder in (tmp_path, *tmp_path.parents):  # which are for their owner alone
        if folder != Path(gettempdir()) and folder.is_relative_to(gettempdir()):
            folder.chmod(0o755)
    before = sorted(tmp_path.rglob("*"))

    def as_nobody() -> list:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        found = [kept(f"kernels/{name}", lambda: b"again").decode() for name in ("one", "two")]
        try:
            save_lift_names({"Zercher squat": "squat"})
        except ScheduleError as error:
            return [*found, load_lift_names(), str(error)]

    code, told = forked(as_nobody)
    assert code == 0, told
    may = mode == 0o755
    assert told[:3] == ["first" if may else "again", "again", {"Jefferson squat": "squat"} if may else {}]
    assert "cannot be written (Permission denied)" in told[3]
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("odd", ["a folder", "a dangling link", "a loop"])
def test_what_is_no_file_in_the_place_of_an_entry_is_left_alone(tmp_path, monkeypatch, odd):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    place = tmp_path / "kernels" / "one"
    place.parent.mkdir()
    if odd == "a folder":
        (place / "precious").mkdir(parents=True)
    else:
        place.symlink_to("one" if odd == "a loop" else "nowhere")
    assert kept("kernels/one", lambda: b"made") == b"made"
    assert not list(place.parent.glob("*.partial"))


def test_a_cache_that_cannot_be_used_is_no_reason_to_speak(tmp_path, monkeypatch, capsys):
    """Nothing is wrong with the result; who wants to know turns logging on."""
    (tmp_path / "file").touch()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    with monkeypatch.context() as patch:
        patch.setattr(files.LOG, "handlers", [])
        assert kept("kernels/one", lambda: b"made") == b"made"
    assert capsys.readouterr() == ("", "")
