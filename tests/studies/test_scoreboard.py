"""Scoring arithmetic, on a stand-in for the simulation whose values are known."""

import json
import math
from dataclasses import dataclass, replace

import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import InputError
from exerkine_sim.evidence import Observation, Score, Scoreboard, find_study, prediction, validate, validation
from exerkine_sim.parameters import ParameterSet, load_parameters

positive = st.floats(min_value=1e-6, max_value=1e6)


@dataclass(frozen=True)
class KnownSolution:
    """Every molecule rises by 3 units an hour from 2 at hour 8."""

    times_h: tuple[float, ...]
    unit: str = "pg/mL"
    status: tuple[str, ...] = ("ok",)
    exerkines: tuple[str, ...] = ("il6", "bdnf", "lactate")

    def sites(self, exerkine):
        return {
            "bdnf": ("plasma", "serum"),
            "lactate": ("blood",),
            "il6": ("plasma", "plasma_corrected", "muscle_mrna_lower", "muscle_mrna_upper"),
        }[exerkine]

    def concentration(self, exerkine, *, site):
        assert site in self.sites(exerkine)
        offset = {"serum": 10.0, "muscle_mrna_upper": 100.0}.get(site, 0.0)
        values = [[2 + offset + 3 * (time - 8) for time in self.times_h]]
        return xr.DataArray(
            values, dims=("member", "time"), coords={"time": list(self.times_h)}, attrs={"units": self.unit}
        )


@pytest.fixture
def score(monkeypatch):
    """Return a function that scores observations of the 25 W kicking trial (hours 8 to 13)."""

    def of(*observations, solution=KnownSolution, region="lower"):
        monkeypatch.setattr(validation, "simulate", lambda *_, times_h, **__: solution(tuple(times_h)))
        monkeypatch.setattr(prediction, "worked_region", lambda *_: region)
        study = replace(find_study("Steensberg2000"), observations=observations)
        return validate([study], parameters=ParameterSet({})).scores

    return of


def observation(**changes):
    plain = Observation(
        exerkine="il6", site="plasma", time_min=120, counted_from="start", value=8.0, unit="pg/mL"
    )
    return replace(plain, **changes)


def test_absolute_values_are_converted_to_the_unit_of_the_paper(score):
    one, other = score(observation(), observation(value=0.004, unit="ng/mL"))
    assert one.predicted == pytest.approx(8)
    assert one.label == "good"
    assert other.predicted == pytest.approx(0.008)
    assert other.fold_error == pytest.approx(2)


def test_changes_are_taken_against_the_studys_own_value_at_time_zero(score):
    fold, percent = score(observation(value=2, unit="fold"), observation(value=100, unit="percent_change"))
    assert fold.predicted == pytest.approx(4)
    assert percent.predicted == pytest.approx(300)
    assert fold.fold_error == pytest.approx(percent.fold_error) == pytest.approx(2)


def test_times_count_from_time_zero_or_the_end_of_the_last_bout(score):
    start, end = score(observation(time_min=360), observation(time_min=60, counted_from="end"))
    assert start.predicted == pytest.approx(end.predicted) == pytest.approx(20)


@pytest.mark.parametrize(
    ("changes", "region", "expected"),
    [
        ({"site": "serum"}, "lower", 8),
        ({"site": "blood"}, "lower", 8),
        ({"site": "plasma_corrected"}, "lower", 8),
        ({"exerkine": "bdnf", "site": "serum"}, "lower", 18),
        ({"exerkine": "bdnf", "site": "plasma"}, "lower", 8),
        ({"exerkine": "lactate", "site": "plasma"}, "lower", 8),
        ({"site": "muscle_mrna"}, "lower", 8),
        ({"site": "muscle_mrna"}, "upper", 108),
    ],
)
def test_the_site_of_the_laboratory_finds_the_site_of_the_model(score, changes, region, expected):
    (found,) = score(observation(**changes), region=region)
    assert found.predicted == pytest.approx(expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"exerkine": "sparc"},
        {"site": "muscle_interstitium"},
        {"exerkine": "lactate", "site": "plasma_corrected"},
    ],
)
def test_what_the_model_lacks_is_reported_and_counted_apart(score, changes):
    board = Scoreboard(score(observation(**changes), observation()))
    assert [(one.predicted is None, one.reason) for one in board.scores] == [
        (True, "not modelled"),
        (False, ""),
    ]
    assert (board.summary.n, board.summary.not_scored) == (1, 1)


def test_together_and_alone_the_studies_score_the_same_numbers():
    trials = [find_study(key) for key in ("Ronsen2002_3h", "Keller2001_low", "Steensberg2000")]
    together = [score.predicted for score in validate(trials).scores]
    alone = [score.predicted for trial in trials for score in validate([trial]).scores]
    assert together == pytest.approx(
        alone, rel=1e-6
    )  # the solver's tolerance: ends differ, and so last steps


@pytest.mark.parametrize(
    ("key", "region"),
    [
        ("Steensberg2000", "lower"),
        ("Ostrowski1998b", "lower"),
        ("Louis2007_resistance", "lower"),
        ("Paulson2013", "upper"),
    ],
)
def test_the_transcript_is_that_of_the_muscle_that_worked(key, region):
    assert prediction.worked_region(find_study(key), load_parameters()) == region


def test_a_unit_of_another_dimension_is_reported_not_guessed(score):
    (lost,) = score(observation(unit="nmol/L"))
    assert lost.predicted is None
    assert "dimension" in lost.reason


def test_one_failing_study_leaves_the_others(monkeypatch):
    def sometimes(schedules, _subjects, *, times_h, **_):
        names = [schedule.name for schedule in schedules]
        if "Steensberg2000" in names:
            raise InputError("no such leg")
        status = tuple("step too small" if name == "Keller2001_normal" else "ok" for name in names)
        return KnownSolution(tuple(times_h), status=status)

    monkeypatch.setattr(validation, "simulate", sometimes)
    monkeypatch.setattr(prediction, "worked_region", lambda *_: "lower")
    trials = [find_study(key) for key in ("Steensberg2000", "Keller2001_normal", "Febbraio2003b")]
    done = []
    board = validate(trials, parameters=ParameterSet({}), progress=done.append)
    reasons = {one.study: one.reason for one in board.scores}
    assert "no such leg" in reasons["Steensberg2000"]
    assert "step too small" in reasons["Keller2001_normal"]
    assert reasons["Febbraio2003b"] == ""
    assert done == [0, 1, 2]


@given(predicted=positive, observed=positive)
@settings(deadline=None)
def test_fold_error_is_one_or_more_and_blind_to_direction(predicted, observed):
    seen = observation(value=observed)
    error = Score("A", "fit", seen, predicted=predicted).fold_error
    mirrored = Score("A", "fit", replace(seen, value=predicted), predicted=observed).fold_error
    assert error >= 1
    assert error == pytest.approx(mirrored, rel=1e-12)  # one division each way


@given(
    st.lists(st.tuples(positive, positive, st.sampled_from(["fit", "check"])), min_size=1, max_size=20),
)
@settings(deadline=None, max_examples=50)
def test_the_parts_of_the_board_make_up_the_whole(pairs):
    board = Scoreboard(
        tuple(Score("A", use, observation(value=seen), predicted=said) for said, seen, use in pairs)
    )
    parts = board.by_use().values()
    assert sum(part.n for part in parts) == board.summary.n == len(pairs)
    logs = sum(part.n * math.log(part.gmfe) for part in parts) / len(pairs)
    assert math.exp(logs) == pytest.approx(board.summary.gmfe, rel=1e-9)  # sums in another order


def test_labels_sit_on_their_limits():
    def label(said):
        return Score("A", "fit", observation(value=1.0), predicted=said).label

    assert [label(said) for said in (1.5, 1.51, 2.0, 2.01, 0.5, 0.49)] == [
        "good",
        "fair",
        "fair",
        "miss",
        "fair",
        "miss",
    ]


def test_the_json_has_the_published_shape_and_no_number_that_json_lacks(score):
    board = Scoreboard(score(observation(), observation(exerkine="sparc")))
    content = json.loads(json.dumps(board.to_json_dict(), allow_nan=False))
    published = {
        "study",
        "exerkine",
        "site",
        "time_min",
        "from",
        "observed",
        "predicted",
        "unit",
        "fold_error",
        "use",
    }
    assert published <= set(content["observations"][0])
    assert {"n", "within_2fold", "gmfe"} <= set(content["summary"])
    assert content["by_exerkine"]["il6"]["n"] == 1
    assert content["by_exerkine"]["sparc"] == {"n": 0, "within_2fold": None, "gmfe": None, "not_scored": 1}
    assert content["observations"][1]["predicted"] is None
