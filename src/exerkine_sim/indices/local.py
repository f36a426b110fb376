"""Exact slopes at the middle of a design: how far each output moves when a factor moves a little.

The derivative of a peak is that of the course at the time of the peak, that of an area the integral of the
course's. They come from :func:`exerkine_sim.sensitivities`, so that no step has to be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from ..batch import Part, stimuli_of
from ..engine import Status
from ..errors import InputError
from ..measured import Gauge
from ..parameters import ParameterSet
from ..schedule import Schedule
from ..sensitivities import sensitivities
from ..subject import Subject
from ..sweeps import Design, Factor, LogNormal, Published, Range
from ..sweeps.feature import applied
from ..times import output_times, usual_grid

QUANTILES = (np.arange(4096) + 0.5) / 4096
NO_SLOPE = "has no slope: only levels, areas and folds have"


@dataclass(frozen=True)
class Slopes:
    """Derivatives by the logarithm of each factor, in the outputs' units.

    Parameters
    ----------
    numbers : dict of str to ndarray, shape (n_windows, n_outputs)
        The metrics themselves.
    metrics : dict of str to ndarray, shape (n_factors, n_windows, n_outputs)
        Their derivatives; NaN for factors without, and metrics without.
    levels : ndarray, shape (n_times, n_outputs)
    courses : ndarray, shape (n_factors, n_times, n_outputs)
    """

    numbers: dict[str, np.ndarray]
    metrics: dict[str, np.ndarray]
    levels: np.ndarray
    courses: np.ndarray


def slopes(design: Design, *, progress: Callable[[float], None] | None = None) -> Slopes:
    """Return the derivatives of everything that a design keeps, at the median of each factor.

    Parameters
    ----------
    design : Design
    progress : callable, optional
        Called with the fraction that is done.

    Raises
    ------
    InputError
        When no factor is a parameter of the equations, or the middle cannot be simulated.
    """
    to = [name for name in design.names if name in design.model.constants]
    if not to or design.outputs.clock:
        raise InputError(
            "a clock" if to else "no slope: every factor acts through plan or person, not in the equations",
            expected="parameters of the equations, and no clock",
            fix="method = 'morris' or 'sobol'",
            field="method",
        )
    middle = _Middle.of(design)
    numbers, windows = middle.measured(design)
    times = middle.times(design, moments=_moments(numbers, windows))
    found = sensitivities(
        middle.plan,
        middle.person,
        of=[(one.exerkine, one.site) for one in design.kept],
        to=to,
        times_h=times,
        parameters=middle.parameters,
        model=design.model,
        end_h=design.end_h,
        tolerance=design.outputs.tolerance,
        progress=progress,
    )
    every = np.full((len(design.names), len(times), len(design.kept)), np.nan)
    every[[design.names.index(name) for name in to]] = found["absolute"].to_numpy()[0]
    course, kept = _Course(numbers, windows, times, every), np.searchsorted(times, design.outputs.times_h)
    return Slopes(
        {name: numbers.get(name, np.full_like(numbers["c_max"], np.nan)) for name in design.outputs.metrics},
        {name: course.slope_of(name) for name in design.outputs.metrics},
        found["value"].to_numpy()[0][kept],
        every[:, kept],
    )


def spread_ln(factor: Factor) -> float:
    """Return how far a factor is from its median, as standard deviation of its logarithm.

    Of what is drawn on a linear scale: the standard deviation over the median, which is the same when small.

    Examples
    --------
    >>> round(spread_ln(Factor("il6.basal", LogNormal(2.0, 0.1))), 3)
    0.099
    """
    given = factor.distribution
    on_log = (
        isinstance(given, LogNormal)
        or (isinstance(given, Range) and given.scale == "log")
        or (isinstance(given, Published) and given.prior.scale == "log")
    )
    values = factor.at(QUANTILES).astype(float)
    if on_log:
        return float(np.log(values).std())
    return float(values.std() / abs(factor.at(np.array([0.5]))[0]))


@dataclass(frozen=True, slots=True)
class _Middle:
    """Plan, person and parameters with each factor at its median."""

    plan: Schedule
    person: Subject
    parameters: ParameterSet

    @classmethod
    def of(cls, design: Design) -> _Middle:
        row: dict[str, Any] = {one.name: one.at(np.array([0.5]))[0] for one in design.factors}
        plan = design.plans[row["plan"]] if "plan" in row else design.plan
        names = {f"subject.{one.name}": one.name for one in fields(Subject)}
        about = {names[name]: value for name, value in row.items() if name in names}
        numbers = {name: float(value) for name, value in row.items() if name in design.parameters}
        parameters = design.parameters.with_values(numbers, note="the middle of a design")
        return cls(applied(plan, row), replace(design.subject, **about), parameters)

    def measured(self, design: Design) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return each metric, shape (n_windows, n_outputs), and start and end of the windows."""
        gauge = Gauge(
            design.model,
            self.parameters,
            design.kept,
            per=design.outputs.per,
            above_fold=None,
            end_h=design.end_h,
            tolerance=design.outputs.tolerance,
        )
        found = gauge.measure(Part(np.zeros(1, dtype=int), [(self.plan, self.person)], {}))
        if found.status[0] != Status.OK:
            raise InputError(
                f"the middle of the factors fails: {found.status[0]}", fix="move their ranges", field="vary"
            )
        windows = np.array([(start, end) for _, start, end in found.windows[0]])
        return {name: one[0] for name, one in found.numbers.items()}, windows

    def times(self, design: Design, *, moments: dict[str, np.ndarray]) -> np.ndarray:
        """Return a grid fine enough for areas, with every moment that something is read off at."""
        (stimulus,) = stimuli_of([(self.plan, self.person)], self.parameters, design.end_h)
        grid = output_times([stimulus], design.end_h, usual_grid(design.end_h, alone=True))
        every = np.concatenate([grid, design.outputs.times_h, *(one.ravel() for one in moments.values())])
        return np.unique(every[np.isfinite(every)].clip(0.0, design.end_h))


def _moments(numbers: dict[str, np.ndarray], windows: np.ndarray) -> dict[str, np.ndarray]:
    """Return when each metric is read off the course, in hours, shape (n_windows, n_outputs)."""
    start = windows[:, :1]
    found = {"c_max": start + numbers["t_max_h"], "c_min": start + numbers["t_min_h"]}
    found |= dict.fromkeys(("value", "fold"), numbers["at_h"])
    return {**found, "before": np.broadcast_to(start, numbers["at_h"].shape)}


@dataclass(frozen=True)
class _Course:
    """The derivative of the courses, shape (n_factors, n_times, n_outputs), at `times`."""

    numbers: dict[str, np.ndarray]
    windows: np.ndarray
    times: np.ndarray
    slope: np.ndarray

    def slope_of(self, metric: str) -> np.ndarray:
        """Return the derivative of a metric, shape (n_factors, n_windows, n_outputs)."""
        rest, shape = self.slope[:, :1], (len(self.slope), *self.numbers["c_max"].shape)
        moments = _moments(self.numbers, self.windows)
        if metric == "baseline":
            return np.broadcast_to(rest, shape)
        if metric == "auc":
            return np.stack([self._area(start, end) for start, end in self.windows], axis=1)
        if metric not in moments:
            return np.full(shape, np.nan)
        at = self._at(moments[metric])
        if metric != "fold":
            return at
        with np.errstate(divide="ignore", invalid="ignore"):  # no fold of nothing
            return (at - self.numbers["fold"] * rest) / self.numbers["baseline"]

    def _at(self, hours: np.ndarray) -> np.ndarray:
        place = np.searchsorted(self.times, hours).clip(max=len(self.times) - 1)
        return self.slope[:, place, np.arange(self.slope.shape[2])]

    def _area(self, start: float, end: float) -> np.ndarray:
        """Return the derivative of the area above rest: rest moves, too."""
        inside = (self.times >= start) & (self.times <= end)
        return np.trapezoid(self.slope[:, inside] - self.slope[:, :1], self.times[inside], axis=1)
