"""Summary numbers of any number of people: they pass in parts, and no time course is ever stored.

Extremes, areas and times above a level are gathered inside the integration, on the solver's own polynomial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import units
from .assemble import constants_of, forcing_of
from .batch import Members, Part, Report, drawn, share_of, stimuli_of, system_of
from .dataset import labelled
from .engine import Forcing, Status, compiled
from .errors import InputError, nearest
from .manifest import sessions_of
from .metrics import FARTHEST, IN_SESSION, WINDOWS, Window, farthest, latest_session, observed
from .model import Model
from .parameters import ParameterSet, load_parameters
from .schedule import Schedule
from .simulate import check_clock, check_tolerance, kept_exerkines, model_for, one_plan, paired, varied_in
from .subject import Population, Subject
from .times import end_of
from .windows import cut

PER = (*WINDOWS, "block")
MAX_FOLD = 1e6
# Members enough to keep every lane of every thread busy, rows few enough to be formed in a moment.
PART_MEMBERS, PART_ROWS = 512, 100_000


def measure(
    schedule: Schedule | Sequence[Schedule],
    subject: Subject | Sequence[Subject] | Population,
    *,
    exerkines: str | Sequence[str] | None = None,
    per: str = "session",
    above_fold: float | None = None,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    end_h: float | None = None,
    tolerance: float = 1e-6,
    clock: bool = False,
    progress: Report | None = None,
) -> Iterator[pd.DataFrame]:
    """Summarise what every exerkine does in a person, or in any number of them, who follow a plan.

    Some hundred members at a time are simulated, and their time courses never stored, so that memory stays
    the same however many they are. A member's numbers do not depend on the others.

    Parameters
    ----------
    schedule, subject, parameters, model, end_h, tolerance, clock, progress
        As for :func:`exerkine_sim.simulate`.
    exerkines : str or sequence of str, optional
        Molecules to be measured; all of them when left out.
    per : {"session", "stretch", "block"}
        A row for each session, one for each stretch from a session's start to the next (and for that before
        the first), or one for the whole time.
    above_fold : float, optional
        Also give the hours spent above this multiple of the member's own resting value.

    Returns
    -------
    iterator of pandas.DataFrame
        Some of the members each, in order. The columns are those of
        :func:`exerkine_sim.metrics.session_metrics` or :func:`~exerkine_sim.metrics.block_metrics`, extremes
        and areas being those of the solver's own polynomial in place of an output grid; then ``above_h``
        where it was asked for, and ``status``: ``ok``, or why the member failed and has NaN for numbers.

    Raises
    ------
    InputError
        When plan, person or what is wanted cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> plan = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> people = xk.Population(subject, n=3, seed=1)
    >>> table = pd.concat(xk.measure(plan, people, exerkines="lactate", above_fold=2))
    >>> blood = table.query("site == 'blood'")
    >>> bool((blood["above_h"] > 0.5).all())
    True
    """
    parameters = load_parameters() if parameters is None else parameters
    population = subject if isinstance(subject, Population) else None
    members = paired(schedule, subject.subject if isinstance(subject, Population) else subject)
    model = model_for((plan for plan, _ in members), clock=clock) if model is None else model
    check_clock(model, clock)
    if population is not None:
        one_plan(members)
        varied_in(population, model, parameters)
    _check_choices(per, above_fold, tolerance)
    plans = {id(plan): plan for plan, _ in members}
    end_h = end_of(list(plans.values()), end_h)
    pieces = WINDOWS.get(per, WINDOWS["session"])
    task = _Task(
        model,
        parameters,
        sessions={key: pieces(sessions_of(plan), end_h) for key, plan in plans.items()},
        exerkines=kept_exerkines(model, exerkines, None) or model.exerkines,
        per=per,
        above_fold=above_fold,
        end_h=end_h,
        tolerance=tolerance,
    )
    return task.tables(members, population, progress=progress)


def _check_choices(per: str, above_fold: float | None, tolerance: float) -> None:
    if per not in PER:
        raise InputError(f"per = {per!r}", expected=" or ".join(PER), fix=nearest(str(per), PER), field="per")
    if above_fold is not None and not _is_multiple(above_fold):
        raise InputError(
            f"above_fold = {above_fold!r}",
            expected=f"a multiple of rest above 0, at most {MAX_FOLD:g}, and not 1",
            fix="at rest itself rounding would decide; give 1.1 for what is clearly above it",
            field="above_fold",
        )
    check_tolerance(tolerance)


def _is_multiple(fold: object) -> bool:
    return isinstance(fold, int | float | np.integer) and 0 < float(fold) <= MAX_FOLD and float(fold) != 1


class _Rows(NamedTuple):
    """Of each row of a table the member, the molecule at a site, the window, and its session and edges."""

    member: np.ndarray
    column: np.ndarray
    window: np.ndarray
    session: np.ndarray
    start: np.ndarray
    end: np.ndarray


@dataclass(frozen=True)
class _Task:
    """What is to be measured, of whomever; ``sessions`` holds the windows of each plan, by its identity."""

    model: Model
    parameters: ParameterSet
    sessions: Mapping[int, list[Window]]
    exerkines: tuple[str, ...]
    per: str
    above_fold: float | None
    end_h: float
    tolerance: float

    def tables(
        self, members: Members, population: Population | None, *, progress: Report | None
    ) -> Iterator[pd.DataFrame]:
        """Yield one table for each part of the members."""
        n, size = len(members) if population is None else population.n, self._members_at_a_time()
        for start in range(0, n, size):
            if population is None:
                chosen = members[start : start + size]
                part = Part(np.arange(start, start + len(chosen)), chosen, {})
            else:
                people = population.part(start, size)
                part = drawn(members[0][0], people, model=self.model, parameters=self.parameters)
            yield self._table(part, share_of(progress, start / n, len(part.members) / n))

    def _members_at_a_time(self) -> int:
        columns = sum(one.exerkine in self.exerkines for one in self.model.observables)
        windows = max(len(self._windows(plan)) for plan in self.sessions)
        return max(1, min(PART_MEMBERS, PART_ROWS // (columns * max(1, windows))))

    def _windows(self, plan: int) -> list[Window]:
        return [("", 0.0, self.end_h)] if self.per == "block" else self.sessions[plan]

    def _table(self, part: Part, progress: Report | None) -> pd.DataFrame:
        people, plans = [person for _, person in part.members], [id(plan) for plan, _ in part.members]
        constants = constants_of(self.model, self.parameters, people, factors=part.factors)
        forcings, windows = self._cut(part.members)
        labels, rest = self._resting(part.numbers, constants, forcings)
        wanted, scale = self._wanted(labels.iloc[: rest.shape[1]])
        found = compiled.measure(
            system_of(self.model),
            constants,
            forcings,
            wanted=wanted,
            windows=windows,
            levels=self._levels(rest / scale),
            tolerance=self.tolerance,
            progress=progress,
        )
        status = np.array([str(one) for one in found.status], dtype=object)
        rest[status != Status.OK] = np.nan
        rows = _rows([self._windows(plan) for plan in plans], len(wanted))
        measured = found.values[rows.member, rows.window, rows.column].T
        numbers = _numbers(measured, rows, baseline=rest[rows.member, rows.column], scale=scale[rows.column])
        table = labels.iloc[rows.member * len(wanted) + rows.column].reset_index(drop=True)
        return table.assign(**self._shown(numbers, rows, plans), status=status[rows.member])

    def _cut(self, members: Members) -> tuple[list[Forcing], list[np.ndarray]]:
        """Return what drives each member, cut at the edges of windows, and the window of each segment."""
        stimuli = stimuli_of(members, self.parameters, self.end_h, rhythms=self.model.rhythms)
        lines: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
        forcings: dict[int, Forcing] = {}
        for (plan, _), stimulus in zip(members, stimuli, strict=True):
            key = id(plan)
            if key not in lines:
                lines[key] = cut(stimulus.breakpoints, stimulus.pattern, windows=self._windows(key))
            if id(stimulus) not in forcings:
                breakpoints, pattern, _ = lines[key]
                forcing = forcing_of(self.model, stimulus)
                forcings[id(stimulus)] = replace(forcing, breakpoints=breakpoints, pattern=pattern)
        return [forcings[id(one)] for one in stimuli], [lines[id(plan)][2] for plan, _ in members]

    def _resting(
        self, numbers: np.ndarray, constants: np.ndarray, forcings: Sequence[Forcing]
    ) -> tuple[pd.DataFrame, np.ndarray]:
        """Return labels of the molecules at their sites, member by member; values, (n_members, n_wanted)."""
        none = np.empty(0)
        still = [replace(one, breakpoints=one.breakpoints[:1], pattern=none.astype(int)) for one in forcings]
        rest = compiled.integrate(system_of(self.model), constants, still, times=none)
        arrays = labelled(
            self.model,
            self.parameters,
            rest,
            times=none,
            numbers=numbers,
            constants=constants,
            forcings=still,
        )
        chosen = [self.model.exerkines.index(name) for name in self.exerkines]
        labels, _, baseline = observed(arrays.at("exerkine", chosen))
        return pd.DataFrame(labels), baseline.reshape(len(numbers), -1)

    def _wanted(self, labels: pd.DataFrame) -> tuple[list[int], np.ndarray]:
        """Return which observables one member's labels are of, and what brings them into the units shown."""
        known = {(one.exerkine, one.site): index for index, one in enumerate(self.model.observables)}
        wanted = [known[place] for place in zip(labels["exerkine"], labels["site"], strict=True)]
        scale = [
            1.0 if unit == "fold" else units.factor(self.model.observables[index].unit, unit)
            for index, unit in zip(wanted, labels["unit"], strict=True)
        ]
        return wanted, np.array(scale)

    def _levels(self, rest: np.ndarray) -> np.ndarray | None:
        """Return levels above which time counts, out of reach where there is nothing at rest."""
        return None if self.above_fold is None else np.where(rest > 0, self.above_fold * rest, np.inf)

    def _shown(
        self, numbers: Mapping[str, np.ndarray], rows: _Rows, plans: Sequence[int]
    ) -> dict[str, np.ndarray]:
        """Return the columns that are to be shown, in order."""
        above = {} if self.above_fold is None else {"above_h": numbers["above_h"]}
        if self.per != "block":
            shown = {name: numbers[name] for name in IN_SESSION}
            return {"session": rows.session, "start_h": rows.start, **shown, **above}
        moments = np.split(numbers["at_h"], len(plans))
        latest = [latest_session(at, self.sessions[plan]) for at, plan in zip(moments, plans, strict=True)]
        shown = {name: numbers[name] for name in FARTHEST}
        return {**shown, "session": np.concatenate(latest), "auc": numbers["auc"], **above}


def _rows(windows: Sequence[Sequence[Window]], n_columns: int) -> _Rows:
    """Return the rows of a table: members, of each the molecules at sites, of each the windows."""
    counts = np.array([len(one) for one in windows])
    there = np.arange(counts.max()) < counts[:, None]
    member, column, window = np.nonzero(np.repeat(there[:, None], n_columns, axis=1))
    every = pd.DataFrame(chain(*windows), columns=["session", "start_h", "end_h"])
    of = every.iloc[(np.cumsum(counts) - counts)[member] + window]
    return _Rows(member, column, window, *(of[name].to_numpy() for name in of))


def _numbers(
    measured: np.ndarray, rows: _Rows, *, baseline: np.ndarray, scale: np.ndarray
) -> dict[str, np.ndarray]:
    """Return everything that may be shown of each row, in the units shown, each of shape (n_rows,)."""
    before, c_max, t_max, c_min, t_min, area, above = measured
    high, low = scale * c_max, scale * c_min
    # A window may begin at a breakpoint that lies before it by a rounding.
    high_after, low_after = np.maximum(t_max - rows.start, 0.0), np.maximum(t_min - rows.start, 0.0)
    return {
        "baseline": baseline,
        "before": scale * before,
        "c_max": high,
        "t_max_h": high_after,
        "c_min": low,
        "t_min_h": low_after,
        "auc": scale * area - baseline * (rows.end - rows.start),
        "above_h": np.where(baseline > 0, above, np.nan),
        **farthest(baseline, high=high, high_at=t_max, low=low, low_at=t_min),
    }
