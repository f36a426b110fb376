"""What the messages of a FIT activity come to: sports, pauses, zones, fields of developers, and bounds."""

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import make_recordings as make
from device import messages, rows
from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule.readers import Wishes, fit, fit_messages
from exerkine_sim.schedule.readers.fit_messages import Message

DATA = Path(__file__).parents[1] / "data"
FILE = Path("file.fit")
NO_WISH = Wishes()


class TestMessage:
    @pytest.mark.parametrize(
        ("value", "number", "text"),
        [
            (60, 60.0, "60"),
            ([60, 70], 60.0, "60"),
            ((), None, ""),
            (None, None, ""),
            ("much", None, "much"),
            (float("nan"), None, "nan"),
            (0, 0.0, "0"),
        ],
    )
    def test_a_number_a_text_or_nothing(self, value, number, text):
        message = Message({"field": value})
        assert (message.number("field"), message.text("field")) == (number, text)
        assert Message().number("field") is None

    def test_time_counts_from_the_end_of_1989(self):
        began = (datetime(1989, 12, 31, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
        assert Message({"at": 5}).moment("at") == began + 5
        assert Message({"at": "late"}).moment("at") is None


# ---------------------------------------------------------------------- activities


@pytest.fixture
def read(tmp_path):
    """Read what was made as a file."""

    def reading(content, wishes=NO_WISH):
        path = tmp_path / "made.fit"
        path.write_bytes(content)
        return fit.read(path, wishes)

    return reading


def ride(watts, *, sport="cycling", **fields):
    made = make.Fit()
    for second, power in enumerate(watts):
        made.put("record", at=second, power=power, **fields)
    if sport:
        made.session(sport, 0, len(watts))
    return made


class TestActivities:
    def test_a_record_belongs_to_the_last_session_that_has_begun(self, read):
        both = make.Fit()
        for second in range(120):
            both.put("record", at=second, power=100 if second < 60 else 200, enhanced_speed=3.0)
        both.session("running", 60, 120)  # not in order
        both.session("cycling", 5, 60)  # begun late
        first, second = read(both.end(120))
        assert rows(first) == [(0, 1, "cycle", "100W")]
        assert rows(second) == [(0, 1, "run", "10.8km/h")]

    def test_a_pause_at_the_change_belongs_to_what_follows(self, read):
        both = make.Fit()
        for second in range(120):
            both.put("record", at=second, power=200)
        for at, kind in ((60, "stop"), (80, "start")):
            both.put("event", at=at, event="timer", event_type=kind)
        both.session("cycling", 0, 60)
        both.session("cycling", 60, 120)
        first, second = read(both.end(120))
        assert [(start, length) for start, length, *_ in rows(first)] == [(0, 1)]
        assert [start for start, *_ in rows(second)] == pytest.approx([0, 20 / 60])

    @pytest.mark.parametrize(
        ("sport", "mode"), [("walking", "walk"), ("cycling", "cycle"), ("running", "run")]
    )
    def test_a_change_of_clothes_is_no_session_and_not_said(self, read, sport, mode):
        made = make.Fit()
        for second in range(120):
            made.put("record", at=second, heart_rate=140)
        made.session(sport, 0, 60)
        made.session("transition", 60, 120)
        (found,) = read(made.end(120))
        assert [one.mode for one in found.session.bouts] == [mode]
        assert not any("left out" in remark for remark in found.remarks)

    def test_heart_rates_that_were_sent_later_are_left_aside_and_spoil_nothing(self, read):
        made = ride([200] * 60)
        made.put("hr", at=30, filtered_bpm=[140], event_timestamp=[30.0])
        (found,) = read(made.end(60))
        assert rows(found) == [(0, 1, "cycle", "200W")]
        assert found.remarks == ("power: 1 min (60 records) in bouts: 1",)

    def test_without_a_session_the_sport_says_what_it_is(self, read):
        made = ride([200] * 60, sport=None)
        made.put("sport", sport="cycling", sub_sport="road")
        assert rows(read(made.end(60))[0]) == [(0, 1, "cycle", "200W")]

    @pytest.mark.parametrize(("zone_h", "hour"), [(0, 16), (14, 6), (-11, 5)])
    def test_the_clock_of_the_watch_counts(self, read, zone_h, hour):
        (found,) = read(ride([200] * 60).end(60, zone_h=zone_h))
        assert (found.start.hour, found.start.minute) == (hour, 30)
        assert not any("time zone" in remark for remark in found.remarks)

    @pytest.mark.parametrize("zone_h", [15, -15])
    def test_a_clock_farther_off_than_any_zone_is_none(self, read, zone_h):
        (found,) = read(ride([200] * 60).end(60, zone_h=zone_h))
        assert found.start.hour == 16
        assert found.remarks[0] == "the file does not say its time zone: its clock is UTC"

    @pytest.mark.parametrize(
        ("events", "spans"),
        [
            ([(60, "stop"), (80, "start")], [(0, 60), (80, 120)]),
            ([(60, "stop_all"), (80, "start")], [(0, 60), (80, 120)]),
            ([(60, "stop_disable"), (80, "start")], [(0, 60), (80, 120)]),
            ([(60, "stop_disable_all"), (80, "start")], [(0, 60), (80, 120)]),
            ([(60, "stop"), (70, "stop_all"), (80, "start")], [(0, 60), (80, 120)]),
            ([(60, "stop"), (80, "start"), (100, "start")], [(0, 60), (80, 120)]),
            ([(20, "stop"), (30, "start"), (60, "stop"), (80, "start")], [(0, 20), (30, 60), (80, 120)]),
            ([(60, "stop"), (60, "start")], [(0, 120)]),
            ([(60, "marker"), (80, "start")], [(0, 120)]),
            ([(60, "stop")], [(0, 120)]),
        ],
    )
    def test_the_timer_stands_from_a_stop_to_the_next_start(self, read, events, spans):
        made = ride([200] * 120)
        for at, kind in events:
            made.put("event", at=at, event="timer", event_type=kind)
        (found,) = read(made.end(120))
        # A record at a stop still tells of its second.
        assert [(round(one.start_min * 60), round(one.end_min * 60, 3)) for one in found.session.bouts] == [
            (start, end if end == 120 else end + 1) for start, end in spans
        ]

    @pytest.mark.parametrize("event", ["lap", "workout", "battery"])
    def test_only_events_of_the_timer_stop_it(self, read, event):
        made = ride([200] * 120)
        made.put("event", at=60, event=event, event_type="stop")
        made.put("event", at=80, event="timer", event_type="start")
        assert len(rows(read(made.end(120))[0])) == 1

    def test_the_summary_is_compared_each_number_with_its_own(self, read):
        made = make.Fit()
        for second in range(60):
            made.put("record", at=second, power=200, heart_rate=140, distance=10.0 * second)
        made.session("cycling", 0, 90, avg_power=100, avg_heart_rate=100, total_distance=1000.0)
        said = [one for one in read(made.end(60))[0].remarks if "summary" in one]
        assert [remark.partition("says ")[2].partition(":")[0] for remark in said] == [
            "90 for seconds of activity, its records 60",
            "1000 for metres, its records 590",
            "100 for power, its records 200",
            "100 for heart rate, its records 140",
        ]


@pytest.mark.parametrize(
    ("description", "channel"),
    [
        ({"native_field_num": 7, "native_mesg_num": "record"}, "power_w"),
        ({"native_field_num": 3, "native_mesg_num": "record"}, "heart_rate_bpm"),
        ({"native_field_num": 7, "native_mesg_num": "lap"}, None),
        ({"native_field_num": 7, "native_mesg_num": "session"}, None),
        ({"native_field_num": 8, "native_mesg_num": "record"}, None),
        ({"field_name": " Power "}, "power_w"),
        ({"field_name": "Form Power"}, None),
        ({"field_name": "air power"}, None),
        ({"field_name": "power balance"}, None),
    ],
)
def test_what_a_developer_s_field_measures(monkeypatch, description, channel):
    heart = {} if channel == "heart_rate_bpm" else {"heart_rate": 140}
    told = messages(
        field_description=[{"key": 0} | description],
        record=[{"timestamp": second, "developer_fields": {0: 170}} | heart for second in range(60)],
        session=[{"start_time": 0, "sport": "cycling"}],
    )
    monkeypatch.setattr(fit, "messages_of", lambda _: [told])
    wanted = {"power_w": "170W", "heart_rate_bpm": "170bpm", None: "140bpm"}[channel]
    assert [intensity for *_, intensity in rows(fit.read(FILE, NO_WISH)[0])] == [wanted]


def test_what_the_device_measured_goes_before_what_an_app_added(monkeypatch):
    told = messages(
        field_description=[{"key": 0, "field_name": "power"}],
        record=[{"timestamp": s, "power": 200, "developer_fields": {0: 170}} for s in range(60)],
        session=[{"start_time": 0, "sport": "cycling"}],
    )
    monkeypatch.setattr(fit, "messages_of", lambda _: [told])
    assert rows(fit.read(FILE, NO_WISH)[0]) == [(0, 1, "cycle", "200W")]


# ---------------------------------------------------------------------- bounds


@pytest.mark.parametrize(
    ("bound", "there_are", "message"),
    [
        ("MAX_MESSAGES", 31 + 3, "more than 33 messages"),
        ("MAX_BYTES", None, "more than the limit"),
        ("MAX_PARTS", 1, "1 FIT files within"),
    ],
)
def test_a_file_may_have_as_much_as_is_bounded_and_no_more(read, monkeypatch, bound, there_are, message):
    content = ride([200] * 31).end(31)
    most = len(content) if there_are is None else there_are
    monkeypatch.setattr(fit_messages, bound, most)
    assert len(read(content)) == 1
    monkeypatch.setattr(fit_messages, bound, most - 1)
    with pytest.raises(ScheduleError, match=message):
        read(content)


def test_the_bounds_are_said(read, monkeypatch, tmp_path):
    (tmp_path / "large.fit").write_bytes(bytes(8_000_001))
    with pytest.raises(ScheduleError, match="1 to 8000000 bytes"):
        fit.read(tmp_path / "large.fit", NO_WISH)
    with pytest.raises(ScheduleError, match=r"(?s)0 FIT files within.*1 to 100,"):
        read(b"no header")
    for bound in ("MESSAGES", "VALUES", "DEFINITIONS"):
        with monkeypatch.context() as patched:
            patched.setattr(fit_messages, f"MAX_{bound}", 1)
            with pytest.raises(ScheduleError) as refused:
                read(ride([200] * 31).end(31))
        whole = {"MESSAGES": 250_000, "VALUES": 2_000_000, "DEFINITIONS": 20_000} | {bound: 1}
        assert (
            refused.value.given
            == "more than {MESSAGES} messages, {VALUES} values or {DEFINITIONS} definitions".format(**whole)
        )


def test_many_small_files_in_a_chain_count_together(read, monkeypatch):
    monkeypatch.setattr(fit_messages, "MAX_MESSAGES", 40)
    with pytest.raises(ScheduleError, match="more than 40 messages"):
        read(ride([200] * 31).end(31) * 2)


def test_a_chain_ends_where_no_header_follows(read):
    part = ride([200] * 31).end(31)
    assert len(read(part + part)) == 2
    assert len(read(part + part[:8] + b"....." + part[13:])) == 1
    assert len(read(part + b"\x0d" + part[1:])) == 1


def test_the_last_file_of_a_chain_may_have_no_size(read):
    part = ride([200] * 31).end(31)
    dead = part[:4] + bytes(4) + part[8:-2]
    assert [len(one.session.bouts) for one in read(part + dead)] == [1, 1]


@pytest.mark.parametrize("cut", [12, 14, 15])
def test_a_header_without_anything_is_no_activity(read, cut):
    with pytest.raises(ScheduleError, match="without records, sets or workout steps"):
        read(struct.pack("<BBHI4sH", 14, 32, 0, 0, b".FIT", 0).ljust(cut, b"\0")[:cut])


def test_a_header_may_be_short(read):
    part = ride([200] * 31).end(31)
    (found,) = read(b"\x0c" + part[1:12] + part[14:])
    assert [intensity for *_, intensity in rows(found)] == ["200W"]
