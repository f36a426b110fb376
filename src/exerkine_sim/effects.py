"""What exerkines ask of their targets: how full receptors are, and indices of what that drives.

With f the fold of a molecule over rest where it acts, and o the share of its receptors that is taken at rest,

    taken   = o f / (1 - o + o f)
    answer  = taken / o - 1 = (f - 1) (1 - o) / (1 + o (f - 1))
    index   = sum of the answers, each with its sign

An index is 0 at rest. It has no unit, compares a person with their own rest, and is never a clinical
prediction: no trial has measured one. What is known is that the molecule acts on the target; the grade is the
worst of the molecules' evidence and the effect's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from .errors import InputError, nearest

if TYPE_CHECKING:
    from .parameters import ParameterSet
    from .solution import Solution

GRADES = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Term:
    """A molecule that acts on a target, where it meets it, and which way it drives: 1 or -1."""

    exerkine: str
    site: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Effect:
    """An index: what it stands for, at which tissue, and what makes it.

    Parameters
    ----------
    name, tissue : str
    reach : str
        ``autocrine``, ``paracrine`` or ``endocrine``: how far the molecules come.
    meaning : str
        What a positive value says.
    grade : str
        Evidence that the molecules do this in people.
    terms : tuple of Term
    """

    name: str
    tissue: str
    reach: str
    meaning: str
    grade: str
    terms: tuple[Term, ...]


EFFECTS = (
    Effect(
        "anti_inflammatory_balance",
        "immune cells",
        "endocrine",
        "IL-10 and IL-1ra outweigh IL-6",
        "medium",
        (Term("il10", "plasma"), Term("il1ra", "plasma"), Term("il6", "plasma", -1)),
    ),
    Effect(
        "lipolysis_drive",
        "adipose",
        "endocrine",
        "IL-6 asks fat for fatty acids",
        "medium",
        (Term("il6", "plasma"),),
    ),
    *(
        Effect(
            f"synthesis_drive_{region}",
            f"muscle {region}",
            "autocrine",
            "local IGF-1 outweighs myostatin: building over breaking down",
            "medium",
            (
                Term("igf1", f"muscle_mrna_{region}"),
                Term("myostatin", f"muscle_mrna_{region}", -1),
            ),
        )
        for region in ("lower", "upper")
    ),
    Effect(
        "browning_drive",
        "adipose",
        "endocrine",
        "irisin asks fat to burn",
        "low",
        (Term("irisin", "plasma"),),
    ),
    Effect(
        "neurotrophic_drive",
        "brain",
        "endocrine",
        "BDNF that the brain and platelets release stands for what nerve cells see",
        "low",
        (Term("bdnf", "plasma"),),
    ),
    Effect(
        "insulin_sensitivity_drive",
        "liver and muscle",
        "endocrine",
        "FGF21 and adiponectin ask for better use of insulin",
        "low",
        (Term("fgf21", "plasma"), Term("adiponectin", "plasma")),
    ),
)


def effects(solution: Solution, *, parameters: ParameterSet | None = None) -> xr.Dataset:
    """Return effect indices and the receptor occupancies behind them.

    Parameters
    ----------
    solution : Solution
    parameters : ParameterSet, optional
        The shipped ones when left out; ``effects.rest_occupancy`` is used.

    Returns
    -------
    xarray.Dataset
        ``index`` (member, time, effect), 0 at rest; ``taken`` (member, time, term), the share of receptors.
        Coordinates ``tissue``, ``reach``, ``meaning``, ``grade`` (effect); ``exerkine``, ``site`` (term).
        An effect some molecule of which the solution does not hold is left out.

    Raises
    ------
    InputError
        When the solution holds the molecules of no effect.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max_ml_kg_min=45)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 07:00 run 90m 70% VO2max"), subject)
    >>> found = effects(solution)
    >>> bool(found["index"].sel(effect="lipolysis_drive").max() > 1)
    True
    """
    if parameters is None:
        from .parameters import load_parameters

        parameters = load_parameters()
    rest = parameters["effects.rest_occupancy"].to("1")
    chosen = [effect for effect in EFFECTS if all(_held(solution, term) for term in effect.terms)]
    if not chosen:
        raise InputError(
            "a solution without the molecules of any effect",
            expected="one that keeps all of them",
            fix=nearest("il6", solution.exerkines),
            field="solution",
        )
    terms = list(dict.fromkeys(Term(one.exerkine, one.site) for effect in chosen for one in effect.terms))
    folds = [np.asarray(solution.fold(term.exerkine, site=term.site)) for term in terms]
    taken = [rest * fold / (1 - rest + rest * fold) for fold in folds]
    place = {(term.exerkine, term.site): number for number, term in enumerate(terms)}
    index = [
        sum(term.sign * (taken[place[term.exerkine, term.site]] / rest - 1) for term in effect.terms)
        for effect in chosen
    ]
    about = {name: [getattr(effect, name) for effect in chosen] for name in ("tissue", "reach", "meaning")}
    return xr.Dataset(
        {
            "index": (("member", "time", "effect"), np.stack(index, axis=-1)),
            "taken": (("member", "time", "term"), np.stack(taken, axis=-1)),
        },
        coords={
            "member": solution.dataset["member"],
            "time": solution.dataset["time"],
            "effect": [effect.name for effect in chosen],
            "grade": ("effect", [_grade(solution, effect) for effect in chosen]),
            **{name: ("effect", values) for name, values in about.items()},
            "exerkine": ("term", [term.exerkine for term in terms]),
            "site": ("term", [term.site for term in terms]),
        },
    )


def _held(solution: Solution, term: Term) -> bool:
    return term.exerkine in solution.exerkines and term.site in solution.sites(term.exerkine)


def _grade(solution: Solution, effect: Effect) -> str:
    """Return the worst grade of what an effect rests on."""
    grades = [solution.concentration(term.exerkine).attrs["grade"] for term in effect.terms]
    return min([effect.grade, *grades], key=GRADES.index)
