"""Why is it up or down? Release by tissue and trigger, clearance, haemoconcentration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from .solution import Solution


@dataclass(frozen=True)
class Explanation:
    """The balance of one molecule's circulating pool at one moment.

    Parameters
    ----------
    exerkine, site : str
        The molecule, and where it is measured: ``plasma`` or ``blood``.
    at_h : float
        Hours from the schedule's first midnight.
    terms : pandas.DataFrame
        ``kind`` (release or loss), ``tissue``, ``trigger``, ``rate``, ``at_rest`` (the same term in the
        resting steady state), ``share`` (of all release, or of all loss), ``unit``.
    measured, corrected, rest : float
        Concentration with and without haemoconcentration, and at rest, in `unit`.
    unit : str
    """

    exerkine: str
    site: str
    at_h: float
    terms: pd.DataFrame
    measured: float
    corrected: float
    rest: float
    unit: str

    @property
    def haemoconcentration(self) -> float:
        """Factor by which the shrinking of plasma alone raises the measured value."""
        return self.measured / self.corrected

    def __str__(self) -> str:
        lines = [
            f"{self.exerkine} in {self.site} at {self.at_h:g} h: {self.measured:.4g} {self.unit}, "
            f"{self.measured / self.rest:.3g} times its resting value",
            f"  haemoconcentration x {self.haemoconcentration:.3f}",
        ]
        for row in self.terms.query("rate != 0 or at_rest != 0").to_dict("records"):
            lines.append(
                f"  {row['kind']:7s} {row['tissue']} ({row['trigger']}): {row['rate']:.4g} {row['unit']}, "
                f"{100 * row['share']:.0f} % (at rest {row['at_rest']:.4g})"
            )
        return "\n".join(lines)


def explain(solution: Solution, exerkine: str, *, at_h: float, member: int = 0) -> Explanation:
    """Attribute a molecule's plasma level at a moment to its release and loss terms.

    Parameters
    ----------
    solution : Solution
    exerkine : str
        A molecule with a plasma pool.
    at_h : float
        Hours; rounded to the nearest output time.
    member : int

    Raises
    ------
    InputError
        For a molecule without release terms, a time outside the solution, or a solution of other equations.
    """
    times = solution.times_h
    if isinstance(at_h, str) or not times[0] <= at_h <= times[-1]:
        raise InputError(f"at_h = {at_h!r}", expected=f"{times[0]:g} to {times[-1]:g} h", field="at_h")
    rates = solution.fluxes(exerkine, member=member)
    site = str(rates["pool"].values[0]).partition(".")[2]
    time = int(np.argmin(np.abs(times - at_h)))
    measured = solution.concentration(exerkine, site=site)
    in_body = f"{site}_corrected" if f"{site}_corrected" in solution.sites(exerkine) else site
    corrected = solution.concentration(exerkine, site=in_body)
    return Explanation(
        exerkine=exerkine,
        site=site,
        at_h=float(times[time]),
        terms=_table(rates.isel(time=time)),
        measured=float(measured.values[member, time]),
        corrected=float(corrected.values[member, time]),
        rest=float(solution.dataset["rest"].isel(member=member).sel(exerkine=exerkine, site=site)),
        unit=measured.attrs["units"],
    )


def _table(rates: xr.DataArray) -> pd.DataFrame:
    """Return the terms of one moment, the largest of each kind first."""
    table = pd.DataFrame({name: rates[name].values for name in ("kind", "tissue", "trigger")})
    table["rate"], table["at_rest"] = rates.values, rates["at_rest"].values
    totals = table.groupby("kind")["rate"].transform("sum")
    table["share"] = table["rate"] / totals.where(totals != 0, 1.0)
    table["unit"] = rates["unit"].values
    return table.sort_values(["kind", "rate"], ascending=[False, False], ignore_index=True)
