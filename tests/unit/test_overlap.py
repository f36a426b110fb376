"""Sessions on one time line: which of two that overlap stays, what is left of the other, and what is said."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Bout, Intensity, Session
from exerkine_sim.schedule.readers import Dated, Wishes
from exerkine_sim.schedule.readers.gather import arranged
from exerkine_sim.schedule.readers.overlap import Placed, outside, signal_of, without_overlap

MONDAY = datetime(2026, 3, 2)
EFFORTS = {
    "power": [Intensity(200, "watt"), Intensity(3, "watt_per_kg"), Intensity(80, "ftp_percent")],
    "speed": [Intensity(12, "km_per_h")],
    "heart rate": [Intensity(60, "hrr_percent"), Intensity(70, "hrmax_percent"), Intensity(140, "bpm")],
    "effort": [Intensity(5, "rpe"), Intensity(2, "zone"), Intensity(60, "vo2max_percent")],
}


def session(minutes=60.0, signal="power", *, bouts=1, start_h=0.0):
    length = minutes / bouts
    each = [
        Bout(n * length, length, "run" if signal == "speed" else "cycle", EFFORTS[signal][0])
        for n in range(bouts)
    ]
    return Session(start_h, each)


def sets(count=4, *, start_h=0.0):
    """Sets of 15 s every three minutes."""
    each = [Bout(3.0 * n, 0.25, "squat", Intensity(100, "kg"), reps=5) for n in range(count)]
    return Session(start_h, each)


def kept(*sessions):
    """Return what stays of sessions at their hours, in seconds from the first hour, and what is said."""
    placed = [
        Placed(one, Dated(one, MONDAY, Path(f"{chr(ord('a') + index)}.fit")))
        for index, one in enumerate(sessions)
    ]
    taken, remarks = without_overlap(placed)
    spans = [
        (one.dated.file.stem, round(one.session.start_h * 60, 3), round(one.session.end_h * 60, 3))
        for one in taken
    ]
    return spans, [f"{remark.file}: {remark.text}" for remark in remarks]


class TestWhichStays:
    @pytest.mark.parametrize(
        ("signal", "intensity"), [(s, one) for s, given in EFFORTS.items() for one in given]
    )
    def test_a_session_is_known_by_its_signal(self, signal, intensity):
        assert signal_of(Session(0, [Bout(0, 10, "run", intensity)])) == signal

    def test_a_session_is_known_by_what_the_longest_part_of_it_says(self):
        ride = [Bout(0, 5, "cycle", EFFORTS["heart rate"][2]), Bout(5, 8, "cycle", EFFORTS["power"][0])]
        assert signal_of(Session(0, ride)) == "power"
        assert signal_of(Session(0, [*ride, Bout(13, 4, "cycle", EFFORTS["heart rate"][2])])) == "heart rate"
        assert signal_of(sets()) == "sets and loads"

    @pytest.mark.parametrize(
        ("better", "worse"),
        [("power", "speed"), ("speed", "heart rate"), ("heart rate", "effort"), ("power", "effort")],
    )
    def test_the_better_signal_stays_however_short(self, better, worse):
        spans, remarks = kept(session(60, worse, bouts=9), session(50, better))
        assert (spans, remarks) == (
            [("b", 0, 50)],
            [f"a.fit: left out: the same activity as b.fit, known by {better}"],
        )

    def test_sets_stay_before_all(self):
        assert kept(session(11, "power"), sets())[0] == [("b", 0, 9.25)]

    def test_of_equal_signals_more_bouts_stay_then_the_longer_then_the_earlier(self):
        assert kept(session(60, bouts=2), session(50, bouts=3))[0] == [("b", 0, 50)]
        assert kept(session(60, start_h=0.25), session(90))[0] == [("b", 0, 90)]
        assert kept(session(60), session(90, start_h=0.25))[0] == [("b", 15, 105)]
        assert kept(session(60, start_h=0.25), session(60))[0] == [("b", 0, 60)]

    def test_a_session_that_is_covered_by_more_than_half_is_a_duplicate(self):
        assert kept(session(60), session(50, "heart rate", start_h=35 / 60))[0] == [
            ("a", 0, 60),
            ("b", 60, 85),
        ]
        spans, remarks = kept(session(60), session(50, "heart rate", start_h=34 / 60))
        assert spans == [("a", 0, 60)]
        assert remarks == ["b.fit: left out: the same activity as a.fit, known by power"]

    def test_others_cover_together(self):
        """Two rides of 20 min each within 79 min, of which they are more than half; or of 81, and less."""
        rides = session(20), session(20, start_h=30 / 60)
        assert kept(*rides, session(79, "heart rate"))[0] == [("a", 0, 20), ("b", 30, 50)]
        spans, remarks = kept(*rides, session(81, "heart rate"))
        assert spans == [("a", 0, 20), ("c", 20, 30), ("b", 30, 50), ("c", 50, 81)]
        assert remarks == ["c.fit: cut by 40 min, which are those of a.fit and b.fit, known by power"]

    @pytest.mark.parametrize(("start_h", "said"), [(1.0, False), (1 - 1e-8, False), (1 - 10 / 3600, True)])
    def test_sessions_that_meet_do_not_overlap(self, start_h, said):
        spans, remarks = kept(session(60), session(60, "heart rate", start_h=start_h))
        assert len(spans) == 2
        one_minute = "b.fit: cut by 1 min, which are those of a.fit, known by power"
        assert remarks == ([one_minute] if said else [])

    def test_those_far_from_each_other_are_left_alone_and_in_order(self):
        spans, remarks = kept(*(session(60, start_h=hour) for hour in (5, 1, 3)))
        assert (spans, remarks) == ([("b", 60, 120), ("c", 180, 240), ("a", 300, 360)], [])


def pieces(one, *spans):
    return [
        [
            (round((part.start_h * 60 + b.start_min) * 60, 3), round((part.start_h * 60 + b.end_min) * 60, 3))
            for b in part.bouts
        ]
        for part in outside(one, [(start / 3600, end / 3600) for start, end in spans])
    ]


class TestWhatIsLeft:
    """In seconds."""

    def test_what_lies_before_between_and_after(self):
        assert pieces(session(60), (600, 900), (1200, 1500)) == [[(0, 600)], [(900, 1200)], [(1500, 3600)]]
        assert pieces(session(60), (0, 900)) == [[(900, 3600)]]
        assert pieces(session(60), (900, 3600)) == [[(0, 900)]]
        assert pieces(session(60), (0, 3600)) == []

    @pytest.mark.parametrize(("left", "count"), [(60, 1), (59, 0)])
    def test_less_than_a_minute_is_how_devices_are_started(self, left, count):
        assert len(pieces(session(60), (left, 3600))) == count
        assert len(pieces(session(60), (0, 3600 - left))) == count

    def test_a_bout_of_less_than_a_second_is_not_worth_keeping(self):
        two = Session(
            0, [Bout(0, 10, "cycle", EFFORTS["power"][0]), Bout(10, 10, "cycle", EFFORTS["power"][1])]
        )
        assert pieces(two, (600.5, 1200)) == [[(0, 600)]]
        assert pieces(two, (602, 1200)) == [[(0, 600), (600, 602)]]

    def test_a_piece_begins_on_a_whole_second(self):
        assert pieces(session(60), (0, 900.4)) == [[(901, 3600)]]
        assert pieces(session(60), (0, 900)) == [[(900, 3600)]]

    def test_a_piece_begins_with_work(self):
        two = Session(
            0, [Bout(0, 10, "cycle", EFFORTS["power"][0]), Bout(20.5, 10, "cycle", EFFORTS["power"][0])]
        )
        (part,) = outside(two, [(0, 0.25)])
        assert (part.start_h * 60, part.bouts[0].start_min) == (20.5, 0)

    def test_no_set_is_cut(self):
        """Sets begin at 0, 180, 360 and 540 s and last 15 s; five take a minute."""
        six = sets(8)
        assert pieces(six, (185, 190)) == [[(360 + 180 * n, 375 + 180 * n) for n in range(6)]]
        assert len(pieces(sets(9), (0, 380))[0]) == 6
        assert len(pieces(sets(9), (0, 360))[0]) == 7
        assert len(pieces(sets(9), (1095, 2000))[0]) == 7
        assert len(pieces(sets(9), (1094, 2000))[0]) == 6


def dated(file="a.fit", start=None, minutes=60.0, *, name="", remarks=()):
    one = Session(0.0, session(minutes).bouts, name=name)
    return Dated(one, start, Path(file), remarks)


def starts(*given):
    return [one.start_h for one in arranged(given, Wishes()).schedule.sessions]


class TestDays:
    @pytest.mark.parametrize(
        ("minutes", "second"), [(60, 31), (24 * 60, 31), (24 * 60 + 1, 55), (48 * 60, 55)]
    )
    def test_a_planned_workout_leaves_room_for_the_next(self, minutes, second):
        assert starts(dated(minutes=minutes), dated("b.zwo")) == [7, second]

    def test_a_long_one_among_others_leaves_room_as_well(self):
        assert starts(*(dated(f"{m}.zwo", minutes=m) for m in (60, 26 * 60, 61))) == [7, 31, 79]

    @pytest.mark.parametrize(("minutes", "planned"), [(60, 31), (61, 55)])
    def test_what_is_planned_comes_the_day_after_what_was_done(self, minutes, planned):
        assert starts(dated(start=MONDAY.replace(hour=23), minutes=minutes), dated("b.zwo")) == [23, planned]

    def test_the_earliest_day_is_day_one(self):
        found = arranged([dated(start=MONDAY + timedelta(days=2, hours=5)), dated("b.fit", MONDAY)], Wishes())
        assert [one.start_h for one in found.schedule.sessions] == [0, 53]
        assert (found.first_day, found.schedule.first_weekday) == (MONDAY.date(), "Mon")

    @pytest.mark.parametrize(("more_s", "fits"), [(0, True), (1, False)])
    def test_dates_lie_within_the_longest_time_line(self, more_s, fits):
        both = [dated(start=MONDAY), dated("b.fit", MONDAY + timedelta(hours=200_000, seconds=more_s))]
        if fits:
            assert starts(*both)[1] == 200_000
        else:
            with pytest.raises(ScheduleError, match=r"(?s)b\.fit: a session on .*within 23 years"):
                arranged(both, Wishes())

    @pytest.mark.parametrize(
        ("given", "notes"),
        [
            ([("a.zwo", None)], ["a.zwo: says no day: put on day 1, at 07:00"]),
            (
                [("a.zwo", None), ("b.zwo", None)],
                ["a.zwo, b.zwo: says no day: put from day 1 on, one a day, at 07:00"],
            ),
            (
                [("a.fit", MONDAY), ("b.zwo", None)],
                ["b.zwo: says no day: put from the day after the last dated session on, one a day, at 07:00"],
            ),
            ([("a.fit", MONDAY)], []),
        ],
    )
    def test_what_was_decided_about_days_is_said(self, given, notes):
        assert arranged([dated(file, start) for file, start in given], Wishes()).notes() == notes

    @pytest.mark.parametrize(
        ("count", "named"), [(3, "0.fit, 1.fit, 2.fit"), (4, "0.fit, 1.fit, 2.fit and 1 more")]
    )
    def test_of_many_files_the_first_are_named(self, count, named):
        given = [
            dated(f"{n}.fit", MONDAY + timedelta(days=n), remarks=("a pause",) * 2) for n in range(count)
        ]
        assert arranged(given, Wishes()).notes() == [f"{named}: a pause"]

    @pytest.mark.parametrize(
        ("given", "name"),
        [
            ([dated("ride.fit.gz", MONDAY)], "ride"),
            ([dated("ride.fit", MONDAY, name="Hills")], "Hills"),
            ([dated("a.fit", MONDAY), dated("b.fit", MONDAY.replace(hour=9))], "2 sessions"),
            ([dated("a.zwo"), dated("b.zwo")], "2 sessions"),
            (
                [dated("a.fit", MONDAY + timedelta(days=9)), dated("b.fit", MONDAY), dated("c.zwo")],
                "3 sessions, 2026-03-02 to 2026-03-11",
            ),
        ],
    )
    def test_a_plan_is_named_after_its_session_or_their_days(self, given, name):
        assert arranged(given, Wishes()).schedule.name == name
