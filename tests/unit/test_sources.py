"""Which files are read of what is named, and their bounds: as much as is allowed is read, one more is not."""

import gzip
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.files import CACHE_VARIABLE
from exerkine_sim.schedule.readers import Wishes, gather, kinds, sources, track, xml
from exerkine_sim.schedule.readers.content import content_of
from exerkine_sim.schedule.readers.several import readable
from exerkine_sim.schedule.readers.xml import each_element

RIDE = b"[COURSE DATA]\n0 100\n5 100\n"


@pytest.fixture(autouse=True)
def _cache(monkeypatch, tmp_path_factory):
    """Nothing is remembered of what another test has read."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def found(tmp_path):
    """Return what there is to read of the paths that are named."""

    def finding(*paths):
        with ExitStack() as stack:
            return sources.find([tmp_path / one for one in paths], stack)

    return finding


def archive(place, members, *, how=zipfile.ZIP_STORED, comment=b""):
    with zipfile.ZipFile(place, "w", how) as written:
        for name, text in members.items():
            written.writestr(name, text)
        written.comment = comment
    return place


def contents(tmp_path, path):
    with ExitStack() as stack:
        result = []
        for one in sources.find([tmp_path / path], stack).sources:
            with one.on_disk() as file:
                result.append((file.name, file.read_bytes()))
        return result


class TestFolders:
    def test_files_come_in_order_of_name_folder_by_folder(self, found, tmp_path):
        for name in ("b/z.erg", "b/y.erg", "c.erg", "a/x.erg", "a/.x.erg", ".b/x.erg"):
            (tmp_path / "all" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "all" / name).write_bytes(RIDE)
        labels = [str(one.label.relative_to(tmp_path / "all")) for one in found("all").sources]
        assert labels == ["c.erg", "a/x.erg", "b/y.erg", "b/z.erg"]

    @pytest.mark.parametrize(("most", "refused"), [(3, False), (2, True)])
    def test_files_are_counted_known_and_unknown_together(self, found, tmp_path, monkeypatch, most, refused):
        for name in ("a.erg", "b.erg", "c.pdf"):
            (tmp_path / name).write_bytes(RIDE)
        monkeypatch.setattr(sources, "MAX_FILES", most)
        if refused:
            with pytest.raises(ScheduleError, match="more than 2 files"):
                found(".")
        else:
            assert (len(found(".").sources), len(found(".").unknown)) == (2, 1)

    @pytest.mark.parametrize(("most", "fits"), [(len(RIDE), True), (len(RIDE) - 1, False)])
    def test_a_file_as_large_as_may_be_is_read(self, tmp_path, monkeypatch, most, fits):
        (tmp_path / "a.erg").write_bytes(RIDE)
        monkeypatch.setattr(sources, "MAX_FILE_BYTES", most)
        if fits:
            assert contents(tmp_path, "a.erg") == [("a.erg", RIDE)]
        else:
            with pytest.raises(ScheduleError, match=f"{len(RIDE)} bytes"):
                contents(tmp_path, "a.erg")

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("a.pdf", "a plan in a '.pdf' file"),
            ("a.gxp", "did you mean '.gpx'"),
            ("a.xml", "export it anew from the program that made it"),
            ("none.erg", "none.erg: no such file"),
            ("none.zip", "none.zip: cannot be read"),
            ("plan.toml", "a plan with a time line of its own"),
            ("a.csv", "a '.csv' file of no known kind"),
        ],
    )
    def test_what_is_named_must_be_there_and_known(self, found, tmp_path, name, message):
        for there in ("a.pdf", "a.gxp", "a.xml", "plan.toml", "a.csv"):
            (tmp_path / there).write_bytes(b"")
        (refused,) = found(name).refused
        assert message in str(refused)
        assert found(".").refused == []
        assert [one.name for one in found(".").unknown] == ["a.csv", "a.gxp", "a.pdf", "a.xml", "plan.toml"]


class TestReasons:
    @pytest.mark.parametrize(
        ("problem", "reason"),
        [(OSError(5, "Input/output error"), "Input/output error"), (OSError(), "damaged")],
    )
    def test_what_the_disk_refuses_is_said(self, tmp_path, monkeypatch, problem, reason):
        def reader(_path, _wishes):
            raise problem

        (tmp_path / "a.erg").write_bytes(RIDE)
        monkeypatch.setattr(kinds, "reader_of", lambda _: reader)
        with pytest.raises(ScheduleError, match=rf"a\.erg: cannot be read \({reason}\)"):
            gather.gather([tmp_path / "a.erg"], Wishes())

    @pytest.mark.parametrize(("count", "more"), [(10, None), (11, "and 1 more"), (13, "and 3 more")])
    def test_of_many_that_cannot_be_read_the_first_ten_are_named(self, tmp_path, count, more):
        for number in range(count):
            (tmp_path / f"{number:02}.erg").write_bytes(b"")
        with pytest.raises(ScheduleError) as refused:
            gather.gather([tmp_path], Wishes())
        told = [line.strip() for line in refused.value.given.splitlines()]
        assert [line.partition(":")[0] for line in told[1:11]] == [
            str(tmp_path / f"{number:02}.erg") for number in range(10)
        ]
        assert told[11:] == ([more] if more else [])


class TestArchives:
    @pytest.mark.parametrize(
        ("member", "unpacked"),
        [
            ("a.erg", "workout.erg"),
            ("my.ride.mrc", "workout.mrc"),
            ("in/a folder/a.erg", "workout.erg"),
        ],
    )
    def test_a_member_is_unpacked_under_a_name_of_ours(self, tmp_path, member, unpacked):
        archive(tmp_path / "a.zip", {member: RIDE})
        assert contents(tmp_path, "a.zip") == [(unpacked, RIDE)]

    def test_a_packed_member_keeps_both_its_suffixes(self, tmp_path):
        packed = gzip.compress(b"<gpx/>")
        archive(tmp_path / "a.ZIP", {"2026.03.02.gpx.gz": packed})
        assert contents(tmp_path, "a.ZIP") == [("workout.gpx.gz", packed)]

    def test_an_archive_is_opened_once_for_all_its_members(self, tmp_path, monkeypatch):
        archive(tmp_path / "a.zip", {f"{n}.erg": RIDE for n in range(3)})
        opened, plain = [], zipfile.ZipFile
        monkeypatch.setattr(zipfile, "ZipFile", lambda *told: opened.append(told) or plain(*told))
        assert len(contents(tmp_path, "a.zip")) == 3
        assert opened == [(tmp_path / "a.zip",)]

    def test_folders_and_hidden_members_do_not_count(self, tmp_path, monkeypatch, found):
        names = ("a/", ".hidden.erg", ".git/a.erg", "__MACOSX/a.erg", "a/__MACOSX/b.erg", "a/b.erg")
        archive(tmp_path / "a.zip", dict.fromkeys(names, b""))
        monkeypatch.setattr(sources, "MAX_FILES", 1)
        (one,) = found("a.zip").sources
        assert (one.label, one.place) == (tmp_path / "a.zip" / "a" / "b.erg", None)

    @pytest.mark.parametrize(
        ("bound", "most", "message"),
        [
            ("MAX_FILES", 2, "an archive of 2 files"),
            ("MAX_ARCHIVE_BYTES", 2 * len(RIDE), f"an archive of 2 files and {2 * len(RIDE)} bytes"),
        ],
    )
    def test_as_much_as_is_allowed_is_read(self, found, tmp_path, monkeypatch, bound, most, message):
        archive(tmp_path / "a.zip", {"a.erg": RIDE, "b.erg": RIDE})
        monkeypatch.setattr(sources, bound, most)
        assert len(found("a.zip").sources) == 2
        monkeypatch.setattr(sources, bound, most - 1)
        (refused,) = found("a.zip").refused
        assert message in str(refused)
        assert f"at most {most - 1}" in str(refused) or bound == "MAX_ARCHIVE_BYTES"

    def test_an_archive_that_claims_more_than_a_life_of_training_is_refused(self, found, tmp_path):
        packed = archive(tmp_path / "a.zip", dict.fromkeys(("a.erg", "b.erg"), b""))
        first, *others = packed.read_bytes().split(b"PK\x01\x02")
        claim = (4_294_967_294).to_bytes(4, "little")
        packed.write_bytes(b"PK\x01\x02".join([first, *(one[:20] + claim + one[24:] for one in others)]))
        (refused,) = found("a.zip").refused
        assert "an archive of 2 files and 8589934588 bytes" in str(refused)
        assert "at most 20000 files and 8000000000 bytes" in str(refused)

    def test_a_member_may_swell_so_much_and_no_more(self, found, tmp_path, monkeypatch):
        archive(tmp_path / "a.zip", {"a.erg": RIDE, "empty.erg": b""})
        with monkeypatch.context() as patched:
            patched.setattr(sources, "MAX_RATIO", 1)
            assert contents(tmp_path, "a.zip") == [("workout.erg", RIDE), ("workout.erg", b"")]
        archive(tmp_path / "b.zip", {"b.xml": bytes(100_000)}, how=zipfile.ZIP_DEFLATED)
        (refused,) = found("b.zip").refused
        assert "that unpack to 100000" in str(refused)
        assert "at most 200 times as many" in str(refused)

    @pytest.mark.parametrize(
        ("claimed", "message"),
        [
            (16_000_000, "no readable archive"),
            (16_000_001, "table of contents has 16000001 bytes"),
            (4_000_000_000, "table of contents has 4000000000 bytes"),
        ],
    )
    @pytest.mark.parametrize("comment", [b"", b"x" * 65_535])
    def test_a_table_of_contents_is_bounded_by_what_it_claims(self, tmp_path, claimed, message, comment):
        packed = archive(tmp_path / "a.zip", {"a.erg": RIDE}, comment=comment)
        whole = packed.read_bytes()
        at = len(whole) - len(comment) - 22
        packed.write_bytes(whole[: at + 12] + claimed.to_bytes(4, "little") + whole[at + 16 :])
        with pytest.raises(ScheduleError, match=message):
            gather.gather([packed], Wishes())

    @pytest.mark.parametrize("comment", [b"", b"x" * 65_535])
    def test_the_end_of_64_bits_counts_beside_that_of_32(self, tmp_path, comment):
        def end(claimed):
            short = b"PK\x05\x06" + bytes(8) + claimed.to_bytes(4, "little") + bytes(4)
            return short + len(comment).to_bytes(2, "little") + comment

        def long(claimed):
            return b"PK\x06\x06" + bytes(36) + claimed.to_bytes(8, "little") + bytes(8) + bytes(20)

        place = tmp_path / "a.zip"
        for written, refused in (
            (end(0), None),
            (end(10**9), 10**9),
            (long(10**9) + end(5), 10**9),
            (long(5) + end(10**9), 10**9),
            (long(2**63 + 1) + end(5), 2**63 + 1),
            (b"x" * 100 + long(10**9) + end(5), 10**9),
            (b"x" * 75 + end(5), None),
            (bytes(11) + b"\xff" * 20, None),
            (b"", None),
        ):
            place.write_bytes(written)
            if refused is None:
                sources.check_archive(place)
            else:
                with pytest.raises(ScheduleError, match=f"has {refused} bytes"):
                    sources.check_archive(place)

    def test_a_name_is_shown_without_what_leads_out_or_acts(self, found, tmp_path):
        archive(tmp_path / "a.zip", {"../a\x1bb\\" + "c" * 400 + ".erg": RIDE, "..": b""})
        labels = [str(one.label.relative_to(tmp_path / "a.zip")) for one in found("a.zip").sources]
        unknown = [str(one.relative_to(tmp_path / "a.zip")) for one in found("a.zip").unknown]
        assert (labels, unknown) == ([], ["a?b/" + "c" * 296, "?"])


class TestContent:
    @pytest.mark.parametrize("name", ["a.bin", "a.bin.gz"])
    @pytest.mark.parametrize(
        ("size", "message"), [(0, "an empty file"), (1, None), (100, None), (101, "more than the limit")]
    )
    def test_a_content_is_bounded_after_unpacking(self, tmp_path, name, size, message):
        path, data = tmp_path / name, b"x" * size
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        if message is None:
            assert content_of(path, limit=100) == data
        else:
            with pytest.raises(ScheduleError, match=rf"(?s){message}.*1 to 100 bytes"):
                content_of(path, limit=100)

    def test_a_damaged_content_is_refused(self, tmp_path):
        (tmp_path / "a.bin.gz").write_bytes(gzip.compress(bytes(1000))[:20])
        with pytest.raises(ScheduleError, match=r"a\.bin\.gz: cannot be read"):
            content_of(tmp_path / "a.bin.gz", limit=10_000)


class TestXml:
    @pytest.mark.parametrize(("depth", "fits"), [(64, True), (65, False)])
    def test_elements_are_nested_so_deep_and_no_deeper(self, depth, fits):
        seen = []
        text = ("<a>" * depth + "</a>" * depth).encode()
        if fits:
            each_element(text, seen.append, file=Path("a.xml"))
            assert len(seen) == len(seen[0].names) == depth
        else:
            with pytest.raises(ScheduleError, match=r"(?s)element 65 at depth 65.*up to 64 deep"):
                each_element(text, seen.append, file=Path("a.xml"))

    @pytest.mark.parametrize(("count", "fits"), [(3, True), (4, False)])
    def test_elements_are_counted(self, monkeypatch, count, fits):
        monkeypatch.setattr(xml, "MAX_ELEMENTS", 3)
        text = f"<a>{'<b/>' * (count - 1)}</a>".encode()
        if fits:
            each_element(text, lambda _: None, file=Path("a.xml"))
        else:
            with pytest.raises(ScheduleError, match=r"(?s)element 4 at depth 2.*at most 3 elements"):
                each_element(text, lambda _: None, file=Path("a.xml"))

    def test_an_element_has_its_own_text_its_line_and_its_attributes(self):
        seen = []
        text = b'<a>\n one <x:b y="1"> two </x:b>\n three\n<b/></a>'
        each_element(text, seen.append, file=Path("a.xml"))
        first, second, whole = seen
        assert (first.names, first.text, first.line, dict(first.attributes)) == (
            ("a", "b"),
            "two",
            2,
            {"y": "1"},
        )
        assert (second.line, whole.line, whole.name) == (4, 1, "a")
        assert whole.text.split() == ["one", "three"]


class TestTracks:
    def test_a_number_is_one_or_is_left_out(self):
        one = track.Track()
        for text in ("", "much", "nan", "inf", "1" * 400):
            one.put("power_w", text)
        # What is longer than any number is cut.
        assert one.point == {"power_w": float("1" * 40)}
        one.put("power_w", " 210.5 ")
        assert one.point == {"power_w": 210.5}

    def test_a_point_without_a_time_does_not_count_and_the_first_tells_the_zone(self):
        one = track.Track()
        one.put("power_w", "210")
        one.close_point()
        for text in ("2026-03-02T18:00:00+02:00", "2026-03-02T18:00:01Z", "noon"):
            one.at(text)
            one.close_point()
        assert [point["time_s"] for point in one.points] == [1772467200, 1772474401]
        assert one.zone.utcoffset(None).total_seconds() == 7200

    @pytest.mark.parametrize(
        ("stops", "spans"),
        [
            ([], [(0, 50)]),
            # Before the first and after the last point there is nothing to stop.
            ([0, 41], [(0, 50)]),
            ([20], [(0, 20), (29, 50)]),
            ([20, 20, 30], [(0, 20), (29, 50)]),
        ],
    )
    def test_where_recording_stopped_is_a_pause(self, stops, spans):
        """Points every second, but from the twentieth to the next it takes ten."""
        one = track.Track(sports=["cycling"])
        for number in range(41):
            for _ in range(stops.count(number)):
                one.interrupt()
            later = 0 if number < 20 else 9
            one.points.append({"time_s": float(number + later), "power_w": 200.0})
        if 41 in stops:
            one.interrupt()
        found = one.dated(Path("a.gpx"), Wishes()).session.bouts
        assert [(round(bout.start_min * 60, 3), round(bout.end_min * 60, 3)) for bout in found] == spans


def test_of_several_sessions_those_that_cannot_be_read_are_said_at_each():
    def refuses(given):
        def attempt():
            raise ScheduleError(given)

        return attempt

    nothing = ScheduleError("nothing there")
    for attempts, message in (([], "a.fit: nothing there"), ([refuses("one"), refuses("two")], "a.fit: one")):
        with pytest.raises(ScheduleError, match=message):
            readable(attempts, file=Path("a.fit"), nothing=nothing)
