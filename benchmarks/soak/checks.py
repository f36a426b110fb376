"""What must hold of every number, and the oracle that every hundredth run is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from exerkine_sim import Solution, simulate
from exerkine_sim.engine import state_scale

# Of a state's greatest or resting value, whichever is larger. The compiled engine aims at 1e-6 a step, the
# reference at 1e-8; over the hundreds of steps of a day or three they are allowed ten times the former.
AGREES, ORACLE_TOLERANCE = 1e-5, 1e-8


class Fault(BaseException):
    """A wrong number, or a behaviour that was promised otherwise; no command takes it for its own error."""


def must(true: bool, told: str) -> None:
    """Raise a Fault where something does not hold."""
    if not true:
        raise Fault(told)


def digest(*things: Any) -> str:
    """Return a hash of numbers to the last bit, and of texts."""
    found = hashlib.blake2b(digest_size=16)
    for thing in things:
        found.update(_content(thing))
    return found.hexdigest()


def _content(thing: Any) -> bytes:
    if isinstance(thing, bytes):
        return thing
    if isinstance(thing, np.ndarray):
        return (
            repr(thing.tolist()).encode() if thing.dtype == object else np.ascontiguousarray(thing).tobytes()
        )
    if isinstance(thing, pd.DataFrame):
        return repr(thing.to_dict("list")).encode()
    if isinstance(thing, Mapping):
        return b"".join(_content(part) for item in thing.items() for part in item)
    return repr(thing).encode()


def sound(solution: Solution) -> str:
    """Hold a Solution to its promises; return the digest of all its numbers."""
    must(set(solution.status) == {"ok"}, f"status {solution.status}")
    numbers, there = solution.arrays, solution.arrays["unit"] != ""
    values, rest = numbers["concentration"][..., there], numbers["rest"][..., there]
    must(bool(np.isfinite(values).all() and np.isfinite(rest).all()), "a concentration that is not finite")
    must(bool((values >= 0).all() and (rest >= 0).all()), f"a concentration of {values.min()}")
    kept = [values, rest]
    if "state" in numbers:
        must(bool(np.isfinite(numbers["state"]).all()), "a state that is not finite")
        kept.append(numbers["state"])
    return digest(*kept)


def sound_table(table: pd.DataFrame) -> str:
    """Hold a table to its promises: rows, none of which failed, and nothing infinite; return its digest."""
    must(len(table) > 0, "an empty table")
    numbers = table.select_dtypes("number").to_numpy(dtype=float)
    must(not np.isinf(numbers).any(), "an infinite number in a table")
    if "status" in table:
        must(set(table["status"]) == {"ok"}, f"status {set(table['status'])}")
    return digest(table)


def against_reference(solution: Solution, *case: Any, **options: Any) -> float:
    """Return the largest difference from the reference engine, over all members, times and states."""
    times, end_h = solution.times_h, float(solution.times_h[-1])
    oracle = simulate(
        *case, times_h=times, end_h=end_h, engine="reference", tolerance=ORACLE_TOLERANCE, **options
    )
    sound(oracle)
    ours, theirs = solution.arrays["state"], oracle.arrays["state"]
    scale = np.maximum(state_scale(theirs[:, 0]), np.abs(theirs).max(axis=1))
    difference = float(np.max(np.abs(ours - theirs) / scale[:, None, :]))
    must(difference <= AGREES, f"{difference:.2g} from the reference engine, more than {AGREES:g}")
    return difference
