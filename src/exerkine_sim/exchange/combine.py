"""COMBINE archive: model, plan as events, and a figure of time courses that other programs draw again.

A ZIP file whose manifest says what each part is: SBML, SED-ML that simulates it and plots what was chosen,
plan and person as they are read here, and our own numbers to compare with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np

from .. import __version__
from ..columns import csv_of
from ..errors import InputError, nearest
from ..schedule import Schedule
from ..simulate import simulate
from ..solution import Solution
from ..subject import Subject
from ..units import factor
from .member import Member, member_of
from .sbml import identifier, sbml_of
from .sbml.names import observed_name
from .sedml import Curve, sedml

USUAL = ("il6", "irisin", "bdnf", "lactate")
POINTS_AN_HOUR, MOST_POINTS = 12, 10_000
TOLERANCE = 1e-8  # so that our numbers can be held against those of other programs
COMBINE = "http://identifiers.org/combine.specifications/"
MEDIA = "http://purl.org/NET/mediatypes/"
FORMATS = {
    "manifest.xml": f"{COMBINE}omex-manifest",
    "metadata.rdf": f"{COMBINE}omex-metadata",
    "model.xml": f"{COMBINE}sbml.level-3.version-2",
    "simulation.sedml": f"{COMBINE}sed-ml",
    "plan.toml": f"{MEDIA}application/toml",
    "person.toml": f"{MEDIA}application/toml",
    "timecourse.csv": f"{MEDIA}text/csv",
}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same content is the same file
RDF, ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/dc/terms/"


def to_omex(
    member: Member, schedule: Schedule, subject: Subject, *, exerkines: Sequence[str] | None = None
) -> bytes:
    """Return a COMBINE archive with the time courses of some molecules, each at its first site, as a figure.

    Parameters
    ----------
    member : Member
        Of that plan and person, as :func:`member_of` returns it.
    schedule : Schedule
    subject : Subject
    exerkines : sequence of str, optional
        What is drawn; IL-6, irisin, BDNF and lactate when left out.

    Returns
    -------
    bytes
        The same for the same member, to the bit.

    Raises
    ------
    InputError
        For an unknown molecule, with the nearest names, and for a member of another plan or person.

    References
    ----------
    Bergmann et al., COMBINE archive (2014); Smith et al., SED-ML Level 1 Version 4 (2021).

    Examples
    --------
    >>> import exerkine_sim as xk
    >>> from exerkine_sim.exchange import member_of
    >>> subject = xk.Subject(sex="female", age_y=30, body_mass_kg=62, height_m=1.68, vo2max=45)
    >>> plan = xk.parse_schedule("Mon 07:00 run 60m 70% VO2max")
    >>> to_omex(member_of(plan, subject, end_h=12), plan, subject, exerkines=["il6"])[:2]
    b'PK'
    """
    names = _known(member, USUAL if exerkines is None else exerkines)
    _check_whose(member, schedule, subject)
    solution = _simulated(member, schedule, subject, names)
    curves = [_curve(member, solution, name) for name in names]
    start, end_h = 0.0 - float(member.forcing.breakpoints[0]), float(solution.times_h[-1])
    parts = {
        "metadata.rdf": _metadata(schedule, subject),
        "model.xml": _model(member),
        "simulation.sedml": sedml(curves, start=start, end=start + end_h, steps=len(solution.times_h) - 1),
        "plan.toml": schedule.to_toml(),
        "person.toml": subject.to_toml(),
        "timecourse.csv": _numbers(curves, solution),
    }
    return _zipped({"manifest.xml": _manifest(), **parts})


def _known(member: Member, exerkines: Sequence[str]) -> tuple[str, ...]:
    known = member.model.exerkines
    for name in exerkines:
        if name not in known:
            raise InputError(f"unknown exerkine '{name}'", fix=nearest(name, known), field="exerkines")
    if not exerkines:
        raise InputError("no exerkine", fix="name one, or leave exerkines out", field="exerkines")
    return tuple(dict.fromkeys(exerkines))


def _check_whose(member: Member, schedule: Schedule, subject: Subject) -> None:
    """Refuse a plan or a person that the numbers of a member do not follow from."""
    end_h = float(member.forcing.breakpoints[-1])
    own = member_of(schedule, subject, parameters=member.parameters, model=member.model, end_h=end_h)
    drives = ((one.forcing.breakpoints, one.forcing.inputs) for one in (member, own))
    same = all(np.array_equal(one, other) for one, other in zip(*drives, strict=True))
    if not (same and np.array_equal(member.constants, own.constants)):
        raise InputError(
            "a member of another plan or person, or with other parameters",
            fix="member_of(schedule, subject)",
            field="member",
        )


def _simulated(member: Member, schedule: Schedule, subject: Subject, names: Sequence[str]) -> Solution:
    end_h = float(member.forcing.breakpoints[-1])
    steps = max(1, min(MOST_POINTS, round(POINTS_AN_HOUR * end_h)))
    times = end_h * np.arange(steps + 1) / steps
    return simulate(
        schedule,
        subject,
        parameters=member.parameters,
        model=member.model,
        end_h=end_h,
        times_h=times,
        exerkines=names,
        tolerance=TOLERANCE,
    )


def _curve(member: Member, solution: Solution, exerkine: str) -> Curve:
    site = solution.sites(exerkine)[0]
    observable = member.model.observable(exerkine, site)
    shown = solution.concentration(exerkine).attrs["units"]
    scale = 1.0 if observable.unit == "1" else factor(observable.unit, shown)
    target = identifier(observed_name(observable))
    return Curve(exerkine, site, target, f"{exerkine} {site} ({shown})", scale)


def _model(member: Member) -> str:
    return sbml_of(member)


def _numbers(curves: Sequence[Curve], solution: Solution) -> str:
    columns = {"time (h)": solution.times_h}
    columns |= {one.label: solution.concentration(one.exerkine, site=one.site).values[0] for one in curves}
    return csv_of(columns).decode()


def _manifest() -> str:
    root = Element("omexManifest", {"xmlns": f"{COMBINE}omex-manifest"})
    SubElement(root, "content", {"location": ".", "format": f"{COMBINE}omex"})
    for name, form in FORMATS.items():
        content = SubElement(root, "content", {"location": f"./{name}", "format": form})
        content.attrib |= {"master": "true"} if name == "simulation.sedml" else {}
    return _text(root)


def _metadata(schedule: Schedule, subject: Subject) -> str:
    """Return what the archive is about; no maker and no date, which would not be the same tomorrow."""
    sessions = len(schedule.sessions)
    told = f"{sessions} session{'s' * (sessions != 1)} of {subject.describe()}; exerkine-sim {__version__}"
    root = Element("rdf:RDF", {"xmlns:rdf": RDF, "xmlns:dcterms": ABOUT})
    description = SubElement(root, "rdf:Description", {"rdf:about": "."})
    SubElement(description, "dcterms:title").text = schedule.name or "A training plan"
    SubElement(description, "dcterms:description").text = told
    return _text(root)


def _text(root: Element) -> str:
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _zipped(parts: Mapping[str, str]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            about = ZipInfo(name, LONG_AGO)
            about.external_attr = 0o644 << 16
            archive.writestr(about, text, ZIP_DEFLATED)
    return content.getvalue()
