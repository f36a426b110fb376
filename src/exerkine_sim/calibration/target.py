"""What a fit aims at: published observations of many Studies, side by side with what is simulated."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .. import units
from ..errors import UnitError
from ..evidence import Observation, Study
from ..evidence.prediction import Batch, model_site, ratio
from ..model import Model, parameters_behind
from ..parameters import ParameterSet
from ..sensitivities import sensitivities
from ..simulate import simulate

NOT_MODELLED = "not modelled"
# A fit takes the mean of the day.
BY_THE_HOUR = "follow the hour of the day"
# Sharper than results are shown with, so that the noise of the solver never decides which step is better.
TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Target:
    """One published observation and where a simulation of all Studies is read for it.

    Parameters
    ----------
    study : str
        Key of its Study.
    member : int
        Place of the Study in the batch.
    observation : Observation
    site : str
        Site of the model.
    time, zero : int
        Places of its sampling and of the Study's time zero among the times of the batch.
    log_observed : float
        Natural logarithm of what was seen: of the fold over time zero where the observation is relative,
        else of the value in the unit that simulations show.
    """

    study: str
    member: int
    observation: Observation
    site: str
    time: int
    zero: int
    log_observed: float

    @property
    def output(self) -> tuple[str, str]:
        """Molecule and site."""
        return self.observation.exerkine, self.site

    @property
    def group(self) -> tuple[str, str]:
        """Study and molecule: what counts as one witness, however often it was sampled."""
        return self.study, self.observation.exerkine


@dataclass(frozen=True)
class Targets:
    """The observations a fit aims at, and the Studies as one batch.

    Parameters
    ----------
    studies : tuple of Study
    model : Model
    batch : Batch
    items : tuple of Target
    left_out : mapping of str to int
        Reason to number of observations that no simulation can be set beside.
    """

    studies: tuple[Study, ...]
    model: Model
    batch: Batch
    items: tuple[Target, ...]
    left_out: Mapping[str, int]

    @classmethod
    def of(cls, studies: Sequence[Study], *, parameters: ParameterSet, model: Model) -> Targets:
        """Find every observation of `studies` in the model."""
        batch, items, left_out = Batch.of(studies), [], Counter[str]()
        for member, study in enumerate(studies):
            for seen in study.observations:
                sites = [one.site for one in model.observables if one.exerkine == seen.exerkine]
                site = model_site(seen, study, sites, parameters=parameters)
                if site is None:
                    left_out[NOT_MODELLED] += 1
                    continue
                if study.by_clock and f"rhythms.{seen.exerkine}.amplitude" in parameters:
                    left_out[BY_THE_HOUR] += 1
                    continue
                try:
                    level = _log_observed(seen, site, parameters=parameters, model=model)
                except UnitError:
                    left_out["of another dimension"] += 1
                    continue
                time, zero = (
                    int(np.searchsorted(batch.times_h, at)) for at in (study.time_h(seen), study.zero_h)
                )
                items.append(Target(study.key, member, seen, site, time, zero, level))
        return cls(tuple(studies), model, batch, tuple(items), dict(left_out))

    def keep(self, wanted: np.ndarray, *, parameters: ParameterSet, why: str) -> Targets:
        """Return the targets marked in `wanted`, of their Studies alone; the others are left out."""
        kept = {(item.study, item.observation) for item, keep in zip(self.items, wanted, strict=True) if keep}
        reduced = [
            replace(study, observations=tuple(o for o in study.observations if (study.key, o) in kept))
            for study in self.studies
        ]
        again = Targets.of(
            [one for one in reduced if one.observations], parameters=parameters, model=self.model
        )
        dropped = len(self.items) - len(again.items)
        return replace(again, left_out={**self.left_out, **({why: dropped} if dropped else {})})

    @cached_property
    def weights(self) -> np.ndarray:
        """What a residual is multiplied by so that each group counts as one, shape (n_targets,)."""
        counts = Counter(item.group for item in self.items)
        return np.array([1 / math.sqrt(counts[item.group]) for item in self.items])

    @cached_property
    def outputs(self) -> list[tuple[str, str]]:
        """Molecules at sites that are aimed at."""
        return list(dict.fromkeys(item.output for item in self.items))

    def residuals(self, parameters: ParameterSet) -> np.ndarray:
        """Return ln predicted / observed, shape (n_targets,); NaN where the simulation has no such number."""
        solution = simulate(
            self.batch.schedules,
            self.batch.subjects,
            parameters=parameters,
            model=self.model,
            times_h=self.batch.times_h,
            end_h=self.batch.end_h,
            exerkines=list(dict.fromkeys(name for name, _ in self.outputs)),
            tolerance=TOLERANCE,
        )
        courses = [solution.concentration(name, site=site).to_numpy() for name, site in self.outputs]
        with np.errstate(divide="ignore", invalid="ignore"):
            levels = np.log(np.stack(courses, axis=-1))
            everyone = range(len(self.studies))
            predicted = _read(levels, self.items, members=everyone, outputs=self.outputs)
        predicted[~np.isfinite(predicted)] = np.nan
        return predicted - np.array([item.log_observed for item in self.items])

    def slopes(self, parameters: ParameterSet, names: Sequence[str]) -> np.ndarray:
        """Return d ln predicted / d ln parameter, exact, shape (n_targets, n_parameters).

        Studies that saw the same things are differentiated together, by what these can depend on and no
        farther than their last sample: of all trials and parameters that is a seventh.
        """
        found = np.zeros((len(self.items), len(names)))
        alike: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for row, item in enumerate(self.items):
            alike.setdefault(self._seen[item.member], []).append(row)
        for outputs, rows in alike.items():
            behind = parameters_behind(self.model, outputs)
            columns = [column for column, name in enumerate(names) if name in behind]
            if columns:
                wanted = [names[column] for column in columns]
                found[np.ix_(rows, columns)] = self._slopes(rows, wanted, parameters)
        return found

    @cached_property
    def _seen(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        """What each Study saw, in the order of all outputs."""
        pairs = {(item.member, item.output) for item in self.items}
        return {member: tuple(one for one in self.outputs if (member, one) in pairs) for member, _ in pairs}

    def _slopes(self, rows: Sequence[int], names: Sequence[str], parameters: ParameterSet) -> np.ndarray:
        """Differentiate some targets, whose Studies saw the same, shape (n_rows, n_names)."""
        items = [self.items[row] for row in rows]
        members = list(dict.fromkeys(item.member for item in items))
        times = self.batch.times_h[: 1 + max(max(item.time, item.zero) for item in items)]
        schedules = [self.batch.schedules[member] for member in members]
        outputs = self._seen[members[0]]
        found = sensitivities(
            schedules,
            [self.batch.subjects[member] for member in members],
            of=outputs,
            to=names,
            times_h=times,
            end_h=max(float(times[-1]), *(plan.end_h for plan in schedules)),
            parameters=parameters,
            model=self.model,
            tolerance=TOLERANCE,
        )
        relative = found["relative"].transpose("member", "time", "output", "parameter")
        return _read(relative.to_numpy(), items, members=members, outputs=outputs)


def _read(
    values: np.ndarray,
    items: Sequence[Target],
    *,
    members: Sequence[int],
    outputs: Sequence[tuple[str, str]],
) -> np.ndarray:
    """Read (member, time, output, ...) at each target; relative ones against their time zero."""
    member = np.array([members.index(item.member) for item in items])
    output = np.array([outputs.index(item.output) for item in items])
    time, zero = (np.array([getattr(item, name) for item in items]) for name in ("time", "zero"))
    relative = np.array([item.observation.is_relative for item in items])
    read = values[member, time, output].copy()
    read[relative] -= values[member, zero, output][relative]
    return read


def _log_observed(seen: Observation, site: str, *, parameters: ParameterSet, model: Model) -> float:
    if seen.is_relative:
        return math.log(ratio(seen.value, seen.unit))
    unit = model.observable(seen.exerkine, site).unit
    shown = "1" if unit == "1" else str(parameters.about.get(seen.exerkine, {}).get("unit", unit))
    return math.log(units.convert(seen.value, seen.unit, shown))
