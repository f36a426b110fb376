"""What the engine integrates: symbols and expressions, made into functions when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import sympy

Array = np.ndarray


class Sizes(NamedTuple):
    """Lengths of a System's vectors."""

    states: int
    constants: int
    inputs: int
    observables: int


@dataclass(frozen=True, eq=False)
class System:
    """An autonomous initial value problem ``y' = f(y, p, u)`` with piecewise-constant ``u``.

    Parameters
    ----------
    states, constants, inputs : tuple of sympy.Symbol
        The vectors ``y`` (n_states,), ``p`` (n_constants,) and ``u`` (n_inputs,), in order.
    rates : tuple of sympy.Expr
        ``f``, per hour.
    guess : tuple of sympy.Expr
        Start of the steady-state search, in terms of the constants.
    scale_of : tuple of int, optional
        For each state, the one on whose resting value its error is judged; itself when left out. A state
        that is judged on another's is a derivative: it may take either sign.
    observables : tuple of sympy.Expr
        What can be measured on the way, in terms of states and constants.
    """

    states: tuple[sympy.Symbol, ...]
    constants: tuple[sympy.Symbol, ...]
    inputs: tuple[sympy.Symbol, ...]
    rates: tuple[sympy.Expr, ...]
    guess: tuple[sympy.Expr, ...]
    scale_of: tuple[int, ...] | None = None
    observables: tuple[sympy.Expr, ...] = ()

    @cached_property
    def sizes(self) -> Sizes:
        """How many states, constants, inputs and observables there are."""
        return Sizes(*map(len, (self.states, self.constants, self.inputs, self.observables)))

    @cached_property
    def key(self) -> str | None:
        """Hash of all that the System follows from, where it is known; machine code is kept under it."""
        return None

    @cached_property
    def rhs(self) -> Callable[[Sequence[float], Sequence[float], Sequence[float]], list[float]]:
        """Right-hand side ``f(y, p, u)``, sequences of floats in, list of floats out."""
        from .function import scalar_function

        return scalar_function([self.states, self.constants, self.inputs], self.rates)

    @cached_property
    def _jacobian_entries(self) -> tuple[Array, Array, Callable[..., list[float]]]:
        from .function import jacobian_function

        return jacobian_function([self.states, self.constants, self.inputs], self.rates)

    def jacobian(self, y: Sequence[float], p: Sequence[float], u: Sequence[float]) -> Array:
        """Return ``df/dy``, shape (n_states, n_states)."""
        rows, columns, function = self._jacobian_entries
        matrix = np.zeros((len(self.states), len(self.states)))
        matrix[rows, columns] = function(y, p, u)
        return matrix

    def initial_guess(self, p: Sequence[float]) -> Array:
        """Return the start of the steady-state search, shape (n_states,)."""
        return np.array(self._guess(p), dtype=float)

    @cached_property
    def _guess(self) -> Callable[..., list[float]]:
        from .function import scalar_function

        return scalar_function([self.constants], self.guess)


def _of_made(name: str) -> Any:
    return property(lambda system: getattr(system.made(), name))


class Deferred(System):
    """A System that is made when its symbols or expressions are first asked for.

    Machine code that is kept under its key asks for neither.

    Parameters
    ----------
    make : callable
        Returns the System.
    sizes : Sizes
    key : str
        Hash of all that the System follows from.
    scale_of : tuple of int, optional
        As of a System.

    Examples
    --------
    >>> import sympy
    >>> y = sympy.Symbol("y")
    >>> decay = lambda: System((y,), (), (), (-y,), (sympy.Integer(0),))
    >>> later = Deferred(decay, sizes=Sizes(1, 0, 0, 0), key="doctest")
    >>> later.sizes.states, later.rates
    (1, (-y,))
    """

    made: Callable[[], System]

    def __init__(
        self, make: Callable[[], System], *, sizes: Sizes, key: str, scale_of: tuple[int, ...] | None = None
    ) -> None:
        # As frozen as any System.
        vars(self).update(made=cache(make), sizes=sizes, key=key, scale_of=scale_of)

    states, constants, inputs = map(_of_made, ("states", "constants", "inputs"))
    rates, guess, observables = map(_of_made, ("rates", "guess", "observables"))
