"""Training files onto one time line: which reader, which files, what overlaps, what is kept."""

import gzip
import json
import os
import zipfile
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import ScheduleError
from exerkine_sim.files import CACHE_VARIABLE
from exerkine_sim.schedule import Bout, Intensity, Schedule, Session, load_schedule, parse_schedule
from exerkine_sim.schedule.readers import Dated, Wishes, kinds, sources
from exerkine_sim.schedule.readers.gather import arranged, gather
from exerkine_sim.schedule.readers.overlap import Placed, signal_of, without_overlap

pytestmark = pytest.mark.usefixtures("read")
MORNING = datetime(2026, 3, 2, 7, 0)  # a Monday
BASES = ("watt", "km_per_h", "bpm")


def session(minutes=60.0, basis="watt", *, bouts=1, mode="cycle", name="") -> Session:
    """Return a session of equal bouts."""
    value = {"watt": 200, "km_per_h": 12, "bpm": 140}[basis]
    length = minutes / bouts
    each = [Bout(index * length, length, mode, Intensity(value + index, basis)) for index in range(bouts)]
    return Session(0.0, each, name=name)


def dated(file="a.fit", start: datetime | None = MORNING, **about) -> Dated:
    return Dated(session(**about), start, Path(file))


def record(start: datetime | None = MORNING, minutes=60, basis="watt", **about) -> str:
    """Return the content of a file that the reader of these tests reads."""
    return json.dumps({"start": start and start.isoformat(), "minutes": minutes, "basis": basis, **about})


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))


@pytest.fixture
def read(monkeypatch):
    """Put a reader of JSON in the place of every other; the list it returns grows with what was read."""
    seen: list[str] = []

    def reader(path: Path, _: Wishes) -> list[Dated]:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt") as file:
            text = file.read()
        seen.append(path.name)
        try:
            about = json.loads(text[text.index("{") :])
        except ValueError:
            raise ScheduleError("no training in it", fix="record one", file=path, line=3) from None
        start = about.pop("start")
        remarks = tuple(about.pop("remarks", ()))
        return [Dated(session(**about), start and datetime.fromisoformat(start), path, remarks)]

    monkeypatch.setattr(kinds, "reader_of", lambda _: reader)
    return seen


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a folder of three mornings, in formats and folders of their own."""
    place = tmp_path / "rides"
    (place / "older").mkdir(parents=True)
    (place / "b.fit").write_text(record(MORNING + timedelta(days=1)))
    (place / "older" / "a.tcx").write_text(record(MORNING))
    with gzip.open(place / "c.gpx.gz", "wt") as file:
        file.write(record(MORNING + timedelta(days=2)))
    return place


# ------------------------------------------------------------------ which reader

HEVY = '"title","start_time","end_time","description","exercise_title","superset_id"\n'
STRONG = "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps\n"
STRONG_TEXT = "Push day\nMonday, 2 March 2026 at 07:00\n\nBench Press (Barbell)\nSet 1: 60 kg × 8\n"
INTERVALS = "Warmup\n- 10m 60%\n\nMain 3x\n- 4m 100%\n- 2m 50%\n"


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("ride.fit", b"", "fit"),
        ("RIDE.FIT", b"", "fit"),
        ("ride.fit.gz", b"", "fit"),
        ("ride.mrc", b"", "erg"),
        ("a.xml", b'<?xml version="1.0"?>\n<TrainingCenterDatabase xmlns="x">', "tcx"),
        ("a.xml", b'<?xml version="1.0"?><gpx version="1.1">', "gpx"),
        ("a.xml", b"\xef\xbb\xbf<workout_file>", "zwo"),
        ("a.xml", b"<html>", None),
        ("a.csv", HEVY.encode(), "hevy"),
        ("a.csv", STRONG.encode(), "strong"),
        ("a.csv", STRONG.replace(";", ",").encode(), "strong"),
        ("a.csv", b"Activity ID,Activity Date,Activity Name\n", None),
        ("a.txt", STRONG_TEXT.encode(), "strong"),
        ("a.txt", INTERVALS.encode(), "intervals"),
        ("a.txt", b"# my week\nMon 07:00 run 1h 70% VO2max\n", "plan"),
        ("a.txt", b"2026-03-02 07:00 run 1h 70% VO2max\n", "plan"),
        ("a.txt", b"Thank you for the data.\n", None),
        ("a.toml", b"", "plan"),
        ("a.zwo.gz", b"", None),
        ("a.pdf", b"%PDF", None),
    ],
)
def test_the_kind_of_a_file_shows_in_suffix_and_beginning(tmp_path, name, head, kind):
    (tmp_path / name).write_bytes(head)
    found = kinds.kind_of(tmp_path / name)
    assert (found and found.name) == kind


def test_only_the_beginning_of_a_file_is_looked_at(tmp_path):
    far = tmp_path / "a.csv"
    far.write_text(" " * kinds.HEAD_BYTES + HEVY)
    assert kinds.kind_of(far) is None


def test_a_packed_beginning_is_unpacked(tmp_path):
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(b"<gpx>"))
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(b"<gpx>")[:12])
    assert kinds.kind_of(tmp_path / "a.xml.gz").name == "gpx"
    with pytest.raises(ScheduleError, match=r"b\.xml\.gz: cannot be read"):
        kinds.kind_of(tmp_path / "b.xml.gz")


def test_each_kind_but_the_plan_has_a_module_of_its_name():
    names = [kind.name for kind in kinds.KINDS if kind is not kinds.PLAN]
    modules = {import_module(f"exerkine_sim.schedule.readers.{name}") for name in names}
    assert len(modules) == len(names)
    assert all(callable(module.read) for module in modules)


@settings(max_examples=100, deadline=None)
@given(head=st.binary(max_size=300), suffix=st.sampled_from([*kinds.SUFFIXES, ".xml.gz", ".fit.gz", ""]))
def test_no_beginning_makes_the_look_fail(tmp_path_factory, head, suffix):
    file = tmp_path_factory.mktemp("look") / f"a{suffix}"
    file.write_bytes(head)
    with suppress(ScheduleError):
        kinds.kind_of(file)


# ------------------------------------------------------------------ which files


def test_a_folder_becomes_one_plan_from_its_earliest_day(folder):
    found = gather([folder])
    assert [one.start_h for one in found.schedule.sessions] == [7.0, 31.0, 55.0]
    assert found.schedule.first_weekday == "Mon"
    assert found.first_day == MORNING.date()
    assert found.schedule.name == "3 sessions, 2026-03-02 to 2026-03-04"
    assert load_schedule(folder) == found.schedule
    assert load_schedule([folder / "b.fit", folder / "c.gpx.gz"]).first_weekday == "Tue"


def test_hidden_files_links_and_strangers_are_left_alone(read, folder, tmp_path):
    (folder / ".hidden.fit").write_text(record())
    (folder / ".git").mkdir()
    (folder / ".git" / "a.fit").write_text(record())
    (tmp_path / "elsewhere.fit").write_text(record(MORNING + timedelta(days=9)))
    (folder / "link.fit").symlink_to(tmp_path / "elsewhere.fit")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "plan.toml").write_text(parse_schedule("Mon 07:00 run 1h 70% VO2max").to_toml())
    found = gather([folder])
    assert len(found.schedule.sessions) == len(read) == 3
    assert sorted(one.name for one in found.unknown) == ["photo.jpg", "plan.toml"]
    assert found.refused == ()
    assert [note for note in found.notes() if "photo.jpg" in note and "left out" in note]


def test_what_cannot_be_read_is_told_and_stops_nothing(folder):
    (folder / "broken.fit").write_text("not what it says")
    found = gather([folder])
    assert len(found.schedule.sessions) == 3
    assert found.complaints() == [f"{folder / 'broken.fit'}, line 3: no training in it (record one)"]


def test_where_nothing_can_be_read_each_reason_is_told(tmp_path):
    for name in ("a.fit", "b.tcx"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(ScheduleError, match=r"(?s)no session in .*a\.fit, line 3.*b\.tcx, line 3"):
        gather([tmp_path])
    with pytest.raises(ScheduleError, match=r"a\.fit, line 3: no training in it"):
        gather([tmp_path / "a.fit"])


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ScheduleError, match=r"(?s)no session in .*empty.*expected: at least one"):
        load_schedule(tmp_path / "empty")


def test_a_plan_among_training_files_is_refused_alone(folder, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text("Mon 07:00 run 1h 70% VO2max")
    found = gather([folder, plan])
    assert len(found.schedule.sessions) == 3
    assert [error.file for error in found.refused] == [plan]
    assert len(load_schedule(plan).sessions) == 1


def test_no_more_files_than_bounded(folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    with pytest.raises(ScheduleError, match="more than 2 files"):
        gather([folder])


def test_a_file_beyond_any_recording_is_refused_unread(read, folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 500)
    (folder / "huge.fit").write_text(record() + " " * 500)
    found = gather([folder])
    assert "huge.fit" not in read
    assert "bytes" in found.complaints()[0]


# ------------------------------------------------------------------ archives


def archive(place: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return place


@pytest.mark.usefixtures("read")
def test_of_many_archives_one_is_open_at_a_time(tmp_path, monkeypatch):
    opened = []

    class Counted(zipfile.ZipFile):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            opened.append(self)
            assert sum(one.fp is not None for one in opened) == 1

    days = [MORNING.replace(day=1 + number) for number in range(5)]
    packed = [archive(tmp_path / f"{one:%d}.zip", {"a.fit": record(one)}) for one in days]
    monkeypatch.setattr(zipfile, "ZipFile", Counted)
    assert len(gather(packed).schedule.sessions) == len(opened) / 2 == 5  # once to list, once to read


@pytest.mark.usefixtures("read")
def test_a_name_that_is_no_text_costs_its_archive_alone(tmp_path):
    spoilt = archive(tmp_path / "spoilt.zip", {"\u00e4.fit": record()})
    spoilt.write_bytes(spoilt.read_bytes().replace("\u00e4".encode(), b"\xff\xff"))
    found = gather([spoilt, archive(tmp_path / "whole.zip", {"a.fit": record()})])
    assert len(found.schedule.sessions) == 1
    assert "spoilt.zip" in found.complaints()[0]


def test_a_long_table_of_contents_is_seen_in_an_archive_of_64_bits(tmp_path):
    packed = archive(tmp_path / "long.zip", {"a.fit": record()})
    plain, end = packed.read_bytes()[:-22], packed.read_bytes()[-22:]
    size = (10**9).to_bytes(8, "little")
    long = b"PK\x06\x06" + bytes(36) + size + bytes(8) + b"PK\x06\x07" + bytes(16)
    packed.write_bytes(plain + long + end)
    with pytest.raises(ScheduleError, match="table of contents has 1000000000 bytes"):
        sources.check_archive(packed)


def test_an_archive_gives_the_plan_of_its_folder(folder, tmp_path):
    members = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.*")}
    found = gather([archive(tmp_path / "export.zip", members)])
    assert found.schedule == gather([folder]).schedule


def test_names_in_an_archive_lead_nowhere(read, tmp_path):
    names = ("../../escape.fit", "/etc/absolute.fit", "..\\windows.fit", "a\x1b[31mred.fit")
    content = {name: record(MORNING + timedelta(days=day)) for day, name in enumerate(names)}
    (tmp_path / "inner").mkdir()
    packed = archive(tmp_path / "inner" / "export.zip", content)
    before = set(tmp_path.rglob("*.fit"))
    found = gather([packed])
    assert len(found.schedule.sessions) == 4
    assert set(read) == {"workout.fit"}
    assert set(tmp_path.rglob("*.fit")) == before
    for one in found.dated:
        assert packed in one.file.parents
        assert str(one.file).isprintable()


@pytest.mark.parametrize(
    ("bound", "value", "message"),
    [
        ("MAX_FILES", 1, "an archive of 2 files"),
        ("MAX_ARCHIVE_BYTES", 100, "an archive of 2 files and"),
        ("MAX_FILE_BYTES", 50, "a.fit: 64 bytes"),
        ("MAX_DIRECTORY_BYTES", 10, "table of contents"),
    ],
)
def test_an_archive_is_bounded_before_it_is_unpacked(read, tmp_path, monkeypatch, bound, value, message):
    packed = archive(tmp_path / "export.zip", {"a.fit": record(), "b.fit": record(MORNING, 30)})
    monkeypatch.setattr(sources, bound, value)
    with pytest.raises(ScheduleError, match=message):
        gather([packed])
    assert read == []


def test_a_bomb_is_refused_by_what_it_would_swell_to(read, tmp_path):
    packed = archive(tmp_path / "export.zip", {"bomb.fit": b"\0" * 20_000_000, "a.fit": record()})
    found = gather([packed])
    assert read == ["workout.fit"]
    assert "that unpack to 20000000" in found.complaints()[0]


def test_a_damaged_archive_is_refused_in_words(tmp_path):
    packed = archive(tmp_path / "export.zip", {"a.fit": record(), "b.fit": record(MORNING, 45)})
    content = packed.read_bytes()
    for cut in (0, 10, len(content) // 2, len(content) - 5):
        packed.write_bytes(content[:cut])
        with pytest.raises(ScheduleError, match=r"export\.zip"):
            gather([packed])


@settings(max_examples=60, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
@example(flips=[(219, 0)])  # a file without a name
def test_no_damage_to_an_archive_escapes(tmp_path_factory, flips):
    packed = archive(tmp_path_factory.mktemp("zip") / "export.zip", {"a.csv": HEVY, "b.txt": INTERVALS})
    content = bytearray(packed.read_bytes())
    for place, value in flips:
        content[place % len(content)] = value
    packed.write_bytes(content)
    with ExitStack() as stack:
        for source in sources.find([packed], stack).sources:
            with suppress(ScheduleError), source.on_disk() as file:
                assert file.is_file()


# ------------------------------------------------------------------ days and overlaps


def test_workouts_without_a_day_come_one_a_day_at_seven():
    found = arranged([dated("a.zwo", None), dated("b.zwo", None)], Wishes())
    assert [one.start_h for one in found.schedule.sessions] == [7.0, 31.0]
    assert found.first_day is found.schedule.first_weekday is None
    assert "one a day" in found.notes()[0]


def test_a_workout_longer_than_a_day_leaves_room():
    found = arranged([dated("a.zwo", None, minutes=26 * 60), dated("b.zwo", None)], Wishes())
    assert [one.start_h for one in found.schedule.sessions] == [7.0, 55.0]


def test_what_is_planned_follows_what_was_done():
    found = arranged([dated("a.zwo", None), dated("b.fit")], Wishes())
    assert [one.start_h for one in found.schedule.sessions] == [7.0, 31.0]
    assert found.schedule.sessions[0].end_h == 8.0


def test_dates_apart_by_more_than_a_life_name_the_file():
    with pytest.raises(ScheduleError, match=r"(?s)b\.fit: a session on 2026-03-02.*1989-12-31"):
        arranged([dated("a.fit", datetime(1989, 12, 31)), dated("b.fit")], Wishes())


def test_a_start_to_the_second_comes_back_from_the_text():
    schedule = arranged([dated(start=MORNING.replace(second=17, microsecond=250))], Wishes()).schedule
    assert "Mon 07:00:17 " in schedule.describe()
    assert parse_schedule(schedule.describe()) == schedule


def test_of_one_activity_recorded_twice_the_better_signal_stays():
    late = MORNING + timedelta(minutes=2)
    both = [dated("watch.tcx", late, basis="bpm", bouts=9), dated("head.fit", MORNING, basis="watt")]
    found = arranged(both, Wishes())
    assert [signal_of(one) for one in found.schedule.sessions] == ["power"]
    assert found.notes() == ["watch.tcx: left out: the same activity as head.fit, known by power"]


def test_of_equal_signals_the_one_with_more_bouts_stays():
    found = arranged([dated("a.fit", bouts=3), dated("b.fit", bouts=8)], Wishes())
    assert len(found.schedule.sessions[0].bouts) == 8


def test_a_log_of_sets_stays_beside_the_watch_that_felt_them():
    sets = Session(0.0, [Bout(3.0 * n, 0.25, "squat", Intensity(100, "kg"), reps=5) for n in range(12)])
    found = arranged(
        [dated("watch.fit", basis="bpm", minutes=40), Dated(sets, MORNING, Path("log.csv"))], Wishes()
    )
    assert [bout.mode for one in found.schedule.sessions for bout in one.bouts] == ["squat"] * 12


def test_what_overlaps_in_part_is_cut_and_both_are_named():
    later = MORNING + timedelta(minutes=55)
    found = arranged([dated("run.gpx", basis="bpm"), dated("ride.fit", later)], Wishes())
    first, second = found.schedule.sessions
    assert first.end_h == pytest.approx(7 + 55 / 60, abs=1e-9)  # rounding of minutes to hours
    assert second.start_h == 7 + 55 / 60
    assert found.notes() == ["run.gpx: cut by 5 min, which are those of ride.fit, known by power"]


def test_what_is_left_around_another_session_begins_with_work_on_a_whole_second():
    hike = Session(
        0.0, [Bout(0, 60, "walk", Intensity(120, "bpm")), Bout(200, 60, "walk", Intensity(125, "bpm"))]
    )
    ride = Session(0.0, [Bout(0, 30.007, "cycle", Intensity(200, "watt"))])
    start = MORNING + timedelta(days=2000, minutes=45)
    both = [
        Dated(hike, start - timedelta(minutes=45), Path("hike.fit")),
        Dated(ride, start, Path("ride.fit")),
    ]
    found = arranged([*both, dated("old.fit")], Wishes()).schedule.sessions[1:]
    assert [one.bouts[0].mode for one in found] == ["walk", "cycle", "walk"]
    assert (found[2].start_h * 3600).is_integer()
    assert found[2].bouts[0].start_min == 0
    assert found[2].start_h == 2000 * 24 + 7 + 200 / 60


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.floats(1, 300), st.sampled_from(BASES), st.integers(1, 5)),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_overlaps_a_plan_comes_out_whose_every_minute_was_recorded(recordings):
    placed = [
        Placed(Session(start / 10, session(minutes, basis, bouts=n).bouts), dated(f"{index}.fit"))
        for index, (start, minutes, basis, n) in enumerate(recordings)
    ]
    kept, remarks = without_overlap(placed)
    files = {one.dated.file for one in kept}
    told = {Path(remark.file) for remark in remarks}
    assert files | told == {one.dated.file for one in placed}
    assert len(Schedule(tuple(one.session for one in kept)).sessions) == len(kept)  # nothing overlaps
    for one in kept:
        source = next(other.session for other in placed if other.dated == one.dated)
        assert source.start_h - 1e-6 <= one.session.start_h
        assert one.session.end_h <= source.end_h + 1e-6
    best = min(
        placed, key=lambda one: (BASES.index(one.session.bouts[0].intensity.basis), -len(one.session.bouts))
    )
    rank = BASES.index(best.session.bouts[0].intensity.basis)
    assert rank == min(BASES.index(one.session.bouts[0].intensity.basis) for one in kept)


# ------------------------------------------------------------------ what is kept between imports


def test_an_import_that_was_interrupted_reads_only_the_rest(read, tmp_path, monkeypatch):
    for day in range(6):
        (tmp_path / f"{day}.fit").write_text(record(MORNING + timedelta(days=day), 30 + day, bouts=2))
    whole = gather([tmp_path]).schedule.to_toml()
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "other"))
    reader, read[:] = kinds.reader_of(kinds.PLAN), []

    def stops(path, wishes):
        if len(read) == 4:
            raise KeyboardInterrupt
        return reader(path, wishes)

    with monkeypatch.context() as patched:
        patched.setattr(kinds, "reader_of", lambda _: stops)
        with pytest.raises(KeyboardInterrupt):
            gather([tmp_path])
    assert read == ["0.fit", "1.fit", "2.fit", "3.fit"]
    read.clear()
    assert gather([tmp_path]).schedule.to_toml() == whole
    assert read == ["4.fit", "5.fit"]


def test_a_changed_file_and_other_wishes_are_read_anew(read, tmp_path):
    file = tmp_path / "a.fit"
    file.write_text(record(minutes=30))
    gather([file])
    file.write_text(record(minutes=40))
    assert gather([file]).schedule.end_h == 7 + 40 / 60
    gather([file], Wishes(mode="run"))
    gather([file])
    assert len(read) == 3


def test_a_damaged_entry_is_read_anew(read, tmp_path):
    file = tmp_path / "a.fit"
    file.write_text(record())
    found = gather([file]).schedule
    (entry,) = (tmp_path / "cache" / "imports").iterdir()
    entry.write_bytes(entry.read_bytes()[:-1] + b"?")
    assert gather([file]).schedule == found
    assert len(read) == 2


def test_remarks_are_kept_too(read, tmp_path):
    file = tmp_path / "a.fit"
    file.write_text(record(remarks=["a pause of 3 min"]))
    first, second = gather([file]), gather([file])
    assert first.notes() == second.notes() == [f"{file}: a pause of 3 min"]
    assert len(read) == 1


def test_progress_ends_at_one(folder):
    done: list[float] = []
    gather([folder], progress=done.append)
    assert done == pytest.approx([1 / 3, 2 / 3, 1.0])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a.fit")
    with pytest.raises(ScheduleError, match="no such file"):
        gather([tmp_path / "a.fit"])
