"""How often the 95 % intervals of a person's fit hold the truth, where the truth is known.

People are drawn as a Population draws them, follow a plan, are sampled, and a laboratory adds its noise; each
is then fitted from those samples alone. ``python tests/covering.py`` prints how many of the intervals hold
the parameter that the person really had: those to first order, and, of fewer parameters and samples, those of
the posterior. ``--posterior 20`` also lets ensembles of walkers find the latter, of 20 people, which is slow.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import exerkine_sim as xk
from exerkine_sim.errors import IdentifiabilityError
from exerkine_sim.fitting import PersonProblem, beliefs_of, read_measurements
from exerkine_sim.fitting.draws import TAILS
from exerkine_sim.fitting.likelihood import Likelihood
from exerkine_sim.physiology import default_model
from exerkine_sim.uncertainty import normal, uniform

PERSON = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
REPEATS, SEED, WEIGHED = 200, 1, 20_000


@dataclass(frozen=True)
class Case:
    """Who is sampled when, what a laboratory measures, and what is fitted."""

    plan: str
    times_h: tuple[float, ...]
    exerkines: tuple[str, ...]
    free: tuple[str, ...]


# Two sessions, three days apart, seven samples about each: so a level is seen on two days.
RUN_AND_RIDE = Case(
    plan="Mon 08:00 run 1h 75% VO2max\nThu 08:00 cycle 90m 65% VO2max",
    times_h=(7.5, 8.5, 9.0, 10.0, 11.0, 13.0, 20.0, 79.5, 80.5, 81.5, 82.5, 83.5, 86.0, 92.0),
    exerkines=("il6", "il1ra"),
    free=(
        *("il6.other_release", "il6.synthesis", "il6.clearance"),
        *("il1ra.basal", "il1ra.half_life", "il1ra.il6_gain"),
    ),
)
# Two parameters and few samples: quick enough for a test, and for posteriors.
RUN = Case(
    plan="day 1 00:30 run 30m 75% VO2max",
    times_h=(0.25, 1.0, 2.0, 3.0),
    exerkines=("il6",),
    free=("il6.synthesis", "il6.other_release"),
)


class People(NamedTuple):
    """What a laboratory found in each of many, and what they really had, by parameter and member."""

    plan: xk.Schedule
    samples: list[pd.DataFrame]
    truth: Mapping[str, np.ndarray]


def sampled(case: Case, *, repeats: int, seed: int) -> People:
    """Draw people, let them follow the plan, and sample them."""
    plan, parameters = xk.parse_schedule(case.plan), xk.load_parameters()
    people = xk.Population(PERSON, n=repeats, seed=seed, vary=case.free)
    solution = xk.simulate(plan, people, exerkines=case.exerkines)
    table = xk.observed(solution, times_h=case.times_h, exerkines=case.exerkines, seed=seed)
    factors = people.factors(parameters)
    samples = [table[table["member"] == member].assign(member=0) for member in range(repeats)]
    return People(plan, samples, {name: parameters[name].value * factors[name] for name in case.free})


def covered(
    case: Case, *, repeats: int = REPEATS, seed: int = SEED, posterior: bool = False
) -> dict[str, list[bool]]:
    """Return for each free parameter which of the intervals hold the truth.

    People whose samples are refused, because they cannot tell what is asked, have none.

    Parameters
    ----------
    case : Case
    repeats, seed : int
        People, and which.
    posterior : bool
        Whether intervals are drawn from the posterior, not to first order.
    """
    people = sampled(case, repeats=repeats, seed=seed)
    held: dict[str, list[bool]] = {name: [] for name in case.free}
    for member, samples in enumerate(people.samples):
        options = {"free": case.free, "starts": 1, "seed": member, "posterior": posterior}
        try:
            found = xk.fit(samples, people.plan, PERSON, **options)
        except IdentifiabilityError:
            continue
        for one in found.estimates:
            held[one.name].append(bool(one.low <= people.truth[one.name][member] <= one.high))
    return held


def weighed(case: Case, *, repeats: int = REPEATS, seed: int = SEED) -> dict[str, list[bool]]:
    """Return the same of the posterior itself: draws of the prior, weighed by how likely they make samples.

    All people share the draws, which are simulated once; of few parameters that is enough.
    """
    people, parameters, model = (
        sampled(case, repeats=repeats, seed=seed),
        xk.load_parameters(),
        default_model(),
    )
    beliefs = beliefs_of(case.free, parameters=parameters, model=model)
    read = [read_measurements(one, people.plan, model=model, parameters=parameters) for one in people.samples]
    columns = [normal(uniform(seed, f"weighed {name}", first=0, n=WEIGHED)) for name in case.free]
    problem = PersonProblem(beliefs, read[0], people.plan, PERSON, parameters, model)
    levels = problem.log_levels(np.stack(columns, axis=1))
    held: dict[str, list[bool]] = {name: [] for name in case.free}
    for member, samples in enumerate(read):
        squares = np.sum(Likelihood.of(samples, parameters).residuals(levels) ** 2, axis=1)
        weights = np.exp(-0.5 * (squares - squares.min()))
        for (belief, _), column in zip(beliefs, columns, strict=True):
            order = np.argsort(column)
            shares_below = np.cumsum(weights[order]) / weights.sum()
            low, high = column[order][np.searchsorted(shares_below, TAILS)]
            held[belief.name].append(bool(low <= belief.score(people.truth[belief.name][member]) <= high))
    return held


def shares(held: Mapping[str, Sequence[bool]]) -> dict[str, float]:
    """Return the share of intervals that hold the truth, by parameter, and of all under ``all``."""
    every = [one for row in held.values() for one in row]
    return {name: float(np.mean(row)) for name, row in held.items()} | {"all": float(np.mean(every))}


def main() -> None:
    """Run the study, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--posterior", type=int, default=0, metavar="N", help="draw the posterior of so many, too"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args()
    studies = {
        "to first order": (options.repeats, partial(covered, RUN_AND_RIDE)),
        "of the posterior, by weighed draws": (options.repeats, partial(weighed, RUN)),
    }
    if options.posterior > 0:
        studies["of the posterior, by ensembles"] = (options.posterior, partial(covered, RUN, posterior=True))
    told = {}
    for kind, (repeats, study) in studies.items():
        begin = time.perf_counter()
        held = study(repeats=repeats, seed=options.seed)
        told[kind] = {
            "people": min(map(len, held.values())),
            "of": repeats,
            "seconds": round(time.perf_counter() - begin, 1),
            "held": shares(held),
        }
    print(json.dumps(told, indent=1)) if options.json else show(told)


def show(told: Mapping[str, Any]) -> None:
    """Print the shares as tables."""
    for kind, one in told.items():
        print(f"95 % intervals {kind} that hold the truth, {one['seconds']} s")
        print(f"{one['people']} people, {one['of'] - one['people']} refused")
        for name, share in one["held"].items():
            print(f"  {name:20}{share:8.1%}")


if __name__ == "__main__":
    main()
