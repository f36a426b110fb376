"""Changes to what modules have stated, before they are joined into a Model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from ..errors import ModelError, nearest
from .builder import Builder
from .contract import Flux

Change = Callable[[Mapping[str, Builder]], None]
POOL = "plasma"
BASAL = "basal"
KEPT = (BASAL, "loss", "infusion", "depot")  # triggers of what a held molecule still does


def hold(molecule: str) -> Change:
    """Return the change that takes from a molecule all release but that at rest.

    It stays at its resting level whatever the plan asks for, and what the others do without its answer shows.
    By the clock it keeps its hours. What is infused still arrives. One whose release at rest is an answer to
    something, as insulin's is to glucose, is released as fast as it is lost at its resting level. Made for a
    molecule without a plasma pool, or without a loss of its own, the Model is refused.
    """

    def change(builders: Mapping[str, Builder]) -> None:
        """Drop the fluxes, and write the rate of the pool anew from those that stay."""
        builder = with_pool(builders, molecule)
        pool = builder.pools[POOL]
        name = pool.concentration.name
        builder.fluxes[:] = [flux for flux in builder.fluxes if flux.pool != name or flux.trigger in KEPT]
        if not any(flux.trigger == BASAL for flux in builder.fluxes if flux.pool == name):
            builder.fluxes.append(_release_at_rest(builder, name))
        own = [flux for flux in builder.fluxes if flux.pool == name]
        signed = [flux.rate if flux.kind == "release" else -flux.rate for flux in own]
        builder.rates[name] = sum(signed, sympy.Integer(0)) / pool.volume

    return change


def _release_at_rest(builder: Builder, pool: str) -> Flux:
    """Return the release that makes up for what a pool loses at its resting level."""
    losses = [flux for flux in builder.fluxes if flux.pool == pool and flux.kind == "loss"]
    if not losses:
        raise ModelError(
            f"'{builder.module}' cannot be held: nothing removes it that does not answer to another molecule",
            fix="hold what drives it",
        )
    place = [state.name for state in builder.states].index(pool)
    symbol = builder.pools[POOL].concentration
    rest = sum((flux.rate for flux in losses), sympy.Integer(0)).subs(symbol, builder.guesses[place])
    return Flux(pool, "release", "rest", BASAL, losses[0].unit, rest)


def with_pool(builders: Mapping[str, Builder], molecule: str) -> Builder:
    """Return what states a molecule, or raise ModelError where it has no plasma pool."""
    able = [name for name, builder in builders.items() if POOL in builder.pools]
    if molecule not in able:
        raise ModelError(f"'{molecule}' has no plasma pool", fix=nearest(molecule, able))
    return builders[molecule]
