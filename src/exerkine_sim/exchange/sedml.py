"""SED-ML: how another program simulates a document and what it draws of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .sbml.mathml import math, number
from .sbml.names import CORE

SEDML = "http://sed-ml.org/sed-ml/level1/version4"
TIME = "urn:sedml:symbol:time"
# In the Kinetic Simulation Algorithm Ontology: relative and absolute tolerance, and the most steps.
CVODE, SETTINGS = (
    "KISAO:0000019",
    {"KISAO:0000209": "1e-08", "KISAO:0000211": "1e-12", "KISAO:0000415": "1000000"},
)
PARAMETER = "/sbml:sbml/sbml:model/sbml:listOfParameters/sbml:parameter[@id='{}']"


class Curve(NamedTuple):
    """A molecule at a site.

    Parameters
    ----------
    exerkine, site : str
    target : str
        Identifier of its concentration in the SBML document.
    label : str
        What readers see, with the unit.
    scale : float
        From the unit of the document to that of the label.
    """

    exerkine: str
    site: str
    target: str
    label: str
    scale: float


def sedml(curves: Sequence[Curve], *, start: float, end: float, steps: int, source: str = "model.xml") -> str:
    """Return a simulation with a figure of some curves, and the same as a table, as SED-ML Level 1 Version 4.

    Parameters
    ----------
    curves : sequence of Curve
    start, end : float
        On the time axis of the document, in hours: midnight of day 1, and the end.
    steps : int
        Between them.
    source : str
        Where the document lies.

    Examples
    --------
    >>> text = sedml([Curve("il6", "plasma", "il6", "il6 (pg/mL)", 1.0)], start=0.0, end=2.0, steps=4)
    >>> 'numberOfSteps="4"' in text
    True
    """
    root = Element("sedML", {"xmlns": SEDML, "xmlns:sbml": CORE, "level": "1", "version": "4"})
    language = "urn:sedml:language:sbml.level-3.version-2"
    _add(root, "listOfModels", "model", {"id": "model", "language": language, "source": source})
    spans = {"initialTime": 0.0, "outputStartTime": start, "outputEndTime": end}
    course = {
        "id": "course",
        **{name: repr(value) for name, value in spans.items()},
        "numberOfSteps": str(steps),
    }
    simulation = _add(root, "listOfSimulations", "uniformTimeCourse", course)
    algorithm = SubElement(simulation, "algorithm", {"kisaoID": CVODE})
    settings = SubElement(algorithm, "listOfAlgorithmParameters")
    for name, value in SETTINGS.items():
        SubElement(settings, "algorithmParameter", {"kisaoID": name, "value": value})
    task = {"id": "task", "modelReference": "model", "simulationReference": "course"}
    _add(root, "listOfTasks", "task", task)
    generators = SubElement(root, "listOfDataGenerators")
    _generate(generators, "time", {"symbol": TIME}, ("minus", start))
    for one in curves:
        _generate(generators, one.target, {"target": PARAMETER.format(one.target)}, ("times", one.scale))
    outputs = SubElement(root, "listOfOutputs")
    _plot(outputs, curves)
    _table(outputs, curves)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add(root: Element, group: str, kind: str, attributes: dict[str, str]) -> Element:
    return SubElement(SubElement(root, group), kind, attributes)


def _generate(generators: Element, name: str, what: Mapping[str, str], change: tuple[str, float]) -> None:
    """Add what an output refers to: a variable of the task, and a number that it is changed by."""
    generator = SubElement(generators, "dataGenerator", {"id": f"data_{name}"})
    variable = {"id": f"of_{name}", **what, "taskReference": "task"}
    _add(generator, "listOfVariables", "variable", variable)
    operation, value = change
    changed, symbol = Element("apply"), Element("ci")
    symbol.text = variable["id"]
    changed.extend([Element(operation), symbol, number(value)])
    generator.append(math(changed, with_units=False))


def _plot(outputs: Element, curves: Sequence[Curve]) -> None:
    plot = SubElement(outputs, "plot2D", {"id": "figure", "name": "Time courses"})
    SubElement(plot, "xAxis", {"id": "hours", "type": "linear", "name": "time (h)"})
    SubElement(plot, "yAxis", {"id": "levels", "type": "log10"})
    drawn = SubElement(plot, "listOfCurves")
    for order, one in enumerate(curves):
        data = {"xDataReference": "data_time", "yDataReference": f"data_{one.target}"}
        names = {"id": f"curve_{one.target}", "name": one.label, "order": str(order)}
        SubElement(drawn, "curve", {**names, "type": "points", **data})


def _table(outputs: Element, curves: Sequence[Curve]) -> None:
    report = SubElement(outputs, "report", {"id": "table", "name": "Time courses as numbers"})
    columns = SubElement(report, "listOfDataSets")
    for name, label in [("time", "time (h)"), *((one.target, one.label) for one in curves)]:
        column = {"id": f"column_{name}", "label": label, "dataReference": f"data_{name}"}
        SubElement(columns, "dataSet", column)
