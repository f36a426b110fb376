"""What has to hold whatever the numbers are: facts of the evidence, on the shipped model, by record.

Facts that a molecule's own tests already hold are not repeated here. What is published and not met is marked
as such, with what was seen and what is simulated, and fails as soon as it is met.
"""

from dataclasses import dataclass

import numpy as np
import pytest

from exerkine_sim.errors import ScheduleError, SubjectError
from exerkine_sim.evidence import find_study
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import simulate
from exerkine_sim.solution import Solution
from exerkine_sim.subject import Subject

SIZE = {"sex": "male", "body_mass_kg": 75, "height_m": 1.8}
ACTIVE = Subject(**SIZE, age_y=25, vo2max=50)
TRAINED = Subject(**SIZE, age_y=26, vo2max=55, training="trained")
INTERVAL_RUNNER = Subject(**SIZE, age_y=25, vo2max=59.9)
MIDDLE_AGED = Subject(**SIZE, age_y=45, vo2max=33, training="sedentary")
OLDER = Subject(**SIZE, age_y=58, vo2max=38)
OLD = Subject(**SIZE, age_y=72, vo2max=28, training="sedentary")
UNTRAINED = Subject(**SIZE, age_y=25, vo2max=42, training="sedentary")
AT_154_WATT = [Subject(**SIZE, age_y=25, vo2max=vo2max) for vo2max in (51.5, 43.0, 39.3)]

CIRCUIT = ("bench press", "leg extension", "overhead press", "leg curl", "row", "curl", "leg press", "squat")
BODY = ("bench press", "leg press", "row", "leg extension", "overhead press", "leg curl")
MAXIMAL_TEST = "run 3m 55% VO2max, 3m 65%, 3m 75%, 3m 85%, 3m 95%, 2m 103%"
RIDE = "cycle 75m 75% VO2max"
SPRINT = "cycle 30s 11W/kg"


def lifted(lifts, sets, percent, rest_s):
    return "; ".join(f"{lift} {sets} {percent}% 1RM rest {rest_s}s" for lift in lifts)


@dataclass(frozen=True)
class Courses:
    """Time courses of many people by name; minutes are those from the end of the last session."""

    solution: Solution
    end_h: dict[str, float]

    def fold(self, name, exerkine, *minutes, site=None):
        return self._sampled(name, self.solution.fold(exerkine, site=site), minutes)

    def level(self, name, exerkine, *minutes, site=None):
        return self._sampled(name, self.solution.concentration(exerkine, site=site), minutes)

    def state(self, name, state, *minutes):
        return self._sampled(name, self.solution.state(state), minutes)

    def _sampled(self, name, courses, minutes):
        course = courses.values[list(self.end_h).index(name)]
        return np.interp(self.end_h[name] + np.array(minutes) / 60, self.solution.times_h, course)


def followed(plans, times_h, **options):
    """Return what everybody does who is named, all in one batch."""
    schedules = [parse_schedule(text) for text, _ in plans.values()]
    people = [person for _, person in plans.values()]
    solution = simulate(schedules, people, times_h=times_h, end_h=times_h[-1], **options)
    assert set(solution.status) == {"ok"}
    return Courses(solution, {name: plan.end_h for name, plan in zip(plans, schedules, strict=True)})


# ------------------------------------------------------------------ a day with one or two sessions

DAY = "day 2 08:00 "
FED_TWICE = "day 2 10:00 meal 90g carbs\nday 2 12:30 meal 90g carbs\n"
SESSIONS = {
    "run 150 min": (DAY + "fasted run 150m 75% VO2max", TRAINED),
    "ride 75 min": (DAY + RIDE, TRAINED),
    "ride 120 min": (DAY + "cycle 120m 65% VO2max", TRAINED),
    "marathon": (DAY + "run 206m 75% VO2max", TRAINED),
    "160 km": (DAY + "run 1578m 45% VO2max carbs 30g/h", TRAINED),
    "two hours to exhaustion": (DAY + "run 60m 65% VO2max, 60m 70%", TRAINED),
    **{f"run {minutes} min": (DAY + f"run {minutes}m 70% VO2max", TRAINED) for minutes in (60, 120, 180)},
    "ride 240 min": (DAY + "fasted cycle 240m 60% VO2max", TRAINED),
    "ride 240 min, drinking": (DAY + "cycle 240m 60% VO2max carbs 60g/h", TRAINED),
    "second ride after 3 h": (f"{DAY}{RIDE}\nday 2 12:15 {RIDE}", TRAINED),
    "second ride after 6 h": (f"{DAY}{RIDE}\n{FED_TWICE}day 2 15:15 {RIDE}", TRAINED),
    "kick": (DAY + "one-leg knee extension 300m 25W", ACTIVE),
    "easy ride": (DAY + "cycle 30m 60% VO2max", ACTIVE),
    "fed ride": ("day 2 07:30 meal 75g carbs\nday 2 08:00 cycle 30m 70% VO2max", ACTIVE),
    "tens": (DAY + "squat 8x10 70% 1RM rest 90s", ACTIVE),
    "triples": (DAY + "squat 8x3 90% 1RM rest 3m", ACTIVE),
    "short rests": (DAY + lifted(BODY, "4x10", 65, 30), ACTIVE),
    "long rests": (DAY + lifted(BODY, "4x10", 75, 120), ACTIVE),
    **{
        f"{who} lifts {what}": (DAY + lifted(CIRCUIT, "3x8", percent, 60), person)
        for who, person in (("young", ACTIVE), ("middle-aged", MIDDLE_AGED), ("old", OLD))
        for what, percent in (("hard", 70), ("light", 40))
    },
    "middle-aged rides": (DAY + "cycle 33m 65% VO2max", MIDDLE_AGED),
    "middle-aged rides lightly": (DAY + "cycle 33m 35% VO2max", MIDDLE_AGED),
    "1.25 km": (DAY + "run 5x(1m 100% VO2max / 1m 10%)", INTERVAL_RUNNER),
    "2.5 km": (DAY + "run 10x(1m 100% VO2max / 1m 10%)", INTERVAL_RUNNER),
    "young test": (DAY + MAXIMAL_TEST, ACTIVE),
    "older test": (DAY + MAXIMAL_TEST, OLDER),
    **{f"{DAY}154 W {n}": (DAY + "cycle 60m 154W", one) for n, one in enumerate(AT_154_WATT)},
    "sprint": (DAY + SPRINT, ACTIVE),
    "no food": ("", ACTIVE),
    "second sprint": (f"{DAY}{SPRINT}\nday 2 12:00 {SPRINT}", ACTIVE),
}
MINUTES, QUARTERS, HOURS = np.arange(31.5, 38, 1 / 60), np.arange(38, 86, 0.25), np.arange(86, 170, 2.0)


@pytest.fixture(scope="module")
def day():
    return followed(SESSIONS, np.concatenate([MINUTES, QUARTERS, HOURS]))


@pytest.mark.parametrize(
    ("session", "published"),
    [
        pytest.param("ride 75 min", 5.2, id="il6_207"),
        pytest.param("ride 120 min", 14.3, id="il6_024"),
        pytest.param("marathon", 94.4, id="il6_039"),
    ],
)
def test_il6_after_work_of_any_length_is_within_a_factor_of_two(day, session, published):
    """The aim for concentrations; the intensity of the 120 min is not in the abstract."""
    assert published / 2 < day.level(session, "il6", 0)[0] < 2 * published


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 125-fold after 160 km; simulated: 35-fold with 30 g/h of sugar",
)
def test_il6_after_160_km_is_within_a_factor_of_two(day):
    """il6_161, most of whose runners took anti-inflammatory drugs, which went with larger rises."""
    assert day.fold("160 km", "il6", 0)[0] > 125 / 2


def test_il6_is_first_seen_half_an_hour_into_a_run(day):
    """il6_046; a fifth is more than shrinking plasma makes."""
    assert day.fold("run 150 min", "il6", 30 - 150)[0] > 1.2


def test_il6_falls_with_an_apparent_half_life_near_an_hour(day):
    """il6_039, il6_040: 94.4 to 22.1 pg/mL in two hours are 57 min; a third for four runners more or less."""
    end, later = day.level("marathon", "il6", 0, 120)
    assert 120 * np.log(2) / np.log(end / later) == pytest.approx(57, rel=1 / 3)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: no change; simulated: 1.4-fold three hours later, by damage",
)
def test_il6_of_old_men_does_not_visibly_answer_lifting(day):
    """il6_195: no change in 11 men, whose mean of two samples is good to 2 x 0.27 x sqrt(2 / 11) = 0.23."""
    folds = day.fold("old lifts hard", "il6", *range(0, 181, 15), site="plasma_corrected")
    assert folds.max() < 1.23


def test_il6_of_old_men_answers_lifting_less_than_that_of_the_young(day):
    """il6_195, at the end of the session."""
    old, young = (day.fold(f"{who} lifts hard", "il6", 0)[0] for who in ("old", "young"))
    assert old < young


def test_il6_release_of_a_leg_is_nearly_nil_at_first_and_fiftyfold_in_the_fifth_hour(day):
    """MOD_steens01_4, MOD_steens00_1: 6.8 x 2.5 kg over 0.36 ng/min = 47, within a factor of two."""
    half, hour, four, five = day.state("kick", "il6.pool_lower", -270, -240, -60, 0)
    late = (four + five) / 2
    assert half < 0.02 * late
    assert 47 / 2 < late / hour < 2 * 47


@pytest.mark.parametrize(
    ("session", "published"),
    [
        pytest.param("second ride after 3 h", 8.8 / 5.2, id="MOD_ronsen02_2"),
        pytest.param("second ride after 6 h", 5.9 / 5.2, id="MOD_ronsen02_3"),
    ],
)
def test_a_second_ride_gives_more_il6_after_three_hours_and_hardly_after_six(day, session, published):
    """A quarter is about the standard error of a ratio of nine men."""
    ratio = day.level(session, "il6", 0)[0] / day.level("ride 75 min", "il6", 0)[0]
    assert ratio == pytest.approx(published, rel=0.25)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 3.0 and 4.3 times at 54 and 59 % of VO2max over 45 %; simulated: 1.4 and 1.7",
)
def test_the_same_power_gives_severalfold_more_il6_at_a_larger_share_of_vo2max(day):
    """MOD_lundby04_1 to MOD_lundby04_3, within a factor of two; hypoxia stands as a lower VO2max."""
    rises = [np.ptp(day.level(f"{DAY}154 W {n}", "il6", -61, 0)) for n in range(3)]
    assert rises[1] / rises[0] > 3.0 / 2
    assert rises[2] / rises[0] > 4.3 / 2


def test_eight_tens_raise_il6_more_than_eight_triples_and_both_damage(day):
    """MOD_bart17_1: IL-6 raised by volume only, creatine kinase by both; damage stands for the latter."""
    tens, triples = (day.fold(name, "il6", 30)[0] - 1 for name in ("tens", "triples"))
    assert tens > 2 * triples
    damage = [day.state(name, "damage.lower", 300)[0] for name in ("tens", "triples")]
    assert damage[1] > damage[0] / 4  # of repetitions they are three tenths


def _il6_rise(day, session):
    return day.fold(session, "il6", *range(0, 121, 15)).max() - 1


def test_riding_and_lifting_of_equal_length_give_equal_il6(day):
    """MOD_mendham11_1: the highest of two hours, within a third for twelve men."""
    lifting, riding = (_il6_rise(day, f"middle-aged {what}") for what in ("lifts hard", "rides"))
    assert lifting == pytest.approx(riding, rel=1 / 3)


@pytest.mark.parametrize(
    ("light", "hard"),
    [
        ("middle-aged rides lightly", "middle-aged rides"),
        ("middle-aged lifts light", "middle-aged lifts hard"),
    ],
)
def test_light_work_of_either_kind_gives_much_less_il6(day, light, hard):
    """MOD_mendham11_1, in words; a third less is the least that could be called so."""
    assert _il6_rise(day, light) < 0.67 * _il6_rise(day, hard)


def test_il1ra_is_still_up_on_the_day_after_exhausting_running(day):
    """il6_140; half as much again is visible beside 15 % from day to day."""
    assert day.fold("two hours to exhaustion", "il1ra", 22 * 60)[0] > 1.5


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: no rise at the end of the run; simulated: 8-fold, 18-fold later",
)
def test_il1ra_has_not_risen_by_the_end_of_a_long_run(day):
    """il6_047. A marathon ended with 23-fold (il6_042), which the same lag has to give."""
    assert day.fold("run 150 min", "il1ra", 0)[0] < 1.5


def test_il10_grows_with_duration(day):
    """il6_229: duration explains half of what differs between trials."""
    rises = [day.fold(f"run {minutes} min", "il10", 0)[0] - 1 for minutes in (60, 120, 180)]
    assert rises[2] > 2 * rises[1] > 4 * rises[0] > 0


def test_carbohydrate_lowers_cortisol(day):
    """il6_123, a direction."""
    water, sugar = (
        day.fold(f"ride 240 min{drink}", "cortisol", 0, site="plasma_corrected")[0]
        for drink in ("", ", drinking")
    )
    assert 1 < sugar < water


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 5.66 of 6.96 pg/mL; simulated: 1.1-fold, half of the pooled rise",
)
def test_il15_is_at_rest_or_below_an_hour_after_lifting(day):
    """il6_191, against half of the rise left in the mean of trials (il6_265, il6_266)."""
    assert day.fold("young lifts hard", "il15", 60)[0] < 1.02


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: raised at 60 min; simulated: 1.02-fold, as serum needs"
)
def test_plasma_bdnf_is_still_up_an_hour_after_lifting(day):
    """BDNF-051, without a number; a twentieth is the least that could be seen."""
    assert day.fold("young lifts hard", "bdnf", 60, site="plasma")[0] > 1.05


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: 1.84- and 1.93-fold; simulated: 1.4- and 1.7-fold"
)
def test_twice_the_intervals_hardly_change_bdnf(day):
    """MOD_cabral16a_1 to MOD_cabral16a_4: ratio 1.05; a tenth for ten men."""
    short, long = (day.fold(run, "bdnf", 0, site="serum")[0] for run in ("1.25 km", "2.5 km"))
    assert long / short < 1.15


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: mean change not significant in 33 men; simulated: +18 %"
)
def test_half_an_hour_at_60_percent_does_not_visibly_move_serum_bdnf(day):
    """MOD_japan13_1: at 20 % from sample to sample the mean of 33 would have shown 10 %."""
    assert day.fold("easy ride", "bdnf", 0, site="serum")[0] < 1.10


@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="seen: 7.78 and 7.38 mmol/L; simulated: 7.2 and 10.0"
)
def test_twice_the_intervals_do_not_raise_lactate(day):
    """LAC-030, LAC-032: ratio 0.95, within a fifth for ten men."""
    short, long = (day.level(run, "lactate", 0, site="blood")[0] for run in ("1.25 km", "2.5 km"))
    assert long < 1.15 * short


def _minute_of_peak(day, test):
    minutes = np.arange(0, 15)
    return minutes[day.level(test, "lactate", *minutes, site="blood").argmax()]


def test_lactate_of_the_young_peaks_three_to_five_minutes_after_a_test(day):
    """LAC-045."""
    assert 3 <= _minute_of_peak(day, "young test") <= 5


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: still rising at 7 min above 50 years; simulated: 4 min at 58 years",
)
def test_lactate_of_older_men_peaks_later(day):
    """LAC-049."""
    assert _minute_of_peak(day, "older test") >= 7


def test_short_rests_do_not_raise_lactate_where_the_load_falls_with_them(day):
    """LAC-026 to LAC-028: 7.05 and 6.90 mmol/L, the load having fallen; by a tenth is an assumption."""
    short, long = (
        day.level(f"{rests} rests", "lactate", *range(0, 11), site="blood").max()
        for rests in ("short", "long")
    )
    assert short == pytest.approx(long, rel=0.25)


@pytest.mark.parametrize("minutes", [10, 30])
def test_lifting_leaves_more_lactate_than_riding(day, minutes):
    """LAC-055."""
    lifting, riding = (
        day.level(f"middle-aged {what}", "lactate", minutes, site="blood")[0]
        for what in ("lifts hard", "rides")
    )
    assert lifting > 1.2 * riding


@pytest.mark.parametrize(
    "session",
    [
        "easy ride",
        pytest.param(
            "young lifts hard",
            marks=pytest.mark.xfail(
                strict=True,
                raises=AssertionError,
                reason="seen: at rest in the mean of trials; simulated: 1.2-fold, the late rise",
            ),
        ),
    ],
)
def test_irisin_is_back_within_a_day(day, session):
    """MOD_bett24_1, MOD_bett24_2; against a second rise after hard work only (IRI-005, IRI-016, IRI-017)."""
    assert day.fold(session, "irisin", 24 * 60)[0] < 1.05


def test_resting_irisin_does_not_depend_on_fitness(day):
    """MOD_karmen18_1: no relation in 300 people."""
    rest = [day.level(f"{DAY}154 W {n}", "irisin", -80)[0] for n in range(3)]
    assert rest == pytest.approx([rest[0]] * 3, rel=0.02)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="seen: lower, P < 0.01; simulated: as before")
def test_fgf21_is_lower_on_the_day_after_a_fed_ride(day):
    """FGF-20; a twentieth is the least that could be seen."""
    assert day.fold("fed ride", "fgf21", 24 * 60)[0] < 0.95


def test_gh_heeds_the_load_lifted_in_the_young_alone(day):
    """MOD_pyka92_1, MOD_pyka92_2: old men peak at a sixth, too little for a step to show."""
    steps = [
        np.ptp(
            [day.level(f"{who} lifts {load}", "gh", *range(-30, 61, 2)).max() for load in ("light", "hard")]
        )
        for who in ("old", "young")
    ]
    assert steps[0] < 0.25 * steps[1]


def test_the_second_sprint_of_the_day_gives_less_gh(day):
    """GH-20: 5.2 ng/mL, against 18.5 of a first one (GH-16)."""
    first, second = (
        day.level(name, "gh", *range(61), site="plasma_corrected").max()
        for name in ("sprint", "second sprint")
    )
    assert second < 0.8 * first


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 23.3 ng/mL without fatty acids; simulated: refractory all the same",
)
def test_the_second_sprint_gives_as_much_gh_where_fatty_acids_are_held_down():
    """GH-21: nicotinic acid, here fat that answers to nothing."""
    quiet = {"ffa.nerve_gain": 0.0, "ffa.adrenaline_gain": 0.0, "ffa.fasting_gain": 0.0}
    parameters = load_parameters().with_values(quiet, note="lipolysis suppressed")
    names = ("sprint", "second sprint")
    held = followed({name: SESSIONS[name] for name in names}, MINUTES, parameters=parameters)
    first, second = (held.level(name, "gh", *range(61)).max() for name in names)
    assert second > 0.95 * first


# ------------------------------------------------------------------ the hour of the day

RUNNERS = find_study("PostExerciseLeptin").subject
MODERATE = "cycle 90m 55% VO2max"
BY_THE_CLOCK = {
    "rest": ("", RUNNERS),
    "morning run": ("day 1 08:00 run 120m 65% VO2max", RUNNERS),
    "untrained rest": ("", UNTRAINED),
    "man at rest": ("", ACTIVE),
    **{f"ride at {hour}": (f"day 1 {hour}:00 {MODERATE}", ACTIVE) for hour in (10, 13)},
}
CLOCK_TIMES = np.arange(0, 24.01, 1 / 12)
NMOL_L_PER_UG_DL = 27.59  # cortisol weighs 362.5 g/mol


@pytest.fixture(scope="module")
def hours():
    return followed(BY_THE_CLOCK, CLOCK_TIMES, clock=True).solution


def clocked(hours, name, exerkine, *clock, site=None):
    """Return levels at hours of the clock, at all of them if none is given."""
    course = hours.concentration(exerkine, site=site).values[list(BY_THE_CLOCK).index(name)]
    return np.interp(clock or CLOCK_TIMES, CLOCK_TIMES, course)


@pytest.mark.parametrize(
    ("exerkine", "published", "peak_at", "trough_at"),
    [
        pytest.param("leptin", 4.9 / 2.3, 1.0, 11.0, id="LEP-17, LEP-18"),
        pytest.param("cortisol", 15.5 / 2.0, 8.53, 0.3, id="Debono2009"),
    ],
)
def test_highest_and_lowest_of_the_day_lie_where_they_were_seen(
    hours, exerkine, published, peak_at, trough_at
):
    """Steps of an hour cannot place them closer than that, nor keep all of their height."""
    course = clocked(hours, "man at rest", exerkine)
    assert course.max() / course.min() == pytest.approx(published, rel=0.1)
    for found, seen in ((course.argmax(), peak_at), (course.argmin(), trough_at)):
        assert abs((CLOCK_TIMES[found] - seen + 12) % 24 - 12) < 1


@pytest.mark.parametrize(
    ("clock", "published"),
    [pytest.param(10, 12.3, id="LEP-20"), pytest.param(12, 27, id="LEP-14")],
)
def test_leptin_falls_in_the_course_of_a_fasted_morning(hours, clock, published):
    """From eight on, after an overnight fast; within a factor of two, for six men in one of the trials."""
    before, after = clocked(hours, "untrained rest", "leptin", 8, clock)
    assert published / 2 < 100 * (1 - after / before) < 2 * published


def test_leptin_of_runners_who_rest_is_as_published_at_noon(hours):
    """LEP-25: 2.5 ng/mL; within a quarter, as their fat is not in the abstract."""
    assert clocked(hours, "rest", "leptin", 12)[0] == pytest.approx(2.5, rel=0.25)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 30 % less than rest at the same hour; simulated: 1 %, the fall comes two days later",
)
def test_leptin_two_hours_after_a_long_run_is_below_rest_at_the_same_hour(hours):
    """LEP-12, its lower end."""
    rest, after = (clocked(hours, name, "leptin", 12)[0] for name in ("rest", "morning run"))
    assert after / rest < 1 - 0.258


@pytest.mark.parametrize(("name", "published"), [("rest", 279), ("morning run", 428)])
def test_cortisol_at_noon_is_within_a_factor_of_two(hours, name, published):
    """PostExerciseLeptin; rest is 460 nmol/L, as its daily mean is taken from the daytime."""
    assert published / 2 < clocked(hours, name, "cortisol", 12)[0] < 2 * published


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: 6.6 % in half an hour; simulated: 2 % at ten, 4 % at noon, without the pulses",
)
def test_cortisol_at_rest_falls_as_fast_as_in_the_morning_of_twelve_men(hours):
    """il6_247, less two standard errors of 3.5 / sqrt(12); the hour is not in the abstract."""
    before, after = clocked(hours, "man at rest", "cortisol", 10, 10.5)
    assert 100 * (1 - after / before) > 6.6 - 2 * 3.5 / np.sqrt(12)


@pytest.mark.parametrize(
    ("clock", "published"),
    [
        (10, 11.9),
        pytest.param(
            13,
            1.3,
            marks=pytest.mark.xfail(
                strict=True,
                raises=AssertionError,
                reason="seen: 1.3 ug/dL on top of what lunch did; simulated: 6.5, meals do nothing",
            ),
        ),
    ],
)
def test_cortisol_over_rest_at_the_same_hour(hours, clock, published):
    """Brandenberger1975, within a factor of two."""
    rise = np.ptp(clocked(hours, f"ride at {clock}", "cortisol") - clocked(hours, "man at rest", "cortisol"))
    assert published / 2 < rise / NMOL_L_PER_UG_DL < 2 * published


# ------------------------------------------------------------------ weeks

ONE_MINUTE = "cycle 10x(1m 100% VO2max / 75s 30%)"
RUN = "run 40m 75% VO2max"
LEGS = lifted(("leg extension", "leg press", "bench press"), "3x9", 65, 120)
NINE_TENS = "day {} 08:00 leg extension 9x10 80% 1RM rest 2m"
LAST = "day 86 08:00 walk 1m 20% VO2max"
OVERLOAD = "\n".join(
    f"day {one} {hour}:00 run 75m 80% VO2max" for one in range(1, 17) for hour in ("08", "17")
)


def weeks(session, *weekdays, last):
    days = [7 * week + weekday for week in range(last) for weekday in weekdays]
    return "\n".join(f"day {one} 08:00 {session}" for one in days)


def before_and_after(test, training, *, on, again=None):
    """Return a plan with a test on the first day and the same one, or another, after the training."""
    return f"day 1 08:00 {test}\n{training}\nday {on} 08:00 {again or test}"


# Percent are those of VO2max at the start, which the runs raise by 18 %.
RUNS, GAIN = weeks(RUN, 2, 4, 6, last=12), 1.18
TRAINING = {
    "two weeks": (before_and_after(ONE_MINUTE, weeks(ONE_MINUTE, 2, 4, 6, last=2), on=16), ACTIVE),
    "same work": (before_and_after("cycle 120m 60% VO2max", RUNS, on=86), UNTRAINED),
    "same load": (before_and_after("run 30m 70% VO2max", RUNS, on=86), UNTRAINED),
    "same share": (
        before_and_after("run 30m 70% VO2max", RUNS, on=86, again=f"run 30m {70 * GAIN:.0f}% VO2max"),
        UNTRAINED,
    ),
    "intervals": (before_and_after(ONE_MINUTE, weeks(ONE_MINUTE, 3, 5, 7, last=12), on=86), UNTRAINED),
    "lifting": (f"{weeks(LEGS, 1, 3, 5, last=8)}\n{LAST}", ACTIVE),
    "lifting more often": (f"{weeks(LEGS, 1, 3, 5, 7, last=6)}\n{LAST}", ACTIVE),
    "overload": (f"{OVERLOAD}\n{LAST}", TRAINED),
    **{
        name: ("\n".join(NINE_TENS.format(one) for one in (1, 3, 5)), person)
        for name, person in (("young legs", ACTIVE), ("old legs", OLD))
    },
}
START_H = 8.0


def hour_of(one, minute=-60):
    return 24.0 * (one - 1) + START_H + minute / 60


@pytest.fixture(scope="module")
def block():
    hours = [hour_of(one) for one in range(1, 90)] + [hour_of(1, 150)]
    hours += [hour_of(one, minute) for one in (1, 16, 86) for minute in range(0, 211, 2)]
    return followed(TRAINING, np.unique(np.round(hours, 9))).solution


def on(block, name, exerkine, one, *minutes, site=None):
    """Return a level on a day, so many minutes from eight; in the morning before, if none is given."""
    course = block.concentration(exerkine, site=site).values[list(TRAINING).index(name)]
    return np.interp([hour_of(one, minute) for minute in minutes or (-60,)], block.times_h, course)


def test_two_weeks_of_intervals_leave_il6_s_answer_as_it_was(block):
    """MOD_zwet14_1: no change in eight men, who would have shown a fifth."""
    before, after = (np.ptp(on(block, "two weeks", "il6", one, -60, 22)) for one in (1, 16))
    assert after == pytest.approx(before, rel=0.2)


def test_training_lowers_glucagon_at_the_same_work(block):
    """GCG-13, a direction."""
    before, after = (np.ptp(on(block, "same work", "glucagon", one, -60, 120)) for one in (1, 86))
    assert after < 0.8 * before


@pytest.mark.parametrize(
    ("test", "published"),
    [
        pytest.param("same load", 0.55, id="MOD_welt97_3"),
        pytest.param("same share", 350 / 379, id="MOD_kana99_4"),
    ],
)
def test_training_lowers_gh_at_the_same_load_and_not_at_the_same_share(block, test, published):
    """Areas above rest; a fifth is the standard error of six to ten people."""
    minutes = range(0, 181, 2)
    areas = [(on(block, test, "gh", one, *minutes) - on(block, test, "gh", one)).sum() for one in (1, 86)]
    assert areas[1] / areas[0] == pytest.approx(published, rel=0.2)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: more in those who train; simulated: a tenth less at 70 % of the new VO2max",
)
def test_training_does_not_lower_bdnf_s_answer_at_the_same_share(block):
    """MOD_szu15_1, MOD_szu15_2: 0.58 in those who train, 0.46 standard deviations in all."""
    before, after = (np.ptp(on(block, "same share", "bdnf", one, -60, 30, site="serum")) for one in (1, 86))
    assert after >= before


def test_lac_phe_answers_before_and_after_training(block):
    """LPH-007, in words; a doubling is two thirds of what exhaustion gave others."""
    for one in (1, 86):
        rest, end = on(block, "same share", "lac_phe", one, -60, 30)
        assert end > 2 * rest


def test_weeks_of_intervals_change_resting_irisin_by_a_fifth_at_most(block):
    """IRI-022, IRI-023: 3.6 ng/mL untrained, 4.3 ng/mL trained."""
    before, after = (on(block, "intervals", "irisin", one)[0] for one in (1, 86))
    assert 1 < before < 10
    assert after == pytest.approx(before, rel=0.2)


@pytest.mark.parametrize(("name", "last"), [("intervals", 84), ("lifting", 54)])
def test_training_leaves_resting_il15_alone(block, name, last):
    """il6_267: not significant; a twentieth is far within that. The morning after the last session."""
    assert on(block, name, "il15", last + 1)[0] == pytest.approx(on(block, name, "il15", 1)[0], rel=0.05)


def test_serum_myostatin_falls_more_with_more_sessions_and_returns_without(block):
    """MST-33: 24 sessions, three or four a week, then none."""
    start, three, end = (on(block, "lifting", "myostatin", one)[0] for one in (1, 57, 86))
    four = on(block, "lifting more often", "myostatin", 43)[0]
    assert four < three < 0.95 * start
    assert end == pytest.approx(start, rel=0.05)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: it falls; simulated: 1.3-fold, by the growth hormone of every day",
)
def test_resting_igf1_falls_under_overload(block):
    """MOD_tansk11_2, MOD_tre20_1, MOD_kimkang19_1: directions."""
    assert on(block, "overload", "igf1", 18)[0] < on(block, "overload", "igf1", 1)[0]


def _mgf(block, legs, one, minute):
    site = "muscle_mgf_lower"
    return on(block, legs, "igf1", one, minute, site=site)[0] / on(block, legs, "igf1", 1, site=site)[0]


def test_mgf_answers_one_session_alike_in_young_and_old(block):
    """IGF-31: up in both at 2.25 h."""
    young, old = (_mgf(block, f"{who} legs", 1, 150) for who in ("young", "old"))
    assert young > 1.5
    assert old == pytest.approx(young, rel=0.2)


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: up in the older alone; simulated: alike, as after one session",
)
def test_mgf_is_higher_in_older_legs_the_day_after_the_third_session(block):
    """IGF-39, against IGF-31."""
    assert _mgf(block, "old legs", 6, -60) > 1.1 * _mgf(block, "young legs", 6, -60)


# ------------------------------------------------------------------ what the model has no words for


@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: +74 %; simulated: rest is the state without meals, for ever",
)
def test_fgf21_is_up_after_a_week_without_food(day):
    """FGF-22: half of the rise at the least. That two days do nothing (FGF-23) holds for the same reason."""
    assert day.fold("no food", "fgf21", 7 * 24 * 60)[0] > 1.37


@pytest.mark.xfail(
    strict=True,
    raises=ScheduleError,
    reason="seen: whey prevents the fall of the first hour; a meal is carbohydrate",
)
def test_protein_around_lifting_prevents_the_first_fall_of_the_myostatin_transcript():
    """MST-12."""
    plan = parse_schedule("day 1 07:30 meal 15g protein\nday 1 08:00 leg press 5x10 75% 1RM rest 2m")
    course = simulate(plan, ACTIVE, times_h=[plan.end_h + 1]).fold("myostatin", site="muscle_mrna_lower")
    assert course.item() > 0.95


@pytest.mark.xfail(
    strict=True, raises=SubjectError, reason="seen: +14 % in boys, +51 % in men; a Subject is 16 or older"
)
def test_sclerostin_of_boys_answers_less():
    """SCL-05, SCL-06."""
    boy = Subject(sex="male", age_y=10.2, body_mass_kg=35, height_m=1.4, vo2max=48)
    plan = parse_schedule(DAY + "run 8x(1m 100% VO2max / 1m 30%)")
    times = [plan.end_h + 5 / 60]
    boys, men = (simulate(plan, one, times_h=times).fold("sclerostin").item() for one in (boy, ACTIVE))
    assert boys - 1 < 0.5 * (men - 1)


@pytest.mark.parametrize(
    "molecule",
    [
        pytest.param("osteocalcin", id="OCN-01"),
        pytest.param("creatine_kinase", id="MOD_bart17_1"),
        pytest.param("pgc1a", id="MOD_stepto12_1"),
    ],
)
@pytest.mark.xfail(
    strict=True,
    raises=AssertionError,
    reason="seen: their answers to exercise and training; not in the model",
)
def test_every_molecule_with_a_fact_to_hold_is_in_the_model(molecule):
    assert molecule in default_model().exerkines
