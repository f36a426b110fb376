"""What an observable can depend on, as the equations refer to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from .contract import Model, symbol_names


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
    rates, observed = _references(model)
    seen: set[str] = set()
    ahead = set[str]().union(*(observed[model.observables.index(model.observable(*one))] for one in outputs))
    while ahead:
        name = ahead.pop()
        seen.add(name)
        ahead |= rates.get(name, set()) - seen
    return frozenset(seen & set(model.constants))


@lru_cache(maxsize=8)
def _references(model: Model) -> tuple[Mapping[str, set[str]], tuple[set[str], ...]]:
    """Return the names in each state's rate, and in each observable."""
    rates = dict(zip(model.state_names, map(symbol_names, model.rates), strict=True))
    return rates, tuple(map(symbol_names, model.observed))
