"""Who drives whom, who is solved when, and the equations in words; all read off the Model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sympy

from .engine.order import Block, dependencies, ordered_blocks
from .model.contract import symbol_names
from .simulate import system_of

if TYPE_CHECKING:
    from .model import Model

REGIONS = ("_lower", "_upper")


@dataclass(frozen=True, slots=True)
class Part:
    """One module of a Model.

    Parameters
    ----------
    name, summary : str
        The summary is the first sentence of its equation file.
    states : tuple of str
        Without the module's prefix.
    driven_by : tuple of str
        Other modules whose states stand in its rates.
    drives : tuple of str
        Other modules in whose rates its states stand.
    inputs : tuple of str
        What it takes from the Stimulus, muscle regions taken together.
    """

    name: str
    summary: str
    states: tuple[str, ...]
    driven_by: tuple[str, ...]
    drives: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One block of states in solving order.

    Parameters
    ----------
    position : int
        Counted from 1.
    states : tuple of str
        Solved together.
    kind : str
        ``linear`` in itself, ``nonlinear``, ``loop of n`` or ``linear loop of n``.
    depends_on : tuple of str
        States of earlier blocks that stand in its rates.
    inputs : tuple of str
        What it takes from the Stimulus, muscle regions taken together.
    """

    position: int
    states: tuple[str, ...]
    kind: str
    depends_on: tuple[str, ...]
    inputs: tuple[str, ...]


def parts(model: Model) -> list[Part]:
    """Return the modules of a Model in its own order."""
    needs = {name: _needs(model, name) for name in model.modules}
    return [
        Part(
            name=name,
            summary=doc.partition("\n")[0],
            states=tuple(_own_states(model, name)),
            driven_by=tuple(other for other in model.modules if other != name and other in needs[name]),
            drives=tuple(other for other in model.modules if other != name and name in needs[other]),
            inputs=_inputs(needs[name]),
        )
        for name, doc in model.modules.items()
    ]


def turns(model: Model) -> list[Turn]:
    """Return the blocks of a Model in the order in which they are solved."""
    system, names = system_of(model), model.state_names
    depends = dependencies(system)
    return [
        Turn(
            position=position,
            states=tuple(names[state] for state in block.states),
            kind=_kind(block),
            depends_on=tuple(
                names[column]
                for column in np.flatnonzero(depends[list(block.states)].any(axis=0))
                if column not in block.states
            ),
            inputs=_inputs(_sources(model, *(system.rates[state] for state in block.states))),
        )
        for position, block in enumerate(ordered_blocks(system), start=1)
    ]


def equation_lines(model: Model, module: str) -> Iterator[tuple[str, str]]:
    """Yield (left side, right side) of each equation of a module; pools as their named terms.

    Names of the module itself stand without prefix.
    """
    names = {
        symbol: sympy.Symbol(symbol.name.removeprefix(f"{module}."), real=True)
        for rate in (*model.rates, *(flux.rate for flux in model.fluxes))
        for symbol in rate.free_symbols
        if isinstance(symbol, sympy.Symbol) and symbol.name.startswith(f"{module}.")
    }
    for state, rate in zip(model.states, model.rates, strict=True):
        if not state.name.startswith(f"{module}."):
            continue
        name = state.name.removeprefix(f"{module}.")
        fluxes = [flux for flux in model.fluxes if flux.pool == state.name]
        if not fluxes:
            yield f"d {name}/dt [{state.unit} per h] =", _text(rate.xreplace(names))
            continue
        yield f"volume x d {name}/dt [{fluxes[0].unit}; {name} in {state.unit}] =", ""
        for flux in fluxes:
            sign = "+" if flux.kind == "release" else "-"
            yield f"  {sign} {flux.tissue}, {flux.trigger}:", _text(flux.rate.xreplace(names))


def observable_lines(model: Model, exerkine: str) -> Iterator[tuple[str, str]]:
    """Yield (what is observed, the expression) of a molecule."""
    for observable, expression in zip(model.observables, model.observed, strict=True):
        if observable.exerkine == exerkine:
            yield f"{exerkine} at {observable.site} [{observable.unit}] =", _text(expression)


def _own_states(model: Model, module: str) -> list[str]:
    prefix = f"{module}."
    return [name.removeprefix(prefix) for name in model.state_names if name.startswith(prefix)]


def _kind(block: Block) -> str:
    if len(block.states) > 1:
        return f"{'linear ' * block.linear}loop of {len(block.states)}"
    return "linear" if block.linear else "nonlinear"


def _needs(model: Model, module: str) -> set[str]:
    """Return modules, and inputs as ``input.name``, that stand in the rates of a module's states."""
    own = zip(model.states, model.rates, strict=True)
    return _sources(model, *(rate for state, rate in own if state.name.startswith(f"{module}.")))


def _sources(model: Model, *rates: sympy.Expr) -> set[str]:
    symbols = {name for rate in rates for name in symbol_names(rate)}
    return {_source(name) for name in symbols.difference(model.constants)}


def _inputs(sources: set[str]) -> tuple[str, ...]:
    return tuple(sorted(one.removeprefix("input.") for one in sources if one.startswith("input.")))


def _source(symbol: str) -> str:
    if not symbol.startswith("input."):
        return symbol.partition(".")[0]
    for region in REGIONS:
        symbol = symbol.removesuffix(region)
    return symbol


def _text(expression: sympy.Basic) -> str:
    return sympy.sstr(expression).replace("**", "^").replace("*", " * ")
