"""The one verb: the factors and outputs of a design in, indices of what the outputs depend on out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import InputError, nearest
from ..sweeps import Design, Sampling, Sweep, load_design, sweep
from ..sweeps.layout import COURSES
from ..sweeps.run import recipe_of
from ..sweeps.store import ENDED
from .convergence import LEADING, judged
from .estimate import FEWEST, Estimator
from .local import NO_SLOPE, slopes, spread_ln
from .result import BY_POINTS, OVER_TIME, Sensitivity, labelled

METHODS: Mapping[str, str] = MappingProxyType({"sobol": "saltelli", "morris": "morris"})
POINTS: Mapping[str, int] = MappingProxyType({"sobol": 1024, "morris": 64})
NOISE = 10.0  # tolerances of the solver by which an output may vary and still count as constant
Labelled = dict[str, tuple[tuple[str, ...], np.ndarray]]  # dimensions and values under each name
READ_BYTES = 256_000_000  # of a sweep that are held at once


def sensitivity(
    design: Design | str | Path,
    *,
    method: str = "sobol",
    n: int | None = None,
    seed: int = 0,
    out: str | Path | None = None,
    resume: bool = False,
    resamples: int = 100,
    progress: Callable[[int, int], None] | None = None,
    **running: Any,
) -> Sensitivity:
    """Say which factors of a design its outputs depend on, and how sure that is.

    Each member's own resting baseline is solved anew, so that what is measured above rest (``fold``,
    ``auc``) is the effect of training and not of another baseline.

    Parameters
    ----------
    design : Design or path
        Its factors and outputs; how it samples them is not used.
    method : {"sobol", "morris", "local"}
        Shares of variance, n (k + 2) members for k factors; elementary effects, n (k + 1) members, to find
        the factors that count among many; or exact slopes at the middle, one member.
    n : int, optional
        Base points of ``sobol``, 1,024 when left out, a power of two being best; trajectories of ``morris``,
        64 when left out.
    seed : int
        Of points and bootstrap.
    out : path, optional
        Where the sweep is kept, as :func:`exerkine_sim.sweep` does; nowhere when left out.
    resume : bool
        Whether a sweep that was begun there is gone on with.
    resamples : int
        Of the bootstrap that the intervals come from.
    progress : callable, optional
        Called with the members that are done, and all there are.
    **running
        Whatever else :func:`exerkine_sim.sweep` takes.

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        For a design that has no such indices; when fewer than 95 % of the base points are whole.

    Examples
    --------
    Of the area under IL-6 in a run, clearance and the time that protein waits in muscle:

    >>> import exerkine_sim as xk
    >>> from exerkine_sim.sweeps import Factor, Outputs, Range, Sampling
    >>> person = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> design = xk.Design(
    ...     xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"),
    ...     person,
    ...     factors=[Factor("il6.clearance", Range(1.0, 1.5)), Factor("il6.pool_time", Range(55, 90))],
    ...     sampling=Sampling("sobol", n=8),
    ...     outputs=Outputs(exerkines=("il6",), metrics=("auc",)),
    ... )
    >>> found = xk.sensitivity(design, n=16)
    >>> found.ranked("il6")["factor"].tolist()
    ['il6.clearance', 'il6.pool_time']
    """
    design = design if isinstance(design, Design) else load_design(design, sampling=Sampling("sobol", n=1))
    _check(design, method, resamples)
    if method == "local":
        return _local(design, progress)
    points = POINTS[method] if n is None else n
    if points < FEWEST:
        raise InputError(f"n = {points}", expected=f"{FEWEST} or more", field="n")
    sampled = design.sampled(Sampling(METHODS[method], n=points, seed=seed))
    with _place(out) as store:
        swept = sweep(sampled, out=store, resume=resume, progress=progress, **running)
        return indices_of(sampled, swept, resamples=resamples)


def indices_of(design: Design, swept: Sweep, *, resamples: int = 100) -> Sensitivity:
    """Return the indices of a sweep that is there.

    Parameters
    ----------
    design : Design
        Sampled as ``saltelli`` or ``morris``.
    swept : Sweep
        Of that design.
    resamples : int

    Raises
    ------
    InputError
        When fewer than 95 % of the base points are whole.
    """
    estimator = Estimator(design.sampling, design.names, resamples, noise=NOISE * design.outputs.tolerance)
    dataset = swept.dataset
    ok, reasons = dataset["status"].to_numpy() == ENDED, swept.reasons
    coverage = estimator.coverage(ok, reasons)
    method = {own: name for name, own in METHODS.items()}[design.sampling.method]
    arrays: Labelled = {}
    if design.outputs.metrics:
        found = [_estimated(estimator, dataset[name], ok) for name in design.outputs.metrics]
        arrays |= _of_metrics(
            {name: np.stack([one[name] for one in found], axis=-3) for name in found[0]}, method
        )
    if design.outputs.times_h:
        arrays |= _of_courses(_estimated(estimator, dataset[COURSES], ok))
    attributes = {
        "method": method,
        "n": estimator.n,
        "seed": design.sampling.seed,
        "resamples": resamples,
        "coverage": coverage,
        "failed": json.dumps(dict(reasons)),
        "recipe": json.dumps(recipe_of(design)),
    }
    return Sensitivity(labelled(design, arrays, attributes, points=estimator.stages))


def _check(design: Design, method: str, resamples: int) -> None:
    known = (*METHODS, "local")
    if method not in known:
        raise InputError(
            f"method = {str(method)[:40]!r}",
            expected=", ".join(known),
            fix=nearest(str(method)[:40], known),
            field="method",
        )
    if design.population is not None:
        raise InputError(
            "a population",
            expected="one person: indices are of the factors",
            fix="leave it out, and vary fields of the person (subject.age_y) as factors",
            field="population",
        )
    if not design.factors:
        raise InputError("no factor", expected="one at least", fix="add one under [vary]", field="vary")
    if not 2 <= resamples <= 10_000:
        raise InputError(f"resamples = {resamples}", expected="2 to 10,000", field="resamples")


@contextmanager
def _place(out: str | Path | None) -> Iterator[Path]:
    if out is not None:
        yield Path(out)
        return
    with TemporaryDirectory() as folder:
        yield Path(folder, "sweep.zarr")


def _estimated(estimator: Estimator, array: Any, ok: np.ndarray) -> dict[str, np.ndarray]:
    """Return the indices of an array (member, window or time, output), read some of it at a time."""
    n, windows, outputs = array.shape
    size, parts = max(1, READ_BYTES // (8 * n * outputs)), []
    for first in range(0, windows, size):
        values = array[:, first : first + size].to_numpy()
        found = estimator.estimate(values.reshape(n, -1), ok)
        parts.append({name: one.reshape(*one.shape[:-1], -1, outputs) for name, one in found.items()})
    return {name: np.concatenate([one[name] for one in parts], axis=-2) for name in parts[0]}


def _of_metrics(found: Mapping[str, np.ndarray], method: str) -> Labelled:
    """Return indices at all points, how the leading one came there, and whether it has."""
    outputs = ("metric", "window", "output")
    leading = LEADING[method]
    verdict = judged(found[leading], found[f"{leading}_conf"], method=method)
    arrays: Labelled = {name: (outputs, one) for name, one in verdict.items()}
    for name, one in found.items():
        if one.ndim == len(outputs):
            arrays[name] = outputs, one
        else:
            arrays[name] = ("factor", *outputs), one[-1]
            arrays[name + BY_POINTS] = ("points", "factor", *outputs), one
    return arrays


def _of_courses(found: Mapping[str, np.ndarray]) -> Labelled:
    outputs = ("time", "output")
    return {
        name + OVER_TIME: (outputs, one) if one.ndim == len(outputs) else (("factor", *outputs), one[-1])
        for name, one in found.items()
    }


def _local(design: Design, progress: Callable[[int, int], None] | None) -> Sensitivity:
    found = slopes(
        design, progress=None if progress is None else lambda done: progress(round(1000 * done), 1000)
    )
    in_equations = design.model.constants
    spread = np.array([spread_ln(one) if one.name in in_equations else np.nan for one in design.factors])
    arrays: Labelled = {"spread_ln": (("factor",), spread)}
    if found.metrics:
        levels, slope = (np.stack(list(one.values()), axis=-3) for one in (found.numbers, found.metrics))
        arrays |= _shares(levels, slope, spread, outputs=("metric", "window", "output"))
    if design.outputs.times_h:
        arrays |= _shares(found.levels, found.courses, spread, outputs=("time", "output"), suffix=OVER_TIME)
    attributes = {"method": "local", "n": 1, "coverage": 1.0, "recipe": json.dumps(recipe_of(design))}
    return Sensitivity(labelled(design, arrays, attributes))


def _shares(
    levels: np.ndarray, slope: np.ndarray, spread: np.ndarray, *, outputs: tuple[str, ...], suffix: str = ""
) -> Labelled:
    """Return slopes as elasticities, as effects of each factor's spread, and as shares of variance."""
    effect = slope * spread.reshape(-1, *[1] * len(outputs))
    variance = np.nansum(effect**2, axis=0)
    none = np.isnan(slope).all(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        elasticity, share = slope / levels, effect**2 / variance
    still = np.where(variance == 0, "does not vary: none of the factors moves it", "")
    indices = {"elasticity": elasticity, "effect": effect, "share": share}
    finite = {name: np.where(np.isfinite(one), one, np.nan) for name, one in indices.items()}
    return {
        **{name + suffix: (("factor", *outputs), one) for name, one in finite.items()},
        f"mean{suffix}": (outputs, levels),
        f"reason{suffix}": (outputs, np.where(none, NO_SLOPE, still).astype(object)),
    }
