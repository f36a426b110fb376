"""The page about hits and misses: what it counts, what it draws, and that it hides nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.cli import main
from exerkine_sim.evidence import Observation, Score, Scoreboard, find_study, validate
from exerkine_sim.evidence.coverage import Coverage, Interval, cover
from exerkine_sim.evidence.rehearsal import TRIALS, Range, Ranges, Rehearsal, size_of
from exerkine_sim.evidence.validation_page import page_of
from exerkine_sim.parameters import load_parameters, params_folder
from exerkine_sim.plot.validation import validation as figure_of


def seen(exerkine: str, value: float, unit: str = "fold") -> Observation:
    return Observation(exerkine, "plasma", 30.0, "end", value, unit)


BOARD = Scoreboard(
    (
        Score("Good1999", "fit", seen("il6", 10.0), predicted=11.0),
        Score("Miss2001", "check", seen("il6", 10.0), predicted=50.0),
        Score("Fell2002", "check", seen("il6", -50.0, "percent_change"), predicted=-40.0),
        Score("Level2002", "check", seen("il6", 5.0, "pg/mL"), predicted=6.0),
        Score("Other2003", "check", seen("gdf15", 2.0), predicted=None, reason="not modelled"),
    )
)


def alike(low: float, high: float) -> Ranges:
    return Ranges(*[Range(low, high)] * 4)


COVERAGE = Coverage(
    (
        Interval("Good1999", BOARD.scores[0].observation, alike(8.0, 12.0)),
        Interval("Miss2001", BOARD.scores[1].observation, alike(30.0, 70.0)),
    )
)


def page(board: Scoreboard = BOARD, **figures: str) -> str:
    return page_of(board, COVERAGE, [], labels={"il6": "IL-6"}, figures=figures)


def row_of(text: str, name: str) -> list[str]:
    lines = (line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in next(lines).strip("|").split("|")]


@pytest.fixture(scope="module")
def trial():
    study = find_study("Ostrowski1998b")
    return study, validate([study]), cover([study])


def test_a_molecule_has_hits_and_misses_apart_by_use():
    assert row_of(page(), "IL-6")[1:3] == ["1 / 0 / 0", "2 / 0 / 1"]


def test_the_headline_counts_checks_apart():
    row = row_of(page(), "check")
    assert row[1:6] == ["3", "2", "0", "1", "67 %"]
    assert row[-1] == "0 of 1"


def test_every_miss_is_listed_with_what_its_study_says():
    study = replace(find_study("Steensberg2000"), key="Miss2001")
    text = page_of(BOARD, COVERAGE, [study], labels={}, figures={})
    listed = text[text.index("## The misses") : text.index("## Figures")]
    assert listed.count("- **") == 1
    assert all(words in listed for words in ("Miss2001", study.why_use, *study.assumptions))


def test_what_could_not_be_scored_is_named():
    assert "Not scored: 1, in Other2003." in page()


def test_the_error_is_held_against_foretelling_that_nothing_changes():
    """Two tenfold rises and one halving: the geometric mean of 10, 10 and 2, to the two digits printed."""
    assert row_of(page(), "IL-6")[5] == f"x {(10 * 10 * 2) ** (1 / 3):.2f}"


def test_figures_are_shown_under_the_names_people_use():
    assert "![IL-6: predicted against observed](images/il6.png)" in page(il6="images/il6.png")


def test_every_table_row_has_as_many_cells_as_its_heading():
    text, width = page(), 0
    for line in text.splitlines():
        cells = line.count("|") if line.startswith("|") else 0
        assert not (width and cells) or cells == width
        width = cells


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_an_interval_holds_what_lies_between_its_edges(value, one, other):
    low, high = sorted((one, other))
    beside, around = Range(11.0, 12.0), Range(low, high)
    coverage = Coverage((Interval("A", seen("il6", value), Ranges(beside, beside, around, beside)),))
    assert coverage.share("trials").holding == (low <= value <= high)
    assert coverage.share("people").holding == 0


def test_the_person_who_stands_for_the_group_lies_among_people_like_them(trial):
    _, board, coverage = trial
    predicted = {score.observation: score.predicted for score in board.scores}
    assert len(coverage.intervals) == len(board.scores)
    for one in coverage.intervals:
        assert all(low < predicted[one.observation] < high for low, high in one.ranges)


def test_uncertain_numbers_make_the_width_of_a_change_in_which_people_hardly_differ():
    """People differ in their GDF15 at rest, which a change divides out; its gain is uncertain."""
    for one in cover([find_study("Kleinert2018")]).intervals:
        (low, high), (lowest, highest) = one.ranges.people, one.ranges.uncertain
        assert lowest < low < high < highest


def test_a_trial_off_by_an_error_lies_where_factors_put_it(trial):
    """Two-sided 90 % of factors of width 0.4 about one number, and 40 of them: a third of it."""
    _, _, coverage = trial
    for one in coverage.intervals:
        (low, high), (lowest, highest) = one.ranges.trials, one.ranges.reports
        assert lowest < low < high < highest
        assert math.log(highest / lowest) < math.log(high / low) + 1.33 * 2 * 1.645 * 0.4


def test_a_trial_is_as_many_people_as_its_records_say_and_their_mean(trial):
    study, _, coverage = trial
    rehearsal = Rehearsal.of(study, load_parameters())
    assert rehearsal is not None
    assert rehearsal.size == size_of(study) == 8
    first = coverage.intervals[0]
    seen = first.observation
    courses = (
        rehearsal.trials.concentration(seen.exerkine, site=seen.site).sel(time=study.time_h(seen)).values
    )
    assert len(courses) == 8 * TRIALS
    low, high = np.quantile(courses.reshape(TRIALS, 8).mean(axis=1), [0.05, 0.95], method="weibull")
    # A mean over the same numbers in another order.
    assert (first.ranges.trials.low, first.ranges.trials.high) == pytest.approx((low, high), rel=1e-12)


@pytest.mark.parametrize(("told", "size"), [("12", 12), ("35 over 4 groups", 8), ("", 10), ("not shown", 10)])
def test_who_does_not_say_how_many_had_as_many_as_most(told, size, monkeypatch):
    from exerkine_sim.evidence import rehearsal

    study = find_study("Steensberg2000")
    (record,) = {one.record for one in study.observations}
    changed = {record: replace(rehearsal.records()[record], n=told)}
    monkeypatch.setattr(rehearsal, "records", lambda: changed)
    assert size_of(study) == size


def test_a_course_passes_where_the_intervals_are(trial):
    """Both are quantiles of the same trials: equal up to rounding in the change of units."""
    study, _, coverage = trial
    (course,) = coverage.courses
    assert len(course.samples) == 3
    for interval in (one for one in coverage.intervals if one.observation.exerkine == "il6"):
        at = [math.isclose(hour, study.time_h(interval.observation) - study.zero_h) for hour in course.hours]
        assert course.band[0, at.index(True)] == pytest.approx(interval.ranges.trials.low, rel=1e-9)


def test_a_study_sampled_twice_has_no_course():
    assert not cover([find_study("Steensberg2000")]).courses


def test_what_the_model_lacks_has_no_interval():
    study = find_study("Steensberg2000")
    unknown = replace(study.observations[0], exerkine="unheard_of")
    assert not cover([replace(study, observations=(unknown,))]).intervals


def test_a_figure_tells_fit_from_check_and_changes_from_levels():
    figure = figure_of("il6", BOARD, COVERAGE, label="IL-6")
    assert [ax.get_ylabel() for ax in figure.axes] == ["predicted, fold of baseline", "predicted, pg/mL"]
    changes = {line.get_gid(): line for line in figure.axes[0].lines}
    assert changes["fit"].get_marker() != changes["check"].get_marker()


def test_a_figure_draws_a_fall_in_percent_as_a_fold_below_one():
    figure = figure_of("il6", BOARD, COVERAGE)
    drawn = [tuple(line.get_xydata()[0]) for line in figure.axes[0].lines if line.get_gid() == "check"]
    assert (0.5, 0.6) in drawn


def test_a_figure_keeps_everything_in_sight_and_shows_courses(trial):
    _, board, coverage = trial
    figure = figure_of("il6", board, coverage)
    scatter, course = figure.axes
    low, high = scatter.get_xlim()
    for score in (one for one in board.scores if one.observation.exerkine == "il6"):
        assert low < min(score.observation.value, score.predicted)
        assert max(score.observation.value, score.predicted) < high
    assert course.get_title(loc="left") == "Ostrowski1998b"
    assert [patch.get_gid() for patch in course.patches] == ["session"]


def test_the_command_writes_the_page_and_the_figures_it_shows(tmp_path, capsys):
    trial = params_folder() / "studies" / "Steensberg2000.toml"
    with pytest.raises(SystemExit) as left:
        main(["validate", str(trial), "--out", str(tmp_path / "score.md")])
    assert left.value.code in (None, 0)
    for name in ("all-molecules", "il6"):
        assert (tmp_path / "images" / "score" / f"{name}.png").stat().st_size > 0
        assert f"](images/score/{name}.png)" in (tmp_path / "score.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.endswith("figures beside it: 2\n")


def test_a_place_that_cannot_be_written_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    trial = params_folder() / "studies" / "Steensberg2000.toml"
    with pytest.raises(SystemExit) as left:
        main(["validate", str(trial), "--out", str(tmp_path / "file" / "score.md")])
    assert left.value.code
    assert "name another one with --out" in capsys.readouterr().err
