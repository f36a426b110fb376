"""Summary numbers of members, side by side: gathered inside the integration, no time course stored.

Extremes, areas and times above a level are those of the solver's own polynomial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import units
from .assemble import constants_of, forcing_of
from .batch import Members, Part, Report, stimuli_of, system_of
from .dataset import observable_function, shown_unit
from .engine import Forcing, Status, compiled
from .errors import InputError
from .manifest import sessions_of
from .metrics import WINDOWS, Window, farthest
from .model import Model
from .parameters import ParameterSet
from .schedule import Schedule
from .windows import cut

PER = (*WINDOWS, "block")
MAX_FOLD = 1e6


def check_fold(above_fold: float | None) -> None:
    """Refuse what is no multiple of rest above which hours could be counted."""
    if above_fold is not None and not _is_multiple(above_fold):
        raise InputError(
            f"above_fold = {above_fold!r}",
            expected=f"a multiple of rest above 0, at most {MAX_FOLD:g}, and not 1",
            fix="at rest itself rounding would decide; give 1.1 for what is clearly above it",
            field="above_fold",
        )


def _is_multiple(fold: object) -> bool:
    return isinstance(fold, int | float | np.integer) and 0 < float(fold) <= MAX_FOLD and float(fold) != 1


@dataclass(frozen=True, slots=True)
class Output:
    """A molecule at a site, and how it is shown.

    Parameters
    ----------
    exerkine, site, unit, grade : str
    place : int
        Among the model's observables.
    scale : float
        Factor from the model's unit to the one shown.
    """

    exerkine: str
    site: str
    unit: str
    grade: str
    place: int
    scale: float


def outputs_of(model: Model, parameters: ParameterSet, exerkines: Sequence[str]) -> tuple[Output, ...]:
    """Return some molecules at all of their sites, in the model's order; whole blood before other sites.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.physiology import default_model
    >>> outputs = outputs_of(default_model(), load_parameters(), ["lactate"])
    >>> [(one.site, one.unit) for one in outputs]
    [('blood', 'mmol/L'), ('plasma', 'mmol/L'), ('muscle', 'mmol/L')]
    """
    found = []
    sites = sorted(dict.fromkeys(one.site for one in model.observables), key=lambda site: site != "blood")
    for place, one in enumerate(model.observables):
        if one.exerkine in exerkines:
            about = parameters.about.get(one.exerkine, {})
            unit = shown_unit(one.unit, about)
            scale = 1.0 if one.unit == "1" else units.factor(one.unit, unit)
            found.append(Output(one.exerkine, one.site, unit, about.get("grade", "low"), place, scale))
    return tuple(sorted(found, key=lambda one: (model.exerkines.index(one.exerkine), sites.index(one.site))))


@dataclass(frozen=True, slots=True)
class Measured:
    """Summary numbers of some members.

    Parameters
    ----------
    numbers : mapping of str to ndarray, shape (n_members, n_windows, n_outputs)
        Under the names of :func:`exerkine_sim.metrics.session_metrics` and
        :func:`~exerkine_sim.metrics.block_metrics`, ``at_h`` from the plan's first midnight; NaN for a member
        that failed, and beyond its last window.
    windows : sequence of sequence of Window, length n_members
    status : ndarray of str, shape (n_members,)
    """

    numbers: Mapping[str, np.ndarray]
    windows: Sequence[Sequence[Window]]
    status: np.ndarray


@dataclass(frozen=True)
class Gauge:
    """What is measured, of whomever.

    Parameters
    ----------
    model, parameters : Model, ParameterSet
    outputs : tuple of Output
    per : {"session", "stretch", "block"}
    above_fold : float, optional
        Multiple of the resting value above which hours are counted.
    end_h, tolerance : float
    threads : int, optional
        As many as there are processors when left out.
    """

    model: Model
    parameters: ParameterSet
    outputs: tuple[Output, ...]
    per: str
    above_fold: float | None
    end_h: float
    tolerance: float
    threads: int | None = None

    def windows(self, plan: Schedule) -> list[Window]:
        """Return what the time of a plan is cut into: name, start and end (h) of each window."""
        if self.per == "block":
            return [("", 0.0, self.end_h)]
        return WINDOWS[self.per](sessions_of(plan), self.end_h)

    def measure(self, part: Part, *, progress: Report | None = None) -> Measured:
        """Simulate members and return their numbers."""
        plans = {id(plan): plan for plan, _ in part.members}
        windows_of = {key: self.windows(plan) for key, plan in plans.items()}
        windows = [windows_of[id(plan)] for plan, _ in part.members]
        people = [person for _, person in part.members]
        constants = constants_of(
            self.model, self.parameters, people, factors=part.factors, values=part.values
        )
        forcings, segments = self._cut(part.members, windows_of)
        found = compiled.measure(
            system_of(self.model),
            constants,
            forcings,
            wanted=[one.place for one in self.outputs],
            windows=segments,
            levels=self._levels(constants, forcings),
            tolerance=self.tolerance,
            threads=self.threads,
            progress=progress,
        )
        rest = self._shown(found.baseline, constants)
        rest[[one is not Status.OK for one in found.status]] = np.nan
        edges = _edges(windows, found.values.shape[1])
        scale = np.array([one.scale for one in self.outputs])
        numbers = _numbers(np.moveaxis(found.values, 3, 0), edges, baseline=rest[:, None], scale=scale)
        return Measured(numbers, windows, np.array([str(one) for one in found.status], dtype=object))

    def _cut(
        self, members: Members, windows: Mapping[int, Sequence[Window]]
    ) -> tuple[list[Forcing], list[np.ndarray]]:
        """Return what drives each member, cut at the edges of windows, and the window of each segment."""
        stimuli = stimuli_of(members, self.parameters, self.end_h, rhythms=self.model.rhythms)
        lines: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        forcings: dict[int, Forcing] = {}
        for (plan, _), stimulus in zip(members, stimuli, strict=True):
            key = id(plan)
            if key not in lines:
                lines[key] = cut(stimulus.breakpoints, stimulus.pattern, windows=windows[key])
            if id(stimulus) not in forcings:
                breakpoints, pattern, _ = lines[key]
                forcing = forcing_of(self.model, stimulus)
                forcings[id(stimulus)] = replace(forcing, breakpoints=breakpoints, pattern=pattern)
        return [forcings[id(one)] for one in stimuli], [lines[id(plan)][2] for plan, _ in members]

    def _levels(self, constants: np.ndarray, forcings: Sequence[Forcing]) -> np.ndarray | None:
        """Return levels above which time counts."""
        if self.above_fold is None:
            return None
        none = np.empty(0)
        still = [replace(one, breakpoints=one.breakpoints[:1], pattern=none.astype(int)) for one in forcings]
        found = compiled.integrate(system_of(self.model), constants, still, times=none)
        return self.above_fold * self._shown(found.baseline, constants) / [one.scale for one in self.outputs]

    def _shown(self, states: np.ndarray, constants: np.ndarray) -> np.ndarray:
        """Return the outputs of states in the units shown, shape (n_members, n_outputs)."""
        values = observable_function(self.model)(list(states.T), list(constants.T))
        shown = [one.scale * values[one.place] for one in self.outputs]
        return np.stack([np.broadcast_to(one, len(states)) for one in shown], axis=1)


def _edges(windows: Sequence[Sequence[Window]], n_windows: int) -> np.ndarray:
    """Return start and end (h) of each window, shape (2, n_members, n_windows, 1), NaN beyond the last."""
    edges: dict[int, np.ndarray] = {}
    for one in windows:
        if id(one) not in edges:
            edges[id(one)] = np.full((2, n_windows), np.nan)
            edges[id(one)][:, : len(one)] = np.reshape([(start, end) for _, start, end in one], (-1, 2)).T
    return np.stack([edges[id(one)] for one in windows], axis=1)[..., None]


def _numbers(
    measured: np.ndarray, edges: np.ndarray, *, baseline: np.ndarray, scale: np.ndarray
) -> dict[str, np.ndarray]:
    """Return everything that may be shown, in the units shown, each (n_members, n_windows, n_outputs)."""
    before, c_max, t_max, c_min, t_min, area, above = measured
    (start, end), high, low = edges, scale * c_max, scale * c_min
    level = np.broadcast_to(baseline, high.shape)
    ends = {"high": high, "high_at": t_max, "low": low, "low_at": t_min}
    extreme = farthest(level.ravel(), **{name: one.ravel() for name, one in ends.items()})
    return {
        "baseline": level,
        "before": scale * before,
        "c_max": high,
        # A window may begin at a breakpoint that lies before it by a rounding.
        "t_max_h": np.maximum(t_max - start, 0.0),
        "c_min": low,
        "t_min_h": np.maximum(t_min - start, 0.0),
        "auc": scale * area - level * (end - start),
        "above_h": np.where(level > 0, above, np.nan),
        **{name: one.reshape(high.shape) for name, one in extreme.items()},
    }
