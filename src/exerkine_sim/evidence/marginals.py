"""Drawn people beside published distributions: params/norms/cohort.toml, from which nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from ..errors import ParameterError
from ..files import read_toml, validated
from ..parameters import params_folder
from ..subject import Subject

DECADE_Y = 10
LEAST_PEOPLE = 50  # of a sex and decade, of whom percentiles are worth showing
QUANTITIES = {
    "height_m": "m",
    "body_mass_kg": "kg",
    "body_mass_index": "kg/m^2",
    "body_fat_percent": "%",
    "muscle_mass_kg": "kg",
    "vo2max_ml_kg_min": "mL/kg/min",
}
TOGETHER = (
    ("height_m", "body_mass_kg"),
    ("body_fat_percent", "vo2max_ml_kg_min"),
    ("age_y", "vo2max_ml_kg_min"),
    ("body_mass_kg", "muscle_mass_kg"),
)
Points = dict[int, tuple[float, ...]]


class Norm(BaseModel):
    """A published distribution by sex and decade.

    Parameters
    ----------
    quantity, unit, source, where, note : str
        What was measured, and the key of who published it where.
    kind : {"mean", "percentiles"}
        Percentiles are the 5, 50 and 95 % points.
    male, female : dict of int to tuple of float
        By the age at which a decade begins.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    quantity: str
    unit: str
    source: str
    where: str
    kind: Literal["mean", "percentiles"]
    note: str
    male: Points
    female: Points


class _Norms(BaseModel):
    norm: tuple[Norm, ...]


@cache
def published_norms() -> tuple[Norm, ...]:
    """Return the published distributions that are shipped.

    Examples
    --------
    >>> sorted({norm.source for norm in published_norms()})
    ['Fryar2025', 'HUNT3Fitness', 'Kaminsky2015']
    """
    file = params_folder() / "norms" / "cohort.toml"
    return validated(_Norms, read_toml(file, error=ParameterError), error=ParameterError).norm


def people_table(people: Iterable[Subject]) -> pd.DataFrame:
    """Return people as rows: sex, age, training, and the quantities of :data:`QUANTITIES`.

    Examples
    --------
    >>> from exerkine_sim.parameters import load_parameters
    >>> from exerkine_sim.subject import Cohort, Population
    >>> people = Population.of(Cohort(age_y=(30, 30)), n=3, seed=0).subjects(load_parameters())
    >>> people_table(people)["age_y"].tolist()
    [30.0, 30.0, 30.0]
    """
    given = [name for name in QUANTITIES if name != "body_mass_index"]
    columns = ("sex", "age_y", "training", *given)
    table = pd.DataFrame([[getattr(one, name) for name in columns] for one in people], columns=list(columns))
    return table.assign(body_mass_index=table["body_mass_kg"] / table["height_m"] ** 2)


def summary_of(people: pd.DataFrame) -> list[dict[str, Any]]:
    """Return number, mean, standard deviation and 5, 50 and 95 % of each quantity, sex by sex."""
    return [
        {
            "quantity": name,
            "sex": str(sex),
            "n": len(column),
            "mean": float(column.mean()),
            "sd": float(column.std()),
            "quantiles": np.quantile(column, (0.05, 0.5, 0.95)).tolist(),
        }
        for name in QUANTITIES
        for sex, group in people.groupby("sex")
        for column in [group[name].to_numpy()]
    ]


def correlations_of(people: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how quantities that go together correlate, pair by pair and sex by sex."""
    return [
        {"pair": [x, y], "sex": str(sex), "r": float(np.corrcoef(group[x], group[y])[0, 1])}
        for x, y in TOGETHER
        for sex, group in people.groupby("sex")
    ]


def against_norms(people: pd.DataFrame) -> pd.DataFrame:
    """Return published distributions beside those of drawn people, where there are enough of these.

    Parameters
    ----------
    people : pandas.DataFrame
        As :func:`people_table` gives it.

    Returns
    -------
    pandas.DataFrame
        ``quantity``, ``unit``, ``source``, ``sex``, ``age`` at which the decade begins, ``n`` drawn,
        ``point`` (``mean``, ``5 %``, ``50 %`` or ``95 %``), ``published`` and ``drawn``.
    """
    decades = dict(iter(people.groupby(["sex", people["age_y"] // DECADE_Y * DECADE_Y])))
    rows = []
    for norm in published_norms():
        points = {"mean": None} if norm.kind == "mean" else {"5 %": 0.05, "50 %": 0.5, "95 %": 0.95}
        for sex, ages in (("male", norm.male), ("female", norm.female)):
            for age, values in ages.items():
                group = decades.get((sex, age))
                if group is None or len(group) < LEAST_PEOPLE:
                    continue
                column = group[norm.quantity].to_numpy()
                about = (norm.quantity, norm.unit, norm.source, sex, age, len(group))
                for (point, share), value in zip(points.items(), values, strict=True):
                    drawn = column.mean() if share is None else np.quantile(column, share)
                    rows.append((*about, point, value, float(drawn)))
    columns = ["quantity", "unit", "source", "sex", "age", "n", "point", "published", "drawn"]
    return pd.DataFrame(rows, columns=columns)
