"""Initial value problems with a closed form: pharmacokinetics, and smooth ones for observed orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import mpmath
import numpy as np
from problems import Array, Problem, mild_van_der_pol, posed
from scipy.special import gammainc, lambertw

from exerkine_sim.engine import Forcing


def turnover() -> Problem:
    """A pool at rest for two days, ninefold production for one hour, rest up to ten days."""
    forcing = _pulses([48.0], duration=1.0, level=8.0, end=240.0)
    times, rate = [24.0, 48.5, 49.0, 60.0, 240.0], 0.7
    values = 1 + _superposed(lambda ages: -np.expm1(-rate * ages)[:, None], forcing, times)
    return posed(
        lambda y, p, u: (p[0] * (1 + u[0] - y[0]),),
        start=[1.0],
        constants=[rate],
        forcing=forcing,
        times=times,
        values=values,
    )


def bateman() -> Problem:
    """A dose of 100 absorbed and eliminated at first order.

    References
    ----------
    Bateman, Proc Camb Philos Soc 15 (1910) 423-427.
    """
    absorption, elimination, dose, times = 1.2, 0.25, 100.0, np.array([0.1, 1.0, 4.0, 24.0])
    left, gone = np.exp(-absorption * times), np.exp(-elimination * times)
    values = dose * np.stack([left, absorption / (absorption - elimination) * (gone - left)], axis=1)
    return posed(
        lambda y, p, _u: (-p[0] * y[0], p[0] * y[0] - p[1] * y[1]),
        start=[dose, 0.0],
        constants=[absorption, elimination],
        times=times,
        values=values,
    )


def one_compartment_infusion() -> Problem:
    """Two hours of infusion into one compartment, and its washout."""
    forcing, times = _pulses([1.0], duration=2.0, level=5.0, end=24.0), [0.5, 2.0, 3.0, 5.0, 24.0]
    rate, volume = 0.9, 3.1
    values = _superposed(lambda ages: -np.expm1(-rate * ages)[:, None] / (rate * volume), forcing, times)
    return posed(
        lambda y, p, u: (u[0] / p[1] - p[0] * y[0],),
        start=[0.0],
        constants=[rate, volume],
        forcing=forcing,
        times=times,
        values=values,
    )


def two_compartment_infusion() -> Problem:
    """Two hours of infusion into the first of two compartments that exchange: a linear loop.

    References
    ----------
    Gibaldi & Perrier, Pharmacokinetics, 2nd ed. (1982), chapter 2.
    """
    out, there, back = 2.0, 1.5, 0.2
    total = out + there + back
    fast, slow = ((total + root) / 2 for root in np.sqrt(total**2 - 4 * out * back) * np.array([1, -1]))

    def response(ages):
        quick, late = -np.expm1(-fast * ages) / fast, -np.expm1(-slow * ages) / slow
        central = (fast - back) * quick + (back - slow) * late
        return np.stack([central, there * (late - quick)], axis=1) / (fast - slow)

    forcing, times = _pulses([1.0], duration=2.0, level=5.0, end=48.0), [1.5, 3.0, 4.0, 12.0, 48.0]
    return posed(
        lambda y, p, u: (u[0] + p[2] * y[1] - (p[0] + p[1]) * y[0], p[1] * y[0] - p[2] * y[1]),
        start=[0.0, 0.0],
        constants=[out, there, back],
        forcing=forcing,
        times=times,
        values=_superposed(response, forcing, times),
    )


def transit_chain() -> Problem:
    """Twelve equal lags answer a step of their input with gamma distribution functions.

    References
    ----------
    Savic et al., J Pharmacokinet Pharmacodyn 34 (2007) 711-726.
    """
    n, rate, times = 12, 2.5, np.array([0.5, 2.0, 5.0, 12.0])
    values = gammainc(np.arange(1, n + 1), rate * times[:, None])
    forcing = Forcing(np.array([0.0, times[-1]]), np.ones((1, 1)), np.zeros(1))
    return posed(
        lambda y, p, u: [p[0] * (before - one) for before, one in zip((u[0], *y), y, strict=False)],
        start=[0.0] * n,
        constants=[rate],
        forcing=forcing,
        times=times,
        values=values,
    )


def cascade() -> Problem:
    """Fifty lags in a row answer a step; rates in no order over five decades, the last lag written first."""
    n, times = 50, np.array([0.01, 1.0, 30.0, 1000.0, 10_000.0])
    rates = np.logspace(-2, 3, n)[17 * np.arange(n) % n]
    forcing = Forcing(np.array([0.0, times[-1]]), np.ones((1, 1)), np.zeros(1))
    return posed(
        lambda y, p, u: [p[i] * ((*y[1:], u[0])[i] - y[i]) for i in range(n)],
        start=[0.0] * n,
        constants=rates[::-1],
        forcing=forcing,
        times=times,
        values=_lagged(rates, times)[:, ::-1],
    )


def bolused_chain() -> Problem:
    """Twenty days of three doses a day, six minutes each, through four lags: 120 segments."""
    rates, times = [20.0, 2.0, 0.3, 0.05], [0.1, 8.1, 100.0, 240.05, 480.0]
    forcing = _pulses(8.0 * np.arange(60), duration=0.1, level=10.0, end=480.0)
    return posed(
        lambda y, p, u: [p[i] * ((u[0], *y)[i] - y[i]) for i in range(4)],
        start=[0.0] * 4,
        constants=rates,
        forcing=forcing,
        times=times,
        values=_superposed(lambda ages: _lagged(rates, ages), forcing, times),
    )


def books() -> Problem:
    """A pool with basal and infused release, and two accumulators beside it: released and cleared."""
    rate, times = 0.8, np.array([1.0, 2.5, 3.0, 12.0])
    forcing = _pulses([2.0], duration=1.0, level=6.0, end=12.0)
    pool = 1 + _superposed(lambda ages: -np.expm1(-rate * ages)[:, None], forcing, times)
    released = rate * (times[:, None] + _superposed(lambda ages: ages[:, None], forcing, times))
    return posed(
        lambda y, p, u: (p[0] * (1 + u[0] - y[0]), p[0] * (1 + u[0]), p[0] * y[0]),
        start=[1.0, 0.0, 0.0],
        constants=[rate],
        forcing=forcing,
        times=times,
        values=np.hstack([pool, released, 1 + released - pool]),
    )


def michaelis_menten() -> Problem:
    """A bolus of five times the half-saturation, cleared at a saturable rate, and what has been cleared.

    References
    ----------
    Schnell & Mendoza, J Theor Biol 187 (1997) 207-212.
    """
    dose, most, half, times = 50.0, 8.0, 10.0, np.array([1.0, 5.0, 10.0, 20.0])
    pool = half * lambertw(dose / half * np.exp((dose - most * times) / half)).real

    def rates(y, p, _):
        cleared = p[0] * y[0] / (p[1] + y[0])
        return -cleared, cleared

    values = np.stack([pool, dose - pool], axis=1)
    return posed(rates, start=[dose, 0.0], constants=[most, half], times=times, values=values)


# ------------------------------------------------------------------ smooth, for observed orders


def kaps() -> Problem:
    """A nonlinear pair that feed each other, solved by exp(-2 t) and exp(-t).

    References
    ----------
    Dekker & Verwer, Stability of Runge-Kutta Methods for Stiff Nonlinear Differential Equations (1984).
    """
    times = np.array([0.5, 1.0, 2.0])
    return posed(
        lambda y, _p, _u: (-3 * y[0] + y[1] ** 2, y[0] - y[1] - y[1] ** 2),
        start=[1.0, 1.0],
        times=times,
        values=np.exp(np.outer(times, [-2.0, -1.0])),
    )


def driven() -> Problem:
    """An undamped linear pair drives a lag, and the rate constant of a decay: all linear, all smooth."""
    turn, rate, times = 2.0, 0.7, np.array([0.5, 1.0, 3.0])
    cosine, sine = np.cos(turn * times), np.sin(turn * times)
    lag = rate * (rate * (cosine - np.exp(-rate * times)) + turn * sine) / (rate**2 + turn**2)
    decay = np.exp(-times - sine / (2 * turn))
    return posed(
        lambda y, p, _: (-p[0] * y[1], p[0] * y[0], p[1] * (y[0] - y[2]), -(1 + y[0] / 2) * y[3]),
        start=[1.0, 0.0, 0.0, 1.0],
        constants=[turn, rate],
        times=times,
        values=np.stack([cosine, sine, lag, decay], axis=1),
    )


CLOSED_FORM = (
    *(turnover, bateman, one_compartment_infusion, two_compartment_infusion, transit_chain, cascade),
    *(bolused_chain, books, michaelis_menten, kaps, driven),
)
SMOOTH = (kaps, driven, mild_van_der_pol)


def _pulses(starts: Iterable[float], *, duration: float, level: float, end: float) -> Forcing:
    """Return one input that is `level` for a while after each start, and zero else and at rest."""
    edges = np.unique([0.0, *(edge for start in starts for edge in (start, start + duration)), end])
    on = np.isin(edges[:-1], np.asarray(list(starts)))
    return Forcing(edges, np.where(on, level, 0.0)[:, None], np.zeros(1))


def _superposed(
    response: Callable[[Array], Array], forcing: Forcing, times: Sequence[float] | Array
) -> Array:
    """Sum the answers of a linear system at rest to each change of its one input, shape (n_times, n_states).

    `response` takes hours since a unit step, shape (n_times,), and gives (n_times, n_states).
    """
    changes = np.diff(forcing.inputs[:, 0], prepend=0.0)
    ages = np.maximum(np.asarray(times) - forcing.breakpoints[:-1, None], 0.0)
    responses = response(ages.ravel()).reshape(*ages.shape, -1)
    return np.einsum("c,ctn->tn", changes, responses)


def _lagged(rates: Sequence[float] | Array, ages: Sequence[float] | Array) -> Array:
    """Return the answer of lags in a row to a unit step, shape (n_ages, n_lags); partial fractions cancel."""
    with mpmath.workdps(100):
        k = [mpmath.mpf(float(rate)) for rate in rates]
        shares = [[mpmath.mpf(1)]]
        for n in range(1, len(k)):
            shares.append([share * k[n] / (k[n] - rate) for share, rate in zip(shares[-1], k, strict=False)])
            shares[-1].append(mpmath.fprod(rate / (rate - k[n]) for rate in k[:n]))
        left = [[mpmath.exp(-rate * mpmath.mpf(float(age))) for rate in k] for age in ages]
        return np.array(
            [[1 - mpmath.fdot(zip(share, row, strict=False)) for share in shares] for row in left],
            dtype=float,
        )
