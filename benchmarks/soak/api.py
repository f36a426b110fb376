"""Runs through Python: each draws what it is given, holds what comes back to its promises, and digests it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd

import exerkine_sim as xk
from exerkine_sim.errors import ExerkineError
from exerkine_sim.physiology import default_model
from exerkine_sim.sweeps import Factor, Outputs, Range, Sampling

from . import draw as drawn
from .checks import against_reference, digest, must, sound, sound_table
from .job import Job, Outcome, Worker

FIGURES: dict[str, Callable[[xk.Solution, Random], object]] = {
    "overview": lambda solution, _: xk.plot.overview(solution),
    "timecourse": lambda solution, draw: xk.plot.timecourse(solution, draw.sample(drawn.MOLECULES, 3)),
    "heat": lambda solution, _: xk.plot.heat(solution),
    "peaks": lambda solution, _: xk.plot.peaks(solution),
    "fluxes": lambda solution, draw: xk.plot.fluxes(solution, draw.choice(drawn.MOLECULES[:4])),
    "phase": lambda solution, draw: xk.plot.phase(solution, *draw.sample(drawn.MOLECULES, 2)),
    "organs": lambda solution, draw: xk.plot.organs(solution, draw.uniform(6, 20)),
}
RECORDINGS = Path(__file__).parents[2] / "tests" / "data"
READ = ("ride.fit", "ride.tcx", "ride.gpx", "run.gpx", "workout.fit", "run.zwo", "ramps.mrc", "run.icu.txt")


def simulated(draw: Random, size: str | None = None) -> xk.Solution:
    """Return the Solution of a random plan in a random person; sometimes with other equations."""
    plan, person = xk.parse_schedule(drawn.plan(draw, size)), drawn.subject(draw)
    clock, held = draw.random() < 0.1, draw.choice(drawn.HELD)
    model = default_model(held=[held]) if held is not None and not clock else None
    return xk.simulate(plan, person, model=model, clock=clock)


def simulate(draw: Random, _: Path) -> Outcome:
    return Outcome(sound(simulated(draw)))


def other_models(draw: Random, _: Path) -> Outcome:
    """Every set of equations that `simulate` may draw, once: each is compiled."""
    plan, person = xk.parse_schedule(drawn.plan(draw, drawn.SHORT)), drawn.subject(draw)
    models = [default_model(held=[one]) for one in drawn.HELD if one is not None]
    models += [default_model(clock=True)]
    return Outcome(
        digest(*(sound(xk.simulate(plan, person, model=one, clock=bool(one.rhythms))) for one in models))
    )


def reference(draw: Random, _: Path) -> Outcome:
    """What every hundredth run is: the same, and held against the reference engine."""
    plan, person = xk.parse_schedule(drawn.plan(draw, drawn.SHORT)), drawn.subject(draw)
    solution = xk.simulate(plan, person)
    return Outcome(sound(solution), difference=against_reference(solution, plan, person))


def batch(draw: Random, _: Path) -> Outcome:
    """Some people together; each as alone, to the last bit."""
    people = [drawn.subject(draw) for _ in range(draw.randint(2, 6))]
    plans = [xk.parse_schedule(drawn.plan(draw, drawn.SHORT)) for _ in people]
    end_h = max(plan.end_h for plan in plans) + 12
    times, at = np.linspace(0, end_h, 200), draw.randrange(len(people))
    together = xk.simulate(plans, people, times_h=times, end_h=end_h)
    alone = xk.simulate(plans[at], people[at], times_h=times, end_h=end_h)
    same = digest(together.arrays["state"][at]) == digest(alone.arrays["state"][0])
    must(same, f"member {at} is another in company than alone")
    return Outcome(sound(together))


def population(draw: Random, _: Path) -> Outcome:
    people = xk.Population(
        drawn.subject(draw), n=draw.randint(2, 40), seed=draw.randrange(1000), uncertain=draw.random() < 0.3
    )
    plan, names = xk.parse_schedule(drawn.plan(draw, drawn.SHORT)), draw.sample(drawn.MOLECULES, 3)
    return Outcome(sound(xk.simulate(plan, people, exerkines=names)))


def measure(draw: Random, _: Path) -> Outcome:
    people = xk.Population(drawn.subject(draw), n=draw.randint(2, 60), seed=draw.randrange(1000))
    plan, per = xk.parse_schedule(drawn.plan(draw)), draw.choice(("session", "stretch", "block"))
    names = draw.sample(drawn.MOLECULES, 2)
    return Outcome(sound_table(pd.concat(xk.measure(plan, people, exerkines=names, per=per, above_fold=1.5))))


def compare(draw: Random, _: Path) -> Outcome:
    plans = [xk.parse_schedule(drawn.plan(draw, drawn.SHORT)) for _ in range(2)]
    table = xk.compare(plans, xk.Population(drawn.subject(draw), n=20, seed=draw.randrange(1000))).table
    return Outcome(sound_table(table))


def read_off(draw: Random, _: Path) -> Outcome:
    """Metrics, reasons and fluxes of a Solution."""
    solution, name = simulated(draw, drawn.SHORT), draw.choice(drawn.MOLECULES[:4])
    why = solution.explain(name, at_h=draw.uniform(1.0, float(solution.times_h[-1])))
    fluxes = solution.fluxes(name).to_numpy()
    must(bool(np.isfinite(fluxes).all()), "a flux that is not finite")
    return Outcome(digest(sound(solution), sound_table(solution.metrics()), why.terms, fluxes))


def told(draw: Random, _: Path) -> Outcome:
    """What a molecule is made of, and what a run rests on."""
    solution = simulated(draw, drawn.SHORT)
    name = draw.choice(drawn.MOLECULES)
    return Outcome(digest(repr(xk.dossier(name)), repr(xk.cite(solution)), sound(solution)))


def figure(draw: Random, folder: Path) -> Outcome:
    solution = xk.simulate(xk.parse_schedule(drawn.plan(draw, drawn.SHORT)), drawn.subject(draw))
    shown = FIGURES[draw.choice(list(FIGURES))](solution, draw)
    path = folder / f"figure{draw.choice(('.png', '.svg'))}"
    xk.plot.save(shown, path, dark=draw.random() < 0.3)  # type: ignore[arg-type]
    return Outcome(digest(path.read_bytes()))


def keep(draw: Random, folder: Path) -> Outcome:
    """Write and read again: the same numbers."""
    solution = simulated(draw, drawn.SHORT)
    kept = xk.load_solution(solution.save(folder / "solution.nc"))
    must(sound(kept) == sound(solution), "a Solution that was written reads back as another")
    return Outcome(sound(kept))


def training_file(draw: Random, _: Path) -> Outcome:
    plan = xk.load_schedule(RECORDINGS / draw.choice(READ))
    again = xk.parse_schedule(plan.describe())
    return Outcome(digest(plan.to_toml(), sound(xk.simulate(again, drawn.subject(draw)))))


def block(draw: Random, _: Path) -> Outcome:
    names = ("couch-to-5k", "hiit", "polarised", "threshold", "beginner-strength", "wave-531")
    plan = xk.transform.excerpt(xk.load_block(draw.choice(names)), 1, draw.randint(1, 4))
    plan = xk.transform.miss(plan, draw.uniform(0, 0.3), seed=draw.randrange(100))
    return Outcome(sound(xk.simulate(plan, drawn.subject(draw), exerkines=draw.sample(drawn.MOLECULES, 4))))


def sweep(draw: Random, folder: Path) -> Outcome:
    design = xk.Design(
        xk.parse_schedule(drawn.plan(draw, drawn.SHORT)),
        drawn.subject(draw),
        factors=[
            Factor("il6.clearance", Range(0.6, 1.5, scale="log"), "L/min"),
            Factor("plan.duration", Range(0.8, 1.2)),
        ],
        sampling=Sampling("sobol", n=draw.choice((4, 8, 16)), seed=draw.randrange(100)),
        outputs=Outputs(exerkines=("il6", "lactate"), metrics=("c_max", "auc")),
    )
    return Outcome(sound_table(pd.concat(xk.sweep(design, out=folder / "sweep.zarr").table())))


def bad(draw: Random, _: Path) -> Outcome:
    """Something that may not be: a clear error, or a right answer."""
    text, about = drawn.spoilt(draw, drawn.plan(draw)), drawn.person(draw)
    if draw.random() < 0.3:
        about[draw.choice(list(about))] = draw.choice((None, -1, float("nan"), "many", 1e300, {}))
    try:
        plan, person = xk.parse_schedule(text), xk.Subject(**about)
        must(plan.end_h < 24 * 400, f"a spoilt plan of {plan.end_h} h")
        return Outcome(
            sound(xk.simulate(plan, person, end_h=min(plan.end_h, 100.0) if plan.end_h < 100 else None))
        )
    except ExerkineError as error:
        must(len(str(error).splitlines()) > 1, f"an error that does not help: {error}")
        return Outcome(digest(str(error)), refused=True)


JOBS = (
    *(Job(30, simulate), Job(5, batch), Job(5, population), Job(6, measure), Job(3, compare)),
    *(Job(8, read_off), Job(2, told), Job(2, figure), Job(5, keep), Job(5, training_file)),
    *(Job(2, block), Job(1, sweep), Job(12, bad), Job(0, other_models)),
)
WORKER = Worker("api", JOBS, reference)
