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
from exerkine_sim.measured import Gauge, check_fold
from exerkine_sim.measures import measure
from exerkine_sim.metrics import block_metrics, session_metrics
from exerkine_sim.model import compose, module, positive
from exerkine_sim.parameters import Parameter, ParameterSet, Source, load_parameters
from exerkine_sim.schedule import Bout, Meal, Schedule, Session, parse_intensity, parse_schedule
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


def test_the_moments_of_extremes_are_theirs(people):
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


Training = list[tuple[float, float]]  # minutes of running, and hours of rest until the next session
TRAINING = st.lists(st.tuples(st.floats(5, 120), st.floats(0.5, 23)), min_size=1, max_size=4)
QUICK = settings(max_examples=25, deadline=None)


def sessions_of(training: Training, *, split: tuple[int, float] | None = None) -> list[Session]:
    """Return sessions from 01:00 on; `split` says which is done as two, and at what share of it."""
    sessions, start_h = [], 1.0
    for number, (duration_min, rest_h) in enumerate(training):
        share = split[1] if split is not None and split[0] == number else 1.0
        for minutes in (share * duration_min, (1 - share) * duration_min):
            if minutes > 0:
                sessions.append(Session(start_h, [Bout(0, minutes, "run", parse_intensity("70% VO2max"))]))
                start_h = sessions[-1].end_h
        start_h += rest_h
    return sessions


@QUICK
@given(training=TRAINING, tail_h=st.floats(0.5, 24))
def test_windows_that_adjoin_add_up_to_the_block(training, tail_h):
    """Before the first session nothing happens, and no rest is longer than a window."""
    plan = Schedule(sessions_of(training))
    options = {"end_h": plan.end_h + tail_h, "tolerance": FINE, "above_fold": 1.5, **WORKING}
    found = serum(plan, SMALL, **options)
    (block,) = serum(plan, SMALL, per="block", **options).to_dict(orient="records")
    assert found["c_max"].max() == pytest.approx(block["value"], rel=CLOSE)
    assert found["auc"].sum() == pytest.approx(block["auc"], rel=CLOSE)
    # Of a curve that falls by a few per cent an hour.
    assert found["above_h"].sum() == pytest.approx(block["above_h"], abs=100 * CLOSE)


@QUICK
@given(training=TRAINING, share=st.floats(0.01, 0.99), tail_h=st.floats(0.5, 40), data=st.data())
def test_a_window_split_in_two_has_parts_that_make_the_whole(training, share, tail_h, data):
    number = data.draw(st.integers(0, len(training) - 1))
    plans = [Schedule(sessions_of(training, split=split)) for split in (None, (number, share))]
    options = {"end_h": plans[0].end_h + tail_h, "tolerance": FINE, "above_fold": 1.5, **WORKING}
    whole, split = (serum(plan, SMALL, **options) for plan in plans)
    one, parts = whole.iloc[number], split.iloc[number : number + 2]
    assert parts["c_max"].max() == pytest.approx(one["c_max"], rel=CLOSE)
    assert parts["c_min"].min() == pytest.approx(one["c_min"], rel=CLOSE)
    assert parts["auc"].sum() == pytest.approx(one["auc"], rel=CLOSE)
    assert parts["above_h"].sum() == pytest.approx(one["above_h"], abs=100 * CLOSE)
    others = ["before", "c_max", "c_min", "auc"]
    np.testing.assert_allclose(
        split.drop(index=[number, number + 1])[others], whole.drop(index=number)[others], rtol=CLOSE
    )


@pytest.mark.parametrize("apart_h", [-5e-10, 0.0, 5e-10])
def test_edges_within_rounding_of_each_other_are_one(apart_h, monkeypatch):
    """A meal ends as a session starts: whichever comes first is the breakpoint, and no sliver is left."""
    seen, solve = [], compiled.measure

    def spy(system, constants, forcings, **options):
        seen.extend(np.diff(one.breakpoints).min() for one in forcings)
        return solve(system, constants, forcings, **options)

    monkeypatch.setattr(compiled, "measure", spy)
    meal = Meal(7.0 + apart_h - WORKING["parameters"]["stimulus.meal_duration"].to("h"), 90)
    run = Session(7.0, [Bout(0, 30, "run", parse_intensity("70% VO2max"))])
    (row,) = serum(Schedule([run], meals=[meal]), SMALL, **WORKING).to_dict(orient="records")
    assert (row["t_max_h"], row["t_min_h"]) == (pytest.approx(0.5, abs=1e-9), 0.0)
    assert min(seen) > 1e-3


@pytest.mark.parametrize(
    ("per", "windows"),
    [
        ("block", [("", 0.0, 96.0)]),
        ("stretch", [("", 0.0, 7.0), ("run", 7.0, 96.0)]),
        ("session", [("run", 7.0, 32.0)]),
    ],
)
def test_all_of_the_time_is_one_window_or_is_cut_at_sessions(per, windows):
    plan = parse_schedule("Mon 07:00 run 60m 70% VO2max")
    gauge = Gauge(MODEL, WORKING["parameters"], (), per=per, above_fold=None, end_h=96.0, tolerance=1e-6)
    assert gauge.windows(plan) == windows


def test_where_rounding_lets_a_window_begin_early_no_extreme_comes_before_its_start():
    """The second session's meal ends a little before it; the level falls from there on."""
    meal_h = WORKING["parameters"]["stimulus.meal_duration"].to("h")
    easy = Session(8.0, [Bout(0, 5, "walk", parse_intensity("10% VO2max"))])
    hard = Session(7.0, [Bout(0, 30, "run", parse_intensity("90% VO2max"))])
    plan = Schedule([hard, easy], meals=[Meal(8.0 - 5e-10 - meal_h, 90)])
    second = serum(plan, SMALL, **WORKING).iloc[1]
    assert second["c_max"] == second["before"] > 2 * second["baseline"]
    assert second["t_max_h"] == 0.0


def test_stretches_cover_the_whole_time_and_add_up_to_it():
    options = {"end_h": 96, "tolerance": FINE, "above_fold": 1.5, **WORKING}
    found = serum(WEEK, SMALL, per="stretch", **options)
    (block,) = serum(WEEK, SMALL, per="block", **options).to_dict(orient="records")
    assert found["start_h"].tolist() == [0.0, 7.0, 18.0, 55.0]
    assert found["session"].tolist()[0] == ""
    for name in ("auc", "above_h"):
        assert found[name].sum() == pytest.approx(block[name], rel=100 * CLOSE)
    assert found["c_max"].max() == pytest.approx(block["value"], rel=CLOSE)


# ------------------------------------------------------------------ members


def test_a_members_numbers_do_not_depend_on_the_others(people, monkeypatch):
    """Not on the size of the parts, on how many there are, or on the threads: bit for bit."""
    options = {"exerkines": ["il6", "lactate"], "above_fold": 1.5}
    everyone = Population(people.subject, n=12, seed=4, vary=["subject", "il6", "lactate"])
    together = table(WEEK, everyone, **options)
    assert together["member"].unique().tolist() == list(range(12))
    for size in (1, 5):
        monkeypatch.setattr(measures, "PART_MEMBERS", size)
        pd.testing.assert_frame_equal(table(WEEK, everyone, **options), together, check_exact=True)
    monkeypatch.setattr(compiled, "_processors", lambda: 1)
    some = table(WEEK, everyone.part(7, 2), **options)
    kept = together[together["member"].isin([7, 8])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, kept, check_exact=True)


def test_several_plans_and_people_are_measured_side_by_side():
    short = parse_schedule("Mon 07:00 run 30m 70% VO2max")
    light = Subject(sex="female", age_y=50, body_mass_kg=55, height_m=1.6, vo2max_ml_kg_min=30)
    idle = parse_schedule("Mon 12:00 meal 90g carbs")
    plans, subjects = [WEEK, short, idle, WEEK], [SMALL, light, SMALL, light]
    for per in ("session", "block"):
        options = {"per": per, "end_h": 96, **WORKING}
        found = table(plans, subjects, **options)
        alone = [
            table(plan, person, **options).assign(member=member)
            for member, (plan, person) in enumerate(zip(plans, subjects, strict=True))
        ]
        expected = pd.concat([one for one in alone if len(one)], ignore_index=True)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert set(found["session"][found["member"] == 2]) == {""}


def test_a_member_that_fails_says_why_and_leaves_the_others_alone():
    for per in ("session", "block"):
        found = table(WEEK, [SMALL, LARGE, SMALL], per=per, above_fold=2, **WORKING)
        failed = found[found["member"] == 1]
        assert failed["status"].str.startswith("no resting steady state").all()
        assert failed.select_dtypes(float).drop(columns="start_h", errors="ignore").isna().all(axis=None)
        whole = found[found["member"] != 1].reset_index(drop=True)
        alone = table(WEEK, [SMALL, SMALL], per=per, above_fold=2, **WORKING)
        pd.testing.assert_frame_equal(whole.assign(member=0), alone.assign(member=0), check_exact=True)


def test_parts_come_one_at_a_time_however_many_there_are(runner):
    seen: list[float] = []
    parts = measure(WEEK, Population(runner, n=10_000_000, seed=1), progress=seen.append, **WORKING)
    first, second = itertools.islice(parts, 2)
    n = first["member"].nunique()
    assert 100 < n < 1000
    assert second["member"].unique().tolist() == list(range(n, 2 * n))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(2 * n / 10_000_000, rel=1e-12)  # one division


def test_many_sessions_make_smaller_parts(runner):
    daily = Schedule([Session(24.0 * day, sessions_of([(30, 1)])[0].bouts) for day in range(700)])
    part = next(measure(daily, Population(runner, n=10_000, seed=1), **WORKING))
    assert measures.PART_ROWS / 2 < len(part) <= measures.PART_ROWS


def test_one_person_alone_may_have_more_rows_than_a_part(runner, monkeypatch):
    monkeypatch.setattr(measures, "PART_ROWS", 1)
    parts = list(measure(WEEK, Population(runner, n=3, seed=1), **WORKING))
    assert [one["member"].unique().tolist() for one in parts] == [[0], [1], [2]]


def test_progress_ends_when_all_is_done(runner):
    seen: list[float] = []
    table(WEEK, Population(runner, n=5, seed=1), progress=seen.append, **WORKING)
    assert seen[-1] == 1.0


def test_a_plan_without_sessions_has_an_empty_table_with_every_column():
    idle = parse_schedule("Mon 12:00 meal 90g carbs")
    found = table(idle, SMALL, **WORKING)
    assert len(found) == 0
    assert list(found) == list(table(WEEK, SMALL, **WORKING))


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exerkines": "tracre"}, "unknown exerkine 'tracre'\n.*did you mean 'tracer'"),
        ({"exerkines": []}, "no exerkine"),
        ({"per": "sesion"}, "per = 'sesion'\n.*session or stretch or block\n.*did you mean 'session'"),
        ({"per": 1}, "per = 1"),
        ({"above_fold": 0}, "above_fold = 0\n"),
        ({"above_fold": 1.0}, "above_fold = 1.0\n"),
        ({"above_fold": math.nan}, "above_fold = nan\n"),
        ({"above_fold": math.inf}, "above_fold = inf\n"),
        ({"above_fold": "2"}, "above_fold = '2'\n"),
        ({"above_fold": -2.0}, "above_fold = -2.0\n"),
        ({"above_fold": 1e6 + 1}, "a multiple of rest above 0, at most 1e.06, and not 1"),
        ({"tolerance": 1.0}, "tolerance = 1.0"),
        ({"end_h": 1.0}, "end_h = 1.0"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(options, message):
    with pytest.raises(InputError, match=message):
        measure(WEEK, SMALL, **{**WORKING, **options})


@pytest.mark.parametrize("fold", [1e6, 0.5, 2, np.int64(3), np.float64(1.5), 1.0000001])
def test_any_multiple_of_rest_but_one_can_be_asked_for(fold):
    check_fold(fold)


def test_a_population_follows_one_plan(runner):
    with pytest.raises(InputError, match="one schedule"):
        measure([WEEK, WEEK], Population(runner, n=2, seed=1), **WORKING)
    with pytest.raises(InputError, match="'tracer.volume' cannot vary"):
        measure(WEEK, Population(runner, n=2, seed=1, vary={"tracer.volume": 0.1}), **WORKING)
