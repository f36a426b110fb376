"""What each line of a lifting log comes to: loads, turns, rests, what is left out and what is said of it."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule.readers import Wishes, exercises, lifting
from exerkine_sim.schedule.readers.exercises import (
    Exercise,
    identified,
    lift_names_file,
    load_lift_names,
    save_lift_names,
)
from exerkine_sim.schedule.readers.lifting import Log, LoggedSet, sessions

FILE = Path("log.csv")
START = datetime(2026, 3, 2, 18)
NO_WISH = Wishes()


def log(*given, minutes=None, title="Day", start=START):
    """Return a log of sets: a name and what else there is."""
    made = tuple(LoggedSet(name, 2 + line, **about) for line, (name, about) in enumerate(given))
    return Log(title, start, minutes, made)


def squat(reps=5, kg=100.0, **about):
    return "Squat", {"reps": reps, "weight_kg": kg} | about


def press(reps=5, kg=60.0, **about):
    return "Bench Press", {"reps": reps, "weight_kg": kg} | about


def read(*given, **about):
    (dated,) = sessions([log(*given, **about)], NO_WISH, file=FILE)
    return dated


def efforts(dated):
    return [(one.mode, one.reps, str(one.intensity)) for one in dated.session.bouts]


def spans_s(dated):
    return [(round(one.start_min * 60, 6), round(one.end_min * 60, 6)) for one in dated.session.bouts]


class TestLoads:
    @pytest.mark.parametrize(
        ("name", "about", "effort"),
        [
            ("Squat", {"reps": 5, "weight_kg": 100.0}, ("squat", 5, "100kg")),
            ("Squat", {"reps": 5, "weight_kg": 0.5, "rpe": 8.0}, ("squat", 5, "0.5kg")),
            ("Squat", {"reps": 5, "weight_kg": 0.0, "rpe": 8.0}, ("squat", 5, "RPE 8")),
            ("Squat", {"reps": 5, "weight_kg": -20.0, "rpe": 8.0}, ("squat", 5, "RPE 8")),
            ("Squat", {"reps": 5, "rpe": 8.0, "kind": "failure"}, ("squat", 5, "RPE 8")),
            ("Squat", {"reps": 5, "kind": "failure"}, ("squat", 5, "RIR 0")),
            ("Bench Press (Dumbbell)", {"reps": 5, "weight_kg": 30.0}, ("bench_press", 5, "60kg")),
            ("Pull Up", {"reps": 5, "weight_kg": 20.0, "rpe": 8.0}, ("pull_up", 5, "RPE 8")),
            ("Running", {"seconds": 600.0, "distance_km": 2.0, "rpe": 5.0}, ("run", None, "12km/h")),
            ("Walking", {"seconds": 600.0, "distance_km": 1.0}, ("walk", None, "6km/h")),
            ("Running", {"seconds": 600.0, "distance_km": 0.0, "rpe": 5.0}, ("run", None, "RPE 5")),
            ("Cycling", {"seconds": 600.0, "distance_km": 5.0, "rpe": 5.0}, ("cycle", None, "RPE 5")),
        ],
    )
    def test_how_hard_a_set_was(self, name, about, effort):
        assert efforts(read((name, about))) == [effort]

    @pytest.mark.parametrize(
        ("name", "about", "reason"),
        [
            ("Plank", {"seconds": 60.0}, "no lift stands for it"),
            ("Squat", {"weight_kg": 100.0}, "no repetitions"),
            ("Squat", {"weight_kg": 100.0, "reps": 0}, "no repetitions"),
            ("Pull Up", {"weight_kg": 20.0, "reps": 5}, "body weight, and no RPE"),
            ("Squat", {"weight_kg": 0.0, "reps": 5, "kind": "warmup"}, "body weight, and no RPE"),
            ("Running", {"rpe": 5.0}, "no duration"),
            ("Running", {"rpe": 5.0, "seconds": 0.0}, "no duration"),
            ("Cycling", {"seconds": 60.0, "distance_km": 5.0}, "neither speed nor RPE"),
        ],
    )
    def test_what_does_not_say_how_hard_is_left_out_and_counted(self, name, about, reason):
        dated = read(squat(rest_s=0.0), (name, about), (name, about))
        assert efforts(dated) == [("squat", 5, "100kg")]
        assert dated.remarks[-1] == f"left out: 2 set(s) of {name} ({reason})"

    def test_two_dumbbells_are_said_once_and_one_barbell_is_not(self):
        pair = ("Bench Press (Dumbbell)", {"reps": 5, "weight_kg": 30.0, "rest_s": 0.0})
        said = (
            "Bench Press (Dumbbell) counts as bench press with twice "
            "the logged weight, that of one hand or side"
        )
        assert read(pair, pair, squat()).remarks == (said,)
        effort = ("Bench Press (Dumbbell)", {"reps": 5, "rpe": 8.0, "rest_s": 0.0})
        silent = ("Bench Press (Dumbbell)", {"reps": 5})
        assert read(effort, squat()).remarks == ()
        assert not any("twice" in remark for remark in read(silent, squat()).remarks)


class TestTime:
    def test_a_set_takes_three_seconds_a_repetition_whatever_the_log_says(self):
        assert spans_s(read(squat(5, seconds=60.0))) == [(0, 15)]
        assert spans_s(read(("Running", {"seconds": 60.0, "reps": 5, "rpe": 5.0}))) == [(0, 60)]

    def test_the_time_of_what_is_left_out_passes(self):
        plank = ("Plank", {"seconds": 45.0, "rest_s": 30.0})
        silent = ("Pull Up", {"reps": 10, "rest_s": 10.0})
        assert spans_s(read(plank, squat(rest_s=5.0), silent, squat())) == [(75, 90), (135, 150)]
        # Of a plank by repetitions nobody knows more than of a lift.
        assert spans_s(read(("Plank", {"seconds": 45.0, "reps": 10}), squat(), minutes=2.0))[0][0] == 45 + 60

    def test_what_took_nobody_knows_how_long_takes_no_time(self):
        nothing = ("Squat", {"weight_kg": 100.0, "rest_s": 5.0})
        assert spans_s(read(nothing, squat(rest_s=10.0), nothing, squat())) == [(5, 20), (35, 50)]

    @pytest.mark.parametrize(
        ("minutes", "rest_s", "said"),
        [
            (5.0, 135, "rest between sets 135 s: the length less the sets, shared equally"),
            (0.5, 120, "the log is shorter than its sets: rest between sets taken as 2 min, an assumption"),
            (None, 120, "the log has no length: rest between sets taken as 2 min, an assumption"),
        ],
    )
    def test_the_length_less_the_sets_is_shared_among_the_rests(self, minutes, rest_s, said):
        """Two sets of 15 s; 300 s less 30 s are 270 s, for two rests where there are three sets of 10 s."""
        dated = read(*[("Squat", {"reps": n, "weight_kg": 100.0}) for n in (4, 2, 4)], minutes=minutes)
        assert spans_s(dated) == [
            (0, 12),
            (12 + rest_s, 18 + rest_s),
            (18 + 2 * rest_s, 30 + 2 * rest_s),
        ]
        assert dated.remarks == (said,)

    @pytest.mark.parametrize(
        ("minutes", "rest_s", "said"),
        [
            (0.6, 30, " (bounded; the log says 0.1 min)"),
            (1.0, 30, ""),
            (1.5, 60, ""),
            (5.5, 300, ""),
            (6.0, 300, " (bounded; the log says 5.5 min)"),
        ],
    )
    def test_a_rest_is_bounded(self, minutes, rest_s, said):
        dated = read(squat(), squat(), minutes=minutes)
        assert spans_s(dated)[1][0] == 15 + rest_s
        assert dated.remarks == (
            f"rest between sets {rest_s} s: the length less the sets, shared equally{said}",
        )

    def test_rests_that_are_known_are_kept_and_taken_from_the_length(self):
        dated = read(squat(rest_s=90.0), squat(), squat(), minutes=5.0)
        assert spans_s(dated) == [(0, 15), (105, 120), (285, 300)]
        assert read(squat(rest_s=90.0), squat()).remarks == ()

    @pytest.mark.parametrize(
        ("second", "rest_s"),
        [
            (press(superset="1"), 0),
            (squat(superset="1"), 120),
            (press(superset="2"), 120),
            (press(), 120),
            (squat(kind="drop"), 0),
            (press(kind="warmup"), 120),
        ],
    )
    @pytest.mark.parametrize("turned", [False, True])
    def test_nobody_rests_within_a_round_or_before_a_drop_set(self, second, rest_s, turned):
        first = squat(superset="1")
        if turned and second[1].get("kind") != "drop":
            first, second = second, first
        (_, end), (start, _) = spans_s(read(first, second))
        assert start - end == rest_s

    def test_sets_of_a_superset_are_done_in_turn(self):
        """A log lists them by exercise; one of them is done once more, and another exercise follows."""
        names = [("Squat", "1"), ("Squat", "1"), ("Squat", "1"), ("Bench Press", "1"), ("Bench Press", "1")]
        given = [(name, {"reps": 5, "weight_kg": 50.0, "superset": mark}) for name, mark in names]
        dated = read(*given, ("Deadlift", {"reps": 5, "weight_kg": 90.0}))
        assert [mode for mode, *_ in efforts(dated)] == ["squat", "bench_press"] * 2 + ["squat", "deadlift"]
        starts = [start for start, _ in spans_s(dated)]
        assert [b - a - 15 for a, b in pairwise(starts)] == [0, 120, 0, 120, 120]

    def test_a_superset_stands_where_its_first_set_stood(self):
        dated = read(squat(superset="a"), ("Deadlift", {"reps": 5, "weight_kg": 90.0}), press(superset="a"))
        assert [mode for mode, *_ in efforts(dated)] == ["squat", "bench_press", "deadlift"]


class TestLogs:
    def test_each_log_is_a_session_with_its_title_and_start(self):
        found = sessions(
            [log(squat(), title="A\nb"), log(press(), start=START.replace(day=3))], NO_WISH, file=FILE
        )
        assert [(one.session.name, one.start.day, one.session.start_h) for one in found] == [
            ("A b", 2, 0),
            ("Day", 3, 0),
        ]

    @pytest.mark.parametrize(("silent", "more"), [(1, None), (20, None), (21, 1), (25, 5)])
    def test_logs_that_say_nothing_are_named_at_the_first_but_not_without_end(self, silent, more):
        plank = ("Plank", {"seconds": 60.0})
        logs = [*(log(plank, title=f"{n}") for n in range(silent)), log(squat()), log(press())]
        first, second = sessions(logs, NO_WISH, file=FILE)
        told = [remark for remark in first.remarks if "left out" in remark]
        named = [
            f"'{n}' of 2026-03-02 18:00 is left out: 1 set(s) of Plank (no lift stands for it)"
            for n in range(min(silent, 20))
        ]
        assert told == named + ([f"and {more} more are left out"] if more else [])
        assert second.remarks == ()

    def test_an_empty_log_says_that_it_is(self):
        first, *_ = sessions([log(), log(squat())], NO_WISH, file=FILE)
        assert first.remarks[-1] == "'Day' of 2026-03-02 18:00 is left out: it has no sets"
        with pytest.raises(
            ScheduleError, match="no set that says how hard it was; 'Day' of .*it has no sets"
        ):
            sessions([log()], NO_WISH, file=FILE)

    def test_sets_of_one_session_are_bounded(self, monkeypatch):
        monkeypatch.setattr(lifting, "MAX_BOUTS", 2)
        assert len(efforts(read(squat(), squat()))) == 2
        with pytest.raises(ScheduleError, match=r"(?s)3 sets in one session.*at most 2"):
            read(squat(), squat(), squat())

    def test_a_load_that_cannot_be_is_refused_by_its_line(self):
        with pytest.raises(
            ScheduleError, match="line 3, intensity in kg: 5000|line 3: intensity in kg: 5000"
        ):
            read(squat(), squat(kg=5000.0))


class TestNames:
    @pytest.mark.parametrize(
        ("name", "exercise"),
        [
            ("Bench Press (Dumbbell)", Exercise("bench_press", lifting=True, sides=2)),
            ("Bench Press (Barbell)", Exercise("bench_press", lifting=True, sides=1)),
            ("Running", Exercise("run", lifting=False, sides=1)),
            ("Plank", Exercise(None)),
            # A tool that no list names beside it changes nothing.
            ("Lever Squat", Exercise("squat")),
            ("Plate Loaded EZ Bar Deadlift", Exercise("deadlift")),
        ],
    )
    def test_what_an_exercise_is(self, name, exercise):
        assert identified([name], NO_WISH) == {name: exercise}

    @pytest.mark.parametrize(("count", "more"), [(20, None), (21, "and 1 more"), (25, "and 5 more")])
    def test_of_many_unknown_ones_the_first_twenty_are_named(self, count, more):
        with pytest.raises(ScheduleError) as refused:
            identified([f"Qx{n}q" for n in range(count)], NO_WISH)
        told = refused.value.given.splitlines()
        assert told[0] == f"{count} unknown exercise(s):"
        assert [line.strip() for line in told[1:21]] == [f"'Qx{n}q'" for n in range(20)]
        assert [line.strip() for line in told[21:]] == ([more] if more else [])

    def test_a_long_name_is_shown_cut(self):
        with pytest.raises(ScheduleError) as refused:
            identified(["Q" * 100], NO_WISH)
        assert f"'{'Q' * 60}'" in refused.value.given

    @pytest.mark.parametrize(
        ("name", "lifts"),
        [
            # Near to the whole name first, then to one of its words; three at most.
            ("Frnt Sqat", "front_squat, squat"),
            ("Leg Prss", "leg_press, bench_press, overhead_press"),
            ("Squaat Deadlifft Roww Curll", "curl, leg_curl, deadlift"),
            ("Hip Thrst", "hip_thrust"),
        ],
    )
    def test_the_nearest_lifts_are_offered(self, name, lifts):
        with pytest.raises(ScheduleError) as refused:
            identified([name], NO_WISH)
        assert f"'{name}' (nearest: {lifts})" in refused.value.given

    def test_own_names_are_kept_where_configuration_is(self, monkeypatch, tmp_path):
        monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(tmp_path / "deep" / "own"))
        file = lift_names_file()
        assert (file.name, load_lift_names()) == ("lift-names.toml", {})
        assert save_lift_names(
            {"Kniebeuge \u00e4": "squat"}, tmp_path / "new" / "folder" / "names.toml"
        ).is_file()
        assert "\u00e4" in (tmp_path / "new" / "folder" / "names.toml").read_text("utf-8")

    def test_own_names_are_bounded(self, monkeypatch, tmp_path):
        monkeypatch.setattr(exercises, "MAX_OWN_NAMES", 2)
        save_lift_names({"a": "squat", "b": "skip"}, tmp_path / "names.toml")
        with pytest.raises(ScheduleError, match=r"(?s)3 names.*at most 2"):
            save_lift_names({"c": "squat"}, tmp_path / "names.toml")
