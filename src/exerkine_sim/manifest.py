"""How a result came about: enough to run it again."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from . import __version__
from .model import Model
from .parameters import ParameterSet
from .schedule import Schedule, Session
from .subject import Subject

FORMAT = 1


def manifest_of(
    model: Model,
    parameters: ParameterSet,
    members: Sequence[tuple[Schedule, Subject]],
    settings: dict[str, float],
) -> dict[str, Any]:
    """Return everything needed to run a simulation again, ready for JSON.

    Plans and people that members share are stored once; ``members`` points to them by position.
    """
    plans = list({id(plan): plan for plan, _ in members}.values())
    people = list({id(person): person for _, person in members}.values())
    place = {id(one): i for group in (plans, people) for i, one in enumerate(group)}
    return {
        "format": FORMAT,
        "exerkine_sim": __version__,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("numpy", "scipy", "sympy", "xarray")},
        "engine": "reference",
        "settings": settings,
        "seed": None,
        "model": {"digest": model.digest(), "modules": list(model.modules)},
        "parameters": {
            "digest": parameters.digest(),
            "sources": _sources(_used(model, parameters, plans), parameters),
        },
        "plans": [plan.to_toml() for plan in plans],
        "subjects": [person.to_toml() for person in people],
        "members": [
            {"plan": place[id(plan)], "subject": place[id(person)], "sessions": _sessions(plan)}
            for plan, person in members
        ],
        "estimated": [list(person.estimated) for person in people],
    }


def _sessions(plan: Schedule) -> list[dict[str, Any]]:
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


def _used(model: Model, parameters: ParameterSet, plans: Sequence[Schedule]) -> set[str]:
    """Return the parameters behind equations, person and stimulus, and those of the modes in the plans."""
    modes = {bout.mode for plan in plans for session in plan.sessions for bout in session.bouts}
    always = [name for name in parameters if name.startswith(("subject.", "stimulus.", "modes.cycle."))]
    moved = [
        name for name in parameters if name.startswith(("modes.", "lifts.")) and name.split(".")[1] in modes
    ]
    return {*model.parameters, *always, *moved}
