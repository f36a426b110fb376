"""Blocks of months to a year: what was published of them, where they settle, and the way back.

Nothing was fitted to the trials of six to twelve months named here. Where a trial gives heart rate or energy,
the share of VO2max it stands for is written beside the plan.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import laboratory
from exerkine_sim.model import compose
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology.adaptation import adaptation
from exerkine_sim.physiology.crp import crp
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from laboratory import IL6_MODULES, folds, midnights, person

ALONE = compose([adaptation])
YEAR = 365
UNTRAINED = person(age_y=29, height_m=1.78, vo2max=40, training="sedentary")
TRAINED = person(age_y=29, height_m=1.78, vo2max=60, training="trained")
OLD_WOMAN = person(sex="female", age_y=68, body_mass_kg=68, height_m=1.62, vo2max=23, training="sedentary")
RECREATIONAL = person(
    sex="female", age_y=32, body_mass_kg=62, height_m=1.68, vo2max=42, training="recreational"
)
PEOPLE = [UNTRAINED, TRAINED, OLD_WOMAN, RECREATIONAL]

RUN = "run 60m 70% VO2max"
INTERVALS = "run 10m 60% VO2max, 4x(4m 92% / 3m 55%), 10m 55%"
LIFTING = "squat 5x5 80% 1RM rest 3m; bench press 5x5 80% rest 3m; row 4x8 75% rest 2m"
WEEKS = {
    "polarised": {1: RUN, 2: INTERVALS, 4: "run 60m 60% VO2max", 5: INTERVALS, 7: "run 2h 62% VO2max"},
    "strength": {1: LIFTING, 3: LIFTING, 5: LIFTING},
    "concurrent": {1: LIFTING, 2: RUN, 4: LIFTING, 6: RUN},
}


def weeks(week, first, last):
    """Return the lines of a plan: sessions by weekday, 1 to 7, in the same weeks from `first` to `last`."""
    return "\n".join(
        f"day {7 * (number - 1) + day} 08:00 {session}"
        for number in range(first, last + 1)
        for day, session in week.items()
    )


def thrice(session, last):
    return weeks(dict.fromkeys((1, 3, 5), session), 1, last)


def simulated(text, days, subject, **options):
    """Simulate a plan and sample it at six in the morning of some days."""
    return laboratory.simulated(text, midnights(np.asarray(days) - 1) + 360, subject=subject, **options)


def gains(text, days, subject=UNTRAINED):
    return simulated(text, days, subject, model=ALONE).state("adaptation.vo2max_gain").values[0]


# --- VO2max over a year, as published ---------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "published"), [(72.2, 0.042), (135.8, 0.060), (191.7, 0.082)])
def test_half_a_year_of_light_work_gains_as_much_as_the_dose_says(minutes, published):
    # MOD_drew07_1, MOD_drew07_2, MOD_drew07_3: at 50 % VO2peak, three sessions a week
    woman = person(sex="female", age_y=57, body_mass_kg=84, height_m=1.62, vo2max=15.5, training="sedentary")
    (found,) = gains(thrice(f"walk {minutes / 3:.1f}m 50% VO2max", 26), 183, woman)
    assert found == pytest.approx(published, abs=0.01)  # a sixth of what the middle dose gave


@pytest.mark.parametrize(("minutes", "published"), [(43, 0.133), (65, 0.160)])
def test_ten_months_of_five_sessions_a_week(minutes, published):
    # MOD_met16_1, MOD_met16_2: +11.3 and +14.0 % with -2.0 % in control, after 400 and 600 kcal a session at
    # 70 to 80 % HRmax, taken as 60 % VO2max
    subject = person(age_y=23, body_mass_kg=90, height_m=1.72, vo2max=34, training="sedentary")
    week = dict.fromkeys(range(1, 6), f"run {minutes}m 60% VO2max")
    # 0.02 for 5 points of VO2max in the share taken, 0.02 for what the control group lost; found 0.03 above
    assert gains(weeks(week, 1, 43), 303, subject)[0] == pytest.approx(published, abs=0.04)


JOGGER = person(sex="female", age_y=42, body_mass_kg=68, height_m=1.7, vo2max=37.7, training="sedentary")
JOGGING = thrice("run 45m 64% VO2max", 52)  # 60 % of heart rate reserve


def test_a_year_of_jogging_gains_a_sixth():
    # MOD_scharhag09_1: 16 %, interquartile range 9 to 20 %
    assert 0.09 < gains(JOGGING, YEAR, JOGGER)[0] < 0.20


@pytest.mark.xfail(strict=True, reason="one time constant of two weeks, from trials of hard daily work")
def test_half_of_the_year_s_gain_comes_after_three_months():
    # MOD_scharhag09_2, MOD_scharhag09_3, MOD_scharhag09_4: 52, 65 and 79 % after 3, 6 and 9 months
    *early, whole = gains(JOGGING, [92, 183, 274, YEAR], JOGGER)
    assert np.array(early) / whole == pytest.approx([0.52, 0.65, 0.79], abs=0.15)


def test_a_year_towards_a_marathon_gains_a_fifth():
    # MOD_arbab14_1, MOD_arbab14_2: 40.3 to 48.7 mL/kg/min, sessions and intensity rising through the year
    phases = [
        weeks(dict.fromkeys((1, 3, 6), "run 35m 70% VO2max"), 1, 13),
        weeks(dict.fromkeys((1, 3, 4, 6), "run 45m 75% VO2max"), 14, 26),
        weeks({1: RUN, 3: INTERVALS, 4: RUN, 6: "run 90m 75% VO2max"}, 27, 39),
        weeks({1: RUN, 2: INTERVALS, 4: RUN, 6: "run 150m 75% VO2max"}, 40, 52),
    ]
    # the +/- 1.6 mL/kg/min printed with the 40.3 of the start
    assert gains("\n".join(phases), YEAR)[0] == pytest.approx(48.7 / 40.3 - 1, abs=0.04)


@pytest.mark.xfail(strict=True, reason="the ceiling of the gain is 26 %, from all other trials")
def test_ten_weeks_at_the_limit_of_the_day_gain_almost_a_half():
    # MOD_hickson77_1: +44 %, the load rising with VO2max
    lines = [
        f"day {day} 08:00 cycle 40m {90 + 0.4 * day:.0f}% VO2max" for day in range(1, 71) if day % 7 != 0
    ]
    assert gains("\n".join(lines), 71)[0] > 0.35


def test_eight_weeks_of_intervals_raise_the_moderately_trained_between_recreational_and_trained():
    # MOD_helgerud07_1, MOD_hov22_1: +7.2 and +6.5 %, which habit_slope is set by; the first's means, 55.5 and
    # 60.4 mL/kg/min, are 8.8 % apart. MOD_helgerud07_2: +5.5 %
    week = dict.fromkeys((1, 3, 5), "run 10m 60% VO2max, 4x(4m 93% / 3m 62%), 10m 55%")
    recreational, trained = (
        gains(weeks(week, 1, 8), 58, person(age_y=29, height_m=1.78, vo2max=57, training=training))[0]
        for training in ("recreational", "trained")
    )
    assert trained < 0.065 < 0.072 < 60.4 / 55.5 - 1 < recreational
    assert trained > 0.03
    assert recreational < 0.12


ATHLETE = person(age_y=29, height_m=1.78, vo2max=63, training="trained")


@pytest.mark.xfail(
    strict=True, reason="the cube of the intensity counts much light work like a little hard work"
)
@pytest.mark.parametrize(
    ("week", "last", "published"),
    [
        # MOD_laursen02_1, MOD_laursen02_2, MOD_laursen02_3: +5.4 and +8.1 %, control +1.0 %
        (dict.fromkeys((1, 4), "cycle 10m 55% VO2max, 8x(2m30s 100% / 5m 40%), 10m 50%"), 4, 0.057),
        (WEEKS["polarised"], 9, 0.117),  # MOD_stoggl14_1
    ],
    ids=["intervals", "polarised"],
)
def test_athletes_gain_by_intervals(week, last, published):
    assert gains(weeks(week, 1, last), 7 * last + 2, ATHLETE)[0] == pytest.approx(published, rel=0.4)


@pytest.mark.parametrize(
    "kept",
    [{1: "cycle 40m 90% VO2max", 4: "cycle 40m 90% VO2max"}, dict.fromkeys(range(1, 7), "cycle 13m 90%")],
    ids=["two sessions a week", "a third of the time"],
)
def test_what_twelve_weeks_gave_is_kept_by_little_for_the_rest_of_the_year(kept):
    # MOD_hickson81b_1, MOD_hickson82_1, MOD_hickson82_2: held for 15 weeks
    six = weeks(dict.fromkeys(range(1, 7), "cycle 40m 90% VO2max"), 1, 12)
    after = [85, 190, YEAR]
    gained, half_year, year = gains(f"{six}\n{weeks(kept, 13, 52)}", after)
    assert 0.2 < gained < 0.25
    # "essentially the same": within 5 % of VO2max, which is what one test can tell from the next
    assert gained - half_year < 0.05
    assert year == pytest.approx(half_year, abs=0.002)


# --- Every molecule, over a year ----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=WEEKS)
def year(request):
    """Folds of rest in a year of the same week, for four people: the mornings of five weeks of it."""
    chosen = np.array([1, 13, 26, 40, 52])
    days = ((chosen[:, None] - 1) * 7 + np.arange(1, 8)).ravel()
    solution = simulated(weeks(WEEKS[request.param], 1, 52), days, PEOPLE)
    folds = solution.dataset["concentration"] / solution.dataset["rest"]
    return folds.assign_coords(time=np.arange(len(days)) // 7)


def test_nothing_in_blood_runs_away_in_a_year_of_training(year):
    in_blood = year.sel(site=[site for site in ("plasma", "serum", "blood") if site in year["site"]])
    seen = in_blood.values[np.isfinite(in_blood.values)]
    assert len(seen) > 30 * 35 * len(PEOPLE)  # thirty molecules and more
    assert seen.min() > 0.5
    assert seen.max() < 4  # CRP, the morning after two hours


def test_the_weeks_of_the_same_training_become_alike(year):
    # fitness, the slowest, has a time constant of six weeks: e^-6 of its way is left after nine months
    late, last = (year.isel(time=year["time"] == week).values for week in (3, 4))
    assert np.nanmax(np.abs(last / late - 1)) < 0.005


def test_training_shifts_resting_levels_in_the_published_direction_and_half_a_year_of_rest_undoes_it():
    # MOD_nicklas08_1, MOD_campbell09_1, MOD_donges10_2: IL-6 and CRP lower; MOD_campbell09_3: or not; ADI-24;
    # MOD_szu15_3: BDNF higher; MST-33: serum myostatin lower, and up again without training
    plan = weeks(WEEKS["concurrent"], 1, 26)
    solution = simulated(plan, [7 * 26 + 1, YEAR], [UNTRAINED, TRAINED])
    moved = {}
    for molecule in ("il6", "crp", "myostatin", "adiponectin", "bdnf"):
        folds = solution.fold(molecule).values
        assert folds[:, 1] == pytest.approx(1, abs=0.01), molecule
        moved[molecule] = folds[:, 0] - 1
    signs = {"il6": -1, "crp": -1, "myostatin": -1, "adiponectin": 1, "bdnf": 1}
    for molecule, sign in signs.items():
        assert 0.02 < sign * moved[molecule][0] < 0.35, molecule
    # what habitual training has done is in the resting level already
    for molecule in ("il6", "adiponectin", "bdnf"):
        assert abs(moved[molecule][1]) < 0.7 * abs(moved[molecule][0]), molecule


def test_half_a_year_without_training_brings_every_molecule_back_to_rest():
    plan = weeks(WEEKS["polarised"], 1, 26)
    solution = simulated(plan, YEAR, PEOPLE)
    folds = (solution.dataset["concentration"] / solution.dataset["rest"]).values
    assert np.nanmax(np.abs(folds - 1)) < 0.01  # an eighth of a thousandth of the fitness, squared, and less


def test_the_same_share_of_a_higher_vo2max_calls_for_the_same_lac_phe():
    # LPH-007: a pronounced rise in an endurance test before and after eight weeks of training
    training = weeks(dict.fromkeys((1, 3, 5), "cycle 50m 70% VO2max"), 1, 8)
    (gained,) = gains(training, 59)
    peaks = []
    for day, before, factor in ((1, "", 1), (59, training, 1 + gained), (59, training, 1)):
        test = ", ".join(f"{percent * factor:.1f}% VO2max" for percent in (50, 65, 80, 100))
        plan = f"{before}\nday {day} 08:00 cycle 5m " + test.replace(", ", ", 5m ")
        who = {"subject": UNTRAINED, "day": day, "exerkines": "lac_phe"}
        peaks.append(folds(plan, np.arange(0, 90, 2), molecule="lac_phe", **who).max())
    untrained, same_share, same_load = peaks
    assert untrained > 2
    assert same_share == pytest.approx(untrained, rel=0.1)
    assert same_load < 0.9 * untrained


def test_overreaching_passes_in_a_taper_of_two_weeks():
    # MOD_lemeur14_2: everything back after two weeks
    base = weeks(dict.fromkeys((1, 3, 5), "run 45m 70% VO2max"), 1, 8)
    overload = "\n".join(
        f"day {day} {hour}:00 cycle 75m 80% VO2max" for day in range(57, 78) for hour in ("07", "17")
    )
    taper = "\n".join(f"day {day} 08:00 cycle 30m 65% VO2max" for day in (79, 82, 85, 88, 91))
    solution = simulated(f"{base}\n{overload}\n{taper}", [56, 78, 92], UNTRAINED)
    il6, igf1, crp = (solution.fold(name).values[0] for name in ("il6", "igf1", "crp"))
    assert il6[1] > 1.05 * il6[0]
    # none of them higher than before the overload; 3 %: IGF-1 needs the longest
    assert np.all(np.array([il6[2], igf1[2], crp[2]]) < 1.03 * np.array([il6[0], igf1[0], crp[0]]))


@settings(max_examples=15, deadline=None)
@given(
    minutes=st.integers(10, 120),
    percent=st.integers(40, 110),
    days=st.sets(st.integers(1, 7), min_size=1),
    training=st.sampled_from(["sedentary", "recreational", "trained", "elite"]),
)
def test_any_week_repeated_settles_below_the_ceiling(minutes, percent, days, training):
    week = dict.fromkeys(sorted(days), f"cycle {minutes}m {percent}% VO2max")
    subject = person(age_y=29, height_m=1.78, training=training)
    late, last = gains(weeks(week, 1, 52), [7 * 40 + 1, 7 * 52 + 1], subject)
    ceiling = load_parameters()["adaptation.ceiling"].value
    assert 0 < last < ceiling
    assert last == pytest.approx(late, abs=1e-4)  # e^(-280/21) of the ceiling, and rounding


# --- The engine, over a year --------------------------------------------------------------------------------


# What a year of training acts through, without the molecules that only follow: the reference is slow.
CORE = compose([*IL6_MODULES, crp])


def test_both_engines_agree_over_a_year():
    lines = [f"day {7 * week + 1} 08:00 {RUN if week % 8 else LIFTING}" for week in range(0, 52, 8)]
    hours = [24 * 56 * block + offset for block in range(7) for offset in (9.0, 12.0, 30.0)]
    found, expected = (
        simulate(
            parse_schedule("\n".join(lines)),
            UNTRAINED,
            model=CORE,
            times_h=hours,
            end_h=24 * YEAR,
            engine=engine,
        )
        for engine in ("compiled", "reference")
    )
    assert found.status == expected.status == ("ok",)
    ratio = found.dataset["concentration"].values / expected.dataset["concentration"].values
    assert np.nanmax(np.abs(ratio - 1)) < 1e-4  # ten times what was asked of each, and steep IL-6
