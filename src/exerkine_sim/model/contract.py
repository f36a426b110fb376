"""What a model is: states, rates, fluxes and observables as symbols, with units, and nothing numeric."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import sympy

from ..errors import ModelError, nearest


@dataclass(frozen=True, slots=True)
class State:
    """One state variable.

    Parameters
    ----------
    symbol : sympy.Symbol
        Named ``module.name``.
    unit : str
        Canonical unit of the value.
    guess : sympy.Expr
        Where the search for the steady state starts, in terms of parameters and subject quantities.
    """

    symbol: sympy.Symbol
    unit: str
    guess: sympy.Expr

    @property
    def name(self) -> str:
        """Dotted name, ``module.name``."""
        return self.symbol.name


@dataclass(frozen=True, slots=True)
class Flux:
    """One named term of release into a pool or loss from it.

    Parameters
    ----------
    pool : str
        Name of the state that gains or loses.
    kind : {"release", "loss"}
        Sign of the term.
    tissue : str
        Where it comes from, or what removes it.
    trigger : str
        Why: ``basal``, ``contraction``, ``damage`` ...
    rate : sympy.Expr
        Amount per hour, never negative.
    unit : str
        Unit of `rate`.
    """

    pool: str
    kind: Literal["release", "loss"]
    tissue: str
    trigger: str
    rate: sympy.Expr
    unit: str


@dataclass(frozen=True, slots=True)
class Observable:
    """Something a laboratory would measure: an exerkine at a site.

    Parameters
    ----------
    exerkine : str
        Id of the molecule, or of the driver.
    site : str
        ``plasma``, ``plasma_corrected``, ``serum``, ``blood``, ``muscle_mrna_lower`` ...
    expression : sympy.Expr
        In terms of states, parameters and subject quantities.
    unit : str
        Canonical unit of `expression`.
    """

    exerkine: str
    site: str
    expression: sympy.Expr
    unit: str


@dataclass(frozen=True, eq=False)
class Model:
    """Symbolic equations, composed from modules; everything numeric is derived from it.

    Parameters
    ----------
    states : tuple of State
        In the order of the state vector.
    rates : tuple of sympy.Expr
        Time derivative of each state, per hour.
    parameters, subject, inputs : mapping of name to unit
        What the rates need from `params/`, from the person and from the Stimulus.
    fluxes : tuple of Flux
        Release and loss terms, for attribution and conservation.
    volumes : mapping of str to sympy.Expr
        Name of each pool's state to its volume in L.
    observables : tuple of Observable
        What can be asked for.
    modules : mapping of str to str
        Name and docstring of each module, in order of composition.
    """

    states: tuple[State, ...]
    rates: tuple[sympy.Expr, ...]
    parameters: Mapping[str, str]
    subject: Mapping[str, str]
    inputs: Mapping[str, str]
    fluxes: tuple[Flux, ...]
    volumes: Mapping[str, sympy.Expr]
    observables: tuple[Observable, ...]
    modules: Mapping[str, str]

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return tuple(state.name for state in self.states)

    @cached_property
    def exerkines(self) -> tuple[str, ...]:
        """Ids of everything observable, in order of composition."""
        return tuple(dict.fromkeys(o.exerkine for o in self.observables))

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """Names of parameters and subject quantities, the columns of a member's parameter vector."""
        return (*self.parameters, *(f"subject.{name}" for name in self.subject))

    def index(self, state: str) -> int:
        """Return the position of a state, or raise ModelError with the nearest names."""
        if state not in self.state_names:
            raise ModelError(f"no state '{state}'", fix=nearest(state, self.state_names))
        return self.state_names.index(state)

    def observable(self, exerkine: str, site: str) -> Observable:
        """Return the observable of a molecule at a site, or raise ModelError with the nearest names."""
        for candidate in self.observables:
            if (candidate.exerkine, candidate.site) == (exerkine, site):
                return candidate
        sites = [o.site for o in self.observables if o.exerkine == exerkine]
        if sites:
            raise ModelError(f"'{exerkine}' is not observed at '{site}'", fix=nearest(site, sites))
        raise ModelError(f"no exerkine '{exerkine}'", fix=nearest(exerkine, self.exerkines))

    def digest(self) -> str:
        """Return a hash of the structure: states, rates and observables."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        parts = [f"{s.name}:{r}" for s, r in zip(self.states, self.rates, strict=True)]
        parts += [f"{o.exerkine}@{o.site}:{o.expression}" for o in self.observables]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def symbol_names(expression: sympy.Expr) -> set[str]:
    """Return the names of the symbols an expression contains."""
    return {str(symbol) for symbol in expression.free_symbols}
