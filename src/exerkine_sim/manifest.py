"""How a result came about: enough to run it again."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from . import __version__
from .model import Model
from .parameters import ParameterSet
from .schedule import Schedule, Session
from .subject import Population, Subject
from .subject.population import PREFIX, Spread
from .uncertainty import load_posterior, priors_of

FORMAT = 3
ON_FOOT = {"walk", "run"}
# Bases that mean what they say; others are read through parameters of `params/intensity.toml`.
AS_SAID = {"vo2max_percent", "watt", "watt_per_kg", "ftp_percent", "one_rm_percent", "kg"}


def manifest_of(
    model: Model,
    parameters: ParameterSet,
    members: Sequence[tuple[Schedule, Subject]],
    *,
    settings: dict[str, Any],
    population: Population | None = None,
    varied: Mapping[str, Spread] | None = None,
) -> dict[str, Any]:
    """Return everything needed to run a simulation again, ready for JSON.

    Plans and people that members share are stored once; ``members`` points to them by position. Of a
    Population, `members` is the one pair of plan and person in the middle; ``population``, with the cohort if
    they are of one, and that person draw all others again, ``varied`` says what differs between them, how
    much and on what basis, and ``uncertain`` what follows from draws of the numbers of the equations. Of the
    numbers behind it all, ``values`` holds value and unit; a model that is not the shipped one has no
    ``recipe``.
    """
    varied = {} if varied is None else varied
    plans = list({id(plan): plan for plan, _ in members}.values())
    people = list({id(person): person for _, person in members}.values())
    place = {id(one): i for group in (plans, people) for i, one in enumerate(group)}
    used = _used(model, parameters, plans) | _spreads(varied) | _norms(population, parameters)
    return {
        "format": FORMAT,
        "exerkine_sim": __version__,
        "python": platform.python_version(),
        "libraries": _libraries(),
        "platform": _platform(),
        "settings": settings,
        "seed": None if population is None else population.seed,
        "population": None if population is None else population.recipe(),
        "varied": {name: spread._asdict() for name, spread in varied.items()},
        "uncertain": uncertain_in(population, model, parameters),
        "model": {
            "digest": model.digest(),
            "modules": list(model.modules),
            "rhythms": list(model.rhythms),
            "recipe": model.recipe,
        },
        "parameters": {
            "digest": parameters.digest(),
            "sources": _sources(used, parameters),
            "values": {name: [parameters[name].value, parameters[name].unit] for name in sorted(used)},
        },
        "plans": [plan.to_toml() for plan in plans],
        "subjects": [person.to_toml() for person in people],
        "sessions": [sessions_of(plan) for plan in plans],
        "members": [{"plan": place[id(plan)], "subject": place[id(person)]} for plan, person in members]
        * (1 if population is None else population.n),
        "estimated": [list(person.estimated) for person in people],
    }


@cache
def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("numpy", "scipy", "sympy", "llvmlite", "xarray")}


@cache
def _platform() -> dict[str, str]:
    """Return what bits may depend on beside versions; nothing that tells one machine from another."""
    from .engine.kernel.machine import processor

    libc = " ".join(platform.libc_ver())
    return {"system": platform.system(), "machine": platform.machine(), "libc": libc, **processor()}


def uncertain_in(
    population: Population | None, model: Model, parameters: ParameterSet
) -> dict[str, Any] | None:
    """Return what draws of uncertain numbers follow from; None where none are drawn.

    ``drawn`` counts them, ``fixed`` says of each number that is not drawn why; ``priors`` and ``posterior``
    are hashes of what is believed before the trials and of what the shipped calibration leaves uncertain.
    """
    if population is None or not population.uncertain:
        return None
    drawn, fixed = priors_of(model.parameters, parameters)
    fixed |= dict.fromkeys(sorted(_timed(model, parameters)), "a rhythm's numbers are not drawn")
    priors = sha256(repr(sorted(drawn.items())).encode()).hexdigest()
    return {"drawn": len(drawn), "fixed": fixed, "priors": priors, "posterior": load_posterior().digest()}


def sessions_of(plan: Schedule) -> list[dict[str, Any]]:
    """Return name, start and end (h) of each session; one without a name goes by what it consists of.

    Examples
    --------
    >>> from exerkine_sim.schedule import parse_schedule
    >>> sessions_of(parse_schedule("Mon 07:00 run 60m 70% VO2max"))
    [{'name': 'run', 'start_h': 7.0, 'end_h': 8.0}]
    """
    return [
        {"name": session.name or _modes(session), "start_h": session.start_h, "end_h": session.end_h}
        for session in plan.sessions
    ]


def _modes(session: Session) -> str:
    """Return what an unnamed session consists of, for example ``squat, bench press``."""
    names = dict.fromkeys(bout.mode.replace("_", " ") for bout in session.bouts)
    return ", ".join(names)


def _sources(names: set[str], parameters: ParameterSet) -> dict[str, list[str]]:
    """Return what each bibliography key backs: key to parameter names."""
    backed: dict[str, list[str]] = {}
    for name in sorted(names):
        backed.setdefault(parameters[name].source.key, []).append(name)
    return dict(sorted(backed.items()))


def _spreads(varied: Mapping[str, Spread]) -> set[str]:
    """Return the parameters that say how much people differ; what a user gave has none."""
    return {f"{PREFIX}{name}" for name, spread in varied.items() if spread.basis != "given"}


def _norms(population: Population | None, parameters: ParameterSet) -> set[str]:
    """Return the parameters that the people of a cohort are drawn by."""
    drawn = population is not None and population.cohort is not None
    return {name for name in parameters if drawn and name.startswith("cohort.")}


def _used(model: Model, parameters: ParameterSet, plans: Sequence[Schedule]) -> set[str]:
    """Return the parameters behind equations, person and stimulus, and those of modes and rhythms in use."""
    bouts = [bout for plan in plans for session in plan.sessions for bout in session.bouts]
    modes = {bout.mode for bout in bouts}
    modes |= ON_FOOT if modes & ON_FOOT else set()  # who runs slowly walks
    own = ("subject.", "stimulus.", "modes.cycle.")
    own += () if all(bout.intensity.basis in AS_SAID for bout in bouts) else ("intensity.",)
    always = [name for name in parameters if name.startswith(own)]
    moved = [
        name for name in parameters if name.startswith(("modes.", "lifts.")) and name.split(".")[1] in modes
    ]
    return {*model.parameters, *always, *moved, *_timed(model, parameters)}


def _timed(model: Model, parameters: ParameterSet) -> set[str]:
    """Return the parameters of the rhythms that a clock drives; none where no clock runs."""
    return {
        name for name in parameters if name.startswith("rhythms.") and name.split(".")[1] in model.rhythms
    }
