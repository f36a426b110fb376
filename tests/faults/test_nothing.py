"""Of no length, number or content: a right answer that is empty, or an error that says what is missing."""

import numpy as np
import pandas as pd
import pytest

import exerkine_sim as xk
from exerkine_sim.errors import ExerkineError, InputError
from exerkine_sim.model import compose
from exerkine_sim.sweeps import Factor, Outputs, Range, Sampling, Values
from laboratory import MAN

NOTHING = xk.Schedule(())
PLOTS = ("timecourse", "heat", "peaks", "overview", "exposure")
ONE_PEAK = Outputs(exerkines=("il6",), metrics=("c_max",))
FACTOR = Factor("plan.duration", Range(0.5, 1.0))


@pytest.fixture(scope="module")
def rest():
    """A day of a person without a plan."""
    return xk.simulate(NOTHING, MAN)


@pytest.fixture(scope="module")
def moment(plan):
    """A simulation of which one moment is known."""
    return xk.simulate(plan, MAN, times_h=[0.0])


def test_no_plan_is_rest(rest):
    values = rest.concentration("il6").values
    assert np.ptp(values) == 0.0
    assert rest.status == ("ok",)
    assert rest.metrics().empty
    assert [len(table) for table in xk.measure(NOTHING, MAN)] == [0]
    assert xk.training_scores(NOTHING, MAN).sessions.empty


def test_no_plan_is_written_and_read(rest, tmp_path):
    assert xk.parse_schedule("") == xk.parse_schedule("# nothing\n\n") == NOTHING
    assert (NOTHING.describe(), NOTHING.to_toml()) == ("", "")
    for name in ("plan.txt", "plan.toml"):
        (tmp_path / name).touch()
        assert xk.load_schedule(tmp_path / name) == NOTHING
    stored = xk.load_solution(rest.save(tmp_path / "rest.nc"))
    assert np.array_equal(stored.arrays["state"], rest.arrays["state"])


def test_a_plan_without_sessions_stays_one_or_cannot_be_changed():
    assert xk.transform.scale(NOTHING, duration=2.0) == xk.transform.join(NOTHING) == NOTHING
    for change, options in {"repeat": {"weeks": 3}, "taper": {"to_percent": 50}}.items():
        with pytest.raises(InputError, match=f"nothing to {change}"):
            getattr(xk.transform, change)(NOTHING, **options)


@pytest.mark.parametrize(
    "line",
    [
        "run 0m 70% VO2max",
        "0x(run 1m 70% VO2max)",
        "",
        "squat 0x5 80% 1RM",
        "squat 3x0 80% 1RM",
        "infuse il6 1ug/h 0h",
    ],
)
def test_what_lasts_no_time_is_refused_with_its_line(line):
    with pytest.raises(InputError, match="line 1"):
        xk.parse_schedule(f"Mon 07:00 {line}")


@pytest.mark.parametrize("line", ["run 10m 0% VO2max", "meal 0g carbs", "infuse il6 0ug/h 3h"])
def test_what_is_nothing_but_lasts_does_nothing(line, rest):
    solution = xk.simulate(xk.parse_schedule(f"Mon 00:30 {line}"), MAN, end_h=4, times_h=[0.0, 2.0, 4.0])
    il6 = solution.concentration("il6").values
    assert np.array_equal(il6, np.full_like(il6, rest.concentration("il6").values[0, 0]))


CALLS = {
    "no plans": lambda plan: xk.simulate([], MAN),
    "nobody": lambda plan: xk.simulate(plan, []),
    "no times": lambda plan: xk.simulate(plan, MAN, times_h=[]),
    "no time": lambda plan: xk.simulate(plan, MAN, times_h=[1.0, 1.0]),
    "no end": lambda plan: xk.simulate(NOTHING, MAN, end_h=0),
    "hardly an end": lambda plan: xk.simulate(NOTHING, MAN, end_h=1e-300),
    "no molecule": lambda plan: xk.simulate(plan, MAN, exerkines=[]),
    "a molecule without a name": lambda plan: xk.dossier(""),
    "no molecule to measure": lambda plan: list(xk.measure(plan, MAN, exerkines=[])),
    "a population of nobody": lambda plan: xk.Population(MAN, n=0, seed=1),
    "a cohort of nobody": lambda plan: xk.Population.of(xk.Cohort(), n=0, seed=1),
    "no plans to compare": lambda plan: xk.compare([], MAN),
    "one plan to compare": lambda plan: xk.compare([plan], MAN),
    "a session without bouts": lambda plan: xk.Session(7.0, ()),
    "no measurements": lambda plan: xk.fit(pd.DataFrame(), plan, MAN, free=["il6.synthesis"]),
    "measurements in a list": lambda plan: xk.fit([], plan, MAN, free=["il6.synthesis"]),  # type: ignore[arg-type]
    "no derivative": lambda plan: xk.sensitivities(plan, MAN, of=[], to=["il6.clearance"], times_h=[1.0]),
    "derivatives at no time": lambda plan: xk.sensitivities(
        plan, MAN, of=[("il6", "plasma")], to=["il6.clearance"], times_h=[]
    ),
    "nothing varies": lambda plan: xk.Design(
        plan, MAN, factors=[], sampling=Sampling("grid"), outputs=ONE_PEAK
    ),
    "no points": lambda plan: xk.Design(
        plan, MAN, factors=[FACTOR], sampling=Sampling("sobol", n=0, seed=1), outputs=ONE_PEAK
    ),
    "no values": lambda plan: xk.Design(
        plan, MAN, factors=[Factor("plan.duration", Values(()))], sampling=Sampling("grid"), outputs=ONE_PEAK
    ),
    "nothing kept": lambda plan: Outputs(exerkines=("il6",), metrics=()),
    "a block without a name": lambda plan: xk.load_block(""),
}


@pytest.mark.parametrize("name", CALLS)
def test_nothing_where_there_has_to_be_something_is_refused_in_words(name, plan):
    with pytest.raises(ExerkineError) as told:
        CALLS[name](plan)
    assert told.value.expected or told.value.fix


@pytest.mark.parametrize(
    "name",
    [
        f"a{suffix}"
        for suffix in (".fit", ".tcx", ".gpx", ".zwo", ".erg", ".mrc", ".csv", ".zip", ".fit.gz", ".nc")
    ],
)
def test_an_empty_file_is_refused_by_name(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(InputError, match=name):
        xk.load_schedule(tmp_path / name)


@pytest.mark.parametrize(
    "load", [xk.load_subject, xk.load_solution, xk.load_fit, xk.load_design, xk.load_study]
)
def test_a_file_without_content_is_not_taken_for_one(tmp_path, load):
    (tmp_path / "empty").touch()
    with pytest.raises(InputError, match="empty"):
        load(tmp_path / "empty")


def test_an_empty_folder_holds_no_plan_and_no_sweep(tmp_path):
    with pytest.raises(InputError, match="no session in"):
        xk.load_schedule(tmp_path)
    with pytest.raises(InputError, match="not a sweep"):
        xk.open_sweep(tmp_path)


def test_no_modules_are_a_model_of_nothing():
    assert compose([]).state_names == ()


@pytest.mark.parametrize("name", PLOTS)
def test_no_molecule_is_nothing_to_draw(name, solution):
    with pytest.raises(InputError, match="no exerkine\n  fix: name one"):
        getattr(xk.plot, name)(solution, [])


def test_rest_and_a_moment_are_drawn(rest, moment):
    for solution in (rest, moment):
        for draw in (xk.plot.timecourse, xk.plot.heat):
            draw(solution, ["il6"]).figure.draw_without_rendering()


def test_what_has_nothing_to_show_says_so(rest, moment, plan):
    with pytest.raises(InputError, match="no session\n"):
        xk.plot.peaks(rest)
    with pytest.raises(InputError, match="0 h\n  expected: a day at least"):
        xk.plot.resting(plan, moment)
    assert xk.plot.calendar(NOTHING).get_xlim()
