"""Dimensions of every equation, walked through the expression tree: pg/mL never meets ng by accident."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy

from .. import units
from ..errors import UnitError
from .contract import Model

Dimension = tuple[tuple[str, float], ...]
NONE: Dimension = ()


def check_dimensions(model: Model) -> None:
    """Check that every rate is its state's unit per hour, and every flux and observable its declared unit.

    Raises
    ------
    UnitError
        Naming the equation, and the term whose dimension does not fit.

    Examples
    --------
    >>> from exerkine_sim.physiology import default_model
    >>> check_dimensions(default_model())
    """
    known = _symbols(model)
    for state, rate in zip(model.states, model.rates, strict=True):
        _expect(rate, f"({state.unit}) / h", known, f"rate of {state.name}")
    for flux in model.fluxes:
        _expect(flux.rate, flux.unit, known, f"{flux.kind} {flux.tissue}/{flux.trigger} of {flux.pool}")
    for one, expression in zip(model.observables, model.observed, strict=True):
        _expect(expression, one.unit, known, f"{one.exerkine} at {one.site}")


def _symbols(model: Model) -> dict[str, Dimension]:
    known = {state.name: _dimension(state.unit) for state in model.states}
    known |= {name: _dimension(unit) for name, unit in model.parameters.items()}
    known |= {f"subject.{name}": _dimension(unit) for name, unit in model.subject.items()}
    return known | {f"input.{name}": _dimension(unit) for name, unit in model.inputs.items()}


@cache
def _dimension(unit: str) -> Dimension:
    quantity = units.registry().Quantity(1.0, "dimensionless" if unit in ("", "1") else unit)
    return _canonical(dict(quantity.dimensionality))


def _canonical(powers: dict[str, Any]) -> Dimension:
    return tuple(
        sorted((name, round(float(power), 9)) for name, power in powers.items() if abs(power) > 1e-9)
    )


def _expect(expression: sympy.Expr, unit: str, known: dict[str, Dimension], equation: str) -> None:
    found = _of(expression, known, equation)
    if found is not None and found != _dimension(unit):
        raise UnitError(
            f"dimension {dict(found)}", expected=f"{unit}: {dict(_dimension(unit))}", field=equation
        )


def _of(expression: Any, known: dict[str, Dimension], equation: str) -> Dimension | None:
    """Return the dimension, or None for a bare 0, which fits anywhere."""
    if expression.is_Number:
        return None if expression == 0 else NONE
    if expression.is_Symbol:
        return known[expression.name]
    parts = [_of(argument, known, equation) for argument in expression.args]
    if expression.is_Mul:
        return _product(parts)
    if expression.is_Pow:
        return _power(expression, parts, equation)
    if expression.is_Add or isinstance(expression, (sympy.Max, sympy.Min)):
        return _alike(expression, parts, equation)
    if any(part for part in parts):
        raise UnitError(
            f"{type(expression).__name__} of a quantity with a dimension: {expression}", field=equation
        )
    return NONE


def _product(parts: list[Dimension | None]) -> Dimension | None:
    powers: dict[str, float] = {}
    for part in parts:
        for name, power in part or ():
            powers[name] = powers.get(name, 0.0) + power
    return _canonical(powers)


def _power(expression: Any, parts: list[Dimension | None], equation: str) -> Dimension:
    base, exponent = parts[0] or NONE, expression.args[1]
    if exponent.is_Number:
        return _canonical({name: power * float(exponent) for name, power in base})
    if base != NONE or (parts[1] or NONE) != NONE:
        raise UnitError(f"a power with symbols needs pure numbers: {expression}", field=equation)
    return NONE


def _alike(expression: Any, parts: list[Dimension | None], equation: str) -> Dimension | None:
    found = {part for part in parts if part is not None}
    if len(found) > 1:
        listed = "; ".join(
            f"{term} is {dict(part or ())}" for term, part in zip(expression.args, parts, strict=True)
        )
        raise UnitError(f"terms of different dimension: {listed}"[:400], field=equation)
    return found.pop() if found else None
