"""Whatever a file holds, a reader gives sessions or one clear error, never anything else."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exerkine_sim import files
from exerkine_sim.errors import InputError
from exerkine_sim.schedule.readers import Dated, Wishes, content, erg, hevy, intervals, strong, zwo

DATA = Path(__file__).parents[1] / "data"
WISHES = Wishes(mode="cycle", weight_unit="kg")
SAMPLES = {
    zwo: ("week.zwo", "run.zwo"),
    erg: ("jumps.erg", "ramps.mrc"),
    intervals: ("ride.icu.txt", "run.icu.txt"),
    hevy: ("hevy.csv",),
    strong: ("strong_semicolon.csv", "strong_comma.csv", "strong_numbered.csv", "strong_shared.txt"),
}
CASES = [(reader, name) for reader, names in SAMPLES.items() for name in names]
SPLICES = [
    "",
    "0",
    "-1",
    "1e999",
    "nan",
    "9" * 30,
    '"',
    ";",
    ",",
    "\n",
    "\x00",
    "x",
    ":",
    "%",
    "<",
    "&",
    "½",
    "\ud83d\ude00",
]
fuzz = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def attempt(reader, path, content):
    path.write_bytes(content)
    try:
        read = reader.read(path, WISHES)
    except InputError as error:
        read, told = [], str(error)
    else:
        told = ""
    assert bool(read) != bool(told)
    assert all(isinstance(one, Dated) and one.session.bouts for one in read)
    assert str(path) in told or read


@st.composite
def mutations(draw):
    """Cuts and splices, as places within a text and what is put there."""
    return draw(
        st.lists(
            st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(SPLICES)), min_size=1, max_size=6
        )
    )


@pytest.mark.parametrize(("reader", "name"), CASES, ids=[name for _, name in CASES])
@fuzz
@given(changes=mutations())
def test_mutated_samples(tmp_path, reader, name, changes):
    text = (DATA / name).read_text(encoding="utf-8")
    for place, length, splice in changes:
        begin = round(place * len(text))
        text = text[:begin] + splice + text[begin + length :]
    attempt(reader, tmp_path / name, text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("reader", SAMPLES, ids=lambda reader: reader.__name__.rpartition(".")[2])
@fuzz
@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
@example(b"")
@example(b"\xff\xfe\x00")
@example(b"- 1m 50%\n" * 1000)
def test_random_content(tmp_path, reader, content):
    attempt(reader, tmp_path / "file.txt", content)


@pytest.mark.parametrize("reader", SAMPLES, ids=lambda reader: reader.__name__.rpartition(".")[2])
def test_a_file_that_is_not_there_or_too_large(tmp_path, reader):
    with pytest.raises(InputError, match="no such file"):
        reader.read(tmp_path / "absent", WISHES)
    most = content.MAX_FILE_BYTES if reader in (hevy, strong) else files.MAX_BYTES
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", most + 1)
    with pytest.raises(InputError, match=f"{most + 1} bytes"):
        reader.read(tmp_path / "large", WISHES)
