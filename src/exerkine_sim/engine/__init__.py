"""Integration of batches of members; knows arrays and expressions, not exercise."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import InputError, nearest
from .contract import Forcing, Measures, Status, Trajectories
from .steady import state_scale, steady_state
from .system import System, array_function

__all__ = [
    "Forcing",
    "Measures",
    "Status",
    "System",
    "Trajectories",
    "array_function",
    "engine_named",
    "state_scale",
    "steady_state",
]

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
