"""What each tissue releases, and what removes it again, over time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .engine.formula import Formulas, formulas_of, kept_formulas
from .errors import InputError, nearest
from .model import Model

if TYPE_CHECKING:
    import xarray as xr

    from .solution import Solution

CIRCULATION = ("plasma", "blood")
NAMES = ("pool", "kind", "tissue", "trigger", "unit")
ROUNDING = 1e-12  # of a molecule's largest rate


def fluxes(solution: Solution, exerkine: str | None = None, *, member: int = 0) -> xr.DataArray:
    """Return the rate of every release and loss term over time.

    Parameters
    ----------
    solution : Solution
    exerkine : str, optional
        A molecule, of which the terms of its circulating pool are returned; those of all pools when left out.
    member : int

    Returns
    -------
    xarray.DataArray, dims (term, time)
        Amount per hour, never negative. Along ``term``: ``exerkine``, ``pool``, ``kind`` (release or loss),
        ``tissue``, ``trigger``, ``unit``, and ``at_rest``, the same rate in the resting steady state. Of one
        molecule the unit is an attribute, too.

    Raises
    ------
    InputError
        For a molecule without release terms, a member that is none, or a solution of other equations.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> subject = xk.Subject(sex="male", age_y=28, body_mass_kg=75, height_m=1.8, vo2max_ml_kg_min=55)
    >>> solution = xk.simulate(xk.parse_schedule("Mon 08:00 run 1h 70% VO2max"), subject)
    >>> terms = solution.fluxes("il6")
    >>> terms.idxmax("time").where(terms.trigger == "contraction", drop=True).values.tolist()
    [9.0, 9.0]
    """
    members = solution.dataset.sizes["member"]
    if not isinstance(member, int) or not 0 <= member < members:
        raise InputError(f"member {member!r}", expected=f"0 to {members - 1}", field="member")
    if exerkine is not None:
        solution.sites(exerkine)
    model = model_of(solution)
    found = _labelled(solution, model, member)
    if exerkine is None:
        return found
    pool = circulating_pool(model, exerkine)
    own = found.isel(term=[place for place, term in enumerate(model.terms) if term.pool == pool])
    return own.assign_attrs(units=str(own["unit"].values[0]))


def circulating_pool(model: Model, exerkine: str) -> str:
    """Return the name of the molecule's pool in the circulation.

    Raises
    ------
    InputError
        For a molecule that has none, with the nearest that has.
    """
    pools = {term.pool for term in model.terms}
    for site in CIRCULATION:
        if f"{exerkine}.{site}" in pools:
            return f"{exerkine}.{site}"
    raise InputError(
        f"'{exerkine}' has no release terms",
        expected="a molecule with a pool in plasma or blood",
        fix=nearest(exerkine, {pool.partition(".")[0] for pool in pools}),
        field="exerkine",
    )


def model_of(solution: Solution) -> Model:
    """Return the equations that a Solution was made with.

    Raises
    ------
    InputError
        When they are neither at hand nor those of this version.
    """
    from .physiology import default_model

    made_with = solution.manifest["model"]
    clock = bool(made_with.get("rhythms"))
    model = default_model(clock=clock) if solution.model is None else solution.model
    if model.digest() != made_with["digest"]:
        raise InputError(
            "this solution was made with other equations",
            expected="the equations of this version, or those given to load_solution(path, model=...)",
            fix="run the plan again, or load it with its model",
        )
    return model


def _labelled(solution: Solution, model: Model, member: int) -> xr.DataArray:
    import xarray as xr

    arrays, evaluate = solution.arrays, _rates(model)
    constants = list(arrays["constant"][member])
    states, inputs = arrays["state"][member], arrays["input"][member]
    resting = evaluate(list(arrays["baseline"][member]), constants, list(arrays["rest_input"][member]))
    moving = evaluate(list(states.T), constants, list(inputs.T))
    pools = np.array([term.pool for term in model.terms])
    rates = np.stack([np.broadcast_to(rate, len(states)) for rate in moving])
    return xr.DataArray(
        _clean(rates, pools),
        dims=("term", "time"),
        coords={
            "time": solution.times_h,
            "exerkine": ("term", [term.pool.partition(".")[0] for term in model.terms]),
            **{name: ("term", [getattr(term, name) for term in model.terms]) for name in NAMES},
            "at_rest": ("term", _clean(np.array(resting, dtype=float), pools)),
        },
    )


def _clean(rates: np.ndarray, pools: np.ndarray) -> np.ndarray:
    """Return rates, shape (n_terms, ...), with those at rounding level of their pool's largest as 0."""
    largest = {pool: np.abs(rates[pools == pool]).max(axis=0) for pool in np.unique(pools)}
    return np.where(np.abs(rates) > ROUNDING * np.stack([largest[pool] for pool in pools]), rates, 0.0)


@lru_cache(maxsize=8)
def _rates(model: Model) -> Formulas:
    """Return what makes the rates of all terms of lists of states, constants and inputs."""

    def write() -> Formulas:
        """Write them anew."""
        import sympy

        groups = (model.state_names, model.constants, tuple(f"input.{name}" for name in model.inputs))
        symbols = [[sympy.Symbol(name, real=True) for name in names] for names in groups]
        return formulas_of(symbols, [flux.rate for flux in model.fluxes])

    return kept_formulas(write, key=model.key, of="fluxes")
