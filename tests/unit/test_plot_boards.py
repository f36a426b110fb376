"""Scoreboard and claims as figures: every observation and every expectation is where its number is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_plot import marked

from exerkine_sim import plot
from exerkine_sim.evidence import Observation, Score, Scoreboard
from exerkine_sim.evidence.claims import Ledger, Quantity, Reading, Ruling, find_claim, parse_comparison
from exerkine_sim.plot.scoreboard import quotient


def score(exerkine: str, use: str, predicted: float | None, *, unit: str = "fold") -> Score:
    return Score("Smith2001", use, Observation(exerkine, "plasma", 0, "end", 10.0, unit), predicted)


BOARD = Scoreboard(
    (
        score("il6", "fit", 20.0),
        score("il6", "fit", 10.0),
        score("il6", "check", 4.0),
        score("bdnf", "check", 1000.0),
        score("fgf21", "fit", None),
    )
)


@pytest.fixture(scope="module")
def board():
    return plot.scoreboard(BOARD)


def test_a_molecule_with_a_prediction_is_a_row_the_best_known_on_top(board):
    assert [label.get_text() for label in board.get_yticklabels()] == ["IL-6", "BDNF"]


def test_observations_lie_at_predicted_over_observed_and_far_ones_at_the_edge(board):
    (fit,), (check, far) = marked(board, "fit"), marked(board, "check")
    assert (list(fit.get_xdata()), list(check.get_xdata())) == ([2.0, 1.0], [0.4])
    assert 8 < far.get_xdata()[0] < board.get_xlim()[1]
    assert fit.get_ydata()[0] < check.get_ydata()[0], "fit and check lie apart"


def test_how_many_are_within_twofold_stands_beside(board):
    counts = [text.get_text() for text in marked(board, "count")]
    assert counts == ["2 of 2", "0 of 1", "0 of 1", "fit", "check"]
    assert board.get_title(loc="left") == "4 published observations, 50 % within 2-fold"


def test_changes_in_percent_compare_as_folds():
    assert quotient(score("il6", "fit", 120.0, unit="percent_change")) == 2.0
    assert quotient(score("il6", "fit", None)) is None


def test_a_board_without_predictions_is_an_empty_figure():
    empty = plot.scoreboard(Scoreboard(()))
    assert empty.get_title(loc="left") == "0 published observations"


FASTED, FED = Quantity("peak", "fasted"), Quantity("peak", "fed")


@pytest.mark.parametrize(
    ("text", "fasted", "margin"),
    [
        ("peak(fasted) >= 2", 6.0, 3.0),
        ("peak(fasted) >= 2", 1.0, 0.5),
        ("20 <= peak(fasted) <= 100", 50.0, 2.0),
        ("20 <= peak(fasted) <= 100", 5.0, 0.25),
        ("-1 < peak(fasted)", 1.0, np.nan),
        ("1 < peak(fasted) < -1", 2.0, np.nan),
    ],
)
def test_the_margin_of_a_comparison_is_that_of_its_tightest_link(text, fasted, margin):
    found = parse_comparison(text).margin({FASTED: fasted, FED: 1.0})
    assert found == pytest.approx(margin, nan_ok=True)


def ruling(when: float) -> Ruling:
    """The claim that fasting amplifies FGF21 2.5-fold, with its peak so many hours after the end."""
    claim = find_claim("fgf21-fasting")
    values = {"peak": {"fasted": 5.0, "fed": 2.0}, "when": {"fasted": when, "fed": when}}
    return Ruling(
        claim,
        {
            Quantity(measure, arm): Reading(value, "")
            for measure, arms in values.items()
            for arm, value in arms.items()
        },
    )


def test_expectations_that_hold_lie_right_of_the_line_and_others_left():
    ax = plot.claims(Ledger((ruling(1.0), ruling(3.0))))
    holds, fails = marked(ax, "holds: True"), marked(ax, "holds: False")
    # Ratios as they are written in the claim: 2.5 over 1.5; 1 between 0.5 and 1.5; 1.5 over 3.
    assert [one.get_xdata()[0] for one in holds] == pytest.approx([2.5 / 1.5, 1.5, 2.5 / 1.5])
    assert [one.get_xdata()[0] for one in fails] == pytest.approx([0.5])
    assert {one.get_marker() for one in holds}.isdisjoint({one.get_marker() for one in fails})


def test_evidence_and_verdict_stand_beside_each_claim():
    ax = plot.claims(Ledger((ruling(1.0), replace(ruling(3.0), missing=("the module 'x'",)))))
    told = [label.get_text() for label in ax.child_axes[0].get_yticklabels()]
    assert told == ["shown in people\nreproduced", "shown in people\ncannot be simulated yet"]
    assert ax.get_title(loc="left") == "2 statements: 1 reproduced, 1 cannot be simulated yet"
