"""A document of ours in its parts: quantities with their roles, formulas, and the plan in its events."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import numpy as np

from ... import units
from ...engine import Forcing
from ...errors import InputError
from .formula import TAG, number_of
from .mathml import TIME
from .names import CORE, LEVEL, OWN, VERSION, original
from .unit import HOUR, unit_identifier

AGAIN = "export it again with exerkine-sim"
ROLES = ("state", "parameter", "subject", "input", "observable", "flux", "volume")
NUMBERED = ROLES[:4]  # others follow from these by rules
LISTS = ("notes", "annotation", "listOfUnitDefinitions", "listOfParameters", "listOfRules", "listOfEvents")
REAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
MAX_ELEMENTS = 200_000  # ten times what the shipped model has; some take sympy a tenth of a millisecond
FACTOR = r"[A-Za-z]{1,20}(\^[1-9])?"
UNIT = re.compile(rf"1|(1/)?{FACTOR}([/*]{FACTOR}){{0,7}}")


@dataclass(frozen=True)
class Quantity:
    """A global parameter: its dotted name, its value where it has one, and what makes it one of ours."""

    name: str
    value: float
    own: Element

    def field(self, key: str) -> str:
        """Return a field of its annotation."""
        if key not in self.own.attrib:
            raise InputError(f"no {key} in its annotation", expected=key, fix=AGAIN, field=self.name)
        return self.own.attrib[key]

    @property
    def unit(self) -> str:
        """Unit of the model, as text."""
        unit = self.field("unit")
        if UNIT.fullmatch(unit) is None:
            raise InputError(f"unit '{unit[:60]}'", expected="a unit like 'ng/L'", fix=AGAIN, field=self.name)
        units.factor(unit, unit)
        return unit


def model_in(root: Element) -> Element:
    """Return the model of a document that was written by this package, whole.

    Raises
    ------
    InputError
        For another document, or one with parts that a Model has no place for.
    """
    level = root.get("level"), root.get("version")
    if root.tag != f"{{{CORE}}}sbml" or level != (str(LEVEL), str(VERSION)) or len(root) != 1:
        raise InputError(
            f"<{root.tag.rpartition('}')[2][:40]}> of level {level[0]}, version {level[1]}",
            expected=f"SBML Level {LEVEL} Version {VERSION} with one model",
            fix=AGAIN,
        )
    if root[0].get("timeUnits") != HOUR or "conversionFactor" in root[0].attrib:
        raise InputError("time in other units, or a conversion", expected=f"time in {HOUR}", fix=AGAIN)
    for part in root[0]:
        if part.tag not in [f"{{{CORE}}}{name}" for name in LISTS]:
            raise InputError(
                f"<{part.tag.rpartition('}')[2][:40]}>",
                expected=f"nothing but {', '.join(LISTS)}",
                fix=f"take it out: what reads other SBML is a program like COPASI; or {AGAIN}",
            )
        if not part.tag.endswith("Events") and sum(1 for _ in part.iter()) > MAX_ELEMENTS:
            raise InputError(f"more than {MAX_ELEMENTS} elements of equations", fix=AGAIN)
    return root[0]


def own_of(element: Element) -> Element:
    """Return the annotation of ours in an element."""
    found = [one for one in element.iterfind(f"{{{CORE}}}annotation/*") if one.tag.startswith(f"{{{OWN}}}")]
    if len(found) != 1:
        raise InputError(
            "no annotation of exerkine-sim",
            expected="a full document, as `exerkine-sim export` writes it",
            fix=AGAIN,
            field=element.get("id", element.tag.rpartition("}")[2])[:60],
        )
    return found[0]


def quantities_in(model: Element) -> dict[str, list[Quantity]]:
    """Return the quantities of a model by role, in the order of the document."""
    found: dict[str, list[Quantity]] = {role: [] for role in ROLES}
    names = set()
    for one in model.iterfind(f"{{{CORE}}}listOfParameters/{{{CORE}}}parameter"):
        own, name = own_of(one), original(one.get("id", ""))
        role = own.tag.removeprefix(f"{{{OWN}}}")
        if role not in ROLES or not name or name in names:
            raise InputError("no role of its own", expected=", ".join(ROLES), fix=AGAIN, field=name[:60])
        names.add(name)
        value = float_of(one.get("value", "none" if role in NUMBERED else "0"), field=name)
        quantity = Quantity(name, value, own)
        if "unit" in own.attrib and one.get("units") != unit_identifier(quantity.unit):
            raise InputError(
                f"units '{one.get('units', '')[:40]}'",
                expected=f"'{unit_identifier(quantity.unit)}', as in its annotation",
                fix=AGAIN,
                field=name[:60],
            )
        found[role].append(quantity)
    return found


def formulas_in(model: Element) -> dict[tuple[str, str], Element]:
    """Return the ``math`` of each rule, by the kind of rule and the dotted name that it is about."""
    rules = {}
    for rule in model.iterfind(f"{{{CORE}}}listOfRules/*"):
        key = rule.tag.removeprefix(f"{{{CORE}}}"), original(rule.get("variable", ""))
        formula = rule.find(f"{TAG}math")
        if formula is None or key in rules:
            raise InputError(
                "no formula of its own", expected="one rule a name", fix=AGAIN, field=key[1][:60]
            )
        rules[key] = formula
    return rules


def forcing_in(model: Element, inputs: Sequence[Quantity]) -> Forcing:
    """Return the plan: breakpoints from the annotation of the model, inputs from its events."""
    text = own_of(model).findtext(f"{{{OWN}}}breakpoints") or ""
    breakpoints = np.array([float_of(one, field="breakpoints") for one in text.split()])
    if len(breakpoints) < 2 or not (np.diff(breakpoints) > 0).all():
        raise InputError(
            f"{len(breakpoints)} breakpoints",
            expected="two or more, each later",
            fix=AGAIN,
            field="breakpoints",
        )
    column = {one.name: place for place, one in enumerate(inputs)}
    # The last breakpoint is an end, and changes nothing.
    since = (breakpoints - breakpoints[0]).tolist()[:-1]
    place = {_known(time): index for index, time in enumerate(since)}
    levels = np.tile([one.value for one in inputs], (len(breakpoints) - 1, 1))
    for time, changed in sorted(_events(model), key=lambda event: event[0]):
        start = place.pop(_known(time), None)
        if start is None or not set(changed) <= set(column):
            raise InputError(
                f"an event at {time:g} h that is no change of inputs at a breakpoint",
                expected="one event a breakpoint, as they were written",
                fix=AGAIN,
                field="listOfEvents",
            )
        for name, value in changed.items():
            levels[start:, column[name]] = value
    rest = [float_of(one.field("rest"), field=one.name) for one in inputs]
    return Forcing(breakpoints, levels, np.array(rest))


def _known(time: float) -> str:
    """Return by what a time is known, also to programs that write 15 digits of a number."""
    return f"{time:.13g}"


def _events(model: Element) -> Iterator[tuple[float, Mapping[str, float]]]:
    """Yield the time of each event and what it sets inputs to."""
    for event in model.iterfind(f"{{{CORE}}}listOfEvents/{{{CORE}}}event"):
        when = event.findall(f"{{{CORE}}}trigger/{TAG}math/{TAG}apply/*")
        form = [one.tag for one in when] == [f"{TAG}geq", f"{TAG}csymbol", f"{TAG}cn"]
        parts = {one.tag.removeprefix(f"{{{CORE}}}") for one in event} - {"notes", "annotation"}
        if not form or when[1].get("definitionURL") != TIME or parts != {"trigger", "listOfEventAssignments"}:
            raise InputError(
                "an event of another form", expected="time >= a number", fix=AGAIN, field="listOfEvents"
            )
        changed = {}
        for one in event.iterfind(f"{{{CORE}}}listOfEventAssignments/{{{CORE}}}eventAssignment"):
            values = one.findall(f"{TAG}math/*")
            if len(values) != 1:
                raise InputError("no number", expected="a number", fix=AGAIN, field="listOfEvents")
            changed[original(one.get("variable", ""))] = float(number_of(values[0]))
        yield float(number_of(when[2])), changed


def float_of(text: str, *, field: str) -> float:
    """Return a finite number, or refuse it naming the field."""
    value = float(text) if REAL.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise InputError(f"'{text[:40]}'", expected="a finite number", fix=AGAIN, field=field[:60])
    return value
