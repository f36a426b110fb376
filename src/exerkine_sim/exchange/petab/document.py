"""The SBML of a PEtab problem: one model for the plans of all its trials, which stand in a table beside it.

Inputs are rules of time. Were they set by events, programs would take them for states and ask how the rates
change with them, which the square root of a power of 0 cannot tell. Each change has an event too, so that no
integrator steps over it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import sympy

from ...model import Model
from ..sbml.document import Written
from ..sbml.mathml import TIME, math, number
from ..sbml.names import INPUT, OBSERVED, identifier, observed_name
from ..sbml.told import Nothing
from .plans import Plans

ZERO = "zero"
Output = tuple[str, str]  # molecule and site


def start_name(change: int) -> str:
    """Return what the hour of a change of the inputs is called; the first is 1."""
    return f"start_{change}"


def level_name(change: int, name: str) -> str:
    """Return what an input after a change is called; before the first it is 0."""
    return f"level_{change}.{name}"


def reference_name(output: Output) -> str:
    """Return what the value of a molecule at a site is called at time zero."""
    return ".".join(("reference", *output))


def document_of(
    model: Model, plans: Plans, *, values: Mapping[str, float], relative: Collection[Output]
) -> str:
    """Return the model as SBML, with the person and the inputs of the first trial.

    Parameters
    ----------
    model : Model
        Of what is observed, and nothing else.
    plans : Plans
    values : mapping of str to float
        Of what differs between trials.
    relative : collection of (exerkine, site)
        What is compared with itself at time zero.
    """
    written, n = _Document(Nothing()), plans.starts.shape[1]
    written.add_parameters(dict(zip(model.state_names, plans.resting.tolist(), strict=True)), constant=False)
    for state, rate in zip(model.state_names, model.rates, strict=True):
        written.add_rule("rateRule", state, rate)
    persons = dict(zip(model.constants, plans.persons[0].tolist(), strict=True))
    inputs = dict(zip((INPUT + name for name in model.inputs), plans.levels[0, 0].tolist(), strict=True))
    followed = dict(_followed(model, plans))
    numbers = {**persons, **inputs, **values}
    steady = {name: value for name, value in numbers.items() if name not in followed}
    written.add_parameters(steady, constant=True)
    for change in range(1, n + 1):
        written.add_step(f"step_{change}", start_name(change))
    written.add_parameters(dict.fromkeys(followed), constant=False)
    for name, expression in followed.items():
        written.add_rule("assignmentRule", name, expression)
    if n:
        written.add_parameters({"change": 0.0}, constant=False)
    for change in range(1, n + 1):
        written.add_note(f"change_{change}", start_name(change), {"change": sympy.Integer(change)})
    if relative:
        noted = {reference_name(one): followed[OBSERVED + ".".join(one)] for one in sorted(relative)}
        # before the event nothing is read, but a program that looks must not divide by 0
        written.add_parameters(dict.fromkeys(noted, 1.0), constant=False)
        written.add_note("time_zero", ZERO, noted)
    return written.text()


def _followed(model: Model, plans: Plans) -> Iterator[tuple[str, Any]]:
    """Yield each input that varies, and each observable, with what it is at any time."""
    n = plans.starts.shape[1]
    steps = [sympy.Integer(1), *(_symbol(f"step_{change}") for change in range(1, n + 1)), sympy.Integer(0)]
    for name, varies in zip(model.inputs, plans.varied, strict=True):
        if varies:
            # A level is multiplied by 1 from its step until the next, by 0 else: it stays exact.
            levels = [_symbol(level_name(change, name)) for change in range(n + 1)]
            spans = zip(levels, steps[:-1], steps[1:], strict=True)
            yield INPUT + name, sympy.Add(*(level * (since - until) for level, since, until in spans))
    for one, expression in zip(model.observables, model.observed, strict=True):
        yield observed_name(one), expression


def _symbol(name: str) -> sympy.Symbol:
    return sympy.Symbol(name, real=True)


class _Document(Written):
    """A document with what comes at hours that are numbers of a trial."""

    def add_step(self, name: str, hour: str) -> None:
        """Add what is 0 before an hour and 1 from then on."""
        self.add_parameters({name: None}, constant=False)
        rule = SubElement(self._lists["Rules"], "assignmentRule", {"variable": name})
        steps = Element("piecewise")
        piece = SubElement(steps, "piece")
        piece.extend([number(sympy.Integer(1)), _reached(hour)])
        SubElement(steps, "otherwise").append(number(sympy.Integer(0)))
        rule.append(math(steps, with_units=False))

    def add_note(self, name: str, hour: str, noted: Mapping[str, Any]) -> None:
        """Add an event that keeps the values that expressions have at an hour."""
        event = SubElement(self._lists["Events"], "event", {"id": name, "useValuesFromTriggerTime": "true"})
        trigger = SubElement(event, "trigger", {"initialValue": "true", "persistent": "true"})
        trigger.append(math(_reached(hour), with_units=False))
        assignments = SubElement(event, "listOfEventAssignments")
        for variable, expression in noted.items():
            place = SubElement(assignments, "eventAssignment", {"variable": identifier(variable)})
            place.append(self._told.notation.math(expression))


def _reached(hour: str) -> Element:
    """Return the condition that an hour is reached."""
    condition = Element("apply")
    SubElement(condition, "geq")
    SubElement(condition, "csymbol", {"encoding": "text", "definitionURL": TIME}).text = "time"
    SubElement(condition, "ci").text = hour
    return condition
