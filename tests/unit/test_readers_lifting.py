"""Lifting logs become sets with loads and rests; what a log does not say is remarked, never made up."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.files import read_toml
from exerkine_sim.parameters import load_parameters, params_folder
from exerkine_sim.schedule.modes import known_modes
from exerkine_sim.schedule.readers import Wishes, delimited, hevy, strong, strong_text
from exerkine_sim.schedule.readers.exercises import identified, load_lift_names, save_lift_names
from exerkine_sim.schedule.readers.moment import moment
from exerkine_sim.schedule.readers.one_rm import one_rm_of

DATA = Path(__file__).parents[1] / "data"
NO_WISH = Wishes()
IN_KG = Wishes(weight_unit="kg")
HEVY_HEAD = (
    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,"
    "weight_kg,reps,distance_km,duration_seconds,rpe\n"
)
STRONG_HEAD = "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Seconds\n"


def sets(dated):
    return [(bout.mode, bout.reps, str(bout.intensity)) for bout in dated.session.bouts]


def gaps_s(dated):
    bouts = dated.session.bouts
    return [round((b.start_min - a.end_min) * 60, 6) for a, b in pairwise(bouts)]


def hevy_sets(folder, *rows, minutes=30, wishes=NO_WISH):
    """Read rows of exercise, superset, kind, weight, reps, seconds, RPE as one session."""
    lines = [
        f'Day,"14 Nov 2026, 18:00","14 Nov 2026, 18:{minutes}",,{name},{superset},,0,'
        f"{kind},{kg},{reps},,{seconds},{rpe}"
        for name, superset, kind, kg, reps, seconds, rpe in rows
    ]
    path = folder / "hevy.csv"
    path.write_text(HEVY_HEAD + "\n".join(lines))
    (dated,) = hevy.read(path, wishes)
    return dated


def strong_rows(folder, *rows, head=STRONG_HEAD, wishes=NO_WISH):
    path = folder / "strong.csv"
    path.write_text(head + "\n".join(f"2026-11-14 18:00:00;Day;{row}" for row in rows))
    return strong.read(path, wishes)


class TestBounds:
    def test_a_log_of_many_years_is_read(self, tmp_path):
        note = "x" * 100_000
        row = f'Day,"14 Nov 2026, 18:00",,,Squat,,{note},0,normal,100,5,,,\n'
        path = tmp_path / "hevy.csv"
        path.write_text(HEVY_HEAD + row * 60)  # 6 MB
        (dated,) = hevy.read(path, NO_WISH)
        assert len(dated.session.bouts) == 60

    def test_more_rows_than_anyone_lifts_are_refused_by_line(self, tmp_path, monkeypatch):
        monkeypatch.setattr(delimited, "MAX_ROWS", 2)
        with pytest.raises(ScheduleError, match=r"hevy\.csv, line 4: more than 2 rows"):
            hevy_sets(tmp_path, *[("Squat", "", "normal", 50, 5, "", "")] * 3)

    def test_a_shared_text_is_one_session(self, tmp_path):
        path = tmp_path / "strong.txt"
        path.write_text("Day\n13 August 2025 at 07:32\n" + "\n" * strong_text.MAX_LETTERS)
        with pytest.raises(ScheduleError, match="expected: one session"):
            strong.read(path, NO_WISH)


class TestHevy:
    @pytest.fixture(autouse=True)
    def _read(self):
        self.push, self.cardio, self.formula = hevy.read(DATA / "hevy.csv", NO_WISH)

    def test_sessions_have_their_local_starts(self):
        starts = [dated.start for dated in (self.push, self.cardio, self.formula)]
        assert starts == [datetime(2026, 11, 14, 18), datetime(2026, 11, 16, 7), datetime(2026, 11, 17, 7)]

    def test_sets_keep_reps_and_load_and_supersets_are_done_in_turn(self):
        assert sets(self.push)[:7] == [
            ("bench_press", 10, "40kg"),
            ("bench_press", 5, "80kg"),
            ("bench_press", 8, "60kg"),
            ("incline_press", 10, "50kg"),
            ("row", 10, "60kg"),
            ("incline_press", 9, "50kg"),
            ("row", 10, "60kg"),
        ]

    def test_nobody_rests_before_a_drop_set_or_within_a_superset(self):
        assert gaps_s(self.push)[:6] == [122, 0, 122, 0, 122, 0]

    def test_the_length_less_the_sets_is_shared_equally(self):
        """20 min; ten lifting sets of 3 s a repetition, a plank of 60 s; seven of ten rests are unknown."""
        spent_s = 3 * (10 + 5 + 8 + 10 + 9 + 10 + 10 + 8 + 6 + 20) + 60
        assert round((20 * 60 - spent_s) / 7) == 122
        assert "rest between sets 122 s" in self.push.remarks[0]

    def test_body_weight_counts_by_effort_or_not_at_all(self):
        efforts = [
            (bout.mode, bout.intensity.basis, bout.intensity.value) for bout in self.push.session.bouts
        ]
        assert efforts[7:] == [("pull_up", "rpe", 9), ("push_up", "rir", 0)]
        assert "left out: 1 set(s) of Pull Up (Assisted) (body weight, and no RPE)" in self.push.remarks
        assert "left out: 1 set(s) of Plank (no lift stands for it)" in self.push.remarks

    def test_two_dumbbells_weigh_twice_one_and_it_is_said(self):
        assert any(
            "Incline Bench Press (Dumbbell) counts as incline press with twice" in r
            for r in self.push.remarks
        )

    def test_time_and_distance_become_speed_where_speed_says_how_hard(self):
        run, ride = self.cardio.session.bouts
        assert (run.mode, run.duration_min, str(run.intensity)) == ("run", 25, "12km/h")
        assert (ride.mode, ride.duration_min, ride.intensity.basis) == ("cycle", 10, "rpe")

    def test_a_formula_is_text(self):
        assert self.formula.session.name == "=cmd()|' /C calc'!A0"

    def test_a_log_shorter_than_its_sets_says_nothing_of_rest(self):
        assumed = load_parameters()["reading.rest_assumed"].to("s")
        assert gaps_s(self.formula) == [assumed] * 4
        assert "an assumption" in self.formula.remarks[0]

    def test_rest_stays_within_bounds(self, tmp_path):
        rows = [("Squat (Barbell)", "", "normal", 100, 5, "", "")] * 2
        dated = hevy_sets(tmp_path, *rows, minutes=59)
        assert gaps_s(dated) == [load_parameters()["reading.rest_longest"].to("s")]
        assert "bounded; the log says 58.5 min" in dated.remarks[0]

    def test_pounds_and_american_dates(self, tmp_path):
        head = HEVY_HEAD.replace("weight_kg", "weight_lbs")
        row = 'Day,"Nov 14, 2026, 6:05 PM",,,Squat (Barbell),,,0,normal,225,5,,,\n'
        (tmp_path / "a.csv").write_text(head + row)
        (dated,) = hevy.read(tmp_path / "a.csv", NO_WISH)
        assert dated.start == datetime(2026, 11, 14, 18, 5)
        assert dated.session.bouts[0].intensity.value == pytest.approx(102.058, abs=1e-3)  # printed digits

    def test_a_session_without_a_single_effort_is_remarked_at_the_first(self, tmp_path):
        rows = (
            'A,"14 Nov 2026, 18:00",,,Plank,,,0,normal,,,,60,\n'
            'B,"15 Nov 2026, 18:00",,,Squat,,,0,normal,60,5,,,\n'
        )
        (tmp_path / "a.csv").write_text(HEVY_HEAD + rows)
        (dated,) = hevy.read(tmp_path / "a.csv", NO_WISH)
        assert dated.session.name == "B"
        assert any("'A' of 2026-11-14 18:00 is left out" in remark for remark in dated.remarks)

    def test_a_log_without_any_effort_is_refused(self, tmp_path):
        with pytest.raises(ScheduleError, match="no set that says how hard"):
            hevy_sets(tmp_path, ("Plank", "", "normal", "", "", 60, ""))

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            (("Squat", "", "normal", "heavy", 5, "", ""), "line 2, weight_kg: 'heavy'"),
            (("Squat", "", "normal", 1e4, 5, "", ""), "line 2, weight_kg: 10000.0"),
            (("Squat", "", "normal", 100, -5, "", ""), "line 2, reps: -5"),
            (("Squat", "", "normal", 100, 5, "", 11), "line 2, rpe: 11"),
            (("Squat", "", "normal", 1500, 5, "", ""), "line 2, intensity in kg: 1500"),
        ],
    )
    def test_what_cannot_be_is_refused_with_line_and_column(self, tmp_path, row, message):
        with pytest.raises(ScheduleError, match=message):
            hevy_sets(tmp_path, row)

    @pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", HEVY_HEAD])
    def test_other_tables_are_refused(self, tmp_path, text):
        (tmp_path / "a.csv").write_text(text)
        with pytest.raises(ScheduleError, match=r"a\.csv.*no (Hevy table|rows)"):
            hevy.read(tmp_path / "a.csv", NO_WISH)


class TestStrong:
    def test_semicolons_with_units_commas_byte_order_mark_and_line_breaks(self):
        (dated,) = strong.read(DATA / "strong_semicolon.csv", NO_WISH)
        assert dated.start == datetime(2019, 1, 11, 12, 31, 54)
        assert sets(dated) == [("squat", 5, "62.5kg"), ("squat", 4, "61.23496995kg"), ("run", None, "10km/h")]
        assert "no length" in dated.remarks[0]

    def test_commas_without_units_ask_for_one(self):
        with pytest.raises(ScheduleError, match="weights without a unit") as refused:
            strong.read(DATA / "strong_comma.csv", NO_WISH)
        assert "--weight-unit kg, or lb" in str(refused.value)

    @pytest.mark.parametrize(("unit", "first"), [("kg", 60), ("lb", 27.2155422)])
    def test_commas_with_a_unit_wished_for(self, unit, first):
        (dated,) = strong.read(DATA / "strong_comma.csv", Wishes(weight_unit=unit))
        assert dated.start == datetime(2026, 2, 28, 18, 5)
        assert dated.session.bouts[0].intensity.value == pytest.approx(first, rel=1e-9)

    def test_a_rest_timer_is_the_rest_and_a_drop_set_has_none(self):
        (dated,) = strong.read(DATA / "strong_comma.csv", IN_KG)
        assert gaps_s(dated)[1] == 180
        assert gaps_s(dated)[3] == 0
        assert any("Pull Up (Assisted)" in remark for remark in dated.remarks)

    def test_numbered_sessions_with_units_in_the_header(self):
        legs, cardio = strong.read(DATA / "strong_numbered.csv", NO_WISH)
        assert sets(legs) == [("squat", 5, "60kg"), ("squat", 5, "140kg"), ("leg_press", 10, "200kg")]
        assert gaps_s(legs)[1] == 120
        assert sets(cardio) == [("run", None, "12km/h")]

    def test_the_shared_text(self):
        (dated,) = strong.read(DATA / "strong_shared.txt", NO_WISH)
        assert dated.start == datetime(2026, 11, 14, 18, 5)
        assert dated.session.name == "Early session"
        efforts = [
            (bout.mode, bout.reps, bout.intensity.basis, round(bout.intensity.value, 2))
            for bout in dated.session.bouts
        ]
        assert efforts == [
            ("bench_press", 16, "kg", 20),
            ("bench_press", 10, "kg", 45),
            ("bench_press", 8, "kg", 45),
            ("pull_up", 8, "rpe", 8),
            ("squat", 5, "kg", 102.06),
            ("squat", 8, "kg", 61.23),
        ]
        assert gaps_s(dated)[-1] == 0

    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ("Squat;1;100;stone;5;;", "weights in 'stone'"),
            ("Squat;1;=cmd();kg;5;;", "line 2, weight: '=cmd"),
            ("Squat;1;100;kg;5.x;;", "line 2, reps"),
        ],
    )
    def test_what_cannot_be_is_refused_with_line_and_column(self, tmp_path, row, message):
        with pytest.raises(ScheduleError, match=message):
            strong_rows(tmp_path, row)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "one line",
            "Title\nno date\n\nSquat\nSet 1: 20 kg x 5",
            "T\n13 August 2025\n\nSquat\nSet 1: heavy",
        ],
    )
    def test_a_text_that_is_no_log_is_refused(self, tmp_path, text):
        (tmp_path / "a.txt").write_text(text)
        with pytest.raises(ScheduleError, match=r"a\.txt"):
            strong.read(tmp_path / "a.txt", NO_WISH)


class TestMoments:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-11-14 18:05:00",
            "2026-11-14T18:05:00+01:00",
            "2026-11-14 6:05:00\u202fPM",
            "14 Nov 2026, 18:05",
            "Nov 14, 2026, 6:05 p.m.",
            "Saturday, 14 November 2026 at 18:05",
            "Saturday, November 14, 2026 at 6:05\u202fPM",
        ],
    )
    def test_dialects(self, text):
        assert moment(text) == datetime(2026, 11, 14, 18, 5)

    @pytest.mark.parametrize(
        "text", ["", "11/12/2026", "14 Foo 2026", "2026-13-01 10:00", "2026-02-30", "2026-11-14 25:00"]
    )
    def test_what_is_no_date_or_may_be_two_is_refused(self, text):
        with pytest.raises(ScheduleError, match="is no date"):
            moment(text)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "lift"),
        [
            ("Squat (Barbell)", "squat"),
            ("squats", "squat"),
            ("Pull-Ups", "pull_up"),
            ("Bench Press - Close Grip (Barbell)", "bench_press"),
            ("Machine Leg Press", "leg_press"),
            ("Seated Row (Cable)", "row"),
            ("Biceps Curl (EZ Bar)", "curl"),
            ("OHP", "overhead_press"),
        ],
    )
    def test_case_brackets_plurals_and_tools_do_not_matter(self, name, lift):
        assert identified([name], NO_WISH)[name].key == lift

    def test_at_least_150_names_of_lifts_are_known_and_none_twice(self):
        table, modes = read_toml(params_folder() / "exercise_names.toml", error=ScheduleError), known_modes()
        assert set(table["lifts"]) | set(table["pairs"]) <= set(modes.lifts)
        assert set(table["modes"]) <= set(modes.endurance)
        lifts = [name for kind in ("lifts", "pairs") for names in table[kind].values() for name in names]
        every = lifts + [name for names in table["modes"].values() for name in names] + table["none"]["names"]
        assert len(lifts) >= 150
        spellings = Counter(" ".join(sorted(name.lower().replace("-", " ").split())) for name in every)
        assert [name for name, count in spellings.items() if count > 1] == []

    def test_what_no_lift_stands_for_is_known_as_such(self):
        found = identified(["Plank", "Lateral Raise (Dumbbell)"], NO_WISH)
        assert [one.key for one in found.values()] == [None, None]

    def test_all_unknown_ones_are_named_at_once_with_what_is_nearest(self, tmp_path):
        rows = [(name, "", "normal", 50, 5, "", "") for name in ("Jeffersen Sqaut", "Squat", "Zzzz")]
        with pytest.raises(ScheduleError) as refused:
            hevy_sets(tmp_path, *rows)
        told = str(refused.value)
        assert "2 unknown exercise(s)" in told
        assert "'Jeffersen Sqaut' (nearest: squat)" in told
        assert "'Zzzz'" in told
        assert '--map "Jeffersen Sqaut=squat"' in told

    def test_the_user_says_what_it_is_or_leaves_it_out(self, tmp_path):
        rows = [(name, "", "normal", 50, 5, "", "") for name in ("Jeffersen Sqaut", "Squat", "Zzzz")]
        dated = hevy_sets(
            tmp_path, *rows, wishes=Wishes(lifts={"jeffersen sqaut": "front squat", "Zzzz": "skip"})
        )
        assert [lift for lift, *_ in sets(dated)] == ["front_squat", "squat"]
        assert any("Zzzz" in remark for remark in dated.remarks)

    def test_a_wish_for_no_lift_is_refused(self, tmp_path):
        with pytest.raises(ScheduleError, match="did you mean 'squat'"):
            hevy_sets(
                tmp_path, ("Zzzz", "", "normal", 50, 5, "", ""), wishes=Wishes(lifts={"Zzzz": "squatt"})
            )

    def test_own_names_are_kept_and_added_to(self, tmp_path):
        path = tmp_path / "config" / "lift-names.toml"
        assert load_lift_names(path) == {}
        save_lift_names({'Odd "quoted" = name': "squat"}, path)
        save_lift_names({"Zzzz": "skip"}, path)
        assert load_lift_names(path) == {'Odd "quoted" = name': "squat", "Zzzz": "skip"}
        assert [file.name for file in path.parent.iterdir()] == ["lift-names.toml"]

    @pytest.mark.parametrize("text", ["[table]\na = 1", "a = 1", "= b", '"a\\nb" = "squat"'])
    def test_a_file_that_holds_anything_else_is_refused(self, tmp_path, text):
        path = tmp_path / "lift-names.toml"
        path.write_text(text)
        with pytest.raises(ScheduleError, match=r"lift-names\.toml"):
            load_lift_names(path)

    def test_nothing_is_lost_when_a_name_cannot_be_kept(self, tmp_path):
        path = save_lift_names({"Zzzz": "skip"}, tmp_path / "lift-names.toml")
        with pytest.raises(ScheduleError, match="name of an exercise"):
            save_lift_names({"two\nlines": "squat"}, path)
        assert load_lift_names(path) == {"Zzzz": "skip"}


class TestStrength:
    def test_the_best_set_counts_by_the_published_equation(self):
        """Brzycki: 5 repetitions are 1.0278 - 5 x 0.0278 = 0.8888 of 1RM, 10 are 0.7498."""
        found = one_rm_of(strong.read(DATA / "strong_numbered.csv", NO_WISH))
        assert found == {"squat": round(140 / 0.8888, 1), "leg_press": round(200 / 0.7498, 1)}

    def test_long_sets_and_efforts_without_kilograms_say_nothing(self, tmp_path):
        rows = [("Squat", "", "normal", 60, 11, "", ""), ("Pull Up", "", "failure", "", 5, "", "")]
        assert one_rm_of([hevy_sets(tmp_path, *rows)]) == {}
