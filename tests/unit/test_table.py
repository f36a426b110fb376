"""A growing table: after any interruption the same bytes, and never built upon what is not its own."""

import csv
import io
import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import InputError
from exerkine_sim.table import GrowingTable, Kept, record_of

RECIPE = {"seed": 3, "settings": {"per": "session", "exerkines": ["il6"]}}
# Writes four parts, goes on where it can, and ends itself by a signal that nothing can catch when a
# function of `os` is about to be called for the n-th time.
WRITER = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from test_table import RECIPE, part, written

name, last, calls = sys.argv[2], int(sys.argv[3]), []
called = getattr(os, name)

def fatal(*given, **options):
    calls.append(name)
    if len(calls) == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return called(*given, **options)

setattr(os, name, fatal)
written(Path(sys.argv[1]), [part(number) for number in range(4)])
"""


def part(number: int) -> pd.DataFrame:
    """Return the rows of two members, of whom every third fails."""
    members = [2 * number, 2 * number + 1]
    lost = [member % 3 == 2 for member in members]
    return pd.DataFrame(
        {
            "member": members,
            "session": ["run", 'squat, "heavy"'],
            "c_max": [
                math.nan if one else math.sqrt(member) for one, member in zip(lost, members, strict=True)
            ],
            "status": ["gave up" if one else "ok" for one in lost],
        }
    )


def written(file: Path, parts: list[pd.DataFrame], *, until: int | None = None) -> Kept:
    """Write what is missing of a table; stop behind so many parts, if any, without finishing it."""
    table = GrowingTable(file)
    kept = table.left()
    if kept is None:
        kept = Kept(recipe=RECIPE)
    else:
        table.check(kept, RECIPE)
    with table.opened(kept) as target:
        for rows in parts[kept.members // 2 : until]:
            kept = table.append(target, rows, kept=kept)
    if until is None:
        table.finish()
    return kept


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


# ------------------------------------------------------------------ what is written


def test_the_table_is_csv_and_its_record_counts(tmp_path):
    kept = written(tmp_path / "t.csv", [part(number) for number in range(4)])
    content = (tmp_path / "t.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [row["session"] for row in rows] == ["run", 'squat, "heavy"'] * 4
    assert [row["c_max"] == "" for row in rows] == [row["status"] == "gave up" for row in rows]
    assert float(rows[3]["c_max"]) == pytest.approx(math.sqrt(3), rel=1e-9)  # ten digits are written
    assert (kept.members, kept.failed, kept.size, kept.people) == (8, 2, len(content), "8 people")
    assert Kept.model_validate_json(record_of(tmp_path / "t.csv").read_text()) == kept
    assert names(tmp_path) == {"t.csv", "t.csv.json"}


def test_numbers_are_those_of_the_frame_to_ten_digits(tmp_path):
    frame = pd.DataFrame(
        {"member": [0, 1, 2, 3], "auc": [1e-300, -0.1, 12345678901.0, 1e300], "status": "ok"}
    )
    written(tmp_path / "t.csv", [frame])
    assert pd.read_csv(tmp_path / "t.csv")["auc"].tolist() == pytest.approx(frame["auc"].tolist(), rel=1e-9)


def test_what_was_there_stays_until_the_new_table_is_whole(tmp_path):
    (tmp_path / "t.csv").write_text("earlier")
    written(tmp_path / "t.csv", [part(0), part(1)], until=1)
    assert (tmp_path / "t.csv").read_text() == "earlier"
    written(tmp_path / "t.csv", [part(0), part(1)])
    assert (tmp_path / "t.csv").read_text().startswith("member,")


def test_nothing_is_left_where_nothing_was_written(tmp_path):
    written(tmp_path / "t.csv", [part(0)], until=0)
    assert names(tmp_path) == set()
    assert GrowingTable(tmp_path / "t.csv").left() is None


# ------------------------------------------------------------------ interruption


@pytest.mark.skipif(os.name != "posix", reason="ends itself by a signal")
@pytest.mark.parametrize(
    ("name", "last", "members"), [("fsync", 1, 0), ("fsync", 3, 4), ("replace", 2, 2), ("replace", 4, 6)]
)
def test_a_killed_writer_resumes_to_the_same_bytes(tmp_path, name, last, members):
    """Killed with rows in the file that the record does not know yet, in the first part and later."""
    parts, whole, killed = [part(number) for number in range(4)], tmp_path / "whole.csv", tmp_path / "t.csv"
    written(whole, parts)
    command = [sys.executable, "-c", WRITER, str(killed), name, str(last), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    table = GrowingTable(killed)
    kept = table.left()
    assert (0 if kept is None else kept.members) == members
    assert table.partial.stat().st_size > (0 if kept is None else kept.size)
    written(killed, parts)
    assert killed.read_bytes() == whole.read_bytes()
    assert record_of(killed).read_bytes() == record_of(whole).read_bytes()


@settings(max_examples=60, deadline=None)
@given(stops=st.lists(st.integers(0, 6), max_size=4).map(sorted), torn=st.binary(max_size=40))
def test_any_number_of_interruptions_changes_nothing(tmp_path_factory, stops, torn):
    """Each leaves some bytes behind what it had written down."""
    folder = tmp_path_factory.mktemp("table")
    parts = [part(number) for number in range(6)]
    kept = written(folder / "whole.csv", parts)
    for stop in stops:
        written(folder / "t.csv", parts, until=stop)
        if stop > 0:
            with GrowingTable(folder / "t.csv").partial.open("ab") as file:
                file.write(torn)
    assert written(folder / "t.csv", parts) == kept
    assert (folder / "t.csv").read_bytes() == (folder / "whole.csv").read_bytes()


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ({**RECIPE, "seed": 4}, "seed was 3 and is 4\n"),
        ({"settings": RECIPE["settings"]}, "seed was 3 and is None\n"),
        (
            {**RECIPE, "settings": {"per": "block", "exerkines": ["il6"]}},
            "settings.per was session and is block",
        ),
        ({**RECIPE, "subject": "x" * 41}, "subject differs\n"),
        ({**RECIPE, **{f"k{i}": i for i in range(9)}}, "k4 was None and is 4\n"),  # five are enough
    ],
)
def test_another_recipe_is_refused_with_what_differs(tmp_path, recipe, message):
    kept = written(tmp_path / "t.csv", [part(0)], until=1)
    with pytest.raises(InputError, match="another measurement: ") as error:
        GrowingTable(tmp_path / "t.csv").check(kept, recipe)
    assert message in str(error.value)


@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_table_is_refused(tmp_path, damage):
    kept, table = written(tmp_path / "t.csv", [part(0)], until=1), GrowingTable(tmp_path / "t.csv")
    content = table.partial.read_bytes()
    changed = content.replace(b"run", b"ran")
    table.partial.write_bytes({"cut": content[:-1], "changed": changed, "gone": b""}[damage])
    if damage == "gone":
        table.partial.unlink()
    with pytest.raises(InputError, match=f"expected: the {len(content)} bytes of 2 people"):
        table.check(kept, RECIPE)


@pytest.mark.parametrize(
    "content",
    ["", "[1]", "[" * 100_000, '{"recipe": {}, "members": -1}', json.dumps({"recipe": {}, "people": 3})],
)
def test_a_record_that_is_none_is_refused(tmp_path, content):
    table = GrowingTable(tmp_path / "t.csv")
    record_of(table.partial).write_text(content)
    with pytest.raises(InputError, match=r"t\.csv\.partial\.json"):
        table.left()


def test_where_nothing_can_be_written_the_fix_is_the_callers(tmp_path):
    table = GrowingTable(tmp_path / "absent" / "t.csv")
    with (
        pytest.raises(InputError, match=r"cannot be written \(No such file.*\n.*\n  fix: name a folder"),
        table.opened(Kept(recipe=RECIPE), fix="name a folder"),
    ):
        raise AssertionError("it was opened")
