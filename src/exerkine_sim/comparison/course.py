"""What molecules do over all the time of a plan, in numbers: nothing else is kept of a simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..measures import measure
from ..subject.population import FIELDS, QUANTITIES, Population

if TYPE_CHECKING:
    import pandas as pd

    from ..batch import Report
    from ..model import Model
    from ..parameters import ParameterSet
    from ..schedule import Schedule

CORRECTED = "_corrected"  # the same molecule again, without haemoconcentration


@dataclass(frozen=True, slots=True)
class Course:
    """A molecule at a site in the people who follow a plan; every array has the shape (n_members,).

    Parameters
    ----------
    exerkine, site, unit, grade : str
    baseline, highest, lowest : ndarray
        In `unit`; NaN, as in all that follows, for a member that failed.
    area : ndarray
        Above rest, below it negative, over the whole time in `unit` x h.
    trend : ndarray
        The value before the last session over that before the first; 1 where there is no session.
    above_h : ndarray
        Hours above the share of rest that was asked for.
    status : tuple of str
        ``ok``, or why a member failed.
    """

    exerkine: str
    site: str
    unit: str
    grade: str
    baseline: np.ndarray
    highest: np.ndarray
    lowest: np.ndarray
    area: np.ndarray
    trend: np.ndarray
    above_h: np.ndarray
    status: tuple[str, ...]

    def mean_fold(self, hours: float) -> np.ndarray:
        """Return the mean value over rest."""
        return 1 + self.area / (self.baseline * hours)

    def farthest(self) -> np.ndarray:
        """Return the largest distance from rest in folds, up or down, as a fold above 1."""
        with np.errstate(divide="ignore"):
            return np.maximum(self.highest / self.baseline, self.baseline / self.lowest)


def courses_of(
    plan: Schedule,
    people: Population,
    *,
    model: Model,
    parameters: ParameterSet,
    above_fold: float,
    end_h: float,
    progress: Report | None = None,
) -> list[Course]:
    """Return what each molecule of a model does at each site, as measured while it is simulated."""
    import pandas as pd

    tables = measure(
        plan,
        _varied_by(model, people, parameters),
        per="stretch",
        model=model,
        parameters=parameters,
        above_fold=above_fold,
        end_h=end_h,
        progress=progress,
    )
    first = 1 if plan.sessions and plan.sessions[0].start_h > 0 else 0
    return _gathered(pd.concat(tables), people.n, first=first)


def _varied_by(model: Model, people: Population, parameters: ParameterSet) -> Population:
    """Return the same people, told only of what a model has: a draw does not depend on the others."""
    known = {*model.parameters, *QUANTITIES, *FIELDS}
    spreads = people.spreads(parameters)
    return replace(people, vary={name: one.sigma_ln for name, one in spreads.items() if name in known})


def _gathered(table: pd.DataFrame, n_members: int, *, first: int) -> list[Course]:
    """Gather a table that lists members, of each the molecules at sites, of each the stretches.

    Parameters
    ----------
    first : int
        The stretch that begins with the first session.
    """
    places = table[["exerkine", "site"]].drop_duplicates()
    shape = (n_members, len(places), -1)
    numbers = {
        name: table[name].to_numpy(dtype=float).reshape(shape)
        for name in ("baseline", "before", "c_max", "c_min", "auc", "above_h")
    }
    labels = table.iloc[: len(table) // n_members].drop_duplicates(["exerkine", "site"])
    status = tuple(table["status"].to_numpy().reshape(shape)[:, 0, 0].tolist())
    with np.errstate(divide="ignore", invalid="ignore"):
        summary = {
            "baseline": numbers["baseline"][..., 0],
            "highest": numbers["c_max"].max(axis=-1),
            "lowest": numbers["c_min"].min(axis=-1),
            "area": numbers["auc"].sum(axis=-1),
            "trend": numbers["before"][..., -1] / numbers["before"][..., first],
            "above_h": numbers["above_h"].sum(axis=-1),
        }
    return [
        Course(*about, **{name: one[:, place] for name, one in summary.items()}, status=status)
        for place, about in enumerate(labels[["exerkine", "site", "unit", "grade"]].itertuples(index=False))
        if not about.site.endswith(CORRECTED)
    ]
