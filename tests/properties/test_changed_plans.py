"""What holds for any plan: copies are copies, shares are shares, and what is missed is missed."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st
from test_schedule_text import quick, schedules

from exerkine_sim.errors import ScheduleError
from exerkine_sim.schedule import parse_schedule, transform

percents = st.integers(1, 100)
seeds = st.integers(0, 2**32)


def repeated(plan, copies):
    """Repeat a plan; pass over one of nothing, and one whose last night runs into its first morning."""
    assume(transform.weeks_of(plan))
    try:
        return transform.repeat(plan, copies * transform.weeks_of(plan))
    except ScheduleError as problem:
        assume("overlap" not in problem.given)
        raise


def endurance(plan):
    return [bout for session in plan.sessions for bout in session.bouts if bout.reps is None]


def sets(plan):
    return [
        Counter(bout.mode for bout in session.bouts if bout.reps is not None) for session in plan.sessions
    ]


@quick
@given(schedules(), st.integers(2, 4))
def test_every_copy_is_the_plan(plan, copies):
    many, span = repeated(plan, copies), transform.weeks_of(plan)
    for copy in range(copies):
        part = transform.excerpt(many, copy * span + 1, (copy + 1) * span)
        assert [one.bouts for one in part.sessions] == [one.bouts for one in plan.sessions]
        assert len(part.meals) == len(plan.meals)
    assert transform.excerpt(many, 1, span) == plan


@quick
@given(schedules())
def test_once_is_the_plan_itself(plan):
    assert repeated(plan, 1) == plan
    assert transform.scale(plan) == plan
    assert transform.join(plan) == plan


@quick
@given(schedules(), percents)
def test_a_deload_leaves_its_share_of_every_minute_and_the_nearest_number_of_sets(plan, percent):
    weeks = range(1, transform.weeks_of(plan) + 1)
    light = transform.deload(plan, list(weeks), percent)
    for before, after in zip(endurance(plan), endurance(light), strict=True):
        assert after.duration_min == pytest.approx(before.duration_min * percent / 100, rel=1e-14)  # rounding
        assert (after.mode, after.intensity) == (before.mode, before.intensity)
    for before, after in zip(sets(plan), sets(light), strict=True):
        for lift, number in before.items():
            share = Fraction(number * percent, 100)
            assert abs(after[lift] - share) <= Fraction(1, 2) or after[lift] == 1


@quick
@given(schedules(), percents, st.sampled_from(["exponential", "step"]))
def test_a_taper_keeps_intensity_and_sessions_and_never_grows(plan, percent, form):
    weeks = transform.weeks_of(plan)
    assume(weeks)
    tapered = transform.taper(plan, weeks=weeks, to_percent=percent, form=form)
    assert len(tapered.sessions) == len(plan.sessions)
    assert [one.intensity for one in endurance(tapered)] == [one.intensity for one in endurance(plan)]
    for before, after in zip(plan.sessions, tapered.sessions, strict=True):
        assert after.start_h == before.start_h
        assert len(after.bouts) <= len(before.bouts)
        assert {one.intensity for one in after.bouts} <= {one.intensity for one in before.bouts}


@quick
@given(schedules(), st.floats(0, 1), st.floats(0, 1), seeds)
def test_more_missed_is_missed_on_top(plan, one, other, seed):
    few, many = sorted((one, other))
    kept = {session.start_h for session in transform.miss(plan, few, seed=seed).sessions}
    left = {session.start_h for session in transform.miss(plan, many, seed=seed).sessions}
    assert left <= kept <= {session.start_h for session in plan.sessions}


@quick
@given(schedules(), st.floats(0, 1), seeds)
def test_whether_one_is_missed_is_no_matter_of_the_others(plan, share, seed):
    missed = transform.miss(plan, share, seed=seed)
    assert transform.miss(plan, share, seed=seed) == missed
    for number, session in enumerate(plan.sessions, start=1):
        alone = transform.drop(plan, sessions=set(range(1, len(plan.sessions) + 1)) - {number})
        assert (session in transform.miss(alone, share, seed=seed).sessions) == (session in missed.sessions)


@quick
@given(schedules(), st.integers(-20, 20), st.integers(-20, 20), st.integers(-3, 3))
def test_what_was_made_is_a_plan_like_any_other(plan, longer, harder, sets):
    weeks = 2 * transform.weeks_of(plan)
    try:
        many = transform.repeat(plan, weeks, duration_percent=longer, load_percent=harder, sets=sets)
    except ScheduleError:
        reject()
    assert parse_schedule(many.describe()) == many
