"""What an observable can depend on, as the equations refer to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from .contract import Equations, Model, symbol_names


def parameters_behind(model: Model, outputs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the constants that observables refer to, directly or through the states behind them.

    Parameters
    ----------
    model : Model
    outputs : iterable of (exerkine, site)

    Returns
    -------
    frozenset of str
        Everything else has a derivative of exactly 0, wherever it is taken.

    Raises
    ------
    ModelError
        For an unknown molecule or site, with the nearest names.

    Examples
    --------
    >>> from exerkine_sim.physiology import default_model
    >>> behind = parameters_behind(default_model(), [("il6", "plasma")])
    >>> "il6.clearance" in behind, "leptin.depth" in behind
    (True, False)
    """
    return frozenset(_behind(model, outputs) & set(model.constants))


def model_behind(model: Model, outputs: Iterable[tuple[str, str]]) -> Model:
    """Return the part of a model that observables depend on: its solutions are those of the whole.

    Parameters
    ----------
    model : Model
    outputs : iterable of (exerkine, site)

    Raises
    ------
    ModelError
        For an unknown molecule or site, with the nearest names.

    Examples
    --------
    >>> from exerkine_sim.physiology import default_model
    >>> part = model_behind(default_model(), [("gdf15", "plasma")])
    >>> len(part.states) < 10, part.exerkines
    (True, ('gdf15',))
    """
    outputs = sorted(set(outputs))
    names, wanted = _behind(model, outputs), [model.observable(*one) for one in outputs]
    kept = [place for place, state in enumerate(model.states) if state.name in names]
    guesses = tuple(model.equations.guesses[place] for place in kept)
    volumes = {pool: one for pool, one in model.volumes.items() if pool in names}
    # These may refer to what no rate does.
    names = names.union(*map(symbol_names, (*guesses, *volumes.values())))
    observed = [model.observables.index(one) for one in wanted]

    def equations() -> Equations:
        return Equations(
            rates=tuple(model.rates[place] for place in kept),
            guesses=guesses,
            fluxes=tuple(flux for flux in model.fluxes if flux.pool in names),
            volumes=MappingProxyType(volumes),
            observed=tuple(model.observed[place] for place in observed),
        )

    return replace(
        model,
        states=tuple(model.states[place] for place in kept),
        parameters={name: unit for name, unit in model.parameters.items() if name in names},
        subject={name: unit for name, unit in model.subject.items() if f"subject.{name}" in names},
        inputs={name: unit for name, unit in model.inputs.items() if f"input.{name}" in names},
        observables=tuple(wanted),
        terms=tuple(term for term in model.terms if term.pool in names),
        fingerprint=hashlib.sha256(f"{model.fingerprint} {outputs}".encode()).hexdigest(),
        composed=equations,
        key=None,
    )


def _behind(model: Model, outputs: Iterable[tuple[str, str]]) -> set[str]:
    """Return the names of all symbols that observables refer to, directly or through states."""
    rates, observed = _references(model)
    seen: set[str] = set()
    ahead = set[str]().union(*(observed[model.observables.index(model.observable(*one))] for one in outputs))
    while ahead:
        name = ahead.pop()
        seen.add(name)
        ahead |= rates.get(name, set()) - seen
    return seen


@lru_cache(maxsize=8)
def _references(model: Model) -> tuple[Mapping[str, set[str]], tuple[set[str], ...]]:
    """Return the names in each state's rate, and in each observable."""
    rates = dict(zip(model.state_names, map(symbol_names, model.rates), strict=True))
    return rates, tuple(map(symbol_names, model.observed))
