"""What a sweep has found: labelled arrays, a flat table, a summary, and why members failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..parameters import load_parameters
from .design import Design
from .layout import DIGEST, FACTORS, LABELS, REASON, STATUS
from .reasons import Reasons
from .store import ENDED, FAILED, Store

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

QUANTILES = {"p5": 0.05, "median": 0.5, "p95": 0.95}
MOST_SUMMARISED = 8_000_000  # numbers of one metric that are held at once; evenly spaced chunks beyond


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

        _ = self.store.group  # says in words what is no sweep
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
    def design(self) -> Design:
        """What was swept, built again from the recipe.

        Raises
        ------
        InputError
            When it was swept with other parameters than the shipped ones: a recipe does not hold these.
        """
        if self.recipe["parameters"] != load_parameters().digest():
            raise InputError(
                "swept with other parameters than the shipped ones",
                fix="give them: Design.from_recipe(sweep.recipe['design'], parameters=...)",
                file=self.store.path,
            )
        return Design.from_recipe(self.recipe["design"])

    @property
    def failed(self) -> dict[int, str]:
        """Why each member that failed did."""
        return dict(self._failures())

    @property
    def reasons(self) -> Counter[str]:
        """How many members failed for which reason; reasons that differ in numbers alone are one."""
        found = Reasons()
        for _, reason in self._failures():
            found.add(reason)
        return found.counted()

    @property
    def counts(self) -> dict[str, int]:
        """How many members came to their end, how many failed, how many are yet to be simulated."""
        found = np.zeros(FAILED + 1, dtype=int)
        for rows in self._chunks():
            found += np.bincount(self.store.read(STATUS, rows), minlength=FAILED + 1)[: FAILED + 1]
        return {"ok": int(found[ENDED]), "failed": int(found[FAILED]), "missing": int(found[0])}

    @property
    def coverage(self) -> float:
        """Share of the members that came to their end."""
        return self.counts["ok"] / self.store.members

    def table(self) -> Iterator[pd.DataFrame]:
        """Return the metrics as flat tables, some members each, so that memory stays the same.

        A row for each member, output and window. Columns: ``member``, the factors, ``exerkine``, ``site``,
        ``unit``, ``grade``, ``session``, the metrics, and ``status``: ``ok``, or why a member failed.

        Raises
        ------
        InputError
            When concentrations alone were kept.
        """
        import pandas as pd

        metrics, factors = self.metrics, self.store.factors
        if not metrics:
            raise InputError(
                "a sweep without metrics has no table",
                fix="read dataset['concentration']",
                file=self.store.path,
            )
        labels = {name: self.store.read(name) for name in LABELS}
        for rows in self._chunks():
            numbers = {name: self.store.read(name, rows).transpose(0, 2, 1) for name in metrics}
            of = dict(zip(("member", "output", "window"), np.indices(numbers[metrics[0]].shape), strict=True))
            member = of["member"].ravel()
            status = np.array(self._status(rows), dtype=object)
            values = {name: self.store.read(f"{FACTORS}/{name}", rows)[member] for name in factors}
            places = {name: of["window" if name == "session" else "output"].ravel() for name in LABELS}
            yield pd.DataFrame(
                {
                    "member": rows.start + member,
                    **values,
                    **{name: one[places[name]] for name, one in labels.items()},
                    **{name: one.ravel() for name, one in numbers.items()},
                    "status": status[member],
                }
            )

    def summary(self) -> pd.DataFrame:
        """Return the median of each metric, and what holds nine tenths of the members.

        A row for each output, window and metric, with ``unit``, ``p5``, ``median``, ``p95``, and ``members``:
        of how many, without those that failed. Of very many members, those of evenly spaced chunks count.
        """
        import pandas as pd

        labels = {name: self.store.read(name) for name in LABELS}
        rows = []
        for metric in self.metrics:
            numbers = self._numbers(metric)
            found = {name: np.full(numbers.shape[1:], np.nan) for name in QUANTILES}
            members = np.isfinite(numbers).sum(axis=0)
            for window, output in np.argwhere(members > 0).tolist():
                column = numbers[:, window, output]
                known = np.quantile(column[np.isfinite(column)], [*QUANTILES.values()])
                for name, value in zip(QUANTILES, known, strict=True):
                    found[name][window, output] = value
            for window, output in np.ndindex(members.shape):
                about = {name: labels[name][output] for name in ("exerkine", "site")}
                about |= {"session": labels["session"][window], "metric": metric}
                unit = unit_of(metric, str(labels["unit"][output]))
                told = {name: float(one[window, output]) for name, one in found.items()}
                rows.append(about | {"unit": unit} | told | {"members": int(members[window, output])})
        return pd.DataFrame(rows)

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics that were kept."""
        return list(self.recipe["design"]["outputs"]["metrics"])

    def ranges(self) -> dict[str, tuple[Any, Any] | list[Any]]:
        """Return the least and the largest value that each factor takes; of words and choices, all."""
        found: dict[str, Any] = {}
        for name in self.store.factors:
            parts = [self.store.read(f"{FACTORS}/{name}", rows) for rows in self._chunks()]
            if parts[0].dtype.kind == "f":
                ends = [(np.nanmin(one), np.nanmax(one)) for one in parts if np.isfinite(one).any()]
                low, high = zip(*ends, strict=True) if ends else ([np.nan], [np.nan])
                found[name] = (float(min(low)), float(max(high)))
            else:
                found[name] = sorted({value for one in parts for value in one.tolist()})
        return found

    def _numbers(self, metric: str) -> np.ndarray:
        """Return a metric of the members, or of those of evenly spaced chunks where these are too many."""
        chunks = list(self._chunks())
        each = self.store.read(metric, chunks[0]).size
        wanted = max(1, MOST_SUMMARISED // each)
        chosen = np.unique(np.linspace(0, len(chunks) - 1, min(wanted, len(chunks))).astype(int))
        return np.concatenate([self.store.read(metric, chunks[at]) for at in chosen.tolist()])

    def _chunks(self) -> Iterator[slice]:
        for chunk in self.store.chunks:
            first, n = self.store.bounds(chunk)
            yield slice(first, first + n)

    def _failures(self) -> Iterator[tuple[int, str]]:
        for rows in self._chunks():
            members = np.flatnonzero(self.store.read(STATUS, rows) == FAILED)
            if len(members) > 0:
                letters = self.store.read(REASON, rows)
                yield from ((rows.start + one, _text(letters[one])) for one in members.tolist())

    def _status(self, rows: slice) -> list[str]:
        status, letters = self.store.read(STATUS, rows), self.store.read(REASON, rows)
        words = {0: "not simulated", ENDED: "ok"}
        return [words.get(one) or _text(letters[at]) for at, one in enumerate(status.tolist())]


def unit_of(metric: str, unit: str) -> str:
    """Return the unit of a metric of a concentration in `unit`.

    Examples
    --------
    >>> unit_of("auc", "pg/mL"), unit_of("t_max_h", "pg/mL"), unit_of("fold", "pg/mL")
    ('pg/mL h', 'h', '')
    """
    if metric.endswith("_h"):
        return "h"
    return {"auc": f"{unit} h", "fold": ""}.get(metric, unit)


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
    store = Store(path)
    _ = store.recipe
    return Sweep(store)


def _text(letters: np.ndarray) -> str:
    return letters.tobytes().rstrip(b"\0").decode(errors="replace")
