"""Profiles of least-squares problems whose profile is known, and of a person's IL-6."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from exerkine_sim.batch import Batch, Part
from exerkine_sim.errors import IdentifiabilityError, InputError
from exerkine_sim.fitting.identify import identify
from exerkine_sim.fitting.profile import profile
from exerkine_sim.parameters import load_parameters
from exerkine_sim.sampling import Sample, curing
from exerkine_sim.sampling.outlook import noise_ln
from exerkine_sim.schedule import parse_schedule
from exerkine_sim.schedule.when import parse_moment
from exerkine_sim.sensitivities import sensitivities
from exerkine_sim.simulate import model_for
from exerkine_sim.solution import Solution
from exerkine_sim.subject import Subject

LIMIT = 3.841458820694124  # 95 % of a chi-square of one degree of freedom


@dataclass
class Formula:
    """A problem of which the residuals are a formula of rows, its slopes complex steps of them."""

    names: list[str]
    formula: Callable
    reach: float = 5.0

    @property
    def bounds(self):
        return np.full(len(self.names), -self.reach), np.full(len(self.names), self.reach)

    def residuals(self, x):
        return np.array([self.formula(row) for row in x])

    def slopes(self, x):
        step = 1e-30
        rows = [self.formula(x + 1j * step * one).imag / step for one in np.eye(len(x))]
        return np.transpose(rows)


LINEAR = Formula(["a", "b"], lambda x: np.array([[3.0, 1.0], [0.5, 2.0], [1.0, -1.0]]) @ x - [1.0, 2.0, 0.3])


def test_a_linear_problem_has_its_parabola():
    """Ends within a hundredth of a standard error: with a point this near, the line between is straight."""
    slopes = LINEAR.slopes(np.zeros(2))
    fit = np.linalg.lstsq(slopes, -LINEAR.residuals(np.zeros((1, 2)))[0], rcond=None)[0]
    error = np.sqrt(np.linalg.inv(slopes.T @ slopes)[1, 1])
    found = profile(LINEAR, np.zeros(2), "b")
    assert found.best == pytest.approx(fit[1], abs=1e-4)
    assert found.standard_error == pytest.approx(error, rel=1e-6)
    np.testing.assert_allclose(found.rise, found.parabola(found.x), atol=1e-3)
    ends = fit[1] + np.array([-1, 1]) * np.sqrt(LIMIT) * error
    np.testing.assert_allclose([found.low, found.high], ends, atol=0.01 * error)
    assert not found.is_open
    assert (np.diff(found.x) > 0).all()


def test_with_priors_the_parabola_is_that_of_the_posterior():
    slopes = LINEAR.slopes(np.zeros(2))
    error = np.sqrt(np.linalg.inv(slopes.T @ slopes + np.eye(2))[0, 0])
    found = profile(LINEAR, np.zeros(2), "a", prior=True)
    assert found.high - found.low == pytest.approx(2 * np.sqrt(LIMIT) * error, rel=0.01)


def test_a_product_is_flat_and_open_on_both_sides():
    """Only ln a + ln b is seen: b gives way to a up to its bound, and the rise is rounding."""
    product = Formula(["a", "b", "c"], lambda x: np.array([5 * (x[0] + x[1]) - 1.0, 4 * x[2]]))
    found = profile(product, np.array([0.1, 0.1, 0.0]), "a")
    assert found.is_open_low
    assert found.is_open_high
    assert np.isinf(found.standard_error)
    assert (found.low, found.high) == (-5.0, 5.0)
    inside = np.abs(found.x) < 4  # farther out b meets its own bound
    assert found.rise[inside].max() < 1e-4
    np.testing.assert_allclose(found.others[inside, :2].sum(axis=1), 0.2, atol=1e-3)
    assert not profile(product, np.zeros(3), "c").is_open


def test_an_exponential_decay_has_its_known_profile():
    """ln y = a - exp(k) t is linear in a: for each k the best a is a mean, and the rise follows."""
    time, error = np.array([0.5, 1.0, 2.0, 4.0]), 0.3
    data = 0.2 - time + error * np.array([0.5, -0.4, 0.3, -0.1])
    decay = Formula(["a", "k"], lambda x: (x[0] - np.exp(x[1]) * time - data) / error, reach=3.0)

    def known(k):
        misfit = data + np.exp(k)[:, None] * time
        return ((misfit - misfit.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / error**2

    found = profile(decay, np.zeros(2), "k")
    fine = np.linspace(-3, 3, 200_001)
    least = known(fine).min()
    np.testing.assert_allclose(found.rise, known(found.x) - least, atol=1e-3)  # the search stops at 1e-5
    inside = fine[known(fine) - least <= LIMIT]
    np.testing.assert_allclose([found.low, found.high], [inside[0], inside[-1]], atol=0.005)
    assert found.high - found.best < found.best - found.low  # which the parabola cannot show


def test_a_side_may_be_open_alone():
    """A response that saturates: however large the parameter is, the data cannot tell."""
    saturating = Formula(["a"], lambda x: (x[:1] - x[:1] + 1 / (1 + np.exp(-3 * x[:1])) - 0.99) / 0.05)
    found = profile(saturating, np.array([1.0]), "a")
    assert not found.is_open_low
    assert found.is_open_high
    assert "open above" in found.text


def test_what_cannot_be_simulated_ends_the_interval():
    def stuck(x):
        return np.where(x.real > 1.0, np.nan, 1.0) * x[:1]

    found = profile(Formula(["a"], stuck), np.zeros(1), "a")
    assert found.low == pytest.approx(-np.sqrt(LIMIT), rel=0.01)
    assert 0.99 < found.high < 1.01


@pytest.mark.parametrize(("name", "level", "message"), [("aa", 0.95, "not free"), ("a", 1.0, "below 1")])
def test_what_cannot_be_asked_is_refused(name, level, message):
    with pytest.raises(InputError, match=message):
        profile(LINEAR, np.zeros(2), name, level=level)


@dataclass
class Il6:
    """IL-6 of one person in one session, measured without error where the parameters are the shipped ones."""

    subject: Subject
    times_h: np.ndarray
    plan = parse_schedule("Mon 07:00 fasted run 60m 75% VO2max")
    names = ("il6.clearance", "il6.synthesis")
    sigma = np.array([0.25, 0.5])
    bounds = (np.full(2, -3.0), np.full(2, 3.0))

    def __post_init__(self):
        self.parameters, self.model = load_parameters(), model_for([self.plan])
        self.error = noise_ln(self.parameters, "il6")[1]
        self.measured = self.ln_courses(np.zeros((1, 2)))

    def ln_courses(self, x):
        factors = dict(zip(self.names, np.exp(self.sigma * x).T, strict=True))
        batch = Batch(self.model, self.parameters, self.times_h, self.times_h[-1], 1e-7, kept=("il6",))
        part = Part(np.arange(len(x)), [(self.plan, self.subject)] * len(x), factors)
        return np.log(Solution(batch.solve(part), self.model).concentration("il6", site="plasma").values)

    def residuals(self, x):
        return (self.ln_courses(x) - self.measured) / self.error

    def slopes(self, x):
        moved = dict(zip(self.names, np.exp(self.sigma * x), strict=True))
        values = {name: self.parameters[name].value * factor for name, factor in moved.items()}
        found = sensitivities(
            self.plan,
            self.subject,
            of=[("il6", "plasma")],
            to=self.names,
            times_h=self.times_h,
            parameters=self.parameters.with_values(values, note="test"),
        )
        return found["relative"].values[0, :, :, 0].T * self.sigma / self.error


def test_release_and_clearance_of_il6_are_told_by_rest_and_peak_and_release_is_not_by_rest_alone(runner):
    """The truth is the best fit; a sample before the run says nothing of what the run releases."""
    full = profile(Il6(runner, np.array([6.5, 8.0, 9.0, 12.0])), np.array([0.4, -0.4]), "il6.clearance")
    assert full.best == pytest.approx(0.0, abs=0.01)
    assert full.low < 0.0 < full.high
    assert not full.is_open
    assert (full.high - full.low) / 2 == pytest.approx(np.sqrt(LIMIT) * full.standard_error, rel=0.1)
    rest = profile(Il6(runner, np.array([6.0, 6.5])), np.zeros(2), "il6.synthesis")
    assert rest.is_open_low
    assert rest.is_open_high


def test_what_rest_cannot_tell_is_refused_and_the_sample_that_is_named_cures_it(runner):
    times = np.array([6.0, 6.5])
    samples = [Sample("il6", "plasma", time) for time in times.tolist()]
    cure = curing(Il6.plan, runner, to=dict(zip(Il6.names, Il6.sigma, strict=True)), measured=samples)
    with pytest.raises(
        IdentifiabilityError, match="nothing that was measured depends on il6.synthesis"
    ) as found:
        identify(Il6(runner, times), np.zeros(2), asked=["il6.synthesis"], cure=cure)
    assert str(found.value.fix).startswith("one more sample would do: il6 plasma at Mon")
    extra = parse_moment(re.search("Mon [0-9:]{5}", str(found.value.fix))[0], "Mon")
    told = identify(Il6(runner, np.append(times, extra)), np.zeros(2), asked=["il6.synthesis"], cure=cure)
    assert told.untold == ()
