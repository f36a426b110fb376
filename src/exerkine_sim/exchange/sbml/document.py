"""SBML: one member as a document that other simulators read.

States, constants and inputs all become global parameters; a state carries a rate rule, what follows from
states (observables, fluxes, volumes) an assignment rule. Nothing is turned into species and reactions: a
folded transcript or a relative glycogen is no amount of substance. Time is in hours, and every other number
in the canonical unit of the model. libSBML would write 15 digits of a number; here all stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from ...engine import Forcing
from ...errors import InputError, ModelError
from ...model import Model
from ...parameters import ParameterSet
from ..member import Member
from .mathml import math, number, reached
from .names import CORE, INPUT, LEVEL, VERSION, identifier
from .told import Everything, Nothing, Told
from .unit import HOUR, unit_definition


def to_sbml(
    model: Model,
    constants: Sequence[float] | np.ndarray,
    *,
    start: Sequence[float] | np.ndarray,
    forcing: Forcing,
    events: bool = False,
    parameters: ParameterSet | None = None,
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
    parameters : ParameterSet, optional
        Where the numbers come from. With it, the document has all that can be said: units, observables and
        fluxes, notes with sources, addresses in databases, and what :func:`from_sbml` needs to make the same
        Model of it. Without it, it is as small and as quick to read as can be.

    Returns
    -------
    str
        The document; the time of its events counts from the first breakpoint.

    Raises
    ------
    InputError
        For an array of the wrong length, or a value that is not finite.
    ModelError
        For a name that has no reversible identifier, or a function that SBML lacks.
    UnitError
        For a unit that SBML lacks.

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
    states = _values(model.state_names, start, field="start")
    fixed = _values(model.constants, constants, field="constants")
    inputs = _values([INPUT + name for name in model.inputs], forcing.inputs[0], field="forcing")
    told = Nothing() if parameters is None else Everything(model, parameters, forcing, events=events)
    written = Written(told)
    for values, constant in ((states, False), (inputs, not events), (fixed, True)):
        written.add_parameters(values, constant=constant)
    for state, rate in zip(model.state_names, model.rates, strict=True):
        written.add_rule("rateRule", state, rate)
    for name, expression in told.followed():
        written.add_parameters({name: None}, constant=False)
        written.add_rule("assignmentRule", name, expression)
    for time, changed in changes(tuple(inputs), forcing) if events else ():
        written.add_event(time, changed)
    return written.text()


def sbml_of(member: Member) -> str:
    """Return all that can be said of a member as one document, the whole plan in its events.

    It is :func:`to_sbml` with the events, and with the provenance of the numbers where that is known.

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.exchange import member_of
    >>> subject = xk.Subject(sex="male", age_y=30, body_mass_kg=75, height_m=1.8, vo2max=50)
    >>> text = sbml_of(member_of(xk.parse_schedule("Mon 07:00 run 60m 70% VO2max"), subject))
    >>> text.count("<event ")  # begin and end of the run
    2
    """
    known = ParameterSet({}) if member.parameters is None else member.parameters
    return to_sbml(
        member.model,
        member.constants,
        start=member.start,
        forcing=member.forcing,
        events=True,
        parameters=known,
    )


class Written:
    """A document in the making."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._lists = {name: Element(f"listOf{name}") for name in ("Parameters", "Rules", "Events")}
        self._names: set[str] = set()

    def add_parameters(self, values: Mapping[str, float | None], *, constant: bool) -> None:
        """Add numbers by their dotted names; None for one that a rule gives."""
        for name, value in values.items():
            if name in self._names:
                raise ModelError(f"'{name}' stands twice in the document", fix="rename one of them")
            self._names.add(name)
            attributes = {"id": identifier(name), "name": name}
            attributes |= {} if value is None else {"value": repr(value)}
            attributes["constant"] = str(constant).lower()
            self._told.tell(SubElement(self._lists["Parameters"], "parameter", attributes), name)

    def add_rule(self, kind: str, name: str, expression: Any) -> None:
        """Add what a quantity, or its rate, is at any time."""
        rule = SubElement(self._lists["Rules"], kind, {"variable": identifier(name)})
        rule.append(self._told.notation.math(expression))

    def add_event(self, time: float, changed: Mapping[str, float]) -> None:
        """Add a change of inputs at an hour."""
        told, with_units = self._told, self._told.notation.unit is not None
        event = SubElement(self._lists["Events"], "event", {"useValuesFromTriggerTime": "true"})
        trigger = SubElement(event, "trigger", {"initialValue": "true", "persistent": "true"})
        trigger.append(math(reached(time, unit=HOUR if with_units else None), with_units=with_units))
        assignments = SubElement(event, "listOfEventAssignments")
        for name, value in changed.items():
            assignment = SubElement(assignments, "eventAssignment", {"variable": identifier(name)})
            assignment.append(math(number(value, unit=told.unit(name)), with_units=with_units))

    def text(self) -> str:
        """Return the whole document."""
        root = Element("sbml", {"xmlns": CORE, "level": str(LEVEL), "version": str(VERSION)})
        model = SubElement(root, "model", {"timeUnits": HOUR})
        self._told.introduce(model)
        units = Element("listOfUnitDefinitions")
        units.extend(map(unit_definition, self._told.units()))
        model.extend(one for one in (units, *self._lists.values()) if len(one))
        indent(root)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _values(names: Sequence[str], values: Iterable[float], *, field: str) -> dict[str, float]:
    given = [float(value) for value in values]
    if len(names) != len(given):
        raise InputError(f"{len(given)} values", expected=f"{len(names)}: one for each name", field=field)
    if not np.isfinite(given).all():
        raise InputError("a value that is not finite", expected="finite numbers", field=field)
    return dict(zip(names, given, strict=True))


def changes(names: Sequence[str], forcing: Forcing) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield each breakpoint inside the plan, from the first one, with the inputs that change there."""
    times = forcing.breakpoints[1:-1] - forcing.breakpoints[0]
    for time, before, after in zip(times, forcing.inputs[:-1], forcing.inputs[1:], strict=True):
        changed = {
            name: float(new) for name, old, new in zip(names, before, after, strict=True) if new != old
        }
        if changed:
            yield float(time), changed
