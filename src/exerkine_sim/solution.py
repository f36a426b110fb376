"""Labelled time courses of every member, with units, status and provenance."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .errors import InputError, nearest
from .files import whole

if TYPE_CHECKING:
    import pandas as pd

    from .explanation import Explanation
    from .model import Model


@dataclass(frozen=True)
class Solution:
    """Time courses of every exerkine for every member.

    Parameters
    ----------
    dataset : xarray.Dataset
        ``concentration`` (member, time, exerkine, site), NaN where a molecule has no such site; units in
        the coordinate ``unit`` (exerkine, site), evidence grade in ``grade`` (exerkine). ``state``
        (member, time, state; not kept of a Population) and ``constant`` (member, constant) in canonical
        units, ``baseline`` (member, state), ``status`` (member). The manifest is the JSON attribute
        ``manifest``.
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

    dataset: xr.Dataset = field(repr=False)
    model: Model | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for variable in self.dataset.variables.values():
            if isinstance(variable.values, np.ndarray):
                variable.values.setflags(write=False)

    def __repr__(self) -> str:
        members = self.dataset.sizes["member"]
        span = f"{self.times_h[0]:g} to {self.times_h[-1]:g} h"
        return f"Solution({members} member{'s' * (members != 1)}, {len(self.exerkines)} molecules, {span})"

    @property
    def times_h(self) -> np.ndarray:
        """Output times in hours from the schedule's first midnight, shape (n_times,)."""
        return self.dataset["time"].values

    @property
    def exerkines(self) -> tuple[str, ...]:
        """Ids of everything in the solution."""
        return tuple(str(name) for name in self.dataset["exerkine"].values)

    @property
    def status(self) -> tuple[str, ...]:
        """How each member ended; ``ok`` or what to do about it."""
        return tuple(str(text) for text in self.dataset["status"].values)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Versions, hashes, plan, subject and settings: enough to run it again."""
        return json.loads(self.dataset.attrs["manifest"])

    def sites(self, exerkine: str) -> tuple[str, ...]:
        """Return the sites at which a molecule is observed."""
        self._known("exerkine", exerkine, self.exerkines)
        units = self.dataset["unit"].sel(exerkine=exerkine)
        return tuple(str(site) for site in units["site"].values[units.values != ""])

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
        names = tuple(str(one) for one in self.dataset["state_name"].values)
        self._known("state", name, names)
        values = self.dataset["state"].sel(state_name=name)
        return values.assign_attrs(units=str(values["state_unit"].item()))

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

        self._holds_states()
        return explain(self, exerkine, at_h=at_h, member=member)

    def save(self, path: str | Path) -> Path:
        """Write one NetCDF file; the file appears whole or not at all."""
        path, content = Path(path), BytesIO()
        compression = {"zlib": True, "complevel": 1, "shuffle": True}
        numbers = [name for name, one in self.dataset.data_vars.items() if one.dtype.kind == "f" and one.ndim]
        self.dataset.to_netcdf(content, engine="h5netcdf", encoding=dict.fromkeys(numbers, compression))
        try:
            with whole(path) as partial:
                partial.write_bytes(content.getbuffer())
        except (OSError, ValueError) as problem:
            raise InputError(
                f"cannot write the solution: {problem}", fix="check folder, permissions and space", file=path
            ) from None
        return path

    def _holds_states(self) -> None:
        if "state" not in self.dataset:
            raise InputError(
                "this solution keeps concentrations only",
                expected="a solution that keeps the states too",
                fix="simulate one person, or member 17 alone: Population(subject, n=1, first=17, seed=...); "
                "without exerkines=...",
            )

    def _known(self, noun: str, name: str, known: tuple[str, ...]) -> None:
        if name not in known:
            raise InputError(f"unknown {noun} '{name}'", fix=nearest(name, known), field=noun)


def load_solution(path: str | Path, *, model: Model | None = None) -> Solution:
    """Read a Solution from its NetCDF file.

    Parameters
    ----------
    path : path
    model : Model, optional
        The equations it was made with, when they are not the shipped ones; needed by `explain` only.

    Raises
    ------
    InputError
        For a file that is missing, damaged or not a Solution.

    Examples
    --------
    >>> from exerkine_sim.errors import InputError
    >>> try:
    ...     load_solution("nowhere.nc")
    ... except InputError as error:
    ...     print(error)
    nowhere.nc: no such file
      expected: a solution written by exerkine-sim
      fix: check the path
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(
            "no such file", expected="a solution written by exerkine-sim", fix="check the path", file=path
        )
    try:
        with xr.open_dataset(path, engine="h5netcdf") as stored:
            dataset = stored.load()
    except (OSError, ValueError, KeyError) as problem:
        raise InputError(
            f"not a readable NetCDF file ({problem})", fix="run the plan again", file=path
        ) from None
    if "manifest" not in dataset.attrs or "concentration" not in dataset:
        raise InputError("not a solution", expected="a file written by Solution.save", file=path)
    return Solution(dataset, model)
