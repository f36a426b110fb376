"""Summary numbers say how far, when and how much, for every member at every site, session by session."""

import warnings

import numpy as np
import pandas as pd
import pytest
from test_plot import MOLECULES, SESSIONS, fake_solution

from exerkine_sim.metrics import (
    block_metrics,
    farthest,
    latest_session,
    session_metrics,
    session_windows,
    stretches,
)
from exerkine_sim.solution import Solution

PLACES = [(name, site) for name, *_, sites in MOLECULES for site in sites]


def row(table: pd.DataFrame, exerkine: str, site: str = "plasma", **equal: object) -> pd.Series:
    """Return the one row of a molecule at a site, and with these values."""
    (found,) = [
        one
        for _, one in table.iterrows()
        if (one["exerkine"], one["site"]) == (exerkine, site) and all(one[k] == v for k, v in equal.items())
    ]
    return found


def with_course(solution, course, exerkine: int = 0):
    """Put a course of one molecule, at its first site in the first member, in the place of the other."""
    dataset = solution.dataset.copy(deep=True)
    dataset["concentration"][0, :, exerkine, 0] = course
    return Solution.of(dataset)


def test_the_rows_of_a_block_are_the_members_molecules_and_sites_in_order():
    table = block_metrics(fake_solution(spread=(1.0, 2.0)))
    assert list(zip(table["member"], table["exerkine"], table["site"], strict=True)) == [
        (member, *place) for member in (0, 1) for place in PLACES
    ]
    assert list(table) == [
        *("member", "exerkine", "site", "unit", "grade", "baseline", "value", "fold", "at_h"),
        *("session", "auc"),
    ]


def test_the_rows_of_sessions_follow_each_other_within_a_site():
    table = session_metrics(fake_solution(spread=(1.0, 2.0)))
    names = [one["name"] for one in SESSIONS]
    assert list(table["session"]) == names * len(PLACES) * 2
    assert list(table["member"]) == sorted(table["member"])
    assert list(table["exerkine"][: 2 * len(names)]) == ["il6"] * 2 * len(names)


def test_the_excursion_is_the_farther_of_rise_and_fall_in_folds():
    table = block_metrics(fake_solution())
    il6, lower = row(table, "il6"), row(table, "myostatin", "muscle_mrna_lower")
    assert (il6["fold"], il6["at_h"], il6["session"]) == (pytest.approx(40.0), 8.0, "run")
    assert lower["fold"] == pytest.approx(0.4, rel=0.01)  # the grid of 15 min may miss the very trough
    assert il6["auc"] > 0 > lower["auc"]


@pytest.mark.parametrize(("high", "low", "fold"), [(2.0, 0.4, 0.4), (3.0, 0.4, 3.0), (1.5, 0.0, 0.0)])
def test_a_fall_to_a_third_is_as_far_as_a_rise_to_three(high, low, fold):
    course = np.full(len(fake_solution().times_h), 1.2)
    course[30:32] = 1.2 * high, 1.2 * low
    solution = with_course(fake_solution(), course)
    # One multiplication and one division.
    for table in (block_metrics(solution), session_metrics(solution).query("session == 'run'")):
        assert row(table, "il6")["fold"] == pytest.approx(fold, rel=1e-12)


def test_without_anything_at_rest_there_is_no_fold():
    dataset = fake_solution().dataset.copy(deep=True)
    dataset["rest"][0, 0, 0] = 0.0
    solution = Solution.of(dataset)
    found = row(block_metrics(solution), "il6")
    assert np.isnan(found["fold"])
    assert (found["value"], found["at_h"]) == (pytest.approx(48.0), 8.0)


def test_sessions_have_extremes_times_and_areas_of_their_own_window():
    solution = fake_solution()
    found = row(session_metrics(solution), "il6", session="run")
    course = solution.concentration("il6").values[0]
    window = (solution.times_h >= 7) & (solution.times_h <= 31)
    times, values = solution.times_h[window], course[window]
    assert (found["start_h"], found["before"], found["c_max"], found["c_min"]) == (
        *(7.0, values[0], values.max(), values.min()),
    )
    assert (found["t_max_h"], found["t_min_h"]) == (1.0, times[values.argmin()] - 7)
    # The same sum in another order.
    assert found["auc"] == pytest.approx(np.trapezoid(values - 1.2, times), rel=1e-12)


def test_an_excursion_more_than_a_day_after_a_session_is_not_its_own():
    solution = fake_solution(sessions=SESSIONS[:1])
    late = np.where(solution.times_h == 60.0, 1e6, solution.concentration("il6").values[0])
    found = row(block_metrics(with_course(solution, late)), "il6")
    assert (found["at_h"], found["session"]) == (60.0, "")


def test_a_failed_member_has_no_numbers_and_leaves_the_others_alone():
    both, alone = fake_solution(spread=(np.nan, 1.0)), fake_solution()
    for metrics in (block_metrics, session_metrics):
        with warnings.catch_warnings(action="error"):
            table = metrics(both)
        failed = table[table["member"] == 0].select_dtypes(float).drop(columns="start_h", errors="ignore")
        assert failed.isna().all(axis=None)
        whole = table[table["member"] == 1].assign(member=0).reset_index(drop=True)
        pd.testing.assert_frame_equal(whole, metrics(alone), check_exact=True)


def test_members_on_different_plans_have_sessions_of_their_own():
    import json

    from exerkine_sim.solution import Solution

    solution = fake_solution(spread=(1.0, 1.0))
    manifest = solution.manifest
    manifest["members"][1]["plan"] = 1
    manifest["sessions"].append(SESSIONS[2:])
    mixed = Solution.of(solution.dataset.assign_attrs(manifest=json.dumps(manifest)))
    counts = session_metrics(mixed).groupby("member")["start_h"].unique().map(list).to_dict()
    assert counts == {0: [7.0, 42.0, 129.5], 1: [129.5]}
    assert list(block_metrics(mixed).query("exerkine == 'il6' and site == 'plasma'")["session"]) == [
        "run",
        "",
    ]


def test_a_plan_without_sessions_has_an_empty_table_with_every_column():
    table = session_metrics(fake_solution(sessions=[]))
    assert len(table) == 0
    assert list(table) == list(session_metrics(fake_solution()))
    assert set(block_metrics(fake_solution(sessions=[]))["session"]) == {""}


# ------------------------------------------------------------------ windows

EASY, HARD = (
    {"name": name, "start_h": start, "end_h": start + 1.0} for name, start in (("easy", 2.0), ("hard", 20.0))
)


@pytest.mark.parametrize(
    ("sessions", "last_h", "windows"),
    [
        ([], 72.0, []),
        ([EASY], 72.0, [("easy", 2.0, 27.0)]),
        ([EASY], 27.0, [("easy", 2.0, 27.0)]),
        ([EASY], 20.0, [("easy", 2.0, 20.0)]),
        ([EASY, HARD], 72.0, [("easy", 2.0, 20.0), ("hard", 20.0, 45.0)]),
        ([EASY, HARD], 30.0, [("easy", 2.0, 20.0), ("hard", 20.0, 30.0)]),
        ([EASY, {**HARD, "start_h": 28.0, "end_h": 29.0}], 72.0, [("easy", 2.0, 27.0), ("hard", 28.0, 53.0)]),
    ],
)
def test_a_window_ends_with_the_next_session_a_day_or_the_simulation(sessions, last_h, windows):
    assert session_windows(sessions, last_h) == windows


@pytest.mark.parametrize(
    ("sessions", "pieces"),
    [
        ([], [("", 0.0, 72.0)]),
        ([EASY, HARD], [("", 0.0, 2.0), ("easy", 2.0, 20.0), ("hard", 20.0, 72.0)]),
        ([{**EASY, "start_h": 0.0}], [("easy", 0.0, 72.0)]),
        ([{**EASY, "start_h": 0.5}], [("", 0.0, 0.5), ("easy", 0.5, 72.0)]),
        ([{**EASY, "start_h": 72.0}], [("", 0.0, 72.0)]),
    ],
)
def test_stretches_leave_no_time_out_and_none_is_empty(sessions, pieces):
    assert stretches(sessions, 72.0) == pieces


def test_a_moment_where_windows_meet_belongs_to_the_later():
    at = np.array([1.9, 2.0, 10.0, 20.0, 45.0, 45.1])
    windows = session_windows([EASY, HARD], 72.0)
    assert latest_session(at, windows).tolist() == ["", "easy", "easy", "hard", "hard", ""]


def test_of_a_rise_and_a_fall_as_far_in_folds_the_rise_is_told():
    at = {"high_at": np.array([3.0]), "low_at": np.array([5.0])}
    for low, told in ((2.0, (8.0, 3.0, 2.0)), (1.9, (1.9, 5.0, 0.475)), (2.1, (8.0, 3.0, 2.0))):
        found = farthest(np.array([4.0]), high=np.array([8.0]), low=np.array([low]), **at)
        assert tuple(found[name].item() for name in ("value", "at_h", "fold")) == told


def test_one_output_time_in_a_window_is_no_course():
    """A session may begin where the simulation ends."""
    solution = fake_solution(sessions=[{"name": "last", "start_h": 168.0, "end_h": 169.0}])
    assert len(session_metrics(solution)) == 0
    two = fake_solution(sessions=[{"name": "last", "start_h": 167.75, "end_h": 169.0}])
    assert set(session_metrics(two)["session"]) == {"last"}
