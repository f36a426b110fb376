"""Lessons: read with clear refusals, and answered by the simulation alone."""

import re
import tomllib

import pytest

from exerkine_sim.app.lesson import load_lab, outcome
from exerkine_sim.errors import InputError
from exerkine_sim.evidence.claims import Quantity, Reading, written
from exerkine_sim.parameters import params_folder

TEXT = (params_folder() / "lab.toml").read_text()

SMALL = """
[person.someone]
sex = "female"
age_y = 30
body_mass_kg = 62
height_m = 1.68
vo2max_ml_kg_min = 45

[[lesson]]
id = "short"
title = "Short and long"
question = "Which?"
exerkines = ["il6"]
look = "look"
answer = "{il6(a)} and {il6(b)}, {il6(b) / il6(a)} times"
why = "why"
limits = "limits"
evidence = "none"
a = { label = "short", person = "someone", plan = "Mon 08:00 run 30m 70% VO2max" }
b = { label = "long", person = "someone", plan = "Mon 08:00 run 2h 70% VO2max" }

[[lesson.measure]]
id = "il6"
label = "IL-6, peak"
of = "il6"
take = "peak"
session = 1

[[lesson.choice]]
says = "the long one"
holds = "il6(b) > il6(a)"

[[lesson.choice]]
says = "the short one"
holds = "il6(b) <= il6(a)"

[[lesson.again]]
label = "the other way round"
a = { plan = "Mon 08:00 run 2h 70% VO2max" }
b = { plan = "Mon 08:00 run 30m 70% VO2max" }
"""


@pytest.fixture
def lab(tmp_path):
    def load(text: str = SMALL):
        (tmp_path / "lab.toml").write_text(text)
        return load_lab(tmp_path / "lab.toml")

    return load


def test_the_shipped_lab_has_the_seven_experiments():
    ids = [lesson.id for lesson in load_lab()]
    assert ids == ["intensity", "fasted", "age", "drug", "twice", "deload", "half-lives"]


@pytest.mark.parametrize("lesson", load_lab(), ids=lambda lesson: lesson.id)
def test_every_shipped_lesson_can_be_answered(lesson):
    """Exactly one prediction comes true, every gap of the answer is filled, and the evidence is named."""
    found = outcome(lesson, lesson.runs[0])
    assert sum(found.true) == 1
    assert "{" not in found.answer
    assert "none" not in found.answer
    assert lesson.claim is not None or lesson.records
    assert len(lesson.exerkines) <= 12
    assert len(lesson.runs) > 1


def test_no_number_of_the_model_is_typed_into_an_answer():
    for lesson in tomllib.loads(TEXT)["lesson"]:
        outside = re.sub(r"\{[^{}]*\}", "", lesson["answer"])
        assert not re.search(r"(?<![A-Za-z-])\d", re.sub(r"IL-\d+(ra)?|FGF21", "", outside)), lesson["id"]


def test_the_simulation_picks_the_prediction_and_fills_the_answer(lab):
    (lesson,) = lab()
    first, other = (outcome(lesson, run) for run in lesson.runs)
    assert first.true == (True, False)
    assert other.true == (False, True)
    a, b = (first.readings[Quantity("il6", side)] for side in "ab")
    ratio = written(Reading(b.value / a.value, ""))
    assert first.answer == f"{written(a)} and {written(b)}, {ratio} times"
    # The same two plans, exchanged: the same two numbers.
    assert list(other.rows()) == [("IL-6, peak", (written(b), written(a)))]


def test_a_change_keeps_what_it_does_not_name(lab):
    (lesson,) = lab()
    first, other = lesson.runs
    assert other.sides[0].label == first.sides[0].label
    assert other.sides[0].setting.subject == first.sides[0].setting.subject
    assert other.sides[0].setting.plan != first.sides[0].setting.plan


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('exerkines = ["il6"]', 'exerkines = ["il66"]', "unknown molecule 'il66'"),
        ('person = "someone", plan = "Mon 08:00 run 2h', 'person = "sombody", plan = "x', "unknown person"),
        ("run 30m 70% VO2max\" }\nb", "rum 30m 70% VO2max\" }\nb", "side a, line 1"),
        ("il6(b) > il6(a)", "il6(b) > il6(c)", "choice 1"),
        ("{il6(b) / il6(a)}", "{il7(b)}", "unknown measure 'il7'"),
        ("{il6(b) / il6(a)}", "{2.5}", "without a measure"),
        ("{il6(b) / il6(a)}", "{__import__('os')}", "goes on with"),
        ('evidence = "none"\n', "", "no evidence"),
        ('evidence = "none"', 'claim = "fgf21-fastin"', "did you mean 'fgf21-fasting'?"),
        ('evidence = "none"', 'evidence = "x"\nrecords = ["il6_99999"]', "il6_99999"),
        ("session = 1", "session = 3", "measure 'il6'"),
        ('title = "Short and long"', 'titel = "x"', "unknown field 'titel'"),
        ("vo2max_ml_kg_min = 45", "vo2max_ml_kg_min = 4500", "person.someone"),
        ("run 2h 70% VO2max", "run 2h 70% VO2max\\nrepeat 30 weeks", "weeks"),
    ],
)  # fmt: skip
def test_a_faulty_lesson_is_refused_with_its_place(lab, old, new, told):
    assert old in SMALL
    with pytest.raises(InputError) as refusal:
        lab(SMALL.replace(old, new))
    assert told in str(refusal.value)
    assert "lab.toml" in str(refusal.value)
