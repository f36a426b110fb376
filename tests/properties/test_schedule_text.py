"""Text and TOML are lossless: the written forms of any Schedule read back as the same Schedule."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import (
    Bout,
    Infusion,
    Intensity,
    Meal,
    Schedule,
    Session,
    parse_intensity,
    parse_schedule,
)
from exerkine_sim.schedule.intensity import ENDURANCE_BASES
from exerkine_sim.schedule.load import parse_toml
from exerkine_sim.schedule.when import WEEKDAYS, moment_text, parse_moment

ENDURANCE = ["run", "cycle", "row_erg", "arm_crank"]
LIFTS = ["squat", "bench_press", "row"]
quick = settings(max_examples=60, deadline=None)

# Round numbers fold into sets and intervals; odd ones test that no digit is lost.
minutes = st.integers(1, 20).map(float) | st.floats(0.01, 300, allow_subnormal=False)
names = st.just("") | st.text(st.characters(min_codepoint=32).filter(str.isprintable), max_size=12)
hours = st.integers(0, 400).map(lambda n: n / 4) | st.floats(0, 1000)
weekdays = st.none() | st.sampled_from(WEEKDAYS)
numbers = st.integers(1, 40) | st.floats(0, 40)
paces = st.integers(130, 1200).map(lambda seconds: 3600 / seconds)
grades = st.just(0.0) | st.integers(-30, 30).map(float) | st.floats(-60, 60)
speeds = st.builds(Intensity, paces | numbers, st.just("km_per_h"), grades)
efforts_of_ten = st.builds(Intensity, st.integers(0, 10) | st.floats(0, 10), st.just("rpe"))
zones = st.builds(Intensity, st.integers(1, 5), st.just("zone"))
SPECIAL = {"km_per_h", "rpe", "zone"}
endurance_intensities = (
    st.builds(Intensity, numbers, st.sampled_from(sorted(ENDURANCE_BASES - SPECIAL)))
    | speeds
    | efforts_of_ten
    | zones
)
lifting_intensities = (
    st.builds(Intensity, st.integers(50, 100) | st.floats(0, 150), st.sampled_from(["one_rm_percent", "kg"]))
    | st.builds(Intensity, st.integers(0, 10) | st.floats(0, 30), st.just("rir"))
    | efforts_of_ten
)


@st.composite
def efforts(draw):
    """A Bout at the start of its session, and the rest after it."""
    rest = draw(st.just(0.0) | minutes)
    if draw(st.booleans()):
        return Bout(0, draw(minutes), draw(st.sampled_from(ENDURANCE)), draw(endurance_intensities)), rest
    reps, tempo_s = draw(st.integers(1, 12)), draw(st.just(3.0) | st.floats(0.5, 10))
    lift, load = draw(st.sampled_from(LIFTS)), draw(lifting_intensities)
    return Bout(0, reps * tempo_s / 60, lift, load, reps=reps, tempo_s=tempo_s), rest


@st.composite
def bouts(draw):
    """Bouts in order, some of them in repeats."""
    groups = draw(
        st.lists(
            st.tuples(st.lists(efforts(), min_size=1, max_size=3), st.integers(1, 4)), min_size=1, max_size=3
        )
    )
    start_min, placed = draw(st.just(0.0) | minutes), []
    for group, times in groups:
        for bout, rest in group * times:
            placed.append(
                Bout(
                    start_min,
                    bout.duration_min,
                    bout.mode,
                    bout.intensity,
                    reps=bout.reps,
                    tempo_s=bout.tempo_s,
                )
            )
            start_min = placed[-1].end_min + rest
    return tuple(placed)


@st.composite
def schedules(draw):
    """Sessions one after the other, meals and infusions anywhere."""
    sessions, start_h = [], 0.0
    for _ in range(draw(st.integers(0, 3))):
        start_h += draw(st.integers(0, 48).map(lambda n: n / 2) | st.floats(0, 50))
        carbs = draw(st.just(0.0) | st.floats(0, 120))
        nutrition = draw(st.sampled_from([None, "fed"]))
        sessions.append(
            Session(start_h, draw(bouts()), name=draw(names), nutrition=nutrition, carbs_g_per_h=carbs)
        )
        start_h = sessions[-1].end_h
    meals = draw(st.lists(st.builds(Meal, hours, st.integers(0, 150) | st.floats(0, 200)), max_size=3))
    infusions = draw(
        st.lists(
            st.builds(
                Infusion,
                hours,
                st.integers(1, 5) | st.floats(0.001, 100),
                st.sampled_from(["il6", "igf1_free"]),
                st.floats(0, 1e6),
                st.sampled_from(["ug/h", "pmol/kg/min"]),
            ),
            max_size=2,
        )
    )
    return Schedule(
        tuple(sessions), tuple(meals), tuple(infusions), name=draw(names), first_weekday=draw(weekdays)
    )


@quick
@given(schedules())
def test_text_form_reads_back_as_the_same_schedule(schedule):
    assert parse_schedule(schedule.describe()) == schedule


@quick
@given(schedules())
def test_toml_form_reads_back_as_the_same_schedule(schedule):
    assert parse_toml(schedule.to_toml()) == schedule


@settings(max_examples=300, deadline=None)
@given(endurance_intensities | lifting_intensities)
def test_an_intensity_reads_back_as_the_same(intensity):
    assert parse_intensity(str(intensity)) == intensity


@quick
@given(hours, weekdays)
def test_a_moment_reads_back_as_the_same_hour(hour, first_weekday):
    assert parse_moment(moment_text(hour, first_weekday), first_weekday) == hour


@quick
@given(schedules())
def test_edges_are_ordered_and_never_a_sliver_apart(schedule):
    for session in schedule.sessions:
        for earlier, later in zip(session.bouts, session.bouts[1:], strict=False):
            gap_min = later.start_min - earlier.end_min
            assert gap_min == 0 or gap_min > 1e-3 / 60


WORDS = [
    "Mon",
    "starts",
    "07:00",
    "day",
    "3",
    "at",
    "run",
    "squat",
    "5x",
    "8x",
    "(",
    ")",
    ",",
    ";",
    "/",
    "@",
    "10m",
    "1h30",
    "5",
]
WORDS += [
    "60%",
    "VO2max",
    "190W",
    "rest",
    "tempo",
    "fasted",
    "carbs",
    "60g/h",
    "meal",
    "infuse",
    '"a"',
    "\n",
    "\nrepeat",
    "weeks",
    "times",
    "+5%",
    "duration/week",
    "deload",
    "taper",
    "-1",
    "#",
]
WORDS += [
    "ramp",
    "60-80%",
    "grade",
    "5%",
    "km/h",
    "4:30",
    "min/km",
    "RPE",
    "RIR",
    "Z2",
    "zone",
    "HRR",
    "150bpm",
    "80kg",
]


@quick
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=15).map(" ".join) | st.text())
def test_any_text_is_read_or_refused_as_a_plan(text):
    try:
        schedule = parse_schedule(text)
    except ScheduleError:
        return
    assert parse_schedule(schedule.describe()) == schedule
