"""The visual predictive check: observations stand where they lie among simulated trials."""

import math
from dataclasses import replace

import numpy as np
import pytest

from exerkine_sim.errors import InputError
from exerkine_sim.evidence import find_study
from exerkine_sim.evidence.coverage import cover
from exerkine_sim.evidence.predictive import predictive_check
from exerkine_sim.evidence.rehearsal import Rehearsal
from exerkine_sim.parameters import load_parameters
from exerkine_sim.plot.predictive import predictive

STUDY = find_study("Steensberg2000")
SEEN = STUDY.observations[0]


@pytest.fixture(scope="module")
def rehearsal():
    found = Rehearsal.of(STUDY, load_parameters())
    assert found is not None
    return found


@pytest.fixture
def means(rehearsal):
    """What simulated trials say at the observation."""
    *_, means = rehearsal.values(SEEN)
    return np.sort(means)


@pytest.fixture
def observed(rehearsal, monkeypatch):
    """Check a trial that found another number; who is simulated does not depend on it: once will do."""
    monkeypatch.setattr(Rehearsal, "of", lambda study, _: replace(rehearsal, study=study))

    def check(value, **more):
        seen = replace(SEEN, value=float(value), **more)
        return predictive_check("il6", [replace(STUDY, observations=(seen,))])

    return check


def test_what_lies_in_the_middle_of_the_trials_is_said_to(means, observed):
    (point,) = observed(np.median(means)).points
    assert (point.percentile, point.inside) == (50.0, True)
    assert point.corrected == pytest.approx(1.0, rel=1e-12)
    assert point.band.low < 1 < point.band.high


@pytest.mark.parametrize(("end", "percentile"), [(0, 0.0), (-1, 100.0)])
def test_what_lies_beyond_the_trials_is_outside(means, observed, end, percentile):
    factor = 0.5 if end == 0 else 2.0
    (point,) = observed(means[end] * factor).points
    assert (point.percentile, point.inside) == (percentile, False)


def test_a_change_in_percent_stands_where_its_fold_does(means, observed):
    fold = float(means[10] + means[11]) / 2
    as_fold, as_percent = observed(fold), observed(100 * (fold - 1), unit="percent_change")
    # Rounding of going to percent and back.
    assert as_percent.points[0].percentile == as_fold.points[0].percentile == pytest.approx(100 * 11 / 40)
    assert as_percent.points[0].corrected == pytest.approx(as_fold.points[0].corrected, rel=1e-9)
    assert as_percent.panels[0].samples[0].value == pytest.approx(fold, rel=1e-9)


def test_the_share_inside_is_that_of_the_coverage():
    trials = [find_study(key) for key in ("Steensberg2000", "CabralSantos2016_1250m")]
    check, coverage = predictive_check("il6", trials), cover(trials)
    share = coverage.share("trials", exerkine="il6")
    assert (sum(one.inside for one in check.points), len(check.points)) == share
    summary = check.summary()
    ratios = [one.corrected for one in check.points]
    assert summary["inside"] == share.holding / share.n
    assert summary["corrected"] == pytest.approx(math.exp(np.mean(np.log(ratios))), rel=1e-12)


def test_people_spread_wider_than_means_of_them(observed):
    (panel,) = observed(20.0).panels
    low, _, high = panel.people[:, -1]
    lower, _, higher = panel.trials[:, -1]
    assert low < lower < higher < high
    assert panel.hours[0] == 0
    assert len(panel.people[0]) == len(panel.hours)


def test_the_figure_has_bands_means_and_printed_spread(observed):
    check = observed(20.0, low=15.0, high=25.0)
    figure = predictive(check, label="IL-6")
    marks = {artist.get_gid() for ax in figure.axes for artist in ax.get_children()}
    assert {"people", "trials", "session", STUDY.use} <= marks
    assert figure.get_suptitle().startswith("IL-6: 1 of 1 published means inside")
    (panel,) = check.panels
    assert (panel.samples[0].low, panel.samples[0].high) == (15.0, 25.0)
    assert figure.axes[2].containers  # the bar of the spread


@pytest.mark.parametrize(
    ("exerkine", "message"), [("il66", "did you mean 'il6'"), ("irisin", "no trial that measured irisin")]
)
def test_what_cannot_be_checked_is_refused(exerkine, message):
    with pytest.raises(InputError, match=f"(?s){message}"):
        predictive_check(exerkine, [STUDY])
