"""How a design file writes what varies, and the factor that it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from .. import units
from ..errors import InputError, nearest
from ..parameters import ParameterSet
from ..uncertainty import Prior
from .factor import (
    MOST_VALUES,
    Distribution,
    Factor,
    LogNormal,
    Normal,
    Published,
    Range,
    Value,
    Values,
    spaced,
)

Name = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Given = bool | Number | Name
PUBLISHED, PEOPLE = "published", "people"
FORMS = (
    "low and high (with scale, or steps); values; mean and sd; median and sigma_ln; or spread = 'published' "
    "or 'people'"
)


class Form(BaseModel, extra="forbid", frozen=True):
    """What a design file says of one thing that varies; see :data:`FORMS`."""

    low: Number | None = None
    high: Number | None = None
    scale: str | None = None
    steps: Whole | None = None
    values: Annotated[tuple[Given, ...], Field(max_length=MOST_VALUES)] | None = None
    mean: Number | None = None
    sd: Number | None = None
    median: Number | None = None
    sigma_ln: Number | None = None
    spread: str | None = None
    unit: Annotated[str, Field(max_length=80)] | None = None


def listed(name: str, rows: Sequence[Mapping[str, Value]], parameters: ParameterSet) -> Factor:
    """Return what a list varies, with the values that it gives."""
    values = Values(tuple(dict.fromkeys(row[name] for row in rows if name in row)))
    return Factor(name, values, _unit(name, parameters))


def factor_of(name: str, form: Form | str, parameters: ParameterSet, *, unit: str | None = None) -> Factor:
    """Return what varies; numbers are in `unit` already where that is given."""
    form = Form(spread=form) if isinstance(form, str) else form
    try:
        if unit is not None:
            return Factor(name, _distribution(name, form.model_copy(update={"unit": None}), parameters), unit)
        return Factor(name, _distribution(name, form, parameters), _unit(name, parameters))
    except InputError as error:
        raise InputError(error.given, expected=error.expected, fix=error.fix, field=f"vary.{name}") from None


def _unit(name: str, parameters: ParameterSet) -> str:
    return parameters[name].unit if name in parameters else ""


def _distribution(name: str, form: Form, parameters: ParameterSet) -> Distribution:
    given = form.model_dump(exclude_none=True)
    factor = _in_own_unit(name, given.pop("unit", None), parameters)
    scale = {"scale": str(given.pop("scale"))} if "scale" in given and "low" in given else {}
    match sorted(given):
        case ["high", "low"]:
            return Range(factor * given["low"], factor * given["high"], **scale)
        case ["high", "low", "steps"]:
            ends = factor * given["low"], factor * given["high"]
            return spaced(*ends, steps=given["steps"], **scale)
        case ["values"]:
            return Values(tuple(factor * one if type(one) is float else one for one in given["values"]))
        case ["mean", "sd"]:
            return Normal(factor * given["mean"], factor * given["sd"])
        case ["median", "sigma_ln"]:
            return LogNormal(factor * given["median"], given["sigma_ln"])
        case ["spread"] if given["spread"] in (PUBLISHED, PEOPLE):
            return _spread(name, given["spread"], parameters)
    raise InputError(", ".join(f"{key} = {one}" for key, one in given.items()) or "nothing", expected=FORMS)


def _spread(name: str, whose: str, parameters: ParameterSet) -> Distribution:
    if name not in parameters:
        raise InputError(
            f"no known spread of '{name}'",
            expected="a parameter, or a range of its own",
            fix=nearest(name, parameters),
        )
    if whose == PUBLISHED:
        return Published(Prior.of(name, parameters))
    between = f"variability.{name}"
    if between not in parameters:
        raise InputError(
            f"how much people differ in '{name}' is not known",
            expected="a name of params/variability.toml",
            fix="give median and sigma_ln",
        )
    return LogNormal(parameters[name].value, parameters[between].to("1"))


def _in_own_unit(name: str, unit: str | None, parameters: ParameterSet) -> float:
    """Return the factor from a unit that was given to the parameter's own."""
    if unit is None:
        return 1.0
    if name not in parameters:
        raise InputError(f"unit = {unit!r}", expected="a unit for parameters only", fix="leave it out")
    return units.factor(unit, parameters[name].unit)
