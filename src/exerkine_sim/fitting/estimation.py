"""The one verb: measurements of a person and the plan that was followed in, the person's parameters out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..model import Model
from ..parameters import ParameterSet, load_parameters
from ..sampling import Sample, curing
from ..schedule import Schedule
from ..simulate import model_for
from ..subject import Subject
from ..subject.population import MAX_SEED, whole_number
from .belief import beliefs_of
from .file import manifest_of_problem
from .identify import identify
from .measurements import read_measurements
from .person import PersonProblem
from .posterior import MOST_STEPS, sample
from .result import Fit
from .search import covariance_of, search

if TYPE_CHECKING:
    import pandas as pd

MAX_STARTS, MAX_DRAWS = 100, 4000
ROUGH = 1e-6  # tolerance of the solver that is good enough to draw with


def fit(
    measurements: str | Path | pd.DataFrame,
    schedule: Schedule,
    subject: Subject,
    *,
    free: Sequence[str],
    spreads: Mapping[str, float] | None = None,
    prior: bool = True,
    starts: int = 3,
    seed: int = 0,
    posterior: bool = False,
    most_steps: int = MOST_STEPS,
    first_day: date | None = None,
    parameters: ParameterSet | None = None,
    model: Model | None = None,
    checkpoint: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Fit:
    """Fit parameters of a person to what was measured while a plan was followed.

    Parameters
    ----------
    measurements : path or pandas.DataFrame
        One sample a row: ``time``, ``exerkine``, ``value``, ``unit``, and if wanted ``site``,
        ``cv_percent`` and ``below``; see :func:`exerkine_sim.fitting.read_measurements`.
    schedule, subject : Schedule, Subject
        What was done, and by whom.
    free : sequence of str
        Parameters of the equations; a pattern such as ``il6.*`` means those of them that are known to
        differ between people. All others keep their shipped values.
    spreads : mapping of str to float, optional
        How much people differ, as standard deviation of the natural logarithm, where it is not to be that of
        ``params/variability.toml``; without either the parameter's own published spread counts.
    prior : bool
        Whether parameters are pulled towards the shipped values, as strongly as people are alike.
    starts, seed : int
        Searches, the first from the shipped values; seed of all that is drawn.
    posterior : bool
        Whether intervals come from draws of the posterior, until these agree; else to first order.
    most_steps : int
        Of the posterior's walkers.
    first_day : date, optional
        Of the schedule's first day, where times are dated.
    parameters, model : ParameterSet, Model, optional
        The shipped ones when left out.
    checkpoint : path, optional
        Where the posterior is kept while it is drawn, and gone on with.
    progress : callable, optional
        Called with how far it is, in words.

    Returns
    -------
    Fit

    Raises
    ------
    InputError
        For measurements, names or settings that cannot be used.
    IdentifiabilityError
        When the measurements cannot tell what is asked for.
    ConvergenceError
        When the posterior is not known after so many steps.

    Examples
    --------
    Six samples of IL-6 about a run, as a laboratory would have found them in somebody:

    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> plan = xk.parse_schedule("Mon 08:00 run 1h 75% VO2max")
    >>> someone = xk.simulate(plan, xk.Population(subject, n=1, seed=4))
    >>> samples = xk.observed(someone, times_h=[7.5, 8.5, 9, 10, 11, 13], exerkines="il6", seed=4)
    >>> found = fit(samples, plan, subject, free=["il6.synthesis"])
    >>> synthesis = found.estimates[0]
    >>> synthesis.low < synthesis.value < synthesis.high, synthesis.basis
    (True, 'people, derived')
    """
    parameters = load_parameters() if parameters is None else parameters
    model = model_for([schedule]) if model is None else model
    starts = whole_number("starts", starts, low=1, high=MAX_STARTS)
    seed = whole_number("seed", seed, low=0, high=MAX_SEED)
    if isinstance(free, str) or not isinstance(subject, Subject):
        raise InputError("a single name, or no Subject", expected="free=[names], one Subject", field="free")
    samples = read_measurements(
        measurements, schedule, model=model, parameters=parameters, first_day=first_day
    )
    beliefs = beliefs_of(free, parameters=parameters, model=model, spreads=spreads)
    problem = PersonProblem(beliefs, samples, schedule, subject, parameters, model)
    found = search(problem, prior=prior, starts=starts, seed=seed, progress=progress)
    _check_told(problem, found.x)
    covariance_of(found.slopes, prior=prior)  # refuses what has none
    settings = {
        "free": problem.names,
        "prior": prior,
        "starts": starts,
        "seed": seed,
        "posterior": posterior,
    }
    result = Fit(problem, found.x, found.slopes, found.costs, found.message, settings)
    if not posterior:
        return result
    return _sampled(result, most_steps=most_steps, checkpoint=checkpoint, progress=progress)


def _check_told(problem: PersonProblem, x: np.ndarray) -> None:
    """Refuse what the samples do not tell, and name the sample that would."""
    widths = {belief.prior.name: belief.prior.sigma for belief in problem.beliefs}
    cure = curing(
        problem.schedule,
        problem.subject,
        to=widths,
        measured=[Sample(one.exerkine, one.site, one.time_h) for one in problem.samples],
        parameters=problem.parameters,
        model=problem.model,
    )
    identify(problem, x, cure=cure, widths=list(widths.values()))


def _sampled(
    fitted: Fit,
    *,
    most_steps: int,
    checkpoint: str | Path | None,
    progress: Callable[[str], None] | None,
) -> Fit:
    """Return a fit with draws of its posterior."""
    drawn = sample(
        replace(fitted.problem, tolerance=ROUGH),
        about=fitted.x,
        covariance=fitted.covariance,
        prior=bool(fitted.settings["prior"]),
        seed=int(fitted.settings["seed"]),
        most_steps=most_steps,
        checkpoint=checkpoint,
        key=digest_of(fitted.problem, dict(fitted.settings)),
        progress=progress,
    )
    drawn.check()
    every = max(1, -(-len(drawn.kept) // MAX_DRAWS))
    return replace(fitted, draws=drawn.kept[::every], posterior=drawn)


def digest_of(problem: PersonProblem, settings: dict[str, Any]) -> str:
    """Return a hash of all that a fit follows from."""
    told = {
        "beliefs": [asdict(one.prior) for one in problem.beliefs],
        "samples": [asdict(one) for one in problem.samples],
        "manifest": manifest_of_problem(problem, settings),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
