"""Planned workouts step by step: ramps, courses of ERG files, elements of Zwift, lines of intervals.icu."""

from fractions import Fraction
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Intensity
from exerkine_sim.schedule.ramp import ramp
from exerkine_sim.schedule.readers import Wishes, erg, intervals, stretch, zwo
from exerkine_sim.schedule.readers.stretch import placed

NO_WISH = Wishes()
EASY, HARD, REST = Intensity(100, "watt"), Intensity(300, "watt"), Intensity(0, "watt")


@pytest.fixture
def read(tmp_path):
    """Read a text as a file of this name."""

    def reading(reader, text, name="file.txt", wishes=NO_WISH):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (dated,) = reader.read(path, wishes)
        return dated

    return reading


def rows(dated):
    return [(b.start_min, b.duration_min, str(b.intensity)) for b in dated.session.bouts]


def watts(value):
    return Intensity(value, "watt")


class TestRamp:
    @pytest.mark.parametrize(
        ("minutes", "first", "last", "values"),
        [
            # At most a minute each; the middle of each step.
            (2, 100, 104, [101, 103]),
            (Fraction(61, 30), 100, 104, [100 + 4 * (2 * n + 1) / 6 for n in range(3)]),
            # At most a twentieth of the higher end each, 10 W: whichever way it goes.
            (1, 180, 200, [185, 195]),
            (1, 200, 180, [195, 185]),
            (1, 179.9, 200, [179.9 + 20.1 * (2 * n + 1) / 6 for n in range(3)]),
            # Seven steps of 65 s do not last whole seconds, 13 do; of 51 s only 17 do, which are too many.
            (Fraction(65, 60), 130, 200, [130 + 70 * (2 * n + 1) / 26 for n in range(13)]),
            (Fraction(51, 60), 130, 200, [135 + 10 * n for n in range(7)]),
            # Decimals miss each other by rounding, which must not cost a step.
            (1, 0.95, 1.0, [0.975]),
            (Fraction(1, 2), 100, 101, [100.5]),
        ],
    )
    def test_steps_are_as_few_as_may_be(self, minutes, first, last, values):
        steps = ramp(Fraction(minutes), watts(first), watts(last))
        assert [hard.value for _, hard in steps] == pytest.approx(values, rel=1e-12)  # rounding only
        assert {length for length, _ in steps} == {Fraction(minutes) / len(values)}

    def test_all_but_the_value_is_that_of_the_first_end(self):
        steps = ramp(Fraction(2), Intensity(10, "km_per_h", 2), Intensity(10.2, "km_per_h", 2))
        assert [hard.grade_percent for _, hard in steps] == [2, 2]

    @pytest.mark.parametrize(
        ("minutes", "count"),
        [
            (100_001, 100_001),
            # 3 600 108 s are 36 times a prime: no other number of steps lasts whole seconds.
            (Fraction(3_600_108, 60), 100_003),
        ],
    )
    def test_more_steps_than_a_plan_may_have_are_refused(self, minutes, count):
        with pytest.raises(ScheduleError, match=rf"(?s)a ramp of {count} steps.*at most 100000"):
            ramp(Fraction(minutes), watts(100), watts(101))

    def test_as_many_steps_as_a_plan_may_have_are_made(self, monkeypatch):
        monkeypatch.setattr("exerkine_sim.schedule.ramp.MAX_BOUTS", 100)
        assert len(ramp(Fraction(100), watts(100), watts(101))) == 100
        with pytest.raises(ScheduleError, match=r"(?s)a ramp of 101 steps.*at most 100"):
            ramp(Fraction(101), watts(100), watts(101))

    def test_both_ends_the_same_are_no_ramp(self):
        with pytest.raises(ScheduleError, match="a ramp at 100W"):
            ramp(Fraction(2), EASY, EASY)


class TestStretches:
    @pytest.mark.parametrize(
        ("minutes", "first", "last", "parts"),
        [
            (2, EASY, EASY, [(2, EASY)]),
            (0, EASY, HARD, [(0, EASY)]),
            (-1, EASY, HARD, [(-1, EASY)]),
            (1, watts(200), watts(190), [(1, watts(195))]),
        ],
    )
    def test_what_rises_or_falls_becomes_steps(self, minutes, first, last, parts):
        assert list(stretch.stretch(minutes, first, last)) == parts

    @pytest.mark.parametrize(
        ("parts", "spans"),
        [
            ([(2, EASY), (3, HARD)], [(0, 2, EASY), (2, 5, HARD)]),
            ([(2, EASY), (3, EASY)], [(0, 5, EASY)]),
            ([(2, EASY), (0, HARD), (3, EASY)], [(0, 5, EASY)]),
            ([(2, EASY), (0.5, HARD), (3, EASY)], [(0, 2, EASY), (2, 2.5, HARD), (2.5, 5.5, EASY)]),
            ([(2, EASY), (0, None), (3, EASY)], [(0, 5, EASY)]),
            ([(2, EASY), (1, None), (3, EASY)], [(0, 2, EASY), (3, 6, EASY)]),
            ([(1, None), (1, REST), (3, EASY), (1, None)], [(2, 5, EASY)]),
            ([(1, REST), (3, EASY), (1, None), (1, None), (1, HARD)], [(1, 4, EASY), (6, 7, HARD)]),
        ],
    )
    def test_stretches_follow_each_other(self, parts, spans):
        bouts = placed(parts, "cycle")
        assert [(one.start_min, one.end_min, one.intensity) for one in bouts] == spans
        assert {one.mode for one in bouts} == {"cycle"}

    @pytest.mark.parametrize("parts", [[], [(5, None)], [(5, REST)], [(0, HARD)]])
    def test_nothing_that_asks_for_anything(self, parts):
        with pytest.raises(ScheduleError, match="nothing in it says how hard"):
            placed(parts, "cycle")

    def test_stretches_are_bounded(self, monkeypatch):
        monkeypatch.setattr(stretch, "MAX_BOUTS", 3)
        assert len(placed([(1, EASY), (1, HARD), (1, EASY)], "cycle")) == 3
        with pytest.raises(ScheduleError, match=r"(?s)too many stretches.*at most 3"):
            placed([(1, EASY), (1, HARD), (1, EASY), (1, HARD)], "cycle")


def course(*points, head="MINUTES WATTS"):
    return f"[COURSE HEADER]\n{head}\n[END COURSE HEADER]\n[COURSE DATA]\n" + "\n".join(points)


class TestErg:
    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            (["0 100", "5 100"], [(0, 5, "100W")]),
            (["2 100", "5 100"], [(2, 3, "100W")]),
            (["0 100", "5 100", "5 200", "6 200"], [(0, 5, "100W"), (5, 1, "200W")]),
            (["0 100", "0 150", "5 150"], [(0, 5, "150W")]),
            (["0 100", "1 104"], [(0, 1, "102W")]),
            (["0\t100%\tx", " 5,0  100% "], [(0, 5, "100W")]),
            (["0 0", "5 0", "5 100", "6 100"], [(5, 1, "100W")]),
            (["0 4000", "1 4000"], [(0, 1, "4000W")]),
            (["0 100", "12000000 100"], [(0, 12_000_000, "100W")]),
        ],
    )
    def test_lines_between_points(self, read, points, expected):
        assert rows(read(erg, course(*points), "a.erg")) == expected

    @pytest.mark.parametrize(
        ("points", "message"),
        [
            (["0 100", "12000001 100"], "line 6, minutes: 12000001"),
            (["-1 100", "1 100"], "line 5, minutes: -1"),
            (["0 4001", "1 100"], "line 5, value: 4001"),
            (["0 100", "2 100", "1.9 100"], "line 7: minute 1.9 after 2"),
            (["0 100"], "no course"),
            (["0"], "line 5: '0'"),
        ],
    )
    def test_points_that_cannot_be(self, read, points, message):
        with pytest.raises(ScheduleError, match=message):
            read(erg, course(*points), "a.erg")

    def test_points_are_bounded(self, read, monkeypatch):
        monkeypatch.setattr(erg, "MAX_BOUTS", 3)
        assert len(rows(read(erg, course("0 100", "1 100", "1 200"), "a.erg"))) == 1
        with pytest.raises(ScheduleError, match=r"(?s)line 8: too many points.*at most 3"):
            read(erg, course("0 100", "1 100", "1 200", "2 200"), "a.erg")

    @pytest.mark.parametrize(
        ("name", "head", "at"),
        [
            ("a.erg", "VERSION = 2", "100W"),
            ("a.mrc", "VERSION = 2", "100% FTP"),
            ("a.MRC", "", "100% FTP"),
            ("a.erg", "MINUTES PERCENTAGE", "100% FTP"),
            ("a.erg", "minutes ftp", "100% FTP"),
            ("a.mrc", "MINUTES WATTS", "100W"),
            ("a.mrc", "MINUTES", "100% FTP"),
            ("a.erg", "COURSE PERCENT", "100W"),
            ("a.erg", "UNITS PERCENT", "100W"),
        ],
    )
    def test_the_header_says_what_the_values_are_or_else_the_suffix(self, read, name, head, at):
        assert rows(read(erg, course("0 100", "5 100", head=head), name)) == [(0, 5, at)]

    @pytest.mark.parametrize(
        ("head", "remarks"),
        [
            ("FTP = 250", ("made for an FTP of 250 W; its watts are taken as they stand",)),
            ("ftp=250,5", ("made for an FTP of 250.5 W; its watts are taken as they stand",)),
            ("FTP = 2000", ("made for an FTP of 2000 W; its watts are taken as they stand",)),
            ("FTP = 1", ("made for an FTP of 1 W; its watts are taken as they stand",)),
            ("FTP = 0", ()),
            ("", ()),
        ],
    )
    def test_what_the_watts_were_made_for_is_said(self, read, head, remarks):
        assert read(erg, course("0 100", "5 100", head=head), "a.erg").remarks == remarks
        assert read(erg, course("0 100", "5 100", head=head), "a.mrc").remarks == ()

    @pytest.mark.parametrize("ftp", ["-1", "2001"])
    def test_an_ftp_that_cannot_be_is_refused(self, read, ftp):
        with pytest.raises(ScheduleError, match=f"FTP: {ftp}"):
            read(erg, course("0 100", "5 100", head=f"FTP = {ftp}"), "a.erg")

    def test_comments_and_other_sections_are_left_aside(self, read):
        text = "0 999\n[COURSE DATA] ; from here\n0 100 # easy\n\n5 100\n[END COURSE DATA]\n9 999\n"
        text += "[COURSE TEXT]\n0 ; do not stop\n[END COURSE TEXT]\n"
        assert rows(read(erg, text, "a.erg")) == [(0, 5, "100W")]

    @pytest.mark.parametrize(("head", "name"), [("DESCRIPTION = Hills", "Hills"), ("DESCRIPTION =", "a")])
    def test_the_name_is_the_description_or_that_of_the_file(self, read, head, name):
        dated = read(erg, course("0 100", "5 100", head=head), "a.erg", Wishes(mode="row_erg"))
        assert (dated.session.name, dated.session.start_h) == (name, 0)
        assert dated.session.bouts[0].mode == "row_erg"

    def test_the_first_value_of_a_header_counts(self, read):
        head = "DESCRIPTION = a = b\nDESCRIPTION = second"
        assert read(erg, course("0 100", "5 100", head=head), "a.erg").session.name == "a = b"


def zwift(steps, head=""):
    return f"<workout_file>{head}<workout>{steps}</workout></workout_file>"


class TestZwift:
    @pytest.mark.parametrize(
        ("steps", "expected"),
        [
            ('<SteadyState Duration="90" Power="0.7"/>', [(0, 1.5, "70% FTP")]),
            ('<SteadyState Duration="60" PowerLow="0.6" PowerHigh="0.7"/>', [(0, 1, "65% FTP")]),
            ('<SteadyState Duration="60" Power="0.5" PowerLow="0.6" PowerHigh="0.7"/>', [(0, 1, "50% FTP")]),
            ('<SolidState duration="60" POWER="0.333"/>', [(0, 1, "33.3% FTP")]),
            ('<SteadyState Duration="60" Power="10"/>', [(0, 1, "1000% FTP")]),
            ('<SteadyState Duration="60" Power="0.123456789"/>', [(0, 1, "12.345679% FTP")]),
            ('<Ramp Duration="60" PowerLow="0.98" PowerHigh="1"/>', [(0, 1, "99% FTP")]),
            ('<Warmup Duration="60" PowerLow="0.98" PowerHigh="1"/>', [(0, 1, "99% FTP")]),
            ('<Ramp Duration="60" Power="0.7"/>', [(0, 1, "70% FTP")]),
            (
                '<CoolDown Duration="120" PowerLow="0.98" PowerHigh="1"/>',
                [(0, 1, "99.5% FTP"), (1, 1, "98.5% FTP")],
            ),
            (
                '<Warmup Duration="120" PowerLow="1" PowerHigh="0.98"/>',
                [(0, 1, "99.5% FTP"), (1, 1, "98.5% FTP")],
            ),
            (
                '<IntervalsT Repeat="2" OnDuration="60" OffDuration="30" OnPower="1.2" OffPower="0.5"/>',
                [(0, 1, "120% FTP"), (1, 0.5, "50% FTP"), (1.5, 1, "120% FTP"), (2.5, 0.5, "50% FTP")],
            ),
            (
                '<IntervalsT Repeat="1" OnDuration="60" OffDuration="30" PowerOnLow="1.1" PowerOnHigh="1.2" '
                'PowerOffLow="0.4" PowerOffHigh="0.5"/>',
                [(0, 1, "115% FTP"), (1, 0.5, "45% FTP")],
            ),
            (
                '<FreeRide Duration="60" ftptest="0"/><FreeRide Duration="30" FtpTest="false"/>'
                '<TextEvent message="x"/>'
                '<SteadyState Duration="60" Power="0.7"><textnotification/></SteadyState>',
                [(1.5, 1, "70% FTP")],
            ),
        ],
    )
    def test_each_element(self, read, steps, expected):
        assert rows(read(zwo, zwift(steps), "a.zwo")) == expected

    @pytest.mark.parametrize(
        ("steps", "head", "message"),
        [
            ('<SteadyState Duration="60" Power="10.5"/>', "", "power: 10.5"),
            ('<SteadyState Duration="60" Power="-0.5"/>', "", "power: -0.5"),
            ('<SteadyState Duration="-1" Power="1"/>', "", "duration: -1"),
            ('<SteadyState Duration="720000001" Power="1"/>', "", "duration: 720000001"),
            (
                '<IntervalsT Repeat="0" OnDuration="1" OffDuration="1" OnPower="1" OffPower="1"/>',
                "",
                "repeat: 0",
            ),
            (
                '<IntervalsT Repeat="100001" OnDuration="1" OffDuration="1" OnPower="1"/>',
                "",
                "repeat: 100001",
            ),
            ('<FreeRide Duration="60" ftptest="1"/>', "", "is all-out"),
            ('<SteadyState Duration="60" Power="1"/>', "<ftpOverride>0.5</ftpOverride>", "ftpOverride: 0.5"),
            (
                '<SteadyState Duration="60" Power="1"/>',
                "<ftpOverride>2001</ftpOverride>",
                "ftpOverride: 2001",
            ),
        ],
    )
    def test_what_cannot_be(self, read, steps, head, message):
        with pytest.raises(ScheduleError, match=message):
            read(zwo, zwift(steps, head), "a.zwo")

    @pytest.mark.parametrize(("ftp", "at"), [("1", "1W"), ("2000", "2000W"), ("250", "250W")])
    def test_a_fixed_ftp(self, read, ftp, at):
        steps = '<SteadyState Duration="60" Power="1"/>'
        assert rows(read(zwo, zwift(steps, f"<ftpOverride>{ftp}</ftpOverride>"), "a.zwo")) == [(0, 1, at)]

    @pytest.mark.parametrize(
        ("pace", "race"), list(enumerate(["one mile", "five km", "ten km", "half marathon", "marathon"]))
    )
    def test_each_race_pace_of_a_run_is_said_once(self, read, pace, race):
        steps = f'<SteadyState Duration="60" Power="1" pace="{pace}"/>' * 2
        dated = read(zwo, zwift(steps, "<sportType>run</sportType>"), "a.zwo")
        (remark,) = dated.remarks
        (bout,) = dated.session.bouts
        assert remark.startswith(f"{race} pace counts as {bout.intensity.value:g}% VO2max")
        assert bout.mode == "run"

    def test_the_name_is_that_of_the_workout_or_of_the_file(self, read):
        steps = '<SteadyState Duration="60" Power="1"/>'
        assert read(zwo, zwift(steps, "<name>Hills</name>"), "a.zwo").session.name == "Hills"
        dated = read(zwo, zwift(steps), "a.zwo")
        assert (dated.session.name, dated.session.start_h, dated.start) == ("a", 0, None)
        free = read(zwo, zwift('<FreeRide Duration="90"/>' + steps), "a.zwo")
        assert free.remarks[0].startswith("1.5 min of free riding (line 1) have no target")


class TestIntervals:
    @pytest.mark.parametrize("zone", range(1, 6))
    def test_zones_one_to_five(self, read, zone):
        for text in (f"- 1m Z{zone}", f"- 1m z{zone}-{zone}", f"- 1m z{zone}-Z{zone}"):
            assert rows(read(intervals, text)) == [(0, 1, f"Z{zone}")]

    @pytest.mark.parametrize("zone", ["Z0", "Z6", "CZ1", "cz2", "Z1-2"])
    def test_zones_that_are_none(self, read, zone):
        with pytest.raises(ScheduleError, match=f"zone '{zone}'"):
            read(intervals, f"- 1m {zone}")

    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("- 10m 60-70%", [(0, 10, "65% FTP")]),
            ("- 10m 60%-70% FTP", [(0, 10, "65% FTP")]),
            ("- 1m ramp 98-100%", [(0, 1, "99% FTP")]),
            ("- 2m RAMP 100-98%", [(0, 1, "99.5% FTP"), (1, 1, "98.5% FTP")]),
            ("- cramp 1m 98-100%", [(0, 1, "99% FTP")]),
            ("– 1m 100w-120w", [(0, 1, "110W")]),
            ("- 1m 100-120W", [(0, 1, "110W")]),
            ("- 1m 140-150bpm", [(0, 1, "145bpm")]),
            ("- 80% 1m", [(0, 1, "80% FTP")]),
            ("- 200w 1m 80%", [(0, 1, "80% FTP")]),
            ("- 1h 70% HR", [(0, 60, "70% HRmax")]),
            ("- 1m30 4:00/km", [(0, 1.5, "15km/h")]),
            ("- 1m 4:00-5:00/km Pace", [(0, 1, "13.5km/h")]),
            ("- 1m 4:00/km-5:00/km", [(0, 1, "13.5km/h")]),
            ("- 1m 2:00/500m", [(0, 1, "15km/h")]),
            ("- 1m 2:00/250m", [(0, 1, "7.5km/h")]),
            ("- 1m 2:00/400m", [(0, 1, "12km/h")]),
            ("- 1m 1:30/100m", [(0, 1, "4km/h")]),
            ("- 2km 4:00/km", [(0, 8, "15km/h")]),
            ("- 400mtr 4:00-5:00/km", [(0, 0.4 / 13.5 * 60, "13.5km/h")]),
            ("- 5' 80%", [(0, 5, "80% FTP")]),
            ("- 1m Z2 HR", [(0, 1, "Z2")]),
        ],
    )
    def test_what_a_line_asks_for(self, read, line, expected):
        mode = "run" if "/" in line else "cycle"
        dated = read(intervals, line, wishes=Wishes() if mode == "run" else Wishes(mode=mode))
        assert rows(dated) == [(start, pytest.approx(length), at) for start, length, at in expected]
        assert {bout.mode for bout in dated.session.bouts} == {mode}

    def test_paces_by_miles_and_yards(self, read):
        (mile, yards) = read(intervals, "- 1mi 6:00/mi\n- 1m 1:00/100y").session.bouts
        assert (mile.duration_min, mile.intensity.value) == pytest.approx((6, 16.09344))
        assert yards.intensity.value == pytest.approx(0.09144 * 60)

    @pytest.mark.parametrize(
        ("header", "times"), [("Main 3x", 3), ("3x", 3), ("3X hard", 3), ("1x", 1), ("Main", 1), ("Ex3x", 1)]
    )
    def test_a_header_says_how_often(self, read, header, times):
        dated = read(intervals, f"{header}\n- 1m 90%\n- 1m 50%\n\n- 5m 60%")
        assert [at for *_, at in rows(dated)] == ["90% FTP", "50% FTP"] * times + ["60% FTP"]

    @pytest.mark.parametrize("times", ["0x", "100001x", "99999999999x"])
    def test_as_often_as_nobody_does_it(self, read, times):
        with pytest.raises(ScheduleError, match="line 2: .* times"):
            read(intervals, f"- 1m 50%\n{times}\n- 1s 50%")

    def test_a_step_without_a_target_is_rest_and_said(self, read):
        dated = read(intervals, "- 1m 80%\n- 2m easy\n- 1m 80%\n- 2m easy\n- 1m 80%")
        assert [start for start, *_ in rows(dated)] == [0, 3, 6]
        assert dated.remarks == ("'2m easy' has no target and counts as rest",)
        long = read(intervals, f"- 1m 80%\n- 1m {'x' * 100}")
        assert long.remarks == (f"'1m {'x' * 57}' has no target and counts as rest",)
        assert read(intervals, "- 1m Z2\n- 1m Z3").remarks == (
            "zones Z1 to Z5 are those of this program, whatever the account's own are",
        )

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("\n- 10 80%", "line 2: '10 80%' says no duration"),
            ("- 1m 0:00/km", "a pace above zero"),
            ("- 1m 4:00/furlong", "pace 4:00 per 'furlong'"),
            ("- 2km", "without an absolute pace"),
            ("- 2km 140bpm", "without an absolute pace"),
        ],
    )
    def test_what_cannot_be(self, read, text, message):
        with pytest.raises(ScheduleError, match=message):
            read(intervals, text)

    @pytest.mark.parametrize(
        ("text", "mode"),
        [
            ("- 1m 4:00/km\n- 1m 80%", "run"),
            ("- 1m 80%", "cycle"),
            ("- 1m 200w", "cycle"),
            ("- 1m Z2", "cycle"),
        ],
    )
    def test_the_targets_say_which_sport_it_is(self, read, text, mode):
        dated = read(intervals, text, "plan.icu.txt")
        assert {bout.mode for bout in dated.session.bouts} == {mode}
        assert (dated.session.name, dated.session.start_h) == (Path("plan.icu.txt").stem, 0)
