"""Initial value problems of the stiff literature, whose answers are known.

Times are called hours, as everywhere in the engine. A state that starts at zero and stays far below one is
counted in a smaller unit, so that an error on the scale of :func:`exerkine_sim.engine.state_scale` says
something about it. Their values are in ``golden.json``, which ``golden.py`` makes; they hold for constants as
floats have them, which alone moves them by up to 2 parts in 1e13 (HIRES).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from exerkine_sim.engine import Forcing, System, Trajectories, state_scale

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Problem:
    """A system, its start, and its states at some times.

    Parameters
    ----------
    system : System
    constants : ndarray, shape (n_constants,)
    forcing : Forcing
    start : ndarray, shape (n_states,)
        States at the first breakpoint.
    times : ndarray, shape (n_times,)
        Increasing, up to the last breakpoint.
    values : ndarray, shape (n_times, n_states)
        The states at these times.
    """

    system: System
    constants: Array
    forcing: Forcing
    start: Array
    times: Array
    values: Array

    def solved(self, integrate: Callable[..., Trajectories], **options: Any) -> Trajectories:
        """Let an engine solve it, as a batch of one member."""
        batch = {"times": self.times, "start": self.start[None], **options}
        return integrate(self.system, self.constants[None], [self.forcing], **batch)

    def error(self, states: Array) -> float:
        """Return the largest error of `states` (n_times, n_states), relative to value or starting scale."""
        scale = np.maximum(state_scale(self.start), np.abs(self.values))
        return float(np.max(np.abs(states - self.values) / scale))


def posed(
    rates: Callable[..., Sequence[sympy.Expr]],
    *,
    start: Sequence[float],
    constants: Sequence[float] = (),
    forcing: Forcing | None = None,
    times: Sequence[float],
    values: Any,
) -> Problem:
    """Return the Problem of ``rates(states, constants, inputs)``; without forcing, it is one segment."""
    if forcing is None:
        forcing = Forcing(np.array([0.0, times[-1]]), np.empty((1, 0)), np.empty(0))
    groups = (("y", len(start)), ("p", len(constants)), ("u", len(forcing.rest)))
    y, p, u = (sympy.symbols(f"{name}:{n}", real=True) for name, n in groups)
    system = System(y, p, u, tuple(map(sympy.sympify, rates(y, p, u))), tuple(map(sympy.Float, start)))
    numbers = (np.array(one, dtype=float) for one in (times, values))
    return Problem(system, np.array(constants, dtype=float), forcing, np.array(start, dtype=float), *numbers)


def robertson() -> Problem:
    """Three species over eleven decades of time, rate constants nine decades apart; the second in 1e-5.

    References
    ----------
    Robertson, in Walsh (ed.), Numerical Analysis (1966) 178-182; Hairer & Wanner, Solving ODEs II, IV.1;
    Mazzia & Magherini, Test Set for IVP Solvers 2.4 (2008), ROBER.
    """
    unit = sympy.Rational(1, 10**5)

    def rates(y, p, _):
        away, back, fast = p[0] * y[0], p[1] * unit * y[1] * y[2], p[2] * unit**2 * y[1] ** 2
        return back - away, (away - back - fast) / unit, fast

    start, constants, times = [1.0, 0.0, 0.0], [0.04, 1e4, 3e7], [40.0, 1e5, 1e7, 1e9, 1e11]
    return posed(rates, start=start, constants=constants, times=times, values=_golden("robertson"))


def hires() -> Problem:
    """Eight species in the answer of a plant to light, all in one loop.

    References
    ----------
    Schäfer, J Math Biol 2 (1975) 41-56; Hairer & Wanner, Solving ODEs II, IV.10; Mazzia & Magherini, Test Set
    for IVP Solvers 2.4 (2008), HIRES.
    """

    def rates(y, _p, _u):
        bound = 280 * y[5] * y[7]
        return (
            -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
            1.71 * y[0] - 8.75 * y[1],
            -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
            8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
            -1.745 * y[4] + 0.43 * (y[5] + y[6]),
            -bound + 0.69 * (y[3] + y[6]) + 1.71 * y[4] - 0.43 * y[5],
            bound - 1.81 * y[6],
            -bound + 1.81 * y[6],
        )

    start, times = [1, 0, 0, 0, 0, 0, 0, 0.0057], [321.8122, 421.8122]
    return posed(rates, start=start, times=times, values=_golden("hires"))


def van_der_pol() -> Problem:
    """The oscillator with mu = 1000 in the time of its slow phase: through one jump, then a second.

    References
    ----------
    Hairer & Wanner, Solving ODEs II, IV.10; Mazzia & Magherini, Test Set for IVP Solvers 2.4 (2008), VDPOL.
    """
    return _oscillator(1e-6, times=[1.0, 2.0], values=_golden("van_der_pol"))


def mild_van_der_pol() -> Problem:
    """The oscillator with mu = 1: smooth, hardly stiff."""
    return _oscillator(1.0, times=[1.0, 5.0, 10.0], values=_golden("mild_van_der_pol"))


def _oscillator(epsilon: float, *, times: Sequence[float], values: Any) -> Problem:
    def rates(y, p, _):
        return y[1], ((1 - y[0] ** 2) * y[1] - y[0]) / p[0]

    return posed(rates, start=[2.0, 0.0], constants=[epsilon], times=times, values=values)


def e5() -> Problem:
    """Pyrolysis over thirteen decades of time; the three products in 1e-10.

    References
    ----------
    Enright, Hull & Lindberg, BIT 15 (1975) 10-48; Hairer & Wanner, Solving ODEs II, IV.10; Mazzia &
    Magherini, Test Set for IVP Solvers 2.4 (2008), E5.
    """
    unit = sympy.Rational(1, 10**10)

    def rates(y, p, _):
        split, meet = p[0] * y[0] / unit, p[1] * y[0] * y[2]
        pair, decay = p[2] * p[3] * unit * y[1] * y[2], p[2] * y[3]
        return -unit * (split + meet), split - pair, split - meet - pair + decay, meet - decay

    start, constants = [1.76e-3, 0, 0, 0], [7.89e-10, 1.1e7, 1.13e3, 1e6]
    times = [1e1, 1e3, 1e5, 1e7, 1e9, 1e11, 1e13]
    return posed(rates, start=start, constants=constants, times=times, values=_golden("e5"))


STIFF = (robertson, hires, van_der_pol, mild_van_der_pol, e5)


def _golden(name: str) -> list[list[float]]:
    """Return the states at the times of a problem; none yet for one that is new."""
    return json.loads(Path(__file__).with_name("golden.json").read_text()).get(name, [])
