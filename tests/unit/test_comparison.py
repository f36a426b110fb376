"""Plans against plans: paired, symmetric, deterministic, and undecided where there is nothing to tell."""

import math
from dataclasses import replace

import numpy as np
import pytest

from exerkine_sim.comparison import KINDS, Reading, compare
from exerkine_sim.comparison.contrast import contrast
from exerkine_sim.engine import compiled
from exerkine_sim.errors import InputError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.plot import comparison as drawn
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.subject import Population, Subject

PERSON = Subject(
    sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=50, one_rm_kg={"squat": 120}
)
PEOPLE = Population(PERSON, n=20, seed=3, uncertain=True)
EASY = parse_schedule("Mon 07:00 run 30m 60% VO2max\nWed 07:00 run 30m 60% VO2max")
HARD = parse_schedule("Mon 07:00 run 90m 75% VO2max\nWed 18:00 squat 4x6 80% 1RM rest 2m")
EARLY = parse_schedule("Mon 06:00 run 30m 60% VO2max")
# One value a minute passes by a peak by up to some parts in 10,000.
CLOSE = 1e-3


@pytest.fixture(scope="module")
def found():
    return compare([EASY, HARD], PEOPLE, names=["easy", "hard"])


def only(found, kind, exerkine, site="plasma", plan=None):
    (one,) = (
        one
        for one in found.contrasts
        if (one.kind, one.exerkine, one.site) == (kind, exerkine, site) and plan in (None, one.plan)
    )
    return one


def test_what_is_known_of_hard_and_easy_comes_out(found):
    assert only(found, "peak", "il6").verdict == "higher"
    assert only(found, "exposure", "il1ra").verdict == "higher"
    assert only(found, "brake_off", "myostatin", "muscle_mrna_lower").share_higher > 0.5
    assert only(found, "peak", "il6").grade == "high"
    assert only(found, "balance", "several").grade == "low"
    assert only(found, "overreaching", "several", "whole body").grade == "low"


def test_the_same_plan_twice_cannot_be_told_apart():
    same = compare([HARD, HARD], PEOPLE)
    assert {one.verdict for one in same.contrasts} == {"cannot be told apart"}
    assert {one.ratio for one in same.contrasts} == {1.0}
    assert {one.share_higher for one in same.contrasts} == {0.5}
    assert same.plans == ("plan 1", "plan 2")


def test_the_other_way_round_everything_is_its_inverse(found):
    turned = compare([HARD, EASY], PEOPLE, names=["hard", "easy"])
    opposite = {"higher": "lower", "lower": "higher", "cannot be told apart": "cannot be told apart"}
    for one, other in zip(found.contrasts, turned.contrasts, strict=True):
        assert (one.kind, one.exerkine, one.site) == (other.kind, other.exerkine, other.site)
        assert other.verdict == opposite[one.verdict]
        assert (other.ratio, other.low, other.high) == pytest.approx(
            (1 / one.ratio, 1 / one.high, 1 / one.low)
        )
        assert other.share_higher == pytest.approx(1 - one.share_higher)


def test_a_further_plan_changes_no_contrast_of_the_others(found):
    three = compare([EASY, EARLY, HARD], PEOPLE, names=["easy", "early", "hard"])
    assert [one for one in three.contrasts if one.plan == "hard"] == list(found.contrasts)


def test_twice_and_on_any_number_of_threads_the_same_bits(found, monkeypatch):
    monkeypatch.setattr(compiled, "_processors", lambda: 1)
    again = compare([EASY, HARD], PEOPLE, names=["easy", "hard"])
    assert again.contrasts == found.contrasts
    other = compare([EASY, HARD], replace(PEOPLE, seed=4), names=["easy", "hard"])
    assert other.contrasts != found.contrasts


def test_readings_are_those_of_the_time_courses():
    people = Population(PERSON, n=20, seed=3)
    one = only(compare([EASY, HARD], people), "peak", "il6")
    ends = {"end_h": 96.0, "exerkines": ["il6"], "times_h": np.arange(0, 96, 1 / 60)}
    folds = [simulate(plan, people, **ends).fold("il6").max("time").values for plan in (EASY, HARD)]
    assert (one.first, one.second) == pytest.approx([np.median(fold) for fold in folds], rel=CLOSE)
    assert one.ratio == pytest.approx(np.exp(np.median(np.log(folds[1] / folds[0]))), rel=CLOSE)


def test_overreaching_is_read_with_the_draws_of_the_whole_model():
    part = [name for name in default_model().parameters if name.startswith("adaptation.")]
    every, own = (
        PEOPLE.factors(load_parameters(), equations=names) for names in (default_model().parameters, part)
    )
    assert all(np.array_equal(every[name], own[name]) for name in part if name in every)
    assert "adaptation.tolerance" in own


def test_a_plan_with_an_infusion_is_compared_like_any_other():
    given = parse_schedule("Mon 07:00 infuse il6 25ug/h 2h\nWed 07:00 run 30m 60% VO2max")
    found = compare([parse_schedule("Wed 07:00 run 30m 60% VO2max"), given], PEOPLE)
    assert only(found, "peak", "il6").verdict == "higher"


def test_too_much_reads_as_overreaching():
    week = "\n".join(
        f"{day} {hour} run 75m 85% VO2max"
        for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
        for hour in ("07:00", "17:00")
    )
    much = parse_schedule(week)
    block = Schedule([one for n in range(3) for one in much.shifted(168.0 * n).sessions])
    assert only(compare([EASY, block], PEOPLE), "overreaching", "several", "whole body").verdict == "higher"


def test_plans_of_different_length_are_compared_to_the_end_of_the_longer_and_per_week():
    twice = Schedule([one for start in (0, 168) for one in EASY.shifted(start).sessions])
    found = compare([EASY, twice], PEOPLE)
    assert (found.weeks, found.end_h) == ((1.0, 2.0), 24.0 * 11)
    total, weekly = (only(found, kind, "il6") for kind in ("exposure", "exposure_per_week"))
    assert weekly.ratio == pytest.approx(total.ratio / 2)
    even = compare([EASY, HARD], PEOPLE)
    assert not any(one.kind.endswith("per_week") for one in even.contrasts)


def reading(values, **options) -> Reading:
    about = {"kind": "exposure", "exerkine": "il6", "site": "plasma", "unit": "pg/mL h", "grade": "high"}
    n = len(values)
    numbers = {"smallest_ratio": 1.2, "least": np.full(n, 1e-3), "farthest": np.full(n, np.inf)} | options
    return Reading(**about, values=np.array(values, dtype=float), **numbers)


def judged(first: Reading, second: Reading):
    return contrast(first, second, names=("A", "B"), band=0.9)


def test_a_sure_difference_too_small_for_an_assay_is_not_named():
    ones = np.linspace(1, 2, 30)
    assert judged(reading(ones), reading(1.1 * ones)).verdict == "cannot be told apart"
    assert judged(reading(ones), reading(1.3 * ones)).verdict == "higher"
    assert judged(reading(1.3 * ones), reading(ones)).verdict == "lower"


def test_a_large_difference_that_one_person_in_ten_does_not_show_is_not_named():
    ratio = np.where(np.arange(30) % 10 == 0, 0.9, 3.0)
    assert judged(reading(np.ones(30)), reading(ratio)).verdict == "cannot be told apart"


def test_people_who_differ_more_than_the_plans_do_not_blur_them():
    """Persons spread over a factor 100, the plans differ by 1.3 in each."""
    persons = np.geomspace(1, 100, 30)
    assert judged(reading(persons), reading(1.3 * persons)).verdict == "higher"


def test_an_area_below_rest_is_compared_as_such():
    one = judged(reading(np.full(30, -2.0)), reading(np.full(30, -4.0)))
    assert (one.below_rest, one.first, one.second, one.verdict) == (True, 2.0, 4.0, "higher")
    assert one.ratio == pytest.approx(2.0)


def test_what_no_plan_moves_further_than_an_assay_can_tell_is_not_named():
    near = {"farthest": np.full(30, 1.05)}
    assert (
        judged(reading(np.ones(30), **near), reading(np.full(30, 3.0), **near)).verdict
        == "cannot be told apart"
    )


def test_members_who_failed_count_nowhere():
    values = np.ones(30)
    values[:5] = math.nan
    one = judged(reading(values), reading(np.full(30, 2.0)))
    assert (one.ratio, one.share_higher) == pytest.approx((2.0, 1.0))
    none = judged(reading(np.full(30, math.nan)), reading(np.ones(30)))
    assert math.isnan(none.ratio)
    assert none.verdict == "cannot be told apart"


def test_every_kind_is_defined_in_words(found):
    assert {one.kind for one in found.contrasts} <= set(KINDS)
    assert set(found.to_json_dict()["readings"]) == set(KINDS)


@pytest.mark.parametrize(
    ("plans", "people", "message"),
    [
        ([EASY], PEOPLE, "1 plans"),
        ([EASY] * 6, PEOPLE, "6 plans"),
        (EASY, PEOPLE, "1 plans"),
        ([EASY, "HARD"], PEOPLE, "a str as plan"),
        ([EASY, HARD], Population(PERSON, n=19, seed=0), "19 people"),
        ([EASY, HARD], "me", "a str as subject"),
    ],
)
def test_what_cannot_be_compared_is_refused(plans, people, message):
    with pytest.raises(InputError, match=message):
        compare(plans, people)


def test_a_figure_shows_dots_in_the_colour_and_shape_of_their_verdict(found):
    figure = drawn(found)
    assert [ax.get_title("left") for ax in figure.axes] == [
        "exposure",
        "peak",
        "several molecules together",
        "training load scores",
    ]
    peak = figure.axes[1]
    dots = [line for line in peak.lines if line.get_gid() == "ratio"]
    assert dots[0].get_marker() == ">"
    assert dots[0].get_xdata()[0] == pytest.approx(only(found, "peak", "il6").ratio)
    assert "●●●" in peak.get_yticklabels()[0].get_text()
    assert len({line.get_color() for line in dots}) > 1


def test_a_figure_of_several_plans_numbers_them():
    figure = drawn(compare([EASY, HARD, EASY], PEOPLE, names=["easy", "hard", "easy"]))
    numbers = {text.get_text() for text in figure.axes[1].texts if text.get_gid() == "plan"}
    assert numbers == {"2", "3"}
    assert "easy (3)" in figure.get_suptitle()
