"""How far off results are, as multiples of the tolerance that was asked for, and after how many evaluations.

``python -m benchmarks.accuracy`` takes random weeks of a person whose constants are 20 % off, each one's own,
and prints the worst and the middle week for each tolerance: at the ends of segments, and at quarters of an
hour between them. Exact is this engine at 1e-12 with every quarter of an hour the end of a segment; how far
from that the first weeks are by LSODA, at 1e-12 as well, is printed first.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from exerkine_sim.engine import Forcing, System, state_scale
from exerkine_sim.engine.compiled import integrate
from exerkine_sim.parameters import load_parameters
from exerkine_sim.physiology import default_model
from exerkine_sim.schedule import Schedule, parse_schedule
from exerkine_sim.simulate import constants_of, forcing_of, system_of
from exerkine_sim.stimulus import build_stimulus

from .case import EXACT, exact_states
from .speed.subject import PERSON

TOLERANCES = tuple(10.0**-power for power in range(3, 10))
OFF, WEEK_H, QUARTER_H = 0.2, 168.0, 0.25
DAYS, FREE = 7, 0.3  # share of the days without a session


class Weeks(NamedTuple):
    """Members, each with a week of its own; exact states at all moments that are judged.

    Parameters
    ----------
    constants : ndarray, shape (n_weeks, n_constants)
    forcings : sequence of Forcing, length n_weeks
    start : ndarray, shape (n_weeks, n_states)
    times : sequence of ndarray, length n_weeks
        Ends of segments, and quarters of an hour.
    exact : sequence of ndarray, length n_weeks, each of shape (n_times, n_states)
    """

    constants: np.ndarray
    forcings: Sequence[Forcing]
    start: np.ndarray
    times: Sequence[np.ndarray]
    exact: Sequence[np.ndarray]


def weeks_of(n: int, *, seed: int) -> Weeks:
    """Return random weeks with what is exact of them."""
    rng = np.random.default_rng(seed)
    model, parameters = default_model(), load_parameters()
    shipped = constants_of(model, parameters, [PERSON])
    switches = [str(one).endswith("_switch") for one in system_of(model).constants]  # these are on or off
    off = np.where(switches, 0.0, OFF)
    constants = shipped * np.exp(off * rng.standard_normal((n, shipped.shape[1])))
    stimuli = [build_stimulus(_plan(rng), PERSON, parameters, end_h=WEEK_H) for _ in range(n)]
    forcings = [forcing_of(model, one) for one in stimuli]
    cuts = [_cut(one) for one in forcings]
    system, found = system_of(model), []
    for p, cut in zip(constants, cuts, strict=True):
        found.append(integrate(system, p[None], [cut], times=cut.breakpoints[1:], tolerance=EXACT))
    whole = [number for number, one in enumerate(found) if np.isfinite(one.states).all()]
    return Weeks(
        constants[whole],
        [forcings[number] for number in whole],
        np.concatenate([found[number].baseline for number in whole]),
        [cuts[number].breakpoints[1:] for number in whole],
        [found[number].states[0] for number in whole],
    )


def _plan(rng: np.random.Generator) -> Schedule:
    lines = []
    for day in range(1, DAYS + 1):
        if rng.random() > FREE:
            lines.append(f"day {day} {rng.integers(6, 20):02d}:{rng.integers(60):02d} {_session(rng)}")
        lines.append(f"day {day} 12:{rng.integers(60):02d} meal {rng.integers(20, 120)}g carbs")
    return parse_schedule("\n".join(lines))


def _session(rng: np.random.Generator) -> str:
    kind, minutes, percent = rng.integers(3), rng.integers(10, 120), rng.integers(40, 86)
    if kind == 0:
        return f"run {minutes}m {percent}% VO2max"
    if kind == 1:
        return f"cycle {rng.integers(3, 9)}x(2m {percent + 10}% VO2max, 2m 40% VO2max)"
    return f"squat {rng.integers(2, 6)}x{rng.integers(3, 13)} {percent}% 1RM rest {rng.integers(1, 4)}m"


def _cut(forcing: Forcing) -> Forcing:
    """Return the same with an edge at each quarter of an hour that is not near another."""
    edges = forcing.breakpoints
    quarters = np.arange(0.0, WEEK_H, QUARTER_H)
    apart = np.abs(quarters[:, None] - edges).min(axis=1) > 1e-3
    every = np.sort(np.append(edges, quarters[apart]))
    of = np.searchsorted(edges, every[:-1], side="right") - 1
    return replace(forcing, breakpoints=every, levels=forcing.inputs[of], pattern=None)


def multiples(system: System, weeks: Weeks, tolerance: float) -> tuple[np.ndarray, float]:
    """Return each week's largest error over the tolerance, and evaluations a week.

    Returns
    -------
    errors : ndarray, shape (2, n_weeks)
        At ends of segments, and between them.
    evaluations : float
    """
    errors, evaluations = [], 0.0
    for number, forcing in enumerate(weeks.forcings):
        times, exact = weeks.times[number], weeks.exact[number]
        one = weeks.constants[number, None]
        found = integrate(system, one, [forcing], times=times, tolerance=tolerance)
        scale = np.maximum(np.abs(exact), state_scale(weeks.start[number]))
        off = (np.abs(found.states[0] - exact) / scale).max(axis=1) / tolerance
        ends = np.isin(times, forcing.breakpoints)
        errors.append((off[ends].max(), off[~ends].max()))
        evaluations += float(found.evaluations[0]) / len(weeks.forcings)
    return np.transpose(errors), evaluations


def _agreement(system: System, weeks: Weeks, n: int) -> float:
    """Return how far from exact the first weeks are by LSODA, at ends of segments, on the same scale."""
    worst = 0.0
    for number, forcing in enumerate(weeks.forcings[:n]):
        one = slice(number, number + 1)
        other = exact_states(system, weeks.constants[one], start=weeks.start[one], forcing=forcing)[0]
        exact = weeks.exact[number][np.isin(weeks.times[number], forcing.breakpoints)]
        scale = np.maximum(np.abs(exact), state_scale(weeks.start[number]))
        worst = max(worst, float((np.abs(other - exact) / scale).max()))
    return worst


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weeks", type=int, default=128)
    parser.add_argument("--checked", type=int, default=2, help="weeks that LSODA integrates as well")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    weeks, system = weeks_of(told.weeks, seed=told.seed), system_of(default_model())
    print(f"{len(weeks.forcings)} weeks; LSODA is {_agreement(system, weeks, told.checked):.1e} away")
    print("tolerance  evaluations  at ends: middle  worst  between: middle  worst")
    for tolerance in TOLERANCES:
        errors, evaluations = multiples(system, weeks, tolerance)
        (ends, between), (end, among) = np.median(errors, axis=1), errors.max(axis=1)
        print(f"{tolerance:9.0e} {evaluations:12,.0f} {ends:16.2f} {end:6.1f} {between:16.2f} {among:6.1f}")


if __name__ == "__main__":
    main()
