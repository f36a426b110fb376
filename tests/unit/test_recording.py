"""Recordings: what is mended, and how a series becomes bouts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule.readers.recording import recorded
from exerkine_sim.schedule.readers.segment import REST_SHARE, SHORTEST_S, dated

FILE = Path("ride.fit")


def points(watts, *, every_s=1, **more):
    return [
        {"time_s": every_s * index, "power_w": power} | {name: values[index] for name, values in more.items()}
        for index, power in enumerate(watts)
        if power is not None
    ]


def bouts(watts, *, mode="cycle", **options):
    session = dated(recorded(points(watts, **options), mode=mode), FILE).session
    return [(round(b.start_min * 60, 6), round(b.end_min * 60, 6), b.intensity.value) for b in session.bouts]


# --- Putting in order ---


def test_values_of_one_moment_that_come_in_two_records_are_joined():
    written = [
        {"time_s": 5, "power_w": 200},
        {"time_s": 5, "heart_rate_bpm": 140},
        {"time_s": 5, "power_w": 90},
    ]
    recording = recorded(written, mode="cycle")
    assert (recording.power_w.tolist(), recording.heart_rate_bpm.tolist()) == ([200], [140])


def test_a_clock_that_was_set_on_the_way_leaves_the_longer_part():
    written = [{"time_s": 10.0, "power_w": 200}, *({"time_s": 1e9 + s, "power_w": 100} for s in range(60))]
    recording = recorded(written, mode="cycle")
    assert len(recording.time_s) == 60
    assert recording.remarks == ("records more than a day from the others left out: 1",)


@pytest.mark.parametrize(
    ("channel", "value"), [("power_w", 5000), ("heart_rate_bpm", 5), ("speed_m_s", 90), ("power_w", -10)]
)
def test_what_no_person_does_is_left_out(channel, value):
    recording = recorded([{"time_s": 0, channel: value}, {"time_s": 1, channel: value}], mode="run")
    assert np.isnan(getattr(recording, channel)).all()
    assert "impossible values" in recording.remarks[0]


def test_a_meter_that_sleeps_while_nobody_pedals_says_nought():
    written = [{"time_s": s, "cadence_rpm": 0 if 60 <= s < 120 else 90} for s in range(180)]
    for point in written:
        if point["cadence_rpm"]:
            point["power_w"] = 200
    assert recorded(written, mode="cycle").power_w[60:120].tolist() == [0] * 60


def test_grade_is_climb_over_distance():
    written = [
        {"time_s": s, "speed_m_s": 3.0, "distance_m": 3.0 * s, "altitude_m": 100 + 0.15 * s}
        for s in range(600)
    ]
    recording = recorded(written, mode="run")
    assert recording.grade == pytest.approx(0.05, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 900)), min_size=1, max_size=60))
def test_the_order_of_records_does_not_matter(records):
    """But for records of one moment, of which the first counts."""
    unique = dict(reversed(records))
    written = [{"time_s": float(time), "power_w": power} for time, power in unique.items()]
    there, back = recorded(written, mode="cycle"), recorded(written[::-1], mode="cycle")
    assert there.time_s.tolist() == back.time_s.tolist()
    assert there.power_w.tolist() == back.power_w.tolist()
    assert (np.diff(there.time_s) > 0).all()
    assert (there.time_s[1:] - there.time_s[:-1] >= there.lasts_s[:-1] - 1e-6).all()


def test_arrays_cannot_be_changed():
    recording = recorded(points([200, 200]), mode="cycle")
    for array in (recording.time_s, recording.power_w, recording.grade):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ([-1, 0, 1], [0, 1]),
        ([4_299_999_999, 4_300_000_000, 4_300_000_001], [0, 1]),
        ([0, 86_400], [0, 86_400]),
        ([0, 10, 86_411], [0, 10]),
        ([0, 86_401, 86_402], [0, 1]),
    ],
)
def test_times_that_cannot_be_and_days_without_a_record(times, kept):
    written = [{"time_s": float(time), "power_w": 200.0} for time in times]
    assert recorded(written, mode="cycle").time_s.tolist() == kept


def test_a_recording_without_samples_has_no_start():
    empty = recorded([], mode="cycle", totals={"power_w": 200.0})
    assert (empty.start, len(empty.time_s), len(empty.lasts_s), empty.remarks) == (None, 0, 0, ())


def test_steps_back_and_repeated_times_are_counted():
    written = [{"time_s": float(time)} for time in (0, 2, 1, 5, 3, 3, 3)]
    recording = recorded(written, mode="cycle", remarks=["said before"])
    assert recording.time_s.tolist() == [0, 1, 2, 3, 5]
    assert recording.remarks == (
        "said before",
        "steps back in time put in order: 2",
        "repeated times joined: 2",
    )


@pytest.mark.parametrize(
    ("channel", "name", "low", "high"),
    [
        ("power_w", "power", 0, 3000),
        ("heart_rate_bpm", "heart rate", 25, 250),
        ("speed_m_s", "speed", 0, 36),
        ("altitude_m", "altitude", -500, 9000),
        ("cadence_rpm", "cadence", 0, 300),
        ("latitude_deg", "latitude", -90, 90),
        ("longitude_deg", "longitude", -180, 180),
    ],
)
def test_what_is_possible_has_its_ends(channel, name, low, high):
    def remarks(value):
        return recorded([{"time_s": 0, channel: value}], mode="cycle").remarks

    assert remarks(low) == remarks(high) == ()
    assert remarks(low - 0.5) == remarks(high + 0.5) == (f"impossible values of {name} left out: 1",)


def test_a_meter_that_measures_while_nobody_pedals_is_believed():
    written = [{"time_s": 0, "cadence_rpm": 0, "power_w": 20.0}, {"time_s": 1, "cadence_rpm": 1}]
    power = recorded(written, mode="cycle").power_w
    assert power[0] == 20
    assert np.isnan(power[1])


# --- How long a sample holds ---


@pytest.mark.parametrize(
    ("times", "lasts", "pauses"),
    [
        ([0, 10, 40], [10, 30, 20], 0),
        ([0, 10, 41], [10, 10, 10], 1),
        ([0, 1, 3, 100, 101, 200], [1, 2, 1, 1, 1, 1], 2),
        ([0, 40], [1, 1], 1),
        ([0], [1], 0),
    ],
)
def test_a_sample_holds_until_the_next_or_as_long_as_usual(times, lasts, pauses):
    recording = recorded([{"time_s": float(time)} for time in times], mode="cycle")
    assert recording.lasts_s.tolist() == lasts
    said = f"pauses of more than 30 s, which count as rest: {pauses}"
    assert recording.remarks == ((said,) if pauses else ())


@pytest.mark.parametrize(
    ("pause", "times", "kept", "lasts"),
    [
        # The record at the stop stays, and tells of a second; so does that at which the timer starts again.
        ((3, 28), [0, 1, 2, 3, 28, 29], [0, 1, 2, 3, 28, 29], [1, 1, 1, 1, 1, 1]),
        ((8, 28), [0, 1, 2, 3, 28, 29], [0, 1, 2, 3, 28, 29], [1, 1, 1, 5, 1, 1]),
        ((2, 5), [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 5, 6], [1, 1, 1, 1, 1]),
        ((5, 25), [0, 25, 26, 27, 28], [0, 25, 26, 27, 28], [5, 1, 1, 1, 1]),
        # Before the first record and from the last one on there is nothing to cut.
        ((-5, 5), [10, 20, 30, 31], [10, 20, 30, 31], [10, 10, 1, 10]),
        ((30, 60), [0, 10, 20, 30], [0, 10, 20, 30], [10, 10, 10, 10]),
        ((35, 60), [0, 10, 20, 30], [0, 10, 20, 30], [10, 10, 10, 10]),
    ],
)
def test_while_the_timer_stood_nothing_counts(pause, times, kept, lasts):
    written = [{"time_s": float(time), "power_w": 200.0} for time in times]
    recording = recorded(written, mode="cycle", pauses=[pause])
    assert (recording.time_s + kept[0]).tolist() == kept
    assert recording.lasts_s.tolist() == lasts


# --- Distance, speed and grade ---


def speeds(written):
    return recorded(written, mode="run").speed_m_s.tolist()


def test_speed_follows_from_distance_but_not_over_a_pause():
    metres = {0: 0, 10: 30, 20: 70, 60: 100, 70: 120, 80: 480, 90: 900}
    found = speeds([{"time_s": time, "distance_m": metre} for time, metre in metres.items()])
    # 36 m/s are possible, 42 are not; the last sample is as the one before it.
    np.testing.assert_array_equal(found, [3, 4, np.nan, 2, 36, np.nan, np.nan])
    assert speeds([{"time_s": 0, "distance_m": 0}, {"time_s": 10, "distance_m": 30}]) == [3, 3]


def test_a_speed_that_was_recorded_goes_before_that_of_the_distance():
    found = speeds([{"time_s": s, "distance_m": 9 * s, "speed_m_s": 3} for s in range(3)])
    assert found == [3, 3, 3]


def test_a_distance_that_goes_back_stands_still():
    assert speeds([{"time_s": s, "distance_m": m} for s, m in enumerate((0, 3, 2, 3, 5))]) == [3, 0, 0, 2, 2]


@pytest.mark.parametrize(("speed", "counts_as"), [(0.29, 0), (0.3, 0.3), (0, 0)])
def test_slower_than_anyone_walks_is_standing(speed, counts_as):
    assert speeds([{"time_s": 0, "speed_m_s": speed}]) == [counts_as]


@pytest.mark.parametrize(
    ("there", "metres"),
    [
        # A degree of a great circle is 6371 km x pi / 180 = 111 194.93 m.
        ((47.0001, 11.0), 11.119),
        ((46.9999, 11.0), 11.119),
        ((47.0, 11.0001), 11.119 * np.cos(np.radians(47))),
        ((47.0001, 11.0001), 13.459),
    ],
)
def test_metres_along_positions(there, metres):
    written = [
        {"time_s": 0, "latitude_deg": 47.0, "longitude_deg": 11.0},
        {"time_s": 1, "latitude_deg": there[0], "longitude_deg": there[1]},
    ]
    assert speeds(written) == pytest.approx([metres] * 2, abs=1e-3)


def test_the_earth_has_a_radius_of_6371_km():
    written = [{"time_s": 30 * n, "latitude_deg": 0.009 * n, "longitude_deg": 11.0} for n in (0, 1)]
    # Rounding only.
    assert speeds(written) == pytest.approx([6_371_000 * np.radians(0.009) / 30] * 2, rel=1e-12)


def test_a_position_that_is_missing_is_bridged_in_distance():
    written = [
        {"time_s": s} | ({} if s == 2 else {"latitude_deg": 47 + 1e-4 * s, "longitude_deg": 11.0})
        for s in range(4)
    ]
    assert speeds(written) == pytest.approx([11.119] * 4, abs=1e-3)


def test_one_distance_alone_says_nothing():
    written = [{"time_s": 0, "distance_m": 5}] + [
        {"time_s": s, "latitude_deg": 47 + 1e-4 * s, "longitude_deg": 11.0} for s in (1, 2, 3)
    ]
    assert speeds(written) == pytest.approx([0, 11.119, 11.119, 11.119], abs=1e-3)


def grades(altitudes, *, begins_m=0.0):
    written = [
        {"time_s": index, "distance_m": begins_m + 10 * index} | ({} if one is None else {"altitude_m": one})
        for index, one in enumerate(altitudes)
    ]
    return recorded(written, mode="run").grade


def test_a_grade_is_that_of_50_m_before_to_50_m_after():
    """A step of 10 m at 200 m: 10 % within 50 m of it; near the ends, of the first and last 100 m."""
    found = grades([0.0] * 20 + [10.0] * 20)
    by_metre = dict(zip(range(0, 400, 10), found.round(6).tolist(), strict=True))
    assert (by_metre[140], by_metre[150], by_metre[240], by_metre[250]) == (0, 0.1, 0.1, 0)
    assert (by_metre[0], by_metre[390]) == (0, 0)
    steep = grades([0.0, 10.0, *[10.0] * 11])
    assert steep[:6].round(6).tolist() == [0.1] * 6
    assert grades([0.0] * 11 + [10.0], begins_m=500.0)[-6:].round(6).tolist() == [0.1] * 6


@pytest.mark.parametrize(("records", "known"), [(11, True), (10, False)])
def test_a_grade_needs_a_hundred_metres(records, known):
    for begins_m in (0.0, 500.0):
        found = np.isfinite(grades([float(n) for n in range(records)], begins_m=begins_m))
        assert found.all() == found.any() == known


def test_altitudes_that_are_missing_are_bridged_and_one_is_not_enough():
    climb = [0.5 * n for n in range(41)]
    assert grades([None if n % 3 else one for n, one in enumerate(climb[:-1])]) == pytest.approx(0.05)
    assert np.isnan(grades([5.0] + [None] * 40)).all()


def test_a_grade_follows_from_speed_where_there_is_no_distance():
    written = [{"time_s": 2.0 * n, "speed_m_s": 5.0, "altitude_m": 0.5 * n} for n in range(40)]
    assert recorded(written, mode="run").grade == pytest.approx(0.05)


# --- The device's own summary ---


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ({}, None),
        ({"power_w": 0.0, "lasts_s": -1.0}, None),
        ({"power_w": 209.0, "heart_rate_bpm": 143.0, "distance_m": 304.0, "lasts_s": 31.0}, None),
        ({"power_w": 191.0, "heart_rate_bpm": 134.0, "distance_m": 277.0, "lasts_s": 28.7}, None),
        ({"power_w": 212.0}, "212 for power, its records 200"),
        ({"power_w": 188.0}, "188 for power, its records 200"),
        ({"heart_rate_bpm": 160.0}, "160 for heart rate, its records 136.7"),
        ({"distance_m": 400.0}, "400 for metres, its records 290"),
        ({"lasts_s": 60.0}, "60 for seconds of activity, its records 30"),
    ],
)
def test_a_summary_that_differs_by_more_than_a_twentieth_is_said(totals, said):
    written = [
        {"time_s": time, "distance_m": 10.0 + 14.5 * time, "heart_rate_bpm": beats, "power_w": 200.0}
        for time, beats in ((0, 130.0), (10, 140.0), (20, 140.0))
    ]
    remarks = recorded(written, mode="cycle", totals=totals).remarks
    assert remarks == (() if said is None else (f"the device's summary says {said}: the records count",))


def test_a_mean_of_what_was_measured_only_and_no_distance_at_all():
    written = [{"time_s": 0, "power_w": 100.0}, {"time_s": 30, "power_w": 200.0}, {"time_s": 31}]
    remarks = recorded(written, mode="cycle", totals={"power_w": 103.0, "distance_m": 500.0}).remarks
    assert remarks == ("the device's summary says 500 for metres, its records 0: the records count",)


# --- Cutting ---


def test_coasting_is_rest_within_the_session():
    assert bouts([200] * 300 + [0] * 120 + [200] * 300) == [(0, 300, 200), (420, 720, 200)]


def test_a_gap_is_a_pause_but_a_dropout_is_bridged():
    assert bouts([200] * 100 + [None] * 5 + [200] * 100) == [(0, 205, 200)]
    assert bouts([200] * 100 + [None] * 60 + [200] * 100) == [(0, 100, 200), (160, 260, 200)]


def test_records_that_come_seldom_count_for_as_long_as_they_hold():
    assert bouts([100, 100, 300, 300, 300], every_s=20) == [(0, 40, 100), (40, 100, 300)]


def test_power_is_taken_before_heart_rate_and_heart_rate_where_power_is_missing():
    written = [
        {"time_s": s, "heart_rate_bpm": 150.0} | ({} if 100 <= s < 200 else {"power_w": 200.0})
        for s in range(300)
    ]
    found = dated(recorded(written, mode="cycle"), FILE)
    assert [str(bout.intensity) for bout in found.session.bouts] == ["200W", "150bpm", "200W"]
    assert any("heart rate: 1.67 min" in remark for remark in found.remarks)


def test_power_of_a_mode_without_a_cost_by_power_is_not_used():
    written = [{"time_s": s, "power_w": 300.0, "speed_m_s": 3.0} for s in range(60)]
    assert [str(b.intensity) for b in dated(recorded(written, mode="run"), FILE).session.bouts] == [
        "10.8km/h"
    ]


@pytest.mark.parametrize("written", [[], [{"time_s": 0.0}], [{"time_s": 0.0, "power_w": 0.0}]])
def test_without_effort_it_is_refused_and_nothing_is_invented(written):
    with pytest.raises(ScheduleError, match="without anything that tells how hard"):
        dated(recorded(written, mode="cycle"), FILE)


def test_a_surge_of_a_third_over_half_a_minute_is_kept_and_one_of_a_tenth_is_not():
    assert len(bouts([200] * 300 + [270] * 30 + [200] * 300)) == 3
    assert bouts([200] * 300 + [220] * 30 + [200] * 300) == [(0, 630, 201)]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(0, 900)), min_size=2, max_size=12),
    st.sampled_from([1, 2, 5]),
)
def test_work_is_kept_and_no_bout_is_short(stretches, every_s):
    watts = [power for length, power in stretches for _ in range(length)]
    if not any(watts):
        return
    session = dated(recorded(points(watts, every_s=every_s), mode="cycle"), FILE).session
    work_j = sum(bout.duration_min * 60 * bout.intensity.value for bout in session.bouts)
    total_s = every_s * len(watts)
    # Each bout's power is rounded to 0.1 W; what is called rest may hold up to its share of the mean.
    assert abs(work_j - every_s * sum(watts)) <= 0.05 * total_s + REST_SHARE * every_s * sum(watts) + 1e-6
    if total_s >= SHORTEST_S:
        assert min(bout.duration_min * 60 for bout in session.bouts) >= SHORTEST_S - 1e-6
