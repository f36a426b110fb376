"""What a model is: states, rates, fluxes and observables, with units, and nothing numeric.

An :class:`Outline` is all of it that is text, a :class:`Model` has its equations too. They are sympy's, which
is slow to import, so that a Model whose outline is known composes them only when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ..errors import ModelError, nearest

if TYPE_CHECKING:
    import sympy

RHYTHM = "rhythm."  # inputs by which the hour of the day acts


@dataclass(frozen=True, slots=True)
class State:
    """One state variable.

    Parameters
    ----------
    name : str
        ``module.name``.
    unit : str
        Canonical unit of the value.
    """

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Term:
    """The name of one term of release into a pool or loss from it.

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
    unit : str
        Unit of its rate.
    """

    pool: str
    kind: Literal["release", "loss"]
    tissue: str
    trigger: str
    unit: str


@dataclass(frozen=True, slots=True)
class Flux(Term):
    """A term of release or loss with its equation.

    Parameters
    ----------
    pool, kind, tissue, trigger, unit
        As in :class:`Term`.
    rate : sympy.Expr
        Amount per hour, never negative.
    """

    rate: sympy.Expr


@dataclass(frozen=True, slots=True)
class Observable:
    """Something a laboratory would measure: an exerkine at a site.

    Parameters
    ----------
    exerkine : str
        Id of the molecule, or of the driver.
    site : str
        ``plasma``, ``plasma_corrected``, ``serum``, ``blood``, ``muscle_mrna_lower`` ...
    unit : str
        Canonical unit of the value.
    """

    exerkine: str
    site: str
    unit: str


@dataclass(frozen=True, eq=False)
class Equations:
    """All of a model that is symbolic, in terms of states, parameters, subject quantities and inputs.

    Parameters
    ----------
    rates : tuple of sympy.Expr
        Time derivative of each state, per hour.
    guesses : tuple of sympy.Expr
        Where the search for each state's resting value starts; free of states and inputs.
    fluxes : tuple of Flux
        Release and loss terms, for attribution and conservation.
    volumes : mapping of str to sympy.Expr
        Name of each pool's state to its volume in L.
    observed : tuple of sympy.Expr
        The value of each observable; free of inputs.
    """

    rates: tuple[sympy.Expr, ...]
    guesses: tuple[sympy.Expr, ...]
    fluxes: tuple[Flux, ...]
    volumes: Mapping[str, sympy.Expr]
    observed: tuple[sympy.Expr, ...]


@dataclass(frozen=True, eq=False)
class Outline:
    """Names and units of a model: all of it that is text.

    Parameters
    ----------
    states : tuple of State
        In the order of the state vector.
    parameters, subject, inputs : mapping of name to unit
        What the equations need from `params/`, from the person and from the Stimulus.
    observables : tuple of Observable
        What can be asked for.
    terms : tuple of Term
        Names of release and loss terms, in the order of the fluxes.
    modules : mapping of str to str
        Name and docstring of each module, in order of composition.
    fingerprint : str
        Hash of rates and observables.
    """

    states: tuple[State, ...]
    parameters: Mapping[str, str]
    subject: Mapping[str, str]
    inputs: Mapping[str, str]
    observables: tuple[Observable, ...]
    terms: tuple[Term, ...]
    modules: Mapping[str, str]
    fingerprint: str

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return tuple(state.name for state in self.states)

    @cached_property
    def exerkines(self) -> tuple[str, ...]:
        """Ids of everything observable, in order of composition."""
        return tuple(dict.fromkeys(o.exerkine for o in self.observables))

    @cached_property
    def rhythms(self) -> tuple[str, ...]:
        """Ids of the molecules whose release follows the hour of the day."""
        return tuple(name.removeprefix(RHYTHM) for name in self.inputs if name.startswith(RHYTHM))

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
        return self.fingerprint


@dataclass(frozen=True, eq=False)
class Model(Outline):
    """Symbolic equations, composed from modules; everything numeric is derived from it.

    Parameters
    ----------
    states, parameters, subject, inputs, observables, terms, modules, fingerprint
        As in :class:`Outline`.
    composed : callable
        Returns the :class:`Equations`.
    key : str, optional
        Hash of all that outline and equations follow from, where it is known before they are: what else
        follows from them may be kept under it.
    recipe : mapping, optional
        What :func:`exerkine_sim.physiology.default_model` was asked for, ready for JSON; None for equations
        of one's own.
    """

    composed: Callable[[], Equations] = field(repr=False)
    key: str | None = None
    recipe: Mapping[str, Any] | None = None

    @cached_property
    def equations(self) -> Equations:
        """The equations, composed when first asked for."""
        return self.composed()

    @property
    def rates(self) -> tuple[sympy.Expr, ...]:
        """Time derivative of each state, per hour."""
        return self.equations.rates

    @property
    def fluxes(self) -> tuple[Flux, ...]:
        """Release and loss terms, for attribution and conservation."""
        return self.equations.fluxes

    @property
    def volumes(self) -> Mapping[str, sympy.Expr]:
        """Name of each pool's state to its volume in L."""
        return self.equations.volumes

    @property
    def observed(self) -> tuple[sympy.Expr, ...]:
        """The value of each observable."""
        return self.equations.observed


def symbol_names(expression: sympy.Expr) -> set[str]:
    """Return the names of the symbols an expression contains."""
    return {str(symbol) for symbol in expression.free_symbols}
