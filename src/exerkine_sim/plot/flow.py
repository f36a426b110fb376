"""What flows between organs: release of each tissue above rest, and receptors taken at each target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..effects import EFFECTS, effects
from ..errors import InputError
from ..fluxes import circulating_pool, model_of
from .choice import OVERVIEW, without_site

if TYPE_CHECKING:
    from ..solution import Solution

MOST = 14  # molecules that can be told apart
LEAST_RISE = 1e-3  # of the resting rate: less is rounding
INNER = ("plasma", "free", "tissue")  # between pools of one molecule: nothing comes from an organ
TARGETS = {"liver and muscle": ("liver", "muscle")}
Link = tuple[str, str]  # molecule and tissue


@dataclass(frozen=True)
class Flow:
    """What flows over time, each as shape (n_times,) and from 0 to 1.

    Parameters
    ----------
    exerkines : tuple of str
    released : mapping of (exerkine, tissue) to ndarray
        Release above rest, over the most that all tissues together release of that molecule in the run.
    taken : mapping of (exerkine, tissue) to ndarray
        Share taken of the receptors that are free at rest.
    """

    exerkines: tuple[str, ...]
    released: Mapping[Link, np.ndarray]
    taken: Mapping[Link, np.ndarray]


def flow_of(solution: Solution, exerkines: Sequence[str] | None, *, member: int = 0) -> Flow:
    """Return what flows between the organs of one member.

    Raises
    ------
    InputError
        For an unknown molecule, one without release terms, too many of them, or a solution without states.
    """
    names = _chosen(solution, exerkines)
    return Flow(names, _released(solution, names, member), _taken(solution, names, member))


def _chosen(solution: Solution, exerkines: Sequence[str] | None) -> tuple[str, ...]:
    if exerkines is None:
        return tuple(name for group in OVERVIEW for name in group if name in solution.exerkines)
    names = tuple(dict.fromkeys([exerkines] if isinstance(exerkines, str) else exerkines))
    if not 1 <= len(names) <= MOST:
        raise InputError(
            f"{len(names)} molecules",
            expected=f"1 to {MOST}, which can be told apart",
            fix="name some of them",
        )
    return tuple(without_site(name) for name in names)


def _released(solution: Solution, names: Sequence[str], member: int) -> dict[Link, np.ndarray]:
    found: dict[Link, np.ndarray] = {}
    model, every = model_of(solution), solution.fluxes(member=member)
    for name in names:
        solution.sites(name)  # raises for an unknown molecule
        released = (every["pool"] == circulating_pool(model, name)) & (every["kind"] == "release")
        terms = every.isel(term=np.flatnonzero(released))
        above: dict[Link, np.ndarray] = {}
        for tissue, rise in zip(terms["tissue"].values, (terms - terms["at_rest"]).values, strict=True):
            if tissue not in INNER:
                above[name, str(tissue)] = above.get((name, str(tissue)), 0.0) + rise
        above = {link: np.maximum(rise, 0.0) for link, rise in above.items()}
        most = float(sum(above.values(), np.zeros(len(solution.times_h))).max())
        scale = 1 / most if most > LEAST_RISE * float(terms["at_rest"].sum()) else 0.0
        found |= {link: rise * scale for link, rise in above.items() if link[1] != "infusion" or rise.any()}
    return found


def _taken(solution: Solution, names: Sequence[str], member: int) -> dict[Link, np.ndarray]:
    """Return what acts at a distance; what muscle does to itself stays within it."""
    from ..parameters import load_parameters

    links = [
        (term.exerkine, tissue)
        for effect in EFFECTS
        for term in effect.terms
        if term.site == "plasma" and term.exerkine in names
        for tissue in TARGETS.get(effect.tissue, (effect.tissue,))
    ]
    if not links:
        return {}
    rest = load_parameters()["effects.rest_occupancy"].to("1")
    found = effects(solution).isel(member=member)
    plasma = found["taken"].isel(term=np.flatnonzero(found["site"].values == "plasma"))
    share = dict(zip(plasma["exerkine"].values.tolist(), plasma.values.T, strict=True))
    free = {name: np.maximum((one - rest) / (1 - rest), 0.0) for name, one in share.items()}
    return {link: free[link[0]] for link in dict.fromkeys(links) if link[0] in free}
