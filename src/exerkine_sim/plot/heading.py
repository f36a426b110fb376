"""What a Solution is about: the plan's name and the person, in a few words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..solution import Solution

UNNAMED = "unnamed plan"


def plan_name(solution: Solution, *, member: int = 0) -> str:
    """Return the name of a member's plan."""
    plan = solution.manifest["plans"][solution.manifest["members"][member]["plan"]]
    return str(tomllib.loads(plan).get("name") or UNNAMED)


def person(solution: Solution, *, member: int = 0) -> str:
    """Return a member in one line: sex, age, mass, fitness, training."""
    subject = solution.manifest["subjects"][solution.manifest["members"][member]["subject"]]
    return person_text(tomllib.loads(subject))


def person_text(subject: Mapping[str, Any]) -> str:
    """Return the fields of a Subject file in one line; absent ones are left out.

    Examples
    --------
    >>> person_text({"sex": "female", "age_y": 34, "body_mass_kg": 62, "vo2max_ml_kg_min": 48})
    'female, 34 y, 62 kg, VO2max 48 mL/kg/min'
    """
    shown = {
        "sex": "{}",
        "age_y": "{:g} y",
        "body_mass_kg": "{:g} kg",
        "height_m": "{:g} m",
        "vo2max_ml_kg_min": "VO2max {:g} mL/kg/min",
        "training": "{}",
    }
    return ", ".join(form.format(subject[name]) for name, form in shown.items() if name in subject)


def heading(solution: Solution) -> str:
    """Return plan and person, or how many of each."""
    members = solution.manifest["members"]
    plans, people = ({member[kind] for member in members} for kind in ("plan", "subject"))
    plan = plan_name(solution) if len(plans) == 1 else f"{len(plans)} plans"
    return f"{plan} · {person(solution) if len(people) == 1 else f'{len(people)} people'}"
