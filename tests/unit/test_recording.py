"""Recordings: what is mended, and how a series becomes bouts."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule.readers.joining import joined
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


@given(
    st.lists(st.floats(0, 1000), min_size=1, max_size=50),
    st.floats(0, 20),
    st.floats(0, 10),
)
def test_pieces_are_ordered_and_long_enough(values, shortest, worth):
    cuts = joined(np.array(values), np.ones(len(values)), shortest=shortest, worth=worth, level=100.0)
    lengths = np.diff([0, *cuts.tolist(), len(values)])
    assert (lengths > 0).all()
    assert len(cuts) == 0 or lengths.min() >= shortest


def test_nothing_is_worth_joining_when_everything_differs_and_all_when_nothing_does():
    steps, ones = np.array([1.0, 100.0, 1.0, 100.0]), np.ones(4)
    assert joined(steps, ones, shortest=0, worth=0.1, level=50).tolist() == [1, 2, 3]
    assert joined(np.full(4, 7.0), ones, shortest=0, worth=0.0, level=7).tolist() == []
