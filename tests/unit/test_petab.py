"""PEtab: what is written passes the format's own linter, and asks for the same minimum as our fit."""

import io
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from exerkine_sim.calibration.target import Targets
from exerkine_sim.cli import main
from exerkine_sim.errors import InputError
from exerkine_sim.evidence import find_study
from exerkine_sim.exchange.petab import save_petab, study_problem, to_petab
from exerkine_sim.stimulus import build_stimulus
from exerkine_sim.uncertainty import Prior

# The linter calls pandas in ways that its newest version will leave behind.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
# A level, changes, and a plan of 17 segments beside those of two and three.
STUDIES = ("Keller2003_placebo", "Kleinert2018", "Kouvelioti2019b")
FREE = ("il6.brake", "gdf15.gain", "il6.training_relief")
X = np.array([0.5, -1.0, 0.25])


@pytest.fixture(scope="module")
def problem():
    waiting = study_problem([find_study(key) for key in STUDIES])
    return replace(waiting, priors=tuple(Prior.of(name, waiting.parameters) for name in FREE))


@pytest.fixture(scope="module")
def files(problem):
    return to_petab(problem, title="Three trials")


@pytest.fixture(scope="module")
def loaded(files, tmp_path_factory):
    petab = pytest.importorskip("petab.v1")
    place = save_petab(files, tmp_path_factory.mktemp("petab"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return petab.Problem.from_yaml(place)


def table(files, name):
    return pd.read_csv(io.StringIO(files[f"{name}.tsv"]), sep="\t", index_col=0)


def test_the_linter_finds_nothing(loaded):
    from petab.v1.lint import lint_problem

    assert not lint_problem(loaded)
    assert loaded.x_free_ids == ["il6__brake", "il6__training_relief", "gdf15__gain"]


def test_the_objective_is_half_our_sum_of_squares_and_what_the_page_says(problem, files, loaded):
    """petab's own likelihood of our predictions, and the normal densities that the table names."""
    from petab.v1.calculate import calculate_llh

    ours = problem.residuals(X)
    predicted = np.exp(problem.misfit(X)) * loaded.measurement_df["measurement"].to_numpy()
    simulated = loaded.measurement_df.drop(columns="measurement").assign(simulation=predicted)
    llh = calculate_llh(loaded.measurement_df, simulated, loaded.observable_df, loaded.parameter_df)
    values = dict(zip(problem.names, problem.values(X), strict=True))
    for name, row in loaded.parameter_df[loaded.parameter_df["estimate"] == 1].iterrows():
        mean, sigma = map(float, row["objectivePriorParameters"].split(";"))
        value = values[name.replace("__", ".")]  # all three have canonical units
        moved = (np.log(value) if row["parameterScale"] == "log" else value) - mean
        llh -= 0.5 * (moved / sigma) ** 2 + np.log(sigma * np.sqrt(2 * np.pi))
    constant = float(files["README.md"].split("half the sum of squares + ")[1].partition("\n")[0])
    # sums of 12 terms of order 1, in another order
    assert -llh == pytest.approx(0.5 * float(ours @ ours) + constant, rel=1e-12)


@pytest.mark.parametrize("key", STUDIES)
def test_starts_and_levels_are_the_plan(problem, files, key):
    study = find_study(key)
    row = table(files, "conditions").loc[key]
    end_h = max(study.time_h(seen) for seen in study.observations)
    stimulus = build_stimulus(study.schedule(), study.subject, problem.parameters, end_h=end_h + 1)
    middles = (stimulus.breakpoints[:-1] + stimulus.breakpoints[1:]) / 2
    starts = row.filter(regex=r"^start_\d+$").to_numpy(float)
    assert starts[starts < 1e9].max() < end_h
    for middle, inputs in zip(middles[middles < end_h], stimulus.inputs[middles < end_h], strict=True):
        now = int(np.sum(starts <= middle))
        for name, value in zip(stimulus.names, inputs, strict=True):
            assert row.get(f"level_{now}__{name}", value) == value


def test_a_trial_rests_before_it_begins(files):
    conditions = table(files, "conditions")
    hours = conditions.filter(regex=r"^(zero|start_\d+)$")
    assert (hours.loc[[f"{key}_rest" for key in STUDIES]] == 1e9).all(axis=None)
    measurements = table(files, "measurements")
    resting = measurements["simulationConditionId"] + "_rest"
    assert (measurements["preequilibrationConditionId"] == resting).all()


def test_what_is_held_has_no_say_in_the_objective(files):
    parameters = table(files, "parameters")
    held = parameters[parameters["estimate"] == 0]
    assert held["objectivePriorType"].isna().all()
    assert held["initializationPriorType"].notna().all()


def test_a_change_that_is_read_at_time_zero_is_left_out(problem):
    study = find_study("Kleinert2018")
    first, second = study.observations
    early = replace(study, observations=(replace(first, counted_from="start", time_min=0.0), second))
    files = to_petab(study_problem([early], parameters=problem.parameters), title="One trial")
    assert len(table(files, "measurements")) == 1
    assert "changes from time zero that are no later: 1" in files["README.md"]


def test_what_cannot_be_said_is_refused(problem):
    with pytest.raises(InputError, match="no observation"):
        to_petab(study_problem([find_study("PostExerciseLeptin")]), title="By the clock")
    alike = [replace(find_study("Kleinert2018"), key=key) for key in ("A-1", "A_1")]
    targets = Targets.of(alike, parameters=problem.parameters, model=problem.targets.model)
    with pytest.raises(InputError, match="called alike"):
        to_petab(replace(problem, priors=(), targets=targets), title="Twins")


@pytest.mark.parametrize("words", [[], ["--study", "Hill2008_40", "--problem", "recipe.toml"]])
def test_the_command_asks_for_trials_or_a_problem(words, tmp_path, capsys):
    with pytest.raises(SystemExit, match="1"):
        main(["petab", "--out", str(tmp_path), *words])
    assert "expected: --study KEY, or --problem RECIPE.toml" in capsys.readouterr().err
