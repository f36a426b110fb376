"""Whatever the other side of standard output can show, if it is there: no traceback, the right exit code."""

import io
import json
import os
import sys
from pathlib import Path

import pytest

from exerkine_sim.cli import main
from forking import forked, forks
from saying import in_words

ASCII = {"encoding": "ascii", "errors": "strict"}
SHORT = ("run", "plan.txt", "--end-h", "2.5", "--no-plot", "--out", "out")


def left_with(*words: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(words)
    return int(leaving.value.code or 0)


@pytest.fixture
def streams(monkeypatch):
    """Give standard output and error an encoding of their own; return what was written."""

    def put(**encoding: str) -> list[io.BytesIO]:
        written = [io.BytesIO(), io.BytesIO()]
        for name, bytes_ in zip(("stdout", "stderr"), written, strict=True):
            monkeypatch.setattr(sys, name, io.TextIOWrapper(bytes_, **encoding, write_through=True))
        return written

    return put


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("width", ["1", "500"])
def test_letters_that_a_terminal_lacks_become_others(streams, monkeypatch, width):
    """As with LC_ALL=C, and on terminals of any width."""
    for name, value in {"COLUMNS": width, "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    written = streams(**ASCII)
    for words in (("blocks",), ("import", "plan.txt", "--out", "again.txt")):
        assert left_with(*words) == 0
    assert left_with("run", "plän €.txt") == 1
    out, err = (one.getvalue() for one in written)
    assert out.isascii()
    assert b"\x1b" not in out + err
    assert b"error: pl?n ?.txt: no such file" in err.replace(b"\n", b" ") or width == "1"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("gone", ["stdin", "stdout", "stderr"])
def test_a_stream_that_is_closed_is_not_missed(monkeypatch, capsys, gone):
    """Python has None in its place."""
    monkeypatch.setattr(sys, gone, None)
    assert left_with("blocks") == 0
    assert left_with("run", "nowhere.txt") == 1
    monkeypatch.undo()
    shown = capsys.readouterr()
    in_words(shown.out + shown.err)


@forks
@pytest.mark.parametrize(
    ("reader", "said"), [("pipe", ""), ("/dev/full", "error: No space left on device")], ids=["head", "full"]
)
def test_a_reader_that_has_gone_and_a_device_that_is_full_leave_with_1(reader, said):
    """As with `| head`; nothing is said to somebody who has read enough."""
    if not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")

    def write() -> tuple[int, str]:
        if reader == "pipe":
            unread, place = os.pipe()
            os.close(unread)
        else:
            place = os.open(reader, os.O_WRONLY)
        sys.stdout, sys.stderr = os.fdopen(place, "w"), io.StringIO()
        return left_with("blocks"), sys.stderr.getvalue().partition("\n")[0]

    assert forked(write) == (0, [1, said])


ODD_NAMES = [
    "with a space.txt",
    "Mägi-sörk 走る 📈.txt",
    "-starts-with-a-dash.txt",
    "a'quote\"and\\.txt",
    "%s {0} [red] $HOME.txt",
    "n" * 251 + ".txt",
    os.fsdecode(b"not UTF-8 \xff\xe4.txt"),
]


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_a_file_may_have_any_name(folder, capsys, name):
    try:
        (folder / "plan.txt").rename(folder / name)
    except OSError:
        pytest.skip("not on this file system")
    assert left_with("import", "--json", "--out", "again.toml", "--", name) == 0
    assert json.loads(capsys.readouterr().out)
    assert Path("again.toml").read_text(encoding="utf-8").count("[[session]]") == 1
    assert left_with("import", "--", f"no {name}") == 1
    said = capsys.readouterr().err
    in_words(said)


@pytest.mark.usefixtures("folder")
def test_a_name_that_is_no_text_is_shown_and_kept_as_far_as_it_is_one(capsys):
    """In a comparison, which names plans after their files, and in what a run writes."""
    odd, out = os.fsdecode(b"hard \xff.txt"), os.fsdecode(b"out \xff")
    try:
        Path(odd).write_text("Mon 00:30 run 30m 85% VO2max\n", encoding="utf-8")
    except OSError:
        pytest.skip("not on this file system")
    people = ("--population", "20", "--no-plot", "--json")
    assert left_with("compare", "plan.txt", odd, *people, "--out", out) == 0
    assert json.loads(capsys.readouterr().out)["plans"] == ["plan", "hard"]
    assert {one.name for one in Path(out).iterdir()} == {"comparison.csv", "training_load.csv"}


def test_a_path_that_is_too_long_is_refused_in_words(folder, capsys):
    assert left_with(*SHORT[:-1], "a" * 300) == 1
    assert left_with("run", "a/" * 3000) == 1
    assert left_with("import", "plan.txt", "--out", "b" * 251 + ".txt") == 1
    said = capsys.readouterr().err
    assert said.count("File name too long") == 3
    in_words(said)
    assert [one.name for one in folder.iterdir()] == ["plan.txt"]
