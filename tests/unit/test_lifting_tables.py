"""Every cell of a lifting table, and every line of a shared text, at its bounds and just beyond them."""

from datetime import datetime
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Bout, Intensity, Session
from exerkine_sim.schedule.readers import Dated, Wishes, delimited, hevy, strong
from exerkine_sim.schedule.readers.field import number, one_line
from exerkine_sim.schedule.readers.lifting import POUND_KG, LoggedSet
from exerkine_sim.schedule.readers.moment import moment
from exerkine_sim.schedule.readers.one_rm import one_rm_of
from exerkine_sim.schedule.readers.strong_text import logs_of_text

FILE = Path("log.csv")
START = datetime(2026, 3, 2, 18)
NO_WISH = Wishes()


def spans_s(dated):
    return [(round(one.start_min * 60, 6), round(one.end_min * 60, 6)) for one in dated.session.bouts]


HEVY = (
    "title,start_time,end_time,exercise_title,superset_id,set_type,"
    "{weight},reps,{distance},duration_seconds,rpe\n"
)
STRONG = (
    "Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds\n"
)


def hevy_row(folder, **cells):
    """Read one row, of which these cells are given."""
    head = HEVY.format(
        weight="weight_lbs" if "weight_lbs" in cells else "weight_kg",
        distance="distance_miles" if "distance_miles" in cells else "distance_km",
    )
    cells = {"title": "Day", "start_time": "2026-03-02 18:00", "exercise_title": "Squat"} | cells
    path = folder / "hevy.csv"
    path.write_text(head + ",".join(str(cells.get(name, "")) for name in head.strip().split(",")))
    (dated,) = hevy.read(path, NO_WISH)
    return dated


def strong_row(folder, *, head=STRONG, wishes=NO_WISH, **cells):
    cells = {
        "Date": "2026-03-02 18:00:00",
        "Exercise Name": "Squat",
        "Set Order": "1",
        "Weight Unit": "kg",
    } | cells
    path = folder / "strong.csv"
    path.write_text(head + ";".join(str(cells.get(name, "")) for name in head.strip().split(";")))
    (dated,) = strong.read(path, wishes)
    return dated


class TestHevyCells:
    @pytest.mark.parametrize(
        ("cells", "effort"),
        [
            ({"weight_kg": 100, "reps": "5.0"}, ("squat", 5, 100)),
            ({"weight_kg": "62,5".replace(",", "."), "reps": 1000}, ("squat", 1000, 62.5)),
            ({"weight_lbs": 100, "reps": 5}, ("squat", 5, 100 * POUND_KG)),
            ({"weight_kg": -1000, "reps": 5, "rpe": 10}, ("squat", 5, 10)),
            ({"weight_lbs": -2200, "reps": 5, "rpe": 0}, ("squat", 5, 0)),
            ({"set_type": "failure", "reps": 5}, ("squat", 5, 0)),
            ({"exercise_title": "Running", "duration_seconds": 720_000_000, "rpe": 3}, ("run", None, 3)),
            (
                {"exercise_title": "Running", "duration_seconds": 3600, "distance_miles": 5},
                ("run", None, 5 * 1.609344),
            ),
            ({"exercise_title": "Running", "duration_seconds": 3600, "distance_km": 9}, ("run", None, 9)),
        ],
    )
    def test_what_stands_in_the_cells_counts(self, tmp_path, cells, effort):
        (bout,) = hevy_row(tmp_path, **cells).session.bouts
        assert (bout.mode, bout.reps, bout.intensity.value) == pytest.approx(effort)

    @pytest.mark.parametrize(
        ("cells", "message"),
        [
            ({"weight_kg": -1001, "reps": 5}, "weight_kg: -1001"),
            ({"weight_kg": 3001, "reps": 5}, "weight_kg: 3001"),
            ({"weight_lbs": -2201, "reps": 5}, "weight_lbs: -2201"),
            ({"weight_lbs": 3001, "reps": 5}, "weight_lbs: 3001"),
            ({"weight_kg": 50, "reps": 1001}, "reps: 1001"),
            ({"weight_kg": 50, "reps": 5.5}, "reps: '5.5'"),
            ({"reps": 5, "rpe": 10.5}, "rpe: 10.5"),
            ({"exercise_title": "Running", "duration_seconds": 720_000_001}, "duration_seconds: 720000001"),
            ({"exercise_title": "Running", "distance_km": -1}, "distance_km: -1"),
            ({"exercise_title": "Running", "distance_km": 1_000_001}, "distance_km: 1000001"),
        ],
    )
    def test_what_cannot_be_is_refused(self, tmp_path, cells, message):
        with pytest.raises(ScheduleError, match=f"hevy.csv, line 2, {message}"):
            hevy_row(tmp_path, **cells)

    def test_rows_of_one_title_and_start_are_one_session(self, tmp_path):
        row = "{},2026-03-02 {},2026-03-02 20:00,Squat,,normal,100,5,,,\n"
        table = HEVY.format(weight="weight_kg", distance="distance_km")
        table += "".join(
            row.format(*one) for one in (("A", "18:00"), ("B", "18:00"), ("A", "18:00"), ("A", "19:00"))
        )
        (tmp_path / "a.csv").write_text(table)
        found = hevy.read(tmp_path / "a.csv", NO_WISH)
        assert [(one.session.name, one.start.hour, len(one.session.bouts)) for one in found] == [
            ("A", 18, 2),
            ("B", 18, 1),
            ("A", 19, 1),
        ]


class TestStrongCells:
    @pytest.mark.parametrize(
        ("cells", "effort"),
        [
            ({"Weight": 100, "Reps": 5}, ("squat", 5, 100)),
            ({"Weight": 100, "Reps": 5, "Weight Unit": "lbs"}, ("squat", 5, 100 * POUND_KG)),
            (
                {"Exercise Name": "Pull Up", "Weight": 3000, "Weight Unit": "lb", "Reps": 1000, "RPE": 8},
                ("pull_up", 1000, 8),
            ),
            ({"Weight": -3000, "Reps": 5, "RPE": 10}, ("squat", 5, 10)),
            ({"Weight": 0, "Reps": 5, "RPE": 8, "Weight Unit": ""}, ("squat", 5, 8)),
            ({"Reps": 5, "Set Order": "F"}, ("squat", 5, 0)),
            ({"Exercise Name": "Running", "Seconds": 720_000_000, "RPE": 3}, ("run", None, 3)),
            (
                {"Exercise Name": "Running", "Seconds": 3600, "Distance": 12_000, "Distance Unit": "m"},
                ("run", None, 12),
            ),
            (
                {"Exercise Name": "Running", "Seconds": 3600, "Distance": 5, "Distance Unit": "mi"},
                ("run", None, 5 * 1.609344),
            ),
            ({"Exercise Name": "Running", "Seconds": 60, "Distance": 5, "RPE": 6}, ("run", None, 6)),
        ],
    )
    def test_what_stands_in_the_cells_counts(self, tmp_path, cells, effort):
        (bout,) = strong_row(tmp_path, **cells).session.bouts
        assert (bout.mode, bout.reps, bout.intensity.value) == pytest.approx(effort)

    @pytest.mark.parametrize(
        ("cells", "message"),
        [
            ({"Weight": -3001, "Reps": 5}, "weight: -3001"),
            ({"Weight": 3001, "Reps": 5}, "weight: 3001"),
            ({"Weight": 100, "Reps": 1001}, "reps: 1001"),
            ({"Reps": 5, "RPE": 10.5}, "rpe: 10.5"),
            ({"Weight": 100, "Reps": 5, "Weight Unit": "stone"}, "weight: weights in 'stone'"),
            ({"Weight": 100, "Reps": 5, "Weight Unit": ""}, "weight: weights without a unit"),
            ({"Exercise Name": "Running", "Seconds": 720_000_001}, "seconds: 720000001"),
        ],
    )
    def test_what_cannot_be_is_refused(self, tmp_path, cells, message):
        with pytest.raises(ScheduleError, match=f"strong.csv, line 2, {message}"):
            strong_row(tmp_path, **cells)

    def test_no_rpe_is_written_as_0(self, tmp_path):
        with pytest.raises(ScheduleError, match="body weight, and no RPE"):
            strong_row(tmp_path, Reps=5, RPE=0)

    @pytest.mark.parametrize(
        ("head", "cell", "rest_s"),
        [
            ("Duration (sec)", "210", 180),
            ("Duration", "210", 180),
            ("Duration", "3m 30s", 180),
            ("Duration", "", 120),
            ("Duration", "0", 120),
            ("Duration (sec)", "720000000", 300),
        ],
    )
    def test_the_length_of_a_session(self, tmp_path, head, cell, rest_s):
        row = f"2026-03-02 18:00:00;Squat;1;100;5;{cell}\n"
        (tmp_path / "a.csv").write_text(f"Date;Exercise Name;Set Order;Weight (kg);Reps;{head}\n{row}{row}")
        (dated,) = strong.read(tmp_path / "a.csv", NO_WISH)
        assert spans_s(dated) == [(0, 15), (15 + rest_s, 30 + rest_s)]

    def test_a_length_that_cannot_be_is_refused(self, tmp_path):
        head = "Date;Exercise Name;Set Order;Weight (kg);Reps;Duration (sec)\n"
        with pytest.raises(ScheduleError, match=r"line 2, duration: 720000001"):
            strong_row(tmp_path, head=head, **{"Duration (sec)": "720000001"})

    def test_timers_and_notes_are_no_sets(self, tmp_path):
        orders = ["Rest Timer", "1", "Note", "Rest Timer", "2", "D"]
        rows = [f"2026-03-02 18:00:00;Day;Squat;{one};100;kg;5;;;;90" for one in orders]
        (tmp_path / "a.csv").write_text(STRONG + "\n".join(rows))
        (dated,) = strong.read(tmp_path / "a.csv", NO_WISH)
        assert spans_s(dated) == [(0, 15), (105, 120), (120, 135)]

    @pytest.mark.parametrize(("seconds", "fits"), [(720_000_000, True), (720_000_001, False)])
    def test_a_rest_is_bounded(self, tmp_path, seconds, fits):
        rows = [f"2026-03-02 18:00:00;Day;Squat;{one};100;kg;5;;;;{seconds}" for one in ("Rest Timer", "1")]
        (tmp_path / "a.csv").write_text(STRONG + "\n".join(reversed(rows)))
        if fits:
            assert len(strong.read(tmp_path / "a.csv", NO_WISH)) == 1
        else:
            with pytest.raises(ScheduleError, match="seconds: 720000001"):
                strong.read(tmp_path / "a.csv", NO_WISH)


class TestSharedText:
    def sets(self, *lines, above="Squat"):
        (found,) = logs_of_text("Day\n2 March 2026 at 18:00\n\n" + "\n".join([above, *lines]))
        return found.sets

    @pytest.mark.parametrize(
        ("line", "about"),
        [
            ("Set 1: 20 kg x 16", {"weight_kg": 20.0, "reps": 16}),
            ("Set 1: 20 kg × 0", {"weight_kg": 20.0, "reps": 0}),
            ("set1: 20,5kgs x1000", {"weight_kg": 20.5, "reps": 1000}),
            ("1: +20 lb x 5", {"weight_kg": 20 * POUND_KG, "reps": 5}),
            ("Set 1: -20 lbs x 5 @ 8,5", {"weight_kg": -20 * POUND_KG, "reps": 5, "rpe": 8.5}),
            ("Set 1: -3000 kg x 5", {"weight_kg": -3000.0, "reps": 5}),
            ("Set 2: 12 reps @ RPE 10", {"reps": 12, "rpe": 10.0}),
            ("Set 2: 1 rep RPE 0", {"reps": 1, "rpe": 0.0}),
            ("W: 20 kg x 5", {"weight_kg": 20.0, "reps": 5, "kind": "warmup"}),
            ("D1: 20 kg x 5", {"weight_kg": 20.0, "reps": 5, "kind": "drop"}),
            ("F 3: 20 kg x 5", {"weight_kg": 20.0, "reps": 5, "kind": "failure"}),
            ("Set 1: 20 kg x 5 [Drop Set]", {"weight_kg": 20.0, "reps": 5, "kind": "drop"}),
            ("Set 1: 20 kg x 5 [Failure]", {"weight_kg": 20.0, "reps": 5, "kind": "failure"}),
            ("W1: 20 kg x 5 [Other]", {"weight_kg": 20.0, "reps": 5}),
            ("Set 1: 0:45", {"seconds": 45.0}),
            ("Set 1: 1:02:03", {"seconds": 3723.0}),
            ("Set 1: 90 s", {"seconds": 90.0}),
            ("Set 1: 20 kg x 5 0:45", {"weight_kg": 20.0, "reps": 5}),
            ("Set 1: 5.5 km 30:00", {"distance_km": 5.5, "seconds": 1800.0}),
            ("Set 1: 400 m 2:00", {"distance_km": 0.4, "seconds": 120.0}),
            ("Set 1: 1 mi 8:00", {"distance_km": 1.609344, "seconds": 480.0}),
        ],
    )
    def test_what_a_line_says(self, line, about):
        (found,) = self.sets(line)
        assert found == LoggedSet("Squat", 5, **about)

    def test_an_exercise_is_named_after_an_empty_line(self):
        found = self.sets("Set 1: 20 kg x 1", "a note", "Set 2: 20 kg x 2", "", "Row", "Set 1: 20 kg x 3")
        assert [(one.exercise, one.line, one.reps) for one in found] == [
            ("Squat", 5, 1),
            ("Squat", 7, 2),
            ("Row", 10, 3),
        ]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("Day\n2 March 2026\n\nSquat\nSet 1: 20 kg", "line 5: 'Set 1: 20 kg'"),
            ("Day\n2 March 2026\nSet 1: 20 kg x 5", "line 3: 'Set 1: 20 kg x 5'"),
            ("Day\n2 March 2026\n\nSquat\nSet 1: 20 kg x 1001", "line 5, reps: 1001"),
            ("Day\n2 March 2026\n\nSquat\nSet 1: 20 kg x 5 @ 11", "line 5, RPE: 11"),
            ("Day\n2 March 2026\n\nSquat\nSet 1: -3001 kg x 5", "line 5, amount: -3001"),
            ("Day\n2 March 2026\n\nSquat", "no sets"),
            ("\nDay\n\n", "line 1: no log"),
            ("Day\n\nsome day\nSquat", "line 3: 'some day' is no date"),
        ],
    )
    def test_what_is_no_log_is_refused_by_its_line(self, text, message):
        with pytest.raises(ScheduleError, match=message):
            logs_of_text(text)

    def test_a_text_is_bounded(self):
        with pytest.raises(ScheduleError, match="no sets"):
            logs_of_text("Day\n2 March 2026\n".ljust(1_000_000))
        with pytest.raises(ScheduleError, match="1000001 characters"):
            logs_of_text("Day\n2 March 2026\n".ljust(1_000_001))


class TestCells:
    @pytest.mark.parametrize("text", ["5", " 5 ", "+5", "5.0", "5,0", "0.5e1", "5" + "." + "0" * 38])
    def test_a_number(self, text):
        assert number(text, "weight", low=5, high=5) == 5

    @pytest.mark.parametrize("text", ["", "5.0.0", "five", "1e1000", "inf", "5" + "." + "0" * 39])
    def test_no_number(self, text):
        with pytest.raises(ScheduleError, match="weight: .*"):
            number(text, "weight", low=0, high=100)

    def test_a_title_is_one_line_of_printable_letters_and_at_most_200(self):
        assert one_line(" a \n b\tc\x07 ") == "a b c"
        assert one_line("x" * 201) == "x" * 200

    def test_the_delimiter_is_the_most_frequent_in_the_first_line(self):
        for mark in ",;\t":
            (row,) = delimited.rows(
                mark.join(["Reps", "a b"]) + "\n" + mark.join(["5", "6"]), needed=["reps"], maker="x"
            )
            assert (row["reps"], row["a b"], row["none"], row.line) == ("5", "6", "", 2)

    def test_a_row_may_be_shorter_and_empty_ones_do_not_count(self):
        found = delimited.rows("Reps;Kg\n\n;\n5\n6; 7 \n", needed=["reps"], maker="x")
        assert [(row["reps"], row["kg"], row.line) for row in found] == [("5", "", 4), ("6", "7", 5)]

    def test_the_largest_table_is_said(self):
        with pytest.raises(ScheduleError, match="line 250002: more than 250000 rows"):
            delimited.rows("Reps\n" + "1\n" * 250_001, needed=["reps"], maker="x")

    def test_rows_and_columns_are_bounded(self, monkeypatch):
        monkeypatch.setattr(delimited, "MAX_ROWS", 2)
        assert len(delimited.rows("Reps\n1\n2", needed=["reps"], maker="x")) == 2
        monkeypatch.setattr(delimited, "MAX_COLUMNS", 2)
        (row,) = delimited.rows("A;Reps;C\n1;2;3", needed=["reps"], maker="x")
        assert (row["reps"], row["c"]) == ("2", "")
        with pytest.raises(ScheduleError, match="no x table"):
            delimited.rows("A;B;Reps\n1;2;3", needed=["reps"], maker="x")

    def test_a_date_is_at_most_80_letters(self):
        assert moment("2026-03-02 18:00".ljust(80)) == START
        with pytest.raises(ScheduleError, match="is no date"):
            moment("2026-03-02 18:00".ljust(81))

    @pytest.mark.parametrize(
        ("clock", "hour"),
        [
            ("12:05 AM", 0),
            ("1:05 am", 1),
            ("11:05 a.m.", 11),
            ("12:05 PM", 12),
            ("1:05 pm", 13),
            ("", 0),
            ("23:59:59", 23),
        ],
    )
    def test_a_clock_of_twelve_or_of_twenty_four_hours(self, clock, hour):
        assert moment(f"2 March 2026 {clock}").hour == hour

    @pytest.mark.parametrize("clock", ["0:05 am", "13:05 pm", "24:00", "12:60"])
    def test_a_clock_that_cannot_be(self, clock):
        with pytest.raises(ScheduleError, match="is no date"):
            moment(f"2 March 2026 {clock}")

    @pytest.mark.parametrize("month", range(1, 13))
    def test_every_month_has_its_name(self, month):
        assert moment(f"{datetime(2026, month, 2):%d %B %Y}").month == month
        assert moment(f"{datetime(2026, month, 2):%b %d, %Y}").month == month


class TestStrength:
    def one(self, *bouts):
        return Dated(Session(0, bouts), None, FILE)

    def test_the_best_set_of_each_lift_counts_up_to_ten_repetitions(self):
        def done(start, reps, kg, mode="squat"):
            return Bout(start, reps / 20, mode, Intensity(kg, "kg"), reps=reps)

        given = [
            self.one(done(0, 1, 100), done(5, 10, 80), done(9, 11, 200)),
            self.one(done(0, 1, 90), done(5, 2, 40, "row")),
        ]
        # 80 / (1.0278 - 0.278) = 106.7; 40 / (1.0278 - 0.0556) = 41.1
        assert one_rm_of(given) == {"row": 41.1, "squat": 106.7}
        assert list(one_rm_of(given)) == ["row", "squat"]
        assert one_rm_of(reversed(given)) == one_rm_of(given)
