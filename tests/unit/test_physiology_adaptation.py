"""Weeks of training change the person: gained, kept by little, lost by none; and too much of it tells."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laboratory
from exerkine_sim.model import check_dimensions, compose, unused_parameters
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.physiology.adaptation import adaptation
from laboratory import DAY_MIN, midnights, person

ALONE = compose([adaptation])
UNTRAINED = person(vo2max=42, training="sedentary")
HARD = "cycle 40m 90% VO2max"
HOUR = "run 60m 75% VO2max"
LIFTING = "; ".join(f"{lift} 5x5 85% 1RM rest 2m" for lift in ("squat", "bench press", "row", "leg press"))
LEG_EXTENSIONS = "leg extension 5x8 80% 1RM rest 2m"
weeks = partial(laboratory.weeks, last=12)
simulated = partial(laboratory.simulated, subject=UNTRAINED)
level = partial(laboratory.levels, site="plasma", subject=UNTRAINED)


def morning(day, minutes=-60):
    """Return when it is so many minutes from eight on a day, in minutes from eight on the first."""
    return DAY_MIN * (day - 1) + minutes


def gain(text, *days, subject=UNTRAINED):
    """Return what VO2max has gained on the mornings of some days, as a share of the start."""
    solution = simulated(text, [morning(day) for day in days], subject=subject, model=ALONE)
    return solution.state("adaptation.vo2max_gain").values[0]


def with_values(**values):
    named = {name.replace("__", "."): value for name, value in values.items()}
    return load_parameters().with_values(named, note="the other reading of the evidence")


def test_every_equation_has_its_dimension_and_every_parameter_its_use():
    check_dimensions(ALONE)
    # half of what is published stands in the equations of others
    unused = unused_parameters(default_model())
    assert not {name for name in unused if name.startswith("adaptation.")}


@pytest.mark.parametrize("training", ["sedentary", "trained", "elite"])
def test_without_a_plan_nobody_gains_or_loses(training):
    solution = simulated("", midnights(0, 84), subject=person(vo2max=42, training=training), model=ALONE)
    assert np.all(solution.dataset["state"].values == 0)


def test_a_hard_programme_raises_vo2max_by_a_fifth_to_a_quarter():
    # MOD_hickson81_1 to 3: half of it in 10.3 to 10.8 days, 23 % in nine weeks, 20 to 25 % in ten
    early, nine, ten = gain(weeks(HARD, *range(1, 7), last=10), 11.5, 64, 71)
    assert early / ten == pytest.approx(0.5, abs=0.1)
    assert 0.20 < nine < 0.25
    assert 0.20 < ten < 0.25


def test_two_weeks_of_daily_work_already_give_much():
    # MOD_egan13_1: 17.5 (SEM 3.8) % after an hour at 80 % on 14 days
    assert gain(weeks("cycle 60m 80% VO2max", *range(1, 8), last=2), 15)[0] == pytest.approx(0.175, abs=0.038)


def test_two_sessions_a_week_keep_what_six_gave_and_two_easy_ones_do_not():
    # MOD_hickson81b_1: held for 15 weeks; a decay with load alone would leave a third
    six = weeks(HARD, *range(1, 7), last=10)
    kept, easy, nothing = (
        gain(f"{six}\n{rest}", 71, 176)
        for rest in (
            weeks(HARD, 1, 4, first=11, last=25),
            weeks("cycle 40m 60% VO2max", 1, 4, first=11, last=25),
            "day 176 08:00 walk 1m 30% VO2max",
        )
    )
    assert kept[1] > 0.75 * kept[0]
    assert easy[1] < 0.6 * easy[0]
    assert nothing[1] < 0.02 * nothing[0]


def test_stopping_loses_half_within_three_weeks_and_the_rest_in_twelve():
    # MOD_coyle84_1 to 3: -7, -14 and -16 % after 12, 56 and 84 days
    plan = weeks(HARD, *range(1, 7)) + "\nday 169 08:00 walk 1m 30% VO2max"
    fitness = 1 + gain(plan, 84.5, 96.5, 140.5, 168.5)
    lost = 1 - fitness[1:] / fitness[0]
    # the athletes' floor lay at 16 %, that of a whole gain of 23 % at 19 %: within four points
    assert lost == pytest.approx([0.07, 0.14, 0.16], abs=0.04)


def test_the_more_trained_gain_less_from_the_same_plan():
    plan = weeks(HARD, 1, 3, 5)
    gains = [
        gain(plan, 85, subject=person(vo2max=42, training=training))[0]
        for training in ("sedentary", "recreational", "trained", "elite")
    ]
    assert np.all(np.diff(gains) < 0)
    assert gains[-1] > 0


@settings(max_examples=25, deadline=None)
@given(
    minutes=st.integers(10, 180),
    percent=st.integers(40, 130),
    days=st.sets(st.integers(1, 7), min_size=1),
)
def test_no_programme_gains_more_than_the_ceiling_or_less_than_nothing(minutes, percent, days):
    gained = gain(weeks(f"run {minutes}m {percent}% VO2max", *days, last=6), 8, 22, 43)
    assert np.all(gained > 0)
    assert np.all(gained < load_parameters()["adaptation.ceiling"].value)


def test_lifting_hardly_raises_vo2max():
    assert gain(weeks(LIFTING, 1, 3, 5), 85)[0] < 0.02


def test_the_same_load_calls_for_half_the_adrenaline_after_three_weeks():
    # MOD_welt97_4 to 6: 0.43 after three and 0.39 after six weeks
    test = "cycle 20m 80% VO2max"
    tests = "\n".join(f"day {day} 08:00 {test}" for day in (1, 23, 44))
    training = weeks("cycle 40m 80% VO2max", 2, 3, 4, 5, 6, last=6).replace("day 23 08:00", "day 23 17:00")
    training = training.replace("day 44 08:00", "day 44 17:00")
    ends = [morning(day, 20) for day in (1, 23, 44)]
    before, three, six = level(f"{tests}\n{training}", ends, molecule="adrenaline")
    assert three / before == pytest.approx(0.43, rel=0.3)
    assert six / before == pytest.approx(0.39, rel=0.3)
    # and cortisol's rise is to be about halved; a third is what comes off here
    rest, *rises = level(f"{tests}\n{training}", [morning(1), *ends], molecule="cortisol")
    assert (rises[2] - rest) / (rises[0] - rest) == pytest.approx(0.5, abs=0.15)


def test_the_same_share_of_the_new_vo2max_calls_for_more_than_the_same_load():
    # MOD_kana99_4: relative intensity, not the load, sets the answer
    gained = gain(weeks(HARD, *range(1, 7)), 86)[0]
    plan = weeks(HARD, *range(1, 7)) + "\nday 86 08:00 cycle 20m {:.1f}% VO2max"
    end = morning(86, 20)
    load, share = (
        level(plan.format(percent), end, molecule="adrenaline")[0] for percent in (80, 80 * (1 + gained))
    )
    (before,) = level("day 1 08:00 cycle 20m 80% VO2max", morning(1, 20), molecule="adrenaline")
    assert load < 0.5 * before
    assert share > 0.6 * before


def test_training_lowers_the_il6_of_one_run_and_of_rest():
    # MOD_croft09_1, MOD_aker09_2: smaller rise at the same load; MOD_t2dcomb_2, MOD_dekker07_1: lower at rest
    run_days = [1, 86]
    plan = f"day 1 08:00 {HOUR}\n" + weeks(HOUR, 2, 4, 6) + f"\nday 86 08:00 {HOUR}"
    times = [morning(day, minutes) for day in run_days for minutes in (-60, 60)]
    rest, peak, later_rest, later_peak = level(plan, times, molecule="il6")
    assert 0.75 < later_rest / rest < 0.97
    assert later_peak - later_rest < 0.85 * (peak - rest)


def test_a_second_bout_damages_much_less_for_eight_weeks_and_as_much_after_half_a_year():
    # MOD_nosaka05_1, MOD_rbe93_1
    bout, ratios = "08:00 run 3h 65% VO2max", []
    for day in (15, 57, 85, 190):
        plan = f"day 1 {bout}\nday {day} {bout}"
        times = [morning(one, 480) for one in (1, day)]
        first, second = simulated(plan, times).state("damage.lower").values[0]
        ratios.append(second / first)
    assert ratios[0] < 0.25
    assert ratios[1] < 0.5
    assert 0.5 < ratios[2] < 0.95
    assert ratios[3] > 0.98


def test_running_does_not_protect_the_arms():
    solution = simulated(weeks(HARD, 1, 3, last=2), morning(15), model=ALONE)
    assert solution.state("adaptation.defence_upper").values == 0


TOO_MUCH = "run 75m 80% VO2max"


def too_much_daily(last, *hours):
    """Return the lines of a plan of too much on every day: at eight, or at the hours given."""
    return "\n".join(
        f"day {day} {hour}:00 {TOO_MUCH}" for day in range(1, last + 1) for hour in hours or ("08",)
    )


TWICE_A_DAY = too_much_daily(16, "08", "17")


def il6_added(text, day):
    """Return what the session at eight of a day adds to plasma IL-6 (ng/L)."""
    before, after = level(text, [morning(day), morning(day, 75)], molecule="il6")
    return after - before


def test_sixteen_days_of_far_too_much_raise_resting_il6_and_blunt_its_answer():
    # MOD_robson07_1: resting IL-6 up after intensified training
    rest, rested, later = level(TWICE_A_DAY, [morning(1), morning(18), morning(32)], molecule="il6")
    assert 1.05 < rested / rest < 1.6
    assert later < rest
    # in the block itself the legs start with little glycogen, which alone raises IL-6: hence after a day off
    overloaded, even = (
        il6_added(f"{text}\nday 18 08:00 {TOO_MUCH}", 18) for text in (TWICE_A_DAY, too_much_daily(16))
    )
    assert overloaded < 0.9 * even


@pytest.mark.xfail(strict=True, reason="-4 %: the overload takes glycogen too, which alone adds 23 %")
def test_the_answer_is_blunted_within_the_sixteen_days_too():
    assert il6_added(TWICE_A_DAY, 16) < 0.9 * il6_added(too_much_daily(32), 16)


def test_three_hard_weeks_leave_a_trained_person_unmoved():
    # MOD_slivka10_1: 3211 km in 21 days
    rider = person(vo2max=62, training="trained")
    days = "\n".join(f"day {day} 08:00 cycle 5h 50% VO2max carbs 40g/h" for day in range(1, 22))
    parameters = with_values(il6__overreaching_rise=0.0, il6__overreaching_loss=0.0)
    shipped, without = (
        level(days, morning(22), molecule="il6", subject=rider, parameters=one) for one in (None, parameters)
    )
    assert shipped == pytest.approx(without, rel=0.1)


def test_months_of_lifting_lower_the_myostatin_transcript_where_they_load():
    # MST-07: -37 % after nine weeks of leg extensions; the mean of conflicting studies lies nearer to a fifth
    plan = weeks(LEG_EXTENSIONS, 1, 3, 5, last=9)
    days = [1, 68, 160]  # a week after the last session, and three months later
    lower, upper = (
        simulated(plan, [morning(day) for day in days])
        .fold("myostatin", site=f"muscle_mrna_{region}")
        .values[0]
        for region in ("lower", "upper")
    )
    assert 0.63 < lower[1] < 0.9
    assert lower[2] > 0.97
    assert upper == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("session", ["run 150m 75% VO2max", LIFTING])
def test_a_single_session_is_answered_as_if_nobody_adapted(session):
    frozen = with_values(
        adaptation__ceiling=0.0, adaptation__threshold_gain=0.0, adaptation__protected_share=0.0
    )
    times = [morning(1, minutes) for minutes in (30, 150, 240, 600)]
    shipped, unmoved = (
        simulated(f"day 1 08:00 {session}", times, parameters=one).dataset["concentration"].values
        for one in (None, frozen)
    )
    assert np.nanmax(np.abs(shipped / unmoved - 1)) < 0.01


def test_old_untrained_muscle_releases_less_il6_and_training_brings_it_back():
    # MOD_hayney13_2, 3 and 5; MOD_reih16_1 on the other side
    older = person(age_y=75, height_m=1.75, vo2max=25, training="sedentary")
    test = "cycle 60m 70% VO2max"
    plan = f"day 1 08:00 {test}\n" + weeks(LIFTING, 2, 4, 6, last=16) + f"\nday 117 08:00 {test}"
    times = [morning(day, 60) for day in (1, 117)]
    untrained, trained = simulated(plan, times, subject=older).state("il6.pool_lower").values[0]
    equal = simulated(plan, times[:1], subject=older, parameters=with_values(il6__age_release_switch=0.0))
    young_for_their_age = equal.state("il6.pool_lower").values[0, 0]
    assert 0.6 < untrained / young_for_their_age < 0.9
    assert trained - untrained > 0.5 * (young_for_their_age - untrained)


def test_irisin_without_its_late_rise_is_gone_next_morning():
    plan = "day 1 08:00 run 60m 80% VO2max"
    late, none = (
        simulated(plan, morning(2, 180), parameters=one).fold("irisin").values[0, 0]
        for one in (None, with_values(irisin__late_switch=0.0))
    )
    assert late > 1.02
    assert none == pytest.approx(1, abs=0.005)


def test_bdnf_heeds_infused_lactate_only_while_lactate_is_taken_for_its_trigger():
    plan = "day 1 08:00 cycle 30m 60% VO2max"
    infusion = "\nday 1 08:00 infuse lactate 200mmol/h 30m"
    change = {}
    for switch in (1.0, 0.0):
        parameters = with_values(bdnf__lactate_switch=switch)
        plain, infused = (
            level(text, 30, molecule="bdnf", parameters=parameters)[0] for text in (plan, plan + infusion)
        )
        change[switch] = infused / plain - 1
    assert change[1.0] > 0.05
    assert change[0.0] == pytest.approx(0, abs=1e-4)
