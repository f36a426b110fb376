"""What a document says besides its equations: nothing, or all that is known of its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol
from xml.etree.ElementTree import Element, SubElement

from ...engine import Forcing
from ...model import Model
from ...parameters import ParameterSet
from . import about
from .catalogue import RESOLVER, catalogue
from .mathml import Notation
from .names import INPUT, OWN, SUBJECT, flux_name, identifier, observed_name, volume_name
from .unit import HOUR, NONE, factors, factors_of, spelled, unit_identifier

INTRODUCTION = (
    "exerkine-sim: what exercise signalling molecules do in one person who follows one training plan.",
    "States carry rate rules; observables, fluxes and volumes follow from them by assignment rules; the plan "
    "is in the events, which change the inputs. Initial values are the resting steady state of this person.",
    "It is a model of group means in healthy adults, not of an individual, and never a clinical prediction.",
)


class Told(Protocol):
    """What a writer asks about a document."""

    notation: Notation

    def units(self) -> tuple[str, ...]:
        """Return the units to define."""
        ...

    def unit(self, name: str) -> str | None:
        """Return the identifier of a quantity's unit."""
        ...

    def followed(self) -> Iterator[tuple[str, Any]]:
        """Yield what follows from states: name and expression."""
        ...

    def introduce(self, model: Element) -> None:
        """Say what the document is."""
        ...

    def tell(self, element: Element, name: str) -> None:
        """Say what a quantity is."""
        ...


class Nothing:
    """Only the unit of time."""

    notation = Notation()

    def units(self) -> tuple[str, ...]:
        """Return the hour."""
        return (HOUR,)

    def unit(self, name: str) -> str | None:  # noqa: ARG002
        """Return None: numbers stand alone."""
        return None

    def followed(self) -> Iterator[tuple[str, Any]]:
        """Yield nothing."""
        return iter(())

    def introduce(self, model: Element) -> None:
        """Leave the model without notes."""

    def tell(self, element: Element, name: str) -> None:
        """Leave the quantity without notes."""


class Everything:
    """All that is known of a model and its numbers."""

    def __init__(self, model: Model, parameters: ParameterSet, forcing: Forcing, *, events: bool) -> None:
        self._model, self._parameters = model, parameters
        self._breakpoints = forcing.breakpoints if events else forcing.breakpoints[:2]
        quantities = list(_quantities(model, forcing))
        self._own = {name: own for name, _, own in quantities}
        self._unit = {name: unit for name, unit, _ in quantities}
        self._spelled = {factors(unit): unit for unit in self._unit.values()}
        self._used = {HOUR: None}
        self.notation = Notation(NONE, self._zero)

    def units(self) -> tuple[str, ...]:
        """Return every unit that was asked for but 1, the hour first."""
        return tuple(self._used)

    def unit(self, name: str) -> str | None:
        """Return the identifier of a quantity's unit."""
        return self._identified(self._unit[name])

    def _zero(self, beside: Any) -> str:
        found = factors_of(beside, self._unit)
        return self._identified(self._spelled.get(found) or spelled(found))

    def _identified(self, unit: str) -> str:
        if unit_identifier(unit) != NONE:
            self._used[unit] = None
        return unit_identifier(unit)

    def followed(self) -> Iterator[tuple[str, Any]]:
        """Yield observables, fluxes and volumes."""
        model = self._model
        yield from zip(map(observed_name, model.observables), model.observed, strict=True)
        yield from ((flux_name(flux), flux.rate) for flux in model.fluxes)
        yield from ((volume_name(pool), volume) for pool, volume in model.volumes.items())

    def introduce(self, model: Element) -> None:
        """Say what the document is, where the model came from and when its inputs change."""
        model.set("metaid", "meta_model")
        model.append(about.notes(INTRODUCTION))
        own = Element("xk:model", {"xmlns:xk": OWN})
        SubElement(own, "xk:breakpoints").text = " ".join(map(repr, self._breakpoints.tolist()))
        for name, doc in self._model.modules.items():
            SubElement(own, "xk:module", {"name": name}).text = doc
        annotation = SubElement(model, "annotation")
        organism = [("hasTaxon", RESOLVER + catalogue().organism)]
        annotation.extend([about.described("meta_model", organism), own])

    def tell(self, element: Element, name: str) -> None:
        """Give a quantity its unit, its notes and its annotation."""
        own, unit = self._own[name], self.unit(name)
        element.set("units", str(unit))
        paragraphs, terms = self._known(own, name)
        if paragraphs:
            element.append(about.notes(paragraphs))
        annotation = SubElement(element, "annotation")
        if terms:
            element.set("metaid", f"meta_{identifier(name)}")
            annotation.append(about.described(f"meta_{identifier(name)}", terms))
        annotation.append(own)

    def _known(self, own: Element, name: str) -> tuple[list[str], about.Terms]:
        model, parameters = self._model, self._parameters
        match own.tag.removeprefix("xk:"):
            case "observable":
                return about.of_observable(
                    model.observable(own.attrib["exerkine"], own.attrib["site"]), parameters
                )
            case "flux":
                return about.of_flux(own.attrib)
            case "state":
                return about.of_state(name, own.attrib["unit"], parameters), []
            case "parameter" if name in parameters:
                return about.of_parameter(parameters[name])
        return [], []


def _quantities(model: Model, forcing: Forcing) -> Iterator[tuple[str, str, Element]]:
    """Yield every quantity of a document: its name, its unit and what makes it one of ours again."""
    for state, guess in zip(model.states, model.equations.guesses, strict=True):
        own = _own("state", unit=state.unit)
        SubElement(own, "xk:guess").append(Notation().math(guess))
        yield state.name, state.unit, own
    for name, unit in model.parameters.items():
        yield name, unit, _own("parameter", unit=unit)
    for name, unit in model.subject.items():
        yield SUBJECT + name, unit, _own("subject", unit=unit)
    for (name, unit), rest in zip(model.inputs.items(), forcing.rest.tolist(), strict=True):
        yield INPUT + name, unit, _own("input", unit=unit, rest=repr(rest))
    for one in model.observables:
        yield (
            observed_name(one),
            one.unit,
            _own("observable", exerkine=one.exerkine, site=one.site, unit=one.unit),
        )
    for term in model.terms:
        fields = {"pool": term.pool, "kind": term.kind, "tissue": term.tissue, "trigger": term.trigger}
        yield flux_name(term), term.unit, _own("flux", **fields, unit=term.unit)
    for pool in model.volumes:
        yield volume_name(pool), "L", _own("volume", pool=pool)


def _own(tag: str, **fields: str) -> Element:
    return Element(f"xk:{tag}", {"xmlns:xk": OWN, **fields})
