"""What a document says of its numbers: notes for people, addresses in databases for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ...model import Observable
from ...parameters import Parameter, ParameterSet
from .catalogue import RESOLVER, catalogue
from .names import XHTML

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BIOLOGY = "http://biomodels.net/biology-qualifiers/"

Terms = list[tuple[str, str]]  # qualifiers of BioModels, and what they lead to


def notes(paragraphs: Iterable[str]) -> Element:
    """Return notes of one paragraph each."""
    element = Element("notes")
    body = SubElement(element, "body", {"xmlns": XHTML})
    for text in paragraphs:
        SubElement(body, "p").text = text
    return element


def described(identifier: str, terms: Terms) -> Element:
    """Return the RDF that relates an element of the document, by its ``metaid``, to entries of databases."""
    namespaces = {"xmlns:rdf": RDF, "xmlns:bqbiol": BIOLOGY}
    rdf = Element("rdf:RDF", namespaces)
    about = SubElement(rdf, "rdf:Description", {"rdf:about": f"#{identifier}"})
    for qualifier, address in terms:
        bag = SubElement(SubElement(about, f"bqbiol:{qualifier}"), "rdf:Bag")
        SubElement(bag, "rdf:li", {"rdf:resource": address})
    return rdf


def of_parameter(one: Parameter) -> tuple[list[str], Terms]:
    """Return what is known of a parameter: value, spread, basis, grade and source."""
    source = one.source
    paragraphs = [
        f"{one.name} = {one.value:g}{_unit(one.unit)} ({one.spread_text}); {one.basis}; evidence {one.grade}",
        f"Source: {source}",
        f"Where: {source.where}",
        *([f"In: {one.population}"] if one.population else []),
        *([f"Note: {one.note}"] if one.note else []),
    ]
    return paragraphs, [("isDescribedBy", f"{RESOLVER}doi:{source.doi}")] if source.doi else []


def of_state(name: str, unit: str, parameters: ParameterSet) -> list[str]:
    """Return what a state is, and what is known of its molecule."""
    molecule, _, rest = name.partition(".")
    return [f"State {rest} of {_named(molecule, parameters)}{_in(unit)}.", *_known(molecule, parameters)]


def of_observable(one: Observable, parameters: ParameterSet) -> tuple[list[str], Terms]:
    """Return what an observable is of, and where databases know that."""
    text = f"{_named(one.exerkine, parameters)}, {one.site.replace('_', ' ')}{_in(one.unit)}."
    return [text, *_known(one.exerkine, parameters)], catalogue().observable(one.exerkine, one.site)


def of_flux(fields: Mapping[str, str]) -> tuple[list[str], Terms]:
    """Return what a flux is, and where it takes place, from the fields of its Term."""
    way = "Release into" if fields["kind"] == "release" else "Loss from"
    text = f"{way} {fields['pool']}, {fields['tissue']}: {fields['trigger']}{_in(fields['unit'])}."
    place = catalogue().place(fields["tissue"])
    return [text], [] if place is None else [("occursIn", RESOLVER + place)]


def _named(molecule: str, parameters: ParameterSet) -> str:
    return parameters.about.get(molecule, {}).get("name", molecule)


def _known(molecule: str, parameters: ParameterSet) -> list[str]:
    about: Mapping[str, Any] = parameters.about.get(molecule, {})
    titles = {"summary": "", "grade": "Evidence: ", "contested": "Contested: "}
    return [f"{title}{about[key]}" for key, title in titles.items() if about.get(key)]


def _unit(unit: str) -> str:
    return "" if unit == "1" else f" {unit}"


def _in(unit: str) -> str:
    return "" if unit == "1" else f", in {unit}"
