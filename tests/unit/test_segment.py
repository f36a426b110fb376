"""Where a recording is cut into bouts: how large a change must be, gaps, slopes, and what is said."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exerkine_sim.schedule.readers.joining import joined
from exerkine_sim.schedule.readers.recording import recorded
from exerkine_sim.schedule.readers.segment import dated

FILE = Path("ride.fit")
# What a signal is called in a recording, and a mode that is read by it.
SIGNALS = [("power_w", "cycle", 1000.0), ("speed_m_s", "walk", 0.8)]


def read(mode="cycle", *, every_s=1, **signals):
    """Return what is made of signals at equal times; None is a value that is missing."""
    names, rows = list(signals), zip(*signals.values(), strict=True)
    written = [
        {"time_s": every_s * index}
        | {name: one for name, one in zip(names, row, strict=True) if one is not None}
        for index, row in enumerate(rows)
    ]
    return dated(recorded(written, mode=mode), FILE)


def spans(found):
    return [(round(one.start_min * 60, 6), round(one.end_min * 60, 6)) for one in found.session.bouts]


def intensities(found):
    return [str(one.intensity) for one in found.session.bouts]


# --- How large a change ---


@pytest.mark.parametrize(("seconds", "kept"), [(4, False), (5, True)])
def test_a_surge_is_a_bout_from_five_seconds_on(seconds, kept):
    found = read(power_w=[100] * 60 + [500] * seconds + [100] * 60)
    assert ((60, 60 + seconds) in spans(found)) == kept


@pytest.mark.parametrize(("watts", "count"), [(1162, 1), (1163, 2)])
def test_half_a_minute_each_is_cut_from_15_percent_of_their_mean_on(watts, count):
    """1162 is 14.99 % more than 1000, of the mean of both; 1163 is 15.07 %."""
    assert len(spans(read(power_w=[1000] * 30 + [watts] * 30))) == count


@pytest.mark.parametrize(("channel", "mode", "level"), SIGNALS)
@pytest.mark.parametrize(
    ("noise", "rise", "count"),
    [
        (0.0, 0.225, 2),
        # Twice the logarithm of 60 samples is 8.2; times the variance of what alternates, it asks for 23 %.
        (0.17, 0.225, 1),
        (0.17, 0.245, 2),
        # Whatever the noise, twice the change is enough: 30 % of the mean of both.
        (0.3, 0.335, 1),
        (0.3, 0.355, 2),
    ],
)
def test_noise_asks_for_a_larger_change_but_never_for_twice_as_large(
    channel, mode, level, noise, rise, count
):
    means = np.repeat([level, level * (1 + rise)], 30)
    values = means + level * noise * np.tile([-1, 1], 30)
    assert len(spans(read(mode, **{channel: values.tolist()}))) == count


def test_coasting_is_no_noise():
    """Neither standing still, which would hide the noise, nor the many beginnings of work, which are none."""
    noisy = (np.repeat([1000.0, 1225.0], 30) + 170 * np.tile([-1, 1], 30)).tolist()
    assert [one for one in spans(read(power_w=noisy + [0] * 600)) if one[0] < 60] == [(0, 60)]
    watts = {0: 1000, 15: 1000, 30: 1200, 45: 1200} | {60 + 5 * i: 1000 * (i % 2) for i in range(40)}
    ride = recorded([{"time_s": time, "power_w": power} for time, power in watts.items()], mode="cycle")
    assert spans(dated(ride, FILE))[:2] == [(0, 30), (30, 60)]


def test_hardly_any_effort_is_rest():
    """Below a hundredth of the mean, which here is about 90 W."""
    found = read(power_w=[100] * 300 + [0.5] * 30 + [100] * 300 + [3] * 30)
    assert (spans(found), intensities(found)[-1]) == ([(0, 300), (330, 630), (630, 660)], "3W")


# --- Gaps ---


@pytest.mark.parametrize(("missing", "expected"), [(9, [(0, 129)]), (10, [(0, 60), (70, 130)])])
def test_a_gap_in_a_signal_is_bridged_up_to_ten_seconds(missing, expected):
    found = read(power_w=[200] * 60 + [None] * missing + [200] * 60, cadence_rpm=[90] * (120 + missing))
    assert spans(found) == expected


def test_a_bridge_is_a_straight_line():
    found = read(power_w=[200] * 10 + [None] * 9 + [210] * 100, cadence_rpm=[90] * 119)
    watts = [200] * 10 + [200 + n for n in range(1, 10)] + [210] * 100
    assert intensities(found) == [f"{round(np.mean(watts), 1)}W"]


def test_what_is_missing_before_and_after_is_not_made_up():
    found = read(power_w=[None] * 5 + [200] * 60 + [None] * 5, cadence_rpm=[90] * 70)
    assert spans(found) == [(5, 65)]
    assert found.remarks[-1] == "nothing measured for 0.167 min, which count as rest"


def test_a_sample_that_is_missing_for_the_better_signal_parts_it_in_two():
    """A pulse that begins late: power counts where there is any."""
    found = read(
        power_w=[200] * 60 + [None] * 20 + [200] * 60,
        heart_rate_bpm=[None] * 60 + [140.26] * 20 + [150] * 60,
    )
    assert spans(found) == [(0, 60), (60, 80), (80, 140)]
    assert intensities(found) == ["200W", "140.3bpm", "200W"]


# --- What a bout keeps ---


def test_a_bout_keeps_the_mean_over_time_to_a_tenth():
    written = [*({"time_s": s, "power_w": 200.26} for s in range(10)), {"time_s": 10, "power_w": 205}]
    written += [{"time_s": 30, "power_w": 205}, {"time_s": 50, "power_w": 205}]
    seconds = np.array([1] * 10 + [20, 20, 1])
    watts = np.array([200.26] * 10 + [205] * 3)
    mean = (seconds * watts).sum() / seconds.sum()
    assert intensities(dated(recorded(written, mode="cycle"), FILE)) == [f"{mean:.1f}W"]
    assert intensities(read(power_w=[200.26] * 60)) == ["200.3W"]


def test_a_bout_ends_where_its_last_sample_does():
    watts = dict.fromkeys(range(10), 200) | {10: 200, 30: 400, 40: 400, 45: 400}
    ride = recorded([{"time_s": time, "power_w": power} for time, power in watts.items()], mode="cycle")
    assert spans(dated(ride, FILE)) == [(0, 30), (30, 46)]


def test_a_speed_is_kept_to_a_hundredth():
    assert intensities(read("run", speed_m_s=[3.21] * 60)) == ["11.56km/h"]  # 3.21 x 3.6 = 11.556


def hill(grades, *, speed=3.0, seconds=300):
    """Return the signals of so many seconds on each grade."""
    climb = np.repeat(grades, seconds) * speed
    metres = np.arange(len(climb)) * speed
    altitude = 1000 + np.append(0, np.cumsum(climb)[:-1])
    return {"speed_m_s": [speed] * len(climb), "distance_m": metres.tolist(), "altitude_m": altitude.tolist()}


def near(found, grades):
    """Whether the bouts have these grades; one is smoothed over 100 m, so that a bout may lie between two."""
    bouts = found.session.bouts
    ends = [bouts[0], bouts[-1]] if len(grades) > 1 else bouts
    return [bout.intensity.grade_percent for bout in ends] == pytest.approx(grades, abs=0.5)


@pytest.mark.parametrize(("mode", "up"), [("run", 0.08), ("walk", 0.02)])
def test_a_slope_at_the_same_speed_is_a_change_of_effort(mode, up):
    """A metre up costs 4.5 metres along in running, and 18 in walking."""
    assert near(read(mode, **hill([0.0, up])), [0, 100 * up])
    assert near(read(mode, **hill([0.0, -up])), [0, -100 * up])


@pytest.mark.parametrize(("mode", "grades"), [("run", [-0.1, -0.2]), ("walk", [-0.05, -0.1])])
def test_steeper_down_costs_no_less(mode, grades):
    """From 10 % on in running; in walking, where 5 % already cost a tenth of the level."""
    assert near(read(mode, **hill(grades)), [100 * np.mean(grades)])


@pytest.mark.parametrize(("grade", "kept"), [(0.75, 60), (-0.75, -60), (0.55, 55)])
def test_a_grade_is_bounded_to_60_percent(grade, kept):
    assert near(read("run", **hill([grade])), [kept])


def test_a_grade_is_climb_over_distance_whatever_the_speed_was_where():
    """Ten minutes up 4 % at 3 m/s, a record every second, then level at the speed that costs as much, and a
    record every ten seconds: 72 m of climb in 3924 m are 1.8 %; the mean over time is 2 %."""
    fast, metres, climbed, written = 3.0 * 1.18, 0.0, 0.0, []
    for time in [*range(600), *range(600, 1200, 10)]:
        speed, grade, lasts = (3.0, 0.04, 1) if time < 600 else (fast, 0.0, 10)
        written.append(
            {"time_s": time, "speed_m_s": speed, "distance_m": metres, "altitude_m": 500 + climbed}
        )
        metres, climbed = metres + speed * lasts, climbed + speed * lasts * grade
    (bout,) = dated(recorded(written, mode="run"), FILE).session.bouts
    assert bout.intensity.grade_percent == pytest.approx(1.835, abs=0.1)


# --- What is said ---


def test_each_signal_is_said_with_its_time_records_and_bouts():
    lags = "heart rate lags behind effort by half a minute or more; this is not corrected"
    assert read(power_w=[100] * 60 + [200] * 60).remarks == ("power: 2 min (120 records) in bouts: 2",)
    assert read(heart_rate_bpm=[140] * 30).remarks == ("heart rate: 0.5 min (30 records) in bouts: 1", lags)
    assert read("run", speed_m_s=[3] * 90).remarks == (
        "speed: 1.5 min (90 records) in bouts: 1",
        "no altitude: taken for level ground",
    )
    assert read("run", **hill([0.0])).remarks == ("speed: 5 min (300 records) in bouts: 1",)


# --- Joining neighbours ---


@pytest.mark.parametrize(
    ("values", "lasts", "level", "cost"),
    [
        # a b / (a + b) times the square of the difference, relative to the level or the mean of both.
        ([1, 3], [1, 1], 1, 0.5),
        ([1, 3], [1, 1], 2, 0.5),
        ([1, 3], [1, 1], 4, 0.125),
        ([2, 6], [1, 3], 1, 0.48),
        ([6, 2], [3, 1], 1, 0.48),
        ([0, 2], [2, 2], 0, 4.0),
    ],
)
def test_what_a_difference_costs(values, lasts, level, cost):
    values, lasts = np.array(values, dtype=float), np.array(lasts, dtype=float)
    assert joined(values, lasts, shortest=0, worth=cost * 1.001, level=level).tolist() == []
    assert joined(values, lasts, shortest=0, worth=cost * 0.999, level=level).tolist() == [1]


def test_a_difference_is_kept_only_when_it_costs_more_than_it_must():
    assert joined(np.array([1.0, 3.0]), np.ones(2), shortest=0, worth=0.5, level=1).tolist() == []


@pytest.mark.parametrize(("shortest", "cuts"), [(5, [1]), (5.01, [])])
def test_a_piece_as_long_as_the_shortest_may_stay(shortest, cuts):
    values, lasts = np.array([1.0, 100.0]), np.array([5.0, 5.0])
    assert joined(values, lasts, shortest=shortest, worth=0.1, level=50).tolist() == cuts


@pytest.mark.parametrize("values", [[], [7.0], [0.0, 0.0, 0.0]])
def test_nothing_to_cut(values):
    assert joined(np.array(values), np.ones(len(values)), shortest=0, worth=0.0, level=0.0).tolist() == []


def joined_the_long_way(values, lasts, *, shortest, worth, level):
    """Look at every pair of neighbours each time, the too short first, then the most alike."""
    pieces = [(place, value, last) for place, (value, last) in enumerate(zip(values, lasts, strict=True))]
    while len(pieces) > 1:
        pairs = []
        for index, ((_, u, a), (_, v, b)) in enumerate(pairwise(pieces)):
            mean = (a * u + b * v) / (a + b)
            cost = a * b / (a + b) * ((u - v) / max(level, mean) if mean else 0.0) ** 2
            pairs.append((min(a, b) >= shortest, cost, index, mean))
        long_enough, cost, index, mean = min(pairs)
        if long_enough and cost > worth:
            break
        first, second = pieces[index : index + 2]
        pieces[index : index + 2] = [(first[0], mean, first[2] + second[2])]
    return [place for place, *_ in pieces[1:]]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=14),
    st.sampled_from([0, 3, 8]),
    st.sampled_from([0.0, 0.3, 2.0]),
    st.sampled_from([0.0, 5.0]),
)
def test_the_heap_does_what_looking_at_every_pair_does(series, shortest, worth, level):
    values, lasts = (np.array(one, dtype=float) for one in zip(*series, strict=True))
    rule = {"shortest": shortest, "worth": worth, "level": level}
    assert joined(values, lasts, **rule).tolist() == joined_the_long_way(values, lasts, **rule)


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
