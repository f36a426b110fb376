"""Running a sweep: the chunks that are missing are simulated and put in their places."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from contextlib import closing
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import InputError
from ..extra import needs
from ..subject.population import whole_number
from .design import Design, load_design
from .member import Kept, simulated
from .result import Sweep, open_sweep
from .store import Store

# Members that are solved together: enough for every lane of every thread.
BATCH = 1024
MOST_WORKERS = 1024
LIBRARIES = ("numpy", "scipy", "llvmlite", "zarr", "numcodecs")
Report = Callable[[int, int], None]


def sweep(
    design: Design | str | Path,
    *,
    out: str | Path,
    resume: bool = False,
    batch: int = BATCH,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Report | None = None,
) -> Sweep:
    """Simulate all members of a design and keep what is wanted of each in a Zarr store.

    A member's numbers follow from the design and its number alone: not from `batch`, nor from who simulated
    it, nor from whether the sweep was killed and resumed.

    Parameters
    ----------
    design : Design or path
        Or a design file.
    out : path
        The store, a folder.
    resume : bool
        Whether a store that was begun is gone on with. What is damaged in it is simulated again.
    batch : int
        Members that are solved at once, at most those of a chunk.
    workers : int, optional
        Processes that simulate, which share the processors; this one alone when left out.
    scheduler : str, optional
        Address of a dask scheduler whose workers simulate, as ``tcp://host:8786``.
    progress : callable, optional
        Called with the members that are done, and all there are.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        For a design that cannot be, a store that is of another one or cannot be written, and workers that
        cannot be reached, are lost for good or would find other numbers.

    Examples
    --------
    >>> import tempfile
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.sweeps import Factor, Outputs, Sampling, spaced
    >>> person = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> design = xk.Design(
    ...     xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"),
    ...     person,
    ...     factors=[Factor("plan.duration", spaced(0.5, 1.0, steps=2))],
    ...     sampling=Sampling("grid"),
    ...     outputs=Outputs(exerkines=("il6",), metrics=("c_max",)),
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     peaks = xk.sweep(design, out=f"{folder}/runs.zarr").dataset["c_max"].values.ravel()
    >>> bool(peaks[1] > peaks[0])
    True
    """
    design = design if isinstance(design, Design) else load_design(design)
    if batch < 1:
        raise InputError(f"batch = {batch}", expected="1 or more", field="batch")
    needs("zarr", "analysis")
    _check_who(workers, scheduler)
    with Store.begun(Path(out), design, recipe_of(design), resume=resume) as store:
        _fill(store, design, workers=workers, scheduler=scheduler, batch=batch, progress=progress)
    return open_sweep(out)


def _fill(
    store: Store,
    design: Design,
    *,
    workers: int | None,
    scheduler: str | None,
    batch: int,
    progress: Report | None,
) -> None:
    """Simulate the chunks that are missing, here or on others, and put them in their places."""
    missing = store.missing()
    done = len(design) - sum(store.bounds(chunk)[1] for chunk in missing)

    def told(members: int) -> None:
        nonlocal done
        done += members
        if progress is not None:
            progress(done, len(design))

    told(0)
    spans = {chunk: store.bounds(chunk) for chunk in missing}
    if workers is None and scheduler is None:
        made = ((chunk, solved(design, *span, batch=batch, told=told)) for chunk, span in spans.items())
    else:
        from .cluster import shared

        made = shared(design, spans, batch=batch, workers=workers, scheduler=scheduler, told=told)
    with closing(made):
        for chunk, kept in made:
            store.write(chunk, kept)


def _check_who(workers: int | None, scheduler: str | None) -> None:
    if workers is None and scheduler is None:
        return
    if workers is not None and scheduler is not None:
        raise InputError(
            "workers and a scheduler",
            expected="one of them",
            fix="leave workers out: a scheduler has its own",
            field="scheduler",
        )
    if workers is not None:
        whole_number("workers", workers, low=1, high=MOST_WORKERS)
    needs("distributed", "distributed")


def solved(
    design: Design,
    first: int,
    n: int,
    *,
    batch: int,
    threads: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Kept:
    """Simulate `n` members from `first` on, some at a time."""
    parts = []
    for start in range(first, first + n, batch):
        parts.append(simulated(design, start, min(batch, first + n - start), threads=threads))
        if told is not None:
            told(len(parts[-1].status))
    return Kept.joined(parts)


def recipe_of(design: Design) -> dict[str, Any]:
    """Return everything that the numbers of a sweep follow from, as JSON has it."""
    recipe = {
        "exerkine_sim": __version__,
        "python": platform.python_version(),
        "libraries": _libraries(),
        "model": design.model.digest(),
        "parameters": design.parameters.digest(),
        "design": design.recipe(),
    }
    return json.loads(json.dumps(recipe))


@cache
def _libraries() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES if find_spec(name) is not None}
