"""What is kept from process to process is whole, and makes no difference but in time."""

import pytest

from exerkine_sim.errors import InputError
from exerkine_sim.files import CACHE_VARIABLE, kept, read_text, sources_digest, whole


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    return tmp_path


def refused() -> bytes:
    raise AssertionError("made again")


def test_what_is_kept_is_made_once(cache):
    assert kept("things/one.json", lambda: b"content") == b"content"
    assert kept("things/one.json", refused) == b"content"
    assert [path.name for path in cache.rglob("*.*")] == ["one.json"]


@pytest.mark.parametrize("damage", [b"", b"x" * 20, b"x" * 80])
def test_what_is_damaged_is_made_anew(cache, damage, caplog):
    kept("things/one.json", lambda: b"content")
    (cache / "things" / "one.json").write_bytes(damage)
    assert kept("things/one.json", lambda: b"content") == b"content"
    assert "damaged" in caplog.text
    assert kept("things/one.json", refused) == b"content"


def test_a_cut_entry_is_made_anew(cache):
    kept("things/one.json", lambda: b"content")
    place = cache / "things" / "one.json"
    place.write_bytes(place.read_bytes()[:-1])
    assert kept("things/one.json", lambda: b"again") == b"again"


def test_a_cache_that_cannot_be_written_is_done_without(cache, monkeypatch):
    (cache / "file").write_text("in the way")
    monkeypatch.setenv(CACHE_VARIABLE, str(cache / "file"))
    assert kept("things/one.json", lambda: b"content") == b"content"


def test_a_cache_that_is_turned_off_keeps_nothing(cache, monkeypatch):
    monkeypatch.setenv(CACHE_VARIABLE, "")
    assert kept("things/one.json", lambda: b"content") == b"content"
    assert kept("things/one.json", lambda: b"again") == b"again"
    assert list(cache.iterdir()) == []


def test_what_cannot_be_made_leaves_nothing(cache):
    with pytest.raises(AssertionError):
        kept("things/one.json", refused)
    assert list(cache.rglob("*.*")) == []


def test_what_is_no_file_is_called_what_it_is(tmp_path):
    for place, told in (
        (tmp_path, "a folder"),
        (tmp_path / "none", "no such file"),
        ("/dev/null", "no such file"),
    ):
        with pytest.raises(InputError, match=f"{place}: {told}\n  expected: a readable file"):
            read_text(place, error=InputError)


def test_what_cannot_be_written_is_named_as_the_user_named_it(tmp_path):
    place = tmp_path / "nowhere" / "peaks.csv"
    with pytest.raises(FileNotFoundError) as told, whole(place) as partial:
        partial.write_bytes(b"1")
    assert told.value.filename == str(place)


def test_another_source_has_another_hash(tmp_path):
    for name, text in (("a.py", "x = 1"), ("inner/b.py", "y = 1"), ("c.txt", "no source")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    before = sources_digest(tmp_path)
    (tmp_path / "c.txt").write_text("other")
    assert sources_digest(tmp_path) == before
    (tmp_path / "inner" / "b.py").write_text("y = 2")
    assert sources_digest(tmp_path) != before
