"""How often the 95 % intervals of a person's fit hold the truth, where the truth is known.

People are drawn as a Population draws them, follow a plan, are sampled, and a laboratory adds its noise; each
is then fitted from those samples alone. ``python tests/covering.py`` prints how many of the intervals
hold the parameter that the person really had. ``--posterior 20`` adds intervals of the posterior of 20
people, of fewer parameters and samples, and ``--json`` prints JSON.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import exerkine_sim as xk

PERSON = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
REPEATS, SEED = 200, 1


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


def covered(
    case: Case, *, repeats: int = REPEATS, seed: int = SEED, posterior: bool = False
) -> dict[str, list[bool]]:
    """Return for each free parameter which of the intervals hold the truth.

    Parameters
    ----------
    case : Case
    repeats, seed : int
        People, and which.
    posterior : bool
        Whether intervals are drawn from the posterior, not to first order.
    """
    plan, parameters = xk.parse_schedule(case.plan), xk.load_parameters()
    people = xk.Population(PERSON, n=repeats, seed=seed, vary=case.free)
    solution = xk.simulate(plan, people, exerkines=case.exerkines)
    table = xk.observed(solution, times_h=case.times_h, exerkines=case.exerkines, seed=seed)
    factors = people.factors(parameters)
    held: dict[str, list[bool]] = {name: [] for name in case.free}
    for member in range(repeats):
        samples = table[table["member"] == member].assign(member=0)
        found = xk.fit(samples, plan, PERSON, free=case.free, starts=1, seed=member, posterior=posterior)
        for one in found.estimates:
            truth = parameters[one.name].value * factors[one.name][member]
            held[one.name].append(bool(one.low <= truth <= one.high))
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
    studies = {"to first order": (RUN_AND_RIDE, options.repeats, False)}
    if options.posterior > 0:
        studies["of the posterior"] = (RUN, options.posterior, True)
    told = {}
    for kind, (case, repeats, posterior) in studies.items():
        begin = time.perf_counter()
        found = shares(covered(case, repeats=repeats, seed=options.seed, posterior=posterior))
        told[kind] = {"people": repeats, "seconds": round(time.perf_counter() - begin, 1), "held": found}
    print(json.dumps(told, indent=1)) if options.json else show(told)


def show(told: Mapping[str, Any]) -> None:
    """Print the shares as tables."""
    for kind, one in told.items():
        print(f"95 % intervals {kind} that hold the truth, {one['people']} people, {one['seconds']} s")
        for name, share in one["held"].items():
            print(f"  {name:20}{share:8.1%}")


if __name__ == "__main__":
    main()
