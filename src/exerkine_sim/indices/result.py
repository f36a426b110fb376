"""Indices with their labels, as a table, in words and on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError, nearest
from ..files import whole
from ..sweeps.result import unit_of
from .convergence import COUNTS, LEADING, LIMITS, enough

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from ..sweeps import Design

OVER_TIME, BY_POINTS = "_over_time", "_by_points"
INDICES: Mapping[str, tuple[str, ...]] = {
    "sobol": ("S1", "S1_conf", "ST", "ST_conf"),
    "morris": ("mu", "mu_conf", "mu_star", "mu_star_conf", "sigma", "sigma_conf"),
    "local": ("elasticity", "effect", "share"),
}
# By which the factors are put in order.
RANKING: Mapping[str, str] = {**LEADING, "local": "share"}
OUTPUT = ("exerkine", "site", "unit", "grade")
SHOWN = 3


@dataclass(frozen=True)
class Sensitivity:
    """Which factors the outputs of a design depend on.

    Parameters
    ----------
    dataset : xarray.Dataset
        Indices (factor, metric, window, output), with half of their 95 % intervals under ``_conf``:
        ``S1``, ``ST``; ``mu``, ``mu_star``, ``sigma`` in the outputs' units; or ``elasticity``
        (d ln output / d ln factor), ``effect`` (what one standard deviation of the factor makes, in the
        output's unit) and ``share`` (of the variance, were everything straight).
        The same with ``_by_points`` for parts of the points, and with ``_over_time`` of the concentrations
        (factor, time, output). Of each output ``mean``, ``sd``, ``reason`` (why it has no indices),
        ``converged`` and ``width`` (half of the widest interval). ``attrs`` say method, n, seed, coverage.
    """

    dataset: xr.Dataset

    @property
    def method(self) -> str:
        """``sobol``, ``morris`` or ``local``."""
        return str(self.dataset.attrs["method"])

    @property
    def n(self) -> int:
        """How many base points or trajectories there are."""
        return int(self.dataset.attrs["n"])

    @property
    def coverage(self) -> float:
        """Share of the base points that are whole."""
        return float(self.dataset.attrs["coverage"])

    @property
    def converged(self) -> bool:
        """Whether every output that has indices has converged; always so for slopes."""
        return not self._open()

    @property
    def of_metrics(self) -> bool:
        """Whether there are indices of summary numbers."""
        return "metric" in self.dataset.dims

    @property
    def of_courses(self) -> bool:
        """Whether there are indices hour by hour."""
        return "time" in self.dataset.dims

    def table(self, *, over_time: bool = False) -> pd.DataFrame:
        """Return a row for each factor and output, or one for each time, too; units are those of the metrics.

        Raises
        ------
        InputError
            When the design keeps no such outputs.
        """
        suffix = OVER_TIME if over_time else ""
        names = [*INDICES[self.method], "mean", "reason"]
        if not (self.of_courses if over_time else self.of_metrics):
            raise InputError(
                "no indices over time" if over_time else "no indices of metrics",
                fix="give outputs.times_h" if over_time else "give outputs.metrics",
                field="outputs",
            )
        chosen = self.dataset[[name + suffix for name in names]].rename(
            {name + suffix: name for name in names}
        )
        labels = ["factor", *OUTPUT, *(["time"] if over_time else ["metric", "session"])]
        rows = chosen.to_dataframe(dim_order=self._order(over_time)).reset_index()
        more = [] if over_time or "converged" not in self.dataset else ["converged"]
        if more:
            rows["converged"] = (
                self.dataset["converged"]
                .broadcast_like(chosen["mean"])
                .to_series()
                .reindex(rows.set_index(["metric", "window", "output"]).index)
                .to_numpy()
            )
        if not over_time:
            pairs = zip(rows["metric"], rows["unit"], strict=True)
            rows["unit"] = [unit_of(metric, unit) for metric, unit in pairs]
        return rows.reindex(columns=[*labels, *names[:-1], *more, "reason"])

    def of(
        self, exerkine: str, *, metric: str | None = None, site: str | None = None, session: int = 0
    ) -> xr.Dataset:
        """Return the indices of one output.

        Parameters
        ----------
        exerkine : str
        metric, site : str, optional
            The first that the design keeps when left out.
        session : int
            Which one, from 0, where the design keeps numbers of each.

        Raises
        ------
        InputError
            For what the design does not keep, with the nearest names.
        """
        found = self.dataset
        pairs = list(zip(found["exerkine"].values.tolist(), found["site"].values.tolist(), strict=True))
        _one_of("exerkine", exerkine, [name for name, _ in pairs])
        sites = [own for name, own in pairs if name == exerkine]
        site = sites[0] if site is None else _one_of("site", site, sites)
        place: dict[str, int] = {"output": pairs.index((exerkine, site))}
        if self.of_metrics:
            metrics = found["metric"].values.tolist()
            name = metrics[0] if metric is None else _one_of("metric", metric, metrics)
            if not 0 <= session < found.sizes["window"]:
                most = found.sizes["window"] - 1
                raise InputError(f"session = {session}", expected=f"0 to {most}", field="session")
            place |= {"metric": metrics.index(name), "window": session}
        return found.isel(place)

    def ranked(
        self, exerkine: str, *, metric: str | None = None, site: str | None = None, session: int = 0
    ) -> pd.DataFrame:
        """Return a row for each factor, the one that counts most first.

        Parameters
        ----------
        exerkine, metric, site, session
            As for :meth:`of`.
        """
        found = self.of(exerkine, metric=metric, site=site, session=session)
        names = list(INDICES[self.method])
        rows = found[names].reset_coords(drop=True).to_dataframe()
        by = rows[RANKING[self.method]].abs()
        return rows.iloc[np.argsort(-by.fillna(-1.0).to_numpy(), kind="stable")].reset_index()

    def remarks(self) -> Iterator[str]:
        """Yield what a reader has to know: what was left out, and whether the indices have settled."""
        attributes = self.dataset.attrs
        if self.method == "local":
            yield "slopes at the median of each factor: shares hold as far as outputs are straight"
            spread = self.dataset["spread_ln"]
            if outside := spread["factor"].values[np.isnan(spread)].tolist():
                yield f"without slope, as they act through plan or person: {', '.join(outside)}"
        else:
            yield from _covered(self.coverage, self.n, json.loads(attributes["failed"]))
        reasons = self.dataset["reason"].values.ravel().tolist() if "reason" in self.dataset else []
        if any(reasons):
            none = sum(map(bool, reasons))
            yield f"{none} of {len(reasons)} outputs have no indices: the column reason says why"
        if "converged" in self.dataset and not all(reasons):
            yield self._convergence()

    def save(self, path: str | Path) -> Path:
        """Write it as NetCDF; the file appears whole or not at all.

        Raises
        ------
        InputError
            When it cannot be written.
        """
        path = Path(path)
        try:
            with whole(path) as partial:
                self.dataset.to_netcdf(partial, engine="h5netcdf")
        except OSError as problem:
            raise InputError(
                f"cannot be written ({problem.strerror or problem})",
                fix="check folder, permissions and space",
                file=path,
            ) from None
        return path

    @classmethod
    def load(cls, path: str | Path) -> Sensitivity:
        """Read what was saved.

        Raises
        ------
        InputError
            For anything else.
        """
        import xarray as xr

        path = Path(path)
        if not path.is_file():
            raise InputError("no such file", expected="indices that were saved", file=path)
        try:
            dataset = xr.load_dataset(path, engine="h5netcdf")
        except (OSError, ValueError, KeyError) as problem:
            raise InputError(f"cannot be read: {str(problem)[:80]}", file=path) from None
        names = INDICES.get(str(dataset.attrs.get("method")), ("method",))
        if not any(names[0] + suffix in dataset for suffix in ("", OVER_TIME)):
            raise InputError("not the indices of a design", expected="what save wrote", file=path)
        return cls(dataset)

    def _order(self, over_time: bool) -> list[str]:
        return ["output", "time", "factor"] if over_time else ["metric", "window", "output", "factor"]

    def _open(self) -> list[tuple[float, str]]:
        """Return width and name of the outputs that have indices and have not converged, the widest first."""
        if "converged" not in self.dataset:
            return []
        found = self.dataset
        rows = np.argwhere((found["reason"].values == "") & ~found["converged"].values.astype(bool))
        named = []
        for metric, window, output in rows.tolist():
            parts = (found["metric"], metric), (found["session"], window), (found["exerkine"], output)
            name = " ".join(str(one.values[place]) for one, place in reversed(parts) if one.values[place])
            named.append((float(found["width"].values[metric, window, output]), name))
        return sorted(named, reverse=True)

    def _convergence(self) -> str:
        index, limit = LEADING[self.method], LIMITS[self.method]
        within = f"{index} within {limit:g}" + " of the largest" * (self.method == "morris")
        unsettled, total = self._open(), int((self.dataset["reason"].values == "").sum())
        if not unsettled:
            return (
                f"converged: intervals of all {total} outputs have {within}, and factors above {COUNTS:g} "
                f"keep their order from {self.n // 2:,} points to {self.n:,}"
            )
        worst = ", ".join(f"{name} {width:.2g}" for width, name in unsettled[:SHOWN])
        more = ", ..." * (len(unsettled) > SHOWN)
        return (
            f"not converged: {len(unsettled)} of {total} outputs (half of the widest interval: "
            f"{worst}{more}); take n = {enough(self.n, unsettled[0][0], method=self.method):,}"
        )


def labelled(
    design: Design,
    arrays: Mapping[str, tuple[tuple[str, ...], np.ndarray]],
    attributes: Mapping[str, Any],
    *,
    points: Sequence[int] = (),
) -> xr.Dataset:
    """Return indices as a Dataset with the names of factors and outputs."""
    import xarray as xr

    used = {dimension for dims, _ in arrays.values() for dimension in dims}
    coordinates: dict[str, Any] = {
        "factor": list(design.names),
        "metric": list(design.outputs.metrics),
        "time": np.array(design.outputs.times_h, dtype=float),
        "points": np.array(points, dtype=int),
        **{name: ("output", [getattr(one, name) for one in design.kept]) for name in OUTPUT},
        "session": ("window", list(design.windows)),
    }
    shown = {
        name: one for name, one in coordinates.items() if (one[0] if isinstance(one, tuple) else name) in used
    }
    return xr.Dataset(dict(arrays), coords=shown, attrs=dict(attributes))


def _covered(coverage: float, n: int, failed: Mapping[str, int]) -> Iterator[str]:
    yield f"coverage {coverage:.1%} of {n:,} base points"
    if coverage < 1:
        reasons = "; ".join(f"{many:,} x {reason}" for reason, many in failed.items())
        yield (
            f"{sum(failed.values()):,} members failed ({reasons}): what they would have shown is missing; as "
            "they lie in corners of the ranges, indices of what acts there come out too small"
        )


def _one_of(field: str, name: str, known: Sequence[str]) -> str:
    if name not in known:
        raise InputError(f"no '{str(name)[:60]}'", fix=nearest(str(name)[:60], known), field=field)
    return name
