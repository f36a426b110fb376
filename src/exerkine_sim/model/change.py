"""Changes to what modules have stated, before they are joined into a Model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from ..errors import ModelError, nearest
from .builder import Builder

Change = Callable[[Mapping[str, Builder]], None]
POOL = "plasma"
KEPT = ("basal", "loss", "infusion", "depot")  # triggers of what a held molecule still does


def hold(molecule: str) -> Change:
    """Return the change that takes from a molecule all release but that at rest.

    It stays at its resting level whatever the plan asks for, and what the others do without its answer shows.
    By the clock it keeps its hours. What is infused still arrives. Made for a molecule without a plasma pool,
    the Model is refused.
    """

    def change(builders: Mapping[str, Builder]) -> None:
        """Drop the fluxes, and write the rate of the pool anew from those that stay."""
        builder = with_pool(builders, molecule)
        pool = builder.pools[POOL]
        name = pool.concentration.name
        builder.fluxes[:] = [flux for flux in builder.fluxes if flux.pool != name or flux.trigger in KEPT]
        own = [flux for flux in builder.fluxes if flux.pool == name]
        signed = [flux.rate if flux.kind == "release" else -flux.rate for flux in own]
        builder.rates[name] = sum(signed, sympy.Integer(0)) / pool.volume

    return change


def with_pool(builders: Mapping[str, Builder], molecule: str) -> Builder:
    """Return what states a molecule, or raise ModelError where it has no plasma pool."""
    able = [name for name, builder in builders.items() if POOL in builder.pools]
    if molecule not in able:
        raise ModelError(f"'{molecule}' has no plasma pool", fix=nearest(molecule, able))
    return builders[molecule]
