"""FIT, TCX and GPX files: the samples and their oddities, damage, and what must be refused."""

import gzip
import struct
import sys
import time
import tomllib
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest

from data import make_recordings as make
from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Schedule
from exerkine_sim.schedule.modes import known_modes
from exerkine_sim.schedule.readers import Wishes, fit, fit_messages, gpx, tcx, xml
from exerkine_sim.shipped import params_folder

DATA = Path(__file__).parents[1] / "data"
EVENING = datetime(2026, 5, 4, 18, 30)
BOMB_BYTES = 200_000_000


def summary(dated):
    return [(bout.mode, str(bout.intensity)) for bout in dated.session.bouts]


def said(dated, words):
    return any(words in remark for remark in dated.remarks)


def one(reader, path, wishes=None):
    (dated,) = reader.read(path, wishes or Wishes())
    Schedule([dated.session])  # every mode and basis exists
    assert dated.file == path
    return dated


@pytest.fixture
def put(tmp_path):
    """Write bytes to a file of this name and return its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- FIT activities ---


def test_intervals_keep_their_structure_and_the_local_clock():
    ride = one(fit, DATA / "ride.fit")
    assert ride.start == EVENING
    assert summary(ride) == [("cycle", "120W"), *[("cycle", "330W"), ("cycle", "110W")] * 8, ("cycle", "80W")]
    assert [bout.start_min for bout in ride.session.bouts] == [0, *range(5, 22)]


def test_a_gzipped_run_has_speed_and_grade():
    hills = one(fit, DATA / "hills.fit.gz")
    up, down = hills.session.bouts
    assert (up.mode, up.intensity.basis) == ("run", "km_per_h")
    metres = [bout.duration_min / 60 * bout.intensity.value * 1000 for bout in (up, down)]
    assert sum(metres) == pytest.approx(300 * 2.5 + 300 * 3.5, rel=0.01)
    climb = [m * bout.intensity.grade_percent / 100 for m, bout in zip(metres, (up, down), strict=True)]
    # The grade is smoothed over 100 m, so that the summit is a little lower.
    assert climb == pytest.approx([300 * 2.5 * 0.08, -300 * 3.5 * 0.08], rel=0.05)


def test_each_sport_of_a_triathlon_is_a_session():
    swim, ride, run = fit.read(DATA / "triathlon.fit", Wishes())
    assert [summary(one) for one in (swim, ride, run)] == [
        [("swim", "140bpm")],
        [("cycle", "200W")],
        [("run", "10.8km/h")],
    ]
    assert [one.start.minute for one in (swim, ride, run)] == [30, 35, 40]
    assert said(swim, "lags behind effort")
    assert said(run, "no altitude")


def test_a_sport_that_cannot_be_read_leaves_the_others(put):
    both = make.Fit()
    for second in range(120):
        measured = {"power": 200} if second >= 60 else {"temperature": 20}
        both.put("record", at=second, **measured)
    both.session("swimming", 0, 60)
    both.session("cycling", 60, 120)
    ride = one(fit, put("both.fit", both.end(120)))
    assert summary(ride) == [("cycle", "200W")]
    assert said(ride, "left out: swim without anything that tells how hard it was")


def test_oddities_of_records_are_mended_and_said():
    odd = one(fit, DATA / "odd.fit")
    assert {bout.intensity.value for bout in odd.session.bouts if bout.intensity.basis == "watt"} == {200}
    for words in (
        "steps back in time put in order: 1",
        "repeated times joined: 2",
        "impossible values of power left out: 1",
        "pauses of more than 30 s, which count as rest: 2",
        "summary says 260 for power, its records 200",
        "heart rate: 1 min",
    ):
        assert said(odd, words), words
    spans = [(round(bout.start_min, 2), round(bout.end_min, 2)) for bout in odd.session.bouts]
    assert spans == [(0, 3.33), (3.33, 4.33), (4.33, 5), (6, 6.68), (6.83, 8), (68, 70)]


def test_power_of_a_developer_s_field_counts():
    assert summary(one(fit, DATA / "footpod.fit")) == [("cycle", "250W")]


def test_chained_files_are_sessions_of_their_own():
    first, second = fit.read(DATA / "chained.fit", Wishes())
    assert (summary(first), summary(second)) == ([("cycle", "150W")], [("cycle", "200W")])
    assert (second.start - first.start).days == 1


def test_damage_to_one_file_of_a_chain_leaves_the_other(put):
    content = bytearray((DATA / "chained.fit").read_bytes())
    content[-1] ^= 0xFF
    first, second = fit.read(put("chained.fit", bytes(content)), Wishes())
    assert not said(first, "checksum")
    assert said(second, "checksum is wrong")


def test_a_wrong_checksum_is_read_and_said(put):
    content = bytearray((DATA / "ride.fit").read_bytes())
    content[-1] ^= 0xFF
    broken = one(fit, put("ride.fit", bytes(content)))
    assert broken.session == one(fit, DATA / "ride.fit").session
    assert said(broken, "checksum is wrong")


def test_what_is_there_of_a_truncated_file_is_read(put):
    whole = (DATA / "ride.fit").read_bytes()
    cut = one(fit, put("ride.fit", whole[: len(whole) // 2]), Wishes(mode="cycle"))
    assert summary(cut)[:5] == summary(one(fit, DATA / "ride.fit"))[:5]
    assert said(cut, "ends early")


def test_a_header_without_a_size_is_that_of_a_device_that_died(put):
    content = bytearray((DATA / "ride.fit").read_bytes())
    content[4:8] = bytes(4)
    assert summary(one(fit, put("ride.fit", bytes(content))))[:3] == summary(one(fit, DATA / "ride.fit"))[:3]


# --- FIT sets and workouts ---


def test_sets_of_a_watch_are_lifting_bouts():
    lifting = one(fit, DATA / "strength.fit")
    sets = [(bout.mode, bout.reps, str(bout.intensity), bout.start_min) for bout in lifting.session.bouts]
    assert sets == [("squat", 5, "100kg", 0), ("squat", 5, "100kg", 2), ("incline_press", 8, "60kg", 4)]
    assert lifting.start == EVENING
    assert lifting.session.bouts[0].tempo_s == 4  # 20 s for five
    assert said(lifting, "sets of push_up left out")
    assert said(lifting, "plank left out")


def test_an_exercise_can_be_told_what_it_is():
    lifting = one(fit, DATA / "strength.fit", Wishes(lifts={"45_degree_plank": "push up"}))
    assert "push_up" in {bout.mode for bout in lifting.session.bouts}


def test_a_users_name_may_be_spelt_as_in_a_log_and_leave_an_exercise_out():
    lifting = one(fit, DATA / "strength.fit", Wishes(lifts={"Barbell Back Squats": "skip", "Squat": "skip"}))
    assert {bout.mode for bout in lifting.session.bouts} == {"incline_press"}


def test_repeats_nest_and_targets_keep_their_basis():
    plan = one(fit, DATA / "workout.fit")
    assert plan.start is None
    assert plan.session.name == "2 x 3 x 1 min"
    assert [text for _, text in summary(plan)] == ["65% FTP", *["300W", "135bpm"] * 6, "65% HRmax"]
    starts = [bout.start_min for bout in plan.session.bouts]
    assert starts == [0, 10, 11, 11.5, 12.5, 13, 14, 16.5, 17.5, 18, 19, 19.5, 20.5, 23]
    assert said(plan, "warmup left out")


def test_the_table_of_exercises_names_what_exists():
    from garmin_fit_sdk import Profile

    table = tomllib.loads((params_folder() / "fit_exercises.toml").read_text())
    assert set(table["sport"].values()) <= set(known_modes().endurance)
    assert set(table["category"].values()) | set(table["exercise"]) - {"none"} <= set(known_modes().lifts)
    assert set(table["category"]) <= set(Profile["types"]["exercise_category"].values())
    names = {
        name
        for kind, values in Profile["types"].items()
        if kind.endswith("_exercise_name")
        for name in values.values()
    }
    assert {name for names in table["exercise"].values() for name in names} <= names


# --- TCX and GPX ---


@pytest.mark.parametrize(("name", "hour"), [("ride.tcx", 16), ("ride_plain.tcx.gz", 16)])
def test_power_in_tcx_is_found_under_any_prefix(name, hour):
    ride = one(tcx, DATA / name)
    assert summary(ride) == [("cycle", "150W"), ("cycle", "250W")]
    assert ride.start == EVENING.replace(hour=hour)  # its own clock, with a zone or without
    assert not said(ride, "time zone")


def test_gpx_has_power_or_speed_from_positions():
    assert summary(one(gpx, DATA / "ride.gpx")) == [("cycle", "210W")]
    run = one(gpx, DATA / "run.gpx")
    assert summary(run) == [("run", "10.8km/h")]
    assert said(run, "its clock is UTC")


def test_a_track_without_a_sport_asks_for_one(put):
    text = (DATA / "run.gpx").read_text().replace("<type>running</type>", "")
    path = put("run.gpx", text)
    with pytest.raises(ScheduleError, match="say which mode"):
        gpx.read(path, Wishes())
    assert summary(one(gpx, path, Wishes(mode="jog"))) == [("run", "10.8km/h")]


def test_a_ride_with_nothing_but_places_is_refused(put):
    text = (DATA / "ride.gpx").read_text().replace("<power>210</power>", "").replace("gpxtpx:hr", "gpxtpx:x")
    with pytest.raises(ScheduleError, match="without anything that tells how hard"):
        gpx.read(put("ride.gpx", text), Wishes())


def test_two_segments_of_a_track_have_a_pause_between_them(put):
    """Twenty seconds alone are no pause; between segments they are."""
    lines = (DATA / "ride.gpx").read_text().splitlines()
    before, after = lines[:46], lines[56:]
    joined, apart = "\n".join(before + after), "\n".join([*before, "</trkseg><trkseg>", *after])
    assert len(one(gpx, put("joined.gpx", joined)).session.bouts) == 1
    first, second = one(gpx, put("apart.gpx", apart)).session.bouts
    assert 60 * (second.start_min - first.end_min) == pytest.approx(20)


# --- Hostile files ---

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<gpx><trk><type>&b;</type></trk></gpx>"
)


@pytest.mark.parametrize(
    ("reader", "name", "content"),
    [
        (gpx, "laughs.gpx", LAUGHS),
        (tcx, "outside.tcx", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><TrainingCenterDatabase/>'),
        (tcx, "deep.tcx", "<a>" * 100_000),
        (gpx, "unfinished.gpx", "<gpx>" + "<a/>" * 10),
        (gpx, "coded.gpx", '<?xml version="1.0" encoding="klingon"?><gpx/>'),
        (gpx, "empty.gpx", ""),
        (gpx, "bomb.gpx.gz", gzip.compress(bytes(BOMB_BYTES), mtime=0)),
        (fit, "bomb.fit.gz", gzip.compress(bytes(BOMB_BYTES), mtime=0)),
        (fit, "claims.fit", b"\x0e\x20\x00\x00" + struct.pack("<I", 2**32 - 1) + b".FIT\x00\x00"),
        (fit, "none.fit", b"\x0e"),
        (fit, "text.fit", "Mon 07:00 run 60m"),
        (fit, "half.fit.gz", gzip.compress(b"x" * 1000, mtime=0)[:30]),
        (gpx, "absent.gpx", None),
    ],
)
def test_hostile_files_are_refused_in_bounded_time_and_memory(put, tmp_path, reader, name, content):
    path = tmp_path / name if content is None else put(name, content)
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(ScheduleError, match=name.partition(".")[0]):
        reader.read(path, Wishes())
    took, (_, peak) = time.process_time() - begin, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 20  # of the processor, under a tracer of memory; what the files claim would take hours
    assert peak < BOMB_BYTES


def test_a_count_of_elements_and_of_messages_is_bounded(monkeypatch):
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 100)
    with pytest.raises(ScheduleError, match="at most 100 elements"):
        gpx.read(DATA / "ride.gpx", Wishes())
    monkeypatch.setattr(fit_messages, "MAX_MESSAGES", 100)
    with pytest.raises(ScheduleError, match="more than 100 messages"):
        fit.read(DATA / "ride.fit", Wishes())


def test_repeats_without_end_are_refused(put):
    plan = make.Fit("workout")
    plan.put("workout", sport="cycling", num_valid_steps=9)
    plan.put("workout_step", message_index=0, **make.step(60, "power", (60, 70)))
    for index in range(1, 9):
        plan.put("workout_step", message_index=index, **make.repeat(first=0, times=1000))
    with pytest.raises(ScheduleError, match="at most 10000 steps"):
        fit.read(put("endless.fit", plan.encoder.close()), Wishes())


# --- Speed ---


def test_an_hour_at_1_hz_has_its_sixty_bouts(put):
    hour = make.Fit()
    for second in range(3600):
        hour.put("record", at=second, power=180 + 120 * (second // 60 % 2), cadence=90, temperature=20)
    hour.session("cycling", 0, 3600)
    (found,) = fit.read(put("hour.fit", hour.end(3600)), Wishes())
    assert len(found.session.bouts) == 60


def test_without_the_optional_package_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "garmin_fit_sdk", None)
    with pytest.raises(ScheduleError, match=r'pip install "exerkine-sim\[fit\]"'):
        fit.read(DATA / "ride.fit", Wishes())
