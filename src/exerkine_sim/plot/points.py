"""What was measured, over the curves: samples of a table, or what a trial published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import units
from ..errors import InputError
from ..evidence import Study
from ..evidence.prediction import model_site, ratio
from ..evidence.study_file import RELATIVE_UNITS
from ..parameters import load_parameters
from .choice import Trace

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from ..solution import Solution

COLUMNS = ("exerkine", "time_h", "value", "unit")
YES = ("yes", "true", "1", "x", "below")
SAMPLE: dict[str, Any] = {"marker": "o", "markersize": 6, "markeredgecolor": "white", "markeredgewidth": 0.7}
BELOW: dict[str, Any] = {"marker": "v", "markersize": 7, "markerfacecolor": "white"}
BARS: dict[str, Any] = {"linestyle": "none", "elinewidth": 1.2, "capsize": 2.5, "zorder": 4}


class Point(NamedTuple):
    """A sample in the unit that is drawn; ends of its bar are NaN where no spread is known.

    Parameters
    ----------
    time_h : float
    value : float
        The detection limit where the sample was below it.
    low, high : float
    below : bool
    """

    time_h: float
    value: float
    low: float = np.nan
    high: float = np.nan
    below: bool = False

    def times(self, factor: float) -> Point:
        """Return the same in a unit that is so many times smaller."""
        return self._replace(value=self.value * factor, low=self.low * factor, high=self.high * factor)


def points_of(data: pd.DataFrame | Study, solution: Solution, trace: Trace) -> list[Point]:
    """Return the samples of a molecule at a site, in the unit in which the Solution has it.

    Changes become concentrations by what the simulation has before: at rest for a table, at time zero for a
    trial.

    Raises
    ------
    InputError
        When the table lacks a column or holds what is no number.
    UnitError
        For a unit of another dimension.
    """
    found = _published(data, solution, trace) if isinstance(data, Study) else _table(data, solution, trace)
    return list(found)


def draw_points(ax: Axes, points: Sequence[Point], *, color: str, label: str) -> None:
    """Draw samples as dots with their bars, those below detection as open triangles at the limit."""
    for below, look, suffix in ((False, SAMPLE, ""), (True, BELOW, ", below detection")):
        chosen = [one for one in points if one.below == below]
        if chosen:
            times, values, low, high, _ = np.array(chosen, dtype=float).T
            bars = np.nan_to_num([values - low, high - values]).clip(min=0.0)
            bars = bars if bars.any() else None
            ax.errorbar(times, values, yerr=bars, color=color, label=label + suffix, **BARS, **look)


def _published(study: Study, solution: Solution, trace: Trace) -> Iterator[Point]:
    """Yield what a trial published of a molecule where the model has it."""
    sites, course = solution.sites(trace.exerkine), solution.concentration(*trace[:1], site=trace.site)
    parameters = load_parameters()
    zero = float(np.median([np.interp(study.zero_h, solution.times_h, one) for one in course.values]))
    for seen in study.observations:
        if seen.exerkine == trace.exerkine and trace.site == model_site(
            seen, study, sites, parameters=parameters
        ):
            low, high = (np.nan if one is None else ratio(one, seen.unit) for one in (seen.low, seen.high))
            point = Point(study.time_h(seen), ratio(seen.value, seen.unit), low, high)
            yield point.times(_factor(seen.unit, course.attrs["units"], zero))


def _table(table: pd.DataFrame, solution: Solution, trace: Trace) -> Iterator[Point]:
    """Yield the samples of a table as :func:`exerkine_sim.observed` gives it."""
    missing = [name for name in COLUMNS if name not in getattr(table, "columns", ())]
    if missing:
        raise InputError(
            f"data without {' and '.join(missing)}",
            expected=f"a table with the columns {', '.join(COLUMNS)}, or a Study",
            fix="name the columns so; site, low, high, cv_percent and below may be added",
            field="data",
        )
    unit = solution.concentration(trace.exerkine, site=trace.site).attrs["units"]
    rest = solution.dataset["rest"].sel(exerkine=trace.exerkine, site=trace.site).values
    for row in table.loc[table["exerkine"] == trace.exerkine].to_dict(orient="records"):
        if str(row.get("site") or trace.site) in (trace.site, "nan"):
            yield _sample(row).times(_factor(str(row["unit"]), unit, float(np.nanmedian(rest))))


def _sample(row: dict[Any, Any]) -> Point:
    """Return a row as it stands; the bar of a coefficient of variation is a standard deviation each way."""
    text = str(row["value"]).strip()
    below = text.startswith("<") or str(row.get("below", "")).lower() in YES
    try:
        value, time = float(text.removeprefix("<")), float(row["time_h"])
        low, high, spread = (float(row.get(name, np.nan)) for name in ("low", "high", "cv_percent"))
    except (TypeError, ValueError) as problem:
        raise InputError(
            f"data: {problem}", expected="numbers", fix="correct the row", field="data"
        ) from None
    if below:
        return Point(time, value, below=True)
    if np.isfinite(spread) and not np.isfinite(low):
        low, high = value * (1 - spread / 100), value * (1 + spread / 100)
    unit = str(row["unit"])
    return Point(time, ratio(value, unit), ratio(low, unit), ratio(high, unit))


def _factor(unit: str, into: str, baseline: float) -> float:
    return baseline if unit in RELATIVE_UNITS else units.convert(1.0, unit, into)
