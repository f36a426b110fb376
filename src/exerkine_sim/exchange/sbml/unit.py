"""Units of the model as unit definitions of SBML, through the one registry of units."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ... import units
from ...errors import UnitError

HOUR = "h"
NONE = "dimensionless"
Factors = frozenset[tuple[str, float]]
ALIKE = ("Max", "Min", "Abs")  # their unit is that of what they are of
# Each kind of SBML that may stand for a factor of a unit, and how the registry spells it.
KINDS = {
    **{"gram": "g", "litre": "L", "mole": "mol", "second": "s", "metre": "m", "kelvin": "K", "watt": "W"},
    **{"joule": "J", "newton": "N", "pascal": "Pa", "ampere": "A", "candela": "cd", "volt": "V"},
}


def unit_identifier(unit: str) -> str:
    """Return the identifier of a unit's definition.

    Examples
    --------
    >>> [unit_identifier(one) for one in ("1", "ng/L", "1/year^2")]
    ['dimensionless', 'ng_per_L', 'per_year2']
    """
    if unit in ("", "1"):
        return NONE
    words = unit.removeprefix("1/").replace("/", "_per_").replace("*", "_").replace("^", "")
    written = ("per_" if unit.startswith("1/") else "") + words.replace(" ", "")
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", written) is None:
        raise UnitError(f"unit '{unit}' has no SBML identifier", expected="a unit like 'ng/L' or '1/h'")
    return written


def unit_definition(unit: str) -> Element:
    """Return the definition of a unit, each of its factors a kind of SBML to a power.

    Raises
    ------
    UnitError
        For a unit that the registry does not know, or that no kind of SBML stands for.

    Examples
    --------
    >>> [tuple(one.attrib.values()) for one in unit_definition("ng/L").iter("unit")]
    [('gram', '1', '-9', '1'), ('litre', '-1', '0', '1')]
    """
    definition = Element("unitDefinition", {"id": unit_identifier(unit), "name": unit})
    listed = SubElement(definition, "listOfUnits")
    for factor, exponent in sorted(factors(unit), key=lambda one: (-one[1], one[0])):
        kind, multiplier = _kind(factor, unit)
        scale = round(math.log10(multiplier))
        is_power = math.isclose(multiplier, 10.0**scale, rel_tol=1e-12)
        attributes = {
            "kind": kind,
            "exponent": f"{exponent:g}",
            "scale": str(scale if is_power else 0),
            "multiplier": "1" if is_power else repr(multiplier),
        }
        SubElement(listed, "unit", attributes)
    return definition


def factors_of(expression: Any, known: Mapping[str, str]) -> Factors:
    """Return the unit of an expression, given that of each name in it.

    Examples
    --------
    >>> import sympy
    >>> level, volume = sympy.symbols("level volume")
    >>> spelled(factors_of(2 * level * volume, {"level": "ng/L", "volume": "L"}))
    'nanogram'
    """
    return frozenset((name, power) for name, power in _powers(expression, known).items() if power)


def _powers(expression: Any, known: Mapping[str, str]) -> dict[str, float]:
    if expression.is_Symbol:
        return dict(factors(known[expression.name]))
    if expression.is_Pow and expression.exp.is_Number:
        base = _powers(expression.base, known)
        return {name: power * float(expression.exp) for name, power in base.items()}
    if expression.is_Mul:
        parts = [_powers(part, known) for part in expression.args]
        return {name: sum(part.get(name, 0.0) for part in parts) for name in chain(*parts)}
    if expression.is_Add or expression.func.__name__ in ALIKE:
        return _powers(next(part for part in expression.args if part != 0), known)
    return {}


@cache
def factors(unit: str) -> Factors:
    """Return what a unit is made of: names of the registry, and the power of each."""
    items: Any = units.registry().Quantity(1.0, unit or "1").unit_items()
    return frozenset((name, float(power)) for name, power in items)


def spelled(factors: Factors) -> str:
    """Return a unit as text.

    Examples
    --------
    >>> spelled(frozenset({("liter", -2.0), ("hour", -1.0), ("gram", 1.0)}))
    'gram/hour/liter^2'
    """
    above = [_raised(name, power) for name, power in sorted(factors) if power > 0]
    below = [f"/{_raised(name, -power)}" for name, power in sorted(factors) if power < 0]
    return "*".join(above or ["1"]) + "".join(below)


def _raised(name: str, power: float) -> str:
    return name if power == 1 else f"{name}^{power:g}"


def _kind(factor: str, unit: str) -> tuple[str, float]:
    """Return the kind that stands for one factor of a unit, and how many of it the factor is."""
    for kind, spelled in KINDS.items():
        try:
            return kind, units.factor(factor, spelled)
        except UnitError:
            continue
    raise UnitError(f"'{factor}' in '{unit}' cannot be written as SBML", expected=", ".join(KINDS))
