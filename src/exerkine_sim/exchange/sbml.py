"""SBML: one member as a document that other simulators read.

States, constants and inputs all become global parameters; a state carries a rate rule. Nothing is turned into
species and reactions: a folded transcript or a relative glycogen is no amount of substance. Time is in hours,
and every other number in the canonical unit of the model; units other than that of time are not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import sympy

from ..engine import Forcing
from ..errors import InputError, ModelError
from ..model import Model

LEVEL, VERSION = 3, 2
INPUT = "input."
MAX_FACTORS = 4
FUNCTIONS = {sympy.Max: "max", sympy.Min: "min", sympy.log: "ln", sympy.exp: "exp"}


def to_sbml(
    model: Model,
    constants: Sequence[float] | np.ndarray,
    *,
    start: Sequence[float] | np.ndarray,
    forcing: Forcing,
    events: bool = False,
) -> str:
    """Write the model, with the numbers of one member, as SBML Level 3 Version 2.

    Parameters
    ----------
    model : Model
    constants : array_like, shape (n_constants,)
        In the order of ``model.constants`` and in canonical units.
    start : array_like, shape (n_states,)
        State at the first breakpoint.
    forcing : Forcing
        The inputs hold the values of its first segment.
    events : bool
        Write an event at each later breakpoint, so that the document holds the whole plan. Without them the
        program that reads the document changes the inputs itself, between two of its runs.

    Returns
    -------
    str
        The document; the time of its events counts from the first breakpoint.

    Raises
    ------
    InputError
        When python-libsbml is not installed, or an array has the wrong length.
    ModelError
        For a name that has no reversible identifier, or a function that SBML lacks.

    References
    ----------
    Hucka et al., SBML Level 3 Version 2 Core (2019).

    Examples
    --------
    >>> import numpy as np
    >>> from exerkine_sim.model import compose, module
    >>> @module("tracer", parameters={"elimination": "1/h"})
    ... def tracer(m, p):
    ...     m.lag("plasma", m.input("dose", "1"), 1 / p.elimination)
    >>> forcing = Forcing(np.array([0.0, 2.0]), np.array([[1.0]]), np.zeros(1))
    >>> text = to_sbml(compose([tracer]), [0.5], start=[0.0], forcing=forcing)
    >>> 'rateRule variable="tracer__plasma"' in text
    True
    """
    libsbml = _libsbml()
    states = _values(model.state_names, start, field="start")
    fixed = _values(model.constants, constants, field="constants")
    inputs = _values([INPUT + name for name in model.inputs], forcing.inputs[0], field="forcing")
    document = libsbml.SBMLDocument(LEVEL, VERSION)
    target = document.createModel()
    _add_hours(libsbml, target)
    for values, constant in ((states, False), (inputs, not events), (fixed, True)):
        _add_parameters(target, values, constant=constant)
    for state, rate in zip(model.state_names, model.rates, strict=True):
        rule = target.createRateRule()
        rule.setVariable(identifier(state))
        rule.setMath(libsbml.parseL3Formula(_formula(rate)))
    if events:
        for time, changed in _changes(tuple(inputs), forcing):
            _add_event(libsbml, target, time, changed)
    return libsbml.writeSBMLToString(document)


def identifier(name: str) -> str:
    """Return the SBML identifier of a dotted name.

    Examples
    --------
    >>> identifier("il6.pool_lower")
    'il6__pool_lower'
    """
    written = name.replace(".", "__")
    if not (written.isascii() and written.isidentifier()) or original(written) != name:
        raise ModelError(
            f"'{name}' has no SBML identifier",
            expected="letters, digits and single underscores, joined by dots",
            fix="rename it",
        )
    return written


def original(identifier: str) -> str:
    """Return the dotted name behind an identifier that :func:`identifier` made.

    Examples
    --------
    >>> original("il6__pool_lower")
    'il6.pool_lower'
    """
    return identifier.replace("__", ".")


def _libsbml() -> ModuleType:
    try:
        import libsbml
    except ImportError:
        raise InputError(
            "SBML cannot be written: python-libsbml is not installed",
            fix="pip install 'exerkine-sim[exchange]'",
        ) from None
    return libsbml


def _values(names: Sequence[str], values: Sequence[float] | np.ndarray, *, field: str) -> dict[str, float]:
    if len(names) != len(values):
        raise InputError(f"{len(values)} values", expected=f"{len(names)}: one for each name", field=field)
    return {name: float(value) for name, value in zip(names, values, strict=True)}


def _add_hours(libsbml: ModuleType, target: Any) -> None:
    """Declare the hour, and that time counts in it."""
    definition = target.createUnitDefinition()
    definition.setId("hour")
    unit = definition.createUnit()
    unit.setKind(libsbml.UNIT_KIND_SECOND)
    unit.setExponent(1.0)
    unit.setScale(0)
    unit.setMultiplier(3600.0)
    target.setTimeUnits("hour")


def _add_parameters(target: Any, values: Mapping[str, float], *, constant: bool) -> None:
    for name, value in values.items():
        parameter = target.createParameter()
        parameter.setId(identifier(name))
        parameter.setName(name)
        parameter.setValue(value)
        parameter.setConstant(constant)


def _changes(names: Sequence[str], forcing: Forcing) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield each breakpoint inside the plan, from the first one, with the inputs that change there."""
    times = forcing.breakpoints[1:-1] - forcing.breakpoints[0]
    for time, before, after in zip(times, forcing.inputs[:-1], forcing.inputs[1:], strict=True):
        changed = {
            name: float(new) for name, old, new in zip(names, before, after, strict=True) if new != old
        }
        if changed:
            yield float(time), changed


def _add_event(libsbml: ModuleType, target: Any, time: float, changed: Mapping[str, float]) -> None:
    event = target.createEvent()
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setInitialValue(True)
    trigger.setPersistent(True)
    trigger.setMath(libsbml.parseL3Formula(f"time >= {time!r}"))
    for name, value in changed.items():
        assignment = event.createEventAssignment()
        assignment.setVariable(identifier(name))
        assignment.setMath(libsbml.parseL3Formula(repr(value)))


def _formula(expression: Any) -> str:
    """Return an expression in the infix notation of SBML Level 3, brackets around every operation."""
    if expression.is_Symbol:
        return identifier(expression.name)
    if expression.is_Integer:
        return f"({expression})"
    if expression.is_Number:
        return f"({float(expression)!r})"
    if expression.is_Pow:
        return _power(expression.base, expression.exp)
    if expression.is_Mul:
        return _quotient(expression.args)
    parts = [_formula(part) for part in expression.args]
    if expression.is_Add:
        return f"({' + '.join(parts)})"
    if expression.func not in FUNCTIONS:
        raise ModelError(
            f"the function '{expression.func}' cannot be written as SBML",
            expected="arithmetic, " + ", ".join(FUNCTIONS.values()),
        )
    # sympy keeps the arguments of Max in a set; sorted, the same model gives the same text
    return f"{FUNCTIONS[expression.func]}({', '.join(sorted(parts))})"


def _power(base: Any, exponent: Any) -> str:
    """Return a power; a small whole or half one as products, which many readers evaluate much faster."""
    if exponent.is_negative:
        return f"(1 / {_formula(base**-exponent)})"
    whole = int(exponent) if exponent.is_number else MAX_FACTORS + 1
    if whole > MAX_FACTORS or exponent - whole not in (0, sympy.Rational(1, 2)):
        return f"({_formula(base)} ^ {_formula(exponent)})"
    factors = [_formula(base)] * whole + [f"sqrt({_formula(base)})"] * (exponent != whole)
    return f"({' * '.join(factors)})"


def _quotient(factors: Sequence[Any]) -> str:
    """Return a product with everything of negative exponent below one fraction bar."""
    below = [_formula(1 / one) for one in factors if one.is_Pow and one.exp.is_negative]
    above = [_formula(one) for one in factors if not (one.is_Pow and one.exp.is_negative)]
    sign = "-" if above[:1] == ["(-1)"] else ""
    product = " * ".join(above[1:] if sign else above) or "1"
    return f"({sign}{product} / ({' * '.join(below)}))" if below else f"({sign}{product})"
