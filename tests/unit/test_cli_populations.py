"""People on the command line: drawn from norms, told from their noise, held against trials."""

import json
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from exerkine_sim.cli import main
from exerkine_sim.parameters import params_folder
from exerkine_sim.subject import Cohort, Population, Subject
from saying import in_words

PLAN = "Mon 07:00 run 30m 70% VO2max\n"
COHORT = """female = 0.25
age_y = [20, 30]
training = { sedentary = 0.5, trained = 0.5 }
"""


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command in a folder with a plan and a cohort: (exit code, standard output, standard error)."""
    (tmp_path / "plan.txt").write_text(PLAN)
    (tmp_path / "people.toml").write_text(COHORT)
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as leaving:
            main([str(word) for word in words])
        shown = capsys.readouterr()
        return leaving.value.code or 0, shown.out, shown.err  # type: ignore[return-value]

    return run


def test_run_says_of_whom_people_were_drawn_and_keeps_it(command):
    options = ("--population", 4, "--seed", 2, "--cohort", "people.toml", "--no-plot", "--out", "result")
    code, out, err = command("run", "plan.txt", *options)
    assert (code, err) == (0, "")
    assert "4 people: 25 % women, 20 to 30 y, 50 % sedentary, 50 % trained" in out
    assert "like this one" not in out
    _, out, _ = command("run", "plan.txt", *options, "--json")
    assert json.loads(out)["population"]["cohort"] == tomllib.loads(COHORT)


def test_measure_draws_the_people_that_python_draws(command):
    people = ("--population", 6, "--seed", 2, "--cohort", "people.toml")
    code, _, err = command("measure", "plan.txt", *people, "--exerkine", "lactate", "--out", "all.csv")
    assert (code, err) == (0, "")
    recipe = json.loads(Path("all.csv.json").read_text(encoding="utf-8"))["recipe"]
    person = Subject.from_table(tomllib.loads(recipe["subject"]))
    again = Population(person, **recipe["population"])
    assert again == Population.of(Cohort.from_table(tomllib.loads(COHORT)), n=6, seed=2)


def test_a_cohort_shows_itself_beside_norms(command):
    code, out, err = command("cohort", "people.toml", "--people", 600, "--out", "figures/who.png")
    assert (code, err) == (0, "")
    assert "600 people: 25 % women, 20 to 30 y" in out
    assert "Kaminsky2015" in out
    assert Path("figures/who.png").read_bytes().startswith(b"\x89PNG")
    code, out, _ = command("cohort", "people.toml", "--people", 600, "--no-plot", "--json")
    content = json.loads(out)
    assert code == 0
    assert content["cohort"] == tomllib.loads(COHORT)
    assert {one["sex"] for one in content["norms"]} == {"male", "female"}


def test_responders_are_shown_and_kept(command):
    options = ("--population", 30, "--cohort", "people.toml", "--exerkine", "il6", "--exerkine", "crp")
    code, out, err = command("responders", "plan.txt", *options, "--out", "who")
    assert (code, err) == (0, "")
    assert "misjudged" in out
    table = pd.read_csv("who/responders.csv")
    assert table["exerkine"].tolist() == ["il6", "crp"]
    assert Path("who/waterfall.png").read_bytes().startswith(b"\x89PNG")
    code, out, _ = command("responders", "plan.txt", *options, "--json", "--no-plot")
    content = json.loads(out)
    assert (content["before_h"], content["after_h"]) == (7.0, 7.5)
    told = [one["responders"] for one in content["molecules"]]
    assert told == pytest.approx(table["responders"].tolist(), rel=1e-12)  # through the text of a file


def test_a_predictive_check_of_one_trial(command):
    trial = params_folder() / "studies" / "Steensberg2000.toml"
    code, out, err = command("vpc", "il6", trial, "--json", "--out", "il6.png")
    assert (code, err) == (0, "")
    assert json.loads(out)["points"][0]["study"] == "Steensberg2000"
    assert Path("il6.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "plan.txt", "--cohort", "people.toml"), "--cohort without --population"),
        (("run", "plan.txt", "--cohort", "plan.txt", "--population", 3), "plan.txt: not valid TOML"),
        (("measure", "plan.txt", "--subject", "a", "--cohort", "b"), "--subject and --cohort"),
        (("cohort", "none.toml"), "none.toml: no such file"),
        (("cohort", "people.toml", "--people", 0), "n = 0"),
        (("responders", "plan.txt", "--population", 2), "a trial of at least 3"),
        (("responders", "plan.txt", "--after", "Tuesday"), "--after: 'Tuesday' is no moment"),
        (("responders", "plan.txt", "--after", 3), "measured first at 7 h and then at 3 h"),
        (("responders", "plan.txt", "--smallest", 0.5), "smallest_fold = 0.5"),
        (("vpc", "il66"), "did you mean 'il6'"),
        (("vpc", "il6", "plan.txt"), "plan.txt: not valid TOML"),
    ],
)
def test_refusals_are_one_message(command, words, message):
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert message in err
    in_words(err)
    assert not list(Path().glob("*.png"))


def test_responders_of_a_plan_that_ends_with_a_meal(command):
    Path("plan.txt").write_text(f"{PLAN}Mon 12:30 meal 80g carbs\n", encoding="utf-8")
    code, _, err = command("responders", "plan.txt", "--population", 4, "--exerkine", "il6", "--no-plot")
    assert (code, err) == (0, "")
