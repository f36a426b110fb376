"""Labelled time courses of every member, with units, status and provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import Arrays
from .errors import InputError, nearest
from .files import whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from .explanation import Explanation
    from .model import Model


@dataclass(frozen=True)
class Solution:
    """Time courses of every exerkine for every member.

    Parameters
    ----------
    arrays : Arrays
        ``concentration`` (member, time, exerkine, site), NaN where a molecule has no such site; units in
        the coordinate ``unit`` (exerkine, site), evidence grade in ``grade`` (exerkine). ``state``
        (member, time, state; not kept of a Population) and ``constant`` (member, constant) in canonical
        units, ``baseline`` (member, state), ``status`` (member). The manifest is the JSON attribute
        ``manifest``. As an xarray.Dataset they are :attr:`dataset`.
    model : Model, optional
        The equations it was made with; the shipped ones when left out.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> il6 = solution.concentration("il6")
    >>> il6.dims, il6.attrs["units"]
    (('member', 'time'), 'pg/mL')
    """

    arrays: Arrays = field(repr=False)
    model: Model | None = field(default=None, repr=False)

    @classmethod
    def of(cls, dataset: xr.Dataset, model: Model | None = None) -> Solution:
        """Return the Solution that a Dataset of this form is."""
        return cls(Arrays.of(dataset), model)

    def __repr__(self) -> str:
        members = len(self.arrays["member"])
        span = f"{self.times_h[0]:g} to {self.times_h[-1]:g} h"
        return f"Solution({members} member{'s' * (members != 1)}, {len(self.exerkines)} molecules, {span})"

    @property
    def times_h(self) -> np.ndarray:
        """Output times in hours from the schedule's first midnight, shape (n_times,)."""
        return self.arrays["time"]

    @property
    def exerkines(self) -> tuple[str, ...]:
        """Ids of everything in the solution."""
        return tuple(self.arrays["exerkine"].tolist())

    @property
    def status(self) -> tuple[str, ...]:
        """How each member ended; ``ok`` or what to do about it."""
        return tuple(self.arrays["status"].tolist())

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, hashes, plan, subject and settings: enough to run it again."""
        return json.loads(self.arrays.attrs["manifest"])

    @cached_property
    def dataset(self) -> xr.Dataset:
        """The arrays as xarray has them."""
        return self.arrays.dataset()

    def sites(self, exerkine: str) -> tuple[str, ...]:
        """Return the sites at which a molecule is observed."""
        self._known("exerkine", exerkine, self.exerkines)
        units = self.arrays["unit"][self.exerkines.index(exerkine)]
        return tuple(self.arrays["site"][units != ""].tolist())

    def concentration(self, exerkine: str, *, site: str | None = None) -> xr.DataArray:
        """Return the time course of a molecule at a site, as a laboratory would measure it.

        Parameters
        ----------
        exerkine : str
            Molecule id, for example ``"il6"``.
        site : str, optional
            ``"plasma"`` (haemoconcentration included), ``"plasma_corrected"``, ``"serum"``, ``"blood"``,
            ``"muscle_mrna_lower"`` ...; the molecule's first site when left out.

        Returns
        -------
        xarray.DataArray, dims (member, time)
            With attributes ``units``, ``grade`` and ``long_name``.

        Raises
        ------
        InputError
            For an unknown molecule or site, with the nearest names.
        """
        sites = self.sites(exerkine)
        site = sites[0] if site is None else site
        self._known("site", site, sites)
        values = self.dataset["concentration"].sel(exerkine=exerkine, site=site)
        return values.assign_attrs(
            units=str(values["unit"].item()),
            grade=str(values["grade"].item()),
            long_name=f"{values['label'].item()} in {site.replace('_', ' ')}",
        )

    def fold(self, exerkine: str, *, site: str | None = None) -> xr.DataArray:
        """Return the time course over its own resting value, dims (member, time)."""
        values = self.concentration(exerkine, site=site)
        rest = self.dataset["rest"].sel(exerkine=exerkine, site=str(values["site"].item()))
        return (values / rest).assign_attrs({**values.attrs, "units": "fold"})

    def state(self, name: str) -> xr.DataArray:
        """Return a state of the model in its canonical unit, dims (member, time)."""
        self._holds_states()
        self._known("state", name, tuple(self.arrays["state_name"].tolist()))
        values = self.dataset["state"].sel(state_name=name)
        return values.assign_attrs(units=str(values["state_unit"].item()))

    def table(self) -> pd.DataFrame:
        """Return the time courses as one long table.

        Returns
        -------
        pandas.DataFrame
            ``member, time_h, exerkine, site, value, unit``, a row for each member, molecule, site and time.

        Examples
        --------
        >>> import exerkine_sim as xk
        >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
        >>> plan = xk.parse_schedule("Mon 08:00 run 1h 70% VO2max")
        >>> xk.simulate(plan, subject, times_h=[0, 9], exerkines="lactate").table()["unit"].tolist()[:2]
        ['mmol/L', 'mmol/L']
        """
        import pandas as pd

        held = self.arrays
        member, exerkine, site = np.array(
            [(one, *place) for one in range(len(held["member"])) for place in np.argwhere(held["unit"] != "")]
        ).T
        rows = len(self.times_h)
        labels = {"exerkine": held["exerkine"][exerkine], "site": held["site"][site]}
        return pd.DataFrame(
            {
                "member": np.repeat(held["member"][member], rows),
                "time_h": np.tile(self.times_h, len(member)),
                **{name: np.repeat(label, rows) for name, label in labels.items()},
                "value": held["concentration"][member, :, exerkine, site].ravel(),
                "unit": np.repeat(held["unit"][exerkine, site], rows),
            }
        )

    def metrics(self) -> pd.DataFrame:
        """Return baseline, peak, trough, fold and AUC per member, exerkine and session.

        See :func:`exerkine_sim.metrics.session_metrics`.
        """
        from .metrics import session_metrics

        return session_metrics(self)

    def explain(self, exerkine: str, *, at_h: float, member: int = 0) -> Explanation:
        """Return why a molecule is up or down at a moment: release, clearance, haemoconcentration.

        See :func:`exerkine_sim.explanation.explain`.
        """
        from .explanation import explain

        return explain(self, exerkine, at_h=at_h, member=member)

    def fluxes(self, exerkine: str | None = None, *, member: int = 0) -> xr.DataArray:
        """Return what each tissue releases and what removes it over time, dims (term, time).

        See :func:`exerkine_sim.fluxes.fluxes`.
        """
        from .fluxes import fluxes

        self._holds_states()
        return fluxes(self, exerkine, member=member)

    def save(self, path: str | Path) -> Path:
        """Write one NetCDF file; the file appears whole or not at all."""
        from .netcdf import netcdf

        path = Path(path)
        try:
            content = netcdf(self.arrays)
            with whole(path) as partial:
                partial.write_bytes(content.getbuffer())
        except (OSError, ValueError, TypeError) as problem:
            raise InputError(
                f"cannot write the solution: {problem}",
                expected="numbers and texts, and a folder to write to",
                fix="check folder, permissions and space",
                file=path,
            ) from None
        return path

    def _holds_states(self) -> None:
        if "state" not in self.arrays:
            raise InputError(
                "this solution keeps concentrations only",
                expected="a solution that keeps the states too",
                fix="simulate one person, or member 17 alone: Population(subject, n=1, first=17, seed=...); "
                "without exerkines=...",
            )

    def _known(self, noun: str, name: str, known: tuple[str, ...]) -> None:
        if name not in known:
            raise InputError(f"unknown {noun} '{name}'", fix=nearest(name, known), field=noun)
