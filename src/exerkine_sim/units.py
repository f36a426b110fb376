"""Units at the boundary: text to factors by pint, once, at load. Inside, numbers are plain floats.

Canonical inside units: h, L, kg, ng for the mass of a molecule, mmol, W, fractions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import UnitError
from .files import cache_folder, kept, sources_digest

if TYPE_CHECKING:
    import pint

MAX_UNIT_LENGTH = 60


@cache
def registry() -> pint.UnitRegistry:
    """Return the one unit registry, built on first use because importing pint is slow."""
    import pint

    units: Any
    try:
        units = pint.UnitRegistry(cache_folder=cache_folder("units"))
    except Exception:  # whatever is wrong with what was kept, the definitions themselves are there
        units = pint.UnitRegistry(cache_folder=None)
    units.define("insulin_unit = 6000 picomole = IU")
    return units


@lru_cache(maxsize=1024)  # units come from outside, too
def factor(unit: str, target: str) -> float:
    """Return the number that turns a value in `unit` into a value in `target`.

    Parameters
    ----------
    unit, target : str
        Multiplicative units as text, for example ``"L/min"`` and ``"L/h"``. ``""`` and ``"1"`` are
        dimensionless.

    Raises
    ------
    UnitError
        For a unit that pint does not know, or two units of different dimension.

    Examples
    --------
    >>> factor("L/min", "L/h")
    60.0
    >>> round(factor("pg/mL", "ng/L"), 12)
    1.0
    """
    # Kept from process to process: pint is slow to import, slower than all else that reading numbers takes.
    name = hashlib.sha256(f"{_origin()} {unit} in {target}".encode()).hexdigest()
    return float(kept(f"units/{name}.factor", lambda: repr(_factor(unit, target)).encode()))


@cache
def _origin() -> str:
    """Return what factors follow from, besides the two units."""
    return f"pint {version('pint')} {sources_digest(Path(__file__))}"


def _factor(unit: str, target: str) -> float:
    given, wanted = _parse(unit), _parse(target)
    if given.dimensionality != wanted.dimensionality:
        raise UnitError(
            f"unit '{unit}' has dimension {given.dimensionality}",
            expected=f"a unit that converts to '{target}', dimension {wanted.dimensionality}",
            fix=f"write the value in a unit like '{target}'",
        )
    return float(f"{(1.0 * given).to(wanted).magnitude:.15g}")


def factor_to_any(unit: str, targets: Sequence[str]) -> float:
    """Return the factor to the first of `targets` that has the dimension of `unit`.

    Raises
    ------
    UnitError
        When none has.

    Examples
    --------
    >>> factor_to_any("ug/h", ["mmol/h", "ng/h"])
    1000.0
    """
    for target in targets:
        try:
            return factor(unit, target)
        except UnitError as error:
            fault = error
    raise UnitError(fault.given, expected=f"a unit like {' or '.join(targets)}")


def convert(value: float, unit: str, target: str, *, field: str | None = None) -> float:
    """Convert `value` from `unit` to `target`; errors name `field`.

    Examples
    --------
    >>> convert(1.5, "L/min", "L/h")
    90.0
    """
    try:
        return value * factor(unit, target)
    except UnitError as error:
        raise UnitError(error.given, expected=error.expected, fix=error.fix, field=field) from None


def _parse(text: str) -> Any:
    if len(text) > MAX_UNIT_LENGTH or "**" in text:
        raise UnitError(
            f"unit '{text[:MAX_UNIT_LENGTH]}' cannot be read", expected="a short unit like 'ng/L'"
        )
    try:
        return registry().Unit(text if text not in ("", "1", "fold", "fraction") else "dimensionless")
    except Exception:  # pint raises a dozen kinds, all of which mean one thing here
        raise UnitError(
            f"unknown unit '{text}'", expected="a unit such as 'L/min', 'pg/mL', 'mmol/L', '1'"
        ) from None
