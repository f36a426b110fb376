"""Measures: those of the finest Solution and of closed forms, additive, the same in any company, streamed."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim import measures
from exerkine_sim.engine import compiled
from exerkine_sim.errors import InputError
from exerkine_sim.measures import measure
from exerkine_sim.metrics import block_metrics, session_metrics
from exerkine_sim.model import compose, module, positive
from exerkine_sim.parameters import Parameter, ParameterSet, Source, load_parameters
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.stimulus import build_stimulus
from exerkine_sim.subject import Population, Subject

BASAL, CLEARANCE = 50.0, 2.0  # ng/L, L/h
SMALL, LARGE = (
    Subject(sex="male", age_y=30, body_mass_kg=mass, height_m=1.8, vo2max_ml_kg_min=50) for mass in (70, 90)
)
WEEK = parse_schedule(
    "Mon 07:00 run 40m 70% VO2max\n"
    "Mon 18:00 squat 3x5 80% 1RM rest 3m\n"
    "Wed 07:00 cycle 4x(3m 90% VO2max, 2m 40% VO2max)\n"
    "Wed 12:00 meal 90g carbs"
)
# What is compared was integrated with other restarts at a tolerance of 1e-8.
FINE, CLOSE = 1e-8, 1e-6
NUMBERS = ("baseline", "before", "c_max", "c_min", "value", "fold", "auc", "above_h")


@module("tracer", parameters={"basal": "ng/L", "clearance": "L/h", "response": "1"})
def tracer(m, p):
    """Infused and released by work, cleared in proportion."""
    volume, work = m.subject("plasma_volume", "L"), m.input("relative_lower", "1")
    plasma = m.pool(
        "plasma", volume=volume, basal=p.basal, unit="ng/L", flux_unit="ng/h", site="serum", infusible=True
    )
    m.release("plasma", tissue="liver", rate=p.basal * p.clearance * (1 + p.response * work))
    m.clear("plasma", rate=p.clearance * plasma)
    m.observe("above_rest", plasma - p.basal, "ng/L")


@module("restless", parameters={"limit": "kg"})
def restless(m, p):
    """Without a steady state in whoever is heavier than the limit."""
    excess = m.subject("body_mass", "kg") / p.limit - 1
    m.state("runaway", unit="1", rate=lambda x: positive(excess) + x**2)


def assumed(name: str, value: float, unit: str) -> Parameter:
    source = Source("ExerkineSim", where="here")
    return Parameter(
        name=name, value=value, unit=unit, spread={"kind": "none"}, source=source, basis="assumed", note="any"
    )


def traced(response: float) -> dict:
    """Return the tracer's model and its parameters joined to the shipped ones."""
    own = [
        assumed("tracer.basal", BASAL, "ng/L"),
        assumed("tracer.clearance", CLEARANCE, "L/h"),
        assumed("tracer.response", response, "1"),
        assumed("restless.limit", 80.0, "kg"),
    ]
    about = {"tracer": {"unit": "ng/mL", "grade": "low"}}
    parameters = load_parameters() | ParameterSet({one.name: one for one in own}, about)
    return {"parameters": parameters, "model": MODEL}


MODEL = compose([tracer, restless])
STILL, WORKING = traced(0.0), traced(20.0)


def table(*arguments, **options) -> pd.DataFrame:
    return pd.concat(measure(*arguments, **options), ignore_index=True)


def serum(*arguments, **options) -> pd.DataFrame:
    return table(*arguments, **options).query("site == 'serum'").reset_index(drop=True)


# ------------------------------------------------------------------ against the Solution


@pytest.fixture(scope="module")
def people(runner):
    return Population(runner, n=3, seed=4, first=2)


@pytest.mark.parametrize(("per", "metrics"), [("session", session_metrics), ("block", block_metrics)])
def test_measures_are_the_metrics_of_a_solution_that_looks_at_the_right_moments(people, per, metrics, runner):
    """Sampled every minute, at breakpoints and where the extremes are said to be."""
    found = table(WEEK, people, per=per, tolerance=FINE)
    if per == "session":
        moments = np.concatenate([found["start_h"] + found[name] for name in ("t_max_h", "t_min_h")])
    else:
        moments = found["at_h"].to_numpy()
    edges = build_stimulus(WEEK, runner, load_parameters(), end_h=96).breakpoints
    times = np.unique(np.clip(np.concatenate([np.arange(96 * 60 + 1) / 60, edges, moments]), 0, 96))
    expected = metrics(simulate(WEEK, people, times_h=times, tolerance=FINE))
    assert list(found) == [*expected, "status"]
    labels = [name for name in expected if expected[name].dtype.kind != "f"]
    pd.testing.assert_frame_equal(found[labels], expected[labels])
    assert set(found["status"]) == {"ok"}
    size = np.maximum(found["baseline"], expected[["c_max" if per == "session" else "value"]].max(axis=1))
    for name in {*NUMBERS} & {*expected} - {"auc"}:
        scale = 1.0 if name == "fold" else size
        assert (abs(found[name] - expected[name]) / scale).max() < CLOSE, name
    # Trapezoids of a minute, where a slope lasts for minutes.
    assert (abs(found["auc"] - expected["auc"]) / size).max() < 2e-3


def test_the_moments_of_extremes_are_theirs(people, runner):
    found = table(WEEK, people, exerkines=["lactate", "il6"], tolerance=FINE)
    for extreme in ("max", "min"):
        at = found["start_h"] + found[f"t_{extreme}_h"]
        times = np.unique(at)
        solution = simulate(WEEK, people, times_h=times, exerkines=["lactate", "il6"], tolerance=FINE)
        for row, moment in zip(found.itertuples(), at, strict=True):
            course = solution.concentration(row.exerkine, site=row.site).sel(member=row.member, time=moment)
            value = getattr(row, f"c_{extreme}")
            assert course.item() == pytest.approx(value, rel=CLOSE)


# ------------------------------------------------------------------ closed forms


def test_an_infusion_has_the_measures_of_its_closed_form():
    """Exponential rise for 2 h and decay; the window ends, where no input changes, 24 h after the session."""
    plan = parse_schedule("Mon 01:00 infuse tracer 100ug/h 2h\nMon 01:00 run 30m 70% VO2max")
    (row,) = serum(plan, SMALL, above_fold=3, end_h=48, tolerance=FINE, **STILL).to_dict(orient="records")
    k = CLEARANCE / SMALL.physiology(STILL["parameters"])["plasma_volume"]
    plateau = 1e5 / CLEARANCE
    rise = plateau * (1 - math.exp(-2 * k))
    area = plateau * 2 - rise / k + rise / k * (1 - math.exp(-k * 22.5))
    level = 2 * BASAL
    above = 2 + math.log(rise / level) / k + math.log(1 - level / plateau) / k
    expected = {
        "baseline": BASAL / 1000,
        "before": BASAL / 1000,
        "c_max": (BASAL + rise) / 1000,
        "t_max_h": 2.0,
        "c_min": BASAL / 1000,
        "t_min_h": 0.0,
        "fold": 1 + rise / BASAL,
        "auc": area / 1000,
        "above_h": above,
    }
    assert {name: row[name] for name in expected} == pytest.approx(expected, rel=CLOSE, abs=1e-12)
    assert (row["start_h"], row["session"], row["unit"]) == (1.0, "run", "ng/mL")


def test_at_rest_nothing_is_ever_above_or_below():
    plan = parse_schedule("Mon 07:00 run 30m 70% VO2max\nWed 07:00 run 30m 70% VO2max")
    found = serum(plan, SMALL, above_fold=1.001, **STILL)
    # The rounding of a steady state and of a sum of steps.
    for name in ("before", "c_max", "c_min"):
        assert found[name].to_numpy() == pytest.approx(BASAL / 1000, rel=1e-12)
    assert found["auc"].to_numpy() == pytest.approx(0.0, abs=1e-10)
    assert found["above_h"].tolist() == [0.0, 0.0]


def test_without_anything_at_rest_there_is_no_fold_and_no_multiple_to_be_above():
    found = table(WEEK, SMALL, above_fold=2, **WORKING).query("site == 'above_rest'")
    assert found[["fold", "above_h"]].isna().all(axis=None)
    assert (found["c_max"] > 0).all()


# ------------------------------------------------------------------ windows


PLANS = st.lists(st.tuples(st.integers(5, 90), st.integers(30, 1200)), min_size=1, max_size=4)
QUICK = settings(max_examples=25, deadline=None)


def plan_of(bouts: list[tuple[int, int]]) -> tuple[str, int]:
    """Return sessions of some minutes with pauses of some minutes, from 01:00, and the minute they end."""
    lines, minute = [], 60
    for duration, pause in bouts:
        day, rest = divmod(minute, 1440)
        lines.append(f"day {day + 1} {rest // 60:02d}:{rest % 60:02d} run {duration}m 70% VO2max")
        minute += duration + pause
    return "\n".join(lines), minute - bouts[-1][1]


@QUICK
@given(bouts=PLANS, tail=st.floats(0.5, 24.0))
def test_windows_that_adjoin_add_up_to_the_block(bouts, tail):
    """Nothing happens before the first session, and no pause is longer than a window."""
    text, last = plan_of(bouts)
    plan, options = parse_schedule(text), {"end_h": last / 60 + tail, "tolerance": FINE, "above_fold": 1.5}
    sessions = serum(plan, SMALL, **options, **WORKING)
    (block,) = serum(plan, SMALL, per="block", **options, **WORKING).to_dict(orient="records")
    peak = sessions["c_max"].max()
    assert peak == pytest.approx(block["value"], rel=CLOSE)
    assert sessions["auc"].sum() == pytest.approx(block["auc"], rel=CLOSE)
    # A crossing is as sure as the curve: flat where it falls slowly.
    assert sessions["above_h"].sum() == pytest.approx(block["above_h"], abs=1e-4)
    first = sessions["c_max"].idxmax()
    at = sessions["start_h"][first] + sessions["t_max_h"][first]
    assert at == pytest.approx(block["at_h"], abs=1e-3)
    assert sessions["before"][1:].to_numpy() == pytest.approx(
        [serum(plan, SMALL, **options, **WORKING)["before"][i] for i in range(1, len(sessions))], rel=CLOSE
    )


@QUICK
@given(bouts=PLANS, cut=st.floats(0.02, 0.98), tail=st.floats(0.5, 40.0))
def test_a_session_split_in_two_has_the_same_extremes_and_area_in_two_windows(bouts, cut, tail):
    text, last = plan_of(bouts)
    minutes = bouts[-1][0]
    start, part = (last - minutes) / 60, round(cut * minutes * 60)
    whole, end_h = parse_schedule(text), last / 60 + tail
    day, minute = divmod(last - minutes, 1440)
    lines = text.splitlines()[:-1]
    clock = f"day {day + 1} {minute // 60:02d}:{minute % 60:02d}"
    seconds = minutes * 60 - part
    later = f"day {day + 1} {minute // 60:02d}:{minute % 60:02d}"
    assert clock == later
    assert seconds > 0
    assert start >= 0
    assert whole.end_h <= end_h
    assert lines is not None
