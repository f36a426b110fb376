"""Planned workouts of other programs become the sessions they ask for, or are refused in words."""

from itertools import pairwise
from pathlib import Path

import pytest

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import Intensity
from exerkine_sim.schedule.readers import Wishes, erg, intervals, zwo
from exerkine_sim.schedule.readers.stretch import placed, stretch

DATA = Path(__file__).parents[1] / "data"
NO_WISH = Wishes()
STEADY = '<SteadyState Duration="60" Power="0.7"/>'


def one(reader, path, wishes=NO_WISH):
    (dated,) = reader.read(path, wishes)
    assert dated.start is None
    assert dated.file == path
    return dated


def written(dated):
    return [(bout.start_min, bout.duration_min, str(bout.intensity)) for bout in dated.session.bouts]


def zwift(steps, head=""):
    return f"<workout_file><name>x</name>{head}<workout>{steps}</workout></workout_file>"


def read_text(folder, reader, text, *, name="file.txt", wishes=NO_WISH):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return one(reader, path, wishes)


def work(bouts):
    return sum(bout.duration_min * bout.intensity.value for bout in bouts)


class TestRamps:
    @pytest.mark.parametrize(
        ("minutes", "low", "high"), [(10, 50, 75), (0.5, 40, 100), (3, 105, 60), (7.3, 50, 51)]
    )
    def test_steps_are_small_and_the_work_is_that_of_the_ramp(self, minutes, low, high):
        first, last = Intensity(low, "ftp_percent"), Intensity(high, "ftp_percent")
        steps = list(stretch(minutes, first, last))
        values = [intensity.value for _, intensity in steps]
        rises = [abs(b - a) for a, b in pairwise(values)]
        assert max(length for length, _ in steps) <= 1 + 1e-9
        assert max(rises, default=0) <= 5 + 1e-9
        # The same sum in another order: rounding only.
        assert sum(length * value for (length, _), value in zip(steps, values, strict=True)) == pytest.approx(
            minutes * (low + high) / 2, rel=1e-12
        )

    def test_neighbours_of_one_intensity_are_one_bout_and_zero_is_rest(self):
        easy = Intensity(100, "watt")
        bouts = placed([(2, easy), (3, easy), (1, Intensity(0, "watt")), (1, None), (4, easy)], "cycle")
        assert [(bout.start_min, bout.end_min) for bout in bouts] == [(0, 5), (7, 11)]


class TestZwift:
    def test_every_kind_of_step(self):
        dated = one(zwo, DATA / "week.zwo")
        bouts = dated.session.bouts
        assert dated.session.name == "Every kind of step"
        assert {bout.mode for bout in bouts} == {"cycle"}
        intervals_ = [entry for entry in written(dated) if entry[2] in ("115% FTP", "55% FTP")]
        assert intervals_ == [
            (17 + 2.5 * n + extra, length, at)
            for n in range(4)
            for extra, length, at in ((0, 1.0, "115% FTP"), (1, 1.5, "55% FTP"))
        ]
        assert (10.0, 5.0, "88% FTP") in written(dated)
        assert (15.0, 2.0, "95% FTP") in written(dated)
        asked = 10 * 62.5 + 5 * 88 + 2 * 95 + 4 * (115 + 1.5 * 55) + 3 * 82.5 + 4 * 50
        assert work(bouts) == pytest.approx(asked, rel=1e-12)  # rounding only
        assert bouts[-1].end_min == pytest.approx(39)

    def test_free_riding_is_rest_and_says_so(self):
        dated = one(zwo, DATA / "week.zwo")
        assert len(dated.remarks) == 1
        assert "5 min of free riding" in dated.remarks[0]
        around = [bout for bout in dated.session.bouts if bout.start_min < 34.9 and bout.end_min > 30.1]
        assert around == []

    @pytest.mark.parametrize(("low", "high"), [("0.8", "0.4"), ("0.4", "0.8")])
    def test_a_cool_down_goes_down_however_its_ends_are_called(self, tmp_path, low, high):
        steps = f'<Cooldown Duration="240" PowerLow="{low}" PowerHigh="{high}"/>'
        values = [b.intensity.value for b in read_text(tmp_path, zwo, zwift(steps)).session.bouts]
        assert values == sorted(values, reverse=True)

    def test_a_run_is_read_by_its_race_pace(self):
        dated = one(zwo, DATA / "run.zwo")
        assert written(dated)[:2] == [(0, 10, "74% VO2max"), (10, 3, "92.5% VO2max")]
        assert "ten km pace counts as 92.5% VO2max" in dated.remarks[0]

    def test_a_fixed_ftp_gives_watts(self, tmp_path):
        dated = read_text(tmp_path, zwo, zwift(STEADY, "<ftpOverride>200</ftpOverride>"))
        assert written(dated) == [(0, 1, "140W")]

    def test_the_wished_mode_counts_only_where_the_file_names_none(self, tmp_path):
        named = zwift(STEADY, "<sportType>bike</sportType>")
        wishes = Wishes(mode="row_erg")
        modes = [
            read_text(tmp_path, zwo, text, wishes=wishes).session.bouts[0].mode
            for text in (named, zwift(STEADY))
        ]
        assert modes == ["cycle", "row_erg"]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (zwift('<MaxEffort Duration="10"/>'), "all-out"),
            (zwift('<FreeRide Duration="1200" ftptest="1"/>'), "all-out"),
            (zwift('<FreeRide Duration="1200"/>'), "nothing in it says how hard"),
            (zwift('<SteadyStat Duration="10" Power="1"/>'), "did you mean 'steadystate'"),
            (zwift('<SteadyState Duration="10" Zone="3"/>'), "without power"),
            (zwift('<SteadyState Power="0.5"/>'), "without duration"),
            (zwift('<SteadyState Duration="nan" Power="0.5"/>'), "duration: 'nan'"),
            (zwift('<SteadyState Duration="60" Power="75"/>'), "power: 75"),
            (zwift(STEADY.replace("/>", ' pace="9"/>'), "<sportType>run</sportType>"), "race pace"),
            (zwift(STEADY, "<durationType>distance</durationType>"), "by distance"),
            (
                zwift('<IntervalsT Repeat="1000000000" OnDuration="1" OffDuration="1" OnPower="1"/>'),
                "repeat",
            ),
            (
                zwift('<Ramp Duration="719999999" PowerLow="0.1" PowerHigh="0.2"/>'),
                "12000000 steps",
            ),
            (zwift(STEADY, "<sportType>swim</sportType>"), "bike or run"),
            ("<gpx/>", "no Zwift workout"),
            ("<workout_file><workout>", "not valid XML"),
            ("", "not valid XML"),
            ("<a>" * 1000, "nested up to 64 deep"),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, tmp_path, text, message):
        with pytest.raises(ScheduleError, match="file.zwo") as refused:
            read_text(tmp_path, zwo, text, name="file.zwo")
        assert message in str(refused.value)

    def test_entities_are_refused_before_they_grow(self, tmp_path):
        entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
        bomb = f"<!DOCTYPE workout_file [{entities}]>{zwift('&a11;')}"
        with pytest.raises(ScheduleError, match="document type or entity"):
            read_text(tmp_path, zwo, bomb)


class TestErg:
    def test_jumps_ramps_rest_comments_and_line_ends(self):
        dated = one(erg, DATA / "jumps.erg")
        assert written(dated) == [
            (0, 5, "100W"),
            (5, 5, "250W"),
            (12, 0.75, "153.75W"),
            (12.75, 0.75, "161.25W"),
            (13.5, 0.75, "168.75W"),
            (14.25, 0.75, "176.25W"),
        ]
        assert dated.session.name == "Jumps and ramps"
        assert dated.remarks == ("made for an FTP of 250 W; its watts are taken as they stand",)

    def test_an_ftp_that_is_none_is_refused_with_the_file(self, tmp_path):
        text = "[COURSE HEADER]\nFTP = x\nMINUTES WATTS\n[END COURSE HEADER]\n[COURSE DATA]\n0 100\n5 100\n"
        with pytest.raises(ScheduleError, match=r"a\.erg, FTP: 'x'"):
            read_text(tmp_path, erg, text, name="a.erg")

    def test_percent_with_decimal_commas(self):
        dated = one(erg, DATA / "ramps.mrc")
        assert written(dated)[-1] == (10, 3, "105% FTP")
        assert work(dated.session.bouts) == pytest.approx(10 * 62.5 + 3 * 105, rel=1e-12)  # rounding only
        assert dated.remarks == ()

    def test_the_header_beats_the_suffix(self, tmp_path):
        text = "[COURSE HEADER]\nMINUTES PERCENT\n[END COURSE HEADER]\n[COURSE DATA]\n0 80\n5 80\n"
        assert written(read_text(tmp_path, erg, text, name="a.erg")) == [(0, 5, "80% FTP")]

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ("0 100\n5 100\n4 100", "line 4: minute 4 after 5"),
            ("0 100\nfive 100", "line 3, minutes: 'five'"),
            ("0 100\n5", "a minute and a value"),
            ("0 100", "no course"),
            ("0 100\n5 -20", "value: -20"),
            ("0 0\n5 0", "nothing in it says how hard"),
        ],
    )
    def test_what_cannot_be_read_is_refused_in_words(self, tmp_path, data, message):
        with pytest.raises(ScheduleError, match=message):
            read_text(tmp_path, erg, f"[COURSE DATA]\n{data}\n", name="a.erg")

    def test_a_course_of_grades_is_refused(self, tmp_path):
        text = "[COURSE HEADER]\nDISTANCE GRADE WIND\n[END COURSE HEADER]\n[COURSE DATA]\n1 2 0\n2 1 0\n"
        with pytest.raises(ScheduleError, match="distance and grade"):
            read_text(tmp_path, erg, text, name="a.crs")

    def test_a_course_without_a_unit_is_refused(self, tmp_path):
        with pytest.raises(ScheduleError, match="neither watts nor percent"):
            read_text(tmp_path, erg, "[COURSE DATA]\n0 100\n5 100\n")


class TestIntervals:
    def test_a_ride_with_every_kind_of_step(self):
        dated = one(intervals, DATA / "ride.icu.txt")
        rows = written(dated)
        assert rows[10] == (10, 5, "65% FTP")
        assert [at for _, _, at in rows].count("100% FTP") == 3
        assert [
            (b.start_min, b.duration_min) for b in dated.session.bouts if b.intensity.basis == "zone"
        ] == [
            (19, 2.5),
            (25.5, 2.5),
            (32, 2.5),
        ]
        assert [entry[1:] for entry in rows[17:25]] == [(0.5, "300W"), (0.5, "110W")] * 4
        assert rows[-1] == (40, 5, "60% HRmax")
        assert {bout.mode for bout in dated.session.bouts} == {"cycle"}

    def test_what_was_decided_is_remarked(self):
        first, second = one(intervals, DATA / "ride.icu.txt").remarks
        assert "zones" in first
        assert "freeride" in second
        assert "counts as rest" in second

    def test_paces_and_distances_are_run(self):
        dated = one(intervals, DATA / "run.icu.txt")
        assert {bout.mode for bout in dated.session.bouts} == {"run"}
        speeds = [bout.intensity.value for bout in dated.session.bouts]
        lengths = [bout.duration_min for bout in dated.session.bouts]
        # A mile in kilometres has seven digits.
        assert speeds == pytest.approx([12, 11] + [15, 12.07008] * 3, rel=1e-9)
        assert lengths == pytest.approx([10, 5] + [2, 8] * 3, rel=1e-9)

    @pytest.mark.parametrize(
        ("length", "minutes"),
        [
            ("1h", 60),
            ("10m", 10),
            ("30s", 0.5),
            ("1m30", 1.5),
            ("1h2m30s", 62.5),
            ("5'", 5),
            ('30"', 0.5),
            ("1'30\"", 1.5),
        ],
    )
    def test_durations(self, tmp_path, length, minutes):
        assert written(read_text(tmp_path, intervals, f"- {length} 80%"))[0][1] == minutes

    @pytest.mark.parametrize(
        ("target", "intensity"),
        [
            ("75%", "75% FTP"),
            ("95-105%", "100% FTP"),
            ("220w", "220W"),
            ("200-240W", "220W"),
            ("70% HR", "70% HRmax"),
            ("140bpm", "140bpm"),
            ("75% 90rpm and words 3", "75% FTP"),
        ],
    )
    def test_targets(self, tmp_path, target, intensity):
        dated = read_text(tmp_path, intervals, f"- 10m {target}", wishes=Wishes(mode="cycle"))
        assert written(dated) == [(0, 10, intensity)]

    @pytest.mark.parametrize(
        "text", ["2x\n- 1m 90%\n- 1m 50%\n\n- 5m 60%", "Main set 2x\n- 1m 90%\n- 1m 50%\nEnd\n- 5m 60%"]
    )
    def test_an_empty_line_or_a_header_ends_a_repeat(self, tmp_path, text):
        dated = read_text(tmp_path, intervals, text)
        assert written(dated)[-1] == (4, 5, "60% FTP")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("- 4m 95% LTHR", "line 1: '95% LTHR'"),
            ("- 4m 78-82% Pace", "78-82% Pace"),
            ("- 3m 60% MMP 5m", "60% MMP"),
            ("- 3m Z6", "zone 'Z6'"),
            ("- 3m Z2-Z3", "zone 'Z2-Z3'"),
            ("- 3m CZ1", "zone 'CZ1'"),
            ("- 3m 5:00 Pace", "pace 5:00 per"),
            ("- 2km 80%", "without an absolute pace"),
            ("- hard", "says no duration"),
            ("- 4m 70% HR", "do not say which sport"),
            ("no steps at all", "heart rates alone|nothing in it"),
            ("999999x\n- 1s 50%", "999999 times"),
            ("100000x\n- 1s 50%\n- 1s 60%", "too many stretches"),
            ("- 5m 99999%", "intensity in % FTP"),
        ],
    )
    def test_what_cannot_be_resolved_is_refused_in_words(self, tmp_path, text, message):
        with pytest.raises(ScheduleError, match=message):
            read_text(tmp_path, intervals, text)
