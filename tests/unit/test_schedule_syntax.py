"""The text form means what people mean by it, and says what is wrong where it is wrong."""

from itertools import pairwise
from math import prod

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Bout, Intensity, load_schedule, parse_schedule
from exerkine_sim.schedule.duration import parse_duration
from exerkine_sim.schedule.limits import MAX_TEXT


def bouts(text):
    return parse_schedule(f"Mon 07:00 {text}").sessions[0].bouts


def prescriptions(text):
    return [(bout.start_min, bout.duration_min, str(bout.intensity)) for bout in bouts(text)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("45s", 0.75),
        ("10m", 10),
        ("10min", 10),
        ("2h", 120),
        ("1h30", 90),
        ("1h30m", 90),
        ("1.5h", 90),
        ("2m30s", 2.5),
    ],
)
def test_durations(text, minutes):
    assert parse_duration(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "10", "m", "10x", "1e999m", "ten", "1h3000", "9" * 100 + "m", "5m and more"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ScheduleError, match="duration"):
        parse_duration(text)


class TestWhen:
    def starts(self, text):
        return [session.start_h for session in parse_schedule(text.replace("|", " run 1m 50%\n")).sessions]

    def test_the_first_weekday_named_is_day_one(self):
        assert self.starts("Tue 07:00|Wed 07:30|Mon 08:00|") == [7, 31.5, 6 * 24 + 8]

    def test_lines_may_stand_in_any_order(self):
        assert self.starts("Mon 07:00|Fri 07:00|wednesday 07:00|") == [7, 55, 103]

    def test_day_n_counts_from_one(self):
        assert self.starts("day 1 00:00|day 10 23:59|") == [0, 9 * 24 + 23 + 59 / 60]

    def test_dates_count_from_the_first(self):
        assert self.starts("2026-11-14 07:00|2026-12-01 07:00|") == [7, 17 * 24 + 7]

    def test_dates_count_over_leap_days_years_and_changes_of_the_clock(self):
        """Local clock time: a day is 24 hours, whatever a government does to one of them."""
        found = self.starts("2027-12-31 07:00|2028-02-28 07:00|2028-03-01 07:00|2028-03-27 07:00|")
        assert [(hour - 7) / 24 for hour in found] == [0, 59, 61, 87]

    @pytest.mark.parametrize(
        ("when", "first_weekday"),
        [
            ("Thu 07:00|Mon 07:00|", "Thu"),
            ("wednesday 07:00|", "Wed"),
            ("2026-11-14 07:00|", "Sat"),
            ("day 3 07:00|Tue 07:00|", "Tue"),
            ("day 1 07:00|at 7.1h|", None),
        ],
    )
    def test_the_first_weekday_or_date_says_which_day_is_day_one(self, when, first_weekday):
        plan = parse_schedule(when.replace("|", " meal 50g carbs\n"))
        assert plan.first_weekday == first_weekday

    @pytest.mark.parametrize("weekday", ["Mon", "monday", "Monday"])
    def test_a_plan_may_start_before_its_first_event(self, weekday):
        assert self.starts(f"starts {weekday}\nTue 07:00|") == [31]
        assert parse_schedule(f'name "a"\nstarts {weekday}').first_weekday == "Mon"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("starts", "line 1: the line ends too soon.*a weekday"),
            ("starts Tusday", "line 1: unknown weekday 'Tusday'.*did you mean 'tuesday'"),
            ("starts Mon 07:00", "line 1: '07:00' does not fit here"),
            ("starts Mon\nstarts Tue", "line 2: 'starts' comes too late.*top of the plan"),
            ("day 1 07:00 meal 9g carbs\nstarts Mon", "line 2: 'starts' comes too late"),
            ("starts Mon\n2026-11-14 07:00 meal 9g carbs", "line 2: a date after weekdays"),
        ],
    )
    def test_a_start_that_cannot_be_is_refused(self, text, message):
        with pytest.raises(ScheduleError, match=rf"(?s){message}"):
            parse_schedule(text)

    def test_hours_from_the_start(self):
        assert self.starts("at 36h30|at 0.25h|") == [0.25, 36.5]

    @pytest.mark.parametrize(
        ("when", "message"),
        [
            ("Mno 07:00", "unknown day 'Mno'"),
            ("Mon 24:00", "a time from 00:00 to 23:59"),
            ("Mon", "a time from 00:00 to 23:59"),
            ("day 0 07:00", "a whole number from 1"),
            ("day 99999999 07:00", "a whole number from 1"),
            ("2026-02-30 07:00", "no such date"),
            ("Mon 07:00 run 1m 50%\n2026-02-03 07:00", "a date after weekdays"),
            ("2026-02-03 07:00 run 1m 50%\n2026-02-02 07:00", "lies before day 1"),
        ],
    )
    def test_moments_that_cannot_be_placed_are_refused(self, when, message):
        with pytest.raises(ScheduleError, match=message):
            parse_schedule(f"{when} run 1m 50%")


class TestExercises:
    def test_alternation_inherits_mode_and_basis(self):
        found = bouts("run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 55%")
        assert len(found) == 18
        assert {bout.mode for bout in found} == {"run"}
        assert [bout.intensity.value for bout in found[1:5]] == [95, 50, 95, 50]
        assert found[-1].intensity == Intensity(55, "vo2max_percent")
        assert found[-1].end_min == 36

    def test_a_bare_percentage_takes_the_basis_named_last(self):
        assert [text for *_, text in prescriptions("cycle 5m 50%, 5m 80% FTP, 5m 90%, 5m 200W, 5m 70%")] == [
            "50% VO2max",
            "80% FTP",
            "90% FTP",
            "200W",
            "70% FTP",
        ]

    def test_every_basis_of_endurance(self):
        text = (
            "run 1m 70% HRR, 1m 80% HRmax, 1m 150 bpm, 1m RPE 7, 1m Z2, 1m zone 3, 1m @ 4:31 min/km rest 1m"
        )
        assert [text for *_, text in prescriptions(text)] == [
            "70% HRR",
            "80% HRmax",
            "150bpm",
            "RPE 7",
            "Z2",
            "Z3",
            "4:31min/km",
        ]

    def test_every_basis_of_lifting(self):
        text = "squat 1x5 80%, 1x5 100 kg, 1x5 RIR 2 tempo 4s, 1x5 @RPE 8, 1x5 @ rpe 7.5"
        assert [(bout.reps, str(bout.intensity)) for bout in bouts(text)] == [
            (5, "80% 1RM"),
            (5, "100kg"),
            (5, "RIR 2"),
            (5, "RPE 8"),
            (5, "RPE 7.5"),
        ]

    @pytest.mark.parametrize("speed", ["12 km/h 5% grade", "12km/h 5 % grade", "5:00 min/km 5% grade"])
    def test_a_grade_belongs_to_its_speed(self, speed):
        climb, level = bouts(f"run 2x10m {speed} rest 1m, 5m 12km/h")[1:]
        assert climb.intensity == Intensity(12, "km_per_h", 5)
        assert level.intensity == Intensity(12, "km_per_h")

    def test_of_a_range_the_middle_counts_and_its_basis_holds(self):
        assert [text for *_, text in prescriptions("cycle 5m 60-70% FTP, 5m 140-150bpm, 5m 80-90%")] == [
            "65% FTP",
            "145bpm",
            "85% FTP",
        ]

    def test_a_ramp_is_steps_of_whole_seconds(self):
        found = bouts("cycle 4m ramp 60-80% FTP rest 1m, 1m 90%")
        assert [str(bout.intensity) for bout in found[:-1]] == [f"{n}% FTP" for n in (62, 66, 70, 74, 78)]
        assert {round(bout.duration_min * 60, 9) for bout in found[:-1]} == {48}
        assert found[-1] == Bout(5, 1, "cycle", Intensity(90, "ftp_percent"))

    @pytest.mark.parametrize(
        "text", ["10m ramp 100-250W", "45s ramp 15-10 km/h 2% grade", "7m ramp RPE 3-9", "61s ramp 90-91%"]
    )
    def test_a_ramp_keeps_its_time_and_its_mean(self, text):
        steps = bouts(f"run {text}")
        whole = bouts(f"run {text.replace('ramp ', '')}")[0]
        minutes = [bout.duration_min for bout in steps]
        values = [bout.intensity.value for bout in steps]
        mean = sum(map(prod, zip(minutes, values, strict=True))) / sum(minutes)
        # Rounding of sums only.
        assert (steps[-1].end_min, mean) == pytest.approx((whole.end_min, whole.intensity.value), rel=1e-12)
        assert max(minutes) <= 1
        top = max(values[0], values[-1])
        assert max(abs(later - earlier) for earlier, later in pairwise(values)) <= top / 19

    def test_repeats_nest(self):
        assert [start for start, *_ in prescriptions("run 2x(2x(1m 90% / 30s 50%), 3m 40%)")] == [
            *(0, 1, 1.5, 2.5, 3),
            *(6, 7, 7.5, 8.5, 9),
        ]

    def test_intervals_without_brackets(self):
        assert prescriptions("run 3x2m 95% rest 1m, 5m 50%") == [
            (0, 2, "95% VO2max"),
            (3, 2, "95% VO2max"),
            (6, 2, "95% VO2max"),
            (9, 5, "50% VO2max"),
        ]

    @pytest.mark.parametrize(
        "text", ["squat 5x5 80% 1RM rest 3m", "squat 5x5 @80% rest 3m", "squat 5 x 5@ 80 % 1rm rest 180s"]
    )
    def test_sets_and_repetitions(self, text):
        found = bouts(text)
        assert [bout.start_min for bout in found] == [0, 3.25, 6.5, 9.75, 13]
        assert {(bout.reps, bout.tempo_s, str(bout.intensity)) for bout in found} == {(5, 3.0, "80% 1RM")}

    def test_the_rest_applies_before_the_next_exercise_too(self):
        *_, last, press = bouts("squat 2x5 80% tempo 4s rest 3m; bench press 1x5 60kg")
        assert press.start_min == last.end_min + 3
        assert last.tempo_s == 4

    def test_minutes_or_repetitions_tell_one_row_from_the_other(self):
        assert [bout.mode for bout in bouts("row 20m 200W; row 1x10 65%")] == ["row_erg", "row"]

    def test_other_names_stand_for_the_same_mode(self):
        assert [bout.mode for bout in bouts("jogging 5m 50%; Bench-Press 1x5 80%; rdl 1x8 60%")] == [
            "run",
            "bench_press",
            "romanian_deadlift",
        ]

    def test_a_superset(self):
        assert [bout.mode for bout in bouts("2x(squat 1x5 80% rest 1m / row 1x8 60%) rest 2m")] == [
            "squat",
            "row",
        ] * 2

    def test_rest_in_brackets_applies_each_time(self):
        assert [start for start, *_ in prescriptions("run 2x(rest 1m, 1m 90%)")] == [1, 3]

    def test_words_of_the_session(self):
        session = parse_schedule('Sat 09:00 "Long one" fed, run 150m 75% VO2max, carbs 60 g/h').sessions[0]
        assert (session.name, session.nutrition, session.carbs_g_per_h) == ("Long one", "fed", 60)

    def test_indentation_continues_and_comments_end_a_line(self):
        text = "# plan\nMon 07:00 run 10m 60%, # easy\n\n   10m 70%;\n   squat 1x5 80%\nTue 07:00 run 5m 50%"
        assert [len(session.bouts) for session in parse_schedule(text).sessions] == [3, 1]

    def test_meals_and_infusions(self):
        plan = parse_schedule("Mon 12:30 meal 90 g carbs\nday 10 08:00 infuse il6 25ug/h 3h")
        assert (plan.meals[0].time_h, plan.meals[0].carbs_g) == (12.5, 90)
        infusion = plan.infusions[0]
        assert (infusion.start_h, infusion.end_h, infusion.rate, infusion.unit) == (224, 227, 25, "ug/h")

    def test_an_empty_plan_is_a_plan(self):
        assert parse_schedule("# nothing\n").end_h == 0


class TestDescribe:
    @pytest.mark.parametrize(
        "line",
        [
            "day 1 07:00 fasted run 10m 60% VO2max, 8x(1m 95% / 1m 50%), 10m 55%",
            "day 2 18:00 squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m; row 4x10 65% rest 90s",
            "day 4 18:30 cycle 45m 190W",
            "day 6 09:00 run 150m 75% VO2max carbs 60g/h",
            'day 7 08:00 "Track" 3x(run 4x1m 110% VO2max rest 30s / 5m 55%)',
            "day 8 12:30 meal 90g carbs",
            "day 10 08:00 infuse il6 25ug/h 3h",
            "at 31.51234h row erg 20s 2.5W/kg",
            "day 3 06:00 run 10m 12km/h 5% grade, 5m 4:31min/km, 20m 150bpm, 10m 60% HRR, 5m RPE 7, 5m Z2",
            "day 3 18:00 squat 3x5 RPE 8 rest 3m; leg press 3x10 RIR 2 tempo 4s rest 2m",
        ],
    )
    def test_says_it_as_people_would(self, line):
        assert parse_schedule(line).describe() == line

    @pytest.mark.parametrize(
        "text",
        [
            "Mon 07:00 run 1h 70% VO2max\nSun 12:30 meal 90g carbs\nday 8 12:30 meal 90g carbs",
            "starts Mon\nTue 07:00 run 1h 70% VO2max",
            "starts Mon\nat 7.1234h meal 90g carbs\nMon 12:30 meal 90g carbs",
            'name "Later"\nstarts Sun\nday 9 12:30 meal 90g carbs',
            "starts Fri",
        ],
    )
    def test_names_the_weekdays_of_the_first_week(self, text):
        assert parse_schedule(text).describe() == text


class TestRefusals:
    def test_the_caret_stands_under_the_fault(self):
        with pytest.raises(ScheduleError) as caught:
            parse_schedule("Mon 07:00 run 10m 60%\nTue 18:00  squatt 5x5 80%")
        assert str(caught.value) == (
            "line 2: unknown mode or lift 'squatt'\n"
            "    Tue 18:00  squatt 5x5 80%\n"
            "               ^^^^^^\n"
            "  expected: a mode or lift\n"
            "  fix: did you mean 'squat' or 'back squat' or 'split squat'?"
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("run -5m 60%", "negative duration '-5m'"),
            ("run 0m 60%", "a duration above zero"),
            ("run 60m", "an intensity"),
            ("run 60m 60% VO2mx", r"did you mean '% VO2max'\?"),
            ("run 60m 600%", "a number from 0 to 400"),
            ("run 60m 75% HHR", r"\^{7}.*did you mean '% HRR'"),
            ("run 60m RPEE 7", "did you mean 'RPE'"),
            ("run 60m RIR 2", "run by duration at RIR 2.*W, heart rate, speed, RPE or a zone"),
            ("squat 5x5 Z2 rest 3m", "squat by repetitions at Z2.*% 1RM, kg, RIR or RPE"),
            ("run 10m 12km/h 5% slope", "'slope' does not fit here.*'grade'"),
            ("run 10m ramp 60%", "a ramp at 60% VO2max.*both its ends"),
            ("run 10m ramp Z1-3", "zone"),
            ("run ramp 10m 60-80%", "'ramp' is no duration"),
            ("squat 5x5 ramp 60-80% rest 1m", "'ramp' does not fit here"),
            ("run 9999999m ramp 60-80%", "a ramp of 9999999 steps"),
            ("60m 60%", "no mode named yet"),
            ("squat 5x5 80%", "the rest between the sets"),
            ("squat 10m 80%", "'squat' is a lift"),
            ("run 5x5 80% rest 3m", "'run' is no lift"),
            ("run 10m 80% 1RM", "run by duration at 80% 1RM"),
            ("8x(run 1m 95% / 1m 50%", r"or '\)'"),
            ("run 10m 60% VO2max resst 3m", r"did you mean 'rest'\?"),
            ("run 0x(1m 50%)", "1 to 100000 times"),
            ("run 90000x(90000x(1m 50%))", "too many bouts"),
            ("run 90000x1m 50%, 90000x1m 50%, 90000x1m 50%", "too many bouts"),
            ("run " + "2x(" * 21 + "1m 50%" + ")" * 21, "nested more than 20 deep"),
            ("run 1e99999m 50%", "is no duration"),
            ("fasted fed run 1m 50%", "'fed' after nutrition was given"),
            ("fasted run 1m 50% carbs 60g/h", "fasted with carbs"),
            ("run 1m 50% carbs 60g", "an amount in g/h"),
            ("meal 90 carbs", "an amount in g"),
            ("meal 90g", "'carbs'"),
            ("infuse il6 25ug 3h", "a rate such as 'ug/h'"),
            ("infuse il6 25ug/h", "how long"),
            ("infuse IL-6 25ug/h 3h", "an id such as 'il6'"),
            ('"open', "a quotation mark that is never closed"),
            (r'"\q" run 1m 50%', "a name that cannot be read"),
        ],
    )
    def test_each_fault_is_named_with_its_line(self, text, message):
        with pytest.raises(ScheduleError, match=rf"(?s)line 2: .*({message})"):
            parse_schedule(f"\nMon 07:00 {text}")

    def test_an_indented_line_needs_something_to_continue(self):
        with pytest.raises(ScheduleError, match="an indented line that continues nothing"):
            parse_schedule("  Mon 07:00 run 10m 60%")

    def test_text_without_end_is_refused(self):
        with pytest.raises(ScheduleError, match=f"{MAX_TEXT + 1} characters"):
            parse_schedule("#" * (MAX_TEXT + 1))

    def test_many_sessions_count_together(self):
        with pytest.raises(ScheduleError, match="line 3: too many bouts"):
            parse_schedule("".join(f"day {day} 00:00 run 4x1s 50%\n" for day in (1, 2, 3)), most=10)


class TestFiles:
    def test_the_shipped_week_keeps_its_promises(self, week):
        assert len(week.sessions) == 5
        assert week.sessions[0].nutrition == "fasted"
        assert sum(any(bout.reps for bout in session.bouts) for session in week.sessions) == 2
        assert max(session.carbs_g_per_h for session in week.sessions) == 60
        session_days = {int(session.start_h // 24) for session in week.sessions}
        assert session_days < set(range(7))
        for day in range(7):
            assert sum(meal.time_h // 24 == day for meal in week.meals) == 3

    @pytest.fixture
    def week(self):
        from exerkine_sim.parameters import params_folder

        return load_schedule(params_folder() / "examples" / "week.txt")

    def test_faults_name_file_and_line(self, tmp_path):
        path = tmp_path / "plan.txt"
        path.write_text("Mon 07:00 run 10m\n")
        with pytest.raises(ScheduleError, match=r"plan\.txt, line 1: the line ends too soon"):
            load_schedule(path)

    def test_missing_files_are_named(self, tmp_path):
        with pytest.raises(ScheduleError, match=r"none\.txt: no such file"):
            load_schedule(tmp_path / "none.txt")

    def test_other_kinds_of_file_are_refused(self, tmp_path):
        with pytest.raises(
            ScheduleError, match=r"(?s)plan\.tml: a plan in a '\.tml' file.*did you mean '\.toml'"
        ):
            load_schedule(tmp_path / "plan.tml")

    def test_bytes_that_are_no_text_are_refused(self, tmp_path):
        path = tmp_path / "plan.txt"
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(ScheduleError, match="not UTF-8"):
            load_schedule(path)

    def test_large_files_are_refused(self, tmp_path):
        path = tmp_path / "plan.toml"
        path.write_text("#" * (MAX_TEXT + 1))
        with pytest.raises(ScheduleError, match=rf"plan\.toml: {MAX_TEXT + 1}"):
            load_schedule(path)
