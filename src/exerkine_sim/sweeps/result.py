"""What a sweep has found, labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from .layout import DIGEST, FACTORS, REASON, STATUS
from .store import ENDED, FAILED, Store

if TYPE_CHECKING:
    import xarray as xr

LABELS = ("exerkine", "site", "unit", "grade", "session")


@dataclass(frozen=True)
class Sweep:
    """A sweep on disk, whole or not yet.

    Parameters
    ----------
    store : Store
    """

    store: Store

    @property
    def dataset(self) -> xr.Dataset:
        """All of it, read when it is used.

        Each metric (member, window, output), ``concentration`` (member, time, output) where it was asked for,
        each factor under its name (member), and ``status`` (member): 0 not simulated, 1 ok, 2 failed.
        Coordinates ``exerkine``, ``site``, ``unit`` and ``grade`` of each output, ``session`` of each window.
        """
        import xarray as xr

        found = xr.open_zarr(self.store.path, consolidated=False, chunks=None)
        found = found.drop_vars([DIGEST, REASON]).set_coords(LABELS)
        if FACTORS in self.store.group:
            factors = xr.open_zarr(self.store.path, group=FACTORS, consolidated=False, chunks=None)
            found = found.assign(factors.data_vars)
        return found.assign_coords(member=np.arange(self.store.members))

    @property
    def recipe(self) -> Mapping[str, Any]:
        """Everything that the numbers follow from."""
        return self.store.recipe

    @property
    def failed(self) -> dict[int, str]:
        """Why each member that failed did."""
        group = self.store.group
        members = np.flatnonzero(group[STATUS][:] == FAILED)
        return {int(one): _text(group[REASON][int(one)]) for one in members}

    @property
    def reasons(self) -> Counter[str]:
        """How many members failed for which reason."""
        return Counter(self.failed.values())

    @property
    def coverage(self) -> float:
        """Share of the members that came to their end."""
        return float(np.mean(self.store.group[STATUS][:] == ENDED))


def open_sweep(path: str | Path) -> Sweep:
    """Open a sweep that was kept.

    Raises
    ------
    InputError
        When there is none.

    Examples
    --------
    >>> open_sweep("nowhere.zarr")
    Traceback (most recent call last):
    exerkine_sim.errors.InputError: nowhere.zarr: no such folder
      expected: a store that a sweep made
    """
    path = Path(path)
    if not path.is_dir():
        raise InputError("no such folder", expected="a store that a sweep made", file=path)
    return Sweep(Store(path))


def _text(letters: np.ndarray) -> str:
    return letters.tobytes().rstrip(b"\0").decode(errors="replace")
