"""What a Solution is about: the plan and the person, as its manifest keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..files import parse_toml
from ..subject import Cohort

if TYPE_CHECKING:
    from ..solution import Solution

FORMS: Mapping[str, str] = {
    "sex": "{}",
    "age_y": "{:g} y",
    "body_mass_kg": "{:g} kg",
    "height_m": "{:g} m",
    "vo2max_ml_kg_min": "VO2max {:g} mL/kg/min",
    "training": "{}",
}


def heading(solution: Solution) -> str:
    """Return plan and person in one line, or how many of each."""
    plans, people = (shared(solution, kind) for kind in ("plan", "subject"))
    members = len(solution.manifest["members"])
    plan = "several plans" if plans is None else str(plans.get("name", ""))
    person = f"{members} people" if people is None else person_text(people)
    if solution.manifest.get("population") is not None:
        person = cohort_text(solution) or f"{members} people like: {person}"
    return " · ".join(filter(None, [plan, person]))


def cohort_text(solution: Solution) -> str:
    """Say of whom people were drawn; nothing where they are like one person."""
    cohort = (solution.manifest.get("population") or {}).get("cohort")
    if cohort is None:
        return ""
    return f"{len(solution.status)} people: {Cohort.from_table(cohort).describe()}"


def people_text(solution: Solution) -> str:
    """Say whose curve is drawn: one person's, or the median of how many."""
    members, whole = len(solution.status), solution.status.count("ok")
    if members == 1:
        return "one person"
    noun = "members" if solution.manifest.get("population") is None else "people"
    return f"median of {whole} {noun}" + (f", {members - whole} failed" if whole < members else "")


def spread_text(solution: Solution) -> str:
    """Say what makes the people of a Population differ, and how much of that is only assumed."""
    bases = [str(spread["basis"]) for spread in solution.manifest["varied"].values()]
    counts = {
        "by published spreads": sum(basis in ("measured", "fitted", "derived") for basis in bases),
        "by assumption": bases.count("assumed"),
        "as asked for": bases.count("given"),
    }
    shares = ", ".join(f"{count} {basis}" for basis, count in counts.items() if count)
    told = f"{len(bases)} quantities differ between people" + (f": {shares}" if shares else "")
    uncertain = solution.manifest.get("uncertain")
    if uncertain is None:
        return told
    fixed = len(uncertain["fixed"])
    return f"{told}; {uncertain['drawn']} uncertain numbers are drawn too, {fixed} without a spread are not"


def person_text(subject: Mapping[str, Any]) -> str:
    """Return the main fields of a Subject file in one line; absent ones are left out.

    Examples
    --------
    >>> person_text({"sex": "female", "age_y": 34, "body_mass_kg": 62, "vo2max_ml_kg_min": 48})
    'female, 34 y, 62 kg, VO2max 48 mL/kg/min'
    """
    return ", ".join(form.format(subject[name]) for name, form in FORMS.items() if name in subject)


def shared(solution: Solution, kind: str) -> dict[str, Any] | None:
    """Return the content of the one ``"plan"`` or ``"subject"`` of all members; None when they differ."""
    used = {member[kind] for member in solution.manifest["members"]}
    return _read(solution.manifest[f"{kind}s"][used.pop()]) if len(used) == 1 else None


def shared_sessions(solution: Solution) -> list[dict[str, Any]]:
    """Return name, start_h and end_h of the sessions of the one plan; none when members follow several."""
    if shared(solution, "plan") is None:
        return []
    return solution.manifest["sessions"][solution.manifest["members"][0]["plan"]]


@lru_cache(maxsize=4)
def _read(text: str) -> dict[str, Any]:
    """Return the content of a TOML text; kept, because every panel asks again."""
    return parse_toml(text, error=InputError)
