"""The same model, the same inputs and the same error asked of exerkine-sim and of other simulators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np

from ..case import Case

Run = Callable[[], np.ndarray]
GRID = tuple(10.0 ** (-quarter / 4) for quarter in range(8, 43))


class Peer(Protocol):
    """A simulator made ready for one case; building it is its start-up.

    ``tolerances`` are the settings to try, loosest first; ``notes`` says how it was used. A peer may refuse
    to be built, by any exception: the reason is reported.
    """

    tolerances: tuple[float, ...]
    notes: str

    def __init__(self, case: Case) -> None: ...

    def at(self, tolerance: float) -> Run:
        """Return a call that integrates from start to end; what it takes to set a tolerance is not timed.

        The call returns the states at every segment end, shape (n_members, n_segments, n_states), of the
        first members of the case: as many as this simulator takes to run at its best.
        """
        ...


# Name of the module, which holds a class Peer, and the distributions whose versions are reported.
PEERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ours": ("exerkine-sim",),
        "roadrunner": ("libroadrunner",),
        "heyoka": ("heyoka",),
        "copasi": ("python-copasi",),
        "lsoda_python": ("scipy",),
        "lsoda_native": ("scipy", "llvmlite"),
        "sundae": ("scikit-sundae", "llvmlite"),
        "diffrax": ("diffrax", "jax"),
        "amici": ("amici",),
    }
)
