"""Exact slopes at the middle of a design: how far each output moves when a factor moves a little.

The derivative of a peak is that of the course at the time of the peak, that of an area the integral of the
course's. They come from :func:`exerkine_sim.sensitivities`, so that no step has to be chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..batch import stimuli_of
from ..errors import InputError
from ..sensitivities import sensitivities
from ..subject import Subject
from ..sweeps import Design, Factor, LogNormal, Published, Range, Sampling
from ..sweeps.member import OK, Kept, Made, gauge_of, simulated
from ..times import output_times, usual_grid

# What is needed of the course to differentiate the others.
MEASURED = ("baseline", "before", "c_max", "t_max_h", "c_min", "t_min_h", "value", "at_h", "fold", "auc")
MIDDLE = "the middle of a design"
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
    row = tuple(factor.at(np.array([0.5]))[0] for factor in design.factors)
    numbers, made = _middle(design, row)
    windows = np.array([(start, end) for _, start, end in gauge_of(design).windows(made.plan)])
    person = replace(design.subject, **made.fields)
    times = _times(design, made, person, moments=_moments(numbers, windows))
    found = sensitivities(
        made.plan,
        person,
        of=[(one.exerkine, one.site) for one in design.kept],
        to=to,
        times_h=times,
        parameters=design.parameters.with_values({**made.numbers, **made.outside}, note=MIDDLE),
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


def _middle(design: Design, row: tuple) -> tuple[dict[str, np.ndarray], Made]:
    outputs = replace(design.outputs, metrics=MEASURED, times_h=())
    point = replace(design, sampling=Sampling("list"), rows=(row,), outputs=outputs)
    kept: Kept = simulated(point, 0, 1)
    if kept.status != [OK]:
        raise InputError(
            f"the middle of the factors fails: {kept.status[0]}", fix="move their ranges", field="vary"
        )
    return {name: one[0] for name, one in kept.numbers.items()}, Made.of(point, row)


def _moments(numbers: dict[str, np.ndarray], windows: np.ndarray) -> dict[str, np.ndarray]:
    """Return when each metric is read off the course, in hours, shape (n_windows, n_outputs)."""
    start = windows[:, :1]
    found = {"c_max": start + numbers["t_max_h"], "c_min": start + numbers["t_min_h"]}
    found |= dict.fromkeys(("value", "fold"), numbers["at_h"])
    return {**found, "before": np.broadcast_to(start, numbers["at_h"].shape)}


def _times(design: Design, made: Made, person: Subject, *, moments: dict[str, np.ndarray]) -> np.ndarray:
    """Return a grid fine enough for areas, with every moment that something is read off at."""
    parameters = design.parameters.with_values(made.outside, note=MIDDLE)
    (stimulus,) = stimuli_of([(made.plan, person)], parameters, design.end_h, rhythms=design.model.rhythms)
    grid = output_times([stimulus], design.end_h, usual_grid(design.end_h, alone=True))
    every = np.concatenate([grid, design.outputs.times_h, *(one.ravel() for one in moments.values())])
    return np.unique(every[np.isfinite(every)].clip(0.0, design.end_h))


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
