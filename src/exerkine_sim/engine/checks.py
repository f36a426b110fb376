"""What an engine is given is checked before machine code reads it, which would read whatever lies there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import InputError
from .contract import Forcing
from .system import Array, System


def check_batch(system: System, constants: Array, forcings: Sequence[Forcing]) -> None:
    """Refuse constants or forcings that do not fit the system or each other.

    Raises
    ------
    InputError
        Naming what was given and the shape that is expected.
    """
    _check_shape("constants", constants, (len(forcings), system.sizes.constants))
    for forcing in {id(one): one for one in forcings}.values():
        _check_forcing(forcing, system.sizes.inputs)


def _check_forcing(forcing: Forcing, n_inputs: int) -> None:
    """Refuse breakpoints that do not increase, and levels or a pattern that do not fit them."""
    edges = np.asarray(forcing.breakpoints, dtype=float)
    if edges.ndim != 1 or len(edges) < 1 or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise InputError(
            f"breakpoints of shape {edges.shape}",
            expected="finite times that increase",
            field="breakpoints",
        )
    _check_shape("rest", forcing.rest, (n_inputs,))
    if forcing.pattern is None:
        _check_shape("levels", forcing.levels, (len(edges) - 1, n_inputs))
        return
    _check_shape("levels", forcing.levels, (len(forcing.levels), n_inputs))
    _check_places("pattern", forcing.pattern, (len(edges) - 1,), lowest=0, end=len(forcing.levels))


def check_times(times: Array, forcings: Sequence[Forcing]) -> None:
    """Refuse times that are out of order or outside the breakpoints of a member."""
    if times.ndim != 1 or not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise InputError(
            f"times of shape {times.shape}", expected="finite times that increase", field="times"
        )
    if len(times) and len(forcings):
        begin = max(forcing.breakpoints[0] for forcing in forcings)
        end = min(forcing.breakpoints[-1] for forcing in forcings)
        if times[0] < begin or times[-1] > end:
            raise InputError(
                f"times from {times[0]:g} to {times[-1]:g}",
                expected=f"within every member's breakpoints, {begin:g} to {end:g}",
                field="times",
            )


def check_tolerance(tolerance: float) -> None:
    """Refuse what is no tolerance."""
    if not 0.0 < tolerance < np.inf:
        raise InputError(f"tolerance = {tolerance}", expected="a number above 0", field="tolerance")


def _check_places(name: str, places: Any, shape: tuple[int, ...], *, lowest: int, end: int) -> None:
    """Refuse whole numbers of another shape, or outside ``lowest <= place < end``."""
    found = np.asarray(places)
    _check_shape(name, found, shape)
    if found.size and (found.dtype.kind not in "iu" or (found < lowest).any() or (found >= end).any()):
        raise InputError(
            f"{name} of {found.dtype} from {found.min()} to {found.max()}",
            expected=f"whole numbers from {lowest} to {end - 1}",
            field=name,
        )


def check_windows(windows: Sequence[Array], forcings: Sequence[Forcing]) -> None:
    """Refuse windows that do not fit the segments, or that are left and entered again."""
    if len(windows) != len(forcings):
        raise InputError(
            f"windows of {len(windows)} members", expected=f"of {len(forcings)}", field="windows"
        )
    pairs = {(id(one), id(forcing)): (one, forcing) for one, forcing in zip(windows, forcings, strict=True)}
    for one, forcing in pairs.values():
        n_segments = len(forcing.breakpoints) - 1
        _check_places("windows", one, (n_segments,), lowest=-1, end=n_segments)
        entered = one[np.flatnonzero(np.diff(one, prepend=-2))]
        entered = entered[entered >= 0]
        if len(np.unique(entered)) < len(entered):
            raise InputError(
                "a window that is left and entered again",
                expected="the segments of a window to follow each other",
                field="windows",
            )


def check_wanted(wanted: Sequence[int], n_observables: int) -> None:
    """Refuse positions that are those of no observable, or that stand twice."""
    _check_places("wanted", wanted, (len(wanted),), lowest=0, end=n_observables)
    if len(np.unique(wanted)) < len(wanted):
        raise InputError(
            f"wanted = {list(wanted)}",
            expected="each observable once",
            fix="leave out what stands twice",
            field="wanted",
        )


def check_rows(shape: tuple[int, int], **rows: Array | None) -> None:
    """Refuse rows, one a member, of another shape; what is None was left out.

    Examples
    --------
    >>> check_rows((2, 3), start=np.zeros((1, 3)), scale=None)
    Traceback (most recent call last):
    exerkine_sim.errors.InputError: start: start of shape (1, 3)
      expected: shape (2, 3)
      fix: give every member its row, or leave start out
    """
    for name, one in rows.items():
        if one is not None:
            fix = f"give every member its row, or leave {name} out"
            _check_shape(name, one, shape, fix=fix)


def _check_shape(name: str, array: Any, shape: tuple[int, ...], *, fix: str | None = None) -> None:
    if np.shape(array) != shape:
        raise InputError(f"{name} of shape {np.shape(array)}", expected=f"shape {shape}", fix=fix, field=name)
