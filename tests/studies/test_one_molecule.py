"""One molecule is not exercise: interleukin-6 infused as a run makes it, and nothing else done."""

import numpy as np
import pytest

import exerkine_sim as xk
from exerkine_sim.schedule import Infusion, Schedule
from laboratory import person

RUN = "day 1 08:00 run 150m 75% VO2max"
HOURS = np.arange(0, 48.01, 1 / 12)
BIN_H = 1 / 6


@pytest.fixture(scope="module")
def runner():
    return person(age_y=28, height_m=1.78, vo2max=60, training="trained")


def simulated(plan, runner):
    return xk.simulate(plan, runner, times_h=HOURS, end_h=48.5)


def corrected(solution, exerkine, site="plasma_corrected"):
    return np.asarray(solution.concentration(exerkine, site=site)).ravel()


def as_infusions(solution):
    """Return what has to flow in for the same plasma curve: what is cleared, and what fills the volume."""
    constants = dict(
        zip(solution.dataset["constant_name"].values, solution.dataset["constant"].values[0], strict=True)
    )
    clearance, volume = constants["il6.clearance"], constants["subject.plasma_volume"]
    level = corrected(solution, "il6")
    starts = np.arange(8, 48, BIN_H)
    begin, end = (np.interp(starts + shift, HOURS, level) for shift in (0, BIN_H))
    rates = clearance * ((begin + end) / 2 - level[0]) + volume * (end - begin) / BIN_H
    return Schedule(
        infusions=[
            Infusion(start, BIN_H, "il6", max(rate, 0.0), "ng/h")
            for start, rate in zip(starts.tolist(), rates.tolist(), strict=True)
        ]
    )


@pytest.fixture(scope="module")
def run(runner):
    return simulated(xk.parse_schedule(RUN), runner)


@pytest.fixture(scope="module")
def infusion(run, runner):
    return simulated(as_infusions(run), runner)


def test_the_infusion_makes_the_curve_of_the_run(run, infusion):
    levels = [corrected(one, "il6") for one in (run, infusion)]
    assert levels[0].max() > 10 * levels[0][0]
    np.testing.assert_allclose(levels[1], levels[0], rtol=0.1)


@pytest.mark.parametrize(
    ("exerkine", "least"), [("il1ra", 2.0), ("il10", 1.3), ("cortisol", 1.05), ("crp", 1.5)]
)
def test_what_answers_to_it_answers(infusion, exerkine, least):
    """Steensberg2003b: infused IL-6 raises IL-1ra, IL-10, cortisol, and CRP later (il6_063 to il6_068)."""
    level = corrected(infusion, exerkine)
    assert level.max() > least * level[0]


@pytest.mark.parametrize(
    ("exerkine", "site"),
    [
        *((one, "plasma_corrected") for one in ("irisin", "bdnf", "fgf21")),
        ("myostatin", "muscle_mrna_lower"),
        ("lactate", "blood"),
    ],
)
def test_what_belongs_to_exercise_stays(run, infusion, exerkine, site):
    level = corrected(infusion, exerkine, site)
    np.testing.assert_allclose(level, level[0], rtol=0.05)
    assert np.abs(corrected(run, exerkine, site) / level[0] - 1).max() > 0.05  # the run itself moves it
