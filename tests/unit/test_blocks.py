"""The blocks that come with the package: each is a plan for anybody, says its sources, and runs."""

import json

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.cli import main
from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import block_names, find_block, load_block, load_schedule, transform
from laboratory import person

NAMES = block_names()
SHARES = {"vo2max_percent", "one_rm_percent"}  # what every person has


@pytest.fixture
def command(capsys):
    """Run the command line in this process: (exit code, standard output, standard error)."""

    def run(*arguments):
        with pytest.raises(SystemExit) as leaving:
            main([str(one) for one in arguments])
        shown = capsys.readouterr()
        return leaving.value.code, shown.out, shown.err

    return run


def test_there_is_one_for_every_purpose():
    purposes = [
        "beginner-strength",
        "push-pull-legs",
        "wave-531",
        "polarised",
        "threshold",
        "hiit",
        "concurrent",
    ]
    assert set(NAMES) >= {*purposes, "masters-strength", "couch-to-5k", "marathon", "overreaching-taper"}


@pytest.mark.parametrize("name", NAMES)
class TestEach:
    def test_lasts_four_weeks_or_more_and_is_named(self, name):
        block = find_block(name)
        assert block.weeks >= 4
        assert block.schedule.name
        assert block.schedule.first_weekday == "Mon"

    def test_says_for_whom_and_from_where(self, name):
        block = find_block(name)
        assert len(block.audience) > 10
        assert block.sources
        assert all(source.title for source in block.sources)
        assert "Ours:" in block.text  # what no source says

    def test_asks_for_nothing_that_a_person_may_lack(self, name):
        bouts = [bout for session in load_block(name).sessions for bout in session.bouts]
        assert {bout.intensity.basis for bout in bouts} <= SHARES

    def test_its_loads_can_be_lifted(self, name):
        """Nobody lifts his 1RM twelve times; the step in load must not end there."""
        bouts = [bout for session in load_block(name).sessions for bout in session.bouts]
        assert all(bout.intensity.value <= 90 for bout in bouts)

    def test_its_text_can_be_taken_and_changed(self, name, tmp_path):
        path = tmp_path / "mine.txt"
        path.write_text(find_block(name).text)
        assert load_schedule(path) == load_schedule(name) == load_block(name)

    def test_runs(self, name):
        week = transform.excerpt(load_block(name), 1, 1)
        solution = xk.simulate(week, person(sex="female", vo2max=38), exerkines=["il6", "lactate"])
        assert set(solution.status) == {"ok"}
        assert np.all(solution.fold("il6").max("time") > 1.1)


def test_threshold_and_polarised_take_about_the_same_time():
    minutes = [
        sum(bout.duration_min for session in load_block(name).sessions for bout in session.bouts)
        for name in ("threshold", "polarised")
    ]
    assert minutes[0] == pytest.approx(minutes[1], rel=0.1)  # as its header says


def test_a_file_of_that_name_comes_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hiit").mkdir()  # as `run hiit` leaves one
    assert load_schedule("hiit") == load_block("hiit")
    (tmp_path / "polarised").write_text("Mon 07:00 run 1h 60% VO2max")
    with pytest.raises(ScheduleError, match="a plan in a '' file"):
        load_schedule("polarised")


@pytest.mark.parametrize("name", ["polarized", "../references", "", 3])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(ScheduleError, match="unknown block"):
        load_block(name)


class TestCommand:
    def test_lists_them(self, command):
        code, out, err = command("blocks")
        assert (code, err) == (0, "")
        assert all(name in out for name in NAMES)

    def test_lists_them_for_programs(self, command):
        records = json.loads(command("blocks", "--json")[1])["blocks"]
        assert [record["block"] for record in records] == list(NAMES)
        assert all(record["weeks"] >= 4 and record["sessions_per_week"] > 0 for record in records)

    def test_shows_one_as_a_plan(self, command, tmp_path):
        path = tmp_path / "mine.txt"
        path.write_text(command("blocks", "marathon")[1])
        assert load_schedule(path) == load_block("marathon")
        assert json.loads(command("blocks", "marathon", "--json")[1])["plan"] == path.read_text()

    def test_refuses_an_unknown_name(self, command):
        assert command("blocks", "marathn") == (
            1,
            "",
            "error: unknown block 'marathn'\n  fix: did you mean 'marathon'?\n",
        )

    def test_a_name_is_a_plan(self, command, tmp_path):
        code, out, _ = command("run", "hiit", "--no-plot", "--json", "--out", tmp_path / "out")
        assert code == 0
        assert json.loads(out)

    def test_a_misspelt_plan_offers_the_nearest_block(self, command):
        code, _, err = command("run", "polarisd")
        assert code == 1
        assert "did you mean 'polarised'?" in err
