"""Steps of planned workouts and sets that a watch counted, in FIT files: what each message comes to."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from device import messages, rows
from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule.readers import Wishes, fit_sets, fit_workout
from exerkine_sim.schedule.readers.fit_messages import EPOCH_S

FILE = Path("file.fit")
NO_WISH = Wishes()


# ---------------------------------------------------------------------- workouts


def planned(*steps, sport="cycling", name="Plan"):
    told = messages(workout=[{"sport": sport, "wkt_name": name}], workout_step=steps)
    return fit_workout.planned(told, FILE, NO_WISH)


def step(minutes=1, target="power", ends=(1200, 1200), **more):
    fields = {"duration_type": "time", "duration_time": 60 * minutes, "target_type": target}
    return (
        fields
        | dict(zip((f"custom_target_value_{end}" for end in ("low", "high")), ends, strict=True))
        | more
    )


def again(first, times, kind="repeat_until_steps_cmplt"):
    return {"duration_type": kind, "duration_value": first, "target_value": times}


def lift(reps=5, weight=100, category="squat", name=6):
    fields = {"duration_type": "reps", "duration_reps": reps, "exercise_category": category}
    return fields | {"exercise_name": name, "exercise_weight": weight}


class TestWorkouts:
    @pytest.mark.parametrize(
        ("target", "ends", "asked"),
        [
            ("power", (1200, 1300), "250W"),
            ("power_lap", (1001, 1001), "1W"),
            ("power_3s", (None, 1250), "250W"),
            ("power_10s", (0, 1250), "250W"),
            ("power_30s", (1, 3), "2% FTP"),
            ("power", (1000, 1000), "1000% FTP"),
            ("heart_rate", (101, 101), "1bpm"),
            ("heart_rate_lap", (100, 100), "100% HRmax"),
            ("speed", (2500, 3500), "10.8km/h"),
            ("speed_lap", (3000, None), "10.8km/h"),
        ],
    )
    def test_the_middle_of_a_target_counts(self, target, ends, asked):
        assert rows(planned(step(1.5, target, ends))) == [(0, 1.5, "cycle", asked)]

    @pytest.mark.parametrize(
        ("target", "ends"),
        [
            ("heart_rate", (100, 101)),
            ("heart_rate", (90, 150)),
            ("power", (0, 0)),
            ("cadence", (80, 90)),
            ("open", (None, None)),
        ],
    )
    def test_a_target_that_says_nothing_is_rest(self, target, ends):
        found = planned(step(), step(2, target, ends, intensity="recovery"), step(3, target, ends), step())
        assert rows(found) == [(0, 1, "cycle", "200W"), (6, 1, "cycle", "200W")]
        assert found.remarks == (
            "a step of type recovery without a usable target counts as rest",
            "a step of type active without a usable target counts as rest",
        )

    def test_a_rest_is_a_rest_and_needs_no_remark(self):
        found = planned(step(), step(2, "open", (None, None), intensity="rest"), step())
        assert ([start for start, *_ in rows(found)], found.remarks) == ([0, 3], ())

    def test_a_distance_lasts_as_long_as_its_speed_says(self):
        run = step(0, "speed", (4000, 6000), duration_type="distance", duration_distance=1500)  # 18 km/h
        assert rows(planned(run, step(1, "speed", (3000, 3000)), sport="running")) == [
            (0, 5, "run", "18km/h"),
            (5, 1, "run", "10.8km/h"),
        ]

    @pytest.mark.parametrize(
        ("fields", "until"),
        [
            ({"duration_type": "open"}, "open"),
            ({}, "open"),
            ({"duration_type": "hr_less_than"}, "hr less than"),
            ({"duration_type": "distance", "duration_distance": 1500}, "distance"),
            ({"duration_type": "distance", "duration_distance": 0}, "distance"),
        ],
    )
    @pytest.mark.parametrize("target", ["power", "heart_rate", "open"])
    def test_a_step_that_lasts_nobody_knows_how_long_is_left_out_and_said_once(self, fields, until, target):
        unknown = {"target_type": target, "custom_target_value_low": 150, "intensity": "warmup"} | fields
        found = planned(unknown, step(), unknown, step())
        assert [start for start, *_ in rows(found)] == [0, 1]
        said = f"a step of type warmup left out: how long it lasts ({until}) is not known beforehand"
        assert found.remarks == (said,)

    def test_a_workout_has_its_name_and_no_day(self):
        found = planned(step(), name="Two\nlines")
        assert (found.session.name, found.session.start_h, found.start, found.file) == (
            "Two lines",
            0,
            None,
            FILE,
        )

    @pytest.mark.parametrize("numbers", [(0, 1, 2, 3), (10, 11, 12, 13), (None,) * 4])
    def test_a_repeat_goes_back_to_the_step_of_that_number(self, numbers):
        first = numbers[1] or 1
        steps = [step(1), step(2), step(3), again(first, 2)]
        for one, number in zip(steps, numbers, strict=True):
            one["message_index"] = number
        assert [length for _, length, *_ in rows(planned(*steps))] == [1, 2, 3, 2, 3]

    @pytest.mark.parametrize(("times", "minutes"), [(1, [1, 2]), (2, [1, 2, 1, 2]), (3, [1, 2] * 3)])
    def test_a_repeat_counts_what_is_done_in_all(self, times, minutes):
        assert [length for _, length, *_ in rows(planned(step(1), step(2), again(0, times)))] == minutes

    @pytest.mark.parametrize(
        ("repeat", "message"),
        [
            (again(0, 0), "from step 0"),
            (again(0, None), "from step 0"),
            (again(None, 2), "from step None"),
            (again(7, 2), "from step 7"),
            (again(0, 2, "repeat_until_time"), "'repeat until time' from step 0"),
            (again(0, 2, "repeat_until_hr_less_than"), "'repeat until hr less than'"),
        ],
    )
    def test_a_repeat_that_goes_nowhere_is_refused(self, repeat, message):
        with pytest.raises(ScheduleError, match=message):
            planned(step(), repeat)

    def test_steps_are_bounded_as_they_are_written_out(self, monkeypatch):
        monkeypatch.setattr(fit_workout, "MAX_STEPS", 7)
        assert len(rows(planned(step(1), step(2), step(3), again(1, 3)))) == 7
        with pytest.raises(ScheduleError, match="4 repeats of 2 steps"):
            planned(step(1), step(2), step(3), again(1, 4))

    def test_a_workout_of_which_nothing_is_known_is_refused(self):
        with pytest.raises(
            ScheduleError, match=r"says how long and how hard \(a step of type active left out"
        ):
            planned({"duration_type": "open"})

    def test_sets_take_their_time_and_come_in_order(self):
        found = planned(lift(5), step(2, "open", (None, None), intensity="rest"), lift(10, 62.5))
        assert rows(found) == [(0, 0.25, "squat", "100kg"), (2.25, 0.5, "squat", "62.5kg")]
        assert [(one.reps, one.tempo_s) for one in found.session.bouts] == [(5, 3), (10, 3)]

    @pytest.mark.parametrize("reps", [1, 2, 1000])
    def test_repetitions_there_can_be(self, reps):
        assert planned(lift(reps)).session.bouts[0].reps == reps

    @pytest.mark.parametrize(
        ("left_out", "called"),
        [
            (lift(0), "barbell_back_squat"),
            (lift(None), "barbell_back_squat"),
            (lift(1001), "barbell_back_squat"),
            (lift(5, 0), "barbell_back_squat"),
            (lift(5, None), "barbell_back_squat"),
            (lift(5, None, "plank", None), "plank"),
            (lift(5, 20, "plank", None), "plank"),
            (lift(5, 20, "unknown", None), "an unnamed exercise"),
            (lift(5, 20, "77", None), "an unnamed exercise"),
        ],
    )
    def test_sets_without_lift_load_or_repetitions_are_left_out_and_said(self, left_out, called):
        found = planned(left_out, lift(5))
        assert rows(found) == [(0, 0.25, "squat", "100kg")]
        assert found.remarks == (f"sets of {called} left out: no lift or load",)


# ---------------------------------------------------------------------- sets


def counted(begin, reps=5, weight=100.0, lasts=20.0, **more):
    fields = {"start_time": begin, "repetitions": reps, "weight": weight, "duration": lasts}
    return fields | {"category": ["squat"], "category_subtype": [6], "set_type": "active"} | more


def lifted(*sets, span=(0, 1000)):
    span = (span[0] + EPOCH_S, span[1] + EPOCH_S)
    return fit_sets.lifting(messages(set=sets), FILE, NO_WISH, span=span, zone=None, remarks=["before"])


class TestSets:
    def test_sets_stand_where_they_were_done_one_after_the_other(self):
        found = lifted(counted(400), counted(100), counted(110), counted(700, 3, 90))
        # The second began before the first was over, which nobody does.
        assert [start for start, *_ in rows(found)] == pytest.approx([0, 1 / 3, 5, 10])
        assert found.start == datetime(1989, 12, 31) + timedelta(seconds=100)
        assert (found.remarks, found.session.start_h) == (("before",), 0)

    def test_only_sets_of_the_time_count_its_end_left_out(self):
        found = lifted(*(counted(begin) for begin in (99, 100, 150, 200, 201)), span=(100, 200))
        assert [start for start, *_ in rows(found)] == pytest.approx([0, 50 / 60])

    def test_when_a_set_was_written_counts_where_its_start_is_missing(self):
        late = counted(None, timestamp=160)
        assert [start for start, *_ in rows(lifted(counted(100), late))] == [0, 1]
        assert len(rows(lifted(counted(100), counted(None)))) == 1

    def test_rests_are_no_sets(self):
        assert (
            len(rows(lifted(counted(100), counted(200, set_type="rest"), counted(300, set_type=None)))) == 1
        )

    @pytest.mark.parametrize(
        ("lasts", "tempo_s"),
        [(20, 4), (5, 1), (4.9, 3), (75, 15), (75.5, 3), (None, 3)],
    )
    def test_the_tempo_is_that_of_the_watch_unless_nobody_lifts_so(self, lasts, tempo_s):
        (bout,) = lifted(counted(0, 5, lasts=lasts)).session.bouts
        assert (bout.tempo_s, bout.duration_min * 60) == pytest.approx((tempo_s, 5 * tempo_s))

    @pytest.mark.parametrize(("reps", "weight"), [(1, 100), (1000, 100), (5, 0.5), (5, 1000)])
    def test_what_can_be_lifted(self, reps, weight):
        assert [
            (one.reps, one.intensity.value) for one in lifted(counted(0, reps, weight)).session.bouts
        ] == [(reps, weight)]

    @pytest.mark.parametrize(
        ("reps", "weight"), [(0, 100), (None, 100), (1001, 100), (5, 0), (5, None), (5, 1000.5), (5, -5)]
    )
    def test_what_cannot_is_left_out_and_counted(self, reps, weight):
        assert lifted(counted(0, reps, weight)) is None
        found = lifted(counted(0, reps, weight), counted(60, reps, weight), counted(120))
        assert [start for start, *_ in rows(found)] == [2]
        reason = "left out, for want of a lift, a load or repetitions: 2"
        assert found.remarks[-1] == f"sets of barbell_back_squat {reason}"
