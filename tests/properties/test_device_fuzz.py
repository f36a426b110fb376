"""Whatever bytes a device file holds: a result or one clear error, never anything else."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import InputError
from exerkine_sim.schedule import Schedule
from exerkine_sim.schedule.readers import Wishes, fit, gpx, tcx

DATA = Path(__file__).parents[1] / "data"
READERS = {"fit": fit, "tcx": tcx, "gpx": gpx}
SAMPLES = sorted(path for path in DATA.iterdir() if set(path.name.split(".")[1:]) & set(READERS))
SMALL = [path for path in SAMPLES if path.stat().st_size < 6000]


def read_or_refuse(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        sessions = refused = None
        try:
            sessions = READERS[name.split(".")[1]].read(path, Wishes(mode="cycle"))
        except InputError as error:
            refused = str(error)
        if sessions is None:
            assert refused is not None
            assert name in refused
        else:
            assert all(Schedule([one.session]).end_h > 0 for one in sessions)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["a.fit", "a.tcx", "a.gpx", "a.fit.gz", "a.gpx.gz"]), st.binary(max_size=400))
def test_random_bytes(name, content):
    read_or_refuse(name, content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_random_messages_behind_a_good_header(content, size):
    read_or_refuse("a.fit", b"\x0c\x20\x00\x00" + size.to_bytes(4, "little") + b".FIT" + content)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_mutated_samples(path, data):
    """Bytes changed, a stretch cut out, a stretch doubled."""
    content = bytearray(path.read_bytes())
    if path not in SMALL:
        # The beginning has all kinds of content; a small file is a quick one.
        content = content[:4000]
    places = st.integers(0, len(content) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        content[place] = value
    first, length = data.draw(places), data.draw(st.integers(0, 40))
    if data.draw(st.booleans()):
        del content[first : first + length]
    else:
        content[first:first] = content[first : first + length]
    read_or_refuse(path.name, bytes(content))


NUMBERS = st.one_of(st.integers(-(10**6), 10**6).map(str), st.floats().map(str), st.text(max_size=6))
TAGS = ("ele", "power", "hr", "cad", "speed")


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(TAGS), NUMBERS), max_size=12))
def test_any_numbers_in_a_track(points):
    from xml.sax.saxutils import escape, quoteattr

    body = "".join(
        f"<trkpt lat={quoteattr(lat)} lon={quoteattr(lon)}><time>2026-05-04T16:{index:02d}:00Z</time>"
        f"<{tag}>{escape(value)}</{tag}><ele>{escape(ele)}</ele></trkpt>"
        for index, (lat, lon, ele, tag, value) in enumerate(points)
    )
    read_or_refuse("a.gpx", f"<gpx><trk><trkseg>{body}</trkseg></trk></gpx>".encode("utf-8", "replace"))
