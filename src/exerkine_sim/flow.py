"""What flows between organs: release of each tissue above rest, and receptors taken at each target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .effects import EFFECTS, effects
from .fluxes import CIRCULATION, circulating_pool, model_of

if TYPE_CHECKING:
    import xarray as xr

    from .solution import Solution

LEAST_RISE = 1e-3  # of the resting rate: less is rounding
INNER = ("plasma", "free", "tissue")  # between pools of one molecule: nothing comes from an organ
TARGETS = {"liver and muscle": ("liver", "muscle")}
Way = tuple[str, str]  # molecule and tissue


@dataclass(frozen=True)
class Flow:
    """What flows over time, each of shape (n_times,), shares from 0 to 1.

    Parameters
    ----------
    exerkines : tuple of str
    released : mapping of (exerkine, tissue) to ndarray
        Release above rest, over the most that all tissues together release of that molecule in the run.
    over_rest : mapping of (exerkine, tissue) to ndarray
        Release, over what the whole body releases at rest; from 0 up.
    taken : mapping of (exerkine, tissue) to ndarray
        Share taken of the receptors that are free at rest.
    occupied : mapping of (exerkine, tissue) to ndarray
        Share taken of all receptors.
    """

    exerkines: tuple[str, ...]
    released: Mapping[Way, np.ndarray]
    over_rest: Mapping[Way, np.ndarray]
    taken: Mapping[Way, np.ndarray]
    occupied: Mapping[Way, np.ndarray]


def flow_of(solution: Solution, exerkines: Sequence[str] | None = None, *, member: int = 0) -> Flow:
    """Return what flows between the organs of one member.

    Parameters
    ----------
    solution : Solution
    exerkines : sequence of str, optional
        All that circulate when left out.
    member : int

    Raises
    ------
    InputError
        For an unknown molecule, one without release terms, or a solution without states.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> flow = flow_of(xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject), ["il6"])
    >>> max(flow.released, key=lambda way: flow.released[way].max())
    ('il6', 'muscle lower')
    """
    every = solution.fluxes(member=member)
    if exerkines is None:
        held = set(every["exerkine"].values[np.isin(_sites(every), CIRCULATION)].tolist())
        names = tuple(name for name in solution.exerkines if name in held)
    else:
        names = tuple(exerkines)
    released, over_rest = _released(solution, every, names)
    taken, occupied = _taken(solution, names, member)
    return Flow(names, released, over_rest, taken, occupied)


def _released(
    solution: Solution, every: xr.DataArray, names: Sequence[str]
) -> tuple[dict[Way, np.ndarray], dict[Way, np.ndarray]]:
    shares: dict[Way, np.ndarray] = {}
    over_rest: dict[Way, np.ndarray] = {}
    model = model_of(solution)
    for name in names:
        solution.sites(name)  # raises for an unknown molecule
        own = (every["pool"] == circulating_pool(model, name)) & (every["kind"] == "release")
        terms = every.isel(term=np.flatnonzero(own & ~every["tissue"].isin(INNER)))
        rates, resting = (
            _by_tissue(name, terms, terms.values),
            _by_tissue(name, terms, terms["at_rest"].values),
        )
        above = {way: np.maximum(rate - resting[way], 0.0) for way, rate in rates.items()}
        most = float(sum(above.values(), np.zeros(len(solution.times_h))).max())
        at_rest = float(sum(resting.values()))
        scale = 1 / most if most > LEAST_RISE * at_rest else 0.0
        shown = [way for way, rise in above.items() if way[1] != "infusion" or rise.any()]
        shares |= {way: above[way] * scale for way in shown}
        over_rest |= {way: rates[way] / (at_rest or most or 1.0) for way in shown}
    return shares, over_rest


def _by_tissue(name: str, terms: xr.DataArray, values: np.ndarray) -> dict[Way, Any]:
    """Return values of terms, those of a tissue added up."""
    found: dict[Way, Any] = {}
    for tissue, value in zip(terms["tissue"].values.tolist(), values, strict=True):
        found[name, tissue] = found.get((name, tissue), 0.0) + value
    return found


def _sites(rates: xr.DataArray) -> list[str]:
    return [str(pool).partition(".")[2] for pool in rates["pool"].values]


def _taken(
    solution: Solution, names: Sequence[str], member: int
) -> tuple[dict[Way, np.ndarray], dict[Way, np.ndarray]]:
    """Return what acts at a distance; what muscle does to itself stays within it."""
    from .parameters import load_parameters

    ways = [
        (term.exerkine, tissue)
        for effect in EFFECTS
        for term in effect.terms
        if term.site == "plasma" and term.exerkine in names
        for tissue in TARGETS.get(effect.tissue, (effect.tissue,))
    ]
    if not ways:
        return {}, {}
    rest = load_parameters()["effects.rest_occupancy"].to("1")
    found = effects(solution).isel(member=member)
    plasma = found["taken"].isel(term=np.flatnonzero(found["site"].values == "plasma"))
    share = dict(zip(plasma["exerkine"].values.tolist(), plasma.values.T, strict=True))
    occupied = {way: share[way[0]] for way in dict.fromkeys(ways) if way[0] in share}
    return {way: np.maximum((one - rest) / (1 - rest), 0.0) for way, one in occupied.items()}, occupied
