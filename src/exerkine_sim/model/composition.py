"""Joining modules into one Model: signals resolved, names checked, nothing left open."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import sympy

from ..errors import ModelError, nearest
from .builder import Builder, Module, Parameters
from .change import Change
from .contract import Equations, Model, Observable, State, Term, symbol_names


def compose(modules: Iterable[Module], *, changes: Iterable[Change] = (), clock: bool = False) -> Model:
    """Join modules, in any order, into a :class:`Model`.

    Parameters
    ----------
    modules : iterable of Module
        Each name once.
    changes : iterable of Change
        What is done to them before they are joined; see :func:`exerkine_sim.model.hold`.
    clock : bool
        Whether releases follow the hour of the day where a module says so (``m.rhythm()``).

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        For a name that stands twice, a signal that no module offers, or units that disagree.

    Examples
    --------
    >>> from exerkine_sim.model import module
    >>> @module("tracer", parameters={"basal": "ng/L", "elimination": "1/h"})
    ... def tracer(m, p):
    ...     m.state("plasma", unit="ng/L", guess=p.basal, rate=lambda c: p.elimination * (p.basal - c))
    >>> compose([tracer]).state_names
    ('tracer.plasma',)
    """
    built = [_build(one, clock=clock) for one in modules]
    names = [builder.module for builder, _ in built]
    for name in names:
        if names.count(name) > 1:
            raise ModelError(f"module '{name}' stands twice", fix="leave one out or rename it")
    for change in changes:
        change({builder.module: builder for builder, _ in built})
    return assembled(
        _equations([builder for builder, _ in built]),
        states=tuple(state for builder, _ in built for state in builder.states),
        parameters=_parameter_units(built),
        subject=_merged(built, "subjects", "subject quantity"),
        inputs=_merged(built, "inputs", "input"),
        observables=tuple(one for builder, _ in built for one in builder.observables),
        modules={one.name: one.doc for _, one in built},
    )


def assembled(
    equations: Equations,
    *,
    states: tuple[State, ...],
    parameters: Mapping[str, str],
    subject: Mapping[str, str],
    inputs: Mapping[str, str],
    observables: tuple[Observable, ...],
    modules: Mapping[str, str],
) -> Model:
    """Return the Model of equations and their names, as in :class:`Model`.

    Raises
    ------
    ModelError
        For a symbol that nothing provides.
    """
    model = Model(
        states=states,
        parameters=MappingProxyType(dict(parameters)),
        subject=MappingProxyType(dict(subject)),
        inputs=MappingProxyType(dict(inputs)),
        observables=observables,
        terms=tuple(Term(f.pool, f.kind, f.tissue, f.trigger, f.unit) for f in equations.fluxes),
        modules=MappingProxyType(dict(modules)),
        fingerprint=_fingerprint(states, observables, equations),
        composed=lambda: equations,
    )
    _check_closed(model)
    return model


def _build(one: Module, *, clock: bool) -> tuple[Builder, Module]:
    builder = Builder(one.name, clock=clock)
    one.equations(builder, Parameters(one))
    return builder, one


def _equations(builders: list[Builder]) -> Equations:
    """Join what modules state, with published expressions in place of their names."""
    published = _resolved({name: expr for builder in builders for name, expr in builder.published.items()})
    rates = {name: rate for builder in builders for name, rate in builder.rates.items()}
    pools = [pool for builder in builders for pool in builder.pools.values()]
    return Equations(
        rates=tuple(_substituted(rates[state.name], published) for one in builders for state in one.states),
        guesses=tuple(guess for builder in builders for guess in builder.guesses),
        fluxes=tuple(
            replace(flux, rate=_substituted(flux.rate, published))
            for builder in builders
            for flux in builder.fluxes
        ),
        volumes=MappingProxyType(
            {pool.concentration.name: _substituted(pool.volume, published) for pool in pools}
        ),
        observed=tuple(_substituted(one, published) for builder in builders for one in builder.observed),
    )


def _fingerprint(states: tuple[State, ...], observables: tuple[Observable, ...], equations: Equations) -> str:
    known: dict[Any, str] = {}
    parts = [f"{s.name}:{_told(r, known)}" for s, r in zip(states, equations.rates, strict=True)]
    parts += [
        f"{o.exerkine}@{o.site}:{_told(e, known)}"
        for o, e in zip(observables, equations.observed, strict=True)
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _told(expression: Any, known: dict[Any, str]) -> str:
    """Return an expression as a text that names each of its parts by a hash: what is shared is told once."""
    found = known.get(expression)
    if found is None:
        parts = [_told(part, known) for part in expression.args]
        head = expression.func.__name__ if parts else str(expression)
        text = f"{head}({','.join(parts)})"
        found = known[expression] = hashlib.sha256(text.encode()).hexdigest() if parts else text
    return found


def _resolved(published: Mapping[str, sympy.Expr]) -> dict[sympy.Symbol, sympy.Expr]:
    """Replace published names inside published expressions, until none is left."""
    table = {
        sympy.Symbol(name, real=True): sympy.sympify(expr, strict=True) for name, expr in published.items()
    }
    for _ in range(len(table) + 1):
        if not any(expr.free_symbols & table.keys() for expr in table.values()):
            return table
        table = {symbol: _substituted(expr, table) for symbol, expr in table.items()}
    raise ModelError("published expressions refer to each other in a circle", fix="make one of them a state")


def _substituted(expression: sympy.Expr | float, published: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    return _replaced(sympy.sympify(expression, strict=True), dict(published))


def _replaced(expression: Any, known: dict[Any, Any]) -> Any:
    """Return an expression with symbols replaced; Max and Min stand, where sympy would search for order."""
    found = known.get(expression)
    if found is None:
        parts = [_replaced(part, known) for part in expression.args]
        if all(new is old for new, old in zip(parts, expression.args, strict=True)):
            found = expression
        elif isinstance(expression, (sympy.Max, sympy.Min)):
            found = expression.func(*parts, evaluate=False)
        else:
            found = expression.func(*parts)
        known[expression] = found
    return found


def _parameter_units(built: list[tuple[Builder, Module]]) -> Mapping[str, str]:
    return MappingProxyType(
        {f"{one.name}.{name}": unit for _, one in built for name, unit in one.parameters.items()}
    )


def _merged(built: list[tuple[Builder, Module]], attribute: str, noun: str) -> Mapping[str, str]:
    merged: dict[str, str] = {}
    for builder, one in built:
        for name, unit in getattr(builder, attribute).items():
            if merged.setdefault(name, unit) != unit:
                raise ModelError(
                    f"{one.name} takes the {noun} '{name}' in {unit}, another module in {merged[name]}",
                    fix="use one unit",
                )
    return MappingProxyType(merged)


def _check_closed(model: Model) -> None:
    """Refuse a model with a symbol that nothing provides."""
    known = {*model.state_names, *model.constants, *(f"input.{name}" for name in model.inputs)}
    expressions = [*model.rates, *(flux.rate for flux in model.fluxes), *model.observed]
    for symbol in sorted({name for expression in expressions for name in symbol_names(expression)}):
        if symbol not in known:
            raise ModelError(
                f"no module offers '{symbol}'",
                expected="a state or published signal of one of the composed modules",
                fix=nearest(symbol, known),
            )


def unused_parameters(model: Model) -> tuple[str, ...]:
    """Return parameters that are declared but appear in no equation."""
    used = {name for rate in model.rates for name in symbol_names(rate)}
    used |= {name for expression in model.observed for name in symbol_names(expression)}
    return tuple(name for name in model.parameters if name not in used)
