"""Integration of batches of members; knows arrays and expressions, not exercise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import lazy_loader

from ..errors import InputError, nearest
from .contract import Forcing, Measures, Status, Trajectories
from .steady import state_scale, steady_state
from .system import Deferred, Sizes, System

if TYPE_CHECKING:
    from .function import array_function

__all__ = [
    "Deferred",
    "Forcing",
    "Measures",
    "Sizes",
    "Status",
    "System",
    "Trajectories",
    "array_function",
    "engine_named",
    "state_scale",
    "steady_state",
]

# It needs sympy, which is slow to import and which kept machine code does without.
__getattr__, __dir__, _ = lazy_loader.attach(__name__, submod_attrs={"function": ["array_function"]})

ENGINES = ("compiled", "reference")


def engine_named(name: str) -> Callable[..., Trajectories]:
    """Return the `integrate` of an engine: ``compiled``, or the ``reference`` that it is checked against.

    Raises
    ------
    InputError
        For a name that is no engine.
    """
    if name not in ENGINES:
        raise InputError(
            f"engine = {name!r}",
            expected=" or ".join(ENGINES),
            fix=nearest(str(name), ENGINES),
            field="engine",
        )
    if name == "reference":
        from .reference import integrate
    else:
        from .compiled import integrate
    return integrate
