"""What the compiled engine promises beyond right answers: order, proportion, same bits, failures apart."""

import dataclasses

import numpy as np
import pytest
import sympy
from closed_forms import SMOOTH, cascade
from problems import hires, robertson, van_der_pol

from exerkine_sim.engine import Forcing, Status, System, compiled, reference, state_scale
from exerkine_sim.engine.expression import Larger, Positive
from exerkine_sim.engine.kernel import machine
from exerkine_sim.engine.kernel.drive import MAX_ATTEMPTS_A_SEGMENT
from exerkine_sim.engine.kernel.machine import host, processor
from exerkine_sim.errors import InputError, ModelError
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

MODEL, PARAMETERS = default_model(), load_parameters()
RUN = "Mon 07:00 run 60m 70% VO2max\nWed 01:00 run 60m 70% VO2max"
INTERVALS = "Mon 07:00 cycle 6x(4m 90% VO2max, 3m 50% VO2max)\nMon 20:00 meal 80g carbs"
LIFTING = "Mon 07:00 squat 5x5 80% 1RM rest 2m\nTue 07:00 bench press 5x5 80% 1RM rest 2m"
PLANS, END_H = (RUN, INTERVALS, LIFTING), 72.0


@pytest.fixture(scope="module")
def batch(runner):
    """Fifteen members who follow three plans and differ by some 20 % in every constant."""
    forcings = [
        forcing_of(MODEL, build_stimulus(parse_schedule(plan), runner, PARAMETERS, end_h=END_H))
        for plan in PLANS
    ]
    n = 15
    spread = np.exp(0.2 * np.random.default_rng(0).standard_normal((n, len(MODEL.constants))))
    return constants_of(MODEL, PARAMETERS, [runner] * n) * spread, [forcings[i % 3] for i in range(n)]


def solve(constants, forcings, **options):
    options = {"times": np.linspace(0, END_H, 37), "tolerance": 1e-5, **options}
    return compiled.integrate(system_of(MODEL), constants, forcings, **options)


# ------------------------------------------------------------------------------------------ accuracy


def in_equal_steps(problem, n):
    """Return the error at the first time after `n` steps: one a segment, at a tolerance that allows it."""
    forcing = Forcing(np.linspace(0, problem.times[0], n + 1), problem.forcing.levels, problem.forcing.rest)
    forcing = dataclasses.replace(forcing, pattern=np.zeros(n, dtype=int))
    for tolerance in 10.0 ** np.arange(-14, 8):
        result = compiled.integrate(
            problem.system,
            problem.constants[None],
            [forcing],
            times=problem.times[:1],
            start=problem.start[None],
            tolerance=tolerance,
        )
        if result.evaluations[0] == 3 * n:
            return np.max(np.abs(result.states[0, 0] - problem.values[0]))
    raise AssertionError("no tolerance allows one step a segment")


@pytest.mark.parametrize("problem", SMOOTH)
def test_the_order_is_five(problem):
    steps, one = np.array([6, 12, 24]), problem()
    errors = [in_equal_steps(one, n) for n in steps]
    assert -np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize("problem", [robertson, hires, van_der_pol, cascade])
def test_the_error_stays_below_ten_times_the_tolerance_and_follows_it(problem):
    one, tolerances = problem(), 10.0 ** np.arange(-3, -9.1, -0.25)
    errors = np.array(
        [one.error(one.solved(compiled.integrate, tolerance=tol).states[0]) for tol in tolerances]
    )
    assert (errors < 10 * tolerances).all()
    slope = np.polyfit(np.log(tolerances), np.log(errors), 1)[0]
    assert 0.6 < slope < 1.2  # in proportion; a little more is given at loose tolerances than asked for


@pytest.mark.parametrize("plan", range(3), ids=["run", "intervals", "lifting"])
def test_the_whole_model_is_within_ten_times_the_tolerance(batch, plan):
    constants, forcings = (part[plan : plan + 1] for part in batch)
    exact = reference.integrate(
        system_of(MODEL), constants, forcings, times=forcings[0].breakpoints, tolerance=1e-12
    )
    scale = np.maximum(state_scale(exact.baseline[:, None]), np.abs(exact.states))
    for tolerance in (1e-3, 1e-5, 1e-7, 1e-9):
        found = solve(constants, forcings, times=forcings[0].breakpoints, tolerance=tolerance)
        assert np.max(np.abs(found.states - exact.states) / scale) < 10 * tolerance


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-7, 1e-9])
def test_between_the_ends_of_steps_values_are_as_good(batch, tolerance):
    """A much tighter tolerance, whose steps lie elsewhere, passes through the same values."""
    constants, forcings = batch
    times = np.linspace(0, END_H, 721)
    coarse, fine = (solve(constants, forcings, times=times, tolerance=tol) for tol in (tolerance, 1e-11))
    scale = np.maximum(state_scale(fine.baseline[:, None]), np.abs(fine.states))
    error = np.max(np.abs(coarse.states - fine.states) / scale, axis=(0, 1))
    assert error.max() < 10 * tolerance


def crossed(change, *, tolerance):
    """Return what a clock and a state driven by it come to, and in how many steps."""
    clock, y, at = sympy.symbols("clock y at", real=True)
    system = System((clock, y), (at,), (), (sympy.Integer(1), change(clock, at) - y), (sympy.Integer(0),) * 2)
    places = np.linspace(0.3, 5.3, 40)
    forcing = Forcing(np.array([0.0, 8.0]), np.empty((1, 0)), np.empty(0))
    found = compiled.integrate(
        system,
        places[:, None],
        [forcing] * len(places),
        times=forcing.breakpoints[1:],
        start=np.zeros((len(places), 2)),
        tolerance=tolerance,
    )
    return places, found.states[:, 0, 1], found.evaluations / 3


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-7, 1e-9])
def test_a_kink_is_found_wherever_it_lies(tolerance):
    """The clock passes a threshold, and what it drives begins to rise: y' = max(0, t - at) - y."""
    at, ends, steps = crossed(lambda t, at: sympy.Max(0, t - at), tolerance=tolerance)
    left = 8.0 - at
    np.testing.assert_allclose(ends, left - 1 + np.exp(-left), rtol=0, atol=10 * tolerance)
    _, _, smooth = crossed(lambda t, at: t - at, tolerance=tolerance)
    assert (steps < smooth + 12).all()  # a try in vain, the landing, and a new start


@pytest.mark.parametrize("tolerance", [1e-3, 1e-5, 1e-7])
@pytest.mark.parametrize("times", [1, 2])
def test_a_short_visit_to_another_branch_is_found(tolerance, times):
    """A tenth of an hour above a threshold, which a long step would pass over with both feet below it.

    Who says twice that something counts only above 0 must not hide it.
    """

    def drive(t, at):
        above = 0.05**2 - (t - at) ** 2
        for _ in range(times):
            above = Larger(0, above)
        return above * 4000

    at, ends, _ = crossed(drive, tolerance=tolerance)
    # the integral of e^(t - 8) (0.0025 - (t - at)^2) over the visit
    w = 0.05
    exact = 4000 * np.exp(at - 8.0) * 4 * (w * np.cosh(w) - np.sinh(w))
    np.testing.assert_allclose(ends, exact, rtol=0, atol=10 * tolerance)
    assert ends.max() > 0.01


def test_who_would_take_steps_without_end_is_stopped_and_nobody_else():
    """No step may be longer than a turn of what turns a hundred thousand times as fast as its neighbour."""
    x, v, speed = sympy.symbols("x v speed")
    system = System((x, v), (speed,), (), (speed * v, -speed * x), (sympy.Integer(0),) * 2)
    speeds, hour = (
        np.array([[1.0], [1e5], [2.0]]),
        Forcing(np.array([0.0, 1.0]), np.zeros((1, 0)), np.zeros(0)),
    )
    start = np.tile([1.0, 0.0], (3, 1))
    found = compiled.integrate(system, speeds, [hour] * 3, times=np.array([1.0]), start=start)
    assert found.status == (Status.OK, Status.STOPPED, Status.OK)
    assert found.evaluations[1] == compiled.STAGES * (MAX_ATTEMPTS_A_SEGMENT + 1)
    np.testing.assert_allclose(found.states[[0, 2], 0, 0], np.cos([1.0, 2.0]), rtol=0, atol=1e-5)


# ------------------------------------------------------------------------------------------ the same bits


def test_a_member_has_the_same_bits_alone_in_any_batch_in_any_order(batch):
    constants, forcings = batch
    together = solve(constants, forcings)
    assert set(together.status) == {Status.OK}
    order = np.random.default_rng(1).permutation(len(constants))
    shuffled = solve(constants[order], [forcings[i] for i in order])
    np.testing.assert_array_equal(shuffled.states, together.states[order])
    for i in range(0, len(constants), 4):
        alone = solve(constants[i : i + 1], forcings[i : i + 1])
        np.testing.assert_array_equal(alone.states[0], together.states[i])
        np.testing.assert_array_equal(alone.baseline[0], together.baseline[i])
        assert alone.evaluations[0] == together.evaluations[i]  # and takes the same way there


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_do_not_matter(batch, threads):
    np.testing.assert_array_equal(solve(*batch, threads=threads).states, solve(*batch, threads=3).states)


@pytest.mark.parametrize("width", [2, 4, 16])
def test_the_width_of_a_vector_does_not_matter(width, monkeypatch):
    problem = hires()
    n = 5
    constants, starts = np.empty((n, 0)), problem.start * (1 + 0.1 * np.arange(n))[:, None]
    options = {"times": problem.times, "start": starts, "tolerance": 1e-6}
    usual = compiled.integrate(problem.system, constants, [problem.forcing] * n, **options)
    monkeypatch.setattr(compiled, "lanes_of_host", lambda: width)
    other = compiled.integrate(problem.system, constants, [problem.forcing] * n, **options)
    np.testing.assert_array_equal(other.states, usual.states)
    assert (usual.states[0] != usual.states[1]).any()


def test_going_on_from_a_breakpoint_gives_the_bits_of_never_having_stopped(batch):
    constants, forcings = batch
    constants, forcing = constants[2:3], forcings[2]
    edge = 7
    times = forcing.breakpoints[[edge, -1]]
    whole = solve(constants, [forcing], times=times)
    rest = dataclasses.replace(
        forcing, breakpoints=forcing.breakpoints[edge:], levels=forcing.inputs[edge:], pattern=None
    )
    resumed = solve(constants, [rest], times=times[1:], start=whole.states[:, 0], scale=whole.baseline)
    np.testing.assert_array_equal(resumed.states[:, -1], whole.states[:, -1])


# ------------------------------------------------------------------------------------------ failures

Y, K, U = (sympy.Symbol(name, real=True) for name in ("y", "k", "u"))
EXPLOSIVE = System((Y,), (K,), (U,), (U * Y**2 + K * (1 - Y),), (sympy.Integer(1),))


def pulse(level):
    return Forcing(np.array([0.0, 5.0, 20.0, 30.0]), np.array([[0.0], [level], [0.0]]), np.zeros(1))


def test_a_failing_member_is_marked_and_leaves_its_neighbours_untouched():
    forcings = [pulse(level) for level in (0.0, 50.0, 0.1, 80.0, 0.0)]
    constants, times = np.full((5, 1), 0.7), np.array([1.0, 30.0])
    found = compiled.integrate(EXPLOSIVE, constants, forcings, times=times)
    assert [status is Status.OK for status in found.status] == [True, False, True, False, True]
    assert np.isnan(found.states[[1, 3]]).all()
    calm = compiled.integrate(EXPLOSIVE, constants[:3], [forcings[i] for i in (0, 2, 4)], times=times)
    np.testing.assert_array_equal(found.states[[0, 2, 4]], calm.states)


def test_a_lane_whose_member_was_lost_serves_the_next_one_as_if_new():
    """More members than lanes, the first ones lost: those who come after them are as they are alone."""
    levels = [80.0] * 20 + [0.1] * 20
    forcings, times = [pulse(level) for level in levels], np.array([10.0, 30.0])
    starts = np.where(np.arange(40) < 10, np.nan, 1.0)[:, None]
    found = compiled.integrate(
        EXPLOSIVE, np.full((40, 1), 0.7), forcings, times=times, start=starts, threads=1
    )
    alone = compiled.integrate(EXPLOSIVE, np.full((1, 1), 0.7), forcings[-1:], times=times, start=starts[-1:])
    assert set(found.status[20:]) == {Status.OK}
    np.testing.assert_array_equal(found.states[20:], np.repeat(alone.states, 20, axis=0))


def test_a_member_that_is_no_number_is_said_to_be():
    found = compiled.integrate(
        EXPLOSIVE, np.array([[0.7], [0.7], [np.nan]]), [pulse(0.0)] * 3, times=np.array([30.0])
    )
    assert found.status[:2] == (Status.OK, Status.OK)
    assert found.status[2] is Status.NO_STEADY_STATE
    given = compiled.integrate(
        EXPLOSIVE, np.full((1, 1), 0.7), [pulse(0.0)], times=np.array([30.0]), start=np.array([[np.nan]])
    )
    assert given.status == (Status.NOT_FINITE,)


def test_a_member_without_steady_state_is_marked():
    runaway = System((Y,), (K,), (U,), (1 + Y**2 + K * U,), (sympy.Integer(1),))
    found = compiled.integrate(runaway, np.ones((1, 1)), [pulse(0.0)], times=np.array([30.0]))
    assert found.status == (Status.NO_STEADY_STATE,)


def test_no_members_are_no_error():
    found = compiled.integrate(EXPLOSIVE, np.empty((0, 1)), [], times=np.array([1.0]))
    assert found.states.shape == (0, 1, 1)


def test_what_has_no_machine_code_is_refused_with_its_name():
    swinging = System((Y,), (K,), (U,), (sympy.sin(Y) - K * Y + U,), (sympy.Integer(1),))
    with pytest.raises(ModelError, match=r"no machine code for sin.*\n.*expected: sums, products"):
        compiled.integrate(swinging, np.ones((1, 1)), [pulse(0.0)], times=np.array([30.0]))


def test_the_end_of_work_does_not_wait_for_a_long_member(monkeypatch):
    """An error in the progress callback, as an interrupt, ends threads at the next edge of a segment."""
    n, jobs, written = 2_000_000, [], compiled._Batch._job
    forcing = Forcing(np.arange(n + 1.0), np.array([[0.0], [0.1]]), np.zeros(1), np.arange(n) % 2)

    def keep(batch, *given):
        jobs.append(written(batch, *given))
        return jobs[-1]

    def stop(_fraction):
        raise RuntimeError("enough")

    monkeypatch.setattr(compiled._Batch, "_job", keep)
    with pytest.raises(RuntimeError, match="enough"):
        compiled.integrate(EXPLOSIVE, np.full((1, 1), 0.7), [forcing], times=np.array([1.0]), progress=stop)
    assert 0 < jobs[0]["attempts"][0] < n  # it was at work, and did not go through all segments


def test_progress_is_of_members_who_are_done(monkeypatch):
    """A member who is taken, and has a long way to go, is no progress; one who is done is."""
    monkeypatch.setattr(compiled, "LOOK_EVERY_S", 1e-3)
    n, seen = 200_000, []
    long = Forcing(np.arange(n + 1.0), np.array([[0.0], [0.1]]), np.zeros(1), np.arange(n) % 2)
    compiled.integrate(
        EXPLOSIVE, np.full((4, 1), 0.7), [long, *[CALM] * 3], times=np.array([1.0]), progress=seen.append
    )
    assert {0.75, 1.0} <= set(seen) <= {0.0, 0.25, 0.5, 0.75, 1.0}
    assert seen == sorted(seen)


# ------------------------------------------------------------------------------------------ odd equations


def lone(rate, start, end=1.0):
    """Return the state at the end by both engines."""
    system = System((Y,), (K,), (U,), (rate,), (sympy.Integer(1),))
    forcing = Forcing(np.array([0.0, end]), np.array([[1.0]]), np.zeros(1))
    options = {"times": np.array([end]), "start": np.array([[start]])}
    found = (
        engine.integrate(system, np.ones((1, 1)), [forcing], tolerance=tolerance, **options)
        for engine, tolerance in ((compiled, 1e-7), (reference, 1e-10))
    )
    return [one.states[0, 0, 0] for one in found]


@pytest.mark.parametrize(
    ("rate", "start", "end"),
    [
        (U + Positive(Y - 0.5), 0.6, 1.0),  # a step function of the state itself, whose slope is 0
        (20 * Y, 1e-3, 2.0),  # growth, through the pole of a long step
        (10 * Y * (1 - Y), 1e-3, 3.0),
        (U - K * Y ** sympy.Rational(17, 10), 0.0, 1.0),  # powers at 0
        (U - K * Y ** sympy.Rational(3, 2), 0.0, 1.0),
        (U + 0 * Y, 0.0, 1.0),  # an accumulator
        (sympy.Max(0, Y - 1) - Y, 3.0, 5.0),  # a kink of its own
        (-sympy.Abs(Y) + U, -2.0, 1.0),
    ],
)
def test_odd_rates_are_solved_as_the_reference_solves_them(rate, start, end):
    found, expected = lone(rate, start, end)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)  # 100 x the looser tolerance


def test_a_loop_that_is_singular_whatever_the_numbers_is_solved_from_a_start():
    a, b, c = sympy.symbols("a b c", real=True)
    loop = System((a, b, c), (), (U,), (c, c, U - a - b), (sympy.Integer(0),) * 3)
    forcing = Forcing(np.array([0.0, 1.0]), np.array([[1.0]]), np.zeros(1))
    found = compiled.integrate(
        loop, np.empty((1, 0)), [forcing], times=np.array([1.0]), start=np.zeros((1, 3)), tolerance=1e-8
    )
    w = np.sqrt(2.0)
    expected = [(1 - np.cos(w)) / 2, (1 - np.cos(w)) / 2, np.sin(w) / w]
    np.testing.assert_allclose(found.states[0, 0], expected, atol=1e-7)


# ------------------------------------------------------------------------------------------ bad input

CALM = pulse(0.1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"constants": np.ones((1, 2))}, "constants"),
        ({"constants": np.ones((2, 1))}, "constants"),
        ({"forcings": [dataclasses.replace(CALM, levels=np.zeros((3, 2)))]}, "levels"),
        ({"forcings": [dataclasses.replace(CALM, pattern=np.array([0, 1, 3]))]}, "pattern"),
        ({"forcings": [dataclasses.replace(CALM, pattern=np.array([0.0, 1.0, 2.0]))]}, "pattern"),
        (
            {"forcings": [dataclasses.replace(CALM, breakpoints=np.array([0.0, 2.0, 1.0, 3.0]))]},
            "breakpoints",
        ),
        ({"forcings": [dataclasses.replace(CALM, rest=np.zeros(2))]}, "rest"),
        ({"times": np.array([2.0, 1.0])}, "times"),
        ({"times": np.array([-1.0, 1.0])}, "times"),
        ({"times": np.array([1.0, 99.0])}, "times"),
        ({"tolerance": -1.0}, "tolerance"),
        ({"tolerance": np.nan}, "tolerance"),
        ({"start": np.ones((1, 2))}, "start"),
        ({"scale": np.ones((2, 1))}, "scale"),
    ],
)
def test_what_does_not_fit_is_refused_before_machine_code_reads_it(change, field):
    given = {"constants": np.ones((1, 1)), "forcings": [CALM], "times": np.array([1.0]), **change}
    constants, forcings = given.pop("constants"), given.pop("forcings")
    with pytest.raises(InputError) as error:
        compiled.integrate(EXPLOSIVE, constants, forcings, **given)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"wanted": [2]}, "wanted"),
        ({"wanted": [0, 0], "levels": np.ones((1, 2))}, "wanted"),
        ({"wanted": [0.0]}, "wanted"),
        ({"levels": np.ones((1, 2))}, "levels"),
        ({"levels": np.ones(1)}, "levels"),
        ({"windows": []}, "windows"),
        ({"windows": [np.zeros(2, dtype=int)]}, "windows"),
        ({"windows": [np.array([0, -1, 0])]}, "windows"),
    ],
)
def test_measures_that_do_not_fit_are_refused(change, field):
    system = dataclasses.replace(EXPLOSIVE, observables=(Y, Y**2))
    given = {"wanted": [0], "windows": [np.zeros(3, dtype=int)], "levels": np.ones((1, 1)), **change}
    with pytest.raises(InputError) as error:
        compiled.measure(system, np.ones((1, 1)), [CALM], **given)
    assert error.value.field == field


def test_nothing_wanted_is_no_error():
    windows = [np.zeros(3, dtype=int)]
    found = compiled.measure(EXPLOSIVE, np.ones((1, 1)), [CALM], wanted=[], windows=windows)
    assert (found.values.shape, found.status) == ((1, 1, 0, 7), (Status.OK,))


# ------------------------------------------------------------------------------------------ compiling


def compiled_anew(caplog):
    return [
        record for record in caplog.records if record.name == machine.__name__ and "compiled" in record.msg
    ]


def test_only_another_structure_is_compiled(tmp_path, monkeypatch, caplog):
    """Plan, person, parameter values, tolerance and outputs are data."""
    monkeypatch.setenv("EXERKINE_SIM_CACHE", str(tmp_path))
    caplog.set_level("INFO")
    system = System((Y,), (K,), (U,), (U - K * Y**2,), (sympy.Integer(1),), observables=(Y / K,))
    for constant, level, tolerance, times in ((1.0, 2.0, 1e-3, [1.0]), (3.0, 0.5, 1e-9, [2.0, 30.0])):
        forcing = pulse(level)
        compiled.integrate(
            system,
            np.full((1, 1), constant),
            [forcing],
            times=np.array(times),
            tolerance=tolerance,
            start=np.ones((1, 1)),
        )
        compiled.measure(
            system,
            np.full((1, 1), constant),
            [forcing],
            wanted=[0],
            windows=[np.zeros(3, dtype=int)],
            start=np.ones((1, 1)),
        )
    assert len(compiled_anew(caplog)) == 1
    again = dataclasses.replace(system)  # an equal structure in another place, as in another process
    compiled.integrate(again, np.ones((1, 1)), [pulse(1.0)], times=np.array([1.0]), start=np.ones((1, 1)))
    assert len(compiled_anew(caplog)) == 1
    other = dataclasses.replace(system, rates=(U - K * Y**3,))
    compiled.integrate(other, np.ones((1, 1)), [pulse(1.0)], times=np.array([1.0]), start=np.ones((1, 1)))
    assert len(compiled_anew(caplog)) == 2


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied"])
def test_a_damaged_kernel_is_made_anew(damage, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("EXERKINE_SIM_CACHE", str(tmp_path))
    caplog.set_level("INFO")

    def run():
        fresh = dataclasses.replace(EXPLOSIVE)
        return compiled.integrate(fresh, np.ones((1, 1)), [pulse(0.1)], times=np.array([30.0])).states

    before = run()
    (kept,) = tmp_path.rglob("*.kernel")
    whole = kept.read_bytes()
    changed = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
    kept.write_bytes({"cut": whole[: len(whole) // 2], "changed": changed, "emptied": b""}[damage])
    np.testing.assert_array_equal(run(), before)
    assert len(compiled_anew(caplog)) == 2
    assert kept.read_bytes() == whole  # the same code again, to the byte


def test_without_a_place_to_keep_it_a_kernel_still_runs(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EXERKINE_SIM_CACHE", str(tmp_path / "file"))
    fresh = dataclasses.replace(EXPLOSIVE)
    found = compiled.integrate(fresh, np.ones((1, 1)), [pulse(0.1)], times=np.array([30.0]))
    assert found.status == (Status.OK,)


def test_a_processor_is_told_by_instructions_that_it_has():
    told = processor()
    assert {f"+{one}" for one in told["instructions"].split()} <= set(host()[2].split(","))
